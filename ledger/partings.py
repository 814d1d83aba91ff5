"""Partings: what a state and the mechanism owe each other, and what is left when it is set off.

The state owes what was assessed on it; it is due its credits, what it paid early, the working
capital that it advanced, what it paid in advance for common costs, and its share of the net assets
(books.md row 19b).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.crediting import is_credited_before, is_credited_otherwise
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.money import ZERO
from ledger.open_items import Items, OpenItem, Which

# What a state owes, and what it is owed: the sign in which each account holds it.
OPEN_ITEMS = {"1110": 1, "1115": 1, "2020": -1, "2030": -1, "2050": -1, "2070": -1}
# Receipts and pledges: what becomes of them changes the state's position.
TO_SETTLE = ("2060", "1120")
EURO_ITEMS = {f"{code}: EUR" for code in OPEN_ITEMS}


class ForeignItemsError(LedgerError):
    """A withdrawal of a state with open items in other money than the euro."""

    code = "foreign-items"
    message = N_(
        "%(state)s has open items in other currencies than the euro (%(items)s): "
        "settle them first, then record the withdrawal."
    )


class UnsettledItemsError(LedgerError):
    """A position that is to pass on while money or a pledge may still change it."""

    code = "unsettled-items"
    message = N_(
        "%(state)s has open receipts or pledges on %(on)s (%(items)s): apply the receipts or pay "
        "them back, and let the pledges be paid or lapse first, so that the whole position passes "
        "to the others."
    )


@dataclass(frozen=True, slots=True)
class Parting:
    """What state and mechanism owe each other when all is counted, in euro, none below zero."""

    # Each item at the end of the day, the oldest first, as far as nothing later has used it up.
    items: tuple[tuple[OpenItem, Decimal], ...]
    # Asked of the state, and given to it, besides.
    run_off: Decimal
    exit_share: Decimal

    def held(self, account: str) -> Decimal:
        """What is open on an account."""
        return sum((least for item, least in self.items if item.account == account), ZERO)

    def parts(self, account: str, euro: Decimal) -> Iterator[tuple[str, Decimal]]:
        """Take so much of an account's items, the oldest first: the item's key, and how much."""
        for item, least in self.items:
            part = min(least, euro) if item.account == account else ZERO
            if part:
                euro -= part
                yield item.key, part

    @property
    def cancelled(self) -> Decimal:
        """Working capital that was asked for and never paid in: nobody owes it any more."""
        return min(self.held("1115"), self.held("2070"))

    @property
    def advanced(self) -> Decimal:
        """Working capital that was paid in, and is due."""
        return self.held("2070") - self.cancelled

    @property
    def owed(self) -> Decimal:
        """What the state owes on assessments, the run-off share included."""
        return self.held("1110") + self.run_off

    @property
    def due(self) -> Decimal:
        """What the mechanism owes the state, the exit share included."""
        due = (self.held(code) for code in ("2050", "2030", "2020"))
        return sum(due, self.advanced + self.exit_share)

    @property
    def set_off(self) -> Decimal:
        """What the one takes off the other."""
        return min(self.owed, self.due)

    @property
    def credited(self) -> Decimal:
        """What parting adds to the state's position in the burden book (row 16).

        What is set off against a debt is given by that. But credits, what was paid early and a
        share of the net assets only come back: they lessen it, set off or paid out, as far as they
        were credited when their cash came; the result may be below zero.
        """
        before = (least for item, least in self.items if is_credited_before(item))
        return self._given - sum(before, self.exit_share)

    @property
    def to_come(self) -> Decimal:
        """What the state will be credited when it pays what it still owes.

        Not what it owes on a buy-in: that was credited when it was agreed.
        """
        bought = (least for item, least in self._debts() if is_credited_otherwise(item))
        return self.owed - sum(bought, ZERO) - self._given

    @property
    def _given(self) -> Decimal:
        """What of the set-off pays debts whose payment is credited, the oldest debts first."""
        bought = {item.key for item, _ in self._debts() if is_credited_otherwise(item)}
        taken = self.parts("1110", min(self.set_off, self.held("1110")))
        return self.set_off - sum((part for key, part in taken if key in bought), ZERO)

    def _debts(self) -> Iterator[tuple[OpenItem, Decimal]]:
        return (each for each in self.items if each[0].account == "1110")

    @property
    def payable(self) -> Decimal:
        """What is left in the state's favour."""
        return self.due - self.set_off


def parting(
    session: Session, state: str, on: date, *, run_off: Decimal = ZERO, exit_share: Decimal = ZERO
) -> Parting:
    """Count what is open between a state and the mechanism at the end of a day.

    Raises ForeignItemsError for open items in other money than the euro.
    """
    items = Items(session, Which(tuple(OPEN_ITEMS), state))
    held = [(each, least) for each in items if (least := items.least_from(each.key, on))]
    foreign = sorted({f"{each.account}: {each.currency}" for each, _ in held} - EURO_ITEMS)
    if foreign:
        raise ForeignItemsError(state=state, items=", ".join(foreign))
    return Parting(tuple(held), run_off, exit_share)


def require_settled(session: Session, state: str, on: date) -> None:
    """Raise UnsettledItemsError for money or a pledge that would be credited to who has left."""
    items = Items(session, Which(TO_SETTLE, state))
    found = [each.reference for each in items if items.least_from(each.key, on)]
    if found:
        raise UnsettledItemsError(state=state, items=", ".join(found), on=on)
