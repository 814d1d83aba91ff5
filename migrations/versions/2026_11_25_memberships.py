"""Memberships over time: who does not share in what, and guards on who takes part.

Why: states join, leave and opt out by documents that two people decided on, and what was decided is
not edited. The guards in the SQL files beside this one ask for the approved document.
"""

from alembic import op

from migrations.sql import run_beside
from migrations.words import check, day, key, refers, table, word

revision = "memberships"
down_revision = "scales"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of opt-outs, and the guards around it and around memberships."""
    table(
        "opt_out",
        *(word("state_code", 2), word("activity"), day("from_on"), day("until_on", null=True)),
        word("document_id", 36),
        check("opt_out", "order", "until_on IS NULL OR until_on >= from_on"),
        refers("opt_out", "document_id", "document", "id"),
        refers("opt_out", "state_code", "participating_state", "code"),
        key("opt_out", "state_code", "activity", "from_on"),
    )
    run_beside(__file__)


def downgrade() -> None:
    """Take them back; who opted out is lost."""
    op.drop_table("opt_out")
    postgresql = op.get_bind().dialect.name == "postgresql"
    for guard in ("begins", "ends", "no_delete"):
        on = " ON membership" if postgresql else ""
        op.execute(f"DROP TRIGGER membership_{guard}{on}")
    if postgresql:
        for guard in ("membership_begins", "membership_ends", "opt_out_begins", "opt_out_ends"):
            op.execute(f"DROP FUNCTION mcrm_{guard}()")
