"""Documents about all states on pages: one form, read off the model of each kind.

“Check” shows what approval would post and bring about, and writes nothing. A draft is kept even
where the books would refuse it today; handing it in is not.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from api.deps import Now, Reading, Writing
from api.drafts import DRAFTED, OF_ONE_STATE, DraftedKind, foreseen, keep, may_draft
from api.pages.contribution_form import require_postable
from api.pages.draft_fields import Widget, fields_of, hint_of, read_as
from api.pages.draft_texts import BLAMED, EXPLAINED, GROUPS
from api.pages.effects import ScaleEffect, scale_effect
from api.pages.forms import FilledForm, read_form, typed_again
from api.pages.labels import STATE_FIELDS, effects
from api.pages.page import CurrentPage, Page, SentForm
from ledger import documents
from ledger.approvals import Proposal, seen_document
from ledger.currencies import CURRENCIES
from ledger.documents import Document
from ledger.errors import (
    IdempotencyConflictError,
    InputErrors,
    LedgerError,
    NotAllowedError,
    NotAMemberError,
    UnknownDocumentError,
)
from ledger.formula_files import examples, presets
from ledger.headings import ENTRY_KINDS, HEADINGS
from ledger.inputs import New
from ledger.kinds import KINDS
from ledger.scales import KIND as SCALE
from ledger.union import EU_STATES
from ledger.users import LABELS, Role
from ledger.vintages import kept
from ledger.vocabulary import Status

router = APIRouter(prefix="/documents")


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it was read, the model if nothing is wrong with it, and what it would come to."""

    filled: FilledForm
    new: New | None = None
    proposal: Proposal | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether the form cannot be read, or the books would refuse it."""
        return bool(self.filled.problems or self.filled.refusals)


@router.get("/new")
def new_documents(page: CurrentPage) -> Response:
    """List the kinds of documents, and what each is for."""
    return page.html(
        "new_documents.html",
        groups=[(title, [_explained(kind) for kind in of]) for title, of in _offered(page)],
        may_draft=may_draft(page.user),
    )


@router.get("/new/{kind}")
def new_document(page: CurrentPage, session: Reading, kind: DraftedKind) -> Response:
    """Show a form with a key of its own: sent twice, it records once.

    It is empty but for the person's own state, and for what the address says of its fields.
    """
    _require_drafter(page, kind)
    # An officer writes of the own state, and a coordinator of any.
    own = page.user.state_code if page.user.role == Role.OFFICER else None
    first = {"state": own or ""}
    first |= {each.name: each.first for each in fields_of(kind) if each.first}
    asked = page.request.query_params
    first |= {name: asked[name] for name in KINDS[kind].model.model_fields if name in asked}
    draft = Draft(FilledForm(first | {"key": str(uuid.uuid4())}))
    return _show(page, session, kind, draft)


@router.post("/new/{kind}")
def record_document(
    page: CurrentPage, session: Writing, form: SentForm, now: Now, kind: DraftedKind
) -> Response:
    """Keep a document as a draft, or submit it; show it again with what is wrong instead."""
    _require_drafter(page, kind)
    draft = _read(page, session, kind, form)
    if draft.new is None or _is_to_be_mended(draft, form):
        return _show(page, session, kind, draft)
    try:
        made = keep(session, draft.new, kind=kind, by=page.user, now=now, key=form.get("key", ""))
    except IdempotencyConflictError as error:
        # Sent before with other values: a new key, so that sending it again is a deliberate act.
        again = FilledForm({**form, "key": str(uuid.uuid4())}).with_error(error)
        return _show(page, session, kind, Draft(again, draft.new, draft.proposal))
    except LedgerError as error:
        refused = draft.filled.with_error(error, _blamed(kind))
        return _show(page, session, kind, Draft(refused, draft.new))
    return _kept(page, session, made, form, now)


@router.get("/{document_id}/edit")
def edit_document(page: CurrentPage, session: Reading, document_id: str) -> Response:
    """Show a document in its form, to be corrected by its author."""
    document, kind = _drafted(session, document_id, page)
    typed = typed_again(KINDS[kind].model.model_validate(document.body), page.formats)
    draft = _read(page, session, kind, typed)
    return _show(page, session, kind, draft, document=document, checked=False)


@router.post("/{document_id}/edit")
def correct_document(
    page: CurrentPage, session: Writing, form: SentForm, now: Now, document_id: str
) -> Response:
    """Replace what a document says; whatever was decided on it before is void."""
    document, kind = _drafted(session, document_id, page)
    draft = _read(page, session, kind, form)
    if draft.new is None or _is_to_be_mended(draft, form):
        return _show(page, session, kind, draft, document=document)
    try:
        documents.edit(session, document, draft.new, by=page.user, now=now)
    except NotAMemberError as error:
        refused = draft.filled.with_error(error, _blamed(kind))
        return _show(page, session, kind, Draft(refused, draft.new), document=document)
    return _kept(page, session, document, form, now)


def _read(page: Page, session: Session, kind: DraftedKind, typed: Mapping[str, str]) -> Draft:
    """Read the form and ask the books what they would make of it; nothing is written."""
    model, filled = KINDS[kind].model, FilledForm(typed)
    said = {name: text for name, text in typed.items() if name in model.model_fields}
    amounts, days = read_as(kind, Widget.AMOUNT), read_as(kind, Widget.DAY)
    try:
        new = read_form(model, said, page.formats, amounts=amounts, days=days)
    except InputErrors as error:
        return Draft(filled.with_error(error))
    try:
        found = foreseen(session, new, kind)
        for entry in found.entries:
            require_postable(session, entry.effective_on, today=page.now.date())
    except LedgerError as error:
        return Draft(filled.with_error(error, _blamed(kind)), new)
    return Draft(filled, new, found)


def _is_to_be_mended(draft: Draft, form: Mapping[str, str]) -> bool:
    return form.get("action") == "check" or (form.get("action") == "submit" and draft.is_wrong)


def _kept(
    page: Page, session: Session, document: Document, form: Mapping[str, str], now: Now
) -> Response:
    done = "saved"
    if form.get("action") == "submit":
        # The second click of a double click finds it submitted already.
        if document.status in (Status.DRAFT, Status.RETURNED):
            documents.submit_all(session, [document], by=page.user, now=now)
        done = "submitted"
    return RedirectResponse(f"/documents/{document.id}?done={done}", 303)


def _show(
    page: Page,
    session: Session,
    kind: DraftedKind,
    draft: Draft,
    *,
    document: Document | None = None,
    checked: bool = True,
) -> Response:
    found = draft.proposal
    return page.html(
        "new_document.html",
        422 if checked and draft.is_wrong else 200,
        kind=kind,
        title=ENTRY_KINDS[kind],
        explained=EXPLAINED[kind],
        form=draft.filled,
        offered=[(each, hint_of(kind, each.name)) for each in fields_of(kind)],
        proposal=found,
        effects=effects(found.effect) if found and kind != SCALE else [],
        scale=_scale(page, session, kind, found),
        document=document,
        fields=HEADINGS,
        state_fields=STATE_FIELDS,
        states=EU_STATES,
        currencies=("EUR", *sorted(set(CURRENCIES) - {"EUR"})),
        formulas=(*presets(), *examples()),
        vintages=kept(session).vintages() if kind == SCALE else (),
    )


def _scale(
    page: Page, session: Session, kind: DraftedKind, found: Proposal | None
) -> ScaleEffect | None:
    return scale_effect(page, session, found.effect) if found and kind == SCALE else None


def _blamed(kind: DraftedKind) -> dict[str, str]:
    """Say beside which field of a kind's form each refusal stands."""
    names = {each.name for each in fields_of(kind)}
    found = {
        code: [name for name in candidates if name in names] for code, candidates in BLAMED.items()
    }
    return {code: blamed[0] for code, blamed in found.items() if blamed}


def _drafted(session: Session, document_id: str, page: Page) -> tuple[Document, DraftedKind]:
    """Find a document of a kind that has its form here; raise UnknownDocumentError for others."""
    document = seen_document(session, document_id, page.user)
    for kind in DRAFTED:
        if document.kind == kind:
            return document, kind
    raise UnknownDocumentError(document=document_id)


def _offered(page: Page) -> list[tuple[str, list[DraftedKind]]]:
    """List the kinds that a person may write, group by group."""
    groups = [(title, [kind for kind in of if may_draft(page.user, kind)]) for title, of in GROUPS]
    return [(title, of) for title, of in groups if of]


def _explained(kind: DraftedKind) -> tuple[str, str, str]:
    return kind, ENTRY_KINDS[kind], EXPLAINED[kind]


def _require_drafter(page: Page, kind: DraftedKind) -> None:
    if not may_draft(page.user, kind):
        needed = Role.OFFICER if kind in OF_ONE_STATE else Role.COORDINATOR
        raise NotAllowedError(needed=LABELS[needed])
