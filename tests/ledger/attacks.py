"""Attacks on the journal from below the program, each with the guard that refuses it.

An attack writes with a `Forger` into the books of `tests.ledger.scene`; its name, and its sentence
where it has one, are the rule that it tries to break. Where only one database knows the trick, only
that one is named.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from tests.books import NOW, Books
from tests.intruder import Forger, refusal
from tests.ledger.attack_statements import ONLY, STATEMENTS
from tests.ledger.attacks_on_items import ACTS
from tests.ledger.scene import CLOSED_DAY

Act = Callable[[Forger], None]

BOTH = ("postgresql", "sqlite")
NO_DAY = date(2030, 1, 1)


@dataclass(frozen=True)
class Attack:
    """What is tried, and what refuses it on which database."""

    act: Act
    refused: dict[str, str]


ATTACKS: dict[str, Attack] = {name: Attack(*said) for name, said in ACTS.items()}


def refused(by: str | None = None, **on: str) -> Callable[[Act], Act]:
    """Put an attack on the list, with the guard that refuses it on both databases or on one."""

    def listed(act: Act) -> Act:
        ATTACKS[act.__name__] = Attack(act, dict.fromkeys(BOTH, by) if by else on)
        return act

    return listed


def against(dialect: str) -> list[str]:
    """Name the attacks that a database must refuse."""
    return [name for name, attack in ATTACKS.items() if dialect in attack.refused]


def outcome(connection: Connection, books: Books, name: str) -> str | None:
    """Try an attack and undo it; say what refused it, or nothing when it got through."""
    attempt = connection.begin_nested()
    try:
        ATTACKS[name].act(Forger(connection, **books.hands))
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
    except DBAPIError as error:
        return refusal(error)
    finally:
        attempt.rollback()
    return None


# What stands stays as it is. SQLite has no TRUNCATE, and PostgreSQL no REPLACE.

for _guard, _statements in STATEMENTS.items():
    for _name, _statement in _statements.items():
        _on = ONLY.get(_name, ONLY.get(_statement.split()[0], BOTH))
        _where = dict.fromkeys(_on, _guard)
        ATTACKS[_name] = Attack(partial(Forger.run, statement=_statement), _where)


# A posting is something, within bounds, in its account's currency and book, and of a state.

POSTINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "post_another_currency": ("LG007", {"account": "1011"}),
    "post_without_a_state": ("LG013", {"account": "4020", "state_code": None}),
    "post_to_no_account": ("foreign key", {"account": "1234"}),
    "post_to_no_state": ("foreign key", {"state_code": "XX"}),
    "post_into_another_book": ("foreign key", {"book": "burden"}),
    "post_on_another_day": ("foreign key", {"effective_on": NOW.date()}),
    "post_nothing": ("check", {"amount": 0, "euro": 0}),
    "post_a_dear_euro": ("check", {"euro": 101_00}),
    "post_beyond_bounds": ("check", {"amount": 900_000_000_000_001}),
    "post_half_a_rate": ("check", {"per_euro": "4.25"}),
}


def _post(forger: Forger, otherwise: dict[str, Any]) -> None:
    forger.entry()
    forger.posting(1, **{"amount": 100_00} | otherwise)
    forger.posting(2, -100_00, book=otherwise.get("book", "accounts"))
    forger.seal()


for _name, (_guard, _otherwise) in POSTINGS.items():
    ATTACKS[_name] = Attack(partial(_post, otherwise=_otherwise), dict.fromkeys(BOTH, _guard))


# Nothing takes the place of what stands.


@refused(postgresql="LG000", sqlite="LG006")
def write_over_an_entry(forger: Forger) -> None:
    """An entry under a taken number does not change the one that has it."""
    forger.run("""
        INSERT INTO journal_entry SELECT * FROM journal_entry WHERE number = 1
        ON CONFLICT (number) DO UPDATE SET narration = 'None'""")


@refused(postgresql="LG000", sqlite="LG002")
def write_over_a_posting(forger: Forger) -> None:
    """A posting on a taken line does not change the one that stands there."""
    forger.run("""
        INSERT INTO posting SELECT * FROM posting WHERE entry = 1
        ON CONFLICT (entry, line) DO UPDATE SET amount = posting.amount - 1""")


@refused(sqlite="LG006")
def replace_a_seal(forger: Forger) -> None:
    """A new seal with the hash of an old one does not take the old one away."""
    forger.entry()
    forger.pair()
    forger.run(
        "REPLACE INTO seal SELECT :next, content_hash, "
        "(SELECT hash FROM seal WHERE number = :next - 1), hash FROM seal WHERE number = 1",
        next=forger.next,
    )


@refused(postgresql="unique", sqlite="LG006")
def reverse_twice(forger: Forger) -> None:
    """An entry is reversed once."""
    forger.entry(reverses=2)


@refused(postgresql="unique", sqlite="LG006")
def use_a_key_twice(forger: Forger) -> None:
    """A key stands for one entry."""
    forger.entry(idempotency_scope="test", idempotency_key="given")


# A sealed entry is closed, and no entry stays open.


@refused("LG002")
def add_to_a_sealed_entry(forger: Forger) -> None:
    """Nothing is added to an entry of the books, though it balances."""
    forger.posting(5, 5, entry=1)
    forger.posting(6, -5, entry=1)


@refused("LG002")
def add_after_the_seal(forger: Forger) -> None:
    """A seal closes its entry at once, not only when the transaction ends."""
    forger.entry()
    forger.pair()
    forger.seal()
    if forger.connection.dialect.name == "postgresql":
        forger.run("SET CONSTRAINTS ALL IMMEDIATE")
    forger.posting(3, 5)
    forger.posting(4, -5)


@refused(postgresql="LG001", sqlite="foreign key")
def post_without_an_entry(forger: Forger) -> None:
    """No posting stands without its entry."""
    forger.pair()


@refused("foreign key")
def leave_an_entry_unsealed(forger: Forger) -> None:
    """No entry is left without its seal."""
    forger.entry()
    forger.pair()


@refused("LG003")
def seal_nothing(forger: Forger) -> None:
    """An entry has at least two postings."""
    forger.entry()
    forger.seal()


# Each book balances, in each currency and in euro.


@refused("LG004")
def unbalanced(forger: Forger) -> None:
    """Debits equal credits."""
    forger.entry()
    forger.posting(1, 100_00)
    forger.posting(2, -99_99)
    forger.seal()


@refused("LG004")
def unbalanced_in_one_currency(forger: Forger) -> None:
    """An entry in zloty and euro balances in each of them."""
    forger.entry()
    forger.posting(1, 425_00, account="1011", currency="PLN", euro=100_00)
    forger.posting(2, -100_00)
    forger.seal()


@refused("LG004")
def unbalanced_in_euro(forger: Forger) -> None:
    """An entry that balances in zloty balances in euro too."""
    forger.entry()
    forger.posting(1, 425_00, account="1011", currency="PLN", euro=100_00)
    forger.posting(2, -425_00, currency="PLN", euro=-99_00)
    forger.seal()


@refused("LG004")
def unbalanced_between_books(forger: Forger) -> None:
    """No book is balanced by another."""
    forger.entry()
    forger.posting(1, 100_00)
    forger.posting(2, -100_00, account="8020", book="burden")
    forger.seal()


@refused(postgresql="LG004")
def answer_for_the_journal(forger: Forger) -> None:
    """A temporary table of the same name does not answer for the journal's own."""
    forger.entry()
    forger.posting(1, 100_00)
    forger.posting(2, -1_00)
    forger.run("CREATE TEMPORARY TABLE posting AS SELECT * FROM posting WHERE entry = 1")
    forger.run("UPDATE pg_temp.posting SET entry = :next", next=forger.next)
    forger.seal()


