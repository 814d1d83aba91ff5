"""Reminders: who is late, by how much, and how often it was told so."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from ledger.approvals import proposal
from ledger.balances import cutoff
from ledger.calls import UnknownCallError
from ledger.entries import JournalEntry
from ledger.errors import InputErrors
from ledger.reminders import NotOverdueError, overdue, sent
from tests.books import Books
from tests.documents import booked, made, proposed

PAID = {"against": "assessment", "value_on": "2017-03-13"}


@pytest.fixture
def called(session: Session, books: Books) -> Books:
    """Books in which calls 1 to 4 ask EUR 100.00 each by 3 March 2017."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="400.00")
    booked(session, books, "call")
    return books


def late(session: Session, on: str) -> list[str]:
    """Write who is late on a day: number, open, days, next level."""
    at = cutoff(session, date.fromisoformat(on))
    return [
        f"{each.call.name} {each.open} {each.days} {each.level}" for each in overdue(session, at)
    ]


def test_who_is_late(session: Session, called: Books) -> None:
    """A call is overdue from the day after its last, with what is open of it."""
    booked(session, called, amount="40.00", **PAID)
    booked(session, called, state="CZ", **PAID)
    assert late(session, "2017-03-03") == []
    assert len(late(session, "2017-03-04")) == 4
    assert late(session, "2017-03-14") == [
        "2017/2-HU 100.00 11 1",
        "2017/3-PL 60.00 11 1",
        "2017/4-SK 100.00 11 1",
    ]


def test_levels_count_up(session: Session, called: Books) -> None:
    """Each reminder of a call is of the next level, posts nothing, and is kept as it was sent."""
    before = session.query(JournalEntry).count()
    said = {"call": "2017/3-pl"}
    assert proposed(session, called, "reminder", **said) == ""
    effect = proposal(session, made(session, called, "reminder", **said)).effect
    assert effect == {"call": "2017/3-PL", "reminder_level": 1}
    assert booked(session, called, "reminder", **said) == []
    booked(session, called, "reminder", call="2017/4-SK")
    again = made(session, called, "reminder", **said | {"sent_on": "2017-05-02"})
    assert proposal(session, again).effect["reminder_level"] == 2
    booked(session, called, "reminder", **said | {"sent_on": "2017-05-02"})
    assert [(each.call, each.level) for each in sent(session)] == [
        ("2017/3-PL", 1),
        ("2017/4-SK", 1),
        ("2017/3-PL", 2),
    ]
    assert session.query(JournalEntry).count() == before
    assert "2017/3-PL 100.00 61 3" in late(session, "2017-05-03")
    assert "2017/3-PL 100.00 31 2" in late(session, "2017-04-03")


def test_nobody_is_reminded_in_vain(session: Session, called: Books) -> None:
    """What is not due, or paid, or was never called, is not asked for again."""
    named = {"call": "2017/3-PL"}
    with pytest.raises(NotOverdueError, match="it is due on 2017-03-03"):
        proposed(session, called, "reminder", **named, sent_on="2017-03-03")
    proposed(session, called, "reminder", **named, sent_on="2017-03-04")
    booked(session, called, **PAID)
    proposed(session, called, "reminder", **named, sent_on="2017-03-12")
    with pytest.raises(NotOverdueError):
        proposed(session, called, "reminder", **named, sent_on="2017-03-13")
    with pytest.raises(UnknownCallError):
        proposed(session, called, "reminder", call="2017/5-PL")
    with pytest.raises(InputErrors, match="call: “17” is not a number of a call"):
        made(session, called, "reminder", call="17")


def test_open_is_what_is_left(session: Session, called: Books) -> None:
    """What a payment leaves open is asked for again, to the cent."""
    booked(session, called, amount="99.99", **PAID)
    [poland] = [
        each
        for each in overdue(session, cutoff(session, date(2017, 4, 3)))
        if each.call.state_code == "PL"
    ]
    assert poland.open == Decimal("0.01")
