"""Decisions: approved documents of some kinds, in the order in which they were approved.

What posts nothing is found again here: the later decision goes before the earlier one, whichever
day each names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.balances import Cutoff
from ledger.documents import Document, DocumentEvent
from ledger.entries import JournalEntry
from ledger.users import User
from ledger.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Decision:
    """An approved document, and who approved it."""

    document: Document
    approved_by: str
    approved_at: datetime


def decisions(
    session: Session,
    kinds: Iterable[str],
    *,
    at: Cutoff | None = None,
    said: Mapping[str, str] | None = None,
) -> list[Decision]:
    """List approved documents, the first approved first, in one query.

    `said` selects those that say so in fields of text; `at` those approved before the entry that
    follows its number, as the books knew them.
    """
    query = (
        sa.select(Document, User.name, DocumentEvent.at)
        .join(DocumentEvent, DocumentEvent.document_id == Document.id)
        .join(User, User.id == DocumentEvent.by)
        .where(Document.kind.in_(tuple(kinds)), Document.status == Status.APPROVED)
        .where(DocumentEvent.status == Status.APPROVED)
        .order_by(DocumentEvent.id)
    )
    for name, value in (said or {}).items():
        query = query.where(Document.body[name].as_string() == value)
    following = _following(session, at)
    if following is not None:
        query = query.where(DocumentEvent.id < following)
    return [Decision(document, name, on) for document, name, on in session.execute(query)]


def _following(session: Session, at: Cutoff | None) -> int | None:
    """Give the step by which the first entry that a cutoff does not know was approved."""
    if at is None:
        return None
    query = (
        sa.select(DocumentEvent.id)
        .join(JournalEntry, JournalEntry.document_id == DocumentEvent.document_id)
        .where(DocumentEvent.status == Status.APPROVED, JournalEntry.number > at.known_number)
    )
    return session.scalar(query.order_by(JournalEntry.number).limit(1))
