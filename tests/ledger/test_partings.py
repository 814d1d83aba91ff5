"""Partings: what a state and the mechanism owe each other is set off (books.md rows 19a to 19c)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.approvals import proposal
from ledger.balances import Selection, balances, cutoff
from ledger.entries import Posting
from ledger.equity import equity_balances
from ledger.errors import OverdrawnAccountError
from ledger.journal import NewPosting, post
from ledger.open_items import find_item, open_items
from ledger.partings import OPEN_ITEMS, ForeignItemsError, UnsettledItemsError
from ledger.withdrawals import NothingToPayError
from tests.books import LAST_DAY, NOW, Books, entry, line, rate
from tests.documents import booked, made, proposed

DUE = {"2050": "-50.00", "2030": "-30.00", "2070": "-100.00", "2020": "-200.00"}


@pytest.fixture
def shared(session: Session, books: Books) -> Books:
    """Books in which the four founders share equally."""
    booked(session, books, "scale")
    return books


def leaves(session: Session, books: Books, **fields: Any) -> str:
    """Write what Hungary's withdrawal would post."""
    return proposed(session, books, "withdrawal", **fields)


def held(session: Session, books: Books, key: str, *lines: NewPosting) -> None:
    """Put something on accounts for which there is no document yet."""
    post(session, entry(key, *lines), **books.hands, now=NOW)


def owe(session: Session, books: Books, amount: str = "1000.00") -> None:
    """Assess a sum on all, a quarter of it on Hungary."""
    booked(session, books, "assessment", amount=amount)


def test_run_off_share(session: Session, books: Books) -> None:
    """Row 19a: the state is asked for what runs on after it; what it owes stays open."""
    assert leaves(session, books, run_off="300.00", purpose="operations") == (
        "1110 HU 300.00 EUR 300.00\n4010 HU -300.00 EUR -300.00"
    )


def test_exit_share(session: Session, books: Books) -> None:
    """Row 19c: a share of the net assets is payable, and lessens what the state has given."""
    assert leaves(session, books, exit_share="500.00") == (
        "3010 HU 500.00 EUR 500.00\n"
        "2020 HU -500.00 EUR -500.00\n"
        "8010 HU -500.00 EUR -500.00\n"
        "8020 HU 500.00 EUR 500.00"
    )


def test_set_off_in_favour_of_the_state(session: Session, shared: Books) -> None:
    """Row 19b: what the state owes, the run-off share too, is taken off what is due to it."""
    owe(session, shared)
    said = leaves(session, shared, run_off="50.00", purpose="operations", exit_share="500.00")
    assert said == (
        "1110 HU 50.00 EUR 50.00\n"
        "4010 HU -50.00 EUR -50.00\n"
        "3010 HU 500.00 EUR 500.00\n"
        "1110 HU -250.00 EUR -250.00\n"
        "1110 HU -50.00 EUR -50.00\n"
        "2020 HU -200.00 EUR -200.00\n"
        "8010 HU -200.00 EUR -200.00\n"
        "8020 HU 200.00 EUR 200.00"
    )


def test_set_off_against_the_state(session: Session, shared: Books) -> None:
    """A net receivable stays open."""
    owe(session, shared)
    assert leaves(session, shared, exit_share="100.00") == (
        "3010 HU 100.00 EUR 100.00\n1110 HU -100.00 EUR -100.00"
    )


def test_all_that_is_due_is_set_off(session: Session, shared: Books) -> None:
    """Credits, advances and what was paid in advance are set off alike; advances are now given."""
    owe(session, shared)
    lines = [line(code, euro, state="HU") for code, euro in DUE.items()]
    held(session, shared, "due", line("1010", "380.00"), *lines)
    assert leaves(session, shared) == (
        "2070 HU 100.00 EUR 100.00\n"
        "2050 HU 50.00 EUR 50.00\n"
        "2030 HU 30.00 EUR 30.00\n"
        "2020 HU 200.00 EUR 200.00\n"
        "1110 HU -250.00 EUR -250.00\n"
        "2020 HU -130.00 EUR -130.00\n"
        "8010 HU 170.00 EUR 170.00\n"
        "8020 HU -170.00 EUR -170.00"
    )


