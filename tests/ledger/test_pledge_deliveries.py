"""Pledges fulfilled in kind: a delivery takes back the memorandum (books.md rows 1, 7, 8)."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from ledger.balances import cutoff
from ledger.offer_standing import standing
from ledger.pledge_status import pledges
from ledger.pledge_targets import UnknownPledgeError
from tests.books import LAST_DAY, Books
from tests.documents import booked, proposed
from tests.pledges import COMMITTED, ON_CONDITION, rates_move, said_of, still_open

PLEDGED = {"state": "HU", "pledge": "HU-2017-1", "form": "goods", "effective_on": "2017-01-09"}
OF_IT = {"pledge": "HU-2017-1"}
BY_TENS = {"amount": None, "quantity": "9", "unit": "piece", "unit_value": "100.00"}
GIVEN = (
    "1310 HU 900.00 EUR 900.00\n"
    "4030 HU -900.00 EUR -900.00\n"
    "8010 HU 900.00 EUR 900.00\n"
    "8020 HU -900.00 EUR -900.00"
)


def accepted(session: Session, books: Books, **fields: Any) -> None:
    """Book an offer that names the pledge, its valuation at EUR 900.00, and its acceptance."""
    booked(session, books, "offer", **OF_IT, **fields)
    value = {name: fields[name] for name in fields if name in {*BY_TENS, "currency"}}
    booked(session, books, "valuation", **{"amount": "900.00"} | value)
    booked(session, books, "acceptance")


def pledged(session: Session, books: Books, amount: str, **fields: Any) -> None:
    """Book Hungary's pledge of goods."""
    booked(session, books, "pledge", **PLEDGED | {"amount": amount} | fields)


def how(session: Session) -> str:
    """Write how the one pledge stands."""
    [found] = pledges(session, cutoff(session, LAST_DAY))
    return said_of(found)


@pytest.mark.parametrize("level", [{}, COMMITTED])
def test_delivery_takes_back_the_pledge(
    session: Session, books: Books, level: dict[str, str]
) -> None:
    """Rows 1 and 7: what is delivered was pledged, and is a memorandum no more."""
    pledged(session, books, "1500.00", **level)
    accepted(session, books)
    assert proposed(session, books, "delivery") == (
        GIVEN + "\n9190 HU 900.00 EUR 900.00\n9110 HU -900.00 EUR -900.00"
    )
    booked(session, books, "delivery")
    assert still_open(session) == {"announced": "600.00 600.00"}
    level_of = level.get("level", "announced")
    assert how(session) == (
        f"v1 {level_of}: 1500.00 pledged, 900.00 received, 600.00 open, partly_paid"
    )


def test_in_parts(session: Session, books: Books) -> None:
    """Each part takes back its own value, and the last all that is left."""
    pledged(session, books, "900.00")
    accepted(session, books, **BY_TENS)
    back = "9190 HU {0}.00 EUR {0}.00\n9110 HU -{0}.00 EUR -{0}.00"
    assert proposed(session, books, "delivery", quantity="2").endswith(back.format(200))
    booked(session, books, "delivery", quantity="2")
    assert proposed(session, books, "delivery", voucher="rest").endswith(back.format(700))
    booked(session, books, "delivery", voucher="rest")
    assert still_open(session) == {}
    assert how(session) == "v1 announced: 900.00 pledged, 900.00 received, 0.00 open, paid_in_full"


def test_more_than_was_pledged(session: Session, books: Books) -> None:
    """Goods worth more than the pledge enter at their value, and take back what is open of it."""
    pledged(session, books, "500.00")
    accepted(session, books)
    assert proposed(session, books, "delivery") == (
        GIVEN + "\n9190 HU 500.00 EUR 500.00\n9110 HU -500.00 EUR -500.00"
    )


