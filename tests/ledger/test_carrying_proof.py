"""What is worth something without an amount, or was revalued to another worth, is found."""

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from ledger.db import writing
from ledger.entries import Posting
from tests.books import Books, opened
from tests.intruder import unguarded
from tests.ledger.revalued import FEBRUARY, begun, held, paid, quoted, revalued
from tests.ledger.scene import run, said

OTHERWISE = "Entry 3 does not carry what it revalues at the rate it names."
NO_RATE = "Entry 3 names a rate that was not published."
OTHER_LINES = ["Entry 3 is not what was sealed.", "Entry 3 does not balance."]


@pytest.fixture
def changed(engine: Engine) -> Books:
    """Books in which a bank account and a debt were revalued, by entry 3, and the debt was paid."""
    books = opened(engine)
    with writing(engine) as session:
        quoted(session)
        held(session, books, "1000.00", "250.00", on="2019-01-07")
        item = begun(session, books, "2010", "1000.00", "250.00", on="2019-01-07")
        revalued(session, books, FEBRUARY)
        paid(session, books, item, "1000.00", "2019-04-08")
    return books


def test_sound(changed: Books) -> None:
    """What was revalued, and then paid, is as it should be."""
    assert said(changed) == []


def test_another_worth(changed: Books) -> None:
    """A revaluation brings what is there to the rate that it names, to the cent."""
    with unguarded(changed.engine) as connection:
        run(connection, "UPDATE posting SET euro = euro + 1 WHERE entry = 3 AND account = '1011'")
    left = "Account 1011 holds no PLN, but EUR 0.01 since entry 4."
    assert said(changed) == [*OTHER_LINES, left, OTHERWISE]


@pytest.mark.parametrize("rate", ["0", "5.1000", "no rate"])
def test_another_rate(changed: Books, rate: str) -> None:
    """The rate that it names is the one at which it is carried."""
    with unguarded(changed.engine) as connection:
        revalued_lines = Posting.entry == 3, Posting.per_euro.is_not(None)
        connection.execute(sa.update(Posting).where(*revalued_lines).values(per_euro=rate))
    assert {OTHERWISE, NO_RATE} <= set(said(changed))


def test_worth_of_what_is_settled(changed: Books) -> None:
    """Of what is settled nothing stays in euro."""
    with unguarded(changed.engine) as connection:
        run(connection, "UPDATE posting SET euro = euro + 1 WHERE entry = 4 AND account = '2010'")
    found = said(changed)
    item = next(each for each in found if each.startswith("Of item"))
    assert item.endswith("nothing is open, but EUR 0.01 is carried since entry 4.")
