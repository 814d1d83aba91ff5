"""Worths: what the money of an item is worth in euro at one rate, part by part, to the last cent.

What was taken of an item is reckoned again from its postings in the order of the books: a part
takes it down to what the rest is worth, a reversal gives back exactly what its entry took, and the
last part takes all that is left. So whatever is undone in between, the parts add up to the whole.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.entries import JournalEntry, Posting
from ledger.money import ZERO, from_cents
from ledger.rates import Rate


@dataclass(frozen=True, slots=True)
class _Change:
    """What one entry posted on an item, in its currency; the sign is that of the books."""

    entry: int | None
    reverses: int | None
    amount: Decimal


class Worths:
    """Some items, as the books know them and as a list takes of them."""

    def __init__(self, session: Session, keys: Iterable[str]) -> None:
        self._changes: dict[str, list[_Change]] = defaultdict(list)
        by = (Posting.item, Posting.entry, JournalEntry.reverses)
        query = (
            sa.select(*by, sa.func.sum(Posting.amount))
            .join(JournalEntry, JournalEntry.number == Posting.entry)
            .where(Posting.item.in_(sorted(set(keys))))
            .group_by(*by)
            .order_by(Posting.entry)
        )
        for item, entry, reverses, amount in session.execute(query):
            change = _Change(entry, reverses, from_cents(int(amount)))
            self._changes[str(item)].append(change)

    def worth(self, key: str, amount: Decimal, *, at: Rate) -> Decimal:
        """Say what so much of an item is worth at a rate; amounts above zero."""
        held, euro = self._left(key, at)
        return _part(held, euro, amount, at)

    def take(self, key: str, amount: Decimal) -> None:
        """Count so much of an item as taken."""
        changes = self._changes[key]
        sign = 1 if sum((each.amount for each in changes), ZERO) < 0 else -1
        changes.append(_Change(None, None, sign * amount))

    def _left(self, key: str, at: Rate) -> tuple[Decimal, Decimal]:
        """Go through what was posted: what is left of an item, and what of its worth."""
        held, euro = ZERO, ZERO
        moved: dict[int | None, Decimal] = {}
        changes = self._changes[key]
        sign = -1 if changes and changes[0].amount < 0 else 1
        for each in changes:
            amount = sign * each.amount
            if each.reverses in moved:
                by = -moved[each.reverses]
            elif amount < 0:
                by = -_part(held, euro, -amount, at)
            else:
                by = at.in_euro(held + amount) - at.in_euro(held)
            held, euro = held + amount, euro + by
            if each.entry is not None:
                moved[each.entry] = by
        return held, euro


def _part(held: Decimal, euro: Decimal, amount: Decimal, at: Rate) -> Decimal:
    """Give what a part takes: what is beyond the worth of the rest, and never more than there is.

    More than is held is worth what it is worth by itself: it is refused elsewhere.
    """
    if amount > held:
        return at.in_euro(amount)
    return min(euro, max(euro - at.in_euro(held - amount), ZERO))
