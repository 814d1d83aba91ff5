"""Imports: a file is documents, all of it or nothing, and every fault is named where it stands."""

import csv
import io
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.approvals import approve_all
from ledger.db import reading, writing
from ledger.documents import Document, DocumentEvent
from ledger.entries import JournalEntry
from ledger.errors import DuplicateFileError, InputErrors, LedgerError, NotAllowedError
from ledger.headings import HEADINGS
from ledger.i18n import translation
from ledger.import_files import Dialect
from ledger.importables import TITLES
from ledger.imports import (
    Imported,
    ImportedFile,
    SecondApproverError,
    import_file,
    import_rows,
    read_import,
)
from ledger.periods import add_period, advance
from ledger.users import User
from ledger.vocabulary import Status
from tests.books import MONDAYS, NOW, Books
from tests.document_fields import ALLOCATION, ASSESSMENT, CASH, COST, IN_KIND
from tests.documents import booked
from tests.golden_files import Golden
from tests.workbooks import hostile, workbook

Fields = Mapping[str, str]


def table(rows: Iterable[Fields]) -> list[list[str]]:
    """Lay documents out as rows under one line of headings."""
    listed = list(rows)
    headings = list(dict.fromkeys(name for each in listed for name in each))
    return [headings, *([each.get(name, "") for name in headings] for each in listed)]


def as_csv(*rows: Fields) -> bytes:
    """Write documents as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(table(rows))
    return text.getvalue().encode()


def gifts(count: int) -> list[Fields]:
    """Make contributions in cash, each with its own evidence."""
    currencies = ("EUR", "PLN", "CZK", "HUF")
    return [
        {
            **CASH,
            "state": ("PL", "CZ", "HU", "SK")[number % 4],
            "currency": currencies[number // 4 % 4],
            "value_on": (MONDAYS[0] + timedelta(days=number % 700)).isoformat(),
            "voucher": f"V/{number}",
        }
        for number in range(count)
    ]


def imported(
    session: Session,
    body: bytes,
    by: User,
    *,
    filename: str = "gifts.csv",
    kind: str | None = None,
    submit: bool = True,
) -> Imported:
    """Import a file in the name of a person."""
    return import_file(session, body, filename=filename, by=by, now=NOW, kind=kind, submit=submit)


def faults(session: Session, body: bytes, by: User, *, filename: str = "gifts.csv") -> list[str]:
    """Say what an import finds wrong, each fault with its place."""
    with pytest.raises(InputErrors) as refused:
        imported(session, body, by, filename=filename)
    return [f"{each.place}: {each}" for each in refused.value.problems]


def written(session: Session) -> list[int]:
    """Count what imports write."""
    counted = (Document, DocumentEvent, ImportedFile)
    return [session.scalar(sa.select(sa.func.count()).select_from(each)) or 0 for each in counted]


# What a file becomes


def test_rows_become_submitted_documents(session: Session, books: Books) -> None:
    """Each row is a document as if typed by hand, in the file's order, and waits for approval."""
    came = imported(session, as_csv(*gifts(3)), books.office)
    assert [each.body["voucher"] for each in came.documents] == ["V/0", "V/1", "V/2"]
    assert {each.status for each in came.documents} == {Status.SUBMITTED}
    assert {each.import_id for each in came.documents} == {came.import_id}
    assert came.counts == {"contribution": 3}
    assert came.dialect == Dialect("UTF-8", ",")


def test_drafts_may_wait_for_their_author(session: Session, books: Books) -> None:
    """Whoever wants to look again before submitting keeps the rows as drafts."""
    came = imported(session, as_csv(CASH), books.office, submit=False)
    assert [each.status for each in came.documents] == [Status.DRAFT]


def test_a_workbook_and_a_csv_say_the_same(session: Session, books: Books) -> None:
    """The same rows are the same documents, whichever kind of file brings them."""
    rows = [CASH, IN_KIND]
    from_csv = imported(session, as_csv(*rows), books.office)
    body = workbook({"Contributions": table(rows)})
    from_workbook = imported(session, body, books.office, filename="gifts.xlsx")
    assert [each.body for each in from_csv.documents] == [
        each.body for each in from_workbook.documents
    ]


