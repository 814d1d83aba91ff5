"""Recoveries: money that comes for what was written off (books.md row 13d)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.application_refusals import AboveWriteOffError, NotWrittenOffError, OtherStateError
from ledger.balances import cutoff
from ledger.equity import equity_balances
from ledger.money import from_cents
from ledger.recoveries import RecoveredError
from tests.books import LAST_DAY, Books
from tests.documents import booked, proposed
from tests.ledger.receivables import came

BACK = {"item": "1/PL", "to": "recovery", "applied_on": "2018-12-31"}


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


def test_recovery(session: Session, owing: Books) -> None:
    """What nobody else bore is credited to the state when it comes, in money of any currency."""
    booked(session, owing, "write_off", amount="80.00")
    came(session, owing, "255.00", currency="PLN")
    assert proposed(session, owing, "application", **BACK) == (
        "2060 PL 255.00 PLN 60.00\n"
        "5150 PL -60.00 EUR -60.00\n"
        "1090 PL 60.00 EUR 60.00\n"
        "1090 PL -255.00 PLN -60.00\n"
        "8010 PL 255.00 PLN 60.00\n"
        "8020 PL -255.00 PLN -60.00"
    )


def test_no_more_than_was_written_off(session: Session, owing: Books) -> None:
    """At most what was written off and has not come yet is recovered, also of the same list."""
    came(session, owing, "100.00")
    with pytest.raises(NotWrittenOffError, match=r"Of item 1\.\d nothing is left to recover"):
        proposed(session, owing, "application", **BACK)
    [gone] = booked(session, owing, "write_off", amount="50.00")
    with pytest.raises(AboveWriteOffError, match=r"EUR 50\.00 was written off .* EUR 50\.01"):
        proposed(session, owing, "application", **BACK, amount="50.01")
    with pytest.raises(OtherStateError):
        proposed(session, owing, "application", **BACK | {"state": "CZ"})
    [first] = booked(session, owing, "application", **BACK, amount="20.00")
    with pytest.raises(AboveWriteOffError, match=r"EUR 30\.00"):
        proposed(session, owing, "application", **BACK, amount="30.01")
    # Without an amount as much as is still to come.
    assert "5150 PL -30.00" in proposed(session, owing, "application", **BACK)
    undo = {"effective_on": "2018-12-31", "reason": "anew"}
    booked(session, owing, "reversal", number=first.number, **undo)
    assert "5150 PL -50.00" in proposed(session, owing, "application", **BACK)
    booked(session, owing, "reversal", number=gone.number, **undo)
    with pytest.raises(NotWrittenOffError):
        proposed(session, owing, "application", **BACK)


def test_write_off_stands_under_what_came_of_it(session: Session, owing: Books) -> None:
    """A write-off is undone as far as nothing came of it: the same money would be owed again."""
    parts = [
        booked(session, owing, "write_off", amount=each)[0].number for each in ("30.00", "20.00")
    ]
    came(session, owing, "40.00")
    [recovered] = booked(session, owing, "application", **BACK, amount="25.00")
    undo = {"effective_on": "2018-12-31", "reason": "anew"}
    with pytest.raises(RecoveredError, match=r"EUR 25\.00 of what entry .* wrote off .* first"):
        proposed(session, owing, "reversal", number=parts[0], **undo)
    booked(session, owing, "reversal", number=parts[1], **undo)
    with pytest.raises(RecoveredError):
        proposed(session, owing, "reversal", number=parts[0], **undo)
    booked(session, owing, "reversal", number=recovered.number, **undo)
    booked(session, owing, "reversal", number=parts[0], **undo)
    with pytest.raises(NotWrittenOffError):
        proposed(session, owing, "application", **BACK)


def test_what_the_others_bore_is_theirs(session: Session, owing: Books) -> None:
    """What comes of a write-off that the others bore goes to their positions, as they bore it."""
    booked(session, owing, "write_off", redistributed="true")
    came(session, owing)
    assert proposed(session, owing, "application", **BACK, amount="50.00") == (
        "2060 PL 50.00 EUR 50.00\n"
        "5150 PL -50.00 EUR -50.00\n"
        "8010 PL 50.00 EUR 50.00\n"
        "8020 PL -50.00 EUR -50.00\n"
        "8020 CZ -16.67 EUR -16.67\n"
        "8020 HU -16.67 EUR -16.67\n"
        "8020 SK -16.66 EUR -16.66\n"
        "8020 PL 50.00 EUR 50.00"
    )
    booked(session, owing, "application", **BACK)
    assert positions(session) == {"PL": "100.00"}


def test_buy_in_is_credited_once(session: Session, owing: Books) -> None:
    """A buy-in was credited when agreed: written off and recovered it is credited no more."""
    booked(session, owing, "accession")
    [agreed] = booked(session, owing, "buy_in", amount="300.00")
    bought = {"state": "AT", "item": f"{agreed.number}/AT"}
    booked(session, owing, "write_off", **bought)
    came(session, owing, "300.00", state="AT", received_on="2018-12-03")
    said = BACK | bought
    assert proposed(session, owing, "application", **said) == (
        "2060 AT 300.00 EUR 300.00\n5150 AT -300.00 EUR -300.00"
    )


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.integers(min_value=1, max_value=2_500), min_size=1, max_size=4))
def test_all_that_comes_is_shared_out(session: Session, books: Books, parts: list[int]) -> None:
    """However it comes, once all has come those that bore a write-off stand as if it had not been.

    And the state that paid stands as if it had paid in time.
    """
    inner = session.begin_nested()
    booked(session, books, "scale", formula="pop-gdp-50-50")
    booked(session, books, "assessment", amount="700.01")
    came(session, books, "700.00")
    booked(session, books, "write_off", written_off_on="2018-12-30", redistributed="true")
    for number, cents in enumerate(parts):
        said = {"amount": str(from_cents(cents)), "description": f"No {number}"}
        booked(session, books, "application", **BACK | said)
    booked(session, books, "application", **BACK)
    assert list(positions(session)) == ["PL"]
    inner.rollback()
