import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from ledger.db import writing
from ledger.users import Role, add_user
from tests.books import NOW
from tests.databases import Sqlite

FILE = """\
state;year;indicator;value;unit
PL;2018;gni;476536,46;EUR_million
GR;2018;gni;1,8e5;EUR_million
CZ;2018;gni;;EUR_million
"""
ABOUT = ("--publisher", "Eurostat", "--vintage", "eurostat-2027-10", "--by", "iva")


@pytest.fixture
def file(sqlite: Sqlite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file of indicators, beside books with an officer of the office and one of Poland."""
    path = tmp_path / "gni.csv"
    path.write_text(FILE, encoding="utf-8")
    with sqlite.upgraded() as engine:
        monkeypatch.setenv("MCRM_DATABASE_URL", str(engine.url))
        with writing(engine) as session:
            add_user(session, "iva", name="Iva", role=Role.OFFICER, now=NOW)
            add_user(session, "anna", name="Anna", role=Role.OFFICER, state="PL", now=NOW)
        yield path


def run(*arguments: str | Path) -> Result:
    """Run `mcrm indicators`."""
    return CliRunner().invoke(app, ["indicators", *map(str, arguments)])


def test_an_import_tells_what_it_did(file: Path) -> None:
    """Whoever imports reads how many values came in, whose they are, and under which name."""
    result = run("import", file, *ABOUT)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "2 values of Eurostat are in the books as “eurostat-2027-10”.\n"


def test_a_second_import_is_refused(file: Path) -> None:
    """The same vintage again ends with status 1 and the remedy."""
    run("import", file, *ABOUT)
    result = run("import", file, *ABOUT)
    assert result.exit_code == 1
    assert "choose a new name" in result.stderr


def test_every_fault_of_a_file_is_named(file: Path) -> None:
    """A file with faults ends with status 1 and a line for each, by row and column."""
    file.write_text("State,Year,Indicator,Value\nPoland,2018,gni,1\nPL,18,gni,NaN\n")
    result = run("import", file, *ABOUT)
    assert result.exit_code == 1
    for fault in ("row 2, State: “Poland”", "row 3, Year: “18”", "row 3, Value: “NaN”"):
        assert fault in result.stderr


def test_who_may_not_import_is_told(file: Path) -> None:
    """An officer of one state ends with status 1, and nothing is written."""
    result = run("import", file, *ABOUT[:-1], "anna")
    assert result.exit_code == 1
    assert "own office" in result.stderr
    assert "eurostat-2027-10" not in run("list").stdout


def test_vintages_are_listed(file: Path) -> None:
    """What ships and what was imported stand in one list, every name to be read whole."""
    run("import", file, *ABOUT)
    listed = run("list").stdout
    assert (
        "eurostat-2027-10 (Eurostat)\n  gni\n  States: 2. Years: 2018 to 2018. Values: 2." in listed
    )
    assert "un-scale-2004-2027 (United Nations)\n  un_scale\n  States: 27." in listed
    assert "asylum_applicants_per_million_avg5_preceding" in listed


def test_vintages_are_listed_for_programs(file: Path) -> None:
    """A program learns of each vintage its publisher, indicators, states, years and values."""
    run("import", file, *ABOUT)
    [ours] = [
        each
        for each in json.loads(run("list", "--json").stdout)
        if each["vintage"] == "eurostat-2027-10"
    ]
    assert ours == {
        "vintage": "eurostat-2027-10",
        "publisher": "Eurostat",
        "indicators": ["gni"],
        "states": ["GR", "PL"],
        "first_year": 2018,
        "last_year": 2018,
        "rows": 2,
    }


def test_values_are_shown_as_published(file: Path) -> None:
    """One vintage's values of a year, as words and as JSON, with the unit."""
    run("import", file, *ABOUT)
    asked = ("show", "gni", "--year", "2018", "--vintage", "eurostat-2027")
    table = run(*asked).stdout
    assert "476,536.46" in table
    assert "EUR_million" in table
    shown = json.loads(run(*asked, "--json").stdout)
    assert [(each["state"], each["value"]) for each in shown] == [
        ("GR", "180000"),
        ("PL", "476536.46"),
    ]


def test_vintages_are_shown_side_by_side(file: Path) -> None:
    """Without a vintage every one is shown, so that a revision is seen; states can be chosen."""
    shown = json.loads(run("show", "gdp", "--year", "2016", "--states", "pl,cz", "--json").stdout)
    assert [(each["vintage"][:13], each["state"]) for each in shown] == [
        ("eurostat-2016", "CZ"),
        ("eurostat-2016", "PL"),
        ("eurostat-2020", "CZ"),
        ("eurostat-2020", "PL"),
        ("worldbank-202", "CZ"),
        ("worldbank-202", "PL"),
    ]


def test_traps_of_the_sources_are_shown(file: Path) -> None:
    """A value published twice, or of a part of the year, is shown though no scale takes it."""
    eurostat = ("--vintage", "eurostat-2016/19", "--json")
    twice = run("show", "population", "--year", "2013", "--states", "FR", *eurostat)
    assert [each["value"] for each in json.loads(twice.stdout)] == ["65600350", "63697865"]
    part = run("show", "asylum_applicants", "--year", "2017", "--states", "AT", *eurostat)
    assert [each["status"] for each in json.loads(part.stdout)] == ["partial:10_months"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("gdp", "--year", "1950"), "no such value of gdp for 1950"),
        (("happiness", "--year", "2016"), "mcrm indicators list"),
        (("gdp", "--year", "2016", "--vintage", "eurostat"), "names no one vintage"),
    ],
)
def test_what_is_not_there_is_said(file: Path, arguments: tuple[str, ...], reason: str) -> None:
    """A question without an answer ends with status 2 and where to look."""
    result = run("show", *arguments)
    assert result.exit_code == 2
    assert reason in result.stderr


@pytest.mark.parametrize("command", ["import", "list", "show"])
def test_help_has_an_example(command: str) -> None:
    """Whoever asks for help sees a call that can be copied."""
    assert f"Example: mcrm indicators {command}" in run(command, "--help").stdout
