"""Formulas drawn at random with what they measure, and short ones written in a test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from ledger.adjustments import CeilingTooLowError, NobodyAbsorbsError
from ledger.burden import Scale, scale
from ledger.formula_files import examples, formula_from, presets, read_formula
from ledger.formulas import Formula
from ledger.transforms import NothingToShareByError
from ledger.working import Column

V4 = ("PL", "CZ", "HU", "SK")
SHIPPED = (*presets(), *examples())
HEAD = {"name": "drawn", "title": "drawn", "basis": "none", "source": "chance"}

# Next to nothing, and more than any state has; and nothing at all.
above_zero = st.one_of(
    st.integers(1, 100).map(Fraction),
    st.integers(1, 10**9).map(lambda thousandths: Fraction(thousandths, 1000)),
    st.integers(1, 9).map(lambda units: Fraction(units, 10**15)),
    st.integers(1, 10**18).map(Fraction),
)
amounts = st.just(Fraction(0)) | above_zero
codes = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)
members = st.lists(codes, min_size=1, max_size=28, unique=True)

# Criteria of which any but the first is above zero for every state.
CRITERIA = ("size", "people", "wealth")


@dataclass(frozen=True)
class Case:
    """A formula, the states, and what was measured of them in each base period."""

    formula: Formula
    periods: Sequence[Mapping[str, Column]]
    states: Sequence[str]

    def scale(self) -> Scale:
        """Share by it."""
        return scale(self.formula, self.periods, self.states, borne_in=2016)


def formula_of(text: str) -> Formula:
    """Read a formula from the lines that matter."""
    head = "\n".join(f'{key} = "{value}"' for key, value in HEAD.items())
    return read_formula(f"{head}\n{text}")


def one_term(transform: str, more: str = "") -> str:
    """Write a formula of one term on one number."""
    return f"""
        [criteria.number]
        label = "number"
        indicator = "number"
        [[terms]]
        name = "number"
        label = "number"
        criterion = "number"
        transform = "{transform}"
        {more}
    """


def shares_of(formula: Formula, states: Sequence[str] = V4, **measured: str) -> Column:
    """Share among states by what is measured of them, written as numbers in their order."""
    columns = {name: column(values, states) for name, values in measured.items()}
    return scale(formula, [columns], states, borne_in=2016).shares


def column(values: str, states: Sequence[str] = V4) -> Column:
    """Give each state its number, of numbers written in the states' order."""
    return dict(zip(states, map(Fraction, values.split()), strict=True))


@st.composite
def shared(draw: st.DrawFn, least: int = 1) -> Column:
    """Draw shares that add up to one, some of them zero."""
    states = draw(st.lists(codes, min_size=least, max_size=28, unique=True))
    parts = draw(st.lists(amounts, min_size=len(states), max_size=len(states)))
    total = sum(parts)
    assume(total)
    return {state: part / total for state, part in zip(states, parts, strict=True)}


@st.composite
def measures(draw: st.DrawFn, states: Sequence[str]) -> dict[str, Column]:
    """Draw what is measured: size may be zero for some states, never for all."""
    count = len(states)
    sizes = draw(st.lists(amounts, min_size=count, max_size=count))
    columns = {"size": sizes if any(sizes) else [Fraction(1)] * count}
    for name in CRITERIA[1:]:
        columns[name] = draw(st.lists(above_zero, min_size=count, max_size=count))
    return {name: dict(zip(states, each, strict=True)) for name, each in columns.items()}


@st.composite
def weights(draw: st.DrawFn, count: int) -> list[str]:
    """Draw weights that add up to one."""
    parts = draw(st.lists(st.integers(1, 9), min_size=count, max_size=count))
    return [str(Fraction(part, sum(parts))) for part in parts]


