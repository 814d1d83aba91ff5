"""Pledges, arrears and budget: what is promised, owed and appropriated, beside what is given."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from ledger.ageing import ageing
from ledger.approvals import approve, proposal
from ledger.balances import Cutoff, cutoff
from ledger.documents import submit_all
from ledger.pledge_status import pledges
from reports import equity_statement, state_statement
from reports.workbook import workbook
from tests.books import NOW, Books
from tests.documents import booked, made
from tests.golden_files import Golden
from tests.pledges import BY_PARTS, COMMITTED, ON_CONDITION, PLN, paid
from tests.reports.grids import grid
from tests.reports.recalculation import LibreOffice, values

DAY = date(2018, 4, 30)
PARTS = {"instalments": "2018-03-01 255.00; 2018-09-01 170.00", "description": "Boats"}


def scene(session: Session, books: Books) -> Cutoff:
    """Pledge in every way, pay in part, leave an assessment unpaid, order within a budget."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="400.00", assessed_on="2018-01-15")
    booked(session, books, "pledge", **COMMITTED | PLN | PARTS)
    paid(session, books, "85.00", on="2018-02-05")
    booked(session, books, "pledge", pledge="PL-2017-2", voucher="Letter 7")
    booked(session, books, "pledge", pledge="PL-2017-3", amount="60.00", **ON_CONDITION)
    paid(session, books, "25.00", on="2018-02-12", reference="PL-2017-3")
    booked(session, books, "pledge", pledge="PL-2017-4", **COMMITTED | BY_PARTS)
    paid(session, books, "30.00", on="2018-02-12", reference="PL-2017-4")
    booked(session, books, "lapse", pledge="PL-2017-4", lapsed_on="2018-03-05")
    booked(session, books, "impairment", impaired_on="2018-03-31", amount="50.00")
    booked(session, books, "appropriation")
    booked(session, books, "appropriation", amount="900.00", decided_on="2017-05-02")
    booked(session, books, "appropriation", year="2018", purpose="setup", decided_on="2018-01-08")
    booked(session, books, "encumbrance")
    booked(session, books, "cost")
    return cutoff(session, DAY)


def sheets(body: bytes, *titles: str) -> str:
    """Write some sheets of a workbook as text."""
    parts = grid(body).split("# ")
    return "".join(f"# {part}" for part in parts if part.partition("\n")[0] in titles)


def test_every_cell(session: Session, books: Books, golden: Golden) -> None:
    """Each sheet has the cells that were reviewed, on either database."""
    at = scene(session, books)
    state = state_statement.state_statement(session, "PL", cutoff=at)
    equity = equity_statement.equity_statement(session, cutoff=at)
    said = sheets(workbook(state_statement.book(state, "en")), "Pledges", "Checks")
    said += sheets(workbook(equity_statement.book(equity, "en")), "Arrears", "Budget", "Checks")
    golden("statements/pledges.txt", said)


@pytest.mark.parametrize("language", ["en", "pl"])
def test_live_formulas(
    session: Session, books: Books, libreoffice: LibreOffice, language: str
) -> None:
    """Every formula, computed by another program, gives the ledger's figure, and checks hold."""
    at = scene(session, books)
    state = state_statement.state_statement(session, "PL", cutoff=at)
    equity = equity_statement.equity_statement(session, cutoff=at)
    bodies = (
        workbook(state_statement.book(state, language)),
        workbook(equity_statement.book(equity, language)),
    )
    for body in bodies:
        assert libreoffice.wrong_formulas(body) == []


def test_what_is_still_to_come_is_said_first(session: Session, books: Books) -> None:
    """The first sheet names committed money and what of it is overdue; no memorandum is in it."""
    at = scene(session, books)
    report = state_statement.state_statement(session, "PL", cutoff=at)
    first = [*values(workbook(state_statement.book(report, "en")))["Statement"].values()]
    said = {text: first[number + 1] for number, text in enumerate(first[:-1])}
    # PLN 340 of 425 at 4.25, of which PLN 170 were due on the first of March.
    assert said["Pledged and still to come, EUR"] == 80
    assert said["of which overdue, EUR"] == 40
    assert said["Announced, conditional or in kind, EUR (memorandum)"] == 160
    memoranda = {each.standing.code: each.memorandum for each in report.pledges.pledges}
    assert memoranda == {
        "PL-2017-1": 0,
        "PL-2017-2": Decimal(100),
        "PL-2017-3": Decimal(60),
        "PL-2017-4": 0,
    }


def test_who_never_pledged(session: Session, books: Books) -> None:
    """A state without a pledge reads so on the sheet, and nothing of it on the first."""
    at = scene(session, books)
    report = state_statement.state_statement(session, "SK", cutoff=at)
    held = values(workbook(state_statement.book(report, "en")))
    assert "The state has pledged nothing up to this day." in held["Pledges"].values()
    assert not any("to come" in str(value) for value in held["Statement"].values())


def approved(session: Session, books: Books, kind: str, *, days: int, **fields: str) -> None:
    """Approve such a document some days after all that the books hold."""
    document, now = made(session, books, kind, **fields), NOW + timedelta(days=days)
    maker = books.officer if document.made_by == books.officer.id else books.office
    submit_all(session, [document], by=maker, now=now)
    seen = proposal(session, document).digest
    approve(session, document, by=books.coordinator, now=now, seen=seen)


def test_what_was_decided_later_is_not_known(session: Session, books: Books) -> None:
    """A call and a version that post nothing change no statement of before, but the next one."""
    at = scene(session, books)

    def taken(at: Cutoff) -> tuple[str, date]:
        state = state_statement.state_statement(session, "PL", cutoff=at)
        equity = equity_statement.equity_statement(session, cutoff=at)
        pledged = {each.standing.code: each.standing for each in state.pledges.pledges}
        [item] = [each for each in equity.arrears.aged.of("PL") if each.item.account == "1110"]
        return pledged["PL-2017-2"].description, item.due_on

    before = ("Border management", date(2018, 1, 15))
    assert taken(at) == before
    approved(session, books, "call", days=1, despatched_on="2018-04-02", assessment="1")
    renamed = {"pledge": "PL-2017-2", "effective_on": "2018-04-03", "description": "Radios"}
    approved(session, books, "pledge", days=1, **renamed)
    assert cutoff(session, DAY) == at
    assert taken(at) == before
    # Those who ask for all that is known see them at once.
    [item] = [each for each in ageing(session, at).of("PL") if each.item.account == "1110"]
    assert item.due_on == date(2018, 5, 2)
    assert "Radios" in {each.description for each in pledges(session, at)}
    approved(session, books, "contribution", days=2, amount="1.00")
    assert taken(at) == before
    assert taken(cutoff(session, DAY)) == ("Radios", date(2018, 5, 2))
