"""How the figures of a scale are written: shares, factors, and measures as they were published."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

# A measure is shown as it was published, or to so many figures where that would be more than these.
FIGURES, PUBLISHED = 9, 15


def percent(share: Fraction) -> str:
    """Write a share as a per cent of six decimals."""
    return f"{rounded(share * 100, 6)}%"


def decimal(number: Fraction) -> str:
    """Write a number to twelve decimals, as a spreadsheet takes it."""
    return str(rounded(number, 12))


def exact(number: Fraction) -> str:
    """Write a number in all its decimals where they end, and to twelve where they do not."""
    ends = _places(number)
    return decimal(number) if ends is None else str(rounded(number, ends))


def short(number: Fraction) -> str:
    """Write a number as a formula does: as a decimal where it ends soon, else as a fraction."""
    ends = _places(number)
    return str(number) if ends is None or ends > FIGURES else str(rounded(number, ends))


def rounded(number: Fraction, decimals: int) -> Decimal:
    """Round half-up, from the exact value."""
    units = number * 10**decimals
    doubled = (2 * abs(units.numerator) + units.denominator) // (2 * units.denominator)
    return Decimal(doubled if number >= 0 else -doubled).scaleb(-decimals)


def measured_to(measures: Iterable[Fraction]) -> int:
    """Choose to how many decimals the measures of one column are written, all to the same."""
    numbers = list(measures)
    whole = max(len(str(int(abs(each)))) for each in numbers)
    ends = [_places(each) for each in numbers]
    published = max(PUBLISHED if each is None else each for each in ends)
    return published if whole + published <= PUBLISHED else max(0, FIGURES - whole)


def _places(number: Fraction) -> int | None:
    """Count the decimals of a number, None where they do not end."""
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None
