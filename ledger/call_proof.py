"""Calls proven line by line: what was asked, what was set off, and what became of it since.

Every line is the sum of postings, or stands in the register as it was on the day of despatch; they
add up to what is open.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.balances import Cutoff
from ledger.calls import KIND, Call, calls
from ledger.entries import JournalEntry, Posting
from ledger.money import ZERO, from_cents
from ledger.open_items import OpenItem, open_items
from ledger.set_offs import ADVANCES, ASSESSED, CREDITS, PREFINANCED, SET_OFF


@dataclass(frozen=True, slots=True)
class Proof:
    """One call as of a cutoff, in euro: from what was assessed to what is open."""

    call: Call
    item: OpenItem
    # The entry of the assessment, and that of the set-offs where there is one.
    assessment: int
    entry: int | None
    assessed: Decimal
    credits: Decimal
    advances: Decimal
    prefinanced: Decimal
    # What is overdue, in days; below one while it is not, or where nothing is open.
    days: int

    @property
    def before(self) -> Decimal:
        """What of the assessed sum was settled before the call."""
        return self.assessed - self.gross

    @property
    def gross(self) -> Decimal:
        """What was open of it on the day of despatch."""
        return from_cents(self.call.gross)

    @property
    def applied(self) -> Decimal:
        """What was set off on the day of despatch."""
        return from_cents(self.call.applied)

    @property
    def arrears(self) -> Decimal:
        """What else the state owed and should have paid before the day of despatch."""
        return from_cents(self.call.arrears)

    @property
    def net(self) -> Decimal:
        """What this call asks."""
        return self.call.net

    @property
    def to_pay(self) -> Decimal:
        """What its letter asks in all."""
        return self.call.to_pay

    @property
    def open(self) -> Decimal:
        """What is open of it."""
        return self.item.euro

    @property
    def settled(self) -> Decimal:
        """What was paid or settled otherwise since; below zero where set-offs were undone."""
        return self.net - self.open


def proofs(session: Session, at: Cutoff) -> list[Proof]:
    """Prove every call that was despatched by a day and whose assessment was known, in order."""
    items = {each.key: each for each in open_items(session, at, accounts=(ASSESSED,), settled=True)}
    known = [
        each
        for each in calls(session)
        if each.despatched_on <= at.as_of
        and each.item in items
        and items[each.item].number <= at.known_number
    ]
    parts = _set_off(session, at)
    assessed = _assessed(session, [items[each.item] for each in known])
    return [_proof(each, items[each.item], at, parts, assessed) for each in known]


Part = tuple[str, str | None, str]


def _proof(
    call: Call,
    item: OpenItem,
    at: Cutoff,
    parts: Mapping[Part, tuple[int, Decimal]],
    assessed: Mapping[str, Decimal],
) -> Proof:
    found = {
        account: parts.get((call.document_id, call.state_code, account)) for account in SET_OFF
    }
    sums = {account: part[1] if part else ZERO for account, part in found.items()}
    return Proof(
        call,
        item,
        item.number,
        next((part[0] for part in found.values() if part), None),
        assessed[item.key],
        credits=sums[CREDITS],
        advances=sums[ADVANCES],
        prefinanced=sums[PREFINANCED],
        days=(at.as_of - call.due_on).days if item.euro else 0,
    )


def _set_off(session: Session, at: Cutoff) -> Mapping[Part, tuple[int, Decimal]]:
    """Sum what the entry of each call set off, by document, state and account."""
    key = (JournalEntry.document_id, Posting.state_code, Posting.account)
    query = (
        sa.select(*key, Posting.entry, sa.func.sum(Posting.euro))
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .where(JournalEntry.kind == KIND, Posting.account.in_(SET_OFF))
        .where(Posting.effective_on <= at.as_of, Posting.entry <= at.known_number)
        .group_by(*key, Posting.entry)
    )
    return {
        (str(row[0]), row[1], row[2]): (row[3], from_cents(int(row[4])))
        for row in session.execute(query)
    }


def _assessed(session: Session, items: Iterable[OpenItem]) -> Mapping[str, Decimal]:
    """Give what each item began with."""
    numbers = {each.number for each in items}
    query = (
        sa.select(Posting.item, sa.func.sum(Posting.euro))
        .where(Posting.entry.in_(numbers), Posting.account == ASSESSED)
        .group_by(Posting.item)
    )
    began: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for item, euro in session.execute(query):
        began[str(item)] = from_cents(int(euro))
    return began
