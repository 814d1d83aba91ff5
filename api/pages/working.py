"""The working of a scale as a table: states down, steps across, each number as this reader reads.

What a scale rests on stands beside: which indicators, of which years, from which vintage.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from api.pages.formats import UNKNOWN, Formats
from ledger.indicators import Observation
from ledger.reckoning import Reckoned
from ledger.working import Step, StepKind

# Shares are shown in per cent; with six decimals no cent of a hundred million is lost.
SHARE_DIGITS = 6
FACTOR_DIGITS = 6
# A measure is shown as published up to so many decimals; one that does not end is rounded.
MEASURE_DIGITS = 4


@dataclass(frozen=True, slots=True)
class StepColumn:
    """One step: its number from the left, the step itself, and its cells by state."""

    number: int
    step: Step
    weight: str
    vintage: str
    cells: Mapping[str, str]
    total: str


@dataclass(frozen=True, slots=True)
class Source:
    """An indicator that a scale rests on: what it measures, from which vintage, of which years."""

    indicator: str
    label: str
    unit: str
    vintage: str
    years: str
    values: int


def working(reckoned: Reckoned, formats: Formats) -> list[StepColumn]:
    """Lay the steps of a scale out as columns, in the order in which they follow each other."""
    states = sorted(reckoned.scale.shares)
    return [
        _column(number, step, states, formats)
        for number, step in enumerate(reckoned.scale.trace, 1)
    ]


def sources(reckoned: Reckoned) -> list[Source]:
    """List the indicators that a scale rests on, by vintage and name."""
    labels = {each.indicator: each.label for each in reckoned.scale.formula.criteria.values()}
    groups: dict[tuple[str, str, str], list[Observation]] = {}
    for seen in reckoned.used:
        groups.setdefault((seen.vintage, seen.indicator, seen.unit), []).append(seen)
    return [
        Source(
            indicator=indicator,
            label=labels.get(indicator, indicator),
            unit=unit,
            vintage=vintage,
            years=_span(each.year for each in found),
            values=len(found),
        )
        for (vintage, indicator, unit), found in sorted(groups.items())
    ]


def plain_number(number: Fraction, formats: Formats) -> str:
    """Write a weight as a decimal where it ends within six places, else as a fraction."""
    for digits in range(SHARE_DIGITS + 1):
        if (number * 10**digits).denominator == 1:
            return formats.rounded(number, digits)
    return str(number)


def _column(number: int, step: Step, states: Iterable[str], formats: Formats) -> StepColumn:
    digits = _digits(step)

    def written(value: Fraction) -> str:
        if step.kind is StepKind.SHARE:
            return formats.percent(value, SHARE_DIGITS)
        return formats.rounded(value, digits)

    is_weighed = step.weight not in (None, 1)
    return StepColumn(
        number=number,
        step=step,
        weight=plain_number(step.weight, formats) if is_weighed and step.weight else "",
        vintage=str(step.params.get("vintage", "")),
        cells={
            state: written(step.column[state]) if state in step.column else UNKNOWN
            for state in states
        },
        # Factors are multiplied, never added.
        total="" if step.kind is StepKind.FACTOR else written(step.total),
    )


def _digits(step: Step) -> int:
    """Choose how many decimals a column needs: all of it as published, or a few."""
    if step.kind is StepKind.FACTOR:
        return FACTOR_DIGITS
    values = step.column.values()
    for digits in range(MEASURE_DIGITS + 1):
        if all((value * 10**digits).denominator == 1 for value in values):
            return digits
    return 2 if max(values, default=Fraction(0)) >= 1000 else MEASURE_DIGITS


def _span(years: Iterable[int]) -> str:
    found = sorted(set(years))
    follow = found == list(range(found[0], found[-1] + 1))
    if follow and len(found) > 1:
        return f"{found[0]}–{found[-1]}"
    return ", ".join(map(str, found))
