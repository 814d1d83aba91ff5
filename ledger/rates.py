"""The rate book: what one euro was worth in a currency on a day, by whom and how it was said.

Direction and discipline are the euro's own (Regulation (EC) No 1103/97): units of the currency for
one euro, as published, never inverted, never rounded before use. A rate once in the book stays: one
that is published anew is its next version, and what was posted by the one before stays posted.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from operator import attrgetter
from typing import Annotated

import sqlalchemy as sa
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Mapped, Session, mapped_column

from ledger.currencies import EURO, currency
from ledger.db import Base, digest
from ledger.errors import LedgerError, MissingRateError, StaleRateError
from ledger.i18n import N_
from ledger.money import round_half_up
from ledger.rate_calendars import last_publication, publications
from ledger.rate_memory import remembered
from ledger.rate_sources import RateSource
from ledger.vocabulary import LABELS, RateKind

_QUOTED = re.compile(r"[0-9]{1,9}(\.[0-9]{1,10})?", re.ASCII)

FIXED = "fixed"
BANK = "bank"
DERIVED = f"{RateSource.INFOREURO}:derived"

# Easter and Christmas leave at most five days without a rate; longer means rates were not imported.
OLDEST = timedelta(days=7)
# An average is no quotation: it is stated with as many decimals as the banks state theirs.
AVERAGE = Decimal("0.00001")
AVERAGED = {RateKind.MONTH_AVERAGE: "month", RateKind.YEAR_AVERAGE: "year"}


class NotQuotedError(LedgerError):
    """A currency that a source does not quote against the euro."""

    code = "not-quoted"
    message = N_(
        "%(source)s does not say what one euro is in %(currency)s: use ECB or InforEuro, "
        "or for the source's own money %(home)s only."
    )


class UnfinishedAverageError(LedgerError):
    """The average of a month or year of which not every rate is in the book."""

    code = "unfinished-average"
    message = N_(
        "The average of %(currency)s from %(first)s to %(until)s needs every %(source)s rate of "
        "that time: wait until it is over, and import what `mcrm rates gaps` lists."
    )


class MonthRateMissingError(LedgerError):
    """The rate of a month whose last day before it is not in the book."""

    code = "month-rate-missing"
    message = N_(
        "The rate of the month of %(on)s is the %(source)s rate of %(currency)s of %(due)s, the "
        "last one before it, and it is not in the books: import it with `mcrm rates import`."
    )


@dataclass(frozen=True, slots=True)
class RateBasis:
    """Whose rate is meant, and which: that of the day, of the day before, of a month, an average.

    A basis without a source is the European Central Bank's rate of the day. Where `by_hand` is
    false, what people decided for a day is left aside.
    """

    source: RateSource = RateSource.ECB
    kind: RateKind = RateKind.SPOT
    by_hand: bool = True

    def __str__(self) -> str:
        return f"{self.source.upper()}, {LABELS[self.kind]}"


SPOT = RateBasis()


def quoted(text: str) -> str | None:
    """Read units for one euro, above zero, as people write them; None for anything else."""
    plain = text.strip().replace(",", ".")
    if not _QUOTED.fullmatch(plain) or not plain.strip("0."):
        return None
    return format(Decimal(plain), "f")


def _per_euro(value: object) -> str:
    # A float is refused with the rest: what it was meant to be is no longer known.
    is_exact = isinstance(value, str | int | Decimal) and not isinstance(value, bool)
    rate = quoted(format(value, "f") if isinstance(value, Decimal) else str(value))
    if not is_exact or rate is None:
        raise PydanticCustomError("not_a_rate", "{text}", {"text": str(value)})
    return rate


# Units of a currency for one euro, above zero, as people enter it: the digits stay as written.
PerEuro = Annotated[str, BeforeValidator(_per_euro)]


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of a currency for one euro, by a source, on the day it was published or fixed.

    The source of an average says so, as `ecb:month`, and its day is the last of those it is of.
    """

    currency: str
    per_euro: Decimal
    on: date
    source: str

    def in_euro(self, amount: Decimal) -> Decimal:
        """Translate an amount of the currency into euro: divided exactly, then rounded half-up."""
        return round_half_up(Fraction(amount) / Fraction(self.per_euro))

    def of_euro(self, euro: Decimal) -> Decimal:
        """Translate an amount in euro into the currency: multiplied, then rounded half-up."""
        return round_half_up(Fraction(euro) * Fraction(self.per_euro))


def converted(amount: Decimal, by: Rate, into: Rate) -> Decimal:
    """Convert through the euro, rounded once, half-up (Regulation (EC) 1103/97, articles 4, 5)."""
    exact = Fraction(amount) * Fraction(into.per_euro) / Fraction(by.per_euro)
    return round_half_up(exact)


