"""Headings: a column is found by its field's name or by its heading, in every language."""

import ast
import inspect

import pytest

from ledger import vocabulary
from ledger.headings import HEADINGS, field_of, nearest
from ledger.i18n import LANGUAGES, translation
from ledger.importables import IMPORTABLES


def test_every_field_has_a_heading() -> None:
    """Whatever a file may say of a document has a heading for people."""
    fields = {name for each in IMPORTABLES for name in each.model.model_fields}
    assert fields - HEADINGS.keys() == set()


def test_a_heading_means_one_field() -> None:
    """No two fields share a heading, in one language or across them: a column is never a guess."""
    said = {
        (language, name): translation(language).gettext(heading)
        for language in LANGUAGES
        for name, heading in HEADINGS.items()
    }
    assert {at: text for at, text in said.items() if field_of(text) != at[1]} == {}


@pytest.mark.parametrize(
    "heading",
    ["value_on", "Value_On", "VALUE ON", "Value date", " value  date ", "Data waluty"],
)
def test_capitals_and_spaces_do_not_matter(heading: str) -> None:
    """A heading is known by its words, however they are set."""
    assert field_of(heading) == "value_on"


@pytest.mark.parametrize(
    ("heading", "like"),
    [
        ("ammount", "amount"),
        ("Value dat", "Value date"),
        ("fundingsource", "funding_source"),
        ("weather", None),
    ],
)
def test_the_nearest_heading_is_offered(heading: str, like: str | None) -> None:
    """A misspelt heading is answered with the one it is most like; nonsense with none."""
    assert nearest(heading, ["amount", "value_on", "funding_source"]) == like


def test_a_word_of_the_field_has_one_label() -> None:
    """Lists that share a value share its label too: the table is looked up by the value alone."""
    source = ast.parse(inspect.getsource(vocabulary))
    [table] = [
        node.value
        for node in source.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "LABELS"
    ]
    assert isinstance(table, ast.Dict)
    said: dict[str, set[str]] = {}
    for key, label in zip(table.keys, table.values, strict=True):
        assert key is not None
        name, member = ast.unparse(key).split(".")
        said.setdefault(getattr(vocabulary, name)[member].value, set()).add(ast.unparse(label))
    assert {value: labels for value, labels in said.items() if len(labels) > 1} == {}
