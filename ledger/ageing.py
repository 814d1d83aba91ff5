"""Arrears by age: everything that states owe, by how long it has been due (IPSAS 41).

Due is what was called by the day of the call, an instalment by its own day, and anything else on
the day on which it began. The items add up to the balances of their accounts.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.balances import Cutoff
from ledger.calls import calls_known
from ledger.money import ZERO
from ledger.open_items import OpenItem, open_items
from ledger.vocabulary import Age

OWED = ("1110", "1115", "1120")

# The last day overdue of each age but the oldest.
LAST_DAYS = (
    (0, Age.NOT_DUE),
    (30, Age.TO_30),
    (90, Age.TO_90),
    (365, Age.TO_365),
    (730, Age.OVER_1_YEAR),
)


@dataclass(frozen=True, slots=True)
class AgedItem:
    """One item that is owed: since when it is due, how many days ago, and its call if it has one.

    Days are below one while it is not yet overdue.
    """

    item: OpenItem
    call: str | None
    due_on: date
    days: int
    age: Age


@dataclass(frozen=True, slots=True)
class Ageing:
    """What is owed as of a cutoff, item by item, the longest overdue first; sums in euro."""

    at: Cutoff
    items: tuple[AgedItem, ...]
    _sums: dict[tuple[str | None, Age | None], Decimal] = field(
        default_factory=lambda: defaultdict(lambda: ZERO)
    )

    def __post_init__(self) -> None:
        for each in self.items:
            for state in (each.item.state, None):
                for age in (each.age, None):
                    self._sums[state, age] += each.item.euro

    @property
    def states(self) -> tuple[str, ...]:
        """The states that owe anything, in order of code."""
        return tuple(sorted(state for state, age in self._sums if state and age is None))

    def total(self, *, state: str | None = None, age: Age | None = None) -> Decimal:
        """Sum what is owed, by a state or by all, of an age or of all."""
        return self._sums.get((state, age), ZERO)

    def of(self, state: str) -> Iterator[AgedItem]:
        """Go through the items of a state."""
        return (each for each in self.items if each.item.state == state)


def ageing(session: Session, at: Cutoff, *, known_at: datetime | None = None) -> Ageing:
    """Age everything that is owed as of a cutoff; calls despatched later are not known yet.

    `known_at` is the moment of a statement: see `balances.was_known`.
    """
    called = {each.item: each for each in calls_known(session, at, known_at=known_at)}
    aged = []
    for item in open_items(session, at, accounts=OWED):
        call = called.get(item.key)
        due_on = call.due_on if call else item.due_on or item.began_on
        days = (at.as_of - due_on).days
        aged.append(AgedItem(item, call.name if call else None, due_on, days, age_of(days)))
    aged.sort(key=lambda each: -each.days)
    return Ageing(at, tuple(aged))


def age_of(days: int) -> Age:
    """Tell the age of what is so many days overdue; it is not yet due on its day."""
    return next((age for last, age in LAST_DAYS if days <= last), Age.OVER_2_YEARS)
