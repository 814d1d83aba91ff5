"""Depreciations: equipment loses its value in the accounts, never more than it cost.

The burden book does not move: equipment was shared when it was acquired (DESIGN “The books”).
"""

from collections.abc import Sequence
from decimal import Decimal

from pydantic import Field
from sqlalchemy.orm import Session

from ledger.assets import DEPRECIATION, EQUIPMENT, WORN, Asset, NotAnAssetError, asset
from ledger.documents import Document
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import Day, New, Reference, Words
from ledger.journal import NewEntry, NewPosting
from ledger.money import PositiveAmount

KIND = DEPRECIATION

EXPENSE = "5040"


class OverdepreciatedError(LedgerError):
    """Equipment written down by more than is left of its value."""

    code = "overdepreciated"
    message = N_(
        "Equipment %(number)s stands at EUR %(left)s, less than EUR %(amount)s: "
        "write it down by at most that."
    )


class NewDepreciation(New):
    """By how much equipment has lost its value up to a day, in euro, above zero."""

    number: int = Field(gt=0, lt=2**62)
    until_on: Day
    amount: PositiveAmount
    description: Words
    voucher: Reference = Field(default="")


def depreciation(document: Document) -> NewDepreciation:
    """Read what a depreciation document says."""
    return NewDepreciation.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each depreciation; nothing is written.

    Raises NotAnAssetError, for stock too, EarlyForAssetError or OverdepreciatedError.
    """
    return [_entry(session, document, depreciation(document)) for document in documents]


def _entry(session: Session, document: Document, said: NewDepreciation) -> NewEntry:
    found = asset(session, said.number, on=said.until_on)
    if found.account != EQUIPMENT:
        raise NotAnAssetError(number=said.number)
    if found.worn + said.amount > found.left:
        raise OverdepreciatedError(
            number=said.number, left=found.left - found.worn, amount=said.amount
        )
    return NewEntry(
        effective_on=said.until_on,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=(_line(found, EXPENSE, said.amount), _line(found, WORN, -said.amount)),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _line(of: Asset, account: str, euro: Decimal) -> NewPosting:
    return NewPosting(
        account=account,
        amount=euro,
        euro=euro,
        state=of.state,
        purpose=of.purpose,
        activity=of.activity,
    )
