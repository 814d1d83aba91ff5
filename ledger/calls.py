"""Calls for funds: what was assessed, less what is set off, asked of each state in one letter.

One document calls an assessment of every state that it asks. What the mechanism owes a state is set
off by the call's entry: credits (row 14b), what was paid early (row 6), and pre-financed costs
(row 10b), the oldest first. What else the state owes is shown beside it. Each call stands in a
register that only grows, under a number and references by which its payment is found again.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Self

import sqlalchemy as sa
from pydantic import Field, model_validator
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from ledger.assessments import AGAIN
from ledger.assessments import KIND as ASSESSMENT
from ledger.balances import Cutoff, was_known
from ledger.db import Base, code, text
from ledger.documents import Document
from ledger.entries import JournalEntry
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import LATEST, Day, New, Reference, Words, broken
from ledger.journal import NewEntry
from ledger.money import from_cents, to_cents
from ledger.open_items import Items, Which
from ledger.references import (
    SCHEME,
    SYMBOL_DIGITS,
    creditor_reference,
    is_creditor_reference,
    is_symbol,
    plain,
    symbol,
)
from ledger.set_offs import ASSESSED, SET_OFF, Asked, asked_of, set_off
from ledger.states import ParticipatingState
from ledger.vocabulary import Charges, ExchangeRule

KIND = "call"

NUMBER = re.compile(r"([0-9]{4})/([1-9][0-9]{0,4})-([A-Z]{2})", re.ASCII)

DUE_MISSING = N_("is missing: give the day on which it is due, or the days to pay.")
DUE_ONCE = N_("goes with no other: give the day on which it is due, or the days to pay, not both.")
DUE_TOO_EARLY = N_("is before the day of despatch: turn the dates round.")
DUE_TOO_LATE = N_("leads beyond the days of the books: give fewer.")


class NotCallableError(LedgerError):
    """A call of what is no assessment."""

    code = "not-callable"
    message = N_("Entry %(number)s asks nothing of the states: name the entry of an assessment.")


class NothingToCallError(LedgerError):
    """A call of an assessment of which nothing is open and not called."""

    code = "nothing-to-call"
    message = N_(
        "Of entry %(number)s nothing is open on %(on)s that was not called already: "
        "name another assessment, or a later day."
    )


class DespatchedCallError(LedgerError):
    """A reversal of what a call set off."""

    code = "despatched-call"
    message = N_(
        "Entry %(number)s is a call for funds, which was despatched and is not undone: correct "
        "what it set off by a payment or a new document."
    )


class UnknownCallError(LedgerError):
    """A number that is that of no call."""

    code = "unknown-call"
    message = N_("There is no call %(call)s: write its number as 2017/12-PL.")


class Call(Base):
    """One call of the register: so much asked of a state, by when, and on which terms.

    Amounts are hundredths of a euro, as they were on the day of despatch: `gross` what was open of
    the assessed item, `applied` what was set off, `arrears` what else the state owed.
    """

    __tablename__ = "call"
    __table_args__ = (
        sa.UniqueConstraint("item"),
        sa.UniqueConstraint("reference"),
        sa.UniqueConstraint("symbol"),
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("due_on >= despatched_on", name="order"),
        sa.CheckConstraint("gross > 0", name="gross"),
        sa.CheckConstraint("applied BETWEEN 0 AND gross", name="applied"),
        sa.CheckConstraint("arrears >= 0", name="arrears"),
        {"sqlite_strict": True},
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document_id: Mapped[str] = mapped_column(sa.String(36), sa.ForeignKey(Document.id))
    state_code: Mapped[str] = mapped_column(sa.String(2), sa.ForeignKey(ParticipatingState.code))
    # The assessed item that it calls.
    item: Mapped[text] = mapped_column(sa.String(120))
    despatched_on: Mapped[date]
    due_on: Mapped[date]
    exchange: Mapped[code]
    charges: Mapped[code]
    # ISO 11649, and the variable symbol of Czech and Slovak banks.
    reference: Mapped[str] = mapped_column(sa.String(25))
    symbol: Mapped[str] = mapped_column(sa.String(10))
    gross: Mapped[int] = mapped_column(sa.BigInteger)
    applied: Mapped[int] = mapped_column(sa.BigInteger)
    arrears: Mapped[int] = mapped_column(sa.BigInteger)

    @property
    def name(self) -> str:
        """The number as people write it: year, number and state."""
        return f"{self.despatched_on.year}/{self.number}-{self.state_code}"

    @property
    def net(self) -> Decimal:
        """What this call asks, in euro: gross less what is set off."""
        return from_cents(self.gross - self.applied)

    @property
    def to_pay(self) -> Decimal:
        """What the letter asks in all, in euro: the net of this call, and arrears."""
        return from_cents(self.gross - self.applied + self.arrears)


class NewCall(New):
    """A call of an assessment; what each state is asked is not said but follows from the books."""

    # The number of the assessment's entry.
    assessment: int = Field(gt=0, lt=2**62)
    despatched_on: Day
    due_on: Day | None = None
    # Days to pay after despatch, instead of a day.
    days: Annotated[int, Field(gt=0, le=3660)] | None = None
    exchange: ExchangeRule
    charges: Charges
    description: Words
    voucher: Reference = ""

    @model_validator(mode="after")
    def _one_day(self) -> Self:
        if (self.due_on is None) == (self.days is None):
            raise broken(("due_on", DUE_MISSING if self.days is None else DUE_ONCE))
        if self.due_on is not None and self.due_on < self.despatched_on:
            raise broken(("due_on", DUE_TOO_EARLY))
        if self.due.isoformat() > LATEST:
            raise broken(("days", DUE_TOO_LATE))
        return self

    @property
    def due(self) -> date:
        """The day by which it is to be paid."""
        return self.due_on or self.despatched_on + timedelta(self.days or 0)


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a call is paid: who bears the exchange risk and bank charges."""

    rule: ExchangeRule
    # The rate of the call is that of its day of despatch.
    rate_on: date
    charges: Charges


