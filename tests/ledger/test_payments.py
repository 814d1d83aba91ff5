"""Payments: invoices paid and money given back (books.md rows 9e, 10b, 14b)."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ledger.application_refusals import NothingOpenError, OtherStateError
from ledger.approvals import approve_all
from ledger.documents import submit_all
from ledger.errors import OverdrawnAccountError
from ledger.journal import NewPosting, post
from ledger.open_items import OverdrawnItemError, UnknownItemError, find_item
from ledger.payments import NotPayableError, PayeeMissingError
from ledger.revaluation_reversals import SettledItemError
from tests.books import NOW, Books, entry
from tests.documents import booked, made, proposed

FOR: dict[str, Any] = {"purpose": "operations", "activity": "information"}


def due(
    session: Session, books: Books, account: str, amount: str = "100.00", currency: str = "EUR"
) -> str:
    """Post what is due by hand, at four units a euro, and name it."""
    euro = Decimal(amount) if currency == "EUR" else Decimal(amount) / 4
    state = "PL" if account in ("2020", "2030", "2050", "2070") else None
    lines = [
        NewPosting(account="5020", amount=Decimal(amount), euro=euro, currency=currency, **FOR),
        NewPosting(account=account, amount=-Decimal(amount), euro=-euro, currency=currency,
                   state=state, item=f"due {account} {currency}", **FOR),
    ]  # fmt: skip
    posted = post(session, entry(f"{account} {currency}", *lines), now=NOW, **books.hands)
    return f"{posted.number}.2"


@pytest.mark.parametrize("account", ["2010", "2020", "2030", "2050", "2060", "2070"])
def test_postings(session: Session, books: Books, account: str) -> None:
    """The item and the bank; only an advance or a credit that goes back is taken back as given."""
    booked(session, books, "receipt", state=None)
    item = due(session, books, account)
    state = "PL" if account in ("2020", "2030", "2050", "2070") else None
    back = "\n8010 PL -30.00 EUR -30.00\n8020 PL 30.00 EUR 30.00"
    assert proposed(session, books, "payment", item=item, state=state, amount="30.00") == (
        f"{account} {state or '--'} 30.00 EUR 30.00\n1010 {state or '--'} -30.00 EUR -30.00"
        + (back if account in ("2030", "2050") else "")
    )


def test_in_foreign_currency(session: Session, books: Books) -> None:
    """An invoice carried at 4 złoty a euro is paid with money of 4.25: the rest is gained."""
    booked(session, books, "receipt", currency="PLN", amount="425.00")
    item = due(session, books, "2010", "400.00", "PLN")
    assert proposed(session, books, "payment", item=item, amount="100.00") == (
        "2010 -- 100.00 PLN 25.00\n1011 -- -100.00 PLN -23.53\n5110 -- 0.00 PLN -1.47"
    )


def test_overpaid_then_refunded(session: Session, books: Books) -> None:
    """Rows 6 and 14b: what was paid too much goes back, and the state has given what it owed."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="400.00")
    booked(session, books, "receipt", currency="PLN", amount="638.00")
    booked(session, books, "application", item="1/PL")
    [kept] = booked(session, books, "application", to="credit", **FOR)
    assert proposed(session, books, "payment", item=f"{kept.number}.2", state="PL") == (
        "2050 PL 213.00 PLN 50.12\n"
        "1011 PL -213.00 PLN -50.12\n"
        "8010 PL -213.00 PLN -50.12\n"
        "8020 PL 213.00 PLN 50.12"
    )
    [paid] = booked(session, books, "payment", item=f"{kept.number}.2", state="PL")
    undo = {"effective_on": "2017-04-03", "reason": "anew"}
    with pytest.raises(Exception, match="has used the credit"):
        proposed(session, books, "reversal", number=kept.number, **undo)
    booked(session, books, "reversal", number=paid.number, **undo)
    assert str(find_item(session, f"{kept.number}.2").amount) == "213.00"


