"""The exchange statement: what is held and owed in foreign money, and each difference of a year."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.balances import Cutoff, cutoff
from ledger.db import reading, writing
from ledger.journal import NewPosting, post, reverse
from ledger.money import ZERO
from reports.exchange_differences import Difference
from reports.exchange_statement import ExchangeStatement, book, exchange_statement
from reports.sheet import Table, known
from reports.statements import Statement, Wanted, compare, issue
from reports.workbook import workbook
from tests.books import NOW, Books, entry
from tests.databases import Sqlite
from tests.golden_files import FOLDER, Golden
from tests.ledger.test_worked_year import RATES
from tests.ledger.worked_year import booked as worked
from tests.ledger.worked_year import opened
from tests.reports.grids import grid
from tests.reports.recalculation import LibreOffice, values

YEAR = (Path(FOLDER) / "worked_year" / "documents.txt").read_text("utf-8")
END, DAY = date(2017, 12, 31), date(2017, 6, 1)
KEYS = count()


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Keep the queries that a database is asked."""
    asked: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    sa.event.listen(engine, "before_cursor_execute", keep)
    yield asked
    sa.event.remove(engine, "before_cursor_execute", keep)


def of_year(engine: Engine) -> None:
    """Make the books of the worked year."""
    with writing(engine) as session:
        worked(session, opened(session, RATES), YEAR)


def taken(session: Session, on: date = END) -> ExchangeStatement:
    """Take the statement as of a day."""
    return exchange_statement(session, cutoff=cutoff(session, on))


def verdicts(report: ExchangeStatement) -> set[object]:
    """Give the different results of its checks."""
    checks = values(workbook(book(report, "en")))["Checks"]
    return {value for cell, value in checks.items() if cell[0] == "F"} - {"Result"}


def table(report: ExchangeStatement, name: str) -> Table:
    """Find a table of the workbook."""
    sheets = book(report, "en").sheets
    return next(each for sheet in sheets for each in sheet.tables if each.name == name)


def line(code: str, currency: str, amount: str, euro: str, item: str | None = None) -> NewPosting:
    """Make a posting, of Poland."""
    return NewPosting(
        account=code,
        state="PL",
        currency=currency,
        amount=Decimal(amount),
        euro=Decimal(euro),
        item=item,
    )


def posted(session: Session, books: Books, *lines: NewPosting, on: date = DAY) -> int:
    """Post an entry by hand."""
    new = entry(str(next(KEYS)), *lines, on=on)
    return post(session, new, **books.hands, now=NOW).number


def told(each: Difference) -> str:
    """Write a difference as a reader sees it."""
    word = "realised" if each.is_realised else "unrealised"
    return f"{each.currency} {each.amount}: {each.carried} > {each.worth} = {each.gain} {word}"


# A thousand złoty on the bank, not applied yet; a debt of a thousand, and pledged koruna.
RECEIVED = (
    line("1011", "PLN", "1000.00", "240.00"),
    line("2060", "PLN", "-1000.00", "-240.00", "R"),
)
OWED = (
    line("5020", "EUR", "250.00", "250.00"),
    line("1090", "EUR", "-250.00", "-250.00"),
    line("1090", "PLN", "1000.00", "250.00"),
    line("2010", "PLN", "-1000.00", "-250.00", "P"),
)
PLEDGED = (
    line("1120", "CZK", "2600.00", "100.00", "V"),
    line("1090", "CZK", "-2600.00", "-100.00"),
    line("1090", "EUR", "100.00", "100.00"),
    line("4020", "EUR", "-100.00", "-100.00"),
)
ASKED = (line("1110", "EUR", "100.00", "100.00", "A"), line("4010", "EUR", "-100.00", "-100.00"))

