"""Caps on gifts in kind: what a state may be credited for them in a calendar year, in euro.

Nothing is posted: `ledger.capping` holds every gift against the caps of its day.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from ledger import capping
from ledger.contributions import StateCode
from ledger.documents import Document
from ledger.inputs import Day, Decision, New, Words
from ledger.journal import NewEntry
from ledger.money import Amount
from ledger.vocabulary import InKindForm

KIND = capping.KIND


def _not_negative(amount: Decimal) -> Decimal:
    if amount < 0:
        raise PydanticCustomError("amount_not_positive", "{text}", {"text": str(amount)})
    return amount


class NewInKindCap(New):
    """What a state may be credited in kind in each calendar year, in euro; zero is cash only."""

    valid_from: Day
    # Empty for every state, and for all forms together.
    capped_state: StateCode | None = None
    form: InKindForm | None = None
    amount: Annotated[Amount, AfterValidator(_not_negative)]
    description: Words
    voucher: Decision


def in_kind_cap(document: Document) -> NewInKindCap:
    """Read what a cap's document says."""
    return NewInKindCap.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Post nothing: a cap is no event of the books."""
    return []
