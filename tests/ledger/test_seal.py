"""The bytes that are sealed: a ministry must be able to reckon them again with its own means."""

import hashlib
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.seal import GENESIS, canonical, content_hash, link_hash

PLAIN = st.recursive(
    st.integers(-(2**63), 2**63) | st.text() | st.booleans(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def test_canonical_form() -> None:
    """Keys are sorted, nothing is spaced, letters stay letters, and what is empty is left out."""
    said = {"b": [1, -2], "a": "zł", "none": None, "deep": {"y": 1, "x": "\n"}}
    assert canonical(said).decode() == '{"a":"zł","b":[1,-2],"deep":{"x":"\\n","y":1}}'


def test_letters_are_one_however_they_were_typed() -> None:
    """A letter typed with its accent beside it is the letter that has it."""
    assert canonical("a\u0301") == canonical("á")


@pytest.mark.parametrize("value", [1.5, Decimal(1), b"x", object(), [None]])
def test_only_texts_and_whole_numbers_are_sealed(value: object) -> None:
    """What has more than one way of writing has no canonical form."""
    with pytest.raises(TypeError, match="no canonical form"):
        canonical(value)


@given(value=PLAIN)
def test_canonical_form_is_its_own(value: object) -> None:
    """Reading the canonical form and writing it again gives the same bytes."""
    assert canonical(json.loads(canonical(value))) == canonical(value)


def test_hashes_are_what_everybody_reckons() -> None:
    """Content is hashed after its salt, a link over the last link, the content and the number."""
    salt = bytes(range(16))
    content = content_hash({"kind": "cost", "voucher": "é"}, salt)
    assert content == hashlib.sha256(salt + '{"kind":"cost","voucher":"é"}'.encode()).digest()
    link = link_hash(GENESIS, content, 258)
    assert link == hashlib.sha256(bytes(32) + content + bytes([0] * 6 + [1, 2])).digest()
