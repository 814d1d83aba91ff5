"""Approvals: the second pair of eyes, and the moment a document enters the books.

What is approved is what was seen: an approval names the digest of the entries proposed, and if a
rate or an edit changed them since, it is refused.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger import allocation, assessments, contributions, costs, reversals
from ledger.db import lock_journal
from ledger.documents import (
    Document,
    document_by_id,
    hand_back,
    hold,
    mark_approved,
    visible_to,
)
from ledger.errors import (
    FutureEntryError,
    OwnValuationError,
    ProposalChangedError,
    SelfApprovalError,
)
from ledger.inputs import New
from ledger.journal import NewEntry, PostedEntry, entry_body, post_all
from ledger.seal import canonical
from ledger.users import Role, User, require_role
from ledger.vocabulary import Form, Status

Propose = Callable[[Session, Sequence[Document]], list[NewEntry]]

# Every kind of document: the model it is read as, and who makes its entries.
KINDS: dict[str, tuple[type[New], Propose]] = {
    contributions.KIND: (contributions.NewContribution, contributions.propose),
    costs.KIND: (costs.NewCost, costs.propose),
    assessments.KIND: (assessments.NewAssessment, assessments.propose),
    allocation.KIND: (allocation.NewAllocation, allocation.propose),
    reversals.KIND: (reversals.NewReversal, reversals.propose),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What approving a document would post, and the digest by which it is approved."""

    entries: tuple[NewEntry, ...]
    digest: str


def proposal(session: Session, document: Document) -> Proposal:
    """Show what approving would post; raise whatever would refuse it."""
    entries = tuple(KINDS[document.kind][1](session, [document]))
    return Proposal(entries, _digest(entries))


def approve(
    session: Session, document: Document, *, by: User, now: datetime, seen: str
) -> list[PostedEntry]:
    """Approve one document as it was seen, and post it.

    Raises NotAllowedError, SelfApprovalError, OwnValuationError, DocumentStatusError,
    FutureEntryError, ProposalChangedError, and whatever the proposal or the journal refuses.
    """
    return approve_all(session, [document], by=by, now=now, seen={document.id: seen})


def approve_all(
    session: Session,
    documents: Sequence[Document],
    *,
    by: User,
    now: datetime,
    seen: Mapping[str, str] | None = None,
) -> list[PostedEntry]:
    """Approve documents of one list, all or none; `seen` maps document ids to digests."""
    # What a state owes and a bank account holds is not used up by two approvals at once.
    lock_journal(session)
    hold(session, documents)
    for document in documents:
        require_approver(document, by)
    posted: list[PostedEntry] = []
    for batch in _batches(documents):
        entries = KINDS[batch[0].kind][1](session, batch)
        _require_happened(entries, now)
        if seen is not None:
            _require_seen(entries, seen)
        mark_approved(session, batch, by=by, now=now)
        posted += _post(session, batch, entries, by=by, now=now)
    return posted


def give_back(
    session: Session, document: Document, *, reason: str, by: User, now: datetime
) -> None:
    """Return a submitted document to its author with a reason."""
    require_role(by, Role.COORDINATOR)
    hand_back(session, document, reason=reason, by=by, now=now)


def require_approver(document: Document, by: User) -> None:
    """Raise unless this person may decide on this document.

    Maker and checker are two people; nobody from the donor state accepts that state's gift in kind
    (DESIGN principle 4).
    """
    require_role(by, Role.COORDINATOR)
    if document.made_by == by.id:
        raise SelfApprovalError
    in_kind = document.kind == contributions.KIND and document.body["form"] != Form.CASH
    if in_kind and by.state_code is not None and by.state_code == document.body["state"]:
        raise OwnValuationError(state=by.state_code)


def waiting(session: Session, by: User) -> Sequence[Document]:
    """List the documents that wait for a decision, oldest first, as far as the person may see."""
    query = (
        sa.select(Document)
        .where(Document.status == Status.SUBMITTED, visible_to(by))
        .order_by(Document.submitted_at, Document.id)
    )
    return session.scalars(query).all()


def seen_document(session: Session, document_id: str, by: User) -> Document:
    """Find a document the person may see; raise UnknownDocumentError for any other."""
    query = sa.select(Document).where(Document.id == document_id, visible_to(by))
    found = session.scalars(query).one_or_none()
    return found if found is not None else document_by_id(session, "")


def _batches(documents: Sequence[Document]) -> Iterator[list[Document]]:
    """Part a list so that each batch sees what the one before it has posted.

    Documents of a kind are proposed together; an allocation run looks at all that was shared.
    """
    for kind, alike in groupby(documents, key=lambda document: document.kind):
        if kind == allocation.KIND:
            yield from ([document] for document in alike)
        else:
            yield list(alike)


def _post(
    session: Session,
    documents: Sequence[Document],
    entries: Sequence[NewEntry],
    *,
    by: User,
    now: datetime,
) -> Iterator[PostedEntry]:
    makers = {document.id: document.made_by for document in documents}
    for maker, theirs in groupby(entries, key=lambda entry: makers[str(entry.document_id)]):
        yield from post_all(session, list(theirs), by=maker, approved_by=by.id, now=now)


def _require_happened(entries: Iterable[NewEntry], now: datetime) -> None:
    # A day ahead is still today somewhere.
    tomorrow = now.date() + timedelta(days=1)
    for entry in entries:
        if entry.effective_on > tomorrow:
            raise FutureEntryError(on=entry.effective_on)


def _require_seen(entries: Iterable[NewEntry], seen: Mapping[str, str]) -> None:
    for document_id, theirs in groupby(entries, key=lambda entry: entry.document_id):
        if _digest(tuple(theirs)) != seen.get(str(document_id)):
            raise ProposalChangedError


def _digest(entries: Sequence[NewEntry]) -> str:
    return hashlib.sha256(canonical([entry_body(entry) for entry in entries])).hexdigest()
