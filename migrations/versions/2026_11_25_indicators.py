"""Indicators that the books are given: a vintage with its publisher and file, and its observations.

Why: offices revise what they published, and a scale must be able to show the values it was adopted
on. A vintage comes after its observations and closes them, as a seal does its entry; the guards in
the SQL files beside this one refuse every change and every addition after it.
"""

import sqlalchemy as sa
from alembic import op

from migrations.sql import run_beside
from migrations.words import hashed, key, moment, number, refers, table, unique, word

revision = "indicators"
down_revision = "first_books"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables, and the guards around them."""
    table(
        "indicator_vintage",
        *(word("name", 80), word("publisher", 500), word("filename", 500), hashed("body_sha256")),
        *(moment("imported_at"), number("imported_by"), number("rows")),
        refers("indicator_vintage", "imported_by", "user_account", "id"),
        key("indicator_vintage", "name"),
        unique("indicator_vintage", "body_sha256"),
    )
    table(
        "observation",
        *(word("vintage", 80), word("indicator", 80), word("state_code", 2), number("year")),
        *(word("value"), word("unit"), word("status")),
        sa.ForeignKeyConstraint(
            ["vintage"],
            ["indicator_vintage.name"],
            name=op.f("fk_observation_vintage_indicator_vintage"),
            deferrable=True,
            initially="DEFERRED",
        ),
        key("observation", "vintage", "indicator", "state_code", "year"),
        rowid=False,
    )
    run_beside(__file__)


def downgrade() -> None:
    """Take them back; what was imported is lost."""
    op.drop_table("observation")
    op.drop_table("indicator_vintage")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION mcrm_observation_complete()")
