"""Attacks on open items, on real days, and on the two who approve; `attacks` puts them on its list.

Each is an act by its name, and what refuses it on which database.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import sqlalchemy as sa

from tests.intruder import Forger

BOTH = ("postgresql", "sqlite")

# Two lines each, as they differ from a hundred euro of the bank and of what Poland gave.
OWED = {"account": "1110", "item": "debt"}
DUE = {"account": "2050", "item": "debt"}
ZLOTY = {"currency": "PLN", "account": "1011"}
# No money, but a hundred euro of worth.
WORTH, WORTH_LESS = {"amount": 0, "euro": 100_00}, {"amount": 0, "euro": -100_00}
GIVEN_CZK = {"account": "4020", "currency": "CZK"}
BANK_CZK = {"account": "1012", "currency": "CZK"}
LINES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "owe_without_an_item": ("LG030", {"account": "1110"}, {}),
    "give_an_item": ("LG030", {}, {"item": "debt"}),
    "settle_on_another_account": ("LG031", OWED, DUE),
    "settle_for_another_state": ("LG031", OWED, OWED | {"state_code": "CZ"}),
    "settle_more_than_is_owed": ("LG032", {}, OWED),
    "settle_more_than_is_due": ("LG032", DUE, {}),
    "overdraw_the_bank": ("LG035", GIVEN_CZK, BANK_CZK),
    "leave_worth_in_the_bank": ("LG035", GIVEN_CZK | WORTH, BANK_CZK | WORTH_LESS),
    "leave_euro_on_what_is_settled": ("LG032", OWED | WORTH, WORTH_LESS),
}
NOT_DAYS = ("20170301", "2017-02-30")


def _post(forger: Forger, debit: dict[str, Any], credit: dict[str, Any]) -> None:
    forger.entry()
    forger.posting(1, **{"amount": 100_00} | debit)
    forger.posting(2, **{"amount": -100_00} | credit)
    forger.seal()


def _revalue(forger: Forger, debit: dict[str, Any], credit: dict[str, Any]) -> None:
    """Leave a worth without an amount, and call it a revaluation, without a document of one."""
    forger.entry(kind="revaluation")
    forger.posting(1, **{"amount": 0, "euro": 100_00} | debit)
    forger.posting(2, **{"amount": 0, "euro": -100_00} | credit)
    forger.seal()


def settle_in_another_currency(forger: Forger) -> None:
    """What is owed in zloty is not settled in euro."""
    forger.entry()
    forger.posting(1, 100_00, **OWED | ZLOTY | {"account": "1110", "euro": 25_00})
    forger.posting(2, -100_00, **ZLOTY | {"account": "4020", "euro": -25_00})
    forger.posting(3, 100_00, **OWED)
    forger.posting(4, -100_00)
    forger.seal()


def be_due_on_no_day(forger: Forger, day: str) -> None:
    """A day is one of the calendar's, written in one way."""
    _post(forger, OWED | {"due_on": sa.literal(day)}, {})


def happen_on_no_day(forger: Forger, day: str) -> None:
    """A day is one of the calendar's, written in one way."""
    forger.entry(occurred_on=sa.literal(day))
    forger.pair()
    forger.seal()


# Who approves. Eva is a coordinator, and so is Ota; Anna made what waits for two.

USER = "(SELECT id FROM user_account WHERE login = '{}')"
CLAIM = "UPDATE document SET {} WHERE kind = 'prefinancing'"


def _claim(forger: Forger, changes: tuple[str, ...], before: str) -> None:
    """Submit the claim and change it, step by step; names in braces are people's."""
    people = {name: USER.format(name) for name in ("eva", "ota", "anna", "iva")}
    if before:
        forger.run(before)
    for change in ("status = 'submitted'", *changes):
        forger.run(CLAIM.format(change.format(**people)))


