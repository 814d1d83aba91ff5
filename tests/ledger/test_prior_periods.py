"""Prior periods: what a closed period learned too late is posted on an open day, and says when."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.approvals import approve_all, proposal
from ledger.balances import entry_lines
from ledger.entries import JournalEntry
from ledger.errors import ClosedPeriodError, InputErrors, NoPeriodError
from ledger.imports import import_file
from ledger.periods import advance
from ledger.prior_periods import LateEventError, NotPriorError
from ledger.verification import verify
from tests.books import NOW, Books, opened
from tests.documents import booked, made, proposed
from tests.rates import published

LATE = {"posted_on": "2017-01-02"}
OF_2016 = {"incurred_on": "2016-12-30"}
KINDS: list[tuple[str, dict[str, Any]]] = [
    ("cost", OF_2016),
    ("prefinancing", OF_2016 | {"completed_on": "2017-01-01", "claimed_on": "2017-02-01"}),
    ("contribution", {"value_on": "2016-12-30"}),
    ("contribution", {"value_on": "2016-12-30", "form": "goods"}),
]


@pytest.fixture
def books(engine: Engine, request: pytest.FixtureRequest) -> Books:
    """Books of one period, or of 2016 by itself where that is to be closed."""
    return opened(engine, first_year="closed" in request.fixturenames)


@pytest.fixture
def closed(session: Session, books: Books) -> Books:
    """Books whose year 2016 is closed, and that share operations in equal parts."""
    booked(session, books, "scale")
    advance(session, date(2016, 1, 1), now=NOW)
    advance(session, date(2016, 1, 1), now=NOW)
    return books


@pytest.mark.parametrize(("kind", "fields"), KINDS)
def test_entry(session: Session, closed: Books, kind: str, fields: dict[str, Any]) -> None:
    """It takes effect on the open day, and says when it happened."""
    [entry] = proposal(session, made(session, closed, kind, **fields, **LATE)).entries
    assert (entry.effective_on, entry.occurred_on) == (date(2017, 1, 2), date(2016, 12, 30))
    [posted] = booked(session, closed, kind, **fields, **LATE)
    lines = entry_lines(session, [posted.number])
    assert {each.occurred_on for each in lines} == {date(2016, 12, 30)}
    assert verify(session).findings == ()


@pytest.mark.parametrize(("kind", "fields"), KINDS)
def test_remedy(session: Session, closed: Books, kind: str, fields: dict[str, Any]) -> None:
    """Without a day to post it on, the refusal says what to do."""
    with pytest.raises(LateEventError, match=r"give an open day under “Posted on”"):
        proposed(session, closed, kind, **fields)


@pytest.mark.parametrize(("kind", "fields"), KINDS)
def test_open_period(session: Session, books: Books, kind: str, fields: dict[str, Any]) -> None:
    """What can be posted on its own day is."""
    with pytest.raises(NotPriorError, match="2016-12-30 is open"):
        proposed(session, books, kind, **fields, **LATE)


REFUSED: list[tuple[str, type[Exception], str]] = [
    ("2016-12-31", ClosedPeriodError, "2016-12-31 lies in the period"),
    ("2016-12-30", InputErrors, "is not after the day itself"),
    ("2016-12-29", InputErrors, "is not after the day itself"),
    ("2031-01-01", NoPeriodError, "2031-01-01"),
]


@pytest.mark.parametrize(("posted_on", "refusal", "words"), REFUSED)
@pytest.mark.parametrize(("kind", "fields"), KINDS)
def test_day_to_post_on(
    *,
    session: Session,
    closed: Books,
    kind: str,
    fields: dict[str, Any],
    posted_on: str,
    refusal: type[Exception],
    words: str,
) -> None:
    """The day is later than its own, and open."""
    with pytest.raises(refusal, match=words):
        proposed(session, closed, kind, **fields, posted_on=posted_on)


def test_no_period_of_its_own(session: Session, closed: Books) -> None:
    """Before the books began there is no period to be late for."""
    with pytest.raises(NoPeriodError):
        proposed(session, closed, "cost", incurred_on="2015-12-30", **LATE)


def test_rate_of_its_own_day(session: Session, closed: Books) -> None:
    """It is translated as of the day on which it happened."""
    published(session, {date(2016, 12, 30): {"PLN": "5.0000"}}, now=NOW)
    said = proposed(session, closed, "cost", **OF_2016, **LATE, currency="PLN", amount="100.00")
    assert said.startswith("5020 -- 20.00 EUR 20.00\n")


@pytest.mark.parametrize(
    ("paid_on", "days"),
    [
        ("2016-12-31", ["2017-01-03 2016-12-30", "2017-01-03 2016-12-31"]),
        ("2017-01-03", ["2017-01-03 2016-12-30", "2017-01-03 None"]),
        ("2017-01-04", ["2017-01-03 2016-12-30", "2017-01-04 None"]),
    ],
)
def test_payment(session: Session, closed: Books, paid_on: str, days: list[str]) -> None:
    """Money is paid on its own day, or with the invoice where that is posted later."""
    booked(session, closed, value_on="2017-01-02", amount="500.00")
    late = {**OF_2016, "posted_on": "2017-01-03", "paid_on": paid_on}
    entries = proposal(session, made(session, closed, "cost", **late)).entries
    assert [f"{each.effective_on} {each.occurred_on}" for each in entries] == days


def test_payment_on_an_open_day_before(session: Session, closed: Books) -> None:
    """An invoice is not posted after the open day on which it was paid."""
    with pytest.raises(NotPriorError, match="2017-01-02 is open"):
        proposed(session, closed, "cost", **OF_2016, posted_on="2017-01-03", paid_on="2017-01-02")


def test_shared_by_the_scale_of_its_own_day(session: Session, closed: Books) -> None:
    """A cost of closed 2016 is shared by those of 2016, and the run is posted on an open day."""
    booked(session, closed, "accession", joined_on="2017-01-01")
    booked(session, closed, "scale", valid_from="2017-01-01")
    booked(session, closed, "cost", amount="50.00")
    booked(session, closed, "cost", **OF_2016, **LATE)
    document = made(session, closed, "allocation")
    entries = proposal(session, document).entries
    shares = [
        [f"{each.state} {each.amount}" for each in entry.postings if each.account == "8020"]
        for entry in entries
    ]
    assert shares == [
        ["CZ 25.00", "HU 25.00", "PL 25.00", "SK 25.00"],
        ["AT 10.00", "CZ 10.00", "HU 10.00", "PL 10.00", "SK 10.00"],
    ]
    assert [each.effective_on for each in entries] == [date(2017, 12, 31)] * 2
    booked(session, closed, "allocation")
    assert verify(session).findings == ()


def test_reversal_goes_back_to_its_own_day(session: Session, closed: Books) -> None:
    """Undone, it is given back to those who bore it in 2016."""
    booked(session, closed, "accession", joined_on="2017-01-01")
    booked(session, closed, "scale", valid_from="2017-01-01")
    [cost] = booked(session, closed, "cost", **OF_2016, **LATE)
    booked(session, closed, "allocation")
    undo = {"number": cost.number, "effective_on": "2018-02-01", "reason": "Twice"}
    booked(session, closed, "reversal", **undo)
    undone = session.scalars(sa.select(JournalEntry).order_by(JournalEntry.number.desc())).first()
    assert undone is not None
    assert undone.occurred_on == date(2016, 12, 30)
    said = proposed(session, closed, "allocation", until_on="2018-12-31")
    assert "8020 PL -25.00" in said
    assert "AT" not in said


def test_paying_a_debt_late(session: Session, closed: Books) -> None:
    """Cash of a closed period pays what was owed on the day on which it is posted."""
    booked(session, closed, "assessment", assessed_on="2017-01-01", amount="400.00")
    said = {"value_on": "2016-12-30", "against": "assessment", **LATE}
    assert "1110 PL -100.00" in proposed(session, closed, **said)


def rows(*days: tuple[str, str]) -> bytes:
    """Write costs as a file, by their days and when they are posted."""
    head = "purpose,activity,incurred_on,posted_on,currency,amount,supplier,description\n"
    lines = (
        f"operations,information,{on},{posted_on},EUR,{at}.00,Analitica,Analysis"
        for at, (on, posted_on) in enumerate(days, start=1)
    )
    return (head + "\n".join(lines)).encode()


def test_import(session: Session, closed: Books) -> None:
    """A file may hold late rows, and every fault of their days is told at once."""
    good = rows(("2016-12-30", "2017-01-02"), ("2017-01-02", ""))
    made_of = import_file(session, good, filename="costs.csv", by=closed.office, now=NOW)
    posted = approve_all(session, made_of.documents, by=closed.coordinator, now=NOW)
    assert len(posted) == 2
    bad = rows(("2016-12-30", ""), ("2017-01-02", "2017-01-03"), ("2016-12-30", "2016-12-31"))
    with pytest.raises(InputErrors) as refused:
        import_file(session, bad, filename="costs.csv", by=closed.office, now=NOW)
    assert [(each.row, each.field) for each in refused.value.problems] == [
        (2, "incurred_on"),
        (3, "posted_on"),
        (4, "posted_on"),
    ]


def test_any_late_day(session: Session, closed: Books) -> None:
    """Whatever the two days, what is posted is effective on an open day and keeps its own."""

    @given(
        st.dates(date(2016, 1, 1), date(2018, 12, 31)),
        st.none() | st.dates(date(2016, 1, 1), date(2018, 12, 31)),
    )
    def law(on: date, posted_on: date | None) -> None:
        fields = {"incurred_on": on.isoformat(), "posted_on": posted_on and posted_on.isoformat()}
        is_late = on.year == 2016
        may_be = posted_on is not None and posted_on > on and posted_on.year > 2016
        with session.begin_nested() as attempt:
            try:
                document = made(session, closed, "cost", **fields)
                [entry] = proposal(session, document).entries
            except (InputErrors, ClosedPeriodError, NotPriorError):
                assert may_be != is_late or (is_late and not may_be) or posted_on is not None
            else:
                assert is_late == may_be
                assert entry.effective_on.year > 2016
                assert (entry.occurred_on or entry.effective_on) == on
            attempt.rollback()

    law()
