import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from tests.databases import Sqlite

HISTORY = """\
Date,JPY,PLN,HUF,
2016-11-21,117.85,4.4373,309.13,
2016-11-18,117.05,4.4395,308.55,
"""


@pytest.fixture
def history(sqlite: Sqlite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A rate file, beside books that know no rates yet."""
    file = tmp_path / "eurofxref-hist.csv"
    file.write_text(HISTORY)
    with sqlite.upgraded() as engine:
        monkeypatch.setenv("MCRM_DATABASE_URL", str(engine.url))
        yield file


def run(*arguments: str | Path) -> Result:
    """Run `mcrm rates`."""
    return CliRunner().invoke(app, ["rates", *map(str, arguments)])


def test_an_import_tells_what_it_did(history: Path) -> None:
    """Whoever imports reads how many rates were new, of which days, and what was left aside."""
    result = run("import", history, "--source", "ecb")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "4 new rates, 0 known already, from 2016-11-18 to 2016-11-21.",
        "Left aside, as the ledger does not keep them: JPY.",
    ]


def test_imported_rates_are_shown(history: Path) -> None:
    """A Saturday shows Friday's rate, in words or as JSON."""
    run("import", history)
    words = run("show", "HUF", "--on", "2016-11-19")
    assert words.stdout == "EUR 1 = HUF 308.55 (ecb, 2016-11-18)\n"
    shown = run("show", "huf", "--on", "2016-11-19", "--json")
    assert json.loads(shown.stdout) == {
        "currency": "HUF",
        "per_euro": "308.55",
        "on": "2016-11-18",
        "source": "ecb",
    }


def test_a_contradiction_is_found_wrong(history: Path) -> None:
    """A file that differs from the books ends with status 1, naming the day and both values."""
    run("import", history)
    history.write_text(HISTORY.replace("4.4395", "4.4396").replace("2016-11-21", "2016-11-22"))
    result = run("import", history, "--json")
    assert result.exit_code == 1
    assert "PLN 2016-11-18: 4.4396, but 4.4395 was read before" in result.stderr
    assert (
        run("show", "PLN", "--on", "2016-11-22").stdout == "EUR 1 = PLN 4.4373 (ecb, 2016-11-21)\n"
    )


def test_every_fault_of_a_file_is_named(history: Path) -> None:
    """A file that cannot be read ends with status 1 and a line for each fault."""
    history.write_text("Date,PLN,HUF\n2016-11-21,?,309.13\n21.11.2016,4.4,309\n")
    result = run("import", history)
    assert result.exit_code == 1
    assert "row 2, PLN: “?” is not a rate above zero" in result.stderr
    assert "row 3, Date: “21.11.2016” is not a day" in result.stderr


def test_a_stale_rate_is_refused_with_the_remedy(history: Path) -> None:
    """A day beyond the rates ends with status 2 and the command that mends it."""
    run("import", history)
    result = run("show", "PLN", "--on", "2016-12-24")
    assert result.exit_code == 2
    assert "mcrm rates import" in result.stderr
