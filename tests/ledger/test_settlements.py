"""Settlements: those behind level those ahead, once (burden.md §4, books.md row 19d)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger import settlements
from ledger.approvals import approve, proposal
from ledger.balances import Cutoff, cutoff
from ledger.claims import Rule
from ledger.currencies import own_currency
from ledger.documents import submit_all
from ledger.equity import equity_balances
from ledger.errors import (
    InputErrors,
    MissingRateError,
    ProposalChangedError,
    SelfApprovalError,
)
from ledger.imports import import_file
from ledger.money import ZERO, from_cents
from ledger.settlements import NothingToSettleError, Plan, SettledSinceError, UndoneSinceError, plan
from ledger.states import ParticipatingState
from ledger.union import EU_STATES
from ledger.vocabulary import Purpose
from tests.books import LAST_DAY, NOW, Books
from tests.documents import booked, made, proposed
from tests.ledger.positions import END, FOUR, stand

# The four founders, one of them so far ahead that money is left over.
SURPLUS = {"PL": "400.00", "CZ": "200.00", "HU": "-150.00", "SK": "0.00"}
SHORTFALL = {"PL": "-400.00", "CZ": "-200.00", "HU": "150.00", "SK": "0.00"}


def planned(session: Session, rule: Rule = Rule.PROPORTIONAL, on: date = END) -> Plan:
    """Plan a settlement by all that the books know."""
    return plan(session, cutoff(session, on), rule)


def transfers(found: Plan) -> list[tuple[str, str, str]]:
    """Write who pays whom how much, in euro."""
    return [(each.payer, each.receiver, f"{each.amount:,}") for each in found.transfers]


def left(found: Plan) -> dict[str, str]:
    """Write what stays unsettled of each state, where something does."""
    return {each.state: str(each.after) for each in found.states if each.after}


def equity(session: Session, on: date = LAST_DAY) -> dict[str, str]:
    """Write each state's equity balance."""
    found = equity_balances(session, cutoff(session, on))
    return {each.state: str(each.balance) for each in found}


def test_four_states_settle_in_three_transfers(session: Session, books: Books) -> None:
    """The founders' million of burden.md §4 is levelled by the three transfers shown there."""
    for state, given_ in {"PL": 520, "CZ": 260, "HU": 120, "SK": 100}.items():
        booked(session, books, state=state, amount=f"{given_}000.00")
    booked(session, books, "cost", amount="1000000.00")
    booked(session, books, "scale", formula="pop-gdp-50-50")
    booked(session, books, "allocation")
    found = planned(session)
    assert transfers(found) == [
        ("PL", "CZ", "43,858.44"),
        ("HU", "CZ", "22,666.04"),
        ("HU", "SK", "6,876.84"),
    ]
    assert {each.state: str(each.before) for each in found.states} == FOUR
    assert (found.fewest, left(found)) == (True, {})


def test_states_that_paid_each_other_are_level(session: Session, books: Books) -> None:
    """Row 19d: once the states have paid each other nobody is ahead and nobody behind."""
    stand(session, books, FOUR)
    assert proposed(session, books, "settlement") == (
        "8020 CZ 43,858.44 EUR 43,858.44\n"
        "8020 PL -43,858.44 EUR -43,858.44\n"
        "8020 CZ 22,666.04 EUR 22,666.04\n"
        "8020 HU -22,666.04 EUR -22,666.04\n"
        "8020 SK 6,876.84 EUR 6,876.84\n"
        "8020 HU -6,876.84 EUR -6,876.84"
    )
    booked(session, books, "settlement")
    assert set(equity(session).values()) == {"0.00"}
    assert equity(session, date(2018, 2, 28)) == FOUR


def test_each_state_pays_in_its_own_money(session: Session, books: Books) -> None:
    """A transfer is said in both states' money, half-up at the rates of the day of the balances."""
    stand(session, books, FOUR)
    first, _, last = planned(session).transfers
    assert (str(first.paid), str(first.received)) == ("186398.37", "1140319.44")
    assert (str(last.paid), str(last.received)) == ("2131820.40", "6876.84")
    assert last.receiver_rate.currency == "EUR"
    rates = {rate.currency: (str(rate.per_euro), rate.on) for rate in planned(session).rates}
    assert rates == {
        "CZK": ("26.000", date(2017, 12, 25)),
        "HUF": ("310.00", date(2017, 12, 25)),
        "PLN": ("4.2500", date(2017, 12, 25)),
    }


def test_no_rate_no_settlement(session: Session, books: Books) -> None:
    """Where the day has no rate of a payer's money the settlement waits for it."""
    stand(session, books, FOUR, on=date(2016, 12, 1))
    with pytest.raises(MissingRateError, match=r"rate of (CZK|HUF|PLN) for 2016"):
        planned(session, on=date(2016, 12, 31))


