"""Crediting: what the money of a state adds to its position in the burden book (books.md row 16).

Cash counts at what it was worth in euro on the day of receipt, however late the office applies it;
what only comes back, as a credit set off, counts for nothing a second time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.contributions import BUY_IN
from ledger.entries import Posting
from ledger.journal import NewPosting
from ledger.money import CENT
from ledger.open_items import OpenItem, open_items_by_key
from ledger.rate_policies import policy_rates
from ledger.rates import FIXED, Rate, converted
from ledger.vocabulary import Form, RateEvent

POOL, POSITION = "8010", "8020"
WORKING_CAPITAL = "1115"
APPLICATION, UNAPPLIED = "application", "2060"
# What applications take from.
MONEY = (UNAPPLIED, "2030", "2050", "2020")


@dataclass(frozen=True, slots=True)
class Coming:
    """When money came, and the rate at which it was translated then."""

    rate: Rate
    on: date


def credits_when_applied(source: OpenItem, target: OpenItem | None) -> int:
    """Say what applying an item's money does to the state's position: 1 adds, -1 takes back.

    Receipts and costs that the state advanced add to it, and what it is due of a buy-in; other
    advances and credits (row 6) did so when the cash came. A buy-in was credited when it was agreed
    and working capital is owed back: what pays them adds nothing, and what was credited before is
    taken back, as a refund would.
    """
    return (0 if is_credited_otherwise(target) else 1) - is_credited_before(source)


def is_credited_before(item: OpenItem) -> bool:
    """Say whether the money of an item was credited when the cash came: paid out it is taken back.

    It is so of advances, and of credits that are not due of a buy-in.
    """
    return item.account == "2030" or (item.account == "2050" and item.kind != BUY_IN)


def is_credited_otherwise(debt: OpenItem | None) -> bool:
    """Say whether a debt is none that its payment credits: a buy-in, or working capital."""
    return debt is not None and (debt.kind == BUY_IN or debt.account == WORKING_CAPITAL)


def part_converted(part: Decimal, *, held: Decimal, by: Rate, into: Rate) -> Decimal:
    """Convert a part of what is held so that all parts add up to the whole, converted at once."""
    return converted(held, by, into) - converted(held - part, by, into)


def comings(session: Session, items: Iterable[OpenItem]) -> dict[str, Coming]:
    """Say when the money of each item came and at what rate, by key.

    However often it was applied since, that is in the posting that began what it came as.
    """
    came = _came_as(session, items)
    of = {(each.number, each.line): each for each in came.values()}
    query = sa.select(Posting).where(Posting.entry.in_({number for number, _ in of}))
    found = {}
    for line in session.scalars(query):
        item = of.get((line.entry, line.line))
        if item and line.per_euro and line.rate_on and line.rate_source:
            rate = Rate(line.currency, Decimal(line.per_euro), line.rate_on, line.rate_source)
            is_receipt = item.account == UNAPPLIED or rate.source == FIXED
            found[item.key] = Coming(rate, item.began_on if is_receipt else rate.on)
    others = {each.key: (each.currency, each.began_on) for each in of.values()}
    others = {key: pair for key, pair in others.items() if key not in found}
    rates = policy_rates(session, RateEvent.RECEIPT, set(others.values()))
    found |= {key: Coming(rates[pair], pair[1]) for key, pair in others.items()}
    return {key: found[each.key] for key, each in came.items()}


def named(rate: Rate, *, amount: Decimal, euro: Decimal) -> Rate | None:
    """Name a rate where an amount is carried at it, to the cent; nothing where it was revalued."""
    return rate if abs(rate.in_euro(amount) - euro) <= CENT else None


def _came_as(session: Session, items: Iterable[OpenItem]) -> dict[str, OpenItem]:
    """Follow money back, application by application, to what it came as; by key."""
    found = {each.key: each for each in items}
    while sources := _sources(session, found.values()):
        found = {key: sources.get(each.key, each) for key, each in found.items()}
    return found


def _sources(session: Session, items: Iterable[OpenItem]) -> dict[str, OpenItem]:
    """Give what the money of each item was taken from, by key, where an application began it."""
    of = {each.number: each for each in items if each.kind == APPLICATION}
    if not of:
        return {}
    query = sa.select(Posting.entry, Posting.item).where(
        Posting.entry.in_(of), Posting.account.in_(MONEY), Posting.amount > 0
    )
    taken = {of[entry].key: str(item) for entry, item in session.execute(query)}
    by_key = {each.key: each for each in open_items_by_key(session, taken.values())}
    return {key: by_key[source] for key, source in taken.items()}


def credit(of: NewPosting, amount: Decimal, euro: Decimal) -> tuple[NewPosting, NewPosting]:
    """Credit a state with cash, for what another posting is for; below zero, take it back."""
    pool = replace(
        of, account=POOL, amount=amount, euro=euro, form=Form.CASH, item=None, due_on=None
    )
    return pool, replace(pool, account=POSITION, amount=-amount, euro=-euro)
