"""True-ups: a surplus goes back by the scale that earned it, a deficit is asked (rows 14a, 14c)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.approvals import proposal
from ledger.balances import Selection, cutoff, total_in_euro
from ledger.errors import InputErrors
from ledger.open_items import open_items
from ledger.results import year_result
from ledger.scales import NoScaleError
from ledger.true_ups import NoSuchSurplusError
from ledger.vocabulary import Purpose
from tests.books import LAST_DAY, Books
from tests.documents import booked, made, proposed

TABLE = """\
name = "table"
title = "Two weigh more"
basis = "a table"
source = "this test"

[[terms]]
name = "equal"
label = "equal share"
transform = "equal"
"""


@pytest.fixture
def shared(session: Session, books: Books) -> Books:
    """Books with equal shares of operations from the founding on."""
    booked(session, books, "scale")
    return books


@pytest.fixture
def earned(session: Session, shared: Books) -> Books:
    """Books in which 2017 left 300 euro of operations: 400 given and 100 spent."""
    booked(session, shared, amount="400.00")
    booked(session, shared, "cost")
    return shared


def left(session: Session, year: int = 2017, purpose: Purpose = Purpose.OPERATIONS) -> str:
    """Say what is left of a year."""
    return str(year_result(session, purpose, year))


def test_surplus_of_an_earlier_year(session: Session, earned: Books) -> None:
    """It comes out of the accumulated surplus, and each state is credited its part."""
    assert proposed(session, earned, "true_up", amount="100.02") == (
        "3010 -- 100.02 EUR 100.02\n"
        "2050 CZ -25.01 EUR -25.01\n"
        "2050 HU -25.01 EUR -25.01\n"
        "2050 PL -25.00 EUR -25.00\n"
        "2050 SK -25.00 EUR -25.00"
    )


def test_surplus_of_the_same_year(session: Session, earned: Books) -> None:
    """Within the year it lessens the year's revenue, state by state."""
    assert proposed(session, earned, "true_up", declared_on="2017-12-31") == (
        "4110 CZ 25.00 EUR 25.00\n2050 CZ -25.00 EUR -25.00\n"
        "4110 HU 25.00 EUR 25.00\n2050 HU -25.00 EUR -25.00\n"
        "4110 PL 25.00 EUR 25.00\n2050 PL -25.00 EUR -25.00\n"
        "4110 SK 25.00 EUR 25.00\n2050 SK -25.00 EUR -25.00"
    )


def test_deficit(session: Session, shared: Books) -> None:
    """What a year lacked is asked of the states, as if it had been assessed."""
    booked(session, shared, "cost")
    assert proposed(session, shared, "true_up", result="deficit") == (
        "1110 CZ 25.00 EUR 25.00\n4010 CZ -25.00 EUR -25.00\n"
        "1110 HU 25.00 EUR 25.00\n4010 HU -25.00 EUR -25.00\n"
        "1110 PL 25.00 EUR 25.00\n4010 PL -25.00 EUR -25.00\n"
        "1110 SK 25.00 EUR 25.00\n4010 SK -25.00 EUR -25.00"
    )


def test_by_the_scales_that_earned_it(session: Session, shared: Books) -> None:
    """Days with a fifth state are shared by five, as they were when they were earned."""
    booked(session, shared, "accession", joined_on="2017-07-01")
    booked(session, shared, "scale", valid_from="2017-07-01")
    booked(session, shared, amount="400.00")
    # 181 days by four and 184 by five: 365 euro, so that each day is a euro.
    assert proposed(session, shared, "true_up", amount="365.00") == (
        "3010 -- 365.00 EUR 365.00\n"
        "2050 AT -36.80 EUR -36.80\n"
        "2050 CZ -82.05 EUR -82.05\n"
        "2050 HU -82.05 EUR -82.05\n"
        "2050 PL -82.05 EUR -82.05\n"
        "2050 SK -82.05 EUR -82.05"
    )


def test_first_year_begins_with_the_mechanism(session: Session, shared: Books) -> None:
    """Of 2016 only the days from the founding on are shared."""
    assert "1110 SK 25.00" in proposed(session, shared, "true_up", year="2016", result="deficit")


def test_no_scale_no_true_up(session: Session, books: Books) -> None:
    """Days on which no scale was in force cannot be shared."""
    with pytest.raises(NoScaleError):
        proposed(session, books, "true_up", result="deficit")


def test_declared_before_the_year(session: Session, shared: Books) -> None:
    """No year is trued up before it has begun."""
    with pytest.raises(InputErrors, match="before the year itself"):
        proposed(session, shared, "true_up", declared_on="2016-12-31", result="deficit")


# Never more than there is


def test_no_more_than_the_books_show(session: Session, earned: Books) -> None:
    """A surplus is at most what is left, and what was declared is left no more."""
    with pytest.raises(NoSuchSurplusError, match=r"show EUR 300\.00 left of 2017, and EUR 300\.01"):
        proposed(session, earned, "true_up", amount="300.01")
    booked(session, earned, "true_up", amount="200.00")
    with pytest.raises(NoSuchSurplusError, match=r"show EUR 100\.00 left of 2017"):
        proposed(session, earned, "true_up", amount="100.01", description="Again")
    booked(session, earned, "true_up", amount="100.00", declared_on="2017-12-31")
    assert left(session) == "0.00"


