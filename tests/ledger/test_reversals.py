"""Reversals undo what nothing else rests on, and leave no value without money (books.md row 20)."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from ledger.accounts import bank_account
from ledger.balances import Selection, balances, cutoff
from ledger.entries import Posting
from ledger.errors import OverdrawnAccountError, OverpaidAssessmentError
from ledger.journal import NewPosting, post
from ledger.money import ZERO
from ledger.rate_imports import import_rates
from ledger.reversals import (
    PaidAssessmentError,
    PaidCostError,
    RevaluedBankError,
    SpentReceiptError,
)
from tests.books import LAST_DAY, NOW, Books, entry
from tests.documents import booked, proposed


def undone(session: Session, books: Books, number: int, on: str = "2017-04-03") -> str:
    """Write the mirror that reversing an entry would post."""
    return proposed(
        session, books, "reversal", number=number, effective_on=on, reason="a slip of the pen"
    )


def test_mirror(session: Session, books: Books) -> None:
    """A reversal is the entry with every sign turned, on its own day."""
    [given] = booked(session, books)
    assert undone(session, books, given.number) == (
        "1010 PL -100.00 EUR -100.00\n"
        "4020 PL 100.00 EUR 100.00\n"
        "8010 PL -100.00 EUR -100.00\n"
        "8020 PL 100.00 EUR 100.00"
    )


def test_money_that_is_gone(session: Session, books: Books) -> None:
    """A receipt is not undone once the bank account has paid it out."""
    [given] = booked(session, books)
    booked(session, books, "cost", paid_on="2017-03-08")
    with pytest.raises(OverdrawnAccountError, match="too little to pay"):
        undone(session, books, given.number)


def test_foreign_money_at_an_average(session: Session, books: Books) -> None:
    """Foreign money paid out since at an average with a receipt keeps the receipt in place."""
    rates = b"Date,PLN\n2019-03-01,5.0000\n"
    import_rates(session, rates, filename="eurofxref-hist.csv", now=NOW)
    [first] = booked(session, books, currency="PLN", amount="425.00")
    booked(session, books, currency="PLN", amount="425.00", value_on="2019-03-01")
    cost = {"currency": "PLN", "amount": "425.00", "incurred_on": "2019-03-01"}
    invoice, payment = booked(session, books, "cost", **cost, paid_on="2019-03-04")
    with pytest.raises(SpentReceiptError, match=r"account 1011 .* entry 1"):
        undone(session, books, first.number, on="2019-03-05")
    for number in (payment.number, invoice.number, first.number):
        again = {"number": number, "effective_on": "2019-03-05", "reason": f"undo {number}"}
        booked(session, books, "reversal", **again)
    where = Selection(accounts=(bank_account("PLN"),))
    [left] = balances(session, cutoff(session, LAST_DAY), Posting.currency, where=where)
    assert (str(left.amount), str(left.euro)) == ("425.00", "85.00")


def test_paid_invoice(session: Session, books: Books) -> None:
    """An invoice whose payment stands is not undone."""
    booked(session, books)
    invoice, payment = booked(session, books, "cost", paid_on="2017-03-08")
    with pytest.raises(PaidCostError, match=f"paid by entry {payment.number}"):
        undone(session, books, invoice.number)


def test_paid_assessment(session: Session, books: Books) -> None:
    """An assessment is not undone once the state has paid on it."""
    booked(session, books, "scale")
    [assessed] = booked(session, books, "assessment")
    booked(session, books, against="assessment")
    with pytest.raises(PaidAssessmentError, match="PL has paid on entry 1"):
        undone(session, books, assessed.number)


def test_back_dated_payment(session: Session, books: Books) -> None:
    """A payment dated before another does not spend the same money a second time."""
    booked(session, books, value_on="2017-02-01")
    booked(session, books, "cost", paid_on="2017-03-08")
    with pytest.raises(OverdrawnAccountError, match=r"holds EUR 0\.00 from 2017-02-10 on"):
        proposed(
            session, books, "cost", incurred_on="2017-02-10", paid_on="2017-02-10",
            description="dated back",
        )  # fmt: skip


def test_paid_before_it_was_assessed(session: Session, books: Books) -> None:
    """Nothing is owed before it was assessed."""
    booked(session, books, "scale")
    booked(session, books, "assessment", assessed_on="2017-03-02")
    with pytest.raises(OverpaidAssessmentError, match=r"owes EUR 0\.00"):
        proposed(session, books, against="assessment", value_on="2017-03-01")


def test_revalued_money(session: Session, books: Books) -> None:
    """A receipt is not undone while a revaluation would stand without its money."""
    [given] = booked(session, books, currency="PLN", amount="425.00")
    worth = [
        NewPosting(account=account, amount=ZERO, euro=euro, currency="PLN")
        for account, euro in (("1011", Decimal("-5.00")), ("5110", Decimal("5.00")))
    ]
    revalued = post(session, entry("revalued", *worth), **books.hands, now=NOW)
    with pytest.raises(RevaluedBankError, match=r"1011 would hold no PLN, but EUR -5\.00"):
        undone(session, books, given.number)
    undo = {"number": revalued.number, "effective_on": "2017-04-03", "reason": "Undone"}
    booked(session, books, "reversal", **undo)
    assert "1011 PL -425.00 PLN" in undone(session, books, given.number)
