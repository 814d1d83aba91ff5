"""What coordinators read about formulas is what the program takes."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from api.cli import app
from ledger import formulas
from ledger.formula_files import read_formula
from ledger.formulas import Missing, Transform

TEXT = (Path(__file__).parents[1] / "docs" / "formulas.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```toml\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
TRIES = re.search(r"^```sh\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)

# What a part of a formula may be added to.
BASE = """
name = "base"
title = "base"
basis = "an example"
source = "an example"
[criteria.gni]
label = "income"
indicator = "gni"
[criteria.people]
label = "people"
indicator = "population"
[[terms]]
name = "gni"
label = "income"
transform = "share"
criterion = "gni"
weight = 0.5
[[terms]]
name = "people"
label = "people"
transform = "share"
criterion = "people"
weight = 0.5
"""


def models() -> Iterator[tuple[str, set[str]]]:
    """Name each table that a file may hold, and its keys."""
    for name, model in sorted(vars(formulas).items()):
        if isinstance(model, type) and issubclass(model, BaseModel) and model is not BaseModel:
            yield name, set(model.model_fields)


def test_every_key_is_explained() -> None:
    """Whoever writes a formula finds each key that each of its tables may have."""
    left_out = {
        f"{name}.{key}" for name, keys in models() for key in keys if f"`{key}`" not in TEXT
    }
    assert left_out == set()


def test_every_word_is_explained() -> None:
    """Whoever writes a formula finds each transform, each adjustment and each way with gaps."""
    kinds = ("floor", "ceiling", "relative_bounds", "premium", "discount", "exempt")
    words = {*map(str, Transform), *map(str, Missing), *kinds}
    assert {word for word in words if f"`{word}`" not in TEXT} == set()


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0])
def test_every_example_can_be_used(block: str) -> None:
    """A formula that is shown can be read, and a part of one can be added to another."""
    said = tomllib.loads(block)
    is_whole = "terms" in said
    found = read_formula(block if is_whole else BASE + block)
    assert found.name == (said["name"] if is_whole else "base")


def test_there_are_examples() -> None:
    """A whole formula is shown, and the parts that are harder to write."""
    tables = [set(tomllib.loads(block)) for block in BLOCKS]
    assert sum("terms" in each for each in tables) == 1
    assert {"relief", "adjustments", "phase_in", "criteria"} <= set().union(*tables)


def test_what_is_shown_can_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever follows the first steps, from list to comparison, gets there without a fault."""
    monkeypatch.chdir(tmp_path)
    assert TRIES is not None
    for line in TRIES[1].splitlines():
        words, _, into = line.partition("#")[0].partition(">")
        result = CliRunner().invoke(app, shlex.split(words)[1:])
        assert result.exit_code == 0, f"{line}: {result.stderr}"
        if into:
            Path(into.strip()).write_text(result.stdout, encoding="utf-8")
