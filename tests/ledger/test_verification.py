"""Whoever changes the books behind the program's back is found, and where not, it is said here."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from ledger import verification
from ledger.errors import UnreadableFileError
from ledger.seal import GENESIS, content_hash, link_hash
from ledger.verification import Witness
from tests.books import Books
from tests.databases import Sqlite
from tests.intruder import Forger, stranger, unguarded
from tests.ledger.scene import longer_scene, run, said, scene, verdict


@pytest.fixture
def tampered(engine: Engine) -> Books:
    """Books of six entries, to be tampered with; the first has a document."""
    return longer_scene(engine)


def witness(books: Books) -> Witness:
    """Keep the head of the chain, as a ministry does with its statement."""
    found = verdict(books)
    return Witness(found.head_number, found.head_hash)


def renumbered(old: int, new: int) -> Sequence[str]:
    """Give an entry another number, with all that belongs to it."""
    return [
        f"UPDATE {table} SET {column} = {new} WHERE {column} = {old}"  # noqa: S608 - no input
        for table, column in (("journal_entry", "number"), ("posting", "entry"), ("seal", "number"))
    ]


def deleted(numbers: str) -> Sequence[str]:
    """Take entries out, with all that belongs to them."""
    return [
        f"DELETE FROM {table} WHERE {column} {numbers}"  # noqa: S608 - no input
        for table, column in (("seal", "number"), ("posting", "entry"), ("journal_entry", "number"))
    ]


SEALED = "Entry 4 is not what was sealed."
TAMPERING = {
    "a cent": (
        ["UPDATE posting SET amount = amount + 1, euro = euro + 1 WHERE entry = 4 AND line = 1"],
        [SEALED, "Entry 4 does not balance."],
    ),
    "both lines, balanced": (
        ["UPDATE posting SET amount = 2 * amount, euro = 2 * euro WHERE entry = 4"],
        [SEALED],
    ),
    "account": (
        ["UPDATE posting SET account = '4030' WHERE entry = 4 AND account = '4020'"],
        [SEALED],
    ),
    "narration": (
        ["UPDATE journal_entry SET narration = 'Never given' WHERE number = 4"],
        [SEALED],
    ),
    "day": (
        [
            "UPDATE journal_entry SET effective_on = '2018-03-01' WHERE number = 4",
            "UPDATE posting SET effective_on = '2018-03-01' WHERE entry = 4",
        ],
        [SEALED],
    ),
    "approver": (
        [
            """UPDATE journal_entry SET recorded_by = approved_by, approved_by = recorded_by
               WHERE number = 4""",
        ],
        [SEALED],
    ),
    "deleted": (
        deleted("= 4"),
        [
            "Entry 5 follows entry 3: what was between is missing.",
            "The seal of entry 5 does not follow the one before.",
        ],
    ),
    "renumbered": (
        renumbered(6, 9),
        [
            "Entry 9 follows entry 5: what was between is missing.",
            "The seal of entry 9 is not its own.",
        ],
    ),
    "swapped": (
        [*renumbered(4, 9), *renumbered(5, 4), *renumbered(9, 5)],
        [
            "The seal of entry 4 does not follow the one before.",
            "The seal of entry 4 is not its own.",
            "The seal of entry 5 does not follow the one before.",
            "The seal of entry 5 is not its own.",
            "The seal of entry 6 does not follow the one before.",
        ],
    ),
    "lines in another order": (
        ["UPDATE posting SET line = 3 WHERE entry = 4 AND line = 1"],
        [SEALED],
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_found(tampered: Books, how: str) -> None:
    """Whatever is changed in an entry, the first one that is wrong is named."""
    statements, found = TAMPERING[how]
    with unguarded(tampered.engine) as connection:
        run(connection, *statements)
    assert said(tampered) == found


def test_seal_taken_off_is_found(tampered: Books) -> None:
    """An entry whose seal is gone is named, and what was read ends before it."""
    with unguarded(tampered.engine) as connection:
        run(connection, "DELETE FROM seal WHERE number = 6")
    assert "Entry 6 has no seal." in said(tampered)


def test_day_of_a_posting_is_sealed_too(tampered: Books) -> None:
    """Balances go by the day of each posting, so that it is held to its entry's."""
    with unguarded(tampered.engine) as connection:
        run(connection, "UPDATE posting SET effective_on = '2018-03-01' WHERE entry = 4")
    assert SEALED in said(tampered)


def test_forged_entry_is_found(tampered: Books) -> None:
    """An entry that the journal did not post has no seal of the chain."""
    with unguarded(tampered.engine) as connection:
        forger = Forger(connection, **tampered.hands)
        forger.entry()
        forger.pair()
    assert "Entry 7 has no seal." in said(tampered)


def test_forged_entry_with_a_seal_is_found(tampered: Books) -> None:
    """A seal that follows the last one does not make a forged entry what was sealed."""
    with unguarded(tampered.engine) as connection:
        forger = Forger(connection, **tampered.hands)
        forger.entry()
        forger.pair()
        forger.seal()
    assert said(tampered) == ["Entry 7 is not what was sealed."]


