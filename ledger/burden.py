"""The equitable burden: from what each state is, by a formula, to the share that it bears.

A formula is data: terms, each a column of shares with its weight, made from a criterion measured of
every state. The arithmetic is exact, and a scale keeps every column of its working, so that a
coordinator can read it as a table and an auditor can repeat it by hand. The words are those of the
United Nations: the result is a scale (of assessments), never a key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from ledger.errors import LedgerError
from ledger.i18n import N_, Message


class UnknownFormulaError(LedgerError):
    """A name that no formula has."""

    code = "unknown-formula"
    message = N_("There is no formula “%(formula)s”: use one of %(known)s.")


class FormulaWeightsError(LedgerError):
    """Weights that are not above zero with a sum of one."""

    code = "formula-weights"
    message = N_(
        "The weights of “%(formula)s” are %(weights)s: each must be above zero, and their sum one."
    )


class FormulaTermError(LedgerError):
    """A term whose transform and criterion do not fit."""

    code = "formula-term"
    message = N_("“%(term)s”: an equal share has no criterion, and every other term needs one.")


class NoStatesError(LedgerError):
    """A scale of nobody."""

    code = "no-states"
    message = N_("A scale needs at least one state.")


class MissingCriterionError(LedgerError):
    """A state of which nothing was measured."""

    code = "missing-criterion"
    message = N_("“%(formula)s” needs the %(criterion)s of %(state)s.")


class NegativeCriterionError(LedgerError):
    """A measure below zero."""

    code = "negative-criterion"
    message = N_("The %(criterion)s of %(state)s is %(value)s: it cannot be less than zero.")


class NothingToShareByError(LedgerError):
    """A measure that is zero for all states together."""

    code = "nothing-to-share-by"
    message = N_("The %(criterion)s of all states together is zero: nothing can be shared by it.")


# One exact number for each state, by the state's code.
Column = dict[str, Fraction]


class Transform(StrEnum):
    """How a column of shares is made."""

    # The same for every state.
    EQUAL = "equal"
    # The state's part of the sum of all.
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is measured of each state: an indicator, in one unit for all."""

    indicator: str
    label: Message


@dataclass(frozen=True, slots=True)
class Term:
    """One column of shares and its weight in the scale.

    Raises FormulaTermError unless it has a criterion, or is an equal share and has none.
    """

    label: Message
    transform: Transform
    weight: Fraction
    criterion: Criterion | None = None

    def __post_init__(self) -> None:
        if (self.criterion is None) != (self.transform is Transform.EQUAL):
            raise FormulaTermError(term=self.label)


@dataclass(frozen=True, slots=True)
class Formula:
    """A way to share, as states agreed it: the sum of its terms, each by its weight.

    Raises FormulaWeightsError unless every weight is above zero and they add up to one.
    """

    name: str
    title: Message
    basis: Message
    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        weights = [term.weight for term in self.terms]
        if sum(weights) != 1 or min(weights) <= 0:
            raise FormulaWeightsError(formula=self.name, weights=_listed(map(str, weights)))

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """List what has to be measured, each once, in the order of the terms."""
        return tuple(dict.fromkeys(term.criterion for term in self.terms if term.criterion))


EQUAL = Formula(
    name="equal",
    title=N_("equal shares"),
    basis=N_("as in the International Visegrad Fund"),
    terms=(Term(N_("equal share"), Transform.EQUAL, Fraction(1)),),
)

_POPULATION = Criterion("population", N_("population"))
_GDP = Criterion("gdp", N_("gross domestic product"))
_HALF = Fraction(1, 2)

POP_GDP_50_50 = Formula(
    name="pop-gdp-50-50",
    title=N_("half by population, half by gross domestic product"),
    basis=N_("as the reference key of COM(2016) 270 and of Regulation (EU) 2024/1351"),
    terms=(
        Term(N_("share of population"), Transform.SHARE, _HALF, _POPULATION),
        Term(N_("share of gross domestic product"), Transform.SHARE, _HALF, _GDP),
    ),
)

FORMULAS: dict[str, Formula] = {each.name: each for each in (EQUAL, POP_GDP_50_50)}


@dataclass(frozen=True, slots=True)
class Step:
    """One column of the working: what was measured, or shares (of a term, with its weight)."""

    label: Message
    column: Column
    is_share: bool
    weight: Fraction | None = None

    @property
    def total(self) -> Fraction:
        """Add the column up; shares add up to one."""
        return sum(self.column.values(), Fraction(0))


@dataclass(frozen=True, slots=True)
class Scale:
    """The share of each state, exact and adding up to one, and the working that led to it."""

    formula: Formula
    shares: Column
    trace: tuple[Step, ...]


def formula(name: str) -> Formula:
    """Look a formula up by its name; raise UnknownFormulaError when there is none."""
    found = FORMULAS.get(name)
    if found is None:
        raise UnknownFormulaError(formula=name, known=_listed(FORMULAS))
    return found


def scale(formula: Formula, values: Mapping[str, Mapping[str, Decimal]]) -> Scale:
    """Share by a formula among the states of `values`, which gives each its value by indicator.

    No state gains by its place in the list. Raises NoStatesError, MissingCriterionError,
    NegativeCriterionError or NothingToShareByError.
    """
    if not values:
        raise NoStatesError
    measured = {each: _measured(formula, each, values) for each in formula.criteria}
    terms = [(term, _shares(term, measured, values)) for term in formula.terms]
    shares = {
        state: sum((term.weight * column[state] for term, column in terms), Fraction(0))
        for state in values
    }
    trace = (
        *(Step(each.label, column, is_share=False) for each, column in measured.items()),
        *(Step(term.label, column, is_share=True, weight=term.weight) for term, column in terms),
        Step(N_("share of the burden"), shares, is_share=True),
    )
    return Scale(formula, shares, trace)


def _measured(
    formula: Formula, criterion: Criterion, values: Mapping[str, Mapping[str, Decimal]]
) -> Column:
    column = {}
    for state, row in values.items():
        value = row.get(criterion.indicator)
        if value is None:
            raise MissingCriterionError(
                formula=formula.name, criterion=criterion.label, state=state
            )
        if value < 0:
            raise NegativeCriterionError(criterion=criterion.label, state=state, value=str(value))
        column[state] = Fraction(value)
    return column


def _shares(term: Term, measured: Mapping[Criterion, Column], states: Iterable[str]) -> Column:
    if term.criterion is None:
        each = Fraction(1, len(tuple(states)))
        return dict.fromkeys(states, each)
    column = measured[term.criterion]
    total = sum(column.values(), Fraction(0))
    if total == 0:
        raise NothingToShareByError(criterion=term.criterion.label)
    return {state: value / total for state, value in column.items()}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
