"""A formula in words, line by line, in the order in which its parts are applied."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from api.scale_figures import short
from ledger.formulas import (
    Adjustment,
    Ceiling,
    Criterion,
    Deduction,
    Discount,
    Exempt,
    Floor,
    Formula,
    Missing,
    Premium,
    RelativeBounds,
    Relief,
    Term,
    Transform,
)
from ledger.i18n import N_, Message

HOW = {
    Transform.EQUAL: N_("the same for every state"),
    Transform.SHARE: N_("each state’s part of the sum of all"),
    Transform.FIXED: N_("as agreed"),
    Transform.INVERSE_SHARE: N_("the less is measured, the larger the part"),
    Transform.MINMAX: N_("from nothing for the least to one for the most"),
    Transform.MODULATOR: N_("1 + k × (1 − measure / mean), not below zero"),
    Transform.RATIO_TO_MEAN: N_("measure / mean, to a power, within bounds"),
    Transform.POWER: N_("each state’s part of the sum of all, each to a power"),
}
GAPS = {
    Missing.AVAILABLE: N_("a year without a value is left out of the mean"),
    Missing.ZERO: N_("a year without a value counts as zero"),
}
ONE_YEAR = N_("of the scale’s year%(offset)s")
SEVERAL_YEARS = N_("mean of %(count)s years up to the scale’s year%(offset)s")
COMBINED = {
    "sum": N_("The terms are added by their weights."),
    "product": N_("The factors are multiplied; terms of one factor are added by their weights."),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence with what fills its places; `depth` counts what it is a part of."""

    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    depth: int = 0


def formula_words(formula: Formula) -> Iterator[Words]:
    """Say what a formula says."""
    yield Words(N_("%(title)s (%(name)s)"), {"title": Message(formula.title), "name": formula.name})
    yield Words(N_("Basis: %(basis)s"), {"basis": Message(formula.basis)})
    yield Words(N_("Source: %(source)s"), {"source": formula.source})
    if formula.note:
        yield Words(N_("Note: %(note)s"), {"note": Message(formula.note)})
    if formula.beneficiaries:
        yield _of(N_("Take no part, as beneficiaries: %(states)s."), formula.beneficiaries)
    for name, criterion in formula.criteria.items():
        yield from _criterion(name, criterion)
    if formula.relief:
        yield from _relief(formula.relief)
    for term in formula.terms:
        yield from _term(term)
    yield from _combined(formula)
    for each in formula.adjustments:
        yield from _adjustment(each)
    yield from _closing(formula)


def _criterion(name: str, criterion: Criterion) -> Iterator[Words]:
    said = {"name": name, "label": Message(criterion.label), "indicator": criterion.indicator}
    yield Words(N_("Criterion %(name)s: %(label)s, from the indicator %(indicator)s"), said)
    yield _years(criterion)
    if criterion.per:
        yield Words(N_("divided by %(per)s of the same year"), {"per": criterion.per}, 1)
    if criterion.times != 1:
        yield Words(N_("times %(times)s"), {"times": short(criterion.times)}, 1)
    if criterion.missing in GAPS:
        yield Words(GAPS[criterion.missing], {}, 1)
    if criterion.vintage:
        words = N_("vintage, unless another is asked for: %(vintage)s")
        yield Words(words, {"vintage": criterion.vintage}, 1)
    if criterion.deduct:
        yield _deduction(criterion.deduct)


def _years(criterion: Criterion) -> Words:
    match criterion.years:
        case "period":
            return Words(N_("mean of each base period"), {}, 1)
        case int(count):
            end = f" {criterion.offset:+}" if criterion.offset else ""
            words = ONE_YEAR if count == 1 else SEVERAL_YEARS
            return Words(words, {"count": count, "offset": end}, 1)
        case years:
            listed = ", ".join(map(str, years))
            return Words(N_("mean of the years %(years)s"), {"years": listed}, 1)


def _deduction(deduct: Deduction) -> Words:
    said = {"times": short(deduct.times), "indicator": deduct.indicator}
    if deduct.per is None or deduct.below is None:
        return Words(N_("less %(times)s times %(indicator)s"), said, 1)
    words = N_(
        "less %(times)s times %(indicator)s, where there is less than %(below)s for each %(per)s"
    )
    return Words(words, {**said, "below": short(deduct.below), "per": deduct.per}, 1)


