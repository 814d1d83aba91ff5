"""The audit trail: who did what when to which record, with what it said before and since.

Why: the journal says what was posted, and not who edited a draft, closed a period, shut somebody
out or tried to sign in. The guards in the SQL files beside this one let it only grow.
"""

import sqlalchemy as sa
from alembic import op

from migrations.sql import run_beside
from migrations.words import index, key, moment, number, table, word

revision = "audit_trail"
down_revision = "evidence"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the guards around it."""
    table(
        "audit_record",
        *(number("id", identity=True), moment("at"), word("by"), word("action"), word("record")),
        *(word("key", 500), sa.Column("old", sa.JSON), sa.Column("new", sa.JSON)),
        key("audit_record", "id"),
    )
    for columns in (("at",), ("by",), ("record", "key")):
        index("audit_record", *columns)
    run_beside(__file__)


def downgrade() -> None:
    """Take it back; what was noted is lost."""
    op.drop_table("audit_record")
