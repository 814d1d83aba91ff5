"""The trial balance after a year-end says what stood before it."""

from datetime import date

from sqlalchemy.orm import Session

from ledger.balances import cutoff
from reports.sheet import Table
from reports.trial_balance import book, trial_balance
from tests.books import Books
from tests.documents import booked

DAY = date(2017, 12, 31)


def columns(session: Session) -> list[str]:
    """Name the columns of the balances."""
    made = book(trial_balance(session, cutoff=cutoff(session, DAY)), "en")
    tables = [part for part in made.sheets[0].blocks if isinstance(part, Table)]
    return [column.key for column in tables[0].columns]


def test_before_the_close(session: Session, books: Books) -> None:
    """While no year is closed there is nothing to set beside the balances."""
    booked(session, books)
    assert "before_close" not in columns(session)


def test_after_the_close(session: Session, books: Books) -> None:
    """Revenue stands at zero, and beside it at what was closed; a reversal takes that back."""
    booked(session, books)
    [posted] = booked(session, books, "year_end")
    report = trial_balance(session, cutoff=cutoff(session, DAY))
    assert {key: str(euro) for key, euro in report.closed.items()} == {"4020 PL EUR": "100.00"}
    revenue = next(each for each in report.balances if each.account == "4020")
    assert revenue.euro_debit == revenue.euro_credit
    assert "before_close" in columns(session)
    undo = {"number": posted.number, "effective_on": "2017-12-31", "reason": "Too early"}
    booked(session, books, "reversal", **undo)
    again = trial_balance(session, cutoff=cutoff(session, DAY))
    assert set(again.closed.values()) == {0}
