"""Receipts as JSON: money that came, and what of it is still to be applied."""

from datetime import date
from decimal import Decimal

from fastapi import APIRouter
from pydantic import BaseModel

from api.deps import ApiUser, Now, Reading
from ledger.balances import cutoff
from ledger.inputs import Day
from ledger.receipts import Receipt, receipts

router = APIRouter(tags=["receipts"])


class ReceiptAnswer(BaseModel):
    """One receipt; `unapplied` is in its currency, `euro` what that is carried at."""

    receipt: str
    received_on: date
    state: str | None
    payer: str
    reference: str
    currency: str
    amount: Decimal
    unapplied: Decimal
    euro: Decimal
    # What banks kept on the way, which did not come.
    charged: Decimal | None
    # The bank's own rate, and what the payer sent before the bank converted it.
    bank_rate: Decimal | None
    sent_currency: str | None
    sent_amount: Decimal | None
    # The entry in the journal, and the open item on account 2060.
    number: int
    item: str
    description: str
    voucher: str


class ReceiptsAnswer(BaseModel):
    """The receipts as of a day, the oldest first."""

    as_of: date
    known_number: int
    receipts: list[ReceiptAnswer]


@router.get("/receipts")
def list_receipts(
    *,
    session: Reading,
    user: ApiUser,
    now: Now,
    as_of: Day | None = None,
    unapplied: bool = False,
) -> ReceiptsAnswer:
    """List receipts as of a day, today unless one is named; or only those still to be applied."""
    at = cutoff(session, as_of or now.date())
    found = receipts(session, at, unapplied=unapplied)
    return ReceiptsAnswer(
        as_of=at.as_of,
        known_number=at.known_number,
        receipts=[receipt_answer(each) for each in found],
    )


def receipt_answer(found: Receipt) -> ReceiptAnswer:
    """Write a receipt as its JSON answer."""
    said = found.said.model_dump(exclude={"voucher"})
    return ReceiptAnswer(
        **said,
        unapplied=found.unapplied,
        euro=found.item.euro,
        number=found.item.number,
        item=found.item.reference,
        voucher=found.item.voucher,
    )
