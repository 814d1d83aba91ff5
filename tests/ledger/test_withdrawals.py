"""Withdrawals: a last day, a position that passes on, arrears that stay (books.md row 19d)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.accessions import SharedCostsError
from ledger.approvals import approve, proposal
from ledger.balances import Selection, cutoff, total_in_euro
from ledger.documents import submit_all
from ledger.equity import equity_balances
from ledger.errors import (
    InputErrors,
    NotAllowedError,
    NotAMemberError,
    OverpaidAssessmentError,
)
from ledger.journal import NewPosting, post
from ledger.memberships import membership_spans
from ledger.reversals import DecidedMembershipError
from ledger.scales import NoScaleError, StaleScaleError
from ledger.states import AlreadyLeftError, members_on
from ledger.withdrawals import LastDayToComeError, UnsharedCostsError
from tests.books import DAY, LAST_DAY, NOW, Books, entry
from tests.documents import booked, made, proposed

LEFT_ON = date(2018, 6, 30)


@pytest.fixture
def shared(session: Session, books: Books) -> Books:
    """Books in which the four founders share equally."""
    booked(session, books, "scale")
    return books


def leaves(session: Session, books: Books, **fields: Any) -> str:
    """Write what Hungary's withdrawal would post."""
    return proposed(session, books, "withdrawal", **fields)


def stand(
    session: Session, books: Books, euro: str, *, purpose: str = "operations", on: date = DAY
) -> None:
    """Let Hungary stand so much above its fair share, or below."""
    moves = (("8010", Decimal(euro)), ("8020", -Decimal(euro)))
    lines = tuple(
        NewPosting(account=account, amount=moved, euro=moved, state="HU", purpose=purpose)
        for account, moved in moves
    )
    if moves[0][1]:
        said = entry(f"{purpose} {on} {euro}", *lines, on=on)
        post(session, said, **books.hands, now=NOW)


def balance(session: Session, state: str) -> Decimal:
    """Give a state's equity balance by all that the books hold."""
    found = equity_balances(session, cutoff(session, LAST_DAY))
    return next(each.balance for each in found if each.state == state)


def test_credit_position_passes_on(session: Session, shared: Books) -> None:
    """Row 19d: the remaining states take over a credit by their new scale, as fair shares."""
    stand(session, shared, "100.00")
    assert leaves(session, shared, position="transferred") == (
        "8020 HU 100.00 EUR 100.00\n"
        "8020 CZ -33.34 EUR -33.34\n"
        "8020 PL -33.33 EUR -33.33\n"
        "8020 SK -33.33 EUR -33.33"
    )
    [parting] = proposal(
        session, made(session, shared, "withdrawal", position="transferred")
    ).entries
    assert {(each.form, each.purpose) for each in parting.postings} == {
        ("between_states", "operations")
    }


def test_debit_position_passes_on(session: Session, shared: Books) -> None:
    """A state that gave too little leaves its debit to the others, each purpose by its scale."""
    booked(session, shared, "scale", purpose="setup", formula="pop-gdp-50-50")
    stand(session, shared, "-100.00")
    stand(session, shared, "-100.00", purpose="setup")
    assert leaves(session, shared, position="transferred") == (
        "8020 HU -100.00 EUR -100.00\n"
        "8020 CZ 33.34 EUR 33.34\n"
        "8020 PL 33.33 EUR 33.33\n"
        "8020 SK 33.33 EUR 33.33\n"
        "8020 HU -100.00 EUR -100.00\n"
        "8020 CZ 22.73 EUR 22.73\n"
        "8020 PL 66.32 EUR 66.32\n"
        "8020 SK 10.95 EUR 10.95"
    )


def test_kept_position(session: Session, books: Books) -> None:
    """A position that is kept, to be settled between states, needs no scale and moves nothing."""
    stand(session, books, "100.00")
    assert leaves(session, books) == ""


def test_position_of_the_last_day(session: Session, shared: Books) -> None:
    """What passes on is the position as of the last day, not of later ones."""
    stand(session, shared, "100.00")
    stand(session, shared, "50.00", on=date(2018, 7, 1))
    assert "8020 HU 100.00" in leaves(session, shared, position="transferred")


