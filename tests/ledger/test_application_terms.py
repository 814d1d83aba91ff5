"""What of a debt is paid, given up, or lost to the exchange (books.md rows 4b to 4f)."""

from decimal import Decimal

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.application_refusals import (
    AboveChargeError,
    AboveToleranceError,
    ChargesOfStateError,
    OtherCurrencyError,
)
from ledger.approvals import OwnCaseError, approve_all
from ledger.balances import cutoff
from ledger.calls import calls
from ledger.documents import mark_approved, submit_all
from ledger.errors import InputErrors
from ledger.open_items import find_item
from ledger.pledge_status import pledges
from ledger.rate_imports import import_rates
from ledger.users import Role, add_user
from ledger.verification import verify
from tests.books import LAST_DAY, NOW, Books
from tests.documents import booked, made, proposed
from tests.ledger.receivables import WRITTEN, came, owed


@pytest.fixture
def debt(session: Session, books: Books) -> Books:
    """Books in which every founder owes EUR 100.00, Poland by item 1/PL."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="400.00")
    return books


def called(
    session: Session, books: Books, amount: str, exchange: str, on: str = "2019-01-02", **call: str
) -> str:
    """Ask so much of each founder by a call with this exchange rule; give Poland's item."""
    booked(session, books, "scale")
    total = str(4 * Decimal(amount))
    [asked] = booked(session, books, "assessment", amount=total, assessed_on=on)
    said = {"assessment": asked.number, "despatched_on": on, "exchange": exchange, **call}
    booked(session, books, "call", **said)
    return f"{asked.number}/PL"


def rates(session: Session, **by_day: str) -> None:
    """Publish rates of the złoty: a2019_03_01="4.2000"."""
    rows = "".join(f"{day[1:].replace('_', '-')},{rate}\n" for day, rate in by_day.items())
    import_rates(session, f"Date,PLN\n{rows}".encode(), filename="eurofxref-hist.csv", now=NOW)


# Differences


def test_small_difference(session: Session, debt: Books) -> None:
    """Row 4f: what is left within the tolerance is given up by authority, and is not credited."""
    booked(session, debt, "tolerance")
    came(session, debt, "99.50")
    assert proposed(session, debt, "application", item="1/PL", **WRITTEN) == (
        "2060 PL 99.50 EUR 99.50\n"
        "1110 PL -100.00 EUR -100.00\n"
        "5130 PL 0.50 EUR 0.50\n"
        "8010 PL 99.50 EUR 99.50\n"
        "8020 PL -99.50 EUR -99.50"
    )


@pytest.mark.parametrize(
    ("decided", "amount", "most"),
    [
        ([], "99.99", "0.00"),
        ([("2017-01-01", "0.50")], "99.49", "0.50"),
        # The one in force on the day of the application, not a later one.
        ([("2017-01-01", "0.50"), ("2017-03-07", "9.00")], "99.49", "0.50"),
        ([("2017-01-01", "9.00"), ("2017-03-06", "0.50")], "99.49", "0.50"),
        ([("2017-01-01", "9.00"), ("2017-01-01", "0.50")], "99.49", "0.50"),
    ],
)
def test_above_tolerance(
    session: Session, debt: Books, decided: list[tuple[str, str]], amount: str, most: str
) -> None:
    """Nothing is given up without a decision, nor a cent above it."""
    for valid_from, tolerance in decided:
        booked(session, debt, "tolerance", valid_from=valid_from, amount=tolerance)
    came(session, debt, amount)
    with pytest.raises(AboveToleranceError, match=f"at most EUR {most} is given up"):
        proposed(session, debt, "application", item="1/PL", **WRITTEN)


def test_bank_charge(session: Session, debt: Books) -> None:
    """Row 4e: what banks kept on the way is borne by the mechanism, once and no more than that."""
    came(session, debt, "98.00", charged="2.00")
    charge = WRITTEN | {"difference": "charge"}
    assert proposed(session, debt, "application", item="1/PL", **charge) == (
        "2060 PL 98.00 EUR 98.00\n"
        "1110 PL -100.00 EUR -100.00\n"
        "5140 PL 2.00 EUR 2.00\n"
        "8010 PL 98.00 EUR 98.00\n"
        "8020 PL -98.00 EUR -98.00"
    )
    with pytest.raises(AboveChargeError, match=r"EUR 2\.01 would be left .* EUR 2\.00"):
        proposed(session, debt, "application", item="1/PL", amount="97.99", **charge)


