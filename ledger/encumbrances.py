"""Encumbrances: what is ordered and not yet invoiced, and its release (books.md rows 9b and 9d).

An order is signed within what is available of its year's appropriation, where there is one. Each
invoice that names the order releases its part; what a last invoice leaves is released by itself.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from sqlalchemy.orm import Session

from ledger.appropriations import CONTRA, ENCUMBERED, budget_row
from ledger.currencies import CurrencyCode, require_in_use
from ledger.documents import Document
from ledger.errors import LedgerError, WorthlessError
from ledger.i18n import N_
from ledger.inputs import Day, New, Reference, Words, broken
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO, PositiveAmount
from ledger.open_items import Items, OpenItem, Which, open_items_by_key
from ledger.rate_policies import policy_rate
from ledger.vocabulary import LABELS, Activity, Purpose, RateEvent

KIND, RELEASE = "encumbrance", "release"

NOT_A_CODE = N_("“%(text)s” is not a number of an order: write it without spaces.")


class SameOrderError(LedgerError):
    """A second encumbrance by one order."""

    code = "same-order"
    message = N_("Order %(order)s is recorded already: give this one a number of its own.")


class UnknownOrderError(LedgerError):
    """An order that was never recorded."""

    code = "unknown-order"
    message = N_("There is no order %(order)s: record it first, or leave the field empty.")


class ReleasedOrderError(LedgerError):
    """A release of an order that holds nothing any more."""

    code = "released-order"
    message = N_("Order %(order)s holds nothing on %(on)s: there is nothing to release.")


class OrderCurrencyError(LedgerError):
    """An invoice in another currency than its order."""

    code = "order-currency"
    message = N_(
        "Order %(order)s is in %(currency)s: leave it out of an invoice in %(invoiced)s, "
        "and release it by a document of its own."
    )


class OverAppropriationError(LedgerError):
    """An order beyond what is available."""

    code = "over-appropriation"
    message = N_(
        "Of the appropriation of %(year)s for %(purpose)s, %(activity)s, EUR %(available)s is "
        "available, and the order comes to EUR %(amount)s: raise the appropriation first, or "
        "release what older orders no longer need."
    )


def _code(text: str) -> str:
    if text != "".join(text.split()):
        raise broken(("order", NOT_A_CODE))
    return text


# The number of an order as people write it, by which its invoices name it.
OrderCode = Annotated[str, StringConstraints(min_length=1, max_length=40), AfterValidator(_code)]


class NewEncumbrance(New):
    """An order or contract that was signed; its amount is above zero, in its currency."""

    order: OrderCode
    signed_on: Day
    supplier: Annotated[str, StringConstraints(min_length=1, max_length=150)]
    purpose: Purpose
    activity: Activity
    currency: CurrencyCode
    amount: PositiveAmount
    description: Words
    voucher: Reference = ""


class NewRelease(New):
    """What an order still holds is not needed any more."""

    order: OrderCode
    released_on: Day
    description: Words
    voucher: Reference = ""


def order_key(order: str) -> str:
    """Name the open item of an order."""
    return f"order:{order}"


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each encumbrance; nothing is written.

    Raises SameOrderError, OverAppropriationError, MissingRateError, StaleRateError, WorthlessError.
    """
    return [_encumbrance(session, document) for document in documents]


def propose_release(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each release: all that its order holds; nothing is written.

    Raises UnknownOrderError or ReleasedOrderError.
    """
    return [_release(session, document) for document in documents]


class Orders:
    """The orders that some invoices name, and what these release of them, one after the other."""

    def __init__(self, session: Session, orders: Sequence[str]) -> None:
        keys = tuple(sorted({order_key(each) for each in orders}))
        self._items = Items(session, Which((ENCUMBERED,), keys=keys))

    def release(
        self, order: str, on: date, *, amount: Decimal, currency: str
    ) -> tuple[NewPosting, ...]:
        """Release of an order what an invoice took of it; nothing where it holds nothing.

        Raises UnknownOrderError, or OrderCurrencyError for an invoice in another currency.
        """
        item = self._item(order)
        if item.currency != currency:
            raise OrderCurrencyError(order=order, currency=item.currency, invoiced=currency)
        return self._released(item, on, amount)

    def rest(self, order: str, on: date) -> tuple[NewPosting, ...]:
        """Release all that an order holds; raise UnknownOrderError."""
        item = self._item(order)
        return self._released(item, on, item.amount)

    def _item(self, order: str) -> OpenItem:
        item = self._items.get(order_key(order))
        if item is None:
            raise UnknownOrderError(order=order)
        return item

    def _released(self, item: OpenItem, on: date, amount: Decimal) -> tuple[NewPosting, ...]:
        """Row 9d, at the amount in euro at which the order stands."""
        part = min(self._items.least_from(item.key, on), amount)
        if not part:
            return ()
        euro = self._items.take(item.key, on, part)
        released = NewPosting(
            account=ENCUMBERED,
            amount=-part,
            euro=-euro,
            currency=item.currency,
            purpose=item.purpose,
            activity=item.activity,
            item=item.key,
        )
        return replace(released, account=CONTRA, amount=part, euro=euro, item=None), released


def _encumbrance(session: Session, document: Document) -> NewEntry:
    said = NewEncumbrance.model_validate(document.body)
    if open_items_by_key(session, [order_key(said.order)]):
        raise SameOrderError(order=said.order)
    require_in_use(said.currency, said.signed_on)
    rate = policy_rate(session, RateEvent.COST, said.currency, said.signed_on)
    euro = rate.in_euro(said.amount)
    if euro == ZERO:
        raise WorthlessError(amount=said.amount, currency=said.currency)
    _require_available(session, said, euro)
    encumbered = NewPosting(
        account=ENCUMBERED,
        amount=said.amount,
        euro=euro,
        currency=said.currency,
        rate=rate,
        purpose=said.purpose,
        activity=said.activity,
        item=order_key(said.order),
    )
    contra = replace(encumbered, account=CONTRA, amount=-said.amount, euro=-euro, item=None)
    return NewEntry(
        effective_on=said.signed_on,
        kind=KIND,
        narration=f"{said.supplier}: {said.description}",
        voucher=said.voucher,
        postings=(encumbered, contra),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _release(session: Session, document: Document) -> NewEntry:
    said = NewRelease.model_validate(document.body)
    postings = Orders(session, [said.order]).rest(said.order, said.released_on)
    if not postings:
        raise ReleasedOrderError(order=said.order, on=said.released_on)
    return NewEntry(
        effective_on=said.released_on,
        kind=RELEASE,
        narration=said.description,
        voucher=said.voucher,
        postings=postings,
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _require_available(session: Session, said: NewEncumbrance, euro: Decimal) -> None:
    """Where nothing was ever appropriated for it in the year, nothing binds."""
    year = said.signed_on.year
    row = budget_row(session, year=year, purpose=said.purpose, activity=said.activity)
    if row.original and euro > row.available:
        raise OverAppropriationError(
            year=year,
            purpose=LABELS[said.purpose],
            activity=LABELS[said.activity],
            available=row.available,
            amount=euro,
        )
