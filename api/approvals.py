"""Documents as JSON: what they say, what approving would post, and the steps to the books."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy.orm import Session

from api.deps import ApiUser, Now, Posting, PostingNow, Reading, Writing
from ledger import documents
from ledger.approvals import (
    approvals_needed,
    approve,
    endorser,
    give_back,
    proposal,
    seen_document,
    waiting,
)
from ledger.documents import Document
from ledger.entries import JournalEntry
from ledger.journal import NewPosting
from ledger.vocabulary import Status

router = APIRouter(tags=["approvals"])


class DocumentAnswer(BaseModel):
    """A document, where it stands, and the entries it became."""

    id: str
    kind: str
    state: str | None
    status: Status
    version: int
    says: dict[str, Any]
    made_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    # Where two approve: who gave the first approval, and how many are needed still.
    endorsed_by: str | None
    endorsed_at: datetime | None
    approvals_needed: int
    reason: str | None
    entries: list[int]


class PostingAnswer(BaseModel):
    """One line that approval would post; amounts are texts, debit positive."""

    account: str
    state: str | None
    currency: str
    amount: Decimal
    euro: Decimal


class ProposalAnswer(BaseModel):
    """What approval would post, and bring about besides; the digest by which it is approved."""

    digest: str
    entries: list[list[PostingAnswer]]
    effect: dict[str, Any]


class Approval(BaseModel):
    """The digest of the proposal that was seen."""

    seen: str


class Return(BaseModel):
    """Why a document goes back to its author."""

    reason: str


@router.get("/approvals")
def approvals(session: Reading, user: ApiUser) -> list[DocumentAnswer]:
    """List what waits for a decision, the oldest first."""
    return [answer_of(session, document) for document in waiting(session, user)]


@router.get("/documents/{document_id}")
def document(session: Reading, user: ApiUser, document_id: str) -> DocumentAnswer:
    """Show one document."""
    return answer_of(session, seen_document(session, document_id, user))


@router.get("/documents/{document_id}/proposal")
def document_proposal(session: Reading, user: ApiUser, document_id: str) -> ProposalAnswer:
    """Show what approving a document would post, or what refuses it."""
    found = proposal(session, seen_document(session, document_id, user))
    entries = [_postings(entry.postings) for entry in found.entries]
    return ProposalAnswer(digest=found.digest, entries=entries, effect=dict(found.effect))


@router.post("/documents/{document_id}/submit")
def submit(session: Writing, user: ApiUser, now: Now, document_id: str) -> DocumentAnswer:
    """Hand a draft to the coordinators."""
    found = seen_document(session, document_id, user)
    documents.submit_all(session, [found], by=user, now=now)
    return answer_of(session, found)


@router.post("/documents/{document_id}/approve")
def approve_document(
    user: ApiUser, session: Posting, now: PostingNow, document_id: str, approval: Approval
) -> DocumentAnswer:
    """Approve and post a document as it was seen."""
    found = seen_document(session, document_id, user)
    approve(session, found, by=user, now=now, seen=approval.seen)
    return answer_of(session, found)


@router.post("/documents/{document_id}/return")
def return_document(
    session: Writing, user: ApiUser, now: Now, document_id: str, why: Return
) -> DocumentAnswer:
    """Return a document to its author with a reason."""
    found = seen_document(session, document_id, user)
    give_back(session, found, reason=why.reason, by=user, now=now)
    return answer_of(session, found)


def answer_of(session: Session, found: Document) -> DocumentAnswer:
    """Write a document as its JSON answer."""
    entries = sa.select(JournalEntry.number).where(JournalEntry.document_id == found.id)
    return DocumentAnswer(
        id=found.id,
        kind=found.kind,
        state=found.state_code,
        status=Status(found.status),
        version=found.version,
        says=found.body,
        made_at=found.made_at,
        submitted_at=found.submitted_at,
        decided_at=found.decided_at,
        endorsed_by=endorser(session, found),
        endorsed_at=found.endorsed_at,
        approvals_needed=approvals_needed(found),
        reason=found.reason,
        entries=list(session.scalars(entries.order_by(JournalEntry.number))),
    )


def _postings(postings: Sequence[NewPosting]) -> list[PostingAnswer]:
    return [
        PostingAnswer(
            account=each.account,
            state=each.state,
            currency=each.currency,
            amount=each.amount,
            euro=each.euro,
        )
        for each in postings
    ]
