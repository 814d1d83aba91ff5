"""Whatever is owed, received, paid, revalued and undone in whatever order, counts once."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.accounts import chart
from ledger.balances import Selection, balances, cutoff
from ledger.entries import Posting
from ledger.errors import JournalRefusedError, LedgerError
from ledger.money import ZERO, from_cents, round_half_up
from ledger.open_items import OpenItem, open_items
from ledger.rates import rate_on
from ledger.revaluations import unrevalued
from ledger.standing import Sum
from tests.books import LAST_DAY, Books
from tests.documents import booked
from tests.ledger.revalued import (
    FOR,
    NUMBERS,
    RATES,
    balance,
    begun,
    held,
    quoted,
    sound,
)


@pytest.fixture(autouse=True)
def _rates(session: Session, books: Books) -> None:
    quoted(session)


LAST = date(2019, 12, 30)
DAYS = st.integers(min_value=0, max_value=50).map(lambda week: RATES[week][0])
AMOUNTS = st.integers(min_value=1000, max_value=10**8).map(from_cents)
DONE = st.sampled_from(
    [
        *("owe", "due", "receive", "apply", "keep", "settle", "settle", "pay", "convert"),
        *("revalue", "revalue", "undo"),
    ]
)
ACTS = st.lists(
    st.tuples(DONE, DAYS, AMOUNTS, st.integers(min_value=0, max_value=9)), min_size=3, max_size=14
)


# Recorded in this order: what is dated back has to be refused, or to be worth what it was then.
BACK = [
    ("owe", date(2019, 1, 7), Decimal("1000.00"), 0),
    ("revalue", date(2019, 4, 29), ZERO, 0),
    ("settle", date(2019, 2, 11), ZERO, 0),
]


@dataclass
class Life:
    """What is done with some debts and money, and what was worth what when it was first booked."""

    session: Session
    books: Books
    numbers: list[int] = field(default_factory=list)
    # By the entry that brought it: above zero what others owe or gave, below what we owe.
    worth: dict[int, Decimal] = field(default_factory=dict)

    def open(self, *accounts: str) -> list[OpenItem]:
        """List what is open on some accounts."""
        return open_items(self.session, cutoff(self.session, LAST_DAY), accounts=accounts)

    def owe(self, on: date, amount: Decimal, _which: int, *, code: str = "1120") -> None:
        """Poland owes money, or the mechanism does."""
        euro = rate_on(self.session, "PLN", on).in_euro(amount)
        begun(self.session, self.books, code, str(amount), str(euro), on=str(on))
        number = cutoff(self.session, on).known_number
        self.worth[number] = euro if code == "1120" else -euro
        self.numbers.append(number)

    def due(self, on: date, amount: Decimal, which: int) -> None:
        """The mechanism owes money."""
        self.owe(on, amount, which, code="2010")

    def receive(self, on: date, amount: Decimal, _which: int) -> None:
        """Money comes that is nobody's yet."""
        self._book("receipt", receipt=f"R/{next(NUMBERS)}", received_on=on, amount=amount,
                   currency="PLN")  # fmt: skip

    def apply(self, on: date, amount: Decimal, which: int) -> None:
        """Money that came pays what Poland owes."""
        sources, debts = self.open("2060", "2030"), self.open("1120")
        if sources and debts:
            source, debt = sources[which % len(sources)], debts[which % len(debts)]
            part = min(amount, source.amount, debt.amount)
            self._book("application", source=source.key, item=debt.key, amount=part, applied_on=on)

    def keep(self, on: date, amount: Decimal, which: int) -> None:
        """Money that came is kept for what will be asked."""
        sources = self.open("2060", "2030")
        if sources:
            source = sources[which % len(sources)]
            part = min(amount, source.amount)
            self._book("application", source=source.key, to="advance", amount=part,
                       applied_on=on, **FOR)  # fmt: skip

    def settle(self, on: date, _amount: Decimal, which: int) -> None:
        """Poland pays all of a debt, or the mechanism does from money that it has for it."""
        found = self.open("1120", "2010")
        if not found:
            return
        item = found[which % len(found)]
        if item.account == "2010":
            self._book("payment", item=item.key, state=item.state, paid_on=on)
            return
        self.receive(on, item.amount, which)
        source = self.open("2060")[-1].key
        self._book("application", source=source, item=item.key, applied_on=on)

    def pay(self, on: date, amount: Decimal, which: int) -> None:
        """Something that is due is paid."""
        found = self.open("2010", "2060", "2030")
        if found:
            item = found[which % len(found)]
            part = min(amount, item.amount)
            self._book("payment", item=item.key, state=item.state, amount=part, paid_on=on)

    def convert(self, on: date, amount: Decimal, _which: int) -> None:
        """The bank turns złoty into euro at its own rate; what arrives is worth what left."""
        there = Decimal(balance(self.session, "1011", str(on)).split()[0])
        part = min(amount, there) or amount
        euro = round_half_up(part / 4)
        self._book("conversion", converted_on=on, amount=part, into_amount=euro)
        self.worth[self.numbers[-1]] = -euro

    def revalue(self, on: date, _amount: Decimal, _which: int) -> None:
        """What is money is revalued, and stands at the rates of the day."""
        self._book("revaluation", revalued_on=on)
        assert unrevalued(self.session, cutoff(self.session, on)) == []

    def undo(self, on: date, _amount: Decimal, which: int) -> None:
        """Something that was done is undone."""
        if self.numbers:
            number = self.numbers[-1 - which % len(self.numbers)]
            self._book("reversal", number=number, effective_on=on)
            self.worth.pop(number, None)

    def _book(self, kind: str, **said: Any) -> None:
        words = "reason" if kind == "reversal" else "description"
        text = {name: None if value is None else str(value) for name, value in said.items()}
        text[words] = f"Act {next(NUMBERS)}"
        posted = booked(self.session, self.books, kind, **text)
        if kind != "reversal":
            self.numbers.append(posted[0].number)

    def end(self) -> None:
        """All is settled on the last day, and all money turned into euro."""
        for debt in self.open("1120"):
            self.receive(LAST, debt.amount, 0)
            source = self.open("2060")[-1].key
            self._book("application", source=source, item=debt.key, applied_on=LAST)
        for item in self.open("2010", "2060", "2030"):
            self._fill(item.amount)
            self._book("payment", item=item.key, state=item.state, paid_on=LAST)
        left = Decimal(balance(self.session, "1011").split()[0])
        if left:
            self.convert(LAST, left, 0)

    def _fill(self, amount: Decimal) -> None:
        lacking = amount - Decimal(balance(self.session, "1011").split()[0])
        if lacking > 0:
            euro = rate_on(self.session, "PLN", LAST).in_euro(lacking)
            held(self.session, self.books, str(lacking), str(euro), on=str(LAST))
            self.worth[cutoff(self.session, LAST).known_number] = euro


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS, late=DAYS)
@example(acts=BACK, late=LAST)
def test_nothing_is_counted_twice(
    session: Session, books: Books, acts: list[tuple[str, date, Decimal, int]], late: date
) -> None:
    """Realised and unrealised together are what all money was worth less, and nothing is left.

    Nor is anything worth something on a day on which nothing of it is open, however late what
    came before it was recorded.
    """
    example = session.begin_nested()
    life = Life(session, books)
    steps: list[tuple[str, tuple[Any, ...]]] = [(act, tuple(said)) for act, *said in acts]
    for act, said in [*steps, ("end", ()), ("revalue", (late, ZERO, 0))]:
        attempt = session.begin_nested()
        before = dict(life.worth), list(life.numbers)
        try:
            getattr(life, act)(*said)
        except JournalRefusedError:
            raise
        except LedgerError:
            attempt.rollback()
            life.worth, life.numbers = before
    for row in balances(session, cutoff(session, LAST_DAY), Posting.account, Posting.currency):
        is_money = chart()[row.key[0]].monetary and row.key[1] != "EUR"
        assert not is_money or (row.amount, row.euro) == (ZERO, ZERO), row.key
    lost = sum(Decimal(balance(session, code).split()[1]) for code in ("5110", "5120"))
    in_euro = balances(
        session, cutoff(session, LAST_DAY), Posting.account,
        where=Selection(accounts=("5110", "5120"), currency="EUR"),
    )  # fmt: skip
    assert lost + sum((row.euro for row in in_euro), ZERO) == sum(life.worth.values(), ZERO)
    assert worth_without(session) == []
    assert sound(session)
    example.rollback()


def worth_without(session: Session) -> list[tuple[str, date]]:
    """List the items that are worth something on a day on which nothing of them is open."""
    by = (Posting.item, Posting.effective_on)
    query = (
        sa.select(*by, sa.func.sum(Posting.amount), sa.func.sum(Posting.euro))
        .where(Posting.item.is_not(None))
        .group_by(*by)
        .order_by(Posting.effective_on)
    )
    open_: dict[str, Sum] = defaultdict(lambda: Sum(ZERO, ZERO))
    found = []
    for key, on, amount, euro in session.execute(query):
        item = str(key)
        open_[item] += (from_cents(int(amount)), from_cents(int(euro)))
        if open_[item].euro and not open_[item].amount:
            found.append((item, on))
    return found
