"""Open items: what is owed either way, and the amount in euro at which each stands.

Every posting on an account of open items names the item that it begins, changes or settles, so an
item is the sum of its postings: so much in its own currency, carried at so much in euro. It is
settled at what it is carried at, never at the rate of the day on which it began (books.md §3,
lesson 1): a difference that was booked once is not booked again.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from ledger.accounts import Side, account
from ledger.balances import Cutoff, cutoff
from ledger.entries import JournalEntry, Posting
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.money import ZERO, from_cents, round_half_up
from ledger.standing import Sum

LINE = re.compile(r"([1-9][0-9]{0,17})\.([1-9][0-9]{0,5})", re.ASCII)
OF_STATE = re.compile(r"([1-9][0-9]{0,17})/([A-Z]{2})", re.ASCII)


class UnknownItemError(LedgerError):
    """A reference that is that of no open item."""

    code = "unknown-item"
    message = N_(
        "“%(item)s” is no open item: name it by its call, as 2017/12-PL, by the entry that began "
        "it and its line, as 17.3, or by its state, as 17/PL."
    )


class OverdrawnItemError(LedgerError):
    """More settled of an item than is open of it."""

    code = "overdrawn-item"
    message = N_(
        "Of item %(item)s %(currency)s %(open)s is open from %(on)s on, "
        "less than %(currency)s %(amount)s: settle at most that."
    )


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One item as it began and as it stands; amounts on the side of its account are above zero."""

    key: str
    account: str
    state: str | None
    currency: str
    # The posting that began it.
    number: int
    line: int
    kind: str
    began_on: date
    due_on: date | None
    purpose: str | None
    activity: str | None
    funding_source: str | None
    narration: str
    voucher: str
    document_id: str | None
    # What is open of it, in its currency, and in euro what that is carried at.
    amount: Decimal
    euro: Decimal

    @property
    def side(self) -> Side:
        """The side of its account: a debit is owed to the mechanism, a credit by it."""
        return account(self.account).item_side or Side.DEBIT

    @property
    def reference(self) -> str:
        """What people call it by: the entry that began it, and its line."""
        return f"{self.number}.{self.line}"


@dataclass(frozen=True, slots=True)
class Which:
    """Which items are meant; empty means any."""

    accounts: tuple[str, ...] = ()
    state: str | None = None
    keys: tuple[str, ...] = ()

    def conditions(self, line: type[Posting] = Posting) -> list[sa.ColumnElement[bool]]:
        """Select the postings that belong to them."""
        conditions: list[sa.ColumnElement[bool]] = [line.item.is_not(None)]
        if self.accounts:
            conditions.append(line.account.in_(self.accounts))
        if self.state is not None:
            conditions.append(line.state_code == self.state)
        if self.keys:
            conditions.append(line.item.in_(self.keys))
        return conditions


def open_items(
    session: Session,
    at: Cutoff,
    *,
    accounts: Iterable[str] = (),
    state: str | None = None,
    settled: bool = False,
) -> list[OpenItem]:
    """List the items of some accounts as of a cutoff, the oldest first, in two queries.

    Items with nothing open are left out unless `settled` asks for them.
    """
    which = Which(tuple(accounts), state)
    sums = _sums(session, at, which)
    kept = {key: each for key, each in sums.items() if settled or each != Sum(ZERO, ZERO)}
    return list(_with_beginnings(session, kept, which))


def open_items_by_key(session: Session, keys: Iterable[str]) -> list[OpenItem]:
    """Give items by their keys, settled ones too, as all of the books know them."""
    which = Which(keys=tuple(sorted(set(keys))))
    if not which.keys:
        return []
    sums = _sums(session, cutoff(session, date.max), which)
    return list(_with_beginnings(session, sums, which))


def find_item(session: Session, reference: str) -> OpenItem:
    """Find an item by its key, by the entry that began it and its line (17.3), or state (17/PL).

    It stands as all of the books know it. Raises UnknownItemError.
    """
    found = open_items_by_key(session, keys_of(session, [reference]).values())
    if not found:
        raise UnknownItemError(item=reference)
    return found[0]


def keys_of(session: Session, references: Iterable[str]) -> dict[str, str]:
    """Give the key of the item that each reference means; one of no known form is a key itself.

    References to postings that belong to no item are left out.
    """
    wanted = {each: each.strip() for each in references}
    lines = {
        each: _numbers(found) for each, text in wanted.items() if (found := LINE.fullmatch(text))
    }
    states = {
        each: (int(found[1]), found[2])
        for each, text in wanted.items()
        if (found := OF_STATE.fullmatch(text))
    }
    by_line = _keys_by(session, Posting.line, set(lines.values()))
    by_state = _keys_by(session, Posting.state_code, set(states.values()))
    keys = {each: by_line.get(place) for each, place in lines.items()}
    keys |= {each: by_state.get(place) for each, place in states.items()}
    keys |= {each: text for each, text in wanted.items() if each not in keys}
    return {each: key for each, key in keys.items() if key is not None}


