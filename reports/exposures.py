"""Exposures: what the mechanism holds and owes in foreign money, whose value in euro moves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.accounts import chart
from ledger.balances import Cutoff
from ledger.currencies import EURO
from ledger.entries import Posting
from ledger.money import ZERO, from_cents
from ledger.open_items import OpenItem
from ledger.revaluations import MONETARY
from ledger.standing import BANK, Sum

# Accounts of open items; a conditional liability is none, for no rate moves it.
OF_ITEMS = tuple(code for code in MONETARY if chart()[code].item_side)


@dataclass(frozen=True, slots=True)
class Flow:
    """What stood in a currency before the year, what came and went in it, and what stands.

    `closing` and `carried` (in euro) are summed by the database, apart from the flows.
    """

    opening: Decimal = ZERO
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    closing: Decimal = ZERO
    carried: Decimal = ZERO

    def __add__(self, other: "Flow") -> "Flow":
        return Flow(
            self.opening + other.opening,
            self.debit + other.debit,
            self.credit + other.credit,
            self.closing + other.closing,
            self.carried + other.carried,
        )


@dataclass(frozen=True, slots=True)
class Exposure:
    """One bank account or open item in a foreign currency: above zero held, below zero owed."""

    # The item as people call it, or account and currency.
    name: str
    account: str
    state: str | None
    description: str
    began_on: date | None
    due_on: date | None
    currency: str
    amount: Decimal
    carried: Decimal


def flows(session: Session, at: Cutoff, *, first: date) -> dict[tuple[str, str], Flow]:
    """Sum the monetary accounts in foreign currencies, by account and currency, in one query."""

    def total(condition: sa.ColumnElement[bool], sign: int = 1) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((condition, sign * Posting.amount), else_=0))

    this_year = Posting.effective_on >= first
    keys = (Posting.account, Posting.currency)
    query = (
        sa.select(
            *keys,
            total(Posting.effective_on < first),
            total(sa.and_(this_year, Posting.amount > 0)),
            total(sa.and_(this_year, Posting.amount < 0), -1),
            *(sa.func.sum(Posting.amount), sa.func.sum(Posting.euro)),
        )
        .where(Posting.account.in_(MONETARY), Posting.currency != EURO.code)
        .where(Posting.effective_on <= at.as_of, Posting.entry <= at.known_number)
        .group_by(*keys)
        .order_by(*keys)
    )
    return {
        (code, currency): Flow(*(from_cents(int(cents)) for cents in sums))
        for code, currency, *sums in session.execute(query)
    }


def by_currency(found: Mapping[tuple[str, str], Flow]) -> dict[str, Flow]:
    """Add up the flows of each currency."""
    sums: dict[str, Flow] = defaultdict(Flow)
    for (_code, currency), flow in found.items():
        sums[currency] += flow
    return dict(sums)


def exposures(
    found: Mapping[tuple[str, str], Flow], items: Sequence[OpenItem]
) -> tuple[Exposure, ...]:
    """List the bank's foreign money and the open items in foreign currencies, by currency."""
    bank = [
        Exposure(
            *(f"{code} {currency}", code, None, "", None, None, currency),
            *(flow.closing, flow.carried),
        )
        for (code, currency), flow in found.items()
        if code in BANK and (flow.closing or flow.carried)
    ]
    owed = [
        Exposure(
            *(each.reference, each.account, each.state, each.narration),
            *(each.began_on, each.due_on, each.currency),
            # Nothing has no sign.
            *(each.side.sign * each.amount + ZERO, each.side.sign * each.euro + ZERO),
        )
        for each in items
        if each.currency != EURO.code and Sum(each.amount, each.euro) != Sum(ZERO, ZERO)
    ]
    return tuple(sorted([*bank, *owed], key=lambda each: (each.currency, each.account)))
