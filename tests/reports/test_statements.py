"""The statements: figures, live formulas, languages, and the same file made again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from ledger.approvals import approve, proposal
from ledger.balances import Cutoff, Head, cutoff
from ledger.documents import submit_all
from ledger.equity import EquityBalance
from ledger.errors import NotAMemberError
from ledger.i18n import LANGUAGES
from ledger.money import ZERO
from reports import equity_statement, exchange_statement, state_statement, trial_balance
from reports.equity_statement import EquityStatement
from reports.exchange_statement import ExchangeStatement
from reports.sheet import Book, Table, known
from reports.state_statement import StateStatement
from reports.statement import Origin
from reports.taking_part import taking_part
from reports.trial_balance import TrialBalance
from reports.workbook import read_back, workbook
from tests.books import NOW, Books
from tests.documents import booked, made
from tests.golden_files import Golden
from tests.rates import published
from tests.reports.conftest import Report
from tests.reports.grids import grid
from tests.reports.mechanism import two_years
from tests.reports.recalculation import LibreOffice, values

DAY = date(2018, 12, 31)
KINDS = ("state", "equity", "trial-balance", "exchange")


def bound(report: Report, language: str = "en") -> Book:
    """Write a report out as a workbook's sheets."""
    match report:
        case StateStatement():
            return state_statement.book(report, language)
        case EquityStatement():
            return equity_statement.book(report, language)
        case TrialBalance():
            return trial_balance.book(report, language)
        case ExchangeStatement():
            return exchange_statement.book(report, language)


def table(book: Book, name: str) -> Table:
    """Find a table of a workbook."""
    blocks = (block for sheet in book.sheets for block in sheet.blocks)
    return next(each for each in blocks if isinstance(each, Table) and each.name == name)


def taken(session: Session, kind: str, at: Cutoff) -> Report:
    """Take a report from the books."""
    match kind:
        case "state":
            return state_statement.state_statement(session, "PL", cutoff=at)
        case "equity":
            return equity_statement.equity_statement(session, cutoff=at)
        case "exchange":
            return exchange_statement.exchange_statement(session, cutoff=at)
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
    booked(session, books, amount="4.25", currency="PLN", description="learned of later")
    published(session, {DAY: {"CZK": "25.000"}}, now=NOW + timedelta(days=1))
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
    ("kind", "language"),
    [
        ("state", "pl"),
        ("left", "en"),
        ("equity", "en"),
        ("trial-balance", "en"),
        ("exchange", "en"),
    ],
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
    assert book.filename.endswith(f"_2018-12-31_28_{language}.xlsx")


def test_a_statement_says_what_it_is_taken_from(reports: Mapping[str, Report]) -> None:
    """Whoever holds a file knows the state, the day, and the last entry with its hash."""
    report = reports["state"]
    said = read_back(workbook(bound(report))).properties
    assert {key: said[key] for key in ("Kind", "Scope", "AsOf", "Head", "Language")} == {
        "Kind": "state",
        "Scope": "PL",
        "AsOf": "2018-12-31",
        "Head": "28",
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
    assert not any("Convenience translation" in str(value) for value in held["Statement"].values())


def test_rounding_cents_are_shown(reports: Mapping[str, Report]) -> None:
    """EUR 100,000.01 among four equal states leaves a cent, and the sheet shows who bears it."""
    scale = table(bound(reports["equity"]), "tblScale1")
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


def test_a_state_that_left(reports: Mapping[str, Report]) -> None:
    """Its statement names its last day and the decision, and goes on to show what is still open."""
    held = values(workbook(bound(reports["left"])))
    assert "2018-09-30 · D/2018/5" in held["Statement"].values()
    assert "Withdrawal" in held["Contributions"].values()
    assert "Withdrawal" in held["Calls"].values()
    left = reports["left"]
    assert isinstance(left, StateStatement)
    # Its position has passed to the others, but for what it still owes.
    assert (left.balance.balance, left.open) == (Decimal("-209190.62"), Decimal("209190.62"))
    verdicts = {value for cell, value in held["Checks"].items() if cell.startswith("F")}
    assert verdicts == {"Result", "OK"}


def test_a_decision_of_later_is_not_in_a_statement_of_before(
    session: Session, books: Books
) -> None:
    """A withdrawal is named by statements that know it, whatever its day."""
    at = two_years(session, books)
    for known_at, left_on in ((NOW, date(2018, 9, 30)), (NOW - timedelta(seconds=1), None)):
        about = Origin("state", "HU", at, Head(1, bytes(32), known_at))
        assert [each.left_on for each in taking_part(session, "HU", about)] == [left_on]


def test_an_accession_of_later_is_not_in_a_statement_of_before(
    session: Session, books: Books
) -> None:
    """An accession is named by statements that know it, though its first day lies before theirs."""
    at = two_years(session, books)
    for known_at, joined in ((NOW, [date(2018, 7, 1)]), (NOW - timedelta(seconds=1), [])):
        about = Origin("state", "AT", at, Head(1, bytes(32), known_at))
        assert [each.joined_on for each in taking_part(session, "AT", about)] == joined


def test_an_opt_out_of_later_is_not_in_a_statement_of_before(
    session: Session, books: Books
) -> None:
    """Who opted out of days whose sharing was undone is not out in the statement that shared."""
    booked(session, books, "scale")
    booked(session, books, "cost", activity="third_countries")
    [run] = booked(session, books, "allocation")
    at = cutoff(session, date(2017, 12, 31))
    as_issued = workbook(bound(taken(session, "equity", at)))
    undo = {"number": run.number, "effective_on": "2018-01-10", "reason": "the wrong states"}
    booked(session, books, "reversal", **undo)
    out = made(session, books, "opt_out", from_on="2017-01-01")
    later = NOW + timedelta(days=1)
    submit_all(session, [out], by=books.office, now=later)
    seen = proposal(session, out).digest
    approve(session, out, by=books.coordinator, now=later, seen=seen)
    assert workbook(bound(taken(session, "equity", at))) == as_issued


def test_what_states_give_each_other_has_a_form_of_its_own(reports: Mapping[str, Report]) -> None:
    """Settlements and buy-ins move a state's position, and are no cash of the mechanism's."""
    forms = table(bound(reports["left"]), "tblForms")
    sums = {row[0]: known(row[forms.position("all")]) for row in forms.rows}
    assert sums["between states"] == Decimal("-189075.34")
    assert sums["cash"] == Decimal("50147.46")
    lines = table(bound(reports["left"]), "tblContributions")
    kinds = {row[lines.position("kind")] for row in lines.rows}
    assert kinds == {"Contribution", "Settlement", "Buy-in", "Withdrawal"}
