"""The database: one metadata, the column words, and the only two ways to open a session.

`reading(engine)` and `writing(engine)` are the only places in the product that begin and end a
transaction; everything else takes a session and never commits.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(sa.types.TypeDecorator[datetime]):
    """A moment in UTC to the microsecond; a text of fixed width on SQLite, so that it sorts."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.String(32))
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return instant_text(moment) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        moment: datetime = value
        return moment.astimezone(UTC)


def instant_text(moment: datetime) -> str:
    """Write a moment as `2018-12-31T23:59:59.000000Z`, the one form that is stored and hashed."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


code = Annotated[str, mapped_column(sa.String(40))]
text = Annotated[str, mapped_column(sa.String(500))]
instant = Annotated[datetime, mapped_column(Instant)]
digest = Annotated[bytes, mapped_column(sa.LargeBinary(32))]


class Base(DeclarativeBase):
    """Every table of the ledger; `ledger.tables` imports them all."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this class attribute
        datetime: Instant,
        date: sa.Date,
        int: sa.BigInteger,
        bytes: sa.LargeBinary,
    }


# SQLite's STRICT tables know only five words for a type (reliability.md §2.2).
@compiles(sa.BigInteger, "sqlite")
@compiles(sa.Boolean, "sqlite")
def _integer(type_: sa.types.TypeEngine[Any], compiler: Any, **options: Any) -> str:
    return "INTEGER"


@compiles(sa.String, "sqlite")
@compiles(sa.Text, "sqlite")
@compiles(sa.Date, "sqlite")
@compiles(sa.JSON, "sqlite")
def _text(type_: sa.types.TypeEngine[Any], compiler: Any, **options: Any) -> str:
    return "TEXT"


@compiles(sa.LargeBinary, "sqlite")
def _blob(type_: sa.types.TypeEngine[Any], compiler: Any, **options: Any) -> str:
    return "BLOB"


def open_engine(url: str) -> Engine:
    """Open the database; on SQLite with foreign keys, recursive triggers and full durability on.

    Raises RuntimeError when SQLite does not take a setting on which the journal's guards rest.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return sa.create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    engine = sa.create_engine(parsed, connect_args={"timeout": 30, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


SQLITE_SETTINGS = {
    "foreign_keys": ("ON", 1),
    "recursive_triggers": ("ON", 1),
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "trusted_schema": ("OFF", 0),
}


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Set what the guards rest on, and read it back: SQLite ignores a pragma it does not take."""
    connection.isolation_level = None
    for name, (wanted, expected) in SQLITE_SETTINGS.items():
        connection.execute(f"PRAGMA {name}={wanted}")
        found = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if found != expected and not (name == "journal_mode" and found == "memory"):
            raise RuntimeError(f"SQLite did not take {name}={wanted}: it says {found}")


def _begin_sqlite(connection: Connection) -> None:
    # The driver's own BEGIN is deferred: two writers lose updates in silence (reliability.md §5).
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Give a session that reads one consistent state and leaves nothing behind."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Give a session whose work is committed when the block ends, or undone when it raises."""
    writes = engine.execution_options(writes=True)
    with _turn(engine), Session(writes, expire_on_commit=False) as session, session.begin():
        yield session


# The number under which PostgreSQL's `mcrm_post` takes the same lock.
JOURNAL_LOCK = 20161121


def lock_journal(session: Session) -> None:
    """Wait for whoever is posting, and let nobody else post until this transaction ends.

    So what was looked at first still holds when it is posted. On SQLite a writer is alone from its
    first statement on, which this is.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(JOURNAL_LOCK)))


class _Queue:
    """First come, first served: SQLite's own waiting is unfair (p99 1.37 s against 0.15 s)."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._busy = False

    def enter(self) -> None:
        mine = threading.Event()
        with self._guard:
            if not self._busy:
                self._busy = True
                return
            self._waiting.append(mine)
        mine.wait()

    def leave(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._busy = False


_queues: dict[str, _Queue] = {}
_queues_guard = threading.Lock()


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    if engine.dialect.name != "sqlite":
        yield
        return
    with _queues_guard:
        queue = _queues.setdefault(str(engine.url), _Queue())
    queue.enter()
    try:
        yield
    finally:
        queue.leave()
