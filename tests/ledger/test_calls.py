"""Calls for funds: what is asked, what is set off, and how a payment finds its call again."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.approvals import proposal
from ledger.balances import cutoff
from ledger.call_proof import proofs
from ledger.calls import (
    Call,
    DespatchedCallError,
    NotCallableError,
    NothingToCallError,
    Terms,
    UnknownCallError,
    call_named,
    calls,
    due_days,
    item_of,
    terms,
)
from ledger.entries import Posting
from ledger.errors import InputErrors
from ledger.journal import NewPosting, post
from ledger.references import is_creditor_reference, is_symbol
from ledger.vocabulary import Charges, ExchangeRule
from tests.books import LAST_DAY, NOW, Books, entry, line
from tests.documents import booked, made, proposed
from tests.intruder import refusal

PAID = {"against": "assessment", "value_on": "2017-04-03"}


@pytest.fixture
def assessed(session: Session, books: Books) -> Books:
    """Books in which entry 1 asks EUR 100.00 of each of the four founders."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="400.00")
    return books


def owed_to(
    session: Session, books: Books, account: str, euro: str, *, kind: str = "true_up", key: str = ""
) -> None:
    """Let the mechanism owe Poland so much on an account, against the surplus."""
    item = f"{account} {euro} {kind} {key}"
    lines = (line(account, f"-{euro}", state="PL", item=item), line("3010", euro))
    said = entry(item, *lines, on=date(2017, 1, 16))
    post(session, replace(said, kind=kind), **books.hands, now=NOW)


def in_zloty(account: str, amount: str, euro: str, *, item: str | None = None) -> NewPosting:
    """Make a posting of Poland in złoty."""
    return NewPosting(
        account=account,
        amount=Decimal(amount),
        euro=Decimal(euro),
        currency="PLN",
        state="PL",
        item=item,
    )


def register(session: Session) -> list[str]:
    """Write the register: number, gross, applied, arrears, to pay."""
    return [
        f"{each.name} {each.gross} {each.applied} {each.arrears} {each.to_pay}"
        for each in calls(session)
    ]


def test_one_document_calls_every_state(session: Session, assessed: Books) -> None:
    """Each state that is asked has a call under a number of its own; nothing is posted."""
    assert proposed(session, assessed, "call") == ""
    assert booked(session, assessed, "call") == []
    assert register(session) == [
        f"2017/{number}-{state} 10000 0 0 100.00"
        for number, state in enumerate(("CZ", "HU", "PL", "SK"), 1)
    ]
    first = calls(session)[0]
    assert (first.despatched_on, first.due_on) == (date(2017, 2, 1), date(2017, 3, 3))
    assert (first.reference, first.symbol) == ("RF29MCRM2017CZ00001", "2017000016")
    for each in calls(session):
        assert is_creditor_reference(each.reference)
        assert is_symbol(each.symbol)


NETTED = [
    ("40.00", "40.00", "60.00"),
    ("100.00", "100.00", "0.00"),
    ("100.01", "100.00", "0.00"),
]


@pytest.mark.parametrize(("owed", "applied", "net"), NETTED)
def test_credit_is_set_off(
    session: Session, assessed: Books, owed: str, applied: str, net: str
) -> None:
    """Row 14b: a credit smaller than, equal to or larger than the call, never beyond it."""
    owed_to(session, assessed, "2050", owed)
    assert proposed(session, assessed, "call") == (
        f"2050 PL {applied} EUR {applied}\n1110 PL -{applied} EUR -{applied}"
    )
    booked(session, assessed, "call")
    assert call_named(session, "2017/3-PL").net == Decimal(net)


@pytest.mark.parametrize(
    ("account", "kind", "is_credited"),
    [
        ("2050", "true_up", False),
        ("2050", "buy_in", True),
        ("2030", "receipt", False),
        ("2020", "prefinancing", True),
    ],
)
def test_what_moves_the_position(
    session: Session, assessed: Books, account: str, kind: str, *, is_credited: bool
) -> None:
    """Rows 6, 10b, 14b and 16: costs advanced and buy-in credits are given when set off."""
    owed_to(session, assessed, account, "10.00", kind=kind)
    burden = "\n8010 PL 10.00 EUR 10.00\n8020 PL -10.00 EUR -10.00" if is_credited else ""
    assert proposed(session, assessed, "call") == (
        f"{account} PL 10.00 EUR 10.00\n1110 PL -10.00 EUR -10.00{burden}"
    )
    [posted] = booked(session, assessed, "call")
    query = sa.select(Posting.purpose, Posting.form).where(
        Posting.entry == posted.number, Posting.account.in_(("8010", "8020"))
    )
    assert {tuple(row) for row in session.execute(query)} == (
        {("operations", "cash")} if burden else set()
    )


