"""Scales as decisions: what was adopted, frozen, and named by every entry that shares by it.

Why: a scale is what states agreed, for good; what is computed anew from data that offices revise is
not. A run of allocation posts an entry for each pool, so the guard of approvals knows its keys.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from migrations.sql import run_beside
from migrations.words import check, day, hashed, key, number, refers, table, unique, word

revision = "scales"
down_revision = "indicators"
branch_labels = None
depends_on = None


# What a document of one of these kinds said before, no version reads any more.
SHARED_BEFORE = sa.text(
    "SELECT EXISTS (SELECT 1 FROM document WHERE kind IN ('allocation', 'assessment'))"
)


def upgrade() -> None:
    """Make the table of scales, its guards, and the guard of approvals anew.

    Raises RuntimeError for books in which costs were shared or sums assessed before scales were
    decisions, by a version that was never released.
    """
    if op.get_bind().scalar(SHARED_BEFORE):
        raise RuntimeError(
            "In these books costs were shared before scales were decisions, by a version that was "
            "never released: make them anew, from the files that they were imported from."
        )
    table(
        "scale",
        *(number("number"), word("document_id", 36), word("purpose"), day("valid_from")),
        *(sa.Column("content", sa.Text, nullable=False), hashed("content_hash")),
        check("scale", "number", "number > 0"),
        check("scale", "content_hash", "length(content_hash) = 32"),
        refers("scale", "document_id", "document", "id"),
        key("scale", "number"),
        unique("scale", "document_id"),
    )
    op.create_index("ix_scale_in_force", "scale", ["purpose", "valid_from", "number"])
    run_beside(__file__)


def downgrade() -> None:
    """Take them back; what was adopted is lost."""
    op.drop_table("scale")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION mcrm_scale_approval()")
    before = Path(__file__)
    run_beside(str(before.with_stem(f"{before.stem}_undone")))
