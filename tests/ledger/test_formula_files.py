"""Formula files: what coordinators write is read as it is meant, or refused key by key."""

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest

from ledger.burden import Scale
from ledger.criteria import Basis
from ledger.errors import LedgerError
from ledger.formula_files import (
    FOLDER,
    LARGEST,
    UnknownFormulaError,
    UnreadableFormulaError,
    examples,
    formula,
    formula_from,
    formula_text,
    presets,
    read_formula,
    toml_text,
)
from ledger.formulas import Formula, plain
from ledger.indicators import Observation, Observations, gathered
from ledger.reckoning import reckon
from tests.golden_files import Golden

HEAD = """\
name = "ours"
title = "ours"
basis = "an example"
source = "an example"
"""
POPULATION = """
[criteria.population]
label = "population"
indicator = "population"
"""
BY_POPULATION = """
[[terms]]
name = "population"
label = "share of population"
transform = "share"
criterion = "population"
"""
EQUAL = """
[[terms]]
name = "equal"
label = "equal share"
transform = "equal"
"""
WHOLE = HEAD + POPULATION + BY_POPULATION
CAP = 'cap = { times = 0.3, of = ["population"] }\n'

# Whatever a coordinator may get wrong in a file.
FAULTY = {
    "no TOML": "name = ours",
    "a key twice": HEAD + 'title = "again"\n',
    "too long": HEAD + "#" * LARGEST,
    "nothing": "",
    "only a head": HEAD,
    "no terms": "terms = []\n" + HEAD,
    "unknown keys": "formulae = 1\n" + WHOLE + "wieght = 0.5\n[criteria.population.plus]\nx = 1\n",
    "wrong types": 'name = 1\ntitle = ["a"]\nbasis = true\nsource = 2016-11-21\nterms = "all"\n',
    "wrong types within": 'beneficiaries = "PL"\ndecimals = 2.5\nperiods = 3\n'
    + WHOLE
    + "cap = 0.3\n",
    "a name with blanks": WHOLE.replace('name = "ours"', 'name = "our formula"'),
    "a line break in a title": WHOLE.replace('title = "ours"', 'title = "our\\nformula"'),
    "weights not one": WHOLE + "weight = 0.5\n",
    "a weight of zero": WHOLE + "weight = 0\n",
    "a weight below zero": WHOLE + "weight = -1\n",
    "a weight without end": WHOLE + "weight = inf\n",
    "a weight that is no number": WHOLE + "weight = nan\n",
    "a weight in words": WHOLE + 'weight = "half"\n',
    "a division by zero": WHOLE + 'weight = "1/0"\n',
    "a weight that is true": WHOLE + "weight = true\n",
    "an unknown transform": WHOLE.replace('"share"', '"shares"'),
    "an unknown criterion": HEAD + BY_POPULATION,
    "an unused criterion": HEAD + POPULATION + EQUAL,
    "equal shares that measure": HEAD + POPULATION + EQUAL + 'criterion = "population"\n',
    "a share of nothing": HEAD + EQUAL.replace("equal", "share", 3).replace('"equal"', '"share"'),
    "a name twice": HEAD + POPULATION + (BY_POPULATION + "weight = 0.5\n") * 2,
    "a modulator without k": WHOLE.replace('"share"', '"modulator"'),
    "a power out of range": WHOLE.replace('"share"', '"power"') + "power = 11\n",
    "a parameter too many": WHOLE + "k = 0.1\n",
    "bounds turned round": WHOLE.replace('"share"', '"ratio_to_mean"') + "lower = 2\nupper = 1\n",
    "a table too few": HEAD + EQUAL.replace("equal", "fixed"),
    "a state of three letters": HEAD + EQUAL.replace("equal", "fixed") + "table = { POL = 1 }\n",
    "a part below zero": HEAD + EQUAL.replace("equal", "fixed") + "table = { PL = -1 }\n",
    "a factor of a sum": WHOLE + 'factor = "base"\n',
    "a cap of itself": WHOLE + CAP,
    "a cap in a product": 'combine = "product"\n' + WHOLE + CAP,
    "a cap of a factor": WHOLE.replace('"share"', '"minmax"') + CAP,
    "a residual without a cap": WHOLE + "[residual]\npopulation = 0.5\n",
    "a residual of nothing": WHOLE + "[residual]\ngdp = 1\n",
    "an unknown combination": 'combine = "mean"\n' + WHOLE,
    "a year that is none": WHOLE.replace(BY_POPULATION, "years = [16]\n" + BY_POPULATION),
    "years without end": WHOLE.replace(BY_POPULATION, "years = 31\n" + BY_POPULATION),
    "a period without periods": WHOLE.replace(BY_POPULATION, 'years = "period"\n' + BY_POPULATION),
    "periods without a criterion": "periods = [3, 6]\n" + WHOLE,
    "a gap filled": WHOLE.replace(BY_POPULATION, 'missing = "last"\n' + BY_POPULATION),
    "half a deduction": WHOLE + '[criteria.population.deduct]\nindicator = "x"\nbelow = 1\n',
    "a deduction of nothing": WHOLE + "[criteria.population.deduct]\ntimes = 1\n",
    "relief of nothing": WHOLE + '[relief]\ncriterion = "gni"\nper = "population"\ngradient = 2\n',
    "an adjustment of no kind": WHOLE + "[[adjustments]]\nshare = 0.1\n",
    "an adjustment of an unknown kind": WHOLE + '[[adjustments]]\nkind = "lid"\nshare = 0.1\n',
    "a ceiling above the whole": WHOLE + '[[adjustments]]\nkind = "ceiling"\nshare = 25\n',
    "a ceiling for a group of nobody": WHOLE
    + '[[adjustments]]\nkind = "ceiling"\nshare = 0.25\ntogether = true\n',
    "bounds that are none": WHOLE
    + '[[adjustments]]\nkind = "relative_bounds"\nlower = 2\nupper = 0.5\n',
    "a premium of more than the whole": WHOLE
    + '[[adjustments]]\nkind = "premium"\nstates = { PL = 0.6, CZ = 0.6 }\n',
    "a premium for nobody": WHOLE + '[[adjustments]]\nkind = "premium"\nstates = {}\n',
    "a discount of more than all": WHOLE
    + '[[adjustments]]\nkind = "discount"\nstates = { HU = 2 }\nabsorb = { Poland = 1 }\n',
    "an exemption of nobody": WHOLE + '[[adjustments]]\nkind = "exempt"\nstates = []\n',
    "a phase-in with a gap": WHOLE
    + '[[phase_in]]\nstate = "AT"\nparts = { 2017 = 0.4, 2019 = 0.8 }\n',
    "a phase-in by month": WHOLE + '[[phase_in]]\nstate = "AT"\nparts = { "2017-07" = 0.5 }\n',
    "a criterion called as an adjustment": WHOLE
    + '[criteria.floor]\nlabel = ""\nindicator = "floor"\n',
    "too many decimals": "decimals = 13\n" + WHOLE,
}

