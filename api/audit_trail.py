"""The audit trail as it is asked for and written out, the same on pages, in JSON and by command."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from ledger.acts import Kept
from ledger.audit import AuditRecord, records
from ledger.db import instant_text
from ledger.errors import NotAllowedError
from ledger.headings import HEADINGS
from ledger.i18n import N_, Message
from ledger.users import LABELS, Role, User

READERS = (Role.COORDINATOR, Role.AUDITOR)
ONE_DAY = timedelta(days=1)
COLUMNS = ("at", "by", "record", "key", "action", "field", "old", "new")

# What fields are called: those of documents, and those that only the trail has.
FIELDS: Mapping[str, Message] = {
    **HEADINGS,
    "active": N_("May sign in"),
    "bytes": N_("Bytes"),
    "documents": N_("Documents"),
    "expires_at": N_("Expires"),
    "filename": N_("File"),
    "first_on": N_("First day"),
    "last_on": N_("Last day"),
    "media_type": N_("Type"),
    "name": N_("Name"),
    "publisher": N_("Publisher"),
    "role": N_("Role"),
    "rows": N_("Rows"),
    "sha256": N_("SHA-256"),
    "status": N_("Status"),
}

# What a spreadsheet takes for a formula, and a number that only begins like one.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for in the trail; both days belong to the span, in UTC."""

    record: Kept | None = None
    key: str | None = None
    by: str | None = None
    from_on: date | None = None
    until_on: date | None = None

    def found(
        self, session: Session, *, limit: int | None = None, before: int | None = None
    ) -> Sequence[AuditRecord]:
        """List what was noted, the latest first; `before` goes on behind a record's number."""
        return records(
            session,
            record=self.record,
            key=self.key or None,
            by=self.by or None,
            from_at=_start(self.from_on),
            until_at=_start(self.until_on, later=ONE_DAY),
            limit=limit,
            before=before,
        )


def require_reader(user: User) -> None:
    """Raise NotAllowedError unless a person may read who did what: coordinators and auditors."""
    if user.role not in READERS:
        raise NotAllowedError(needed=LABELS[Role.AUDITOR])


def written(value: Any) -> str:
    """Write a value as it is kept: a text as it stands, nothing as nothing, the rest as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def csv_text(found: Iterable[AuditRecord]) -> str:
    """Write records as CSV, a line for each field that says something else since."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(COLUMNS)
    for record in found:
        lines.writerows([_harmless(cell) for cell in line] for line in _lines(record))
    return text.getvalue()


def _lines(record: AuditRecord) -> Iterator[list[str]]:
    said = [instant_text(record.at), record.by, record.record, record.key, record.action]
    for change in record.changes:
        yield [*said, change.field, written(change.old), written(change.new)]
    if not record.changes:
        yield [*said, "", "", ""]


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from running what somebody wrote into a field."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _start(day: date | None, *, later: timedelta = timedelta(0)) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC) + later
