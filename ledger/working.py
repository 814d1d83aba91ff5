"""The working of a scale: every column that led to it, to be read as a table and redone by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

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


def parts_of(column: Column) -> Column | None:
    """Give each number as a part of the sum of all; None where that sum is zero."""
    total = sum(column.values(), Fraction(0))
    return {state: value / total for state, value in column.items()} if total else None
