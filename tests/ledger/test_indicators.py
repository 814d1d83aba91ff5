from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError
from ledger.indicators import (
    PUBLISHERS,
    AmbiguousIndicatorError,
    MissingIndicatorError,
    MixedUnitsError,
    Observation,
    Observations,
    PartialIndicatorError,
    TakenVintageError,
    UnknownIndicatorError,
    UnknownVintageError,
    gathered,
    indicator_values,
    require_one_unit,
    shipped,
    vintage_named,
    vintages,
)
from ledger.union import EU_STATES

V4 = ("PL", "CZ", "HU", "SK")
UN_PERIODS = {2004: "0.461", 2015: "0.921", 2016: "0.841", 2018: "0.841", 2019: "0.802"}

observations = st.builds(
    Observation,
    state=st.sampled_from(V4),
    year=st.integers(2014, 2016),
    indicator=st.sampled_from(["gdp", "population"]),
    value=st.decimals(-1000, 1000, places=2),
    unit=st.sampled_from(["", "persons"]),
    status=st.sampled_from(["", "derived", "partial:9_months"]),
    vintage=st.sampled_from(["2018", "2019", "2019 revised"]),
)


def observed(vintage: str, indicator: str, year: int, state: str) -> Observation:
    """Ask for a value that ships."""
    return shipped().observed(vintage, indicator, year=year, state=state)


def found(vintage: str, indicator: str, year: int, state: str) -> Observation | None:
    """Look whether a value ships."""
    return shipped().find(vintage, indicator, year=year, state=state)


def test_values_are_those_of_the_named_vintage() -> None:
    """Statistical offices revise: the same year differs by vintage, and the vintage decides."""
    then = observed("eurostat-2016/19 vintage", "gdp", 2016, "PL")
    later = observed("eurostat-2020-10 vintage", "gdp", 2016, "PL")
    assert (then.value, later.value) == (Decimal("426547.5"), Decimal("426555.7"))


def test_states_come_in_the_order_asked_for() -> None:
    """The answer lists the states as the question did, each once."""
    assert tuple(indicator_values("eurostat-2020-10", "population", 2016, V4)) == V4


@pytest.mark.parametrize(
    ("name", "vintage"),
    [
        ("eurostat-2020-10", "eurostat-2020-10 vintage"),
        ("eurostat-2020-10 vintage", "eurostat-2020-10 vintage"),
        ("eurostat-2016/19", "eurostat-2016/19 vintage"),
        ("worldbank-2026-07", "worldbank-2026-07 vintage"),
        ("unhcr-2025-12", "unhcr-2025-12 (R pkg refugees 2025.12.1)"),
        ("un-scale", "un-scale-2004-2027"),
    ],
)
def test_the_beginning_of_a_vintage_names_it(name: str, vintage: str) -> None:
    """A vintage is named by its beginning, as long as no other begins so."""
    assert vintage_named(name) == vintage
    assert shipped().carries(name, "population") == shipped().carries(vintage, "population")


@pytest.mark.parametrize(
    "name", ["", "un", "eurostat", "eurostat-2", "worldbank-2025", "Eurostat-2020-10"]
)
def test_a_name_of_several_vintages_or_none_is_refused(name: str) -> None:
    """Which vintage is meant is never guessed: the refusal lists those there are."""
    for ask in (vintage_named, lambda name: shipped().carries(name, "gdp")):
        with pytest.raises(UnknownVintageError, match="eurostat-2020-10 vintage"):
            ask(name)


def test_a_complete_name_is_that_vintages() -> None:
    """A vintage is found under its whole name, though another's name begins with it."""
    both = gathered([example(vintage="2019"), example(vintage="2019 revised")])
    assert both.vintage_named("2019") == "2019"
    assert both.vintage_named("2019 ") == "2019 revised"


@pytest.mark.parametrize(
    ("asked", "refusal", "said"),
    [
        (
            ("eurostat-2020-10", "happiness", 2016, "PL"),
            UnknownIndicatorError,
            "The eurostat-2020-10 vintage has no indicator happiness: it has .*gdp, population",
        ),
        (
            ("eurostat-2020-10", "gdp", 2024, "PL"),
            MissingIndicatorError,
            "The eurostat-2020-10 vintage has no gdp of PL for 2024",
        ),
        (
            ("eurostat-2020-10", "gdp", 2016, "CH"),
            MissingIndicatorError,
            "no gdp of CH for 2016",
        ),
        (
            ("eurostat-2016/19", "asylum_applicants", 2017, "AT"),
            PartialIndicatorError,
            "asylum_applicants of AT for a part of 2017 only .partial:10_months",
        ),
        (
            ("eurostat-2016/19", "population", 2013, "FR"),
            AmbiguousIndicatorError,
            "population of FR for 2013 more than once .65600350, 63697865",
        ),
    ],
    ids=["indicator", "year", "state", "partial", "ambiguous"],
)
def test_a_value_unfit_to_share_by_is_refused(
    asked: tuple[str, str, int, str], refusal: type[LedgerError], said: str
) -> None:
    """A value that is missing, half counted or double is named, never chosen."""
    with pytest.raises(refusal, match=said):
        observed(*asked)


