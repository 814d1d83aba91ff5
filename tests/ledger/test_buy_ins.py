"""Buy-ins: a newcomer pays for what is there, and is credited once (books.md rows 18b, 18c)."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.approvals import proposal
from ledger.balances import cutoff
from ledger.burden import NoStatesError
from ledger.contributions import OverpaidBuyInError
from ledger.equity import equity_balances
from ledger.errors import InputErrors, NotAMemberError, OverpaidAssessmentError
from ledger.reversals import PaidAssessmentError, UsedCreditError
from ledger.scales import NoScaleError, StaleScaleError
from ledger.states import members_on
from tests.books import LAST_DAY, Books
from tests.documents import booked, made, proposed

PAID = {"state": "AT", "value_on": "2018-03-01", "against": "buy_in"}

ALONE = """\
name = "alone"
title = "Austria alone"
basis = "a table of one"
source = "this test"
beneficiaries = ["CZ", "HU", "PL", "SK"]

[[terms]]
name = "equal"
label = "equal share"
transform = "equal"
"""


@pytest.fixture
def newcomer(session: Session, books: Books) -> Books:
    """Books of the four founders by equal shares, and of Austria from 2018 on."""
    booked(session, books, "scale")
    booked(session, books, "accession")
    return books


def position(session: Session, state: str) -> Decimal:
    """Give a state's equity balance, above zero when it gave more than its fair share."""
    found = equity_balances(session, cutoff(session, LAST_DAY))
    return {each.state: each.balance for each in found}.get(state, Decimal(0))


def test_incumbents_are_credited(session: Session, newcomer: Books) -> None:
    """The newcomer owes it to the incumbents by their scale, and has given so much for them."""
    assert proposed(session, newcomer, "buy_in", amount="1000.02") == (
        "1110 AT 1,000.02 EUR 1,000.02\n"
        "2050 CZ -250.01 EUR -250.01\n"
        "2050 HU -250.01 EUR -250.01\n"
        "2050 PL -250.00 EUR -250.00\n"
        "2050 SK -250.00 EUR -250.00\n"
        "8020 CZ 250.01 EUR 250.01\n"
        "8020 HU 250.01 EUR 250.01\n"
        "8020 PL 250.00 EUR 250.00\n"
        "8020 SK 250.00 EUR 250.00\n"
        "8020 AT -1,000.02 EUR -1,000.02"
    )


def test_newcomer_is_left_out_of_a_scale_that_holds_it(session: Session, newcomer: Books) -> None:
    """Where the scale in force holds the newcomer, the others share by what it gives them."""
    booked(session, newcomer, "scale", valid_from="2018-01-01")
    said = proposed(session, newcomer, "buy_in")
    assert "2050 SK -250.00 EUR -250.00" in said
    assert "2050 AT" not in said


def test_surplus_of_all(session: Session, newcomer: Books) -> None:
    """What goes to the surplus is credited to nobody in the burden book, and needs no scale."""
    assert proposed(session, newcomer, "buy_in", into="accumulated_surplus", purpose="setup") == (
        "1110 AT 1,000.00 EUR 1,000.00\n3010 AT -1,000.00 EUR -1,000.00"
    )


def test_payment_is_not_credited_again(session: Session, newcomer: Books) -> None:
    """What was credited when it was agreed is discharged without a word in the burden book."""
    booked(session, newcomer, "buy_in")
    assert proposed(session, newcomer, **PAID) == (
        "1010 AT 100.00 EUR 100.00\n1110 AT -100.00 EUR -100.00"
    )
    booked(session, newcomer, **PAID | {"amount": "1000.00"})
    assert position(session, "AT") == Decimal("1000.00")
    assert position(session, "PL") == Decimal("-250.00")


def test_each_debt_is_paid_as_what_it_is(session: Session, newcomer: Books) -> None:
    """A buy-in is not paid as an assessment, which would credit it twice, nor the other way."""
    booked(session, newcomer, "scale", valid_from="2018-01-01")
    booked(session, newcomer, "buy_in")
    booked(session, newcomer, "assessment", assessed_on="2018-02-01", amount="1000.00")
    with pytest.raises(OverpaidAssessmentError, match=r"AT owes EUR 200\.00 on its assessments"):
        proposed(session, newcomer, **PAID | {"against": "assessment", "amount": "200.01"})
    with pytest.raises(OverpaidBuyInError, match=r"AT owes EUR 1000\.00 on its buy-in"):
        proposed(session, newcomer, **PAID | {"amount": "1000.01"})
    booked(session, newcomer, **PAID | {"amount": "999.00"})
    with pytest.raises(OverpaidBuyInError, match=r"AT owes EUR 1\.00 on its buy-in"):
        proposed(session, newcomer, **PAID | {"amount": "1.01"})
    booked(session, newcomer, **PAID | {"against": "assessment", "amount": "200.00"})
    booked(session, newcomer, **PAID | {"amount": "1.00"})
    assert position(session, "AT") == Decimal("1200.00")


