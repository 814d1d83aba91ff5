"""Impairments and write-offs: what is doubtful, and what is given up (books.md rows 13a to 13c)."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from ledger.approvals import OwnCaseError, require_approver
from ledger.balances import cutoff
from ledger.equity import equity_balances
from ledger.errors import InputErrors
from ledger.impairments import ExcessAllowanceError, SameAllowanceError, allowance
from ledger.journal import NewPosting, post
from ledger.open_items import OverdrawnItemError, UnknownItemError
from ledger.users import Role, add_user
from ledger.write_offs import NotOwedError, NotRedistributedError
from tests.books import LAST_DAY, NOW, Books, entry, line, rate
from tests.documents import booked, made, proposed
from tests.pledges import COMMITTED

END = date(2018, 12, 31)


@pytest.fixture
def owing(session: Session, books: Books) -> Books:
    """Books in which entry 1 asks EUR 100.00 of each of the four founders."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="400.00")
    return books


def positions(session: Session) -> dict[str, str]:
    """Give every state's equity balance."""
    found = equity_balances(session, cutoff(session, LAST_DAY))
    return {each.state: str(each.balance) for each in found if each.balance}


def test_impairment(session: Session, owing: Books) -> None:
    """Row 13a: the allowance is what it is from now on; less of it is mirrored."""
    assert proposed(session, owing, "impairment") == (
        "5150 PL 100.00 EUR 100.00\n1130 PL -100.00 EUR -100.00"
    )
    booked(session, owing, "impairment", amount="60.00")
    assert proposed(session, owing, "impairment") == (
        "5150 PL 40.00 EUR 40.00\n1130 PL -40.00 EUR -40.00"
    )
    assert proposed(session, owing, "impairment", amount="0.00") == (
        "5150 PL -60.00 EUR -60.00\n1130 PL 60.00 EUR 60.00"
    )
    assert allowance(session, "PL", END) == Decimal("60.00")
    assert allowance(session, "CZ", END) == 0


def test_allowance_is_within_what_is_owed(session: Session, owing: Books) -> None:
    """Nobody allows for more than is owed, to the cent, nor for what is allowed for already."""
    with pytest.raises(ExcessAllowanceError, match=r"PL owes EUR 100\.00 on 2018-12-31"):
        proposed(session, owing, "impairment", amount="100.01")
    with pytest.raises(ExcessAllowanceError, match=r"EUR 0\.00 on 2017-01-01"):
        proposed(session, owing, "impairment", impaired_on="2017-01-01")
    booked(session, owing, "impairment")
    with pytest.raises(SameAllowanceError, match=r"allowance for PL is EUR 100\.00"):
        proposed(session, owing, "impairment", description="Again")
    with pytest.raises(InputErrors, match=r"amount: “-1\.00” must not be below zero"):
        made(session, owing, "impairment", amount="-1.00")


@pytest.mark.parametrize(
    ("allowed", "posted"),
    [
        (None, "5150 PL 100.00 EUR 100.00"),
        ("40.00", "1130 PL 40.00 EUR 40.00\n5150 PL 60.00 EUR 60.00"),
        ("100.00", "1130 PL 100.00 EUR 100.00"),
    ],
)
def test_write_off(session: Session, owing: Books, allowed: str | None, posted: str) -> None:
    """Row 13b: against the allowance as far as there is one, the rest is a loss."""
    if allowed:
        booked(session, owing, "impairment", amount=allowed)
    assert proposed(session, owing, "write_off") == f"{posted}\n1110 PL -100.00 EUR -100.00"


def test_part_of_a_debt(session: Session, owing: Books) -> None:
    """A part is written off, the larger allowance stays for the rest, and no more than is open."""
    booked(session, owing, "impairment")
    assert proposed(session, owing, "write_off", amount="30.00") == (
        "1130 PL 30.00 EUR 30.00\n1110 PL -30.00 EUR -30.00"
    )
    booked(session, owing, "write_off", amount="30.00")
    with pytest.raises(OverdrawnItemError, match=r"EUR 70\.00 is open"):
        proposed(session, owing, "write_off", amount="70.01")
    booked(session, owing, "write_off")
    with pytest.raises(NotOwedError, match="Item 1/PL is nothing that PL owes on 2018-12-31"):
        proposed(session, owing, "write_off", amount="0.01")


