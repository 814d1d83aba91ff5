import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from api.terminal import out
from ledger.formula_files import formula_text, presets
from tests.api.scale_calls import (
    CAPPED,
    FILE,
    FOUNDERS,
    UNION,
    as_json,
    run,
    said,
    words_of,
    written,
)


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A terminal of a hundred columns; books that are none, for no scale needs any."""
    monkeypatch.setenv("COLUMNS", "100")
    # Which it may have been given when it was made.
    monkeypatch.setattr(out, "_width", None)
    monkeypatch.setenv("MCRM_DATABASE_URL", "postgresql://nobody@localhost:1/none")
    return monkeypatch


# Shares


def test_the_shares_stand_beside_what_was_measured() -> None:
    """Without --trace a coordinator sees population, output and share, totals and vintage."""
    table = said("shares", "pop-gdp-50-50", *FOUNDERS)
    for cell in ("eurostat-2020-10 vintage", "37967209", "63777789", "426555.7", "56.385844%"):
        assert cell in table
    assert "59.530457%" not in table


def test_the_shares_stand_alone_where_measures_would_not_fit(
    terminal: pytest.MonkeyPatch,
) -> None:
    """On a narrow terminal the shares are whole, and the measures are left to --trace."""
    terminal.setenv("COLUMNS", "60")
    table = said("shares", "eu-relocation-2015", *FOUNDERS)
    assert "37967209" not in table
    assert "55.424912%" in table


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_every_step_is_a_row_for_few_states(terminal: pytest.MonkeyPatch, columns: int) -> None:
    """The working of four states reads from top to bottom, within the terminal, nothing cut."""
    terminal.setenv("COLUMNS", str(columns))
    table = said("shares", "eu-relocation-2015", *FOUNDERS, "--trace")
    for cell in ("5482.306873", "63777789", "55.424912%"):
        assert cell in table
    assert "9. inverse share of asylum applicants, capped: CZ, SK × 1/10 10. " in words_of(table)
    assert "1–4: eurostat-2020-10 vintage" in table
    assert max(map(len, table.splitlines())) <= columns
    assert "…" not in table


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_every_step_is_a_column_for_many_states(terminal: pytest.MonkeyPatch, columns: int) -> None:
    """The working of the Union is parted over tables, and who is capped is listed below them."""
    terminal.setenv("COLUMNS", str(columns))
    table = said(
        "shares", "eu-relocation-2015", "--states", ",".join(UNION), *FOUNDERS[2:], "--trace"
    )
    rules, _, notes = table.rpartition("┘")
    assert max(map(len, rules.splitlines())) <= columns
    assert rules.count("│ MT ") == rules.count("│ Total ") > 1
    assert "9. inverse share of asylum applicants, capped: BG, CY, CZ, EE, HR, IE, LT" in notes


def test_figures_are_never_cut(terminal: pytest.MonkeyPatch) -> None:
    """A figure wider than the terminal widens the table: half a number is a wrong one."""
    terminal.setenv("COLUMNS", "30")
    worldbank = ("--vintage", "worldbank-2026-07", "--trace")
    table = said("shares", "pop-gdp-50-50", *FOUNDERS, *worldbank)
    assert "473259623976" in table
    assert "…" not in table


def test_base_periods_are_told_apart() -> None:
    """The steps of a scale over three and six years say to which of both they belong."""
    table = said(
        "shares", "un-scale-method", "--states", "PL,CZ,HU,SK,DE", *FOUNDERS[2:], "--trace"
    )
    assert "1. 3 years: gross national" in table
    assert "6 years: population, 2011" in table


def test_equal_shares_name_no_vintage() -> None:
    """Equal shares rest on no indicator, and do not pretend to."""
    found = as_json("shares", "equal", *FOUNDERS)
    assert (found["vintage"], found["vintages"]) == (None, [])
    assert said("shares", "equal", *FOUNDERS).startswith("equal shares (2016)\n")


@pytest.mark.parametrize("formula", [each.name for each in presets()])
def test_json_carries_every_step_exactly(formula: str) -> None:
    """A program gets each share and each step as fractions; every share of the whole adds up."""
    found = as_json("shares", formula, *FOUNDERS)
    assert found["formula"] == formula
    assert sum(Fraction(row["exact"]) for row in found["states"]) == 1
    last = found["working"][-1]
    assert last["values"] == {row["state"]: row["exact"] for row in found["states"]}
    measured = [step for step in found["working"] if step["kind"] == "measure"]
    assert {step["vintage"] for step in measured} == set(found["vintages"])


def test_csv_carries_the_working_when_asked() -> None:
    """A spreadsheet gets shares and exact shares, and each step as a column of its own."""
    arguments = ("shares", "pop-gdp-50-50", *FOUNDERS, "--csv")
    short = list(csv.DictReader(said(*arguments).splitlines()))
    assert list(short[0]) == ["state", "share", "exact"]
    (poland, *_) = csv.DictReader(said(*arguments, "--trace").splitlines())
    assert poland["1. population, 2016"] == "37967209"
    assert poland["2. gross domestic product, 2016"] == "426555.7"
    assert poland["6. share of the burden"] == poland["share"] == "0.563858438821"


# Formulas and indicators of one's own


def test_a_formula_may_be_a_file(tmp_path: Path) -> None:
    """What `show` prints, saved as a file, shares as the preset itself; examples have names too."""
    path = written(tmp_path, "ours.toml", formula_text("pop-gdp-50-50"))
    assert said("shares", path, *FOUNDERS) == said("shares", "pop-gdp-50-50", *FOUNDERS)
    bare = written(tmp_path, "ours", "\ufeff" + formula_text("rebate"))
    assert said("shares", bare, *FOUNDERS) == said("shares", "rebate", *FOUNDERS)


@pytest.mark.parametrize("trace", [(), ("--trace",)])
def test_words_of_a_file_are_printed_as_they_are(tmp_path: Path, trace: tuple[str, ...]) -> None:
    """Brackets in the words of a formula are words, not colours."""
    path = written(tmp_path, "capped.toml", CAPPED)
    table = said("shares", path, *FOUNDERS, *trace)
    assert table.startswith("[/red] by population, at most a half (2016")
    assert "[bold]population" in table


def test_a_file_of_indicators_is_the_vintage(tmp_path: Path) -> None:
    """What a coordinator brings along is used under the file's name, states as it writes them."""
    path = written(tmp_path, "mine.csv", FILE)
    arguments = ("--states", "UK,CH,PL", "--year", "2016", "--indicators", str(path))
    found = as_json("shares", "pop-gdp-50-50", *arguments)
    assert found["vintages"] == ["mine"]
    assert {row["state"]: row["share"][:6] for row in found["states"]} == {
        "UK": "0.6438",
        "CH": "0.1246",
        "PL": "0.2315",
    }


