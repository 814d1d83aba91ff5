"""Costs: from the invoice to the payment (books.md rows 9c, 9e and 12)."""

import pytest
from sqlalchemy.orm import Session

from ledger.errors import InputErrors, OverdrawnAccountError
from ledger.rate_imports import import_rates
from tests.books import NOW, Books
from tests.documents import booked, proposed


def test_invoice_in_euro(session: Session, books: Books) -> None:
    """Row 9c: an expense against a payable, neither with a form: it is the mechanism's own."""
    assert proposed(session, books, "cost") == (
        "5020 -- 100.00 EUR 100.00\n2010 -- -100.00 EUR -100.00"
    )


@pytest.mark.parametrize(
    ("fields", "account"),
    [
        ({"purpose": "setup"}, "5010"),
        ({"treatment": "equipment"}, "1310"),
        ({"treatment": "inventory"}, "1210"),
    ],
)
def test_where_a_cost_goes(
    session: Session, books: Books, fields: dict[str, str], account: str
) -> None:
    """Set-up and operations have an account each; what lasts is an asset."""
    assert proposed(session, books, "cost", **fields).startswith(account)


def test_invoice_in_crowns(session: Session, books: Books) -> None:
    """A foreign invoice crosses through exchange clearing; the payable stays in its currency."""
    assert proposed(session, books, "cost", currency="CZK", amount="2600.00") == (
        "5020 -- 100.00 EUR 100.00\n"
        "1090 -- -100.00 EUR -100.00\n"
        "1090 -- 2,600.00 CZK 100.00\n"
        "2010 -- -2,600.00 CZK -100.00"
    )


def test_payment_leaves_at_carrying_cost(session: Session, books: Books) -> None:
    """Row 9e: money leaves at what it came in for, and the difference to the payable is realised.

    The złoty came in at 4.25 to the euro; a payable at the same rate leaves no difference.
    """
    booked(session, books, currency="PLN", amount="4250.00")
    said = proposed(session, books, "cost", currency="PLN", amount="425.00", paid_on="2017-03-08")
    assert said.splitlines()[-2:] == ["2010 -- 425.00 PLN 100.00", "1011 -- -425.00 PLN -100.00"]


def test_realised_difference(session: Session, books: Books) -> None:
    """Row 12: money that came in dearer than the payable is carried at leaves a realised loss."""
    booked(session, books, currency="PLN", amount="4250.00")
    body = b"Date,PLN\n2019-03-01,5.0000\n"
    import_rates(session, body, filename="eurofxref-hist.csv", now=NOW)
    said = proposed(
        session, books, "cost", currency="PLN", amount="425.00", incurred_on="2019-03-01",
        paid_on="2019-03-04",
    )  # fmt: skip
    assert said.splitlines()[-3:] == [
        "2010 -- 425.00 PLN 85.00",
        "1011 -- -425.00 PLN -100.00",
        "5110 -- 0.00 PLN 15.00",
    ]


def test_overdrawn(session: Session, books: Books) -> None:
    """A bank account pays no more than it holds on the day."""
    booked(session, books, amount="99.99")
    with pytest.raises(
        OverdrawnAccountError, match=r"Account 1010 holds EUR 99.99 from 2017-03-08 on"
    ):
        proposed(session, books, "cost", paid_on="2017-03-08")


def test_paid_before_it_was_due(session: Session, books: Books) -> None:
    """A payment before its invoice is a slip of the pen."""
    with pytest.raises(InputErrors, match="paid_on: is before the day of the cost"):
        proposed(session, books, "cost", paid_on="2017-02-28")
