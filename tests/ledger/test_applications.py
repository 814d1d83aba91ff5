"""Applications: what money is for, posting by posting (books.md rows 4a to 6, 10b, 13d, 14b)."""

from decimal import Decimal
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.application_refusals import (
    NotADebtError,
    NothingLeftError,
    NothingOpenError,
    NotMoneyError,
    NotWrittenOffError,
    OtherStateError,
    SettlesOtherwiseError,
)
from ledger.approvals import approve_all, proposal
from ledger.balances import balances, cutoff
from ledger.documents import submit_all
from ledger.entries import Posting
from ledger.errors import InputErrors, NotAMemberError
from ledger.journal import NewPosting, post
from ledger.money import ZERO, from_cents, round_half_up
from ledger.open_items import OverdrawnItemError, UnknownItemError, find_item
from ledger.receipts import receipt_key
from tests.books import LAST_DAY, NOW, Books, entry, rate
from tests.documents import booked, made, proposed
from tests.ledger.receivables import FOR, WRITTEN, came, owed

NUMBERS = count(1)


@pytest.fixture
def debt(session: Session, books: Books) -> Books:
    """Books in which every founder owes EUR 100.00, Poland by item 1/PL."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="400.00")
    return books


def state_of(session: Session) -> dict[tuple[str, ...], tuple[str, str]]:
    """Sum the books by account, state and currency, leaving out what is zero."""
    by = (Posting.account, Posting.state_code, Posting.currency)
    found = balances(session, cutoff(session, LAST_DAY), *by)
    return {row.key: (str(row.amount), str(row.euro)) for row in found if row.amount or row.euro}


def test_cash_in_euro_pays_a_debt(session: Session, debt: Books) -> None:
    """Rows 4a and 16: the receipt pays the debt, and the state is credited once."""
    came(session, debt)
    assert proposed(session, debt, "application", item="1/PL") == (
        "2060 PL 100.00 EUR 100.00\n"
        "1110 PL -100.00 EUR -100.00\n"
        "8010 PL 100.00 EUR 100.00\n"
        "8020 PL -100.00 EUR -100.00"
    )


def test_cash_in_zloty_pays_a_debt(session: Session, debt: Books) -> None:
    """Row 4b: złoty cross into euro, and count at what they were worth on the day of receipt."""
    came(session, debt, "425.00", currency="PLN")
    assert proposed(session, debt, "application", item="1/PL") == (
        "2060 PL 425.00 PLN 100.00\n"
        "1110 PL -100.00 EUR -100.00\n"
        "1090 PL 100.00 EUR 100.00\n"
        "1090 PL -425.00 PLN -100.00\n"
        "8010 PL 425.00 PLN 100.00\n"
        "8020 PL -425.00 PLN -100.00"
    )


@pytest.mark.parametrize(
    ("to", "account", "crossed"),
    [
        ("advance", "2030 PL -425.00 PLN -100.00", ""),
        ("credit", "2050 PL -425.00 PLN -100.00", ""),
        ("voluntary", "4020 PL -100.00 EUR -100.00",
         "1090 PL 100.00 EUR 100.00\n1090 PL -425.00 PLN -100.00\n"),
    ],
)  # fmt: skip
def test_money_that_pays_no_debt(
    session: Session, books: Books, to: str, account: str, crossed: str
) -> None:
    """Rows 5 and 6: kept in its own currency as an item, or revenue in euro; credited."""
    came(session, books, "425.00", currency="PLN", state=None)
    assert proposed(session, books, "application", to=to, **FOR) == (
        f"2060 -- 425.00 PLN 100.00\n{account}\n"
        + crossed
        + "8010 PL 425.00 PLN 100.00\n8020 PL -425.00 PLN -100.00"
    )


@pytest.mark.parametrize("to", ["advance", "credit"])
def test_advance_is_applied_when_the_debt_comes(session: Session, debt: Books, to: str) -> None:
    """Rows 6 and 14b: what was kept pays later, in parts, and is not credited again."""
    came(session, debt, "100.01")
    [kept] = booked(session, debt, "application", to=to, amount="60.00", **FOR)
    source = {"source": f"{kept.number}.2", "item": "1/PL"}
    account = {"advance": "2030", "credit": "2050"}[to]
    assert proposed(session, debt, "application", **source) == (
        f"{account} PL 60.00 EUR 60.00\n1110 PL -60.00 EUR -60.00"
    )
    booked(session, debt, "application", **source)
    booked(session, debt, "application", item="1/PL", amount="40.00")
    assert find_item(session, "1/PL").amount == 0
    with pytest.raises(NothingOpenError, match=r"Of item 1\.5 nothing is open"):
        proposed(session, debt, "application", item="1/PL")


@pytest.mark.parametrize(
    ("paid", "left_of_debt", "left_of_money"),
    [("99.99", "0.01", "0.00"), ("100.00", "0.00", "0.00"), ("100.01", "0.00", "0.01")],
)
def test_all_that_is_open(
    session: Session, debt: Books, paid: str, left_of_debt: str, left_of_money: str
) -> None:
    """Row 4d: a shortfall stays owed, an excess stays to be applied, to the cent."""
    came(session, debt, paid)
    booked(session, debt, "application", item="1/PL")
    assert str(find_item(session, "1/PL").amount) == left_of_debt
    assert str(find_item(session, "receipt:BS/2017/31-4").amount) == left_of_money


def test_no_more_than_is_owed_or_there(session: Session, debt: Books) -> None:
    """An amount that is said is taken whole or not at all."""
    came(session, debt, "200.00")
    with pytest.raises(OverdrawnItemError, match=r"Of item 1\.5 EUR 100\.00 is open"):
        proposed(session, debt, "application", item="1/PL", amount="100.01")
    with pytest.raises(OverdrawnItemError, match=r"EUR 200\.00 is open from 2017-03-06"):
        proposed(session, debt, "application", to="voluntary", amount="200.01", **FOR)
    assert proposed(session, debt, "application", item="1/PL", amount="100.00")


def test_one_receipt_for_three_debts(session: Session, books: Books) -> None:
    """Applications of one list see what those before them take, and the last takes the rest."""
    booked(session, books, "scale")
    for part in ("0.40", "133.32", "266.68"):
        booked(session, books, "assessment", amount=part)
    came(session, books, "425.42", currency="PLN")
    three = [made(session, books, "application", item=f"{at}/PL") for at in (1, 2, 3)]
    submit_all(session, three, by=books.officer, now=NOW)
    approve_all(session, three, by=books.coordinator, now=NOW)
    assert [str(find_item(session, f"{at}/PL").amount) for at in (1, 2, 3)] == ["0.00"] * 3
    left = find_item(session, "receipt:BS/2017/31-4")
    assert (left.amount, left.euro) == (ZERO, ZERO)


def test_list_that_overdraws_together(session: Session, debt: Books) -> None:
    """Two applications that each fit and together do not are refused, both of them."""
    came(session, debt, "100.00")
    fields = {"to": "voluntary", "amount": "50.01", **FOR}
    two = [made(session, debt, "application", description=text, **fields) for text in ("a", "b")]
    for each in two:
        assert proposal(session, each).entries
    submit_all(session, two, by=debt.officer, now=NOW)
    with pytest.raises(OverdrawnItemError, match=r"EUR 49\.99 is open"):
        approve_all(session, two, by=debt.coordinator, now=NOW)


def test_three_payments_on_one_debt(session: Session, debt: Books) -> None:
    """A debt is paid in as many parts as come."""
    for number, amount in enumerate(("33.33", "33.33", "33.34")):
        came(session, debt, amount, receipt=f"B/{number}")
        booked(session, debt, "application", source=f"B/{number}", item="1/PL")
    assert find_item(session, "1/PL").amount == 0


def test_unidentified_receipt(session: Session, debt: Books) -> None:
    """Row 5: whose it is is said when it is applied."""
    came(session, debt, state=None)
    assert proposed(session, debt, "application", item="1/PL").startswith(
        "2060 -- 100.00 EUR 100.00\n1110 PL -100.00 EUR -100.00"
    )


def test_back_dated_application(session: Session, debt: Books) -> None:
    """An application dated before another does not use the same money a second time."""
    came(session, debt)
    booked(session, debt, "application", item="1/PL", amount="60.00", applied_on="2017-03-20")
    with pytest.raises(OverdrawnItemError, match=r"EUR 40\.00 is open from 2017-03-06"):
        proposed(session, debt, "application", to="voluntary", amount="40.01", **FOR)
    assert proposed(session, debt, "application", to="voluntary", amount="40.00", **FOR)
    with pytest.raises(NothingOpenError, match="nothing is open from 2017-02-28"):
        proposed(session, debt, "application", to="voluntary", applied_on="2017-02-28", **FOR)


@pytest.mark.parametrize(
    ("fields", "refusal", "told"),
    [
        ({"item": "1/CZ"}, OtherStateError, r"Item 1\.1 is of CZ, not of PL"),
        ({"item": "1/CZ", "state": "CZ"}, OtherStateError, r"Item 2\.2 is of PL, not of CZ"),
        ({"item": "1/AT"}, UnknownItemError, "“1/AT” is no open item"),
        ({"item": "2.2"}, NotADebtError, r"Item 2\.2 is no debt of a state"),
        ({"item": "1/PL", "source": "1/PL"}, NotMoneyError, "Item 1/PL holds no money"),
        ({"item": "1/PL", "source": "B/9"}, UnknownItemError, "“B/9” is no open item"),
        ({"item": "1/PL", "settles": "99.00"}, SettlesOtherwiseError, r"pays EUR 100\.00 of item"),
        ({"item": "1/PL"} | WRITTEN, NothingLeftError, "is paid in full"),
        ({"to": "voluntary"}, InputErrors, "purpose: is missing.*; activity: is missing"),
        ({}, InputErrors, "to: is missing: choose one"),
        ({"item": "1/PL", "to": "credit"}, InputErrors, "to: names a second target"),
        ({"to": "credit", "settles": "1.00"}, InputErrors, "settles: is for a debt"),
        ({"to": "credit"} | WRITTEN, InputErrors, "difference: is for a debt"),
        ({"to": "recovery"}, InputErrors, "item: is missing: name the debt that was written off"),
        ({"to": "recovery", "item": "1/PL"}, NotWrittenOffError, "nothing is left to recover"),
        ({"to": "recovery", "item": "1/PL"} | WRITTEN, InputErrors, "difference: is for a debt"),
        ({"item": "1/PL", "difference": "small"}, InputErrors, "authority: is missing"),
        ({"item": "1/PL", "authority": "me"}, InputErrors, "authority: is for a difference"),
    ],
)
def test_refused(
    session: Session, debt: Books, fields: dict[str, str], refusal: type[Exception], told: str
) -> None:
    """What does not fit is refused, with what is wrong and the remedy."""
    came(session, debt)
    amount = {"amount": "100.00"} if "settles" in fields and "item" in fields else {}
    with pytest.raises(refusal, match=told):
        proposed(session, debt, "application", **amount, **fields)


def test_state_that_left(session: Session, debt: Books) -> None:
    """A state that has left pays what it owes and is credited what it overpaid; no more."""
    booked(session, debt, "withdrawal", state="PL", run_off="50.00", left_on="2018-06-30")
    later = {"received_on": "2018-08-01"}
    came(session, debt, **later)
    on = {"applied_on": "2018-08-02"}
    for to in ("advance", "voluntary"):
        with pytest.raises(NotAMemberError, match="PL does not take part on 2018-08-02"):
            proposed(session, debt, "application", to=to, **on, **FOR)
    assert proposed(session, debt, "application", to="credit", **on, **FOR)
    assert proposed(session, debt, "application", item="1/PL", **on)


# Credits


def test_what_is_credited(session: Session, books: Books) -> None:
    """Row 16: a cost that a state advanced is credited when set off, a credit is not again."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="400.00")
    for account, number in (("2020", 2), ("2050", 3), ("2030", 4)):
        lines = [
            NewPosting(account="5020", amount=Decimal("9.00"), euro=Decimal("9.00"), **FOR),
            NewPosting(account=account, amount=Decimal("-9.00"), euro=Decimal("-9.00"), state="PL",
                       item=f"own {account}", **FOR),
        ]  # fmt: skip
        post(session, entry(account, *lines), now=NOW, **books.hands)
        said = proposed(session, books, "application", source=f"{number}.2", item="1/PL")
        credited = "\n8010 PL 9.00 EUR 9.00\n8020 PL -9.00 EUR -9.00" if account == "2020" else ""
        assert said == f"{account} PL 9.00 EUR 9.00\n1110 PL -9.00 EUR -9.00{credited}"


