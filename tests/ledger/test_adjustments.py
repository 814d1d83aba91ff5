from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from ledger.adjustments import (
    Adjusted,
    CeilingTooLowError,
    FloorTooHighError,
    NobodyAbsorbsError,
    adjust,
    phase_in,
)
from ledger.errors import LedgerError
from ledger.formulas import Adjustment, PhaseIn
from ledger.i18n import say
from ledger.working import Column
from tests.ledger.drawn_formulas import V4, column, shared

ADJUSTMENTS: TypeAdapter[tuple[Adjustment, ...]] = TypeAdapter(tuple[Adjustment, ...])

few = settings(max_examples=60)
parts = st.fractions(0, 1, max_denominator=200)
Said = dict[str, Any]


def adjusted(shares: Column, *said: Said) -> list[Adjusted]:
    """Take adjustments that are written as in a file."""
    return adjust(shares, ADJUSTMENTS.validate_python(said))


def after(shares: Column, *said: Said) -> Column:
    """Give the shares after the last of some adjustments."""
    return adjusted(shares, *said)[-1].shares


def floor(share: object, **more: Any) -> Said:
    return {"kind": "floor", "share": str(share), **more}


def ceiling(share: object, **more: Any) -> Said:
    return {"kind": "ceiling", "share": str(share), **more}


def bounds(lower: object, upper: object, **more: Any) -> Said:
    return {"kind": "relative_bounds", "lower": str(lower), "upper": str(upper), **more}


def discount(part: object, *states: str, **more: Any) -> Said:
    return {"kind": "discount", "states": dict.fromkeys(states, str(part)), **more}


def premium(part: object, *states: str, **more: Any) -> Said:
    return {"kind": "premium", "states": dict.fromkeys(states, str(part)), **more}


def exempt(*states: str, **more: Any) -> Said:
    return {"kind": "exempt", "states": states, **more}


NOT_BY_PL = {"not_absorbed_by": ["PL"]}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        # Poland, Czechia, Hungary and Slovakia bear 50, 30, 15 and 5 before.
        ([floor("0.1")], "900/19 540/19 270/19 10"),
        ([floor(0)], "50 30 15 5"),
        ([floor("1/4")], "25 25 25 25"),
        ([floor("0.2")], "37.5 22.5 20 20"),
        # Czechia falls below only when Hungary and Slovakia were lifted.
        ([floor("0.24")], "28 24 24 24"),
        ([floor("0.24", repeat=False)], "32.5 19.5 24 24"),
        ([floor("0.1", states=["SK"], **NOT_BY_PL)], "50 80/3 40/3 10"),
        ([floor("0.1", states=["PL", "AT"])], "50 30 15 5"),
        ([ceiling("0.4")], "40 36 18 6"),
        ([ceiling(1)], "50 30 15 5"),
        ([ceiling("1/4")], "25 25 25 25"),
        ([ceiling("0.3")], "30 30 30 10"),
        ([ceiling("0.35", repeat=False)], "35 39 19.5 6.5"),
        ([ceiling("0.35")], "35 35 22.5 7.5"),
        ([ceiling("0.1", states=["HU"])], "900/17 540/17 10 90/17"),
        ([ceiling("0.1", states=["HU", "SK"], together=True)], "56.25 33.75 7.5 2.5"),
        ([ceiling(0, states=["HU", "SK", "AT"], together=True)], "62.5 37.5 0 0"),
        ([ceiling("0.2", states=["HU", "SK"], together=True)], "50 30 15 5"),
        # The treaty of burden.md 1.6: between half and one and a half of the average share.
        ([bounds("1/2", "3/2")], "37.5 100/3 50/3 12.5"),
        ([bounds(1, 1)], "25 25 25 25"),
        ([bounds(0, 1000)], "50 30 15 5"),
        ([premium("0.1", "PL")], "55 27 13.5 4.5"),
        ([premium("0.1", "PL", "AT", **NOT_BY_PL)], "60 24 12 4"),
        ([premium("1/2", "PL", "CZ")], "50 50 0 0"),
        ([discount("0.4", "HU")], "910/17 546/17 9 91/17"),
        ([discount(1, "HU")], "1000/17 600/17 0 100/17"),
        ([discount(0, "HU")], "50 30 15 5"),
        ([discount("0.5", "PL", "AT")], "25 45 22.5 7.5"),
        ([discount("0.5", "PL", absorb={"CZ": "0.5", "HU": 0, "AT": 9})], "25 48.75 15 11.25"),
        ([exempt("SK", "AT")], "1000/19 600/19 300/19 0"),
        ([exempt("SK", **NOT_BY_PL)], "50 100/3 50/3 0"),
        # Whoever a step has fixed is left out of the next.
        ([floor("0.1"), ceiling("0.4")], "40 100/3 50/3 10"),
        ([ceiling("0.4"), floor("0.1")], "40 100/3 50/3 10"),
        ([exempt("SK"), floor("0.1")], "1000/19 600/19 300/19 0"),
        ([discount("0.8", "PL"), ceiling("0.45")], "10 45 33.75 11.25"),
        ([ceiling("0.4"), premium("0.1", "HU")], "40 30 25 5"),
        # Slovakia is lifted to 10 and counts among the two who bear no more than 20 together.
        (
            [floor("0.1"), ceiling("0.2", states=["HU", "SK"], together=True)],
            "50 30 10 10",
        ),
    ],
)
def test_adjustments_by_hand(said: Sequence[Said], found: str) -> None:
    """Bounds, premiums, discounts and exemptions give what a pocket calculator comes to."""
    before = {state: share / 100 for state, share in column("50 30 15 5").items()}
    assert {state: share * 100 for state, share in after(before, *said).items()} == column(found)


