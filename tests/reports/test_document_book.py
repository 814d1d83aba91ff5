"""The workbook of approved documents: taken in by empty books, it makes the same books."""

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from api.demo import make_books
from ledger.db import reading, writing
from ledger.entries import JournalEntry, Posting
from ledger.errors import InputErrors
from ledger.imports import import_file, import_rows, read_import
from ledger.opening import open_books
from ledger.users import Role, add_user
from ledger.verification import verify
from reports.document_book import approved_documents, document_book
from reports.workbook import workbook
from tests.books import NOW, Books
from tests.databases import Sqlite
from tests.documents import booked

# All that a posting says, but for the item's key, which names a document of these books.
SAID = (
    *(Posting.entry, Posting.line, Posting.effective_on, Posting.account, Posting.state_code),
    *(Posting.currency, Posting.amount, Posting.euro, Posting.per_euro, Posting.rate_on),
    *(Posting.purpose, Posting.activity, Posting.form, Posting.funding_source, Posting.due_on),
    *(JournalEntry.kind, JournalEntry.narration, JournalEntry.voucher, JournalEntry.reverses),
)


def journal(engine: Engine) -> list[tuple[object, ...]]:
    """Read all that a journal says, line by line."""
    query = (
        sa.select(*SAID)
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .order_by(Posting.entry, Posting.line)
    )
    with reading(engine) as session:
        return [tuple(row) for row in session.execute(query)]


def exported(engine: Engine, language: str = "en") -> bytes:
    """Write the workbook of a database."""
    with reading(engine) as session:
        return workbook(document_book(session, language))


def taken_in(engine: Engine, body: bytes) -> None:
    """Take a workbook in, in books that are empty but for people, rates and periods."""
    with writing(engine) as session:
        open_books(session, today=NOW.date(), now=NOW)
        office = add_user(session, "office", name="Office", role=Role.OFFICER, now=NOW)
        approvers = [
            add_user(session, login, name=login, role=Role.COORDINATOR, now=NOW)
            for login in ("first", "second")
        ]
        rows = read_import(body, filename="documents.xlsx")
        import_rows(session, rows, by=office, now=NOW, approvers=approvers)


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_demo_is_made_again_from_its_workbook(
    sqlite: Sqlite, engine: Engine, language: str
) -> None:
    """Exported and imported, the same entries stand under the same numbers, on both databases."""
    with sqlite.upgraded() as source:
        with writing(source) as session:
            make_books(session, progress=lambda _line: None)
        taken_in(engine, exported(source, language))
        assert journal(engine) == journal(source)
        with reading(engine) as session:
            assert verify(session).findings == ()
        assert len(journal(engine)) > 500


def test_documents_stand_in_the_order_of_their_approval(
    session: sa.orm.Session, books: Books
) -> None:
    """What was only drafted is not exported; what was approved is, in its order."""
    booked(session, books, "scale")
    booked(session, books, "assessment")
    booked(session, books)
    found = approved_documents(session)
    assert [(each.order, each.of.kind) for each in found] == [
        (1, "scale"),
        (2, "assessment"),
        (3, "contribution"),
    ]


@pytest.mark.parametrize("order", ["0", "-1", "1.5", "first"])
def test_an_order_is_a_number(session: sa.orm.Session, books: Books, order: str) -> None:
    """What stands in the column “Sequence” numbers the rows, and nothing else."""
    headings = "sequence,state,activity,from_on,description,voucher"
    body = f"{headings}\n{order},SK,information,2030-01-01,Out,D/2\n"
    with pytest.raises(InputErrors, match="number the rows 1, 2, 3"):
        import_file(session, body.encode(), filename="opt-outs.csv", by=books.office, now=NOW)
