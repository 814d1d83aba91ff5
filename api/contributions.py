"""Contributions as JSON: the same model, the same rules and the same errors as on the page."""

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query, Response

from api.approvals import DocumentAnswer, answer_of
from api.deps import ApiUser, IdempotencyKey, Now, Reading, Writing
from ledger import documents
from ledger.contributions import KIND, NewContribution
from ledger.documents import Document, visible_to
from ledger.vocabulary import Status

router = APIRouter(tags=["contributions"])

ROWS = 500


@router.post("/contributions", status_code=201)
def record_contribution(
    *,
    new: NewContribution,
    session: Writing,
    user: ApiUser,
    key: IdempotencyKey,
    now: Now,
    response: Response,
) -> DocumentAnswer:
    """Keep a contribution as a draft; the same key and content give the draft there is."""
    document = documents.draft(session, new, kind=KIND, state=new.state, by=user, now=now, key=key)
    if document.made_at != now:
        response.status_code = 200
        response.headers["Idempotency-Hit"] = "true"
    response.headers["Location"] = f"/api/documents/{document.id}"
    return answer_of(session, document)


@router.get("/contributions")
def contributions(
    session: Reading,
    user: ApiUser,
    status: Status | None = None,
    state: str | None = None,
    limit: Annotated[int, Query(ge=1, le=ROWS)] = 100,
) -> list[DocumentAnswer]:
    """List contributions, the newest first, as far as the user may see them."""
    query = (
        sa.select(Document)
        .where(Document.kind == KIND, visible_to(user))
        .order_by(Document.made_at.desc(), Document.id.desc())
        .limit(limit)
    )
    if status is not None:
        query = query.where(Document.status == status)
    if state is not None:
        query = query.where(Document.state_code == state)
    return [answer_of(session, document) for document in session.scalars(query)]
