import random
from decimal import Decimal
from fractions import Fraction
from math import lcm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.equity_metrics import EquityMetrics, equity_metrics
from ledger.money import ZERO, from_cents

# Eurostat, vintage of October 2020: population on 1 January 2016, output of 2016 in EUR million.
POPULATION = {
    "PL": Decimal(37967209),
    "CZ": Decimal(10553843),
    "HU": Decimal(9830485),
    "SK": Decimal(5426252),
}
GDP = {
    "PL": Decimal("426555.7"),
    "CZ": Decimal("177438.5"),
    "HU": Decimal("116129.8"),
    "SK": Decimal("81051.5"),
}
# Half by population, half by output.
SHARES = {
    state: (
        Fraction(POPULATION[state]) / Fraction(sum(POPULATION.values()))
        + Fraction(GDP[state]) / Fraction(sum(GDP.values()))
    )
    / 2
    for state in GDP
}
GIVEN = {
    "PL": Decimal(520_000),
    "CZ": Decimal(260_000),
    "HU": Decimal(120_000),
    "SK": Decimal(100_000),
}
HALF = Fraction(1, 2)

codes = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)
cents = st.integers(0, 10**12)
Given = dict[str, Decimal]
Shares = dict[str, Fraction]
Case = tuple[Given, Shares]


@st.composite
def cases(
    draw: st.DrawFn, given: st.SearchStrategy[int] = cents, weights: int = 0
) -> tuple[Given, Shares]:
    """Draw shares from weights of at least `weights`, and what each state gave."""
    weighted = draw(
        st.dictionaries(codes, st.integers(weights, 10**6), min_size=1, max_size=9).filter(
            lambda each: any(each.values())
        )
    )
    total = sum(weighted.values())
    shares = {state: Fraction(weight, total) for state, weight in weighted.items()}
    return {state: from_cents(draw(given)) for state in shares}, shares


fair_or_not = cases(weights=1).filter(lambda case: any(case[0].values()))
any_case = cases(given=st.integers(-9, 9) | st.integers(-(10**12), 10**12))


def measures(found: EquityMetrics) -> tuple[Fraction | Decimal | None, ...]:
    return found.hoover, found.rms, found.gini, found.theil


def test_the_founders_are_measured_as_published() -> None:
    """EUR 520, 260, 120 and 100 thousand on the 2016 shares give the figures of burden.md."""
    found = equity_metrics(GIVEN, SHARES)
    assert [
        (each.state, str(each.balance), each.ratio and round(each.ratio, 3))
        for each in found.states
    ] == [
        ("CZ", "66524.48", Fraction("1.344")),
        ("HU", "-29542.88", Fraction("0.802")),
        ("PL", "-43858.44", Fraction("0.922")),
        ("SK", "6876.84", Fraction("1.074")),
    ]
    assert [each and round(Fraction(each), 4) for each in measures(found)] == [
        *map(Fraction, ("0.0734", "0.1806", "0.0884", "0.0154"))
    ]


def test_roots_and_logarithms_have_twelve_decimals() -> None:
    """What has no exact value is given to twelve decimals, everything else exactly."""
    found = equity_metrics(GIVEN, SHARES)
    assert (str(found.rms), str(found.theil)) == ("0.180635873353", "0.015445024460")


def test_a_contribution_is_compared_with_people_and_output() -> None:
    """EUR 520,000 from Poland are so many euro a head, and so many for each euro of its output."""
    found = equity_metrics(GIVEN, SHARES, population=POPULATION, gdp=GDP)
    poland = found.states[2]
    assert poland.per_capita == Fraction(520_000, 37_967_209)
    assert poland.per_gdp == Fraction(520_000, 426_555_700_000)


@pytest.mark.parametrize("known", [None, {}, {"PL": Decimal(0)}], ids=["none", "empty", "zero"])
def test_people_and_output_that_are_not_known_give_no_quotient(known: Given | None) -> None:
    """Without inhabitants or output on record there is no quotient, and the rest is unchanged."""
    found = equity_metrics(GIVEN, SHARES, population=known, gdp=known)
    assert {(each.per_capita, each.per_gdp) for each in found.states} == {(None, None)}
    assert found == equity_metrics(GIVEN, SHARES)


@pytest.mark.parametrize(
    ("given", "shares", "found"),
    [
        # One of two equals gave all: half of it should have come from the other.
        ("1 0", "1/2 1/2", (HALF, "1", HALF, "0.693147180560")),
        ("3 1", "1/2 1/2", (Fraction(1, 4), "0.5", Fraction(1, 4), "0.130812035941")),
        # A share of zero that gave nothing changes no measure.
        ("3 1 0", "1/2 1/2 0", (Fraction(1, 4), "0.5", Fraction(1, 4), "0.130812035941")),
        # A share of zero that gave something is beyond all but one measure.
        ("3 1 4", "1/2 1/2 0", (HALF, None, None, None)),
        ("0 0 4", "1/2 1/2 0", (Fraction(1), None, None, None)),
        # After refunds only the logarithm has no value.
        ("5 -1", "1/2 1/2", (Fraction(3, 4), "1.5", Fraction(3, 4), None)),
        ("1 -2", "1/2 1/2", (Fraction(3, 2), "3", Fraction(3, 2), None)),
        # Nothing given, or all of it refunded.
        ("0 0", "1/2 1/2", (None, None, None, None)),
        ("5 -5", "1/2 1/2", (None, None, None, None)),
        ("", "", (None, None, None, None)),
    ],
)
def test_measures_that_can_be_worked_out_by_hand(
    given: str, shares: str, found: tuple[Fraction | str | None, ...]
) -> None:
    """Small cases come out as by hand, and what has no value is left without one."""
    states = ("CZ", "HU", "SK")
    metrics = equity_metrics(
        dict(zip(states, map(Decimal, given.split()), strict=False)),
        dict(zip(states, map(Fraction, shares.split()), strict=False)),
    )
    assert measures(metrics) == tuple(
        Decimal(each) if isinstance(each, str) else each for each in found
    )


