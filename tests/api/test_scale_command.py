import csv
import json
from decimal import Decimal
from fractions import Fraction

import pytest
from typer.testing import CliRunner

from api.cli import app

FOUNDERS = ("--states", "PL,CZ,HU,SK", "--year", "2016")
MILLION = ("scale", "split", "1000000.00", "pop-gdp-50-50", *FOUNDERS)


def said(*arguments: str) -> str:
    """Run `mcrm` and give what it printed; it must have gone well."""
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_a_million_is_split_to_the_cent() -> None:
    """The four founders share EUR 1,000,000.00 of 2016 as burden.md has it."""
    table = said(*MILLION)
    for part in ("563858.44", "193475.52", "149542.88", "93123.16", "1000000.00"):
        assert part in table


def test_the_shares_come_with_their_working() -> None:
    """A coordinator sees every column from population to share, with its total and vintage."""
    table = said("scale", "shares", "pop-gdp-50-50", *FOUNDERS)
    for cell in ("eurostat-2020-10 vintage", "37967209", "426555.7", "59.530457%", "56.385844%"):
        assert cell in table
    assert table.count("100.000000%") == 3


def test_figures_are_never_cut() -> None:
    """A figure wider than the terminal widens the table: half a number is a wrong one."""
    worldbank = ("--vintage", "worldbank-2026-07")
    table = said("scale", "shares", "pop-gdp-50-50", *FOUNDERS, *worldbank)
    assert "198160659303.939" in table
    assert "…" not in table


def test_csv_adds_up() -> None:
    """A spreadsheet that reads the CSV finds the parts, and they add up to the sum."""
    rows = list(csv.DictReader(said(*MILLION, "--csv").splitlines()))
    assert [row["state"] for row in rows] == ["PL", "CZ", "HU", "SK"]
    assert sum(Decimal(row["amount"]) for row in rows) == Decimal("1000000.00")


def test_json_carries_the_exact_shares() -> None:
    """A program gets each share as an exact fraction, and they add up to one."""
    found = json.loads(said(*MILLION, "--json"))
    assert (found["formula"], found["vintage"]) == ("pop-gdp-50-50", "eurostat-2020-10 vintage")
    assert sum(Fraction(row["exact"]) for row in found["states"]) == 1
    assert found["states"][0]["amount"] == "563858.44"


def test_equal_shares_name_no_vintage() -> None:
    """Equal shares rest on no indicator, and do not pretend to."""
    found = json.loads(said("scale", "shares", "equal", *FOUNDERS, "--json"))
    assert found["vintage"] is None
    assert {row["exact"] for row in found["states"]} == {"1/4"}


def test_a_negative_sum_is_split_as_its_mirror() -> None:
    """A credit of three cents among two states is split as the debit is."""
    table = said("scale", "split", "--states", "PL,CZ", "--year", "2016", "--", "-0.03", "equal")
    assert "-0.02" in table
    assert "-0.01" in table


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("split", "5.005", "equal", *FOUNDERS), "“5.005” is not an amount"),
        (("shares", "gdp", *FOUNDERS), "no formula “gdp”"),
        (("shares", "equal", "--states", "PL,XX", "--year", "2016"), "“XX” is not a state"),
        (("shares", "equal", "--states", "PL,pl", "--year", "2016"), "PL is listed more than once"),
        (("shares", "pop-gdp-50-50", "--states", "PL", "--year", "2030"), "PL for 2030"),
        (("shares", "pop-gdp-50-50", *FOUNDERS, "--vintage", "2020"), "no one vintage"),
    ],
)
def test_a_bad_call_is_answered_with_the_reason(arguments: tuple[str, ...], reason: str) -> None:
    """What cannot be shared ends with status 2 and one sentence, never with a traceback."""
    result = CliRunner().invoke(app, ["scale", *arguments])
    assert result.exit_code == 2
    assert reason in result.stderr
    assert result.stdout == ""
