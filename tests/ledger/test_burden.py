from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from ledger.burden import (
    NobodyAboveThresholdError,
    NoStatesError,
    participants,
    scale,
)
from ledger.criteria import Basis
from ledger.errors import LedgerError
from ledger.formula_files import formula, formula_from, presets
from ledger.i18n import LANGUAGES, say
from ledger.indicators import shipped
from ledger.money import apportion
from ledger.reckoning import reckon
from ledger.transforms import NothingToShareByError
from ledger.working import Column, StepKind
from tests.ledger.drawn_formulas import (
    HEAD,
    SHIPPED,
    V4,
    formula_of,
    one_term,
    shares_of,
)

MILLION = Decimal("1000000.00")


def test_a_million_is_shared_as_published() -> None:
    """EUR 1,000,000.00 among the four founders in 2016 gives the sums of burden.md, to the cent."""
    found = reckon(formula("pop-gdp-50-50"), V4, Basis(2016), shipped())
    parts = apportion(MILLION, found.scale.shares)
    assert {state: str(part) for state, part in parts.items()} == {
        "CZ": "193475.52",
        "HU": "149542.88",
        "PL": "563858.44",
        "SK": "93123.16",
    }


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("equal", "25.00 25.00 25.00 25.00"),
        ("gni", "21.44 14.77 53.50 10.30"),
        ("pop-gdp-50-50", "19.35 14.95 56.39 9.31"),
        ("eu-relocation-2015", "20.14 14.74 55.43 9.69"),
        ("eu-relocation-2015-uncapped", "22.55 14.79 48.60 14.06"),
        ("pop-gdp-modulated", "21.14 10.77 58.79 9.30"),
        ("un-scale", "22.84 10.69 55.84 10.62"),
    ],
)
def test_the_founders_bear_what_is_published(name: str, published: str) -> None:
    """Each preset gives Czechia, Hungary, Poland and Slovakia the shares of burden.md for 2016."""
    found = reckon(formula(name), V4, Basis(2016), shipped())
    assert_printed(found.scale.shares, "CZ HU PL SK", published)


@pytest.mark.parametrize(
    ("power", "published"),
    [
        ("0", "59.5 16.6 15.4 8.5"),
        ("1/2", "56.6 18.9 15.1 9.4"),
        ("1", "53.5 21.4 14.8 10.3"),
        ("3/2", "50.3 24.2 14.3 11.2"),
    ],
)
def test_equal_sacrifice_is_one_exponent(power: str, published: str) -> None:
    """Population times income a head to a power goes from population over income to progressive."""
    said = formula("equal-sacrifice").model_dump(mode="json", exclude_defaults=True)
    said["terms"][1]["power"] = power
    shares = reckon(formula_from(said), V4, Basis(2016), shipped()).scale.shares
    assert_printed(shares, "PL CZ HU SK", published)


def assert_printed(shares: Column, states: str, printed: str) -> None:
    """Compare with per cents that were printed so as to add up: each is less than a digit off."""
    for state, text in zip(states.split(), printed.split(), strict=True):
        digit = Fraction(1, 10 ** len(text.partition(".")[2]))
        assert abs(shares[state] * 100 - Fraction(text)) < digit, state