def test_who_has_no_share_has_no_ratio() -> None:
    """What a state gives beyond any share is all balance, and there is nothing to divide it by."""
    for shares in ({"PL": Fraction(1)}, {"PL": Fraction(1), "AT": Fraction(0)}):
        austria, poland = equity_metrics({"AT": Decimal(3), "PL": Decimal(1)}, shares).states
        assert (austria.state, austria.ratio, str(austria.balance)) == ("AT", None, "3.00")
        assert (poland.state, poland.ratio, str(poland.balance)) == ("PL", Fraction(1, 4), "-3.00")


def test_who_gave_nothing_is_still_measured() -> None:
    """A state that gave nothing has a ratio of zero, and owes the whole of its share."""
    hungary, poland = equity_metrics({"PL": Decimal(1)}, dict.fromkeys(("PL", "HU"), HALF)).states
    assert (hungary.ratio, str(hungary.balance)) == (Fraction(0), "-0.50")
    assert (poland.ratio, str(poland.balance)) == (Fraction(2), "0.50")


def test_where_nothing_was_given_nothing_is_measured() -> None:
    """Before the first contribution every balance is zero, and no quotient has a value."""
    found = equity_metrics({}, SHARES, population=POPULATION, gdp=GDP)
    assert [each.state for each in found.states] == ["CZ", "HU", "PL", "SK"]
    assert {(each.balance, each.ratio, each.per_capita, each.per_gdp) for each in found.states} == {
        (ZERO, None, None, None)
    }


@given(cases(weights=1), st.integers(1, 10**6))
def test_fair_contributions_measure_zero(case: Case, factor: int) -> None:
    """When each gave exactly its share, every ratio is one and every measure zero."""
    _, shares = case
    whole = factor * lcm(*(share.denominator for share in shares.values()))
    given = {state: from_cents(int(share * whole)) for state, share in shares.items()}
    found = equity_metrics(given, shares)
    assert {(each.ratio, each.balance) for each in found.states} == {(Fraction(1), ZERO)}
    assert {each and Fraction(each) for each in measures(found)} == {Fraction(0)}


@given(any_case)
def test_balances_add_up_to_zero(case: Case) -> None:
    """What some gave beyond their share is what others gave less, to the cent."""
    given, shares = case
    found = equity_metrics(given, shares)
    assert sum(each.balance for each in found.states) == 0
    total = sum(given.values(), ZERO)
    for each in found.states:
        exact = Fraction(given[each.state]) - shares[each.state] * Fraction(total)
        assert abs(Fraction(each.balance) - exact) < Fraction(1, 100)


@given(any_case, st.integers(1, 10**6))
def test_the_size_of_the_burden_changes_no_measure(case: Case, factor: int) -> None:
    """Ten times as much from everybody is as equitable as before."""
    given, shares = case
    before = equity_metrics(given, shares)
    after = equity_metrics({state: each * factor for state, each in given.items()}, shares)
    assert measures(after) == measures(before)
    assert [each.ratio for each in after.states] == [each.ratio for each in before.states]


@given(any_case, st.randoms())
def test_the_order_of_states_changes_no_measure(case: Case, chance: random.Random) -> None:
    """No state stands better by its place in the list."""
    given, shares = case
    listed = list(given.items())
    chance.shuffle(listed)
    mixed = {state: shares[state] for state, _ in listed}
    assert equity_metrics(dict(listed), mixed) == equity_metrics(given, shares)


@given(fair_or_not)
def test_measures_stay_within_their_bounds(case: Case) -> None:
    """Without refunds no measure is below zero, and Hoover and Gini stay below one."""
    hoover, rms, gini, theil = measures(equity_metrics(*case))
    assert hoover is not None
    assert gini is not None
    assert 0 <= hoover <= gini < 1
    assert rms is not None
    assert theil is not None
    assert min(rms, theil) >= 0
    assert not str(theil).startswith("-")


@given(fair_or_not)
def test_measures_bound_each_other(case: Case) -> None:
    """Theil lies between twice the square of Hoover (Pinsker) and the square of RMS."""
    hoover, rms, _, theil = measures(equity_metrics(*case))
    assert hoover is not None
    assert rms is not None
    assert theil is not None
    # Rounded to twelve decimals, and the root then squared.
    slack = Fraction(1, 10**11) * (1 + 2 * Fraction(rms))
    assert 2 * Fraction(hoover) ** 2 - slack <= Fraction(theil) <= Fraction(rms) ** 2 + slack


@given(any_case)
def test_gini_is_the_mean_difference_of_ratios(case: Case) -> None:
    """Gini is half the sum over every two states of their shares times what their ratios differ."""
    found = equity_metrics(*case)
    weighted = [
        (case[1][each.state], each.ratio) for each in found.states if each.ratio is not None
    ]
    if found.gini is not None:
        assert found.gini == sum(s * t * abs(p - q) for s, p in weighted for t, q in weighted) / 2
