"""Revaluations: one that is posted late takes off again what was settled since its day.

Why: what was settled after the end of a period was open then, and is worth in that period what it
was worth then. Its difference is posted there, and on the day of the settlement taken off again;
between the two entries something in euro is on what is settled. `mcrm verify` sees that none stays.
"""

from pathlib import Path

from migrations.sql import run_beside

revision = "revaluations"
down_revision = "rate_book"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the guards of approvals, open items and bank accounts anew."""
    run_beside(__file__)


def downgrade() -> None:
    """Make them as they were."""
    before = Path(__file__)
    run_beside(str(before.with_stem(f"{before.stem}_undone")))
