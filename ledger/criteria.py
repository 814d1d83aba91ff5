"""Criteria measured: from what statistical offices published to one exact number for each state.

Years are averaged, heads divided by, gaps dealt with as the formula says and never otherwise. What
was used is kept value by value, so that a scale can be made again when the offices have revised.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ledger.errors import LedgerError
from ledger.formulas import Criterion, Deduction, Formula, Missing
from ledger.i18n import N_, Message
from ledger.indicators import (
    MissingIndicatorError,
    Observation,
    Observations,
    require_one_unit,
)
from ledger.working import Column, Step, StepKind, Trace, total_of

DEFAULT_VINTAGE = "eurostat-2020-10 vintage"


class NegativeCriterionError(LedgerError):
    """A measure below zero."""

    code = "negative-criterion"
    message = N_("The %(criterion)s of %(state)s is %(value)s: it cannot be less than zero.")


class NobodyToDivideByError(LedgerError):
    """A measure for each head where there is none."""

    code = "nobody-to-divide-by"
    message = N_(
        "The %(indicator)s of %(state)s for %(year)s is zero: nothing can be divided by it."
    )


@dataclass(frozen=True, slots=True)
class Basis:
    """On what a formula is reckoned: the year, and the vintage where its indicators are in it.

    An indicator is read in this vintage if it carries it, else in the criterion's own, and in
    DEFAULT_VINTAGE where neither is named or the criterion's own does not carry it; what was used
    is told with every value. `borne_in` is the year of the cost, to which a phase-in looks; the
    year itself unless given.
    """

    year: int
    vintage: str | None = None
    borne_in: int | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A formula's criteria, measured: a column each for every base period, and what was used."""

    periods: tuple[Mapping[str, Column], ...]
    used: tuple[Observation, ...]
    steps: tuple[tuple[Step, ...], ...]


def measure(
    formula: Formula, states: Iterable[str], basis: Basis, observations: Observations
) -> Measured:
    """Measure every criterion of a formula for some states.

    Raises UnknownIndicatorError, MissingIndicatorError, PartialIndicatorError,
    AmbiguousIndicatorError, MixedUnitsError, NegativeCriterionError, NobodyToDivideByError or
    TooFineSharesError.
    """
    members = sorted(states)
    columns, steps, used = [], [], dict[Observation, None]()
    for period in formula.periods or (None,):
        shelf = _Shelf(observations, basis, members)
        measured = {
            name: shelf.column(each, years_of(each, basis.year, period))
            for name, each in formula.measured.items()
        }
        columns.append(measured)
        steps.append(tuple(shelf.trace.steps))
        used |= dict.fromkeys(shelf.used)
    return Measured(tuple(columns), tuple(used), tuple(steps))


def years_of(criterion: Criterion, year: int, period: int | None = None) -> tuple[int, ...]:
    """List the years that a criterion looks at, the last of them counted from the scale's year."""
    if isinstance(criterion.years, tuple):
        return criterion.years
    count = period if isinstance(criterion.years, str) else criterion.years
    last = year + criterion.offset
    return tuple(range(last - (count or 1) + 1, last + 1))


def vintages_named(formula: Formula, basis: Basis) -> list[str]:
    """List the vintages in which a formula's indicators are looked for."""
    criteria = formula.criteria.values()
    own = [each.vintage for each in criteria]
    own += [each.deduct.vintage for each in criteria if each.deduct]
    return sorted({each for each in (basis.vintage, DEFAULT_VINTAGE, *own) if each is not None})


def indicators_named(formula: Formula) -> list[str]:
    """List the indicators that a formula looks for."""
    criteria = formula.criteria.values()
    places: list[Criterion | Deduction] = [*criteria]
    places += [each.deduct for each in criteria if each.deduct]
    return sorted({name for each in places for name in (each.indicator, each.per) if name})


