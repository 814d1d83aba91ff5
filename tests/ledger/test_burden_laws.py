import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import prod
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from ledger.adjustments import (
    CeilingTooLowError,
    FloorTooHighError,
    NobodyAbsorbsError,
    adjust,
)
from ledger.formula_files import formula
from ledger.formulas import Adjustment
from ledger.transforms import NothingToShareByError
from ledger.working import Arithmetic, Column, Step
from tests.ledger.drawn_formulas import (
    Case,
    above_zero,
    cases,
    codes,
    shared,
    shipped_cases,
)

# Columns of shares that leave something over, or are the pieces of what follows.
UNFINISHED = ("sum of the terms by weight", "what caps leave over")


any_case = cases() | shipped_cases()
few = settings(max_examples=50)


@few
@given(any_case)
def test_shares_add_up_to_one(case: Case) -> None:
    """A scale shares the whole burden: no share is negative, and exactly nothing is left."""
    found = case.scale()
    assert sum(found.shares.values()) == 1
    assert min(found.shares.values()) >= 0
    assert list(found.shares) == sorted(case.states)
    capped = any(term.cap for term in case.formula.terms)
    for step in found.trace:
        if step.is_share and not (capped and step.message in UNFINISHED) and not is_capped(step):
            assert step.total == 1, step
    assert found.trace[-1].column == found.shares


def is_capped(step: Step) -> bool:
    """Whether a step is a term that a cap holds."""
    return "capped" in step.message


@few
@given(any_case, st.randoms())
def test_the_order_of_states_changes_no_share(case: Case, chance: random.Random) -> None:
    """No state gains by its place in a list, be it that of states or of measures."""

    def shuffled(column: Mapping[str, Any]) -> dict[str, Any]:
        return {key: column[key] for key in chance.sample(list(column), len(column))}

    mixed = [
        {name: shuffled(column) for name, column in shuffled(period).items()}
        for period in case.periods
    ]
    states = chance.sample(list(case.states), len(case.states))
    assert Case(case.formula, mixed, states).scale() == case.scale()


@few
@given(any_case, st.data(), st.fractions("1/1000", 1000, max_denominator=1000).filter(bool))
def test_the_unit_of_measure_changes_no_share(
    case: Case, data: st.DataObject, factor: Fraction
) -> None:
    """Output in euro, in millions or in dollars of one rate gives the same scale."""
    assume(case.formula.criteria)
    name = data.draw(st.sampled_from(sorted(case.formula.criteria)))
    other = [
        {**each, name: {state: value * factor for state, value in each[name].items()}}
        for each in case.periods
    ]
    assert Case(case.formula, other, case.states).scale().shares == case.scale().shares


@few
@given(cases(), st.data())
def test_who_benefits_takes_no_part(case: Case, data: st.DataObject) -> None:
    """A beneficiary bears nothing, and the others share as if it were not there."""
    assume(len(case.states) > 1)
    spared = data.draw(st.sampled_from(case.states))
    others = [state for state in case.states if state != spared]
    without = Case(case.formula, case.periods, others)
    with_it = replace(
        case, formula=case.formula.model_copy(update={"beneficiaries": (spared, "ZZ")})
    )
    assume("ZZ" not in others)
    try:
        expected = without.scale().shares
    except NothingToShareByError:
        with pytest.raises(NothingToShareByError):
            with_it.scale()
    else:
        assert with_it.scale().shares == {**expected, spared: 0}


@few
@given(cases().filter(lambda case: len(case.periods) > 1))
def test_several_base_periods_are_averaged(case: Case) -> None:
    """The scale of several base periods is the plain mean of those of each, before rounding."""
    exact = case.formula.model_copy(update={"decimals": None})
    singles = [
        Case(exact.model_copy(update={"periods": (length,)}), [period], case.states).scale().shares
        for length, period in zip(exact.periods, case.periods, strict=True)
    ]
    mean = {state: sum(one[state] for one in singles) / len(singles) for state in case.states}
    assert replace(case, formula=exact).scale().shares == mean
    lengths = [step.period for step in case.scale().trace if step.period]
    assert set(lengths) == set(exact.periods)


@few
@given(cases(), st.integers(0, 12))
def test_published_shares_have_so_many_decimals(case: Case, decimals: int) -> None:
    """Rounded shares are whole units of their last decimal, within one of the exact ones."""
    unit = Fraction(1, 10 ** (decimals + 2))
    rounded, exact = (
        replace(case, formula=case.formula.model_copy(update={"decimals": each})).scale().shares
        for each in (decimals, None)
    )
    assert sum(rounded.values()) == 1
    assert {(share / unit).denominator for share in rounded.values()} == {1}
    assert all(abs(rounded[state] - exact[state]) < unit for state in exact)


@few
@given(any_case)
def test_what_is_said_of_a_column_makes_it(case: Case) -> None:
    """A column that says how it follows from earlier ones does follow from them, in that way."""
    seen: list[Step] = []
    for step in case.scale().trace:
        seen.append(step)
        groups = [[(weight_of(each, seen), each) for each in group] for group in step.of]
        for state, value in step.column.items():
            sums = [sum(weight * each[state] for weight, each in group) for group in groups]
            match step.arithmetic:
                case Arithmetic.EQUAL:
                    assert value == Fraction(1, len(step.column))
                case Arithmetic.PARTS:
                    assert value * sum(step.of[0][0].values()) == step.of[0][0][state]
                case Arithmetic.SUMS:
                    assert value == prod(sums)