def test_pledge_in_other_money(session: Session, books: Books) -> None:
    """What is delivered counts in the pledge's money by the rates of its day, and goes as carried.

    900 euro are PLN 3,600 at 4.00; of PLN 4,250, carried at EUR 1,000, that is EUR 847.06.
    """
    pledged(session, books, "4250.00", currency="PLN")
    rates_move(session, "4.0000", on="2017-03-07")
    accepted(session, books)
    assert proposed(session, books, "delivery", delivered_on="2017-03-07") == (
        GIVEN + "\n9190 HU 3,600.00 PLN 847.06\n9110 HU -3,600.00 PLN -847.06"
    )


def test_goods_in_other_money(session: Session, books: Books) -> None:
    """Crowns count in the euro of the pledge by the rate of the day of the delivery."""
    pledged(session, books, "1500.00")
    accepted(session, books, currency="CZK", amount="2600.00")
    assert proposed(session, books, "delivery") == (
        "1310 HU 2,600.00 CZK 100.00\n"
        "4030 HU -2,600.00 CZK -100.00\n"
        "8010 HU 2,600.00 CZK 100.00\n"
        "8020 HU -2,600.00 CZK -100.00\n"
        "9190 HU 100.00 EUR 100.00\n"
        "9110 HU -100.00 EUR -100.00"
    )


def test_pledge_that_is_delivered(session: Session, books: Books) -> None:
    """Of a pledge that is fulfilled nothing is taken back a second time."""
    pledged(session, books, "900.00")
    accepted(session, books)
    booked(session, books, "delivery")
    again = {"offer": "HU-2017-K2"}
    booked(session, books, "offer", **OF_IT, **again)
    booked(session, books, "valuation", **again)
    booked(session, books, "acceptance", **again)
    assert proposed(session, books, "delivery", **again) == GIVEN
    assert booked(session, books, "delivery", **again)


@pytest.mark.parametrize("what", ["lapsed", "conditional"])
def test_nothing_of_it_is_announced(session: Session, books: Books, what: str) -> None:
    """What lapsed is not taken back again; what waits for its conditions goes on waiting."""
    if what == "lapsed":
        pledged(session, books, "900.00")
        lapse = {"state": "HU", "pledge": "HU-2017-1", "lapsed_on": "2017-02-01"}
        booked(session, books, "lapse", **lapse)
    else:
        pledged(session, books, "900.00", **ON_CONDITION, form="cash")
    accepted(session, books)
    assert proposed(session, books, "delivery") == GIVEN


def test_services_that_are_disclosed(session: Session, books: Books) -> None:
    """Row 8a: a memorandum of services takes the place of that of their pledge."""
    pledged(session, books, "900.00", form="services")
    accepted(session, books, form="services", treatment=None)
    assert proposed(session, books, "delivery") == (
        "9310 HU 900.00 EUR 900.00\n"
        "9390 HU -900.00 EUR -900.00\n"
        "8010 HU 900.00 EUR 900.00\n"
        "8020 HU -900.00 EUR -900.00\n"
        "9190 HU 900.00 EUR 900.00\n"
        "9110 HU -900.00 EUR -900.00"
    )


def test_reversed_delivery(session: Session, books: Books) -> None:
    """A delivery that is reversed leaves pledge and offer as they were."""
    pledged(session, books, "1500.00")
    accepted(session, books)
    stood = how(session)
    [entry] = booked(session, books, "delivery")
    undo = {"number": entry.number, "effective_on": "2017-04-01", "reason": "Not there"}
    booked(session, books, "reversal", **undo)
    assert (how(session), still_open(session)) == (stood, {"announced": "1500.00 1500.00"})
    assert not standing(session, "HU", "HU-2017-K1").deliveries


def test_pledge_that_is_none(session: Session, books: Books) -> None:
    """An offer that names no pledge of its state is refused when it is made, not when it comes."""
    with pytest.raises(UnknownPledgeError, match="HU-2017-1"):
        proposed(session, books, "offer", **OF_IT)
    pledged(session, books, "900.00", state="CZ")
    with pytest.raises(UnknownPledgeError, match="HU-2017-1"):
        proposed(session, books, "offer", **OF_IT)
