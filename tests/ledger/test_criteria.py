import random
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.criteria import (
    DEFAULT_VINTAGE,
    Basis,
    Measured,
    NegativeCriterionError,
    NobodyToDivideByError,
    measure,
    years_of,
)
from ledger.errors import LedgerError
from ledger.formula_files import formula_from
from ledger.formulas import Criterion, plain
from ledger.i18n import LANGUAGES, say
from ledger.indicators import (
    AmbiguousIndicatorError,
    MissingIndicatorError,
    MixedUnitsError,
    Observation,
    Observations,
    PartialIndicatorError,
    UnknownIndicatorError,
    UnknownVintageError,
    gathered,
)
from ledger.reckoning import reckon, reckoned_from, written
from ledger.working import Column
from tests.ledger.drawn_formulas import HEAD

TWO = ("AT", "HR")
YEARS = range(2010, 2015)
BASIS = Basis(2014)

# Croatia counts asylum from 2013 on (burden.md 0.4); the others' year 2011 is a part of one.
ASYLUM = """
    asylum AT 2010 10
    asylum AT 2011 20
    asylum AT 2012 30
    asylum AT 2013 40
    asylum AT 2014 50
    asylum HR 2013 1080
    asylum HR 2014 450
    people AT 2014 8
    people HR 2014 4
    people AT 2013 10
    people HR 2013 5
    debt AT 2014 12
"""