def _relief(relief: Relief) -> Iterator[Words]:
    said = {"criterion": relief.criterion, "per": relief.per, "gradient": short(relief.gradient)}
    words = N_("Relief: %(criterion)s is cut by %(gradient)s times its distance from a threshold")
    yield Words(words, said)
    if relief.threshold is None:
        yield Words(N_("threshold: the mean of all for each %(per)s"), said, 1)
    else:
        words = N_("threshold: %(threshold)s for each %(per)s")
        yield Words(words, {**said, "threshold": short(relief.threshold)}, 1)
    yield from _absorbing(relief.not_absorbed_by)


def _term(term: Term) -> Iterator[Words]:
    said = {
        "name": term.name,
        "label": Message(term.label),
        "how": HOW[term.transform],
        "weight": short(term.weight),
        "criterion": term.criterion,
    }
    words = N_("Term %(name)s × %(weight)s: %(label)s, %(how)s")
    measured = N_("Term %(name)s × %(weight)s: %(label)s, of %(criterion)s: %(how)s")
    yield Words(measured if term.criterion else words, said)
    if term.factor:
        yield Words(N_("in the factor %(factor)s"), {"factor": term.factor}, 1)
    if term.table:
        yield Words(N_("table: %(table)s"), {"table": _table(term.table)}, 1)
    for name in ("k", "power", "lower", "upper"):
        value = getattr(term, name)
        if value is not None:
            yield Words("%(name)s = %(value)s", {"name": name, "value": short(value)}, 1)
    if term.cap:
        words = N_("at most %(times)s times the sum of %(terms)s")
        yield Words(words, {"times": short(term.cap.times), "terms": ", ".join(term.cap.of)}, 1)


def _combined(formula: Formula) -> Iterator[Words]:
    if len(formula.terms) > 1:
        yield Words(COMBINED[formula.combine])
    if formula.residual:
        words = N_("What caps leave over is shared by: %(table)s.")
        yield Words(words, {"table": _table(formula.residual)})


def _adjustment(each: Adjustment) -> Iterator[Words]:
    match each:
        case Floor():
            yield _bound(N_("Floor: nobody bears less than %(share)s %%."), each.share)
        case Ceiling(together=True):
            yield _bound(N_("Ceiling: together they bear at most %(share)s %%."), each.share)
        case Ceiling():
            yield _bound(N_("Ceiling: nobody bears more than %(share)s %%."), each.share)
        case RelativeBounds():
            words = N_("Bounds: from %(lower)s to %(upper)s times the average share.")
            yield Words(words, {"lower": short(each.lower), "upper": short(each.upper)})
        case Premium():
            words = N_("Premium, off the top: %(table)s. All share the rest.")
            yield Words(words, {"table": _table(each.states)})
        case Discount():
            words = N_("Discount, as a part of the own share: %(table)s. Others take it over.")
            yield Words(words, {"table": _table(each.states)})
        case Exempt():
            yield _of(N_("Exempt: %(states)s."), each.states)
    yield from _limits(each)
    yield from _absorbing(each.not_absorbed_by)


def _limits(each: Adjustment) -> Iterator[Words]:
    if isinstance(each, Floor | Ceiling):
        if each.states:
            yield _of(N_("of these states only: %(states)s"), each.states, 1)
        if not each.repeat:
            yield Words(N_("once only: what others take over may put them out of bounds"), {}, 1)
    if isinstance(each, Discount) and each.absorb:
        words = N_("taken over by weights, one unless named: %(table)s")
        yield Words(words, {"table": _table(each.absorb)}, 1)


def _closing(formula: Formula) -> Iterator[Words]:
    if formula.periods:
        years = ", ".join(map(str, formula.periods))
        words = N_("Reckoned for base periods of so many years, and the mean taken: %(years)s.")
        yield Words(words, {"years": years})
    for each in formula.phase_in:
        words = N_("Phase-in of %(state)s, as a part of its share in each year: %(table)s.")
        yield Words(words, {"state": each.state, "table": _table(each.parts)})
    if formula.decimals is not None:
        words = N_("Shares are rounded to %(decimals)s decimals of a per cent.")
        yield Words(words, {"decimals": formula.decimals})


def _absorbing(states: tuple[str, ...]) -> Iterator[Words]:
    if states:
        yield _of(N_("not taken over by: %(states)s"), states, 1)


def _bound(words: Message, share: Fraction) -> Words:
    return Words(words, {"share": short(share * 100)})


def _of(words: Message, states: Iterable[str], depth: int = 0) -> Words:
    return Words(words, {"states": ", ".join(states)}, depth)


def _table(table: Mapping[str, Fraction]) -> str:
    return ", ".join(f"{name} {short(value)}" for name, value in table.items())
