"""What SQLite refuses, to the program and to whoever opens the file with another."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ledger.db import reading
from ledger.verification import verify
from tests.books import Books
from tests.databases import Sqlite
from tests.intruder import Forger, refusal, stranger
from tests.ledger.attacks import ATTACKS, against, outcome
from tests.ledger.scene import scene


@pytest.fixture(scope="module")
def attacked(sqlite: Sqlite) -> Iterator[Books]:
    """Books for every attack, each of which is undone."""
    with sqlite.upgraded() as engine:
        yield scene(engine)


@pytest.fixture
def own(sqlite: Sqlite) -> Iterator[Books]:
    """Books that may be spoilt."""
    with sqlite.upgraded() as engine:
        yield scene(engine)


@pytest.fixture
def as_stranger(attacked: Books) -> Iterator[Connection]:
    with stranger(attacked.engine) as connection:
        yield connection


@pytest.fixture
def as_program(attacked: Books) -> Iterator[Connection]:
    with attacked.engine.connect() as connection:
        yield connection


@pytest.mark.parametrize(
    "name", [name for name in against("sqlite") if name != "leave_an_entry_unsealed"]
)
def test_attack_from_the_program(name: str, as_program: Connection, attacked: Books) -> None:
    """Every attack through the program's own connection is refused by its guard."""
    assert outcome(as_program, attacked, name) == ATTACKS[name].refused["sqlite"]


@pytest.mark.parametrize("name", against("sqlite"))
def test_attack_with_another_program(name: str, as_stranger: Connection, attacked: Books) -> None:
    """Every guard but the foreign keys holds when another program opens the file."""
    refused = ATTACKS[name].refused["sqlite"]
    assert outcome(as_stranger, attacked, name) == (None if refused == "foreign key" else refused)


def test_unsealed_entry_is_not_committed(own: Books) -> None:
    """The one key that waits for the end of the transaction: no entry without its seal."""
    with own.engine.connect() as connection:
        ATTACKS["leave_an_entry_unsealed"].act(Forger(connection, **own.hands))
        with pytest.raises(DBAPIError) as caught:
            connection.commit()
    assert refusal(caught.value) == "foreign key"


@pytest.mark.parametrize(
    ("name", "finding"),
    [
        ("leave_an_entry_unsealed", "Entry 4 has no seal."),
        ("post_without_an_entry", "There are postings of entry 4, which is gone."),
        ("seal_with_another_hash", "The seal of entry 4 is not its own."),
    ],
)
def test_what_another_program_commits_is_found(own: Books, name: str, finding: str) -> None:
    """Where another program checks no keys, what it leaves in the books is found and named."""
    with stranger(own.engine) as connection:
        ATTACKS[name].act(Forger(connection, **own.hands))
        connection.commit()
    with reading(own.engine) as session:
        assert finding in map(str, verify(session).findings)


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("document", "LG006"),
        ("document_event", "LG012"),
        ("period", "LG014"),
        ("exchange_rate", "LG015"),
        ("rate_body", "LG015"),
        ("account", "LG016"),
        ("indicator_vintage", "LG022"),
        ("observation", "LG022"),
        ("membership", "LG026"),
        ("opt_out", "LG028"),
        ("evidence", "LG040"),
        ("attachment", "LG041"),
        ("audit_record", "LG044"),
    ],
)
def test_replacing_is_deleting(as_program: Connection, table: str, code: str) -> None:
    """To the program's connection REPLACE is a deletion, and refused like one."""
    with pytest.raises(DBAPIError) as caught:
        as_program.execute(sa.text(f"REPLACE INTO {table} SELECT * FROM {table}"))  # noqa: S608 - no input
    assert refusal(caught.value) == code


@pytest.mark.parametrize("amount", ["1.5", "'abc'", "x'01'"])
def test_amounts_are_whole_numbers(as_stranger: Connection, attacked: Books, amount: str) -> None:
    """SQLite keeps any value in any column, but not in ours: an amount is a number of cents."""
    Forger(as_stranger, **attacked.hands).entry()
    values = f"4, 1, '2017-03-01', 'accounts', '1010', 'EUR', {amount}, 0"
    with pytest.raises(DBAPIError) as caught:
        as_stranger.execute(
            sa.text(
                "INSERT INTO posting "  # noqa: S608 - no input
                "(entry, line, effective_on, book, account, currency, amount, euro) "
                f"VALUES ({values})"
            )
        )
    assert refusal(caught.value) == "type"
