"""What if: the question that is asked of scales before one is drafted, and its answer.

Pages and programs ask alike, and what is left out is filled in from the books. Nothing is kept.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from ledger.balances import Selection, cutoff, total_in_euro
from ledger.comparison import POPULATION, Comparison, compare, contributed_by, reweighted
from ledger.contributions import StateCode
from ledger.criteria import DEFAULT_VINTAGE, Basis
from ledger.errors import InputErrors, InputProblem
from ledger.exact import NOT_AN_EXACT_NUMBER, exact
from ledger.formula_files import (
    LARGEST,
    UnreadableFormulaError,
    formula,
    formula_from,
    known_formula,
    read_formula,
    toml_text,
)
from ledger.formulas import Formula, Term, plain
from ledger.i18n import N_, say, translation
from ledger.indicators import Observations
from ledger.inputs import EARLIEST, Day, New, broken
from ledger.money import ZERO, PositiveAmount
from ledger.pools import IN_KIND, OWN_COST_ACCOUNTS, POOL
from ledger.scales import FormulaName, adopted, last_valid, shared_until
from ledger.states import ONE_DAY, members_on
from ledger.vintages import kept
from ledger.vocabulary import Purpose

# What is tried where no scale is in force, and on which sum where nothing was spent.
USUAL_FORMULA = "pop-gdp-50-50"
USUAL_SUM = Decimal("1000000.00")
# A term's weight is asked for under its name.
WEIGHT = "weight_"

NO_YEAR = N_("“%(text)s” is no year of the indicators: give one from 1995 to 2100.")
NO_SUCH_TERM = N_("is no term of the formula that shares its weight with others.")
WRONG_SUM = N_("add up to %(sum)s: together they must make 1.")
WRONG_KEY = N_("%(key)s: %(fault)s")
OTHER_WEIGHTS = N_("%(title)s, with the weights %(weights)s")
OTHER_BASIS = N_("weights changed; otherwise %(basis)s")

_TERM_WEIGHT = re.compile(r"terms\[(\d+)\]\.weight", re.ASCII)
# As long as a formula lets them be.
_NAME_LENGTH, _LINE_LENGTH = 40, 300


def _listed(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(sorted({each.strip().upper() for each in value.split(",") if each.strip()}))


def _year(year: int) -> int:
    if not 1995 <= year <= 2100:
        raise broken(("indicator_year", NO_YEAR))
    return year


class Question(New):
    """Who would bear how much of a sum in euro, by which formula, reckoned on what.

    `states` are codes, separated by commas. A formula is named, or its text is given.
    """

    purpose: Purpose
    valid_from: Day
    formula: FormulaName | None = None
    formula_text: (
        Annotated[str, StringConstraints(max_length=LARGEST, strip_whitespace=False)] | None
    ) = None
    indicator_year: Annotated[int, AfterValidator(_year)]
    vintage: Annotated[str, StringConstraints(max_length=100)] | None = None
    states: Annotated[tuple[StateCode, ...], BeforeValidator(_listed)]
    amount: PositiveAmount

    @property
    def basis(self) -> Basis:
        """On what it is reckoned; a phase-in looks to the year of the first day."""
        return Basis(self.indicator_year, self.vintage, self.valid_from.year)


def prefilled(
    session: Session, purpose: Purpose, valid_from: date, *, vintage: str | None = None
) -> dict[str, object]:
    """Fill in what a question leaves out: who takes part, what is in force, what was spent."""
    standing = last_valid(adopted(session, purpose), valid_from)
    sharing = formula_from(standing.content["formula"]) if standing else formula(USUAL_FORMULA)
    return {
        "purpose": purpose.value,
        "valid_from": valid_from,
        **named_or_written(sharing),
        "indicator_year": _last_year(kept(session), vintage, valid_from.year),
        "states": ",".join(members_on(session, valid_from)),
        "amount": _spent_before(session, purpose, valid_from) or USUAL_SUM,
    }


def completed(given: Mapping[str, object], usual: Mapping[str, object]) -> dict[str, object]:
    """Complete what was asked; a formula, in either form, stands in for the usual one in both."""
    own = {"formula", "formula_text"}
    left_out = own if own & given.keys() else set()
    return {name: value for name, value in usual.items() if name not in left_out} | dict(given)


def first_day(session: Session, purpose: Purpose, *, today: date) -> date:
    """Give the first day from which a scale may be valid: today, or after all that was shared."""
    until = shared_until(session, purpose)
    return today if until is None else max(today, until + ONE_DAY)


def answer(
    session: Session, question: Question, candidate: Formula | None, *, today: date
) -> Comparison:
    """Set the candidate beside the scale in force and the presets, and measure what was given.

    Raises UnknownVintageError for a vintage that there is not.
    """
    observations = kept(session)
    if question.vintage is not None:
        observations.vintage_named(question.vintage)
    return compare(
        question.states,
        question.basis,
        observations,
        amount=question.amount,
        candidate=candidate,
        standing=last_valid(adopted(session, question.purpose), question.valid_from),
        contributed=contributed_by(session, cutoff(session, today), question.purpose),
    )


def asked_formula(name: str | None, text: str | None) -> Formula | None:
    """Give the formula that is named, or whose text is given; None for neither.

    Raises UnknownFormulaError, or InputErrors with each fault of a text by its key.
    """
    if name:
        return formula(name)
    if not text:
        return None
    try:
        return read_formula(text)
    except UnreadableFormulaError as error:
        raise InputErrors(
            [
                InputProblem("formula_text", WRONG_KEY, {"key": each.field, "fault": each})
                for each in error.problems
            ]
        ) from error


def weighed(asked: Formula) -> tuple[Term, ...]:
    """List the terms whose weights may be changed: those that share one with others."""
    return tuple(term for terms in asked.factors.values() if len(terms) > 1 for term in terms)


def with_weights(asked: Formula, typed: Mapping[str, str], *, language: str) -> Formula:
    """Give a formula the weights that were typed, by the names of its terms, and a name of its own.

    Where nothing differs it is the formula itself. Raises InputErrors beside each weight.
    """
    own = {term.name: term.weight for term in weighed(asked)}
    given, problems = _weights(typed, own)
    problems += _wrong_sums(asked, given) if not problems else []
    if problems:
        raise InputErrors(problems)
    if all(own[name] == weight for name, weight in given.items()):
        return asked
    try:
        made = reweighted(asked, given)
    except UnreadableFormulaError as error:
        raise InputErrors([_beside(each, asked) for each in error.problems]) from error
    return formula_from({**plain(made), **_renamed(asked, made, language)})


def named_or_written(sharing: Formula) -> dict[str, object]:
    """Say a formula as a document does: by its name where it ships, else by its text."""
    if known_formula(sharing.name) and formula(sharing.name) == sharing:
        return {"formula": sharing.name}
    return {"formula_text": toml_text(sharing)}


def scale_of(question: Question, candidate: Formula) -> dict[str, Any]:
    """Say the scale that a question asks about, as its draft does."""
    return {
        "purpose": question.purpose,
        "valid_from": question.valid_from.isoformat(),
        "indicator_year": question.indicator_year,
        "vintage": question.vintage,
        **named_or_written(candidate),
    }


def _renamed(asked: Formula, made: Formula, language: str) -> dict[str, str]:
    """Name a formula whose weights were changed after the one that it was made of."""
    translated = translation(language).gettext
    weights = ", ".join(str(term.weight) for term in weighed(made))
    title = say(OTHER_WEIGHTS, language, title=translated(asked.title), weights=weights)
    basis = say(OTHER_BASIS, language, basis=translated(asked.basis))
    return {
        "name": f"{asked.name[: _NAME_LENGTH - len('-reweighted')].rstrip('-_')}-reweighted",
        "title": title[:_LINE_LENGTH],
        "basis": basis[:_LINE_LENGTH],
    }


def _weights(
    typed: Mapping[str, str], own: Mapping[str, Fraction]
) -> tuple[dict[str, Fraction], list[InputProblem]]:
    given: dict[str, Fraction] = {}
    problems = []
    for name, text in typed.items():
        try:
            if name not in own:
                problems.append(InputProblem(f"{WEIGHT}{name}", NO_SUCH_TERM))
            elif text.strip():
                given[name] = exact(text.strip().replace(",", "."))
        except PydanticCustomError:
            params: dict[str, object] = {"text": text[:40]}
            problems.append(InputProblem(f"{WEIGHT}{name}", NOT_AN_EXACT_NUMBER, params))
    return given, problems


def _wrong_sums(asked: Formula, given: Mapping[str, Fraction]) -> list[InputProblem]:
    sums = [
        sum((given.get(term.name, term.weight) for term in terms), Fraction(0))
        for terms in asked.factors.values()
    ]
    return [InputProblem("weights", WRONG_SUM, {"sum": str(each)}) for each in sums if each != 1]


def _beside(problem: InputProblem, asked: Formula) -> InputProblem:
    found = _TERM_WEIGHT.fullmatch(problem.field)
    name = f"{WEIGHT}{asked.terms[int(found[1]) - 1].name}" if found else "weights"
    return InputProblem(name, problem.message, problem.params)


def _last_year(observations: Observations, vintage: str | None, until: int) -> int:
    """Give the last year, up to that of the first day, for which the vintage counts people."""
    name = vintage if vintage in observations.by_vintage else DEFAULT_VINTAGE
    counted = observations.by_vintage[name or DEFAULT_VINTAGE].get(POPULATION, {})
    return max((year for _, year in counted if year <= until), default=until)


def _spent_before(session: Session, purpose: Purpose, day: date) -> Decimal | None:
    """Sum the common cost of the year before a day, in euro; None where there was none."""
    if day.isoformat() < EARLIEST:
        return None
    at, year_before = cutoff(session, day - ONE_DAY), day - timedelta(days=365)
    costs = (
        Selection(accounts=accounts, purpose=purpose, forms=forms, from_on=year_before)
        for accounts, forms in ((OWN_COST_ACCOUNTS, (None,)), ((POOL,), IN_KIND))
    )
    spent = sum((total_in_euro(session, at, each) for each in costs), ZERO)
    return spent if spent > 0 else None
