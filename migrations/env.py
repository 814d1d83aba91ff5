"""How Alembic runs our revisions: within the transaction that the caller has begun.

`migrations.upgrade` hands over its connection. The `alembic` command of developers takes the
database from `-x url=…`, and mcrm.db otherwise: `make revision m="what changes"` shows its use.
"""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from ledger.tables import metadata

# Any number will do, if every process that migrates takes the same.
MIGRATING = 20161122


def render_item(kind: str, item: Any, autogenerate: AutogenContext) -> str | Literal[False]:
    """Write our column words as SQLAlchemy's: a revision never imports the code it may outlive."""
    match kind, type(item).__name__:
        case "type", "Instant":
            return 'sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")'
        case _:
            return False


def migrate(connection: Connection) -> None:
    """Run the revisions that Alembic has chosen, alone, and give up rather than wait for long."""
    if connection.dialect.name == "postgresql":
        # A revision that waits for a lock makes everybody who comes after it wait too.
        connection.execute(sa.text("SET LOCAL lock_timeout = '10s'"))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATING)))
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=render_item,
        transactional_ddl=True,
    )
    context.run_migrations()


handed_over = context.config.attributes.get("connection")
if isinstance(handed_over, Connection):
    migrate(handed_over)
else:
    url = context.get_x_argument(as_dictionary=True).get("url", "sqlite:///mcrm.db")
    with sa.create_engine(str(url)).begin() as own:
        migrate(own)
