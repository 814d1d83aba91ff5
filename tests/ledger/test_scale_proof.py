"""A scale that is not what was adopted, or does not follow from what it rests on, is found."""

import hashlib
import json

import pytest
from sqlalchemy import Connection, Engine, text

from ledger.db import writing
from ledger.seal import canonical
from tests.books import Books, opened
from tests.documents import booked
from tests.intruder import unguarded
from tests.ledger.scene import run, said

CHANGED = "Scale 1 is not what was adopted."
UNFOUNDED = "The shares of scale 1 do not follow from what it rests on."
UNSAID = "The document of scale 1 is not approved, or says something else."
# The first entries are an invoice, and the run that shares it.
UNKNOWN = "Entry 2 shares by a scale that was not adopted."
SEALED = "Entry 2 is not what was sealed."


@pytest.fixture
def shared(engine: Engine) -> Books:
    """Books of one invoice, shared by one scale."""
    books = opened(engine)
    with writing(engine) as session:
        booked(session, books, "scale", formula="pop-gdp-50-50")
        booked(session, books, "cost")
        booked(session, books, "allocation")
    return books


def rewrite(connection: Connection, old: str, new: str) -> None:
    """Forge a scale with another content, its hash made to fit."""
    content = connection.scalar(text("SELECT content FROM scale WHERE number = 1"))
    assert old in str(content)
    forged = canonical(json.loads(str(content).replace(old, new)))
    connection.execute(
        text("UPDATE scale SET content = :content, content_hash = :hash"),
        {"content": forged.decode(), "hash": hashlib.sha256(forged).digest()},
    )


def test_scales_as_adopted_are_well(shared: Books) -> None:
    """A scale leads to its shares again, and entries know it by its hash."""
    assert said(shared) == []


def test_a_changed_scale_is_found(shared: Books) -> None:
    """Whoever changes a figure of a scale changes its hash."""
    with unguarded(shared.engine) as connection:
        run(connection, "UPDATE scale SET content = replace(content, '37967209', '37967210')")
    assert said(shared) == [CHANGED]


def test_forged_shares_are_found(shared: Books) -> None:
    """Shares that do not follow from the figures are found, and so is that no entry knows them."""
    with unguarded(shared.engine) as connection:
        rewrite(connection, '"37967209"', '"37967210"')
    assert said(shared) == [UNFOUNDED, UNKNOWN]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"year":2016', '"year":2017'),
        ('"transform":"share"', '"transform":"cube"'),
        ('"used":', '"unused":'),
    ],
)
def test_a_scale_that_cannot_be_reckoned_is_found(shared: Books, old: str, new: str) -> None:
    """Nonsense in a scale is a finding like any other, and checking goes on."""
    with unguarded(shared.engine) as connection:
        rewrite(connection, old, new)
    assert said(shared) == [UNFOUNDED, UNKNOWN]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"borne_in":2016', '"borne_in":2017'),
        ('"name":"pop-gdp-50-50"', '"name":"half-and-half"'),
        ('"valid_from":"2016-11-21"', '"valid_from":"2016-11-22"'),
    ],
)
def test_another_scale_than_was_approved_is_found(shared: Books, old: str, new: str) -> None:
    """A scale that follows from its figures is still to be the one that the document asks for."""
    with unguarded(shared.engine) as connection:
        rewrite(connection, old, new)
    assert said(shared) == [UNSAID, UNKNOWN]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE scale SET valid_from = '2016-11-22'",
        "UPDATE scale SET purpose = 'setup'",
        "UPDATE document SET status = 'submitted' WHERE kind = 'scale'",
        "UPDATE document SET body = '{}' WHERE kind = 'scale'",
        "UPDATE document SET kind = 'cost' WHERE kind = 'scale'",
    ],
)
def test_a_scale_says_what_its_document_says(shared: Books, statement: str) -> None:
    """A scale stands on an approved document of its pool and first day."""
    with unguarded(shared.engine) as connection:
        run(connection, statement)
    assert said(shared) == [UNSAID]


def test_a_scale_that_is_gone_is_found(shared: Books) -> None:
    """An entry that shares by a scale names it by number and hash, under its own seal."""
    with unguarded(shared.engine) as connection:
        run(connection, "DELETE FROM scale")
    assert said(shared) == [UNKNOWN]


def test_an_entry_that_names_another_scale_is_found(shared: Books) -> None:
    """Which scale shared a cost is sealed with the entry."""
    with unguarded(shared.engine) as connection:
        run(
            connection,
            "UPDATE journal_entry SET idempotency_key = replace(idempotency_key, ':1:', ':2:')",
        )
    assert said(shared) == [SEALED, UNKNOWN]
