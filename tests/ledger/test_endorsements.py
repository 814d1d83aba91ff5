"""The first of two approvals is on record, and verification finds one that is not."""

import pytest
import sqlalchemy as sa

from ledger.approvals import approve, proposal
from ledger.db import writing
from ledger.documents import Document, submit_all
from tests.books import NOW, Books
from tests.documents import booked, made
from tests.intruder import unguarded
from tests.ledger.scene import said


def test_endorsement_without_a_step(books: Books) -> None:
    """Whoever writes an approval in from below the program is found out."""
    with writing(books.engine) as session:
        document = made(session, books, "prefinancing")
        submit_all(session, [document], by=books.officer, now=NOW)
        seen = proposal(session, document).digest
        approve(session, document, by=books.coordinator, now=NOW, seen=seen)
        name = document.id
    assert said(books) == []
    with unguarded(books.engine) as connection:
        connection.execute(sa.text("DELETE FROM document_event WHERE status = 'endorsed'"))
    assert said(books) == [f"The first of two approvals of document {name} is not on record."]


@pytest.mark.parametrize("first", ["NULL", "decided_by", "made_by"])
def test_claim_that_one_approved(books: Books, first: str) -> None:
    """A posted claim whose first approval is gone, or one of the others', is found."""
    with writing(books.engine) as session:
        booked(session, books, "prefinancing")
        name = session.scalars(sa.select(Document.id)).one()
    assert said(books) == []
    with unguarded(books.engine) as connection:
        connection.execute(sa.text(f"UPDATE document SET endorsed_by = {first}"))  # noqa: S608 - no input
    assert f"Document {name} was not approved by two people beside its maker." in said(books)
