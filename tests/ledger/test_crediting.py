"""Crediting: what money adds to a position, and that no payment counts twice (row 16)."""

from decimal import Decimal
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.balances import Selection, balances, cutoff, total_in_euro
from ledger.entries import Posting
from ledger.equity import equity_balances
from ledger.money import ZERO, from_cents
from ledger.open_items import find_item
from tests.books import LAST_DAY, Books, rate
from tests.documents import booked, proposed
from tests.ledger.receivables import FOR, came, owed
from tests.ledger.revalued import FEBRUARY, quoted, revalued, sound
from tests.ledger.test_rate_policies import publish

NUMBERS = count(1)


@pytest.mark.parametrize("to", ["advance", "credit"])
def test_no_payment_counts_twice(session: Session, books: Books, to: str) -> None:
    """What was credited when it came is taken back when it pays a buy-in: that was credited too."""
    booked(session, books, "scale")
    booked(session, books, "accession")
    came(session, books, "1000.00", state="AT", received_on="2018-01-10")
    on = {"state": "AT", "applied_on": "2018-02-02"}
    [kept] = booked(session, books, "application", to=to, **on, **FOR)
    [bought] = booked(session, books, "buy_in", state="AT")
    pays = {"source": f"{kept.number}/AT", "item": f"{bought.number}/AT"}
    account = {"advance": "2030", "credit": "2050"}[to]
    assert proposed(session, books, "application", **pays, **on) == (
        f"{account} AT 1,000.00 EUR 1,000.00\n"
        "1110 AT -1,000.00 EUR -1,000.00\n"
        "8010 AT -1,000.00 EUR -1,000.00\n"
        "8020 AT 1,000.00 EUR 1,000.00"
    )
    booked(session, books, "application", **pays, **on)
    assert position(session, "AT") == 1000


def test_working_capital_is_no_contribution(session: Session, books: Books) -> None:
    """An advance turned into working capital, which is owed back, is taken back; a receipt adds 0.

    Once the capital is paid back nothing is left of money or credit.
    """
    booked(session, books, "scale")
    [joined] = booked(session, books, "accession", advance="4000.00")
    came(session, books, "4000.00", state="AT", received_on="2018-01-10")
    on = {"state": "AT", "applied_on": "2018-01-11"}
    capital = {"item": f"{joined.number}.1", **on}
    assert "8020" not in proposed(session, books, "application", **capital)
    [kept] = booked(session, books, "application", to="advance", **on, **FOR)
    assert position(session, "AT") == 4000
    assert proposed(session, books, "application", source=f"{kept.number}/AT", **capital) == (
        "2030 AT 4,000.00 EUR 4,000.00\n"
        "1115 AT -4,000.00 EUR -4,000.00\n"
        "8010 AT -4,000.00 EUR -4,000.00\n"
        "8020 AT 4,000.00 EUR 4,000.00"
    )
    booked(session, books, "application", source=f"{kept.number}/AT", **capital)
    back = {"item": f"{joined.number}.2", "state": "AT", "paid_on": "2018-03-01"}
    booked(session, books, "payment", **back)
    assert position(session, "AT") == 0


def position(session: Session, state: str) -> Decimal:
    """Give a state's equity balance by all that the books hold."""
    found = equity_balances(session, cutoff(session, LAST_DAY))
    return next((each.balance for each in found if each.state == state), Decimal(0))


# What was revalued in between


@pytest.mark.parametrize("to", ["advance", "credit"])
def test_what_was_revalued_keeps_when_it_came(session: Session, books: Books, to: str) -> None:
    """What money stands at moves on with it, and whatever it becomes counts as on its receipt."""
    quoted(session)
    came(session, books, "1000.00", currency="PLN", receipt="R", received_on="2019-01-07")
    revalued(session, books, FEBRUARY)
    kept = {"source": "R", "to": to, "applied_on": "2019-03-04", **FOR}
    account = {"advance": "2030", "credit": "2050"}[to]
    assert proposed(session, books, "application", **kept) == (
        "2060 PL 1,000.00 PLN 200.00\n"
        f"{account} PL -1,000.00 PLN -200.00\n"
        "8010 PL 1,000.00 PLN 250.00\n"
        "8020 PL -1,000.00 PLN -250.00"
    )
    [first] = booked(session, books, "application", **kept)
    moved = {"source": f"{first.number}/PL", "to": "advance", "applied_on": "2019-04-01", **FOR}
    [second] = booked(session, books, "application", **moved)
    lines = session.scalars(sa.select(Posting).where(Posting.item.is_not(None)))
    assert [line.per_euro for line in lines if line.amount] == ["4.0000", *[None] * 4]
    assert sound(session)
    back = {"item": f"{second.number}/PL", "state": "PL", "paid_on": "2019-04-08"}
    assert "8010 PL -1,000.00 PLN -250.00" in proposed(session, books, "payment", **back)
    booked(session, books, "payment", **back)
    assert position_by_currency(session) == {}
    assert sound(session)