class _Shelf:
    """The observations as one reckoning reads them: it notes all it has read, and the working."""

    def __init__(self, observations: Observations, basis: Basis, states: Sequence[str]) -> None:
        self._observations = observations
        self._basis = basis
        self._states = states
        self.used: list[Observation] = []
        self.trace = Trace()
        self._noted: dict[tuple[str, str, str], list[Column]] = {}

    def column(self, criterion: Criterion, years: tuple[int, ...]) -> Column:
        vintage = self._vintage(criterion.indicator, criterion.vintage)
        already = len(self.used)
        yearly = {year: self._yearly(criterion, vintage, year) for year in years}
        require_one_unit(o for o in self.used[already:] if o.indicator == criterion.indicator)
        self._note_years(criterion, vintage, yearly)
        column = {}
        for state in self._states:
            found = [value for one in yearly.values() if (value := one[state]) is not None]
            if not found:
                raise MissingIndicatorError(
                    indicator=criterion.indicator,
                    state=state,
                    year=_span(years),
                    vintage=vintage,
                )
            column[state] = total_of(found) / len(found)
        if criterion.deduct is not None:
            self._note(criterion.label, vintage, _span(years), column)
            column = self._less(column, criterion, criterion.deduct, years)
        for state, value in column.items():
            if value < 0:
                raise NegativeCriterionError(
                    criterion=Message(criterion.label), state=state, value=str(value)
                )
        column = {state: criterion.times * value for state, value in column.items()}
        self._note(criterion.label, vintage, _span(years), column)
        return column

    def _yearly(self, criterion: Criterion, vintage: str, year: int) -> dict[str, Fraction | None]:
        found = self._observed(vintage, criterion.indicator, criterion.missing, year)
        if criterion.per is None:
            return found
        of_heads = self._vintage(criterion.per, criterion.vintage)
        heads = self._observed(of_heads, criterion.per, Missing.ERROR, year)
        self._note(criterion.indicator, vintage, str(year), _known(found))
        self._note(criterion.per, of_heads, str(year), _known(heads))
        for state, count in heads.items():
            if not count:
                raise NobodyToDivideByError(indicator=criterion.per, state=state, year=year)
        return {
            state: None if value is None else value / (heads[state] or 1)
            for state, value in found.items()
        }

    def _observed(
        self, vintage: str, indicator: str, missing: Missing, year: int
    ) -> dict[str, Fraction | None]:
        if missing is Missing.ERROR:
            seen = [
                self._observations.observed(vintage, indicator, year=year, state=state)
                for state in self._states
            ]
        else:
            self._require_carried(vintage, indicator)
            looked = (
                self._observations.find(vintage, indicator, year=year, state=state)
                for state in self._states
            )
            seen = [each for each in looked if each is not None]
        require_one_unit(seen)
        self.used += seen
        gap = Fraction(0) if missing is Missing.ZERO else None
        found: dict[str, Fraction | None] = dict.fromkeys(self._states, gap)
        found.update({each.state: Fraction(each.value) for each in seen})
        return found

    def _require_carried(self, vintage: str, indicator: str) -> None:
        # A gap is filled as the formula says; a misspelt indicator would be one gap for all.
        if not self._observations.carries(vintage, indicator):
            self._observations.observed(
                vintage, indicator, year=self._basis.year, state=self._states[0]
            )

    def _less(
        self, column: Column, criterion: Criterion, deduct: Deduction, years: tuple[int, ...]
    ) -> Column:
        name, own = deduct.indicator, deduct.vintage or criterion.vintage
        debts = Criterion(label=name, indicator=name, vintage=own, missing=deduct.missing)
        taken = self.column(debts, years)
        poor = self._below(column, criterion, deduct, years)
        return {
            state: value - deduct.times * taken[state] if poor[state] else value
            for state, value in column.items()
        }

    def _below(
        self, column: Column, criterion: Criterion, deduct: Deduction, years: tuple[int, ...]
    ) -> dict[str, bool]:
        if deduct.per is None or deduct.below is None:
            return dict.fromkeys(column, True)
        people = Criterion(label=deduct.per, indicator=deduct.per, vintage=criterion.vintage)
        heads = self.column(people, years)
        return {state: value < deduct.below * heads[state] for state, value in column.items()}

    def _vintage(self, indicator: str, own: str | None) -> str:
        """Choose where an indicator is read: as asked, as the formula says, by default."""
        names = [each for each in (self._basis.vintage, own) if each is not None]
        if own is not None or not names:
            names.append(DEFAULT_VINTAGE)
        known = [self._observations.vintage_named(each) for each in names]
        carrying = [each for each in known if self._observations.carries(each, indicator)]
        return carrying[0] if carrying else known[0]

    def _note_years(
        self,
        criterion: Criterion,
        vintage: str,
        yearly: Mapping[int, Mapping[str, Fraction | None]],
    ) -> None:
        if len(yearly) == 1:
            return
        for year, values in yearly.items():
            self._note(criterion.label, vintage, str(year), _known(values))

    def _note(self, label: str, vintage: str, years: str, column: Column) -> None:
        alike = self._noted.setdefault((label, years, vintage), [])
        if column in alike:
            return
        alike.append(column)
        params = {"label": Message(label), "years": years, "vintage": vintage}
        self.trace.note([Step(N_("%(label)s, %(years)s"), column, StepKind.MEASURE, params=params)])


def _known(values: Mapping[str, Fraction | None]) -> Column:
    return {state: value for state, value in values.items() if value is not None}


def _span(years: Sequence[int]) -> str:
    if list(years) == list(range(years[0], years[-1] + 1)):
        return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    return ", ".join(map(str, years))