def test_buy_in_is_credited_once(session: Session, books: Books) -> None:
    """Cash for a buy-in is not credited; what an incumbent is due of it is, when it is set off."""
    booked(session, books, "scale")
    booked(session, books, "accession")
    booked(session, books, "buy_in")
    booked(session, books, "assessment", amount="400.00", assessed_on="2017-12-01")
    came(session, books, "1000.00", state="AT", received_on="2018-03-01")
    on = {"applied_on": "2018-03-02"}
    assert "8020" not in proposed(session, books, "application", state="AT", item="1/AT", **on)
    assert proposed(session, books, "application", source="1/PL", item="2/PL", **on) == (
        "2050 PL 100.00 EUR 100.00\n"
        "1110 PL -100.00 EUR -100.00\n"
        "8010 PL 100.00 EUR 100.00\n"
        "8020 PL -100.00 EUR -100.00"
    )


@pytest.mark.parametrize("against", ["assessment", "voluntary"])
@pytest.mark.parametrize(
    ("currency", "amount"), [("EUR", "99.99"), ("PLN", "333.33"), ("CZK", "777.77")]
)
def test_one_act_agrees_with_two(
    session: Session, debt: Books, against: str, currency: str, amount: str
) -> None:
    """A contribution in cash, and a receipt that is applied, leave the same books to the cent."""
    money = {"currency": currency, "amount": amount}
    [quick] = booked(session, debt, against=against, **money)
    once = state_of(session)
    booked(session, debt, "reversal", number=quick.number, effective_on="2017-03-01", reason="anew")
    came(session, debt, **money)
    to = {"item": "1/PL"} if against == "assessment" else {"to": "voluntary"}
    booked(
        session, debt, "application", applied_on="2017-03-01", **to, **(FOR if "to" in to else {})
    )
    assert state_of(session) == once


