"""Audit trail: who did what when to which record, with what it said before and what since.

Whoever changes something that is not the journal notes it here, in the same transaction. What is
noted is never changed or deleted: the database's guards refuse it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from ledger.acts import Act, Kept
from ledger.db import Base, code, text


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