def test_bank_charge_is_borne_once(session: Session, debt: Books) -> None:
    """A second debt closed by the same receipt finds only what is left of the charge."""
    booked(session, debt, "assessment", amount="400.00", description="A second one")
    came(session, debt, "198.50", charged="2.00")
    charge = WRITTEN | {"difference": "charge"}
    two = [
        made(session, debt, "application", item="1/PL", amount="99.00", **charge),
        made(session, debt, "application", item="2/PL", **charge),
    ]
    submit_all(session, two, by=debt.officer, now=NOW)
    both = approve_all(session, two, by=debt.coordinator, now=NOW)
    undo = {"effective_on": "2017-04-03", "reason": "anew"}
    booked(session, debt, "reversal", number=both[1].number, **undo)
    with pytest.raises(AboveChargeError, match=r"EUR 1\.01 would be left .* EUR 1\.00"):
        proposed(
            session, debt, "application", item="2/PL", amount="98.99", applied_on="2017-04-03",
            description="again", **charge,
        )  # fmt: skip


def test_own_debt_is_not_given_up(session: Session, debt: Books) -> None:
    """Nobody from the state approves that a part of its debt is given up; others do."""
    booked(session, debt, "tolerance")
    came(session, debt, "99.50")
    document = made(session, debt, "application", item="1/PL", **WRITTEN)
    submit_all(session, [document], by=debt.officer, now=NOW)
    own = add_user(session, "ewa", name="Ewa Lis", role=Role.COORDINATOR, state="PL", now=NOW)
    with pytest.raises(OwnCaseError, match="PL does not decide on its own case"):
        approve_all(session, [document], by=own, now=NOW)
    with pytest.raises(DBAPIError, match="LG033"), session.begin_nested():
        mark_approved(session, [document], by=own, now=NOW)
    session.refresh(document)
    assert approve_all(session, [document], by=debt.coordinator, now=NOW)


# Exchange rules


def test_shortfall_that_the_mechanism_bears(session: Session, books: Books) -> None:
    """Row 4c: at the rate of the call 630,000 złoty pay 150,000 euro; 2,803.74 is a loss."""
    rates(session, a2019_01_02="4.2000", a2019_03_01="4.2800")
    item = called(session, books, "150000.00", "call_rate")
    came(session, books, "630000.00", currency="PLN", received_on="2019-03-01")
    assert proposed(session, books, "application", item=item, applied_on="2019-03-04") == (
        "2060 PL 630,000.00 PLN 147,196.26\n"
        "1110 PL -150,000.00 EUR -150,000.00\n"
        "1090 PL 150,000.00 EUR 150,000.00\n"
        "1090 PL -630,000.00 PLN -147,196.26\n"
        "1090 PL 0.00 EUR -2,803.74\n"
        "5110 PL 0.00 EUR 2,803.74\n"
        "8010 PL 630,000.00 PLN 150,000.00\n"
        "8020 PL -630,000.00 PLN -150,000.00"
    )


def test_shortfall_that_the_state_bears(session: Session, books: Books) -> None:
    """Row 4d: by the rate of the receipt the same money leaves 2,803.74 owed."""
    rates(session, a2019_01_02="4.2000", a2019_03_01="4.2800")
    item = owed(session, books, amount="150000.00")
    came(session, books, "630000.00", currency="PLN", received_on="2019-03-01")
    booked(session, books, "application", item=item, applied_on="2019-03-04")
    assert str(find_item(session, item).amount) == "2803.74"


def test_excess_that_the_mechanism_keeps(session: Session, books: Books) -> None:
    """Row 4c in reverse: money worth more than at the call's rate is a gain, not more paid."""
    rates(session, a2019_01_02="4.2800", a2019_03_01="4.2000")
    item = called(session, books, "100.00", "call_rate")
    came(session, books, "428.00", currency="PLN", received_on="2019-03-01")
    said = proposed(session, books, "application", item=item, applied_on="2019-03-04")
    assert "5110 PL 0.00 EUR -1.90" in said
    assert "8020 PL -428.00 PLN -100.00" in said


def test_only_its_own_currency(session: Session, books: Books) -> None:
    """A call that is paid in its own currency refuses other money, and says what to do."""
    item = called(session, books, "100.00", "call_currency", "2017-01-02")
    came(session, books, "425.00", currency="PLN")
    came(session, books, "100.00", receipt="B/2")
    with pytest.raises(OtherCurrencyError, match=r"is paid in EUR only.*is in PLN: convert"):
        proposed(session, books, "application", item=item)
    assert "1110 PL -100.00 EUR" in proposed(session, books, "application", item=item, source="B/2")


