"""The demo: books that verify, and statements whose every formula says what the ledger says."""

import sqlite3
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from tests.reports.recalculation import LibreOffice


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `mcrm demo` makes, made once."""
    folder = tmp_path_factory.mktemp("demo")
    result = run("demo", "--into", folder)
    assert result.exit_code == 0, result.output
    assert "Equity balances as of 2018-12-31" in result.output
    assert "Illustrative: every other amount" in result.output.replace("\n", " ")
    return folder


def run(*arguments: object) -> Result:
    """Run `mcrm`."""
    return CliRunner().invoke(app, list(map(str, arguments)))


def workbooks(demo: Path) -> list[Path]:
    """List the statements that the demo wrote."""
    return sorted((demo / "statements").glob("*.xlsx"))


def test_demo_writes_a_statement_for_everybody(demo: Path) -> None:
    """Four states, one of them in its language too, the coordinators and the auditors."""
    scopes = [path.name.split("_")[1:3] for path in workbooks(demo)]
    states = [["state", code] for code in ("CZ", "HU", "PL", "PL", "SK")]
    assert scopes == [["equity", "all"], *states, ["trial-balance", "all"]]


def test_every_formula_is_what_the_ledger_says(demo: Path, libreoffice: LibreOffice) -> None:
    """Computed anew by LibreOffice, no cell of any statement differs, to the cent."""
    for path in workbooks(demo):
        assert libreoffice.wrong_formulas(path.read_bytes()) == [], path.name


def test_one_cent_is_found(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo verifies; after one cent is changed behind its back, its entry is named."""
    tampered = tmp_path / "mcrm.db"
    with sqlite3.connect(demo / "mcrm.db") as source, sqlite3.connect(tampered) as copy:
        source.backup(copy)
    monkeypatch.setenv("MCRM_DATABASE_URL", f"sqlite:///{tampered}")
    witness = workbooks(demo)[0]
    assert run("verify", "--against", witness).exit_code == 0
    with sqlite3.connect(tampered) as copy:
        guard = "posting_no_update"
        [made] = copy.execute("SELECT sql FROM sqlite_schema WHERE name = ?", [guard]).fetchone()
        copy.execute(f"DROP TRIGGER {guard}")
        copy.execute(
            "UPDATE posting SET amount = amount + 1, euro = euro + 1 WHERE entry = 42 AND line = 1"
        )
        copy.execute(made)
    found = run("verify")
    assert found.exit_code == 1
    assert "Entry 42 is not what was sealed." in found.output
    unsound = run("statement", "verify", witness)
    assert (unsound.exit_code, "not what was sealed" in unsound.output) == (1, True)


def test_a_statement_that_came_back(
    demo: Path, tmp_path: Path, libreoffice: LibreOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement is known again as issued, as saved by another program, or as altered."""
    monkeypatch.setenv("MCRM_DATABASE_URL", f"sqlite:///{demo / 'mcrm.db'}")
    issued = next(path for path in workbooks(demo) if "state_HU" in path.name)
    as_issued = run("statement", "verify", issued)
    assert (as_issued.exit_code, "as it was issued" in as_issued.output) == (0, True)
    back = tmp_path / "back.xlsx"
    back.write_bytes(libreoffice.resaved(issued.read_bytes()))
    saved = run("statement", "verify", back)
    assert (saved.exit_code, "another program" in saved.output) == (0, True)
    native = openpyxl.load_workbook(issued)
    native["Contributions"]["K5"] = 1
    native.save(back)
    assert run("statement", "verify", back).exit_code == 1
    back.write_text("no workbook")
    assert run("statement", "verify", back).exit_code == 2


def test_books_that_are_no_demo_are_left_alone(tmp_path: Path) -> None:
    """A folder that holds somebody's books is not made a demo of."""
    (tmp_path / "mcrm.db").write_bytes(b"somebody's books")
    refused = run("demo", "--into", tmp_path)
    assert refused.exit_code == 2
    assert (tmp_path / "mcrm.db").read_bytes() == b"somebody's books"
