"""Disposals: equipment or stock is sold, given away or lost (books.md row 22).

Whoever gave it was credited when it came, and its cost was shared then: what it is sold for is the
mechanism's own gain or loss and never a second contribution. So the burden book does not move, and
every posting carries the mark “disposed of”, which no sharing of costs takes for a cost.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from ledger.accounts import bank_account
from ledger.assets import DISPOSAL, WORN, Asset, asset
from ledger.crossing import in_balance
from ledger.currencies import CurrencyCode
from ledger.documents import Document
from ledger.errors import LedgerError, WorthlessError
from ledger.i18n import N_
from ledger.inputs import Day, New, Words, broken
from ledger.inputs import Decision as Evidence
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO, PositiveAmount, round_half_up
from ledger.rate_policies import policy_rate
from ledger.rates import Rate
from ledger.vocabulary import Held, RateEvent

KIND = DISPOSAL

GAIN = "5160"

CURRENCY_MISSING = N_("is missing: say in which currency the proceeds are.")
PROCEEDS_MISSING = N_("is missing: say what it was sold for, or leave the currency empty too.")


class OverdisposedError(LedgerError):
    """More disposed of than is still there."""

    code = "overdisposed"
    message = N_(
        "Of asset %(number)s EUR %(left)s is still there at cost, less than EUR %(amount)s: "
        "dispose of at most that."
    )


class NewDisposal(New):
    """What of an asset is disposed of, at its cost in euro, and what it was sold for."""

    # The entry by which the asset came.
    number: int = Field(gt=0, lt=2**62)
    disposed_on: Day
    # Of its cost, in euro; all that is still there unless it says less.
    amount: PositiveAmount | None = None
    # What the bank was paid, on the account of that currency; nothing unless it says so.
    currency: CurrencyCode | None = None
    proceeds: PositiveAmount | None = None
    description: Words
    voucher: Evidence

    @model_validator(mode="after")
    def _both(self) -> Self:
        if self.proceeds is not None and self.currency is None:
            raise broken(("currency", CURRENCY_MISSING))
        if self.currency is not None and self.proceeds is None:
            raise broken(("proceeds", PROCEEDS_MISSING))
        return self


def disposal(document: Document) -> NewDisposal:
    """Read what a disposal document says."""
    return NewDisposal.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each disposal; nothing is written.

    Raises NotAnAssetError, EarlyForAssetError, OverdisposedError, MissingRateError, StaleRateError
    or WorthlessError.
    """
    return [_entry(session, document, disposal(document)) for document in documents]


def _entry(session: Session, document: Document, said: NewDisposal) -> NewEntry:
    found = asset(session, said.number, on=said.disposed_on)
    cost = found.left if said.amount is None else said.amount
    if not found.left or cost > found.left:
        raise OverdisposedError(number=said.number, left=found.left, amount=cost)
    postings = tuple(_postings(found, cost, _sold(session, said)))
    return NewEntry(
        effective_on=said.disposed_on,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=in_balance(postings),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _sold(session: Session, said: NewDisposal) -> tuple[Decimal, Rate] | None:
    if said.proceeds is None or said.currency is None:
        return None
    rate = policy_rate(session, RateEvent.RECEIPT, said.currency, said.disposed_on)
    if rate.in_euro(said.proceeds) == ZERO:
        raise WorthlessError(amount=said.proceeds, currency=said.currency)
    return said.proceeds, rate


def _postings(of: Asset, cost: Decimal, sold: tuple[Decimal, Rate] | None) -> Iterator[NewPosting]:
    """Row 22: the bank and the depreciation against the cost, the rest gained or lost."""
    # Of the last part all that is left goes with it.
    worn = of.worn if cost == of.left else round_half_up(of.worn * cost / of.left)
    proceeds = ZERO
    if sold is not None:
        amount, rate = sold
        proceeds = rate.in_euro(amount)
        yield _line(of, bank_account(rate.currency), amount, proceeds, rate=rate)
    if worn:
        yield _line(of, WORN, worn, worn)
    yield _line(of, of.account, -cost, -cost)
    difference = cost - worn - proceeds
    if difference:
        yield _line(of, GAIN, difference, difference)


def _line(
    of: Asset, account: str, amount: Decimal, euro: Decimal, *, rate: Rate | None = None
) -> NewPosting:
    return NewPosting(
        account=account,
        amount=amount,
        euro=euro,
        currency=rate.currency if rate else "EUR",
        rate=rate,
        state=of.state,
        purpose=of.purpose,
        activity=of.activity,
        form=Held.DISPOSED,
    )
