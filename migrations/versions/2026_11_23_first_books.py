"""The first books: chart, states, periods, people, documents, journal, rates, and their guards.

Why: reliability.md section 2: what the program checks, the database checks again, in the same words
on SQLite and PostgreSQL. The guards stand in the SQL files beside this one.

A revision is never edited once released, imports nothing of the application, and leaves the version
of the program before it working. Journal tables change only by a native ADD COLUMN, or by hand with
every trigger made again: batch mode is refused, because it loses triggers in silence.
"""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.sql import run_beside
from migrations.words import (
    check,
    day,
    flag,
    hashed,
    index,
    key,
    moment,
    number,
    refers,
    table,
    unique,
    word,
)

revision = "first_books"
down_revision = None
branch_labels = None
depends_on = None

# The joint statement of the interior ministers.
FOUNDED_ON = date(2016, 11, 21)
FOUNDERS = ("CZ", "HU", "PL", "SK")
SEAL_HASHES = ("content_hash", "previous_hash", "hash")
BOUND = 900_000_000_000_000


def upgrade() -> None:
    """Make the tables, the chart, the founding states, and the guards around them."""
    _chart_and_states()
    _people()
    _documents()
    _journal()
    _fill()
    run_beside(__file__)


def _chart_and_states() -> None:
    table(
        "account",
        *(word("code", 4), word("book"), word("currency", 3, null=True), flag("per_state")),
        key("account", "code"),
        unique("account", "code", "book"),
    )
    table(
        "exchange_rate",
        *(word("source"), word("currency", 3), day("applies_on"), word("per_euro", 16)),
        *(hashed("body_sha256"), moment("imported_at")),
        key("exchange_rate", "source", "currency", "applies_on"),
        rowid=False,
    )
    table(
        "participating_state",
        word("code", 2),
        check("participating_state", "code_length", "length(code) = 2"),
        key("participating_state", "code"),
    )
    table(
        "membership",
        *(word("state_code", 2), day("joined_on"), day("left_on", null=True)),
        check("membership", "order", "left_on IS NULL OR left_on >= joined_on"),
        refers("membership", "state_code", "participating_state", "code"),
        key("membership", "state_code", "joined_on"),
    )
    table(
        "period",
        *(day("from_on"), day("until_on"), word("status")),
        check("period", "status", "status IN ('open', 'hold', 'closed')"),
        check("period", "order", "until_on >= from_on"),
        key("period", "from_on"),
        unique("period", "until_on"),
    )


def _people() -> None:
    table(
        "user_account",
        *(number("id", identity=True), word("login"), word("name", 500), word("role")),
        *(word("state_code", 2, null=True), word("password_hash", 200, null=True)),
        *(flag("active"), moment("added_at")),
        check("user_account", "role", "role IN ('officer', 'coordinator', 'auditor')"),
        refers("user_account", "state_code", "participating_state", "code"),
        key("user_account", "id"),
        unique("user_account", "login"),
    )
    table(
        "sign_in_attempt",
        *(number("id", identity=True), word("login", 500), word("address", 500)),
        *(moment("tried_at"), flag("succeeded")),
        key("sign_in_attempt", "id"),
    )
    index("sign_in_attempt", "address")
    tries = ["login", "address", "tried_at"]
    op.create_index("ix_sign_in_attempt_tries", "sign_in_attempt", tries)
    table(
        "user_session",
        *(hashed("token_hash"), number("user_id"), moment("opened_at"), moment("used_at")),
        moment("ended_at", null=True),
        refers("user_session", "user_id", "user_account", "id"),
        key("user_session", "token_hash"),
    )
    index("user_session", "user_id")
    table(
        "api_token",
        *(hashed("token_hash"), number("user_id"), word("name", 500), moment("made_at")),
        *(moment("expires_at"), moment("ended_at", null=True)),
        refers("api_token", "user_id", "user_account", "id"),
        key("api_token", "token_hash"),
    )
    index("api_token", "user_id")


def _documents() -> None:
    table(
        "document",
        *(word("id", 36), word("kind"), word("state_code", 2, null=True), word("status")),
        *(number("version"), sa.Column("body", sa.JSON, nullable=False), hashed("body_hash")),
        *(number("made_by"), moment("made_at"), moment("submitted_at", null=True)),
        *(number("decided_by", null=True), moment("decided_at", null=True)),
        *(word("reason", 500, null=True), word("import_id", 36, null=True)),
        *(word("idempotency_scope"), word("idempotency_key", 500)),
        check(
            "document",
            "status",
            "status IN ('draft', 'submitted', 'returned', 'approved', 'withdrawn')",
        ),
        check("document", "four_eyes", "decided_by IS NULL OR decided_by <> made_by"),
        refers("document", "decided_by", "user_account", "id"),
        refers("document", "made_by", "user_account", "id"),
        refers("document", "state_code", "participating_state", "code"),
        key("document", "id"),
        unique("document", "idempotency_scope", "idempotency_key"),
    )
    index("document", "import_id")
    op.create_index("ix_document_status", "document", ["status", "submitted_at"])
    table(
        "document_event",
        *(number("id", identity=True), word("document_id", 36), word("status")),
        *(number("version"), hashed("body_hash"), moment("at"), number("by")),
        word("reason", 500, null=True),
        refers("document_event", "by", "user_account", "id"),
        refers("document_event", "document_id", "document", "id"),
        key("document_event", "id"),
    )
    index("document_event", "document_id")
    table(
        "imported_file",
        *(word("id", 36), hashed("sha256"), word("filename", 500), number("documents")),
        *(moment("imported_at"), number("imported_by")),
        refers("imported_file", "imported_by", "user_account", "id"),
        key("imported_file", "id"),
        unique("imported_file", "sha256"),
    )


