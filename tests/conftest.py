"""What tests stand on: both databases, a ledger of four states, golden files, no silent skips."""

import os
from collections.abc import Iterator

import hypothesis
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.db import writing

pytest_plugins = ["tests.databases", "tests.books", "tests.api.office", "tests.golden_files"]

# A law holds or it does not, however busy the machine; in CI the same examples every time, so that
# a red run is the doing of the change it tests.
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "house")


@pytest.fixture
def session(engine: Engine, request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session on a fresh database, committed when the test ends."""
    # SQLite has one writer at a time: whoever opens the books comes before this session.
    if "books" in request.fixturenames:
        request.getfixturevalue("books")
    with writing(engine) as session:
        yield session


# A minute and more each: begun last, they would keep one process while the others are idle.
LONGEST = ("test_readme.py", "test_browser.py", "test_demo.py", "test_document_book.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the longest files first; the others stay in their order."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in CI that skipped anything: what was not tested must not look green."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("Skipped under CI, so this run fails.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
