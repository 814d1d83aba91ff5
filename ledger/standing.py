"""Standings: what is on an account day by day, so that nothing back-dated uses up what came later.

A bank account is never overdrawn, neither today nor on any day that a back-dated entry would touch.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy.orm import InstrumentedAttribute, Session

from ledger.accounts import bank_account, chart
from ledger.balances import Selection, balances, cutoff
from ledger.entries import Posting
from ledger.errors import OverdrawnAccountError
from ledger.money import ZERO, round_half_up

BANK = tuple(code for code in chart() if code.startswith("101"))


class Sum(NamedTuple):
    """A balance in its currency and in euro, debit positive."""

    amount: Decimal
    euro: Decimal

    def __add__(self, other: tuple[Any, ...]) -> "Sum":
        return Sum(self.amount + other[0], self.euro + other[1])


class Standing:
    """The balance of some accounts by one key: as the books know it, and as a list changes it.

    `sign` is -1 for accounts that hold what is owed to others, whose credit is then above zero.
    """

    def __init__(
        self,
        session: Session,
        accounts: tuple[str, ...],
        by: InstrumentedAttribute[Any],
        *,
        sign: int = 1,
    ) -> None:
        self._changes: dict[Any, dict[date, Sum]] = defaultdict(dict)
        at, where = cutoff(session, date.max), Selection(accounts=accounts)
        for row in balances(session, at, by, Posting.effective_on, where=where):
            key, on = row.key
            self.change(key, on, Sum(sign * row.amount, sign * row.euro))

    def change(self, key: Any, on: date, by: Sum) -> None:
        """Take a change into account that is about to be posted."""
        self._changes[key][on] = self._changes[key].get(on, Sum(ZERO, ZERO)) + by

    def as_of(self, key: Any, on: date) -> Sum:
        """Give the balance at the end of a day."""
        changes = (change for day, change in self._changes[key].items() if day <= on)
        return sum(changes, Sum(ZERO, ZERO))

    def least_from(self, key: Any, on: date) -> Sum:
        """Give the least that is there from a day on, in the currency and in euro."""
        running = least = self.as_of(key, on)
        for day in sorted(day for day in self._changes[key] if day > on):
            running += self._changes[key][day]
            least = Sum(min(least.amount, running.amount), min(least.euro, running.euro))
        return least


def bank(session: Session) -> Standing:
    """Give what the bank accounts hold, by currency."""
    return Standing(session, BANK, Posting.currency)


def pay_out(accounts: Standing, currency: str, *, on: date, amount: Decimal) -> Decimal:
    """Take money out of the bank at weighted average cost; give what it was carried at in euro.

    The last of a currency takes all that is left in euro. Raises OverdrawnAccountError.
    """
    least = accounts.least_from(currency, on).amount
    if least < amount:
        raise OverdrawnAccountError(
            account=bank_account(currency), currency=currency, held=least, on=on, amount=amount
        )
    held, everything = accounts.as_of(currency, on), accounts.as_of(currency, date.max)
    whole = amount == everything.amount
    euro = everything.euro if whole else round_half_up(held.euro * amount / held.amount)
    accounts.change(currency, on, Sum(-amount, -euro))
    return euro
