"""Set-offs: what the mechanism owes a state, taken off what it asks of it (rows 6, 10b and 14b).

Credits first, then what was paid early, then costs that the state paid for the mechanism; of each
the oldest first, and never more than is asked. What is owed in other money is left alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ledger.crediting import credits_when_applied
from ledger.journal import NewPosting
from ledger.money import ZERO
from ledger.open_items import Items, OpenItem
from ledger.pools import POOL, POSITION
from ledger.vocabulary import Form

ASSESSED = "1110"
CREDITS, ADVANCES, PREFINANCED = SET_OFF = ("2050", "2030", "2020")


@dataclass(frozen=True, slots=True)
class Asked:
    """What one state is asked: its assessed item, what is set off of which items, and arrears."""

    item: OpenItem
    # What is open of the assessed item on the day of the call, in euro.
    gross: Decimal
    parts: tuple[tuple[OpenItem, Decimal], ...]
    # What else the state owes and should have paid before that day, in euro.
    arrears: Decimal

    @property
    def applied(self) -> Decimal:
        """What is set off in all."""
        return sum((part for _, part in self.parts), ZERO)


def asked_of(items: Items, assessed: OpenItem, *, on: date, due: Mapping[str, date]) -> Asked:
    """Net an assessed item with what is owed to its state, and take that off `items`.

    `due` gives the days by which items are due that were called before.
    """
    gross = left = items.least_from(assessed.key, on)
    parts = []
    for item in _owed_to(items, assessed):
        part = min(left, items.least_from(item.key, on))
        if part:
            left -= items.take(item.key, on, part)
            parts.append((item, part))
    arrears = [
        items.as_of(item.key, on).euro
        for item in items
        if item.account == ASSESSED and item.state == assessed.state and item != assessed
        if due.get(item.key, item.due_on or item.began_on) < on
    ]
    return Asked(assessed, gross, tuple(parts), sum(arrears, ZERO))


def set_off(asked: Iterable[Asked]) -> Iterator[NewPosting]:
    """Post what is set off, and row 16 for what the state was not credited before."""
    for each in asked:
        for item, part in each.parts:
            debt = NewPosting(
                account=item.account,
                amount=part,
                euro=part,
                state=item.state,
                purpose=each.item.purpose,
                activity=each.item.activity,
                item=item.key,
            )
            yield debt
            yield replace(debt, account=ASSESSED, amount=-part, euro=-part, item=each.item.key)
            if sign := credits_when_applied(item, each.item):
                given = sign * part
                pool = replace(
                    debt, account=POOL, amount=given, euro=given, item=None, form=Form.CASH
                )
                yield pool
                yield replace(pool, account=POSITION, amount=-given, euro=-given)


def _owed_to(items: Items, assessed: OpenItem) -> list[OpenItem]:
    own = (item for item in items if item.account in SET_OFF and item.currency == "EUR")
    of_state = [item for item in own if item.state == assessed.state]
    return sorted(of_state, key=lambda item: SET_OFF.index(item.account))
