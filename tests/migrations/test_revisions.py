"""Every revision leads there and back, and the last one builds what the code declares."""

import ast
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

import migrations
from ledger.db import reading
from ledger.tables import metadata
from ledger.verification import verify
from tests.ledger.scene import scene

VERSIONS = Path(migrations.__file__).parent / "versions"
JOURNAL = ("journal_entry", "posting", "seal")


def revisions() -> list[str]:
    """List every revision, the first one first."""
    scripts = ScriptDirectory(str(VERSIONS.parent))
    return [each.revision for each in reversed(list(scripts.walk_revisions()))]


def schema(engine: Engine) -> list[tuple[str, ...]]:
    """List everything a database is made of, with its full definition where SQL keeps one."""
    queries = {
        "sqlite": "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema",
        "postgresql": """
            SELECT 'column', table_name, column_name, concat_ws(' ', data_type,
                   character_maximum_length, is_nullable, column_default)
              FROM information_schema.columns WHERE table_schema = 'public'
            UNION ALL SELECT 'constraint', conrelid::regclass::text, conname,
                   pg_get_constraintdef(oid)
              FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT 'index', tablename, indexname, indexdef
              FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
              FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL SELECT 'function', '', proname, prosrc
              FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
    }
    with engine.connect() as connection:
        rows = connection.execute(sa.text(queries[engine.dialect.name]))
        return sorted(tuple(row) for row in rows)


def test_one_head() -> None:
    """The revisions form one line with one end: nobody has to choose between two."""
    scripts = ScriptDirectory(str(VERSIONS.parent))
    assert scripts.get_heads() == [migrations.head()]


def test_tables_are_as_declared(engine: Engine) -> None:
    """Upgrading builds exactly the tables that the code declares: `alembic check` has no say."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_upgraded_database_knows_its_revision(engine: Engine) -> None:
    """A database that was upgraded is at the head, and upgrading it again changes nothing."""
    before = schema(engine)
    migrations.upgrade(engine)
    assert migrations.revision(engine) == migrations.head()
    assert schema(engine) == before


def test_new_database_has_no_revision(empty_engine: Engine) -> None:
    """A database that was never upgraded says so."""
    assert migrations.revision(empty_engine) is None


def test_every_revision_goes_up_down_and_up(empty_engine: Engine) -> None:
    """Each revision can be taken back without a trace, and then taken again to the same tables."""
    for revision in revisions():
        before = schema(empty_engine)
        migrations.upgrade(empty_engine, revision)
        after = schema(empty_engine)
        migrations.downgrade(empty_engine, "-1")
        assert traces(schema(empty_engine)) == traces(before)
        migrations.upgrade(empty_engine, revision)
        assert schema(empty_engine) == after


def test_books_with_entries_are_not_taken_back(empty_engine: Engine) -> None:
    """What was posted is never lost: no revision is taken back once the journal holds an entry."""
    migrations.upgrade(empty_engine)
    before = schema(empty_engine)
    books = scene(empty_engine)
    with pytest.raises(RuntimeError, match="the journal holds entries"):
        migrations.downgrade(empty_engine, "base")
    assert schema(empty_engine) == before
    with reading(books.engine) as session:
        assert verify(session).entries == 3


def traces(found: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Leave out the table in which Alembic keeps its place."""
    return [row for row in found if not any("alembic_version" in word for word in row)]


def test_a_failing_upgrade_leaves_nothing(empty_engine: Engine) -> None:
    """All of an upgrade is done or nothing: a revision that is not there builds no table."""
    with pytest.raises(Exception, match="nowhere"):
        migrations.upgrade(empty_engine, "nowhere")
    assert schema(empty_engine) == []


@pytest.mark.parametrize("table", JOURNAL)
def test_journal_refuses_change_after_upgrade(engine: Engine, table: str) -> None:
    """The guards stand after every upgrade: no row of the journal is changed or deleted."""
    guards = [row for row in schema(engine) if row[0] == "trigger" and table in row]
    assert any("UPDATE" in row[-1] for row in guards)
    assert any("DELETE" in row[-1] for row in guards)


@pytest.mark.parametrize("path", sorted(VERSIONS.glob("*.py")), ids=lambda path: path.stem)
def test_revision_keeps_the_law(path: Path) -> None:
    """A revision says why, imports nothing it may outlive, and never rebuilds a table in batch."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert "Why: …" not in source
    assert "Why:" in (ast.get_docstring(tree) or "")
    assert "batch_alter_table" not in source
    assert not imported & {"ledger", "reports", "api"}


def test_books_shared_before_scales_were_decisions_are_refused(empty_engine: Engine) -> None:
    """Books whose sharing no version reads any more are left as they are, with the remedy said."""
    migrations.upgrade(empty_engine, "first_books")
    with empty_engine.execution_options(writes=True).begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO user_account (id, login, name, role, active, added_at) "
                "VALUES (1, 'anna', 'Anna', 'officer', true, '2017-01-01T00:00:00.000000Z')"
            )
        )
        connection.execute(
            sa.text(
                "INSERT INTO document (id, kind, status, version, body, body_hash, made_by, "
                "made_at, idempotency_scope, idempotency_key) SELECT 'old', 'allocation', "
                "'draft', 1, '{}', :hash, 1, added_at, 'old', 'old' FROM user_account"
            ),
            {"hash": bytes(32)},
        )
    before = schema(empty_engine)
    with pytest.raises(RuntimeError, match="make them anew"):
        migrations.upgrade(empty_engine)
    assert schema(empty_engine) == before