def test_what_a_file_lacks_comes_from_the_vintage_that_the_formula_names(tmp_path: Path) -> None:
    """A file of output alone leaves national income to the vintage of the formula, and says so."""
    path = written(tmp_path, "mine.csv", FILE)
    table = said("shares", "gni", *FOUNDERS, "--indicators", path, "--trace")
    assert "1: eurostat GDP x World Bank GNI/GDP" in table


def test_states_of_a_fixed_table_may_be_any(tmp_path: Path) -> None:
    """The synchrotron's key names Switzerland, and gives the published per cents exactly."""
    states = ("--states", "FR,DE,IT,GB,ES,SE,CH,BE", "--year", "2016")
    found = as_json("shares", "esrf-host-premium", *states)
    shares = [Fraction(row["exact"]) * 100 for row in found["states"]]
    assert shares == [34, 24, Fraction(29, 2), Fraction(25, 2), 4, 4, 4, 3]


# Side by side


def test_the_presets_stand_side_by_side() -> None:
    """Six presets share a million in per cent and in euro, a state a column."""
    table = said("compare", *FOUNDERS)
    for each in presets():
        assert table.count(f"│ {each.name} ") == 2
    for cell in ("56.385844%", "563,858.44", "58.788868%", "Shares of EUR 1,000,000.00"):
        assert cell in table


