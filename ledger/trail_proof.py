"""The proof of the audit trail: is there a record of every act that another table proves?

A step of a document, an attached file, an imported one, a user and a waiver each stand where they
belong and in the trail: one that is gone from there, or names somebody else, is found. So is what
two approve and one did.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.acts import Act, Kept
from ledger.audit import AuditRecord
from ledger.closing import ClosingWaiver
from ledger.documents import Document, DocumentEvent
from ledger.evidence import Attachment
from ledger.findings import Finding
from ledger.i18n import N_
from ledger.kinds import KINDS
from ledger.users import User
from ledger.vocabulary import Status

TWICE = tuple(kind for kind, each in KINDS.items() if each.twice)
MISSING = N_("The audit trail has no record that %(record)s %(key)s was “%(action)s”, as it was.")


def prove_trail(session: Session) -> Iterator[Finding]:
    """Hold what other tables prove against the trail."""
    for record, query in (
        (Kept.DOCUMENT, _steps()),
        (Kept.EVIDENCE, _attached()),
        (Kept.USER, _people()),
        (Kept.PERIOD, _waived()),
    ):
        for key, action in session.execute(query):
            said: dict[str, object] = {
                "record": record.value,
                "key": str(key),
                "action": str(action),
            }
            yield Finding(MISSING, said)
    yield from _approved_alone(session)


def _approved_alone(session: Session) -> Iterator[Finding]:
    """Find what two approve and was approved without two people beside its maker."""
    document = Document.__table__.c
    first = document.endorsed_by
    query = (
        sa.select(document.id)
        .where(document.kind.in_(TWICE), document.status == Status.APPROVED)
        .where(sa.or_(first.is_(None), first == document.decided_by, first == document.made_by))
        .order_by(document.id)
    )
    for found in session.scalars(query):
        message = N_("Document %(document)s was not approved by two people beside its maker.")
        yield Finding(message, {"document": found})


def _unnoted(record: Kept, *same: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    noted = sa.select(AuditRecord.id).where(AuditRecord.record == record.value, *same)
    return ~noted.exists()


def _steps() -> sa.Select[*tuple[Any, ...]]:
    step = DocumentEvent
    # The first wording is drafted, and every later one edited.
    drafted = sa.case((step.version == 1, Act.DRAFTED.value), else_=Act.EDITED.value)
    action = sa.case((step.status == Status.DRAFT, drafted), else_=step.status)
    same = (
        AuditRecord.key == step.document_id,
        AuditRecord.action == action,
        AuditRecord.by == User.login,
        AuditRecord.at == step.at,
    )
    return (
        sa.select(step.document_id, action)
        .join(User, User.id == step.by)
        .where(_unnoted(Kept.DOCUMENT, *same))
        .order_by(step.id)
    )


def _attached() -> sa.Select[*tuple[Any, ...]]:
    same = (
        AuditRecord.key == Attachment.document_id,
        AuditRecord.action == Act.ATTACHED.value,
        AuditRecord.by == User.login,
    )
    return (
        sa.select(Attachment.document_id, sa.literal(Act.ATTACHED.value))
        .join(User, User.id == Attachment.attached_by)
        .where(_unnoted(Kept.EVIDENCE, *same))
        .order_by(Attachment.document_id)
    )


def _people() -> sa.Select[*tuple[Any, ...]]:
    same = AuditRecord.key == User.login, AuditRecord.action == Act.ADDED.value
    added = sa.literal(Act.ADDED.value)
    return sa.select(User.login, added).where(_unnoted(Kept.USER, *same)).order_by(User.login)


def _waived() -> sa.Select[*tuple[Any, ...]]:
    same = (
        AuditRecord.at == ClosingWaiver.at,
        AuditRecord.action == Act.ADVANCED.value,
        AuditRecord.key.startswith(sa.cast(ClosingWaiver.from_on, sa.Text)),
    )
    return (
        sa.select(ClosingWaiver.from_on, sa.literal(Act.ADVANCED.value))
        .where(_unnoted(Kept.PERIOD, *same))
        .order_by(ClosingWaiver.from_on)
    )
