"""A scale reckoned: a formula, the states, what was published of them, and the result of all three.

What a scale rests on can be written down and read back, and leads to the same scale again.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ledger.burden import Scale, participants, scale
from ledger.criteria import Basis, indicators_named, measure, vintages_named
from ledger.formula_files import formula_from
from ledger.formulas import Formula
from ledger.indicators import Observation, Observations, UnknownVintageError, gathered


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A formula's scale for some states, and the published values that it rests on."""

    scale: Scale
    basis: Basis
    used: tuple[Observation, ...]
    # The vintages that were looked into, and which of the formula's indicators each of them has.
    looked_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def reckon(
    used: Formula, states: Iterable[str], basis: Basis, observations: Observations
) -> Reckoned:
    """Make the scale of a formula for some states; raise what measuring and sharing raise."""
    states = sorted(set(states))
    measured = measure(used, participants(used, states), basis, observations)
    borne_in = basis.borne_in or basis.year
    found = scale(used, measured.periods, states, borne_in=borne_in, measuring=measured.steps)
    return Reckoned(found, basis, measured.used, _looked_in(used, basis, observations))


def reckoned_from(content: Mapping[str, Any]) -> Reckoned:
    """Make a scale again from its content; what it comes to is not compared here."""
    used = formula_from(content["formula"])
    basis = Basis(content["year"], content.get("vintage"), content["borne_in"])
    observations = gathered(_observation(row) for row in content["used"])
    _look_again(observations, content["looked_in"])
    return reckon(used, content["shares"], basis, observations)


def written(seen: Observation) -> list[Any]:
    """Write a value that was used as it is kept: where it is from, what it is, in what unit."""
    value = format(seen.value, "f")
    return [seen.vintage, seen.indicator, seen.state, seen.year, value, seen.unit, seen.status]


def _looked_in(
    used: Formula, basis: Basis, observations: Observations
) -> dict[str, tuple[str, ...]]:
    indicators = indicators_named(used)
    if not indicators:
        return {}
    known = set()
    for name in vintages_named(used, basis):
        # Not all that are named are read: what is missing and was needed is refused by measuring.
        with suppress(UnknownVintageError):
            known.add(observations.vintage_named(name))
    return {
        vintage: tuple(each for each in indicators if observations.carries(vintage, each))
        for vintage in sorted(known)
    }


def _look_again(observations: Observations, looked_in: Mapping[str, Sequence[str]]) -> None:
    """Put in what was looked into and had nothing to give: it decides which values are read."""
    for vintage, indicators in looked_in.items():
        held = observations.by_vintage.setdefault(vintage, {})
        for name in indicators:
            held.setdefault(name, {})


def _observation(row: Sequence[Any]) -> Observation:
    vintage, indicator, state, year, value, unit, status = row
    return Observation(state, year, indicator, Decimal(value), unit, status, vintage)
