"""Gifts in kind from offer to delivery: the postings of books.md rows 7 and 8, and their order."""

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.acceptances import (
    AcceptedAlreadyError,
    DeliveredMoreError,
    NotAgainstError,
    NotValuedError,
)
from ledger.approvals import OwnCaseError, approve, proposal
from ledger.deliveries import DeliveredWholeError, NotAcceptedError, OverdeliveredError
from ledger.documents import Document, submit_all
from ledger.errors import NotAMemberError, ProposalChangedError, WorthlessError
from ledger.offer_standing import standing
from ledger.offers import EarlyStepError, NewOffer, OfferTwiceError, UnknownOfferError
from ledger.open_items import OverdrawnItemError, UnknownItemError
from ledger.users import Role, add_user
from ledger.valuations import NewValuation
from ledger.vocabulary import OfferStatus
from tests.books import NOW, Books
from tests.document_fields import OFFER
from tests.documents import booked, made, proposed

HU = {"state": "HU", "offer": "HU-2017-K1"}
DAYS: dict[str, Any] = {
    "form": "secondment", "treatment": None, "amount": None, "quantity": "20", "unit": "day",
    "unit_value": "155.00", "currency": "HUF",
}  # fmt: skip
OF_DAYS = {name: DAYS[name] for name in ("amount", "quantity", "unit", "unit_value", "currency")}
BEFORE = {"valuation": (), "acceptance": ("valuation",), "delivery": ("valuation", "acceptance")}
BY_THREE = {"amount": None, "quantity": "3", "unit": "piece", "unit_value": "33.33"}


def accepted(session: Session, books: Books, **fields: Any) -> None:
    """Book an offer of these fields, its valuation at the same value, and its acceptance."""
    value = {n: v for n, v in fields.items() if n in NewValuation.model_fields}
    booked(session, books, "offer", **fields)
    booked(session, books, "valuation", **value)
    booked(session, books, "acceptance")


@pytest.mark.parametrize(
    ("treatment", "account"), [("equipment", "1310"), ("inventory", "1210"), ("consumed", "5030")]
)
def test_goods(session: Session, books: Books, treatment: str, account: str) -> None:
    """Row 7: goods enter at the accepted value, not the claimed one, and are credited as agreed."""
    booked(session, books, "offer", treatment=treatment)
    booked(session, books, "valuation", credit_value="850.00", currency="CZK", amount="2600.00")
    booked(session, books, "acceptance")
    assert proposed(session, books, "delivery") == (
        f"{account} HU 2,600.00 CZK 100.00\n"
        "4030 HU -2,600.00 CZK -100.00\n"
        "8010 HU 850.00 CZK 32.69\n"
        "8020 HU -850.00 CZK -32.69"
    )


@pytest.mark.parametrize("form", ["services", "premises"])
def test_disclosed_until_the_policy(session: Session, books: Books, form: str) -> None:
    """Rows 8a, 8a', 8b: disclosed on the day before the policy, recognised from its day on."""
    booked(session, books, "recognition", form=form)
    accepted(session, books, form=form, treatment=None)
    burden = "\n8010 HU 900.00 EUR 900.00\n8020 HU -900.00 EUR -900.00"
    assert proposed(session, books, "delivery", delivered_on="2017-06-30") == (
        "9310 HU 900.00 EUR 900.00\n9390 HU -900.00 EUR -900.00" + burden
    )
    assert proposed(session, books, "delivery", delivered_on="2017-07-01") == (
        "5020 HU 900.00 EUR 900.00\n4040 HU -900.00 EUR -900.00" + burden
    )


def test_policy_of_another_form(session: Session, books: Books) -> None:
    """Each form has its policy, and the decision that was approved last goes before."""
    booked(session, books, "recognition", form="premises", valid_from="2017-01-01")
    accepted(session, books, form="services", treatment=None, purpose="setup")
    assert proposed(session, books, "delivery").startswith("9310 HU")
    booked(session, books, "recognition", valid_from="2017-01-01")
    assert proposed(session, books, "delivery").startswith("5010 HU 900.00 EUR 900.00\n4040 HU")
    booked(session, books, "recognition", valid_from="2016-12-01", recognised=None)
    assert proposed(session, books, "delivery").startswith("9310 HU")


