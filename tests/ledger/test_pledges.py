"""Pledges: versions that post what they change, and nothing else (books.md rows 1, 2a to 2c)."""

from collections.abc import Mapping
from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.balances import cutoff
from ledger.pledge_status import pledges
from ledger.pledge_targets import UnknownPledgeError, target
from ledger.reversals import DecidedAgainError
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
    rates_move,
    said_of,
    settles,
)


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        ({}, "9110 PL 100.00 EUR 100.00\n9190 PL -100.00 EUR -100.00"),
        (PLN, "9110 PL 425.00 PLN 100.00\n9190 PL -425.00 PLN -100.00"),
        (COMMITTED, "1120 PL 100.00 EUR 100.00\n4020 PL -100.00 EUR -100.00"),
        (
            COMMITTED | BY_PARTS,
            "1120 PL 60.00 EUR 60.00\n1120 PL 40.00 EUR 40.00\n4020 PL -100.00 EUR -100.00",
        ),
        (
            COMMITTED | PLN,
            (
                "1120 PL 425.00 PLN 100.00\n4020 PL -100.00 EUR -100.00\n"
                "1090 PL 100.00 EUR 100.00\n1090 PL -425.00 PLN -100.00"
            ),
        ),
        (ON_CONDITION, "9210 PL 100.00 EUR 100.00\n9290 PL -100.00 EUR -100.00"),
        (
            COMMITTED | {"form": "secondment"},
            "9110 PL 100.00 EUR 100.00\n9190 PL -100.00 EUR -100.00",
        ),
        (
            ON_CONDITION | {"form": "goods"},
            "9110 PL 100.00 EUR 100.00\n9190 PL -100.00 EUR -100.00",
        ),
    ],
)
def test_first_version(
    session: Session, books: Books, fields: Mapping[str, str], lines: str
) -> None:
    """What is announced or in kind is a memorandum, what is committed in cash is owed."""
    assert proposed(session, books, "pledge", **fields) == lines


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ({}, {"amount": "150.00"}, "9110 PL 50.00 EUR 50.00\n9190 PL -50.00 EUR -50.00"),
        ({}, {"amount": "70.00"}, "9190 PL 30.00 EUR 30.00\n9110 PL -30.00 EUR -30.00"),
        ({}, {"description": "Said in other words"}, ""),
        (
            {},
            COMMITTED,
            f"{MEMO_BACK}1120 PL 100.00 EUR 100.00\n4020 PL -100.00 EUR -100.00",
        ),
        ({}, ON_CONDITION, f"{MEMO_BACK}9210 PL 100.00 EUR 100.00\n9290 PL -100.00 EUR -100.00"),
        (
            ON_CONDITION,
            COMMITTED,
            (
                "9290 PL 100.00 EUR 100.00\n9210 PL -100.00 EUR -100.00\n"
                "1120 PL 100.00 EUR 100.00\n4020 PL -100.00 EUR -100.00"
            ),
        ),
        (
            COMMITTED,
            {},
            (
                "9110 PL 100.00 EUR 100.00\n9190 PL -100.00 EUR -100.00\n"
                "1120 PL -100.00 EUR -100.00\n4020 PL 100.00 EUR 100.00"
            ),
        ),
        (
            COMMITTED,
            COMMITTED | {"amount": "70.00"},
            "1120 PL -30.00 EUR -30.00\n4020 PL 30.00 EUR 30.00",
        ),
        (
            COMMITTED,
            COMMITTED | {"amount": "70.00", "effective_on": "2018-01-01"},
            "1120 PL -30.00 EUR -30.00\n5150 PL 30.00 EUR 30.00",
        ),
        (
            COMMITTED | BY_PARTS,
            COMMITTED | {"amount": "120.00", "instalments": "2018-03-01 60.00; 2018-12-01 60.00"},
            (
                "1120 PL -40.00 EUR -40.00\n1120 PL 40.00 EUR 40.00\n1120 PL 20.00 EUR 20.00\n"
                "4020 PL -20.00 EUR -20.00"
            ),
        ),
    ],
)
def test_next_version(
    session: Session, books: Books, before: dict[str, str], after: dict[str, str], lines: str
) -> None:
    """A version posts what it changes: up at the day's rate, down and across as it was carried."""
    booked(session, books, "pledge", **before)
    assert proposed(session, books, "pledge", **LATER | after) == lines