def test_refund_of_a_buy_in(session: Session, books: Books) -> None:
    """What is due of a buy-in was credited when it was agreed: paying it out takes nothing back."""
    booked(session, books, "scale")
    booked(session, books, "accession")
    booked(session, books, "buy_in")
    booked(session, books, "receipt", amount="1000.00", received_on="2018-02-01")
    paid = {"item": "1/PL", "state": "PL", "paid_on": "2018-03-01"}
    assert proposed(session, books, "payment", **paid) == (
        "2050 PL 250.00 EUR 250.00\n1010 PL -250.00 EUR -250.00"
    )


def test_receipt_goes_back(session: Session, books: Books) -> None:
    """A receipt that is nobody's goes back, by its code, and credits nothing."""
    booked(session, books, "receipt", state=None)
    assert proposed(session, books, "payment", item="BS/2017/31-4", amount="99.99") == (
        "2060 -- 99.99 EUR 99.99\n1010 -- -99.99 EUR -99.99"
    )


def test_invoice_that_was_left_unpaid(session: Session, books: Books) -> None:
    """The payment of an invoice stands on it: the invoice is not undone before."""
    booked(session, books, "receipt")
    [invoice] = booked(session, books, "cost", amount="60.00")
    [paid] = booked(session, books, "payment", item=f"{invoice.number}.2")
    undo = {"effective_on": "2017-04-03", "reason": "anew"}
    with pytest.raises(SettledItemError, match=r"Item 2\.2 was settled"):
        proposed(session, books, "reversal", number=invoice.number, **undo)
    booked(session, books, "reversal", number=paid.number, **undo)
    assert proposed(session, books, "reversal", number=invoice.number, **undo)


@pytest.mark.parametrize(
    ("fields", "refusal", "told"),
    [
        ({"item": "2/PL"}, PayeeMissingError, r"Item 2\.2 is due to PL: name that state"),
        ({"item": "2/PL", "state": "CZ"}, OtherStateError, "is of PL, not of CZ"),
        ({"item": "2/PL", "state": "PL", "amount": "50.01"}, OverdrawnItemError, r"EUR 50\.00 is"),
        ({"item": "2/CZ", "state": "PL"}, UnknownItemError, "“2/CZ” is no open item"),
        ({"item": "1.1", "state": "PL"}, UnknownItemError, r"“1\.1” is no open item"),
        ({"item": "3/HU", "state": "HU"}, NotPayableError, "Item 3/HU is nothing that"),
        ({"item": "2/PL", "state": "PL", "paid_on": "2017-02-28"}, NothingOpenError, "2017-02-28"),
        ({"item": "2/PL", "state": "PL"}, OverdrawnAccountError, r"holds EUR 49\.99 from"),
    ],
)
def test_refused(
    session: Session, books: Books, fields: dict[str, str], refusal: type[Exception], told: str
) -> None:
    """What is nothing to be paid, of another, or not there is refused with the remedy."""
    booked(session, books, "receipt", amount="49.99")
    due(session, books, "2050", "50.00")
    booked(session, books, "scale")
    booked(session, books, "assessment")
    with pytest.raises(refusal, match=told):
        proposed(session, books, "payment", **fields)


def test_list_that_overdraws_together(session: Session, books: Books) -> None:
    """Payments of one list see what those before them take, of the item and of the bank."""
    booked(session, books, "receipt", amount="100.00")
    item = due(session, books, "2010", "150.00")
    for amount, refusal in (("50.01", OverdrawnAccountError), ("75.01", OverdrawnItemError)):
        if refusal is OverdrawnItemError:
            booked(session, books, "receipt", receipt="B/2", amount="100.00")
        two = [
            made(session, books, "payment", item=item, amount=amount, description=text)
            for text in ("one", "two")
        ]
        submit_all(session, two, by=books.office, now=NOW)
        with pytest.raises(refusal):
            approve_all(session, two, by=books.coordinator, now=NOW)