def test_secondment_in_parts(session: Session, books: Books) -> None:
    """Days times day rate, as they are served, each at the rate of its day."""
    accepted(session, books, **DAYS)
    assert proposed(session, books, "delivery", quantity="5") == (
        "9310 HU 775.00 HUF 2.50\n"
        "9390 HU -775.00 HUF -2.50\n"
        "8010 HU 775.00 HUF 2.50\n"
        "8020 HU -775.00 HUF -2.50"
    )


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"treatment": "consumed", "credit_value": "800.00"},
        {**DAYS, "credit_value": "3000.00"},
        {"form": "services", "treatment": None, "recognised": True, "purpose": "setup"},
        {"form": "premises", "treatment": None, "currency": "PLN", "amount": "425.00"},
    ],
)
def test_both_ways_post_the_same(session: Session, books: Books, fields: dict[str, Any]) -> None:
    """What is given at once and what is offered, valued and accepted first posts the same."""
    given_at_once = {"form": "goods", **OFFER, **fields, "value_on": "2017-03-01"}
    wanted = {n: v for n, v in given_at_once.items() if n not in ("offer", "offered_on")}
    at_once = proposed(session, books, **wanted | {"voucher": "F/1"})
    if fields.get("recognised"):
        booked(session, books, "recognition", valid_from="2017-01-01")
    course = {n: v for n, v in fields.items() if n in NewOffer.model_fields}
    value = {n: v for n, v in fields.items() if n in NewValuation.model_fields}
    booked(session, books, "offer", **course)
    booked(session, books, "valuation", **{"amount": "1000.00", **value})
    booked(session, books, "acceptance")
    assert proposed(session, books, "delivery") == at_once


def test_parts_add_up(session: Session, books: Books) -> None:
    """Three parts of what three at 33.33 are worth, credited at another value, add up to both."""
    booked(session, books, "offer", **BY_THREE)
    booked(session, books, "valuation", **BY_THREE, credit_value="50.00")
    booked(session, books, "acceptance")
    credited = ("16.67", "16.66", "16.67")
    for voucher, part in zip("abc", credited, strict=True):
        said = proposed(session, books, "delivery", quantity="1", voucher=f"x{voucher}")
        assert said == (
            "1310 HU 33.33 EUR 33.33\n"
            "4030 HU -33.33 EUR -33.33\n"
            f"8010 HU {part} EUR {part}\n"
            f"8020 HU -{part} EUR -{part}"
        )
        booked(session, books, "delivery", quantity="1", voucher=voucher)
    of = standing(session, "HU", "HU-2017-K1")
    assert (of.fair_euro, of.credited_euro) == (Decimal("99.99"), Decimal("50.00"))
    assert of.status is OfferStatus.DELIVERED
    with pytest.raises(OverdeliveredError, match=r"0\.00 piece are accepted and not delivered"):
        proposed(session, books, "delivery", quantity="0.01")
    with pytest.raises(OverdeliveredError):
        proposed(session, books, "delivery")


def test_never_more_than_accepted(session: Session, books: Books) -> None:
    """A part more than is left is refused with what is left, and the rest is what is not said."""
    accepted(session, books, **BY_THREE)
    booked(session, books, "delivery", quantity="1")
    with pytest.raises(OverdeliveredError, match=r"2\.00 piece .* less than 2\.01"):
        proposed(session, books, "delivery", quantity="2.01")
    assert proposed(session, books, "delivery", voucher="rest").startswith("1310 HU 66.66 EUR")


def test_a_whole_has_no_parts(session: Session, books: Books) -> None:
    """What was accepted as one whole is delivered once, and in no units."""
    accepted(session, books)
    with pytest.raises(DeliveredWholeError, match="leave the quantity empty"):
        proposed(session, books, "delivery", quantity="1")
    booked(session, books, "delivery")
    with pytest.raises(OverdeliveredError):
        proposed(session, books, "delivery", voucher="again")


