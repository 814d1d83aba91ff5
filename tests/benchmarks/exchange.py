"""How long the exchange statement takes on large books, on both databases.

`python -m tests.benchmarks.exchange` prints the seconds for 10,000 invoices in złoty, each paid at
another rate, and twelve revaluations of the bank. Machines differ, and so do their hours: compare
figures of one run only.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Engine

from ledger.balances import cutoff
from ledger.db import reading, writing
from ledger.journal import NewEntry, NewPosting, post_all
from reports.exchange_statement import book, exchange_statement
from reports.workbook import workbook
from tests.books import NOW, entry, opened
from tests.databases import Postgresql, Sqlite, _server

INVOICES = 10_000
FIRST, END = date(2017, 1, 1), date(2017, 12, 31)


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Print how long a step took, and how much of that this process was at work."""
    began, worked = time.perf_counter(), time.process_time()
    yield
    took, work = time.perf_counter() - began, time.process_time() - worked
    print(f"    {step:<18}{took:8.2f} s, at work {work:6.2f} s")  # noqa: T201 - its purpose


def line(account: str, amount: str, euro: str, item: str | None = None) -> NewPosting:
    """Make a posting in złoty."""
    return NewPosting(
        account=account, currency="PLN", amount=Decimal(amount), euro=Decimal(euro), item=item
    )


def entries() -> Iterator[NewEntry]:
    """Fill the bank; let each invoice come and be paid; value the bank anew at each month's end."""
    whole = str(200 * INVOICES)
    received = (
        line("1011", whole, f"{50 * INVOICES}"),
        line("1090", f"-{whole}", f"-{50 * INVOICES}"),
    )
    yield entry("received", *received, on=FIRST)
    for number in range(INVOICES):
        on = FIRST + timedelta(days=number % 360)
        owed = line("2010", "-100.00", "-25.00", f"I{number}")
        yield entry(f"owed {number}", line("1090", "100.00", "25.00"), owed, on=on)
        paid = line("2010", "100.00", "25.00", f"I{number}")
        bank, loss = line("1011", "-100.00", "-25.10"), line("5110", "0.00", "0.10")
        yield entry(f"paid {number}", paid, bank, loss, on=on + timedelta(days=3))
    for month in range(1, 13):
        gain = line("1011", "0.00", "10.00"), line("5120", "0.00", "-10.00")
        yield entry(f"revalued {month}", *gain, on=date(2017, month, 28))


def run(engine: Engine) -> None:
    """Fill the books, and take the statement of the year."""
    books = opened(engine)
    with timed("post"), writing(engine) as session:
        post_all(session, list(entries()), **books.hands, now=NOW)
    with reading(engine) as session:
        with timed("take"):
            report = exchange_statement(session, cutoff=cutoff(session, END))
        with timed("write"):
            body = workbook(book(report, "en"))
    size = len(report.differences.rows), len(body)
    print("    {} differences, {:,} bytes".format(*size))  # noqa: T201 - likewise


def main() -> None:
    """Run on both databases."""
    with tempfile.TemporaryDirectory() as folder, _server("benchmark") as server:
        for kind in (Sqlite(Path(folder)), Postgresql(server, "mcrm_benchmark")):
            print(type(kind).__name__)  # noqa: T201 - likewise
            with kind.upgraded() as engine:
                run(engine)


if __name__ == "__main__":
    main()
