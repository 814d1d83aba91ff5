"""Reversals of revaluations: all entries of one together, while nothing rests on them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ledger.accounts import Side, account
from ledger.entries import JournalEntry, Posting
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO
from ledger.open_items import find_item
from ledger.revaluations import KIND, standing


class RevaluedAgainError(LedgerError):
    """A reversal of a revaluation that another one followed."""

    code = "revalued-again"
    message = N_(
        "Balances were revalued again by entry %(again)s since entry %(number)s: "
        "reverse that one first."
    )


class SettledItemError(LedgerError):
    """A reversal of what began or revalued an item that was settled or changed since."""

    code = "settled-item"
    message = N_(
        "Item %(item)s was settled or revalued since entry %(number)s: reverse that first, "
        "the last one first."
    )


def together(session: Session, number: int) -> list[tuple[int, date]]:
    """List what is undone with a revaluation and the day of each, the last first; else nothing.

    One half of a revaluation that was posted late would leave euro on what is settled.
    """
    query = (
        sa.select(JournalEntry.number, JournalEntry.effective_on)
        .where(JournalEntry.kind == KIND, JournalEntry.document_id == _document_of(number))
        .order_by(JournalEntry.number.desc())
    )
    found = [(each, on) for each, on in session.execute(query)]
    return found if number in dict(found) else []


def netted(mirrors: Sequence[NewEntry]) -> Iterator[NewPosting]:
    """Sum what several mirrors do to each balance; one mirror is as it is."""
    if len(mirrors) == 1:
        yield from mirrors[0].postings
        return
    sums: dict[NewPosting, Decimal] = defaultdict(lambda: ZERO)
    for posting in (each for mirror in mirrors for each in mirror.postings):
        sums[replace(posting, euro=ZERO, rate=None)] += posting.euro
    yield from (replace(bare, euro=euro) for bare, euro in sums.items() if euro)


def require_undisturbed(session: Session, last: int, postings: Iterable[NewPosting]) -> None:
    """Raise unless a revaluation is the last, and nothing of its items was settled since.

    `last` is the last of its entries. Raises RevaluedAgainError or SettledItemError.
    """
    again = standing().where(JournalEntry.number > last).order_by(JournalEntry.number.desc())
    found = session.execute(again.limit(1)).first()
    if found is not None:
        raise RevaluedAgainError(number=last, again=found[0])
    sides: dict[Side, set[str]] = defaultdict(set)
    for each in postings:
        if each.item:
            sides[account(each.account).item_side or Side.DEBIT].add(each.item)
    undoing = aliased(JournalEntry)
    settled = [
        sa.and_(Posting.item.in_(sorted(keys)), side.sign * Posting.amount < 0)
        for side, keys in sides.items()
    ]
    query = (
        sa.select(Posting.item)
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .outerjoin(undoing, undoing.reverses == JournalEntry.number)
        .where(JournalEntry.number > last, JournalEntry.reverses.is_(None))
        .where(undoing.number.is_(None), sa.or_(sa.false(), *settled))
        .limit(1)
    )
    item = session.scalar(query)
    if item is not None:
        raise SettledItemError(item=find_item(session, item).reference, number=last)


def _document_of(number: int) -> sa.ScalarSelect[str | None]:
    return (
        sa.select(JournalEntry.document_id).where(JournalEntry.number == number).scalar_subquery()
    )