def test_reversed_delivery_is_open_again(session: Session, books: Books) -> None:
    """What was delivered by mistake is reversed, and then delivered anew at the same value."""
    accepted(session, books, **BY_THREE)
    [first] = booked(session, books, "delivery", quantity="1", voucher="a")
    booked(session, books, "delivery", quantity="1", voucher="b")
    undo = {"number": first.number, "effective_on": "2017-04-01", "reason": "Not there"}
    booked(session, books, "reversal", **undo)
    of = standing(session, "HU", "HU-2017-K1")
    assert (of.left_quantity, of.left) == (Decimal(2), Decimal("66.66"))
    assert proposed(session, books, "delivery", voucher="c").startswith("1310 HU 66.66 EUR")


def test_new_value_for_what_is_not_delivered(session: Session, books: Books) -> None:
    """A later valuation counts once it is accepted, and for what is not delivered by then."""
    accepted(session, books, **BY_THREE)
    booked(session, books, "delivery", quantity="1", voucher="a")
    dearer = BY_THREE | {"unit_value": "50.00", "valued_on": "2017-03-10"}
    booked(session, books, "valuation", **dearer)
    assert proposed(session, books, "delivery").startswith("1310 HU 66.66 EUR")
    with pytest.raises(EarlyStepError, match="came to this on 2017-03-10 only"):
        proposed(session, books, "acceptance", accepted_on="2017-03-09")
    booked(session, books, "acceptance", accepted_on="2017-03-20", voucher="D/2")
    with pytest.raises(EarlyStepError):
        proposed(session, books, "delivery", delivered_on="2017-03-19")
    later = {"delivered_on": "2017-03-20", "voucher": "b"}
    assert proposed(session, books, "delivery", **later).startswith("1310 HU 100.00 EUR")
    booked(session, books, "delivery", **later)
    of = standing(session, "HU", "HU-2017-K1")
    assert [each.fair for each in of.deliveries] == [Decimal("33.33"), Decimal("100.00")]
    assert [each.accepted.version.number for each in of.deliveries] == [1, 2]


def test_nothing_left_to_accept(session: Session, books: Books) -> None:
    """What is delivered keeps its value: no new one is accepted for it."""
    accepted(session, books, **BY_THREE)
    booked(session, books, "delivery", quantity="2")
    booked(session, books, "valuation", **BY_THREE | {"quantity": "1"}, valued_on="2017-03-10")
    again = {"accepted_on": "2017-03-20", "voucher": "D/2"}
    with pytest.raises(DeliveredMoreError, match=r"2\.00 were delivered already"):
        proposed(session, books, "acceptance", **again)
    booked(session, books, "valuation", **BY_THREE | {"quantity": "2"}, valued_on="2017-03-11")
    with pytest.raises(AcceptedAlreadyError):
        proposed(session, books, "acceptance", **again)


def test_order_of_steps(session: Session, books: Books) -> None:
    """Nothing is valued, accepted or delivered before what it rests on."""
    for kind in ("valuation", "acceptance", "delivery"):
        with pytest.raises(UnknownOfferError, match="HU has made no offer “HU-2017-K1”"):
            proposed(session, books, kind)
    booked(session, books, "offer")
    with pytest.raises(NotValuedError):
        proposed(session, books, "acceptance")
    with pytest.raises(EarlyStepError):
        proposed(session, books, "valuation", valued_on="2017-01-31")
    booked(session, books, "valuation")
    with pytest.raises(NotAcceptedError, match="somebody outside HU accepts its value first"):
        proposed(session, books, "delivery")
    booked(session, books, "acceptance")
    with pytest.raises(EarlyStepError):
        proposed(session, books, "delivery", delivered_on="2017-02-19")
    assert proposed(session, books, "delivery", delivered_on="2017-02-20")


def test_nothing_is_posted_before_the_delivery(session: Session, books: Books) -> None:
    """An offer, its valuation and its acceptance are no events of the books."""
    assert booked(session, books, "offer") == []
    assert booked(session, books, "valuation") == []
    assert booked(session, books, "acceptance") == []


def test_one_code_once_for_each_state(session: Session, books: Books) -> None:
    """A state names an offer once; another state may use the same code."""
    booked(session, books, "offer")
    with pytest.raises(OfferTwiceError, match="choose another code"):
        proposed(session, books, "offer", amount="1.00")
    assert proposed(session, books, "offer", state="CZ") == ""