class ExchangeRate(Base):
    """One quotation as published; its key puts each currency's rates in order of day."""

    __tablename__ = "exchange_rate"
    __table_args__ = (
        sa.CheckConstraint("unit > 0", name="unit"),
        sa.CheckConstraint("version > 0", name="version"),
        {"sqlite_strict": True, "sqlite_with_rowid": False},
    )

    source: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    currency: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    applies_on: Mapped[date] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    published_on: Mapped[date]
    unit: Mapped[int] = mapped_column(default=1)
    # A quotation, not a number to reckon with in SQL: 0.83380 says that the fifth decimal is known.
    value: Mapped[str] = mapped_column(sa.String(24))
    # Of the file it was read from; of a rate decided by hand, of the document that says it.
    body_sha256: Mapped[digest]
    imported_at: Mapped[datetime]


def rate_on(
    session: Session,
    currency: str,
    on: date,
    *,
    basis: RateBasis = SPOT,
    known_at: datetime | None = None,
) -> Rate:
    """Give the rate that applies to a currency on a day; see `rates_on`."""
    return rates_on(session, [(currency, on)], basis=basis, known_at=known_at)[currency, on]


def rates_on(
    session: Session,
    wanted: Collection[tuple[str, date]],
    *,
    basis: RateBasis = SPOT,
    known_at: datetime | None = None,
) -> dict[tuple[str, date], Rate]:
    """Give the rate that applies to each currency on its day, with one query for all of them.

    That is the fixed rate from the day a currency gave way to the euro; before it one decided by
    hand for that very day; and else what the basis says, of what was in the book by `known_at`.
    Raises MissingRateError when there is none, StaleRateError when the last is more than seven days
    old, UnfinishedAverageError, NotQuotedError and UnknownCurrencyError.
    """
    rates, missing = _found(session, wanted, basis, known_at)
    if missing:
        raise _refusal(session, *missing[0], basis)
    return rates


def missing_rates(
    session: Session, wanted: Collection[tuple[str, date]], *, basis: RateBasis = SPOT
) -> dict[tuple[str, date], LedgerError]:
    """Say why each currency without a rate for its day has none; nothing for those with one."""
    _, missing = _found(session, wanted, basis, None)
    return {(code, on): _refusal(session, code, on, basis) for code, on in missing}


def fixed_rate(code: str, on: date) -> Rate | None:
    """Give the rate that no market moves: 1 for the euro, the Council's for what it replaced."""
    found = currency(code)
    if found == EURO:
        return Rate(code, Decimal(1), on, FIXED)
    if found.adopted_on is None or found.fixed_per_euro is None or on < found.adopted_on:
        return None
    return Rate(code, found.fixed_per_euro, found.adopted_on, FIXED)


def _found(
    session: Session,
    wanted: Collection[tuple[str, date]],
    basis: RateBasis,
    known_at: datetime | None,
) -> tuple[dict[tuple[str, date], Rate], list[tuple[str, date]]]:
    rates = {(code, on): rate for code, on in wanted if (rate := fixed_rate(code, on))}
    memory = remembered(session, (basis, known_at))
    sought = sorted(set(wanted) - rates.keys() - memory.keys())
    quoted = [pair for pair in sought if basis.source.quotes(pair[0])]
    memory |= _read(session, quoted, basis, known_at) if quoted else {}
    rates |= {pair: memory[pair] for pair in wanted if pair in memory}
    return rates, [pair for pair in sought if pair not in rates]


def _read(
    session: Session,
    sought: Sequence[tuple[str, date]],
    basis: RateBasis,
    known_at: datetime | None,
) -> dict[tuple[str, date], Rate]:
    spans = {(code, on): _span(basis, on) for code, on in sought}
    published = _published(session, spans, basis.source, known_at)
    choose = _CHOOSE[basis.kind]
    found = {}
    for (code, on), span in spans.items():
        by_hand = published.get((RateSource.MANUAL, code), []) if basis.by_hand else []
        decided = next((each for each in by_hand if each.on == on), None)
        rates = published.get((basis.source, code), [])
        if rate := decided or choose(rates, span):
            found[code, on] = rate
    if basis.source is RateSource.INFOREURO:
        rest = {pair: span for pair, span in spans.items() if pair not in found}
        found |= _derived(session, rest, known_at)
    return found


@dataclass(frozen=True, slots=True)
class _Span:
    """The days in which the rate for a day, or all that make its average, were published."""

    first: date
    last: date
    basis: RateBasis


def _span(basis: RateBasis, on: date) -> _Span:
    if basis.source is RateSource.INFOREURO:
        return _Span(on.replace(day=1), on.replace(day=1), basis)
    match basis.kind:
        case RateKind.MONTH_AVERAGE:
            return _Span(on.replace(day=1), _end_of_month(on), basis)
        case RateKind.YEAR_AVERAGE:
            return _Span(date(on.year, 1, 1), date(on.year, 12, 31), basis)
        case RateKind.PREVIOUS_DAY:
            last = on - timedelta(days=1)
        case RateKind.MONTH_FIXED:
            last = on.replace(day=1) - timedelta(days=1)
        case _:
            last = on
    return _Span(last - OLDEST, last, basis)


