"""Pledges to test with, paid as receipts pay them, and how they stand in one line."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from ledger.balances import Selection, balances, cutoff
from ledger.crossing import in_balance
from ledger.entries import Posting
from ledger.journal import NewEntry, NewPosting, post
from ledger.open_items import Items, Which, open_items
from ledger.pledge_status import PledgeStanding
from ledger.pledge_targets import target
from tests.books import LAST_DAY, NOW, Books, rate
from tests.rates import published

ZERO = Decimal(0)
COMMITTED = {"level": "committed"}
ON_CONDITION = {"level": "conditional", "conditions": "A partner is found"}
PLN = {"currency": "PLN", "amount": "425.00"}
BY_PARTS = {"instalments": "2018-03-01 60.00; 2018-09-01 40.00"}
LATER = {"effective_on": "2017-06-01"}
MEMO_BACK = "9190 PL 100.00 EUR 100.00\n9110 PL -100.00 EUR -100.00\n"


def paid(
    session: Session, books: Books, amount: str, *, on: str, reference: str = "PL-2017-1"
) -> None:
    """Post a payment as receipts make it: what it settles goes as it was carried."""
    found, left, day = target(session, reference), Decimal(amount), date.fromisoformat(on)
    said: dict[str, Any] = {"state": found.state, "currency": found.currency}
    cash = rate("PLN").in_euro(left) if found.currency == "PLN" else left
    bank = "1011" if found.currency == "PLN" else "1010"
    lines = [NewPosting(account=bank, amount=left, euro=cash, **said)]
    if found.level == "conditional":
        key = found.liability_item
        lines.append(NewPosting(account="2040", amount=-left, euro=-cash, item=key, **said))
    items = Items(
        session,
        Which(
            keys=tuple(each.key for each in (*found.items, *([found.memo] if found.memo else [])))
        ),
    )
    for item in found.items:
        part = min(left, item.amount)
        left -= part
        euro = items.take(item.key, day, part) if part else ZERO
        lines += [
            NewPosting(account="1120", amount=-part, euro=-euro, item=item.key, **said)
        ] * bool(part)
    if found.memo and found.level == "announced":
        euro = items.take(found.memo.key, day, left)
        lines += [
            NewPosting(account="4020", amount=-cash, euro=-cash, state=found.state),
            NewPosting(account="9190", amount=left, euro=euro, **said),
            NewPosting(account="9110", amount=-left, euro=-euro, item=found.memo.key, **said),
        ]
    entry = NewEntry(
        effective_on=day,
        kind="application",
        narration="Paid",
        postings=in_balance(lines),
        idempotency_scope="test",
        idempotency_key=f"{reference} {amount} {on}",
    )
    post(session, entry, **books.hands, now=NOW)


def rates_move(session: Session, per_euro: str, *, on: str) -> None:
    """Publish a rate of the zloty on a day that has none."""
    published(session, {date.fromisoformat(on): {"PLN": per_euro}}, now=NOW)


def still_open(session: Session) -> dict[str, str]:
    """Give what is open of each item by the end of its key, in its currency and in euro."""
    found = open_items(session, cutoff(session, LAST_DAY))
    return {each.key.rpartition(":")[2]: f"{each.amount} {each.euro}" for each in found}


def sums(session: Session, *accounts: str) -> set[Decimal]:
    """Add up all postings on some accounts, in their currency and in euro."""
    found = balances(
        session, cutoff(session, LAST_DAY), Posting.currency, where=Selection(accounts)
    )
    return {sum((b.amount for b in found), ZERO), sum((b.euro for b in found), ZERO)}


def said_of(found: PledgeStanding) -> str:
    """Write how a pledge stands in one line."""
    return (
        f"v{found.version} {found.level}: {found.pledged} pledged, {found.received} received, "
        f"{found.outstanding} open, {found.status}"
    )


def settles(session: Session, reference: str) -> str:
    """Write what money under a reference settles in one line."""
    found = target(session, reference)
    items = (*found.items, *([found.memo] if found.memo else []))
    parts = ", ".join(f"{each.account} {each.amount} by {each.due_on}" for each in items)
    return f"{found.currency} {found.open} open: {parts}"
