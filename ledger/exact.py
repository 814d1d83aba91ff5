"""Exact numbers as people write them: 0.1 is one tenth, and “1/3” one third."""

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

from ledger.i18n import N_
from ledger.inputs import in_short

FINEST_DECIMALS = 9

# What is read is written back as a fraction, so the fraction may have no more digits than a text.
_EXACT = re.compile(r"[+-]?[0-9]{1,60}(\.[0-9]{1,60})?(/[0-9]{1,60})?", re.ASCII)

NOT_AN_EXACT_NUMBER = N_("“%(text)s” is not a number: write 0.25 or “1/4”; five per cent are 0.05.")
OUT_OF_OPEN_RANGE = N_("“%(text)s” is out of range: more than %(least)s, at most %(most)s.")
TOO_FINE = N_("“%(text)s” is too fine: nine decimals, or a fraction such as 1/3, are enough.")
OUT_OF_RANGE = N_("“%(text)s” is out of range: it lies between %(least)s and %(most)s.")


def exact(value: object) -> Fraction:
    """Read a number as it is meant: 0.1 of a file is one tenth, and “1/3” one third.

    Raises PydanticCustomError for anything else, binary floating point included.
    """
    readable = isinstance(value, int | Decimal | Fraction | str) and not isinstance(value, bool)
    small = isinstance(value, Decimal) and is_short(value)
    text = (format(value, "f") if small else in_short(value, 250)).replace(" ", "")
    number, _, divisor = text.partition("/")
    if readable and _EXACT.fullmatch(text) and set(divisor) != {"0"}:
        found = Fraction(Decimal(number)) / int(divisor or 1)
        if _EXACT.fullmatch(str(found)):
            return found
    raise PydanticCustomError("not_an_exact_number", "{text}", {"text": in_short(value, 40)})


def is_short(number: Decimal) -> bool:
    """Whether a number can be written out: a large exponent would be as many digits."""
    return abs(number.adjusted()) < 60


def within(least: int, most: int, *, open_below: bool = False) -> Callable[[Fraction], Fraction]:
    """Make a validator that refuses what is out of a range, the least too where it is open."""

    def check(number: Fraction) -> Fraction:
        if not least <= number <= most or (open_below and number == least):
            said = {"text": str(number), "least": str(least), "most": str(most)}
            kind = "out_of_open_range" if open_below else "out_of_range"
            raise PydanticCustomError(kind, "{text}", said)
        return number

    return check


def _coarse(number: Fraction) -> Fraction:
    # Adjustments follow one another: the digits of theirs add up.
    if number.denominator > 10**FINEST_DECIMALS:
        raise PydanticCustomError("too_fine", "{text}", {"text": str(number)})
    return number


Number = Annotated[Fraction, PlainValidator(exact), PlainSerializer(str)]
Part = Annotated[Number, AfterValidator(within(0, 1)), AfterValidator(_coarse)]
Weight = Annotated[Number, AfterValidator(within(0, 1000)), AfterValidator(_coarse)]
Positive = Annotated[Number, AfterValidator(within(0, 10**15, open_below=True))]
