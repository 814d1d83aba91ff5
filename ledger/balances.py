"""Balances: sums of postings as of a day, as the books knew them at a moment.

Nothing is stored that could drift: every balance is summed from the journal. What was known is
every entry up to a number, so a statement made again from its day and number is the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from ledger.documents import Document
from ledger.entries import JournalEntry, Posting, Seal
from ledger.money import from_cents


@dataclass(frozen=True, slots=True)
class Cutoff:
    """What a balance takes in: entries effective up to a day, known up to an entry number."""

    as_of: date
    known_number: int


@dataclass(frozen=True, slots=True)
class Selection:
    """Which postings are meant; empty means any. `forms` may hold None: no form at all."""

    accounts: tuple[str, ...] = ()
    state: str | None = None
    currency: str | None = None
    purpose: str | None = None
    forms: tuple[str | None, ...] = ()
    from_on: date | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """The sum of the postings that share a key: in their currency, and in euro (debit positive).

    `amount` adds up hundredths of one currency only where the key holds the currency.
    """

    key: tuple[Any, ...]
    amount: Decimal
    euro: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """One posting with what its entry says, as a reader of a figure sees it."""

    entry: int
    line: int
    effective_on: date
    recorded_at: datetime
    kind: str
    narration: str
    voucher: str
    document_id: str | None
    reverses: int | None
    account: str
    state: str | None
    currency: str
    amount: Decimal
    euro: Decimal
    per_euro: Decimal | None
    rate_on: date | None
    rate_source: str | None
    purpose: str | None
    activity: str | None
    form: str | None
    funding_source: str | None
    # When it happened, where the period of that day was closed already.
    occurred_on: date | None = None


def cutoff(session: Session, as_of: date, *, known_at: datetime | None = None) -> Cutoff:
    """Turn a moment into the last entry number the books then held; without one, into the head."""
    query = sa.select(sa.func.coalesce(sa.func.max(JournalEntry.number), 0))
    if known_at is not None:
        query = query.where(JournalEntry.recorded_at <= known_at)
    return Cutoff(as_of, session.scalar(query) or 0)


def balances(
    session: Session,
    at: Cutoff,
    *by: InstrumentedAttribute[Any],
    where: Selection = Selection(),
) -> list[Balance]:
    """Sum postings by the given columns, in their order; sums that are zero throughout are kept."""
    query = (
        sa.select(*by, sa.func.sum(Posting.amount), sa.func.sum(Posting.euro))
        .where(*_conditions(at, where))
        .group_by(*by)
        .order_by(*by)
    )
    return [
        Balance(tuple(row[:-2]), from_cents(int(row[-2] or 0)), from_cents(int(row[-1] or 0)))
        for row in session.execute(query)
    ]


def total_in_euro(session: Session, at: Cutoff, where: Selection) -> Decimal:
    """Sum the selected postings in euro, debit positive."""
    query = sa.select(sa.func.sum(Posting.euro)).where(*_conditions(at, where))
    return from_cents(int(session.scalar(query) or 0))


def lines(session: Session, at: Cutoff, where: Selection) -> list[Line]:
    """List the selected postings by date and number: the lines that a figure is the sum of."""
    query = (
        sa.select(*_LINE_COLUMNS)
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .where(*_conditions(at, where))
        .order_by(Posting.effective_on, Posting.entry, Posting.line)
    )
    return [_line(row) for row in session.execute(query)]


def entry_lines(session: Session, numbers: Iterable[int]) -> list[Line]:
    """List every posting of some entries."""
    query = (
        sa.select(*_LINE_COLUMNS)
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .where(Posting.entry.in_(list(numbers)))
        .order_by(Posting.entry, Posting.line)
    )
    return [_line(row) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain as some reader knew it: what a ministry keeps as a witness."""

    number: int
    hash: bytes
    recorded_at: datetime | None


def was_known(
    entry: type[JournalEntry], at: Cutoff, *, known_at: datetime | None = None
) -> sa.ColumnElement[bool]:
    """Select the documents that a cutoff knows, in a query that joins each to its entry if any.

    One with an entry is known with it. One that posts nothing was known by its decision's moment:
    by `known_at` for what has to be the same when it is made again, as a statement; without it by
    the moment of the last entry known, and at once while that is the newest of all.
    """
    last = sa.select(JournalEntry.recorded_at).where(JournalEntry.number == at.known_number)
    newer = sa.select(JournalEntry.number).where(JournalEntry.number > at.known_number)
    decided = Document.decided_at <= (known_at or last.scalar_subquery())
    if known_at is None:
        decided = sa.or_(~newer.exists(), decided)
    return sa.or_(entry.number <= at.known_number, sa.and_(entry.number.is_(None), decided))


def head(session: Session, at: Cutoff) -> Head:
    """Give the last entry that was known, its link hash and the moment it was recorded."""
    query = (
        sa.select(Seal.number, Seal.hash, JournalEntry.recorded_at)
        .join(JournalEntry, JournalEntry.number == Seal.number)
        .where(Seal.number <= at.known_number)
        .order_by(Seal.number.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return Head(row[0], bytes(row[1]), row[2]) if row else Head(0, bytes(32), None)


_LINE_COLUMNS: Sequence[InstrumentedAttribute[Any]] = (
    Posting.entry,
    Posting.line,
    Posting.effective_on,
    JournalEntry.recorded_at,
    JournalEntry.kind,
    JournalEntry.narration,
    JournalEntry.voucher,
    JournalEntry.document_id,
    JournalEntry.reverses,
    Posting.account,
    Posting.state_code,
    Posting.currency,
    Posting.amount,
    Posting.euro,
    Posting.per_euro,
    Posting.rate_on,
    Posting.rate_source,
    Posting.purpose,
    Posting.activity,
    Posting.form,
    Posting.funding_source,
    JournalEntry.occurred_on,
)


def _line(row: sa.Row[Any]) -> Line:
    values = list(row)
    values[12], values[13] = from_cents(values[12]), from_cents(values[13])
    values[14] = None if values[14] is None else Decimal(values[14])
    return Line(*values)


def _conditions(at: Cutoff, where: Selection) -> list[sa.ColumnElement[bool]]:
    conditions = [Posting.effective_on <= at.as_of, Posting.entry <= at.known_number]
    if where.accounts:
        conditions.append(Posting.account.in_(where.accounts))
    for column, value in (
        (Posting.state_code, where.state),
        (Posting.currency, where.currency),
        (Posting.purpose, where.purpose),
    ):
        if value is not None:
            conditions.append(column == value)
    if where.forms:
        given = [form for form in where.forms if form is not None]
        either = [Posting.form.in_(given)] if given else []
        if None in where.forms:
            either.append(Posting.form.is_(None))
        conditions.append(sa.or_(*either))
    if where.from_on is not None:
        conditions.append(Posting.effective_on >= where.from_on)
    return conditions
