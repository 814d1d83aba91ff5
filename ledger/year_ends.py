"""Year-ends: a year's revenue and expenses pass into the accumulated surplus (books.md row 21).

One entry like any other closes each balance of the year by account, state and currency. It is no
event of the mechanism: its postings name no purpose, and no reading of what happened counts them.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from ledger.accounts import AccountKind, chart
from ledger.documents import Document
from ledger.entries import JournalEntry, Posting
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import New, Reference, Words
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO, from_cents
from ledger.states import FOUNDED_ON

KIND = "year_end"
SURPLUS = "3010"
CLOSED = tuple(
    each.code
    for each in chart().values()
    if each.kind in (AccountKind.REVENUE, AccountKind.EXPENSE)
)


class NothingToCloseError(LedgerError):
    """A year whose revenue and expenses are closed, or that had none."""

    code = "nothing-to-close"
    message = N_(
        "Nothing is left on the revenue and expense accounts of %(year)s: "
        "there is nothing to close."
    )


class YearEndDayError(LedgerError):
    """A reversal of a year-end on another day than its own."""

    code = "year-end-day"
    message = N_(
        "Entry %(number)s closes a year on %(on)s, and is undone on that day only: reverse it "
        "as of %(on)s, or close what is left of the year by another year-end."
    )


class NewYearEnd(New):
    """The year whose revenue and expenses are to be closed, on its last day."""

    year: int = Field(ge=FOUNDED_ON.year, le=2199)
    description: Words
    voucher: Reference = Field(default="")


def year_end(document: Document) -> NewYearEnd:
    """Read what a year-end document says."""
    return NewYearEnd.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each year-end; raise NothingToCloseError where all is closed."""
    return [_entry(session, document, year_end(document)) for document in documents]


def open_years(session: Session) -> list[int]:
    """List the years that have something left on their revenue and expense accounts."""
    year = sa.extract("year", Posting.effective_on)
    amount, euro = sa.func.sum(Posting.amount), sa.func.sum(Posting.euro)
    query = (
        sa.select(year)
        .where(Posting.account.in_(CLOSED))
        .group_by(year, Posting.account, Posting.state_code, Posting.currency)
        .having(sa.or_(amount != 0, euro != 0))
    )
    return sorted({int(found) for found in session.scalars(query)})


def require_own_day(entry: JournalEntry, on: date) -> None:
    """A year opened again in another year would put its costs into that one."""
    if entry.kind == KIND and on != entry.effective_on:
        raise YearEndDayError(number=entry.number, on=entry.effective_on)


def _entry(session: Session, document: Document, said: NewYearEnd) -> NewEntry:
    postings = tuple(_closing(_open(session, said.year)))
    if not postings:
        raise NothingToCloseError(year=said.year)
    return NewEntry(
        effective_on=date(said.year, 12, 31),
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=postings,
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


# A balance of the year: account, state, currency, its amount and in euro.
Balance = tuple[str, str | None, str, Decimal, Decimal]


def _open(session: Session, year: int) -> Iterator[Balance]:
    keys = (Posting.account, Posting.state_code, Posting.currency)
    amount, euro = sa.func.sum(Posting.amount), sa.func.sum(Posting.euro)
    query = (
        sa.select(*keys, amount, euro)
        .where(Posting.account.in_(CLOSED))
        .where(Posting.effective_on.between(date(year, 1, 1), date(year, 12, 31)))
        .group_by(*keys)
        .having(sa.or_(amount != 0, euro != 0))
        # Nulls stand first in one database and last in the other.
        .order_by(Posting.account, sa.func.coalesce(Posting.state_code, ""), Posting.currency)
    )
    for code, state, currency, cents, euro_cents in session.execute(query):
        yield code, state, currency, from_cents(int(cents)), from_cents(int(euro_cents))


def _closing(balances: Iterable[Balance]) -> Iterator[NewPosting]:
    """Row 21: each balance at its mirror, and the whole of each currency to the surplus."""
    passed: dict[str, tuple[Decimal, Decimal]] = {}
    for code, state, currency, amount, euro in balances:
        yield from _postings(code, state, currency, -amount, -euro)
        before = passed.get(currency, (ZERO, ZERO))
        passed[currency] = (before[0] + amount, before[1] + euro)
    for currency, (amount, euro) in sorted(passed.items()):
        yield from _postings(SURPLUS, None, currency, amount, euro)


def _postings(
    code: str, state: str | None, currency: str, amount: Decimal, euro: Decimal
) -> Iterator[NewPosting]:
    """Write a balance as lines; in euro an amount is its own value, and a difference a line."""
    parts = [(amount, euro)]
    if currency == "EUR":
        parts = [(amount, amount), (ZERO, euro - amount)]
    for part, worth in parts:
        if part or worth:
            yield NewPosting(account=code, amount=part, euro=worth, currency=currency, state=state)
