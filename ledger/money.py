"""Money: exact hundredths, one rounding rule, and sums split so that nothing is lost.

Every currency of the ledger has two decimals (ISO 4217, the forint too). Rounding is half-up, away
from zero, once, at the posting: Regulation (EC) 1103/97 article 5.
"""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from ledger.errors import NotAnAmountError

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
LARGEST = Decimal("9000000000000.00")

_AMOUNT = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,2})?", re.ASCII)


def to_cents(amount: Decimal) -> int:
    """Count the hundredths of an amount; one with more than two decimals is a fault of ours."""
    cents = Decimal(amount) * 100
    if cents != cents.to_integral_value():
        raise NotAnAmountError(text=amount)
    return int(cents)


def from_cents(cents: int) -> Decimal:
    """Write hundredths as an amount with two decimals."""
    return Decimal(cents).scaleb(-2)


def round_half_up(number: Decimal | Fraction) -> Decimal:
    """Round to hundredths, halves away from zero, from the exact value."""
    exact = Fraction(number) * 100
    doubled = 2 * abs(exact.numerator) + exact.denominator
    cents = doubled // (2 * exact.denominator)
    return from_cents(cents if exact >= 0 else -cents)


def parse_amount(text: str) -> Decimal:
    """Read an amount written as 1250 or -1250.50; raise NotAnAmountError for anything else.

    `Decimal` itself also reads 1e5, 1_000, NaN and digits of other scripts, so it is not asked.
    """
    if not _AMOUNT.fullmatch(text.strip()):
        raise NotAnAmountError(text=text)
    return Decimal(text.strip()).quantize(CENT, ROUND_HALF_UP)


def _amount(value: object) -> Decimal:
    # A float is refused with the rest: what it was meant to be is no longer known.
    readable = isinstance(value, str | int | Decimal) and not isinstance(value, bool)
    try:
        amount = parse_amount(_written(value) if readable else "")
    except NotAnAmountError as error:
        raise PydanticCustomError("not_an_amount", "{text}", {"text": str(value)}) from error
    if abs(amount) > LARGEST:
        raise PydanticCustomError("amount_too_large", "{text}", {"text": str(value)})
    return amount


def _written(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _not_negative(amount: Decimal) -> Decimal:
    if amount < 0:
        raise PydanticCustomError("amount_negative", "{text}", {"text": str(amount)})
    return amount


def _positive(amount: Decimal) -> Decimal:
    if amount <= 0:
        raise PydanticCustomError("amount_not_positive", "{text}", {"text": str(amount)})
    return amount


Amount = Annotated[Decimal, BeforeValidator(_amount)]
PositiveAmount = Annotated[Amount, AfterValidator(_positive)]
# What something comes to from now on, which may be nothing any more.
AmountFromNowOn = Annotated[Amount, AfterValidator(_not_negative)]


def apportion(total: Decimal, shares: Mapping[str, Fraction]) -> dict[str, Decimal]:
    """Split a sum by shares that add up to one, to the cent, by largest remainder.

    Each part is within one cent of its exact share, and the parts add up to the total, which may be
    zero or negative: a negative sum is split as its mirror. Cents left over go by larger remainder,
    then larger share, then code, so that no state gains by its place in a list (burden.md §4).
    """
    parts = apportion_units(to_cents(total), shares)
    return {code: from_cents(part) for code, part in parts.items()}


def apportion_units(total: int, shares: Mapping[str, Fraction]) -> dict[str, int]:
    """Split whole units as `apportion` splits cents."""
    return _whole({code: share * total for code, share in shares.items()})


def round_together(exact: Mapping[str, Fraction]) -> dict[str, Decimal]:
    """Round exact amounts to the cent so that they add up to what they add up to exactly.

    Their sum must be whole cents. Cents left over go as in `apportion`.
    """
    cents = _whole({code: amount * 100 for code, amount in exact.items()})
    return {code: from_cents(part) for code, part in cents.items()}


def still_due(whole: Mapping[str, Decimal], already: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Take what each was charged before off what each bears of all that has accrued so far.

    Over any number of runs each state stays within one cent of its exact share of the whole; a
    second run over the same total gives zeros. Whoever was charged and bears nothing any more is
    given it back: nothing is made or lost.
    """
    codes = sorted(whole.keys() | already.keys())
    return {code: whole.get(code, ZERO) - already.get(code, ZERO) for code in codes}


def _whole(exact: Mapping[str, Fraction]) -> dict[str, int]:
    """Round by largest remainder; a sum below zero is rounded as its mirror."""
    total = sum(exact.values(), Fraction(0))
    sign = -1 if total < 0 else 1
    mirrored = {code: sign * amount for code, amount in exact.items()}
    parts = {code: amount.numerator // amount.denominator for code, amount in mirrored.items()}
    left = int(abs(total)) - sum(parts.values())
    order = sorted(exact, key=lambda code: (parts[code] - mirrored[code], -mirrored[code], code))
    for code in order[:left]:
        parts[code] += 1
    return {code: sign * part for code, part in parts.items()}
