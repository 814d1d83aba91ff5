"""A call that is not what its document and the journal say is found."""

import pytest
from sqlalchemy import Engine

from ledger.db import writing
from tests.books import Books, opened
from tests.documents import booked
from tests.intruder import unguarded
from tests.ledger.scene import run, said

UNSAID = "The document of call 3 is not approved, or says something else."
UNASKED = "Call 3 is of another item than its assessment asked of its state."
OTHER_GROSS = "Call 3 does not ask what was open of its item."
OTHER_APPLIED = "Call 3 does not take off what its entry set off."
OTHER_NAMES = "The references of call 3 are not its own."
PAID = {"against": "assessment", "value_on": "2017-01-09", "amount": "40.00"}


@pytest.fixture
def called(engine: Engine) -> Books:
    """Books in which Poland had paid a part, and was owed another, when all were called.

    What was assessed was paid and paid back since, and a second assessment was called.
    """
    books = opened(engine)
    with writing(engine) as session:
        booked(session, books, "scale")
        booked(session, books, "assessment", amount="400.00")
        booked(session, books, **PAID)
        booked(session, books, "receipt", amount="25.00", received_on="2017-01-16")
        kept = {"to": "credit", "purpose": "operations", "activity": "information"}
        booked(session, books, "application", **kept, applied_on="2017-01-17")
        booked(session, books, "call")
        back_dated = {"value_on": "2017-01-23", "amount": "5.00", "voucher": "late"}
        [late] = booked(session, books, **PAID | back_dated)
        undone = {"number": late.number, "effective_on": "2017-04-01", "reason": "Not paid"}
        booked(session, books, "reversal", **undone)
        [again] = booked(session, books, "assessment", amount="80.00", assessed_on="2017-05-02")
        second = {"assessment": again.number, "despatched_on": "2017-06-01", "voucher": "2"}
        booked(session, books, "call", **second)
    return books


def test_register_is_as_it_was_made(called: Books) -> None:
    """What was paid, back-dated or reversed after a call does not make it another."""
    assert said(called) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("due_on = '2017-03-04'", UNSAID),
        ("despatched_on = '2017-01-31'", UNSAID),
        ("exchange = 'call_rate'", UNSAID),
        ("charges = 'mechanism'", UNSAID),
        ("document_id = (SELECT document_id FROM call WHERE number = 5)", UNSAID),
        ("state_code = 'CZ'", UNASKED),
        ("item = 'of nobody'", UNASKED),
        ("item = (SELECT item FROM posting WHERE account = '2050' LIMIT 1)", UNASKED),
        ("gross = 6001", OTHER_GROSS),
        ("gross = 5500", OTHER_GROSS),
        ("applied = 2499", OTHER_APPLIED),
        ("applied = 0", OTHER_APPLIED),
        ("reference = 'RF18MCRM2017PL00004'", OTHER_NAMES),
        ("symbol = '2017000044'", OTHER_NAMES),
    ],
)
def test_changed_call_is_found(called: Books, change: str, found: str) -> None:
    """Every field of a row that follows from what was decided or posted is held against that."""
    with unguarded(called.engine) as connection:
        run(connection, f"UPDATE call SET {change} WHERE number = 3")  # noqa: S608 - no input
    assert said(called) == [found]


def test_call_of_another_states_item(called: Books) -> None:
    """Two calls that swap their items are both found."""
    with unguarded(called.engine) as connection:
        run(
            connection,
            "CREATE TEMPORARY TABLE kept AS SELECT number, item FROM call",
            "UPDATE call SET item = 'between' WHERE number = 3",
            "UPDATE call SET item = (SELECT item FROM kept WHERE number = 3) WHERE number = 2",
            "UPDATE call SET item = (SELECT item FROM kept WHERE number = 2) WHERE number = 3",
            "DROP TABLE kept",
        )
    assert said(called) == [UNASKED.replace("3", "2"), UNASKED]


def test_call_that_is_gone(called: Books) -> None:
    """Numbers follow each other, so one that is missing is found."""
    with unguarded(called.engine) as connection:
        run(connection, "DELETE FROM call WHERE number IN (1, 3)")
    assert said(called) == ["Call 1 is missing.", "Call 3 is missing."]


def test_unreadable_document(called: Books) -> None:
    """A document that cannot be read is a finding like any other, and checking goes on."""
    with unguarded(called.engine) as connection:
        run(connection, "UPDATE document SET body = '{}' WHERE kind = 'call'")
    assert UNSAID in said(called)


@pytest.mark.parametrize(("which", "found"), [("number > 4", 1), ("number > 0", 2)])
def test_last_or_all_calls_are_gone(called: Books, which: str, found: int) -> None:
    """Neither the last row nor all of them can go, for their documents are still there."""
    with unguarded(called.engine) as connection:
        run(connection, f"DELETE FROM call WHERE {which}")  # noqa: S608 - no input
    words = said(called)
    assert len(words) == found
    assert all(each.endswith("is a call of which the register has no row.") for each in words)