def test_order_of_set_offs(session: Session, assessed: Books) -> None:
    """Credits go first, then advances, then costs; of each the oldest, and the last in part."""
    for account, euro, key in (
        *(("2020", "50.00", ""), ("2030", "30.00", ""), ("2050", "20.00", "1")),
        ("2050", "15.00", "2"),
    ):
        owed_to(session, assessed, account, euro, key=key)
    said = proposed(session, assessed, "call").splitlines()
    assert [each for each in said if each[:4] in ("2050", "2030", "2020")] == [
        "2050 PL 20.00 EUR 20.00",
        "2050 PL 15.00 EUR 15.00",
        "2030 PL 30.00 EUR 30.00",
        "2020 PL 35.00 EUR 35.00",
    ]


def test_what_is_left_alone(session: Session, assessed: Books) -> None:
    """Credits in other money, and what came after the day of despatch, are not set off."""
    owed_to(session, assessed, "2050", "10.00")
    foreign = (
        in_zloty("2050", "-42.50", "-10.00", item="foreign"),
        in_zloty("1090", "42.50", "10.00"),
        line("1090", "-10.00"),
        line("3010", "10.00"),
    )
    post(session, entry("foreign", *foreign), **assessed.hands, now=NOW)
    assert proposed(session, assessed, "call", despatched_on="2017-01-15") == ""
    assert proposed(session, assessed, "call", despatched_on="2017-03-08") == (
        "2050 PL 10.00 EUR 10.00\n1110 PL -10.00 EUR -10.00"
    )


def test_arrears_are_shown_once(session: Session, assessed: Books) -> None:
    """What else is overdue is shown and to be paid, but is no part of the call's own net."""
    booked(session, assessed, "call")
    booked(session, assessed, amount="30.00", **PAID)
    booked(session, assessed, "assessment", amount="800.00", assessed_on="2017-05-01")
    booked(session, assessed, "call", assessment="3", despatched_on="2017-05-02")
    second = call_named(session, "2017/7-PL")
    assert (second.net, second.arrears, second.to_pay) == (
        Decimal("200.00"),
        7000,
        Decimal("270.00"),
    )
    booked(session, assessed, "assessment", amount="4.00", assessed_on="2017-05-03")
    booked(session, assessed, "call", assessment="4", despatched_on="2017-05-31")
    assert call_named(session, "2017/11-PL").arrears == 7000


def test_terms_and_references(session: Session, assessed: Books) -> None:
    """Whoever records a receipt finds the item, and on which terms it is paid."""
    booked(session, assessed, "call", exchange="call_rate", charges="mechanism")
    third = call_named(session, "2017/3-pl")
    on = date(2017, 2, 1)
    assert terms(session, [third.item, "other"]) == {
        third.item: Terms(ExchangeRule.CALL_RATE, on, Charges.MECHANISM)
    }
    assert due_days(session)[third.item] == date(2017, 3, 3)
    spaced = " ".join((third.reference[:4], third.reference[4:8], third.reference[8:]))
    for written in (
        *("2017/3-PL", " 2017/3-pl "),
        *(third.reference, spaced.lower(), third.symbol, f"0000{third.symbol}"),
    ):
        assert item_of(session, written) == third.item


@pytest.mark.parametrize(
    "written",
    [
        "",
        "2017/3-CZ",
        "2018/3-PL",
        "2017/99-PL",
        "2017/99999-PL",
        "RF18539007547034",
        "2017000015",
        "17.3",
    ],
)
def test_what_names_no_call(session: Session, assessed: Books, written: str) -> None:
    """What is nobody's number, reference or symbol finds nothing, and is no fault."""
    booked(session, assessed, "call")
    assert item_of(session, written) is None
    with pytest.raises(UnknownCallError):
        call_named(session, written)


def test_an_item_is_called_once(session: Session, assessed: Books) -> None:
    """A second call of the same assessment is refused, and so is one of what asks nothing."""
    booked(session, assessed, "call")
    with pytest.raises(NothingToCallError, match="Of entry 1 nothing is open on 2017-02-02"):
        proposed(session, assessed, "call", despatched_on="2017-02-02")
    booked(session, assessed)
    for number in ("2", "99"):
        with pytest.raises(NotCallableError, match=f"Entry {number} asks nothing"):
            proposed(session, assessed, "call", assessment=number)


def test_what_is_paid_is_not_called(session: Session, assessed: Books) -> None:
    """A state that has paid already is asked for what is open, or for nothing."""
    early = {"against": "assessment", "value_on": "2017-01-09"}
    booked(session, assessed, amount="30.00", **early)
    booked(session, assessed, state="CZ", **early)
    booked(session, assessed, "call")
    assert register(session)[0:2] == ["2017/1-HU 10000 0 0 100.00", "2017/2-PL 7000 0 0 70.00"]
    [_, poland, _] = proofs(session, cutoff(session, LAST_DAY))
    assert (poland.assessed, poland.before, poland.gross) == tuple(
        map(Decimal, ("100", "30", "70"))
    )


