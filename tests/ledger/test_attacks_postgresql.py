"""What PostgreSQL refuses, to the tables' owner and more so to the program's own role."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ledger.db import writing
from ledger.journal import reverse
from tests.books import NOW, Books
from tests.databases import Postgresql
from tests.documents import booked
from tests.intruder import Forger, refusal, stranger
from tests.ledger.attacks import ATTACKS, against, outcome
from tests.ledger.scene import scene

# What only an owner or a superuser may do, so that the guards stay where they are.
BEYOND_ROLE = {
    "switch a guard off": "ALTER TABLE posting DISABLE TRIGGER posting_frozen",
    "drop a guard": "DROP TRIGGER posting_frozen ON posting",
    "drop a key": "ALTER TABLE journal_entry DROP CONSTRAINT entry_sealed",
    "rewrite a guard": "CREATE OR REPLACE FUNCTION mcrm_refuse() RETURNS trigger LANGUAGE plpgsql "
    "AS 'BEGIN RETURN NEW; END'",
    "play the replica": "SET session_replication_role = replica",
    "run a program": "COPY journal_entry TO PROGRAM 'true'",
    "write a file": "COPY journal_entry TO '/tmp/journal'",
    "read a file": "SELECT pg_read_file('PG_VERSION')",
    "make a table": "CREATE TABLE own (number bigint)",
    "make a function": "CREATE FUNCTION own() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "add to the chart": "INSERT INTO account VALUES ('1999', 'accounts', NULL, false)",
    "lock readers out": "LOCK TABLE journal_entry IN ACCESS EXCLUSIVE MODE",
} | {
    f"{act.split()[0].lower()} {table}": act.format(table=table, column=column)
    for table, column in (("journal_entry", "number"), ("posting", "line"), ("seal", "number"))
    for act in ("UPDATE {table} SET {column} = 1", "DELETE FROM {table}", "TRUNCATE {table}")
}


@pytest.fixture(scope="module")
def attacked(postgresql: Postgresql) -> Iterator[Books]:
    """Books for every attack, each of which is undone."""
    with postgresql.upgraded() as engine:
        yield scene(engine)


@pytest.fixture(params=["owner", "mcrm_app"])
def attacker(request: pytest.FixtureRequest, attacked: Books) -> Iterator[Connection]:
    """Connect as the tables' owner, and as the program's role."""
    with stranger(attacked.engine) as connection:
        if request.param != "owner":
            connection.execute(sa.text(f"SET LOCAL ROLE {request.param}"))
        yield connection


@pytest.mark.parametrize("name", against("postgresql"))
def test_attack(name: str, attacker: Connection, attacked: Books) -> None:
    """Every attack is refused by its guard, and what the role may not even try, by the server."""
    found = outcome(attacker, attacked, name)
    by_role = attacker.scalar(sa.text("SELECT current_user = 'mcrm_app'"))
    assert found == ATTACKS[name].refused["postgresql"] or (by_role and found == "privilege")


@pytest.mark.parametrize("statement", BEYOND_ROLE.values(), ids=BEYOND_ROLE)
def test_role_has_no_more_than_it_needs(attacked: Books, statement: str) -> None:
    """The program's role reads and adds; whoever steals its password can do no more."""
    with stranger(attacked.engine) as connection:
        connection.execute(sa.text("SET LOCAL ROLE mcrm_app"))
        with pytest.raises(DBAPIError) as caught:
            connection.execute(sa.text(statement))
    assert refusal(caught.value) == "privilege"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO period VALUES ('2030-01-01', '2030-12-31', 'open')",
        "SELECT mcrm_post('[{}]')",
        "SELECT password_hash FROM user_account",
        "SELECT token_hash FROM user_session",
    ],
)
def test_reader_reads_the_books_and_no_more(attacked: Books, statement: str) -> None:
    """The reader's role sees the journal, writes nothing, and sees nobody's password."""
    with stranger(attacked.engine) as connection:
        connection.execute(sa.text("SET LOCAL ROLE mcrm_reader"))
        assert connection.scalar(sa.text("SELECT count(*) FROM posting")) > 0
        with pytest.raises(DBAPIError) as caught:
            connection.execute(sa.text(statement))
    assert refusal(caught.value) == "privilege"


def test_program_works_as_its_role(postgresql: Postgresql) -> None:
    """From draft to reversal, the program needs no more than its role has."""
    with postgresql.upgraded() as engine:
        books = scene(engine)
        with writing(engine) as session:
            session.execute(sa.text("SET LOCAL ROLE mcrm_app"))
            [posted] = booked(session, books, description="Once more")
            undone = reverse(
                session,
                posted.number,
                reason="Twice",
                effective_on=NOW.date(),
                **books.hands,
                now=NOW,
            )
    assert (posted.number, undone.number) == (4, 5)


def test_entry_of_another_transaction_takes_no_posting(attacked: Books) -> None:
    """While an entry is being written, nobody else slips a posting into it."""
    with stranger(attacked.engine) as one, stranger(attacked.engine) as other:
        writer, intruder = (Forger(each, **attacked.hands) for each in (one, other))
        writer.entry()
        with pytest.raises(DBAPIError) as caught:
            intruder.posting(3, 5)
    assert refusal(caught.value) == "LG001"


def test_two_entries_never_take_one_place(attacked: Books) -> None:
    """Of two transactions that forge the same next entry, past the journal's lock, one commits."""
    with stranger(attacked.engine) as one, stranger(attacked.engine) as other:
        first, second = (Forger(each, **attacked.hands) for each in (one, other))
        other.execute(sa.text("SET LOCAL lock_timeout = '100ms'"))
        first.entry()
        with pytest.raises(DBAPIError, match="lock timeout"):
            second.entry(idempotency_key="another")


def test_superuser_is_beyond_the_guards(attacked: Books) -> None:
    """What remains is said openly: a superuser gets past every guard, and only the chain tells."""
    with stranger(attacked.engine) as connection:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        assert outcome(connection, attacked, "change_a_posting") is None
