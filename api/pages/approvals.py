"""The approvals queue, and a coordinator's two decisions: approve, or return with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from api.deps import Now, Posting, PostingNow, Reading, Writing
from api.pages.documents import show_document
from api.pages.labels import summary, total
from api.pages.page import CurrentPage, SentForm
from api.pages.people import names_of
from ledger.approvals import (
    approvals_needed,
    approve,
    give_back,
    require_decider,
    seen_document,
    waiting,
)
from ledger.documents import Document
from ledger.errors import LedgerError, ReasonRequiredError
from ledger.headings import ENTRY_KINDS

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Waiting:
    """One document of the queue, as the reader sees it; `obstacle` is why they cannot decide."""

    document: Document
    maker: str
    summary: str
    total: tuple[Decimal, str] | None
    days: int
    obstacle: LedgerError | None
    # Who gave the first of two approvals, and how many are still needed.
    endorser: str | None
    needed: int


@router.get("/approvals")
def approvals(page: CurrentPage, session: Reading) -> Response:
    """List what waits for a decision, the oldest first."""
    found = waiting(session, page.user)
    people = {by for each in found for by in (each.made_by, each.endorsed_by) if by is not None}
    names = names_of(session, people)
    rows = [_row(session, document, names, page) for document in found]
    return page.html("approvals.html", rows=rows, kinds=ENTRY_KINDS)


@router.post("/documents/{document_id}/approve")
def approve_document(
    page: CurrentPage, form: SentForm, session: Posting, now: PostingNow, document_id: str
) -> Response:
    """Approve and post a document as it was seen; whatever changed since is refused."""
    found = seen_document(session, document_id, page.user)
    posted = approve(session, found, by=page.user, now=now, seen=form.get("seen", ""))
    done = "approved" if posted else "enacted"
    if approvals_needed(found):
        done = "endorsed"
    return RedirectResponse(f"/documents/{found.id}?done={done}", 303)


@router.post("/documents/{document_id}/return")
def return_document(
    page: CurrentPage, session: Writing, form: SentForm, now: Now, document_id: str
) -> Response:
    """Return a document to its author; without a reason, ask for one."""
    found = seen_document(session, document_id, page.user)
    try:
        give_back(session, found, reason=form.get("reason", ""), by=page.user, now=now)
    except ReasonRequiredError as error:
        return show_document(page, session, found, error=error, status=422)
    return RedirectResponse(f"/documents/{found.id}?done=returned", 303)


def _row(
    session: Session, document: Document, names: Mapping[int, str], page: CurrentPage
) -> Waiting:
    try:
        require_decider(session, document, page.user)
        obstacle = None
    except LedgerError as error:
        obstacle = error
    since = document.submitted_at or document.made_at
    return Waiting(
        document=document,
        maker=names[document.made_by],
        summary=summary(document),
        total=total(document),
        days=(page.now - since).days,
        obstacle=obstacle,
        endorser=names[document.endorsed_by] if document.endorsed_by else None,
        needed=approvals_needed(document),
    )