def test_what_was_paid_early(session: Session, shared: Books) -> None:
    """An advance was credited when it came: set off it adds nothing, what is left is taken back.

    In all Hungary has then given what it was asked, and is paid back the rest.
    """
    owe(session, shared)
    paid = {"source": "B/1", "state": "HU", "to": "advance", "activity": "information"}
    booked(session, shared, "receipt", receipt="B/1", state="HU", amount="300.00")
    booked(session, shared, "application", **paid, purpose="operations")
    assert leaves(session, shared) == (
        "2030 HU 300.00 EUR 300.00\n"
        "1110 HU -250.00 EUR -250.00\n"
        "2020 HU -50.00 EUR -50.00\n"
        "8010 HU -50.00 EUR -50.00\n"
        "8020 HU 50.00 EUR 50.00"
    )
    booked(session, shared, "withdrawal")
    at = cutoff(session, LAST_DAY)
    where = Selection(accounts=("8020",), state="HU")
    assert [row.euro for row in balances(session, at, Posting.account, where=where)] == [-250]


def test_what_is_left_becomes_one_payable(session: Session, shared: Books) -> None:
    """Credits and advances beyond what is owed are released into what is payable to the state."""
    lines = [line(code, euro, state="HU") for code, euro in DUE.items()]
    held(session, shared, "due", line("1010", "380.00"), *lines)
    assert leaves(session, shared) == (
        "2070 HU 100.00 EUR 100.00\n"
        "2050 HU 50.00 EUR 50.00\n"
        "2030 HU 30.00 EUR 30.00\n"
        "2020 HU 200.00 EUR 200.00\n"
        "2020 HU -380.00 EUR -380.00\n"
        "8010 HU -80.00 EUR -80.00\n"
        "8020 HU 80.00 EUR 80.00"
    )


def test_advance_that_was_never_paid(session: Session, books: Books) -> None:
    """Working capital that is still receivable is cancelled: nobody owes it any more."""
    booked(session, books, "accession", advance="5000.00")
    said = proposed(session, books, "withdrawal", state="AT")
    assert said == "2070 AT 5,000.00 EUR 5,000.00\n1115 AT -5,000.00 EUR -5,000.00"


def test_advance_that_was_paid_in_part(session: Session, books: Books) -> None:
    """Of an advance that was paid in part, the part paid is due."""
    [joined] = booked(session, books, "accession", advance="5000.00")
    advance = find_item(session, f"{joined.number}/AT").key
    on_day = {"on": date(2018, 2, 1)}
    lines = line("1010", "2000.00"), line("1115", "-2000.00", state="AT", item=advance)
    post(session, entry("paid in", *lines, **on_day), **books.hands, now=NOW)
    assert proposed(session, books, "withdrawal", state="AT") == (
        "2070 AT 5,000.00 EUR 5,000.00\n"
        "1115 AT -3,000.00 EUR -3,000.00\n"
        "2020 AT -2,000.00 EUR -2,000.00"
    )


def test_payment(session: Session, shared: Books) -> None:
    """What is left in the state's favour is paid from the bank, in an entry of its own."""
    owe(session, shared)
    booked(session, shared, amount="200.00")
    fields = {"exit_share": "400.00", "paid_on": "2018-07-15"}
    assert leaves(session, shared, **fields).splitlines()[-2:] == [
        "2020 HU 150.00 EUR 150.00",
        "1010 HU -150.00 EUR -150.00",
    ]
    parted, paid = booked(session, shared, "withdrawal", **fields)
    assert paid.number == parted.number + 1
    where = Selection(accounts=tuple(OPEN_ITEMS), state="HU")
    at = cutoff(session, LAST_DAY)
    assert {row.euro for row in balances(session, at, Posting.account, where=where)} == {0}


