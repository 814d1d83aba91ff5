"""Vouching: does every entry rest on what it names - document, approval and chart?

The chain says that entries are as they were sealed; this, that what they were made from is still
there and says the same. Sums of rows are the database's work, so that memory stays flat.
"""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.accounts import AccountRow, chart
from ledger.documents import Document, DocumentEvent, body_hash
from ledger.entries import JournalEntry
from ledger.findings import Finding, at_entry
from ledger.i18n import N_, Message
from ledger.vocabulary import Status

PAGE = 1000


def vouch(session: Session) -> Iterator[Finding]:
    """Hold every entry against its document, every decision, and the chart."""
    yield from _documents(session)
    yield from _decisions(session)
    yield from _endorsements(session)
    yield from _chart(session)


def _documents(session: Session) -> Iterator[Finding]:
    """Find entries whose document is not there, not approved by these two, or says another."""
    for row in session.execute(_vouchers().execution_options(yield_per=PAGE)):
        for message in _unvouched(row):
            yield at_entry(message, row.number)


def _vouchers() -> sa.Select[Any]:
    entry, document = JournalEntry.__table__.c, Document.__table__.c
    event, last = DocumentEvent.__table__.c, _last_steps()
    return (
        sa.select(
            *(entry.number, entry.document_hash, entry.recorded_by, entry.approved_by),
            *(document.kind, document.status, document.made_by, document.decided_by),
            # As it is stored: a text that is no JSON is a finding, too.
            sa.cast(document.body, sa.Text).label("body"),
            document.body_hash,
            event.status.label("step"),
            event.by.label("stepped_by"),
            event.body_hash.label("step_hash"),
        )
        .select_from(JournalEntry.__table__)
        .join(Document.__table__, entry.document_id == document.id, isouter=True)
        .join(last, last.c.document_id == document.id, isouter=True)
        .join(DocumentEvent.__table__, event.id == last.c.id, isouter=True)
        .where(entry.document_id.is_not(None))
        .order_by(entry.number)
    )


def _last_steps() -> sa.Subquery:
    event = DocumentEvent.__table__.c
    last = sa.select(event.document_id, sa.func.max(event.id).label("id"))
    return last.group_by(event.document_id).subquery()


def _decisions(session: Session) -> Iterator[Finding]:
    """Find what was approved and posted nothing, and is not what was approved."""
    for row in session.execute(_unposted().execution_options(yield_per=PAGE)):
        for message in _undecided(row):
            yield Finding(message, {"document": row.id})


def _unposted() -> sa.Select[Any]:
    entry, document = JournalEntry.__table__.c, Document.__table__.c
    event, last = DocumentEvent.__table__.c, _last_steps()
    posted = sa.select(entry.document_id).where(entry.document_id.is_not(None))
    return (
        sa.select(
            *(document.id, document.kind, document.status, document.decided_by),
            sa.cast(document.body, sa.Text).label("body"),
            document.body_hash,
            event.status.label("step"),
            event.by.label("stepped_by"),
            event.body_hash.label("step_hash"),
        )
        .select_from(Document.__table__)
        .join(last, last.c.document_id == document.id, isouter=True)
        .join(DocumentEvent.__table__, event.id == last.c.id, isouter=True)
        .where(sa.or_(document.status == Status.APPROVED, event.status == Status.APPROVED))
        .where(document.id.not_in(posted))
        .order_by(document.id)
    )


def _undecided(row: sa.Row[Any]) -> Iterator[Message]:
    approved = bytes(row.body_hash)
    if _said(row.kind, row.body) != approved:
        yield N_("Document %(document)s is not what was approved.")
    if row.status != Status.APPROVED:
        yield N_("Document %(document)s was approved, and is not any more.")
    step = (row.step, row.stepped_by, bytes(row.step_hash or b""))
    if step != (Status.APPROVED, row.decided_by, approved):
        yield N_("The last step on record of document %(document)s is not its approval.")


def _unvouched(row: sa.Row[Any]) -> Iterator[Message]:
    approved = bytes(row.document_hash or b"")
    if row.kind is None or not approved == _said(row.kind, row.body) == bytes(row.body_hash):
        yield N_("The document of entry %(number)s is not what was approved.")
    if row.kind is None:
        return
    if row.status != Status.APPROVED:
        yield N_("The document of entry %(number)s is not approved.")
    if (row.made_by, row.decided_by) != (row.recorded_by, row.approved_by):
        yield N_("The document of entry %(number)s was made or approved by somebody else.")
    step = (row.step, row.stepped_by, bytes(row.step_hash or b""))
    if step != (Status.APPROVED, row.approved_by, approved):
        yield N_("The last step on record of entry %(number)s's document is not its approval.")


def _endorsements(session: Session) -> Iterator[Finding]:
    """Find what names a first of two approvals of which no step of its wording is on record."""
    document, event = Document.__table__.c, DocumentEvent.__table__.c
    step = sa.and_(
        event.document_id == document.id,
        event.status == Status.ENDORSED,
        event.by == document.endorsed_by,
        event.body_hash == document.body_hash,
    )
    query = (
        sa.select(document.id)
        .select_from(Document.__table__)
        .join(DocumentEvent.__table__, step, isouter=True)
        .where(document.endorsed_by.is_not(None), event.id.is_(None))
        .order_by(document.id)
    )
    for found in session.scalars(query):
        message = N_("The first of two approvals of document %(document)s is not on record.")
        yield Finding(message, {"document": found})


def _said(kind: str, body: str) -> bytes | None:
    """Hash a body as it is stored; None for one that no document could have."""
    try:
        return body_hash(kind, json.loads(body))
    except (ValueError, TypeError, RecursionError):
        return None


def _chart(session: Session) -> Iterator[Finding]:
    account = AccountRow.__table__.c
    rows = session.execute(
        sa.select(
            account.code, account.book, account.currency, account.per_state, account.item_side
        )
    )
    found = {code: tuple(rest) for code, *rest in rows}
    wanted = {
        each.code: (each.book.value, each.currency, each.per_state, each.item_side)
        for each in chart().values()
    }
    for code in sorted(found.keys() | wanted.keys()):
        if found.get(code) != wanted.get(code):
            message = N_("Account %(account)s in the database is not that of the chart.")
            yield Finding(message, {"account": code})
