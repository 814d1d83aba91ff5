"""Evidence: files attached to documents, each kept once under the hash of its bytes.

Why: what a document says is proven by invoices and decisions, which were kept elsewhere and could
be exchanged after the approval. The guards in the SQL files beside this one refuse every change.
"""

import sqlalchemy as sa
from alembic import op

from migrations.sql import run_beside
from migrations.words import check, hashed, key, moment, number, refers, table, word

revision = "evidence"
down_revision = "calls"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables, and the guards around them."""
    table(
        "evidence",
        *(hashed("sha256"), sa.Column("body", sa.LargeBinary, nullable=False)),
        *(word("media_type", 100), number("bytes")),
        check("evidence", "bytes", "bytes = length(body) AND bytes BETWEEN 1 AND 10485760"),
        check("evidence", "sha256", "length(sha256) = 32"),
        key("evidence", "sha256"),
    )
    table(
        "attachment",
        *(word("document_id", 36), hashed("sha256"), word("filename", 500)),
        *(moment("attached_at"), number("attached_by")),
        refers("attachment", "document_id", "document", "id"),
        refers("attachment", "sha256", "evidence", "sha256"),
        refers("attachment", "attached_by", "user_account", "id"),
        key("attachment", "document_id", "sha256"),
    )
    run_beside(__file__)


def downgrade() -> None:
    """Take them back; what was attached is lost."""
    op.drop_table("attachment")
    op.drop_table("evidence")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION mcrm_evidence_hash()")
        op.execute("DROP FUNCTION mcrm_attachment_begins()")