# Undoing


def test_undone_application_reopens_both(session: Session, debt: Books) -> None:
    """A reversal reopens money and debt exactly, also after another part was applied."""
    came(session, debt, "425.01", currency="PLN")
    parts = [
        booked(session, debt, "application", item="1/PL", amount=amount)[0].number
        for amount in ("141.66", "141.67", "141.68")
    ]
    debt_of, money_of = (find_item(session, key) for key in ("1/PL", "receipt:BS/2017/31-4"))
    assert (money_of.amount, money_of.euro, debt_of.amount) == (ZERO, ZERO, ZERO)
    undo = {"effective_on": "2017-04-03", "reason": "anew"}
    booked(session, debt, "reversal", number=parts[0], **undo)
    for key, open_ in (("1/PL", "33.33"), ("receipt:BS/2017/31-4", "33.33")):
        assert str(find_item(session, key).euro) == open_
    booked(session, debt, "reversal", number=parts[2], **undo)
    booked(session, debt, "reversal", number=parts[1], **undo)
    again = [find_item(session, key) for key in ("1/PL", "receipt:BS/2017/31-4")]
    assert [(str(each.amount), str(each.euro)) for each in again] == [
        ("100.00", "100.00"),
        ("425.01", "100.00"),
    ]
    booked(session, debt, "application", item="1/PL", applied_on="2017-04-03")
    assert find_item(session, "1/PL").amount == 0


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cents=st.integers(min_value=10_000, max_value=10**10),
    weights=st.lists(st.integers(min_value=1, max_value=99), min_size=1, max_size=4),
    order=st.randoms(use_true_random=False),
)
def test_parts_add_up_and_come_apart(
    session: Session, books: Books, cents: int, weights: list[int], order: Random
) -> None:
    """However money is parted, it pays and credits its worth; undone in any order, all reopens."""
    code = f"B/{next(NUMBERS)}"
    amount, worth = from_cents(cents), rate("PLN").in_euro(from_cents(cents))
    came(session, books, str(amount), currency="PLN", receipt=code)
    debt = owed(session, books, amount=str(worth), key=code)
    before = credited(session)
    posted = []
    for weight in weights[1:]:
        part = round_half_up(amount * weight / sum(weights))
        posted += booked(session, books, "application", source=code, item=debt, amount=str(part),
                         description=f"part {next(NUMBERS)}")  # fmt: skip
    posted += booked(session, books, "application", source=code, item=debt,
                     description=f"the last of {code}")  # fmt: skip
    for key in (debt, receipt_key(code)):
        assert (find_item(session, key).amount, find_item(session, key).euro) == (ZERO, ZERO)
    assert credited(session) - before == worth
    order.shuffle(posted)
    for each in posted:
        booked(session, books, "reversal", number=each.number, effective_on="2017-04-03",
               reason=f"undo {each.number}")  # fmt: skip
    assert credited(session) == before
    assert (find_item(session, debt).amount, find_item(session, debt).euro) == (worth, worth)
    again = find_item(session, receipt_key(code))
    assert (again.amount, again.euro) == (amount, worth)


def credited(session: Session) -> Decimal:
    """Give what Poland was credited so far, in euro."""
    return -Decimal(state_of(session).get(("8020", "PL", "PLN"), ("0", "0"))[1])