@pytest.mark.parametrize(
    ("said", "refusal", "words"),
    [
        (
            [ceiling("0.22")],
            CeilingTooLowError,
            "A ceiling of 22 % for 4 states leaves 12 % .* to nobody: raise it to 25 % or more",
        ),
        (
            [ceiling(0)],
            CeilingTooLowError,
            "leaves 100 % of the burden to nobody: raise it to 25 %",
        ),
        # Three are left when Slovakia is out, and a third does not end: the remedy is rounded up.
        ([exempt("SK"), ceiling("0.3")], CeilingTooLowError, "raise it to 33.333334 % or more"),
        (
            [floor("0.1"), ceiling("0.2", states=["SK"], together=True), ceiling("0.29")],
            CeilingTooLowError,
            "A ceiling of 29 % for 3 states leaves 3 % of the burden to nobody: raise it to 30 %",
        ),
        (
            [floor("0.1"), ceiling("0.09", states=["SK", "HU"], together=True)],
            CeilingTooLowError,
            "A ceiling of 9 % for 2 states leaves 1 % of the burden to nobody: raise it to 10 %",
        ),
        (
            [floor("0.26")],
            FloorTooHighError,
            "A floor of 26 % for 4 states comes to more than .*: lower it to 25 % or less",
        ),
        (
            [floor("0.6", states=["HU", "SK"])],
            FloorTooHighError,
            "for 2 states .* lower it to 50 %",
        ),
        ([exempt("SK"), floor("0.4")], FloorTooHighError, "lower it to 33.333333 % or less"),
        (
            [ceiling("0.4", not_absorbed_by=V4)],
            NobodyAbsorbsError,
            "The ceiling leaves nobody who could take over the rest: leave somebody free",
        ),
        ([floor("0.1", not_absorbed_by=V4)], NobodyAbsorbsError, "The floor leaves nobody"),
        (
            [bounds("0.5", "1.5", not_absorbed_by=V4)],
            NobodyAbsorbsError,
            "The pair of bounds leaves",
        ),
        ([ceiling("0.4", states=V4, together=True)], NobodyAbsorbsError, "The ceiling leaves"),
        ([premium("0.1", "PL", not_absorbed_by=V4)], NobodyAbsorbsError, "The premium leaves"),
        ([ceiling("0.4"), premium("0.7", "SK")], NobodyAbsorbsError, "The premium leaves nobody"),
        ([discount("0.1", *V4)], NobodyAbsorbsError, "The discount leaves nobody"),
        ([discount("0.1", "PL", absorb=dict.fromkeys(V4, 0))], NobodyAbsorbsError, "The discount"),
        ([discount("0.1", "PL", not_absorbed_by=V4)], NobodyAbsorbsError, "The discount leaves"),
        ([exempt(*V4)], NobodyAbsorbsError, "The exemption leaves nobody"),
        ([exempt("PL", not_absorbed_by=V4)], NobodyAbsorbsError, "The exemption leaves nobody"),
        # Hungary and Slovakia bear nothing any more, and take nothing over in proportion.
        ([premium("0.5", "PL", "CZ"), ceiling("0.4")], NobodyAbsorbsError, "The ceiling leaves"),
        # Poland alone is left, and is to bear no more than two fifths.
        ([exempt("CZ", "HU", "SK"), ceiling("0.4")], CeilingTooLowError, "raise it to 100 % or"),
    ],
)
def test_adjustments_that_cannot_be_made_are_refused(
    said: Sequence[Said], refusal: type[LedgerError], words: str
) -> None:
    """What fits nobody is refused with the numbers that would fit."""
    before = {state: share / 100 for state, share in column("50 30 15 5").items()}
    with pytest.raises(refusal, match=words):
        after(before, *said)


