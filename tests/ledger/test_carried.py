"""Settlements carried into the next call are not settled again (books.md row 16)."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from ledger.balances import cutoff
from ledger.carried import carried
from ledger.claims import Rule
from ledger.journal import NewEntry, post
from ledger.open_items import find_item
from ledger.reversals import PaidAssessmentError
from ledger.settlements import Plan, plan
from ledger.vocabulary import Purpose
from tests.books import NOW, Books, line
from tests.documents import booked, proposed
from tests.ledger.positions import stand

THREE = {"PL": "-100.00", "CZ": "70.00", "HU": "30.00"}
# The rates of these books end with 2018.
LATER = date(2018, 12, 28)
PAID_IN = {"against": "assessment", "value_on": "2018-04-03", "voucher": "T/9"}


def planned(session: Session, on: date = LATER) -> Plan:
    """Plan the next settlement by all that the books know."""
    return plan(session, cutoff(session, on), Rule.PROPORTIONAL)


def still_open(session: Session, purpose: Purpose | None = None) -> dict[str, str]:
    """Write what was carried and is still open."""
    found = carried(session, cutoff(session, LATER), purpose)
    return {state: str(euro) for state, euro in sorted(found.items())}


def before(session: Session) -> dict[str, str]:
    """Write what is to be settled, where anything is."""
    found = planned(session).states
    return {each.state: str(each.before) for each in found if each.before}


@pytest.fixture
def carried_over(session: Session, books: Books) -> int:
    """Books in which Poland's debt to Czechia and Hungary was carried into the next call."""
    stand(session, books, THREE)
    [posted] = booked(session, books, "settlement", way="carried")
    return posted.number


def test_carried_balances_wait_in_the_accounts(session: Session, books: Books) -> None:
    """Each debtor owes more of the next call and each creditor less, once, net; no burden moves."""
    stand(session, books, THREE)
    assert proposed(session, books, "settlement", way="carried") == (
        "2050 CZ -70.00 EUR -70.00\n2050 HU -30.00 EUR -30.00\n1110 PL 100.00 EUR 100.00"
    )


def test_what_was_carried_is_settled(session: Session, books: Books, carried_over: int) -> None:
    """Carried balances stand on account 8020 as before, and there is nothing left to settle."""
    assert still_open(session) == {"CZ": "-70.00", "HU": "-30.00", "PL": "100.00"}
    assert before(session) == {}
    assert {str(each.equity) for each in planned(session).states} == set(THREE.values())
    stand(session, books, {"SK": "9.00", "PL": "-9.00"}, on=date(2018, 5, 1))
    assert before(session) == {"PL": "-9.00", "SK": "9.00"}


def test_carried_debt_is_paid_in(session: Session, books: Books, carried_over: int) -> None:
    """What the debtor pays in credits its position and closes what was carried: nothing moves."""
    for paid, rest in (("60.00", "40.00"), ("40.00", None)):
        booked(session, books, **PAID_IN, amount=paid)
        assert still_open(session).get("PL") == rest
        assert before(session) == {}


def test_oldest_debt_is_paid_first(session: Session, books: Books, carried_over: int) -> None:
    """A payment is for what was owed first, though it names another purpose."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="100.00", assessed_on="2018-03-15")
    booked(session, books, **PAID_IN, amount="100.00", purpose="setup")
    assert "PL" not in still_open(session)
    assert still_open(session, Purpose.SETUP) == {}
    booked(session, books, **PAID_IN, amount="25.00")
    assert before(session) == {"PL": "25.00"}


def test_older_debts_come_before(session: Session, books: Books) -> None:
    """A call made before the settlement is paid before what was carried."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="100.00", assessed_on="2017-06-01")
    stand(session, books, THREE)
    booked(session, books, "settlement", way="carried")
    booked(session, books, **PAID_IN, amount="25.00")
    assert still_open(session)["PL"] == "100.00"
    booked(session, books, **PAID_IN, amount="1.00")
    assert still_open(session)["PL"] == "99.00"


def test_credit_is_used(session: Session, books: Books, carried_over: int) -> None:
    """A credit set off against the next call pays it as cash would, and the creditor is ahead."""
    booked(session, books, "scale")
    [asked] = booked(session, books, "assessment", amount="100.00", assessed_on="2018-04-02")
    credit, debt = (
        find_item(session, f"{number}/CZ").key for number in (carried_over, asked.number)
    )
    used = NewEntry(
        effective_on=date(2018, 4, 3),
        kind="set-off",
        narration="Set off",
        postings=(
            line("2050", "25.00", state="CZ", item=credit),
            line("1110", "-25.00", state="CZ", item=debt),
        ),
        idempotency_scope="test",
        idempotency_key="set off",
    )
    post(session, used, **books.hands, now=NOW)
    assert still_open(session)["CZ"] == "-45.00"
    assert before(session) == {"CZ": "25.00"}


def test_reversal_opens_the_balances(session: Session, books: Books, carried_over: int) -> None:
    """A carried settlement that is undone carries nothing, and its balances are settled anew."""
    undone = {"number": carried_over, "effective_on": "2018-03-05", "reason": "a slip"}
    booked(session, books, "reversal", **undone)
    assert still_open(session) == {}
    assert before(session) == dict(sorted(THREE.items()))


def test_paid_settlement_stays(session: Session, books: Books, carried_over: int) -> None:
    """What the debtor has paid on is not undone before its payment."""
    [paid] = booked(session, books, **PAID_IN, amount="60.00")
    undone = {"number": carried_over, "effective_on": "2018-05-05", "reason": "a slip"}
    with pytest.raises(PaidAssessmentError, match="PL has paid"):
        proposed(session, books, "reversal", **undone)
    booked(session, books, "reversal", **{**undone, "number": paid.number})
    assert still_open(session)["PL"] == "100.00"
    booked(session, books, "reversal", **undone)
    assert still_open(session) == {}


def test_parts_carried_add_up(session: Session, books: Books, carried_over: int) -> None:
    """What is still open of two settlements is the sum of what is open of each."""
    stand(session, books, {"SK": "9.00", "PL": "-9.00"}, on=date(2018, 5, 1))
    again = {"as_of": "2018-06-01", "settled_on": "2018-06-01", "description": "again"}
    booked(session, books, "settlement", way="carried", **again)
    assert still_open(session)["PL"] == "109.00"
    assert sum(map(Decimal, still_open(session).values())) == 0
    assert before(session) == {}


def test_buy_ins_stand_apart(session: Session, books: Books) -> None:
    """A payment on a buy-in is none on what was carried, though both are owed on one account."""
    booked(session, books, "accession")
    booked(session, books, "scale", valid_from="2018-01-01")
    stand(session, books, {"AT": "-100.00", "CZ": "100.00"}, on=date(2018, 1, 31))
    on = {"as_of": "2018-01-31", "settled_on": "2018-01-31"}
    booked(session, books, "settlement", way="carried", **on)
    booked(session, books, "buy_in", amount="400.00")
    booked(session, books, state="AT", **{**PAID_IN, "against": "buy_in"}, amount="150.00")
    assert still_open(session) == {"AT": "100.00", "CZ": "-100.00"}
    booked(session, books, state="AT", **PAID_IN, amount="30.00")
    assert still_open(session)["AT"] == "70.00"
    assert {each.state: str(each.carried) for each in planned(session).states if each.carried} == {
        "AT": "70.00",
        "CZ": "-100.00",
    }
