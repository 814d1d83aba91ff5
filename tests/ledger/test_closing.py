"""Closing: what is open in a period is settled before it is closed, or waived for a reason."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.closing import (
    ClosingWaiver,
    MovedPeriodError,
    OpenPointsError,
    checklist,
    period_of,
    take_step,
)
from ledger.documents import submit_all, withdraw
from ledger.errors import NoPeriodError, NotAllowedError, PeriodOrderError
from ledger.journal import post
from ledger.periods import PeriodStatus
from ledger.rate_imports import import_rates
from tests.books import NOW, Books, entry, line, opened
from tests.documents import booked, made

DAY = date(2016, 12, 31)
OF_2016: list[tuple[str, dict[str, Any]]] = [
    ("cost", {"incurred_on": "2016-12-31"}),
    ("cost", {"incurred_on": "2016-11-21", "paid_on": "2017-01-02"}),
    ("contribution", {"value_on": "2016-12-31"}),
    ("year_end", {"year": "2016"}),
    ("revaluation", {"revalued_on": "2016-12-31"}),
    ("scale", {}),
    ("withdrawal", {"left_on": "2016-12-31"}),
]
LATER: list[tuple[str, dict[str, Any]]] = [
    ("cost", {"incurred_on": "2017-01-01"}),
    ("contribution", {"value_on": "2016-12-31", "posted_on": "2017-01-02"}),
    ("year_end", {}),
    ("scale", {"valid_from": "2017-01-01"}),
]


@pytest.fixture
def books(engine: Engine) -> Books:
    """Books whose first year, 2016, is a period by itself."""
    return opened(engine, first_year=True)


def found(session: Session) -> list[str]:
    """Name the points that are open in 2016."""
    return [point.code for point in checklist(session, period_of(session, DAY))]


def test_nothing_is_open(session: Session, books: Books) -> None:
    """In a period in which nothing happened nothing is open, and it is closed in two steps."""
    assert found(session) == []
    steps = [take_step(session, DAY, now=NOW, by=books.coordinator).status for _ in range(2)]
    assert steps == [PeriodStatus.HOLD, PeriodStatus.CLOSED]
    with pytest.raises(PeriodOrderError):
        take_step(session, DAY, now=NOW)
    assert session.scalars(sa.select(ClosingWaiver)).all() == []


@pytest.mark.parametrize(("kind", "fields"), OF_2016)
def test_waiting(session: Session, books: Books, kind: str, fields: dict[str, Any]) -> None:
    """A document of its days that nobody decided on is open, until it is withdrawn."""
    document = made(session, books, kind, **fields)
    [point] = checklist(session, period_of(session, DAY))
    assert (point.code, point.document) == ("waiting", document.id)
    assert "is draft: have it approved" in str(point)
    maker = books.officer if document.made_by == books.officer.id else books.office
    submit_all(session, [document], by=maker, now=NOW)
    assert found(session) == ["waiting"]
    withdraw(session, document, by=maker, now=NOW)
    assert found(session) == []


@pytest.mark.parametrize(("kind", "fields"), LATER)
def test_of_another_period(
    session: Session, books: Books, kind: str, fields: dict[str, Any]
) -> None:
    """What will be posted later does not keep it open."""
    made(session, books, kind, **fields)
    assert found(session) == []


def test_receipt(session: Session, books: Books) -> None:
    """Money that nobody has said the purpose of is open, until it is applied by its end."""
    paid = line("1010", "30.00"), line("2060", "-30.00", item="r:1")
    post(session, entry("receipt", *paid, on=DAY), **books.hands, now=NOW)
    [point] = checklist(session, period_of(session, DAY))
    assert (point.code, point.entry) == ("not-applied", 1)
    assert str(point).startswith("Of receipt 1.2 EUR 30.00 is not applied")
    applied = line("2060", "30.00", item="r:1"), line("1010", "-30.00")
    post(session, entry("late", *applied, on=date(2017, 1, 1)), **books.hands, now=NOW)
    assert found(session) == ["not-applied"]


def test_rate(session: Session, books: Books) -> None:
    """A currency that moved, or is held, needs a rate for its last day."""
    held = line("1010", "30.00"), line("2060", "-30.00", item="r:1")
    zloty = tuple(
        replace(each, account=code, currency="PLN")
        for each, code in zip(held, ("1011", "2060"), strict=True)
    )
    post(session, entry("zloty", *zloty, on=DAY), **books.hands, now=NOW)
    assert found(session) == ["not-applied", "missing-rate"]


def test_revaluation(session: Session, books: Books) -> None:
    """What is held or owed in foreign currency is carried at the rate of the last day."""
    rates = b"Date,PLN,CZK\n2016-12-30,5.0000,25.000\n2016-11-21,4.0000,25.000\n"
    import_rates(session, rates, filename="eurofxref-hist.csv", now=NOW)
    came = {"received_on": "2016-11-21", "amount": "100.00"}
    for currency in ("PLN", "CZK"):
        said = {"receipt": currency, "currency": currency}
        booked(session, books, "receipt", **came | said)
    assert found(session) == ["not-applied", "not-applied", "not-revalued"]
    point = checklist(session, period_of(session, DAY))[-1]
    assert str(point) == (
        "PLN is not carried at the rate of 2016-12-31: have a revaluation posted."
    )
    booked(session, books, "revaluation", revalued_on="2016-12-31")
    assert found(session) == ["not-applied", "not-applied", "not-closed"]


def test_offer(session: Session, books: Books) -> None:
    """What was accepted is open until all of it has come, by the end of the period."""
    by_three = {"amount": None, "quantity": "3", "unit": "piece", "unit_value": "100.00"}
    booked(session, books, "offer", **by_three, offered_on="2016-12-01")
    booked(session, books, "valuation", **by_three, valued_on="2016-12-02")
    assert found(session) == []
    booked(session, books, "acceptance", accepted_on="2016-12-05")
    [point] = checklist(session, period_of(session, DAY))
    assert str(point) == "Offer HU-2017-K1 of HU was accepted and is not all delivered."
    assert point.document
    booked(session, books, "delivery", delivered_on="2016-12-30", quantity="2")
    assert "not-delivered" in found(session)
    booked(session, books, "delivery", delivered_on="2017-01-02", voucher="late")
    assert "not-delivered" in found(session)
    undone = {"number": 2, "effective_on": "2017-01-03", "reason": "It came in time"}
    booked(session, books, "reversal", **undone)
    booked(session, books, "delivery", delivered_on="2016-12-31", voucher="in time")
    assert "not-delivered" not in found(session)


def test_costs_and_year_end(session: Session, books: Books) -> None:
    """Costs are shared and the year is closed, and then nothing is open."""
    booked(session, books, "cost", incurred_on="2016-12-31")
    assert found(session) == ["no-scale", "not-closed"]
    booked(session, books, "scale")
    assert found(session) == ["not-shared", "not-closed"]
    booked(session, books, "allocation", until_on="2016-12-31")
    assert found(session) == ["not-closed"]
    booked(session, books, "year_end", year="2016")
    assert found(session) == []


def test_open_points_block(session: Session, books: Books) -> None:
    """It goes on hold as it is, and is closed with a reason only, which is kept."""
    booked(session, books, value_on="2016-12-31")
    take_step(session, DAY, now=NOW, by=books.coordinator)
    with pytest.raises(OpenPointsError, match="1 points are open; the first: Revenue"):
        take_step(session, DAY, now=NOW, by=books.coordinator, anyway="  ")
    period = take_step(session, DAY, now=NOW, by=books.coordinator, anyway=" First year ")
    assert period.status == PeriodStatus.CLOSED
    session.flush()
    waived = session.scalars(sa.select(ClosingWaiver)).one()
    assert (waived.reason, waived.points, waived.by) == ("First year", 1, books.coordinator.id)


def test_who_and_what_was_seen(session: Session, books: Books) -> None:
    """Only coordinators take steps, and only from where they saw the period."""
    with pytest.raises(NotAllowedError):
        take_step(session, DAY, now=NOW, by=books.office)
    with pytest.raises(NoPeriodError):
        take_step(session, date(2015, 1, 1), now=NOW)
    take_step(session, DAY, now=NOW, by=books.coordinator, seen=PeriodStatus.OPEN)
    with pytest.raises(MovedPeriodError, match="is on hold by now"):
        take_step(session, DAY, now=NOW, by=books.coordinator, seen=PeriodStatus.OPEN)
