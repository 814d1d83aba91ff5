"""Documents: what people write before it enters the books, and how far it has come.

A document is one frozen `New…` model kept as JSON, going draft → submitted → approved, or returned
with a reason, or withdrawn. An edit makes a new version and voids what was decided on the old one.
Every step leaves an event; the journal itself never holds a draft (DESIGN principle 4).
"""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.orm import Mapped, Session, mapped_column

from ledger.acts import Act, Kept
from ledger.audit import Noted, note
from ledger.db import Base, code, digest, text
from ledger.errors import (
    DocumentStatusError,
    IdempotencyConflictError,
    NotAllowedError,
    NotAMemberError,
    ReasonRequiredError,
    UnknownDocumentError,
)
from ledger.i18n import N_
from ledger.seal import canonical
from ledger.states import ParticipatingState
from ledger.users import LABELS as ROLE_LABELS
from ledger.users import Role, User, require_maker
from ledger.vocabulary import LABELS as STATUS_LABELS
from ledger.vocabulary import Status

Said = dict[str, Any]


class Document(Base):
    """A contribution, cost, assessment or allocation on its way into the books."""

    __tablename__ = "document"
    __table_args__ = (
        sa.UniqueConstraint("idempotency_scope", "idempotency_key"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> made_by", name="four_eyes"),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'returned', 'approved', 'withdrawn')", name="status"
        ),
        sa.Index("ix_document_status", "status", "submitted_at"),
        {"sqlite_strict": True},
    )

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    kind: Mapped[code]
    # The state it concerns; empty where it concerns all.
    state_code: Mapped[str | None] = mapped_column(
        sa.String(2), sa.ForeignKey(ParticipatingState.code)
    )
    status: Mapped[code]
    version: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    body_hash: Mapped[digest]
    made_by: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    made_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    decided_at: Mapped[datetime | None]
    reason: Mapped[text | None] = mapped_column(sa.String(500))
    # The first of two who approve, where a kind of document asks for two.
    endorsed_by: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    endorsed_at: Mapped[datetime | None]
    import_id: Mapped[str | None] = mapped_column(sa.String(36), index=True)
    idempotency_scope: Mapped[code]
    idempotency_key: Mapped[text]

    @property
    def is_taken_in(self) -> bool:
        """Whether it came in a file, whose rows were held against the periods when it was read."""
        return self.import_id is not None


class DocumentEvent(Base):
    """One step of a document: who, when, what, and why."""

    __tablename__ = "document_event"
    __table_args__ = ({"sqlite_strict": True},)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    document_id: Mapped[str] = mapped_column(sa.String(36), sa.ForeignKey(Document.id), index=True)
    status: Mapped[code]
    version: Mapped[int]
    body_hash: Mapped[digest]
    at: Mapped[datetime]
    by: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    reason: Mapped[text | None] = mapped_column(sa.String(500))


@dataclass(frozen=True, slots=True)
class Keyed:
    """A document to be made, with the key under which it is made at most once."""

    key: str
    new: BaseModel
    kind: str
    state: str | None


def item_key(document: Document, part: str) -> str:
    """Name an open item that a document's entry begins, by what tells it from its others."""
    return f"{document.id}:{part}"


def body_hash(kind: str, body: dict[str, Any]) -> bytes:
    """Hash what a document says, kind and every field."""
    return hashlib.sha256(canonical({"kind": kind, "body": body})).digest()


def draft(
    session: Session,
    new: BaseModel,
    *,
    kind: str,
    state: str | None,
    by: User,
    now: datetime,
    key: str,
) -> Document:
    """Keep a new document as a draft; the same key and content give the document there is.

    Raises NotAllowedError when the person does not act for the state, NotAMemberError for a state
    that has never taken part, and IdempotencyConflictError when the key stands for something else.
    """
    [document] = draft_all(
        session, [Keyed(key=key, new=new, kind=kind, state=state)], by=by, now=now
    )
    return document