def observed(text: str, *, vintage: str = DEFAULT_VINTAGE) -> list[Observation]:
    """Read lines of indicator, state, year, value, and where they matter unit and status."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        indicator, state, year, value, *more = line.split()
        unit, status = [*more, "", ""][:2]
        found.append(
            Observation(state, int(year), indicator, Decimal(value), unit, status, vintage)
        )
    return found


def measured(
    seen: str | Iterable[Observation],
    *,
    states: Iterable[str] = TWO,
    basis: Basis = BASIS,
    **said: Any,
) -> Measured:
    """Measure one criterion, asylum unless another is said, for some states."""
    said = {"label": "asylum", "indicator": "asylum", **said}
    term = {"name": "x", "label": "x", "transform": "share", "criterion": "asylum"}
    used = formula_from({**HEAD, "criteria": {"asylum": said}, "terms": [term]})
    known = observed(seen) if isinstance(seen, str) else seen
    return measure(used, states, basis, gathered(known))


def column(seen: str | Iterable[Observation], **said: Any) -> Column:
    """Give what was measured of each state."""
    return dict(measured(seen, **said).periods[0]["asylum"])


@pytest.mark.parametrize(
    ("said", "austria", "croatia"),
    [
        ({}, "50", "450"),
        ({"offset": -1}, "40", "1080"),
        ({"years": 2}, "45", "765"),
        ({"years": 5, "missing": "available"}, "30", "765"),
        ({"years": 5, "missing": "zero"}, "30", "306"),
        ({"years": [2010, 2014], "missing": "available"}, "30", "450"),
        ({"years": [2010, 2014], "missing": "zero"}, "30", "225"),
        ({"years": [2014, 2013]}, "45", "765"),
        # Each year by the heads of that year: 50 by 8 and 40 by 10, 450 by 4 and 1080 by 5.
        ({"per": "people", "times": 1000}, "6250", "112500"),
        ({"per": "people", "years": 2}, "41/8", "657/4"),
        ({"times": "1/3"}, "50/3", "150"),
    ],
)
def test_years_are_averaged_as_the_formula_says(
    said: dict[str, Any], austria: str, croatia: str
) -> None:
    """Gaps are left out or count as zero, as is said, and heads are those of each year."""
    assert column(ASYLUM, **said) == {"AT": Fraction(austria), "HR": Fraction(croatia)}


@pytest.mark.parametrize(
    ("deduct", "austria", "croatia"),
    [
        # Austria's debt of 12 is known, Croatia's is not.
        ({"indicator": "debt", "missing": "zero"}, "38", "450"),
        ({"indicator": "debt", "missing": "zero", "times": "1/8"}, "48.5", "450"),
        # Austria has 6.25 a head, Croatia 112.5.
        ({"indicator": "debt", "missing": "zero", "below": 6, "per": "people"}, "50", "450"),
        ({"indicator": "debt", "missing": "zero", "below": "6.25", "per": "people"}, "50", "450"),
        ({"indicator": "debt", "missing": "zero", "below": 7, "per": "people"}, "38", "450"),
        ({"indicator": "people"}, "42", "446"),
        ({"indicator": "people", "below": 100, "per": "people"}, "42", "450"),
    ],
)
def test_debts_are_deducted_from_those_with_little(
    deduct: dict[str, Any], austria: str, croatia: str
) -> None:
    """A deduction is taken from all, or from whoever has less a head than the formula says."""
    found = column(ASYLUM, deduct=deduct)
    assert found == {"AT": Fraction(austria), "HR": Fraction(croatia)}


@pytest.mark.parametrize(
    ("said", "more", "refusal", "words"),
    [
        ({"years": 3}, "", MissingIndicatorError, "no asylum of HR for 2012"),
        ({"years": 5}, "", MissingIndicatorError, "no asylum of HR for 2010"),
        (
            {"years": 2, "offset": -2, "missing": "available"},
            *("", MissingIndicatorError, "no asylum of HR for 2011–2012: name another year"),
        ),
        (
            {"years": [2010, 2012], "missing": "available"},
            *("", MissingIndicatorError, "no asylum of HR for 2010, 2012: name another year"),
        ),
        ({"offset": 1}, "", MissingIndicatorError, "no asylum of AT for 2015"),
        ({"indicator": "asylums"}, "", UnknownIndicatorError, "no indicator asylums: it has"),
        # A misspelt indicator is no gap for all: nobody would be measured, and nobody told.
        (
            {"indicator": "asylums", "missing": "zero"},
            *("", UnknownIndicatorError, "has no indicator asylums: it has asylum, debt, people"),
        ),
        ({"indicator": "asylums", "missing": "available"}, "", UnknownIndicatorError, "asylums"),
        ({"per": "heads"}, "", UnknownIndicatorError, "no indicator heads"),
        ({"per": "people", "offset": -2}, "", MissingIndicatorError, "no asylum of HR for 2012"),
        ({"per": "debt"}, "", MissingIndicatorError, "no debt of HR for 2014"),
        ({"per": "debt"}, "debt HR 2014 0", NobodyToDivideByError, "debt of HR for 2014 is zero"),
        (
            {"deduct": {"indicator": "debt"}},
            *("", MissingIndicatorError, "no debt of HR for 2014"),
        ),
        (
            {"deduct": {"indicator": "debts", "missing": "zero"}},
            *("", UnknownIndicatorError, "no indicator debts"),
        ),
        (
            {"deduct": {"indicator": "debt", "missing": "zero", "times": "4.5"}},
            *("", NegativeCriterionError, "The asylum of AT is -4: it cannot be less than zero."),
        ),
        ({"indicator": "gdp"}, "gdp AT 2014 -0.5\ngdp HR 2014 1", NegativeCriterionError, "-1/2"),
        (
            {"indicator": "gdp"},
            "gdp AT 2014 1 EUR partial:9_months\ngdp HR 2014 1 EUR",
            *(PartialIndicatorError, "counts gdp of AT for a part of 2014 only .partial:9_months"),
        ),
        ({"missing": "zero"}, "asylum HR 2014 451", AmbiguousIndicatorError, "more than once"),
        (
            {"missing": "available"},
            "asylum HR 2014 450",
            AmbiguousIndicatorError,
            ".450, 450.: name another",
        ),
        ({}, "asylum HR 2014 1", AmbiguousIndicatorError, "asylum of HR for 2014 more than once"),
        (
            {"indicator": "gdp"},
            "gdp AT 2014 1 EUR\ngdp HR 2014 1 USD",
            *(MixedUnitsError, "gives gdp for 2014 in different units .EUR, USD"),
        ),
        # Persons in one year and cases in the next have no mean.
        (
            {"indicator": "gdp", "years": 2},
            "gdp AT 2013 1 EUR\ngdp HR 2013 1 EUR\ngdp AT 2014 1 USD\ngdp HR 2014 1 USD",
            *(MixedUnitsError, "gives gdp for 2013, 2014 in different units .EUR, USD"),
        ),
        (
            {"indicator": "gdp", "years": 2, "missing": "available"},
            "gdp AT 2013 1 EUR\ngdp HR 2014 1 USD",
            *(MixedUnitsError, "gives gdp for 2013, 2014 in different units .EUR, USD"),
        ),
    ],
)
def test_what_cannot_be_measured_is_refused(
    said: dict[str, Any], more: str, refusal: type[LedgerError], words: str
) -> None:
    """A value that is missing, double, unfinished, negative or in another unit is named."""
    with pytest.raises(refusal, match=words) as refused:
        measured(f"{ASYLUM}\n{more}", **said)
    assert all(say(refused.value, language) for language in LANGUAGES)


def test_a_part_of_a_year_is_a_gap() -> None:
    """A value of nine months counts as missing where the formula says what becomes of gaps."""
    seen = f"{ASYLUM}\nasylum HR 2012 9 persons partial:9_months"
    said = {"years": 3}
    assert column(seen, **said, missing="available")["HR"] == 765
    assert column(seen, **said, missing="zero")["HR"] == 510


def test_the_unit_of_what_it_is_divided_by_is_its_own() -> None:
    """An indicator in euro by one in persons is no mixture of units."""
    seen = (
        "asylum AT 2014 6 EUR\nasylum HR 2014 8 EUR\npeople AT 2014 2 heads\npeople HR 2014 4 heads"
    )
    assert column(seen, per="people") == {"AT": 3, "HR": 2}


@pytest.mark.parametrize(
    ("said", "period", "years"),
    [
        ({}, None, (2014,)),
        ({"years": 3}, None, (2012, 2013, 2014)),
        ({"years": 5, "offset": -1}, None, (2009, 2010, 2011, 2012, 2013)),
        ({"years": 1, "offset": 5}, None, (2019,)),
        ({"years": [2008, 2004]}, None, (2008, 2004)),
        ({"years": [2008], "offset": 1}, 3, (2008,)),
        ({"years": "period"}, 3, (2012, 2013, 2014)),
        ({"years": "period", "offset": -2}, 6, (2007, 2008, 2009, 2010, 2011, 2012)),
        ({"years": 2}, 6, (2013, 2014)),
    ],
)
def test_years_are_counted_back(
    said: dict[str, Any], period: int | None, years: tuple[int, ...]
) -> None:
    """A number of years ends with the scale's year plus the offset; listed years are those."""
    criterion = Criterion.model_validate({"label": "x", "indicator": "x", **said})
    assert years_of(criterion, 2014, period) == years


