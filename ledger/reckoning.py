"""A scale reckoned: a formula, the states, what was published of them, and the result of all three.

What a scale rests on can be written down and read back, and leads to the same scale again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ledger.burden import Scale, participants, scale
from ledger.criteria import Basis, indicators_named, measure, vintages_named
from ledger.formula_files import formula_from
from ledger.formulas import Formula
from ledger.indicators import Observation, Observations, gathered


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A formula's scale for some states, and the published values that it rests on."""

    scale: Scale
    basis: Basis
    used: tuple[Observation, ...]


def reckon(
    used: Formula, states: Iterable[str], basis: Basis, observations: Observations
) -> Reckoned:
    """Make the scale of a formula for some states; raise what measuring and sharing raise."""
    states = sorted(set(states))
    measured = measure(used, participants(used, states), basis, observations)
    borne_in = basis.borne_in or basis.year
    found = scale(used, measured.periods, states, borne_in=borne_in, measuring=measured.steps)
    return Reckoned(found, basis, measured.used)


def reckoned_from(content: Mapping[str, Any]) -> Reckoned:
    """Make a scale again from its content; what it comes to is not compared here."""
    used = formula_from(content["formula"])
    basis = Basis(content["year"], content.get("vintage"), content["borne_in"])
    observations = gathered(_observation(row) for row in content["used"])
    # A vintage that was asked for and had nothing to give is looked into again.
    for name in vintages_named(used, basis):
        if not any(each.startswith(name) for each in observations.vintages()):
            observations = observations.combined(Observations({name: {}}))
    # So is an indicator of which no state had a value: the formula took it for zero.
    for name in indicators_named(used):
        if not any(observations.carries(each, name) for each in observations.vintages()):
            for indicators in observations.by_vintage.values():
                indicators[name] = {}
    return reckon(used, content["shares"], basis, observations)


def written(seen: Observation) -> list[Any]:
    """Write a value that was used as it is kept: where it is from, what it is, in what unit."""
    value = format(seen.value, "f")
    return [seen.vintage, seen.indicator, seen.state, seen.year, value, seen.unit, seen.status]


def _observation(row: Sequence[Any]) -> Observation:
    vintage, indicator, state, year, value, unit, status = row
    return Observation(state, year, indicator, Decimal(value), unit, status, vintage)