@pytest.mark.parametrize(
    ("cap", "elsewhere", "residual", "share"),
    [("0.15", "0.18188", "0.1606", "0.0514"), ("0.3", "0.2623", "0.1417", "0.0533")],
)
def test_a_row_of_the_relocation_key(cap: str, elsewhere: str, residual: str, share: str) -> None:
    """Poland's row of Grech's first table comes out by his cap, and by that of the law."""
    cap_of = f'cap = {{ times = {cap}, of = ["p", "g"] }}'
    terms = "\n".join(
        f'[criteria.{name}]\nlabel = "{name}"\nindicator = "{name}"\n[[terms]]\nname = "{name}"\n'
        f'label = "{name}"\ntransform = "share"\ncriterion = "{name}"\nweight = {weight}\n{more}'
        for name, weight, more in (
            *(("p", "0.4", ""), ("g", "0.4", "")),
            *(("a", "0.1", cap_of), ("u", "0.1", cap_of)),
        )
    )
    key = formula_of(f"{terms}\n[residual]\np = 0.5\ng = 0.5")
    # Poland, a state for the rest of the people, and one for the rest of what was measured.
    measured = {"p": "0.0730 0.9270 0", "g": "0.0278 0.9722 0"}
    for name, ours in (("a", "0.0294"), ("u", "0.0290")):
        left = 1 - Decimal(ours) - Decimal(elsewhere)
        measured[name] = f"{ours} {elsewhere} {left}"
    states = ("PL", "XX", "YY")
    columns = {
        name: dict(zip(states, map(Fraction, values.split()), strict=True))
        for name, values in measured.items()
    }
    found = scale(key, [columns], states, borne_in=2014)
    left_over = next(step for step in found.trace if step.message == "what caps leave over")
    assert f"{float(left_over.total):.4f}" == residual
    assert f"{float(found.shares['PL']):.4f}" == share


def test_a_key_with_caps_is_repeated_by_hand() -> None:
    """The working of the relocation key holds each column that a pocket calculator comes to."""
    found = reckon(formula("eu-relocation-2015"), V4, Basis(2016), shipped()).scale
    steps = {say(step, "en"): step.column for step in found.trace}
    people, gdp = steps["population, 2016"], steps["gross domestic product, 2016"]
    few = steps["asylum applicants per million inhabitants, mean of the five years before, 2017"]
    jobless = steps["unemployment rate, 2016"]
    p, g = parts(people), parts(gdp)
    a, u = parts(inverse(few)), parts(inverse(jobless))
    assert steps["share of population"] == p
    assert steps["inverse share of asylum applicants"] == a
    limit = {state: Fraction("0.3") * (p[state] + g[state]) for state in V4}
    capped = [{state: min(one[state], limit[state]) for state in V4} for one in (a, u)]
    assert steps["inverse share of asylum applicants, capped: CZ, SK"] == capped[0]
    assert steps["inverse share of unemployment, capped: CZ, HU, SK"] == capped[1]
    fifths, tenths = Fraction(2, 5), Fraction(1, 10)
    summed = {
        s: fifths * p[s] + fifths * g[s] + tenths * capped[0][s] + tenths * capped[1][s] for s in V4
    }
    assert steps["sum of the terms by weight"] == summed
    left = 1 - sum(summed.values())
    whole = {s: summed[s] + left * (p[s] + g[s]) / 2 for s in V4}
    assert steps["what caps leave over"] == {s: left * (p[s] + g[s]) / 2 for s in V4}
    assert steps["with what caps leave over"] == steps["share of the burden"] == whole


def test_a_key_with_modulators_is_repeated_by_hand() -> None:
    """The working of the modulated key holds each column that a pocket calculator comes to."""
    found = reckon(formula("pop-gdp-modulated"), V4, Basis(2016), shipped()).scale
    steps = {say(step, "en"): step.column for step in found.trace}
    p = parts(steps["population, 2016"])
    g = parts(steps["gross domestic product, 2016"])
    product = {state: (p[state] + g[state]) / 2 for state in V4}
    for label, measured in (
        (
            "asylum",
            "asylum applicants per million inhabitants, mean of the five years before, 2017",
        ),
        ("unemployment", "unemployment rate, 2016"),
    ):
        mean = sum(steps[measured].values(), Fraction(0)) / 4
        factor = {s: 1 + (1 - value / mean) / 10 for s, value in steps[measured].items()}
        assert steps[f"modulator of {label}"] == factor
        product = {state: product[state] * factor[state] for state in V4}
    assert steps["product of the factors"] == product
    assert steps["part of the sum of all"] == steps["share of the burden"] == parts(product)


def parts(numbers: Column) -> Column:
    """Give each as a part of the sum."""
    total = sum(numbers.values(), Fraction(0))
    return {state: number / total for state, number in numbers.items()}