# Seals follow one another.


@refused("LG005")
def skip_a_number(forger: Forger) -> None:
    """Numbers have no gap."""
    forger.next += 1
    forger.entry()
    forger.pair()
    forger.seal()


@refused("LG005")
def follow_another(forger: Forger) -> None:
    """A seal holds the hash of the one before."""
    forger.entry()
    forger.pair()
    forger.seal(previous_hash=bytes(32))


@refused(postgresql="LG005")
def seal_with_another_hash(forger: Forger) -> None:
    """A seal's hash is made of what it seals."""
    forger.entry()
    forger.pair()
    forger.seal(hash=b"h" * 32)


# A document is approved by somebody else who may.


@refused("LG021")
def approve_after_leaving(forger: Forger) -> None:
    """Who no longer acts for the mechanism approves nothing."""
    forger.run("UPDATE user_account SET active = false WHERE role = 'coordinator'")
    forger.approve()


@refused("LG021")
def approve_the_own_document(forger: Forger) -> None:
    """A coordinator does not approve what is the coordinator's own."""
    forger.run("UPDATE user_account SET role = 'coordinator' WHERE id = :by", by=forger.by)
    forger.approve(by=forger.by)


# What was closed is closed, and days are days.


@refused("LG008")
def post_into_a_closed_period(forger: Forger) -> None:
    """Nothing is posted into a closed year."""
    _post_on(forger, CLOSED_DAY)