def draft_all(
    session: Session,
    keyed: Sequence[Keyed],
    *,
    by: User,
    now: datetime,
    import_id: str | None = None,
) -> list[Document]:
    """Keep many drafts at once, in as few statements as one; raise what `draft` raises."""
    states = {each.state for each in keyed}
    _require_participants(session, states - {None}, now=now)
    require_maker(by, states)
    # One after the other for each person, so that a form sent twice is one document.
    session.execute(sa.select(User.id).where(User.id == by.id).with_for_update(key_share=True))
    scope = f"user:{by.id}"
    known = _known(session, scope, [each.key for each in keyed])
    documents, fresh = [], []
    for each in keyed:
        body = each.new.model_dump(mode="json", exclude_none=True)
        hashed = body_hash(each.kind, body)
        document = known.get(each.key)
        if document is None:
            document = Document(
                id=str(uuid.uuid4()),
                kind=each.kind,
                state_code=each.state,
                status=Status.DRAFT,
                version=1,
                body=body,
                body_hash=hashed,
                made_by=by.id,
                made_at=now,
                import_id=import_id,
                idempotency_scope=scope,
                idempotency_key=each.key,
            )
            fresh.append(document)
            known[each.key] = document
        elif _first_hash(session, document) != hashed:
            raise IdempotencyConflictError(key=each.key)
        documents.append(document)
    session.add_all(fresh)
    session.flush()
    _note(session, fresh, by=by, now=now)
    drafted = [_noted(document, Act.DRAFTED, None, document.body) for document in fresh]
    note(session, *drafted, by=by.login, at=now)
    return documents


def edit(session: Session, document: Document, new: BaseModel, *, by: User, now: datetime) -> None:
    """Replace what a draft or returned document says; whatever was decided on it is void.

    Raises DocumentStatusError, NotAllowedError for anybody but the author or for a state they do
    not act for, and NotAMemberError for a state that has never taken part.
    """
    hold(session, [document])
    _require_status(document, N_("edited"), Status.DRAFT, Status.RETURNED, Status.SUBMITTED)
    _require_author(document, by)
    state = getattr(new, "state", document.state_code)
    _require_participants(session, {state} - {None}, now=now)
    require_maker(by, {state})
    before = document.body
    document.state_code = state
    document.body = new.model_dump(mode="json", exclude_none=True)
    document.body_hash = body_hash(document.kind, document.body)
    document.version += 1
    document.endorsed_by = document.endorsed_at = None
    document.status = Status.DRAFT
    session.flush()
    _note(session, [document], by=by, now=now)
    note(session, _noted(document, Act.EDITED, before, document.body), by=by.login, at=now)


def submit_all(session: Session, documents: Sequence[Document], *, by: User, now: datetime) -> None:
    """Hand documents to the coordinators."""
    hold(session, documents)
    for document in documents:
        _require_status(document, N_("submitted"), Status.DRAFT, Status.RETURNED)
        _require_author(document, by)
        document.submitted_at = now
    _move(session, documents, Status.SUBMITTED, by=by, now=now)


def withdraw(session: Session, document: Document, *, by: User, now: datetime) -> None:
    """Take a document back before anything was posted; it stays on record as withdrawn."""
    hold(session, [document])
    _require_status(document, N_("withdrawn"), Status.DRAFT, Status.SUBMITTED, Status.RETURNED)
    _require_author(document, by)
    _move(session, [document], Status.WITHDRAWN, by=by, now=now)


def hand_back(
    session: Session, document: Document, *, reason: str, by: User, now: datetime
) -> None:
    """Return a submitted document to its author with a reason; ReasonRequiredError without one."""
    hold(session, [document])
    _require_status(document, N_("returned"), Status.SUBMITTED)
    if not reason.strip():
        raise ReasonRequiredError
    document.reason = reason.strip()
    document.endorsed_by = document.endorsed_at = None
    _move(session, [document], Status.RETURNED, by=by, now=now, reason=reason.strip())


def endorse(session: Session, document: Document, *, by: User, now: datetime) -> None:
    """Record the first of two approvals; an edit, a return or another file voids it."""
    _require_status(document, N_("approved"), Status.SUBMITTED)
    document.endorsed_by, document.endorsed_at = by.id, now
    session.flush()
    _note(session, [document], by=by, now=now, status=Status.ENDORSED)
    endorsed = _noted(document, Act.ENDORSED, None, {"endorsed_by": by.login})
    note(session, endorsed, by=by.login, at=now)


