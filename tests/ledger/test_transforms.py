from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ledger.errors import LedgerError
from ledger.formulas import SHARES, Term, Transform
from ledger.i18n import N_
from ledger.transforms import (
    ROOT_DECIMALS,
    NothingToShareByError,
    NotInTableError,
    ZeroUnderInverseError,
    transformed,
)
from ledger.working import Column, TooFineSharesError
from tests.ledger.drawn_formulas import above_zero, amounts, codes, column

LABEL = N_("unemployment")
LAST = Fraction(1, 10**ROOT_DECIMALS)

few = settings(max_examples=60)
some = st.dictionaries(codes, above_zero, min_size=1, max_size=28)
any_column = st.dictionaries(codes, amounts, min_size=1, max_size=28).filter(
    lambda each: any(each.values())
)
powers = st.fractions(-10, 10, max_denominator=20).filter(lambda each: abs(each.numerator) <= 20)


def made(transform: str, measured: Column, **said: Any) -> Column:
    """Make a term's column of what was measured."""
    criterion = None if transform in ("equal", "fixed") else "unemployment"
    named = {"name": "term", "label": "agreed part", "criterion": criterion}
    term = Term.model_validate({**named, "transform": transform, **said})
    return transformed(term, measured, LABEL).column


@pytest.mark.parametrize(
    ("transform", "said", "measured", "found"),
    [
        ("equal", {}, "0 0 0 0", "1/4 1/4 1/4 1/4"),
        ("share", {}, "1 2 0 5", "1/8 1/4 0 5/8"),
        ("inverse_share", {}, "1 2 4 4", "1/2 1/4 1/8 1/8"),
        ("minmax", {}, "3 5 7 4", "0 1/2 1 1/4"),
        ("minmax", {}, "0 0 0 9", "0 0 0 1"),
        # Grech: one per cent less for each tenth above the mean, with k = 0.1.
        ("modulator", {"k": "0.1"}, "5 10 15 10", "1.05 1 0.95 1"),
        ("modulator", {"k": "2"}, "5 10 15 10", "2 1 0 1"),
        ("modulator", {"k": "4"}, "5 10 15 10", "3 1 0 1"),
        ("ratio_to_mean", {}, "5 10 15 10", "1/2 1 3/2 1"),
        ("ratio_to_mean", {"power": -1}, "5 10 15 10", "2 1 2/3 1"),
        ("ratio_to_mean", {"power": 2, "upper": 2}, "5 10 15 10", "1/4 1 2 1"),
        ("ratio_to_mean", {"lower": "3/4", "upper": "5/4"}, "5 10 15 10", "3/4 1 5/4 1"),
        ("ratio_to_mean", {"power": 0}, "0 10 15 10", "1 1 1 1"),
        ("power", {"power": 2}, "1 2 3 0", "1/14 4/14 9/14 0"),
        ("power", {"power": "1/2"}, "1 4 9 16", "1/10 2/10 3/10 4/10"),
        ("power", {"power": "-1/2"}, "1 4 4 4", "2/5 1/5 1/5 1/5"),
        ("power", {"power": 0}, "0 2 3 7", "1/4 1/4 1/4 1/4"),
    ],
)
def test_columns_by_hand(transform: str, said: dict[str, Any], measured: str, found: str) -> None:
    """Each transform makes the column that its definition says."""
    # A root is exact to thirty decimals; whole powers and all the rest are exact.
    for state, value in made(transform, column(measured), **said).items():
        assert abs(value - column(found)[state]) <= 8 * LAST


@pytest.mark.parametrize(
    ("table", "states", "found"),
    [
        ({"PL": 54, "CZ": 20, "HU": 15, "SK": 11}, "PL CZ HU SK", "54/100 20/100 15/100 11/100"),
        ({"PL": 54, "CZ": 20, "HU": 15, "SK": 11}, "PL CZ", "54/74 20/74"),
        ({"PL": "0.5", "CZ": 0}, "PL CZ", "1 0"),
    ],
)
def test_a_table_is_renormalised_among_those_who_take_part(
    table: dict[str, Any], states: str, found: str
) -> None:
    """Whoever takes part bears its part of what the table gives to all who do."""
    measured = dict.fromkeys(states.split(), Fraction(0))
    assert made("fixed", measured, table=table) == column(found, states.split())


