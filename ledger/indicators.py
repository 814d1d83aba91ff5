"""What is measured of each state: population, output, asylum, as statistical offices published it.

Offices revise, so every value belongs to a vintage, a series frozen under a name, and a scale names
its vintage. The values that ship are listed with their sources in `ledger/data/SOURCES.md`.
"""

import csv
import io
import lzma
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources

from ledger.errors import LedgerError
from ledger.i18n import N_


@dataclass(frozen=True, slots=True)
class Observation:
    """One published value; its status is empty, `derived`, or `partial:…` for a year unfinished."""

    state: str
    year: int
    indicator: str
    value: Decimal
    unit: str
    status: str
    vintage: str


# The observations of one indicator in one vintage, by state and year.
Series = dict[tuple[str, int], list[Observation]]


@cache
def shipped_observations() -> dict[str, dict[str, Series]]:
    """Read the observations that ship with the product, by vintage and indicator."""
    packed = resources.files("ledger").joinpath("data/indicators.csv.xz").read_bytes()
    by_vintage: dict[str, dict[str, Series]] = {}
    for row in csv.DictReader(io.StringIO(lzma.decompress(packed).decode())):
        seen = _observation(row)
        series = by_vintage.setdefault(seen.vintage, {}).setdefault(seen.indicator, {})
        series.setdefault((seen.state, seen.year), []).append(seen)
    return by_vintage


def vintages() -> tuple[str, ...]:
    """List the vintages that ship with the product."""
    return tuple(sorted(shipped_observations()))


def vintage_named(name: str) -> str:
    """Complete a vintage's name from its beginning; raise UnknownVintageError unless one fits."""
    known = vintages()
    fitting = [name] if name in known else [each for each in known if each.startswith(name)]
    if len(fitting) != 1:
        raise UnknownVintageError(vintage=name, known="; ".join(known))
    return fitting[0]


def indicator_values(
    vintage: str, indicator: str, year: int, states: Collection[str]
) -> dict[str, Decimal]:
    """Give an indicator of a year for each state, all in one unit, from one vintage.

    A value that is missing, counts a part of the year only, was published twice, or is in another
    unit than its neighbours' raises an error that names it; none is filled in or chosen.
    """
    found = [
        _observed(vintage_named(vintage), indicator, year=year, state=state) for state in states
    ]
    units = {each.unit for each in found}
    if len(units) > 1:
        raise MixedUnitsError(
            vintage=found[0].vintage, indicator=indicator, year=year, units=", ".join(sorted(units))
        )
    return {each.state: each.value for each in found}


def _observed(vintage: str, indicator: str, *, year: int, state: str) -> Observation:
    indicators = shipped_observations()[vintage]
    if indicator not in indicators:
        known = ", ".join(sorted(indicators))
        raise UnknownIndicatorError(indicator=indicator, vintage=vintage, known=known)
    place = {"indicator": indicator, "state": state, "year": year, "vintage": vintage}
    match indicators[indicator].get((state, year), []):
        case []:
            raise MissingIndicatorError(**place)
        case [only] if only.status.startswith("partial"):
            raise PartialIndicatorError(**place, status=only.status)
        case [only]:
            return only
        case several:
            values = ", ".join(str(each.value) for each in several)
            raise AmbiguousIndicatorError(**place, values=values)


def _observation(row: dict[str, str]) -> Observation:
    return Observation(
        state=row["state"],
        year=int(row["year"]),
        indicator=row["indicator"],
        value=Decimal(row["value"]),
        unit=row["unit"],
        status=row["status"],
        vintage=row["vintage"],
    )


class UnknownVintageError(LedgerError):
    """A name that fits no vintage, or several."""

    code = "unknown-vintage"
    message = N_("“%(vintage)s” names no one vintage of indicators: use one of %(known)s.")


class UnknownIndicatorError(LedgerError):
    """An indicator that the vintage does not have."""

    code = "unknown-indicator"
    message = N_("The %(vintage)s has no indicator %(indicator)s: it has %(known)s.")


class MissingIndicatorError(LedgerError):
    """A state and year without a value."""

    code = "missing-indicator"
    message = N_(
        "The %(vintage)s has no %(indicator)s of %(state)s for %(year)s: "
        "name another year or another vintage."
    )


class PartialIndicatorError(LedgerError):
    """A value that counts a part of the year only."""

    code = "partial-indicator"
    message = N_(
        "The %(vintage)s counts %(indicator)s of %(state)s for a part of %(year)s only "
        "(%(status)s): name another year or another vintage."
    )


class AmbiguousIndicatorError(LedgerError):
    """A value that was published twice."""

    code = "ambiguous-indicator"
    message = N_(
        "The %(vintage)s gives %(indicator)s of %(state)s for %(year)s more than once "
        "(%(values)s): name another year or another vintage."
    )


class MixedUnitsError(LedgerError):
    """Values in different units."""

    code = "mixed-units"
    message = N_(
        "The %(vintage)s gives %(indicator)s for %(year)s in different units (%(units)s): "
        "they cannot be compared."
    )
