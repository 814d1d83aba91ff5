"""Audit trail: who did what when to which record, with what it said before and what since.

Whoever changes something that is not the journal notes it here, in the same transaction. What is
noted is never changed or deleted: the database's guards refuse it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from ledger.db import Base, code, text
from ledger.i18n import N_

# Who acts on the machine itself, by a command that asks for nobody's name.
COMMAND_LINE = "command line"
# Whose name was typed at the door, and not proven.
STRANGER = "not signed in"

PEOPLE = {COMMAND_LINE: N_("command line"), STRANGER: N_("not signed in")}


class Kept(StrEnum):
    """What records there are."""

    DOCUMENT = "document"
    EVIDENCE = "evidence"
    IMPORT = "import"
    INDICATORS = "indicators"
    PERIOD = "period"
    RATES = "rates"
    USER = "user"


class Act(StrEnum):
    """What is done to a record."""

    DRAFTED = "drafted"
    EDITED = "edited"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    ATTACHED = "attached"
    IMPORTED = "imported"
    ADDED = "added"
    ADVANCED = "advanced"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an act
    SHUT_OUT = "shut_out"
    TOKEN_ISSUED = "token_issued"  # noqa: S105 - likewise
    TOKEN_ENDED = "token_ended"  # noqa: S105 - likewise
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"


LABELS: dict[StrEnum, str] = {
    Kept.DOCUMENT: N_("document"),
    Kept.EVIDENCE: N_("evidence"),
    Kept.IMPORT: N_("imported file"),
    Kept.INDICATORS: N_("indicators"),
    Kept.PERIOD: N_("period"),
    Kept.RATES: N_("exchange rates"),
    Kept.USER: N_("user"),
    Act.DRAFTED: N_("drafted"),
    Act.EDITED: N_("edited"),
    Act.SUBMITTED: N_("submitted"),
    Act.RETURNED: N_("returned"),
    Act.APPROVED: N_("approved"),
    Act.WITHDRAWN: N_("withdrawn"),
    Act.ATTACHED: N_("attached"),
    Act.IMPORTED: N_("imported"),
    Act.ADDED: N_("added"),
    Act.ADVANCED: N_("moved on"),
    Act.PASSWORD_CHANGED: N_("given a new password"),
    Act.SHUT_OUT: N_("shut out"),
    Act.TOKEN_ISSUED: N_("given a token"),
    Act.TOKEN_ENDED: N_("token ended"),
    Act.SIGNED_IN: N_("signed in"),
    Act.SIGN_IN_FAILED: N_("failed to sign in"),
}


class AuditRecord(Base):
    """One act on one record: who, when, what, and what the record said before and says since."""

    __tablename__ = "audit_record"
    __table_args__ = (
        sa.Index("ix_audit_record_record_key", "record", "key"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    # As the login was then, whoever bears it since; not a key, for some have none.
    by: Mapped[code] = mapped_column(index=True)
    action: Mapped[code]
    record: Mapped[code]
    key: Mapped[text]
    old: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    new: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    @property
    def changes(self) -> list["Change"]:
        """List what is otherwise since, field by field."""
        old, new = self.old or {}, self.new or {}
        names = dict.fromkeys((*old, *new))
        return [
            Change(name, old.get(name), new.get(name))
            for name in names
            if old.get(name) != new.get(name)
        ]


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a record: what it said before, and what since; nothing where it was not."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Noted:
    """What was done to one record."""

    record: Kept
    key: str
    action: Act
    old: Mapping[str, Any] | None = None
    new: Mapping[str, Any] | None = None


def note(session: Session, *acts: Noted, by: str, at: datetime) -> None:
    """Write down what one person did at one moment, many acts in as few statements as one."""
    if not acts:
        return
    rows = [
        {
            "at": at,
            "by": by,
            "action": each.action.value,
            "record": each.record.value,
            "key": each.key,
            "old": each.old,
            "new": each.new,
        }
        for each in acts
    ]
    session.execute(sa.insert(AuditRecord), rows)


def records(
    session: Session,
    *,
    record: str | None = None,
    key: str | None = None,
    by: str | None = None,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
    limit: int | None = None,
    before: int | None = None,
) -> Sequence[AuditRecord]:
    """List what was noted, the latest first: of a record, by a person, from a moment to another.

    The moment of the end is not part of it any more. `before` goes on behind a record's number.
    """
    query = sa.select(AuditRecord)
    if record is not None:
        query = query.where(AuditRecord.record == record)
    if key is not None:
        query = query.where(AuditRecord.key == key)
    if by is not None:
        query = query.where(AuditRecord.by == by)
    if from_at is not None:
        query = query.where(AuditRecord.at >= from_at)
    if until_at is not None:
        query = query.where(AuditRecord.at < until_at)
    if before is not None:
        query = query.where(AuditRecord.id < before)
    return session.scalars(query.order_by(AuditRecord.id.desc()).limit(limit)).all()


def people(session: Session) -> list[str]:
    """Name everybody who did something, in the order of the alphabet."""
    query = sa.select(AuditRecord.by).distinct().order_by(AuditRecord.by)
    return list(session.scalars(query))
