"""What four states published of their contributions, posted as pledges and contributions.

Amounts, dates and sources are those of `api/demo_books/public_record.csv`; the exchange rates are
those of the European Central Bank. What was not published is assumed here, and openly so.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.demo import BOOKS
from ledger.balances import Selection, cutoff, total_in_euro
from ledger.db import writing
from ledger.equity import equity_balances
from ledger.errors import InputErrors, NotAMemberError
from ledger.imports import Imported, import_rows, read_import
from ledger.opening import open_books
from ledger.rates import rate_on
from ledger.states import FOUNDED_ON
from ledger.users import Role, User, add_user
from tests.books import NOW

RECORD = list(csv.DictReader((BOOKS / "public_record.csv").read_text("utf-8").splitlines()))
# No day was published of these; the end of the year that each is told of is assumed.
ASSUMED = date(2016, 12, 30)
# Nothing was published of these either: a state's budget, for co-operation with third countries.
UNPUBLISHED = {"activity": "third_countries", "funding_source": "state_budget"}
LAST_DAY = date(2017, 12, 31)
# CZK 42,420,000 at 25.678; “about EUR 1.66 million” was published.
CZECH, PUBLISHED = Decimal("1651997.82"), Decimal(1660000)


@dataclass(frozen=True)
class Office:
    """Books on published rates, and the two people who keep them."""

    session: Session
    officer: User
    coordinator: User

    def take_in(self, kind: str, rows: list[dict[str, str]]) -> Imported:
        """Import rows as documents of a kind, and have them approved."""
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        file = read_import(text.getvalue().encode(), filename=f"{kind}.csv")
        return import_rows(
            self.session, file, by=self.officer, now=NOW, approvers=[self.coordinator]
        )


@pytest.fixture
def office(engine: Engine) -> Iterator[Office]:
    """Open books with the exchange rates that ship."""
    with writing(engine) as session:
        open_books(session, today=NOW.date(), now=NOW)
        officer = add_user(session, "o", name="Officer", role=Role.OFFICER, now=NOW)
        coordinator = add_user(session, "c", name="Coordinator", role=Role.COORDINATOR, now=NOW)
        yield Office(session, officer, coordinator)


def pledges() -> list[dict[str, str]]:
    """Write what was pledged as an officer would: announced, as a statement of ministers is."""
    rows = [each for each in RECORD if each["status"] == "pledge"]
    return [
        {
            **_said(each),
            "pledge": f"{each['state']}-{each['case']}",
            "level": "announced",
            "effective_on": each["date"],
        }
        for each in rows
    ]


def contributions(*, assumed: date | None = None) -> list[dict[str, str]]:
    """Write what was contributed; what has no published day on an assumed one, if there is any."""
    rows = [each for each in RECORD if each["status"] == "contribution"]
    return [
        {
            **_said(each),
            "value_on": _day(each, assumed),
            "against": "voluntary",
        }
        for each in rows
    ]


def _day(row: Mapping[str, str], assumed: date | None) -> str:
    """Give the published day; before the mechanism was founded nothing could be given to it."""
    if assumed and (not row["date"] or date.fromisoformat(row["date"]) < FOUNDED_ON):
        return assumed.isoformat()
    return row["date"]


def _said(row: Mapping[str, str]) -> dict[str, str]:
    names = ("state", "form", "purpose", "currency", "amount", "description")
    return {**{name: row[name] for name in names}, "voucher": row["source"][:100], **UNPUBLISHED}


def test_pledges_for_libya(office: Office) -> None:
    """Four times EUR 8,750,000 are EUR 35,000,000 of memorandum, and nobody's contribution."""
    office.take_in("pledges", pledges())
    at = cutoff(office.session, LAST_DAY)
    announced = total_in_euro(office.session, at, Selection(accounts=("9110",)))
    assert announced == Decimal("35000000.00")
    assert equity_balances(office.session, at) == []


def test_what_has_no_day_is_refused(office: Office) -> None:
    """A contribution without a published day is not posted, and the missing day is named."""
    with pytest.raises(InputErrors) as refused:
        office.take_in("contributions", contributions())
    told = [(each.row, each.column, each.field) for each in refused.value.problems]
    undated = [
        (at, "value_on", "value_on")
        for at, each in enumerate(contributions(), start=2)
        if not each["value_on"]
    ]
    assert [each for each in told if each in undated] == undated
    assert len(undated) == 3


def test_what_was_before_the_founding_is_refused(office: Office) -> None:
    """What was paid to the Visegrad Fund in January 2016 was no gift to a mechanism to come."""
    before = [each for each in contributions() if each["value_on"] == "2016-01-01"]
    assert len(before) == 4
    with pytest.raises((InputErrors, NotAMemberError), match="2016-01-01"):
        office.take_in("contributions", before)


def test_contributions(office: Office) -> None:
    """Posted with the assumed day, each state is credited what was published, to the cent."""
    office.take_in("contributions", contributions(assumed=ASSUMED))
    found = equity_balances(office.session, cutoff(office.session, LAST_DAY))
    assert {each.state: each.contributed for each in found} == {
        "CZ": Decimal("2000000.00") + CZECH,
        "HU": Decimal("2000000.00"),
        "PL": Decimal("3100000.00"),
        "SK": Decimal("3600000.00"),
    }


def test_the_czech_contribution(office: Office) -> None:
    """CZK 42,420,000 at the rate of that day is within half a percent of EUR 1.66 million."""
    rate = rate_on(office.session, "CZK", date(2017, 12, 15))
    euro = rate.in_euro(Decimal("42420000.00"))
    assert (rate.per_euro, rate.on, euro) == (Decimal("25.678"), date(2017, 12, 15), CZECH)
    assert abs(euro - PUBLISHED) / PUBLISHED < Decimal("0.005")
    office.take_in("contributions", [each for each in contributions() if each["currency"] == "CZK"])
    [credited] = equity_balances(office.session, cutoff(office.session, LAST_DAY))
    assert (credited.state, credited.contributed) == ("CZ", euro)
