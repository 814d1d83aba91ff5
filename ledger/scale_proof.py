"""The proof of scales: is each what was adopted, and do its shares follow from what it rests on?

Every entry of an allocation run names its scale by number and hash, so a scale that is still what
its hash says is what the chain has sealed.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.documents import Document
from ledger.entries import JournalEntry
from ledger.errors import LedgerError
from ledger.findings import Finding, at_entry
from ledger.i18n import N_, Message
from ledger.pools import ALLOCATION
from ledger.reckoning import reckoned_from
from ledger.scales import KIND, NewScale, StoredScale
from ledger.seal import canonical
from ledger.vocabulary import Status


def prove_scales(session: Session) -> Iterator[Finding]:
    """Reckon every scale again from its own content, and hold entries and documents against it."""
    known: set[str] = set()
    scale, document = StoredScale.__table__.c, Document.__table__.c
    query: sa.Select[Any] = (
        sa.select(
            *scale,
            *(document.kind, document.status),
            # As it is stored: a text that is no JSON is a finding, too.
            sa.cast(document.body, sa.Text).label("body"),
        )
        .join_from(
            StoredScale.__table__,
            Document.__table__,
            document.id == scale.document_id,
            isouter=True,
        )
        .order_by(scale.number)
    )
    for row in session.execute(query):
        known.add(f"{row.number}:{bytes(row.content_hash).hex()}")
        for message in _broken(row):
            yield Finding(message, {"number": row.number})
    yield from _unknown(session, known)


def _broken(row: sa.Row[Any]) -> Iterator[Message]:
    if hashlib.sha256(row.content.encode()).digest() != bytes(row.content_hash):
        yield N_("Scale %(number)s is not what was adopted.")
        return
    content = _content(row.content)
    if content is None or not _follows(content):
        yield N_("The shares of scale %(number)s do not follow from what it rests on.")
    elif not _is_said(row, content):
        yield N_("The document of scale %(number)s is not approved, or says something else.")


def _content(text: str) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = json.loads(text)
        return content if canonical(content).decode() == text else None
    except (ValueError, TypeError, RecursionError):
        return None


def _follows(content: dict[str, Any]) -> bool:
    try:
        found = reckoned_from(content).scale.shares
        said: dict[str, str] = content["shares"]
    except (LedgerError, ArithmeticError, LookupError, TypeError, ValueError):
        return False
    return {state: str(share) for state, share in found.items()} == said


def _is_said(row: sa.Row[Any], content: dict[str, Any]) -> bool:
    try:
        said = NewScale.model_validate(json.loads(row.body or ""))
    except (ValueError, TypeError, RecursionError):
        return False
    # A preset may be worded anew in a later version: what counts is what was frozen.
    formula = said.formula or said.sharing.name
    said_so = (said.purpose, said.valid_from.isoformat(), said.indicator_year, formula)
    frozen = tuple(content[name] for name in ("purpose", "valid_from", "year"))
    approved = (row.kind, row.status) == (KIND, Status.APPROVED)
    return (
        approved
        and said_so == (*frozen, content["formula"]["name"])
        and (row.purpose, row.valid_from) == (said.purpose, said.valid_from)
        and content["borne_in"] == said.valid_from.year
    )


def _unknown(session: Session, known: set[str]) -> Iterator[Finding]:
    query = (
        sa.select(JournalEntry.number, JournalEntry.idempotency_key)
        .where(JournalEntry.kind == ALLOCATION)
        .order_by(JournalEntry.number)
    )
    for number, key in session.execute(query):
        if key.partition(":")[2].partition(":")[2] not in known:
            yield at_entry(N_("Entry %(number)s shares by a scale that was not adopted."), number)
