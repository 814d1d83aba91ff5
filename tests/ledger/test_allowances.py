"""An allowance is never used twice: it is never below zero, nor set above what is owed."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.balances import cutoff
from ledger.closing import checklist, period_of
from ledger.impairments import (
    DoubtlessError,
    ExcessAllowanceError,
    UsedAllowanceError,
    excess_allowances,
)
from tests.books import LAST_DAY, Books
from tests.documents import booked, proposed
from tests.ledger.revalued import FEBRUARY, begun, quoted, revalued

UNDO = {"reason": "A slip of the pen", "effective_on": "2017-04-03"}


@pytest.fixture
def owing(session: Session, books: Books) -> Books:
    """Books in which entries 1 and 2 ask EUR 100.00 each of each of the four founders."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="400.00")
    booked(session, books, "assessment", amount="400.00", description="Once more")
    return books


def allowed(session: Session, books: Books, on: str, amount: str = "100.00") -> int:
    """Book an allowance for Poland from a day on; give its entry."""
    [posted] = booked(session, books, "impairment", impaired_on=on, amount=amount)
    return posted.number


def test_back_dated_write_off(session: Session, owing: Books) -> None:
    """A write-off before another one uses only what that one left of the allowance."""
    allowed(session, owing, "2017-03-01")
    booked(session, owing, "write_off", written_off_on="2017-03-10")
    earlier = {"item": "2/PL", "written_off_on": "2017-03-05"}
    assert proposed(session, owing, "write_off", **earlier) == (
        "5150 PL 100.00 EUR 100.00\n1110 PL -100.00 EUR -100.00"
    )


def test_debt_that_was_revalued(session: Session, books: Books) -> None:
    """A write-off uses what the debt is carried at; what rates left beyond it is named."""
    quoted(session)
    item = begun(session, books, "1120", "1000.00", "250.00", on="2019-01-07")
    allowed(session, books, "2019-01-31", "250.00")
    revalued(session, books, FEBRUARY)
    assert excess_allowances(session, cutoff(session, date(2019, 2, 28))) == {"PL": 50}
    gone = {"item": item, "written_off_on": "2019-03-04"}
    assert (
        proposed(session, books, "write_off", **gone).splitlines()[0] == "1130 PL 200.00 EUR 200.00"
    )
    booked(session, books, "write_off", **gone)
    assert excess_allowances(session, cutoff(session, date(2019, 3, 4))) == {"PL": 50}
    taken_back = {"impaired_on": "2019-03-04", "amount": "0.00"}
    booked(session, books, "impairment", **taken_back)
    assert excess_allowances(session, cutoff(session, date(2019, 3, 4))) == {}


@pytest.mark.parametrize(("written_off", "left"), [("0.01", "99.99"), ("100.00", "0.00")])
def test_used_allowance(session: Session, owing: Books, written_off: str, left: str) -> None:
    """An impairment is not undone once any of its allowance was used."""
    number = allowed(session, owing, "2017-03-01")
    booked(session, owing, "write_off", written_off_on="2017-03-10", amount=written_off)
    with pytest.raises(UsedAllowanceError, match=rf"PL EUR {left} is left .* EUR 100\.00"):
        proposed(session, owing, "reversal", number=number, **UNDO)


def test_unused_allowance(session: Session, owing: Books) -> None:
    """An allowance that nothing used is undone, also one that was raised since."""
    first = allowed(session, owing, "2017-03-01")
    allowed(session, owing, "2017-03-02", "150.00")
    assert proposed(session, owing, "reversal", number=first, **UNDO) == (
        "5150 PL -100.00 EUR -100.00\n1130 PL 100.00 EUR 100.00"
    )


def test_write_off_undone_first(session: Session, owing: Books) -> None:
    """With the write-off undone on the same day, its impairment is undone too."""
    number = allowed(session, owing, "2017-03-01")
    [used] = booked(session, owing, "write_off", written_off_on="2017-03-10")
    booked(session, owing, "reversal", number=used.number, **UNDO)
    assert "1130 PL 100.00" in proposed(session, owing, "reversal", number=number, **UNDO)


def test_back_dated_impairment(session: Session, owing: Books) -> None:
    """What is allowed for earlier comes on top of what is for later, within the debt."""
    allowed(session, owing, "2017-03-10")
    with pytest.raises(DoubtlessError, match=r"PL .* EUR 100\.00 .* from 2017-03-05 on"):
        allowed(session, owing, "2017-03-05", "100.01")
    allowed(session, owing, "2017-03-05", "100.00")


def test_less_before_it_was_used(session: Session, owing: Books) -> None:
    """Less is allowed for from an earlier day on as far as nothing was written off against it."""
    allowed(session, owing, "2017-03-01")
    booked(session, owing, "write_off", written_off_on="2017-03-12", amount="80.00")
    with pytest.raises(UsedAllowanceError, match=r"PL EUR 20\.00 is left .* EUR 20\.01"):
        allowed(session, owing, "2017-03-10", "79.99")
    allowed(session, owing, "2017-03-10", "80.00")


def test_impairment_of_what_was_paid_later(session: Session, owing: Books) -> None:
    """What was paid by now is not allowed for on a day on which it was still owed."""
    booked(session, owing, against="assessment", amount="150.00", value_on="2017-03-01")
    with pytest.raises(DoubtlessError, match=r"EUR 50\.00"):
        allowed(session, owing, "2017-02-01", "50.01")
    allowed(session, owing, "2017-02-01", "50.00")
    with pytest.raises(ExcessAllowanceError):
        allowed(session, owing, "2017-03-01", "50.01")


def test_paid_debt(session: Session, owing: Books) -> None:
    """A payment posts nothing on the allowance; that it is above what is owed is told."""
    allowed(session, owing, "2017-02-01", "200.00")
    assert excess_allowances(session, cutoff(session, LAST_DAY)) == {}
    booked(session, owing, against="assessment", amount="150.01", value_on="2017-03-01")
    found = excess_allowances(session, cutoff(session, LAST_DAY))
    assert {state: str(by) for state, by in found.items()} == {"PL": "150.01"}
    points = checklist(session, period_of(session, date(2017, 3, 1)))
    [point] = [each for each in points if each.code == "excess-allowance"]
    assert "The allowance for PL is EUR 150.01 above what it owes" in str(point)
    allowed(session, owing, "2017-03-01", "49.99")
    assert excess_allowances(session, cutoff(session, LAST_DAY)) == {}