def test_acceptance_is_of_what_was_seen(session: Session, books: Books) -> None:
    """An acceptance names its valuation: approved after another came, it is refused."""
    booked(session, books, "offer")
    booked(session, books, "valuation")
    document = made(session, books, "acceptance")
    submit_all(session, [document], by=books.office, now=NOW)
    seen = proposal(session, document)
    assert seen.effect["amount"] == "900.00"
    booked(session, books, "valuation", amount="950.00", voucher="V/2")
    with pytest.raises(ProposalChangedError):
        approve(session, document, by=books.coordinator, now=NOW, seen=seen.digest)


def test_goods_against_an_assessment(session: Session, books: Books) -> None:
    """Row 7a: goods taken against an assessment settle it, through exchange clearing."""
    booked(session, books, "scale")
    [asked] = booked(session, books, "assessment")
    booked(session, books, "offer")
    booked(session, books, "valuation", currency="CZK", amount="2600.00")
    booked(session, books, "acceptance", against=f"{asked.number}/HU")
    assert proposed(session, books, "delivery") == (
        "1310 HU 2,600.00 CZK 100.00\n"
        "1110 HU -100.00 EUR -100.00\n"
        "1090 HU -2,600.00 CZK -100.00\n"
        "1090 HU 100.00 EUR 100.00\n"
        "8010 HU 2,600.00 CZK 100.00\n"
        "8020 HU -2,600.00 CZK -100.00"
    )
    booked(session, books, "delivery")


@pytest.mark.parametrize(
    ("reference", "error"), [("1/PL", NotAgainstError), ("1/XX", UnknownItemError)]
)
def test_against_what_is_not_owed(
    session: Session, books: Books, reference: str, error: type[Exception]
) -> None:
    """Goods are not taken against what another state owes, or nobody."""
    booked(session, books, "scale")
    booked(session, books, "assessment")
    booked(session, books, "offer")
    booked(session, books, "valuation")
    with pytest.raises(error):
        proposed(session, books, "acceptance", against=reference)


def test_only_goods_against_an_assessment(session: Session, books: Books) -> None:
    """Services settle no assessment, and goods no more of it than is owed."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="100.00")
    booked(session, books, "offer", offer="S", form="services", treatment=None)
    booked(session, books, "valuation", offer="S")
    with pytest.raises(NotAgainstError):
        proposed(session, books, "acceptance", offer="S", against="1/HU")
    booked(session, books, "offer")
    booked(session, books, "valuation")
    booked(session, books, "acceptance", against="1/HU")
    with pytest.raises(OverdrawnItemError, match=r"EUR 25\.00 is open"):
        proposed(session, books, "delivery")


def test_who_has_left_gives_no_more(session: Session, books: Books) -> None:
    """A state that left delivers nothing, unless it still owes it."""
    accepted(session, books)
    booked(session, books, "withdrawal")
    with pytest.raises(NotAMemberError):
        proposed(session, books, "delivery", delivered_on="2018-07-02")
    assert proposed(session, books, "delivery", delivered_on="2018-06-29")


def test_worth_nothing_in_euro(session: Session, books: Books) -> None:
    """What comes to nothing in euro cannot be recorded in euro."""
    accepted(session, books, currency="HUF", amount="1.00")
    with pytest.raises(WorthlessError):
        proposed(session, books, "delivery")


@pytest.mark.parametrize("kind", ["valuation", "acceptance", "delivery"])
def test_donor_does_not_decide(session: Session, books: Books, kind: str) -> None:
    """Nobody of the donor state decides on it: not by the program, nor by the database."""
    booked(session, books, "offer")
    for earlier in BEFORE[kind]:
        booked(session, books, earlier)
    own = add_user(session, "gabor", name="Gábor", role=Role.COORDINATOR, state="HU", now=NOW)
    document = made(session, books, kind)
    submit_all(session, [document], by=books.office, now=NOW)
    seen = proposal(session, document).digest
    with pytest.raises(OwnCaseError, match="HU does not decide on its own case"):
        approve(session, document, by=own, now=NOW, seen=seen)
    session.flush()
    decided = {"status": "approved", "decided_by": own.id, "decided_at": NOW}
    forced = sa.update(Document).where(Document.id == document.id).values(**decided)
    with pytest.raises(DBAPIError, match="LG033"), session.begin_nested():
        session.execute(forced)
    assert approve(session, document, by=books.coordinator, now=NOW, seen=seen) is not None