ORDER = ("population", "gdp", "unemployment_rate")
MEASURED = {
    "PL": ("38", "427", "6.2"),
    "CZ": ("11", "177", "4.0"),
    "HU": ("10", "116", "5.1"),
    "SK": ("5", "81", "9.7"),
}
GDP = POPULATION.replace("population", "gdp")
UNEMPLOYMENT = """
[criteria.unemployment]
label = "unemployment rate"
indicator = "unemployment_rate"
"""
INVERSE = (
    HEAD
    + UNEMPLOYMENT
    + BY_POPULATION.replace("population", "unemployment").replace('"share"', '"inverse_share"')
)


def adjusted(*lines: str, of: str = WHOLE) -> str:
    """Write a formula with one adjustment."""
    return "\n".join((of + "[[adjustments]]", *lines, ""))


def relieved(threshold: str) -> str:
    """Write a formula by output, relieved by output a head."""
    relief = '[relief]\ncriterion = "gdp"\nper = "population"\ngradient = 0.8\n'
    of_both = HEAD + GDP + POPULATION + BY_POPULATION.replace("population", "gdp")
    return f"{of_both}\n{relief}{threshold}\n"


# What can be read, and yet not be reckoned for Poland, Czechia, Hungary and Slovakia.
REFUSED = {
    "nobody is left": 'beneficiaries = ["PL", "CZ", "HU", "SK"]\n' + WHOLE,
    "an indicator that there is not": WHOLE.replace('indicator = "p', 'indicator = "P'),
    "a vintage that there is not": WHOLE.replace(
        BY_POPULATION, 'vintage = "eurostat-1999"\n' + BY_POPULATION
    ),
    "a year without data": WHOLE.replace(BY_POPULATION, "years = 2\n" + BY_POPULATION),
    "a state without data": WHOLE.replace('indicator = "population"', 'indicator = "area"'),
    "nothing but gaps": WHOLE.replace(
        BY_POPULATION, 'years = [2001]\nmissing = "available"\n' + BY_POPULATION
    ),
    "all zero": WHOLE.replace('indicator = "population"', 'indicator = "vacancies"'),
    "zero under an inverse": INVERSE.replace("unemployment_rate", "asylum"),
    "zero under a negative power": INVERSE.replace("unemployment_rate", "asylum").replace(
        '"inverse_share"', '"power"\npower = "-1/2"'
    ),
    "all the same": WHOLE.replace('"share"', '"minmax"').replace(
        'indicator = "population"', 'indicator = "same"'
    ),
    "divided by nothing": WHOLE.replace(BY_POPULATION, 'per = "vacancies"\n' + BY_POPULATION),
    "less than nothing": WHOLE + '[criteria.population.deduct]\nindicator = "gdp"\ntimes = 1000\n',
    "not in the table": HEAD + EQUAL.replace("equal", "fixed") + "table = { PL = 1, CZ = 1 }\n",
    "relief that nobody takes over": relieved("threshold = 1000"),
    "relief from a mean of nothing": relieved("").replace(
        'indicator = "gdp"', 'indicator = "vacancies"'
    ),
    "a ceiling of 22 per cent for four": adjusted('kind = "ceiling"', "share = 0.22"),
    "a floor of 30 per cent for four": adjusted('kind = "floor"', "share = 0.3"),
    "a ceiling for all but one without room": adjusted(
        'kind = "ceiling"', "share = 0.1", 'not_absorbed_by = ["CZ", "HU", "SK"]'
    ),
    "an exemption of all": adjusted('kind = "exempt"', 'states = ["PL", "CZ", "HU", "SK"]'),
    "a discount that nobody takes over": adjusted(
        'kind = "discount"', "states = { PL = 0.5, CZ = 0.5, HU = 0.5, SK = 0.5 }"
    ),
    "a phase-in of all": WHOLE
    + "".join(f'[[phase_in]]\nstate = "{state}"\nparts = {{ 2016 = 0.5 }}\n' for state in MEASURED),
}


