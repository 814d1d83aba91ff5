"""An entry that rests on nothing, or on something else than it says, is found and named."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.db import writing
from ledger.journal import post_all
from tests.books import DAY, MONDAYS, NOW, Books, entry
from tests.databases import Sqlite
from tests.intruder import Forger, unguarded
from tests.ledger.scene import longer_scene, run, said, scene

SEALED = "Entry 4 is not what was sealed."
SCALE = "The document of scale 1 is not approved, or says something else."
CALL = "The document of call 1 is not approved, or says something else."
REVERSED = "The document of entry 3 is not what was approved."


# Of what posts nothing: a scale, a withdrawal, two opt-outs, and a call.
ANOTHER = "Document … is not what was approved."
NOT_ANY_MORE = "Document … was approved, and is not any more."
NO_APPROVAL = "The last step on record of document … is not its approval."


def kinds(found: list[str]) -> list[str]:
    """Leave out which documents are named: their names are drawn by lot."""
    return [re.sub(r"(?<=[Dd]ocument )[0-9a-f-]{36}", "…", each) for each in found]


@pytest.fixture
def tampered(engine: Engine) -> Books:
    """Books of six entries, to be tampered with; the first has a document."""
    return longer_scene(engine)


def test_document_that_was_changed_is_found(tampered: Books) -> None:
    """What was approved is kept, and an entry knows which text it was."""
    with unguarded(tampered.engine) as connection:
        run(connection, "UPDATE document SET body = '{}' WHERE status = 'approved'")
    assert kinds(said(tampered)) == [CHANGED, REVERSED, *[ANOTHER] * 5, SCALE, CALL]


def test_document_that_is_gone_is_found(tampered: Books) -> None:
    """A document that was posted is never deleted."""
    with unguarded(tampered.engine) as connection:
        run(
            connection,
            "DELETE FROM document_event",
            "DELETE FROM document WHERE status = 'approved'",
        )
    assert "The document of entry 1 is not what was approved." in said(tampered)


NO_LONGER = "The document of entry 1 is not approved."
OTHERS = "The document of entry 1 was made or approved by somebody else."
NO_STEP = "The last step on record of entry 1's document is not its approval."
CHANGED = "The document of entry 1 is not what was approved."
VOUCHER = "(SELECT document_id FROM journal_entry WHERE number = 1)"
UNVOUCHED = {
    "status": ("UPDATE document SET status = 'submitted' WHERE id", NO_LONGER),
    "maker": ("UPDATE document SET made_by = made_by + 1 WHERE id", OTHERS),
    "approver": ("UPDATE document SET decided_by = made_by + 1 WHERE id", OTHERS),
    "hash": (
        "UPDATE document SET body_hash = (SELECT hash FROM seal WHERE number = 1) WHERE id",
        CHANGED,
    ),
    "point": ("""UPDATE document SET body = '{"amount": 1.5}' WHERE id""", CHANGED),
    "half a letter": (r"""UPDATE document SET body = '"\ud800"' WHERE id""", CHANGED),
    "steps": ("DELETE FROM document_event WHERE document_id", NO_STEP),
    "last step": (
        "DELETE FROM document_event WHERE status = 'approved' AND document_id",
        NO_STEP,
    ),
    "another's step": ("UPDATE document_event SET by = by + 1 WHERE document_id", NO_STEP),
    "step on another text": (
        """UPDATE document_event SET body_hash = (SELECT hash FROM seal WHERE number = 1)
           WHERE document_id""",
        NO_STEP,
    ),
}


@pytest.mark.parametrize("how", UNVOUCHED)
def test_entry_without_its_voucher_is_found(tampered: Books, how: str) -> None:
    """An entry rests on a document that the two people it names made and approved as it stands."""
    statement, found = UNVOUCHED[how]
    with unguarded(tampered.engine) as connection:
        run(connection, f"{statement} = {VOUCHER}")
    # The audit trail says who took each step, and finds another's too.
    assert [each for each in said(tampered) if not each.startswith("The audit trail")] == [found]


UNDECIDED = {
    "body": (
        "UPDATE document SET body = replace(CAST(body AS text), '2018-06-30', '2018-07-31')",
        [ANOTHER],
    ),
    "status": ("UPDATE document SET status = 'withdrawn'", [NOT_ANY_MORE]),
    "approver": ("UPDATE document SET decided_by = made_by + 2", [NO_APPROVAL]),
}


@pytest.mark.parametrize("how", UNDECIDED)
def test_decision_that_was_changed_is_found(sqlite: Sqlite, how: str) -> None:
    """What posts nothing is held against its approval, too: here, an opt-out with its last day."""
    statement, found = UNDECIDED[how]
    with sqlite.upgraded() as engine:
        books = scene(engine)
        with unguarded(engine) as connection:
            run(connection, f"{statement} WHERE kind = 'opt_out' AND body LIKE '%2018-06-30%'")
        assert kinds(said(books)) == found


def test_decision_without_its_approval_is_found(tampered: Books) -> None:
    """An approval is a step on record, with its own name and text."""
    with unguarded(tampered.engine) as connection:
        run(
            connection,
            "DELETE FROM document_event WHERE status = 'approved' AND document_id IN "
            "(SELECT id FROM document WHERE kind = 'withdrawal')",
        )
    assert kinds(said(tampered)) == [NO_APPROVAL]


def test_document_that_is_no_document_is_found(sqlite: Sqlite) -> None:
    """A body that cannot be read at all is a finding like any other, and checking goes on."""
    with sqlite.upgraded() as engine:
        books = scene(engine)
        with unguarded(engine) as connection:
            run(connection, "UPDATE document SET body = '{' WHERE status = 'approved'")
        assert kinds(said(books)) == [CHANGED, REVERSED, *[ANOTHER] * 5, SCALE, CALL]


def test_another_chart_is_found(tampered: Books) -> None:
    """The database holds the chart that the program reckons with, no account more or other."""
    with unguarded(tampered.engine) as connection:
        run(
            connection,
            "UPDATE account SET per_state = NOT per_state WHERE code = '9490'",
            "INSERT INTO account VALUES ('9999', 'memorandum', NULL, false, NULL)",
        )
    assert said(tampered) == [
        "Account 9490 in the database is not that of the chart.",
        "Account 9999 in the database is not that of the chart.",
    ]


def forged(books: Books, *, euro: int = 100_00, **otherwise: object) -> list[str]:
    """Forge an entry of 425 zloty with its seal, and say what is found beside the seal."""
    fields = {"currency": "PLN", "per_euro": "4.2500", "rate_on": MONDAYS[8], "rate_source": "ecb"}
    with unguarded(books.engine) as connection:
        forger = Forger(connection, **books.hands)
        forger.entry()
        for line, sign in ((1, 1), (2, -1)):
            line_fields = {"euro": sign * euro, "account": "1090", **fields, **otherwise}
            forger.posting(line, sign * 425_00, **line_fields)
        forger.seal()
    return [each for each in said(books) if each != "Entry 7 is not what was sealed."]


TRANSLATED = "Entry 7 is not translated into euro at the rate that it names."
UNPUBLISHED = "Entry 7 names a rate that was not published."
UNFIXED = "Entry 7 names a rate that was never fixed."


@pytest.mark.parametrize(
    ("otherwise", "found"),
    [
        ({}, []),
        ({"euro": 100_01}, []),
        ({"euro": 100_02}, [TRANSLATED]),
        ({"euro": 99_98}, [TRANSLATED]),
        ({"per_euro": "4.25"}, [UNPUBLISHED]),
        ({"per_euro": "nothing"}, [TRANSLATED, UNPUBLISHED]),
        ({"per_euro": "0"}, [TRANSLATED, UNPUBLISHED]),
        ({"rate_on": DAY}, [UNPUBLISHED]),
        ({"rate_source": "someone"}, [UNPUBLISHED]),
        ({"rate_source": "fixed"}, [UNFIXED]),
    ],
)
def test_rates_are_those_published(
    tampered: Books, otherwise: dict[str, Any], found: list[str]
) -> None:
    """A posting names a rate as published or fixed, and its euro is that rate's, to a cent."""
    assert forged(tampered, **otherwise) == found


