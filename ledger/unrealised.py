"""Unrealised parts: what of the worth that items are carried at came of revaluations alone.

It is reckoned again from their postings in the order of the books: a part takes its part of it, a
reversal gives back exactly what its entry took, and what one entry moves from item to item, at no
rate of its own, takes its part along.
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.entries import JournalEntry, Posting
from ledger.money import ZERO, from_cents
from ledger.open_items import carrying_part
from ledger.standing import Sum

NOTHING = Sum(ZERO, ZERO)


class Unrealised:
    """Some debit items by key: what is open of each, and what of its euro is unrealised."""

    def __init__(self, session: Session, keys: Iterable[str]) -> None:
        self._left: dict[str, Sum] = defaultdict(lambda: NOTHING)
        self._by: dict[tuple[int, str], Sum] = defaultdict(lambda: NOTHING)
        rows = session.execute(_lines(tuple(keys)))
        for _entry, lines in groupby(rows, key=lambda row: row.entry):
            self._post(lines)

    def take(self, key: str, amount: Decimal) -> Sum:
        """Take so much of an item, and give it with its unrealised part."""
        left = self._left[key]
        part = carrying_part(left, amount) if amount < left.amount else left.euro
        self._left[key] += (-amount, -part)
        return Sum(amount, part)

    def _post(self, lines: Iterable[sa.Row[Any]]) -> None:
        """Follow one entry: first what it takes."""
        free = NOTHING
        for row in lines:
            key, amount, before = row.item, from_cents(row.amount), self._left[row.item]
            if row.reverses is not None:
                undone = self._by.pop((row.reverses, key), NOTHING)
                self._left[key] += (-undone.amount, -undone.euro)
            elif amount < 0:
                free += self.take(key, -amount)
            elif not amount:
                self._left[key] += (ZERO, from_cents(row.euro))
            else:
                moved = min(amount, free.amount) if row.per_euro is None else ZERO
                part = carrying_part(free, moved) if moved else ZERO
                free += (-moved, -part)
                self._left[key] += (amount, part)
            if row.reverses is None:
                left = self._left[key]
                by = (left.amount - before.amount, left.euro - before.euro)
                self._by[row.entry, key] += by


def _lines(keys: tuple[str, ...]) -> sa.Select[Any]:
    found: tuple[Any, ...] = (
        *(Posting.entry, Posting.item, Posting.amount, Posting.euro, Posting.per_euro),
        JournalEntry.reverses,
    )
    return (
        sa.select(*found)
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .where(Posting.item.in_(keys))
        .order_by(Posting.entry, Posting.amount >= 0, Posting.line)
    )
