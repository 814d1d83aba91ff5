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

from ledger.contributions import StateCode
from ledger.currencies import CurrencyCode
from ledger.headings import HEADINGS
from ledger.i18n import N_
from ledger.inputs import New
from ledger.kinds import KINDS
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
NAMED = {
    "vintage": Widget.VINTAGE,
    "instalments": Widget.LINES,
    "conditions": Widget.LINES,
}
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
    "assessment": N_("Number of the assessment’s entry in the journal"),
    "order": N_("Number of the order, without spaces"),
    "call": N_("As 2017/12-PL"),
    "item": N_("Its call, as 2017/12-PL, or its entry and line, as 17.3, or state, as 17/PL"),
    "redistributed": N_("Only where the decision says so"),
    "receipt": N_("What the bank calls the line, as BS/2017/31-4"),
    "reference": N_("The text that came with the payment"),
    "charged": N_("In the same currency, where the bank says so; it did not come"),
    "source": N_("The code of a receipt, or the entry and line of an item, as 17.3"),
    "to": N_("What the money is, where it pays no debt"),
    "settles": N_("In the currency of the debt; empty for what its exchange rule says"),
    "difference": N_("Only where nothing more will come"),
    "authority": N_("Who allowed the difference to be given up"),
    "into_amount": N_("As the bank credited it"),
    "posted_on": N_("Only where the period of its day is closed: an open day"),
    "late_reason": N_("Only for a claim later than two months after completion"),
    "claim": N_("The number under which the state keeps it"),
    "sent_currency": N_("Only where the bank converted it before it credited the account"),
    "sent_amount": N_("As the bank or the payer says it"),
    "bank_rate": N_("Only where the bank itself converted: units of the currency for 1 EUR"),
    "per_euro": N_("As 4.4038: so much of the currency for 1 EUR"),
    "borne_by": N_("Where the cost is for one state alone"),
}
HINTS_OF_KIND = {
    ("rate_policy", "publisher"): N_("Empty only for the bank’s own rate"),
    ("rate_policy", "currency"): N_("Empty for all currencies without a decision of their own"),
    ("manual_rate", "reason"): N_("Why the published rate is not used"),
    ("manual_rate", "voucher"): N_("The document that shows it"),
    ("appropriation", "amount"): N_("In euro: what it is from now on, not by how much it changes"),
    ("encumbrance", "amount"): N_("In the currency of the order"),
    ("encumbrance", "voucher"): N_("Number of the contract"),
    ("release", "voucher"): N_("What says that no more is needed"),
    ("call", "due_on"): N_("Or the days to pay after despatch"),
    ("call", "days"): N_("Or the day on which it is due"),
    ("call", "voucher"): N_("Number of the letter"),
    ("reminder", "voucher"): N_("Number of the letter"),
    ("impairment", "amount"): N_("In euro: the allowance from now on; nothing ends it"),
    ("impairment", "voucher"): N_("What shows that it is doubtful"),
    ("write_off", "amount"): N_("In the currency of the item; empty for all that is open"),
    ("pledge", "pledge"): N_("As PL-2017-1; the code of an earlier pledge makes its next version"),
    ("pledge", "amount"): N_("All of the pledge, in its currency, with what was paid already"),
    ("pledge", "instalments"): N_(
        "A day and an amount a line, as 2019-12-31 722240.00; empty where no day is agreed"
    ),
    ("pledge", "conditions"): N_("For conditional pledges: what has to happen first"),
    ("pledge", "earmark"): N_("What the state wants it used for"),
    ("pledge", "voucher"): N_("The decision or statement that it was made in"),
    ("lapse", "voucher"): N_("The decision or letter that says so"),
    ("condition", "amount"): N_("In the pledge’s currency; empty for all that was received"),
    ("condition", "voucher"): N_("What proves that it is met"),
    ("allocation", "until_on"): N_("All that accrued up to the end of that day is shared"),
    ("assessment", "until_on"): N_("With the first day: the span that the sum is for"),
    ("cost", "amount"): N_("In the currency of the invoice"),
    ("cost", "voucher"): N_("Number of the invoice"),
    ("unit_rate", "amount"): N_("What one unit is worth"),
    ("in_kind_cap", "amount"): N_("In euro, for a calendar year; zero where nothing is credited"),
    ("in_kind_cap", "form"): N_("Empty for all forms together"),
    ("in_kind_cap", "capped_state"): N_("Empty for every state"),
    ("offer", "offer"): N_("A code of your choice, once for each state, as HU-2017-K1"),
    ("offer", "amount"): N_("What the state claims that it is worth; or quantity times unit value"),
    ("offer", "voucher"): N_("The document that proves it"),
    ("valuation", "amount"): N_("Of all that is offered; or quantity times unit value"),
    ("valuation", "unit_rate"): N_("That of the offer unless you name another"),
    ("valuation", "credit_value"): N_("Where it is not the fair value"),
    ("valuation", "voucher"): N_("The document that proves it"),
    ("acceptance", "against"): N_("Goods against an assessed sum: its entry and state, as 17/HU"),
    ("delivery", "quantity"): N_("Empty for all that is left"),
    ("delivery", "voucher"): N_("Number of the delivery note"),
    ("disposal", "number"): N_("The entry by which the equipment or stock came"),
    ("disposal", "amount"): N_("Of its cost, in euro; empty for all that is still there"),
    ("disposal", "proceeds"): N_("What the bank was paid; empty where nothing"),
    ("disposal", "voucher"): N_("The document that proves it"),
    ("depreciation", "number"): N_("The entry by which the equipment came"),
    ("receipt", "amount"): N_("What the bank credited, in the currency of the account"),
    ("receipt", "state"): N_("Empty while nobody knows whose it is"),
    ("receipt", "voucher"): N_("Number of the bank statement"),
    ("application", "amount"): N_("In the currency of the money; empty for all that is open"),
    ("application", "purpose"): N_("Where the item does not say it"),
    ("application", "activity"): N_("Where the item does not say it"),
    ("application", "voucher"): "",
    ("payment", "amount"): N_("In the currency of the item; empty for all that is open"),
    ("payment", "item"): N_("As 17.3 or 17/PL; a receipt that goes back also by its code"),
    ("payment", "paid_on"): N_("The bank’s value date"),
    ("payment", "voucher"): N_("Number of the bank statement"),
    ("conversion", "amount"): N_("What left the account"),
    ("conversion", "voucher"): N_("Number of the bank statement"),
    ("revaluation", "revalued_on"): N_("The last day of the period"),
    ("revaluation", "voucher"): "",
    ("tolerance", "amount"): N_("In euro, of one open item"),
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
