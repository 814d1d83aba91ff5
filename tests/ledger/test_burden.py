import random
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.burden import (
    EQUAL,
    FORMULAS,
    POP_GDP_50_50,
    Criterion,
    Formula,
    FormulaTermError,
    FormulaWeightsError,
    MissingCriterionError,
    NegativeCriterionError,
    NoStatesError,
    NothingToShareByError,
    Term,
    Transform,
    UnknownFormulaError,
    formula,
    scale,
)
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.money import apportion

# Eurostat, vintage of October 2020: population on 1 January 2016, output of 2016 in EUR million.
V4 = {
    "PL": {"population": Decimal(37967209), "gdp": Decimal("426555.7")},
    "CZ": {"population": Decimal(10553843), "gdp": Decimal("177438.5")},
    "HU": {"population": Decimal(9830485), "gdp": Decimal("116129.8")},
    "SK": {"population": Decimal(5426252), "gdp": Decimal("81051.5")},
}
MILLION = Decimal("1000000.00")
HALF = Fraction(1, 2)
AREA = Criterion("area", N_("area"))

measures = st.integers(0, 10**13).map(lambda tenths: Decimal(tenths).scaleb(-1))
values = st.dictionaries(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2),
    st.fixed_dictionaries({"population": measures, "gdp": measures}),
    min_size=1,
    max_size=28,
).filter(
    lambda rows: all(any(row[name] for row in rows.values()) for name in ("population", "gdp"))
)
formulas = st.sampled_from(list(FORMULAS.values()))

Values = Mapping[str, Mapping[str, Decimal]]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("equal", {"PL": "250000.00", "CZ": "250000.00", "HU": "250000.00", "SK": "250000.00"}),
        (
            "pop-gdp-50-50",
            {"PL": "563858.44", "CZ": "193475.52", "HU": "149542.88", "SK": "93123.16"},
        ),
    ],
)
def test_a_million_is_shared_as_published(name: str, parts: dict[str, str]) -> None:
    """EUR 1,000,000.00 among the four founders in 2016 gives the sums of burden.md, to the cent."""
    shares = scale(formula(name), V4).shares
    assert {state: str(part) for state, part in apportion(MILLION, shares).items()} == parts


def test_the_working_can_be_repeated_by_hand() -> None:
    """Every column of the working is there, and each share follows from those before it."""
    population, gdp, of_population, of_gdp, burden = scale(POP_GDP_50_50, V4).trace
    assert [step.is_share for step in (population, gdp, of_population, of_gdp, burden)] == [
        *(False, False, True, True, True)
    ]
    assert (str(population.total), str(gdp.total)) == ("63777789", "1602351/2")
    assert (of_population.weight, of_gdp.weight, burden.weight) == (HALF, HALF, None)
    for state, share in burden.column.items():
        assert of_population.column[state] == population.column[state] / population.total
        assert of_gdp.column[state] == gdp.column[state] / gdp.total
        assert share == (of_population.column[state] + of_gdp.column[state]) / 2


def test_equal_shares_measure_nothing() -> None:
    """Equal shares need no indicator, whatever is known of a state."""
    assert EQUAL.criteria == ()
    assert scale(EQUAL, {"PL": {}, "CZ": {}, "HU": {}}).shares == dict.fromkeys(
        ("PL", "CZ", "HU"), Fraction(1, 3)
    )


def test_a_state_alone_bears_all() -> None:
    """Where one state takes part, its share is the whole."""
    for each in FORMULAS.values():
        assert scale(each, {"PL": V4["PL"]}).shares == {"PL": 1}


@given(formulas, values)
def test_shares_add_up_to_one(formula: Formula, values: Values) -> None:
    """A scale shares the whole burden: no share is negative, and exactly nothing is left."""
    found = scale(formula, values)
    assert sum(found.shares.values()) == 1
    assert min(found.shares.values()) >= 0
    assert all(step.total == 1 for step in found.trace if step.is_share)


