"""The register of calls for funds: what was asked of whom, by when, and under which references.

Why: a payment is found again by the references of its call, and what a state was asked is not
changed once the letter has left. The guards in the SQL files beside this one ask for the approved
document and for the assessed item of each call.
"""

from alembic import op

from migrations.sql import run_beside
from migrations.words import check, day, key, number, refers, table, unique, word

revision = "calls"
down_revision = "open_items"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the register and its guards."""
    table(
        "call",
        *(number("number"), word("document_id", 36), word("state_code", 2), word("item", 120)),
        *(day("despatched_on"), day("due_on"), word("exchange"), word("charges")),
        *(word("reference", 25), word("symbol", 10)),
        *(number("gross"), number("applied"), number("arrears")),
        check("call", "number", "number > 0"),
        check("call", "order", "due_on >= despatched_on"),
        check("call", "gross", "gross > 0"),
        check("call", "applied", "applied BETWEEN 0 AND gross"),
        check("call", "arrears", "arrears >= 0"),
        refers("call", "document_id", "document", "id"),
        refers("call", "state_code", "participating_state", "code"),
        key("call", "number"),
        *(unique("call", "item"), unique("call", "reference"), unique("call", "symbol")),
    )
    run_beside(__file__)


def downgrade() -> None:
    """Take it back; what was called is lost."""
    op.drop_table("call")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION mcrm_call_approval()")
