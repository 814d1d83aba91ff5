"""Money for pledges: what an application that names one posts (books.md rows 1, 2d, 3, 16)."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from ledger.application_refusals import (
    FulfilledPledgeError,
    NothingOpenError,
    OtherStateError,
    PledgedInKindError,
)
from ledger.approvals import approve_all
from ledger.balances import cutoff
from ledger.documents import submit_all
from ledger.open_items import OverdrawnItemError
from ledger.pledge_status import pledges
from ledger.pledge_targets import UnknownPledgeError
from tests.books import LAST_DAY, NOW, Books
from tests.documents import booked, made, proposed
from tests.ledger.receivables import came
from tests.pledges import COMMITTED, ON_CONDITION, PLN, rates_move, said_of, still_open, sums

THREE = {"instalments": "2017-04-01 30.00; 2017-05-01 30.00; 2017-06-01 40.00"}
NAMED = {"pledge": "PL-2017-1"}
IN_KIND = {"form": "goods"}
CREDITED = "\n8010 PL 100.00 EUR 100.00\n8020 PL -100.00 EUR -100.00"
LEVELS: tuple[dict[str, str], ...] = (COMMITTED, {}, ON_CONDITION)


def applied(session: Session, books: Books, **fields: Any) -> str:
    """Write what money for the pledge would post."""
    return proposed(session, books, "application", **NAMED | fields)


def how(session: Session) -> str:
    """Write how the one pledge stands."""
    [found] = pledges(session, cutoff(session, LAST_DAY))
    return said_of(found)


def test_one_payment_over_three_instalments(session: Session, books: Books) -> None:
    """Row 3: the oldest due first, and all of it at once."""
    booked(session, books, "pledge", **COMMITTED, **THREE)
    came(session, books)
    assert applied(session, books) == (
        "2060 PL 100.00 EUR 100.00\n"
        "1120 PL -30.00 EUR -30.00\n"
        "1120 PL -30.00 EUR -30.00\n"
        "1120 PL -40.00 EUR -40.00" + CREDITED
    )
    booked(session, books, "application", **NAMED)
    assert still_open(session) == {}
    assert how(session) == "v1 committed: 100.00 pledged, 100.00 received, 0.00 open, paid_in_full"


def test_a_part_leaves_the_last_instalments_open(session: Session, books: Books) -> None:
    """What does not reach stays open where it falls due last; the next payment goes on there."""
    booked(session, books, "pledge", **COMMITTED, **THREE)
    came(session, books)
    booked(session, books, "application", **NAMED, amount="35.00")
    assert still_open(session) == {
        "BS/2017/31-4": "65.00 65.00",
        "2017-05-01": "25.00 25.00",
        "2017-06-01": "40.00 40.00",
    }
    assert applied(session, books, amount="26.00") == (
        "2060 PL 26.00 EUR 26.00\n"
        "1120 PL -25.00 EUR -25.00\n"
        "1120 PL -1.00 EUR -1.00\n"
        "8010 PL 26.00 EUR 26.00\n"
        "8020 PL -26.00 EUR -26.00"
    )
    assert how(session) == "v1 committed: 100.00 pledged, 35.00 received, 65.00 open, overdue"


def test_one_instalment_by_its_number(session: Session, books: Books) -> None:
    """Numbers count by due day; no more of it is paid than is open of that instalment."""
    booked(session, books, "pledge", **COMMITTED, **THREE)
    came(session, books)
    assert applied(session, books, pledge="pl-2017-1/3", amount="40.00") == (
        "2060 PL 40.00 EUR 40.00\n"
        "1120 PL -40.00 EUR -40.00\n"
        "8010 PL 40.00 EUR 40.00\n"
        "8020 PL -40.00 EUR -40.00"
    )
    with pytest.raises(OverdrawnItemError, match=r"EUR 40\.00 is open"):
        applied(session, books, pledge="PL-2017-1/3", amount="40.01")
    with pytest.raises(UnknownPledgeError, match="is not one pledge"):
        applied(session, books, pledge="PL-2017-1/4")


def test_more_than_is_owed(session: Session, books: Books) -> None:
    """Of a larger receipt as much is taken as is owed; an amount that is said is never cut."""
    booked(session, books, "pledge", **COMMITTED, **THREE)
    came(session, books, "130.00")
    assert applied(session, books).startswith("2060 PL 100.00 EUR 100.00\n")
    with pytest.raises(OverdrawnItemError):
        applied(session, books, amount="100.01")


def test_foreign_money_for_a_foreign_pledge(session: Session, books: Books) -> None:
    """Each instalment goes at what it was carried at; the rest is a realised gain (row 13)."""
    parts = {"instalments": "2017-04-01 127.50; 2017-05-01 297.50"}
    booked(session, books, "pledge", **COMMITTED, **PLN, **parts)
    rates_move(session, "4.0000", on="2017-03-07")
    came(session, books, **PLN, received_on="2017-03-07")
    assert applied(session, books, applied_on="2017-03-08") == (
        "2060 PL 425.00 PLN 106.25\n"
        "1120 PL -127.50 PLN -30.00\n"
        "1120 PL -297.50 PLN -70.00\n"
        "5110 PL 0.00 PLN -6.25\n"
        "8010 PL 425.00 PLN 106.25\n"
        "8020 PL -425.00 PLN -106.25"
    )
    booked(session, books, "application", **NAMED, applied_on="2017-03-08")
    assert still_open(session) == {}


def test_euro_for_a_foreign_pledge(session: Session, books: Books) -> None:
    """Euro pays złoty at the rate of the day on which it came, through exchange clearing."""
    booked(session, books, "pledge", **COMMITTED, **PLN)
    came(session, books, "60.00")
    assert applied(session, books) == (
        "2060 PL 60.00 EUR 60.00\n"
        "1120 PL -255.00 PLN -60.00\n"
        "1090 PL -60.00 EUR -60.00\n"
        "1090 PL 255.00 PLN 60.00\n"
        "8010 PL 60.00 EUR 60.00\n"
        "8020 PL -60.00 EUR -60.00"
    )


def test_announced_is_revenue_when_it_comes(session: Session, books: Books) -> None:
    """Row 1: what was announced and came is revenue, and a memorandum no more."""
    booked(session, books, "pledge")
    came(session, books)
    assert applied(session, books, amount="60.00") == (
        "2060 PL 60.00 EUR 60.00\n"
        "4020 PL -60.00 EUR -60.00\n"
        "8010 PL 60.00 EUR 60.00\n"
        "8020 PL -60.00 EUR -60.00\n"
        "9190 PL 60.00 EUR 60.00\n"
        "9110 PL -60.00 EUR -60.00"
    )
    booked(session, books, "application", **NAMED, amount="60.00")
    assert how(session) == "v1 announced: 100.00 pledged, 60.00 received, 40.00 open, partly_paid"


def test_more_than_was_announced(session: Session, books: Books) -> None:
    """What is beyond was given all the same: revenue, and no more memorandum than there is."""
    booked(session, books, "pledge")
    came(session, books, "150.00")
    assert applied(session, books) == (
        "2060 PL 150.00 EUR 150.00\n"
        "4020 PL -150.00 EUR -150.00\n"
        "8010 PL 150.00 EUR 150.00\n"
        "8020 PL -150.00 EUR -150.00\n"
        "9190 PL 100.00 EUR 100.00\n"
        "9110 PL -100.00 EUR -100.00"
    )


def test_euro_for_what_was_announced_in_other_money(session: Session, books: Books) -> None:
    """The memorandum goes in its own money, at what it was carried at, whatever the rate is now."""
    booked(session, books, "pledge", **PLN)
    rates_move(session, "4.0000", on="2017-03-07")
    came(session, books, "50.00", received_on="2017-03-07")
    assert applied(session, books, applied_on="2017-03-08") == (
        "2060 PL 50.00 EUR 50.00\n"
        "4020 PL -50.00 EUR -50.00\n"
        "8010 PL 50.00 EUR 50.00\n"
        "8020 PL -50.00 EUR -50.00\n"
        "9190 PL 200.00 PLN 47.06\n"
        "9110 PL -200.00 PLN -47.06"
    )


def test_conditional_is_a_liability_until_the_condition(session: Session, books: Books) -> None:
    """Row 2d: what came on conditions is owed back until they are met, and then is revenue."""
    booked(session, books, "pledge", **ON_CONDITION)
    came(session, books)
    assert applied(session, books, amount="60.00") == (
        "2060 PL 60.00 EUR 60.00\n"
        "2040 PL -60.00 EUR -60.00\n"
        "8010 PL 60.00 EUR 60.00\n"
        "8020 PL -60.00 EUR -60.00"
    )
    booked(session, books, "application", **NAMED, amount="60.00")
    assert proposed(session, books, "condition") == (
        "2040 PL 60.00 EUR 60.00\n"
        "4020 PL -60.00 EUR -60.00\n"
        "9290 PL 60.00 EUR 60.00\n"
        "9210 PL -60.00 EUR -60.00"
    )
    booked(session, books, "condition")
    assert how(session) == "v1 conditional: 100.00 pledged, 60.00 received, 40.00 open, partly_paid"
    assert applied(session, books).startswith("2060 PL 40.00 EUR 40.00\n2040 PL -40.00 EUR -40.00")


def test_conditional_in_other_money(session: Session, books: Books) -> None:
    """The liability is kept in the money of the pledge, at the rate of the day of the receipt."""
    booked(session, books, "pledge", **ON_CONDITION, **PLN)
    rates_move(session, "4.0000", on="2017-03-07")
    came(session, books, "50.00", received_on="2017-03-07")
    assert applied(session, books, applied_on="2017-03-08") == (
        "2060 PL 50.00 EUR 50.00\n"
        "2040 PL -200.00 PLN -50.00\n"
        "1090 PL -50.00 EUR -50.00\n"
        "1090 PL 200.00 PLN 50.00\n"
        "8010 PL 50.00 EUR 50.00\n"
        "8020 PL -50.00 EUR -50.00"
    )
    booked(session, books, "application", **NAMED, applied_on="2017-03-08")
    assert proposed(session, books, "condition") == (
        "2040 PL 200.00 PLN 50.00\n"
        "4020 PL -50.00 EUR -50.00\n"
        "1090 PL 50.00 EUR 50.00\n"
        "1090 PL -200.00 PLN -50.00\n"
        "9290 PL 200.00 PLN 47.06\n"
        "9210 PL -200.00 PLN -47.06"
    )


def test_no_more_on_condition_than_was_pledged(session: Session, books: Books) -> None:
    """More than is still to come is refused with what is; what came before counts."""
    booked(session, books, "pledge", **ON_CONDITION)
    came(session, books, "150.00")
    with pytest.raises(FulfilledPledgeError, match=r"EUR 100\.00 is still to come.*EUR 100\.01"):
        applied(session, books, amount="100.01")
    booked(session, books, "application", **NAMED, amount="60.00")
    with pytest.raises(FulfilledPledgeError, match=r"EUR 40\.00 is still to come"):
        applied(session, books)
    assert applied(session, books, amount="40.00").startswith("2060 PL 40.00 EUR 40.00\n2040 PL")


@pytest.mark.parametrize("level", LEVELS)
def test_in_kind(session: Session, books: Books, level: dict[str, str]) -> None:
    """Money fulfils no pledge of goods."""
    booked(session, books, "pledge", **level, **IN_KIND)
    came(session, books)
    with pytest.raises(PledgedInKindError, match="PL-2017-1 is in kind"):
        applied(session, books)


@pytest.mark.parametrize("level", LEVELS)
def test_of_another_state(session: Session, books: Books, level: dict[str, str]) -> None:
    """Money of one state fulfils no pledge of another."""
    booked(session, books, "pledge", **level, state="HU", pledge="HU-1")
    came(session, books)
    with pytest.raises(OtherStateError, match="Item HU-1 is of HU, not of PL"):
        applied(session, books, pledge="HU-1")


@pytest.mark.parametrize("level", LEVELS)
def test_paid_in_full(session: Session, books: Books, level: dict[str, str]) -> None:
    """Of a pledge that is paid nothing is open: to name it is a mistake."""
    booked(session, books, "pledge", **level)
    came(session, books, "150.00")
    booked(session, books, "application", **NAMED, amount="100.00")
    with pytest.raises((FulfilledPledgeError, NothingOpenError), match=r"PL-2017-1"):
        applied(session, books)


@pytest.mark.parametrize("level", LEVELS)
def test_lapsed(session: Session, books: Books, level: dict[str, str]) -> None:
    """What lapsed is not fulfilled: to name it is a mistake."""
    booked(session, books, "pledge", **level)
    booked(session, books, "lapse", lapsed_on="2017-03-02")
    came(session, books)
    with pytest.raises((FulfilledPledgeError, NothingOpenError), match=r"PL-2017-1"):
        applied(session, books)


@pytest.mark.parametrize(
    ("level", "error"),
    [(COMMITTED, OverdrawnItemError), ({}, None), (ON_CONDITION, FulfilledPledgeError)],
)
def test_a_list_sees_what_it_takes(
    session: Session, books: Books, level: dict[str, str], error: type[Exception] | None
) -> None:
    """Two applications approved at once see each other: not more is fulfilled than was pledged."""
    booked(session, books, "pledge", **level)
    came(session, books, "150.00")
    both = [
        made(session, books, "application", **NAMED, amount=amount) for amount in ("60.00", "41.00")
    ]
    submit_all(session, both, by=books.officer, now=NOW)
    if error is None:
        approve_all(session, both, by=books.coordinator, now=NOW)
        assert still_open(session) == {"BS/2017/31-4": "49.00 49.00"}
        assert sums(session, "9110") == {0}
    else:
        with pytest.raises(error):
            approve_all(session, both, by=books.coordinator, now=NOW)


def test_an_advance_fulfils_a_pledge(session: Session, books: Books) -> None:
    """Money kept as an advance was credited when it came; used for a pledge it is not again."""
    booked(session, books, "pledge", **COMMITTED, **THREE)
    came(session, books)
    kept = {"to": "advance", "purpose": "operations", "activity": "information"}
    [entry] = booked(session, books, "application", **kept)
    assert applied(session, books, source=f"{entry.number}.2", amount="30.00") == (
        "2030 PL 30.00 EUR 30.00\n1120 PL -30.00 EUR -30.00"
    )


@pytest.mark.parametrize("level", LEVELS)
def test_reversed_it_is_open_again(session: Session, books: Books, level: dict[str, str]) -> None:
    """To undo an application its entry is reversed: the pledge and the receipt stand as before."""
    booked(session, books, "pledge", **level)
    came(session, books)
    before, stood = still_open(session), how(session)
    [entry] = booked(session, books, "application", **NAMED)
    assert how(session) != stood
    undo = {"number": entry.number, "effective_on": "2017-04-01", "reason": "Not for this"}
    booked(session, books, "reversal", **undo)
    assert (still_open(session), how(session)) == (before, stood)
