"""Reversals on pages: the form beside an entry, who is offered it, and what undid a document."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from api.pages.contribution_form import require_postable
from api.pages.forms import FilledForm, read_form
from api.pages.labels import FIELD_OF_ERROR
from api.pages.page import Page
from ledger import documents
from ledger.approvals import proposal
from ledger.balances import Line
from ledger.documents import Document, body_hash
from ledger.entries import JournalEntry
from ledger.reversals import KIND, NewReversal
from ledger.users import Role, User, acts_for
from ledger.vocabulary import Status

FIELDS = ("effective_on", "reason")
# Beside which field a refusal stands: a reversal has one day, the day on which it takes effect.
DAY_ERRORS = {code: "effective_on" for code, name in FIELD_OF_ERROR.items() if name == "value_on"}
FIELD_OF_REFUSAL = {**DAY_ERRORS, "early-reversal": "effective_on"}


def empty_form(page: Page) -> FilledForm:
    """Make a form of today, with a key of its own: sent twice, it records once."""
    today = page.now.date().isoformat()
    return FilledForm({"effective_on": today, "key": str(uuid.uuid4())})


def only_state(lines: Iterable[Line]) -> str | None:
    """Name the one state that an entry is about; none where it is about several, or about all."""
    states = {line.state for line in lines if line.state is not None}
    return states.pop() if len(states) == 1 else None


def may_reverse(user: User, state: str | None) -> bool:
    """Whether a person may ask that an entry of this state, or of all, be undone."""
    if user.role not in (Role.OFFICER, Role.COORDINATOR):
        return False
    if state is None:
        return user.state_code is None or user.role == Role.COORDINATOR
    return acts_for(user, state)


def read_reversal(
    page: Page, session: Session, typed: Mapping[str, str], number: int, state: str | None
) -> NewReversal:
    """Read the form and ask the books what they would post; nothing is written.

    Raises InputErrors, FutureEntryError, ClosedPeriodError, NoPeriodError, and what the proposal
    refuses: AlreadyReversedError, ReversalOfReversalError, EarlyReversalError and others.
    """
    said = {name: typed.get(name, "") for name in FIELDS} | {"number": str(number)}
    new = read_form(NewReversal, said, page.formats, amounts=(), days=("effective_on",))
    require_postable(session, new.effective_on, today=page.now.date())
    body = new.model_dump(mode="json", exclude_none=True)
    proposal(
        session,
        Document(id="", kind=KIND, state_code=state, body=body, body_hash=body_hash(KIND, body)),
    )
    return new


def submit_reversal(
    session: Session, new: NewReversal, *, state: str | None, by: User, now: datetime, key: str
) -> Document:
    """Keep a reversal and hand it to the coordinators; the same key gives the one there is."""
    document = documents.draft(session, new, kind=KIND, state=state, by=by, now=now, key=key)
    # The second click of a double click finds it submitted already.
    if document.status == Status.DRAFT:
        documents.submit_all(session, [document], by=by, now=now)
    return document


def waits(session: Session, number: int) -> bool:
    """Whether somebody asked already that an entry be undone, and nobody has decided."""
    asked = sa.select(Document.id).where(
        Document.kind == KIND,
        Document.status == Status.SUBMITTED,
        Document.body["number"].as_integer() == number,
    )
    return session.scalar(asked.limit(1)) is not None


def reversed_by(session: Session, document_ids: Sequence[str]) -> dict[str, int]:
    """Give the reversing entry of each document whose entry was undone, in one query."""
    reversing = aliased(JournalEntry)
    query = (
        sa.select(JournalEntry.document_id, reversing.number)
        .join(reversing, reversing.reverses == JournalEntry.number)
        .where(JournalEntry.document_id.in_(document_ids))
    )
    return {str(document): number for document, number in session.execute(query)}
