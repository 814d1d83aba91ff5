"""Open items: what a posting begins, changes or settles; and the first of two who approve.

Why: a debt is settled at the amount in euro at which it stands, so every posting on an account of
open items names its item, and no item is settled beyond what is open of it. Some documents ask for
two approvals. What a closed period learned too late says when it happened.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from migrations.sql import run_beside
from migrations.words import day, moment, word

revision = "open_items"
down_revision = "memberships"
branch_labels = None
depends_on = None

DEBIT = ("1110", "1115", "1120", "1140", "1150", "9110", "9210", "9420")
CREDIT = ("2010", "2020", "2030", "2040", "2050", "2060", "2070")
POSTED = sa.table("posting", sa.column("account"))
POSTED_BEFORE = sa.select(sa.exists().where(POSTED.c.account.in_((*DEBIT, *CREDIT))))


def upgrade() -> None:
    """Add the columns, the new account, and the guards.

    Raises RuntimeError for books with postings on such accounts, by a version never released.
    """
    if op.get_bind().scalar(POSTED_BEFORE):
        raise RuntimeError(
            "In these books debts were posted before there were open items, by a version that was "
            "never released: make them anew, from the files that they were imported from."
        )
    op.add_column("account", word("item_side", null=True))
    op.add_column("posting", word("item", 120, null=True))
    op.add_column("posting", day("due_on", null=True))
    op.add_column("journal_entry", day("occurred_on", null=True))
    op.add_column("document", moment("endorsed_at", null=True))
    _endorser()
    covering = ["item", "effective_on", "entry", "amount", "euro"]
    op.create_index("ix_posting_item", "posting", covering)
    run_beside(__file__)


def _endorser() -> None:
    """Add a column with its key; Alembic would add the key by itself, which SQLite cannot."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE document ADD COLUMN endorsed_by {kind} "
        "CONSTRAINT fk_document_endorsed_by_user_account REFERENCES user_account (id)"
    )


def downgrade() -> None:
    """Take them back; the journal is empty then."""
    before = Path(__file__)
    run_beside(str(before.with_stem(f"{before.stem}_undone")))
    op.drop_index("ix_posting_item", "posting")
    for table, column in (
        *(("document", "endorsed_by"), ("document", "endorsed_at"), ("posting", "due_on")),
        *(("posting", "item"), ("journal_entry", "occurred_on"), ("account", "item_side")),
    ):
        op.drop_column(table, column)
