"""Conversions: one currency of the bank into another, as the bank did it (books.md row 12).

What leaves is carried at its weighted average; the difference to what arrived is realised.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from ledger.accounts import bank_account
from ledger.crossing import in_balance
from ledger.currencies import CurrencyCode, require_in_use
from ledger.documents import Document
from ledger.errors import WorthlessError
from ledger.i18n import N_
from ledger.inputs import Day, New, Reference, Words, broken
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO, PositiveAmount
from ledger.rate_policies import policy_rates
from ledger.rates import Rate
from ledger.standing import Standing, Sum, bank, pay_out
from ledger.vocabulary import RateEvent

KIND = "conversion"

SAME_CURRENCY = N_("is the currency that left: name the other one.")


class NewConversion(New):
    """What left one account and what arrived on another, both as the bank says."""

    converted_on: Day
    currency: CurrencyCode
    amount: PositiveAmount
    into_currency: CurrencyCode
    into_amount: PositiveAmount
    description: Words
    voucher: Reference = Field(default="")

    @model_validator(mode="after")
    def _crosses(self) -> Self:
        if self.currency == self.into_currency:
            raise broken(("into_currency", SAME_CURRENCY))
        return self


def conversion(document: Document) -> NewConversion:
    """Read what a conversion document says."""
    return NewConversion.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each conversion; nothing is written.

    Raises OverdrawnAccountError, WorthlessError, and between two foreign currencies
    MissingRateError or StaleRateError.
    """
    said = [conversion(document) for document in documents]
    for each in said:
        require_in_use(each.into_currency, each.converted_on)
    foreign = {
        (each.into_currency, each.converted_on)
        for each in said
        if "EUR" not in (each.currency, each.into_currency)
    }
    rates, accounts = policy_rates(session, RateEvent.RECEIPT, foreign), bank(session)
    return [
        _entry(document, each, _postings(each, rates, accounts))
        for document, each in zip(documents, said, strict=True)
    ]


def _entry(document: Document, said: NewConversion, postings: tuple[NewPosting, ...]) -> NewEntry:
    return NewEntry(
        effective_on=said.converted_on,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=postings,
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _postings(
    said: NewConversion, rates: Mapping[tuple[str, date], Rate], accounts: Standing
) -> tuple[NewPosting, ...]:
    left = pay_out(accounts, said.currency, on=said.converted_on, amount=said.amount)
    arrived = _worth(said, rates, left)
    if ZERO in (left, arrived):
        raise WorthlessError(amount=said.amount, currency=said.currency)
    accounts.change(said.into_currency, said.converted_on, Sum(said.into_amount, arrived))
    return in_balance(
        (
            _posting(said.into_currency, said.into_amount, arrived),
            _posting(said.currency, -said.amount, -left),
        )
    )


def _worth(said: NewConversion, rates: Mapping[tuple[str, date], Rate], left: Decimal) -> Decimal:
    """Say what arrived in euro: itself, what was given for it, or by the rate of the day."""
    if said.into_currency == "EUR":
        return said.into_amount
    if said.currency == "EUR":
        return left
    return rates[said.into_currency, said.converted_on].in_euro(said.into_amount)


def _posting(currency: str, amount: Decimal, euro: Decimal) -> NewPosting:
    return NewPosting(account=bank_account(currency), amount=amount, euro=euro, currency=currency)
