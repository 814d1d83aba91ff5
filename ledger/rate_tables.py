"""Rate tables: what a source published in a month, day by day, and what the book lacks of it.

A day on which nothing is published takes the last rate before it; a day of the source's calendar
that the book does not hold is a file that was not imported.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.currencies import CURRENCIES, EURO
from ledger.rate_calendars import publishes
from ledger.rate_sources import RateSource
from ledger.rates import OLDEST, ExchangeRate

# Of all that sources quote, the money of the states that founded the mechanism comes first.
FIRST = ("CZK", "HUF", "PLN")


# The longest that the rate of a month holds.
A_MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Quotation:
    """One rate as published: so much for so many units, its version, and when it was imported."""

    currency: str
    on: date
    unit: int
    value: str
    version: int
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class RateDay:
    """A day of a table: what applies on it, and whether the book lacks what was published."""

    on: date
    quotations: Mapping[str, Quotation]
    is_missing: bool

    def is_carried(self, currency: str) -> bool:
        """Say whether the rate of a currency comes from an earlier day."""
        found = self.quotations.get(currency)
        return found is not None and found.on != self.on


@dataclass(frozen=True, slots=True)
class RateTable:
    """What a source published in a span of days, for the currencies that the ledger keeps."""

    source: RateSource
    currencies: tuple[str, ...]
    days: tuple[RateDay, ...]

    @property
    def missing(self) -> tuple[date, ...]:
        """The days on which the source published, and of which the book holds nothing."""
        return tuple(each.on for each in self.days if each.is_missing)


@dataclass(frozen=True, slots=True)
class Holding:
    """How far the book reaches for a source."""

    source: RateSource
    first_on: date
    last_on: date
    rates: int


def holdings(session: Session) -> list[Holding]:
    """Say how far the book reaches for each source that it holds anything of."""
    query = (
        sa.select(
            ExchangeRate.source,
            sa.func.min(ExchangeRate.applies_on),
            sa.func.max(ExchangeRate.applies_on),
            sa.func.count(),
        )
        .group_by(ExchangeRate.source)
        .order_by(ExchangeRate.source)
    )
    return [
        Holding(RateSource(name), first_on, last_on, rates)
        for name, first_on, last_on, rates in session.execute(query)
    ]


def rate_table(
    session: Session, source: RateSource, first: date, last: date, *, today: date
) -> RateTable:
    """Lay out what a source published from one day to another, in one query.

    Days after `today` are not there yet, and today itself is not missing before the day is over.
    """
    carried = A_MONTH if source is RateSource.INFOREURO else OLDEST
    read = _quotations(session, source, first - carried, last)
    codes = {code for code, _ in read}
    ours = [code for code in codes if code in CURRENCIES and code != source.home]
    ordered = sorted(ours, key=lambda code: (code not in (EURO.code, *FIRST), code))
    held = {on for _, on in read}
    days = []
    # What was published last, carried forward for a week, or for the month that it is of.
    seen: dict[str, Quotation] = {}
    on = first - carried
    while on <= min(last, today):
        if source is RateSource.INFOREURO and on.day == 1:
            seen = {}
        if on in held:
            seen |= {code: read[code, on] for code in ordered if (code, on) in read}
        if on >= first:
            applying = {
                code: seen[code]
                for code in ordered
                if code in seen and on - seen[code].on <= carried
            }
            is_missing = on < today and on not in held and publishes(source, on)
            days.append(RateDay(on, applying, is_missing))
        on += timedelta(days=1)
    return RateTable(source, tuple(ordered), tuple(days))


def _quotations(
    session: Session, source: RateSource, first: date, last: date
) -> dict[tuple[str, date], Quotation]:
    """Read the last version of each rate; later ones take the place of earlier ones."""
    query = (
        sa.select(
            ExchangeRate.currency,
            ExchangeRate.applies_on,
            ExchangeRate.unit,
            ExchangeRate.value,
            ExchangeRate.version,
            ExchangeRate.imported_at,
        )
        .where(ExchangeRate.source == source.value)
        .where(ExchangeRate.applies_on.between(first, last))
        .order_by(ExchangeRate.version)
    )
    return {(row[0], row[1]): Quotation(*row) for row in session.execute(query)}