@pytest.mark.parametrize(
    ("transform", "said", "measured", "refusal", "words"),
    [
        ("share", {}, "0 0 0 0", NothingToShareByError, "“unemployment” is zero, or tells nobody"),
        ("modulator", {"k": 1}, "0 0 0 0", NothingToShareByError, "“unemployment” is zero"),
        ("ratio_to_mean", {}, "0 0 0 0", NothingToShareByError, "“unemployment” is zero"),
        ("power", {"power": 1}, "0 0 0 0", NothingToShareByError, "“unemployment” is zero"),
        ("minmax", {}, "3 3 3 3", NothingToShareByError, "tells nobody apart"),
        ("minmax", {}, "0 0 0 0", NothingToShareByError, "tells nobody apart"),
        ("inverse_share", {}, "1 0 1 1", ZeroUnderInverseError, "The unemployment of CZ is zero"),
        ("inverse_share", {}, "0 0 0 0", ZeroUnderInverseError, "unemployment of PL is zero"),
        ("power", {"power": "-1/2"}, "1 1 1 0", ZeroUnderInverseError, "of SK is zero"),
        ("ratio_to_mean", {"power": -1}, "1 1 0 1", ZeroUnderInverseError, "of HU is zero"),
        ("fixed", {"table": {"PL": 1}}, "0 0 0 0", NotInTableError, "“agreed part” does not list"),
        ("fixed", {"table": {}}, "0 0 0 0", NotInTableError, "does not list PL: add it"),
        (
            *("fixed", {"table": dict.fromkeys(("PL", "CZ", "HU", "SK"), 0)}, "0 0 0 0"),
            *(NothingToShareByError, "“agreed part” is zero"),
        ),
    ],
)
def test_what_no_column_can_be_made_of_is_refused(
    transform: str,
    said: dict[str, Any],
    measured: str,
    refusal: type[LedgerError],
    words: str,
) -> None:
    """A division by zero, or a state that a table leaves out, is named and never passed over."""
    with pytest.raises(refusal, match=words):
        made(transform, column(measured), **said)


@few
@given(any_column)
def test_shares_are_parts_of_the_whole(measured: Column) -> None:
    """Whatever is measured, a share is a part of one, and none is negative."""
    for transform, said in (("share", {}), ("equal", {}), ("power", {"power": "3/2"})):
        found = made(transform, measured, **said)
        assert sum(found.values()) == 1
        assert min(found.values()) >= 0


@few
@given(some)
def test_whole_powers_are_the_other_transforms(measured: Column) -> None:
    """A power of one is the share, of minus one the inverse share, of zero the equal share."""
    assert made("power", measured, power=1) == made("share", measured)
    assert made("power", measured, power=-1) == made("inverse_share", measured)
    assert made("power", measured, power=0) == made("equal", measured)
    assert made("ratio_to_mean", measured) == made("ratio_to_mean", measured, power=1)


@few
@given(some, st.integers(-10, 10))
def test_whole_powers_are_exact(measured: Column, power: int) -> None:
    """A whole power of the ratio to the mean has no rounding in it."""
    mean = sum(measured.values()) / Fraction(len(measured))
    found = made("ratio_to_mean", measured, power=power)
    assert found == {state: (value / mean) ** power for state, value in measured.items()}


@few
@given(some, powers)
def test_roots_have_thirty_decimals_half_up(measured: Column, power: Fraction) -> None:
    """A root is the nearest number of thirty decimals, and the larger of two that are as near."""
    assume(power.denominator > 1)
    mean = sum(measured.values()) / Fraction(len(measured))
    for state, found in made("ratio_to_mean", measured, power=str(power)).items():
        exact = (measured[state] / mean) ** power.numerator
        assert (found / LAST).denominator == 1
        assert max(found - LAST / 2, Fraction(0)) ** power.denominator <= exact
        assert exact < (found + LAST / 2) ** power.denominator


@few
@given(some, st.fractions("1/100", 100, max_denominator=100))
def test_a_modulator_is_never_below_zero(measured: Column, k: Fraction) -> None:
    """However far above the mean, nobody's factor is negative, and who is held at zero is named."""
    said = {"name": "term", "label": "term", "criterion": "unemployment", "k": str(k)}
    step = transformed(Term.model_validate({**said, "transform": "modulator"}), measured, LABEL)
    assert min(step.column.values()) >= 0
    assert step.told == tuple(sorted(s for s, value in step.column.items() if value == 0))
    # Without clipping the mean of the factors is one.
    if k * (len(measured) - 1) <= 1:
        assert sum(step.column.values()) == len(measured)


