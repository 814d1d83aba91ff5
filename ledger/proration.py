"""Proration: a sum for a span of days is shared although states join or leave within it.

Three conventions are in use between states, and they give different money (burden.md §4). By
segments each part of the span is shared by whoever takes part in it: this adds up, and a newcomer
changes nothing of the days before. Weighted by time, a newcomer's share is cut to its part of the
span and all are scaled to the whole. In addition, a newcomer pays its part on top and nobody else's
share changes, as new members of the United Nations do; the surplus is credited later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.money import apportion, round_half_up, round_together
from ledger.working import Column, parts_of


class Convention(StrEnum):
    """How a sum for a span is shared when who takes part changes within it."""

    SEGMENT = "segment"
    TIME_WEIGHTED = "time_weighted"
    ADDITIONAL = "additional"


LABELS: dict[Convention, str] = {
    Convention.SEGMENT: N_("by segments, each shared by its own members"),
    Convention.TIME_WEIGHTED: N_("shares weighted by time"),
    Convention.ADDITIONAL: N_("a newcomer in addition to the whole"),
}


class LeaverError(LedgerError):
    """A convention for newcomers where somebody leaves."""

    code = "leaver"
    message = N_(
        "%(states)s leave within the span: share it by segments; the other conventions are for "
        "newcomers only."
    )


@dataclass(frozen=True, slots=True)
class Part:
    """So many days of a span, and the shares by which they are borne."""

    days: int
    shares: Column


def prorate(total: Decimal, parts: Sequence[Part], convention: Convention) -> dict[str, Decimal]:
    """Share a sum in euro over the parts of a span, each day weighing the same, to the cent.

    What the states bear adds up to the total, except in addition, where newcomers come on top.
    Raises LeaverError where somebody leaves and the convention is not by segments.
    """
    if convention is not Convention.SEGMENT:
        _require_nobody_leaves(parts)
    match convention:
        case Convention.SEGMENT:
            return _by_segments(total, parts)
        case Convention.TIME_WEIGHTED:
            return apportion(total, _weighted(parts))
        case Convention.ADDITIONAL:
            return _in_addition(total, parts)


def _by_segments(total: Decimal, parts: Sequence[Part]) -> dict[str, Decimal]:
    days = sum(part.days for part in parts)
    exact: Column = {}
    for part in parts:
        for state, share in part.shares.items():
            borne = Fraction(total) * part.days / days * share
            exact[state] = exact.get(state, Fraction(0)) + borne
    return round_together(exact)


def _weighted(parts: Sequence[Part]) -> Column:
    days = sum(part.days for part in parts)
    weights = {
        state: share * sum(part.days for part in parts if state in part.shares) / days
        for state, share in parts[-1].shares.items()
    }
    return parts_of(weights) or weights


def _in_addition(total: Decimal, parts: Sequence[Part]) -> dict[str, Decimal]:
    days = sum(part.days for part in parts)
    incumbents = parts[0].shares
    borne = apportion(total, incumbents)
    for state in sorted(parts[-1].shares.keys() - incumbents.keys()):
        weighed = (part.shares.get(state, Fraction(0)) * part.days for part in parts)
        borne[state] = round_half_up(Fraction(total) * sum(weighed, Fraction(0)) / days)
    return borne


def _require_nobody_leaves(parts: Sequence[Part]) -> None:
    gone = {
        state
        for before, after in pairwise(parts)
        for state in before.shares.keys() - after.shares.keys()
    }
    if gone:
        raise LeaverError(states=", ".join(sorted(gone)))
