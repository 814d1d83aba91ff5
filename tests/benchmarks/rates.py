"""How long a whole history of exchange rates takes, from its bytes to the books, on both databases.

`python -m tests.benchmarks.rates` prints the seconds for 7,126 days of 41 currencies, as long as
the European Central Bank's and without a gap: 292,166 rates. Machines differ, and so do their
hours: compare figures of one run only, and look at the work of this process before the time on the
wall.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Engine

from ledger.db import reading, writing
from ledger.ecb_files import read_ecb
from ledger.rate_imports import import_rates
from ledger.rates import rate_on
from tests.books import NOW
from tests.databases import Postgresql, Sqlite, _server

DAYS, CURRENCIES = 7_126, 41
LAST = date(2026, 10, 30)

# Those of the bank's own history; other codes than currencies' are left aside.
CODES = (
    "USD JPY BGN CYP CZK DKK EEK GBP HUF LTL LVL MTL PLN ROL RON SEK SIT SKK CHF ISK NOK HRK RUB "
    "TRL TRY AUD BRL CAD CNY HKD IDR ILS INR KRW MXN MYR NZD PHP SGD THB ZAR"
)


def history() -> bytes:
    """Write a history as the bank does: newest day first, a comma too many in each line."""
    codes = CODES.split()[:CURRENCIES]
    weekdays = (LAST - timedelta(days=number) for number in range(2 * DAYS))
    days = [each for each in weekdays if each.weekday() < 5][:DAYS]
    lines = [f"Date,{','.join(codes)},"]
    for number, on in enumerate(days):
        values = (f"{1 + place}.{(number * 7 + place) % 10_000:04}" for place in range(CURRENCIES))
        lines.append(f"{on},{','.join(values)},")
    return "\n".join(lines).encode()


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Print how long a step took, and how much of that this process was at work."""
    began, worked = time.perf_counter(), time.process_time()
    yield
    took, work = time.perf_counter() - began, time.process_time() - worked
    print(f"    {step:<18}{took:8.2f} s, {work:.2f} s at work")  # noqa: T201 - its purpose


def run(engine: Engine, body: bytes) -> None:
    """Read the history, bring it in, and bring it in again."""
    with timed("read"):
        read_ecb(body, filename="eurofxref-hist.csv")
    for step in ("read and insert", "again: all known"):
        with timed(step), writing(engine) as session:
            import_rates(session, body, filename="eurofxref-hist.csv", now=NOW)
    with timed("rate of a day"), reading(engine) as session:
        rate_on(session, "PLN", LAST)


def main() -> None:
    """Run on both databases."""
    body = history()
    with tempfile.TemporaryDirectory() as folder, _server("benchmark") as server:
        for kind in (Sqlite(Path(folder)), Postgresql(server, "mcrm_benchmark")):
            print(f"{type(kind).__name__}, {DAYS * CURRENCIES:,} rates")  # noqa: T201 - likewise
            with kind.upgraded() as engine:
                run(engine, body)


if __name__ == "__main__":
    main()
