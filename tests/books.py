"""Books to test with: four people, one open period, and rates that are easy to reckon with.

Ask for `books`, and for `session` where one session will do; tests of several at once open theirs
with `writing(books.engine)` and `reading(books.engine)`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from ledger.accounts import chart
from ledger.db import writing
from ledger.journal import NewEntry, NewPosting
from ledger.periods import add_period
from ledger.rates import Rate
from ledger.users import Role, User, add_user
from tests.rates import published

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = date(2017, 3, 1)
FIRST_DAY, LAST_DAY = date(2016, 1, 1), date(2026, 12, 31)

# Published every Monday of 2017 and 2018, and never moving.
RATES = {"PLN": "4.2500", "CZK": "26.000", "HUF": "310.00"}
MONDAYS = [date(2017, 1, 2) + timedelta(weeks=week) for week in range(104)]


@dataclass(frozen=True)
class Books:
    """An empty journal in a fresh database, and who may write in it."""

    engine: Engine
    # Acts for Poland; all others for the mechanism's own office.
    officer: User
    office: User
    coordinator: User
    auditor: User

    @property
    def hands(self) -> dict[str, int]:
        """Who makes and who approves, as `post` and `reverse` take them."""
        return {"by": self.officer.id, "approved_by": self.coordinator.id}


@pytest.fixture
def books(engine: Engine) -> Books:
    """Books without an entry, on SQLite and on PostgreSQL."""
    return opened(engine)


def opened(engine: Engine, *, first_year: bool = False) -> Books:
    """Open books in a database as `mcrm upgrade` makes it, the first year by itself if asked."""
    with writing(engine) as session:
        if first_year:
            add_period(session, FIRST_DAY, date(2016, 12, 31), now=NOW)
        add_period(session, date(2017, 1, 1) if first_year else FIRST_DAY, LAST_DAY, now=NOW)
        published(session, dict.fromkeys(MONDAYS, RATES), now=NOW)
        return Books(
            engine,
            officer=add_user(
                session, "anna", name="Anna Nowak", role=Role.OFFICER, state="PL", now=NOW
            ),
            office=add_user(session, "iva", name="Iva Horváthová", role=Role.OFFICER, now=NOW),
            coordinator=add_user(session, "eva", name="Eva Kovács", role=Role.COORDINATOR, now=NOW),
            auditor=add_user(session, "jan", name="Jan Novák", role=Role.AUDITOR, now=NOW),
        )


def rate(currency: str) -> Rate:
    """Give the rate at which these books translate a currency."""
    return Rate(currency, Decimal(RATES[currency]), MONDAYS[8], "ecb")


def line(code: str, euro: str, *, state: str | None = None, item: str | None = None) -> NewPosting:
    """Make a posting in euro, debit above zero; of one item for each account and state."""
    kept = f"{code}:{state}" if code in chart() and chart()[code].item_side else None
    amount = Decimal(euro)
    return NewPosting(account=code, amount=amount, euro=amount, state=state, item=item or kept)


def given(euro: str = "100.00", *, state: str = "PL") -> tuple[NewPosting, NewPosting]:
    """Make the two postings of cash that a state gives of its own accord."""
    return line("1010", euro, state=state), line("4020", f"{-Decimal(euro)}", state=state)


def entry(key: str, *postings: NewPosting, on: date = DAY) -> NewEntry:
    """Make an entry to post under a key; without postings, one hundred euro given by Poland."""
    return NewEntry(
        effective_on=on,
        kind="contribution",
        narration=f"Given under {key}",
        postings=postings or given(),
        idempotency_scope="test",
        idempotency_key=key,
    )
