"""Transforms: how the column of a term is made of what was measured."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from ledger.errors import LedgerError
from ledger.formulas import SHARES, Term, Transform
from ledger.i18n import N_, Message
from ledger.working import Arithmetic, Column, Step, StepKind, legible, parts_of, total_of

ZERO, ONE = Fraction(0), Fraction(1)

# Roots are exact to so many decimals, half-up.
ROOT_DECIMALS = 30
# Longer numbers are rounded before a root is taken: that moves no decimal of it.
_LONGEST_UNDER_ROOT = 1_000


class NothingToShareByError(LedgerError):
    """A measure that is zero for all states together, or the same for all where it must differ."""

    code = "nothing-to-share-by"
    message = N_(
        "“%(criterion)s” is zero, or tells nobody apart, for all states together: "
        "nothing can be shared by it."
    )


class ZeroUnderInverseError(LedgerError):
    """A measure of zero where less is to mean more."""

    code = "zero-under-inverse"
    message = N_(
        "The %(criterion)s of %(state)s is zero, and its inverse would be without end: "
        "leave the state out, or choose another transform."
    )


class NotInTableError(LedgerError):
    """A state that a fixed table does not list."""

    code = "not-in-table"
    message = N_("The table of “%(term)s” does not list %(state)s: add it, or leave it out.")


def transformed(term: Term, measured: Column, label: Message) -> Step:
    """Make a term's column, with the name of its criterion for errors.

    Raises NothingToShareByError, ZeroUnderInverseError, NotInTableError or TooFineSharesError.
    """
    column = _MADE[term.transform](term, measured, label)
    is_share = term.transform in SHARES
    clipped: tuple[str, ...] = ()
    if term.transform is Transform.MODULATOR:
        clipped = tuple(sorted(state for state, value in column.items() if value == 0))
    words = N_("%(label)s, held at zero: %(states)s") if clipped else N_("%(label)s")
    return Step(
        words,
        column,
        StepKind.SHARE if is_share else StepKind.FACTOR,
        params={"label": Message(term.label), "states": ", ".join(clipped)},
        weight=term.weight,
        told=clipped,
        of=((measured,),) if term.criterion else (),
        arithmetic=_ARITHMETIC.get(term.transform),
    )


def average(column: Mapping[str, Fraction]) -> Fraction:
    """Give the plain mean, every state counting once."""
    return total_of(column.values()) / len(column)


def _equal(term: Term, measured: Column, label: Message) -> Column:
    return dict.fromkeys(measured, Fraction(1, len(measured)))


def _share(term: Term, measured: Column, label: Message) -> Column:
    return _parts(measured, label)


def _fixed(term: Term, measured: Column, label: Message) -> Column:
    table = term.table or {}
    for state in measured:
        if state not in table:
            raise NotInTableError(term=Message(term.label), state=state)
    return _parts({state: table[state] for state in measured}, Message(term.label))


def _inverse_share(term: Term, measured: Column, label: Message) -> Column:
    return _parts({state: ONE / _above_zero(measured, state, label) for state in measured}, label)


def _minmax(term: Term, measured: Column, label: Message) -> Column:
    least, most = min(measured.values()), max(measured.values())
    if least == most:
        raise NothingToShareByError(criterion=label)
    return {state: (value - least) / (most - least) for state, value in measured.items()}


def _modulator(term: Term, measured: Column, label: Message) -> Column:
    k, mean = term.k or ONE, _mean(measured, label)
    return {state: max(ZERO, 1 + k * (1 - value / mean)) for state, value in measured.items()}


def _ratio_to_mean(term: Term, measured: Column, label: Message) -> Column:
    column = _powers(measured, ONE if term.power is None else term.power, label)
    lower, upper = term.lower or ZERO, term.upper
    held = {state: max(lower, value) for state, value in column.items()}
    return held if upper is None else {state: min(upper, value) for state, value in held.items()}


def _power(term: Term, measured: Column, label: Message) -> Column:
    return _parts(_powers(measured, term.power or ZERO, label), label)


_MADE: dict[Transform, Callable[[Term, Column, Message], Column]] = {
    Transform.EQUAL: _equal,
    Transform.SHARE: _share,
    Transform.FIXED: _fixed,
    Transform.INVERSE_SHARE: _inverse_share,
    Transform.MINMAX: _minmax,
    Transform.MODULATOR: _modulator,
    Transform.RATIO_TO_MEAN: _ratio_to_mean,
    Transform.POWER: _power,
}
_ARITHMETIC = {Transform.EQUAL: Arithmetic.EQUAL, Transform.SHARE: Arithmetic.PARTS}


def _parts(column: Column, label: Message) -> Column:
    parts = parts_of(column)
    if parts is None:
        raise NothingToShareByError(criterion=label)
    return parts


def _mean(measured: Column, label: Message) -> Fraction:
    mean = average(measured)
    if not mean:
        raise NothingToShareByError(criterion=label)
    return mean


def _above_zero(measured: Column, state: str, label: Message) -> Fraction:
    if not measured[state]:
        raise ZeroUnderInverseError(criterion=label, state=state)
    return measured[state]


def _powers(measured: Column, power: Fraction, label: Message) -> Column:
    """Raise each measure, as a ratio to the mean, to a power; so no unit of measure matters."""
    mean = _mean(measured, label)
    if power < 0:
        measured = {state: _above_zero(measured, state, label) for state in measured}
    return {state: _raised(value / mean, power) for state, value in measured.items()}


def _raised(base: Fraction, power: Fraction) -> Fraction:
    if power.denominator > 1:
        return _root(_shortened(base) ** power.numerator, power.denominator)
    found = ONE
    for _ in range(abs(power.numerator)):
        found = legible(found * base)
    return found if power >= 0 else ONE / found


def _shortened(base: Fraction) -> Fraction:
    """Leave out the last bits of a number that has very many, above and below alike."""
    bits = min(base.numerator.bit_length(), base.denominator.bit_length()) - _LONGEST_UNDER_ROOT
    return base if bits <= 0 else Fraction(base.numerator >> bits, base.denominator >> bits)


def _root(number: Fraction, degree: int) -> Fraction:
    """Take a root to ROOT_DECIMALS, half-up, on whole numbers and from above (Newton)."""
    unit = 10 ** (ROOT_DECIMALS + 1)
    scaled = number.numerator * unit**degree // number.denominator
    root, better = 0, 1 << -(-scaled.bit_length() // degree)
    while scaled and better != root:
        root = better
        better = min(root, ((degree - 1) * root + scaled // root ** (degree - 1)) // degree)
    return Fraction((root + 5) // 10, unit // 10)
