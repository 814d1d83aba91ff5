"""The rate book: quotations of many sources as published, in versions, and the files they are of.

Why: national banks quote their own money for so many units of a currency, and a bank may publish a
rate anew: what was posted by the one before stays provable, so the later one is its next version.
"""

from alembic import op

from migrations.sql import run_beside
from migrations.words import check, day, hashed, key, moment, number, table, word

revision = "rate_book"
down_revision = "closing"
branch_labels = None
depends_on = None

KEPT = "source, currency, applies_on, 1, applies_on, 1, per_euro, body_sha256, imported_at"
OLD = "source, currency, applies_on, value, body_sha256, imported_at"


def upgrade() -> None:
    """Make both tables, take the rates over as first versions, and guard them."""
    _set_aside()
    table(
        "exchange_rate",
        *(word("source"), word("currency", 3), day("applies_on"), number("version")),
        *(day("published_on"), number("unit"), word("value", 24)),
        *(hashed("body_sha256"), moment("imported_at")),
        check("exchange_rate", "unit", "unit > 0"),
        check("exchange_rate", "version", "version > 0"),
        key("exchange_rate", "source", "currency", "applies_on", "version"),
        rowid=False,
    )
    op.execute(f"INSERT INTO exchange_rate SELECT {KEPT} FROM rates_before")  # noqa: S608 - no input
    op.drop_table("rates_before")
    table(
        "rate_body",
        *(hashed("sha256"), word("source"), word("filename", 200)),
        *(hashed("packed", None), moment("kept_at")),
        key("rate_body", "sha256"),
    )
    run_beside(__file__)


def downgrade() -> None:
    """Take them back; only first versions of what is quoted for one euro stay."""
    op.drop_table("rate_body")
    _set_aside()
    table(
        "exchange_rate",
        *(word("source"), word("currency", 3), day("applies_on"), word("per_euro", 16)),
        *(hashed("body_sha256"), moment("imported_at")),
        key("exchange_rate", "source", "currency", "applies_on"),
        rowid=False,
    )
    op.execute(
        f"INSERT INTO exchange_rate SELECT {OLD} FROM rates_before "  # noqa: S608 - no input
        "WHERE version = 1 AND source = 'ecb'"
    )
    op.drop_table("rates_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION mcrm_rate_version()")
        op.execute(
            "CREATE TRIGGER exchange_rate_frozen BEFORE UPDATE OR DELETE OR TRUNCATE "
            "ON exchange_rate FOR EACH STATEMENT "
            "EXECUTE FUNCTION mcrm_refuse('LG015', 'rates are added, never changed')"
        )
        _grant()
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER exchange_rate_no_{act.lower()} BEFORE {act} ON exchange_rate\n"
            "BEGIN SELECT RAISE(ABORT, 'LG015 rates are added, never changed'); END"
        )


def _set_aside() -> None:
    """Keep the rates while their table is made anew: its key becomes another."""
    op.rename_table("exchange_rate", "rates_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_exchange_rate RENAME TO pk_rates_before")


def _grant() -> None:
    op.execute(
        """
        DO $$
        BEGIN
            IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_app')
                AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_reader') THEN
                GRANT SELECT ON exchange_rate TO mcrm_app, mcrm_reader;
                GRANT INSERT ON exchange_rate TO mcrm_app;
            END IF;
        END $$
        """
    )