def test_numbers_and_days_of_a_spreadsheet(session: Session, books: Books) -> None:
    """Amounts may be numbers and days real days, as spreadsheets keep them."""
    row = {**CASH, "amount": 1250.5, "value_on": date(2017, 3, 1), "voucher": 17}
    body = workbook({"Sheet1": [list(row), list(row.values())]})
    [document] = imported(session, body, books.office, filename="gifts.xlsx").documents
    assert (document.body["amount"], document.body["value_on"]) == ("1250.50", "2017-03-01")
    assert document.body["voucher"] == "17"


def test_a_csv_as_central_europe_writes_it(session: Session, books: Books) -> None:
    """Semicolons, decimal commas, letters of windows-1250, headings in one's own language."""
    said = translation("pl").gettext
    row = {**CASH, "amount": "1 250,5", "description": "Pomoc, część 1"}
    headings = ";".join(said(HEADINGS[name]) for name in row)
    body = f"{headings}\r\n{';'.join(row.values())}\r\n".encode("cp1250")
    came = imported(session, body, books.officer, filename="wpłaty.csv")
    assert came.dialect == Dialect("windows-1250", ";")
    assert came.documents[0].body["amount"] == "1250.50"
    assert came.documents[0].body["description"] == "Pomoc, część 1"


def test_a_workbook_of_every_kind(session: Session, books: Books) -> None:
    """One workbook may hold a sheet for each kind; others are left aside, and their titles told."""
    body = workbook(
        {
            "About": [["Made by the office"]],
            "Contributions": table([CASH]),
            "costs": table([COST]),
            "Assessments": table([ASSESSMENT]),
            "ALLOCATIONS": table([ALLOCATION]),
        }
    )
    came = imported(session, body, books.office, filename="2017.xlsx")
    assert came.counts == {"contribution": 1, "cost": 1, "assessment": 1, "allocation": 1}
    assert came.left_aside == ["About"]


@pytest.mark.parametrize(
    ("row", "filename", "kind"),
    [
        (CASH, "2017.csv", None),
        (COST, "2017-03-costs.csv", None),
        (COST, "2017.csv", "costs"),
        (ALLOCATION, "costs of 2017.csv", "allocation"),
        ({"kind": "Assessment", **ASSESSMENT}, "2017.csv", None),
    ],
)
def test_what_a_csv_holds(
    session: Session, books: Books, row: Fields, filename: str, kind: str | None
) -> None:
    """A CSV's kind is told by its importer, its rows or its name; else it is contributions."""
    came = imported(session, as_csv(row), books.office, filename=filename, kind=kind)
    assert len(came.documents) == 1


def test_posting_what_was_imported(session: Session, books: Books) -> None:
    """A whole file is approved and posted in one go, one entry for each row."""
    came = imported(session, as_csv(*gifts(40)), books.office)
    posted = approve_all(session, came.documents, by=books.coordinator, now=NOW)
    assert [each.number for each in posted] == list(range(1, 41))
    assert session.scalar(sa.select(sa.func.count()).select_from(JournalEntry)) == 40


# What is refused


def test_every_fault_is_named_at_once(session: Session, books: Books, golden: Golden) -> None:
    """All that is wrong with a file is told in one go, each fault with its row and column."""
    add_period(session, date(2015, 1, 1), date(2015, 12, 31), now=NOW)
    advance(session, date(2015, 1, 1), now=NOW)
    rows = [
        {**CASH, "value_on": "2027-03-01"},
        {**CASH, "value_on": "2015-03-01"},
        {**CASH, "state": "XX", "currency": "XYZ", "amount": "1,5"},
        {**CASH, "state": "NO"},
        {**CASH, "state": "AT"},
        {**CASH, "currency": "PLN", "value_on": "2016-12-30"},
        {**CASH, "currency": "GBP"},
        {**CASH, "currency": "PLN", "value_on": "2019-03-01"},
        {**CASH, "value_on": "1.3.2017", "form": "gold", "amount": "-5"},
        {**CASH, "description": "", "against": "", "quantity": "3"},
        {**CASH, "description": "x" * 301},
        {**IN_KIND, "voucher": "", "valuation_basis": ""},
        {**CASH, "voucher": "V/9"},
        {**CASH, "voucher": "V/9", "description": "The same once more"},
    ]
    found = faults(session, as_csv(*rows), books.office)
    golden("import_faults.txt", "\n".join(found))


