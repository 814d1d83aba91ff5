"""Codes that people gave to what is owed: no two stand under one; once reversed, it is free again.

What is entered again under a code is another item, for its state or currency may be another one.
Its key says how often it was entered, where no code can say so.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ledger.entries import JournalEntry, Posting


class Entered(NamedTuple):
    """The item that stands under a code, and the entry that began it; None for a free key."""

    key: str
    number: int | None


def entered(session: Session, keys: Iterable[str]) -> dict[str, Entered]:
    """Say of each key, as `receipt:BS/1`, what stands under it, or which key is free for it.

    One query, and one more for each time that any of them was reversed.
    """
    found: dict[str, Entered] = {}
    tried, times = {key: key for key in keys}, 1
    while tried:
        began = dict(_began(session, tried.values()))
        times += 1
        later: dict[str, str] = {}
        for asked, key in tried.items():
            number, is_reversed = began.get(key, (None, False))
            if is_reversed:
                later[asked] = _key(asked, times)
            else:
                found[asked] = Entered(key, number)
        tried = later
    return found


def _key(key: str, times: int) -> str:
    kind, code = key.split(":", 1)
    return f"{kind}#{times}:{code}"


def _began(session: Session, keys: Iterable[str]) -> Iterator[tuple[str, tuple[int, bool]]]:
    """Give the entry that began each item, and whether it was reversed."""
    undoing = aliased(JournalEntry)
    first = (
        sa.select(Posting.item, sa.func.min(Posting.entry).label("number"))
        .where(Posting.item.in_(sorted(set(keys))))
        .group_by(Posting.item)
        .subquery()
    )
    query = sa.select(first.c.item, first.c.number, undoing.number).outerjoin(
        undoing, undoing.reverses == first.c.number
    )
    for item, number, undone_by in session.execute(query):
        yield str(item), (int(number), undone_by is not None)
