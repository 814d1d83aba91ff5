"""Payments: what the mechanism pays out of what it owes (books.md rows 9e, 10b, 14b, 19b).

The item and the bank each move at what they are carried at, and the rest is a realised difference.
Cash that goes back to a state takes back what it was credited for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from ledger.accounts import Side, bank_account
from ledger.application_refusals import NothingOpenError, OtherStateError
from ledger.contributions import StateCode
from ledger.crediting import Coming, comings, credit, is_credited_before
from ledger.crossing import in_balance
from ledger.documents import Document
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import Day, New, Reference, Words
from ledger.journal import NewEntry, NewPosting
from ledger.money import PositiveAmount
from ledger.open_items import Items, OpenItem
from ledger.receipts import items_named
from ledger.standing import Standing, bank, pay_out
from ledger.worths import Worths

KIND = "payment"

PAID = ("2010", "2020", "2030", "2050", "2060", "2070")


class NotPayableError(LedgerError):
    """An item that the mechanism does not pay."""

    code = "not-payable"
    message = N_(
        "Item %(item)s is nothing that the mechanism pays: name an invoice, a receipt that is not "
        "applied, or what is due to a state."
    )


class PayeeMissingError(LedgerError):
    """A payment to a state that does not name it."""

    code = "payee-missing"
    message = N_("Item %(item)s is due to %(of)s: name that state.")


@dataclass(frozen=True, slots=True)
class _Till:
    """What a list of payments takes from, each seeing what those before it took."""

    items: Items
    worths: Worths
    came: Mapping[str, Coming]
    accounts: Standing


class NewPayment(New):
    """So much of one item paid from the bank account of its currency."""

    # The bank's value date.
    paid_on: Day
    # As 17.3 or 17/PL; a receipt that goes back also by its code.
    item: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    # Whose it is, where it is a state's.
    state: StateCode | None = None
    # In the currency of the item; empty for all that is open of it.
    amount: PositiveAmount | None = None
    description: Words
    voucher: Reference = Field(default="")


def payment(document: Document) -> NewPayment:
    """Read what a payment document says."""
    return NewPayment.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each payment, each seeing what those before it take; nothing is written.

    Raises UnknownItemError, NotPayableError, PayeeMissingError, OtherStateError, NothingOpenError,
    OverdrawnItemError, or OverdrawnAccountError when the bank account holds too little.
    """
    said = [payment(document) for document in documents]
    items, named = items_named(session, {each.item for each in said})
    till = _Till(
        items,
        Worths(session, (each.key for each in named.values())),
        comings(session, named.values()),
        bank(session),
    )
    return [
        _entry(document, each, _postings(each, _payable(named, each), till))
        for document, each in zip(documents, said, strict=True)
    ]


def _payable(named: dict[str, OpenItem], said: NewPayment) -> OpenItem:
    item = named[said.item]
    if item.account not in PAID or item.side is not Side.CREDIT:
        raise NotPayableError(item=said.item)
    if item.state is not None and said.state is None:
        raise PayeeMissingError(item=item.reference, of=item.state)
    if said.state not in (None, item.state) and item.state is not None:
        raise OtherStateError(item=item.reference, of=item.state, state=said.state)
    return item


def _entry(document: Document, said: NewPayment, postings: Iterable[NewPosting]) -> NewEntry:
    return NewEntry(
        effective_on=said.paid_on,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=tuple(postings),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _postings(said: NewPayment, item: OpenItem, till: _Till) -> tuple[NewPosting, ...]:
    amount = said.amount or till.items.least_from(item.key, said.paid_on)
    if not amount:
        raise NothingOpenError(item=item.reference, on=said.paid_on)
    rate = till.came[item.key].rate
    owed = _owed(item, amount, till.items.take(item.key, said.paid_on, amount))
    worth = till.worths.worth(item.key, amount, at=rate)
    till.worths.take(item.key, amount)
    carried = pay_out(till.accounts, item.currency, on=said.paid_on, amount=amount)
    account = bank_account(item.currency)
    paid = in_balance(
        (owed, replace(owed, account=account, amount=-amount, euro=-carried, item=None))
    )
    if not is_credited_before(item):
        return paid
    return *paid, *credit(replace(owed, rate=rate), -amount, -worth)


def _owed(item: OpenItem, amount: Decimal, euro: Decimal) -> NewPosting:
    return NewPosting(
        account=item.account,
        amount=amount,
        euro=euro,
        currency=item.currency,
        state=item.state,
        purpose=item.purpose,
        activity=item.activity,
        funding_source=item.funding_source,
        item=item.key,
    )
