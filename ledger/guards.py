"""The guards: what in the database itself keeps the journal, and whether it still stands.

Triggers, functions, checks and keys are the migrations' work; `data/guards.*.json` says what the
last of them leaves behind, so that a guard taken away or changed is named.
"""

import hashlib
import json
from importlib import resources

import sqlalchemy as sa
from sqlalchemy.orm import Session


def committed(dialect: str) -> dict[str, str]:
    """Read the guards as the product's last revision makes them: name to fingerprint."""
    source = resources.files("ledger") / "data" / f"guards.{dialect}.json"
    guards: dict[str, str] = json.loads(source.read_text("utf-8"))
    return guards


def standing(session: Session) -> dict[str, str]:
    """Fingerprint what guards the tables now: triggers, functions, checks, keys, columns, indexes.

    Only what every supported version of the database writes in the same words is taken in.
    """
    rows = session.execute(sa.text(_QUERIES[session.get_bind().dialect.name])).all()
    return {
        name: hashlib.sha256(" ".join(definition.split()).encode()).hexdigest()[:16]
        for name, definition in rows
    }


_QUERIES = {
    "sqlite": """
        SELECT type || ' ' || name, sql FROM sqlite_schema
        WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
            AND name <> 'alembic_version'
    """,
    "postgresql": """
        SELECT 'trigger ' || t.tgname, pg_get_triggerdef(t.oid) || t.tgenabled::text
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'function ' || p.proname, concat_ws(' ', p.proconfig::text, p.prosrc)
        FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'mcrm\\_%'
        UNION ALL
        SELECT 'rule ' || r.rulename, r.definition FROM pg_rules r WHERE r.schemaname = 'public'
        UNION ALL
        SELECT 'policy ' || p.policyname, concat_ws(' ', p.tablename, p.cmd, p.qual, p.with_check)
        FROM pg_policies p WHERE p.schemaname = 'public'
        UNION ALL
        SELECT 'constraint ' || k.conname, pg_get_constraintdef(k.oid) || k.convalidated::text
        FROM pg_constraint k
        WHERE k.connamespace = 'public'::regnamespace AND k.contype IN ('c', 'f', 'p', 'u')
            AND k.conname NOT LIKE 'alembic%'
        UNION ALL
        SELECT 'column ' || c.relname || '.' || a.attname,
            format_type(a.atttypid, a.atttypmod) || a.attnotnull::text
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
            AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'alembic_version'
        UNION ALL
        SELECT 'index ' || i.indexname, i.indexdef FROM pg_indexes i
        WHERE i.schemaname = 'public' AND i.tablename <> 'alembic_version'
    """,
}
