"""What was taken out of the audit trail, or put in another's name, is found."""

import pytest
from sqlalchemy import Engine

from tests.intruder import unguarded
from tests.ledger.scene import run, said, scene


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM audit_record WHERE record = 'document' AND action = 'approved'",
        "UPDATE audit_record SET \"by\" = 'nobody' WHERE record = 'document'",
        "DELETE FROM audit_record WHERE record = 'evidence'",
        "DELETE FROM audit_record WHERE record = 'user' AND key = 'eva'",
        "DELETE FROM audit_record WHERE record = 'period'",
    ],
)
def test_trail_is_held_against_what_was_done(engine: Engine, change: str) -> None:
    """Steps, files, people and waivers each have their record."""
    books = scene(engine)
    assert said(books) == []
    with unguarded(engine) as connection:
        run(connection, change)
    found = said(books)
    assert found
    assert all(each.startswith("The audit trail has no record that") for each in found)
