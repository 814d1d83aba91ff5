"""`mcrm scale split`: sums shared to the cent, also when states join within their days."""

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from api.terminal import out
from tests.api.scale_calls import FOUNDERS, as_json, run, said, words_of, written

MILLION = ("split", "1000000.00", "pop-gdp-50-50", *FOUNDERS)
SPAN = ("--from", "2017-01-01", "--until", "2017-12-31")
JOINING = ("split", "1200000.00", "pop-gdp-50-50", *FOUNDERS, "--joining", "AT:2017-07-01", *SPAN)

PHASED = """\
name = "phased"
title = "equal shares, a newcomer by steps"
basis = "an example"
source = "an example"

[[terms]]
name = "equal"
label = "equal share"
transform = "equal"

[[phase_in]]
state = "AT"
parts = { 2017 = 0.4, 2018 = 0.8 }
"""


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of a hundred columns."""
    monkeypatch.setenv("COLUMNS", "100")
    # Which it may have been given when it was made.
    monkeypatch.setattr(out, "_width", None)


def amounts(*arguments: str) -> dict[str, str]:
    """Give what each state bears."""
    rows = csv.DictReader(said(*arguments, "--csv").splitlines())
    return {row["state"]: row["amount"] for row in rows}


def test_a_million_is_split_to_the_cent() -> None:
    """The four founders share EUR 1,000,000.00 of 2016 as burden.md has it."""
    table = said(*MILLION)
    for part in ("563858.44", "193475.52", "149542.88", "93123.16", "1000000.00"):
        assert part in table


def test_csv_adds_up() -> None:
    """A spreadsheet that reads the CSV finds the parts in order, and they add up to the sum."""
    found = amounts(*MILLION)
    assert list(found) == ["PL", "CZ", "HU", "SK"]
    assert sum(map(Decimal, found.values())) == Decimal("1000000.00")


def test_json_carries_the_parts() -> None:
    """A program gets each part beside its exact share."""
    found = as_json(*MILLION)
    assert (found["formula"], found["vintage"]) == ("pop-gdp-50-50", "eurostat-2020-10 vintage")
    assert sum(Fraction(row["exact"]) for row in found["states"]) == 1
    assert found["states"][0]["amount"] == "563858.44"


def test_a_negative_sum_is_split_as_its_mirror() -> None:
    """A credit of three cents among two states is split as the debit is."""
    table = said("split", "--states", "PL,CZ", "--year", "2016", "--", "-0.03", "equal")
    assert "-0.02" in table
    assert "-0.01" in table


@pytest.mark.parametrize(
    ("convention", "parts"),
    [
        ("segment", ("605318.47", "205489.42", "160324.98", "99215.52", "129651.61")),
        ("time_weighted", ("598812.13", "200558.92", "158338.81", "97220.30", "145069.84")),
        ("additional", ("676630.13", "232170.62", "179451.46", "111747.79", "129651.61")),
    ],
)
def test_a_state_joins_within_the_year(convention: str, parts: tuple[str, ...]) -> None:
    """Of EUR 1.2 million of 2017 Austria, in since July, bears its part by each convention."""
    found = amounts(*JOINING, "--convention", convention)
    assert found == dict(zip(("PL", "CZ", "HU", "SK", "AT"), parts, strict=True))
    surplus = Decimal("129651.61") if convention == "additional" else 0
    assert sum(map(Decimal, found.values())) == Decimal("1200000.00") + surplus


def test_each_part_of_the_year_shows_its_shares() -> None:
    """Who joins is seen: the days before and after, their shares, and how the sum is shared."""
    table = said(*JOINING)
    assert "21.432444%" in table
    assert "The sum is shared as follows: by segments" in table
    assert words_of(table) == (
        "2017-01-01 to 2017-06-30, 181 days 2017-07-01 to 2017-12-31, 184 days amount"
    )
    found = as_json(*JOINING)
    assert [(span["first"], span["days"]) for span in found["spans"]] == [
        *(("2017-01-01", 181), ("2017-07-01", 184))
    ]
    assert [row["state"] for row in found["spans"][0]["states"]] == ["PL", "CZ", "HU", "SK"]
    assert words_of(said(*JOINING, "--trace")).count("share of gross domestic product") == 2


def test_a_newcomer_is_phased_in_by_the_year_of_the_cost(tmp_path: Path) -> None:
    """Over a turn of the year each year's part of the phase-in is used, unless a year is named."""
    phased = str(written(tmp_path, "phased.toml", PHASED))
    who = (phased, "--states", "PL,AT", "--year", "2016")
    sum_of = ("split", "730.00", *who, "--from", "2017-01-01", "--until", "2018-12-31")
    assert amounts(*sum_of) == {"PL": "511.00", "AT": "219.00"}
    assert amounts(*sum_of, "--borne-in", "2019") == {"PL": "365.00", "AT": "365.00"}
    assert as_json("shares", *who, "--borne-in", "2017")["states"][0]["exact"] == "4/5"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("split", "5.005", "equal", *FOUNDERS), "“5.005” is not an amount"),
        ((*JOINING[:-2],), "Give the first and the last day"),
        ((*JOINING[:9],), "Give the first and the last day"),
        ((*JOINING, "--joining", "DE:soon"), "“DE:soon” is no state that joins"),
        ((*JOINING, "--joining", "DE:2017-01-01"), "DE joins on 2017-01-01, which is not after"),
        ((*JOINING, "--joining", "DE:2018-01-01"), "DE joins on 2018-01-01, which is not after"),
        ((*JOINING, "--joining", "CZ:2017-03-01"), "CZ is listed more than once"),
        ((*JOINING, "--joining", "AT:2017-03-01"), "AT is listed more than once"),
        ((*JOINING, "--joining", "NO:2017-03-01"), "“NO” is not a state"),
        ((*JOINING[:-1], "2016-12-31"), "2016-12-31 is before 2017-01-01"),
    ],
)
def test_a_sum_that_cannot_be_split_is_refused(arguments: tuple[str, ...], reason: str) -> None:
    """No amount, days that are none, or who joins outside them: status 2 and one sentence."""
    result = run(*arguments)
    assert result.exit_code == 2
    assert reason in result.stderr
    assert result.stdout == ""
