"""Reminders: which calls are overdue, and the record of every letter that asked for them again.

A reminder posts nothing: it is the record. Its level is how many were sent for the call before it,
and one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import AfterValidator, StringConstraints
from sqlalchemy.orm import Session

from ledger.balances import Cutoff
from ledger.calls import NUMBER, Call, call_named, calls
from ledger.documents import Document
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import Day, New, Reference, Words, broken
from ledger.journal import NewEntry
from ledger.open_items import Items, Which, open_items
from ledger.references import plain
from ledger.set_offs import ASSESSED
from ledger.vocabulary import Status

KIND = "reminder"

NOT_A_NUMBER = N_("“%(text)s” is not a number of a call: write it as 2017/12-PL.")


class NotOverdueError(LedgerError):
    """A reminder of a call of which nothing is overdue."""

    code = "not-overdue"
    message = N_("Of call %(call)s nothing is overdue on %(on)s: it is due on %(due)s.")


def _named(text: str) -> str:
    if not NUMBER.fullmatch(plain(text)):
        raise broken(("call", NOT_A_NUMBER))
    return plain(text)


class NewReminder(New):
    """A letter that asks again for what was called."""

    call: Annotated[str, StringConstraints(max_length=20), AfterValidator(_named)]
    sent_on: Day
    description: Words
    voucher: Reference = ""


@dataclass(frozen=True, slots=True)
class Overdue:
    """A call that is overdue: how much is open of it in euro, since when, and the next level."""

    call: Call
    open: Decimal
    days: int
    level: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A reminder that was sent."""

    call: str
    level: int
    sent_on: date
    description: str
    document_id: str


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Post nothing. Raises UnknownCallError or NotOverdueError."""
    for document in documents:
        _require_overdue(session, _reminder(document))
    return []


def foresee(session: Session, document: Document) -> Mapping[str, Any]:
    """Say of which level it is."""
    said = _reminder(document)
    level = 1 + sum(each.call == said.call for each in sent(session))
    return {"call": said.call, "reminder_level": level}


def sent(session: Session) -> list[Sent]:
    """List the reminders that were sent, the first one first."""
    query = sa.select(Document).where(Document.kind == KIND, Document.status == Status.APPROVED)
    read = [(_reminder(each), each.id) for each in session.scalars(query)]
    levels: Counter[str] = Counter()
    found = []
    for said, document_id in sorted(read, key=lambda each: (each[0].sent_on, each[0].call)):
        levels[said.call] += 1
        found.append(
            Sent(said.call, levels[said.call], said.sent_on, said.description, document_id)
        )
    return found


def overdue(session: Session, at: Cutoff) -> list[Overdue]:
    """List the calls that are overdue at the end of a day, the longest first."""
    still = {each.key: each.euro for each in open_items(session, at, accounts=(ASSESSED,))}
    levels = Counter(each.call for each in sent(session) if each.sent_on <= at.as_of)
    found = [
        Overdue(each, still[each.item], (at.as_of - each.due_on).days, levels[each.name] + 1)
        for each in calls(session)
        if each.item in still and each.due_on < at.as_of
    ]
    return sorted(found, key=lambda each: (-each.days, each.call.number))


def _reminder(document: Document) -> NewReminder:
    return NewReminder.model_validate(document.body)


def _require_overdue(session: Session, said: NewReminder) -> None:
    called = call_named(session, said.call)
    items = Items(session, Which((ASSESSED,), keys=(called.item,)))
    if called.due_on >= said.sent_on or not items.as_of(called.item, said.sent_on).amount:
        raise NotOverdueError(call=said.call, on=said.sent_on, due=called.due_on)
