"""Every guard has its reason: without it exactly its attacks get through, and it is missed."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from ledger.verification import verify
from tests.books import Books
from tests.intruder import stranger
from tests.ledger.attacks import ATTACKS, against, outcome
from tests.ledger.scene import scene

# What gets through without the guard, and only then.
ON_BOTH = {
    "attachment_begins": "attach_to_what_was_withdrawn",
    "call_approval": (
        "call_another_state call_by_a_draft call_by_a_gift call_by_another_day call_on_other_terms "
        "call_what_was_not_assessed leave_out_a_call"
    ),
    "document_approval": (
        "accept_the_own_gift approve_after_leaving approve_alone approve_as_an_officer "
        "approve_as_nobody approve_the_own_claim approve_twice decide_on_the_own_pledge "
        "give_up_the_own_debt let_the_own_pledge_lapse meet_the_own_condition pay_the_own_state"
    ),
    "document_begins": "begin_as_decided begin_with_the_approval",
    "document_endorsement": (
        "edit_what_is_endorsed endorse_after_leaving endorse_as_an_officer endorse_as_the_maker "
        "endorse_by_approving endorse_for_the_own_state return_what_is_endorsed"
    ),
    "document_no_delete": "delete_a_document",
    "document_one_way": (
        "approve_a_draft change_an_approved_document reopen_an_approved_document return_a_draft "
        "take_an_endorsement_back"
    ),
    "document_origin": (
        "be_another_document be_another_key be_another_kind be_another_maker be_another_scope "
        "be_made_before"
    ),
    "document_wording": (
        "return_another_hash return_another_state return_another_text return_another_version"
    ),
    "observation_complete": "add_to_a_vintage",
    "period_one_way": "reopen_a_period shorten_a_period",
    "posting_account": "post_another_currency post_without_a_state",
    "posting_item": (
        "give_an_item owe_without_an_item settle_for_another_state settle_in_another_currency "
        "settle_on_another_account"
    ),
    "scale_approval": "adopt_a_draft adopt_a_gift",
    "seal_approval": (
        "post_a_gift_as_a_payment post_a_gift_as_a_reversal post_in_another_name "
        "post_under_another_key post_what_is_not_approved post_what_was_not_seen"
    ),
    "seal_bank": ("leave_worth_in_the_bank overdraw_the_bank revalue_an_empty_bank_by_hand"),
    "seal_balance": (
        "unbalanced unbalanced_between_books unbalanced_in_euro unbalanced_in_one_currency"
    ),
    "seal_count": "seal_nothing",
    "seal_follows": "follow_another skip_a_number",
    "seal_items": (
        "leave_euro_on_what_is_settled revalue_what_is_settled_by_hand settle_more_than_is_due "
        "settle_more_than_is_owed"
    ),
    "seal_period": ("post_into_a_closed_period post_outside_all_periods post_under_an_open_period"),
    "exchange_rate_version": "skip_a_version_of_a_rate",
    "membership_ends": (
        "join_on_another_day leave_on_another_day leave_undecided take_back_a_withdrawal"
    ),
    "opt_out_ends": (
        "end_an_opt_out_undecided opt_out_from_another_day opt_out_of_something_else "
        "prolong_an_opt_out"
    ),
}
POSTGRESQL = ON_BOTH | {
    "call_frozen": "change_a_call delete_a_call empty_the_calls",
    "account_frozen": "change_an_account delete_an_account",
    "audit_record_frozen": ("change_an_audit_record delete_an_audit_record empty_the_audit_trail"),
    "attachment_frozen": "delete_an_attachment empty_the_attachments rename_an_attachment",
    "evidence_frozen": "change_a_file",
    "evidence_hash": "file_under_another_hash",
    "closing_waiver_frozen": "change_a_waiver delete_a_waiver empty_the_waivers",
    "document_event_frozen": "change_a_step delete_a_step empty_the_steps",
    "exchange_rate_frozen": "change_a_rate delete_a_rate empty_the_rates",
    "rate_body_frozen": "change_a_rate_file delete_a_rate_file empty_the_rate_files",
    "indicator_vintage_frozen": "change_a_vintage",
    "journal_entry_frozen": "change_an_entry write_over_an_entry",
    "observation_frozen": "change_an_observation delete_an_observation empty_the_observations",
    "period_no_delete": "delete_a_period",
    "posting_after_seal": "add_after_the_seal add_to_a_sealed_entry",
    "scale_frozen": "change_a_scale delete_a_scale empty_the_scales",
    "posting_frozen": "change_a_posting delete_a_posting empty_the_postings",
    "seal_balance": f"answer_for_the_journal {ON_BOTH['seal_balance']}",
    "seal_follows": f"seal_with_another_hash {ON_BOTH['seal_follows']}",
    "seal_frozen": "change_a_seal",
    "membership_begins": "join_before_leaving join_twice join_undecided",
    "membership_no_delete": "delete_a_membership empty_the_memberships",
    "opt_out_begins": "opt_out_for_longer opt_out_twice opt_out_undecided",
    "opt_out_no_delete": "delete_an_opt_out empty_the_opt_outs",
}
SQLITE = ON_BOTH | {
    "call_no_delete": "delete_a_call",
    "call_no_replace": "replace_a_call",
    "call_no_update": "change_a_call",
    "account_no_delete": "delete_an_account",
    "account_no_update": "change_an_account",
    "audit_record_moment": "note_a_time_in_other_words",
    "audit_record_no_delete": "delete_an_audit_record",
    "audit_record_no_replace": "replace_an_audit_record",
    "audit_record_no_update": "change_an_audit_record",
    "attachment_no_delete": "delete_an_attachment",
    "attachment_no_replace": "replace_an_attachment",
    "attachment_no_update": "rename_an_attachment",
    "evidence_no_delete": "delete_a_file",
    "evidence_no_replace": "replace_a_file",
    "evidence_no_update": "change_a_file",
    "closing_waiver_no_delete": "delete_a_waiver",
    "closing_waiver_no_replace": "replace_a_waiver",
    "closing_waiver_no_update": "change_a_waiver",
    "document_event_no_delete": "delete_a_step",
    "document_event_no_update": "change_a_step",
    "exchange_rate_no_delete": "delete_a_rate",
    "exchange_rate_no_replace": "replace_a_rate",
    "exchange_rate_no_update": "change_a_rate",
    "rate_body_no_delete": "delete_a_rate_file",
    "rate_body_no_replace": "replace_a_rate_file",
    "rate_body_no_update": "change_a_rate_file",
    "document_no_replace": "replace_a_document",
    "indicator_vintage_no_delete": "delete_a_vintage",
    "indicator_vintage_no_replace": "replace_a_vintage",
    "indicator_vintage_no_update": "change_a_vintage",
    "journal_entry_day": (
        "post_at_a_time_in_other_words post_on_a_day_in_other_words post_on_no_day"
    ),
    "journal_entry_no_delete": "delete_an_entry",
    "journal_entry_occurred": "happen_on_a_day_in_other_words happen_on_no_day",
    "journal_entry_no_replace": "replace_an_entry",
    "journal_entry_no_update": "change_an_entry",
    "observation_complete": "add_to_a_vintage replace_an_observation",
    "observation_no_delete": "delete_an_observation",
    "observation_no_update": "change_an_observation",
    "period_no_delete": "delete_a_period",
    "posting_after_seal": "add_after_the_seal add_to_a_sealed_entry replace_a_posting",
    "posting_item": (f"be_due_on_a_day_in_other_words be_due_on_no_day {ON_BOTH['posting_item']}"),
    "posting_no_delete": "delete_a_posting",
    "scale_no_delete": "delete_a_scale",
    "scale_no_replace": "replace_a_scale",
    "scale_no_update": "change_a_scale",
    "posting_no_update": "change_a_posting",
    "seal_no_delete": "delete_a_seal",
    "seal_no_replace": "replace_a_seal",
    "seal_no_update": "change_a_seal",
    "membership_begins": ("join_before_leaving join_twice join_undecided replace_a_membership"),
    "membership_no_delete": "delete_a_membership",
    "opt_out_begins": "opt_out_for_longer opt_out_twice opt_out_undecided replace_an_opt_out",
    "opt_out_no_delete": "delete_an_opt_out",
}
GUARDS = {"postgresql": POSTGRESQL, "sqlite": SQLITE}
EACH = [(dialect, guard) for dialect, guards in GUARDS.items() for guard in sorted(guards)]

TRIGGERS = {
    "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
    "sqlite": "SELECT name, tbl_name FROM sqlite_schema WHERE type = 'trigger'",
}

# What of the guards can be undone without dropping a trigger.
QUIETLY = {
    "trigger seal_balance": "ALTER TABLE seal DISABLE TRIGGER seal_balance",
    "function mcrm_seal_balance": "CREATE OR REPLACE FUNCTION mcrm_seal_balance() RETURNS trigger "
    "LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "function mcrm_seal_count": "ALTER FUNCTION mcrm_seal_count() SET search_path = other",
    "constraint entry_sealed": "ALTER TABLE journal_entry DROP CONSTRAINT entry_sealed",
    "column posting.amount": "ALTER TABLE posting ALTER amount DROP NOT NULL",
    "rule lost": "CREATE RULE lost AS ON INSERT TO posting DO INSTEAD NOTHING",
    "policy hidden": "CREATE POLICY hidden ON posting USING (amount < 0)",
}


@pytest.fixture(scope="module")
def scenes(request: pytest.FixtureRequest) -> Iterator[dict[str, Books]]:
    """Books in each kind of database; whatever is done to them is undone."""
    sqlite, postgresql = (request.getfixturevalue(kind) for kind in ("sqlite", "postgresql"))
    with sqlite.upgraded() as one, postgresql.upgraded() as other:
        yield {"sqlite": scene(one), "postgresql": scene(other)}


def without(connection: Connection, guard: str) -> None:
    """Drop a guard."""
    triggers = connection.execute(sa.text(TRIGGERS[connection.dialect.name]))
    [table] = [table for name, table in triggers if name == guard]
    on_table = f" ON {table}" if connection.dialect.name == "postgresql" else ""
    connection.execute(sa.text(f"DROP TRIGGER {guard}{on_table}"))


def missed(connection: Connection) -> list[object]:
    """Name the guards that verification misses, where nothing else is wrong."""
    found = verify(Session(connection)).findings
    return [finding.params["name"] for finding in found if "guard" in finding.message]


@pytest.mark.parametrize("dialect", GUARDS)
def test_every_guard_has_its_attack(scenes: dict[str, Books], dialect: str) -> None:
    """No trigger is in the database without an attack that it alone refuses."""
    with stranger(scenes[dialect].engine) as connection:
        names = connection.scalars(sa.text(TRIGGERS[dialect])).all()
    assert sorted(names) == sorted(GUARDS[dialect])


@pytest.mark.parametrize(("dialect", "guard"), EACH)
def test_without_a_guard(scenes: dict[str, Books], dialect: str, guard: str) -> None:
    """Without a guard exactly its attacks get through, and verification misses exactly it."""
    books = scenes[dialect]
    kept_by_triggers = [
        name for name in against(dialect) if ATTACKS[name].refused[dialect] != "foreign key"
    ]
    with stranger(books.engine) as connection:
        without(connection, guard)
        through = {n for n in kept_by_triggers if outcome(connection, books, n) is None}
        assert through == set(GUARDS[dialect][guard].split())
        assert missed(connection) == [f"trigger {guard}"]


@pytest.mark.parametrize("dialect", GUARDS)
def test_guards_that_stand_are_not_missed(scenes: dict[str, Books], dialect: str) -> None:
    """Verification finds nothing in books that nobody touched."""
    with stranger(scenes[dialect].engine) as connection:
        assert verify(Session(connection)).findings == ()


@pytest.mark.parametrize(("name", "statement"), QUIETLY.items(), ids=QUIETLY)
def test_guard_undone_quietly(scenes: dict[str, Books], name: str, statement: str) -> None:
    """A guard that is there in name only is missed like one that was dropped."""
    with stranger(scenes["postgresql"].engine) as connection:
        connection.execute(sa.text(statement))
        assert missed(connection) == [name]
