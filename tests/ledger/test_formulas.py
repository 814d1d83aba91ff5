from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from ledger.exact import exact
from ledger.formula_files import UnreadableFormulaError, formula_from, read_formula, toml_text
from ledger.formulas import PARAMETERS, WITHOUT_CRITERION, Formula, PhaseIn, Transform, plain
from ledger.i18n import LANGUAGES, say
from tests.ledger.drawn_formulas import HEAD, SHIPPED, Case, cases, formula_of

EQUAL = """
[[terms]]
name = "a"
label = "a"
transform = "equal"
"""
NUMBER = """
[criteria.number]
label = "number"
indicator = "number"
"""
ONE = NUMBER + EQUAL.replace('"equal"', '"share"\ncriterion = "number"')
HUGE = "0x" + "f" * 20_000
# As many digits as the memory holds, were they written out.
HUGE_EXPONENTS = ("1e99999999", "1e-99999999", "1e99999999999", "1e-99999999999", "1e" + "9" * 22)
WHOLE_NUMBERS = (
    ("decimals = HERE" + EQUAL, "decimals"),
    ("periods = [HERE]" + EQUAL, "periods[1]"),
    (ONE.replace("label", "offset = HERE\nlabel", 1), "criteria.number.offset"),
    (ONE.replace("label", "years = HERE\nlabel", 1), "criteria.number.years"),
    (ONE.replace("label", "years = [HERE]\nlabel", 1), "criteria.number.years[1]"),
)
DISCOUNT = '[[adjustments]]\nkind = "discount"\nstates = { PL = 0.1 }\n'


def refused(text: str) -> list[str]:
    """Say what is wrong with a formula, in English; every language has words for it."""
    with pytest.raises(UnreadableFormulaError) as error:
        formula_of(text)
    assert all(say(error.value, language) for language in LANGUAGES)
    return [f"{each.place}: {each}" for each in error.value.problems]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *(("0.1", "1/10"), ("25", "25"), ("-0.5", "-1/2"), ("+3", "3"), ("-0", "0")),
        *(("1/3", "1/3"), ("-1/3", "-1/3"), (" 1 / 3 ", "1/3"), ("1.5/3", "1/2"), ("0/7", "0")),
        (Decimal("0.1"), "1/10"),
        (Decimal("1E-5"), "1/100000"),
        (Decimal("25E+1"), "250"),
        (Fraction(2, 6), "1/3"),
        (7, "7"),
        ("9" * 60, "9" * 60),
        ("1/" + "9" * 60, "1/" + "9" * 60),
        ("0." + "0" * 58 + "1", f"1/{10**59}"),
    ],
)
def test_numbers_are_read_as_they_are_written(written: object, meant: str) -> None:
    """A number is what its digits say, to sixty of them, and a fraction of two such is exact."""
    assert exact(written) == Fraction(meant)


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "half", "1,5", "1e5", "1/0", "1/00", "1//2", "/2", "1/", "0x10", "1_0", "٣"),
        *("nan", "inf", "-inf", ".5", "5.", "--1", "1/-2", "1\n", "½"),
        *("1" * 61, "0." + "0" * 60 + "1", "0." + "3" * 59 + "/70", "1" + " " * 300 + "/2"),
        *(True, None, [], {}, 1j, b"1"),
        Decimal("NaN"),
        Decimal("-Infinity"),
        Decimal("1E+60"),
        # As many digits as the memory holds, were they written out.
        Decimal("1E+999999999"),
        Decimal("1E-999999999"),
        16**20_000,
    ],
    ids=map(str, count()),
)
def test_what_is_no_plain_number_is_refused(written: object) -> None:
    """Whatever is more than digits, a point and a stroke is no number, however it is given."""
    with pytest.raises(PydanticCustomError):
        exact(written)


def test_binary_floating_point_is_refused() -> None:
    """A float has forgotten what it was meant to be."""
    with pytest.raises(PydanticCustomError):
        exact(float("0.1"))


@given(st.integers(-(10**60) + 1, 10**60 - 1), st.integers(1, 10**60 - 1))
def test_a_number_that_is_kept_is_read_again(numerator: int, denominator: int) -> None:
    """Whatever is read can be frozen with a scale, and read from there as the same."""
    assert exact(str(exact(f"{numerator}/{denominator}"))) == Fraction(numerator, denominator)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=70) | st.decimals())
def test_a_number_is_kept_or_refused(number: Decimal) -> None:
    """There is no number that is read today and cannot be read again tomorrow."""
    try:
        found = exact(number)
    except PydanticCustomError:
        return
    assert found == Fraction(number)
    assert exact(str(found)) == found