BY_EVA, BY_OTA = "status = 'approved', decided_by = {eva}", "endorsed_by = {ota}"
POLISH = "UPDATE user_account SET state_code = 'PL' WHERE login = '{}'"
PROMOTED = "UPDATE user_account SET role = 'coordinator' WHERE login = 'anna'"
GONE = "UPDATE user_account SET active = false WHERE login = 'ota'"
# By what refuses each: the changes, and what is changed before.
CLAIMS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "approve_the_own_claim": ("LG033", (BY_OTA, BY_EVA), POLISH.format("eva")),
    "approve_alone": ("LG034", (BY_EVA,), ""),
    "approve_twice": ("LG034", (BY_OTA.format(ota="{eva}"), BY_EVA), ""),
    "endorse_for_the_own_state": ("LG034", (BY_OTA,), POLISH.format("ota")),
    "endorse_as_an_officer": ("LG034", ("endorsed_by = {iva}",), ""),
    "endorse_after_leaving": ("LG034", (BY_OTA,), GONE),
    "endorse_as_the_maker": ("LG034", ("endorsed_by = {anna}",), PROMOTED),
    "endorse_by_approving": ("LG034", (f"endorsed_by = {{ota}}, {BY_EVA}",), ""),
    "take_an_endorsement_back": ("LG012", (BY_OTA, "endorsed_by = NULL"), ""),
    "edit_what_is_endorsed": ("LG034", (BY_OTA, "status = 'draft', body = '{{}}'"), ""),
    "return_what_is_endorsed": ("LG034", (BY_OTA, "status = 'returned'"), ""),
}


def accept_the_own_gift(forger: Forger) -> None:
    """Nobody of the state that gives in kind accepts what it is worth."""
    forger.run(POLISH.format("eva"))
    forger.run(
        """UPDATE document SET status = 'draft', body = '{"form": "goods"}'
        WHERE kind = 'contribution' AND status = 'submitted'"""
    )
    for status in ("submitted", "approved"):
        forger.run(
            "UPDATE document SET status = :status, decided_by = :by "
            "WHERE kind = 'contribution' AND id <> 'loose' AND status IN ('draft', 'submitted')",
            status=status,
            by=forger.approved_by,
        )


def _decide_the_own(forger: Forger, kind: str, body: str) -> None:
    """Nobody of a state decides on its debt, or pays it."""
    forger.run(POLISH.format("eva"))
    forger.run(
        f"""INSERT INTO document (id, kind, state_code, status, version, body, body_hash, made_by,
            made_at, idempotency_scope, idempotency_key)
        SELECT 'own', '{kind}', 'PL', 'draft', 1, {body}, body_hash, made_by,
            made_at, idempotency_scope, 'own'
        FROM document WHERE id = 'loose'"""  # noqa: S608 - no input
    )
    for status in ("submitted", "approved"):
        forger.run(
            "UPDATE document SET status = :status, decided_by = :by WHERE id = 'own'",
            status=status,
            by=forger.approved_by,
        )


OWN_CASES = {
    "decide_on_the_own_pledge": {"kind": "pledge", "body": "'{}'"},
    "let_the_own_pledge_lapse": {"kind": "lapse", "body": "'{}'"},
    "meet_the_own_condition": {"kind": "condition", "body": "'{}'"},
    "pay_the_own_state": {"kind": "payment", "body": "'{}'"},
    "give_up_the_own_debt": {
        "kind": "application",
        "body": """'{"difference": "written_off"}'""",
    },
}


ACTS: dict[str, tuple[Callable[[Forger], None], dict[str, str]]] = {
    **{
        name: (partial(_post, debit=debit, credit=credit), dict.fromkeys(BOTH, guard))
        for name, (guard, debit, credit) in LINES.items()
    },
    **{
        name: (partial(_claim, changes=changes, before=before), dict.fromkeys(BOTH, guard))
        for name, (guard, changes, before) in CLAIMS.items()
    },
    "revalue_what_is_settled_by_hand": (
        partial(_revalue, debit=OWED, credit={}),
        dict.fromkeys(BOTH, "LG032"),
    ),
    "revalue_an_empty_bank_by_hand": (
        partial(_revalue, debit=GIVEN_CZK, credit=BANK_CZK),
        dict.fromkeys(BOTH, "LG035"),
    ),
    "settle_in_another_currency": (settle_in_another_currency, dict.fromkeys(BOTH, "LG031")),
    **{
        name: (
            partial(_decide_the_own, kind=said["kind"], body=said["body"]),
            dict.fromkeys(BOTH, "LG033"),
        )
        for name, said in OWN_CASES.items()
    },
    "accept_the_own_gift": (accept_the_own_gift, dict.fromkeys(BOTH, "LG033")),
    "be_due_on_a_day_in_other_words": (
        partial(be_due_on_no_day, day=NOT_DAYS[0]),
        {"sqlite": "LG017"},
    ),
    "be_due_on_no_day": (partial(be_due_on_no_day, day=NOT_DAYS[1]), {"sqlite": "LG017"}),
    "happen_on_a_day_in_other_words": (
        partial(happen_on_no_day, day=NOT_DAYS[0]),
        {"sqlite": "LG017"},
    ),
    "happen_on_no_day": (partial(happen_on_no_day, day=NOT_DAYS[1]), {"sqlite": "LG017"}),
}