def test_what_was_assessed_anew_is_called(session: Session, books: Books) -> None:
    """What a newcomer is asked when an assessment is made anew is called by that entry."""
    booked(session, books, "scale")
    booked(session, books, "assessment", from_on="2017-01-01", until_on="2017-12-31")
    booked(session, books, "accession", acceding_state="AT", joined_on="2017-07-01")
    booked(session, books, "scale", valid_from="2017-07-01")
    booked(session, books, "reassessment", number="1")
    booked(session, books, "call", assessment="2", despatched_on="2017-07-04")
    assert [each.name for each in calls(session)] == ["2017/1-AT"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"days": ""}, "due_on: is missing: give the day"),
        ({"due_on": "2017-03-01"}, "due_on: goes with no other"),
        ({"days": "", "due_on": "2017-01-31"}, "due_on: is before the day of despatch"),
        ({"days": "0"}, "days: “0” must be more than 0"),
        ({"despatched_on": "2199-12-31"}, "days: leads beyond"),
    ],
)
def test_one_day_is_due(
    session: Session, assessed: Books, fields: dict[str, str], said: str
) -> None:
    """A call is due on one day, given as a day or as days to pay, not before it is despatched."""
    with pytest.raises(InputErrors, match=said):
        made(session, assessed, "call", **fields)


def test_due_on_a_day(session: Session, assessed: Books) -> None:
    """A call that names the day by which it is due may be due at once."""
    booked(session, assessed, "call", days="", due_on="2017-02-01")
    assert {each.due_on for each in calls(session)} == {date(2017, 2, 1)}


def test_proof_adds_up(session: Session, assessed: Books) -> None:
    """Assessed, less what was settled before, set off, and paid since, is what is open."""
    owed_to(session, assessed, "2050", "10.00")
    owed_to(session, assessed, "2030", "20.00", kind="receipt")
    owed_to(session, assessed, "2020", "30.00", kind="prefinancing")
    booked(session, assessed, "call")
    booked(session, assessed, amount="15.00", **PAID)
    found = {each.call.name: each for each in proofs(session, cutoff(session, LAST_DAY))}
    poland = found["2017/3-PL"]
    figures = (poland.credits, poland.advances, poland.prefinanced, poland.settled, poland.open)
    assert figures == tuple(map(Decimal, ("10", "20", "30", "15", "25")))
    for each in found.values():
        applied = each.credits + each.advances + each.prefinanced
        assert applied == each.applied
        assert each.assessed - each.before - applied - each.settled == each.open
    assert proofs(session, cutoff(session, date(2017, 1, 31))) == []
    [*earlier] = proofs(session, cutoff(session, date(2017, 2, 1)))
    assert {each.settled for each in earlier} == {Decimal(0)}


def test_what_was_seen_is_called(session: Session, assessed: Books) -> None:
    """Whoever approves sees what each state is asked, with what is set off taken off."""
    owed_to(session, assessed, "2050", "10.00")
    effect = proposal(session, made(session, assessed, "call")).effect
    assert effect == {"due_on": "2017-03-03", "asked": "CZ 100.00, HU 100.00, PL 90.00, SK 100.00"}


FORGED: dict[str, dict[str, object]] = {
    "another_state": {"state_code": "CZ"},
    "another_item": {"item": "other"},
    "a_later_day": {"due_on": date(2017, 3, 4)},
    "other_terms": {"exchange": "call_rate"},
    "other_charges": {"charges": "mechanism"},
    "another_despatch": {"despatched_on": date(2017, 1, 31)},
}


@pytest.mark.parametrize("name", FORGED)
def test_register_holds_what_was_approved(session: Session, assessed: Books, name: str) -> None:
    """The database takes no call that its approved document does not make."""
    booked(session, assessed, amount="100.00", against="assessment", value_on="2017-01-09")
    booked(session, assessed, "call")
    first = calls(session)[0]
    [poland] = session.scalars(
        sa.select(Posting.item)
        .where(Posting.account == "1110", Posting.state_code == "PL")
        .limit(1)
    )
    columns = (column.name for column in Call.__table__.columns)
    true: dict[str, object] = {name: getattr(first, name) for name in columns} | {
        "number": 4,
        "state_code": "PL",
        "item": poland,
        "reference": "RF",
        "symbol": "0",
    }
    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        session.execute(sa.insert(Call).values(**true | FORGED[name]))
    assert refusal(caught.value) == "LG051"
    session.execute(sa.insert(Call).values(**true))


def test_call_is_not_undone(session: Session, assessed: Books) -> None:
    """What a call set off stays: its letter was sent, and its row is in the register."""
    owed_to(session, assessed, "2050", "40.00")
    [posted] = booked(session, assessed, "call")
    undo = {"number": posted.number, "effective_on": "2017-02-01", "reason": "A slip"}
    with pytest.raises(DespatchedCallError, match="Entry 3 is a call for funds, which was desp"):
        proposed(session, assessed, "reversal", **undo)
