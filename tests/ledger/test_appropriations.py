"""Appropriations, orders and what is left (books.md rows 9a to 9e)."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from ledger.appropriations import (
    BudgetRow,
    LaterAppropriationError,
    ReservedAppropriationError,
    SameAppropriationError,
    budget,
)
from ledger.balances import cutoff
from ledger.encumbrances import (
    OrderCurrencyError,
    OverAppropriationError,
    ReleasedOrderError,
    SameOrderError,
    UnknownOrderError,
)
from ledger.errors import InputErrors, WorthlessError
from tests.books import LAST_DAY, Books
from tests.documents import booked, proposed

UNDO = {"effective_on": "2017-06-01", "reason": "Wrong"}


def row(session: Session, year: int = 2017, as_of: date = LAST_DAY) -> list[str]:
    """Give the lines of a budget: original, revised, encumbered, spent, available."""
    return [
        f"{each.purpose} {each.activity} {each.original} {each.revised} "
        f"{each.encumbered} {each.spent} {each.available}"
        for each in budget(session, cutoff(session, as_of), year)
    ]


def test_appropriation(session: Session, books: Books) -> None:
    """Row 9a: the first is the original, later ones post by how much they change it."""
    assert proposed(session, books, "appropriation") == (
        "9410 -- 1,000.00 EUR 1,000.00\n9490 -- -1,000.00 EUR -1,000.00"
    )
    booked(session, books, "appropriation")
    assert proposed(session, books, "appropriation", amount="1200.00") == (
        "9410 -- 200.00 EUR 200.00\n9490 -- -200.00 EUR -200.00"
    )
    assert proposed(session, books, "appropriation", amount="0.00") == (
        "9410 -- -1,000.00 EUR -1,000.00\n9490 -- 1,000.00 EUR 1,000.00"
    )
    booked(session, books, "appropriation", amount="900.00", decided_on="2017-05-02")
    assert row(session) == ["operations information 1000.00 900.00 0.00 0.00 900.00"]
    assert row(session, as_of=date(2017, 5, 1)) == [
        "operations information 1000.00 1000.00 0.00 0.00 1000.00"
    ]
    assert row(session, 2018) == []


def test_nothing_to_change(session: Session, books: Books) -> None:
    """What is appropriated already is not posted again, and nothing is nothing at first."""
    booked(session, books, "appropriation")
    with pytest.raises(SameAppropriationError, match=r"EUR 1000\.00 is appropriated for 2017"):
        proposed(session, books, "appropriation")
    with pytest.raises(SameAppropriationError):
        proposed(session, books, "appropriation", year="2018", amount="0.00")
    with pytest.raises(InputErrors, match="must not be below zero"):
        proposed(session, books, "appropriation", amount="-0.01")


def test_each_year_has_its_own(session: Session, books: Books) -> None:
    """The year is the document's: a budget decided in December is that of the next year."""
    booked(session, books, "appropriation", year="2018", decided_on="2017-12-01")
    assert row(session) == []
    assert row(session, 2018) == ["operations information 1000.00 1000.00 0.00 0.00 1000.00"]


def test_reversed_appropriation_is_none(session: Session, books: Books) -> None:
    """What was reversed is not the original: the next one is."""
    [first] = booked(session, books, "appropriation")
    booked(session, books, "reversal", number=first.number, **UNDO)
    booked(session, books, "appropriation", amount="700.00", decided_on="2017-06-01")
    assert row(session) == ["operations information 700.00 700.00 0.00 0.00 700.00"]


def test_last_appropriation_is_reversed_first(session: Session, books: Books) -> None:
    """What a later one changed is not undone before it, nor beneath what orders hold."""
    [first] = booked(session, books, "appropriation")
    booked(session, books, "appropriation", year="2018")
    booked(session, books, "encumbrance", amount="900.00")
    [second] = booked(session, books, "appropriation", amount="1800.00")
    [third] = booked(session, books, "appropriation", amount="950.00", description="Less")
    with pytest.raises(LaterAppropriationError, match=f"changed by entry {third.number}"):
        proposed(session, books, "reversal", number=first.number, **UNDO)
    for entry in (third, second):
        booked(session, books, "reversal", number=entry.number, **UNDO)
    said = r"hold EUR 900\.00, and EUR 0\.00 would be appropriated"
    with pytest.raises(ReservedAppropriationError, match=said):
        proposed(session, books, "reversal", number=first.number, **UNDO)
    booked(session, books, "release")
    booked(session, books, "reversal", number=first.number, **UNDO)
    assert row(session) == []


def test_appropriation_is_not_below_what_is_ordered(session: Session, books: Books) -> None:
    """To the cent; what was invoiced of an order holds nothing any more."""
    booked(session, books, "appropriation")
    booked(session, books, "encumbrance", amount="900.00")
    with pytest.raises(ReservedAppropriationError, match=r"EUR 899\.99 would be appropriated"):
        proposed(session, books, "appropriation", amount="899.99")
    assert "9410 -- -100.00" in proposed(session, books, "appropriation", amount="900.00")
    booked(session, books, "cost", amount="500.00", order="O-2017-1")
    assert "9410 -- -600.00" in proposed(session, books, "appropriation", amount="400.00")
    with pytest.raises(ReservedAppropriationError, match=r"EUR 399\.99 would be appropriated"):
        proposed(session, books, "appropriation", amount="399.99")


