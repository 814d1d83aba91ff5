"""SQL that stands beside its revision, in a file for each database: triggers, functions, grants."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from alembic import op


def run_beside(revision: str) -> None:
    """Run `<revision>.<database>.sql` beside the revision whose `__file__` this is.

    On SQLite statement by statement: the driver's own way to run a script commits first.
    """
    connection = op.get_bind()
    script = Path(revision).with_suffix(f".{connection.dialect.name}.sql").read_text("utf-8")
    whole = connection.dialect.name != "sqlite"
    for statement in [script] if whole else _statements(script):
        # Straight to the driver: a colon or a per cent sign is SQL here, and no parameter.
        connection.connection.cursor().execute(statement)


def _statements(script: str) -> Iterator[str]:
    """Split at the semicolons that end a statement, not at those inside a trigger."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
