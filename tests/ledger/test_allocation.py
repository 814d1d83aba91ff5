"""Assessments and allocation runs: who is asked, and whose cost it was (books.md rows 3, 17)."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.approvals import approve_all
from ledger.balances import Cutoff, cutoff
from ledger.documents import submit_all
from ledger.equity import equity_balances
from ledger.errors import FutureEntryError, NothingToAllocateError, OverlappingAllocationError
from ledger.money import ZERO
from ledger.states import Membership
from tests.books import NOW, Books
from tests.documents import booked, made, proposed

END = date(2026, 12, 31)


def shares(session: Session) -> dict[str, Decimal]:
    """Each state's fair share of all that was shared so far, in euro."""
    balances = equity_balances(session, cutoff(session, END))
    return {each.state: each.fair_share_total for each in balances}


def test_assessment(session: Session, books: Books) -> None:
    """Row 3: the design's own example, EUR 1,000,000 by population and GDP of 2016."""
    assert proposed(session, books, "assessment") == (
        "1110 CZ 193,475.52 EUR 193,475.52\n"
        "4010 CZ -193,475.52 EUR -193,475.52\n"
        "1110 HU 149,542.88 EUR 149,542.88\n"
        "4010 HU -149,542.88 EUR -149,542.88\n"
        "1110 PL 563,858.44 EUR 563,858.44\n"
        "4010 PL -563,858.44 EUR -563,858.44\n"
        "1110 SK 93,123.16 EUR 93,123.16\n"
        "4010 SK -93,123.16 EUR -93,123.16"
    )


def test_common_cost_is_own_cost_and_gifts_in_kind(session: Session, books: Books) -> None:
    """Own cost and the credit value of what was given in kind are shared; cash is not a cost."""
    booked(session, books, "cost", amount="60.00")
    booked(session, books, form="goods", amount="50.00", credit_value="40.00")
    booked(session, books, amount="1000.00")
    booked(session, books, "allocation")
    assert shares(session) == dict.fromkeys(("CZ", "HU", "PL", "SK"), Decimal("25.00"))


def test_equity_balances_sum_to_what_is_unspent(session: Session, books: Books) -> None:
    """All balances together are the contributions not yet turned into cost."""
    booked(session, books, "cost", amount="60.00")
    booked(session, books, amount="1000.00")
    booked(session, books, "allocation")
    balances = equity_balances(session, cutoff(session, END))
    assert sum((each.balance for each in balances), ZERO) == Decimal("940.00")
    assert [each.balance for each in balances if each.state == "PL"] == [Decimal("985.00")]


def test_second_run_adds_nothing(session: Session, books: Books) -> None:
    """A span whose costs are all shared has nothing left to share."""
    booked(session, books, "cost")
    booked(session, books, "allocation")
    with pytest.raises(NothingToAllocateError, match="operations from 2017-01-01 to 2017-12-31"):
        proposed(session, books, "allocation", description="again")


def test_runs_are_cumulative(session: Session, books: Books) -> None:
    """After any number of runs each state bears its share of the whole, to the cent."""
    for month in range(1, 13):
        booked(session, books, "cost", amount="0.10", incurred_on=f"2017-{month:02}-01")
        booked(session, books, "allocation", until_on=f"2017-{month:02}-28")
    assert shares(session) == dict.fromkeys(("CZ", "HU", "PL", "SK"), Decimal("0.30"))


def test_a_late_cost_is_shared_by_the_next_run(session: Session, books: Books) -> None:
    """A cost learned of later joins the span of its date, and only the difference is posted."""
    booked(session, books, "cost", amount="100.00")
    booked(session, books, "allocation")
    known = cutoff(session, END).known_number
    booked(session, books, "cost", amount="8.00", description="the late one")
    booked(session, books, "allocation", description="again")
    assert shares(session)["PL"] == Decimal("27.00")
    before = equity_balances(session, Cutoff(END, known))
    assert before[0].fair_share_total == Decimal("25.00")


def test_a_reversed_cost_is_given_back(session: Session, books: Books) -> None:
    """When a cost is reversed the next run gives its shares back."""
    posted = booked(session, books, "cost", amount="100.00")
    booked(session, books, "allocation")
    reversal = {"number": posted[0].number, "effective_on": "2017-04-01", "reason": "twice"}
    booked(session, books, "reversal", **reversal)
    booked(session, books, "allocation", description="again")
    assert set(shares(session).values()) == {ZERO}


@pytest.mark.parametrize(
    "fields",
    [
        {"formula": "pop-gdp-50-50"},
        {"from_on": "2017-02-01"},
        {"until_on": "2017-06-30"},
        {"formula": "pop-gdp-50-50", "from_on": "2017-12-31", "until_on": "2018-12-31"},
    ],
)
def test_one_span_one_scale(session: Session, books: Books, fields: dict[str, str]) -> None:
    """Costs of a span are shared by one scale, from the same first day, and onwards only."""
    booked(session, books, "cost")
    booked(session, books, "allocation")
    with pytest.raises(OverlappingAllocationError, match="from 2017-01-01 to 2017-12-31"):
        proposed(session, books, "allocation", **fields)


def test_purposes_are_pools_of_their_own(session: Session, books: Books) -> None:
    """Set-up may be shared equally while operations go by population and GDP."""
    booked(session, books, "cost", amount="100.00", purpose="setup")
    booked(session, books, "cost", amount="100.00")
    booked(session, books, "allocation", purpose="setup")
    booked(session, books, "allocation", formula="pop-gdp-50-50")
    assert shares(session) == {
        "CZ": Decimal("44.35"),
        "HU": Decimal("39.95"),
        "PL": Decimal("81.39"),
        "SK": Decimal("34.31"),
    }


def test_two_runs_in_one_list(session: Session, books: Books) -> None:
    """Of two runs approved in one list the second sees what the first has shared."""
    booked(session, books, "cost")
    runs = [made(session, books, "allocation", description=each) for each in ("one", "two")]
    submit_all(session, runs, by=books.office, now=NOW)
    with pytest.raises(NothingToAllocateError):
        approve_all(session, runs, by=books.coordinator, now=NOW)


def test_a_reversed_run_makes_room_for_another_scale(session: Session, books: Books) -> None:
    """A run that was undone is as if it had never been, whatever the day of its reversal."""
    booked(session, books, "cost")
    [run] = booked(session, books, "allocation")
    reversal = {"number": run.number, "effective_on": "2018-02-15", "reason": "the wrong scale"}
    booked(session, books, "reversal", **reversal)
    booked(session, books, "allocation", formula="pop-gdp-50-50")
    assert shares(session)["PL"] == Decimal("56.39")
    later = {"from_on": "2018-01-01", "until_on": "2018-12-31"}
    with pytest.raises(NothingToAllocateError):
        proposed(session, books, "allocation", **later)


def test_nothing_is_made_when_a_state_leaves(session: Session, books: Books) -> None:
    """A state found to have left before the span is given back what it was charged."""
    booked(session, books, "cost", amount="400.00")
    booked(session, books, "allocation")
    session.execute(
        sa.update(Membership)
        .where(Membership.state_code == "SK")
        .values(left_on=date(2016, 12, 31))
    )
    booked(session, books, "cost", amount="200.00", description="one more")
    booked(session, books, "allocation", description="again")
    assert sum(shares(session).values()) == Decimal("600.00")
    assert shares(session)["SK"] == ZERO


def test_what_has_not_happened_is_not_posted(session: Session, books: Books) -> None:
    """An event of a day to come waits for that day."""
    with pytest.raises(FutureEntryError, match="2026-12-24 is in the future"):
        booked(session, books, value_on="2026-12-24")
