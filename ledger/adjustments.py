"""Adjustments: shares held within bounds, and who takes over what others do not bear.

Each step leaves shares that add up to one. Whoever a step has fixed is left out of what later steps
give and take; the others move in proportion to what they bear (burden.md §5).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from ledger.errors import LedgerError
from ledger.formulas import (
    Adjustment,
    Ceiling,
    Discount,
    Exempt,
    Floor,
    PhaseIn,
    Premium,
    RelativeBounds,
)
from ledger.i18n import N_, Message
from ledger.working import Column, Step, StepKind

ONE = Fraction(1)

_KINDS = {
    "floor": N_("floor"),
    "ceiling": N_("ceiling"),
    "relative_bounds": N_("pair of bounds"),
}


class CeilingTooLowError(LedgerError):
    """Ceilings under which the whole burden does not fit."""

    code = "ceiling-too-low"
    message = N_(
        "A ceiling of %(ceiling)s %% for %(count)s states leaves %(left)s %% of the burden to "
        "nobody: raise it to %(least)s %% or more, or leave it out."
    )


class FloorTooHighError(LedgerError):
    """Floors that come to more than the whole burden."""

    code = "floor-too-high"
    message = N_(
        "A floor of %(floor)s %% for %(count)s states comes to more than the whole burden: "
        "lower it to %(most)s %% or less, or leave it out."
    )


class NobodyAbsorbsError(LedgerError):
    """An adjustment after which nobody is left to take over the rest."""

    code = "nobody-absorbs"
    message = N_(
        "The %(adjustment)s leaves nobody who could take over the rest: "
        "leave somebody free of bounds, or widen them."
    )


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Shares after a step, who is fixed from then on, and the step in words."""

    shares: Column
    fixed: frozenset[str]
    step: Step


def adjust(shares: Column, adjustments: Iterable[Adjustment]) -> list[Adjusted]:
    """Take the steps in their order; raise an error of this module where one cannot be taken."""
    taken: list[Adjusted] = []
    fixed: frozenset[str] = frozenset()
    for each in adjustments:
        found = _adjusted(shares, each, fixed)
        shares, fixed = found.shares, found.fixed
        taken.append(found)
    return taken


def phase_in(shares: Column, phases: Iterable[PhaseIn], year: int) -> Step | None:
    """Let newcomers bear a part of their share in a year, and the others the rest; None if none do.

    Raises NobodyAbsorbsError where nobody bears a whole share.
    """
    parts = {each.state: part for each in phases if (part := each.part(year)) != 1}
    parts = {state: part for state, part in parts.items() if shares.get(state)}
    if not parts:
        return None
    lessened = {state: share * parts.get(state, ONE) for state, share in shares.items()}
    column = _absorbed(lessened, shares.keys() - parts.keys(), N_("phase-in"))
    params = {"year": year, "states": _listed(parts)}
    label = N_("Phase-in of %(year)s: %(states)s")
    return Step(label, column, StepKind.SHARE, params=params, told=tuple(sorted(parts)))


def _adjusted(shares: Column, each: Adjustment, fixed: frozenset[str]) -> Adjusted:
    match each:
        case Ceiling(together=True):
            return _held_together(shares, each, fixed)
        case Floor() | Ceiling() | RelativeBounds():
            return _held(shares, each, fixed)
        case Premium():
            return _premium(shares, each, fixed)
        case Discount():
            return _discount(shares, each, fixed)
        case Exempt():
            gone = frozenset(each.states) & shares.keys()
            left = {state: Fraction(0) if state in gone else s for state, s in shares.items()}
            absorbers = shares.keys() - fixed - gone - frozenset(each.not_absorbed_by)
            column = _absorbed(left, absorbers, N_("exemption"))
            return _result(N_("Exempt: %(states)s"), column, fixed | gone, gone)


# Bounds


def _held(
    shares: Column, each: Floor | Ceiling | RelativeBounds, fixed: frozenset[str]
) -> Adjusted:
    """Hold whoever is out of bounds, share the rest anew, and look again until nobody is.

    Where both bounds are broken at once the side that is broken by more is held first: the rest
    then moves away from it, so that nobody held would have come back within (as flexible lengths
    are laid out in a row).
    """
    lower, upper = _bounds(shares, each)
    _require_room(shares, lower, upper, fixed)
    label, params = _bound_words(each)
    what = _KINDS[each.kind]
    current, held = dict(shares), frozenset[str]()
    while out := _out_of_bounds(current, lower, upper, fixed | held):
        current |= out
        held |= out.keys()
        free = shares.keys() - fixed - held - frozenset(each.not_absorbed_by)
        current = _absorbed(current, free, what)
        if not getattr(each, "repeat", True):
            break
    return _result(label, current, fixed | held, held, params)


def _bounds(shares: Column, each: Floor | Ceiling | RelativeBounds) -> tuple[Column, Column]:
    if isinstance(each, RelativeBounds):
        average = Fraction(1, len(shares))
        lower, upper = each.lower * average, each.upper * average
        return dict.fromkeys(shares, lower), dict.fromkeys(shares, upper)
    group = each.states or tuple(shares)
    bound = {state: each.share for state in shares if state in group}
    return (bound, {}) if isinstance(each, Floor) else ({}, bound)


