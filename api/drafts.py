"""Documents that have no form of their own, drafted by one route: what concerns all states."""

from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Body, Response
from sqlalchemy.orm import Session

from api.approvals import DocumentAnswer, answer_of
from api.deps import ApiUser, IdempotencyKey, Now, Writing
from ledger import documents
from ledger.approvals import Proposal, proposal
from ledger.documents import Document, body_hash
from ledger.inputs import New, read
from ledger.kinds import KINDS
from ledger.users import Role, User

router = APIRouter(tags=["documents"])

DraftedKind = Literal[
    "pledge",
    "lapse",
    "condition",
    "offer",
    "valuation",
    "acceptance",
    "delivery",
    "unit_rate",
    "in_kind_cap",
    "recognition",
    "disposal",
    "depreciation",
    "receipt",
    "application",
    "payment",
    "conversion",
    "revaluation",
    "tolerance",
    "appropriation",
    "assessment",
    "reassessment",
    "call",
    "reminder",
    "impairment",
    "write_off",
    "encumbrance",
    "release",
    "cost",
    "prefinancing",
    "scale",
    "allocation",
    "true_up",
    "year_end",
    "rate_policy",
    "manual_rate",
    "accession",
    "buy_in",
    "opt_out",
    "withdrawal",
]
DRAFTED: tuple[DraftedKind, ...] = get_args(DraftedKind)
# What an officer of a state writes for that state.
OF_ONE_STATE: tuple[DraftedKind, ...] = (
    *("pledge", "lapse", "condition"),
    *("offer", "valuation", "delivery", "prefinancing"),
)


@router.post("/documents/{kind}", status_code=201)
def record_document(
    *,
    kind: DraftedKind,
    said: Annotated[dict[str, Any], Body()],
    session: Writing,
    user: ApiUser,
    key: IdempotencyKey,
    now: Now,
    response: Response,
) -> DocumentAnswer:
    """Keep a document of a kind as a draft, its fields as an import of that kind names them.

    The same key and content give the draft there is.
    """
    new = read(KINDS[kind].model, said)
    return recorded(session, new, kind=kind, by=user, now=now, key=key, response=response)


def recorded(
    session: Session,
    new: New,
    *,
    kind: str,
    by: User,
    now: datetime,
    key: str,
    response: Response,
) -> DocumentAnswer:
    """Keep a draft and answer with it; the answer tells a draft from one there was."""
    document = keep(session, new, kind=kind, by=by, now=now, key=key)
    if document.made_at != now:
        response.status_code = 200
        response.headers["Idempotency-Hit"] = "true"
    response.headers["Location"] = f"/api/documents/{document.id}"
    return answer_of(session, document)


def keep(session: Session, new: New, *, kind: str, by: User, now: datetime, key: str) -> Document:
    """Keep a document as a draft, in the name of the state that it is about, or of all.

    Raises what `documents.draft` raises.
    """
    state = getattr(new, "state", None)
    return documents.draft(session, new, kind=kind, state=state, by=by, now=now, key=key)


def foreseen(session: Session, new: New, kind: str) -> Proposal:
    """Say what approving a document would post and bring about, before there is one."""
    body = new.model_dump(mode="json", exclude_none=True)
    unsaved = Document(id="", kind=kind, body=body, body_hash=body_hash(kind, body))
    return proposal(session, unsaved)


def may_draft(user: User, kind: str = "") -> bool:
    """Whether a person may write what concerns all states: coordinators, and the office.

    What is of one state, every officer may.
    """
    if user.role == Role.OFFICER:
        return user.state_code is None or kind in OF_ONE_STATE
    return user.role == Role.COORDINATOR