def test_faults_of_columns(session: Session, books: Books, golden: Golden) -> None:
    """A column that means nothing, or the same as another, or is missing, is named once."""
    headings = ["State", "Ammount", "weather", "currency", "Währung", "value date", "Value_on"]
    rows = [headings, *[["PL", "1", "fine", "EUR", "EUR", "2017-03-01", "", "stray"]] * 2]
    text = "\n".join(";".join(row) for row in rows)
    golden("import_columns.txt", "\n".join(faults(session, text.encode(), books.office)))


def test_faults_of_cells(session: Session, books: Books) -> None:
    """A formula or an error is named by its cell; in a workbook, each fault also by its sheet."""
    computed = {**CASH, "amount": "=100*2", "currency": "#N/A"}
    sheets = {"Contributions": table([CASH, computed]), "Costs": table([{**COST, "amount": "x"}])}
    body = workbook(sheets)
    assert faults(session, body, books.office, filename="2017.xlsx") == [
        "Contributions, row 3, currency: cell G3 holds the error #N/A: mend it.",
        "Contributions, row 3, amount: cell H3 holds the formula =100*2: replace it by its value.",
        "Costs, row 2, amount: “x” is not an amount: write digits with at most two decimals.",
    ]


def test_money_that_cannot_be_translated(session: Session, books: Books) -> None:
    """Money that the euro replaced, and money without the bank's rate, are named by their rows."""
    policy = {"event": "receipt", "rate_kind": "bank", "publisher": "", "currency": "CZK"}
    booked(session, books, "rate_policy", **policy, valid_from="2017-01-01")
    kuna = {**CASH, "currency": "HRK", "value_on": "2024-03-01"}
    koruna = {**CASH, "currency": "CZK"}
    assert faults(session, as_csv(kuna, koruna, CASH), books.office) == [
        "row 2, value_on: The euro replaced HRK on 2023-01-01: give the amount in EUR.",
        (
            "row 3, value_on: By the rate policy CZK on 2017-03-01 counts at the bank's own rate: "
            "give it, as the bank statement says it."
        ),
    ]


def test_one_wrong_cell_among_ten_thousand_rows(session: Session, books: Books) -> None:
    """One wrong cell is named exactly, however long the file."""
    rows = gifts(10_000)
    rows[7_000] = {**rows[7_000], "amount": "12.345"}
    assert faults(session, as_csv(*rows), books.office) == [
        "row 7002, amount: “12.345” is not an amount: write digits with at most two decimals."
    ]


def test_one_fault_leaves_nothing_behind(engine: Engine, books: Books) -> None:
    """Nothing of a file is written when one of its rows is wrong, even if the rest is kept."""
    with writing(engine) as session:
        faults(session, as_csv(CASH, {**CASH, "amount": "0"}), books.office)
    with reading(engine) as session:
        assert written(session) == [0, 0, 0]


def test_rows_of_another_state(session: Session, books: Books) -> None:
    """An officer imports the rows of their own state, and is told which are not."""
    assert faults(session, as_csv(*gifts(2)), books.officer) == [
        "row 3, state: “CZ” is not the state that you act for: leave its rows to its own officer."
    ]


@pytest.mark.parametrize(
    ("who", "row", "kind"), [("auditor", CASH, "contributions"), ("officer", COST, "costs")]
)
def test_who_may_import(session: Session, books: Books, who: str, row: Fields, kind: str) -> None:
    """Auditors import nothing, and what concerns all states comes from the mechanism's office."""
    with pytest.raises(NotAllowedError):
        imported(session, as_csv(row), getattr(books, who), kind=kind)
    assert written(session) == [0, 0, 0]


