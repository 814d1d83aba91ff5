"""The proof of the register of calls: is each what its document and the journal say?

A row is reckoned again from the approved document and the postings of the item that it calls, as
the books knew them when the call was approved. What the letter said of arrears stands as it was.
"""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.assessments import AGAIN
from ledger.assessments import KIND as ASSESSMENT
from ledger.calls import KIND, Call, NewCall, references_of
from ledger.documents import Document, DocumentEvent
from ledger.entries import JournalEntry, Posting
from ledger.findings import Finding
from ledger.i18n import N_, Message
from ledger.set_offs import ASSESSED
from ledger.vocabulary import Status

UNSAID = N_("The document of call %(number)s is not approved, or says something else.")
UNASKED = N_("Call %(number)s is of another item than its assessment asked of its state.")
OTHER_GROSS = N_("Call %(number)s does not ask what was open of its item.")
OTHER_APPLIED = N_("Call %(number)s does not take off what its entry set off.")
OTHER_NAMES = N_("The references of call %(number)s are not its own.")
MISSING = N_("Call %(number)s is missing.")
UNREGISTERED = N_("Document %(document)s is a call of which the register has no row.")


@dataclass(frozen=True, slots=True)
class _Line:
    """What one entry did to an item: hundredths of a euro, and by what."""

    entry: int
    on: date
    state: str | None
    euro: int
    kind: str
    document: str | None


def prove_register(session: Session) -> Iterator[Finding]:
    """Hold every call against its document and its item, and every call's document against it."""
    lines, known = _lines(session), _Known(session)
    call, document = Call.__table__.c, Document.__table__.c
    query: sa.Select[Any] = (
        sa.select(
            *call,
            *(document.kind, document.status),
            # As it is stored: a text that is no JSON is a finding, too.
            sa.cast(document.body, sa.Text).label("body"),
        )
        .join_from(
            Call.__table__, Document.__table__, document.id == call.document_id, isouter=True
        )
        .order_by(call.number)
    )
    last = 0
    for row in session.execute(query):
        for number in range(last + 1, row.number):
            yield Finding(MISSING, {"number": number})
        last = row.number
        for message in _broken(row, lines.get(row.item, []), known):
            yield Finding(message, {"number": row.number})
    yield from _unregistered(session)


def _broken(row: sa.Row[Any], lines: Sequence[_Line], known: "_Known") -> Iterator[Message]:
    said = _said(row)
    if said is None:
        yield UNSAID
        return
    then = [each for each in lines if known.was(each, row.document_id)]
    began = then[0] if then else None
    if (
        began is None
        or (began.entry, began.state) != (said.assessment, row.state_code)
        or began.kind not in (ASSESSMENT, AGAIN)
    ):
        yield UNASKED
        return
    if _least(then, row.despatched_on) != row.gross:
        yield OTHER_GROSS
    own = (each for each in lines if (each.kind, each.document) == (KIND, row.document_id))
    if -sum(each.euro for each in own) != row.applied:
        yield OTHER_APPLIED
    names = references_of(row.despatched_on.year, row.state_code, row.number)
    if (row.reference, row.symbol) != names:
        yield OTHER_NAMES


def _said(row: sa.Row[Any]) -> NewCall | None:
    """Read the document of a call, if it is approved and says the same."""
    try:
        said = NewCall.model_validate(json.loads(row.body or ""))
    except (ValueError, TypeError, RecursionError):
        return None
    terms = (said.despatched_on, said.due, said.exchange.value, said.charges.value)
    same = terms == (row.despatched_on, row.due_on, row.exchange, row.charges)
    return said if same and (row.kind, row.status) == (KIND, Status.APPROVED) else None


def _least(lines: Sequence[_Line], on: date) -> int:
    """Give the least that was open of an item from a day on, as `open_items` takes it."""
    by_day: dict[date, int] = defaultdict(int)
    for each in lines:
        by_day[max(each.on, on)] += each.euro
    return max(min(accumulate(by_day[day] for day in sorted({on, *by_day}))), 0)


def _lines(session: Session) -> Mapping[str, list[_Line]]:
    """Read what was posted on the items that are called, in the order of the entries."""
    query = (
        sa.select(
            *(Posting.item, Posting.entry, Posting.effective_on, Posting.state_code, Posting.euro),
            *(JournalEntry.kind, JournalEntry.document_id),
        )
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .where(Posting.account == ASSESSED, Posting.item.in_(sa.select(Call.item)))
        .order_by(Posting.entry, Posting.line)
    )
    found: dict[str, list[_Line]] = defaultdict(list)
    rows: Iterator[tuple[Any, ...]] = map(tuple, session.execute(query))
    for item, *rest in rows:
        found[str(item)].append(_Line(*rest))
    return found


class _Known:
    """Which entries the books held when a call was approved.

    By the order of the approvals and not by their times: two may share a moment. An entry without a
    document is as old as the one before it.
    """

    def __init__(self, session: Session) -> None:
        approvals = (
            sa.select(DocumentEvent.document_id, sa.func.max(DocumentEvent.id))
            .where(DocumentEvent.status == Status.APPROVED)
            .group_by(DocumentEvent.document_id)
        )
        self._steps: dict[str, int] = {row[0]: row[1] for row in session.execute(approvals)}
        query = (
            sa.select(JournalEntry.number, JournalEntry.document_id)
            .where(JournalEntry.document_id.is_not(None))
            .order_by(JournalEntry.number)
        )
        entries = [(number, self._steps.get(str(by), 0)) for number, by in session.execute(query)]
        self._numbers = [number for number, _step in entries]
        self._latest = list(accumulate((step for _number, step in entries), max))

    def was(self, line: _Line, document: str) -> bool:
        """Whether an entry was there when a document was approved, and is not its own."""
        place = bisect_left(self._latest, self._steps.get(document, 0))
        return place == len(self._numbers) or line.entry < self._numbers[place]


def _unregistered(session: Session) -> Iterator[Finding]:
    query = (
        sa.select(Document.id)
        .where(Document.kind == KIND, Document.status == Status.APPROVED)
        .where(Document.id.not_in(sa.select(Call.document_id)))
        .order_by(Document.id)
    )
    for found in session.scalars(query):
        yield Finding(UNREGISTERED, {"document": found})
