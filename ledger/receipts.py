"""Receipts: money that came, before it is said what for (books.md rows 5 and 6).

A receipt stands on account 2060 as an open item of its own, in the currency in which it came, until
applications take it away. Who paid may be unknown at first.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Self

import sqlalchemy as sa
from pydantic import Field, StringConstraints, model_validator
from sqlalchemy.orm import Session, aliased

from ledger.accounts import bank_account
from ledger.balances import Cutoff
from ledger.calls import items_called
from ledger.codes import entered
from ledger.contributions import StateCode
from ledger.currencies import CurrencyCode, bank_rate_rules, require_in_use
from ledger.documents import Document
from ledger.entries import JournalEntry
from ledger.errors import LedgerError, WorthlessError
from ledger.i18n import N_
from ledger.inputs import Day, New, Reference, Words, broken
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO, PositiveAmount
from ledger.open_items import (
    Items,
    OpenItem,
    UnknownItemError,
    Which,
    keys_of,
    open_items,
)
from ledger.rate_policies import Said, require_likely, said_rates
from ledger.rates import BANK, PerEuro, Rate
from ledger.vocabulary import RateEvent

KIND, UNAPPLIED = "receipt", "2060"

SENT_IN_PART = N_("is missing: give the amount that was sent and its currency, or neither.")
SENT_INTO_EURO = N_("is for money that the bank converted into euro: leave it empty otherwise.")


class DuplicateReceiptError(LedgerError):
    """A receipt under a code that another has."""

    code = "duplicate-receipt"
    message = N_(
        "Receipt “%(receipt)s” was recorded before: do not record it twice. If that one is "
        "wrong, reverse it first."
    )


class NewReceipt(New):
    """What the bank credited, above zero, in the currency of the account."""

    # What the bank calls the line, as BS/2017/31-4; no two receipts have the same.
    receipt: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    # The bank's value date.
    received_on: Day
    currency: CurrencyCode
    amount: PositiveAmount
    # Empty while nobody knows whose it is.
    state: StateCode | None = None
    payer: Annotated[str, StringConstraints(min_length=1, max_length=150)]
    # What the payer wrote.
    reference: Annotated[str, StringConstraints(max_length=150)] = ""
    # What a bank kept on the way, in the same currency: it did not come.
    charged: PositiveAmount | None = None
    # At which the bank itself converted, where it did: units of the currency for one euro.
    bank_rate: PerEuro | None = None
    # What the payer sent, where the bank converted it before it credited the account.
    sent_currency: CurrencyCode | None = None
    sent_amount: PositiveAmount | None = None
    description: Words
    voucher: Reference = Field(default="")

    @model_validator(mode="after")
    def _sent_whole(self) -> Self:
        if (self.sent_currency is None) != (self.sent_amount is None):
            missing = "sent_amount" if self.sent_amount is None else "sent_currency"
            raise broken((missing, SENT_IN_PART))
        if self.sent_currency is not None and (
            self.currency != "EUR" or self.sent_currency == "EUR"
        ):
            raise broken(("sent_currency", SENT_INTO_EURO))
        if rules := tuple(bank_rate_rules(self.currency, self.bank_rate)):
            raise broken(*rules)
        return self

    @property
    def sent_at(self) -> Rate | None:
        """The bank's own rate of what was sent, by what it credited; None where it did not say."""
        if self.sent_currency is None or self.sent_amount is None:
            return None
        return Rate(self.sent_currency, self.sent_amount / self.amount, self.received_on, BANK)

    @property
    def translated(self) -> Said:
        """What is translated, as of when, and the bank's own rate where it is said."""
        return self.currency, self.received_on, self.bank_rate


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt and what of it is not applied yet, in its currency and in euro as carried."""

    said: NewReceipt
    item: OpenItem

    @property
    def unapplied(self) -> Decimal:
        """What is still to be applied or given back."""
        return self.item.amount


def receipt(document: Document) -> NewReceipt:
    """Read what a receipt document says."""
    return NewReceipt.model_validate(document.body)


def receipt_key(code: str) -> str:
    """Name the open item of a receipt; `codes` tells of one that was recorded again."""
    return f"receipt:{code.strip()}"


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each receipt; nothing is written.

    Raises DuplicateReceiptError, MissingRateError, StaleRateError or WorthlessError.
    """
    said = [receipt(document) for document in documents]
    keys = _new_keys(session, said)
    rates = said_rates(session, RateEvent.RECEIPT, (each.translated for each in said))
    sent = [each.sent_at for each in said if each.sent_at is not None]
    for each in sent:
        require_in_use(each.currency, each.on)
    require_likely(session, sent)
    return [
        _entry(document, each, rates[each.translated], keys[each.receipt])
        for document, each in zip(documents, said, strict=True)
    ]