@pytest.mark.parametrize(
    ("rule", "remaining"),
    [
        (Rule.PROPORTIONAL, {"PL": "300.00", "CZ": "150.00"}),
        (Rule.EQUAL_AWARDS, {"PL": "325.00", "CZ": "125.00"}),
        (Rule.EQUAL_LOSSES, {"PL": "250.00", "CZ": "200.00"}),
    ],
)
def test_surplus_is_shared_by_a_rule(
    session: Session, books: Books, rule: Rule, remaining: dict[str, str]
) -> None:
    """While money is unspent those behind pay all, and those ahead get as much as that is."""
    stand(session, books, SURPLUS)
    found = planned(session, rule)
    assert left(found) == dict(sorted(remaining.items()))
    assert str(found.unsettled) == "450.00"


@pytest.mark.parametrize(
    ("rule", "remaining"),
    [
        (Rule.PROPORTIONAL, {"PL": "-300.00", "CZ": "-150.00"}),
        (Rule.EQUAL_AWARDS, {"PL": "-325.00", "CZ": "-125.00"}),
        (Rule.EQUAL_LOSSES, {"PL": "-250.00", "CZ": "-200.00"}),
    ],
)
def test_shortfall_is_shared_by_a_rule(
    session: Session, books: Books, rule: Rule, remaining: dict[str, str]
) -> None:
    """While cost is not contributed those ahead get all, and those behind pay what that takes."""
    stand(session, books, SHORTFALL)
    found = planned(session, rule)
    assert left(found) == dict(sorted(remaining.items()))
    assert str(found.unsettled) == "-450.00"


balances = st.dictionaries(
    st.sampled_from(EU_STATES), st.integers(-9, 9) | st.integers(-(10**12), 10**12)
).map(lambda cents: {state: from_cents(each) for state, each in cents.items()})


@given(balances, st.sampled_from(list(Rule)))
def test_settling_only_ever_levels(before: dict[str, Decimal], rule: Rule) -> None:
    """What is received is paid; nobody crosses to the other side, and one side is level after."""
    received = settlements._shared_out(before, rule)
    after = {state: before[state] - received[state] for state in before}
    assert sum(received.values(), ZERO) == ZERO
    for state, balance in before.items():
        assert min(balance, ZERO) <= after[state] <= max(balance, ZERO)
    assert not (min(after.values(), default=ZERO) < 0 < max(after.values(), default=ZERO))


@pytest.mark.parametrize("found", [{}, {"PL": "0.00", "CZ": "0.00"}, {"PL": "1.00", "CZ": "2.00"}])
def test_nothing_to_settle(session: Session, books: Books, found: dict[str, str]) -> None:
    """Where nobody is behind while another is ahead there is nothing to post."""
    stand(session, books, found)
    assert transfers(planned(session)) == []
    with pytest.raises(NothingToSettleError, match="operations while another is ahead"):
        proposed(session, books, "settlement")


def test_many_states_settle_step_by_step(session: Session, books: Books) -> None:
    """Among nineteen states it is not looked for whether fewer transfers would do, and said so."""
    one, *others = (state for state in EU_STATES if own_currency(state, END) == "EUR")
    for state in (one, *others):
        session.merge(ParticipatingState(code=state))
    session.flush()
    stand(session, books, {**dict.fromkeys(others, "-1.00"), one: "18.00"})
    found = planned(session)
    assert (len(found.transfers), found.fewest, found.rates) == (18, False, ())


def test_purposes_are_levelled_apart(session: Session, books: Books) -> None:
    """A settlement levels the positions of its purpose, and leaves those of the other."""
    stand(session, books, {"PL": "-100.00", "CZ": "100.00"})
    stand(session, books, {"PL": "30.00", "CZ": "-30.00"}, purpose="setup")
    assert transfers(planned(session)) == [("PL", "CZ", "70.00")]
    setup = plan(session, cutoff(session, END), Rule.PROPORTIONAL, purpose=Purpose.SETUP)
    assert transfers(setup) == [("CZ", "PL", "30.00")]
    booked(session, books, "settlement", purpose="operations")
    assert equity(session) == {"CZ": "-30.00", "PL": "30.00"}
    booked(session, books, "settlement", purpose="setup")
    assert set(equity(session).values()) == {"0.00"}


def test_reversal_restores_the_balances(session: Session, books: Books) -> None:
    """A settlement that is undone leaves the balances as they were, to be settled anew."""
    stand(session, books, FOUR)
    [posted] = booked(session, books, "settlement")
    reversal = {"number": posted.number, "effective_on": "2018-03-02", "reason": "not paid"}
    booked(session, books, "reversal", **reversal)
    assert equity(session) == FOUR
    booked(session, books, "settlement", settled_on="2018-03-05")
    assert set(equity(session).values()) == {"0.00"}


