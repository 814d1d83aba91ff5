"""Approvals: the second pair of eyes, and the moment a document enters the books.

What is approved is what was seen: an approval names the digest of what the document says, of the
entries proposed and of the evidence attached, and if an edit, a rate or another file changed them
since, it is refused.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger import application_body, contributions, manual_rates, reversals
from ledger.currencies import own_currency
from ledger.db import lock_journal
from ledger.documents import (
    Document,
    document_by_id,
    endorse,
    hand_back,
    hold,
    mark_approved,
    visible_to,
)
from ledger.entries import JournalEntry
from ledger.errors import (
    FutureEntryError,
    LedgerError,
    OwnValuationError,
    ProposalChangedError,
    SelfApprovalError,
)
from ledger.evidence import attached_hashes
from ledger.i18n import N_
from ledger.journal import NewEntry, PostedEntry, entry_body, post_all
from ledger.kinds import KINDS
from ledger.later_revaluations import require_none_later
from ledger.seal import canonical
from ledger.users import Role, User, require_role
from ledger.vocabulary import Form, Status


class EndorsedError(LedgerError):
    """The second of two approvals by whoever gave the first."""

    code = "endorsed"
    message = N_("You have approved this document already: the second approval is another's.")


class OwnCaseError(LedgerError):
    """A decision on what a state is to bear, taken from within that state."""

    code = "own-case"
    message = N_(
        "%(state)s does not decide on its own case: "
        "a person of another state, or of the office, approves it."
    )


@dataclass(frozen=True, slots=True)
class Proposal:
    """What approving a document would post and bring about, and the digest of both."""

    entries: tuple[NewEntry, ...]
    effect: Mapping[str, Any]
    digest: str


def proposal(session: Session, document: Document) -> Proposal:
    """Show what approving would post; raise whatever would refuse it."""
    return _proposal(session, document, tuple(_proposed(session, [document])))


def approve(
    session: Session, document: Document, *, by: User, now: datetime, seen: str
) -> list[PostedEntry]:
    """Approve one document as it was seen, and post it; nothing yet, if another has to follow.

    Raises NotAllowedError, SelfApprovalError, OwnValuationError, OwnCaseError, DocumentStatusError,
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
        require_decider(session, document, by)
    posted: list[PostedEntry] = []
    for batch in _batches(documents):
        kind = KINDS[batch[0].kind]
        entries = _proposed(session, batch)
        _require_happened(entries, now)
        if seen is not None:
            _require_seen(session, batch, entries, seen)
        if kind.twice and batch[0].endorsed_by is None:
            endorse(session, batch[0], by=by, now=now)
            continue
        mark_approved(session, batch, by=by, now=now)
        # First what is beside the journal: an entry may name the state that was just admitted.
        if kind.enact is not None:
            for document in batch:
                kind.enact(session, document)
        posted += _post(session, batch, entries, by=by, now=now)
    return posted


def approve_in_turn(
    session: Session, documents: Sequence[Document], *, by: Sequence[User], now: datetime
) -> list[PostedEntry]:
    """Approve documents of one list as several people did, each what still needs an approval."""
    posted: list[PostedEntry] = []
    for each in by:
        open_ones = [document for document in documents if approvals_needed(document)]
        posted += approve_all(session, open_ones, by=each, now=now)
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
    (DESIGN principle 4), nor from a state what it leaves to the others or owes them, or what is
    given up of its debt. Raises NotAllowedError, SelfApprovalError, EndorsedError,
    OwnValuationError or OwnCaseError.
    """
    require_role(by, Role.COORDINATOR)
    if document.made_by == by.id:
        raise SelfApprovalError
    if document.endorsed_by == by.id:
        raise EndorsedError
    is_of_state = by.state_code is not None and by.state_code == document.body.get("state")
    gives_up = document.kind == application_body.KIND and "difference" in document.body
    if is_of_state and (gives_up or KINDS[document.kind].by_others):
        raise OwnCaseError(state=by.state_code)
    if by.state_code is not None and _decides_on_own_money(document, by.state_code):
        raise OwnCaseError(state=by.state_code)
    in_kind = document.kind == contributions.KIND and document.body["form"] != Form.CASH
    if is_of_state and in_kind:
        raise OwnValuationError(state=by.state_code)


def _decides_on_own_money(document: Document, state: str) -> bool:
    """Whether a document says what a state's own money is worth, by hand or by its bank."""
    body = document.body
    if document.kind == manual_rates.KIND:
        on = date.fromisoformat(body["applies_on"])
        return bool(own_currency(state, on) == body["currency"])
    says_rate = "bank_rate" in body or "sent_amount" in body
    return says_rate and body.get("state") == state


def require_decider(session: Session, document: Document, by: User) -> None:
    """Raise unless this person may decide on this document, and on what it undoes.

    A reversal is the case of whose decision it undoes: a debt that was given up comes back, or goes
    to the others. Raises what `require_approver` raises.
    """
    require_approver(document, by)
    if document.kind != reversals.KIND or by.state_code is None:
        return
    others = [kind for kind, each in KINDS.items() if each.by_others]
    undone = (
        sa.select(Document.id)
        .join(JournalEntry, JournalEntry.document_id == Document.id)
        .where(JournalEntry.number == document.body["number"])
        .where(Document.state_code == by.state_code, Document.kind.in_(others))
    )
    if session.scalar(undone) is not None:
        raise OwnCaseError(state=by.state_code)


def approvals_needed(document: Document) -> int:
    """Count the approvals that a document still needs before it is posted."""
    if document.status in (Status.APPROVED, Status.WITHDRAWN):
        return 0
    return 2 if KINDS[document.kind].twice and document.endorsed_by is None else 1


def endorser(session: Session, document: Document) -> str | None:
    """Name who gave the first of two approvals; None where nobody has."""
    return session.scalar(sa.select(User.name).where(User.id == document.endorsed_by))


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
        if KINDS[kind].alone or KINDS[kind].twice:
            yield from ([document] for document in alike)
        else:
            yield list(alike)


def _proposed(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entries of documents of one kind, of which none takes of what was revalued since."""
    entries = KINDS[documents[0].kind].propose(session, documents)
    require_none_later(session, entries)
    return entries


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


def _require_seen(
    session: Session,
    documents: Iterable[Document],
    entries: Sequence[NewEntry],
    seen: Mapping[str, str],
) -> None:
    theirs: dict[str | None, list[NewEntry]] = defaultdict(list)
    for entry in entries:
        theirs[entry.document_id].append(entry)
    for document in documents:
        found = _proposal(session, document, tuple(theirs[document.id]))
        if found.digest != seen.get(document.id):
            raise ProposalChangedError


def _proposal(session: Session, document: Document, entries: tuple[NewEntry, ...]) -> Proposal:
    foresee = KINDS[document.kind].foresee
    effect = foresee(session, document) if foresee else {}
    said = {
        # What it says, for not every decision makes an entry or foresees an effect.
        # What is only looked at before it is kept has no version yet.
        "document": [document.version or 0, document.body_hash.hex()],
        "entries": [entry_body(entry) for entry in entries],
        "effect": effect,
    }
    if evidence := attached_hashes(session, document.id):
        said["evidence"] = evidence
    return Proposal(entries, effect, hashlib.sha256(canonical(said)).hexdigest())