def test_payment_needs_money(session: Session, shared: Books) -> None:
    """The bank pays no more than it holds, and nothing is paid where nothing is due."""
    with pytest.raises(OverdrawnAccountError, match=r"holds EUR 0\.00 from 2018-07-15 on"):
        leaves(session, shared, exit_share="400.00", paid_on="2018-07-15")
    owe(session, shared)
    with pytest.raises(NothingToPayError, match="owes HU nothing"):
        leaves(session, shared, exit_share="250.00", paid_on="2018-07-15")


def test_later_payments_are_not_used_up(session: Session, shared: Books) -> None:
    """What the state has paid since its last day is not set off a second time."""
    owe(session, shared)
    paid = {"state": "HU", "value_on": "2018-07-02", "against": "assessment", "amount": "200.00"}
    booked(session, shared, **paid)
    assert leaves(session, shared, exit_share="100.00") == (
        "3010 HU 100.00 EUR 100.00\n"
        "1110 HU -50.00 EUR -50.00\n"
        "2020 HU -50.00 EUR -50.00\n"
        "8010 HU -50.00 EUR -50.00\n"
        "8020 HU 50.00 EUR 50.00"
    )


def test_foreign_items(session: Session, books: Books) -> None:
    """Only euro is set off: what is open in other money is settled first."""
    crowns = NewPosting(
        account="2020",
        amount=Decimal("-2600.00"),
        euro=Decimal("-100.00"),
        currency="CZK",
        rate=rate("CZK"),
        state="HU",
        item="crowns",
    )
    counter = NewPosting(
        account="1090",
        amount=Decimal("2600.00"),
        euro=Decimal("100.00"),
        currency="CZK",
        rate=rate("CZK"),
    )
    held(session, books, "crowns", crowns, counter)
    with pytest.raises(ForeignItemsError, match=r"than the euro \(2020: CZK\)"):
        leaves(session, books)


def position(session: Session, state: str) -> Decimal:
    """Give a state's equity balance by all that the books hold."""
    found = equity_balances(session, cutoff(session, LAST_DAY))
    return next((each.balance for each in found if each.state == state), Decimal(0))


def buys_in(session: Session, books: Books, amount: str, advance: str | None = None) -> str:
    """Let Austria join and owe a buy-in; give the item that it owes."""
    booked(session, books, "accession", advance=advance)
    [agreed] = booked(session, books, "buy_in", amount=amount)
    return f"{agreed.number}/AT"


def test_capital_pays_a_buy_in(session: Session, shared: Books) -> None:
    """Paid working capital set off against a buy-in adds nothing: the buy-in was credited."""
    buys_in(session, shared, "4000.00", advance="4000.00")
    booked(session, shared, "receipt", receipt="B/1", state="AT", amount="4000.00")
    pays = {"source": "B/1", "state": "AT", "applied_on": "2018-02-02", "item": "1/AT"}
    booked(session, shared, "application", **pays)
    assert proposed(session, shared, "withdrawal", state="AT") == (
        "2070 AT 4,000.00 EUR 4,000.00\n1110 AT -4,000.00 EUR -4,000.00"
    )
    booked(session, shared, "withdrawal", state="AT")
    assert position(session, "AT") == 4000


@pytest.mark.parametrize("account", ["2020", "2030", "2050"])
def test_claims_and_credits_pay_a_buy_in(session: Session, shared: Books, account: str) -> None:
    """In a withdrawal as by application: a claim adds nothing, what was credited is taken back."""
    buys_in(session, shared, "100.00")
    credited = [
        NewPosting(account=code, amount=Decimal(euro), euro=Decimal(euro), state="AT",
                   purpose="operations")
        for code, euro in (("8010", "100.00"), ("8020", "-100.00"))
        if account != "2020"
    ]  # fmt: skip
    held(session, shared, "due", line("1010", "100.00"), line(account, "-100.00", state="AT"),
         *credited)  # fmt: skip
    booked(session, shared, "withdrawal", state="AT")
    assert position(session, "AT") == 100


