"""Receipts: money that came, kept in its own currency until it is said what for (row 5)."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.approvals import approve_all
from ledger.balances import cutoff
from ledger.documents import submit_all
from ledger.errors import InputErrors, MissingRateError, WorthlessError
from ledger.imports import import_rows, read_import
from ledger.money import ZERO
from ledger.open_items import find_item
from ledger.receipts import DuplicateReceiptError, receipts
from ledger.revaluation_reversals import SettledItemError
from tests.books import LAST_DAY, NOW, Books
from tests.documents import booked, made, proposed


def unapplied(session: Session, on: date = LAST_DAY) -> dict[str, str]:
    """Give what of each receipt is to be applied, by its code."""
    found = receipts(session, cutoff(session, on), unapplied=True)
    return {each.said.receipt: f"{each.unapplied} {each.item.euro}" for each in found}


def undone(session: Session, books: Books, number: int, on: str = "2017-04-03") -> None:
    """Reverse an entry."""
    booked(session, books, "reversal", number=number, effective_on=on, reason=f"undo {number}")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "1010 PL 100.00 EUR 100.00\n2060 PL -100.00 EUR -100.00"),
        ({"state": None}, "1010 -- 100.00 EUR 100.00\n2060 -- -100.00 EUR -100.00"),
        (
            {"currency": "PLN", "amount": "425.00"},
            "1011 PL 425.00 PLN 100.00\n2060 PL -425.00 PLN -100.00",
        ),
        # What a bank kept on the way did not come.
        ({"charged": "10.00"}, "1010 PL 100.00 EUR 100.00\n2060 PL -100.00 EUR -100.00"),
        ({"amount": "0.01"}, "1010 PL 0.01 EUR 0.01\n2060 PL -0.01 EUR -0.01"),
    ],
)
def test_postings(
    session: Session, books: Books, fields: dict[str, str | None], expected: str
) -> None:
    """The bank stands against what is not applied, in the currency in which it came."""
    assert proposed(session, books, "receipt", **fields) == expected


def test_list(session: Session, books: Books) -> None:
    """A receipt is listed from its day on, as long as something of it is to be applied."""
    booked(session, books, "receipt", state=None)
    booked(session, books, "receipt", receipt="B/2", received_on="2017-03-06", currency="PLN",
           amount="4.25")  # fmt: skip
    assert unapplied(session, date(2017, 3, 5)) == {"BS/2017/31-4": "100.00 100.00"}
    assert unapplied(session)["B/2"] == "4.25 1.00"
    booked(session, books, "payment", item="B/2", state="PL")
    assert list(unapplied(session)) == ["BS/2017/31-4"]
    everything = receipts(session, cutoff(session, LAST_DAY))
    assert [(each.said.receipt, str(each.unapplied)) for each in everything] == [
        ("BS/2017/31-4", "100.00"),
        ("B/2", "0.00"),
    ]
    assert everything[0].said.payer == "Ministerstwo Spraw Wewnętrznych"


def test_code_is_given_once(session: Session, books: Books) -> None:
    """One line of the bank is one receipt, whether in the books or in one list."""
    alike = [made(session, books, "receipt", description=text) for text in ("one", "two")]
    submit_all(session, alike, by=books.officer, now=NOW)
    with pytest.raises(DuplicateReceiptError, match="“BS/2017/31-4” was recorded before"):
        approve_all(session, alike, by=books.coordinator, now=NOW)
    booked(session, books, "receipt")
    with pytest.raises(DuplicateReceiptError, match="reverse it first"):
        proposed(session, books, "receipt", amount="5.00")
    assert proposed(session, books, "receipt", receipt="BS/2017/31-4a")


def test_applied_receipt_is_not_reversed(session: Session, books: Books) -> None:
    """What was applied is taken back first; then the receipt is, and is listed no more."""
    [came] = booked(session, books, "receipt")
    part = {"to": "credit", "amount": "0.01", "purpose": "operations", "activity": "information"}
    [applied] = booked(session, books, "application", **part)
    with pytest.raises(SettledItemError, match=r"Item 1\.2 was settled or revalued since entry 1"):
        proposed(session, books, "reversal", number=came.number, effective_on="2017-04-03",
                 reason="a slip of the pen")  # fmt: skip
    undone(session, books, applied.number)
    undone(session, books, came.number)
    assert receipts(session, cutoff(session, LAST_DAY)) == []
    assert len(receipts(session, cutoff(session, date(2017, 4, 2)))) == 1


def test_file_of_receipts_and_what_they_are_for(session: Session, books: Books) -> None:
    """One file holds both acts, those of a state that has left too, and is approved as one list."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="400.00")
    booked(session, books, "withdrawal", state="HU", left_on="2018-06-30")
    text = (
        "kind,receipt,received_on,currency,amount,state,payer,applied_on,source,item,description\n"
        "receipts,B/1,2018-08-01,EUR,60.00,HU,Ministry,,,,Arrears\n"
        "receipts,B/2,2018-08-02,EUR,50.00,,Unknown,,,,Arrears\n"
        "applications,,,,,HU,,2018-08-02,B/1,1/HU,Arrears\n"
        "applications,,,,,HU,,2018-08-02,B/2,1/HU,Arrears\n"
    )
    rows = read_import(text.encode(), filename="august.csv")
    made = import_rows(session, rows, by=books.office, now=NOW)
    approve_all(session, made.documents, by=books.coordinator, now=NOW)
    assert find_item(session, "1/HU").amount == ZERO
    assert unapplied(session) == {"B/2": "10.00 10.00"}


