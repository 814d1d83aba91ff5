"""How long it takes to age what many states owe after many years, on both databases.

`python -m tests.benchmarks.ageing` prints the seconds for 200 state-years of 50 instalments, each
paid in part: 10,000 open items. Machines differ, and so do their hours: compare figures of one run
only.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Engine

from api.arrears import ageing_answer
from ledger.ageing import ageing
from ledger.balances import cutoff
from ledger.db import reading, writing
from ledger.journal import NewEntry, NewPosting, post_all
from ledger.open_items import open_items
from ledger.states import FOUNDERS, ParticipatingState
from ledger.union import EU_STATES
from tests.books import NOW, entry, opened
from tests.databases import Postgresql, Sqlite, _server

STATES = EU_STATES[:25]
YEARS = range(2017, 2025)
INSTALMENTS = 50
ASKED, PAID = Decimal("100.00"), Decimal("40.00")


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Print how long a step took, and how much of that this process was at work."""
    began, worked = time.perf_counter(), time.process_time()
    yield
    took, work = time.perf_counter() - began, time.process_time() - worked
    print(f"    {step:<18}{took:8.2f} s, at work {work:6.2f} s")  # noqa: T201 - its purpose


def line(account: str, euro: Decimal, state: str, due_on: date | None = None) -> NewPosting:
    """Make a posting in euro, of the item of its instalment where it has one."""
    item = f"{state}:{due_on}" if due_on else None
    return NewPosting(
        account=account,
        amount=euro,
        euro=euro,
        state=state,
        item=item,
        due_on=due_on if euro > 0 else None,
    )


def entries() -> Iterator[NewEntry]:
    """Ask each state for its instalments of each year, and let it pay a part of each."""
    for year in YEARS:
        for state in STATES:
            days = [date(year, 1, 5) + timedelta(weeks=week) for week in range(INSTALMENTS)]
            asked = [line("1110", ASKED, state, on) for on in days]
            revenue = line("4010", -INSTALMENTS * ASKED, state)
            yield entry(f"asked {state} {year}", *asked, revenue, on=date(year, 1, 1))
            paid = [line("1110", -PAID, state, on) for on in days]
            received = line("1010", INSTALMENTS * PAID, state)
            yield entry(f"paid {state} {year}", received, *paid, on=date(year, 12, 30))


def run(engine: Engine) -> None:
    """Fill the books, and age what is owed in them."""
    books = opened(engine)
    with timed("ask and pay"), writing(engine) as session:
        session.add_all(ParticipatingState(code=each) for each in STATES if each not in FOUNDERS)
        session.flush()
        post_all(session, list(entries()), **books.hands, now=NOW)
    with reading(engine) as session:
        at = cutoff(session, date(2024, 12, 31))
        with timed("open items"):
            found = open_items(session, at, accounts=("1110",))
        with timed("ageing"):
            aged = ageing(session, at)
        with timed("ageing as JSON"):
            ageing_answer(aged).model_dump_json()
    print(f"    {len(found)} items, EUR {aged.total()}")  # noqa: T201 - likewise


def main() -> None:
    """Run on both databases."""
    with tempfile.TemporaryDirectory() as folder, _server("benchmark") as server:
        for kind in (Sqlite(Path(folder)), Postgresql(server, "mcrm_benchmark")):
            print(f"{type(kind).__name__}, {len(STATES)} states")  # noqa: T201 - likewise
            with kind.upgraded() as engine:
                run(engine)


if __name__ == "__main__":
    main()