def test_a_reversed_true_up_is_left_again(session: Session, earned: Books) -> None:
    """What was declared in error may be declared again."""
    [entry] = booked(session, earned, "true_up", amount="300.00")
    undo = {"number": entry.number, "effective_on": "2018-04-01", "reason": "Wrong year"}
    booked(session, earned, "reversal", **undo)
    assert left(session) == "300.00"


def test_deficit_counts_for_its_own_year(session: Session, shared: Books) -> None:
    """What 2018 is asked for 2017 makes 2017 level, and no surplus of 2018."""
    booked(session, shared, "cost")
    assert left(session) == "-100.00"
    booked(session, shared, "true_up", result="deficit")
    assert (left(session), left(session, 2018)) == ("0.00", "0.00")


COUNTS: list[tuple[str, dict[str, Any], str]] = [
    ("contribution", {}, "100.00"),
    ("contribution", {"purpose": "setup"}, "0"),
    ("contribution", {"value_on": "2018-01-01"}, "0"),
    ("contribution", {"form": "goods", "treatment": "consumed"}, "0"),
    ("contribution", {"form": "services", "recognised": True, "treatment": None}, "0"),
    ("assessment", {"amount": "77.00"}, "77.00"),
    ("cost", {}, "-100.00"),
    ("cost", {"treatment": "equipment"}, "-100.00"),
    ("cost", {"incurred_on": "2017-12-31", "borne_by": "SK"}, "-100.00"),
    ("cost", {"incurred_on": "2016-12-31"}, "0"),
    ("prefinancing", {}, "-100.00"),
]


@pytest.mark.parametrize(("kind", "fields", "result"), COUNTS)
def test_what_counts(
    session: Session, shared: Books, kind: str, fields: dict[str, Any], result: str
) -> None:
    """Money given and spent for that purpose in that year counts, and nothing in kind."""
    booked(session, shared, kind, **fields)
    assert Decimal(left(session)) == Decimal(result)


def test_exchange_differences_count(session: Session, shared: Books) -> None:
    """What the payment of a foreign invoice cost more than it stood at lessens what is left."""
    booked(session, shared, currency="CZK", amount="2600.00")
    booked(session, shared, "cost", currency="CZK", amount="1300.00", paid_on="2017-03-10")
    assert left(session) == "50.00"


def test_reversals_count(session: Session, earned: Books) -> None:
    """An invoice undone in its year was none."""
    [cost] = booked(session, earned, "cost", amount="50.00")
    undo = {"number": cost.number, "effective_on": "2017-04-01", "reason": "Twice"}
    booked(session, earned, "reversal", **undo)
    assert left(session) == "300.00"


def test_the_close_changes_nothing(session: Session, earned: Books) -> None:
    """What is left of a year is the same after its close."""
    booked(session, earned, "year_end")
    assert left(session) == "300.00"
    assert "3010 -- 300.00" in proposed(session, earned, "true_up", amount="300.00")


# Laws


def test_parts_add_up(session: Session, earned: Books) -> None:
    """To the cent, whatever the sum: what the states are credited or asked is what was declared."""
    booked(session, earned, "accession", joined_on="2017-07-01")
    booked(session, earned, "scale", valid_from="2017-07-01")

    @given(st.integers(1, 300_00), st.sampled_from(["surplus", "deficit"]))
    def law(cents: int, result: str) -> None:
        amount = Decimal(cents) / 100
        with session.begin_nested() as attempt:
            document = made(session, earned, "true_up", amount=str(amount), result=result)
            [entry] = proposal(session, document).entries
            attempt.rollback()
        items = [each.euro for each in entry.postings if each.item]
        assert abs(sum(items, Decimal(0))) == amount
        assert sum(each.euro for each in entry.postings) == 0

    law()


def test_a_revised_scale_is_deltas_that_sum_to_zero(session: Session, shared: Books) -> None:
    """Row 14c, revised key: some are asked for more, others credited, and it adds up to nothing."""
    [asked] = booked(
        session, shared, "assessment", amount="400.00", from_on="2017-01-01", until_on="2017-12-31"
    )
    booked(session, shared, "accession", joined_on="2017-07-01")
    booked(session, shared, "scale", valid_from="2017-07-01")
    before = total_in_euro(session, cutoff(session, LAST_DAY), Selection(accounts=("4010",)))
    booked(session, shared, "reassessment", number=asked.number)
    after = total_in_euro(session, cutoff(session, LAST_DAY), Selection(accounts=("4010",)))
    assert before == after
    found = open_items(session, cutoff(session, LAST_DAY), accounts=("1110", "2050"))
    deltas = {f"{i.account} {i.state}": i.amount for i in found if i.number != asked.number}
    assert deltas == {
        "1110 AT": Decimal("40.33"),
        "2050 CZ": Decimal("10.08"),
        "2050 HU": Decimal("10.08"),
        "2050 PL": Decimal("10.08"),
        "2050 SK": Decimal("10.09"),
    }
