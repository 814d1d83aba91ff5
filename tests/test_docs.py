"""The documents are true: what files may hold is what the program reads."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from ledger import vocabulary
from ledger.importables import IMPORTABLES, Importable

TEXT = (Path(__file__).parents[1] / "docs" / "import-files.md").read_text(encoding="utf-8")
SECTIONS = {
    title.lower(): set(re.findall(r"`([\w-]+)`", body))
    for title, body in re.findall(r"^## ([\w-]+)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
}


@pytest.mark.parametrize("of", IMPORTABLES, ids=lambda of: of.title)
def test_every_column_is_explained(of: Importable) -> None:
    """Whoever makes a file finds each column that it may have."""
    assert set(of.model.model_fields) - SECTIONS[of.title] == set()


@pytest.mark.parametrize(
    "words",
    [
        *(vocabulary.Form, vocabulary.Purpose, vocabulary.Activity, vocabulary.FundingSource),
        *(vocabulary.Against, vocabulary.Treatment, vocabulary.ValuationBasis),
    ],
)
def test_every_code_is_named(words: type[StrEnum]) -> None:
    """Whoever makes a file finds each word of each closed list."""
    assert {word.value for word in words} - SECTIONS["contributions"] == set()
