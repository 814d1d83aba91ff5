"""Periods: they do not meet, they go one way, and a step waits for whoever is posting."""

import time
from datetime import date
from threading import Event

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.db import reading, writing
from ledger.errors import ClosedPeriodError, NoPeriodError, PeriodOrderError
from ledger.journal import post
from ledger.periods import Period, PeriodStatus, add_period, advance, first_open
from tests.books import DAY, FIRST_DAY, LAST_DAY, NOW, Books, entry
from tests.threads import at_once


@pytest.mark.parametrize(
    ("from_on", "until_on"),
    [
        (date(2015, 1, 1), FIRST_DAY),
        (LAST_DAY, date(2027, 12, 31)),
        (date(2017, 1, 1), date(2017, 12, 31)),
        (date(2015, 1, 1), date(2027, 12, 31)),
    ],
)
def test_periods_do_not_meet(session: Session, books: Books, from_on: date, until_on: date) -> None:
    """No day is in two periods."""
    with pytest.raises(PeriodOrderError):
        add_period(session, from_on, until_on, now=NOW)


def test_first_open_day(session: Session, books: Books) -> None:
    """What cannot be posted on its own day is posted on the first open one, if there is any."""
    add_period(session, date(2015, 1, 1), date(2015, 12, 31), now=NOW)
    for _step in range(2):
        advance(session, date(2015, 1, 1), now=NOW)
    early = date(2015, 3, 1)
    assert first_open(session, [DAY, early]) == {early: FIRST_DAY, DAY: DAY}
    advance(session, DAY, now=NOW)
    with pytest.raises(ClosedPeriodError):
        first_open(session, [early])
    with pytest.raises(NoPeriodError):
        first_open(session, [date(2027, 1, 1)])


def test_period_goes_one_way(session: Session, books: Books) -> None:
    """A period goes from open to hold to closed, and no further."""
    steps = [advance(session, DAY, now=NOW).status for _step in range(2)]
    assert steps == [PeriodStatus.HOLD, PeriodStatus.CLOSED]
    with pytest.raises(PeriodOrderError, match="this one is closed"):
        advance(session, DAY, now=NOW)


def test_day_of_no_period(session: Session, books: Books) -> None:
    """Where no period is, none is closed."""
    with pytest.raises(NoPeriodError, match=f"run from {FIRST_DAY} to"):
        advance(session, date(2015, 12, 31), now=NOW)


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_hold_waits_for_who_is_posting(books: Books) -> None:
    """Whoever began to post before a period was put on hold is in it, and nobody after."""
    posted = Event()

    def post_slowly() -> None:
        with writing(books.engine) as session:
            post(session, entry("in time"), **books.hands, now=NOW)
            posted.set()
            while not _somebody_waits(session):
                time.sleep(0.01)

    def put_on_hold() -> None:
        posted.wait()
        with writing(books.engine) as session:
            advance(session, DAY, now=NOW)

    came = at_once(2, lambda number: post_slowly() if number else put_on_hold())
    assert came == [None, None]
    with pytest.raises(ClosedPeriodError), writing(books.engine) as session:
        post(session, entry("late"), **books.hands, now=NOW)
    with reading(books.engine) as session:
        assert session.scalars(sa.select(Period.status)).one() == PeriodStatus.HOLD


def _somebody_waits(session: Session) -> bool:
    query = sa.text(
        "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
        "WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted"
    )
    return bool(session.scalar(query))