def _end_of_month(on: date) -> date:
    return (on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _published(
    session: Session,
    spans: Mapping[tuple[str, date], _Span],
    source: RateSource,
    known_at: datetime | None,
) -> dict[tuple[RateSource, str], list[Rate]]:
    """Read what may be meant in one query: the last version of each day, in order of day."""
    if not spans:
        return {}
    days = [on for _, on in spans]
    last = max((*days, *(span.last for span in spans.values())))
    first = min((*days, *(span.first for span in spans.values())))
    rows = {source.row_of(code) for code, _ in spans} | {code for code, _ in spans}
    query = (
        sa.select(
            *(ExchangeRate.source, ExchangeRate.currency, ExchangeRate.applies_on),
            *(ExchangeRate.value, ExchangeRate.unit),
        )
        .where(ExchangeRate.source.in_({source, RateSource.MANUAL}))
        .where(ExchangeRate.currency.in_(rows))
        .where(ExchangeRate.applies_on.between(first, last))
        .order_by(ExchangeRate.applies_on, ExchangeRate.version)
    )
    if known_at is not None:
        query = query.where(ExchangeRate.imported_at <= known_at)
    by_day: dict[tuple[RateSource, str], dict[date, Rate]] = defaultdict(dict)
    for name, row, on, value, unit in session.execute(query):
        of = RateSource(name)
        code = row if of.is_per_euro else of.home
        if of.row_of(code) == row:
            by_day[of, code][on] = Rate(code, Decimal(value) / unit, on, name)
    return {pair: list(rates.values()) for pair, rates in by_day.items()}


def _last(rates: Sequence[Rate], span: _Span) -> Rate | None:
    count = bisect_right(rates, span.last, key=attrgetter("on"))
    if count == 0 or rates[count - 1].on < span.first:
        return None
    return rates[count - 1]


def _of_month(rates: Sequence[Rate], span: _Span) -> Rate | None:
    """Give a month's one rate: the very last before it, or none while that is not imported."""
    found = _last(rates, span)
    is_last = found and found.on >= last_publication(span.basis.source, span.last)
    return found if is_last or span.basis.source is RateSource.INFOREURO else None


def _average(rates: Sequence[Rate], span: _Span) -> Rate | None:
    """Average what was published in a span, once all of it is in the book."""
    of = [each for each in rates if span.first <= each.on <= span.last]
    due = set(publications(span.basis.source, span.first, span.last))
    if not of or due - {each.on for each in of}:
        return None
    mean = Fraction(sum(each.per_euro for each in of)) / len(of)
    stated = Decimal(mean.numerator) / Decimal(mean.denominator)
    source = f"{span.basis.source}:{AVERAGED[span.basis.kind]}"
    return Rate(of[-1].currency, stated.quantize(AVERAGE, ROUND_HALF_UP), of[-1].on, source)


_CHOOSE: Mapping[RateKind, Callable[[Sequence[Rate], _Span], Rate | None]] = {
    RateKind.SPOT: _last,
    RateKind.PREVIOUS_DAY: _last,
    RateKind.MONTH_FIXED: _of_month,
    RateKind.MONTH_AVERAGE: _average,
    RateKind.YEAR_AVERAGE: _average,
}


def _derived(
    session: Session, spans: Mapping[tuple[str, date], _Span], known_at: datetime | None
) -> dict[tuple[str, date], Rate]:
    """Derive InforEuro's rate of a month: ECB's of the last day but one of the month before (§1.6).

    It is marked as derived, and used until the official one arrives.
    """
    before = {
        pair: _Span(span.first - 2 * OLDEST, span.first - timedelta(days=1), SPOT)
        for pair, span in spans.items()
    }
    published = _published(session, before, RateSource.ECB, known_at)
    found = {}
    for (code, on), span in before.items():
        held = {each.on: each for each in published.get((RateSource.ECB, code), [])}
        last = last_publication(RateSource.ECB, span.last)
        last_but_one = last_publication(RateSource.ECB, last - timedelta(days=1))
        if last in held and last_but_one in held:
            found[code, on] = Rate(code, held[last_but_one].per_euro, last_but_one, DERIVED)
    return found


def _refusal(session: Session, code: str, on: date, basis: RateBasis) -> LedgerError:
    source, publisher = basis.source, basis.source.upper()
    if not source.quotes(code):
        return NotQuotedError(source=publisher, currency=code, home=source.home)
    span = _span(basis, on)
    last = session.scalar(
        sa.select(sa.func.max(ExchangeRate.applies_on))
        .where(ExchangeRate.source == source.value)
        .where(ExchangeRate.currency == source.row_of(code))
        .where(ExchangeRate.applies_on <= span.last)
    )
    if last is None or source is RateSource.INFOREURO:
        return MissingRateError(currency=code, on=on, source=publisher)
    if basis.kind in AVERAGED:
        days = {"first": span.first, "until": span.last}
        return UnfinishedAverageError(currency=code, source=publisher, **days)
    if basis.kind is RateKind.MONTH_FIXED:
        due = last_publication(source, span.last)
        return MonthRateMissingError(currency=code, on=on, due=due, source=publisher)
    return StaleRateError(currency=code, on=on, last=last, days=OLDEST.days, source=publisher)
