"""Revaluations: what is money in foreign currency is carried at the closing rate (books.md row 11).

Rates are those of 2019: 4.00 złoty a euro in January, 5.00 in February, 4.00 again in March, and
3.20 from April on; 25 and then 20 koruna.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.accounts import Side, chart
from ledger.balances import Selection, balances, cutoff
from ledger.entries import JournalEntry, Posting
from ledger.errors import JournalRefusedError, LedgerError, StaleRateError
from ledger.journal import NewPosting, post
from ledger.money import ZERO, from_cents, round_half_up
from ledger.open_items import OpenItem, find_item, open_items
from ledger.periods import add_period, advance
from ledger.rate_imports import import_rates
from ledger.rates import rate_on
from ledger.revaluation_reversals import RevaluedAgainError, SettledItemError
from ledger.revaluations import LaterRevaluationError, NothingToRevalueError, unrevalued
from ledger.reversals import RevaluedBankError, SpentReceiptError
from ledger.verification import verify
from tests.books import LAST_DAY, NOW, Books, entry
from tests.documents import booked, proposed

FOR: dict[str, Any] = {"purpose": "operations", "activity": "information"}
RATES = [
    *((date(2019, 1, 7) + timedelta(weeks=week), "4.0000", "25.000") for week in range(4)),
    *((date(2019, 2, 4) + timedelta(weeks=week), "5.0000", "20.000") for week in range(4)),
    *((date(2019, 3, 4) + timedelta(weeks=week), "4.0000", "25.000") for week in range(4)),
    *((date(2019, 4, 1) + timedelta(weeks=week), "3.2000", "20.000") for week in range(39)),
]
NUMBERS = count(1)
JANUARY, FEBRUARY, MARCH, APRIL = "2019-01-31", "2019-02-28", "2019-03-31", "2019-04-30"


@pytest.fixture(autouse=True)
def _rates(session: Session, books: Books) -> None:
    rows = [f"{on},{zloty},{koruna}" for on, zloty, koruna in reversed(RATES)]
    body = "\n".join(["Date,PLN,CZK", *rows, ""]).encode()
    import_rates(session, body, filename="eurofxref-hist.csv", now=NOW)


def begun(
    session: Session, books: Books, code: str, amount: str, euro: str, *, on: str, **fields: Any
) -> str:
    """Begin a debt either way by hand and name it."""
    key, sign = f"item {next(NUMBERS)}", 1 if chart()[code].item_side is Side.DEBIT else -1
    value, worth = sign * Decimal(amount), sign * Decimal(euro)
    money = {"currency": "PLN", **FOR, **fields}
    state = "PL" if chart()[code].per_state else None
    against = "9490" if code > "9" else "3010"
    lines = [
        NewPosting(account=code, amount=value, euro=worth, state=state, item=key, **money),
        NewPosting(account=against, amount=-value, euro=-worth, **money),
    ]
    new = entry(key, *lines, on=date.fromisoformat(on))
    return f"{post(session, new, now=NOW, **books.hands).number}.1"


def held(session: Session, books: Books, amount: str, euro: str, *, on: str) -> None:
    """Put złoty into the bank by hand."""
    lines = [
        NewPosting(account=code, amount=sign * Decimal(amount), euro=sign * Decimal(euro),
                   currency="PLN")
        for code, sign in (("1011", 1), ("3010", -1))
    ]  # fmt: skip
    new = entry(f"held {next(NUMBERS)}", *lines, on=date.fromisoformat(on))
    post(session, new, now=NOW, **books.hands)


def stands(session: Session, reference: str, on: str = str(LAST_DAY)) -> str:
    """Say what is open of an item as of a day, and what it is carried at."""
    key = find_item(session, reference).key
    at = cutoff(session, date.fromisoformat(on))
    found = [item for item in open_items(session, at, settled=True) if item.key == key]
    return f"{found[0].amount} {found[0].euro}"


def balance(session: Session, code: str, on: str = str(LAST_DAY)) -> str:
    """Sum an account as of a day, in złoty and in euro."""
    where = Selection(accounts=(code,), currency="PLN")
    at = cutoff(session, date.fromisoformat(on))
    found = balances(session, at, Posting.account, where=where)
    return f"{found[0].amount} {found[0].euro}" if found else "0.00 0.00"


def revalued(session: Session, books: Books, on: str, **fields: Any) -> list[int]:
    """Have a revaluation posted; give the numbers of its entries."""
    said = {"revalued_on": on, "description": f"Revaluation {next(NUMBERS)}", **fields}
    return [each.number for each in booked(session, books, "revaluation", **said)]


def undone(session: Session, books: Books, number: int, on: str) -> list[int]:
    """Have an entry reversed; give the numbers of what undoes it."""
    said = {"number": number, "effective_on": on, "reason": f"Undone {next(NUMBERS)}"}
    return [each.number for each in booked(session, books, "reversal", **said)]


def paid(session: Session, books: Books, item: str, amount: str, on: str) -> int:
    """Pay a part of what is due."""
    said = {"item": item, "amount": amount, "paid_on": on, "description": f"{next(NUMBERS)}"}
    return booked(session, books, "payment", **said)[0].number


def received(session: Session, books: Books, item: str, amount: str, on: str) -> int:
    """Receive and apply a part of what is owed."""
    name = f"R/{next(NUMBERS)}"
    came = {"receipt": name, "received_on": on, "currency": "PLN", "amount": amount}
    booked(session, books, "receipt", **came)
    said = {"source": name, "item": item, "applied_on": on}
    return booked(session, books, "application", **said)[0].number


def sound(session: Session) -> bool:
    """Whether all verifies, and crossing currencies left nothing in euro, entry by entry."""
    left = sa.select(Posting.entry).where(Posting.account == "1090").group_by(Posting.entry)
    assert session.scalars(left.having(sa.func.sum(Posting.euro) != 0)).all() == []
    assert [str(each) for each in verify(session).findings] == []
    return True


def test_postings(session: Session, books: Books) -> None:
    """Accounts and items move in euro alone, and the difference stands by currency and purpose."""
    held(session, books, "1000.00", "250.00", on="2019-01-07")
    begun(session, books, "1120", "100.00", "25.00", on="2019-01-07")
    begun(session, books, "2010", "500.00", "20.00", on="2019-01-07", currency="CZK")
    assert proposed(session, books, "revaluation", revalued_on=FEBRUARY) == (
        "1011 -- 0.00 PLN -50.00\n"
        "1120 PL 0.00 PLN -5.00\n"
        "2010 -- 0.00 CZK -5.00\n"
        "5120 -- 0.00 PLN 50.00\n"
        "5120 PL 0.00 PLN 5.00\n"
        "5120 -- 0.00 CZK 5.00"
    )
    revalued(session, books, FEBRUARY)
    line = session.scalars(sa.select(Posting).where(Posting.account == "1120", Posting.entry == 4))
    [moved] = line.all()
    assert (moved.purpose, moved.activity, moved.per_euro) == (*FOR.values(), "5.0000")
    assert moved.rate_on == date(2019, 2, 25)
    assert (balance(session, "1011"), balance(session, "1090")) == ("1000.00 200.00", "0.00 0.00")
    assert sound(session)


# 1,000.00 at 4.00 is 250.00; 400.00 of it is settled in February at 5.00, the 600.00 left are
# revalued, and settled at 3.20 in April.
@pytest.mark.parametrize(
    ("code", "first_at", "unrealised", "realised"),
    [
        # Owed to us: the złoty falls, and rises beyond.
        ("1120", "250.00", "30.00", "-47.50"),
        # Owed to us, and first at 5.00: it rises only.
        ("1120", "200.00", "0.00", "-67.50"),
        # Owed by us: what is lost there is gained here.
        ("2010", "250.00", "-30.00", "47.50"),
        ("2010", "200.00", "0.00", "67.50"),
    ],
)
def test_quadrants(  # noqa: PLR0917 - a table has as many columns as it needs
    session: Session, books: Books, code: str, first_at: str, unrealised: str, realised: str
) -> None:
    """31: a difference is booked once, and parts close to nothing in both currencies."""
    item = begun(session, books, code, "1000.00", first_at, on="2019-01-07")
    if code == "2010":
        held(session, books, "400.00", "80.00", on="2019-02-11")
        paid(session, books, item, "400.00", "2019-02-11")
    else:
        received(session, books, item, "400.00", "2019-02-11")
        # What came would be revalued, too: it goes out at what it came in at.
        bought = {"amount": "400.00", "into_amount": "80.00", "converted_on": "2019-02-11"}
        booked(session, books, "conversion", **bought)
    if unrealised != "0.00":
        revalued(session, books, FEBRUARY)
    else:
        with pytest.raises(NothingToRevalueError):
            revalued(session, books, FEBRUARY)
    assert stands(session, item) == "600.00 120.00"
    if code == "2010":
        held(session, books, "600.00", "187.50", on="2019-04-08")
        paid(session, books, item, "600.00", "2019-04-08")
    else:
        received(session, books, item, "600.00", "2019-04-08")
    assert stands(session, item) == "0.00 0.00"
    assert balance(session, "5120") == f"0.00 {unrealised}"
    assert balance(session, "5110") == f"0.00 {realised}"
    assert sound(session)


def test_run_twice(session: Session, books: Books) -> None:
    """What was revalued stands at the rates of the day: a second revaluation posts nothing."""
    held(session, books, "1000.00", "250.00", on="2019-01-07")
    revalued(session, books, FEBRUARY)
    with pytest.raises(NothingToRevalueError, match="at the rates of 2019-02-28 already"):
        revalued(session, books, FEBRUARY)
    # What is dated back since makes another difference, and only that is posted.
    held(session, books, "1000.00", "250.00", on="2019-02-04")
    again = {"revalued_on": FEBRUARY, "description": "With what came late"}
    assert proposed(session, books, "revaluation", **again) == (
        "1011 -- 0.00 PLN -50.00\n5120 -- 0.00 PLN 50.00"
    )


def test_closing_day(session: Session, books: Books) -> None:
    """What is paid on the closing day itself is paid: nothing of it is left to revalue."""
    item = begun(session, books, "1120", "1000.00", "250.00", on="2019-01-07")
    received(session, books, item, "1000.00", FEBRUARY)
    with pytest.raises(NothingToRevalueError):
        revalued(session, books, FEBRUARY)


@pytest.mark.parametrize("code", [each for each in chart() if chart()[each].item_side])
def test_which_items(session: Session, books: Books, code: str) -> None:
    """32: of open items only what is money is revalued, with a state or without."""
    item = begun(session, books, code, "1000.00", "250.00", on="2019-01-07")
    if not chart()[code].monetary:
        with pytest.raises(NothingToRevalueError):
            revalued(session, books, FEBRUARY)
        return
    revalued(session, books, FEBRUARY)
    assert stands(session, item) == "1000.00 200.00"


def test_what_is_no_money(session: Session, books: Books) -> None:
    """32: equipment stays at the rate of the day it came, and so does what crossed currencies."""
    for code in ("1310", "1090"):
        lines = [
            NewPosting(account=each, amount=amount, euro=amount / 4, currency="PLN")
            for each, amount in ((code, Decimal("100.00")), ("3010", Decimal("-100.00")))
        ]
        new = entry(code, *lines, on=date(2019, 1, 7))
        post(session, new, now=NOW, **books.hands)
    with pytest.raises(NothingToRevalueError):
        revalued(session, books, FEBRUARY)


def test_no_rate(session: Session, books: Books) -> None:
    """Without a rate for the day nothing is revalued."""
    held(session, books, "1000.00", "250.00", on="2019-01-07")
    with pytest.raises(StaleRateError):
        revalued(session, books, "2020-06-30")


def test_forwards(session: Session, books: Books) -> None:
    """Revaluations go forwards: what was revalued later is reversed first."""
    held(session, books, "1000.00", "200.00", on="2019-01-07")
    [later] = revalued(session, books, MARCH)
    with pytest.raises(LaterRevaluationError, match="revalue 2019-03-31 again instead"):
        revalued(session, books, JANUARY)
    undone(session, books, later, MARCH)
    revalued(session, books, JANUARY)
    assert balance(session, "1011") == "1000.00 250.00"


# What is revalued late


def test_late(session: Session, books: Books) -> None:
    """Of what was settled since, each part of the difference is realised on its own day."""
    item = begun(session, books, "1120", "1000.00", "250.00", on="2019-01-07")
    received(session, books, item, "400.00", "2019-03-11")
    first, second = revalued(session, books, FEBRUARY)
    assert stands(session, item, FEBRUARY) == "1000.00 200.00"
    assert stands(session, item) == "600.00 120.00"
    assert (balance(session, "5120"), balance(session, "5110")) == ("0.00 50.00", "0.00 -20.00")
    entries = [session.get_one(JournalEntry, number) for number in (first, second)]
    assert [str(each.effective_on) for each in entries] == [FEBRUARY, "2019-03-11"]
    received(session, books, item, "600.00", "2019-04-08")
    # 250.00 came to be 100.00 and 187.50.
    assert balance(session, "5110") == "0.00 -87.50"
    assert stands(session, item) == "0.00 0.00"
    assert sound(session)


@pytest.mark.parametrize("code", ["1120", "2010"])
def test_late_and_all_settled(session: Session, books: Books, code: str) -> None:
    """What was all settled since is open on the closing day, and closes to nothing all the same."""
    item = begun(session, books, code, "1000.00", "250.00", on="2019-01-07")
    settle = received
    if code == "2010":
        settle = paid
        held(session, books, "1000.00", "287.50", on="2019-03-04")
    for amount, on in (("400.00", "2019-03-11"), ("600.00", "2019-04-08")):
        settle(session, books, item, amount, on)
    numbers = revalued(session, books, FEBRUARY)
    days = [str(session.get_one(JournalEntry, each).effective_on) for each in numbers]
    assert days == [FEBRUARY, "2019-03-11", "2019-04-08"]
    assert stands(session, item, FEBRUARY) == "1000.00 200.00"
    assert stands(session, item) == "0.00 0.00"
    sign = "" if code == "1120" else "-"
    other = "-" if code == "1120" else ""
    assert balance(session, "5120") == f"0.00 {sign}50.00"
    assert balance(session, "5110") == f"0.00 {other}87.50"
    assert sound(session)


def test_late_at_the_bank(session: Session, books: Books) -> None:
    """What left the bank since took its part of the old average: it is realised on that day."""
    held(session, books, "1000.00", "250.00", on="2019-01-07")
    for amount, into, on in (
        ("400.00", "100.00", "2019-03-11"),
        ("600.00", "187.50", "2019-04-08"),
    ):
        said = {"amount": amount, "into_amount": into, "converted_on": on}
        booked(session, books, "conversion", **said)
    revalued(session, books, FEBRUARY)
    found = [balance(session, "1011", on) for on in (FEBRUARY, MARCH, APRIL)]
    assert found == ["1000.00 200.00", "600.00 120.00", "0.00 0.00"]
    assert balance(session, "5120") == "0.00 50.00"
    assert sound(session)


def test_late_and_taken_back(session: Session, books: Books) -> None:
    """A settlement that was undone since gives back what it took of the difference."""
    item = begun(session, books, "1120", "1000.00", "250.00", on="2019-01-07")
    number = received(session, books, item, "400.00", "2019-03-11")
    undone(session, books, number, "2019-03-18")
    assert len(revalued(session, books, FEBRUARY)) == 3
    found = [stands(session, item, on) for on in (FEBRUARY, "2019-03-11", MARCH)]
    assert found == ["1000.00 200.00", "600.00 120.00", "1000.00 200.00"]
    assert balance(session, "5110") == "0.00 0.00"
    assert sound(session)


def test_late_and_closed(session: Session, books: Books) -> None:
    """What was settled in a period that is closed is realised on the first open day."""
    rates = b"Date,PLN\n2015-03-02,5.0000\n2014-12-29,5.0000\n2014-12-01,4.0000\n"
    import_rates(session, rates, filename="eurofxref-hist.csv", now=NOW)
    for year in (2014, 2015):
        add_period(session, date(year, 1, 1), date(year, 12, 31), now=NOW)
    item = begun(session, books, "2010", "1000.00", "250.00", on="2014-12-01")
    held(session, books, "1000.00", "220.00", on="2015-03-02")
    paid(session, books, item, "1000.00", "2015-03-02")
    for _step in ("hold", "closed"):
        advance(session, date(2015, 3, 2), now=NOW)
    numbers = revalued(session, books, "2014-12-31")
    entries = [session.get_one(JournalEntry, each) for each in numbers]
    days = [(str(each.effective_on), str(each.occurred_on)) for each in entries]
    assert days == [("2014-12-31", "None"), ("2016-01-01", "2015-03-02")]
    assert stands(session, item, "2014-12-31") == "1000.00 200.00"
    assert stands(session, item) == "0.00 0.00"
    assert (balance(session, "5120"), balance(session, "5110")) == ("0.00 -50.00", "0.00 20.00")
    assert sound(session)


# What is undone


# As of February both are worth 50.00 less, as of April 62.50 more.
@pytest.mark.parametrize(("on", "again"), [(FEBRUARY, "100.00"), (APRIL, "-125.00")])
def test_revalue_reverse_revalue(session: Session, books: Books, on: str, again: str) -> None:
    """30: a revaluation that was undone is posted again, and nothing is counted twice."""
    held(session, books, "1000.00", "250.00", on="2019-01-07")
    item = begun(session, books, "1120", "1000.00", "250.00", on="2019-01-07")
    [number] = revalued(session, books, FEBRUARY)
    undone(session, books, number, on)
    assert (balance(session, "1011"), stands(session, item)) == ("1000.00 250.00",) * 2
    assert balance(session, "5120") == "0.00 0.00"
    revalued(session, books, on)
    assert balance(session, "5120") == f"0.00 {again}"
    assert sound(session)


def test_all_of_a_late_one_is_undone(session: Session, books: Books) -> None:
    """30: a late revaluation is undone as one, each entry on its own day, and may come again."""
    item = begun(session, books, "1120", "1000.00", "250.00", on="2019-01-07")
    received(session, books, item, "1000.00", "2019-03-11")
    before = (balance(session, "5110"), balance(session, "5120"))
    first, _second = revalued(session, books, FEBRUARY)
    numbers = undone(session, books, first, FEBRUARY)
    days = [str(session.get_one(JournalEntry, each).effective_on) for each in numbers]
    assert days == ["2019-03-11", FEBRUARY]
    assert (balance(session, "5110"), balance(session, "5120")) == before
    assert stands(session, item) == "0.00 0.00"
    assert len(revalued(session, books, FEBRUARY)) == 2
    assert sound(session)


def test_undone_too_late(session: Session, books: Books) -> None:
    """A revaluation stays while something rests on it: payments, or the next revaluation."""
    held(session, books, "1000.00", "250.00", on="2019-01-07")
    item = begun(session, books, "2010", "1000.00", "250.00", on="2019-01-07")
    [number] = revalued(session, books, FEBRUARY)
    [again] = revalued(session, books, MARCH)
    with pytest.raises(RevaluedAgainError, match=f"by entry {again} since entry {number}"):
        undone(session, books, number, APRIL)
    undone(session, books, again, APRIL)
    payment = paid(session, books, item, "400.00", APRIL)
    with pytest.raises(SettledItemError, match=f"settled or revalued since entry {number}"):
        undone(session, books, number, APRIL)
    undone(session, books, payment, APRIL)
    [spent] = booked(session, books, "conversion", amount="1.00", converted_on=APRIL)
    with pytest.raises(SpentReceiptError):
        undone(session, books, number, APRIL)
    undone(session, books, spent.number, APRIL)
    undone(session, books, number, APRIL)
    assert balance(session, "5120") == "0.00 0.00"


def test_money_and_debts_that_were_revalued(session: Session, books: Books) -> None:
    """What came or began is not undone while its revaluation would stand without it."""
    [came] = booked(session, books, "receipt", currency="PLN", amount="1000.00",
                    received_on="2019-01-07")  # fmt: skip
    revalued(session, books, FEBRUARY)
    with pytest.raises((RevaluedBankError, SettledItemError)):
        undone(session, books, came.number, MARCH)


# Whatever happens, in whatever order

LAST = date(2019, 12, 30)
DAYS = st.integers(min_value=0, max_value=50).map(lambda week: RATES[week][0])
AMOUNTS = st.integers(min_value=1000, max_value=10**8).map(from_cents)
DONE = st.sampled_from(
    ["owe", "due", "receive", "apply", "pay", "convert", "revalue", "revalue", "undo"]
)
ACTS = st.lists(
    st.tuples(DONE, DAYS, AMOUNTS, st.integers(min_value=0, max_value=9)), min_size=3, max_size=14
)


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
        sources, debts = self.open("2060"), self.open("1120")
        if sources and debts:
            source, debt = sources[which % len(sources)], debts[which % len(debts)]
            part = min(amount, source.amount, debt.amount)
            self._book("application", source=source.key, item=debt.key, amount=part, applied_on=on)

    def pay(self, on: date, amount: Decimal, which: int) -> None:
        """Something that is due is paid."""
        found = self.open("2010", "2060")
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
        for item in self.open("2010", "2060"):
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
def test_nothing_is_counted_twice(
    session: Session, books: Books, acts: list[tuple[str, date, Decimal, int]], late: date
) -> None:
    """Realised and unrealised together are what all money was worth less, and nothing is left."""
    example = session.begin_nested()
    life = Life(session, books)
    for act, *said in [*acts, ("end",), ("revalue", late, ZERO, 0)]:
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
    assert sound(session)
    example.rollback()
