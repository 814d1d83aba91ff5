"""The working of a scale: every column that led to it, to be read as a table and redone by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from ledger.errors import LedgerError
from ledger.i18n import N_

# Six times what the finest formula that ships needs, and short enough for Python to write out.
MOST_DIGITS = 2_000
# Of a whole working, ten times what the longest that ships has: it is reckoned in a second or two.
MOST_DIGITS_IN_ALL = 1_000_000
_BITS_OF_TEN_DIGITS = 33

# One exact number for each state, by the state's code.
Column = dict[str, Fraction]


class StepKind(StrEnum):
    """What a column holds."""

    # What was measured, in the unit of its indicator.
    MEASURE = "measure"
    # A part of the whole.
    SHARE = "share"
    # A plain number by which something is multiplied.
    FACTOR = "factor"


class Arithmetic(StrEnum):
    """How a column follows from those before it, where a few keys of a calculator repeat it."""

    # One divided by the number of states.
    EQUAL = "equal"
    # Each number divided by the sum of all.
    PARTS = "parts"
    # Sums by weight, multiplied with one another.
    SUMS = "sums"


class TooFineSharesError(LedgerError):
    """Exact numbers that nobody could write down."""

    code = "too-fine-shares"
    message = N_(
        "The exact numbers of this formula get too long, above 2,000 digits or a million in all: "
        "use fewer terms, years or base periods, or smaller powers."
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One column, what it is in words, and the weight with which it enters a sum.

    `told` are the states that the words are about, such as those that a ceiling holds; `of` the
    earlier columns that it is made of, of which those in one group are added.
    """

    message: str
    column: Column
    kind: StepKind
    params: Mapping[str, object] = field(default_factory=dict)
    weight: Fraction | None = None
    told: tuple[str, ...] = ()
    # In which base period, in years, of a scale that is the mean of several.
    period: int | None = None
    of: tuple[tuple[Column, ...], ...] = ()
    arithmetic: Arithmetic | None = None

    @property
    def is_share(self) -> bool:
        """Whether the column holds parts of the whole."""
        return self.kind is StepKind.SHARE

    @property
    def total(self) -> Fraction:
        """Add the column up; the shares of a scale add up to one."""
        return sum(self.column.values(), Fraction(0))


class Trace:
    """The steps of a working as they are made; it refuses one that gets too long to write out."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._digits = 0

    def note(self, steps: Iterable[Step]) -> Column:
        """Take steps in, and give the column of the last.

        Raises TooFineSharesError as soon as one is too long, before the next is made.
        """
        for step in steps:
            for number in step.column.values():
                self._digits += sum(_digits(legible(number)))
            if self._digits > MOST_DIGITS_IN_ALL:
                raise TooFineSharesError
            self.steps.append(step)
        return self.steps[-1].column


def legible(number: Fraction) -> Fraction:
    """Give the number back; raise TooFineSharesError where it has more than MOST_DIGITS."""
    if max(_digits(number)) > MOST_DIGITS:
        raise TooFineSharesError
    return number


def total_of(numbers: Iterable[Fraction]) -> Fraction:
    """Add numbers up; raise TooFineSharesError as soon as their sum is not legible."""
    total = Fraction(0)
    for number in numbers:
        total = legible(total + number)
    return total


def _digits(number: Fraction) -> tuple[int, int]:
    """Count the digits above and below the stroke, or one more: exact counts would take long."""
    above, below = number.numerator.bit_length(), number.denominator.bit_length()
    return above * 10 // _BITS_OF_TEN_DIGITS + 1, below * 10 // _BITS_OF_TEN_DIGITS + 1


def parts_of(column: Column) -> Column | None:
    """Give each number as a part of the sum of all; None where that sum is zero.

    Raises TooFineSharesError.
    """
    total = total_of(column.values())
    return {state: value / total for state, value in column.items()} if total else None
