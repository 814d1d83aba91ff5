"""Conversions: what left and what arrived, as the bank did it (books.md row 12)."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from ledger.balances import Selection, balances, cutoff
from ledger.entries import Posting
from ledger.errors import InputErrors, OverdrawnAccountError, WorthlessError
from ledger.rate_imports import import_rates
from tests.books import LAST_DAY, NOW, Books
from tests.documents import booked, proposed


def balance(session: Session, account: str) -> tuple[str, str]:
    """Sum an account in its currency and in euro."""
    where = Selection(accounts=(account,))
    found = balances(session, cutoff(session, LAST_DAY), Posting.account, where=where)
    return (str(found[0].amount), str(found[0].euro)) if found else ("0.00", "0.00")


@pytest.mark.parametrize(
    ("arrived", "difference"),
    [
        ("99.00", "\n1090 -- 0.00 EUR -1.00\n5110 -- 0.00 EUR 1.00"),
        ("101.00", "\n1090 -- 0.00 EUR 1.00\n5110 -- 0.00 EUR -1.00"),
        ("100.00", ""),
    ],
)
def test_into_euro(session: Session, books: Books, arrived: str, difference: str) -> None:
    """Row 12: what left is carried at its average, and the difference is realised through 1090."""
    booked(session, books, "receipt", currency="PLN", amount="850.00")
    assert proposed(session, books, "conversion", into_amount=arrived) == (
        f"1010 -- {arrived} EUR {arrived}\n"
        "1011 -- -425.00 PLN -100.00\n"
        f"1090 -- -{arrived} EUR -{arrived}\n"
        f"1090 -- 425.00 PLN 100.00{difference}"
    )


def test_out_of_euro(session: Session, books: Books) -> None:
    """Money that was bought is carried at what it cost, whatever rate was published."""
    booked(session, books, "receipt", amount="100.00")
    bought = {"currency": "EUR", "amount": "100.00", "into_currency": "PLN",
              "into_amount": "420.00"}  # fmt: skip
    assert proposed(session, books, "conversion", **bought) == (
        "1011 -- 420.00 PLN 100.00\n"
        "1010 -- -100.00 EUR -100.00\n"
        "1090 -- 100.00 EUR 100.00\n"
        "1090 -- -420.00 PLN -100.00"
    )


def test_between_foreign_currencies(session: Session, books: Books) -> None:
    """What arrives in another foreign currency is worth what the rate of the day says."""
    booked(session, books, "receipt", currency="PLN", amount="425.00")
    bought = {"into_currency": "CZK", "into_amount": "2574.00"}
    assert proposed(session, books, "conversion", **bought) == (
        "1012 -- 2,574.00 CZK 99.00\n"
        "1011 -- -425.00 PLN -100.00\n"
        "1090 -- -2,574.00 CZK -99.00\n"
        "1090 -- 425.00 PLN 100.00\n"
        "1090 -- 0.00 EUR -1.00\n"
        "5110 -- 0.00 EUR 1.00"
    )


def test_worked_check(session: Session, books: Books) -> None:
    """118.5 million forint from 395 over 410 to 408: -10,975.61 and 1,416.79 are -9,558.82."""
    rates = b"Date,HUF\n2019-03-29,410.00\n2019-03-01,395.00\n"
    import_rates(session, rates, filename="eurofxref-hist.csv", now=NOW)
    there = {"currency": "HUF", "amount": "118500000.00"}
    booked(session, books, **there, value_on="2019-03-01")
    assert balance(session, "1013") == ("118500000.00", "300000.00")
    said = {"revalued_on": "2019-03-31", "description": "End of March"}
    booked(session, books, "revaluation", **said)
    arrived = {"into_amount": "290441.18", "converted_on": "2019-04-15"}
    booked(session, books, "conversion", **there, **arrived)
    assert balance(session, "5120") == ("0.00", "10975.61")
    assert balance(session, "5110") == ("0.00", "-1416.79")
    assert Decimal("-10975.61") + Decimal("1416.79") == Decimal("290441.18") - 300000
    assert balance(session, "1013") == ("0.00", "0.00")
    assert balance(session, "1090")[1] == "0.00"


def test_back_dated_conversion_leaves_no_euro(session: Session, books: Books) -> None:
    """The last of a currency takes all that is left in euro, in whatever order it is recorded."""
    rates = b"Date,PLN\n2017-03-08,5.0000\n"
    import_rates(session, rates, filename="eurofxref-hist.csv", now=NOW)
    booked(session, books, "receipt", currency="PLN", amount="425.00")
    booked(session, books, "receipt", receipt="B/2", currency="PLN", amount="500.00",
           received_on="2017-03-08")  # fmt: skip
    booked(session, books, "conversion", amount="700.00")
    booked(session, books, "conversion", amount="225.00", converted_on="2017-03-06")
    assert balance(session, "1011") == ("0.00", "0.00")


@pytest.mark.parametrize(
    ("fields", "refusal", "told"),
    [
        ({"into_currency": "PLN"}, InputErrors, "into_currency: is the currency that left"),
        ({"amount": "425.01"}, OverdrawnAccountError, r"Account 1011 holds PLN 425\.00"),
        ({"converted_on": "2017-02-28"}, OverdrawnAccountError, r"holds PLN 0\.00"),
        ({"amount": "0.01"}, WorthlessError, r"0\.01 PLN comes to 0\.00 euro"),
        ({"into_amount": "0.00"}, InputErrors, "into_amount: “0.00” must be more than zero"),
    ],
)
def test_refused(
    session: Session, books: Books, fields: dict[str, str], refusal: type[Exception], told: str
) -> None:
    """What is not there, or no conversion at all, is refused."""
    booked(session, books, "receipt", currency="PLN", amount="425.00")
    with pytest.raises(refusal, match=told):
        proposed(session, books, "conversion", **fields)