@refused("LG008")
def post_under_an_open_period(forger: Forger) -> None:
    """A period laid over a closed one does not open it."""
    forger.run("INSERT INTO period VALUES ('2014-01-01', '2016-06-30', 'open')")
    _post_on(forger, CLOSED_DAY)


@refused("LG010")
def post_outside_all_periods(forger: Forger) -> None:
    """Nothing is posted where no period is."""
    _post_on(forger, NO_DAY)


@refused(sqlite="LG017")
def post_on_a_day_in_other_words(forger: Forger) -> None:
    """A day is written in one way, by which all days are in order."""
    forger.entry(effective_on=sa.literal("20170301"))


@refused(sqlite="LG017")
def post_at_a_time_in_other_words(forger: Forger) -> None:
    """A moment is written in one way, by which all moments are in order."""
    forger.entry(recorded_at=sa.literal("2026-11-23T10:00:00.000000+01:00"))


@refused(sqlite="LG017")
def post_on_no_day(forger: Forger) -> None:
    """A day is one of the calendar's."""
    forger.entry(effective_on=sa.literal("2017-02-30"))


def _post_on(forger: Forger, day: date) -> None:
    forger.entry(effective_on=day)
    forger.pair(effective_on=day)
    forger.seal()


# Two people, and what they saw.


@refused("check")
def approve_the_own_entry(forger: Forger) -> None:
    """Who made an entry does not approve it."""
    forger.entry(approved_by=forger.by)


@refused("LG011")
def post_what_is_not_approved(forger: Forger) -> None:
    """A document is posted once it is approved."""
    _post_document(forger)


@refused("LG011")
def post_what_was_not_seen(forger: Forger) -> None:
    """A document is posted as it was approved."""
    forger.approve()
    _post_document(forger, document_hash=bytes(32))


@refused("LG011")
def post_in_another_name(forger: Forger) -> None:
    """An entry names who made and who approved its document, nobody else."""
    forger.approve()
    _post_document(forger, recorded_by=forger.approved_by, approved_by=forger.by)


@refused("LG011")
def post_under_another_key(forger: Forger) -> None:
    """What was approved once is not posted twice, under a key of somebody's choice."""
    forger.approve()
    _post_document(forger, idempotency_scope="once more")


@refused("LG011")
def post_a_gift_as_a_payment(forger: Forger) -> None:
    """Only a cost has a second entry, which pays it."""
    forger.approve()
    _post_document(forger, idempotency_key="waiting:payment")


@refused("LG011")
def post_a_gift_as_a_reversal(forger: Forger) -> None:
    """The approval of a gift undoes no entry."""
    forger.approve()
    _post_document(forger, idempotency_scope="reversal", idempotency_key="1", reverses=1)


def _post_document(forger: Forger, **otherwise: Any) -> None:
    """Post the document that waits, or that was just approved."""
    found = "SELECT id, body_hash FROM document WHERE kind = 'contribution' "
    found += "AND submitted_at IS NOT NULL AND id NOT IN "
    posted = "(SELECT document_id FROM journal_entry WHERE document_id IS NOT NULL)"
    document = forger.connection.execute(sa.text(found + posted)).one()
    said = {
        "document_id": document.id,
        "document_hash": bytes(document.body_hash),
        "idempotency_scope": "document",
        "idempotency_key": document.id,
    } | otherwise
    said["idempotency_key"] = said["idempotency_key"].replace("waiting", document.id)
    forger.entry(**said)
    forger.pair()
    forger.seal()
