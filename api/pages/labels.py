"""What a document says, field by field, and beside which field an error stands."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from ledger.approvals import KINDS
from ledger.documents import Document
from ledger.vocabulary import LABELS

# Which field an error of the whole input is about, so that it stands beside it.
FIELD_OF_ERROR: Mapping[str, str] = {
    "missing-rate": "value_on",
    "stale-rate": "value_on",
    "not-a-member": "value_on",
    "closed-period": "value_on",
    "no-period": "value_on",
    "future-entry": "value_on",
    "worthless": "amount",
    "unknown-state": "state",
    "unknown-currency": "currency",
    "overpaid-assessment": "amount",
}


def facts(document: Document) -> list[tuple[str, Any]]:
    """List what a document says, in the order of its model; closed lists as marked texts."""
    model = KINDS[document.kind][0].model_validate(document.body)
    said = ((name, getattr(model, name)) for name in type(model).model_fields)
    return [(name, _word(value)) for name, value in said if value not in (None, "", False)]


def summary(document: Document) -> str:
    """Say in one line what a document is about."""
    body = document.body
    return str(body.get("description") or body.get("reason") or "")


def total(document: Document) -> tuple[Decimal, str] | None:
    """Give the amount and currency that a document is about, where it is about one."""
    model = KINDS[document.kind][0].model_validate(document.body)
    amount = getattr(model, "value", None) or getattr(model, "amount", None)
    return None if amount is None else (amount, getattr(model, "currency", "EUR"))


def _word(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return LABELS[value]
    return value if isinstance(value, Decimal | date | int | bool) else str(value)
