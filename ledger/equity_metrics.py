"""How equitably a burden is borne: what each state gave, measured against its fair share.

Four measures of one thing, each zero when every state gave exactly its fair share, and larger the
further the states stand from it (burden.md §4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction
from itertools import combinations

from ledger.money import ZERO, apportion

# Roots and logarithms have no exact value: taken to 40 digits, they are given to twelve decimals.
WORKING = Context(prec=40, rounding=ROUND_HALF_UP)
LAST_PLACE = Decimal("1e-12")

# Output is measured in millions of euro.
MILLION = 10**6

# Of each state: its part of all contributions, and its fair share.
Pairs = list[tuple[Fraction, Fraction]]


@dataclass(frozen=True, slots=True)
class StateMetrics:
    """Where one state stands.

    `ratio` is what it gave to its fair share of all that was given: one is fair, and there is none
    where the fair share is zero. `balance` is what it gave less that share, in euro to the cent:
    above zero it gave more. `per_capita` is euro for each inhabitant, `per_gdp` euro for each euro
    of output; None where inhabitants or output are not known, or zero.
    """

    state: str
    ratio: Fraction | None
    balance: Decimal
    per_capita: Fraction | None
    per_gdp: Fraction | None


@dataclass(frozen=True, slots=True)
class EquityMetrics:
    """Where each state stands, in order of state code, and how far they all stand from fair.

    `hoover` is the part of all contributions that would have to be given by other states; `rms` the
    weighted root mean square of (ratio - 1); `gini` half the weighted mean difference between two
    ratios; `theil` the weighted mean of ratio · ln ratio. A state weighs what its fair share is.
    """

    states: tuple[StateMetrics, ...]
    hoover: Fraction | None
    rms: Decimal | None
    gini: Fraction | None
    theil: Decimal | None


def equity_metrics(
    contributed: Mapping[str, Decimal],
    shares: Mapping[str, Fraction],
    *,
    population: Mapping[str, Decimal] | None = None,
    gdp: Mapping[str, Decimal] | None = None,
) -> EquityMetrics:
    """Measure contributions in euro against shares that add up to one (burden.md §4).

    A state missing from either gave nothing or has a share of zero; `gdp` is in EUR million. What
    a state gave whose share is zero counts as unfair in `hoover`, and leaves the other three
    undefined (None); when it gave nothing it changes no measure. A contribution below zero, after
    refunds, leaves `theil` undefined. Where all contributions come to zero there is nothing to
    measure: everything but the balances is None. Raises NotAnAmountError when contributions do not
    add up to hundredths.
    """
    states = sorted(contributed.keys() | shares.keys())
    given = {state: contributed.get(state, ZERO) for state in states}
    fair = {state: shares.get(state, Fraction(0)) for state in states}
    total = sum(given.values(), ZERO)
    due = apportion(total, fair)
    inhabitants, output = (known if known and total else {} for known in (population, gdp))
    lines = tuple(
        StateMetrics(
            state=state,
            ratio=_quotient(given[state], fair[state] * Fraction(total)),
            balance=given[state] - due[state],
            per_capita=_quotient(given[state], inhabitants.get(state)),
            per_gdp=_quotient(given[state], output.get(state), unit=MILLION),
        )
        for state in states
    )
    if not total:
        return EquityMetrics(lines, None, None, None, None)
    pairs = [(Fraction(given[state]) / Fraction(total), fair[state]) for state in states]
    comparable = all(share or not part for part, share in pairs)
    refunded = min(given.values()) < 0
    return EquityMetrics(
        states=lines,
        hoover=_hoover(pairs),
        rms=_rms(pairs) if comparable else None,
        gini=_gini(pairs) if comparable else None,
        theil=_theil(pairs) if comparable and not refunded else None,
    )


def _quotient(amount: Decimal, by: Decimal | Fraction | None, unit: int = 1) -> Fraction | None:
    return Fraction(amount) / (Fraction(by) * unit) if by else None


def _hoover(pairs: Pairs) -> Fraction:
    return sum((abs(part - share) for part, share in pairs), Fraction(0)) / 2


def _rms(pairs: Pairs) -> Decimal:
    square = sum((share * (part / share - 1) ** 2 for part, share in pairs if share), Fraction(0))
    with localcontext(WORKING):
        return _decimal(square).sqrt().quantize(LAST_PLACE)


def _gini(pairs: Pairs) -> Fraction:
    # Each two states once, not twice and halved; the shares cancel: s·t·|p/s - q/t| = |p·t - q·s|.
    return sum((abs(p * t - q * s) for (p, s), (q, t) in combinations(pairs, 2)), Fraction(0))


def _theil(pairs: Pairs) -> Decimal:
    with localcontext(WORKING):
        terms = (_decimal(part) * _decimal(part / share).ln() for part, share in pairs if part)
        # Never below zero, but the last of the forty digits may be.
        return abs(sum(terms, Decimal(0))).quantize(LAST_PLACE)


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)