def test_self_approval_is_found(tampered: Books) -> None:
    """An entry approved by whoever made it is named, though the database lets it pass."""
    with unguarded(tampered.engine) as connection:
        if connection.dialect.name == "postgresql":
            run(
                connection,
                "ALTER TABLE journal_entry DROP CONSTRAINT ck_journal_entry_four_eyes",
            )
        else:
            run(connection, "PRAGMA ignore_check_constraints = ON")
        run(connection, "UPDATE journal_entry SET approved_by = recorded_by WHERE number = 4")
    assert "Entry 4 was approved by whoever made it." in said(tampered)


def test_index_beside_its_table_is_found(sqlite: Sqlite) -> None:
    """Balances are read from an index: one that says something else than the postings is found."""
    with sqlite.upgraded() as engine:
        books = scene(engine)
        index = "SELECT * FROM sqlite_schema WHERE name = 'ix_posting_balance'"
        with unguarded(engine) as connection:
            run(connection, "UPDATE posting SET purpose = 'setup' WHERE entry = 3")
            [row] = connection.execute(sa.text(index)).all()
            run(connection, "PRAGMA writable_schema = ON")
            run(connection, "DELETE FROM sqlite_schema WHERE name = 'ix_posting_balance'")
        engine.dispose()
        with unguarded(engine) as connection:
            run(connection, "UPDATE posting SET purpose = NULL WHERE entry = 3")
            run(connection, "PRAGMA writable_schema = ON")
            values = sa.text(
                "INSERT INTO sqlite_schema VALUES (:type, :name, :tbl_name, :rootpage, :sql)"
            )
            connection.execute(values, row._asdict())
        engine.dispose()
        assert any("The database file is damaged" in each for each in said(books))


def test_cut_tail_needs_a_witness(tampered: Books) -> None:
    """A chain cannot see that its end was cut off; whoever kept an entry's hash can."""
    kept = witness(tampered)
    with unguarded(tampered.engine) as connection:
        run(connection, *deleted("> 4"))
    assert said(tampered) == []
    assert said(tampered, kept) == ["The books end at entry 4, but a witness knows entry 6."]


def recompute(connection: Connection) -> None:
    """Seal every entry anew, with the program's own means."""
    session, link = Session(connection), GENESIS
    for rows, lines in verification._pages(session):
        for row in rows:
            content = content_hash(verification._content(row, lines[row.number]), bytes(row.salt))
            previous, link = link, link_hash(link, content, row.number)
            new = {"content": content, "previous": previous, "link": link, "number": row.number}
            connection.execute(
                sa.text(
                    "UPDATE seal SET content_hash = :content, previous_hash = :previous, "
                    "hash = :link WHERE number = :number"
                ),
                new,
            )


def test_books_written_anew_need_a_witness(tampered: Books) -> None:
    """Who edits an entry and seals all anew is not found by the chain, but by every witness."""
    early, late = (Witness(number, link(tampered, number)) for number in (2, 5))
    with unguarded(tampered.engine) as connection:
        run(connection, "UPDATE posting SET amount = 2 * amount, euro = 2 * euro WHERE entry = 4")
        recompute(connection)
    assert said(tampered) == []
    assert said(tampered, early) == []
    assert said(tampered, late) == [
        "A witness knows another entry 5: the books were written anew.",
    ]


def link(books: Books, number: int) -> bytes:
    """Look up an entry's link hash."""
    query = sa.text("SELECT hash FROM seal WHERE number = :number")
    with stranger(books.engine) as connection:
        return bytes(connection.scalar(query, {"number": number}))


@pytest.mark.parametrize("forged_last", [True, False])
def test_no_witness_hides_another(tampered: Books, forged_last: bool) -> None:  # noqa: FBT001 - a case
    """Of two witnesses of one entry who disagree, one is wrong, whoever speaks last."""
    true = witness(tampered)
    forged = Witness(true.number, bytes(32))
    heard = [true, forged] if forged_last else [forged, true]
    assert said(tampered, *heard) == [
        "A witness knows another entry 6: the books were written anew.",
    ]


def test_verdict_says_what_was_read(tampered: Books) -> None:
    """A verdict counts entries and postings, and names the head that a witness keeps."""
    found = verdict(tampered)
    assert (found.well, found.entries, found.postings, found.head_number) == (True, 6, 20, 6)
    assert found.head_hash == link(tampered, 6)


def test_long_books_are_read_in_pages(tampered: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """Books of more than a page are read to the end, and where they are wrong it is found."""
    monkeypatch.setattr(verification, "PAGE", 2)
    assert verdict(tampered).entries == 6
    with unguarded(tampered.engine) as connection:
        run(connection, "UPDATE journal_entry SET voucher = 'x' WHERE number = 4")
    assert said(tampered) == [SEALED]


def test_empty_books_are_well(books: Books) -> None:
    """Books without an entry are as they should be, and their chain is at its beginning."""
    found = verdict(books)
    assert (found.well, found.head_number, found.head_hash) == (True, 0, GENESIS)


def test_witness_is_read_as_it_was_written() -> None:
    """A witness is a file of one line that any ministry can keep."""
    kept = Witness(17, b"h" * 32)
    assert Witness.read(kept.text(), filename="witness.json") == kept


@pytest.mark.parametrize("text", ["", "17", "{}", '{"number": 1}', '{"number": 1, "hash": "x"}'])
def test_witness_that_cannot_be_read(text: str) -> None:
    """A file that is no witness is refused by its name."""
    with pytest.raises(UnreadableFileError, match=r"witness\.json"):
        Witness.read(text, filename="witness.json")