@settings(max_examples=40)
@given(cases())
def test_a_formula_is_kept_as_it_is(case: Case) -> None:
    """What is kept of a formula, plain or as a file, is read again as the same formula."""
    assert formula_from(plain(case.formula)) == case.formula
    assert read_formula(toml_text(case.formula)) == case.formula


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda each: each.name)
def test_formulas_that_ship_are_kept_as_they_are(shipped: Formula) -> None:
    """A preset or example that a scale was frozen with is read again as the same."""
    kept = plain(shipped)
    assert formula_from(kept) == shipped
    assert plain(formula_from(kept)) == kept


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            NUMBER + 'periods = [3]\nyears = "period"\n' + EQUAL,
            "criteria.number.periods: is no key of a formula",
        ),
        (ONE.replace("label", "years = []\nlabel", 1), "criteria.number.years: is empty"),
        (ONE.replace("label", f"years = {[*range(1970, 2001)]}\nlabel", 1), "holds too much: at"),
        ("periods = []\n" + EQUAL + "power = 1", "terms[1].power: does not belong to this"),
        *(
            (ONE.replace('"share"', f'"power"\npower = "{power}"'), "power: is too fine: write a")
            for power in ("0.123", "1/21", "-21/4", "999/100", "1/" + "9" * 60)
        ),
        (
            'phase_in = [{ state = "AT", parts = { 2016 = 0.5 } }, '
            '{ state = "AT", parts = { 2017 = 0.7 } }]' + EQUAL,
            "phase_in: names a state twice: put all its years into one.",
        ),
        # A factor among what caps leave over would let somebody bear less than nothing.
        (
            "[residual]\na = 1\n"
            + NUMBER
            + EQUAL
            + "weight = 0.4"
            + EQUAL.replace('"a"', '"b"').replace(
                '"equal"', '"minmax"\ncriterion = "number"\nweight = 0.5'
            )
            + EQUAL.replace('"a"', '"c"')
            + 'weight = 0.1\ncap = { times = 0.3, of = ["a"] }',
            "residual: is for sums of shares: other terms are no parts of a whole.",
        ),
        (
            'adjustments = [{ kind = "floor", share = 0.3 }, '
            '{ kind = "ceiling", share = 0.2, states = ["PL"] }]' + EQUAL,
            "adjustments: hold a floor above a ceiling of the same states.",
        ),
        (
            'adjustments = [{ kind = "premium", states = { PL = 0.6, SK = 0.5 } }]' + EQUAL,
            "adjustments[1].states: come to more than the whole burden: lower them.",
        ),
        (
            ONE.replace("label", 'per = "people"\ndeduct = { indicator = "debt" }\nlabel', 1),
            "criteria.number.deduct: is from a whole measure",
        ),
        ("adjustments = [\n" + '{kind="floor",share=0.1},\n' * 21 + "]" + EQUAL, "at most 20."),
        ("periods = [" + "3," * 5 + "]" + EQUAL, "periods: holds too much: at most 4."),
        (EQUAL + DISCOUNT * 4, "adjustments: hold more than three discounts: put"),
        ("".join(EQUAL.replace('"a"', f'"a{at}"') for at in range(41)), "terms: holds too much"),
        ("".join(NUMBER.replace("number", f"n{at}") for at in range(41)) + EQUAL, "criteria: hold"),
    ],
)
def test_rules_of_a_formula_are_told_by_their_key(text: str, said: str) -> None:
    """What a formula may not say is told with the place where it stands."""
    assert any(said in each for each in refused(text)), refused(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *(
            (EQUAL + f"weight = {value}", f"terms[1].weight: “{shown}” is not a number")
            for value, shown in (
                *(("nan", "NaN"), ("-inf", "-Infinity"), ("2016-11-21", "2016-11-21")),
                *(("07:32:00", "07:32:00"), ("true", "True"), ("[1]", "[1]"), (HUGE, "…")),
                *((each, each) for each in HUGE_EXPONENTS),
            )
        ),
        *(
            (text.replace("HERE", each), f"{key}: must be a whole number here.")
            for each in HUGE_EXPONENTS
            for text, key in WHOLE_NUMBERS
        ),
        (f"note = 1e99999999999{EQUAL}", "note: must be a text here."),
        (
            EQUAL + '[[adjustments]]\nkind = "floor"\nshare = 0.0000000001',
            "adjustments[1].share: “1/10000000000” is too fine: nine decimals",
        ),
        (EQUAL + "weight = " + "1" * 5000, "is not written as TOML"),
        (EQUAL + "label = 1979-05-27", "is not written as TOML: Cannot overwrite a value"),
        (f"decimals = {HUGE}" + EQUAL, "decimals: “…” is too large: at most 12."),
        (f"decimals = nan{EQUAL}", "decimals: must be a whole number here."),
        (f"decimals = 1979-05-27{EQUAL}", "decimals: must be a whole number here."),
        (ONE.replace("label", f"years = [{HUGE}]\nlabel", 1), "years[1]: “…” is too large"),
        (f"title = {HUGE}", "Cannot overwrite a value"),
        (f"note = {HUGE}{EQUAL}", "note: must be a text here."),
        (f"combine = {HUGE}{EQUAL}", "combine: “…” cannot stand here"),
        (f"beneficiaries = [{HUGE}]{EQUAL}", "beneficiaries[1]: must be a text here."),
        ("x = " + "[" * 50_000, "maximum recursion depth exceeded"),
        ("x = " + "{x = " * 10_000, "maximum recursion depth exceeded"),
        ("note = " + "[" * 200 + "]" * 200 + EQUAL, "note: must be a text here."),
        (".".join("x" * 30_000) + " = 1", "has more than 100 dots in a line: break the line."),
        ("[" + ".".join("x" * 30_000) + "]", "has more than 100 dots in a line"),
        # So many parts are read, and nested too deeply to be written out.
        ("x = [\n" + ("{" + ".".join("y" * 99) + " = [\n") * 20 + "]}" * 20 + "]", "no key of a"),
        ('x = "\\ud800"', "is not written as TOML"),
        ('x = "\x00"', "is not written as TOML"),
        ("\ufeff", "is not written as TOML"),
        ("#" * 100_000, "is too long for a formula"),
        ('criteria."50 %(x)s" = 1' + EQUAL, "criteria.50 %(x)s: “50 %(x)s” cannot stand here"),
        ('note = "50 %(x)s\\nx"' + EQUAL, "note: “50 %(x)s\nx” cannot stand here"),
    ],
    ids=map(str, count()),
)
def test_texts_that_would_break_a_reader_are_refused_with_words(text: str, said: str) -> None:
    """Whatever somebody sends as a formula is answered with what is wrong, at once."""
    assert any(said in each for each in refused(text)), refused(text)