def call(document: Document) -> NewCall:
    """Read what a call's document says."""
    return NewCall.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of what each call sets off, none where it is nothing; nothing is written.

    Raises NotCallableError or NothingToCallError.
    """
    return [entry for document in documents for entry in _entries(session, document)]


def foresee(session: Session, document: Document) -> Mapping[str, Any]:
    """Say what is asked of whom; the numbers come with the approval."""
    said = call(document)
    asked = (f"{each.item.state} {each.gross - each.applied}" for each in _asked(session, said))
    return {"due_on": said.due.isoformat(), "asked": ", ".join(asked)}


def enact(session: Session, document: Document) -> None:
    """Enter the calls of a document in the register; raise what `propose` raises."""
    said = call(document)
    last = session.scalar(sa.select(sa.func.coalesce(sa.func.max(Call.number), 0))) or 0
    for number, each in enumerate(_asked(session, said), last + 1):
        session.add(_registered(document, said, each, number))
    session.flush()


# The register


def calls(session: Session) -> Sequence[Call]:
    """List all calls, the first one first."""
    return session.scalars(sa.select(Call).order_by(Call.number)).all()


def calls_known(
    session: Session, at: Cutoff, *, known_at: datetime | None = None
) -> Sequence[Call]:
    """List the calls despatched and known as of a cutoff; for `known_at` see `was_known`."""
    entry = aliased(JournalEntry)
    query = (
        sa.select(Call)
        .join(Document, Document.id == Call.document_id)
        .outerjoin(entry, entry.document_id == Document.id)
        .where(Call.despatched_on <= at.as_of, was_known(entry, at, known_at=known_at))
        .order_by(Call.number)
    )
    return session.scalars(query).all()


def call_named(session: Session, name: str) -> Call:
    """Find a call by its number, as 2017/12-PL; raise UnknownCallError."""
    found = NUMBER.fullmatch(plain(name))
    numbered = session.get(Call, int(found[2])) if found else None
    if numbered is None or numbered.name != plain(name):
        raise UnknownCallError(call=name)
    return numbered


def terms(session: Session, keys: Iterable[str]) -> dict[str, Terms]:
    """Give the terms on which items were called; items that were not are left out."""
    query = sa.select(Call).where(Call.item.in_(sorted(set(keys))))
    return {
        each.item: Terms(ExchangeRule(each.exchange), each.despatched_on, Charges(each.charges))
        for each in session.scalars(query)
    }


def items_called(session: Session, written: Iterable[str]) -> dict[str, str]:
    """Find the items that payments name: by number, reference or symbol of their calls.

    Spaces, small letters and leading zeros do not matter; what names no call is left out. Nothing
    is looked up where nothing looks like a call.
    """
    likely = {each: word for each in written if (word := _word(each))}
    if not likely:
        return {}
    found = {
        word: each.item
        for each in session.scalars(sa.select(Call))
        for word in (each.name, each.reference, each.symbol)
    }
    return {each: found[word] for each, word in likely.items() if word in found}


def item_of(session: Session, written: str) -> str | None:
    """Find the item that a payment names; None for what names no call."""
    return items_called(session, [written]).get(written)


def _word(written: str) -> str | None:
    """Write a call's number, reference or symbol as the register has it; None for anything else."""
    wanted = plain(written)
    padded = wanted.lstrip("0").zfill(SYMBOL_DIGITS)
    if NUMBER.fullmatch(wanted) or is_creditor_reference(wanted):
        return wanted
    return padded if is_symbol(padded) else None


