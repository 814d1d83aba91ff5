"""Reading what people enter into the frozen `New…` models, with every fault named at once.

The page, the JSON route, the import and the command line all come through `read()`: the same fault
has the same words everywhere.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from ledger.errors import InputErrors, InputProblem
from ledger.i18n import N_


class New(BaseModel):
    """What all input models share: frozen, and nothing in them that we do not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


Model = TypeVar("Model", bound=New)

# Control characters, and halves of a pair that stand alone: no database and no workbook keeps them.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _day(value: object) -> object:
    # pydantic also takes numbers, and texts of digits, for seconds since 1970: nobody means that.
    written = value.isoformat() if type(value) is date else value
    if not isinstance(written, str) or not _DAY.fullmatch(written):
        raise PydanticCustomError("date_unreadable", "{text}", {"text": str(value)})
    if not EARLIEST <= written <= LATEST:
        raise day_beyond()
    return written


def day_beyond() -> PydanticCustomError:
    """Make a validator's error of a day or moment that is too early or too late for the books."""
    return PydanticCustomError("day_beyond", "{first}", {"first": EARLIEST, "last": LATEST})


# The euro's first day: no earlier one can be translated.
EARLIEST = "1999-01-01"
# Far beyond any decision, and far from the calendar's end: every day has one after it.
LATEST = "2199-12-31"
Day = Annotated[date, BeforeValidator(_day)]
# What something is, in a line; and the document that proves it.
Words = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Reference = Annotated[str, StringConstraints(max_length=100)]
# The document in which something was decided; whatever rests on a decision names it.
Decision = Annotated[Reference, StringConstraints(min_length=1)]

MESSAGES = {
    "missing": N_("is missing: fill it in."),
    "not_an_amount": N_("“%(text)s” is not an amount: write digits with at most two decimals."),
    "amount_negative": N_("“%(text)s” must not be below zero."),
    "amount_not_positive": N_("“%(text)s” must be more than zero."),
    "amount_too_large": N_("“%(text)s” is larger than the books can hold."),
    "not_a_rate": N_("“%(text)s” is not a rate: write units for 1 EUR, above zero, as 4.4038."),
    "extra_forbidden": N_("is not a field of this form."),
    "enum": N_("“%(text)s” is not one of: %(expected)s."),
    "date": N_("“%(text)s” is not a date: write it as 2017-12-31."),
    "day_beyond": N_(
        "“%(text)s” is not a date of the books: write one from %(first)s to %(last)s."
    ),
    "string_too_long": N_("is too long: at most %(max_length)s characters."),
    "string_too_short": N_("is missing: fill it in."),
    "greater_than": N_("“%(text)s” must be more than %(gt)s."),
}
CONTROL_CHARACTER = N_("holds a character that cannot be written: type it again.")
OTHER = N_("“%(text)s” cannot be read here.")


def read(model: type[Model], values: Mapping[str, Any]) -> Model:
    """Make a model of what was entered; raise InputErrors with every problem, field by field.

    A field left empty counts as not given.
    """
    given = {name: value for name, value in values.items() if value not in (None, "")}
    unwritable = [
        InputProblem(name, CONTROL_CHARACTER)
        for name, value in given.items()
        if isinstance(value, str) and _CONTROL.search(value)
    ]
    if unwritable:
        raise InputErrors(unwritable)
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise InputErrors(problems(error)) from error


Rule = tuple[str, str] | tuple[str, str, Mapping[str, object]]


def broken(*rules: Rule) -> PydanticCustomError:
    """Make a validator's error from (field, message), with what fills the message where it does.

    One for each rule that is broken.
    """
    told = [(each[0], each[1], dict(each[2]) if len(each) == 3 else {}) for each in rules]
    return PydanticCustomError("rules", "{count}", {"count": len(rules), "rules": told})


def in_short(value: object, length: int) -> str:
    """Write what was given as far as it is short; some values cannot be written out at all."""
    try:
        text = str(value)
    except (ValueError, RecursionError):
        return "…"
    return text if len(text) <= length else f"{text[:length]}…"


def problems(error: ValidationError) -> list[InputProblem]:
    """Turn pydantic's findings into the product's own words."""
    return [problem for each in error.errors(include_url=False) for problem in _problems(each)]


def _problems(found: ErrorDetails) -> list[InputProblem]:
    context = found.get("ctx", {})
    place = ".".join(part for part in found["loc"] if isinstance(part, str))
    given: dict[str, object] = {"text": str(found["input"])[:80]}
    if found["type"] == "rules":
        return [
            InputProblem(place or field, message, {**given, **params})
            for field, message, params in context["rules"]
        ]
    kind = "date" if found["type"].startswith("date") else found["type"]
    wanted = {name: str(value) for name, value in context.items()}
    return [InputProblem(place or "form", MESSAGES.get(kind, OTHER), {**given, **wanted})]
