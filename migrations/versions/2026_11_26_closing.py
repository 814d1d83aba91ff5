"""Closing: the reasons for which periods were closed although something in them was open.

Why: what is waived is waived in somebody's name, and an auditor finds it with its reason.
"""

from alembic import op

from migrations.sql import run_beside
from migrations.words import day, key, moment, number, refers, table, word

revision = "closing"
down_revision = "audit_trail"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the guards around it."""
    table(
        "closing_waiver",
        *(day("from_on"), word("reason", 500), number("points")),
        *(number("by", null=True), moment("at")),
        refers("closing_waiver", "from_on", "period", "from_on"),
        refers("closing_waiver", "by", "user_account", "id"),
        key("closing_waiver", "from_on"),
    )
    run_beside(__file__)


def downgrade() -> None:
    """Take it back; the reasons are lost."""
    op.drop_table("closing_waiver")
