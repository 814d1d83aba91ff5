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

from ledger.documents import Document, DocumentEvent
from ledger.entries import JournalEntry
from ledger.errors import LedgerError
from ledger.findings import Finding, at_entry
from ledger.formula_files import formula_from
from ledger.i18n import N_, Message
from ledger.indicators import Observations, shipped
from ledger.memberships import Decision, MembershipSpan, membership_spans
from ledger.pools import ALLOCATION
from ledger.reckoning import Reckoned
from ledger.scales import KIND, NewScale, StoredScale, remade
from ledger.seal import canonical
from ledger.vintages import kept
from ledger.vocabulary import Status


def prove_scales(session: Session) -> Iterator[Finding]:
    """Reckon every scale again from its own content, and hold entries and documents against it."""
    known: set[str] = set()
    held = _held(session)
    members = _Members(session)
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
        for message in _broken(row, held, members):
            yield Finding(message, {"number": row.number})
    yield from _unknown(session, known)


def _broken(row: sa.Row[Any], held: Observations, members: "_Members") -> Iterator[Message]:
    if hashlib.sha256(row.content.encode()).digest() != bytes(row.content_hash):
        yield N_("Scale %(number)s is not what was adopted.")
        return
    content = _content(row.content)
    again = remade(content) if content is not None else None
    if content is None or again is None:
        yield N_("The shares of scale %(number)s do not follow from what it rests on.")
        return
    if not _is_said(row, content):
        yield N_("The document of scale %(number)s is not approved, or says something else.")
    if not _is_published(again, held):
        yield N_("Scale %(number)s rests on other values than its vintages hold.")
    if not members.were(set(content["shares"]), row):
        yield N_("Scale %(number)s is for other states than took part when it was adopted.")


def _held(session: Session) -> Observations:
    try:
        return kept(session)
    except (ArithmeticError, TypeError, ValueError):
        # Values that are no numbers: no scale rests on them.
        return shipped()


class _Members:
    """Who took part on a day, as it was decided when a document was approved."""

    def __init__(self, session: Session) -> None:
        self._spans = _spans(session)
        event = DocumentEvent.__table__.c
        approvals = (
            sa.select(event.document_id, sa.func.max(event.id))
            .where(event.status == Status.APPROVED)
            .group_by(event.document_id)
        )
        self._steps: dict[str, int] = dict(session.execute(approvals).all())

    def were(self, states: set[str], scale: sa.Row[Any]) -> bool:
        """Whether a scale is for those; yes where the decisions or the approval are not there."""
        by = self._steps.get(scale.document_id)
        if self._spans is None or by is None:
            return True
        on = scale.valid_from
        return states == {
            each.state
            for each in self._spans
            if each.joined_on <= on
            and self._was_decided(each.accession, by)
            and (each.left_on is None or each.left_on >= on or not self._left(each, by))
        }

    def _left(self, span: MembershipSpan, by: int) -> bool:
        return self._was_decided(span.withdrawal, by)

    def _was_decided(self, decision: Decision | None, by: int) -> bool:
        # By the order of the approvals and not by their times: two may share a moment.
        return decision is None or self._steps.get(decision.document_id, 0) < by


def _spans(session: Session) -> list[MembershipSpan] | None:
    try:
        return membership_spans(session)
    except (LedgerError, LookupError, TypeError, ValueError, RecursionError):
        # A decision that cannot be read is a finding of its own.
        return None


def _content(text: str) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = json.loads(text)
        return content if canonical(content).decode() == text else None
    except (ValueError, TypeError, RecursionError):
        return None


def _is_published(again: Reckoned, held: Observations) -> bool:
    """Whether the values that a scale used are those that their vintages hold."""
    return all(
        each
        in held.by_vintage.get(each.vintage, {})
        .get(each.indicator, {})
        .get((each.state, each.year), [])
        for each in again.used
    )


def _is_said(row: sa.Row[Any], content: dict[str, Any]) -> bool:
    try:
        said = NewScale.model_validate(json.loads(row.body or ""))
    except (ValueError, TypeError, RecursionError):
        return False
    said_so = (said.purpose, said.valid_from.isoformat(), said.indicator_year, said.vintage)
    frozen = tuple(content.get(name) for name in ("purpose", "valid_from", "year", "vintage"))
    approved = (row.kind, row.status) == (KIND, Status.APPROVED)
    return (
        approved
        and said_so == frozen
        and _is_by(said, content["formula"])
        and (row.purpose, row.valid_from) == (said.purpose, said.valid_from)
        and content["borne_in"] == said.valid_from.year
    )


def _is_by(said: NewScale, frozen: dict[str, Any]) -> bool:
    # A preset may be worded anew in a later version: what counts is what was frozen.
    if said.formula is not None:
        return bool(frozen["name"] == said.formula)
    return formula_from(frozen) == said.sharing


def _unknown(session: Session, known: set[str]) -> Iterator[Finding]:
    query = (
        sa.select(JournalEntry.number, JournalEntry.idempotency_key)
        .where(JournalEntry.kind == ALLOCATION)
        .order_by(JournalEntry.number)
    )
    for number, key in session.execute(query):
        if key.split(":", 3)[-1] not in known:
            yield at_entry(N_("Entry %(number)s shares by a scale that was not adopted."), number)