def receipts(session: Session, at: Cutoff, *, unapplied: bool = False) -> list[Receipt]:
    """List the receipts as of a cutoff, the oldest first, without those that were reversed.

    With `unapplied` only those of which something is still to be applied.
    """
    items = open_items(session, at, accounts=(UNAPPLIED,), settled=not unapplied)
    undoing = aliased(JournalEntry)
    query = (
        sa.select(JournalEntry.number, Document)
        .join(Document, Document.id == JournalEntry.document_id)
        .outerjoin(
            undoing,
            sa.and_(
                undoing.reverses == JournalEntry.number,
                undoing.number <= at.known_number,
                undoing.effective_on <= at.as_of,
            ),
        )
        .where(JournalEntry.kind == KIND, undoing.number.is_(None))
    )
    documents = {number: receipt(document) for number, document in session.execute(query)}
    return [Receipt(documents[each.number], each) for each in items if each.number in documents]


def items_named(
    session: Session, references: Iterable[str], *, besides: Iterable[str] = ()
) -> tuple[Items, dict[str, OpenItem]]:
    """Find items by what people call them; day by day, with some more by key, and by name.

    A receipt is also found by its code, a debt by the number, reference or symbol of its call.
    Raises UnknownItemError for the first that is none.
    """
    wanted = sorted(set(references))
    by_reference = keys_of(session, wanted) | items_called(session, wanted)
    by_code = entered(session, map(receipt_key, wanted))
    keys = {*by_reference.values(), *(each.key for each in by_code.values()), *besides}
    items = Items(session, Which(keys=tuple(sorted(keys))))
    named: dict[str, OpenItem] = {}
    for reference in wanted:
        received = items.get(by_code[receipt_key(reference)].key)
        item = received or items.get(by_reference.get(reference, ""))
        if item is None:
            raise UnknownItemError(item=reference)
        named[reference] = item
    return items, named


def _new_keys(session: Session, said: Sequence[NewReceipt]) -> dict[str, str]:
    """Give the key of each new receipt's item, by code; raise DuplicateReceiptError."""
    codes = Counter(each.receipt for each in said)
    known = entered(session, map(receipt_key, codes))
    for code, times in codes.items():
        if times > 1 or known[receipt_key(code)].number is not None:
            raise DuplicateReceiptError(receipt=code)
    return {code: known[receipt_key(code)].key for code in codes}


def _entry(document: Document, said: NewReceipt, rate: Rate, key: str) -> NewEntry:
    """Row 5, in whatever currency: the bank against what is not applied yet."""
    if rate.in_euro(said.amount) == ZERO:
        raise WorthlessError(amount=said.amount, currency=said.currency)
    return NewEntry(
        effective_on=said.received_on,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher or said.receipt,
        postings=(
            _posting(said, rate, bank_account(said.currency), said.amount),
            _posting(said, rate, UNAPPLIED, -said.amount, item=key),
        ),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _posting(
    said: NewReceipt, rate: Rate, account: str, amount: Decimal, *, item: str | None = None
) -> NewPosting:
    return NewPosting(
        account=account,
        amount=amount,
        euro=rate.in_euro(amount),
        currency=said.currency,
        rate=rate,
        state=said.state,
        item=item,
    )


def receipts_of(session: Session, items: Iterable[OpenItem]) -> dict[str, NewReceipt]:
    """Give what was said of those items that receipts began, by key."""
    of = {each.document_id: each for each in items if each.kind == KIND and each.document_id}
    query = sa.select(Document).where(Document.id.in_(sorted(of)))
    return {of[each.id].key: receipt(each) for each in session.scalars(query)}
