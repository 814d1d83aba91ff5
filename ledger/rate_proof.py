"""Rate proof: is each rate that a posting names one that was published, fixed, said or reckoned?

Any version of a day will do: what was posted by an earlier one stays. Averages and what is derived
are reckoned again, as the rate book stood at one moment or another.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.currencies import CURRENCIES, EURO
from ledger.documents import Document
from ledger.entries import JournalEntry, Posting
from ledger.errors import LedgerError
from ledger.findings import Finding, at_entry
from ledger.i18n import N_
from ledger.rate_sources import HOME, RateSource
from ledger.rates import AVERAGED, BANK, DERIVED, FIXED, ExchangeRate, RateBasis, rate_on
from ledger.vocabulary import RateKind, Status

A_YEAR = timedelta(days=366)

UNPUBLISHED = N_("Entry %(number)s names a rate that was not published.")
UNFIXED = N_("Entry %(number)s names a rate that was never fixed.")
UNSAID = N_("Entry %(number)s names a rate of the bank that its document does not say.")

# National banks say what one euro is in their own money under the euro.
_NATIONAL = {source.value: EURO.code for source in HOME}
_RECKONED: dict[str, RateBasis] = {
    DERIVED: RateBasis(RateSource.INFOREURO, RateKind.MONTH_FIXED, by_hand=False),
    **{
        f"{source}:{span}": RateBasis(source, kind, by_hand=False)
        for source in RateSource
        for kind, span in AVERAGED.items()
    },
}


def prove_rates(session: Session) -> Iterator[Finding]:
    """Hold every rate that postings name against the rate book, the Council, and documents."""
    yield from _published_rates(session)
    yield from _fixed_rates(session)
    yield from _reckoned_rates(session)
    yield from _bank_rates(session)


def _published_rates(session: Session) -> Iterator[Finding]:
    line, rate = Posting.__table__.c, ExchangeRate.__table__.c
    same = sa.and_(
        rate.source == line.rate_source,
        rate.currency == sa.case(_NATIONAL, value=line.rate_source, else_=line.currency),
        rate.applies_on == line.rate_on,
        rate.value == line.per_euro,
        rate.unit == 1,
    )
    others = (FIXED, BANK, *_RECKONED)
    query = (
        sa.select(line.entry)
        .join_from(Posting.__table__, ExchangeRate.__table__, same, isouter=True)
        .where(line.per_euro.is_not(None), line.rate_source.not_in(others))
        .where(rate.value.is_(None))
        .distinct()
        .order_by(line.entry)
    )
    for number in session.scalars(query):
        yield at_entry(UNPUBLISHED, number)


def _fixed_rates(session: Session) -> Iterator[Finding]:
    line = Posting.__table__.c
    said = (line.currency, line.per_euro, sa.cast(line.rate_on, sa.Text))
    query = (
        sa.select(*said, sa.func.min(line.entry).label("first"))
        .where(line.rate_source == FIXED)
        .group_by(*said)
        .order_by("first")
    )
    fixed = {
        (code, format(each.fixed_per_euro, "f"), each.adopted_on.isoformat())
        for code, each in CURRENCIES.items()
        if each.fixed_per_euro is not None and each.adopted_on is not None
    }
    for *rate, number in session.execute(query):
        if tuple(rate) not in fixed:
            yield at_entry(UNFIXED, number)


def _reckoned_rates(session: Session) -> Iterator[Finding]:
    """Reckon each average, and each month's rate that was derived, as it was known then."""
    line = Posting.__table__.c
    # As it is stored: a text that is no day is a finding, too.
    said = (line.rate_source, line.currency, line.per_euro, sa.cast(line.rate_on, sa.Text))
    query = (
        sa.select(*said, sa.func.min(line.entry))
        .where(line.rate_source.in_(_RECKONED))
        .group_by(*said)
        .order_by(sa.func.min(line.entry))
    )
    for source, code, per_euro, on, number in session.execute(query).all():
        if not any(_reckonings(session, source, code, per_euro, on)):
            yield at_entry(UNPUBLISHED, number)


def _reckonings(session: Session, source: str, code: str, per_euro: str, on: str) -> Iterator[bool]:
    """Reckon it as the book stood at one moment after the other, and compare."""
    basis = _RECKONED[source]
    with suppress(ValueError, OverflowError):
        last = date.fromisoformat(on)
        # What is derived is of the month after its day.
        after = (last.replace(day=28) + timedelta(days=4)).replace(day=1)
        day = after if source == DERIVED else last
        for known_at in _moments(session, basis.source, day):
            with suppress(LedgerError):
                rate = rate_on(session, code, day, basis=basis, known_at=known_at)
                yield (format(rate.per_euro, "f"), rate.on) == (per_euro, last)


def _moments(session: Session, source: RateSource, on: date) -> Sequence[datetime | None]:
    """List the moments at which what is reckoned changed: now, and just before each correction.

    What is complete changes by a later version only, and what was derived when the official rate
    arrives.
    """
    query = (
        sa.select(ExchangeRate.imported_at)
        .where(ExchangeRate.source.in_((source.value, RateSource.ECB.value)))
        .where(ExchangeRate.applies_on.between(on - A_YEAR, on + A_YEAR))
        .where(sa.or_(ExchangeRate.version > 1, ExchangeRate.source == RateSource.INFOREURO.value))
        .distinct()
    )
    changed = sorted(session.scalars(query), reverse=True)
    return [None, *(moment - timedelta(microseconds=1) for moment in changed)]


def _bank_rates(session: Session) -> Iterator[Finding]:
    """A bank's own rate is one that a document says; what settles its item carries it on."""
    line = Posting.__table__.c
    said = Document.body["bank_rate"].as_string()
    query = (
        sa.select(line.entry, line.currency, sa.cast(line.rate_on, sa.Text), line.per_euro, said)
        .join_from(Posting.__table__, JournalEntry.__table__, JournalEntry.number == line.entry)
        .outerjoin(Document, Document.id == JournalEntry.document_id)
        .where(line.rate_source == BANK)
        .distinct()
        .order_by(line.entry)
    )
    rows = session.execute(query).all()
    known = {tuple(rate) for _, *rate, by_document in rows if rate[-1] == by_document}
    known |= set(_sent(session)) if rows else set()
    unsaid = {number for number, *rate, _ in rows if tuple(rate) not in known}
    for number in sorted(unsaid):
        yield at_entry(UNSAID, number)


def _sent(session: Session) -> Iterator[tuple[str, str, str]]:
    """Give the rates at which banks converted what was sent, as approved receipts say it."""
    said = Document.body
    query = (
        sa.select(said)
        .where(Document.kind == "receipt", Document.status == Status.APPROVED)
        .where(said["sent_amount"].as_string().is_not(None))
    )
    for body in session.scalars(query):
        # A document that was changed beside the program is found elsewhere.
        with suppress(ArithmeticError, KeyError, TypeError, ValueError):
            per_euro = Decimal(body["sent_amount"]) / Decimal(body["amount"])
            yield body["sent_currency"], body["received_on"], format(per_euro, "f")