def inverse(numbers: Column) -> Column:
    """Give one divided by each."""
    return {state: 1 / number for state, number in numbers.items()}


RELIEF = """
[criteria.income]
label = "income"
indicator = "income"
[criteria.people]
label = "people"
indicator = "people"
[[terms]]
name = "income"
label = "income"
transform = "share"
criterion = "income"
[relief]
criterion = "income"
per = "people"
gradient = 0.8
"""


THREE = ("AA", "BB", "CC")


@pytest.mark.parametrize(
    ("more", "income", "people", "relieved"),
    [
        # 600 for 60 heads is 10 a head. AA has 5, half as much, and is cut by 0.8 x 1/2 x 100; BB
        # has just 10, is not cut and takes nothing over.
        ("", "100 200 300", "20 20 20", "60 200 340"),
        ("threshold = 10", "100 200 300", "20 20 20", "60 200 340"),
        # Two take the 40 over in proportion to what they have.
        ("", "100 240 260", "20 20 20", "60 259.2 280.8"),
        ('not_absorbed_by = ["CC"]', "100 240 260", "20 20 20", "60 280 260"),
        # Nobody is below 5 a head; at 12 two are.
        ("threshold = 5", "100 200 300", "20 20 20", "100 200 300"),
        ("threshold = 12", "120 120 900", "20 20 20", "72 72 996"),
        # Nobody lives in CC: nothing is cut from it, and it has more a head than anybody.
        ("threshold = 10", "100 200 300", "20 20 0", "60 200 340"),
        # Nothing is cut from nothing.
        ("", "0 200 400", "20 20 20", "0 200 400"),
    ],
)
def test_relief_by_hand(more: str, income: str, people: str, relieved: str) -> None:
    """A state with little a head is spared four fifths of the distance, for others to take over."""
    used = formula_of(RELIEF + more)
    measured = {
        "income": dict(zip(THREE, map(Fraction, income.split()), strict=True)),
        "people": dict(zip(THREE, map(Fraction, people.split()), strict=True)),
    }
    found = scale(used, [measured], THREE, borne_in=2016)
    column = next(step.column for step in found.trace if "after relief" in step.message)
    assert [*column.values()] == [*map(Fraction, relieved.split())]
    assert found.shares == parts(column)


@pytest.mark.parametrize(
    ("more", "income", "people", "refusal", "said"),
    [
        ("threshold = 99", "1 2 3", "1 1 1", NobodyAboveThresholdError, "Relief by “income”"),
        ('not_absorbed_by = ["CC"]', "1 1 9", "1 1 1", NobodyAboveThresholdError, "lower the"),
        ("", "0 0 0", "1 1 1", NothingToShareByError, "“income” is zero"),
        ("", "1 1 1", "0 0 0", NothingToShareByError, "“people” is zero"),
    ],
)
def test_relief_that_cannot_be_given_is_refused(
    more: str, income: str, people: str, refusal: type[LedgerError], said: str
) -> None:
    """Relief needs somebody above the threshold who may take it over, and somebody to count."""
    with pytest.raises(refusal, match=said):
        shares_of(formula_of(RELIEF + more), THREE, income=income, people=people)


def test_a_scale_needs_somebody_who_shares() -> None:
    """Nobody, or beneficiaries only, can share nothing."""
    used = formula_of('beneficiaries = ["HU"]\n[[terms]]\nname = "x"\nlabel = "x"\n' + EQUAL)
    assert participants(used, ["PL", "HU", "PL"]) == ["PL"]
    for states in ([], ["HU"]):
        with pytest.raises(NoStatesError, match="at least one state that takes part"):
            scale(used, [{}], states, borne_in=2016)


EQUAL = 'transform = "equal"\n'


def test_a_state_alone_bears_all() -> None:
    """Where one state takes part, its share is the whole."""
    for used in presets():
        column = {name: {"PL": Fraction(7)} for name in used.criteria}
        assert scale(used, [column], ["PL"], borne_in=2016).shares == {"PL": 1}