def _require_room(
    shares: Column,
    lower: Mapping[str, Fraction],
    upper: Mapping[str, Fraction],
    fixed: frozenset[str],
) -> None:
    held = sum((shares[state] for state in fixed), Fraction(0))
    free = shares.keys() - fixed
    most = held + sum((upper.get(state, ONE) for state in free), Fraction(0))
    if most < 1:
        raise CeilingTooLowError(
            ceiling=_per_cent(max(upper.values())),
            count=len(free),
            left=_per_cent(1 - most),
            least=_per_cent((1 - held) / len(free), ceil),
        )
    floors = [lower[state] for state in free if state in lower]
    if held + sum(floors, Fraction(0)) > 1:
        raise FloorTooHighError(
            floor=_per_cent(max(floors)),
            count=len(floors),
            most=_per_cent((1 - held) / len(floors), floor),
        )


def _out_of_bounds(
    shares: Column,
    lower: Mapping[str, Fraction],
    upper: Mapping[str, Fraction],
    fixed: Collection[str],
) -> Column:
    free = [state for state in shares if state not in fixed]
    below = {s: lower[s] for s in free if s in lower and shares[s] < lower[s]}
    above = {s: upper[s] for s in free if s in upper and shares[s] > upper[s]}
    lacking = sum((bound - shares[s] for s, bound in below.items()), Fraction(0))
    exceeding = sum((shares[s] - bound for s, bound in above.items()), Fraction(0))
    if lacking == exceeding:
        return below | above
    return below if lacking > exceeding else above


def _held_together(shares: Column, each: Ceiling, fixed: frozenset[str]) -> Adjusted:
    group = frozenset(each.states) & shares.keys() - fixed
    borne = sum((shares[state] for state in group), Fraction(0))
    settled = sum((shares[s] for s in frozenset(each.states) & fixed), Fraction(0))
    label, params = _bound_words(each)
    if borne + settled <= each.share:
        return _result(label, shares, fixed, frozenset(), params)
    room = each.share - settled
    if room < 0:
        raise CeilingTooLowError(
            ceiling=_per_cent(each.share),
            count=len(each.states),
            left=_per_cent(-room),
            least=_per_cent(settled, ceil),
        )
    cut = {s: share * room / borne if s in group else share for s, share in shares.items()}
    free = shares.keys() - fixed - group - frozenset(each.not_absorbed_by)
    return _result(label, _absorbed(cut, free, _KINDS[each.kind]), fixed | group, group, params)


# Premiums and discounts


def _premium(shares: Column, each: Premium, fixed: frozenset[str]) -> Adjusted:
    premiums = {state: part for state, part in each.states.items() if state in shares}
    free = shares.keys() - fixed - frozenset(each.not_absorbed_by)
    rest = 1 - sum(premiums.values(), Fraction(0))
    shared = _absorbed(shares, free, N_("premium"), whole=rest)
    column = {state: share + premiums.get(state, Fraction(0)) for state, share in shared.items()}
    return _result(N_("Premium: %(states)s"), column, fixed, frozenset(premiums))


def _discount(shares: Column, each: Discount, fixed: frozenset[str]) -> Adjusted:
    spared = {s: shares[s] * part for s, part in each.states.items() if s in shares}
    free = shares.keys() - fixed - spared.keys() - frozenset(each.not_absorbed_by)
    weights = {state: shares[state] * each.absorb.get(state, ONE) for state in free}
    total = sum(weights.values(), Fraction(0))
    given = sum(spared.values(), Fraction(0))
    if given and not total:
        raise NobodyAbsorbsError(adjustment=N_("discount"))
    column = {
        state: share
        - spared.get(state, Fraction(0))
        + (given * weights.get(state, Fraction(0)) / total if total else 0)
        for state, share in shares.items()
    }
    label = N_("Discount: %(states)s")
    return _result(label, column, fixed | frozenset(spared), frozenset(spared))


def _absorbed(
    shares: Column, free: Collection[str], what: Message, *, whole: Fraction = ONE
) -> Column:
    """Move those who are free, in proportion to what they bear, until all add up to the whole."""
    total = sum(shares.values(), Fraction(0))
    if total == whole:
        return shares
    theirs = sum((shares[state] for state in free), Fraction(0))
    needed = whole - (total - theirs)
    if theirs == 0 or needed < 0:
        raise NobodyAbsorbsError(adjustment=what)
    return {
        state: share * needed / theirs if state in free else share
        for state, share in shares.items()
    }


def _result(
    label: Message,
    column: Column,
    fixed: frozenset[str],
    told: Collection[str],
    params: Mapping[str, object] | None = None,
) -> Adjusted:
    said = {"states": _listed(told), **(params or {})}
    step = Step(label, column, StepKind.SHARE, params=said, told=tuple(sorted(told)))
    return Adjusted(column, fixed, step)


def _bound_words(each: Floor | Ceiling | RelativeBounds) -> tuple[Message, dict[str, object]]:
    match each:
        case Floor():
            return N_("Floor of %(share)s %%: %(states)s"), {"share": _per_cent(each.share)}
        case Ceiling():
            return N_("Ceiling of %(share)s %%: %(states)s"), {"share": _per_cent(each.share)}
        case RelativeBounds():
            words = N_("Between %(lower)s and %(upper)s times the average: %(states)s")
            return words, {"lower": _number(each.lower), "upper": _number(each.upper)}


def _per_cent(share: Fraction, whole: Callable[[Fraction], int] = round) -> str:
    return _number(share * 100, whole)


def _number(number: Fraction, whole: Callable[[Fraction], int] = round) -> str:
    """Write a number as short as it is, and to six decimals where it does not end.

    A bound that is named as a remedy is rounded to the side on which it helps.
    """
    millionths = whole(number * 10**6)
    text = f"{millionths // 10**6}.{millionths % 10**6:06d}"
    return text.rstrip("0").rstrip(".")


def _listed(states: Collection[str]) -> str:
    return ", ".join(sorted(states)) or "–"