def weight_of(column: Column, seen: Sequence[Step]) -> Fraction:
    """Give the weight that the working says a column enters a sum with, or one."""
    said = [step.weight for step in seen if step.column is column and step.weight is not None]
    return said[-1] if said else Fraction(1)


@few
@given(cases())
def test_caps_hold_and_relief_loses_nothing(case: Case) -> None:
    """No capped share exceeds its cap, and what relief cuts from some is added to others."""
    formula = case.formula
    trace = case.scale().trace
    for step in trace:
        at = formula.periods.index(step.period) if step.period else 0
        if is_capped(step):
            cap = next(term.cap for term in formula.terms if term.cap)
            base = next(e.column for e in trace if e.is_share and e.period == step.period)
            assert all(held <= cap.times * base[state] for state, held in step.column.items())
        if step.message == "%(label)s after relief":
            assert step.total == sum(case.periods[at]["size"].values())
            assert min(step.column.values()) >= 0


@pytest.mark.parametrize(
    ("name", "criterion", "more"),
    [
        ("gni", "gni", True),
        ("pop-gdp-50-50", "gdp", True),
        ("eu-relocation-2015", "population", True),
        ("eu-relocation-2015", "gdp", True),
        ("eu-relocation-2015", "asylum", False),
        ("eu-relocation-2015-uncapped", "unemployment", False),
        ("pop-gdp-modulated", "population", True),
        ("pop-gdp-modulated", "asylum", False),
        ("pop-gdp-modulated", "unemployment", False),
        ("equal-sacrifice", "income", True),
        ("cern-esa-ceiling", "gni", True),
        ("bounded-average", "income", True),
    ],
)
@settings(max_examples=25)
@given(data=st.data())
def test_who_grows_bears_no_less(
    name: str, criterion: str, *, more: bool, data: st.DataObject
) -> None:
    """A state with more people or output bears no less, one with more asylum or jobless no more."""
    used = formula(name)
    states = data.draw(st.lists(codes, min_size=5, max_size=12, unique=True))
    values = st.fixed_dictionaries(dict.fromkeys(states, above_zero))
    measured = {each: data.draw(values) for each in used.criteria}
    state = data.draw(st.sampled_from(states))
    grown = measured[criterion][state] + data.draw(above_zero)
    after = {**measured, criterion: {**measured[criterion], state: grown}}
    before, then = (Case(used, [each], states).scale().shares[state] for each in (measured, after))
    assert then >= before if more else then <= before


@st.composite
def adjustments(draw: st.DrawFn, states: Sequence[str]) -> dict[str, Any]:
    """Draw an adjustment of some states, or of those who take no part."""
    some = st.sets(st.sampled_from([*states, "ZZ"]), min_size=1, max_size=3).map(sorted)
    part = st.fractions(0, 1, max_denominator=20).map(str)
    named = st.dictionaries(st.sampled_from([*states, "ZZ"]), part, min_size=1, max_size=3)
    kind = draw(
        st.sampled_from(["floor", "ceiling", "relative_bounds", "premium", "discount", "exempt"])
    )
    said: dict[str, Any] = {"kind": kind, "not_absorbed_by": draw(st.just([]) | some)}
    match kind:
        case "floor" | "ceiling":
            group, small = draw(st.just([]) | some), st.fractions(0, "1/5", max_denominator=90)
            said |= {"share": draw(part | small.map(str)), "states": group}
            said |= {"repeat": draw(st.booleans())}
            said |= {"together": bool(group)} if kind == "ceiling" and draw(st.booleans()) else {}
        case "relative_bounds":
            upper = draw(st.fractions(1, 5, max_denominator=9))
            said |= {"lower": draw(part), "upper": str(upper)}
        case "discount":
            said |= {"states": draw(named), "absorb": draw(st.just({}) | named)}
        case "premium":
            at_most_all = named.filter(lambda each: sum(map(Fraction, each.values())) <= 1)
            said |= {"states": draw(at_most_all)}
        case "exempt":
            said |= {"states": draw(some)}
    return said


@settings(max_examples=150)
@given(shared(), st.data())
def test_adjustments_in_any_order_share_the_whole(shares: Column, data: st.DataObject) -> None:
    """Whatever is adjusted, and in which order, the whole is shared, or the reason is given."""
    said = data.draw(st.lists(adjustments(sorted(shares)), min_size=1, max_size=4))
    fixed: frozenset[str] = frozenset()
    before = shares
    try:
        found = adjust(shares, TypeAdapter(tuple[Adjustment, ...]).validate_python(said))
    except (CeilingTooLowError, FloorTooHighError, NobodyAbsorbsError) as error:
        assert str(error).endswith(".")  # noqa: PT017 - most refuse, and all with words
        return
    for each, step in zip(said, found, strict=True):
        assert sum(step.shares.values()) == 1
        assert min(step.shares.values()) >= 0
        assert fixed <= step.fixed <= shares.keys()
        named = set(each.get("states", ())) if each["kind"] not in ("floor", "ceiling") else set()
        still = (fixed | set(each["not_absorbed_by"])) & shares.keys() - named
        moved = {state for state in still if step.shares[state] != before[state]}
        assert moved <= step.fixed - fixed
        fixed, before = step.fixed, step.shares
