"""What a scale is asked of: a formula by its name or from a file, states, a year, indicators."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from api.terminal import BAD_CALL, language, reading_books, refuse, translated
from ledger.criteria import Basis
from ledger.errors import UnknownStateError
from ledger.formula_files import UnreadableFormulaError, read_formula
from ledger.formula_files import formula as shipped_formula
from ledger.formulas import Formula
from ledger.i18n import N_, place, say
from ledger.indicator_files import read_indicators
from ledger.indicators import Observations, shipped
from ledger.reckoning import Reckoned, reckon
from ledger.union import EU_STATES

FAULTS = N_("%(file)s is no formula that can be used: %(count)s to mend.")
NOT_UTF8 = N_("%(file)s is not in UTF-8: save it so.")
TWICE = N_("%(state)s is listed more than once.")
ONE_VINTAGE = N_("Name a vintage or a file of indicators, not both: the file is the vintage.")


@dataclass(frozen=True, slots=True)
class Question:
    """For whom a formula is to be reckoned, in the order asked, and on what."""

    formula: Formula
    states: tuple[str, ...]
    basis: Basis
    observations: Observations

    @property
    def known(self) -> set[str]:
        """Which codes are states: those of the Union, of a table, and of what was brought along."""
        return known_states(self.formula, self.observations)

    def reckoned(self) -> Reckoned:
        """Make the scale."""
        return reckon(self.formula, self.states, self.basis, self.observations)


def question(
    formula: Formula,
    states: str,
    year: int,
    *,
    vintage: str = "",
    indicators: Path | None = None,
    borne_in: int | None = None,
    in_books: bool = False,
) -> Question:
    """Read what was asked; refuse it with the reason where it is no question."""
    observations = _held(in_books=in_books)
    if indicators is not None:
        if vintage:
            refuse(translated(ONE_VINTAGE))
        vintage = indicators.stem
        file = read_indicators(indicators.read_bytes(), filename=indicators.name, vintage=vintage)
        observations = observations.combined(file)
    basis = Basis(year, observations.vintage_named(vintage) if vintage else None, borne_in)
    known = known_states(formula, observations)
    return Question(formula, members(states, known), basis, observations)


def known_states(formula: Formula, observations: Observations) -> set[str]:
    """Tell which codes are states: of the Union, of a table, or of what was brought along."""
    ours = shipped().by_vintage
    brought = [series for name, series in observations.by_vintage.items() if name not in ours]
    measured = {state for each in brought for series in each.values() for state, _ in series}
    listed = {state for term in formula.terms for state in term.table or ()}
    return {*EU_STATES, *measured, *listed}


def formula_named(name: str) -> Formula:
    """Look a formula up by its name, or read it from a file."""
    is_file = name.endswith(".toml") or "/" in name or "\\" in name
    return formula_in(Path(name)) if is_file else shipped_formula(name)


def formula_in(file: Path, *, code: int = BAD_CALL) -> Formula:
    """Read a formula from a file; one with faults is refused with each by its key."""
    try:
        return read_formula(file.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        refuse(translated(NOT_UTF8, file=file), code)
    except UnreadableFormulaError as error:
        found = [f"{place(each, language())}: {say(each, language())}" for each in error.problems]
        count = translated(FAULTS, file=file, count=len(found))
        refuse("\n".join([*found, count]), code)


def members(states: str, known: Iterable[str] = EU_STATES) -> tuple[str, ...]:
    """Read a list of states, in its order; refuse those that are not known or named twice."""
    found = tuple(state.strip().upper() for state in states.split(","))
    known = set(known)
    for state in found:
        if state not in known:
            raise UnknownStateError(state=state)
        if found.count(state) > 1:
            refuse(translated(TWICE, state=state))
    return found


def _held(*, in_books: bool) -> Observations:
    if not in_books:
        return shipped()
    from ledger.vintages import kept

    with reading_books() as session:
        return kept(session)
