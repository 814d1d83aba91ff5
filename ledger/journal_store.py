"""Where the journal meets the two databases: entry, postings, seal, in this order, in one go.

PostgreSQL takes it all in one call of `mcrm_post`; SQLite takes three bulk inserts under the write
lock. Each entry arrives as texts and whole numbers, hashes in hexadecimal; the guards in the
migrations check it again.
"""

import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.entries import JournalEntry, Posting, Seal
from ledger.errors import (
    ClosedPeriodError,
    IdempotencyConflictError,
    JournalRefusedError,
    NoPeriodError,
)
from ledger.periods import LABELS, NO_DAY, PeriodStatus, require_open
from ledger.seal import GENESIS, link_hash

Stored = tuple[int, bytes, bool]


def store(session: Session, entries: Sequence[dict[str, Any]]) -> list[Stored]:
    """Write prepared entries; return number, link hash and whether each was there before."""
    if not entries:
        return []
    if session.get_bind().dialect.name == "postgresql":
        return _store_postgresql(session, entries)
    return _store_sqlite(session, entries)


def _store_postgresql(session: Session, entries: Sequence[dict[str, Any]]) -> list[Stored]:
    query = sa.text("SELECT number, hash, replayed FROM mcrm_post(CAST(:entries AS jsonb))")
    try:
        rows = session.execute(query, {"entries": json.dumps(list(entries))}).all()
    except DBAPIError as error:
        raise _refusal(error) from error
    return [(row.number, bytes(row.hash), row.replayed) for row in rows]


def _store_sqlite(session: Session, entries: Sequence[dict[str, Any]]) -> list[Stored]:
    known = _known(session, {_key(each) for each in entries})
    fresh = [each for each in entries if _key(each) not in known]
    require_open(session, {date.fromisoformat(each["effective_on"]) for each in fresh})
    number, link = _head(session)
    seals: list[dict[str, Any]] = []
    sealed: list[dict[str, Any]] = []
    stored: list[Stored] = []
    for each in entries:
        if found := known.get(_key(each)):
            if found[0] != each["body_hash"]:
                raise IdempotencyConflictError(key=each["idempotency_key"])
            stored.append((found[1], found[2], True))
            continue
        number += 1
        seal = _seal(number, link, each)
        link = seal["hash"]
        known[_key(each)] = (each["body_hash"], number, link)
        seals.append(seal)
        sealed.append(each)
        stored.append((number, link, False))
    _insert(session, sealed, seals)
    return stored


def _known(
    session: Session, keys: set[tuple[str, str]]
) -> dict[tuple[str, str], tuple[str, int, bytes]]:
    """Find the entries that have one of the keys: the hash of what each says, number and link."""
    entry = JournalEntry.__table__.c
    known: dict[tuple[str, str], tuple[str, int, bytes]] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), 400):
        both = sa.tuple_(entry.idempotency_scope, entry.idempotency_key)
        query = (
            sa.select(
                *(entry.idempotency_scope, entry.idempotency_key, entry.body_hash),
                *(Seal.number, Seal.hash),
            )
            .join(Seal, Seal.number == entry.number)
            .where(both.in_(wanted[start : start + 400]))
        )
        for scope, key, body_hash, number, link in session.execute(query):
            known[scope, key] = (body_hash.hex(), number, link)
    return known


def _head(session: Session) -> tuple[int, bytes]:
    query = sa.select(Seal.number, Seal.hash).order_by(Seal.number.desc()).limit(1)
    last = session.execute(query).one_or_none()
    return (last.number, last.hash) if last else (0, GENESIS)


def _seal(number: int, previous: bytes, entry: dict[str, Any]) -> dict[str, Any]:
    content = bytes.fromhex(entry["content_hash"])
    return {
        "number": number,
        "content_hash": content,
        "previous_hash": previous,
        "hash": link_hash(previous, content, number),
    }


def _insert(
    session: Session, entries: Sequence[dict[str, Any]], seals: Sequence[dict[str, Any]]
) -> None:
    if not entries:
        return
    numbered = [(seal["number"], each) for seal, each in zip(seals, entries, strict=True)]
    rows = [_row(number, each) for number, each in numbered]
    lines = [_posting(number, line) for number, each in numbered for line in each["postings"]]
    try:
        session.execute(sa.insert(JournalEntry), rows)
        session.execute(sa.insert(Posting), lines)
        session.execute(sa.insert(Seal), seals)
    except DBAPIError as error:
        raise _refusal(error) from error


def _key(entry: dict[str, Any]) -> tuple[str, str]:
    return entry["idempotency_scope"], entry["idempotency_key"]


def _row(number: int, entry: dict[str, Any]) -> dict[str, Any]:
    return {
        **{
            name: value for name, value in entry.items() if name not in ("content_hash", "postings")
        },
        "number": number,
        "effective_on": date.fromisoformat(entry["effective_on"]),
        "occurred_on": _day(entry["occurred_on"]),
        "recorded_at": datetime.fromisoformat(entry["recorded_at"]),
        "document_hash": bytes.fromhex(entry["document_hash"]) if entry["document_hash"] else None,
        "body_hash": bytes.fromhex(entry["body_hash"]),
        "salt": bytes.fromhex(entry["salt"]),
    }


def _posting(number: int, line: dict[str, Any]) -> dict[str, Any]:
    return {
        **line,
        "entry": number,
        "effective_on": date.fromisoformat(line["effective_on"]),
        **{name: _day(line[name]) for name in ("rate_on", "due_on")},
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _refusal(error: DBAPIError) -> Exception:
    """Say in the field's words what the database refused, by the code its guard gives."""
    said = str(error.orig)
    found = re.search(r"LG0\d\d", said)
    detail = getattr(getattr(error.orig, "diag", None), "message_detail", None) or ""
    match found.group() if found else "":
        case "LG008" if detail:
            *days, status = detail.split("|")
            on, first, last = map(date.fromisoformat, days)
            label = LABELS[PeriodStatus(status)]
            return ClosedPeriodError(on=on, first=first, last=last, status=label)
        case "LG009":
            return IdempotencyConflictError(key=detail)
        case "LG010" if detail:
            on, *span = map(date.fromisoformat, detail.split("|"))
            days = dict(zip(("first", "last"), span or (NO_DAY, NO_DAY), strict=True))
            return NoPeriodError(on=on, **days)
    return JournalRefusedError(reason=said.splitlines()[0])
