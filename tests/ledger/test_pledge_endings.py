"""How pledges end: they lapse, or their conditions are met (books.md rows 2d, 2e)."""

import pytest
from sqlalchemy.orm import Session

from ledger.balances import cutoff
from ledger.errors import LedgerError
from ledger.pledge_endings import NothingReceivedError
from ledger.pledge_status import pledges
from ledger.pledges import (
    LapsedPledgeError,
    PaidPledgeError,
)
from tests.books import LAST_DAY, Books
from tests.documents import booked, proposed
from tests.pledges import (
    BY_PARTS,
    COMMITTED,
    LATER,
    MEMO_BACK,
    ON_CONDITION,
    PLN,
    paid,
    said_of,
    still_open,
)


@pytest.mark.parametrize(
    ("fields", "on", "lines"),
    [
        ({}, "2017-12-31", MEMO_BACK[:-1]),
        (ON_CONDITION, "2018-01-01", "9290 PL 100.00 EUR 100.00\n9210 PL -100.00 EUR -100.00"),
        (COMMITTED, "2017-12-31", "4020 PL 100.00 EUR 100.00\n1120 PL -100.00 EUR -100.00"),
        (COMMITTED, "2018-01-01", "5150 PL 100.00 EUR 100.00\n1120 PL -100.00 EUR -100.00"),
        (
            COMMITTED | BY_PARTS,
            "2018-01-01",
            "5150 PL 100.00 EUR 100.00\n1120 PL -60.00 EUR -60.00\n1120 PL -40.00 EUR -40.00",
        ),
        (
            COMMITTED | PLN,
            "2017-12-31",
            (
                "4020 PL 100.00 EUR 100.00\n1120 PL -425.00 PLN -100.00\n"
                "1090 PL -100.00 EUR -100.00\n1090 PL 425.00 PLN 100.00"
            ),
        ),
    ],
)
def test_lapse(session: Session, books: Books, fields: dict[str, str], on: str, lines: str) -> None:
    """What is open lapses: against revenue in the year of the pledge, impaired in a later one."""
    booked(session, books, "pledge", **fields)
    assert proposed(session, books, "lapse", lapsed_on=on) == lines


def test_lapse_of_two_years(session: Session, books: Books) -> None:
    """What was recognised this year is taken back first, and the rest of it is impaired."""
    booked(session, books, "pledge", **COMMITTED)
    booked(
        session, books, "pledge", **COMMITTED | {"amount": "130.00", "effective_on": "2018-02-01"}
    )
    assert proposed(session, books, "lapse", lapsed_on="2018-03-01") == (
        "4020 PL 30.00 EUR 30.00\n5150 PL 100.00 EUR 100.00\n1120 PL -130.00 EUR -130.00"
    )


def test_lapse_of_what_was_lowered_and_raised(session: Session, books: Books) -> None:
    """What was raised this year is this year's, though as much was taken off last year's before."""
    booked(session, books, "pledge", **COMMITTED)
    for on, amount in (("2018-02-01", "70.00"), ("2018-03-01", "100.00")):
        booked(session, books, "pledge", **COMMITTED | {"amount": amount, "effective_on": on})
    lapsed = {"lapsed_on": "2018-04-03"}
    told = "4020 PL 30.00 EUR 30.00\n5150 PL 70.00 EUR 70.00\n1120 PL -100.00 EUR -100.00"
    assert proposed(session, books, "lapse", **lapsed) == told
    [gone] = booked(session, books, "lapse", **lapsed)
    booked(session, books, "reversal", number=gone.number, effective_on="2018-04-04", reason="no")
    assert proposed(session, books, "lapse", lapsed_on="2018-04-05") == told


def test_lapse_leaves_what_was_paid(session: Session, books: Books) -> None:
    """Only what is open lapses, and only once."""
    booked(session, books, "pledge", **COMMITTED)
    paid(session, books, "30.00", on="2017-04-03")
    booked(session, books, "lapse")
    assert still_open(session) == {}
    [found] = pledges(session, cutoff(session, LAST_DAY))
    assert said_of(found) == "v1 committed: 100.00 pledged, 30.00 received, 0.00 open, lapsed"
    with pytest.raises(LapsedPledgeError, match="lapsed on 2017-12-01"):
        proposed(session, books, "lapse", lapsed_on="2018-01-01")
    with pytest.raises(LapsedPledgeError, match="under another code"):
        proposed(session, books, "pledge", effective_on="2018-01-01")


