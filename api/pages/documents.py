"""A document on its page: what it says, what it would post or has posted, and its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from api.deps import Now, Reading, Writing
from api.drafts import DRAFTED
from api.pages.effects import ScaleEffect, adopted_by, scale_effect
from api.pages.labels import STATE_FIELDS, effects, facts, summary, total
from api.pages.page import CurrentPage, Page
from api.pages.reversals import reversed_by
from ledger import contributions, documents, scales
from ledger.approvals import (
    Proposal,
    approvals_needed,
    endorser,
    proposal,
    require_decider,
    seen_document,
)
from ledger.balances import Line, entry_lines
from ledger.documents import Document
from ledger.entries import JournalEntry
from ledger.errors import LedgerError
from ledger.evidence import attachments, require_attacher
from ledger.headings import ENTRY_KINDS, HEADINGS
from ledger.media_types import NAMES
from ledger.rates import Rate
from ledger.timelines import timeline
from ledger.users import User
from ledger.vocabulary import Status

router = APIRouter(prefix="/documents")

OPEN = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)


@dataclass(frozen=True, slots=True)
class Worth:
    """What a contribution is in euro, and the rate that made it so; none for what is in euro."""

    euro: Decimal
    rate: Rate | None


@router.get("/{document_id}")
def document(page: CurrentPage, session: Reading, document_id: str) -> Response:
    """Show one document with its history; raise UnknownDocumentError for one not to be seen."""
    found = seen_document(session, document_id, page.user)
    return show_document(page, session, found)


@router.post("/{document_id}/submit")
def submit(page: CurrentPage, session: Writing, now: Now, document_id: str) -> Response:
    """Hand a draft to the coordinators."""
    found = seen_document(session, document_id, page.user)
    documents.submit_all(session, [found], by=page.user, now=now)
    return _back(found, "submitted")


@router.post("/{document_id}/withdraw")
def withdraw(page: CurrentPage, session: Writing, now: Now, document_id: str) -> Response:
    """Take a document back before it is posted."""
    found = seen_document(session, document_id, page.user)
    documents.withdraw(session, found, by=page.user, now=now)
    return _back(found, "withdrawn")


def show_document(
    page: Page,
    session: Session,
    found: Document,
    *,
    error: LedgerError | None = None,
    evidence_error: LedgerError | None = None,
    status: int = 200,
) -> Response:
    """Draw a document's page, with a refusal above the decision or beside the evidence."""
    proposed, refusal = _proposed(session, found)
    posted = _posted(session, found)
    return page.html(
        "document.html",
        status,
        document=found,
        maker=session.get_one(User, found.made_by).name,
        endorser=endorser(session, found),
        needed=approvals_needed(found),
        summary=summary(found),
        total=total(found),
        facts=facts(found),
        steps=timeline(session, found),
        proposal=proposed,
        effects=_effects(found, proposed),
        scale=_scale(page, session, found, proposed),
        adopted=adopted_by(session, found.id) if found.kind == scales.KIND else None,
        refusal=refusal,
        obstacle=_obstacle(page, session, found),
        posted=posted,
        worth=_worth(found, proposed, posted),
        reversed_by=reversed_by(session, [found.id]).get(found.id),
        error=error,
        evidence=attachments(session, found),
        evidence_error=evidence_error,
        may_attach=_may_attach(page, found),
        type_names=NAMES,
        fields=HEADINGS,
        state_fields=STATE_FIELDS,
        kinds=ENTRY_KINDS,
        edit=_edit(found),
        is_author=found.made_by == page.user.id,
        is_open=found.status in OPEN,
    )


def _proposed(session: Session, found: Document) -> tuple[Proposal | None, LedgerError | None]:
    """Ask what approving would post, and what would refuse it now."""
    if found.status not in OPEN:
        return None, None
    try:
        return proposal(session, found), None
    except LedgerError as refusal:
        return None, refusal


def _scale(
    page: Page, session: Session, found: Document, proposed: Proposal | None
) -> ScaleEffect | None:
    if found.kind != scales.KIND or proposed is None:
        return None
    return scale_effect(page, session, proposed.effect)


def _effects(found: Document, proposed: Proposal | None) -> list[tuple[str, Any]]:
    """List what approving brings about besides entries; a scale is shown in full instead."""
    if found.kind == scales.KIND or proposed is None:
        return []
    return effects(proposed.effect)


def _edit(found: Document) -> str | None:
    """Address the form in which a document is corrected; None where its kind has none."""
    if found.kind == contributions.KIND:
        return f"/contributions/{found.id}/edit"
    return f"/documents/{found.id}/edit" if found.kind in DRAFTED else None


def _obstacle(page: Page, session: Session, found: Document) -> LedgerError | None:
    """Say why this reader cannot decide on it, if so."""
    try:
        require_decider(session, found, page.user)
    except LedgerError as error:
        return error
    return None


def _may_attach(page: Page, found: Document) -> bool:
    try:
        require_attacher(found, page.user)
    except LedgerError:
        return False
    return True


def _posted(session: Session, found: Document) -> dict[int, list[Line]]:
    """List the entries that a document became, each with its postings."""
    numbers = sa.select(JournalEntry.number).where(JournalEntry.document_id == found.id)
    posted: dict[int, list[Line]] = {number: [] for number in sorted(session.scalars(numbers))}
    for line in entry_lines(session, posted):
        posted[line.entry].append(line)
    return posted


def _worth(
    found: Document, proposed: Proposal | None, posted: Mapping[int, Sequence[Line]]
) -> Worth | None:
    """Read a contribution's worth off the first line of its entry, which carries its value."""
    if found.kind != contributions.KIND:
        return None
    if proposed is not None:
        value = proposed.entries[0].postings[0]
        return Worth(value.euro, value.rate if value.currency != "EUR" else None)
    return next((_posted_worth(lines[0]) for lines in posted.values()), None)


def _posted_worth(line: Line) -> Worth:
    if line.per_euro is None or line.rate_on is None or line.rate_source is None:
        return Worth(line.euro, None)
    return Worth(line.euro, Rate(line.currency, line.per_euro, line.rate_on, line.rate_source))


def _back(found: Document, done: str) -> Response:
    return RedirectResponse(f"/documents/{found.id}?done={done}", 303)