def test_nothing_is_owed_before_it_was_agreed(session: Session, newcomer: Books) -> None:
    """A payment dated before the buy-in pays nothing, and neither does one of another state."""
    booked(session, newcomer, "buy_in")
    with pytest.raises(OverpaidBuyInError, match=r"AT owes EUR 0\.00"):
        proposed(session, newcomer, **PAID | {"value_on": "2018-01-31"})
    with pytest.raises(OverpaidBuyInError, match=r"PL owes EUR 0\.00"):
        proposed(session, newcomer, **PAID | {"state": "PL"})


def test_reversal(session: Session, newcomer: Books) -> None:
    """A buy-in is undone while nothing was paid on it, and then nothing is owed any more."""
    [agreed] = booked(session, newcomer, "buy_in")
    [paid] = booked(session, newcomer, **PAID)
    undo = {"effective_on": "2018-04-01", "reason": "Agreed anew"}
    with pytest.raises(PaidAssessmentError):
        proposed(session, newcomer, "reversal", number=agreed.number, **undo)
    booked(session, newcomer, "reversal", number=paid.number, **undo)
    booked(session, newcomer, "reversal", number=agreed.number, **undo)
    assert position(session, "AT") == 0
    with pytest.raises(OverpaidBuyInError, match=r"AT owes EUR 0\.00"):
        proposed(session, newcomer, **PAID)


def test_credit_that_was_used(session: Session, newcomer: Books) -> None:
    """A buy-in is not undone once an incumbent has used what it was credited."""
    [agreed] = booked(session, newcomer, "buy_in")
    undo = {"number": agreed.number, "effective_on": "2018-07-02", "reason": "Agreed anew"}
    assert "2050 HU 250.00" in proposed(session, newcomer, "reversal", **undo)
    booked(session, newcomer, "withdrawal")
    with pytest.raises(UsedCreditError, match="HU has used the credit of entry 1"):
        proposed(session, newcomer, "reversal", **undo)


def test_only_who_takes_part_buys_in(session: Session, books: Books) -> None:
    """Nobody buys in before it takes part, or without a scale that says whose it is."""
    booked(session, books, "accession")
    with pytest.raises(NotAMemberError, match="AT does not take part on 2017-12-31"):
        proposed(session, books, "buy_in", agreed_on="2017-12-31")
    with pytest.raises(NoScaleError, match="operations is in force on 2018-02-01"):
        proposed(session, books, "buy_in")


def test_incumbents_are_those_of_the_scale(session: Session, newcomer: Books) -> None:
    """A scale that was made for others than take part does not say whose it is."""
    second = {"acceding_state": "SI", "joined_on": "2018-01-01"}
    booked(session, newcomer, "accession", **second)
    with pytest.raises(StaleScaleError, match="AT, CZ, HU, PL, SI, SK take part"):
        proposed(session, newcomer, "buy_in")


def test_nobody_to_credit(session: Session, newcomer: Books) -> None:
    """Where the newcomer alone bears the cost, there is nobody to buy from."""
    booked(session, newcomer, "scale", valid_from="2018-01-01", formula=None, formula_text=ALONE)
    with pytest.raises(NoStatesError):
        proposed(session, newcomer, "buy_in")


def test_amounts_are_above_zero(session: Session, newcomer: Books) -> None:
    """A buy-in of nothing is none, and one without a decision neither."""
    with pytest.raises(InputErrors, match=r"amount: “0\.00” must be more than zero"):
        proposed(session, newcomer, "buy_in", amount="0.00")
    with pytest.raises(InputErrors, match="voucher: is missing"):
        proposed(session, newcomer, "buy_in", voucher="")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cents=st.integers(min_value=1, max_value=10**13))
def test_positions_sum_unchanged(session: Session, newcomer: Books, cents: int) -> None:
    """A buy-in of any sum moves positions between states, which together stay as they were."""
    document = made(session, newcomer, "buy_in", amount=str(Decimal(cents) / 100))
    [entry] = proposal(session, document).entries
    for account in (("8020",), ("1110", "2050")):
        moved = [each.euro for each in entry.postings if each.account in account]
        assert sum(moved) == 0
    assert {each.state for each in entry.postings} <= set(members_on(session, entry.effective_on))