def observations() -> Observations:
    """Give what is measured in these tests: of all, of some, of nobody."""
    rows = [
        (state, indicator, value)
        for state, values in MEASURED.items()
        for indicator, value in zip(ORDER, values, strict=True)
    ]
    rows += [(state, "vacancies", "0") for state in MEASURED]
    rows += [(state, "same", "7") for state in MEASURED]
    rows += [(state, "asylum", "0" if state == "SK" else "9") for state in MEASURED]
    rows += [("PL", "area", "312680")]
    return gathered(
        Observation(state, 2016, indicator, Decimal(value), "", "", "test vintage")
        for state, indicator, value in rows
    )


def reckoned(text: str) -> Scale:
    """Reckon the text of a formula for the four, on what is measured here."""
    basis = Basis(2016, "test vintage")
    return reckon(read_formula(text), MEASURED, basis, observations()).scale


def faults(text: str) -> Iterator[str]:
    """Say what is wrong with a text, each fault with its key."""
    with pytest.raises(UnreadableFormulaError) as caught:
        read_formula(text)
    yield from (f"{each.place}: {each}" for each in caught.value.problems)


def test_every_fault_is_named_by_its_key(golden: Golden) -> None:
    """Whatever is wrong with a formula is told with its key and in words that say the remedy."""
    said = []
    for name, text in FAULTY.items():
        said += [f"{name}", *(f"  {fault}" for fault in faults(text))]
    for name, text in REFUSED.items():
        with pytest.raises(LedgerError) as caught:
            reckoned(text)
        assert not isinstance(caught.value, UnreadableFormulaError), caught.value
        said += [f"{name}", f"  {caught.value.code}: {caught.value}"]
    golden("formula_faults.txt", "\n".join(said) + "\n")


