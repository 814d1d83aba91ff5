"""Exchange rates: what one euro was worth in a currency on a day, by whom it was published.

Direction and discipline are the euro's own (Regulation (EC) No 1103/97): units of the currency for
one euro, as published, never inverted, never rounded before use. A rate once imported stays.
"""

import hashlib
import lzma
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from operator import attrgetter
from pathlib import PureWindowsPath

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from ledger.acts import COMMAND_LINE, Act, Kept
from ledger.audit import Noted, note
from ledger.currencies import EURO, currency
from ledger.db import Base, digest
from ledger.errors import (
    ContradictedRatesError,
    InputProblem,
    MissingRateError,
    StaleRateError,
)
from ledger.i18n import N_
from ledger.money import round_half_up
from ledger.rate_files import LARGEST_REPORT, READERS, PublishedRate, RateSource

FIXED = "fixed"
SHIPPED_HISTORY = "ecb_1999_2026.csv.xz"

# Easter and Christmas leave at most five days without a rate; longer means rates were not imported.
OLDEST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of a currency for one euro, by a source, on the day it was published or fixed."""

    currency: str
    per_euro: Decimal
    on: date
    source: str

    def in_euro(self, amount: Decimal) -> Decimal:
        """Translate an amount of the currency into euro: divided exactly, then rounded half-up."""
        return round_half_up(Fraction(amount) / Fraction(self.per_euro))


class ExchangeRate(Base):
    """One rate as published; its key puts each currency's rates in order of day."""

    __tablename__ = "exchange_rate"
    __table_args__ = ({"sqlite_strict": True, "sqlite_with_rowid": False},)

    source: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    currency: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    applies_on: Mapped[date] = mapped_column(primary_key=True)
    # A quotation, not a number to reckon with in SQL: 0.83380 says that the fifth decimal is known.
    per_euro: Mapped[str] = mapped_column(sa.String(16))
    body_sha256: Mapped[digest]
    imported_at: Mapped[datetime]


def rate_on(
    session: Session,
    currency: str,
    on: date,
    *,
    source: RateSource = RateSource.ECB,
    known_at: datetime | None = None,
) -> Rate:
    """Give the rate that applies to a currency on a day; see `rates_on`."""
    return rates_on(session, [(currency, on)], source=source, known_at=known_at)[currency, on]


def rates_on(
    session: Session,
    wanted: Collection[tuple[str, date]],
    *,
    source: RateSource = RateSource.ECB,
    known_at: datetime | None = None,
) -> dict[tuple[str, date], Rate]:
    """Give the rate that applies to each currency on its day, with one query for all of them.

    That is the fixed rate from the day a currency gave way to the euro, and before it the last one
    published on or before the day; with `known_at`, of those imported by then. Raises
    MissingRateError when there is none, StaleRateError when it is more than seven days old, and
    UnknownCurrencyError.
    """
    rates, missing = _found(session, wanted, source, known_at)
    if missing:
        raise _refusal(session, *missing[0], source)
    return rates


def missing_rates(
    session: Session,
    wanted: Collection[tuple[str, date]],
    *,
    source: RateSource = RateSource.ECB,
) -> dict[tuple[str, date], MissingRateError | StaleRateError]:
    """Say why each currency without a rate for its day has none; nothing for those with one."""
    _, missing = _found(session, wanted, source, None)
    return {(code, on): _refusal(session, code, on, source) for code, on in missing}


def fixed_rate(code: str, on: date) -> Rate | None:
    """Give the rate that no market moves: 1 for the euro, the Council's for what it replaced."""
    found = currency(code)
    if found == EURO:
        return Rate(code, Decimal(1), on, FIXED)
    if found.adopted_on is None or found.fixed_per_euro is None or on < found.adopted_on:
        return None
    return Rate(code, found.fixed_per_euro, found.adopted_on, FIXED)


@dataclass(frozen=True, slots=True)
class RatesImport:
    """What came of an import: how many rates were new, and which currencies were left aside."""

    source: str
    new: int
    unchanged: int
    ignored: tuple[str, ...]
    first_on: date
    last_on: date


