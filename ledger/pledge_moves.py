"""What was posted on the open items of pledges: by pledges' own acts, and by all else.

A payment is whatever another document settles of a pledge; so what was paid is computed from
postings and never written on the pledge (books.md §3, lesson 27).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ledger.balances import Cutoff
from ledger.entries import JournalEntry, Posting
from ledger.money import ZERO, from_cents
from ledger.pledge_versions import ACCOUNTS, ACTS, LIABILITY, RECEIVABLE, Pledge

# Neither a decision on the pledge nor money: what the states gave up, or what it is worth now.
NO_PAYMENTS = (*ACTS, "write_off", "revaluation")

LIABILITY_ACCOUNT = ACCOUNTS[LIABILITY]


@dataclass(frozen=True, slots=True)
class Move:
    """What one kind of entry posted on an item on a day; a reversal is of the kind it undoes."""

    item: str
    account: str
    kind: str
    on: date
    # Debit positive.
    amount: Decimal
    euro: Decimal


Moves = Mapping[str, list[Move]]


def moves(session: Session, at: Cutoff, keys: Iterable[str] | None = None) -> Moves:
    """Read what was posted on the items of all pledges, or on some items, by item."""
    undone = aliased(JournalEntry)
    kind = sa.func.coalesce(undone.kind, JournalEntry.kind)
    by = (Posting.item, Posting.account, kind, Posting.effective_on)
    where = Posting.item.in_(list(keys)) if keys is not None else Posting.item.like("pledge:%")
    query = (
        sa.select(*by, sa.func.sum(Posting.amount), sa.func.sum(Posting.euro))
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .outerjoin(undone, undone.number == JournalEntry.reverses)
        .where(Posting.effective_on <= at.as_of, Posting.entry <= at.known_number)
        .where(Posting.account.in_((RECEIVABLE, *ACCOUNTS.values())), where)
        .group_by(*by)
        .order_by(*by)
    )
    found: dict[str, list[Move]] = defaultdict(list)
    for item, code, of_kind, on, amount, euro in session.execute(query):
        sums = from_cents(int(amount)), from_cents(int(euro))
        found[str(item)].append(Move(str(item), code, of_kind, on, *sums))
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """How a pledge stands by its items, in its own currency; all are zero or above."""

    received: Decimal
    # What was received of each instalment by itself, by due day.
    received_of: Mapping[date | None, Decimal]
    # Still to come, whichever account it stands on.
    outstanding: Decimal
    # Received on conditions that are not met yet.
    liability: Decimal
    # Recognised as revenue by the pledge itself, and still to come, in euro by calendar year.
    recognised: Mapping[int, Decimal]


def standing(pledge: Pledge, found: Moves) -> Standing:
    """Sum up the items of a pledge."""
    theirs = [move for key in pledge.keys for move in found.get(key, ())]
    payments = [move for move in theirs if move.kind not in NO_PAYMENTS]
    open_of = {code: _sum(each for each in theirs if each.account == code) for code in _CODES}
    liability = -open_of[LIABILITY_ACCOUNT]
    recognised: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for move in theirs:
        if move.account == RECEIVABLE and move.kind in ACTS:
            recognised[move.on.year] += move.euro
    return Standing(
        received=-_sum(payments),
        received_of={
            due_on: -_sum(each for each in payments if each.item == pledge.key(due_on))
            for due_on in pledge.dues
        },
        outstanding=sum(open_of.values(), ZERO),
        liability=liability,
        recognised=recognised,
    )


_CODES = (RECEIVABLE, *ACCOUNTS.values())


def _sum(each: Iterable[Move]) -> Decimal:
    return sum((move.amount for move in each), ZERO)
