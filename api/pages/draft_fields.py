"""The fields of a document's form, read off its model: what each asks for, and of what to choose.

A kind with a new field has it on its form at once; only a hint is written here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from ledger.approvals import KINDS
from ledger.contributions import CurrencyCode, StateCode
from ledger.headings import HEADINGS
from ledger.i18n import N_
from ledger.inputs import New
from ledger.scales import FormulaName, FormulaText
from ledger.vocabulary import Activity


class Widget(StrEnum):
    """What a field is filled in with."""

    TEXT = "text"
    NUMBER = "number"
    AMOUNT = "amount"
    DAY = "day"
    # Of few words, all are shown; of many, or of long ones, one.
    RADIOS = "radios"
    SELECT = "select"
    TICK = "tick"
    STATE = "state"
    CURRENCY = "currency"
    FORMULA = "formula"
    VINTAGE = "vintage"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: how it is filled in, what it is called, its words, and what it says at first."""

    name: str
    widget: Widget
    label: str
    words: tuple[StrEnum, ...]
    first: str
    is_optional: bool


MARKED: tuple[tuple[Any, Widget], ...] = (
    (StateCode, Widget.STATE),
    (CurrencyCode, Widget.CURRENCY),
    (FormulaName, Widget.FORMULA),
    (FormulaText, Widget.LINES),
)
PLAIN: Mapping[type, Widget] = {
    bool: Widget.TICK,
    int: Widget.NUMBER,
    date: Widget.DAY,
    Decimal: Widget.AMOUNT,
}
NAMED = {"vintage": Widget.VINTAGE}
FEW = 3

HINTS = {
    "description": N_("What it is, in words that a reader of the books understands"),
    "voucher": N_("Number of the states’ decision"),
    "advance": N_("What the newcomer lends as working capital, in euro"),
    "amount": N_("In euro"),
    "number": N_("Number of the assessment’s entry in the journal"),
    "formula_text": N_("Instead of a formula by its name: the text of a formula file"),
    "run_off": N_("What the state still bears of what runs on after it, in euro"),
    "exit_share": N_("What it is given of the net assets, in euro"),
    "paid_on": N_("The bank’s value date; empty while it is owed"),
    "posted_on": N_("Only where the period of its day is closed: an open day"),
    "late_reason": N_("Only for a claim later than two months after completion"),
    "claim": N_("The number under which the state keeps it"),
    "borne_by": N_("Where the cost is for one state alone"),
}
HINTS_OF_KIND = {
    ("allocation", "until_on"): N_("All that accrued up to the end of that day is shared"),
    ("assessment", "until_on"): N_("With the first day: the span that the sum is for"),
    ("cost", "amount"): N_("In the currency of the invoice"),
    ("cost", "voucher"): N_("Number of the invoice"),
    ("prefinancing", "amount"): N_("In the currency in which the state paid"),
    ("prefinancing", "voucher"): N_("The claim’s own paper"),
    ("opt_out", "until_on"): N_("Empty while nobody knows when it ends"),
    ("withdrawal", "purpose"): N_("What the run-off share is for, and what is set off belongs to"),
}


def fields_of(kind: str) -> list[Field]:
    """List the fields of a kind of document, in the order of its model."""
    model = KINDS[kind].model
    hints = get_type_hints(model, include_extras=True)
    return [_field(model, name, hints[name]) for name in model.model_fields]


def hint_of(kind: str, name: str) -> str:
    """Give the hint of a field; empty where its name says enough."""
    return HINTS_OF_KIND.get((kind, name), HINTS.get(name, ""))


def read_as(kind: str, widget: Widget) -> tuple[str, ...]:
    """Name the fields that are filled in with a widget."""
    return tuple(each.name for each in fields_of(kind) if each.widget is widget)


def _field(model: type[New], name: str, hint: Any) -> Field:
    info = model.model_fields[name]
    plain = _without_none(hint)
    is_optional = not info.is_required()
    words = tuple(plain) if isinstance(plain, type) and issubclass(plain, StrEnum) else ()
    first = info.default if is_optional and isinstance(info.default, str) else ""
    return Field(
        name=name,
        widget=NAMED.get(name) or _widget(plain, words, is_open=is_optional and not first),
        label=HEADINGS[name],
        words=words,
        first=str(first),
        is_optional=is_optional and not first,
    )


def _widget(hint: Any, words: tuple[StrEnum, ...], *, is_open: bool) -> Widget:
    if words:
        is_long = len(words) > FEW or isinstance(words[0], Activity)
        return Widget.SELECT if is_long or is_open else Widget.RADIOS
    for marked, widget in MARKED:
        if hint == marked:
            return widget
    base = hint.__origin__ if hasattr(hint, "__metadata__") else hint
    return PLAIN.get(base, Widget.TEXT)


def _without_none(hint: Any) -> Any:
    if get_origin(hint) not in (Union, UnionType):
        return hint
    [only] = [each for each in get_args(hint) if each is not type(None)]
    return only