def void_endorsement(session: Session, document: Document, *, by: User, now: datetime) -> None:
    """Void the first of two approvals, if there is one: what it was given for has changed since."""
    if document.endorsed_by is None or document.status != Status.SUBMITTED:
        return
    before = {"endorsed_by": session.get_one(User, document.endorsed_by).login}
    document.endorsed_by = document.endorsed_at = None
    # An endorsement is never taken off what stays submitted: it goes back, and is handed in anew.
    for status in (Status.DRAFT, Status.SUBMITTED):
        document.status = status
        session.flush()
    _note(session, [document], by=by, now=now, status=Status.VOIDED)
    note(session, _noted(document, Act.VOIDED, before, {"endorsed_by": None}), by=by.login, at=now)


def mark_approved(
    session: Session, documents: Sequence[Document], *, by: User, now: datetime
) -> None:
    """Record the second person's approval; `ledger.approvals` posts in the same transaction."""
    for document in documents:
        _require_status(document, N_("approved"), Status.SUBMITTED)
        document.decided_by, document.decided_at = by.id, now
    _move(session, documents, Status.APPROVED, by=by, now=now)


def hold(session: Session, documents: Sequence[Document]) -> None:
    """Wait for whoever else takes a step with these documents, and see them as they then are."""
    ids = sorted(document.id for document in documents)
    for start in range(0, len(ids), 500):
        query = (
            sa.select(Document)
            .where(Document.id.in_(ids[start : start + 500]))
            .order_by(Document.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        session.scalars(query).all()


def document_by_id(session: Session, document_id: str) -> Document:
    """Find a document; raise UnknownDocumentError when there is none."""
    document = session.get(Document, document_id)
    if document is None:
        raise UnknownDocumentError(document=document_id)
    return document


def visible_to(user: User) -> sa.ColumnElement[bool]:
    """Select the documents a person may see: their state's, or all from the office."""
    if user.state_code is None or user.role != Role.OFFICER:
        return sa.true()
    return sa.or_(Document.state_code == user.state_code, Document.made_by == user.id)


def _known(session: Session, scope: str, keys: Sequence[str]) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for start in range(0, len(keys), 500):
        query = sa.select(Document).where(
            Document.idempotency_scope == scope,
            Document.idempotency_key.in_(keys[start : start + 500]),
        )
        found.update({document.idempotency_key: document for document in session.scalars(query)})
    return found


def _first_hash(session: Session, document: Document) -> bytes | None:
    # A retry repeats what was first sent, though the draft may have been edited since.
    return session.scalar(
        sa.select(DocumentEvent.body_hash)
        .where(DocumentEvent.document_id == document.id)
        .order_by(DocumentEvent.id)
        .limit(1)
    )


def _move(
    session: Session,
    documents: Sequence[Document],
    status: Status,
    *,
    by: User,
    now: datetime,
    reason: str | None = None,
) -> None:
    said = {"status": status.value} | ({} if reason is None else {"reason": reason})
    steps = [
        _noted(document, Act(status.value), {"status": str(document.status)}, said)
        for document in documents
    ]
    for document in documents:
        document.status = status
    session.flush()
    _note(session, documents, by=by, now=now, reason=reason)
    note(session, *steps, by=by.login, at=now)


def _noted(document: Document, action: Act, old: Said | None, new: Said) -> Noted:
    return Noted(Kept.DOCUMENT, document.id, action, old, new)


def _note(
    session: Session,
    documents: Sequence[Document],
    *,
    by: User,
    now: datetime,
    reason: str | None = None,
    status: Status | None = None,
) -> None:
    if documents:
        session.execute(
            sa.insert(DocumentEvent),
            [
                {
                    "document_id": document.id,
                    "status": status or document.status,
                    "version": document.version,
                    "body_hash": document.body_hash,
                    "at": now,
                    "by": by.id,
                    "reason": reason,
                }
                for document in documents
            ],
        )


def _require_participants(session: Session, states: set[str | None], *, now: datetime) -> None:
    known = sa.select(ParticipatingState.code).where(ParticipatingState.code.in_(states))
    for state in sorted(map(str, states - set(session.scalars(known)) if states else ())):
        raise NotAMemberError(state=state, on=now.date())


def _require_author(document: Document, by: User) -> None:
    if document.made_by != by.id:
        raise NotAllowedError(needed=ROLE_LABELS[Role.OFFICER])


def _require_status(document: Document, wanted: str, *allowed: Status) -> None:
    if document.status not in allowed:
        raise DocumentStatusError(status=STATUS_LABELS[Status(document.status)], wanted=wanted)
