"""`mcrm scale` as coordinators call it, and files that they bring along."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from api.cli import app

FOUNDERS = ("--states", "PL,CZ,HU,SK", "--year", "2016")
UNION = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)

# As a coordinator cuts it out of an office's download, with Eurostat's own codes.
FILE = """\
state,year,indicator,value,source
UK,2016,population,65382556,Eurostat
CH,2016,population,8327126,Eurostat
PL,2016,population,37967209,Eurostat
UK,2016,gdp,2434114.7,Eurostat
CH,2016,gdp,605752.1,Eurostat
PL,2016,gdp,426555.7,Eurostat
"""
CAPPED = """\
name = "capped"
title = "[/red] by population, at most a half"
basis = "an example"
source = "an example"

[criteria.population]
label = "[bold]population"
indicator = "population"

[[terms]]
name = "population"
label = "share of [population]"
transform = "share"
criterion = "population"

[[adjustments]]
kind = "ceiling"
share = 0.5
"""


def run(*arguments: str | Path) -> Result:
    """Run `mcrm scale`."""
    return CliRunner().invoke(app, ["scale", *map(str, arguments)])


def said(*arguments: str | Path) -> str:
    """Run `mcrm scale` and give what it printed; it must have gone well."""
    result = run(*arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def as_json(*arguments: str | Path) -> Any:
    """Give what it says to programs."""
    return json.loads(said(*arguments, "--json"))


def words_of(table: str) -> str:
    """Read the first column of a table, in which words are broken into lines."""
    rows = (line.split("│") for line in table.splitlines() if line.startswith("│"))
    return " ".join(" ".join(row[1] for row in rows).split())


def written(folder: Path, name: str, text: str) -> Path:
    """Write a file that a coordinator might bring along."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
