"""Timelines: the steps of a document, from its draft to the books."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.documents import Document, DocumentEvent
from ledger.users import User
from ledger.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a document, with the name of whoever took it."""

    status: Status
    version: int
    at: datetime
    by: str
    reason: str | None


def timeline(session: Session, document: Document) -> list[Step]:
    """List a document's steps, oldest first."""
    query = (
        sa.select(
            DocumentEvent.status,
            DocumentEvent.version,
            DocumentEvent.at,
            User.name,
            DocumentEvent.reason,
        )
        .join(User, User.id == DocumentEvent.by)
        .where(DocumentEvent.document_id == document.id)
        .order_by(DocumentEvent.id)
    )
    return [Step(Status(row[0]), *row[1:]) for row in session.execute(query)]