def test_each_base_period_is_measured_by_itself() -> None:
    """A criterion whose years are the period's is averaged over three years, and then over six."""
    years = "\n".join(f"gni AT {year} {year - 2010}" for year in range(2011, 2017))
    criteria = {
        "gni": {"label": "gni", "indicator": "gni", "years": "period"},
        "last": {"label": "gni", "indicator": "gni"},
    }
    terms = [
        {"name": name, "label": name, "transform": "share", "criterion": name, "weight": "1/2"}
        for name in criteria
    ]
    used = formula_from({**HEAD, "criteria": criteria, "terms": terms, "periods": [3, 6]})
    found = measure(used, ["AT"], Basis(2016), gathered(observed(years)))
    assert [each["gni"]["AT"] for each in found.periods] == [Fraction(5), Fraction(7, 2)]
    assert [each["last"]["AT"] for each in found.periods] == [6, 6]
    # Each value is used once, however many periods and criteria look at it.
    assert sorted(each.year for each in found.used) == [2011, 2012, 2013, 2014, 2015, 2016]


PLACES = [
    *observed("asylum AT 2014 1"),
    *observed("asylum AT 2014 2\npeople AT 2014 4", vintage="office 2019"),
    *observed("asylum AT 2014 3", vintage="office 2020"),
]


@pytest.mark.parametrize(
    ("own", "asked", "found"),
    [
        (None, None, 1),
        ("office 2019", None, 2),
        (None, "office 2020", 3),
        # What the reader asks for comes before what the formula says.
        ("office 2019", "office 2020", 3),
        ("office 2019", DEFAULT_VINTAGE, 1),
        ("office 2020", "office 2019", 2),
        ("office 2020", "eurostat", 1),
    ],
)
def test_vintages_are_those_asked_for(own: str | None, asked: str | None, found: int) -> None:
    """An indicator is read in the vintage asked for, else in the formula's, else in ours."""
    shelf = measured(PLACES, states=["AT"], basis=Basis(2014, asked), vintage=own)
    assert shelf.periods[0]["asylum"]["AT"] == found
    assert {each.vintage for each in shelf.used} == {
        {1: DEFAULT_VINTAGE, 2: "office 2019", 3: "office 2020"}[found]
    }


def test_an_indicator_is_looked_for_where_it_is() -> None:
    """Where the vintage asked for lacks an indicator, it is read in the formula's."""
    basis = Basis(2014, "office 2020")
    shelf = measured(PLACES, states=["AT"], basis=basis, vintage="office 2019", per="people")
    assert shelf.periods[0]["asylum"]["AT"] == Fraction(3, 4)
    assert [(each.indicator, each.vintage) for each in shelf.used] == [
        *(("asylum", "office 2020"), ("people", "office 2019"))
    ]


