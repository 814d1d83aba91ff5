"""The statements: figures, live formulas, languages, and the same file made again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from ledger.balances import Cutoff, cutoff
from ledger.equity import EquityBalance
from ledger.errors import NotAMemberError
from ledger.i18n import LANGUAGES
from ledger.money import ZERO
from reports import equity_statement, state_statement, trial_balance
from reports.equity_statement import EquityStatement
from reports.sheet import Book, Table
from reports.state_statement import StateStatement
from reports.trial_balance import TrialBalance
from reports.workbook import read_back, workbook
from tests.books import Books
from tests.documents import booked
from tests.golden_files import Golden
from tests.reports.conftest import Report
from tests.reports.grids import grid
from tests.reports.mechanism import two_years
from tests.reports.recalculation import LibreOffice, values

DAY = date(2018, 12, 31)
KINDS = ("state", "equity", "trial-balance")


def bound(report: Report, language: str = "en") -> Book:
    """Write a report out as a workbook's sheets."""
    match report:
        case StateStatement():
            return state_statement.book(report, language)
        case EquityStatement():
            return equity_statement.book(report, language)
        case TrialBalance():
            return trial_balance.book(report, language)


def taken(session: Session, kind: str, at: Cutoff) -> Report:
    """Take a report from the books."""
    match kind:
        case "state":
            return state_statement.state_statement(session, "PL", cutoff=at)
        case "equity":
            return equity_statement.equity_statement(session, cutoff=at)
        case _:
            return trial_balance.trial_balance(session, cutoff=at)


def test_every_cell(session: Session, books: Books, golden: Golden) -> None:
    """Each statement of two years has the cells that were reviewed, on either database."""
    at = two_years(session, books)
    for kind in KINDS:
        golden(f"statements/{kind}.txt", grid(workbook(bound(taken(session, kind, at)))))


def test_a_statement_made_again_is_the_same_file(session: Session, books: Books) -> None:
    """What the books learn later changes no statement of what they knew before."""
    at = two_years(session, books)
    before = {kind: workbook(bound(taken(session, kind, at))) for kind in KINDS}
    booked(session, books, amount="1.00", description="learned of later")
    assert {kind: workbook(bound(taken(session, kind, at))) for kind in KINDS} == before
    now = cutoff(session, DAY)
    for kind in KINDS:
        after = read_back(workbook(bound(taken(session, kind, now))))
        assert after.digest != read_back(before[kind]).digest


def test_statements_of_empty_books(session: Session, books: Books) -> None:
    """Before anything is posted every statement can be made, and every check holds."""
    for kind in KINDS:
        held = values(workbook(bound(taken(session, kind, cutoff(session, DAY)))))
        verdicts = {value for cell, value in held["Checks"].items() if cell.startswith("F")}
        assert verdicts == {"Result", "OK"}


@pytest.mark.parametrize(
    ("kind", "language"), [("state", "pl"), ("equity", "en"), ("trial-balance", "en")]
)
def test_live_formulas_give_the_ledgers_figures(
    libreoffice: LibreOffice, reports: Mapping[str, Report], kind: str, language: str
) -> None:
    """Every formula of a statement, computed by another program, gives the ledger's figure."""
    body = workbook(bound(reports[kind], language))
    assert libreoffice.wrong_formulas(body) == []
    assert read_back(libreoffice.resaved(body)) == read_back(body)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_statements_in_every_language(
    reports: Mapping[str, Report], kind: str, language: str
) -> None:
    """Titles fit on their tabs and headings are distinct in every language."""
    book = bound(reports[kind], language)
    assert book.language == language
    assert book.filename.endswith(f"_2018-12-31_17_{language}.xlsx")


def test_a_statement_says_what_it_is_taken_from(reports: Mapping[str, Report]) -> None:
    """Whoever holds a file knows the state, the day, and the last entry with its hash."""
    report = reports["state"]
    said = read_back(workbook(bound(report))).properties
    assert {key: said[key] for key in ("Kind", "Scope", "AsOf", "Head", "Language")} == {
        "Kind": "state",
        "Scope": "PL",
        "AsOf": "2018-12-31",
        "Head": "17",
        "Language": "en",
    }
    assert said["HeadHash"] == report.origin.head.hash.hex()


def test_only_states_of_the_union_have_statements(session: Session, books: Books) -> None:
    """A statement for a code that is no state is refused, not left empty."""
    with pytest.raises(NotAMemberError):
        state_statement.state_statement(session, "XX", cutoff=cutoff(session, DAY))


def test_a_state_with_the_euro_sees_no_other_currency(session: Session, books: Books) -> None:
    """Slovakia's own currency is the euro, so its balance is shown once."""
    at = two_years(session, books)
    held = values(workbook(bound(state_statement.state_statement(session, "SK", cutoff=at))))
    assert not any("at that rate" in str(value) for value in held["Statement"].values())


def test_rounding_cents_are_shown(reports: Mapping[str, Report]) -> None:
    """EUR 100,000.01 among four equal states leaves a cent, and the sheet shows who bears it."""
    [scale] = [
        block
        for sheet in bound(reports["equity"]).sheets
        for block in sheet.blocks
        if isinstance(block, Table) and block.name == "tblScale1"
    ]
    cents = {str(row[0]): row[scale.position("cent")] for row in scale.rows}
    assert cents == {"CZ": Decimal("0.01"), "HU": ZERO, "PL": ZERO, "SK": ZERO}
    assert scale.sum("charged") == Decimal("100000.01")


def test_a_difference_is_shown(reports: Mapping[str, Report]) -> None:
    """Were the ledger's own sum another than that of its lines, the statement would say so."""
    report = reports["state"]
    assert isinstance(report, StateStatement)
    wrong = replace(report, balance=EquityBalance("PL"))
    held = values(workbook(bound(wrong)))
    assert "DIFFERENCE" in held["Statement"].values()
    assert list(held["Checks"].values()).count("DIFFERENCE") == 4
