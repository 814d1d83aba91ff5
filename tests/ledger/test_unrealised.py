"""What revaluations brought is no revenue: a pledge that ends goes back at what was recognised."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ledger.balances import Selection, cutoff, total_in_euro
from reports.exchange_statement import exchange_statement
from tests.books import LAST_DAY, Books
from tests.documents import booked, proposed
from tests.ledger.revalued import (
    APRIL,
    FEBRUARY,
    NUMBERS,
    balance,
    quoted,
    received,
    revalued,
    sound,
    stands,
    undone,
)

PARTS = "2019-09-01 600.00; 2019-12-01 400.00"


@pytest.fixture(autouse=True)
def _rates(session: Session, books: Books) -> None:
    quoted(session)


def pledged(session: Session, books: Books, amount: str, on: str, **fields: Any) -> int:
    """Have a version of a pledge in złoty posted."""
    said = version(amount, on, **fields)
    return booked(session, books, "pledge", **said)[0].number


def version(amount: str, on: str, **fields: Any) -> dict[str, Any]:
    """Say what a version says."""
    said = {"pledge": "P", "level": "committed", "currency": "PLN", **fields}
    return said | {"amount": amount, "effective_on": on, "description": f"No {next(NUMBERS)}"}


def told(session: Session) -> list[str]:
    """Write down each difference that is not of a revaluation, as the exchange statement does."""
    report = exchange_statement(session, cutoff=cutoff(session, date(2019, 12, 31)))
    return [
        f"{each.amount}: {each.carried} > {each.worth} = {each.gain}"
        for each in report.differences.rows
        if each.kind != "revaluation"
    ]


def test_lowered(session: Session, books: Books) -> None:
    """Half of a promise goes back at half of what was recognised, and so does what rates did."""
    pledged(session, books, "1000.00", "2019-01-07")
    revalued(session, books, APRIL)
    assert proposed(session, books, "pledge", **version("500.00", "2019-05-06")) == (
        "1120 PL -500.00 PLN -156.25\n"
        "4020 PL 125.00 EUR 125.00\n"
        "5120 PL 0.00 PLN 31.25\n"
        "1090 PL -125.00 EUR -125.00\n"
        "1090 PL 500.00 PLN 125.00"
    )
    pledged(session, books, "500.00", "2019-05-06")
    assert balance(session, "5120") == "0.00 -31.25"
    assert told(session) == ["500.00: 156.25 > 125.00 = -31.25"]
    booked(session, books, "lapse", pledge="P", lapsed_on="2019-06-03")
    assert (balance(session, "5120"), balance(session, "1120")) == ("0.00 0.00", "0.00 0.00")
    at, revenue = cutoff(session, LAST_DAY), Selection(accounts=("4020",))
    assert total_in_euro(session, at, revenue) == 0
    assert sound(session)


def test_a_loss(session: Session, books: Books) -> None:
    """Where rates took of it, so much more is revenue no more, and the loss goes back."""
    pledged(session, books, "1000.00", "2019-01-07")
    revalued(session, books, FEBRUARY)
    lines = proposed(session, books, "lapse", pledge="P", lapsed_on="2019-03-04").splitlines()
    assert lines[:2] == ["4020 PL 250.00 EUR 250.00", "5120 PL 0.00 PLN -50.00"]


def test_of_an_earlier_year(session: Session, books: Books) -> None:
    """What was recognised in an earlier year is impaired at that, not at what it came to be."""
    pledged(session, books, "1000.00", "2019-01-07")
    revalued(session, books, APRIL)
    lines = proposed(session, books, "lapse", pledge="P", lapsed_on="2020-01-02").splitlines()
    assert lines[:2] == ["5150 PL 250.00 EUR 250.00", "5120 PL 0.00 PLN 62.50"]


def test_what_is_moved_keeps_it(session: Session, books: Books) -> None:
    """What moves to another day takes along what rates did; only what ends gives it back."""
    pledged(session, books, "1000.00", "2019-01-07", instalments=PARTS)
    revalued(session, books, APRIL)
    later = {"instalments": "2020-03-01 800.00"}
    lines = proposed(session, books, "pledge", **version("800.00", "2019-05-06", **later))
    assert lines.splitlines()[:5] == [
        "1120 PL -600.00 PLN -187.50",
        "1120 PL -400.00 PLN -125.00",
        "1120 PL 800.00 PLN 250.00",
        "4020 PL 50.00 EUR 50.00",
        "5120 PL 0.00 PLN 12.50",
    ]
    number = pledged(session, books, "800.00", "2019-05-06", **later)
    assert stands(session, f"{number}.3") == "800.00 250.00"
    lapsed = proposed(session, books, "lapse", pledge="P", lapsed_on="2019-06-03").splitlines()
    assert lapsed[:2] == ["4020 PL 200.00 EUR 200.00", "5120 PL 0.00 PLN 50.00"]


def test_each_instalment_by_itself(session: Session, books: Books) -> None:
    """An instalment that was promised later has no part in what rates did before."""
    pledged(session, books, "600.00", "2019-01-07", instalments="2019-09-01 600.00")
    revalued(session, books, FEBRUARY)
    pledged(session, books, "1000.00", "2019-02-28", instalments=PARTS)
    # 600.00 came at 4.00 and 400.00 at 5.00; both stand at 5.00.
    fewer = {"instalments": "2019-12-01 400.00"}
    lines = proposed(session, books, "pledge", **version("400.00", "2019-03-04", **fewer))
    assert lines.splitlines()[1:3] == ["4020 PL 150.00 EUR 150.00", "5120 PL 0.00 PLN -30.00"]
    fewer = {"instalments": "2019-09-01 600.00"}
    lines = proposed(session, books, "pledge", **version("600.00", "2019-03-04", **fewer))
    assert lines.splitlines()[1] == "4020 PL 80.00 EUR 80.00"
    assert "5120" not in lines


def test_what_was_settled_took_its_part(session: Session, books: Books) -> None:
    """What was paid took its part of it, what was undone gave it back, and late is no other."""
    number = pledged(session, books, "1000.00", "2019-01-07")
    received(session, books, f"{number}.1", "400.00", "2019-03-11")
    first, _second = revalued(session, books, FEBRUARY)
    lapse = {"pledge": "P", "lapsed_on": "2019-04-08"}
    expected = ["4020 PL 150.00 EUR 150.00", "5120 PL 0.00 PLN -30.00"]
    assert proposed(session, books, "lapse", **lapse).splitlines()[:2] == expected
    paid = received(session, books, f"{number}.1", "200.00", "2019-04-08")
    undone(session, books, paid, "2019-04-08")
    assert proposed(session, books, "lapse", **lapse).splitlines()[:2] == expected
    undone(session, books, first, "2019-03-11")
    assert "5120" not in proposed(session, books, "lapse", **lapse)
