"""A revaluation is undone as one while nothing rests on it, and may be posted again."""

import pytest
from sqlalchemy.orm import Session

from ledger.entries import JournalEntry
from ledger.revaluation_reversals import RevaluedAgainError, SettledItemError
from ledger.reversals import RevaluedBankError, SpentReceiptError
from tests.books import Books
from tests.documents import booked
from tests.ledger.revalued import (
    APRIL,
    FEBRUARY,
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