def test_by_its_call(session: Session, owing: Books) -> None:
    """A debt is named by its call or by the entry that began it, and is the state's own."""
    booked(session, owing, "call")
    assert proposed(session, owing, "write_off", item="2017/3-PL").startswith("5150 PL 100.00")
    with pytest.raises(NotOwedError, match="nothing that PL owes"):
        proposed(session, owing, "write_off", item="2017/1-CZ")
    with pytest.raises(UnknownItemError):
        proposed(session, owing, "write_off", item="2017/1-PL")
    with pytest.raises(NotOwedError):
        proposed(session, owing, "write_off", written_off_on="2017-01-01")


def test_the_others_bear_it(session: Session, owing: Books) -> None:
    """Row 13c: the others' positions fall by the scale, the debtor's rises by what it owed."""
    assert proposed(session, owing, "write_off", redistributed="true") == (
        "5150 PL 100.00 EUR 100.00\n"
        "1110 PL -100.00 EUR -100.00\n"
        "8020 CZ 33.34 EUR 33.34\n"
        "8020 HU 33.33 EUR 33.33\n"
        "8020 SK 33.33 EUR 33.33\n"
        "8020 PL -100.00 EUR -100.00"
    )
    booked(session, owing, "write_off", redistributed="true")
    assert positions(session) == {"CZ": "-33.34", "HU": "-33.33", "PL": "100.00", "SK": "-33.33"}


def test_debt_of_a_state_that_left(session: Session, owing: Books) -> None:
    """Those that remain bear by their shares without it what a state that left still owes."""
    booked(session, owing, "withdrawal")
    said = {"state": "HU", "item": "1/HU", "redistributed": "true"}
    assert proposed(session, owing, "write_off", **said).endswith("8020 HU -100.00 EUR -100.00")


def test_what_the_others_cannot_bear(session: Session, owing: Books) -> None:
    """A buy-in was credited when it was agreed, and what has no purpose belongs to no scale."""
    booked(session, owing, "accession", joined_on="2018-01-01")
    booked(session, owing, "buy_in", state="AT")
    bought = {"state": "AT", "item": "2/AT"}
    with pytest.raises(NotRedistributedError, match="Item 2/AT does not burden the others"):
        proposed(session, owing, "write_off", **bought, redistributed="true")
    assert proposed(session, owing, "write_off", **bought).startswith("5150 AT 1,000.00")
    pair = (line("1115", "5.00", state="PL"), line("3010", "-5.00"))
    post(session, entry("advance", *pair), **owing.hands, now=NOW)
    with pytest.raises(NotRedistributedError):
        proposed(session, owing, "write_off", item="3.1", redistributed="true")


def test_pledge_is_nobody_elses_burden(session: Session, owing: Books) -> None:
    """Who breaks a voluntary pledge is not levelled by it at the cost of the others."""
    booked(session, owing, "pledge", **COMMITTED)
    broken = {"item": "pledge:PL:PL-2017-1:undated"}
    with pytest.raises(NotRedistributedError, match="of one's own will"):
        proposed(session, owing, "write_off", **broken, redistributed="true")
    assert proposed(session, owing, "write_off", **broken) == (
        "5150 PL 100.00 EUR 100.00\n1120 PL -100.00 EUR -100.00"
    )


def test_debt_in_another_currency(session: Session, owing: Books) -> None:
    """A debt in złoty is written off at what it is carried at, whatever the rate of the day."""
    postings = [
        NewPosting(
            account=account,
            amount=Decimal(f"{sign}425.00"),
            euro=Decimal(f"{sign}98.00"),
            currency="PLN",
            rate=rate("PLN"),
            state="PL",
            item="pledge:7" if account == "1120" else None,
        )
        for account, sign in (("1120", ""), ("4020", "-"))
    ]
    post(session, entry("pledged", *postings), **owing.hands, now=NOW)
    booked(session, owing, "impairment", amount="50.00")
    assert proposed(session, owing, "write_off", item="pledge:7") == (
        "1130 PL 50.00 EUR 50.00\n"
        "5150 PL 48.00 EUR 48.00\n"
        "1120 PL -425.00 PLN -98.00\n"
        "1090 PL -98.00 EUR -98.00\n"
        "1090 PL 425.00 PLN 98.00"
    )
    booked(session, owing, "write_off", item="pledge:7", amount="212.50")
    assert allowance(session, "PL", END) == Decimal("1.00")


@pytest.mark.parametrize("kind", ["impairment", "write_off"])
def test_no_state_decides_on_its_own_debt(session: Session, owing: Books, kind: str) -> None:
    """Nobody of the debtor approves what is given up to it."""
    own = add_user(session, "ewa", name="Ewa Lis", role=Role.COORDINATOR, state="PL", now=NOW)
    document = made(session, owing, kind)
    with pytest.raises(OwnCaseError):
        require_approver(document, own)
    require_approver(document, owing.coordinator)