def _journal() -> None:
    # SQLite takes a key to a table that is yet to come, and no ALTER; PostgreSQL the other way.
    late = op.get_bind().dialect.name == "postgresql"
    waits: dict[str, Any] = {"name": "entry_sealed", "deferrable": True, "initially": "DEFERRED"}
    at_once = [] if late else [sa.ForeignKeyConstraint(["number"], ["seal.number"], **waits)]
    table(
        "journal_entry",
        *(number("number"), day("effective_on"), moment("recorded_at"), word("kind")),
        *(word("narration", 500), word("voucher", 500), number("recorded_by")),
        *(number("approved_by"), number("reverses", null=True)),
        *(word("document_id", 36, null=True), hashed("document_hash", None, null=True)),
        *(word("idempotency_scope"), word("idempotency_key", 500), hashed("body_hash")),
        *(hashed("salt", None), number("hash_version")),
        check("journal_entry", "body_hash", "length(body_hash) = 32"),
        check("journal_entry", "salt", "length(salt) = 16"),
        check("journal_entry", "four_eyes", "recorded_by <> approved_by"),
        *at_once,
        refers("journal_entry", "approved_by", "user_account", "id"),
        refers("journal_entry", "document_id", "document", "id"),
        refers("journal_entry", "recorded_by", "user_account", "id"),
        refers("journal_entry", "reverses", "journal_entry", "number"),
        key("journal_entry", "number"),
        unique("journal_entry", "idempotency_scope", "idempotency_key"),
        unique("journal_entry", "number", "effective_on"),
        unique("journal_entry", "reverses"),
    )
    index("journal_entry", "document_id")
    _postings()
    table(
        "seal",
        *(number("number"), hashed("content_hash"), hashed("previous_hash"), hashed("hash")),
        *(check("seal", name, f"length({name}) = 32") for name in SEAL_HASHES),
        check("seal", "number", "number > 0"),
        refers("seal", "number", "journal_entry", "number"),
        key("seal", "number"),
        unique("seal", "hash"),
    )
    if late:
        op.create_foreign_key(
            source_table="journal_entry",
            referent_table="seal",
            local_cols=["number"],
            remote_cols=["number"],
            constraint_name=waits.pop("name"),
            **waits,
        )


def _postings() -> None:
    table(
        "posting",
        *(number("entry"), number("line"), day("effective_on"), word("book"), word("account")),
        *(word("state_code", 2, null=True), word("currency", 3), number("amount")),
        *(number("euro"), word("per_euro", null=True), day("rate_on", null=True)),
        *(word("rate_source", null=True), word("purpose", null=True)),
        *(word("activity", null=True), word("form", null=True)),
        word("funding_source", null=True),
        check("posting", "euro_is_euro", "currency <> 'EUR' OR amount = euro OR amount = 0"),
        check(
            "posting",
            "rate_whole",
            "(per_euro IS NULL) = (rate_on IS NULL) AND (per_euro IS NULL) = (rate_source IS NULL)",
        ),
        check("posting", "not_nothing", "amount <> 0 OR euro <> 0"),
        check("posting", "amount_bound", f"amount BETWEEN -{BOUND} AND {BOUND}"),
        check("posting", "euro_bound", f"euro BETWEEN -{BOUND} AND {BOUND}"),
        check("posting", "line", "line > 0"),
        refers("posting", "account book", "account", "code book"),
        refers("posting", "entry effective_on", "journal_entry", "number effective_on"),
        refers("posting", "state_code", "participating_state", "code"),
        key("posting", "entry", "line"),
        rowid=False,
    )
    covering = [
        *("account", "state_code", "purpose", "form", "currency", "effective_on"),
        *("entry", "amount", "euro"),
    ]
    op.create_index("ix_posting_balance", "posting", covering)


def _fill() -> None:
    chart = Path(__file__).with_suffix(".chart.csv").read_text("utf-8").splitlines()
    accounts = [
        {**row, "currency": row["currency"] or None, "per_state": row["per_state"] == "yes"}
        for row in csv.DictReader(chart)
    ]
    founders = [{"state_code": code, "joined_on": FOUNDED_ON} for code in FOUNDERS]
    states = [{"code": code} for code in FOUNDERS]
    columns = (word("code"), word("book"), word("currency", null=True), flag("per_state"))
    op.bulk_insert(sa.table("account", *columns), accounts)
    op.bulk_insert(sa.table("participating_state", word("code")), states)
    op.bulk_insert(sa.table("membership", word("state_code"), day("joined_on")), founders)


def downgrade() -> None:
    """Take them back; what the tables hold is lost."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("entry_sealed", "journal_entry", type_="foreignkey")
    for name in (
        *("seal", "posting", "journal_entry", "document_event", "user_session", "imported_file"),
        *("document", "api_token", "user_account", "membership", "sign_in_attempt", "period"),
        *("participating_state", "exchange_rate", "account"),
    ):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION mcrm_post(jsonb)")
        for name in (
            *("refuse", "posting_after_seal", "posting_account", "seal_count", "seal_balance"),
            *("seal_follows", "seal_period", "seal_approval", "document_approval"),
        ):
            op.execute(f"DROP FUNCTION mcrm_{name}()")
