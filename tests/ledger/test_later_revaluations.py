"""What leaves is not dated before a revaluation of it that is posted: it would take its value."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from ledger.entries import JournalEntry
from ledger.errors import LedgerError
from ledger.later_revaluations import BeforeRevaluationError
from ledger.revaluations import NothingToRevalueError
from tests.books import Books
from tests.documents import booked, proposed
from tests.ledger.revalued import (
    APRIL,
    FEBRUARY,
    MARCH,
    balance,
    begun,
    held,
    quoted,
    revalued,
    sound,
    stands,
    undone,
)

BEFORE, DEBT = "2019-02-11", "2.1"
PLEDGED: dict[str, Any] = {
    "pledge": "P", "level": "committed", "currency": "PLN", "amount": "1000.00",
    "effective_on": "2019-01-07",
}  # fmt: skip
COST = {"currency": "PLN", "amount": "100.00", "incurred_on": "2019-01-07"}
SOLD = {"amount": "400.00", "into_amount": "100.00"}

# What takes of what was revalued, by kind of document: what it says, and the name of its day.
TAKES: dict[str, tuple[dict[str, Any], str]] = {
    "application": ({"source": "R", "item": DEBT}, "applied_on"),
    "conversion": (SOLD, "converted_on"),
    "cost": (COST, "paid_on"),
    "lapse": ({"pledge": "P"}, "lapsed_on"),
    "payment": ({"item": "3.1", "amount": "100.00"}, "paid_on"),
    "pledge": (PLEDGED | {"amount": "500.00"}, "effective_on"),
    "write_off": ({"item": DEBT}, "written_off_on"),
}


@pytest.fixture(autouse=True)
def _rates(session: Session, books: Books) -> None:
    quoted(session)


@pytest.fixture
def standing(session: Session, books: Books) -> int:
    """Money, debts either way, a pledge and a receipt, revalued as of April; give the number."""
    held(session, books, "1000.00", "250.00", on="2019-01-07")
    assert begun(session, books, "1120", "1000.00", "250.00", on="2019-01-07") == DEBT
    begun(session, books, "2010", "1000.00", "250.00", on="2019-01-07")
    booked(session, books, "pledge", **PLEDGED)
    came = {"receipt": "R", "received_on": "2019-01-07", "amount": "1000.00", "currency": "PLN"}
    booked(session, books, "receipt", **came)
    return revalued(session, books, APRIL)[0]


@pytest.mark.parametrize("kind", TAKES)
def test_nothing_leaves_before_it_was_revalued(
    session: Session, books: Books, standing: int, kind: str
) -> None:
    """Whatever takes of what was revalued is dated on that day, or comes before the revaluation."""
    said, day = TAKES[kind]
    with pytest.raises(BeforeRevaluationError, match=f"as of {APRIL}, after {BEFORE}"):
        proposed(session, books, kind, **(said | {day: BEFORE}))
    booked(session, books, kind, **(said | {day: APRIL}))
    assert sound(session)


@pytest.mark.parametrize("kind", TAKES)
def test_the_remedy(session: Session, books: Books, standing: int, kind: str) -> None:
    """Reversed, recorded and revalued again, each day shows what was held and owed on it."""
    undone(session, books, standing, APRIL)
    said, day = TAKES[kind]
    booked(session, books, kind, **(said | {day: BEFORE}))
    revalued(session, books, APRIL)
    assert sound(session)


def test_the_last_of_several(session: Session, books: Books) -> None:
    """The last revaluation of what is taken from is named, and no other account's is in the way."""
    item = begun(session, books, "1120", "1000.00", "250.00", on="2019-01-07")
    other = begun(session, books, "1120", "1000.00", "200.00", on="2019-01-07")
    revalued(session, books, FEBRUARY)
    booked(session, books, "write_off", item=other, written_off_on=BEFORE)
    revalued(session, books, MARCH)
    with pytest.raises(BeforeRevaluationError, match=f"What stands on {item} .* {MARCH}, after"):
        proposed(session, books, "write_off", item=item, written_off_on=BEFORE)


def test_undone_on_a_later_day(session: Session, books: Books) -> None:
    """A revaluation that was undone later was there until then: what leaves is dated after that."""
    item = begun(session, books, "1120", "1000.00", "250.00", on="2019-01-07")
    [number] = revalued(session, books, FEBRUARY)
    undone(session, books, number, APRIL)
    with pytest.raises(BeforeRevaluationError, match=f"as of {APRIL}, after {BEFORE}"):
        proposed(session, books, "write_off", item=item, written_off_on=BEFORE)
    booked(session, books, "write_off", item=item, written_off_on=APRIL)
    assert (stands(session, item, MARCH), stands(session, item)) == ("1000.00 200.00", "0.00 0.00")


def test_money_that_came_is_undone_from_the_day_on(session: Session, books: Books) -> None:
    """A receipt that was revalued is not undone before that, though other money came since."""
    came = {"currency": "PLN", "amount": "1000.00", "received_on": "2019-01-07"}
    [number] = [each.number for each in booked(session, books, "receipt", **came)]
    paid = {"source": f"{number}.2", "item": begun(session, books, "1120", "1000.00", "250.00",
            on="2019-01-07"), "applied_on": "2019-01-07"}  # fmt: skip
    [applied] = booked(session, books, "application", **paid)
    revalued(session, books, FEBRUARY)
    held(session, books, "1000.00", "250.00", on="2019-03-04")
    undone(session, books, applied.number, "2019-01-07")
    with pytest.raises(BeforeRevaluationError):
        undone(session, books, number, "2019-01-07")


def test_what_comes_is_found_by_the_next_run(session: Session, books: Books, standing: int) -> None:
    """What began or came before the day is recorded all the same, and the day is run again."""
    item = begun(session, books, "1120", "320.00", "80.00", on=BEFORE)
    came = {"receipt": "S", "received_on": BEFORE, "amount": "320.00", "currency": "PLN"}
    booked(session, books, "receipt", **came)
    again = {"revalued_on": APRIL, "description": "With what came late"}
    assert proposed(session, books, "revaluation", **again) == (
        "1011 -- 0.00 PLN 36.00\n"
        "1120 PL 0.00 PLN 20.00\n"
        "2060 PL 0.00 PLN -36.00\n"
        "5120 -- 0.00 PLN -36.00\n"
        "5120 PL 0.00 PLN -20.00\n"
        "5120 PL 0.00 PLN 36.00"
    )
    [number] = revalued(session, books, APRIL, description="With what came late")
    with pytest.raises(NothingToRevalueError):
        revalued(session, books, APRIL)
    assert stands(session, item) == "320.00 100.00"
    assert session.get_one(JournalEntry, number).number > standing
    assert balance(session, "1011", BEFORE) == "2320.00 564.00"
    assert sound(session)


def test_a_year_keeps_its_profit(session: Session, books: Books) -> None:
    """No settlement dated into an earlier year realises what a rate of a later day did."""
    held(session, books, "1000.00", "250.00", on="2018-12-03")
    revalued(session, books, FEBRUARY)
    with pytest.raises(LedgerError, match="reverse that revaluation first"):
        booked(session, books, "conversion", **SOLD, converted_on="2018-12-20")
    assert balance(session, "5110", "2018-12-31") == "0.00 0.00"