@given(formulas, values, st.randoms())
def test_the_order_of_states_changes_no_share(
    formula: Formula, values: Values, chance: random.Random
) -> None:
    """No state gains by its place in the list."""
    listed = list(values.items())
    chance.shuffle(listed)
    assert scale(formula, dict(listed)).shares == scale(formula, values).shares


@given(values, st.integers(1, 10**6))
def test_the_unit_of_measure_changes_no_share(values: Values, factor: int) -> None:
    """Output in euro, in millions or in dollars of one rate gives the same scale."""
    scaled = {
        state: {"population": row["population"], "gdp": row["gdp"] * factor}
        for state, row in values.items()
    }
    assert scale(POP_GDP_50_50, scaled).shares == scale(POP_GDP_50_50, values).shares


@given(values, st.data())
def test_who_grows_bears_no_less(values: Values, data: st.DataObject) -> None:
    """A state whose output grows while the others' stays bears the same share or a larger one."""
    state = data.draw(st.sampled_from(sorted(values)))
    grown = {**values[state], "gdp": values[state]["gdp"] + data.draw(measures)}
    before = scale(POP_GDP_50_50, values).shares[state]
    assert scale(POP_GDP_50_50, {**values, state: grown}).shares[state] >= before


@pytest.mark.parametrize(
    ("values", "refusal", "said"),
    [
        ({}, NoStatesError, "at least one state"),
        ({"PL": {"population": Decimal(1)}}, MissingCriterionError, "gross domestic product of PL"),
        ({"PL": {}}, MissingCriterionError, "population of PL"),
        (
            {"PL": {"population": Decimal(-1), "gdp": Decimal(1)}},
            NegativeCriterionError,
            "population of PL is -1",
        ),
        (
            {state: {"population": Decimal(1), "gdp": Decimal(0)} for state in ("PL", "CZ")},
            NothingToShareByError,
            "gross domestic product of all states",
        ),
    ],
)
def test_what_cannot_be_shared_by_is_refused_with_the_reason(
    values: Values, refusal: type[LedgerError], said: str
) -> None:
    """A value missing, negative or zero for all is named; nothing is put in its place."""
    with pytest.raises(refusal, match=said):
        scale(POP_GDP_50_50, values)


@pytest.mark.parametrize(
    "weights",
    [(), ("1/2",), ("1/2", "1/3"), ("3/2", "-1/2"), ("0", "1")],
    ids=["none", "half", "five sixths", "one negative", "one zero"],
)
def test_weights_of_a_formula_are_positive_and_add_up_to_one(weights: tuple[str, ...]) -> None:
    """A formula that shares less or more than the whole, or takes from a state, is none."""
    terms = tuple(Term(N_("area"), Transform.SHARE, Fraction(each), AREA) for each in weights)
    with pytest.raises(FormulaWeightsError, match="area-only"):
        Formula("area-only", N_("by area"), N_("an example"), terms)


@pytest.mark.parametrize(
    ("transform", "criterion"), [(Transform.EQUAL, AREA), (Transform.SHARE, None)]
)
def test_only_equal_shares_do_without_a_criterion(
    transform: Transform, criterion: Criterion | None
) -> None:
    """A share is a share of something; an equal share is of nothing measured."""
    with pytest.raises(FormulaTermError):
        Term(N_("area"), transform, Fraction(1), criterion)


def test_a_criterion_used_twice_is_measured_once() -> None:
    """Two terms on one criterion show it once in the working."""
    twice = Formula(
        name="area-twice",
        title=N_("by area, twice"),
        basis=N_("an example"),
        terms=(Term(N_("area"), Transform.SHARE, HALF, AREA),) * 2,
    )
    found = scale(twice, {"PL": {"area": Decimal(3)}, "CZ": {"area": Decimal(1)}})
    assert found.shares == {"PL": Fraction(3, 4), "CZ": Fraction(1, 4)}
    assert [step.is_share for step in found.trace] == [False, True, True, True]


def test_an_unknown_formula_is_refused_with_those_there_are() -> None:
    """There is no default formula: a name that is none is answered with the list."""
    with pytest.raises(UnknownFormulaError, match="equal, pop-gdp-50-50"):
        formula("gdp")