# What is posted, and what the differences are of.
CASES = {
    "a debt in złoty is paid from złoty": (
        (
            line("2010", "PLN", "1000.00", "250.00", "P"),
            line("1011", "PLN", "-1000.00", "-240.00"),
            line("5110", "PLN", "0.00", "-10.00"),
        ),
        ["PLN -1000.00: -250.00 > -240.00 = 10.00 realised"],
    ),
    "złoty pay what was asked in euro": (
        (
            line("2060", "PLN", "400.00", "96.00", "R"),
            line("1110", "EUR", "-100.00", "-100.00", "A"),
            line("1090", "EUR", "100.00", "100.00"),
            line("1090", "PLN", "-400.00", "-96.00"),
            line("1090", "EUR", "0.00", "-4.00"),
            line("5110", "EUR", "0.00", "4.00"),
        ),
        ["PLN 400.00: 100.00 > 96.00 = -4.00 realised"],
    ),
    "złoty pay what was pledged in koruna: the difference is of the koruna": (
        (
            line("2060", "PLN", "425.00", "102.00", "R"),
            line("1120", "CZK", "-2600.00", "-100.00", "V"),
            line("1090", "CZK", "2600.00", "100.00"),
            line("1090", "PLN", "-425.00", "-102.00"),
            line("1090", "EUR", "0.00", "2.00"),
            line("5110", "EUR", "0.00", "-2.00"),
        ),
        ["CZK 2600.00: 100.00 > 102.00 = 2.00 realised"],
    ),
    "the bank turns złoty into koruna: the difference is of the złoty": (
        (
            line("1012", "CZK", "2600.00", "101.00"),
            line("1011", "PLN", "-425.00", "-102.00"),
            line("1090", "CZK", "-2600.00", "-101.00"),
            line("1090", "PLN", "425.00", "102.00"),
            line("1090", "EUR", "0.00", "-1.00"),
            line("5110", "EUR", "0.00", "1.00"),
        ),
        ["PLN 425.00: 102.00 > 101.00 = -1.00 realised"],
    ),
    "each thing is valued anew by itself": (
        (
            line("1011", "PLN", "0.00", "-5.00"),
            line("2010", "PLN", "0.00", "15.00", "P"),
            line("1120", "CZK", "0.00", "3.00", "V"),
            line("5120", "PLN", "0.00", "-10.00"),
            line("5120", "CZK", "0.00", "-3.00"),
        ),
        [
            "PLN 1000.00: 240.00 > 235.00 = -5.00 unrealised",
            "PLN -1000.00: -250.00 > -235.00 = 15.00 unrealised",
            "CZK 2600.00: 100.00 > 103.00 = 3.00 unrealised",
        ],
    ),
    "a late revaluation takes off again what was settled before it": (
        (line("1011", "PLN", "0.00", "-5.00"), line("5110", "PLN", "0.00", "5.00")),
        ["PLN 1000.00: 240.00 > 235.00 = -5.00 realised"],
    ),
    "a difference that is moved is told without what it is of": (
        (line("5120", "PLN", "0.00", "3.00"), line("5110", "PLN", "0.00", "-3.00")),
        [
            "PLN None: None > None = -3.00 unrealised",
            "PLN None: None > None = 3.00 realised",
        ],
    ),
}


def test_every_cell_of_a_worked_year(engine: Engine, golden: Golden) -> None:
    """Of a year of every event each cell was reviewed, on either database; all checks hold."""
    of_year(engine)
    with reading(engine) as session:
        report = taken(session)
    golden("statements/exchange-worked-year.txt", grid(workbook(book(report, "en"))))
    assert verdicts(report) == {"OK"}


def test_other_programs_compute_the_same(sqlite: Sqlite, libreoffice: LibreOffice) -> None:
    """Every formula of a year with all events, computed by another program, is the ledger's."""
    with sqlite.upgraded() as engine:
        of_year(engine)
        with reading(engine) as session:
            body = workbook(book(taken(session), "pl"))
    assert libreoffice.wrong_formulas(body) == []


def test_a_file_that_came_back_is_known_again(session: Session, books: Books) -> None:
    """The statement is issued again from what the file says of itself, byte for byte."""
    posted(session, books, *RECEIVED)
    issued = issue(session, Wanted(Statement.EXCHANGE), at=cutoff(session, END))
    found = compare(session, issued.body, filename=issued.filename)
    assert (found.identical, found.differences) == (True, ())