@pytest.mark.parametrize(("own", "asked"), [("office", None), (None, "office"), ("ofice", None)])
def test_a_vintage_that_is_none_is_refused(own: str | None, asked: str | None) -> None:
    """A name that no vintage has, or two, is never replaced by another."""
    with pytest.raises(UnknownVintageError, match="names no one vintage"):
        measured(PLACES, states=["AT"], basis=Basis(2014, asked), vintage=own)


def test_the_working_shows_what_was_read() -> None:
    """Each year, each divisor and each deduction is a column, and names the vintage."""
    below = {"below": 7, "per": "people", "times": "1/7"}
    deduct = {"indicator": "debt", "missing": "zero", **below}
    shelf = measured(f"{ASYLUM}\ndebt AT 2013 2", years=2, label="applicants", deduct=deduct)
    austria = [(say(step, "en"), str(step.column["AT"])) for step in shelf.steps[0]]
    assert austria == [
        ("applicants, 2013", "40"),
        ("applicants, 2014", "50"),
        ("applicants, 2013–2014", "45"),
        ("debt, 2013", "2"),
        ("debt, 2014", "12"),
        ("debt, 2013–2014", "7"),
        ("people, 2013", "10"),
        ("people, 2014", "8"),
        ("people, 2013–2014", "9"),
        # Five a head are below seven.
        ("applicants, 2013–2014", "44"),
    ]
    assert {step.params["vintage"] for step in shelf.steps[0]} == {DEFAULT_VINTAGE}


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(["AT", "HR", "MT"]),
        st.dictionaries(st.sampled_from(YEARS), st.integers(0, 10**15), min_size=1),
        min_size=1,
    ),
    st.randoms(),
)
def test_means_are_exact(table: dict[str, dict[int, int]], chance: random.Random) -> None:
    """The mean over the years known, or over all with zero for gaps, has no rounding in it."""
    seen = [
        Observation(
            state, year, "asylum", Decimal(value).scaleb(-3), "persons", "", DEFAULT_VINTAGE
        )
        for state, values in table.items()
        for year, value in values.items()
    ]
    chance.shuffle(seen)
    states = chance.sample(list(table), len(table))
    thousandths = {state: Fraction(sum(values.values()), 1000) for state, values in table.items()}
    assert column(seen, states=states, years=5, missing="available") == {
        state: total / len(table[state]) for state, total in thousandths.items()
    }
    assert column(seen, states=states, years=5, missing="zero") == {
        state: total / 5 for state, total in thousandths.items()
    }


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"years": 5, "missing": "zero"}, None),
        # The vintage asked for has none of it, and is asked again.
        ({"vintage": DEFAULT_VINTAGE}, "office 2019"),
        ({"per": "people"}, "eurostat"),
        # No state that shares has a loan, which counts as zero.
        ({"deduct": {"indicator": "loans", "missing": "zero"}}, None),
        ({"deduct": {"indicator": "loans", "missing": "zero", "vintage": "office"}}, None),
    ],
)
def test_what_a_scale_rests_on_leads_to_it_again(said: dict[str, Any], asked: str | None) -> None:
    """A scale is made again from the values that it used, whatever the offices have revised."""
    loans = "loans XX 2014 1"
    known = gathered([*observed(ASYLUM + loans), *observed(loans, vintage="office 2019")])
    criterion = {"label": "asylum", "indicator": "asylum", **said}
    term = {"name": "x", "label": "x", "transform": "share", "criterion": "asylum"}
    used = formula_from({**HEAD, "criteria": {"asylum": criterion}, "terms": [term]})
    first = reckon(used, TWO, Basis(2014, asked, 2014), known)
    content = {"formula": plain(used), "year": 2014, "vintage": asked, "borne_in": 2014}
    content |= {"used": [written(each) for each in first.used], "looked_in": first.looked_in}
    again = reckoned_from({**content, "shares": first.scale.shares})
    assert (again.scale.shares, again.used) == (first.scale.shares, first.used)


def test_nothing_is_measured_of_nobody() -> None:
    """Formulas without criteria read nothing."""
    equal = {"name": "x", "label": "x", "transform": "equal"}
    found = measure(formula_from({**HEAD, "terms": [equal]}), TWO, BASIS, Observations({}))
    assert found == Measured(({},), (), ((),))