@few
@given(shared(), parts, parts)
def test_bounds_hold_or_are_refused(shares: Column, low: Fraction, high: Fraction) -> None:
    """After a floor, a ceiling, or both nobody is beyond; the refusal says what does not fit."""
    low, high = sorted((low, high))
    for said in (
        [floor(low)],
        [ceiling(high)],
        [floor(low), ceiling(high)],
        [ceiling(high), floor(low)],
    ):
        try:
            found = after(shares, *said)
        except LedgerError as error:
            assert_infeasible(error, shares, said, low, high)
            continue
        assert sum(found.values()) == 1
        kinds = [each["kind"] for each in said]
        assert "floor" not in kinds or min(found.values()) >= low
        assert "ceiling" not in kinds or max(found.values()) <= high


def assert_infeasible(
    error: LedgerError, shares: Column, said: list[Said], low: Fraction, high: Fraction
) -> None:
    """Show that no shares could hold the bounds, or none in proportion to what is borne."""
    count, bearing = len(shares), sum(1 for share in shares.values() if share)
    match error:
        case FloorTooHighError():
            assert count * low > 1 or len(said) > 1
        case CeilingTooLowError():
            assert count * high < 1 or len(said) > 1
        case _:
            # Whoever bears nothing takes nothing over, however much room it has.
            assert bearing * high < 1 or len(said) > 1


@few
@given(shared(), parts)
def test_a_single_bound_is_refused_only_where_it_must_be(shares: Column, bound: Fraction) -> None:
    """A floor fits where there is so much for each, a ceiling where those who bear can bear all."""
    bearing = sum(1 for share in shares.values() if share)
    if bound * len(shares) <= 1:
        assert min(after(shares, floor(bound)).values()) >= bound
    if bound * bearing >= 1:
        assert max(after(shares, ceiling(bound)).values()) <= bound


@few
@given(
    shared(), st.fractions("1/100", 1, max_denominator=100), st.fractions(1, 5, max_denominator=9)
)
def test_relative_bounds_hold(shares: Column, lower: Fraction, upper: Fraction) -> None:
    """Nobody bears less than so much of the average share or more, and only who must is moved."""
    assume(all(shares.values()))
    average = Fraction(1, len(shares))
    step = adjusted(shares, bounds(lower, upper))[-1]
    found = step.shares
    assert sum(found.values()) == 1
    assert lower * average <= min(found.values())
    assert max(found.values()) <= upper * average
    assert {found[state] for state in step.fixed} <= {lower * average, upper * average}
    assert_in_proportion(shares, found, step.fixed)


def assert_in_proportion(before: Column, then: Column, fixed: frozenset[str]) -> None:
    """Show that whoever is free bears what it bore, times one number for all."""
    free = [state for state in before if state not in fixed]
    for state in free:
        assert then[state] * before[free[0]] == before[state] * then[free[0]]


@few
@given(shared(), parts, st.sampled_from([floor, ceiling]))
def test_who_is_held_is_at_the_bound(
    shares: Column, bound: Fraction, holding: Callable[[Fraction], Said]
) -> None:
    """A state that a bound holds bears exactly that, and the others keep their proportions."""
    bearing = sum(1 for share in shares.values() if share)
    assume(bound * len(shares) <= 1 if holding is floor else bound * bearing >= 1)
    step = adjusted(shares, holding(bound))[-1]
    assert {step.shares[state] for state in step.fixed} <= {bound}
    assert step.step.told == tuple(sorted(step.fixed))
    assert_in_proportion(shares, step.shares, step.fixed)


@few
@given(shared(least=2), parts, st.data())
def test_what_is_spared_is_taken_over(shares: Column, part: Fraction, data: st.DataObject) -> None:
    """A discount spares its part exactly, and the others take it over in proportion."""
    state = data.draw(st.sampled_from(sorted(shares)))
    assume(shares[state] < 1)
    found = after(shares, discount(part, state))
    assert found[state] == shares[state] * (1 - part)
    assert sum(found.values()) == 1
    assert_in_proportion(shares, found, frozenset({state}))


