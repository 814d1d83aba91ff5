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

from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.money import ZERO
from ledger.open_items import Items, OpenItem, Which

# What a state owes, and what it is owed: the sign in which each account holds it.
OPEN_ITEMS = {"1110": 1, "1115": 1, "2020": -1, "2030": -1, "2050": -1, "2070": -1}
EURO_ITEMS = {f"{code}: EUR" for code in OPEN_ITEMS}


class ForeignItemsError(LedgerError):
    """A withdrawal of a state with open items in other money than the euro."""

    code = "foreign-items"
    message = N_(
        "%(state)s has open items in other currencies than the euro (%(items)s): "
        "settle them first, then record the withdrawal."
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
        return self.credits_due + self.advanced + self.held("2020") + self.exit_share

    @property
    def credits_due(self) -> Decimal:
        """What the state gave in cash that was for nothing yet: credits, and what it paid early."""
        return self.held("2050") + self.held("2030")

    @property
    def set_off(self) -> Decimal:
        """What the one takes off the other."""
        return min(self.owed, self.due)

    @property
    def credited(self) -> Decimal:
        """What setting off adds to the state's position in the burden book (row 16).

        Capital and costs that it had advanced become a contribution when they are set off. Credits,
        what it paid early and a share of the net assets only come back to it: what of them is paid
        out lessens what it gave, and the result is below zero.
        """
        return self.set_off - self.credits_due - self.exit_share

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