class Items:
    """Some items day by day: as the books know them, and as a list changes them."""

    def __init__(self, session: Session, which: Which) -> None:
        at = cutoff(session, date.max)
        sums = _sums(session, at, which)
        self._items = {each.key: each for each in _with_beginnings(session, sums, which)}
        self._changes: dict[str, dict[date, Sum]] = defaultdict(dict)
        for key, on, by in _by_day(session, at, which):
            self._change(key, on, by, self._items[key].side.sign)

    def __iter__(self) -> Iterator[OpenItem]:
        """Go through all items, the oldest first."""
        return iter(self._items.values())

    def get(self, key: str) -> OpenItem | None:
        """Give an item as the books know it; None for one that is not among these."""
        return self._items.get(key)

    def total(self, key: str) -> Sum:
        """Give what is open of an item in all, on its side above zero."""
        return sum(self._changes[key].values(), Sum(ZERO, ZERO))

    def as_of(self, key: str, on: date) -> Sum:
        """Give what is open of an item at the end of a day."""
        changes = (change for day, change in self._changes[key].items() if day <= on)
        return sum(changes, Sum(ZERO, ZERO))

    def least_from(self, key: str, on: date) -> Decimal:
        """Give the least that is open of an item from a day on, in its currency."""
        running = self.as_of(key, on).amount
        least = running
        for day in sorted(day for day in self._changes[key] if day > on):
            running += self._changes[key][day].amount
            least = min(least, running)
        return max(least, ZERO)

    def take(self, key: str, on: date, amount: Decimal) -> Decimal:
        """Settle so much of an item, in its currency, and give what that was carried at in euro.

        A part takes its part of the carrying amount, the last part all that is left: both
        currencies close to exactly zero. Raises OverdrawnItemError.
        """
        least = self.least_from(key, on)
        if amount > least:
            item = self._items[key]
            raise OverdrawnItemError(
                item=item.reference, currency=item.currency, open=least, on=on, amount=amount
            )
        euro = carrying_part(self.total(key), amount)
        self.change(key, on, Sum(-amount, -euro))
        return euro

    def change(self, key: str, on: date, by: Sum) -> None:
        """Take a change into account that is about to be posted; above zero opens more of it."""
        self._change(key, on, by, 1)

    def _change(self, key: str, on: date, by: Sum, sign: int) -> None:
        before = self._changes[key].get(on, Sum(ZERO, ZERO))
        self._changes[key][on] = before + Sum(sign * by.amount, sign * by.euro)


def carrying_part(open_: Sum, amount: Decimal) -> Decimal:
    """Say what a part of an item carries in euro: its part, half-up, or all for the last part."""
    if amount == open_.amount:
        return open_.euro
    return round_half_up(Fraction(open_.euro) * Fraction(amount) / Fraction(open_.amount))


def _numbers(found: re.Match[str]) -> tuple[int, int]:
    return int(found[1]), int(found[2])


def _keys_by(
    session: Session, column: InstrumentedAttribute[Any], places: set[tuple[int, Any]]
) -> dict[tuple[int, Any], str]:
    """Give the key of the first item on each line of an entry, or of each state.

    Of a state that is the one that the entry began, where it began one.
    """
    if not places:
        return {}
    before = aliased(Posting)
    began = ~sa.exists().where(before.item == Posting.item, before.entry < Posting.entry)
    query = (
        sa.select(Posting.entry, column, Posting.item)
        .where(Posting.entry.in_({entry for entry, _ in places}), Posting.item.is_not(None))
        # The last that is read counts.
        .order_by(Posting.entry, sa.case((began, 1), else_=0), Posting.line.desc())
    )
    return {(entry, place): str(item) for entry, place, item in session.execute(query)}


def _sums(session: Session, at: Cutoff, which: Which) -> dict[str, Sum]:
    query = (
        sa.select(Posting.item, sa.func.sum(Posting.amount), sa.func.sum(Posting.euro))
        .where(Posting.effective_on <= at.as_of, Posting.entry <= at.known_number)
        .where(*which.conditions())
        .group_by(Posting.item)
    )
    return {str(key): _sum(amount, euro) for key, amount, euro in session.execute(query)}


def _by_day(session: Session, at: Cutoff, which: Which) -> Iterator[tuple[str, date, Sum]]:
    key = (Posting.item, Posting.effective_on)
    query = (
        sa.select(*key, sa.func.sum(Posting.amount), sa.func.sum(Posting.euro))
        .where(Posting.effective_on <= at.as_of, Posting.entry <= at.known_number)
        .where(*which.conditions())
        .group_by(*key)
    )
    for item, on, amount, euro in session.execute(query):
        yield str(item), on, _sum(amount, euro)


def _with_beginnings(session: Session, sums: dict[str, Sum], which: Which) -> Iterator[OpenItem]:
    """Join sums with the posting that began each item: the first line that names it."""
    seen: set[str] = set()
    for row in _beginnings(session, which):
        key, code = row[:2]
        if key in seen or key not in sums:
            continue
        seen.add(key)
        sign = (account(code).item_side or Side.DEBIT).sign
        # Nothing has no sign: a credit account's would else read -0.00.
        amount, euro = sign * sums[key].amount + ZERO, sign * sums[key].euro + ZERO
        yield OpenItem(*(*row, amount, euro))


def _beginnings(session: Session, which: Which) -> Iterator[tuple[Any, ...]]:
    first = aliased(Posting)
    of = (
        sa.select(first.item, sa.func.min(first.entry).label("entry"))
        .where(*which.conditions(first))
        .group_by(first.item)
        .subquery()
    )
    query = (
        sa.select(
            *(Posting.item, Posting.account, Posting.state_code, Posting.currency),
            *(Posting.entry, Posting.line, JournalEntry.kind, Posting.effective_on),
            *(Posting.due_on, Posting.purpose, Posting.activity, Posting.funding_source),
            *(JournalEntry.narration, JournalEntry.voucher, JournalEntry.document_id),
        )
        .join(of, sa.and_(of.c.item == Posting.item, of.c.entry == Posting.entry))
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .order_by(Posting.effective_on, Posting.entry, Posting.line)
    )
    yield from map(tuple, session.execute(query))


def _sum(amount: int, euro: int) -> Sum:
    return Sum(from_cents(int(amount or 0)), from_cents(int(euro or 0)))
