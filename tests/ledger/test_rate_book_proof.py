"""Every rate of the rate book is in the file, or the decision, that it names."""

import pytest
import sqlalchemy as sa

from ledger.db import reading, writing
from ledger.rate_book_proof import prove_rate_book
from tests.books import Books
from tests.documents import booked
from tests.intruder import unguarded


@pytest.fixture
def decided(books: Books) -> Books:
    """Books with a file of rates, and one rate by hand."""
    with writing(books.engine) as session:
        booked(session, books, "manual_rate")
    return books


def said(books: Books) -> list[str]:
    """List what the proof finds."""
    with reading(books.engine) as session:
        return [str(each) for each in prove_rate_book(session)]


def forged(books: Books, statement: str) -> list[str]:
    """Change the book behind the guards' back, and list what is found."""
    with unguarded(books.engine) as connection:
        connection.execute(sa.text(statement))
        connection.commit()
    return said(books)


def test_sound_books_have_no_findings(decided: Books) -> None:
    """What was imported and decided is what the book says."""
    assert said(decided) == []


FROM = "FROM exchange_rate WHERE source = 'ecb' AND currency = 'PLN' AND applies_on = '2017-02-27'"
INTO = "INSERT INTO exchange_rate SELECT"
REST = f"published_on, 1, '0.0425', body_sha256, imported_at {FROM}"
CHANGE = FROM.replace("FROM exchange_rate", "UPDATE exchange_rate SET {}")
NOT_IN_FILE = "The rate book says {} for PLN of ecb on 2017-02-27, and the file it names does not."
FORGED = {
    f"{INTO} 'ecb', currency, applies_on, 2, {REST}": NOT_IN_FILE.format("0.0425"),
    f"{INTO} 'manual', currency, applies_on, 1, {REST}": (
        "The rate of PLN by hand for 2017-02-27 is in no approved document."
    ),
    "DELETE FROM exchange_rate WHERE source = 'manual'": (
        "The rate of PLN by hand for 2017-03-01 was approved and is not in the book."
    ),
    CHANGE.format("unit = 100"): NOT_IN_FILE.format("4.2500"),
    CHANGE.format("value = 'much'"): NOT_IN_FILE.format("much"),
}


@pytest.mark.parametrize("statement", FORGED)
def test_a_forged_rate_is_named(decided: Books, statement: str) -> None:
    """A rate that nobody published or decided is found, though no posting names it."""
    assert forged(decided, statement) == [FORGED[statement]]


@pytest.mark.parametrize(
    "statement", ["DELETE FROM rate_body", "UPDATE rate_body SET packed = kept_at || ''"]
)
def test_a_file_that_is_gone_or_changed_is_named(decided: Books, statement: str) -> None:
    """Without its file no rate is proven, and the finding says which file it was."""
    if decided.engine.dialect.name == "postgresql":
        statement = statement.replace("kept_at || ''", "'x'")
    else:
        statement = statement.replace("kept_at || ''", "x'78'")
    [found] = forged(decided, statement)
    assert found.startswith("The rates of ecb name a file that is not kept, or that was changed: ")
