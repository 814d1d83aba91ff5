"""A scale that is not what was adopted, or does not follow from what it rests on, is found."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from ledger.db import writing
from ledger.formula_files import formula, toml_text
from ledger.reckoning import reckoned_from
from ledger.seal import canonical
from ledger.states import FOUNDERS
from ledger.vintages import import_vintage
from tests.books import NOW, Books, opened
from tests.documents import booked
from tests.intruder import unguarded
from tests.ledger.scene import run, said

CHANGED = "Scale 1 is not what was adopted."
UNFOUNDED = "The shares of scale 1 do not follow from what it rests on."
UNSAID = "The document of scale 1 is not approved, or says something else."
# The first entries are an invoice, and the run that shares it.
UNPUBLISHED = "Scale 1 rests on other values than its vintages hold."
OTHERS = "Scale 1 is for other states than took part when it was adopted."
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


@pytest.fixture
def adopted(engine: Engine) -> Books:
    """Books of one scale by which nothing was shared yet."""
    books = opened(engine)
    with writing(engine) as session:
        booked(session, books, "scale", formula="pop-gdp-50-50")
    return books


def forge(connection: Connection, change: Callable[[dict[str, Any]], object]) -> None:
    """Forge a scale with another content, its shares and its hash made to fit."""
    content = json.loads(str(connection.scalar(text("SELECT content FROM scale"))))
    change(content)
    shares = reckoned_from(content).scale.shares
    content["shares"] = {state: str(share) for state, share in shares.items()}
    store(connection, canonical(content))


def reweigh(content: dict[str, Any]) -> None:
    """Let one criterion weigh more than the other."""
    for term, weight in zip(content["formula"]["terms"], ("9/10", "1/10"), strict=True):
        term["weight"] = weight


def without_hungary(content: dict[str, Any]) -> None:
    """Leave Hungary out, and what was published of it."""
    del content["shares"]["HU"]
    content["used"] = [each for each in content["used"] if each[2] != "HU"]


def store(connection: Connection, forged: bytes) -> None:
    """Write a scale's content over the one there is."""
    connection.execute(
        text("UPDATE scale SET content = :content, content_hash = :hash"),
        {"content": forged.decode(), "hash": hashlib.sha256(forged).digest()},
    )


def rewrite(connection: Connection, old: str, new: str) -> None:
    """Forge a scale with another content, its hash made to fit."""
    content = connection.scalar(text("SELECT content FROM scale WHERE number = 1"))
    assert old in str(content)
    store(connection, canonical(json.loads(str(content).replace(old, new))))


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
    found = said(shared)
    # What was changed in the document itself is found there, too.
    assert found[-1] == UNSAID
    assert len(found) == (2 if "document" in statement else 1)


def test_a_scale_by_another_formula_is_found(engine: Engine) -> None:
    """A scale that nothing was shared by yet is still by the formula that its document gives."""
    books = opened(engine)
    with writing(engine) as session:
        text_ = toml_text(formula("pop-gdp-50-50"))
        booked(session, books, "scale", formula=None, formula_text=text_)
    with unguarded(books.engine) as connection:
        forge(connection, reweigh)
    assert said(books) == [UNSAID]


def test_a_scale_on_other_values_is_found(adopted: Books) -> None:
    """Values that a scale used are still those that were published."""
    with unguarded(adopted.engine) as connection:
        forge(connection, lambda content: content["used"][0].__setitem__(4, "1"))
    assert said(adopted) == [UNPUBLISHED]


def test_a_scale_for_other_states_is_found(adopted: Books) -> None:
    """A scale is for those who took part on its first day, as far as was known."""
    with unguarded(adopted.engine) as connection:
        forge(connection, without_hungary)
    assert said(adopted) == [OTHERS]


def test_decisions_of_later_do_not_touch_a_scale(adopted: Books) -> None:
    """Who joins or leaves by a later decision did not when the scale was adopted."""
    with writing(adopted.engine) as session:
        booked(session, adopted, "accession", joined_on="2016-11-21")
        booked(session, adopted, "withdrawal", left_on="2016-12-31")
    assert said(adopted) == []
    with writing(adopted.engine) as session:
        booked(session, adopted, "scale", valid_from="2017-01-01", formula="pop-gdp-50-50")
    assert said(adopted) == []


def test_imported_values_that_are_none_are_found(adopted: Books) -> None:
    """A value that is no number is one that no scale can rest on, and checking goes on."""
    rows = "".join(f"{state},2016,gni,1{place}\n" for place, state in enumerate(FOUNDERS))
    about = {"filename": "gni.csv", "vintage": "office", "publisher": "Office"}
    with writing(adopted.engine) as session:
        body = f"state,year,indicator,value\n{rows}".encode()
        import_vintage(session, body, **about, by=adopted.office, now=NOW)
        booked(session, adopted, "scale", purpose="setup", formula="gni", vintage="office")
    assert said(adopted) == []
    with unguarded(adopted.engine) as connection:
        run(connection, "UPDATE observation SET value = 'eleven' WHERE state_code = 'HU'")
    assert said(adopted) == [UNPUBLISHED.replace("1", "2")]


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
