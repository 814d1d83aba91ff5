"""The workbook of approved documents: taken in by empty books, it makes the same books."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from api.demo import make_books
from ledger.approvals import proposal
from ledger.db import reading, writing
from ledger.entries import JournalEntry, Posting
from ledger.errors import InputErrors
from ledger.imports import import_file, import_rows, read_import
from ledger.opening import open_books
from ledger.periods import advance
from ledger.users import Role, add_user
from ledger.verification import verify
from reports.document_book import approved_documents, document_book
from reports.workbook import workbook
from tests.books import NOW, Books, opened
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


def test_late_cost(sqlite: Sqlite, engine: Engine) -> None:
    """What a closed year learned late comes back on its day, and what was left of the year too."""
    with sqlite.upgraded() as source:
        books = opened(source, first_year=True)
        with writing(source) as session:
            booked(session, books, "scale")
            booked(session, books, amount="1000.00", value_on="2016-12-01")
            for _step in range(2):
                advance(session, date(2016, 12, 31), now=NOW)
            late = {"incurred_on": "2016-12-30", "posted_on": "2017-02-01"}
            booked(session, books, "cost", amount="300.00", **late)
            rested = {"incurred_on": "2016-12-29", "paid_on": "2016-12-30"}
            booked(session, books, "cost", **rested, posted_on="2017-02-02", description="Paid")
            claimed = {"completed_on": "2016-12-31", "claimed_on": "2017-02-01"}
            booked(session, books, "prefinancing", **late, **claimed)
            booked(session, books, value_on="2016-12-30", posted_on="2017-02-01", voucher="T/2")
            left = {"year": "2016", "amount": "1000.00", "declared_on": "2017-03-01"}
            booked(session, books, "true_up", **left)
        taken_in(engine, exported(source))
        assert occurred(engine) == occurred(source)
        assert journal(engine) == journal(source)
        assert len(occurred(engine)) == 5


def occurred(engine: Engine) -> list[tuple[object, ...]]:
    """Read what was posted later than it happened, and when it did."""
    query = sa.select(JournalEntry.number, JournalEntry.effective_on, JournalEntry.occurred_on)
    late = query.where(JournalEntry.occurred_on.is_not(None)).order_by(JournalEntry.number)
    with reading(engine) as session:
        return [tuple(row) for row in session.execute(late)]


def test_a_row_without_an_order_is_posted_on_its_own_day(
    session: sa.orm.Session, books: Books
) -> None:
    """What people write down now names another day only where its own is closed."""
    headings = "purpose,activity,incurred_on,posted_on,currency,amount,supplier,description"
    said = "operations,information,2017-03-01,2017-04-03,EUR,100.00,Analitica,Risks"
    with pytest.raises(InputErrors, match="leave “Posted on” empty"):
        import_file(
            session,
            f"{headings}\n{said}\n".encode(),
            filename="costs.csv",
            by=books.office,
            now=NOW,
        )
    ordered = f"sequence,{headings}\n1,{said}\n".encode()
    made = import_file(session, ordered, filename="costs.csv", by=books.office, now=NOW)
    [entry] = proposal(session, made.documents[0]).entries
    assert (str(entry.effective_on), str(entry.occurred_on)) == ("2017-04-03", "2017-03-01")