def references_of(year: int, state: str, number: int) -> tuple[str, str]:
    """Make the creditor reference and the variable symbol of a call."""
    reference = creditor_reference(f"{SCHEME}{year}{state}{number:05}")
    return reference, symbol(f"{year}{number:05}")


def due_days(session: Session) -> dict[str, date]:
    """Give the day by which each called item is due."""
    return {each.item: each.due_on for each in calls(session)}


def require_not_despatched(entry: JournalEntry) -> None:
    """A letter is not taken back: its call stays in the register as it was asked."""
    if entry.kind == KIND:
        raise DespatchedCallError(number=entry.number)


# What is asked


def _entries(session: Session, document: Document) -> Iterator[NewEntry]:
    said = call(document)
    postings = tuple(set_off(_asked(session, said)))
    if postings:
        yield NewEntry(
            effective_on=said.despatched_on,
            kind=KIND,
            narration=said.description,
            voucher=said.voucher,
            postings=postings,
            document_id=document.id,
            document_hash=document.body_hash,
            idempotency_scope="document",
            idempotency_key=document.id,
        )


def _asked(session: Session, said: NewCall) -> list[Asked]:
    """Say what each state is asked, in order of code."""
    items = Items(session, Which((ASSESSED, *SET_OFF)))
    assessed = [
        item for item in items if item.account == ASSESSED and item.number == said.assessment
    ]
    if not assessed or assessed[0].kind not in (ASSESSMENT, AGAIN):
        raise NotCallableError(number=said.assessment)
    due = due_days(session)
    found = [
        asked_of(items, item, on=said.despatched_on, due=due)
        for item in sorted(assessed, key=lambda item: str(item.state))
        if item.key not in due and items.least_from(item.key, said.despatched_on)
    ]
    if not found:
        raise NothingToCallError(number=said.assessment, on=said.despatched_on)
    return found


def _registered(document: Document, said: NewCall, asked: Asked, number: int) -> Call:
    state = str(asked.item.state)
    reference, of_bank = references_of(said.despatched_on.year, state, number)
    return Call(
        number=number,
        document_id=document.id,
        state_code=state,
        item=asked.item.key,
        despatched_on=said.despatched_on,
        due_on=said.due,
        exchange=said.exchange,
        charges=said.charges,
        reference=reference,
        symbol=of_bank,
        gross=to_cents(asked.gross),
        applied=to_cents(asked.applied),
        arrears=to_cents(asked.arrears),
    )
