"""Contributions on pages: the list, and the steps by which an officer enters and corrects them."""

import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from api.deps import Now, Reading, Writing
from api.pages.contribution_form import Draft, Result, Way, read_draft, show_form
from api.pages.forms import FilledForm, typed_again
from api.pages.page import CurrentPage, Page, SentForm
from api.pages.reversals import reversed_by
from ledger import documents
from ledger.approvals import seen_document
from ledger.contributions import KIND, contribution
from ledger.documents import Document, visible_to
from ledger.errors import IdempotencyConflictError
from ledger.states import members_until
from ledger.users import Role, User, require_role
from ledger.vocabulary import Form, Status

router = APIRouter(prefix="/contributions")

ROWS = 100


@router.get("")
def contributions(
    page: CurrentPage, session: Reading, status: str = "", state: str = "", before: str = ""
) -> Response:
    """List contributions, the newest first, as far as the reader may see them."""
    query = (
        sa.select(Document, User.name)
        .join(User, User.id == Document.made_by)
        .where(Document.kind == KIND, visible_to(page.user))
        .order_by(Document.made_at.desc(), Document.id.desc())
        .limit(ROWS + 1)
    )
    if status in tuple(Status):
        query = query.where(Document.status == status)
    if state:
        query = query.where(Document.state_code == state)
    last = session.get(Document, before) if before else None
    if last is not None:
        query = query.where(_earlier_than(last))
    found = session.execute(query).all()
    rows = [(document, name, contribution(document)) for document, name in found[:ROWS]]
    return page.html(
        "contributions.html",
        rows=rows,
        reversed_by=reversed_by(session, [document.id for document, _, _ in rows]),
        older=found[ROWS - 1][0].id if len(found) > ROWS else None,
        status=status,
        state=state,
        statuses=tuple(Status),
        states=members_until(session, page.now.date()),
    )


@router.get("/new/{way}")
def new_contribution(page: CurrentPage, session: Reading, way: Way) -> Response:
    """Show an empty form, with a key of its own: sent twice, it records once."""
    require_role(page.user, Role.OFFICER)
    values = {"state": page.user.state_code or "", "key": str(uuid.uuid4())}
    return show_form(page, session, way, Draft(FilledForm(values), None, Result()))


@router.post("/new/{way}")
def record_contribution(
    page: CurrentPage, session: Writing, form: SentForm, now: Now, way: Way
) -> Response:
    """Keep a contribution as a draft, or submit it; show it again with what is wrong instead."""
    require_role(page.user, Role.OFFICER)
    draft = read_draft(page, session, form, way)
    if draft.new is None or not draft.is_sound or form.get("action") == "check":
        return show_form(page, session, way, draft)
    key, state = form.get("key", ""), draft.new.state
    try:
        document = documents.draft(
            session, draft.new, kind=KIND, state=state, by=page.user, now=now, key=key
        )
    except IdempotencyConflictError as error:
        # Sent before with other values: a new key, so that sending it again is a deliberate act.
        again = FilledForm({**form, "key": str(uuid.uuid4())}).with_error(error)
        return show_form(page, session, way, Draft(again, draft.new, draft.result))
    return _keep(session, document, page, form, now)


@router.post("/check/{way}")
def check_contribution(page: CurrentPage, session: Reading, form: SentForm, way: Way) -> Response:
    """Show what the form comes to so far; nothing is written."""
    draft = read_draft(page, session, form, way)
    return page.html("parts/contribution_result.html", result=draft.result)


@router.get("/{document_id}/edit")
def edit_contribution(page: CurrentPage, session: Reading, document_id: str) -> Response:
    """Show a contribution in its form, to be corrected by its author."""
    document = seen_document(session, document_id, page.user)
    typed = typed_again(contribution(document), page.formats)
    draft = read_draft(page, session, typed, _way(document))
    return show_form(page, session, _way(document), draft, document=document, checked=False)


@router.post("/{document_id}/edit")
def correct_contribution(
    page: CurrentPage, session: Writing, form: SentForm, now: Now, document_id: str
) -> Response:
    """Replace what a contribution says; whatever was decided on it before is void."""
    document = seen_document(session, document_id, page.user)
    draft = read_draft(page, session, form, _way(document))
    if draft.new is None or not draft.is_sound or form.get("action") == "check":
        return show_form(page, session, _way(document), draft, document=document)
    documents.edit(session, document, draft.new, by=page.user, now=now)
    return _keep(session, document, page, form, now)


def _keep(
    session: Session, document: Document, page: Page, form: Mapping[str, str], now: Now
) -> Response:
    done = "saved"
    if form.get("action") == "submit":
        # The second click of a double click finds it submitted already.
        if document.status in (Status.DRAFT, Status.RETURNED):
            documents.submit_all(session, [document], by=page.user, now=now)
        done = "submitted"
    return RedirectResponse(f"/documents/{document.id}?done={done}", 303)


def _way(document: Document) -> Way:
    return "cash" if document.body["form"] == Form.CASH else "in-kind"


def _earlier_than(last: Document) -> sa.ColumnElement[bool]:
    return sa.or_(
        Document.made_at < last.made_at,
        sa.and_(Document.made_at == last.made_at, Document.id < last.id),
    )
