"""The cost book: which rate is in force on a day, and that values by it are its own."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ledger.errors import InputErrors
from ledger.offers import OfferTwiceError
from ledger.unit_rates import NoUnitRateError, cost_book
from ledger.valuations import NoRateNamedError, NotByUnitsError, WrongUnitRateError
from tests.books import Books
from tests.documents import booked, proposed

BY_RATE: dict[str, Any] = {
    "valuation_basis": "cost_book", "amount": None, "quantity": "20", "unit_value": "400.00",
}  # fmt: skip
EXPERTS = BY_RATE | {"form": "secondment", "treatment": None, "unit_rate": "EXPERT-DAY"}


def rates(session: Session, on: str) -> dict[str, Decimal]:
    """Give the rates in force on a day by code."""
    return {each.code: each.amount for each in cost_book(session, date.fromisoformat(on))}


def test_versions(session: Session, books: Books) -> None:
    """Of two rates that are valid on a day the one approved last is in force, from its first."""
    booked(session, books, "unit_rate", amount="420.00", valid_from="2018-01-01")
    booked(session, books, "unit_rate", valid_until="2018-06-30")
    booked(session, books, "unit_rate", code="vehicle-km", amount="0.35", unit="km")
    found = {
        on: rates(session, on).get("EXPERT-DAY")
        for on in ("2016-12-31", "2017-01-01", "2018-01-01", "2018-06-30", "2018-07-01")
    }
    assert found == {
        "2016-12-31": None,
        "2017-01-01": Decimal("400.00"),
        "2018-01-01": Decimal("400.00"),
        "2018-06-30": Decimal("400.00"),
        "2018-07-01": Decimal("420.00"),
    }
    assert list(rates(session, "2018-07-01")) == ["EXPERT-DAY", "VEHICLE-KM"]


def test_a_rate_posts_nothing(session: Session, books: Books) -> None:
    """What a unit is worth is no event of the books."""
    assert booked(session, books, "unit_rate") == []


def test_value_by_the_rate_of_its_day(session: Session, books: Books) -> None:
    """A value by an agreed rate is that of the cost book on its day, or is told the figure."""
    booked(session, books, "unit_rate")
    booked(session, books, "unit_rate", amount="410.00", valid_from="2017-02-10")
    booked(session, books, "offer", **EXPERTS)
    booked(session, books, "valuation", **BY_RATE, valued_on="2017-02-09")
    for wrong in ({}, {"unit_value": "410.00", "currency": "PLN"}):
        with pytest.raises(
            WrongUnitRateError, match=r"On 2017-02-10 “EXPERT-DAY” is EUR 410\.00 a day"
        ):
            proposed(session, books, "valuation", **BY_RATE | wrong)
    with pytest.raises(WrongUnitRateError):
        proposed(session, books, "valuation", **BY_RATE, valued_on="2017-02-09", unit="month")
    assert proposed(session, books, "valuation", **BY_RATE | {"unit_value": "410.00"}) == ""


def test_rates_that_are_not_there(session: Session, books: Books) -> None:
    """An offer by a rate that the cost book does not hold is refused with those it holds."""
    with pytest.raises(NoUnitRateError, match="no rate “EXPERT-DAY” on 2017-02-01: use one of –"):
        proposed(session, books, "offer", **EXPERTS)
    booked(session, books, "unit_rate", code="VEHICLE-KM")
    with pytest.raises(NoUnitRateError, match="use one of VEHICLE-KM"):
        proposed(session, books, "offer", **EXPERTS)
    booked(session, books, "offer", form="services", treatment=None)
    with pytest.raises(NoRateNamedError):
        proposed(session, books, "valuation", **BY_RATE)
    with pytest.raises(OfferTwiceError):
        proposed(session, books, "offer")


def test_secondments_are_valued_by_days(session: Session, books: Books) -> None:
    """A secondment is days times a day rate, on whatever basis."""
    days = {"amount": None, "quantity": "20", "unit_value": "400.00"}
    booked(session, books, "offer", form="secondment", treatment=None, **days)
    with pytest.raises(NotByUnitsError):
        proposed(session, books, "valuation")
    assert proposed(session, books, "valuation", **days) == ""


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("unit_rate", {"valid_until": "2016-12-31"}, "valid_until: is before the first day"),
        ("unit_rate", {"amount": "0.00"}, "amount: “0.00” must be more than zero"),
        ("unit_rate", {"voucher": ""}, "voucher: is missing"),
        ("offer", {"form": "cash"}, "form: “cash” is not one of"),
        ("offer", {"treatment": None}, "treatment: is missing"),
        ("offer", {"amount": None}, "amount: is missing: give an amount, or a quantity"),
        ("offer", {"voucher": ""}, "voucher: is missing"),
        ("offer", {"unit_rate": "X"}, "unit_rate: is for values by an agreed unit rate"),
        ("offer", {**BY_RATE}, "unit_rate: is missing: name the rate"),
        ("offer", {"form": "secondment", "treatment": None}, "quantity: is missing"),
        ("offer", {"from_on": "2017-02-02", "until_on": "2017-02-01"}, "until_on: is before"),
        ("valuation", {"valuation_basis": "cost_book"}, "quantity: is missing"),
        ("valuation", {"unit_rate": "X"}, "unit_rate: is for values by"),
        ("valuation", {"credit_unit_value": "1.00"}, "quantity: is missing"),
        ("valuation", {"credit_value": "0.00"}, "credit_value: “0.00” must be more"),
        (
            "valuation",
            {"quantity": "2", "credit_unit_value": "1.00", "credit_value": "2.01"},
            "credit_value: does not equal",
        ),
        ("valuation", {"valuer": ""}, "valuer: is missing"),
        ("delivery", {"quantity": "0.00"}, "quantity: “0.00” must be more than zero"),
        ("delivery", {"quantity": "-1.00"}, "quantity: “-1.00” must be more than zero"),
        ("disposal", {"proceeds": "1.00"}, "currency: is missing"),
        ("disposal", {"currency": "EUR"}, "proceeds: is missing"),
        ("disposal", {"amount": "0.00"}, "amount: “0.00” must be more than zero"),
        ("depreciation", {"amount": "-1.00"}, "amount: “-1.00” must be more than zero"),
        ("recognition", {"form": "goods"}, "form: “goods” is not one of"),
    ],
)
def test_unreadable(
    session: Session, books: Books, kind: str, fields: dict[str, Any], expected: str
) -> None:
    """Bad input names the field and the remedy."""
    with pytest.raises(InputErrors) as refused:
        proposed(session, books, kind, **fields)
    [problem] = refused.value.problems
    assert f"{problem.field}: {problem}".startswith(expected)
