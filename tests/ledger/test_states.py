"""Who takes part: spans of days within which neither members nor opt-outs change."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.states import FOUNDERS, members_between, members_on, opted_out
from tests.books import Books
from tests.documents import booked

FIRST, LAST = date(2018, 1, 1), date(2018, 12, 31)


def parts(session: Session, first: str, last: str) -> list[tuple[str, str, str]]:
    """Write the parts of a span: first day, last day, members."""
    found = members_between(session, date.fromisoformat(first), date.fromisoformat(last))
    return [(str(start), str(end), " ".join(members)) for start, end, members in found]


@pytest.fixture
def changing(session: Session, books: Books) -> Books:
    """Books in which Austria comes, Hungary leaves and comes back, and Slovakia leaves."""
    booked(session, books, "accession", joined_on="2018-04-01")
    booked(session, books, "withdrawal", left_on="2018-06-30")
    booked(session, books, "accession", acceding_state="HU", joined_on="2018-10-01")
    booked(session, books, "withdrawal", state="SK", left_on="2018-12-31")
    return books


def test_members_change_within_a_span(session: Session, changing: Books) -> None:
    """A span is parted on each day on which somebody joins, and on each day after a last one."""
    assert parts(session, "2018-01-01", "2019-01-31") == [
        ("2018-01-01", "2018-03-31", "CZ HU PL SK"),
        ("2018-04-01", "2018-06-30", "AT CZ HU PL SK"),
        ("2018-07-01", "2018-09-30", "AT CZ PL SK"),
        ("2018-10-01", "2018-12-31", "AT CZ HU PL SK"),
        ("2019-01-01", "2019-01-31", "AT CZ HU PL"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "members"),
    [
        ("2018-04-01", "2018-06-30", "AT CZ HU PL SK"),
        ("2018-06-30", "2018-06-30", "AT CZ HU PL SK"),
        ("2018-07-01", "2018-07-01", "AT CZ PL SK"),
        ("2016-01-01", "2016-11-20", ""),
        ("2019-01-01", "9999-12-31", "AT CZ HU PL"),
    ],
)
def test_members_stay(
    session: Session, changing: Books, first: str, last: str, members: str
) -> None:
    """Where nothing changes the span is one part; before the founding nobody takes part."""
    assert parts(session, first, last) == [(first, last, members)]


def test_parts_are_the_members_of_their_days(session: Session, changing: Books) -> None:
    """Parts follow one another, cover the span, and hold on each of their days."""
    found = members_between(session, FIRST, LAST)
    days = [
        (start + timedelta(days=count), members)
        for start, end, members in found
        for count in range((end - start).days + 1)
    ]
    assert [day for day, _ in days] == [FIRST + timedelta(days=count) for count in range(365)]
    assert all(members_on(session, day) == members for day, members in days[::30])


def test_back_on_the_next_day(session: Session, books: Books) -> None:
    """Who leaves and is back on the next day was never away."""
    booked(session, books, "withdrawal", left_on="2018-06-30")
    booked(session, books, "accession", acceding_state="HU", joined_on="2018-07-01")
    assert members_between(session, FIRST, LAST) == [(FIRST, LAST, FOUNDERS)]


def test_opt_outs_change_within_a_span(session: Session, books: Books) -> None:
    """A span is parted where somebody stops or begins again to share in an activity."""
    booked(session, books, "opt_out", from_on="2018-03-01", until_on="2018-05-31")
    booked(session, books, "opt_out", state="HU", from_on="2018-05-01", until_on="2018-05-31")
    booked(session, books, "opt_out", activity="information", from_on="2018-12-31")
    assert opted_out(session, FIRST, LAST) == [
        (FIRST, date(2018, 2, 28), {}),
        (date(2018, 3, 1), date(2018, 4, 30), {"third_countries": ("SK",)}),
        (date(2018, 5, 1), date(2018, 5, 31), {"third_countries": ("HU", "SK")}),
        (date(2018, 6, 1), date(2018, 12, 30), {}),
        (date(2018, 12, 31), date(2018, 12, 31), {"information": ("SK",)}),
    ]


def test_one_query_each(session: Session, changing: Books) -> None:
    """However often members change, they are asked for once."""
    asked: list[str] = []
    connection = session.connection()
    listener = lambda *said: asked.append(said[2])  # noqa: E731 - SQLAlchemy takes any callable
    sa.event.listen(connection, "before_cursor_execute", listener)
    members_between(session, FIRST, LAST)
    opted_out(session, FIRST, LAST)
    sa.event.remove(connection, "before_cursor_execute", listener)
    assert len(asked) == 2