def test_fixed_rate_is_the_councils(tampered: Books) -> None:
    """A currency that gave way to the euro has its fixed rate from that day on."""
    fixed = {"currency": "SKK", "per_euro": "30.1260", "rate_on": date(2009, 1, 1)}
    assert forged(tampered, euro=14_11, rate_source="fixed", **fixed) == []


@pytest.mark.parametrize(
    "field", [{"currency": "pln"}, {"account": "10a0"}, {"state_code": "Pl"}], ids=str
)
def test_code_in_other_letters_is_found(tampered: Books, field: dict[str, str]) -> None:
    """Codes are compared letter by letter: one in other letters has a balance of its own."""
    no_rate: dict[str, Any] = dict.fromkeys(("per_euro", "rate_on", "rate_source"))
    found = forged(tampered, **(no_rate | field))
    assert "Entry 7 holds a code that is not written as the books write it." in found


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET effective_on = '20170301' WHERE number = 4",
        "UPDATE journal_entry SET effective_on = '2017-02-30' WHERE number = 4",
        "UPDATE posting SET effective_on = '2017-W09-3' WHERE entry = 4",
        "UPDATE journal_entry SET recorded_at = '2026-11-23T09:00:00Z' WHERE number = 4",
        "UPDATE journal_entry SET recorded_at = '2026-11-23 09:00:00.000000Z' WHERE number = 4",
        "UPDATE journal_entry SET recorded_at = recorded_at || char(0) WHERE number = 4",
        """UPDATE posting SET rate_on = '20170301', rate_source = 'ecb', per_euro = '1'
           WHERE entry = 4""",
    ],
)
def test_day_in_other_words_is_found(sqlite: Sqlite, statement: str) -> None:
    """Days are compared as SQLite keeps them, as texts: one in other words falls elsewhere."""
    with sqlite.upgraded() as engine:
        books = scene(engine)
        with writing(engine) as session:
            post_all(session, [entry("4")], **books.hands, now=NOW)
        with unguarded(engine) as connection:
            run(connection, statement)
        found = said(books)
    assert SEALED in found
    assert "Entry 4 holds a day or a time that is not written as the books write it." in found
