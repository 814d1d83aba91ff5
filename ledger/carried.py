"""What settlements carried into the next call for funds, and what of it is still open.

A debtor owes its part on 1110 beside what was assessed; a creditor is due its part on 2050. Nothing
is said in the burden book: burden follows the cash (books.md row 16).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ledger.balances import Cutoff
from ledger.documents import Document
from ledger.entries import JournalEntry, Posting
from ledger.money import ZERO, from_cents
from ledger.standing import BUY_IN
from ledger.vocabulary import Against, Purpose

SETTLEMENT, PAID_IN = "settlement", "contribution"

OWED, DUE = "1110", "2050"


def carried(session: Session, at: Cutoff, purpose: Purpose | None = None) -> dict[str, Decimal]:
    """Give what was carried and is still open, by state in euro: above zero it is to be paid in.

    A debtor's part is open until it is paid in as a contribution against an assessment, which
    credits its position as any cash does: position and open part together stay what they were. A
    creditor's part is open until it is set off or refunded. What a state pays is taken for its
    oldest debt first, whatever purpose it names, and what it sets off for its oldest credit. What
    it owes and pays on a buy-in stands apart.
    """
    still: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for (account, state), items in _items(session, at).items():
        for item, left in _left(items):
            if item.kind == SETTLEMENT and purpose in (None, item.purpose):
                still[state] += left if account == OWED else -left
    return {state: euro for state, euro in still.items() if euro}


@dataclass(frozen=True, slots=True)
class _Item:
    """What one entry put on a state's account, above zero, or took off it; reversed, nothing."""

    kind: str
    purpose: str | None
    euro: Decimal


def _items(session: Session, at: Cutoff) -> dict[tuple[str, str], list[_Item]]:
    """List what stands on 1110 and 2050 of states with a carried part, the oldest first."""
    entry, original = JournalEntry, aliased(JournalEntry)
    kind = sa.func.coalesce(original.kind, entry.kind)
    # What is paid in is not told apart: it goes to the oldest debt, whenever it came.
    on, number = (
        sa.case((kind == PAID_IN, None), else_=sa.func.coalesce(undone, done))
        for undone, done in (
            (original.effective_on, entry.effective_on),
            (original.number, entry.number),
        )
    )
    key = (Posting.account, Posting.state_code, on, number, kind, Posting.purpose)
    query = (
        sa.select(*key, sa.func.sum(Posting.euro))
        .join(entry, entry.number == Posting.entry)
        .outerjoin(original, original.number == entry.reverses)
        .outerjoin(
            Document, Document.id == sa.func.coalesce(original.document_id, entry.document_id)
        )
        .where(Posting.account.in_((OWED, DUE)), Posting.state_code.in_(_with_a_part()))
        .where(Posting.effective_on <= at.as_of, Posting.entry <= at.known_number)
        .where(sa.or_(Posting.account == DUE, ~_about_a_buy_in(kind)))
        .group_by(*key)
        .order_by(*key)
    )
    items: dict[tuple[str, str], list[_Item]] = defaultdict(list)
    for account, state, _on, _number, of_kind, purpose, cents in session.execute(query):
        euro = from_cents(int(cents))
        item = _Item(of_kind, purpose, euro if account == OWED else -euro)
        items[account, state].append(item)
    return items


def _with_a_part() -> sa.Select[str | None]:
    """Select the states of which anything was ever carried."""
    entry = aliased(JournalEntry)
    posting = aliased(Posting)
    return (
        sa.select(posting.state_code)
        .join(entry, entry.number == posting.entry)
        .where(entry.kind == SETTLEMENT, posting.account.in_((OWED, DUE)))
    )


def _about_a_buy_in(kind: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Select what is owed and paid on buy-ins: said to be so, and credited when it was agreed."""
    against = sa.func.coalesce(Document.body["against"].as_string(), "")
    return sa.or_(kind == BUY_IN, against == Against.BUY_IN)


def _left(items: Sequence[_Item]) -> Iterator[tuple[_Item, Decimal]]:
    """Say what is left of each item when what was taken off goes to the oldest first."""
    taken = -sum((item.euro for item in items if item.euro < 0), ZERO)
    for item in items:
        if item.euro > 0:
            covered = min(item.euro, taken)
            taken -= covered
            yield item, item.euro - covered
