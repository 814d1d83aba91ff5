"""Instalments: in which parts, and by when, a pledge is to be paid.

They are written in one cell, “2019-12-31 722240.00; 2020-12-31 938624.00”, and read back from it.
A pledge without them is one instalment without a due day.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from ledger.i18n import N_
from ledger.inputs import Day, broken
from ledger.money import ZERO, PositiveAmount

UNREADABLE = N_(
    "“%(text)s” is not a day and an amount: write 2019-12-31 722240.00; 2020-12-31 938624.00."
)
OUT_OF_ORDER = N_(
    "%(on)s does not come after %(before)s: write each day once, the first one first."
)
TOO_MUCH = N_(
    "add up to %(currency)s %(sum)s, %(currency)s %(difference)s more than the pledge: "
    "mend an instalment or the amount."
)
TOO_LITTLE = N_(
    "add up to %(currency)s %(sum)s, %(currency)s %(difference)s less than the pledge: "
    "mend an instalment or the amount."
)
TOO_MANY = N_("are more than %(most)s: put some together.")

# Ten years of months.
MOST = 120

_DAY: TypeAdapter[date] = TypeAdapter(Day)
_AMOUNT: TypeAdapter[Decimal] = TypeAdapter(PositiveAmount)
_BETWEEN = re.compile(r"[;\n]")


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of a pledge, above zero in the pledge's currency, and its due day if it has one."""

    due_on: date | None
    amount: Decimal

    def __str__(self) -> str:
        return f"{self.due_on} {self.amount}"


@dataclass(frozen=True, slots=True)
class Instalments:
    """The parts of a pledge with their due days, in order of day."""

    parts: tuple[Instalment, ...] = ()

    def __iter__(self) -> Iterator[Instalment]:
        return iter(self.parts)

    def __str__(self) -> str:
        return "; ".join(map(str, self.parts))

    @property
    def total(self) -> Decimal:
        """What they add up to."""
        return sum((each.amount for each in self.parts), ZERO)

    def paid(
        self, of_day: Mapping[date | None, Decimal], total: Decimal
    ) -> dict[date | None, Decimal]:
        """Spread what was paid in all over the instalments, by due day.

        What was paid of an instalment counts there first, and all else for the oldest; what is
        beyond the last of them is left out.
        """
        found = {each.due_on: min(each.amount, of_day.get(each.due_on, ZERO)) for each in self}
        left = total - sum(found.values(), ZERO)
        for each in self:
            more = max(min(each.amount - found[each.due_on], left), ZERO)
            found[each.due_on] += more
            left -= more
        return found


def difference(parts: Instalments, amount: Decimal, currency: str) -> tuple[str, dict[str, object]]:
    """Say by how much instalments miss the amount of their pledge; empty where they do not."""
    beyond = parts.total - amount
    if not beyond or not parts.parts:
        return "", {}
    said = {"currency": currency, "sum": parts.total, "difference": abs(beyond)}
    return TOO_MUCH if beyond > 0 else TOO_LITTLE, said


def _read(value: Any) -> Instalments:
    if isinstance(value, Instalments):
        return value
    parts = tuple(_listed(value) if isinstance(value, list | tuple) else _written(str(value)))
    if len(parts) > MOST:
        raise broken(("instalments", TOO_MANY, {"most": MOST}))
    for before, each in pairwise(parts):
        if str(each.due_on) <= str(before.due_on):
            days = {"on": each.due_on, "before": before.due_on}
            raise broken(("instalments", OUT_OF_ORDER, days))
    return Instalments(parts)


def _written(text: str) -> Iterator[Instalment]:
    for part in filter(None, map(str.strip, _BETWEEN.split(text))):
        words = part.split()
        if len(words) != 2:
            raise _unreadable(part)
        yield _instalment(words[0], words[1], part)


def _listed(parts: list[Any] | tuple[Any, ...]) -> Iterator[Instalment]:
    for part in parts:
        if not isinstance(part, dict) or part.keys() != {"due_on", "amount"}:
            raise _unreadable(part)
        yield _instalment(part["due_on"], part["amount"], part)


def _instalment(due_on: object, amount: object, part: object) -> Instalment:
    try:
        return Instalment(_DAY.validate_python(due_on), _AMOUNT.validate_python(amount))
    except ValidationError as error:
        raise _unreadable(part) from error


def _unreadable(part: object) -> PydanticCustomError:
    return broken(("instalments", UNREADABLE, {"text": str(part)[:80]}))


InstalmentList = Annotated[Instalments, PlainValidator(_read), PlainSerializer(str)]