@pytest.mark.parametrize("kind", ["previous_day", "month_fixed"])
def test_an_advance_counts_as_of_its_receipt(session: Session, books: Books, kind: str) -> None:
    """In another currency an advance pays as much as its receipt would have paid at once."""
    days = {"d2017_01_31": "20.000", "d2017_03_07": "25.000", "d2017_03_08": "27.000"}
    publish(session, "ecb", "CZK", **days, d2017_02_28="24.000")
    publish(session, "ecb", "PLN", d2017_02_28="4.2000")
    said = {"event": "receipt", "rate_kind": kind, "publisher": "ecb", "valid_from": "2017-01-01"}
    booked(session, books, "rate_policy", **said)
    came(session, books, "400.00", currency="PLN", receipt="R", received_on="2017-03-09")
    item = owed(session, books, "CZK", "9999.00")
    pays = {"item": item, "applied_on": "2017-06-01"}
    at_once = proposed(session, books, "application", source="R", **pays).splitlines()[1]
    kept = {"to": "advance", "applied_on": "2017-03-13", **FOR}
    [advance] = booked(session, books, "application", source="R", **kept)
    later = proposed(session, books, "application", source=f"{advance.number}/PL", **pays)
    assert later.splitlines()[1] == at_once


# Parts and reversals


def test_no_cent_is_made(session: Session, books: Books) -> None:
    """An advance refunded in parts, one of them undone and done again, leaves no cent of credit."""
    came(session, books, "400.00", currency="PLN")
    [kept] = booked(session, books, "application", to="advance", **FOR)
    refund = {"item": f"{kept.number}/PL", "state": "PL"}
    [first] = booked(session, books, "payment", amount="100.01", **refund)
    booked(session, books, "payment", amount="100.02", **refund)
    undo = {"effective_on": "2017-06-01", "reason": "anew"}
    booked(session, books, "reversal", number=first.number, **undo)
    booked(session, books, "payment", paid_on="2017-06-02", **refund)
    assert position_by_currency(session) == {}


STEPS = st.lists(
    st.tuples(st.sampled_from(["part", "undo"]), st.integers(min_value=0, max_value=99)),
    max_size=6,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cents=st.integers(min_value=100, max_value=10**9),
    steps=STEPS,
    kind=st.sampled_from(["payment", "application"]),
)
def test_parts_close_whatever_is_undone(
    session: Session, books: Books, cents: int, steps: list[tuple[str, int]], kind: str
) -> None:
    """However parts are taken, undone and taken again: at zero nothing is credited, or its worth.

    Refunds take back all that was credited of an advance, applications of a receipt credit it all.
    """
    code, refunded = f"L/{next(NUMBERS)}", kind == "payment"
    worth, before = rate("PLN").in_euro(from_cents(cents)), credited(session)
    came(session, books, str(from_cents(cents)), currency="PLN", receipt=code)
    source, debt = code, owed(session, books, amount="99999999.00", key=code)
    if refunded:
        [kept] = booked(session, books, "application", source=code, to="advance", **FOR)
        source = f"{kept.number}/PL"
    done: list[int] = []
    for step, percent in (*steps, ("all", 100)):
        held = find_item(session, source if refunded else f"receipt:{code}").amount
        if step == "undo" and done:
            undo = {"effective_on": "2017-06-01", "reason": f"undo {next(NUMBERS)}"}
            number = done.pop(percent % len(done))
            booked(session, books, "reversal", number=number, **undo)
        elif step != "undo" and (amount := (held * percent / 100).quantize(Decimal("0.01"))) > 1:
            said: dict[str, Any] = {"amount": str(amount), "description": f"No {next(NUMBERS)}"}
            if refunded:
                said |= {"item": source, "state": "PL", "paid_on": "2017-06-01"}
            else:
                said |= {"source": source, "item": debt, "applied_on": "2017-06-01"}
            done.append(booked(session, books, kind, **said)[0].number)
    if not find_item(session, source if refunded else f"receipt:{code}").amount:
        assert credited(session) - before == (ZERO if refunded else worth)


def credited(session: Session) -> Decimal:
    """Give what all states were credited so far, in euro."""
    at = cutoff(session, LAST_DAY)
    pool = total_in_euro(session, at, Selection(accounts=("8010",)))
    assert pool == -total_in_euro(session, at, Selection(accounts=("8020",)))
    return pool


def position_by_currency(session: Session) -> dict[str, tuple[str, str]]:
    """Sum Poland's position by currency, leaving out what is zero."""
    where = Selection(accounts=("8020",), state="PL")
    found = balances(session, cutoff(session, LAST_DAY), Posting.currency, where=where)
    return {row.key[0]: (str(row.amount), str(row.euro)) for row in found if row.amount or row.euro}