@st.composite
def share_terms(draw: st.DrawFn, states: Sequence[str]) -> list[dict[str, Any]]:
    """Draw terms that are shares, with their weights."""
    table = st.lists(st.integers(0, 9), min_size=len(states), max_size=len(states))
    each = st.one_of(
        st.just({"transform": "equal"}),
        table.map(lambda parts: {"transform": "fixed", "table": _table(states, parts)}),
        st.sampled_from(CRITERIA).map(lambda name: {"transform": "share", "criterion": name}),
        st.just({"transform": "inverse_share", "criterion": "wealth"}),
        st.sampled_from(["0", "1", "2", "1/2", "3/2"]).map(
            lambda power: {"transform": "power", "criterion": "size", "power": power}
        ),
        st.sampled_from(["-2", "-1", "-1/3"]).map(
            lambda power: {"transform": "power", "criterion": "wealth", "power": power}
        ),
    )
    drawn = draw(st.lists(each, min_size=1, max_size=4))
    shares = draw(weights(len(drawn)))
    return [
        {**one, "name": f"share{at}", "label": "share", "weight": weight}
        for at, (one, weight) in enumerate(zip(drawn, shares, strict=True))
    ]


def _table(states: Sequence[str], parts: Sequence[int]) -> dict[str, int]:
    listed = parts if any(parts) else [1] * len(states)
    return dict(zip(states, listed, strict=True))


@st.composite
def factor_terms(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw terms that are factors."""
    each = st.one_of(
        st.sampled_from(["1/10", "1", "5"]).map(lambda k: {"transform": "modulator", "k": k}),
        st.sampled_from(["-1", "1/2", "1", "2"]).map(
            lambda power: {"transform": "ratio_to_mean", "power": power}
        ),
        st.just({"transform": "ratio_to_mean", "lower": "0.75", "upper": "1.5"}),
    )
    drawn = draw(st.lists(each, min_size=0, max_size=2))
    named = {"criterion": "wealth", "label": "factor"}
    return [{**one, **named, "name": f"factor{at}"} for at, one in enumerate(drawn)]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a formula with any of its parts but adjustments, and what it measures."""
    states = draw(members)
    terms = draw(share_terms(states))
    said: dict[str, Any] = {**HEAD}
    if draw(st.booleans()):
        said["combine"] = "product"
        terms = [{**term, "factor": "base"} for term in terms] + draw(factor_terms())
    elif len(terms) > 1 and draw(st.booleans()):
        terms[-1]["cap"] = {"times": draw(st.sampled_from(["0.3", "1"])), "of": ["share0"]}
        said |= draw(st.sampled_from([{}, {"residual": {"share0": 1}}]))
    if draw(st.booleans()):
        gradient = draw(st.sampled_from(["0", "0.8", "1"]))
        said["relief"] = {"criterion": "size", "per": "people", "gradient": gradient}
    said |= draw(st.sampled_from([{}, {"decimals": 0}, {"decimals": 3}]))
    used = {term["criterion"] for term in terms if "criterion" in term}
    used |= {"size", "people"} if "relief" in said else set()
    lengths = draw(st.sampled_from([[], [3], [3, 6]])) if used else []
    years = {"years": "period"} if lengths else {}
    criteria = {name: {"label": name, "indicator": name, **years} for name in sorted(used)}
    formula = formula_from({**said, "terms": terms, "criteria": criteria, "periods": lengths})
    case = Case(formula, [draw(measures(states)) for _ in lengths or [0]], states)
    assume(is_feasible(case))
    return case


def is_feasible(case: Case) -> bool:
    """Whether there is anything to share by: factors of zero may leave nothing."""
    try:
        case.scale()
    except NothingToShareByError:
        return False
    return True


@st.composite
def shipped_cases(draw: st.DrawFn) -> Case:
    """Draw a formula that ships, states that it may share among, and measures above zero."""
    each = draw(st.sampled_from(SHIPPED))
    table = next((sorted(term.table) for term in each.terms if term.table), None)
    among = st.sampled_from(table) if table else codes
    states = draw(st.lists(among, min_size=2, max_size=len(table or range(28)), unique=True))
    value = st.integers(1, 1000).map(Fraction)
    values = st.fixed_dictionaries(dict.fromkeys(states, value))
    periods = [{name: draw(values) for name in each.criteria} for _ in each.periods or (None,)]
    case = Case(each, periods, states)
    try:
        case.scale()
    except (CeilingTooLowError, NobodyAbsorbsError, NothingToShareByError):
        assume(False)
    return case