def test_written_off_stays_written_off(session: Session, books: Books) -> None:
    """What the states gave up of a pledge counts against its next version like what came."""
    booked(session, books, "pledge", **COMMITTED | BY_PARTS)
    first = {"item": "pledge:PL:PL-2017-1:2018-03-01", "written_off_on": "2018-02-01"}
    booked(session, books, "write_off", **first, amount="30.00")
    paid(session, books, "20.00", on="2018-03-01")
    [found] = pledges(session, cutoff(session, LAST_DAY))
    assert [(str(each.paid), str(each.open)) for each in found.instalments] == [
        ("20.00", "10.00"),
        ("0.00", "40.00"),
    ]
    again = COMMITTED | BY_PARTS | {"effective_on": "2018-04-03"}
    assert proposed(session, books, "pledge", **again) == ""
    more = again | {"amount": "105.00", "instalments": None}
    booked(session, books, "pledge", **more)
    assert still_open(session) == {"undated": "55.00 55.00"}
    less = {"amount": "49.99", "instalments": None, "effective_on": "2018-04-04"}
    with pytest.raises(PaidPledgeError, match=r"EUR 50\.00 was received or written off"):
        proposed(session, books, "pledge", **COMMITTED | less)
    assert proposed(session, books, "pledge", **COMMITTED | less | {"amount": "50.00"}) == (
        "1120 PL -55.00 EUR -55.00\n4020 PL 5.00 EUR 5.00\n5150 PL 50.00 EUR 50.00"
    )


# Money on conditions


@pytest.mark.parametrize(
    ("amount", "lines"),
    [
        (
            None,
            (
                "2040 PL 40.00 EUR 40.00\n4020 PL -40.00 EUR -40.00\n"
                "9290 PL 40.00 EUR 40.00\n9210 PL -40.00 EUR -40.00"
            ),
        ),
        (
            "10.00",
            (
                "2040 PL 10.00 EUR 10.00\n4020 PL -10.00 EUR -10.00\n"
                "9290 PL 10.00 EUR 10.00\n9210 PL -10.00 EUR -10.00"
            ),
        ),
    ],
)
def test_condition_met(session: Session, books: Books, amount: str | None, lines: str) -> None:
    """What was received on conditions is revenue once they are met, and no memorandum any more."""
    booked(session, books, "pledge", **ON_CONDITION)
    with pytest.raises(NothingReceivedError, match="By 2017-06-01 nothing was received"):
        proposed(session, books, "condition")
    paid(session, books, "40.00", on="2017-05-02")
    assert proposed(session, books, "condition", amount=amount) == lines
    with pytest.raises(LedgerError, match=r"EUR 40\.00 is open from 2017-06-01 on"):
        proposed(session, books, "condition", amount="40.01")


def test_condition_met_in_zloty(session: Session, books: Books) -> None:
    """Revenue is what the money was worth when it came, the memorandum goes as it was carried."""
    booked(session, books, "pledge", **ON_CONDITION | PLN)
    paid(session, books, "85.00", on="2017-05-02")
    assert proposed(session, books, "condition") == (
        "2040 PL 85.00 PLN 20.00\n4020 PL -20.00 EUR -20.00\n"
        "1090 PL 20.00 EUR 20.00\n1090 PL -85.00 PLN -20.00\n"
        "9290 PL 85.00 PLN 20.00\n9210 PL -85.00 PLN -20.00"
    )


def test_conditions_that_fall_away(session: Session, books: Books) -> None:
    """A pledge that is confirmed without its conditions makes what waited for them revenue."""
    booked(session, books, "pledge", **ON_CONDITION)
    paid(session, books, "40.00", on="2017-05-02")
    assert proposed(session, books, "pledge", **LATER | COMMITTED) == (
        "9290 PL 100.00 EUR 100.00\n9210 PL -100.00 EUR -100.00\n"
        "2040 PL 40.00 EUR 40.00\n4020 PL -40.00 EUR -40.00\n"
        "1120 PL 60.00 EUR 60.00\n4020 PL -60.00 EUR -60.00"
    )


def test_lapse_leaves_what_waits_for_a_condition(session: Session, books: Books) -> None:
    """What came before the lapse may still be for good."""
    booked(session, books, "pledge", **ON_CONDITION)
    paid(session, books, "40.00", on="2017-05-02")
    booked(session, books, "lapse")
    assert still_open(session) == {"conditional": "40.00 40.00", "liability": "40.00 40.00"}
    booked(session, books, "condition", met_on="2018-01-02")
    assert still_open(session) == {}