def test_new_scale(session: Session, books: Books) -> None:
    """The scale in force on the day after counts, and must be made for those who then take part."""
    stand(session, books, "100.00")
    with pytest.raises(NoScaleError, match="operations is in force on 2018-07-01"):
        leaves(session, books, position="transferred")
    booked(session, books, "scale", valid_from="2018-07-01", formula="pop-gdp-50-50")
    assert "8020 PL -66.32" in leaves(session, books, position="transferred")
    booked(session, books, "accession", joined_on="2018-07-01")
    with pytest.raises(StaleScaleError, match="AT, CZ, HU, PL, SK take part"):
        leaves(session, books, position="transferred")


def test_scale_reckoned_again(session: Session, shared: Books) -> None:
    """A scale that holds the leaver is reckoned again without it, as it would be adopted."""
    booked(session, shared, "scale", valid_from="2018-01-01", formula="pop-gdp-50-50")
    stand(session, shared, "100.00")
    before = leaves(session, shared, position="transferred", voucher="D/1")
    booked(session, shared, "withdrawal", position="kept")
    booked(session, shared, "scale", valid_from="2018-07-01", formula="pop-gdp-50-50")
    booked(session, shared, "accession", acceding_state="HU", joined_on="2018-08-01")
    left_on = {"left_on": "2018-08-01", "voucher": "D/2"}
    assert leaves(session, shared, position="transferred", **left_on) == before


def test_last_day(session: Session, books: Books) -> None:
    """A state takes part until the end of its last day, and its own withdrawal says so."""
    booked(session, books, "withdrawal")
    assert "HU" in members_on(session, LEFT_ON)
    assert "HU" not in members_on(session, date(2018, 7, 1))
    [span] = (each for each in membership_spans(session) if each.state == "HU")
    assert (span.left_on, span.accession) == (LEFT_ON, None)
    assert span.withdrawal is not None
    assert span.withdrawal.description == "Hungary leaves"


def test_arrears_are_paid_later(session: Session, shared: Books) -> None:
    """Who has left gives nothing more, but may pay what it owes, and no more."""
    booked(session, shared, "assessment", amount="1000.00")
    booked(session, shared, "withdrawal")
    gift = {"state": "HU", "value_on": "2018-09-03"}
    with pytest.raises(NotAMemberError):
        proposed(session, shared, **gift)
    assert "1110 HU -250.00" in proposed(
        session, shared, **gift, against="assessment", amount="250.00"
    )
    with pytest.raises(OverpaidAssessmentError):
        proposed(session, shared, **gift, against="assessment", amount="250.01")
    booked(session, shared, **gift, against="assessment", amount="250.00")
    with pytest.raises(NotAMemberError):
        proposed(session, shared, **gift, against="assessment", amount="0.01")


@pytest.mark.parametrize("paid", ["250.00", "100.00", None])
def test_what_is_still_owed_is_borne_by_the_leaver(
    session: Session, shared: Books, paid: str | None
) -> None:
    """Arrears stay with the state: once it has paid them it is level, and nothing goes back."""
    booked(session, shared, "cost", amount="1000.00", incurred_on="2017-02-01")
    booked(session, shared, "assessment", assessed_on="2017-02-02", amount="1000.00")
    booked(session, shared, "allocation", until_on="2018-06-30")
    payment = {"state": "HU", "against": "assessment"}
    if paid is not None:
        booked(session, shared, **payment, amount=paid, value_on="2018-03-01")
    booked(session, shared, "withdrawal", position="transferred", run_off=None)
    still_owed = Decimal(250) - Decimal(paid or 0)
    assert balance(session, "HU") == -still_owed
    if still_owed:
        booked(session, shared, **payment, amount=str(still_owed), value_on="2018-08-01")
    assert balance(session, "HU") == 0


def test_costs_are_shared_before_a_position_passes(session: Session, shared: Books) -> None:
    """A position passes on when all costs of the state's days are charged to it."""
    booked(session, shared, "cost", amount="1000.00", incurred_on="2017-02-01")
    told = r"operations up to 2018-06-30 are not all shared"
    with pytest.raises(UnsharedCostsError, match=told):
        leaves(session, shared, position="transferred")
    assert leaves(session, shared, position="kept") == ""
    booked(session, shared, "allocation", until_on="2018-06-30")
    assert "8020 CZ 83.34" in leaves(session, shared, position="transferred")


