"""Proration: three conventions for a sum within whose span states join or leave."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.criteria import Basis
from ledger.formula_files import formula
from ledger.indicators import shipped
from ledger.money import from_cents
from ledger.proration import Convention, LeaverError, Part, prorate
from ledger.reckoning import reckon

SUM = Decimal("1200000.00")
FOUR, FIVE = ("CZ", "HU", "PL", "SK"), ("AT", "CZ", "HU", "PL", "SK")

amounts = st.integers(-(10**11), 10**11).map(from_cents)


def by_half(states: tuple[str, ...]) -> dict[str, Fraction]:
    """Half by population, half by output, on the figures of 2016."""
    return reckon(formula("pop-gdp-50-50"), states, Basis(2016), shipped()).scale.shares


@pytest.mark.parametrize(
    ("convention", "expected"),
    [
        (
            Convention.SEGMENT,
            {"PL": 605318, "CZ": 205489, "HU": 160325, "SK": 99216, "AT": 129652},
        ),
        (
            Convention.TIME_WEIGHTED,
            {"PL": 598812, "CZ": 200559, "HU": 158339, "SK": 97220, "AT": 145070},
        ),
        (
            Convention.ADDITIONAL,
            {"PL": 676630, "CZ": 232171, "HU": 179451, "SK": 111748, "AT": 129652},
        ),
    ],
)
def test_austria_joins_in_the_middle_of_a_year(
    convention: Convention, expected: dict[str, int]
) -> None:
    """EUR 1,200,000 for 2017 with Austria from 1 July gives the figures of burden.md §4."""
    parts = [Part(181, by_half(FOUR)), Part(184, by_half(FIVE))]
    borne = prorate(SUM, parts, convention)
    assert {state: round(part) for state, part in borne.items()} == expected
    whole = SUM + (borne["AT"] if convention is Convention.ADDITIONAL else 0)
    assert sum(borne.values()) == whole


@given(amounts, st.integers(1, 366), st.integers(1, 366))
def test_by_segments_the_parts_add_up(total: Decimal, before: int, after: int) -> None:
    """Nothing is lost or made, whatever the sum, also where somebody leaves."""
    for parts in (
        [Part(before, by_half(FOUR)), Part(after, by_half(FIVE))],
        [Part(before, by_half(FIVE)), Part(after, by_half(FOUR))],
    ):
        assert sum(prorate(total, parts, Convention.SEGMENT).values()) == total


@given(amounts, st.sampled_from(Convention))
def test_without_a_change_all_conventions_agree(total: Decimal, convention: Convention) -> None:
    """Where nobody joins or leaves, a sum is simply split by the scale."""
    whole = prorate(total, [Part(365, by_half(FOUR))], Convention.SEGMENT)
    parts = [Part(100, by_half(FOUR)), Part(265, by_half(FOUR))]
    assert prorate(total, parts, convention) == whole


@pytest.mark.parametrize("convention", [Convention.TIME_WEIGHTED, Convention.ADDITIONAL])
def test_conventions_for_newcomers_know_no_leavers(convention: Convention) -> None:
    """A span in which somebody leaves is shared by segments only."""
    parts = [Part(181, by_half(FIVE)), Part(184, by_half(FOUR))]
    with pytest.raises(LeaverError, match="AT leave within the span"):
        prorate(SUM, parts, convention)