def test_the_queries_do_not_grow_with_the_books(engine: Engine) -> None:
    """Thirteen queries take the statement, whatever there is to tell."""
    of_year(engine)
    with reading(engine) as session:
        at = Cutoff(END, 10_000)
        with counted(engine) as asked:
            exchange_statement(session, cutoff=at)
    assert len(asked) == 12


def test_nothing_in_foreign_currency(session: Session, books: Books) -> None:
    """Books in euro alone give a whole workbook that says so."""
    posted(session, books)
    report = taken(session)
    assert report.currencies == ()
    assert "Nothing in foreign currency" in values(workbook(book(report, "en")))["Summary"].values()
    assert verdicts(report) == {"OK"}


def test_a_currency_without_a_closing_rate(session: Session, books: Books) -> None:
    """Where the books hold no rate of the day, the statement says so, and a check does not hold."""
    posted(session, books, *RECEIVED)
    report = taken(session, date(2020, 6, 30))
    held = table(report, "tblExchange")
    assert [held.rows[0][held.position(key)] for key in ("rate", "euro")] == ["no rate", None]
    words = [*values(workbook(book(report, "en")))["Summary"].values()]
    assert any("no rate as of 2020-06-30 for PLN" in str(each) for each in words)
    assert verdicts(report) == {"OK", "DIFFERENCE"}


@pytest.mark.parametrize("case", CASES)
def test_what_a_difference_is_of(session: Session, books: Books, case: str) -> None:
    """Each difference is told of what was settled or revalued, in the right currency."""
    for begun in (RECEIVED, OWED, PLEDGED, ASKED):
        posted(session, books, *begun)
    lines, expected = CASES[case]
    posted(session, books, *lines)
    report = taken(session)
    assert [told(each) for each in report.differences.rows] == expected
    assert verdicts(report) == {"OK"}


@pytest.mark.parametrize("case", CASES)
def test_what_is_undone_is_told_with_its_signs_turned(
    session: Session, books: Books, case: str
) -> None:
    """A reversal takes every difference back, of the same currency and kind."""
    for begun in (RECEIVED, OWED, PLEDGED, ASKED):
        posted(session, books, *begun)
    number = posted(session, books, *CASES[case][0])
    reverse(session, number, reason="wrong", effective_on=DAY, **books.hands, now=NOW)
    report = taken(session)
    assert len(report.differences.rows) == 2 * len(CASES[case][1])
    for currency in ("PLN", "CZK"):
        for realised in (True, False):
            assert report.differences.of(currency, realised=realised) == 0
    assert verdicts(report) == {"OK"}


def test_a_difference_belongs_to_the_year_of_its_entry(session: Session, books: Books) -> None:
    """The statement of the next year opens with what stood, and tells no difference of before."""
    for begun in (RECEIVED, OWED, CASES["a debt in złoty is paid from złoty"][0]):
        posted(session, books, *begun)
    report = taken(session, date(2018, 6, 30))
    assert report.differences.rows == ()
    flow = report.flows["PLN"]
    assert (flow.opening, flow.debit, flow.closing) == (Decimal(-1000), ZERO, Decimal(-1000))
    assert verdicts(report) == {"OK"}


def test_what_is_open_for_long(session: Session, books: Books) -> None:
    """An item counts its days from the day on which it began; money on the bank has no age."""
    posted(session, books, *RECEIVED, on=date(2017, 10, 2))
    posted(session, books, *OWED, on=date(2017, 10, 1))
    report = taken(session, date(2017, 12, 31))
    of = table(report, "tblOpenLong")
    assert [(row[0], known(row[of.position("age")])) for row in of.rows] == [("2.4", 91)]


def test_a_wrong_sum_is_shown(session: Session, books: Books) -> None:
    """Were the accounts' own sum another than that of the differences, the statement says so."""
    for begun in (RECEIVED, OWED, CASES["a debt in złoty is paid from złoty"][0]):
        posted(session, books, *begun)
    report = taken(session)
    other = replace(report.differences, total={"5110": Decimal("10.01"), "5120": Decimal(0)})
    assert verdicts(replace(report, differences=other)) == {"OK", "DIFFERENCE"}
