"""Arrears by age: everything owed is in one bucket, and the buckets add up to the accounts."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.ageing import OWED, age_of, ageing
from ledger.balances import Selection, cutoff, total_in_euro
from ledger.journal import NewPosting, post
from ledger.vocabulary import Age
from tests.books import NOW, Books, entry, line
from tests.documents import booked

DAY = date(2017, 6, 30)

EDGES = [
    (-1, Age.NOT_DUE),
    (0, Age.NOT_DUE),
    (1, Age.TO_30),
    (30, Age.TO_30),
    (31, Age.TO_90),
    (90, Age.TO_90),
    (91, Age.TO_365),
    (365, Age.TO_365),
    (366, Age.OVER_1_YEAR),
    (730, Age.OVER_1_YEAR),
    (731, Age.OVER_2_YEARS),
    (99999, Age.OVER_2_YEARS),
]


@pytest.mark.parametrize(("days", "age"), EDGES)
def test_ages(days: int, age: Age) -> None:
    """The last day of each age belongs to it; what is due today is not yet overdue."""
    assert age_of(days) is age


def owed(session: Session, books: Books, *postings: NewPosting, key: str, on: date = DAY) -> None:
    """Post what a state owes, against the surplus."""
    euro = sum((each.euro for each in postings), Decimal(0))
    post(session, entry(key, *postings, line("3010", f"{-euro}"), on=on), **books.hands, now=NOW)


def aged(session: Session, on: date) -> list[str]:
    """Write what is owed on a day: state, account, euro, since when due, age, call."""
    found = ageing(session, cutoff(session, on)).items
    parts = [(each.item.state, each.item.account, each.item.euro, each) for each in found]
    return [" ".join(map(str, (*said, e.due_on, e.age, e.call))) for *said, e in parts]


def test_since_when_it_is_due(session: Session, books: Books) -> None:
    """Due is a call by its own day, an instalment by its, and anything else when it began."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="400.00")
    instalment = NewPosting(
        account="1120",
        amount=Decimal("50.00"),
        euro=Decimal("50.00"),
        state="PL",
        item="pledge:1",
        due_on=date(2017, 2, 15),
    )
    owed(session, books, instalment, key="pledge", on=date(2017, 1, 9))
    booked(session, books, "call")
    booked(session, books, amount="30.00", against="assessment", value_on="2017-03-06")
    states = [each for each in aged(session, date(2017, 3, 10)) if each.startswith("PL")]
    assert states == [
        "PL 1120 50.00 2017-02-15 1_to_30 None",
        "PL 1110 70.00 2017-03-03 1_to_30 2017/3-PL",
    ]
    assert "PL 1110 100.00 2017-01-02 1_to_30 None" in aged(session, date(2017, 1, 31))
    assert "PL 1110 100.00 2017-03-03 not_due 2017/3-PL" in aged(session, date(2017, 2, 1))


def test_what_is_settled_is_not_owed(session: Session, books: Books) -> None:
    """An item that was paid is gone, and as of the day before it is there."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="400.00")
    booked(session, books, against="assessment", value_on="2017-03-06")
    found = ageing(session, cutoff(session, date(2017, 3, 6)))
    assert found.states == ("CZ", "HU", "SK")
    assert [each.item.state for each in found.of("CZ")] == ["CZ"]
    assert "PL" in ageing(session, cutoff(session, date(2017, 3, 5))).states


DEBTS = st.lists(
    st.tuples(
        st.sampled_from(OWED),
        st.sampled_from(["CZ", "HU", "PL", "SK"]),
        st.integers(1, 10**9),
        st.integers(-800, 800),
        st.booleans(),
    ),
    max_size=8,
)


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(debts=DEBTS)
def test_buckets_add_up(
    session: Session, books: Books, debts: list[tuple[str, str, int, int, bool]]
) -> None:
    """States and ages add up to what the accounts hold, in every way of summing."""
    at_point = session.begin_nested()
    for number, (account, state, cents, days, is_part) in enumerate(debts):
        item, euro = f"{account}:{number}", Decimal(cents) / 100
        begun = NewPosting(
            account=account,
            amount=euro,
            euro=euro,
            state=state,
            item=item,
            due_on=DAY + timedelta(days=days),
        )
        owed(session, books, begun, key=f"begun {number}")
        if is_part:
            paid = line(account, f"{-euro / 2:.2f}", state=state, item=item)
            if paid.amount:
                owed(session, books, paid, key=f"paid {number}")
    at = cutoff(session, DAY)
    found = ageing(session, at)
    assert found.total() == total_in_euro(session, at, Selection(accounts=OWED))
    for state in ("CZ", "HU", "PL", "SK"):
        held = total_in_euro(session, at, Selection(accounts=OWED, state=state))
        assert found.total(state=state) == held
        assert sum(found.total(state=state, age=age) for age in Age) == held
        assert sum((each.item.euro for each in found.of(state)), Decimal(0)) == held
    for age in Age:
        assert sum(found.total(state=each, age=age) for each in found.states) == found.total(
            age=age
        )
    at_point.rollback()
