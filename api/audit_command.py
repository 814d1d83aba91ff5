"""`mcrm audit`: who did what when, in lines, as JSON or as CSV."""

import json

import typer

from api.audit_trail import FIELDS, Search, csv_text, written
from api.terminal import out, reading_books, translated
from ledger.acts import LABELS, PEOPLE
from ledger.audit import AuditRecord, Change
from ledger.db import instant_text
from ledger.i18n import N_

NOTHING = N_("Nothing was noted that fits.")
_NAMES = {str(code): label for code, label in LABELS.items()} | PEOPLE


def run(search: Search, *, limit: int | None, as_json: bool, as_csv: bool) -> None:
    """Print what a search finds, the latest first."""
    with reading_books() as session:
        found = search.found(session, limit=limit)
    if as_json:
        typer.echo(json.dumps([_plain(each) for each in found]))
    elif as_csv:
        typer.echo(csv_text(found), nl=False)
    elif not found:
        out.print(translated(NOTHING))
    for each in () if as_json or as_csv else found:
        _tell(each)


def _tell(record: AuditRecord) -> None:
    # In lines, not in a table: what was written is to be read whole.
    by, action, kind = map(_named, (record.by, record.action, record.record))
    out.print(
        f"{record.at:%Y-%m-%d %H:%M:%S} UTC  {by}: {action}, {kind} {record.key}", markup=False
    )
    for change in record.changes:
        out.print(f"  {_changed(change)}", markup=False)


def _changed(change: Change) -> str:
    field = translated(FIELDS[change.field]) if change.field in FIELDS else change.field
    values = [written(each) for each in (change.old, change.new) if each is not None]
    return f"{field}: {' → '.join(values)}"


def _named(code: str) -> str:
    return translated(_NAMES[code]) if code in _NAMES else code


def _plain(record: AuditRecord) -> dict[str, object]:
    names = ("id", "by", "action", "record", "key", "old", "new")
    return {"at": instant_text(record.at)} | {name: getattr(record, name) for name in names}