def test_what_cannot_be_compared_says_why() -> None:
    """The United Nations' own ceiling has no room among four: the reason stands below the table."""
    arguments = ("compare", "un-scale-method", *FOUNDERS, "--amount", "100.00")
    assert "un-scale-method cannot be reckoned: A ceiling of 22 % for 4" in said(*arguments)
    *others, last = as_json(*arguments)["formulas"]
    assert [each["refusal"] for each in others] == [None] * 6
    assert "raise it to 25 % or more" in last["refusal"]
    assert sum(Decimal(row["amount"]) for row in others[1]["states"]) == Decimal("100.00")


def test_a_formula_of_ones_own_stands_beside_the_presets(tmp_path: Path) -> None:
    """A file is compared as a seventh formula, a preset that is named is not shown twice."""
    path = written(tmp_path, "capped.toml", CAPPED)
    assert [each["formula"] for each in as_json("compare", path, *FOUNDERS)["formulas"]][6:] == [
        "capped"
    ]
    assert len(as_json("compare", "gni", *FOUNDERS)["formulas"]) == 6


def test_many_states_are_compared_down_the_page(terminal: pytest.MonkeyPatch) -> None:
    """The Union's states are rows, the formulas columns, parted where the terminal is narrow."""
    terminal.setenv("COLUMNS", "80")
    table = said("compare", "--states", ",".join(UNION), *FOUNDERS[2:])
    assert max(map(len, table.splitlines())) <= 80
    assert table.count("│ MT ") == 4


# Refusals


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("shares", "gdp", *FOUNDERS), "no formula “gdp”"),
        (("shares", "equal", "--states", "PL,XX", "--year", "2016"), "“XX” is not a state"),
        (("shares", "equal", "--states", "PL,CH", "--year", "2016"), "“CH” is not a state"),
        (("shares", "equal", "--states", "", "--year", "2016"), "“” is not a state"),
        (("shares", "equal", "--states", "PL,pl", "--year", "2016"), "PL is listed more than once"),
        (("shares", "pop-gdp-50-50", "--states", "PL", "--year", "2030"), "PL for 2030"),
        (("shares", "equal", *FOUNDERS, "--vintage", "2020"), "no one vintage"),
        (("shares", "nowhere.toml", *FOUNDERS), "nowhere.toml cannot be written or read"),
        (("shares", "equal", *FOUNDERS, "--books"), "cannot be opened"),
        (("compare", "gdp", *FOUNDERS), "no formula “gdp”"),
    ],
)
def test_a_bad_call_is_answered_with_the_reason(arguments: tuple[str, ...], reason: str) -> None:
    """What cannot be shared ends with status 2 and one sentence, never with a traceback."""
    result = run(*arguments)
    assert result.exit_code == 2
    assert reason in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("mine.csv", "state,year,value\nPL,2016,1\n", "names no column indicator"),
        ("mine.csv", FILE.replace("426555.7", "many"), "row 7, value: “many” is not a number"),
        ("eurostat-2020-10 vintage.csv", FILE, "choose a new name"),
    ],
)
def test_a_bad_file_of_indicators_is_refused(
    tmp_path: Path, name: str, text: str, reason: str
) -> None:
    """What is wrong with a file of indicators is told with its row and column."""
    path = written(tmp_path, name, text)
    result = run("shares", "gni", *FOUNDERS, "--indicators", path)
    assert result.exit_code == 2
    assert reason in result.stderr


def test_a_vintage_and_a_file_are_not_both_meant(tmp_path: Path) -> None:
    """Whoever names a vintage and brings a file along is asked which of the two."""
    path = written(tmp_path, "mine.csv", FILE)
    result = run("shares", "gni", *FOUNDERS, "--indicators", path, "--vintage", "worldbank")
    assert result.exit_code == 2
    assert "not both" in result.stderr
