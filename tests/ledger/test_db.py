"""Sessions: many writers lose nothing, readers see one state, and SQLite keeps what it promised."""

import sqlite3
import time
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger import db
from ledger.db import SQLITE_SETTINGS, open_engine, reading, writing
from ledger.journal import post
from ledger.users import Role, User, add_user
from tests.books import NOW, Books, entry
from tests.threads import at_once

ON_SQLITE = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


def booked(session: Session) -> list[str]:
    """List the keys of the entries in the books, in their order."""
    keys = sa.text("SELECT idempotency_key FROM journal_entry ORDER BY number")
    return list(session.scalars(keys))


def post_in_turn(books: Books, key: str) -> None:
    """Post an entry in a transaction of its own."""
    with writing(books.engine) as session:
        post(session, entry(key), **books.hands, now=NOW)


@ON_SQLITE
def test_writers_lose_nothing(books: Books) -> None:
    """Of eight who each read a number and write the next one, at once, none undoes another's."""

    def count(_number: int) -> None:
        for _time in range(25):
            with writing(books.engine) as session:
                counter = session.get_one(User, books.auditor.id)
                counter.name = str(int(counter.name) + 1)

    with writing(books.engine) as session:
        session.get_one(User, books.auditor.id).name = "0"
    assert at_once(8, count) == [None] * 8
    with reading(books.engine) as session:
        assert session.get_one(User, books.auditor.id).name == "200"


@ON_SQLITE
def test_first_come_first_served(books: Books) -> None:
    """Who waits to write is served in the order of coming, so that nobody waits for ever."""
    waiting = db._queues[str(books.engine.url)]._waiting

    def come(number: int) -> None:
        while len(waiting) != number:
            time.sleep(0.001)
        post_in_turn(books, str(number))

    def hold(_number: int) -> None:
        with writing(books.engine):
            while len(waiting) != 7:
                time.sleep(0.001)

    came = at_once(8, lambda number: hold(number) if number == 7 else come(number))
    assert came == [None] * 8
    with reading(books.engine) as session:
        assert booked(session) == list("0123456")


def test_reader_sees_one_state(books: Books) -> None:
    """Whoever reads sees the books as they were at the first look, whatever is posted since."""
    post_in_turn(books, "before")
    with reading(books.engine) as session:
        assert booked(session) == ["before"]
        post_in_turn(books, "meanwhile")
        assert booked(session) == ["before"]
    with reading(books.engine) as session:
        assert booked(session) == ["before", "meanwhile"]


def test_reader_leaves_nothing_behind(books: Books) -> None:
    """What a reader writes is gone when it has read."""
    with reading(books.engine) as session:
        session.get_one(User, books.auditor.id).name = "Nobody"
        session.flush()
    with reading(books.engine) as session:
        assert session.get_one(User, books.auditor.id).name == books.auditor.name


def test_failure_undoes_everything(books: Books) -> None:
    """A transaction in which anything fails leaves nothing, and the next one goes on."""

    def fail() -> None:
        with writing(books.engine) as session:
            post(session, entry("undone"), **books.hands, now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    post_in_turn(books, "done")
    with reading(books.engine) as session:
        assert booked(session) == ["done"]


@pytest.mark.parametrize("zone", [timezone.utc, timezone(timedelta(hours=2))])  # noqa: UP017 - beside another
def test_moments_are_kept_in_utc(session: Session, engine: Engine, zone: timezone) -> None:
    """A moment is kept to the microsecond, whatever zone it was told in."""
    told = datetime(2018, 12, 31, 23, 59, 59, 7, tzinfo=zone)
    user = add_user(session, "eva", name="Eva", role=Role.AUDITOR, now=told)
    session.expire(user)
    assert user.added_at == told
    assert user.added_at.utcoffset() == timedelta(0)


@ON_SQLITE
def test_moments_sort_as_texts(session: Session, engine: Engine) -> None:
    """On SQLite a moment is a text of fixed width, so that the order of texts is that of time."""
    moments = [NOW + timedelta(microseconds=us) for us in (0, 1, 999_999, 1_000_000)]
    for number, moment in enumerate(moments):
        add_user(session, str(number), name="x", role=Role.AUDITOR, now=moment)
    kept = session.scalars(sa.text("SELECT added_at FROM user_account ORDER BY login")).all()
    assert kept == sorted(kept)
    assert {len(moment) for moment in kept} == {27}


@ON_SQLITE
@pytest.mark.parametrize(("pragma", "expected"), [(k, v[1]) for k, v in SQLITE_SETTINGS.items()])
def test_sqlite_took_its_settings(engine: Engine, pragma: str, expected: object) -> None:
    """Every connection has the settings on which guards and durability rest."""
    with engine.connect() as one, engine.connect() as another:
        for connection in (one, another):
            assert connection.scalar(sa.text(f"PRAGMA {pragma}")) == expected


def test_sqlite_that_does_not_take_a_setting_is_refused() -> None:
    """A database that cannot keep its promises is not opened: a temporary one has no WAL."""
    connection = sqlite3.connect("")
    with pytest.raises(RuntimeError, match="journal_mode=WAL"):
        db._prepare_sqlite(connection, None)
    connection.close()


def test_sqlite_in_memory_is_opened() -> None:
    """Books in memory need no journal file: they are gone with the program."""
    engine = open_engine("sqlite://")
    with engine.connect() as connection:
        assert connection.scalar(sa.text("PRAGMA foreign_keys")) == 1
    engine.dispose()
