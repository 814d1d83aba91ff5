"""How long a file of contributions takes, from its bytes to the books, on both databases.

`python -m tests.benchmarks.imports 1000 10000` prints the seconds of each step. Machines differ,
and so do their hours: compare figures of one run only.
"""

import csv
import io
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from ledger.approvals import approve_all
from ledger.db import reading, writing
from ledger.imports import check_rows, import_rows, read_import
from tests.books import MONDAYS, NOW, opened
from tests.databases import Postgresql, Sqlite, _server
from tests.workbooks import workbook

HEADINGS = (
    *("state", "currency", "form", "purpose", "activity", "funding_source", "against"),
    *("value_on", "amount", "description", "voucher"),
)
GIVERS = (("PL", "PLN"), ("CZ", "CZK"), ("HU", "HUF"), ("SK", "EUR"))
SAME = ("cash", "operations", "information", "state_budget", "voluntary")


def contributions(count: int) -> Iterator[tuple[str, ...]]:
    """Make rows of cash from four states in four currencies over two years, under headings."""
    yield HEADINGS
    for number in range(count):
        on = MONDAYS[0] + timedelta(days=number % 700)
        amount = f"{1000 + number}.{number % 100:02}"
        named = (f"Tranche {number}", f"V/{number}")
        yield *GIVERS[number % 4], *SAME, on.isoformat(), amount, *named


def as_csv(count: int) -> bytes:
    """Write the rows as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(contributions(count))
    return text.getvalue().encode()


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Print how long a step took."""
    began = time.perf_counter()
    yield
    print(f"    {step:<18}{time.perf_counter() - began:8.2f} s")  # noqa: T201 - its purpose


def run(engine: Engine, count: int) -> None:
    """Take one file all the way."""
    books = opened(engine)
    as_workbook, as_text = workbook({"Contributions": contributions(count)}), as_csv(count)
    with timed("read .xlsx"):
        read_import(as_workbook, filename="contributions.xlsx")
    with timed("read CSV"):
        file = read_import(as_text, filename="contributions.csv")
    with timed("check"), reading(engine) as session:
        check_rows(session, file, by=books.office)
    with timed("check and draft"), writing(engine) as session:
        imported = import_rows(session, file, by=books.office, now=NOW)
    with timed("approve and post"), writing(engine) as session:
        documents = [session.merge(each, load=False) for each in imported.documents]
        approve_all(session, documents, by=books.coordinator, now=NOW)


def main() -> None:
    """Run every size on both databases."""
    counts = [int(count) for count in sys.argv[1:]] or [1_000, 10_000]
    with tempfile.TemporaryDirectory() as folder, _server("benchmark") as server:
        for kind in (Sqlite(Path(folder)), Postgresql(server, "mcrm_benchmark")):
            for count in counts:
                print(f"{type(kind).__name__}, {count} contributions")  # noqa: T201 - likewise
                with kind.upgraded() as engine:
                    run(engine, count)


if __name__ == "__main__":
    main()
