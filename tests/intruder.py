"""Ways into the database past the program: what guards and verification are tested against."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Table
from sqlalchemy.exc import DBAPIError

from ledger.entries import JournalEntry, Posting, Seal
from ledger.seal import GENESIS, link_hash
from tests.books import DAY, NOW

# What a database calls its constraints when one of them refuses.
REFUSALS = {
    "SQLITE_CONSTRAINT_CHECK": "check",
    "unknown": "type",  # Python has no name for SQLITE_CONSTRAINT_DATATYPE
    "SQLITE_CONSTRAINT_FOREIGNKEY": "foreign key",
    "SQLITE_CONSTRAINT_UNIQUE": "unique",
    "23503": "foreign key",
    "23505": "unique",
    "23514": "check",
    "42501": "privilege",
}


def refusal(error: DBAPIError) -> str:
    """Name what refused: a guard by its code, anything else by its kind."""
    said = error.orig
    guard = re.search(r"LG0\d\d", str(said))
    name = str(getattr(said, "sqlstate", None) or getattr(said, "sqlite_errorname", ""))
    return guard.group() if guard else REFUSALS.get(name, f"{name}: {said}")


@contextmanager
def stranger(engine: Engine) -> Iterator[Connection]:
    """Connect as any other program does; whatever was not committed is undone.

    On SQLite that is a connection that checks no foreign keys and lets REPLACE delete unseen.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            _set(connection, "OFF")
        yield connection
        connection.rollback()
        if engine.dialect.name == "sqlite":
            _set(connection, "ON")


@contextmanager
def unguarded(engine: Engine) -> Iterator[Connection]:
    """Connect as who may do everything, with all guards off and on again, and commit."""
    with stranger(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
            yield connection
        else:
            triggers = sa.text("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
            dropped = connection.execute(triggers).all()
            for name, _definition in dropped:
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
            yield connection
            for _name, definition in dropped:
                connection.exec_driver_sql(definition)
        connection.commit()


def _set(connection: Connection, state: str) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    for pragma in ("foreign_keys", "recursive_triggers"):
        driver.execute(f"PRAGMA {pragma}={state}")


class Forger:
    """Writes entries, postings and seals straight into their tables, good ones unless told."""

    def __init__(self, connection: Connection, *, by: int, approved_by: int) -> None:
        self.connection = connection
        self.by, self.approved_by = by, approved_by
        last = "SELECT number, hash FROM seal ORDER BY number DESC LIMIT 1"
        head = connection.execute(sa.text(last)).one_or_none()
        self.next: int = head.number + 1 if head else 1
        self._link = bytes(head.hash) if head else GENESIS

    def run(self, statement: str, **values: object) -> None:
        """Run one statement of SQL."""
        self.connection.execute(sa.text(statement), values)

    def approve(self, by: int | None = None) -> None:
        """Approve the document that waits, as the program does, in whose name one likes."""
        self.run(
            "UPDATE document SET status = 'approved', decided_by = :by WHERE status = 'submitted'",
            by=by or self.approved_by,
        )

    def entry(self, **otherwise: Any) -> None:
        """Write an entry, the next one."""
        row = {
            "number": self.next,
            "effective_on": DAY,
            "recorded_at": NOW,
            "kind": "contribution",
            "narration": "forged",
            "voucher": "",
            "recorded_by": self.by,
            "approved_by": self.approved_by,
            "idempotency_scope": "forged",
            "idempotency_key": str(otherwise.get("number", self.next)),
            "body_hash": bytes(32),
            "salt": bytes(16),
            "hash_version": 1,
        }
        self._insert(JournalEntry.__table__, row | otherwise)

    def posting(self, line: int, amount: int, **otherwise: Any) -> None:
        """Write a posting in euro cents: a debit of the bank, or a credit of what Poland gave."""
        row = {
            "entry": self.next,
            "line": line,
            "effective_on": DAY,
            "book": "accounts",
            "account": "1010" if amount > 0 else "4020",
            "state_code": "PL",
            "currency": "EUR",
            "amount": amount,
            "euro": amount,
        }
        self._insert(Posting.__table__, row | otherwise)

    def pair(self, **otherwise: Any) -> None:
        """Write two postings that balance."""
        self.posting(1, 100_00, **otherwise)
        self.posting(2, -100_00, **otherwise)

    def seal(self, **otherwise: Any) -> None:
        """Write the seal that follows the last one, for the next entry."""
        row: dict[str, Any] = {"number": self.next, "content_hash": bytes(32)}
        row["previous_hash"] = self._link
        row |= otherwise
        row.setdefault("hash", link_hash(row["previous_hash"], row["content_hash"], row["number"]))
        self._insert(Seal.__table__, row)

    def _insert(self, table: sa.FromClause, row: dict[str, Any]) -> None:
        assert isinstance(table, Table)
        self.connection.execute(sa.insert(table).values(row))
