"""Golden files: what the program says, kept as text in tests/golden and read in every review."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "golden"


class Golden:
    """Compares texts with files; with `--update-golden` it writes them instead."""

    def __init__(self, *, update: bool) -> None:
        self._update = update

    def __call__(self, name: str, text: str) -> None:
        """Hold a text against tests/golden/<name>, line by line."""
        path = FOLDER / name
        if self._update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        if not path.exists():
            pytest.fail(f"there is no tests/golden/{name} yet: read it after `make golden`")
        assert text.splitlines() == path.read_text(encoding="utf-8").splitlines()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `--update-golden` write what the tests would compare."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    return Golden(update=request.config.getoption("--update-golden"))
