"""How offers stand: on each day, as the books knew them, and their parts in whatever order."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.approvals import approve, proposal
from ledger.balances import Cutoff, cutoff
from ledger.documents import submit_all
from ledger.inputs import read
from ledger.offer_standing import Accepted, Delivered, OfferStanding, Version, offers
from ledger.offers import NewOffer
from ledger.valuations import NewValuation
from ledger.vocabulary import OfferStatus
from tests.books import LAST_DAY, NOW, Books
from tests.document_fields import OFFER, VALUATION
from tests.documents import booked, made

BY_THREE = {"amount": None, "quantity": "3", "unit": "piece", "unit_value": "33.33"}


def test_standing_at_each_step(session: Session, books: Books) -> None:
    """A reader sees how far an offer has come, on each day and by what the books then knew."""
    booked(session, books, "offer", **BY_THREE)
    booked(session, books, "valuation", **BY_THREE)
    booked(session, books, "acceptance")
    booked(session, books, "delivery", quantity="1")
    booked(session, books, "delivery", delivered_on="2017-04-03", voucher="rest")
    days = {
        date(2017, 1, 31): None,
        date(2017, 2, 1): OfferStatus.CLAIMED,
        date(2017, 2, 10): OfferStatus.VALUED,
        date(2017, 2, 20): OfferStatus.ACCEPTED,
        date(2017, 3, 1): OfferStatus.PARTLY_DELIVERED,
        date(2017, 4, 3): OfferStatus.DELIVERED,
    }
    seen = {}
    for on in days:
        found = offers(session, cutoff(session, on))
        seen[on] = found[0].status if found else None
    assert seen == days
    [partly] = offers(session, cutoff(session, date(2017, 3, 1)))
    assert (partly.left, partly.left_quantity) == (Decimal("66.66"), Decimal(2))
    assert partly.fair_euro == Decimal("33.33")
    assert [each.approved_by for each in partly.versions] == ["Eva Kovács"]


def test_standing_as_it_was_known(session: Session, books: Books) -> None:
    """What was approved after an entry is not known at its number."""
    booked(session, books)
    for days, kind in enumerate(("contribution", "offer"), start=24):
        later = datetime(2026, 11, days, tzinfo=UTC)
        document = made(session, books, kind, voucher="later")
        by = books.officer if kind == "contribution" else books.office
        submit_all(session, [document], by=by, now=later)
        seen = proposal(session, document).digest
        approve(session, document, by=books.coordinator, now=later, seen=seen)
    assert len(offers(session, cutoff(session, LAST_DAY))) == 1
    assert offers(session, cutoff(session, LAST_DAY, known_at=NOW)) == []


def test_known_at_a_number(session: Session, books: Books) -> None:
    """Of what was approved at one moment a number knows what came before the next entry."""
    booked(session, books, "offer")
    booked(session, books)
    booked(session, books, "valuation")
    booked(session, books, "acceptance")
    booked(session, books, "delivery")
    booked(session, books, voucher="later")
    known = [offers(session, Cutoff(LAST_DAY, number)) for number in range(4)]
    assert [each.status for of in known for each in of] == [
        OfferStatus.CLAIMED,
        OfferStatus.ACCEPTED,
        OfferStatus.DELIVERED,
        OfferStatus.DELIVERED,
    ]


@given(
    whole=st.integers(min_value=1, max_value=10**9),
    parts=st.lists(st.integers(min_value=1, max_value=10**6), min_size=1, max_size=12),
)
def test_parts_of_any_size_add_up(whole: int, parts: list[int]) -> None:
    """However a value is delivered in parts, they add up to it, and none is below zero."""
    value = Decimal(whole) / 100
    quantity = Decimal(sum(parts)) / 100
    of = in_memory(value, quantity)
    for part in parts:
        units = Decimal(part) / 100
        fair = of.part(value, units, posted=of.posted()[0])
        assert fair >= 0
        of.deliveries.append(delivered(of, units, fair))
    assert of.posted()[0] == value
    assert of.left == 0
    assert of.is_delivered


def in_memory(value: Decimal, quantity: Decimal) -> OfferStanding:
    """Make an offer that was accepted at a value for so many units, without books."""
    said = {"amount": value, "quantity": quantity, "unit": "piece"}
    by: dict[str, Any] = {"approved_by": "Eva", "approved_at": NOW}
    of = OfferStanding("o", read(NewOffer, OFFER | said), **by)
    version = Version(1, "v", read(NewValuation, VALUATION | said), **by)
    of.versions.append(version)
    of.acceptances.append(Accepted("a", version, date(2017, 2, 20), None, "Eva", NOW, "D/1"))
    return of


def delivered(of: OfferStanding, units: Decimal, fair: Decimal) -> Delivered:
    """Make a delivery of so many units at so much."""
    by = of.acceptances[-1]
    day = date(2017, 3, 1)
    return Delivered("d", 1, day, units, "EUR", fair, fair, fair, fair, "", by)
