"""References: what banks and people write is found again, and what is mistyped is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.references import (
    creditor_reference,
    is_creditor_reference,
    is_symbol,
    plain,
    symbol,
)

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TEXTS = st.text(LETTERS, min_size=1, max_size=21)
SERIALS = st.text("0123456789", min_size=9, max_size=9)


@pytest.mark.parametrize(
    "reference",
    [
        "RF18539007547034",
        "RF712348231",
        "RF45G72UUR",
        "RF6518K5",
        "RF18000000000539007547034",
    ],
)
def test_published_references(reference: str) -> None:
    """References published as examples of ISO 11649 are valid, and made again as they are."""
    assert is_creditor_reference(reference)
    assert creditor_reference(reference[4:]) == reference


@pytest.mark.parametrize(
    "text",
    [
        "",
        "RF",
        "RF18",
        "RF19539007547034",
        "RF18539007547043",
        "rf18539007547034",
        "RF18 5390 0754 7034",
        "RF1853900754703Ł",
        "RF18539007547034\n",
        "RF180000000000539007547034000",
        "XX18539007547034",
    ],
)
def test_what_is_no_reference(text: str) -> None:
    """Wrong check digits, other letters, spaces and more than 25 characters make no reference."""
    assert not is_creditor_reference(text)


@pytest.mark.parametrize("number", ["33392005961", "36574261809", "86095742719", "07945"])
def test_published_check_digits(number: str) -> None:
    """Numbers published with a check digit of ISO 7064 MOD 11,10 are made again as they are."""
    assert symbol(number[:-1]) == number


@pytest.mark.parametrize("text", ["", "12345", "201700001٣", "2017 00001", "20170000123"])
def test_what_is_no_symbol(text: str) -> None:
    """A symbol has ten digits, of those that banks write."""
    assert not is_symbol(text)


@given(TEXTS)
def test_made_references_are_valid(text: str) -> None:
    """Whatever reference is made is valid, and no longer than banks carry."""
    made = creditor_reference(text)
    assert is_creditor_reference(made)
    assert len(made) <= 25


@given(TEXTS, st.data())
def test_any_single_change_of_a_reference_is_found(text: str, data: st.DataObject) -> None:
    """One character mistyped never makes another valid reference."""
    made = creditor_reference(text)
    at = data.draw(st.integers(2, len(made) - 1))
    kind = "0123456789" if made[at].isdigit() else LETTERS[10:]
    other = data.draw(st.sampled_from([each for each in kind if each != made[at]]))
    assert not is_creditor_reference(made[:at] + other + made[at + 1 :])


@given(SERIALS, st.integers(0, 9), st.integers(1, 9))
def test_any_single_change_of_a_symbol_is_found(serial: str, at: int, by: int) -> None:
    """One digit mistyped never makes another valid symbol."""
    made = symbol(serial)
    assert is_symbol(made)
    other = str((int(made[at]) + by) % 10)
    assert not is_symbol(made[:at] + other + made[at + 1 :])


def test_spaces_do_not_matter() -> None:
    """A reference printed in fours, with any kind of space, is read as it is kept."""
    assert plain(" rf18\u00a05390 0754\u20097034 ") == "RF18539007547034"