def import_rates(
    session: Session,
    body: bytes,
    *,
    filename: str,
    now: datetime,
    source: RateSource = RateSource.ECB,
    by: str = COMMAND_LINE,
) -> RatesImport:
    """Add the rates of a file to the books; those already there, as equal numbers, stay.

    Raises UnreadableRatesError, or ContradictedRatesError for rates that differ from stored ones:
    then nothing is written.
    """
    file = READERS[source](body, filename=filename)
    days = [rate.on for rate in file.rates]
    first_on, last_on = min(days), max(days)
    new = _new(file.rates, _stored(session, source, first_on=first_on, last_on=last_on))
    body_sha256 = hashlib.sha256(body).digest()
    rows = [
        {
            "source": source.value,
            "currency": rate.currency,
            "applies_on": rate.on,
            "per_euro": rate.per_euro,
            "body_sha256": body_sha256,
            "imported_at": now,
        }
        # In the order of the key, so that the pages of the table fill up.
        for rate in sorted(new, key=attrgetter("currency", "on"))
    ]
    if rows:
        session.execute(sa.insert(ExchangeRate), rows)
        said = {
            "filename": PureWindowsPath(filename).name,
            "sha256": body_sha256.hex(),
            "rows": len(rows),
            "first_on": first_on.isoformat(),
            "last_on": last_on.isoformat(),
        }
        note(session, Noted(Kept.RATES, source.value, Act.IMPORTED, None, said), by=by, at=now)
    return RatesImport(
        source=source.value,
        new=len(new),
        unchanged=len(file.rates) - len(new),
        ignored=file.ignored,
        first_on=first_on,
        last_on=last_on,
    )


def load_shipped_history(session: Session, *, now: datetime) -> RatesImport:
    """Import the history that ships with the product: 4 January 1999 to 30 October 2026."""
    packed = resources.files("ledger").joinpath(f"data/{SHIPPED_HISTORY}").read_bytes()
    filename = SHIPPED_HISTORY.removesuffix(".xz")
    return import_rates(session, lzma.decompress(packed), filename=filename, now=now)


def _found(
    session: Session,
    wanted: Collection[tuple[str, date]],
    source: RateSource,
    known_at: datetime | None,
) -> tuple[dict[tuple[str, date], Rate], list[tuple[str, date]]]:
    rates = {(code, on): rate for code, on in wanted if (rate := fixed_rate(code, on))}
    sought = sorted(set(wanted) - rates.keys())
    published = _published(session, sought, source, known_at)
    for code, on in sought:
        if rate := _last(published.get(code, []), on):
            rates[code, on] = rate
    return rates, [pair for pair in sought if pair not in rates]


def _published(
    session: Session,
    sought: Collection[tuple[str, date]],
    source: RateSource,
    known_at: datetime | None,
) -> Mapping[str, list[Rate]]:
    if not sought:
        return {}
    days = [on for _, on in sought]
    query = (
        sa.select(ExchangeRate.currency, ExchangeRate.per_euro, ExchangeRate.applies_on)
        .where(ExchangeRate.source == source.value)
        .where(ExchangeRate.currency.in_({code for code, _ in sought}))
        .where(ExchangeRate.applies_on.between(min(days) - OLDEST, max(days)))
        .order_by(ExchangeRate.applies_on)
    )
    if known_at is not None:
        query = query.where(ExchangeRate.imported_at <= known_at)
    published = defaultdict(list)
    for code, per_euro, applies_on in session.execute(query):
        published[code].append(Rate(code, Decimal(per_euro), applies_on, source.value))
    return published


def _last(rates: list[Rate], on: date) -> Rate | None:
    count = bisect_right(rates, on, key=attrgetter("on"))
    if count == 0 or on - rates[count - 1].on > OLDEST:
        return None
    return rates[count - 1]


def _refusal(
    session: Session, code: str, on: date, source: RateSource
) -> MissingRateError | StaleRateError:
    last = session.scalar(
        sa.select(sa.func.max(ExchangeRate.applies_on))
        .where(ExchangeRate.source == source.value)
        .where(ExchangeRate.currency == code)
        .where(ExchangeRate.applies_on <= on)
    )
    publisher = source.upper()
    if last is None:
        return MissingRateError(currency=code, on=on, source=publisher)
    return StaleRateError(currency=code, on=on, last=last, days=OLDEST.days, source=publisher)


def _stored(
    session: Session, source: RateSource, *, first_on: date, last_on: date
) -> dict[tuple[str, date], str]:
    query = (
        sa.select(ExchangeRate.currency, ExchangeRate.applies_on, ExchangeRate.per_euro)
        .where(ExchangeRate.source == source.value)
        .where(ExchangeRate.applies_on.between(first_on, last_on))
    )
    return {(code, on): per_euro for code, on, per_euro in session.execute(query)}


def _new(
    rates: Collection[PublishedRate], stored: Mapping[tuple[str, date], str]
) -> list[PublishedRate]:
    new, problems = [], []
    known = dict(stored)
    for rate in rates:
        before = known.get((rate.currency, rate.on))
        if before is None:
            known[rate.currency, rate.on] = rate.per_euro
            new.append(rate)
        elif Decimal(before) != Decimal(rate.per_euro):
            problems.append(_contradiction(rate, before))
    if problems:
        raise ContradictedRatesError(problems[:LARGEST_REPORT])
    return new


def _contradiction(rate: PublishedRate, before: str) -> InputProblem:
    return InputProblem(
        f"{rate.currency} {rate.on}",
        N_("%(found)s, but %(known)s was read before"),
        {"found": rate.per_euro, "known": before},
        column=rate.currency,
    )