@few
@given(shared(), parts, st.data())
def test_a_premium_comes_on_top(shares: Column, part: Fraction, data: st.DataObject) -> None:
    """Whoever bears a premium bears it exactly on top of its part of the rest."""
    state = data.draw(st.sampled_from(sorted(shares)))
    found = after(shares, premium(part, state))
    assert found == {
        each: share * (1 - part) + (part if each == state else 0) for each, share in shares.items()
    }


@few
@given(shared(least=2), st.data())
def test_who_is_exempt_bears_nothing(shares: Column, data: st.DataObject) -> None:
    """An exempt state bears nothing, and the others take it over in proportion."""
    gone = data.draw(st.lists(st.sampled_from(sorted(shares)), min_size=1, unique=True))
    assume(any(share for state, share in shares.items() if state not in gone))
    found = after(shares, exempt(*gone))
    assert {found[state] for state in gone} == {0}
    assert sum(found.values()) == 1
    assert_in_proportion(shares, found, frozenset(gone))


@settings(max_examples=30)
@given(shared(), st.data())
def test_those_who_take_no_part_are_passed_over(shares: Column, data: st.DataObject) -> None:
    """An adjustment may name states that do not take part: nothing becomes of it."""
    assume(not {"YY", "ZZ"} & shares.keys())
    absent = ("YY", "ZZ")
    said = [
        floor("1/2", states=absent),
        ceiling("1/10", states=absent),
        ceiling(0, states=absent, together=True),
        premium("1/4", *absent),
        discount(1, *absent, absorb={"ZZ": 5}),
        exempt(*absent, not_absorbed_by=absent),
    ]
    found = adjusted(shares, *data.draw(st.permutations(said)))
    assert [each.shares for each in found] == [shares] * len(said)
    assert {each.fixed for each in found} == {frozenset()}
    assert all("–" in say(each.step, "en") for each in found)


@few
@given(shared(least=2), parts, st.integers(2015, 2019))
def test_a_newcomer_bears_its_part_of_the_year(shares: Column, part: Fraction, year: int) -> None:
    """In a year named a newcomer bears the part, in any other its whole share."""
    newcomer = min(shares, key=lambda state: shares[state])
    coming = PhaseIn.model_validate(
        {"state": newcomer, "parts": {"2016": str(part), "2017": "1/2"}}
    )
    expected = {2016: part, 2017: Fraction(1, 2)}.get(year, Fraction(1))
    step = phase_in(shares, [coming], year)
    if step is None:
        assert expected == 1 or not shares[newcomer]
    else:
        assert step.column[newcomer] == shares[newcomer] * expected
        assert step.total == 1
        assert_in_proportion(shares, step.column, frozenset({newcomer}))
        assert say(step, "en") == f"Phase-in of {year}: {newcomer}"


def test_somebody_bears_a_whole_share() -> None:
    """Where all are newcomers in the same year nobody could take over what they do not bear."""
    coming = [PhaseIn.model_validate({"state": each, "parts": {"2016": "1/2"}}) for each in V4]
    shares = dict.fromkeys(V4, Fraction(1, 4))
    with pytest.raises(NobodyAbsorbsError, match="The phase-in leaves nobody"):
        phase_in(shares, coming, 2016)
    assert phase_in(shares, coming, 2017) is None
    assert phase_in(shares, coming[:3], 2016) is not None
    assert phase_in({"AT": Fraction(1)}, coming, 2016) is None


def test_two_equals_stay_equal() -> None:
    """Bounds move states that bear the same by the same, and one alone bears all."""
    equal = dict.fromkeys(("PL", "SK"), Fraction(1, 2))
    for said in (ceiling("1/2"), floor("1/2"), bounds(1, 1), bounds(0, 1)):
        assert after(equal, said) == equal
        assert after({"PL": Fraction(1)}, {**said, "share": "1"} if "share" in said else said)


def test_steps_say_their_bounds() -> None:
    """Each step says what it did, in per cents as short as they are, and to whom."""
    before = {state: share / 100 for state, share in column("50 30 15 5").items()}
    found = adjusted(
        before,
        floor("1/3000"),
        ceiling("0.4"),
        bounds("1/3", 2),
        discount("0.1", "SK"),
        premium("0.02", "HU"),
        exempt("CZ"),
    )
    assert [say(each.step, "en") for each in found] == [
        "Floor of 0.033333 %: –",
        "Ceiling of 40 %: PL",
        "Between 0.333333 and 2 times the average: SK",
        "Discount: SK",
        "Premium: HU",
        "Exempt: CZ",
    ]