def test_what_is_due_of_a_buy_in(session: Session, shared: Books) -> None:
    """What a leaver is due of another's buy-in is no cash of its own: nothing is taken back."""
    buys_in(session, shared, "4000.00")
    assert position(session, "HU") == -1000
    assert leaves(session, shared) == (
        "2050 HU 1,000.00 EUR 1,000.00\n2020 HU -1,000.00 EUR -1,000.00"
    )


def test_unpaid_buy_in_of_a_leaver(session: Session, shared: Books) -> None:
    """A buy-in that is paid after the position has passed on leaves all level, as when paid before.

    The others take over what was credited when it was agreed, and the payment adds nothing.
    """
    item = buys_in(session, shared, "4000.00")
    booked(session, shared, "withdrawal", state="AT", position="transferred")
    after = {state: position(session, state) for state in ("CZ", "HU", "PL", "SK")}
    booked(session, shared, "receipt", receipt="B/1", state="AT", amount="4000.00")
    pays = {"source": "B/1", "state": "AT", "applied_on": "2018-07-02", "item": item}
    booked(session, shared, "application", **pays)
    assert position(session, "AT") == 0
    assert {state: position(session, state) for state in after} == after
    assert set(after.values()) == {Decimal(0)}


@pytest.mark.parametrize(("advance", "debt"), [("400.00", "300.00"), ("700.00", None)])
def test_advance_of_a_leaver(
    session: Session, shared: Books, advance: str, debt: str | None
) -> None:
    """Whose position passed on stands level, and the others take over no more than it gave."""
    if debt:
        owe(session, shared, str(4 * Decimal(debt)))
    paid = {"source": "B/1", "state": "HU", "to": "advance", "activity": "information"}
    booked(session, shared, "receipt", receipt="B/1", state="HU", amount=advance)
    booked(session, shared, "application", **paid, purpose="operations")
    booked(session, shared, "withdrawal", position="transferred")
    [due] = open_items(session, cutoff(session, LAST_DAY), accounts=["2020"])
    booked(session, shared, "payment", item=due.reference, state="HU", paid_on="2018-07-02")
    assert position(session, "HU") == 0
    others = sum(position(session, state) for state in ("CZ", "PL", "SK"))
    assert others == Decimal(debt or 0)


@pytest.mark.parametrize("what", ["receipt", "pledge"])
def test_what_may_change_a_position_that_passes(session: Session, shared: Books, what: str) -> None:
    """Money that is not applied and pledges that are not paid are settled first."""
    said: dict[str, str] = {"level": "committed"} if what == "pledge" else {}
    [came] = booked(session, shared, what, state="HU", **said)
    with pytest.raises(UnsettledItemsError, match=rf"HU has open .* on 2018-06-30 \({came.number}"):
        leaves(session, shared, position="transferred")
    assert leaves(session, shared, position="kept") == ""
    if what == "pledge":
        booked(session, shared, "lapse", state="HU")
    else:
        booked(session, shared, "payment", item=f"{came.number}.2", state="HU")
    assert leaves(session, shared, position="transferred") == ""


debts = st.integers(min_value=0, max_value=10**12).map(lambda cents: Decimal(cents) / 100)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(run_off=debts, exit_share=debts)
def test_one_side_is_left(
    session: Session, books: Books, run_off: Decimal, exit_share: Decimal
) -> None:
    """When all is set off, either the state owes the difference or the mechanism does."""
    fields = {"run_off": run_off, "exit_share": exit_share}
    said = {name: str(value) for name, value in fields.items() if value}
    entries = proposal(session, made(session, books, "withdrawal", **said)).entries
    left = {
        account: sum(
            each.euro for entry in entries for each in entry.postings if each.account == account
        )
        for account in ("1110", "2020")
    }
    assert left["1110"] == max(run_off - exit_share, 0)
    assert left["2020"] == min(run_off - exit_share, 0)
