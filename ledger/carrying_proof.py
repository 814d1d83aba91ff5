"""The proof of what is carried: nothing without an amount is worth anything, and rates were met.

The guards see each entry by itself, and between the entries of one revaluation something in euro is
on what is settled. Here all of the books are seen. A revaluation names the rate at which it carries
what it found; that is reckoned again, as the books knew it then.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ledger.entries import JournalEntry, Posting
from ledger.findings import Finding, at_entry
from ledger.i18n import N_
from ledger.money import from_cents, round_half_up
from ledger.revaluations import KIND
from ledger.standing import BANK

WORTH_WITHOUT_AMOUNT = N_(
    "Of item %(item)s nothing is open, but EUR %(euro)s is carried since entry %(number)s."
)
WORTH_WITHOUT_MONEY = N_(
    "Account %(account)s holds no %(currency)s, but EUR %(euro)s since entry %(number)s."
)
OTHERWISE_CARRIED = N_("Entry %(number)s does not carry what it revalues at the rate it names.")


def prove_carrying(session: Session) -> Iterator[Finding]:
    """Find what is worth something without an amount, and what was revalued to another worth."""
    yield from _worth_without(session)
    yield from _otherwise_carried(session)


def _worth_without(session: Session) -> Iterator[Finding]:
    euro, last = sa.func.sum(Posting.euro), sa.func.max(Posting.entry)
    nothing = sa.and_(sa.func.sum(Posting.amount) == 0, euro != 0)
    items = (
        sa.select(Posting.item, euro, last)
        .where(Posting.item.is_not(None))
        .group_by(Posting.item)
        .having(nothing)
        .order_by(last, Posting.item)
    )
    for item, cents, number in session.execute(items):
        said: dict[str, object] = {"item": item, "euro": from_cents(int(cents))}
        yield Finding(WORTH_WITHOUT_AMOUNT, said | {"number": number}, number)
    accounts = (
        sa.select(Posting.account, Posting.currency, euro, last)
        .where(Posting.account.in_(BANK))
        .group_by(Posting.account, Posting.currency)
        .having(nothing)
        .order_by(Posting.account, Posting.currency)
    )
    for account, currency, cents, number in session.execute(accounts):
        held = {"account": account, "currency": currency, "euro": from_cents(int(cents))}
        yield Finding(WORTH_WITHOUT_MONEY, held | {"number": number}, number)


def _otherwise_carried(session: Session) -> Iterator[Finding]:
    wrong = {row.entry for row in session.execute(_revalued()) if not _is_met(row)}
    for number in sorted(wrong):
        yield at_entry(OTHERWISE_CARRIED, number)


def _revalued() -> sa.Select[Any]:
    """Select what each revaluation brought to a rate, with what was there when it had done so."""
    line, there = Posting, aliased(Posting)
    same = sa.and_(
        there.account == line.account,
        there.currency == line.currency,
        sa.or_(there.item == line.item, sa.and_(there.item.is_(None), line.item.is_(None))),
        there.effective_on <= line.effective_on,
        there.entry <= line.entry,
    )
    found: tuple[Any, ...] = (
        *(line.entry, line.per_euro),
        *(sa.func.sum(there.amount).label("amount"), sa.func.sum(there.euro).label("euro")),
    )
    return (
        sa.select(*found)
        .join_from(Posting, JournalEntry, JournalEntry.number == line.entry)
        .join(there, same)
        .where(JournalEntry.kind == KIND, line.amount == 0, line.per_euro.is_not(None))
        .group_by(line.entry, line.line, line.per_euro)
    )


def _is_met(row: sa.Row[Any]) -> bool:
    try:
        worth = round_half_up(Fraction(int(row.amount), 100) / Fraction(row.per_euro))
    except (ValueError, ZeroDivisionError):
        # The walk along the seals names a rate that is none.
        return False
    return worth == from_cents(int(row.euro))