def test_a_long_formula_is_read_at_once() -> None:
    """A hundred thousand characters, most of them keys of many parts, are no work."""
    keys = "".join(f"x{at}.{'.'.join('y' * 99)} = 1\n" for at in range(450))
    assert len(refused(keys)) > 400
    assert formula_of("#" * 99_000 + EQUAL).terms[0].name == "a"


@pytest.mark.parametrize("transform", Transform)
def test_a_transform_takes_its_parameters_and_no_others(transform: Transform) -> None:
    """Each parameter is refused where it means nothing, and asked for where it is needed."""
    values: dict[str, Any] = {"table": {"PL": 1}, "k": 1, "power": 1, "lower": 0, "upper": 1}
    measured = transform not in WITHOUT_CRITERION
    said = {"name": "a", "label": "a", "transform": transform.value}
    said |= {"criterion": "number"} if measured else {}
    head: dict[str, Any] = {**HEAD}
    head |= {"criteria": {"number": {"label": "x", "indicator": "x"}}} if measured else {}
    taken = {name for name, takers in PARAMETERS.items() if transform in takers}
    needed = {name for name in taken & values.keys() if PARAMETERS[name][transform]}
    for given_ in ({}, *({name: values[name]} for name in values)):
        wrong = {f"terms[1].{name}" for name in (given_.keys() - taken) | (needed - given_.keys())}
        if not wrong:
            [term] = formula_from({**head, "terms": [{**said, **given_}]}).terms
            assert term.transform is transform
            continue
        with pytest.raises(UnreadableFormulaError) as error:
            formula_from({**head, "terms": [{**said, **given_}]})
        assert {str(each.place) for each in error.value.problems} == wrong


def test_terms_of_a_factor_are_added_before_factors_are_multiplied() -> None:
    """In a product each term is a factor of its own, unless it names one; a sum is one factor."""
    said = EQUAL + 'weight = 0.5\nfactor = "base"' + EQUAL.replace('"a"', '"b"')
    said += 'weight = 0.5\nfactor = "base"' + EQUAL.replace('"a"', '"c"')
    product = formula_of('combine = "product"' + said)
    assert [[term.name for term in each] for each in product.factors.values()] == [
        *(["a", "b"], ["c"])
    ]
    assert list(formula_of(EQUAL).factors) == [""]


@pytest.mark.parametrize(("year", "part"), [(2015, 1), (2016, "0.4"), (2017, "2/3"), (2018, 1)])
def test_a_newcomer_bears_its_part_in_the_years_named(year: int, part: str | int) -> None:
    """In each year named so much of the share is borne, in any other the whole."""
    coming = PhaseIn.model_validate({"state": "AT", "parts": {"2017": "2/3", "2016": "0.4"}})
    assert coming.part(year) == Fraction(part)


@pytest.mark.parametrize(
    "years",
    ["2016 2018", "16", "2016 17", "x", "", "-2016", "2016-07", "２０１６", "02016"],
)
def test_a_phase_in_names_years_that_follow(years: str) -> None:
    """A way to the whole share has no gaps, and its years are years."""
    parts = dict.fromkeys(years.split(" "), "0.5")
    with pytest.raises(UnreadableFormulaError, match="names years one after the other"):
        phased(parts)


def phased(parts: dict[str, str]) -> Formula:
    """Make a formula with a newcomer."""
    equal = {"name": "a", "label": "a", "transform": "equal"}
    return formula_from({**HEAD, "terms": [equal], "phase_in": [{"state": "AT", "parts": parts}]})
