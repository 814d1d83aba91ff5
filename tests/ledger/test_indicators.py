from decimal import Decimal

import pytest

from ledger.errors import LedgerError
from ledger.indicators import (
    AmbiguousIndicatorError,
    MissingIndicatorError,
    MixedUnitsError,
    PartialIndicatorError,
    UnknownIndicatorError,
    UnknownVintageError,
    indicator_values,
    shipped_observations,
    vintage_named,
    vintages,
)
from ledger.states import EU_STATES

V4 = ("PL", "CZ", "HU", "SK")


def test_values_are_those_of_the_named_vintage() -> None:
    """Statistical offices revise: the same year differs by vintage, and the vintage decides."""
    then = indicator_values("eurostat-2016/19", "gdp", 2016, V4)
    later = indicator_values("eurostat-2020-10", "gdp", 2016, V4)
    assert (then["PL"], later["PL"]) == (Decimal("426547.5"), Decimal("426555.7"))


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
    ],
)
def test_the_beginning_of_a_vintage_names_it(name: str, vintage: str) -> None:
    """A vintage is named by its beginning, as long as no other begins so."""
    assert vintage_named(name) == vintage


@pytest.mark.parametrize(
    "name", ["", "eurostat", "eurostat-2", "worldbank-2025", "Eurostat-2020-10"]
)
def test_a_name_of_several_vintages_or_none_is_refused(name: str) -> None:
    """Which vintage is meant is never guessed: the refusal lists those there are."""
    with pytest.raises(UnknownVintageError, match="eurostat-2020-10 vintage"):
        vintage_named(name)


@pytest.mark.parametrize(
    ("asked", "refusal", "said"),
    [
        (
            ("eurostat-2020-10", "happiness", 2016, V4),
            UnknownIndicatorError,
            "no indicator happiness: it has .*gdp, population",
        ),
        (
            ("eurostat-2020-10", "gdp", 2024, V4),
            MissingIndicatorError,
            "The eurostat-2020-10 vintage has no gdp of PL for 2024",
        ),
        (
            ("eurostat-2020-10", "gdp", 2016, ("PL", "CH")),
            MissingIndicatorError,
            "no gdp of CH for 2016",
        ),
        (
            ("eurostat-2016/19", "asylum_applicants", 2017, ("AT",)),
            PartialIndicatorError,
            "asylum_applicants of AT for a part of 2017 only .partial:10_months",
        ),
        (
            ("eurostat-2016/19", "population", 2013, ("FR",)),
            AmbiguousIndicatorError,
            "population of FR for 2013 more than once .65600350, 63697865",
        ),
        (
            ("unhcr-2025-12", "asylum_applications_new_unhcr", 2011, ("PL", "SK")),
            MixedUnitsError,
            "for 2011 in different units .cases, persons",
        ),
    ],
    ids=["indicator", "year", "state", "partial", "ambiguous", "units"],
)
def test_a_value_unfit_to_share_by_is_refused(
    asked: tuple[str, str, int, tuple[str, ...]], refusal: type[LedgerError], said: str
) -> None:
    """A value that is missing, half counted, double or in another unit is named, never chosen."""
    with pytest.raises(refusal, match=said):
        indicator_values(*asked)


@pytest.mark.parametrize("year", range(2008, 2020))
@pytest.mark.parametrize("indicator", ["population", "gdp"])
def test_every_member_state_can_share_by_population_and_output(indicator: str, year: int) -> None:
    """The vintage of October 2020 has population and output of all 28 states, each above zero."""
    found = indicator_values("eurostat-2020-10", indicator, year, EU_STATES)
    assert min(found.values()) > 0


def test_no_shipped_value_was_lost() -> None:
    """All 6,420 observations that ship can be asked for."""
    assert (
        sum(
            len(several)
            for vintage in vintages()
            for series in shipped_observations()[vintage].values()
            for several in series.values()
        )
        == 6_420
    )
