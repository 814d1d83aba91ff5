"""Tolerances: how small a difference may be that is given up, a decision (books.md row 4f).

Nothing is ever given up of itself: an application says so, and by whose authority.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

import sqlalchemy as sa
from pydantic import StringConstraints
from sqlalchemy.orm import Session

from ledger.documents import Document, DocumentEvent
from ledger.inputs import Day, New, Reference, Words
from ledger.journal import NewEntry
from ledger.money import ZERO, PositiveAmount
from ledger.vocabulary import Status

KIND = "tolerance"


class NewTolerance(New):
    """The most, in euro, that may be given up of one open item, from a day on."""

    valid_from: Day
    amount: PositiveAmount
    description: Words
    # The decision that allows it.
    voucher: Annotated[Reference, StringConstraints(min_length=1)]


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Post nothing: the approved document is the decision."""
    return []


def tolerances(session: Session) -> list[NewTolerance]:
    """List the tolerances that were decided, by their first day; of one day the last decided."""
    query = (
        sa.select(Document)
        .join(DocumentEvent, DocumentEvent.document_id == Document.id)
        .where(Document.kind == KIND, Document.status == Status.APPROVED)
        .where(DocumentEvent.status == Status.APPROVED)
        .order_by(DocumentEvent.id)
    )
    decided = [NewTolerance.model_validate(each.body) for each in session.scalars(query)]
    return sorted(decided, key=lambda each: each.valid_from)


def tolerated(decided: Sequence[NewTolerance], on: date) -> Decimal:
    """Give the most in euro that may be given up of one item on a day: nothing undecided."""
    valid = [each.amount for each in decided if each.valid_from <= on]
    return valid[-1] if valid else ZERO