def test_order(session: Session, books: Books) -> None:
    """Row 9b: an order is spoken for in its own currency, at the rate of the day it was signed."""
    assert proposed(session, books, "encumbrance") == (
        "9420 -- 300.00 EUR 300.00\n9490 -- -300.00 EUR -300.00"
    )
    assert proposed(session, books, "encumbrance", currency="CZK", amount="2600.00") == (
        "9420 -- 2,600.00 CZK 100.00\n9490 -- -2,600.00 CZK -100.00"
    )
    with pytest.raises(WorthlessError):
        proposed(session, books, "encumbrance", currency="HUF", amount="1.00")


def test_order_is_within_the_appropriation(session: Session, books: Books) -> None:
    """No order goes beyond what is available, to the cent, and none binds where none is decided."""
    booked(session, books, "encumbrance", order="before", amount="5000.00", signed_on="2018-01-02")
    booked(session, books, "appropriation")
    booked(session, books, "cost", amount="400.00")
    booked(session, books, "encumbrance")
    assert row(session) == ["operations information 1000.00 1000.00 300.00 400.00 300.00"]
    with pytest.raises(OverAppropriationError, match=r"EUR 300\.00 is available"):
        proposed(session, books, "encumbrance", order="2", amount="300.01")
    booked(session, books, "encumbrance", order="2")
    booked(session, books, "encumbrance", order="3", activity="third_countries", amount="9999.00")


def test_orders_have_one_number(session: Session, books: Books) -> None:
    """An order is recorded once, and its number is written without spaces."""
    booked(session, books, "encumbrance")
    with pytest.raises(SameOrderError, match="O-2017-1 is recorded already"):
        proposed(session, books, "encumbrance", amount="1.00")
    with pytest.raises(InputErrors, match="order: “O 1” is not a number of an order"):
        proposed(session, books, "encumbrance", order="O 1")


INVOICE = "5020 -- {0} EUR {0}\n2010 -- -{0} EUR -{0}"


@pytest.mark.parametrize(
    ("invoiced", "released"),
    [("299.99", "299.99"), ("300.00", "300.00"), ("300.01", "300.00")],
)
def test_invoice_releases_its_part(
    session: Session, books: Books, invoiced: str, released: str
) -> None:
    """Rows 9c and 9d in one entry: an invoice below, equal to or above its order."""
    booked(session, books, "encumbrance")
    assert proposed(session, books, "cost", amount=invoiced, order="O-2017-1") == (
        f"{INVOICE.format(invoiced)}\n"
        f"9490 -- {released} EUR {released}\n9420 -- -{released} EUR -{released}"
    )
    booked(session, books, "cost", amount=invoiced, order="O-2017-1")
    left = Decimal("300.00") - Decimal(released)
    assert row(session) == [
        f"operations information 0.00 0.00 {left} {invoiced} {-left - Decimal(invoiced)}"
    ]


def test_invoice_after_the_order_is_used_up(session: Session, books: Books) -> None:
    """An invoice on an order that holds nothing any more is a cost and releases nothing."""
    booked(session, books, "encumbrance")
    booked(session, books, "cost", amount="300.00", order="O-2017-1")
    said = proposed(session, books, "cost", order="O-2017-1", description="More")
    assert said == INVOICE.format("100.00")


def test_order_is_released_at_its_carrying_amount(session: Session, books: Books) -> None:
    """What an order in crowns was carried at is released, in parts, and nothing stays in euro."""
    czk = {"currency": "CZK", "order": "O-2017-1"}
    booked(session, books, "encumbrance", **czk, amount="1000.00")
    booked(session, books, "cost", **czk, amount="333.33")
    assert proposed(session, books, "release").endswith("9420 -- -666.67 CZK -25.64")
    booked(session, books, "release")
    assert row(session) == ["operations information 0.00 0.00 0.00 12.82 -12.82"]


def test_release(session: Session, books: Books) -> None:
    """Row 9d: what the last invoice leaves of an order is released, once."""
    booked(session, books, "encumbrance")
    booked(session, books, "cost", amount="250.00", order="O-2017-1")
    assert proposed(session, books, "release") == (
        "9490 -- 50.00 EUR 50.00\n9420 -- -50.00 EUR -50.00"
    )
    booked(session, books, "release")
    with pytest.raises(ReleasedOrderError, match="O-2017-1 holds nothing on 2017-12-29"):
        proposed(session, books, "release", description="Again")


def test_strange_orders(session: Session, books: Books) -> None:
    """An order that nobody recorded, or in another currency, is answered with what to do."""
    booked(session, books, "encumbrance")
    with pytest.raises(UnknownOrderError, match="There is no order O-2"):
        proposed(session, books, "cost", order="O-2")
    with pytest.raises(UnknownOrderError):
        proposed(session, books, "release", order="O-2")
    with pytest.raises(OrderCurrencyError, match="O-2017-1 is in EUR"):
        proposed(session, books, "cost", order="O-2017-1", currency="CZK", amount="2600.00")


def test_own_expenditure_is_what_is_spent(session: Session, books: Books) -> None:
    """What was given in kind is spent by nobody; what was reversed is spent no more."""
    booked(session, books, form="goods")
    booked(session, books, "cost", treatment="equipment", amount="70.00")
    [wrong] = booked(session, books, "cost", amount="30.00")
    booked(session, books, "cost", incurred_on="2018-01-02")
    assert row(session) == ["operations information 0.00 0.00 0.00 100.00 -100.00"]
    booked(session, books, "reversal", number=wrong.number, **UNDO)
    assert row(session) == ["operations information 0.00 0.00 0.00 70.00 -70.00"]
    assert BudgetRow("information", "operations", *[Decimal(1)] * 4).available == -1