@few
@given(any_column)
def test_minmax_lies_between_nothing_and_one(measured: Column) -> None:
    """The least becomes nothing, the most one, and order and distances stay."""
    assume(len(set(measured.values())) > 1)
    found = made("minmax", measured)
    assert min(found.values()) == 0
    assert max(found.values()) == 1
    spread = max(measured.values()) - min(measured.values())
    least = min(measured.values())
    assert all(measured[state] == least + spread * value for state, value in found.items())


@few
@given(some, powers, st.fractions(0, 1, max_denominator=9), st.fractions(1, 9, max_denominator=9))
def test_ratios_are_held_within_bounds(
    measured: Column, power: Fraction, lower: Fraction, upper: Fraction
) -> None:
    """A ratio between its bounds is left alone, and one beyond is at the bound."""
    bounds = {"lower": str(lower), "upper": str(upper)}
    free = made("ratio_to_mean", measured, power=str(power))
    for state, held in made("ratio_to_mean", measured, power=str(power), **bounds).items():
        assert held == min(upper, max(lower, free[state]))


@few
@given(some, st.data())
def test_more_of_a_measure_never_means_the_contrary(measured: Column, data: st.DataObject) -> None:
    """A state of which more is measured has no less by a share and no more by an inverse."""
    state = data.draw(st.sampled_from(sorted(measured)))
    grown = {**measured, state: measured[state] + data.draw(above_zero)}
    for transform, said, sign in (
        ("share", {}, 1),
        ("power", {"power": "3/2"}, 1),
        ("ratio_to_mean", {"power": "1/2"}, 1),
        ("inverse_share", {}, -1),
        ("power", {"power": "-1/2"}, -1),
        ("modulator", {"k": "0.1"}, -1),
        ("modulator", {"k": "3"}, -1),
    ):
        before, after = (made(transform, each, **said)[state] for each in (measured, grown))
        # Roots are rounded: the sums that they are parts of may differ in their last digit.
        assert sign * (after - before) >= -LAST * len(measured)


def test_powers_of_the_longest_numbers_add_up() -> None:
    """The finest powers that a formula may name, of the longest numbers, make shares of 1."""
    # As long as what is measured may be: a thousand digits above and below the stroke.
    measured = {
        f"{first}{second}": Fraction(10**1000 + 7 * at, 10**999 + 9)
        for at, (first, second) in enumerate(product("ABCD", "ABCDEFG"), 1)
    }
    for power in ("19/2", "-19/2", "19/20", "-1/20"):
        assert sum(made("power", measured, power=power).values()) == 1


def test_a_root_of_a_long_number_is_as_exact_as_one_of_a_short() -> None:
    """A number of very many digits has the same thirty decimals of a root as one close to it."""
    short = {"AA": Fraction(1), "BB": Fraction(3)}
    long = {
        state: value + Fraction(1, 10**900 + at) for at, (state, value) in enumerate(short.items())
    }
    for power in ("1/2", "-1/2", "19/20", "-20/3"):
        found = made("ratio_to_mean", long, power=power)
        assert found == made("ratio_to_mean", short, power=power)


def test_a_power_that_nobody_could_write_down_is_refused() -> None:
    """A whole power is exact, and one that gets too long is refused before it is reckoned."""
    measured = {"AA": Fraction(10**500 + 1, 10**499 + 9), "BB": Fraction(2)}
    with pytest.raises(TooFineSharesError, match="smaller powers"):
        made("ratio_to_mean", measured, power=10)


def test_what_a_column_holds_is_said() -> None:
    """A share is told from a factor, so that the working shows per cents only of shares."""
    given: dict[str, dict[str, Any]] = {
        "fixed": {"table": {"PL": 1, "CZ": 2}},
        "modulator": {"k": 1},
        "power": {"power": 1},
    }
    for transform in Transform:
        criterion = None if transform in ("equal", "fixed") else "unemployment"
        said = {"name": "term", "label": "term", "transform": transform, "criterion": criterion}
        term = Term.model_validate(said | given.get(transform, {}))
        step = transformed(term, {"PL": Fraction(1), "CZ": Fraction(2)}, LABEL)
        assert step.is_share == (transform in SHARES)
        assert step.total == 1 or not step.is_share
