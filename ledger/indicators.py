"""What is measured of each state: population, output, asylum, as statistical offices published it.

Offices revise, so every value belongs to a vintage, a series frozen under a name, and a scale names
its vintage. The values that ship are listed with their sources in `ledger/data/SOURCES.md`; those
that the books were given are kept by `ledger.vintages`.
"""

import csv
import io
import lzma
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from operator import attrgetter

from ledger.errors import LedgerError
from ledger.i18n import N_

SHIPPED = "indicators.csv.xz"

# Who published the vintages that ship.
PUBLISHERS = {
    "eurostat GDP x World Bank GNI/GDP": "Eurostat, World Bank",
    "eurostat-2016/19 vintage": "Eurostat",
    "eurostat-2020-10 vintage": "Eurostat",
    "un-scale-2004-2027": "United Nations",
    "unhcr-2025-12 (R pkg refugees 2025.12.1)": "UNHCR",
    "worldbank-2026-07 vintage": "World Bank",
    "worldbank-debt-2026": "World Bank",
}

PARTIAL = "partial"


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


@dataclass(frozen=True, slots=True)
class Observations:
    """Published values by vintage and indicator; a vintage may be named by its beginning."""

    by_vintage: dict[str, dict[str, Series]]

    def __iter__(self) -> Iterator[Observation]:
        """Go through all of them by vintage, indicator, state and year."""
        each = (
            observation
            for indicators in self.by_vintage.values()
            for series in indicators.values()
            for several in series.values()
            for observation in several
        )
        return iter(sorted(each, key=attrgetter("vintage", "indicator", "state", "year")))

    def vintages(self) -> tuple[str, ...]:
        """List the vintages."""
        return tuple(sorted(self.by_vintage))

    def vintage_named(self, name: str) -> str:
        """Complete a vintage's name from its beginning; raise UnknownVintageError unless one fits.

        A complete name is that vintage's, though another may begin with it.
        """
        if name in self.by_vintage:
            return name
        known = self.vintages()
        fitting = [each for each in known if each.startswith(name)]
        if len(fitting) != 1:
            raise UnknownVintageError(vintage=name, known="; ".join(known))
        return fitting[0]

    def carries(self, vintage: str, indicator: str) -> bool:
        """Whether a vintage has an indicator at all; raise UnknownVintageError for no vintage."""
        return indicator in self.by_vintage[self.vintage_named(vintage)]

    def observed(self, vintage: str, indicator: str, *, year: int, state: str) -> Observation:
        """Give the one value of a state for a year, fit to share by: none is chosen or filled in.

        Raises UnknownVintageError, UnknownIndicatorError, MissingIndicatorError,
        PartialIndicatorError for a part of the year, AmbiguousIndicatorError for several values.
        """
        name = self.vintage_named(vintage)
        indicators = self.by_vintage[name]
        if indicator not in indicators:
            known = ", ".join(sorted(indicators))
            raise UnknownIndicatorError(indicator=indicator, vintage=name, known=known)
        found = self._only(name, indicator, year, state)
        place = {"indicator": indicator, "state": state, "year": year, "vintage": name}
        if found is None:
            raise MissingIndicatorError(**place)
        if _is_partial(found):
            raise PartialIndicatorError(**place, status=found.status)
        return found

    def find(self, vintage: str, indicator: str, *, year: int, state: str) -> Observation | None:
        """Give the one value of a state for a year; None where there is none, or a partial one.

        None too where the vintage has no such indicator, which `carries` tells. Raises
        UnknownVintageError, and AmbiguousIndicatorError for several values.
        """
        found = self._only(self.vintage_named(vintage), indicator, year, state)
        return None if found is None or _is_partial(found) else found

    def combined(self, other: "Observations") -> "Observations":
        """Put the vintages of another beside ours; raise TakenVintageError for a name in both."""
        for name in other.vintages():
            if name in self.by_vintage:
                raise TakenVintageError(vintage=name, taken=name)
        return Observations(self.by_vintage | other.by_vintage)

    def _only(self, vintage: str, indicator: str, year: int, state: str) -> Observation | None:
        match self.by_vintage[vintage].get(indicator, {}).get((state, year), []):
            case []:
                return None
            case [only]:
                return only
            case several:
                place = {"indicator": indicator, "state": state, "year": year, "vintage": vintage}
                values = ", ".join(str(each.value) for each in several)
                raise AmbiguousIndicatorError(**place, values=values)


def gathered(observations: Iterable[Observation]) -> Observations:
    """Gather observations by vintage, indicator, state and year."""
    by_vintage: dict[str, dict[str, Series]] = {}
    for each in observations:
        series = by_vintage.setdefault(each.vintage, {}).setdefault(each.indicator, {})
        series.setdefault((each.state, each.year), []).append(each)
    return Observations(by_vintage)


@cache
def shipped() -> Observations:
    """Read the observations that ship with the product."""
    packed = resources.files("ledger").joinpath(f"data/{SHIPPED}").read_bytes()
    rows = csv.reader(io.StringIO(lzma.decompress(packed).decode()))
    next(rows)
    return gathered(
        Observation(state, int(year), indicator, Decimal(value), unit, status, vintage)
        for state, year, indicator, value, unit, status, vintage in rows
    )


def require_one_unit(observed: Iterable[Observation]) -> None:
    """Raise MixedUnitsError where values of one indicator are not all in the same unit."""
    found = list(observed)
    units = sorted({each.unit for each in found})
    if len(units) > 1:
        raise MixedUnitsError(
            vintage=_listed(each.vintage for each in found),
            indicator=_listed(each.indicator for each in found),
            year=_listed(str(each.year) for each in found),
            units=", ".join(units),
        )


def shipped_observations() -> dict[str, dict[str, Series]]:
    """Give the observations that ship with the product, by vintage and indicator."""
    return shipped().by_vintage


def vintages() -> tuple[str, ...]:
    """List the vintages that ship with the product."""
    return shipped().vintages()


def vintage_named(name: str) -> str:
    """Complete the name of a vintage that ships; raise UnknownVintageError unless one fits."""
    return shipped().vintage_named(name)


def indicator_values(
    vintage: str, indicator: str, year: int, states: Collection[str]
) -> dict[str, Decimal]:
    """Give an indicator of a year for each state, all in one unit, from one vintage that ships.

    Raises what `Observations.observed` and `require_one_unit` raise.
    """
    found = [shipped().observed(vintage, indicator, year=year, state=state) for state in states]
    require_one_unit(found)
    return {each.state: each.value for each in found}


def _is_partial(observation: Observation) -> bool:
    return observation.status.startswith(PARTIAL)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(set(words)))


class UnknownVintageError(LedgerError):
    """A name that fits no vintage, or several."""

    code = "unknown-vintage"
    message = N_("“%(vintage)s” names no one vintage of indicators: use one of %(known)s.")


class TakenVintageError(LedgerError):
    """A new vintage under the name of another, or its beginning."""

    code = "taken-vintage"
    message = N_(
        "“%(vintage)s” already names the vintage “%(taken)s”, and vintages are never overwritten: "
        "choose a new name."
    )


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