def test_rows_without_a_kind(session: Session, books: Books) -> None:
    """Where a column says the kind, each row must say one that there is."""
    body = as_csv({"kind": "gift", **CASH}, {"kind": "cost", **CASH})
    assert [fault.partition(":")[0] for fault in faults(session, body, books.office)] == [
        "row 2, kind",
        *("row 3, incurred_on", "row 3, supplier", "row 3, state", "row 3, form"),
        *("row 3, funding_source", "row 3, value_on", "row 3, against"),
    ]


def test_headings_alone(session: Session, books: Books) -> None:
    """A file without rows is a mistake, not an empty import."""
    assert faults(session, b"state,amount\n", books.office) == [
        "row 1, file: there are no rows below the headings."
    ]


def test_an_unknown_kind(session: Session, books: Books) -> None:
    """A kind that files do not hold is refused with those that they do."""
    with pytest.raises(InputErrors) as refused:
        imported(session, as_csv(CASH), books.office, kind="wishes")
    assert str(refused.value) == (
        "Nothing was written. Please mend: kind: “wishes” is no kind of document that files hold: "
        f"use one of {', '.join(TITLES)}."
    )


def test_the_same_file_twice(session: Session, books: Books) -> None:
    """A file is imported once, whatever it is called the second time."""
    imported(session, as_csv(CASH), books.office, filename="march.csv")
    with pytest.raises(DuplicateFileError) as refused:
        imported(session, as_csv(CASH), books.officer, filename="april.csv")
    assert str(refused.value) == (
        "This file was imported before, on 2026-11-23 as “march.csv”: nothing was written."
    )


def test_the_same_file_by_two_people_at_once(engine: Engine, books: Books) -> None:
    """Of two people who import one file at the same moment, one is told of the other."""
    told = []

    def attempt(by: User) -> None:
        try:
            with writing(engine) as session:
                imported(session, as_csv(*gifts(200)), by)
        except DuplicateFileError as error:
            told.append(error)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(attempt, [books.office, books.coordinator]))
    assert len(told) == 1
    with reading(engine) as session:
        assert written(session) == [200, 400, 1]


corpus = cache(hostile)


def test_files_sent_to_do_harm(engine: Engine, books: Books, golden: Golden) -> None:
    """Whatever is done to a file, it is refused soon, with a reason, and nothing is written."""
    told = []
    for name, body in corpus().items():
        began = time.monotonic()
        with writing(engine) as session, pytest.raises(LedgerError) as refused:
            imported(session, body, books.office, filename=f"{name}.xlsx")
        assert time.monotonic() - began < 30, name
        told.append(f"{name}\n  {refused.value}\n")
    golden("hostile_files.txt", "\n".join(told))
    with reading(engine) as session:
        assert written(session) == [0, 0, 0]


# How much work it is


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Note every statement that goes to the database."""
    sent: list[str] = []

    def note(*call: object) -> None:
        sent.append(str(call[2]))

    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


def test_statements_do_not_grow_with_the_rows(engine: Engine, books: Books) -> None:
    """A file of five hundred rows asks the database no more often than one of twenty."""
    counts = []
    for size in (20, 500):
        with writing(engine) as session, statements(engine) as sent:
            imported(session, as_csv(*gifts(size)), books.office)
        counts.append(len(sent))
    assert counts[1] <= counts[0] <= 21


def test_two_approvals_need_two_names(session: Session, books: Books) -> None:
    """A file with a claim, which two approve, is posted by two or left to wait, not half."""
    body = (
        b"state,claim,purpose,activity,incurred_on,completed_on,claimed_on,currency,amount,"
        b"description,voucher\n"
        b"PL,PL-1,operations,information,2017-03-01,2017-03-01,2017-03-02,EUR,10.00,Flights,C/1\n"
    )
    file = read_import(body, filename="prefinancings.csv")
    with pytest.raises(SecondApproverError, match="Row 2 of prefinancings is approved by two"):
        import_rows(session, file, by=books.office, now=NOW, approvers=[books.coordinator])
    assert import_rows(session, file, by=books.office, now=NOW).posted == []
