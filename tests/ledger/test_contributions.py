"""Contributions: what is posted for each form, and what is refused (books.md rows 4, 7, 8, 16)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.contributions import NewContribution
from ledger.errors import InputErrors, NotAMemberError, OverpaidAssessmentError, StaleRateError
from ledger.inputs import read
from tests.books import Books
from tests.document_fields import CASH, IN_KIND
from tests.documents import booked, proposed


def test_cash_in_euro(session: Session, books: Books) -> None:
    """Cash in euro debits the bank and credits what is given of its own accord, and the state."""
    assert proposed(session, books) == (
        "1010 PL 100.00 EUR 100.00\n"
        "4020 PL -100.00 EUR -100.00\n"
        "8010 PL 100.00 EUR 100.00\n"
        "8020 PL -100.00 EUR -100.00"
    )


def test_cash_in_zloty(session: Session, books: Books) -> None:
    """Row 4b: złoty cross into euro through exchange clearing, so that either currency balances."""
    assert proposed(session, books, currency="PLN", amount="425.00") == (
        "1011 PL 425.00 PLN 100.00\n"
        "1090 PL -425.00 PLN -100.00\n"
        "1090 PL 100.00 EUR 100.00\n"
        "4020 PL -100.00 EUR -100.00\n"
        "8010 PL 425.00 PLN 100.00\n"
        "8020 PL -425.00 PLN -100.00"
    )


def test_cash_against_an_assessment(session: Session, books: Books) -> None:
    """Row 4a: what was assessed is discharged."""
    booked(session, books, "scale")
    booked(session, books, "assessment")
    assert "1110 PL -100.00 EUR -100.00" in proposed(session, books, against="assessment")


def test_overpaid_assessment(session: Session, books: Books) -> None:
    """Cash against assessments beyond what the state owes is refused, with both figures."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="100.00")
    with pytest.raises(OverpaidAssessmentError) as refused:
        proposed(session, books, against="assessment", amount="25.01")
    assert str(refused.value).startswith(
        "PL owes EUR 25.00 on its assessments from 2017-03-01 on, and EUR 25.01 would be paid"
    )


@pytest.mark.parametrize(
    ("treatment", "account"), [("equipment", "1310"), ("inventory", "1210"), ("consumed", "5030")]
)
def test_goods(session: Session, books: Books, treatment: str, account: str) -> None:
    """Row 7: goods enter at fair value, and the burden book credits their agreed value."""
    said = proposed(
        session, books, form="goods", treatment=treatment, credit_value="90.00", currency="CZK",
        amount="2600.00",
    )  # fmt: skip
    assert said == (
        f"{account} PL 2,600.00 CZK 100.00\n"
        "4030 PL -2,600.00 CZK -100.00\n"
        "8010 PL 90.00 CZK 3.46\n"
        "8020 PL -90.00 CZK -3.46"
    )


def test_secondment_is_days_times_day_rate(session: Session, books: Books) -> None:
    """Row 8a: an expert's days at the agreed rate are disclosed, and credited to the state."""
    said = proposed(
        session, books, form="secondment", treatment=None, valuation_basis="cost_book",
        amount=None, quantity="20", unit="day", unit_value="155.00", currency="HUF",
    )  # fmt: skip
    assert said == (
        "9310 PL 3,100.00 HUF 10.00\n"
        "9390 PL -3,100.00 HUF -10.00\n"
        "8010 PL 3,100.00 HUF 10.00\n"
        "8020 PL -3,100.00 HUF -10.00"
    )


@pytest.mark.parametrize(("purpose", "account"), [("setup", "5010"), ("operations", "5020")])
@pytest.mark.parametrize("form", ["services", "premises"])
def test_recognised_services(
    session: Session, books: Books, form: str, purpose: str, account: str
) -> None:
    """Row 8a': where the policy recognises services, they are a cost and a revenue at once."""
    said = proposed(session, books, form=form, purpose=purpose, treatment=None, recognised=True)
    assert said.splitlines()[:2] == [
        f"{account} PL 100.00 EUR 100.00",
        "4040 PL -100.00 EUR -100.00",
    ]