@pytest.mark.parametrize(
    "nowhere",
    [
        ("eurostat-2020-10", "happiness", 2016, "PL"),
        ("eurostat-2020-10", "gdp", 2024, "PL"),
        ("eurostat-2020-10", "gdp", 2016, "CH"),
        ("eurostat-2016/19", "asylum_applicants", 2017, "AT"),
    ],
)
def test_a_gap_can_be_asked_about(nowhere: tuple[str, str, int, str]) -> None:
    """Whoever has a rule for gaps learns that there is one; a part of a year counts as a gap."""
    assert found(*nowhere) is None


def test_a_value_published_twice_is_no_gap() -> None:
    """Of two values none is chosen and none is passed over, whoever asks."""
    with pytest.raises(AmbiguousIndicatorError):
        found("eurostat-2016/19", "population", 2013, "FR")


def test_values_in_different_units_are_refused() -> None:
    """Cases and persons are not compared: the refusal names indicator, year and both units."""
    asked = ("unhcr-2025-12", "asylum_applications_new_unhcr", 2011)
    with pytest.raises(MixedUnitsError, match="for 2011 in different units"):
        indicator_values(*asked, ("PL", "SK"))


@given(st.lists(observations))
def test_one_unit_is_one_unit(several: list[Observation]) -> None:
    """Values pass exactly if they share a unit; no values share any."""
    units = {each.unit for each in several}
    if len(units) > 1:
        with pytest.raises(MixedUnitsError, match=", persons"):
            require_one_unit(several)
    else:
        require_one_unit(several)


@given(st.lists(observations))
def test_observations_are_all_there_and_in_order(several: list[Observation]) -> None:
    """However observations come, none is lost, and they are gone through in one order."""
    kept = list(gathered(several))
    assert sorted(kept, key=repr) == sorted(several, key=repr)
    places = [(each.vintage, each.indicator, each.state, each.year) for each in kept]
    assert places == sorted(places)


@given(st.lists(observations))
def test_what_is_found_is_what_is_observed(several: list[Observation]) -> None:
    """A value that is found is the one that is observed, and what is not found is refused."""
    ours = gathered(several)
    for each in several:
        asked = (each.vintage, each.indicator)
        try:
            first = ours.find(*asked, year=each.year, state=each.state)
        except AmbiguousIndicatorError:
            continue
        if first is None:
            with pytest.raises(PartialIndicatorError):
                ours.observed(*asked, year=each.year, state=each.state)
        else:
            assert ours.observed(*asked, year=each.year, state=each.state) == each == first


def test_vintages_stand_beside_one_another() -> None:
    """Combined observations keep the vintages of both, and neither side is changed."""
    ours, theirs = gathered([example(vintage="2018")]), gathered([example(vintage="2019")])
    assert ours.combined(theirs).vintages() == ("2018", "2019")
    assert (ours.vintages(), theirs.vintages()) == (("2018",), ("2019",))


def test_a_vintage_does_not_hide_another() -> None:
    """Two vintages of one name are never combined: which is meant could not be told."""
    with pytest.raises(TakenVintageError, match="“2018” already names the vintage “2018”"):
        gathered([example(vintage="2018")]).combined(gathered([example(vintage="2018")]))


@pytest.mark.parametrize("year", range(2008, 2020))
@pytest.mark.parametrize("indicator", ["population", "gdp"])
def test_every_member_state_can_share_by_population_and_output(indicator: str, year: int) -> None:
    """The vintage of October 2020 has population and output of all 28 states, each above zero."""
    values = indicator_values("eurostat-2020-10", indicator, year, EU_STATES)
    assert min(values.values()) > 0


@pytest.mark.parametrize("year", range(2014, 2021))
def test_every_member_state_can_share_by_area(year: int) -> None:
    """The World Bank's vintage has the area of all 28 states, which is that of the Union."""
    values = indicator_values("worldbank-2026-07", "area", year, EU_STATES)
    assert min(values, key=values.__getitem__) == "MT"
    union = {2014: "4253815.12", 2019: "4254462.836", 2020: "4311826.901"}
    if year in union:
        assert sum(values.values()) - values["GB"] == Decimal(union[year])


@pytest.mark.parametrize(("year", "per_cent"), UN_PERIODS.items())
def test_every_year_of_a_period_has_its_scale(year: int, per_cent: str) -> None:
    """Poland's part of the budget of the United Nations changes every three years."""
    scale = observed("un-scale", "un_scale", year, "PL")
    assert (str(scale.value), scale.unit) == (per_cent, "per cent")


def test_every_vintage_that_ships_names_its_publisher() -> None:
    """Nothing ships of which it is not said who published it."""
    assert tuple(sorted(PUBLISHERS)) == vintages()


def test_no_shipped_value_was_lost() -> None:
    """All 7,279 observations that ship can be asked for."""
    assert len(list(shipped())) == 7_279
    assert isinstance(shipped(), Observations)


def example(*, vintage: str) -> Observation:
    """Make an observation."""
    return Observation("PL", 2016, "population", Decimal(37967209), "persons", "", vintage)
