"""${message.rstrip(".").capitalize()}.

Why: …

A revision is never edited once released, imports nothing of the application, and leaves the version
of the program before it working. Journal tables change only by a native ADD COLUMN, or by hand with
every trigger made again: batch mode is refused, because it loses triggers in silence.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Bring the tables forward."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Take them back; what the new ones hold is lost."""
    ${downgrades if downgrades else "pass"}