def test_zloty_go_at_what_they_are_carried_at(session: Session, books: Books) -> None:
    """Up at the rate of the day, down at the carrying amount: the last takes all that is left."""
    booked(session, books, "pledge", **COMMITTED | PLN)
    rates_move(session, "4.0000", on="2017-06-01")
    up = COMMITTED | {"currency": "PLN", "amount": "625.00", "effective_on": "2017-06-01"}
    assert proposed(session, books, "pledge", **up) == (
        "1120 PL 200.00 PLN 50.00\n4020 PL -50.00 EUR -50.00\n"
        "1090 PL 50.00 EUR 50.00\n1090 PL -200.00 PLN -50.00"
    )
    booked(session, books, "pledge", **up)
    down = up | {"amount": "208.33", "effective_on": "2018-02-01"}
    assert proposed(session, books, "pledge", **down) == (
        "1120 PL -416.67 PLN -100.00\n5150 PL 100.00 EUR 100.00\n"
        "1090 PL -100.00 EUR -100.00\n1090 PL 416.67 PLN 100.00"
    )
    booked(session, books, "pledge", **down)
    assert proposed(session, books, "lapse", lapsed_on="2018-03-01") == (
        "5150 PL 50.00 EUR 50.00\n1120 PL -208.33 PLN -50.00\n"
        "1090 PL -50.00 EUR -50.00\n1090 PL 208.33 PLN 50.00"
    )


# Reversals


def test_reversed_version(session: Session, books: Books) -> None:
    """A version that was undone is none: the one before it is in force again."""
    booked(session, books, "pledge", **COMMITTED)
    [raised] = booked(session, books, "pledge", **LATER | COMMITTED | {"amount": "130.00"})
    undo = {"number": raised.number, "effective_on": "2017-07-03", "reason": "Misheard"}
    booked(session, books, "reversal", **undo)
    [found] = pledges(session, cutoff(session, LAST_DAY))
    assert said_of(found) == "v1 committed: 100.00 pledged, 0.00 received, 100.00 open, open"
    [then] = pledges(session, cutoff(session, date(2017, 7, 2)))
    assert said_of(then) == "v2 committed: 130.00 pledged, 0.00 received, 130.00 open, open"
    assert proposed(session, books, "lapse") == (
        "4020 PL 100.00 EUR 100.00\n1120 PL -100.00 EUR -100.00"
    )


# What money for a pledge settles


def test_targets(session: Session, books: Books) -> None:
    """A pledge is found by its code, with its state or without, and an instalment by its number."""
    parts = {"amount": "100.00", "instalments": "2018-09-01 40.00; 2018-12-01 60.00"}
    booked(session, books, "pledge", **COMMITTED | parts)
    booked(session, books, "pledge", state="CZ", pledge="CZ/2", description="Czech")
    booked(session, books, "pledge", **ON_CONDITION | {"pledge": "PL-C"})
    assert settles(session, "pl-2017-1") == (
        "EUR 100.00 open: 1120 40.00 by 2018-09-01, 1120 60.00 by 2018-12-01"
    )
    assert settles(session, "PL PL-2017-1/2") == "EUR 60.00 open: 1120 60.00 by 2018-12-01"
    assert settles(session, "CZ/2") == "EUR 100.00 open: 9110 100.00 by None"
    paid(session, books, "30.00", on="2017-04-03", reference="PL-C")
    assert settles(session, "PL-C") == "EUR 70.00 open: 9210 100.00 by None"
    assert target(session, "PL-C").liability_item == "pledge:PL:PL-C:liability"


@pytest.mark.parametrize("reference", ["", "PL", "PL-2017", "PL-2017-1/2", "CZ PL-2017-1", "Ł/1"])
def test_no_target(session: Session, books: Books, reference: str) -> None:
    """What names no pledge, or no instalment of it, is told how to name one."""
    booked(session, books, "pledge", **COMMITTED)
    with pytest.raises(UnknownPledgeError, match="name it by its code"):
        target(session, reference)


def test_a_code_of_two_states(session: Session, books: Books) -> None:
    """Where two states use a code, the state has to be named."""
    booked(session, books, "pledge")
    booked(session, books, "pledge", state="CZ")
    with pytest.raises(UnknownPledgeError, match="not one pledge"):
        target(session, "PL-2017-1")
    assert target(session, "CZ PL-2017-1").state == "CZ"


def test_superseded_version_is_not_reversed(session: Session, books: Books) -> None:
    """A decision that another one followed rests where it is, until that one is undone."""
    [first] = booked(session, books, "pledge")
    booked(session, books, "pledge", **LATER | {"amount": "150.00"})
    undo = {"number": first.number, "effective_on": "2017-07-03", "reason": "Misheard"}
    with pytest.raises(DecidedAgainError, match="decided on again since entry 1"):
        proposed(session, books, "reversal", **undo)
