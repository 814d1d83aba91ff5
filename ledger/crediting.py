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
from ledger.open_items import OpenItem
from ledger.rate_policies import policy_rates
from ledger.rates import FIXED, Rate, converted
from ledger.vocabulary import Form, RateEvent

POOL, POSITION = "8010", "8020"
WORKING_CAPITAL = "1115"


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

    An advance or a credit keeps the rate of its receipt, in the posting that began it.
    """
    of = {(each.number, each.line): each for each in items}
    query = sa.select(Posting).where(Posting.entry.in_({number for number, _ in of}))
    found = {}
    for line in session.scalars(query):
        item = of.get((line.entry, line.line))
        if item and line.per_euro and line.rate_on and line.rate_source:
            rate = Rate(line.currency, Decimal(line.per_euro), line.rate_on, line.rate_source)
            is_receipt = item.account == "2060" or rate.source == FIXED
            found[item.key] = Coming(rate, item.began_on if is_receipt else rate.on)
    others = {each.key: (each.currency, each.began_on) for each in of.values()}
    others = {key: pair for key, pair in others.items() if key not in found}
    rates = policy_rates(session, RateEvent.RECEIPT, set(others.values()))
    return found | {key: Coming(rates[pair], pair[1]) for key, pair in others.items()}


def credit(of: NewPosting, amount: Decimal, euro: Decimal) -> tuple[NewPosting, NewPosting]:
    """Credit a state with cash, for what another posting is for; below zero, take it back."""
    pool = replace(
        of, account=POOL, amount=amount, euro=euro, form=Form.CASH, item=None, due_on=None
    )
    return pool, replace(pool, account=POSITION, amount=-amount, euro=-euro)
