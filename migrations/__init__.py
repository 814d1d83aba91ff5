"""The database's history: one revision for each change, on SQLite and on PostgreSQL alike.

`upgrade` is the product's way to a database that fits the code. A revision changes the journal's
tables by native statements only: Alembic's batch mode rebuilds a table on SQLite and loses its
triggers and checks in silence (measured; reliability is the whole point of them).
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring a database forward to a revision: all of it is done, or nothing."""
    with engine.execution_options(writes=True).begin() as connection:
        command.upgrade(_config(connection=connection), to)


def downgrade(engine: Engine, to: str) -> None:
    """Take a database back to a revision, for tests and for a release withdrawn before any posting.

    What the tables of later revisions hold is lost; `base` is before the first. Raises RuntimeError
    when the journal holds an entry: what was posted is never taken back.
    """
    with engine.execution_options(writes=True).begin() as connection:
        _require_empty_journal(connection)
        command.downgrade(_config(connection=connection), to)


def head() -> str:
    """Name the revision that this code was written for."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    if newest is None:
        raise LookupError("there is no revision yet")
    return newest


def revision(engine: Engine) -> str | None:
    """Name the revision that a database is at; None for one that was never upgraded."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _require_empty_journal(connection: Connection) -> None:
    if not sa.inspect(connection).has_table("journal_entry"):
        return
    if connection.dialect.name == "postgresql":
        # Whoever is posting comes first, and nobody after: SQLite has one writer anyway.
        connection.execute(sa.text("LOCK TABLE journal_entry IN ACCESS EXCLUSIVE MODE"))
    if connection.scalar(sa.text("SELECT EXISTS (SELECT 1 FROM journal_entry)")):
        raise RuntimeError("the journal holds entries: this database cannot be taken back")


def _config(**attributes: object) -> Config:
    # No path of a file: the same from a checkout and from an installed wheel.
    config = Config(attributes=attributes)
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
