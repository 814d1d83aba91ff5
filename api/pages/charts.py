"""Charts as SVG: where each bar lies, in hundredths of the drawing's width.

A chart only repeats the table beneath it, so its lengths may be rounded and its figures may not.
Lengths are percentages: the drawing then fits any width while its words keep their size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.money import ZERO


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it begins, how long it is, what it shows."""

    left: Decimal
    width: Decimal
    shows: str


@dataclass(frozen=True, slots=True)
class Given:
    """What one state gave, in cash and in kind, and its fair share of the common cost."""

    label: str
    cash: Decimal
    in_kind: Decimal
    fair_share: Decimal


@dataclass(frozen=True, slots=True)
class GivenBars:
    """The bars of one state: cash and in kind end to end, the fair share under them."""

    given: Given
    cash: Bar
    in_kind: Bar
    fair_share: Bar


@dataclass(frozen=True, slots=True)
class Balance:
    """The balance of one state: above zero it gave more than its fair share."""

    label: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BalanceBar:
    """A balance as a bar to the right of the middle, or to the left of it when below zero."""

    balance: Balance
    bar: Bar


def given_bars(rows: Sequence[Given]) -> tuple[GivenBars, ...]:
    """Lay out what states gave beside their fair share; the longest bar fills the width."""
    longest = max((max(r.cash + r.in_kind, r.fair_share) for r in rows), default=ZERO)
    return tuple(
        GivenBars(
            given=row,
            cash=Bar(ZERO, _percent(row.cash, longest), "cash"),
            in_kind=Bar(_percent(row.cash, longest), _percent(row.in_kind, longest), "in-kind"),
            fair_share=Bar(ZERO, _percent(row.fair_share, longest), "fair-share"),
        )
        for row in rows
    )


def balance_bars(rows: Sequence[Balance]) -> tuple[BalanceBar, ...]:
    """Lay balances out on both sides of zero; the longest reaches the edge."""
    longest = max((abs(row.amount) for row in rows), default=ZERO)
    return tuple(BalanceBar(row, _from_the_middle(row.amount, longest)) for row in rows)


def _from_the_middle(amount: Decimal, longest: Decimal) -> Bar:
    width = _percent(abs(amount), longest) / 2
    if amount < 0:
        return Bar(Decimal(50) - width, width, "below")
    return Bar(Decimal(50), width, "above")


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (max(part, ZERO) / whole * 100).quantize(Decimal("0.01")) if whole > 0 else ZERO