def test_no_position_passes_before_the_last_day(session: Session, shared: Books) -> None:
    """What the state gives and bears until its last day would not pass on."""
    with pytest.raises(LastDayToComeError, match="HU takes part until 2026-12-31"):
        leaves(session, shared, left_on="2026-12-31", position="transferred")
    assert leaves(session, shared, left_on="2026-12-31") == ""


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"state": "AT"}, NotAMemberError),
        ({"left_on": "2016-11-20"}, NotAMemberError),
    ],
)
def test_only_members_leave(
    session: Session, books: Books, fields: dict[str, str], error: type[Exception]
) -> None:
    """A state leaves that takes part, not before it joined."""
    booked(session, books, "accession", joined_on="2019-01-01")
    with pytest.raises(error):
        leaves(session, books, **fields)


def test_decided_once(session: Session, books: Books) -> None:
    """The last day is decided once, and does not move afterwards."""
    booked(session, books, "withdrawal")
    for left_on in ("2018-06-30", "2017-12-31"):
        with pytest.raises(AlreadyLeftError, match="leaves on 2018-06-30 already"):
            leaves(session, books, left_on=left_on, voucher="D/2018/9")
    with pytest.raises(NotAMemberError):
        leaves(session, books, left_on="2018-07-01")


def test_the_past_stays(session: Session, shared: Books) -> None:
    """Nobody leaves before a day whose costs it has shared already."""
    booked(session, shared, "cost")
    booked(session, shared, "allocation")
    with pytest.raises(SharedCostsError, match="shared up to 2017-12-31"):
        leaves(session, shared, left_on="2017-12-30")
    assert leaves(session, shared, left_on="2017-12-31") == ""


def test_no_reversal(session: Session, books: Books) -> None:
    """No reversal undoes a withdrawal, though its payment may be undone."""
    booked(session, books, amount="400.00")
    fields = {"exit_share": "400.00", "paid_on": "2018-07-15"}
    parted, paid = booked(session, books, "withdrawal", **fields)
    undo = {"effective_on": "2018-08-01", "reason": "Sent to the wrong account"}
    with pytest.raises(DecidedMembershipError):
        proposed(session, books, "reversal", number=parted.number, **undo)
    booked(session, books, "reversal", number=paid.number, **undo)
    where = Selection(accounts=("2020",), state="HU")
    assert total_in_euro(session, cutoff(session, LAST_DAY), where) == Decimal("-400.00")


def test_two_people_decide(session: Session, books: Books) -> None:
    """Who writes a withdrawal does not decide on it."""
    document = made(session, books, "withdrawal")
    submit_all(session, [document], by=books.office, now=NOW)
    seen = proposal(session, document)
    assert seen.effect == {"state": "HU", "left_on": "2018-06-30"}
    with pytest.raises(NotAllowedError):
        approve(session, document, by=books.office, now=NOW, seen=seen.digest)
    assert "HU" in members_on(session, date(2018, 7, 1))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"purpose": None}, "purpose: is missing"),
        ({"paid_on": "2018-06-29"}, "paid_on: is before the last day"),
        ({"position": None}, "position: is missing"),
        ({"exit_share": "-1.00"}, "exit_share: “-1.00” must be more than zero"),
        ({"voucher": ""}, "voucher: is missing"),
    ],
)
def test_slips_of_the_pen(
    session: Session, books: Books, fields: dict[str, Any], expected: str
) -> None:
    """What cannot be meant is told beside its field."""
    with pytest.raises(InputErrors, match=expected):
        leaves(session, books, **fields)


cents = st.integers(min_value=-(10**12), max_value=10**12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=cents)
def test_positions_sum_unchanged(session: Session, shared: Books, position: int) -> None:
    """A position of any size and sign passes on whole: together the states stand as they did."""
    at, where = cutoff(session, LEFT_ON), Selection(accounts=("8020",), state="HU")
    moved = Decimal(position) / 100 + total_in_euro(session, at, where)
    stand(session, shared, str(moved))
    document = made(session, shared, "withdrawal", position="transferred")
    postings = [line for each in proposal(session, document).entries for line in each.postings]
    assert sum(each.euro for each in postings) == 0
    left = sum(each.euro for each in postings if each.state == "HU")
    assert left == Decimal(position) / 100
