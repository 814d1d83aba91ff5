"""The equitable burden: from what was measured of each state, by a formula, to its exact share.

The arithmetic is exact: fractions throughout, and a root, where a formula asks for one, to thirty
decimals. Every column of the working is kept, so that a coordinator can read it as a table and an
auditor can repeat it by hand. The words are those of the United Nations: the result is a scale (of
assessments), never a key.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain

from ledger.adjustments import adjust, phase_in
from ledger.errors import LedgerError
from ledger.formulas import SHARES, Cap, Formula, Relief, Term
from ledger.i18n import N_, Message
from ledger.money import apportion_units
from ledger.transforms import NothingToShareByError, transformed
from ledger.working import (
    Arithmetic,
    Column,
    Step,
    StepKind,
    Trace,
    legible,
    parts_of,
    total_of,
)

ZERO = Fraction(0)


class NoStatesError(LedgerError):
    """A scale of nobody."""

    code = "no-states"
    message = N_("A scale needs at least one state that takes part and is no beneficiary.")


class NobodyAboveThresholdError(LedgerError):
    """Relief that nobody can take over."""

    code = "nobody-above-threshold"
    message = N_(
        "Relief by “%(criterion)s” leaves nobody above the threshold who could take it over: "
        "lower the threshold, or let more states absorb it."
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """The share of each state, exact and adding up to one, and the working that led to it."""

    formula: Formula
    shares: Column
    trace: tuple[Step, ...]


Periods = Sequence[Mapping[str, Column]]


def participants(formula: Formula, states: Iterable[str]) -> list[str]:
    """List who shares, by code: beneficiaries take no part; NoStatesError when nobody is left."""
    sharing = sorted(set(states) - set(formula.beneficiaries))
    if not sharing:
        raise NoStatesError
    return sharing


def scale(
    formula: Formula,
    periods: Periods,
    states: Iterable[str],
    *,
    borne_in: int,
    measuring: Sequence[Sequence[Step]] = (),
) -> Scale:
    """Share by a formula among states, given what was measured of them in each base period.

    `periods` holds a column for each criterion by its name; `measuring`, the steps that led to
    them, opens the working. `borne_in` is the year of the cost. No state gains by its place in a
    list. Raises NoStatesError, NothingToShareByError, TooFineSharesError, or what transforms,
    adjustments and relief raise.
    """
    states = list(states)
    sharing = participants(formula, states)
    found, trace = [], Trace()
    for at, measured in enumerate(periods):
        steps = chain(measuring[at] if measuring else (), _steps(formula, measured, sharing))
        length = formula.periods[at] if formula.periods else None
        found.append(trace.note(replace(step, period=length) for step in steps))
    if len(found) > 1:
        mean = {state: total_of(one[state] for one in found) / len(found) for state in sharing}
        trace.note([Step(N_("Mean of the base periods"), mean, StepKind.SHARE)])
    last = trace.note(_closing(formula, trace.steps[-1].column, borne_in))
    whole = {state: last.get(state, ZERO) for state in sorted(states)}
    trace.note([Step(N_("share of the burden"), whole, StepKind.SHARE)])
    return Scale(formula, whole, tuple(trace.steps))


def _closing(formula: Formula, shares: Column, borne_in: int) -> list[Step]:
    """Phase newcomers in, and round to what is published, where the formula says so."""
    steps = []
    phased = phase_in(shares, formula.phase_in, borne_in)
    if phased is not None:
        steps.append(phased)
        shares = phased.column
    if formula.decimals is not None:
        words = N_("Rounded to %(decimals)s decimals of a per cent, by largest remainder")
        params = {"decimals": str(formula.decimals)}
        rounded = _published(shares, formula.decimals)
        steps.append(Step(words, rounded, StepKind.SHARE, params=params))
    return steps


def _steps(formula: Formula, measured: Mapping[str, Column], states: list[str]) -> Iterator[Step]:
    """Go from measures to adjusted shares, in the order in which a formula's parts are applied.

    Step by step, so that a working that gets too long ends where it does.
    """
    columns = {name: _only(column, states) for name, column in measured.items()}
    if formula.relief is not None:
        relieved = _relieved(columns, formula.relief, formula)
        columns[formula.relief.criterion] = relieved[-1].column
        yield from relieved
    terms: dict[str, Column] = {}
    for name, step in _terms(formula, columns, states):
        terms[name] = step.column
        yield step
    combined = _combined(formula, terms)
    yield from combined
    yield from (taken.step for taken in adjust(combined[-1].column, formula.adjustments))


def _only(column: Column, states: list[str]) -> Column:
    # The same column where nobody is left out, so that a step can be found by what it is made of.
    if column.keys() == set(states):
        return column
    return {state: column[state] for state in states}


# Relief


def _relieved(columns: Mapping[str, Column], relief: Relief, formula: Formula) -> list[Step]:
    """Cut the measure of states with little a head and add it to that of those with more."""
    measure, heads = columns[relief.criterion], columns[relief.per]
    label = Message(formula.criteria[relief.criterion].label)
    threshold = relief.threshold
    if threshold is None:
        people = total_of(heads.values())
        if not people:
            raise NothingToShareByError(criterion=Message(formula.criteria[relief.per].label))
        threshold = legible(total_of(measure.values()) / people)
    if not threshold:
        raise NothingToShareByError(criterion=label)
    cut = {
        state: relief.gradient * max(ZERO, value - value * value / (threshold * heads[state]))
        if heads[state]
        else ZERO
        for state, value in measure.items()
    }
    rich = {
        state: value
        for state, value in measure.items()
        if value > threshold * heads[state] and state not in relief.not_absorbed_by
    }
    given, total = total_of(cut.values()), total_of(rich.values())
    if given and not total:
        raise NobodyAboveThresholdError(criterion=label)
    relieved = {
        state: value - cut[state] + (given * rich[state] / total if state in rich else ZERO)
        for state, value in measure.items()
    }
    limit = dict.fromkeys(measure, threshold)
    params, of = {"label": label}, ((measure,), (heads,))
    return [
        Step(N_("Threshold a head"), limit, StepKind.FACTOR, of=of),
        Step(N_("Relief: cut from %(label)s"), cut, StepKind.MEASURE, params=params, of=of),
        Step(N_("%(label)s after relief"), relieved, StepKind.MEASURE, params=params, of=of),
    ]


# Terms, and how they are put together


def _terms(
    formula: Formula, columns: Mapping[str, Column], states: list[str]
) -> Iterator[tuple[str, Step]]:
    """Make the column of each term, by its name; that of a term with a cap again, when capped."""
    found: dict[str, Column] = {}
    for term in formula.terms:
        criterion = formula.criteria[term.criterion] if term.criterion else None
        measured = columns[term.criterion] if term.criterion else dict.fromkeys(states, ZERO)
        label = Message(criterion.label if criterion else term.label)
        step = transformed(term, measured, label)
        found[term.name] = step.column
        yield term.name, step if term.cap is None else replace(step, weight=None)
    for term in formula.terms:
        if term.cap is not None:
            capped = _capped(term, term.cap, found)
            found[term.name] = capped.column
            yield term.name, capped


def _capped(term: Term, cap: Cap, found: Mapping[str, Column]) -> Step:
    limits = {
        state: cap.times * total_of(found[name][state] for name in cap.of)
        for state in found[term.name]
    }
    uncapped = found[term.name]
    column = {state: min(value, limits[state]) for state, value in uncapped.items()}
    held = tuple(sorted(state for state in column if column[state] < uncapped[state]))
    return Step(
        N_("%(label)s, capped: %(states)s"),
        column,
        StepKind.SHARE,
        params={"label": Message(term.label), "states": ", ".join(held) or "–"},
        weight=term.weight,
        told=held,
    )


def _combined(formula: Formula, terms: Mapping[str, Column]) -> list[Step]:
    """Add the terms of each factor by weight, multiply the factors, and share out what is left."""
    sums = [
        {
            state: total_of(term.weight * terms[term.name][state] for term in factor)
            for state in terms[factor[0].name]
        }
        for factor in formula.factors.values()
    ]
    column = sums[0]
    for one in sums[1:]:
        column = {state: legible(value * one[state]) for state, value in column.items()}
    of = tuple(tuple(terms[term.name] for term in factor) for factor in formula.factors.values())
    shares = all(term.transform in SHARES for term in formula.terms)
    words, kind = N_("sum of the terms by weight"), StepKind.SHARE if shares else StepKind.FACTOR
    if formula.combine == "product":
        words, kind = N_("product of the factors"), StepKind.FACTOR
    steps = [Step(words, column, kind, of=of, arithmetic=Arithmetic.SUMS)]
    if formula.residual:
        steps += _residual(formula, terms, column)
    parts = parts_of(steps[-1].column)
    if parts is None:
        raise NothingToShareByError(criterion=Message(formula.title))
    if parts != steps[-1].column:
        words, whole = N_("part of the sum of all"), ((steps[-1].column,),)
        steps.append(Step(words, parts, StepKind.SHARE, of=whole, arithmetic=Arithmetic.PARTS))
    return steps


def _residual(formula: Formula, terms: Mapping[str, Column], column: Column) -> list[Step]:
    left = 1 - total_of(column.values())
    shared = {
        state: left * total_of(w * terms[name][state] for name, w in formula.residual.items())
        for state in column
    }
    whole = {state: value + shared[state] for state, value in column.items()}
    return [
        Step(N_("what caps leave over"), shared, StepKind.SHARE),
        Step(
            N_("with what caps leave over"),
            whole,
            StepKind.SHARE,
            of=((column, shared),),
            arithmetic=Arithmetic.SUMS,
        ),
    ]


def _published(shares: Column, decimals: int) -> Column:
    units = 10 ** (decimals + 2)
    return {state: Fraction(part, units) for state, part in apportion_units(units, shares).items()}
