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
WRITE_OFF = "write_off"
NO_PAYMENTS = (*ACTS, WRITE_OFF, "revaluation")

LIABILITY_ACCOUNT, REVENUE = ACCOUNTS[LIABILITY], "4020"


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
    # What the states gave up, in all and of each instalment: no version asks for it again.
    written_off: Decimal
    written_off_of: Mapping[date | None, Decimal]

    @property
    def settled(self) -> Decimal:
        """What was received or given up."""
        return self.received + self.written_off

    @property
    def settled_of(self) -> dict[date | None, Decimal]:
        """What was received or given up of each instalment by itself."""
        given_up = self.written_off_of
        return {due_on: part + given_up[due_on] for due_on, part in self.received_of.items()}


NOTHING = Standing(ZERO, {}, ZERO, ZERO, ZERO, {})


def standing(pledge: Pledge, found: Moves) -> Standing:
    """Sum up the items of a pledge."""
    theirs = [move for key in pledge.keys for move in found.get(key, ())]
    payments = [move for move in theirs if move.kind not in NO_PAYMENTS]
    open_of = {code: _sum(each for each in theirs if each.account == code) for code in _CODES}
    liability = -open_of[LIABILITY_ACCOUNT]
    given_up = [move for move in theirs if move.kind == WRITE_OFF]
    return Standing(
        received=-_sum(payments),
        received_of=_by_due_day(pledge, payments),
        outstanding=sum(open_of.values(), ZERO),
        liability=liability,
        written_off=-_sum(given_up),
        written_off_of=_by_due_day(pledge, given_up),
    )


def recognised(session: Session, pledge: Pledge) -> dict[int, Decimal]:
    """Give what its own acts made revenue and did not take back since, in euro by calendar year.

    It is what stands on 4020, without what came on conditions and was released to it.
    """
    code = sa.func.coalesce(_undone.kind, JournalEntry.kind)
    of = sa.select(Posting.entry).where(Posting.item.in_(pledge.keys))
    query = (
        sa.select(Posting.effective_on, sa.func.sum(Posting.euro))
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .outerjoin(_undone, _undone.number == JournalEntry.reverses)
        .where(Posting.entry.in_(of), code.in_(ACTS))
        .where(Posting.account.in_((REVENUE, LIABILITY_ACCOUNT)))
        .group_by(Posting.effective_on)
    )
    found: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for on, euro in session.execute(query):
        found[on.year] -= from_cents(int(euro))
    return found


def _by_due_day(pledge: Pledge, theirs: Iterable[Move]) -> dict[date | None, Decimal]:
    """Say what some moves took of each instalment."""
    taken: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for move in theirs:
        taken[move.item] -= move.amount
    return {due_on: taken[pledge.key(due_on)] for due_on in pledge.dues}


_undone = aliased(JournalEntry)
_CODES = (RECEIVABLE, *ACCOUNTS.values())


def _sum(each: Iterable[Move]) -> Decimal:
    return sum((move.amount for move in each), ZERO)
