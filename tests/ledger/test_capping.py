"""Caps on gifts in kind: what a state may be credited in a calendar year."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from ledger.capping import CappedError
from ledger.errors import InputErrors
from tests.books import Books
from tests.documents import booked, proposed

GOODS = {"state": "HU", "form": "goods", "amount": "600.00"}


def given(session: Session, books: Books, **fields: Any) -> str:
    """Write what a gift of Hungary's in goods would post, worth 400.00 unless told otherwise."""
    return proposed(session, books, **GOODS | {"amount": "400.00", "voucher": "F/2"} | fields)


def test_to_the_cent(session: Session, books: Books) -> None:
    """A year's credit may reach the cap exactly, and a cent more is refused with what is left."""
    booked(session, books, "in_kind_cap")
    booked(session, books, **GOODS)
    assert given(session, books)
    with pytest.raises(CappedError) as refused:
        given(session, books, amount="400.01")
    assert str(refused.value) == (
        "HU is credited EUR 600.00 in kind in 2017 already, and EUR 400.01 more would exceed its "
        "cap of EUR 1000.00: credit at most EUR 400.00, or have a higher cap decided."
    )


def test_credit_value_counts(session: Session, books: Books) -> None:
    """It is what is credited that is capped, at the rate of the day, and not the fair value."""
    booked(session, books, "in_kind_cap", amount="100.00")
    assert given(session, books, amount="5000.00", credit_value="100.00")
    assert given(session, books, amount="2600.00", currency="CZK")
    with pytest.raises(CappedError, match=r"EUR 100\.01 more"):
        given(session, books, amount="2600.26", currency="CZK")


def test_deliveries_are_capped(session: Session, books: Books) -> None:
    """What was offered, accepted and is delivered counts like what is given at once."""
    booked(session, books, "in_kind_cap")
    booked(session, books, **GOODS)
    for kind in ("offer", "valuation", "acceptance"):
        booked(session, books, kind)
    with pytest.raises(CappedError, match=r"credit at most EUR 400\.00"):
        proposed(session, books, "delivery")
    lower = {"credit_value": "400.00", "voucher": "V/2"}
    booked(session, books, "valuation", **lower)
    booked(session, books, "acceptance", voucher="D/2")
    assert "8020 HU -400.00 EUR -400.00" in proposed(session, books, "delivery")


@pytest.mark.parametrize(
    ("cap", "gift"),
    [
        ({"form": "goods"}, {"form": "services", "treatment": None}),
        ({"capped_state": "PL"}, {}),
        ({"valid_from": "2017-03-02"}, {}),
        ({}, {"value_on": "2018-01-01"}),
        ({}, {"state": "CZ"}),
        ({}, {"form": "cash", "against": "voluntary", "treatment": None, "valuation_basis": None}),
    ],
)
def test_what_a_cap_is_not_for(
    session: Session, books: Books, cap: dict[str, Any], gift: dict[str, Any]
) -> None:
    """Another form, state or year, a day before the cap, and cash are not held against it."""
    booked(session, books, **GOODS)
    booked(session, books, "in_kind_cap", amount="600.00", **cap)
    assert given(session, books, **gift)


def test_form_and_all_forms(session: Session, books: Books) -> None:
    """A cap of one form holds besides that of all forms, whichever is met first."""
    booked(session, books, "in_kind_cap")
    booked(session, books, "in_kind_cap", form="goods", amount="700.00")
    booked(session, books, **GOODS)
    with pytest.raises(CappedError, match=r"cap of EUR 700\.00: credit at most EUR 100\.00"):
        given(session, books)
    services = {"form": "services", "treatment": None}
    assert given(session, books, **services)
    with pytest.raises(CappedError, match=r"cap of EUR 1000\.00"):
        given(session, books, **services, amount="400.01")


def test_own_cap_goes_before(session: Session, books: Books) -> None:
    """A state's own cap stands in place of that of every state, and the later decision wins."""
    booked(session, books, "in_kind_cap", amount="0.00")
    with pytest.raises(CappedError, match=r"credit at most EUR 0\.00"):
        given(session, books, amount="0.01")
    booked(session, books, "in_kind_cap", capped_state="HU", amount="400.00")
    assert given(session, books)
    booked(session, books, "in_kind_cap", capped_state="HU", amount="399.99")
    with pytest.raises(CappedError):
        given(session, books)


def test_reversed_gift_makes_room(session: Session, books: Books) -> None:
    """What is reversed in a later year makes room in the year in which it was given."""
    booked(session, books, "in_kind_cap")
    [first] = booked(session, books, **GOODS)
    undo = {"number": first.number, "effective_on": "2018-02-01", "reason": "Not given"}
    booked(session, books, "reversal", **undo)
    assert given(session, books, amount="1000.00")
    assert given(session, books, amount="1000.00", value_on="2018-03-01")
    with pytest.raises(CappedError):
        given(session, books, amount="1000.01", value_on="2018-03-01")


def test_a_cap_below_zero(session: Session, books: Books) -> None:
    """Nothing may be credited at the least, and not less."""
    with pytest.raises(InputErrors, match=r"amount: “-0\.01” must"):
        proposed(session, books, "in_kind_cap", amount="-0.01")