def test_charges_that_the_state_bears(session: Session, books: Books) -> None:
    """Where the call leaves bank charges to the state, none is given up."""
    item = called(session, books, "100.00", "receipt_rate", "2017-01-02", charges="state")
    came(session, books, "98.00", charged="2.00")
    charge = WRITTEN | {"difference": "charge"}
    with pytest.raises(ChargesOfStateError, match="leave the rest open"):
        proposed(session, books, "application", item=item, **charge)


@pytest.mark.parametrize("named", ["2017/1-PL", "2017/1-pl ", "RF", "symbol"])
def test_a_debt_is_named_by_its_call(session: Session, books: Books, named: str) -> None:
    """Number, creditor reference and variable symbol of a call lead to what it asks for."""
    called(session, books, "100.00", "receipt_rate", "2017-01-02")
    [call] = [each for each in calls(session) if each.state_code == "PL"]
    words = {"RF": call.reference, "symbol": call.symbol}
    came(session, books, "100.00")
    reference = words.get(named, named.replace("1-", f"{call.number}-"))
    assert "1110 PL -100.00" in proposed(session, books, "application", item=reference)


@pytest.mark.parametrize(
    ("fields", "taken", "paid"),
    [
        # 26 koruna and 4.25 złoty to the euro: 100 złoty are 611.7647 koruna.
        ({}, "611.76", "100.00"),
        ({"amount": "305.88"}, "305.88", "50.00"),
        ({"settles": "50.00"}, "305.88", "50.00"),
        ({"amount": "305.89", "settles": "50.00"}, "305.89", "50.00"),
    ],
)
def test_between_two_foreign_currencies(
    session: Session, books: Books, fields: dict[str, str], taken: str, paid: str
) -> None:
    """Koruna pay a debt in złoty through the euro, rounded once."""
    item = owed(session, books, "PLN")
    came(session, books, "1000.00", currency="CZK")
    said = proposed(session, books, "application", item=item, **fields).splitlines()
    assert said[0].startswith(f"2060 PL {taken} CZK ")
    assert said[1].startswith(f"1120 PL -{paid} PLN ")


def test_coarse_money_pays_a_fine_debt(session: Session, books: Books) -> None:
    """A cent is 3.10 forint: the cents that are needed pay a debt of forint to nothing."""
    item = owed(session, books, "HUF", "1000.00")
    came(session, books, "10.00")
    for fields in ({}, {"amount": "3.23"}, {"settles": "1000.00"}):
        said = proposed(session, books, "application", item=item, **fields).splitlines()
        assert said[0] == "2060 PL 3.23 EUR 3.23"
        assert said[1].startswith("1120 PL -1,000.00 HUF ")


# Money that the bank converted


@pytest.mark.parametrize("level", ["committed", "conditional", "announced"])
def test_what_was_sent_is_what_is_paid(session: Session, books: Books, level: str) -> None:
    """A pledge of CZK 2,600.00 is met by CZK 2,600.00, whatever the bank made of them in euro."""
    pledge = {"pledge": "PL-2017-1", "currency": "CZK", "amount": "2600.00", "level": level}
    conditions = {"conditions": "A signature"} if level == "conditional" else {}
    booked(session, books, "pledge", **pledge, **conditions)
    came(session, books, "98.20", sent_currency="CZK", sent_amount="2600.00")
    booked(session, books, "application", pledge="PL-2017-1")
    [found] = pledges(session, cutoff(session, LAST_DAY))
    assert found.received == Decimal("2600.00")
    assert found.outstanding == Decimal("0.00")
    assert verify(session).well


@pytest.mark.parametrize(
    ("fields", "about"),
    [
        ({"sent_currency": "CZK"}, "sent_amount"),
        ({"sent_amount": "5.00"}, "sent_currency"),
        ({"sent_currency": "EUR", "sent_amount": "5.00"}, "sent_currency"),
        ({"currency": "PLN", "sent_currency": "CZK", "sent_amount": "5.00"}, "sent_currency"),
    ],
)
def test_what_was_sent_is_said_whole(
    session: Session, books: Books, fields: dict[str, str], about: str
) -> None:
    """Amount and currency of what was sent go together, and only beside euro that were credited."""
    with pytest.raises(InputErrors) as refusal:
        proposed(session, books, "receipt", **fields)
    assert [each.field for each in refusal.value.problems] == [about]
