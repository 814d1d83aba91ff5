"""How pledges stand: computed from what was posted, as of a day, as known at an entry."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from api.demo import public_record
from ledger.approvals import approve, proposal
from ledger.balances import Selection, balances, cutoff
from ledger.documents import submit_all
from ledger.entries import Posting
from ledger.equity import equity_balances
from ledger.pledge_status import codes_of, pledges
from ledger.vocabulary import Form, Level
from tests.books import LAST_DAY, NOW, Books
from tests.documents import booked, made
from tests.pledges import BY_PARTS, COMMITTED, LATER, ON_CONDITION, PLN, paid, said_of


def instalments(session: Session, on: str) -> str:
    """Write the instalments of the only pledge as of a day in one line."""
    [found] = pledges(session, cutoff(session, date.fromisoformat(on)))
    return ", ".join(f"{each.paid} of {each.amount} {each.status}" for each in found.instalments)


@pytest.mark.parametrize(
    ("fields", "payments", "on", "status", "parts"),
    [
        (COMMITTED | BY_PARTS, [], "2018-03-01", "open", "0.00 of 60.00 open, 0.00 of 40.00 open"),
        (
            *(COMMITTED | BY_PARTS, [], "2018-03-02", "overdue"),
            "0.00 of 60.00 overdue, 0.00 of 40.00 open",
        ),
        (
            *(COMMITTED | BY_PARTS, ["50.00"], "2018-03-01", "partly_paid"),
            "50.00 of 60.00 partly_paid, 0.00 of 40.00 open",
        ),
        (
            *(COMMITTED | BY_PARTS, ["75.00"], "2018-09-01", "partly_paid"),
            "60.00 of 60.00 paid_in_full, 15.00 of 40.00 partly_paid",
        ),
        (
            *(COMMITTED | BY_PARTS, ["75.00"], "2018-09-02", "overdue"),
            "60.00 of 60.00 paid_in_full, 15.00 of 40.00 overdue",
        ),
        (
            *(COMMITTED | BY_PARTS, ["75.00", "25.00"], "2018-09-02", "paid_in_full"),
            "60.00 of 60.00 paid_in_full, 40.00 of 40.00 paid_in_full",
        ),
        (COMMITTED, [], "2026-12-31", "open", "0.00 of 100.00 open"),
        (COMMITTED, ["0.01"], "2026-12-31", "partly_paid", "0.01 of 100.00 partly_paid"),
        (BY_PARTS, [], "2026-12-31", "open", "0.00 of 60.00 open, 0.00 of 40.00 open"),
        (
            *(BY_PARTS, ["70.00"], "2026-12-31", "partly_paid"),
            "60.00 of 60.00 paid_in_full, 10.00 of 40.00 partly_paid",
        ),
        (
            *(ON_CONDITION | BY_PARTS, ["60.00"], "2026-12-31", "partly_paid"),
            "60.00 of 60.00 paid_in_full, 0.00 of 40.00 open",
        ),
        (
            ON_CONDITION | PLN,
            ["425.00"],
            "2026-12-31",
            "paid_in_full",
            "425.00 of 425.00 paid_in_full",
        ),
    ],
)
def test_status(  # noqa: PLR0917 - a row of the table
    session: Session,
    books: Books,
    fields: dict[str, str],
    payments: list[str],
    on: str,
    status: str,
    parts: str,
) -> None:
    """A pledge is what is worst among its instalments, and only what binds is overdue."""
    booked(session, books, "pledge", **fields)
    for amount in payments:
        paid(session, books, amount, on="2017-05-02")
    assert instalments(session, on) == parts
    [found] = pledges(session, cutoff(session, date.fromisoformat(on)))
    assert found.status == status


def test_an_instalment_that_was_named_is_paid_first(session: Session, books: Books) -> None:
    """What was paid for the second instalment counts there, also after the next version."""
    booked(session, books, "pledge", **COMMITTED | BY_PARTS)
    paid(session, books, "30.00", on="2017-05-02", reference="PL-2017-1/2")
    assert instalments(session, "2018-01-01") == "0.00 of 60.00 open, 30.00 of 40.00 partly_paid"
    later = {"amount": "120.00", "instalments": "2018-03-01 80.00; 2018-12-01 40.00"}
    booked(session, books, "pledge", **COMMITTED | LATER | later)
    # The second instalment is not due then any more: what was paid of it counts for the oldest.
    assert instalments(session, "2018-01-01") == "30.00 of 80.00 partly_paid, 0.00 of 40.00 open"


def test_lapsed_instalments(session: Session, books: Books) -> None:
    """What was paid stays paid, and the rest is lapsed."""
    booked(session, books, "pledge", **COMMITTED | BY_PARTS)
    paid(session, books, "60.00", on="2017-05-02")
    booked(session, books, "lapse")
    assert instalments(session, "2018-12-31") == "60.00 of 60.00 paid_in_full, 0.00 of 40.00 lapsed"
    [found] = pledges(session, cutoff(session, date(2018, 12, 31)))
    assert (found.status, found.next_due) == ("lapsed", None)
    assert str(found.fulfilment) == "3/5"


def test_as_of_a_day_as_known_at_an_entry(session: Session, books: Books) -> None:
    """A pledge is shown by the version of the day, and never by one that came to be known later."""
    booked(session, books, "pledge")
    known = cutoff(session, LAST_DAY).known_number
    for later, fields in ((1, {"amount": "150.00"}), (2, {"amount": "150.00", "earmark": "Boats"})):
        document = made(session, books, "pledge", **LATER | fields)
        submit_all(session, [document], by=books.officer, now=NOW)
        seen = proposal(session, document).digest
        now = NOW + timedelta(hours=later)
        approve(session, document, by=books.coordinator, now=now, seen=seen)
    at = cutoff(session, LAST_DAY)
    assert said_of(*pledges(session, at)).startswith("v3 announced: 150.00 pledged")
    assert said_of(*pledges(session, replace(at, as_of=date(2017, 5, 31)))).startswith("v1")
    before = pledges(session, replace(at, known_number=known))
    assert said_of(*before) == "v1 announced: 100.00 pledged, 0.00 received, 100.00 open, open"
    assert pledges(session, replace(at, as_of=date(2017, 2, 28))) == []
    assert [version.entry for version in pledges(session, at)[0].versions] == [1, 2, None]


def test_public_record(session: Session, books: Books) -> None:
    """The four pledges for Libya of December 2017 stand as announced, and count in no total."""
    for each in public_record():
        if each.status == "pledge" and each.on:
            booked(
                *(session, books, "pledge"),
                state=each.state,
                pledge=f"{each.state}-2017-LIBYA",
                effective_on=each.on.isoformat(),
                currency=each.currency,
                amount=str(each.amount),
                description=each.description,
            )
    at = cutoff(session, LAST_DAY)
    assert [(each.state, said_of(each)) for each in pledges(session, at)] == [
        (
            state,
            "v1 announced: 8750000.00 pledged, 0.00 received, 8750000.00 open, open",
        )
        for state in ("CZ", "HU", "PL", "SK")
    ]
    posted = balances(session, at, Posting.account, where=Selection())
    assert [(*each.key, str(each.euro)) for each in posted] == [
        ("9110", "35000000.00"),
        ("9190", "-35000000.00"),
    ]
    assert sum(each.contributed for each in equity_balances(session, at)) == 0


@pytest.mark.parametrize(
    ("level", "form", "is_paid", "codes"),
    [
        (Level.ANNOUNCED, Form.CASH, False, ("13", None, None, "Pledge")),
        (Level.COMMITTED, Form.CASH, False, ("11", None, None, "Commitment")),
        (Level.CONDITIONAL, Form.CASH, False, ("11", None, None, "Commitment")),
        (Level.COMMITTED, Form.CASH, True, ("11", None, None, "Paid")),
        (Level.COMMITTED, Form.SECONDMENT, False, ("11", "D01", "4", "Commitment")),
        (Level.ANNOUNCED, Form.GOODS, False, ("13", None, "4", "Pledge")),
        (Level.ANNOUNCED, Form.SERVICES, False, ("13", None, "3", "Pledge")),
        (Level.ANNOUNCED, Form.PREMISES, False, ("13", None, "4", "Pledge")),
    ],
)
def test_codes_of_others(
    level: Level,
    form: Form,
    is_paid: bool,  # noqa: FBT001 - a column of the table
    codes: tuple[str | None, ...],
) -> None:
    """Level and form say what IATI and OCHA's Financial Tracking Service call a pledge."""
    found = codes_of(level, form, is_paid=is_paid)
    assert codes == (
        *(found.iati_transaction, found.iati_aid_type, found.iati_channel),
        found.fts_status,
    )
