"""Exchange terms: who bears the risk when a debt is paid in another currency than its own.

The call for funds says so of the debts that it asks for; without one, money counts at what it was
worth on the day of receipt.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ledger.open_items import OpenItem
from ledger.vocabulary import ExchangeRule


@dataclass(frozen=True, slots=True)
class Terms:
    """The rule of a debt; `rate_on` is the day whose rates count, None for that of the receipt."""

    rule: ExchangeRule = ExchangeRule.RECEIPT_RATE
    rate_on: date | None = None


def terms_of(session: Session, items: Iterable[OpenItem]) -> dict[str, Terms]:
    """Give the terms of each debt by its key."""
    return {each.key: Terms() for each in items}