@pytest.mark.parametrize(
    ("transform", "values", "said"),
    [
        ("share", "0 0 0 0", "“number” is zero"),
        ("inverse_share", "1 2 0 3", "number of HU is zero"),
    ],
)
def test_what_cannot_be_shared_by_is_refused_with_the_reason(
    transform: str, values: str, said: str
) -> None:
    """Zero for all is nothing to share by, and zero for one has no inverse: each is named."""
    with pytest.raises(LedgerError, match=said):
        shares_of(formula_of(one_term(transform)), number=values)


def test_factors_that_leave_nothing_are_refused() -> None:
    """Where every product is zero the formula is named: there is nothing to share by."""
    least = one_term("minmax").replace("number", "other")
    used = formula_of('combine = "product"' + one_term("share") + least)
    with pytest.raises(NothingToShareByError, match="“drawn” is zero"):
        shares_of(used, number="1 0 0 0", other="1 2 3 4")


def test_a_sum_of_factors_is_no_share_before_it_is_divided() -> None:
    """Factors may add up to anything: only the parts of their sum are shares, says the working."""
    used = formula_of(one_term("minmax"))
    column = {state: Fraction(at) for at, state in enumerate(V4)}
    found = scale(used, [{"number": column}], V4, borne_in=2016)
    assert [(step.message, step.kind) for step in found.trace[-3:]] == [
        ("sum of the terms by weight", StepKind.FACTOR),
        ("part of the sum of all", StepKind.SHARE),
        ("share of the burden", StepKind.SHARE),
    ]
    assert [*found.shares.values()] == [Fraction(1, 6), Fraction(1, 3), 0, Fraction(1, 2)]


def test_labels_may_hold_anything() -> None:
    """Words of a formula reach every step in every language, though they hold per cent signs."""
    label = "50 % of %(everything)s, 100 %% – łąka \U0001f33b"
    said: dict[str, Any] = {
        **HEAD,
        "title": label,
        "criteria": {name: {"label": label, "indicator": name} for name in ("number", "heads")},
        "terms": [
            {"name": "a", "label": label, "transform": "equal", "weight": "1/2"},
            {
                "name": "b",
                "label": label,
                "transform": "share",
                "criterion": "number",
                "weight": "1/2",
                "cap": {"times": 1, "of": ["a"]},
            },
        ],
        "relief": {"criterion": "number", "per": "heads", "gradient": "1/2"},
        "residual": {"a": 1},
        "adjustments": [
            {"kind": "premium", "states": {"PL": "0.1"}},
            {"kind": "discount", "states": {"PL": "0.1"}},
            {"kind": "floor", "share": "0.01"},
            {"kind": "ceiling", "share": "0.9"},
            {"kind": "relative_bounds", "lower": "0.1", "upper": 3},
            {"kind": "exempt", "states": ["SK"]},
        ],
        "phase_in": [{"state": "HU", "parts": {"2016": "0.5"}}],
        "decimals": 2,
    }
    columns = {
        "number": dict(zip(V4, map(Fraction, (1, 2, 3, 4)), strict=True)),
        "heads": dict.fromkeys(V4, Fraction(1)),
    }
    found = scale(formula_from(said), [columns], V4, borne_in=2016)
    for language in LANGUAGES:
        words = [say(step, language) for step in found.trace]
        assert sum(label in each for each in words) == 5
    with pytest.raises(LedgerError) as refused:
        scale(
            formula_from(said),
            [dict.fromkeys(columns, dict.fromkeys(V4, Fraction(0)))],
            V4,
            borne_in=2016,
        )
    assert all(label in say(refused.value, language) for language in LANGUAGES)


def test_every_formula_that_ships_is_said_in_every_language() -> None:
    """Every step of every formula has words for the states of the Union, whatever it refuses."""
    for used in SHIPPED:
        try:
            found = reckon(used, V4, Basis(2016), shipped())
        except LedgerError:
            continue
        assert all(say(step, language) for step in found.scale.trace for language in LANGUAGES)