def problems(base: dict[str, Any], **fields: Any) -> list[str]:
    """Read a contribution and list what is wrong with it, field by field."""
    with pytest.raises(InputErrors) as refused:
        read(NewContribution, {**base, **fields})
    return [f"{problem.field}: {problem}" for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"amount": "1.005"}, "amount: “1.005” is not an amount"),
        ({"amount": "NaN"}, "amount: “NaN” is not an amount"),
        ({"amount": "1e5"}, "amount: “1e5” is not an amount"),
        ({"amount": 1.5}, "amount: “1.5” is not an amount"),
        ({"amount": "-1.00"}, "amount: “-1.00” must be more than zero"),
        ({"amount": "9999999999999"}, "amount: “9999999999999” is larger than the books"),
        ({"amount": None}, "amount: is missing: give an amount, or a quantity"),
        ({"state": "XX"}, "state: “XX” is not a state of the European Union"),
        ({"currency": "XYZ"}, "currency: “XYZ” is not a currency of the books"),
        ({"value_on": "2017-02-30"}, "value_on: “2017-02-30” is not a date"),
        ({"value_on": "1479686400"}, "value_on: “1479686400” is not a date"),
        ({"value_on": 1479686400}, "value_on: “1479686400” is not a date"),
        ({"purpose": "fun"}, "purpose: “fun” is not one of: 'setup' or 'operations'"),
        ({"description": ""}, "description: is missing"),
        ({"against": None}, "against: is missing: choose one"),
        ({"voucher": ""}, "voucher: is missing: name the document that proves it"),
        ({"funding_source": "own_resources"}, "funding_source: is for contributions in kind"),
        ({"description": "a\0b"}, "description: holds a character that cannot be written"),
        ({"description": "a\ud800"}, "description: holds a character that cannot be written"),
        ({"value_on": "1998-12-31"}, "value_on: “1998-12-31” is not a date"),
        ({"unit_value": "1.00"}, "unit_value: is for contributions in kind"),
        ({"colour": "red"}, "colour: is not a field of this form"),
    ],
)
def test_unreadable_cash(fields: dict[str, Any], expected: str) -> None:
    """Bad input names the field and the remedy."""
    [problem] = problems(CASH, **fields)
    assert problem.startswith(expected)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"treatment": None}, "treatment: is missing: choose one"),
        ({"form": "services"}, "treatment: is for goods"),
        ({"valuation_basis": None}, "valuation_basis: is missing"),
        ({"voucher": ""}, "voucher: is missing: name the document that proves it"),
        ({"against": "voluntary"}, "against: is for cash"),
        ({"form": "secondment", "treatment": None}, "quantity: is missing: a secondment is days"),
        ({"quantity": "2", "unit_value": "49.00"}, "amount: does not equal the quantity times"),
    ],
)
def test_unreadable_in_kind(fields: dict[str, Any], expected: str) -> None:
    """A contribution in kind is valued, by a basis, on evidence."""
    [problem] = problems(IN_KIND, **fields)
    assert problem.startswith(expected)


def test_every_problem_at_once() -> None:
    """All that is wrong is told together, not one by one."""
    assert len(problems(CASH, amount="x", state="XX", value_on="soon", against="no")) == 4


def test_not_yet_a_member(session: Session, books: Books) -> None:
    """A state cannot have given before it took part."""
    with pytest.raises(NotAMemberError, match="PL does not take part on 2016-11-20"):
        proposed(session, books, value_on="2016-11-20")


def test_rate_too_old(session: Session, books: Books) -> None:
    """A rate older than seven days is refused, naming the day and the last rate."""
    with pytest.raises(StaleRateError, match="PLN"):
        proposed(session, books, currency="PLN", value_on="2019-03-01")


@given(
    quantity=st.decimals(min_value="0.01", max_value="9999", places=2),
    unit_value=st.decimals(min_value="0.01", max_value="9999", places=2),
)
def test_quantity_times_unit_value_is_rounded_once(quantity: Decimal, unit_value: Decimal) -> None:
    """The value is within half a cent of quantity times unit value."""
    said = read(
        NewContribution,
        {**IN_KIND, "amount": None, "quantity": quantity, "unit_value": unit_value},
    )
    assert abs(said.value - quantity * unit_value) <= Decimal("0.005")