def test_all_faults_are_told_at_once() -> None:
    """Whoever mends a file mends it once: three faults in three places are three lines."""
    text = WHOLE.replace('title = "ours"\n', "") + 'weight = "half"\nk = 1\n'
    assert [line.partition(":")[0] for line in faults(text)] == ["title", "terms[1].weight"]
    found = faults(WHOLE + 'k = 1\nlower = 0\n[[adjustments]]\nkind = "floor"\n')
    assert [line.partition(":")[0] for line in found] == [
        *("terms[1].k", "terms[1].lower", "adjustments[1].share")
    ]


@pytest.mark.parametrize("name", [each.name for each in (*presets(), *examples())])
def test_shipped_formulas_can_be_started_from(name: str) -> None:
    """The file of each formula that ships reads as that formula, plain, written out and reread."""
    text = formula_text(name)
    assert read_formula(text) == formula(name)
    assert formula_from(plain(formula(name))) == formula(name)
    assert read_formula(toml_text(formula(name))) == formula(name)


def test_shipped_formulas_bear_the_names_of_their_files() -> None:
    """What `mcrm scale show NAME` prints is the formula that has the name."""
    files = {path.name for part in ("presets", "examples") for path in (FOLDER / part).iterdir()}
    assert files == {f"{each.name}.toml" for each in (*presets(), *examples())}


@pytest.mark.parametrize("name", ["gdp", "", "equal.toml", "../presets/equal", "EQUAL"])
def test_a_name_that_no_formula_has_is_refused(name: str) -> None:
    """There is no default: a name that is none is answered with the presets that there are."""
    for look_up in (formula, formula_text):
        with pytest.raises(UnknownFormulaError, match="equal, gni, pop-gdp-50-50"):
            look_up(name)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *(("0.1", "1/10"), ("1", "1"), ('"1/3"', "1/3"), ('"0.25"', "1/4"), ("1e-1", "1/10")),
        *(('" 1 / 3 "', "1/3"), ("0.30", "3/10"), ('"2/8"', "1/4")),
    ],
)
def test_numbers_are_read_as_they_are_meant(written: str, meant: str) -> None:
    """A tenth is one tenth, however it is written, and no binary fraction near it."""
    text = f"{WHOLE.replace('share', 'modulator', 2)}k = {written}\n"
    assert read_modulator(text) == Fraction(meant)


def read_modulator(text: str) -> Fraction | None:
    """Give the k of a formula's one term."""
    [term] = read_formula(re.sub(r'transform = "\w+"', 'transform = "modulator"', text)).terms
    return term.k


def test_what_is_not_said_is_what_most_formulas_want() -> None:
    """A file need only say what is not usual: one year, no gaps, a sum, no adjustments."""
    found: Formula = read_formula(WHOLE)
    [criterion], [term] = found.criteria.values(), found.terms
    assert (criterion.years, criterion.offset, criterion.missing) == (1, 0, "error")
    assert (term.weight, term.cap, found.combine) == (Fraction(1), None, "sum")
    assert (found.adjustments, found.phase_in, found.decimals) == ((), (), None)
