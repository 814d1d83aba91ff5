"""What a document says, field by field, and beside which field an error stands."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from api.pages.environment import WORDS
from ledger.documents import Document
from ledger.formula_files import formula
from ledger.headings import HEADINGS
from ledger.i18n import Message
from ledger.kinds import KINDS
from ledger.vocabulary import Activity

# Fields that hold the code of a state.
STATE_FIELDS = ("state", "acceding_state", "borne_by", "capped_state")

# Their amount is in the currency of an item that they name.
IN_CURRENCY_OF_ITEM = ("application", "payment")

# Which field an error of the whole input is about, so that it stands beside it.
FIELD_OF_ERROR: Mapping[str, str] = {
    "missing-rate": "value_on",
    "stale-rate": "value_on",
    "not-a-member": "value_on",
    "closed-period": "value_on",
    "no-period": "value_on",
    "not-prior": "posted_on",
    "future-entry": "value_on",
    "worthless": "amount",
    "unknown-state": "state",
    "unknown-currency": "currency",
    "withdrawn-currency": "currency",
    "bank-rate-missing": "bank_rate",
    "overpaid-assessment": "amount",
    "overpaid-buy-in": "amount",
    "capped": "credit_value",
}


def facts(document: Document) -> list[tuple[str, Any]]:
    """List what a document says, in the order of its model; closed lists as marked texts."""
    model = KINDS[document.kind].model.model_validate(document.body)
    said = ((name, getattr(model, name)) for name in type(model).model_fields)
    return [(name, _word(name, value)) for name, value in said if value not in (None, "", False)]


def effects(effect: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """List what an approval brings about besides entries, as facts are listed."""
    said = ((name, value) for name, value in effect.items() if name in HEADINGS)
    return [(name, _effect(name, value)) for name, value in said if value not in (None, "")]


def summary(document: Document) -> str:
    """Say in one line what a document is about."""
    body = document.body
    return str(body.get("description") or body.get("reason") or "")


def total(document: Document) -> tuple[Decimal, str] | None:
    """Give the amount and currency that a document is about, where it is about one."""
    if document.kind in IN_CURRENCY_OF_ITEM:
        return None
    model = KINDS[document.kind].model.model_validate(document.body)
    amounts = (getattr(model, name, None) for name in ("value", "amount", "advance"))
    amount = next((each for each in amounts if each is not None), None)
    return None if amount is None else (amount, getattr(model, "currency", "EUR"))


def _word(name: str, value: Any) -> Any:
    if isinstance(value, StrEnum):
        return WORDS[value]
    if name == "formula":
        return Message(formula(value).title)
    return value if isinstance(value, Decimal | date | int | bool) else str(value)


def _effect(name: str, value: Any) -> Any:
    """Read a plain value again as what its field holds."""
    if name.endswith("_on"):
        return date.fromisoformat(str(value))
    return WORDS[Activity(value)] if name == "activity" else str(value)
