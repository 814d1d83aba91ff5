"""Revaluations: what is money in foreign currency is carried at the closing rate (row 11)."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.accounts import chart
from ledger.balances import cutoff
from ledger.entries import JournalEntry, Posting
from ledger.errors import StaleRateError
from ledger.journal import NewPosting, post
from ledger.periods import add_period, advance
from ledger.rate_imports import import_rates
from ledger.revaluations import LaterRevaluationError, NothingToRevalueError, unrevalued
from tests.books import NOW, Books, entry
from tests.documents import booked, proposed
from tests.ledger.revalued import (
    APRIL,
    FEBRUARY,
    FOR,
    JANUARY,
    MARCH,
    balance,
    begun,
    held,
    paid,
    quoted,
    received,
    revalued,
    sound,
    stands,
    undone,
)


@pytest.fixture(autouse=True)
def _rates(session: Session, books: Books) -> None:
    quoted(session)


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


def test_rate_published_anew(session: Session, books: Books) -> None:
    """14: a rate that is published anew changes nothing posted; a second revaluation follows it."""
    held(session, books, "1000.00", "250.00", on="2019-01-07")
    revalued(session, books, FEBRUARY)
    anew = b"Date,PLN\n2019-02-25,4.8000\n"
    import_rates(session, anew, filename="eurofxref-hist.csv", now=NOW)
    assert (balance(session, "1011"), sound(session)) == ("1000.00 200.00", True)
    revalued(session, books, FEBRUARY)
    assert (balance(session, "1011"), sound(session)) == ("1000.00 208.33", True)


def test_policy(session: Session, books: Books) -> None:
    """34: from its day on a decision on closing rates says which rate a balance is carried at."""
    decided = {"event": "closing", "rate_kind": "previous_day", "valid_from": "2019-03-01"}
    booked(session, books, "rate_policy", **decided)
    held(session, books, "1000.00", "240.00", on="2019-01-07")
    # On that Monday itself 4.0000 was published, on the day before it 5.0000 was the last.
    revalued(session, books, "2019-03-04")
    assert (balance(session, "1011"), sound(session)) == ("1000.00 200.00", True)
    revalued(session, books, MARCH)
    assert (balance(session, "1011"), sound(session)) == ("1000.00 250.00", True)


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
    """What was settled in a period that is closed is realised on the first open day.

    Until then it is carried at what the closed period could not take any more.
    """
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
    assert stands(session, item, "2015-12-31") == "0.00 -50.00"
    assert unrevalued(session, cutoff(session, date(2015, 12, 31))) == []
    assert stands(session, item) == "0.00 0.00"
    assert (balance(session, "5120"), balance(session, "5110")) == ("0.00 -50.00", "0.00 20.00")
    assert sound(session)