def test_balances_are_not_settled_twice(session: Session, books: Books) -> None:
    """As of a day before a settlement that stands nothing is settled; as of its day it is done."""
    stand(session, books, FOUR)
    booked(session, books, "settlement")
    known = cutoff(session, END).known_number
    told = f"Entry {known} settled balances on 2018-03-01"
    for as_of in ("2017-12-31", "2018-02-28"):
        with pytest.raises(SettledSinceError, match=told):
            proposed(session, books, "settlement", as_of=as_of, description="again")
    with pytest.raises(NothingToSettleError):
        proposed(session, books, "settlement", as_of="2018-03-01")
    before = plan(session, Cutoff(END, known - 1), Rule.PROPORTIONAL)
    assert len(before.transfers) == 3


def test_balances_of_an_undone_settlement_are_not_settled(session: Session, books: Books) -> None:
    """Balances that show a settlement which was undone later are levelled by nobody."""
    stand(session, books, FOUR)
    [posted] = booked(session, books, "settlement")
    undo = {"number": posted.number, "effective_on": "2018-06-01", "reason": "not paid"}
    booked(session, books, "reversal", **undo)
    told = "undid a settlement on 2018-06-01: settle as of that day or later, or as of a day before"
    for as_of in ("2018-03-01", "2018-05-31"):
        with pytest.raises(UndoneSinceError, match=told):
            planned(session, on=date.fromisoformat(as_of))
    for as_of in ("2018-02-28", "2018-06-01"):
        assert len(planned(session, on=date.fromisoformat(as_of)).transfers) == 3


def test_two_proposals_for_the_same_balances(session: Session, books: Books) -> None:
    """Of two settlements that wait for the same balances the second is refused."""
    stand(session, books, FOUR)
    second = made(session, books, "settlement", description="the second")
    submit_all(session, [second], by=books.office, now=NOW)
    seen = proposal(session, second).digest
    booked(session, books, "settlement")
    with pytest.raises(SettledSinceError):
        approve(session, second, by=books.coordinator, now=NOW, seen=seen)


def test_what_was_seen_is_what_is_settled(session: Session, books: Books) -> None:
    """When balances change between looking and approving, the approval is refused."""
    stand(session, books, FOUR)
    document = made(session, books, "settlement")
    submit_all(session, [document], by=books.office, now=NOW)
    seen = proposal(session, document).digest
    booked(session, books, state="HU", amount="0.01", value_on="2017-12-31")
    with pytest.raises(ProposalChangedError):
        approve(session, document, by=books.coordinator, now=NOW, seen=seen)


def test_four_eyes(session: Session, books: Books) -> None:
    """A coordinator who proposes a settlement does not approve it."""
    stand(session, books, FOUR)
    new = settlements.settlement(made(session, books, "settlement"))
    mine = settlements.submit(session, new, by=books.coordinator, now=NOW, key="mine")
    seen = proposal(session, mine).digest
    with pytest.raises(SelfApprovalError):
        approve(session, mine, by=books.coordinator, now=NOW, seen=seen)


def test_settlement_is_submitted_once(session: Session, books: Books) -> None:
    """The same key gives the settlement there is; one that would be refused is not kept."""
    new = settlements.settlement(made(session, books, "settlement"))
    with pytest.raises(NothingToSettleError):
        settlements.submit(session, new, by=books.office, now=NOW, key="early")
    stand(session, books, FOUR)
    first = settlements.submit(session, new, by=books.office, now=NOW, key="once")
    again = settlements.submit(session, new, by=books.office, now=NOW, key="once")
    assert (first.id, first.status) == (again.id, "submitted")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"as_of": "2018-03-02"}, "as_of: is after the day of the settlement"),
        ({"voucher": ""}, "voucher: is missing"),
        ({"voucher": " "}, "voucher: is missing"),
        ({"rule": "talmud"}, "rule: “talmud” is not one of"),
        ({"amount": "1.00"}, "amount: is not a field"),
    ],
)
def test_what_a_settlement_may_say(
    session: Session, books: Books, fields: dict[str, str], told: str
) -> None:
    """A settlement says its days, its rule and its decision; the amounts are the balances' own."""
    with pytest.raises(InputErrors, match=told):
        made(session, books, "settlement", **fields)


def test_settlements_come_from_files(session: Session, books: Books) -> None:
    """A file may hold settlements like any other document of all states."""
    row = "2018-03-01,2017-12-31,operations,carried,equal_losses,Balances of 2017,D/1"
    body = f"settled_on,as_of,purpose,way,rule,description,voucher\n{row}\n".encode()
    imported = import_file(session, body, filename="settlements.csv", by=books.office, now=NOW)
    [document] = imported.documents
    assert (document.kind, document.status) == ("settlement", "submitted")