@pytest.mark.parametrize(
    ("fields", "refusal", "told"),
    [
        ({"receipt": ""}, InputErrors, "receipt: is missing"),
        ({"payer": None}, InputErrors, "payer: is missing"),
        ({"amount": "0.00"}, InputErrors, "amount: “0.00” must be more than zero"),
        ({"charged": "-1.00"}, InputErrors, "charged: “-1.00” must be more than zero"),
        ({"currency": "XYZ"}, InputErrors, "currency: “XYZ” is not a currency"),
        ({"currency": "HUF", "amount": "1.00"}, WorthlessError, "1.00 HUF comes to 0.00 euro"),
        ({"currency": "PLN", "received_on": "2016-03-01"}, MissingRateError, "no ECB rate of PLN"),
    ],
)
def test_refused(
    session: Session,
    books: Books,
    fields: dict[str, str | None],
    refusal: type[Exception],
    told: str,
) -> None:
    """What cannot be recorded is refused with the field or the remedy."""
    with pytest.raises(refusal, match=told):
        proposed(session, books, "receipt", **fields)


def test_receipt_is_recorded_again(session: Session, books: Books) -> None:
    """What was recorded wrongly and reversed comes again under the bank's own code, in any form."""
    [wrong] = booked(session, books, "receipt", state="CZ", amount="9.00")
    undone(session, books, wrong.number)
    [second] = booked(session, books, "receipt", currency="PLN", amount="425.00")
    assert unapplied(session) == {"BS/2017/31-4": "425.00 100.00"}
    with pytest.raises(DuplicateReceiptError):
        proposed(session, books, "receipt", amount="5.00")
    undone(session, books, second.number)
    booked(session, books, "receipt", amount="90.00")
    assert unapplied(session) == {"BS/2017/31-4": "90.00 90.00"}
    given = {"to": "credit", "purpose": "operations", "activity": "information"}
    assert "2060 PL 90.00 EUR 90.00" in proposed(session, books, "application", **given)
    booked(session, books, "application", **given)
    assert unapplied(session) == {}


def test_code_that_looks_like_another(session: Session, books: Books) -> None:
    """A code of a receipt is never taken for that of one recorded again."""
    [wrong] = booked(session, books, "receipt", receipt="R")
    undone(session, books, wrong.number)
    for code in ("R#2", "#2:R", "2:R", "R"):
        booked(session, books, "receipt", receipt=code, description=f"Under {code}")
    assert len(unapplied(session)) == 4
