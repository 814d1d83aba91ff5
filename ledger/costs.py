"""Costs of the mechanism: what it buys, from invoice to payment (books.md rows 9c and 9e).

Its own cost carries no form: that is how the sharing tells it from what was given in kind.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator
from sqlalchemy.orm import Session

from ledger.accounts import bank_account
from ledger.contributions import StateCode
from ledger.currencies import CurrencyCode, bank_rate_rules
from ledger.documents import Document, item_key
from ledger.encumbrances import OrderCode, Orders
from ledger.errors import WorthlessError
from ledger.i18n import N_
from ledger.in_kind import COST_ACCOUNT
from ledger.inputs import Day, New, Reference, Words, broken
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO, PositiveAmount
from ledger.prior_periods import When, posted_too_early, require_postable
from ledger.rate_policies import Said, said_rates
from ledger.rates import PerEuro, Rate
from ledger.standing import bank, pay_out
from ledger.states import require_members
from ledger.vocabulary import Activity, Purpose, RateEvent, Treatment

KIND = "cost"

PAID_TOO_EARLY = N_("is before the day of the cost: check the two dates.")

ASSET_ACCOUNT = {Treatment.EQUIPMENT: "1310", Treatment.INVENTORY: "1210"}


class NewCost(New):
    """One invoice of the mechanism, above zero, in the currency it was made out in."""

    purpose: Purpose
    activity: Activity
    incurred_on: Day
    currency: CurrencyCode
    amount: PositiveAmount
    treatment: Treatment = Treatment.CONSUMED
    # Supplier and description together make the narration.
    supplier: Annotated[str, StringConstraints(min_length=1, max_length=150)]
    description: Words
    voucher: Reference = Field(default="")
    # The state that alone bears it, where it was for that state's own use; all share it otherwise.
    borne_by: StateCode | None = None
    # The order that it was supplied on, of which the invoice releases its part.
    order: OrderCode | None = None
    # The bank's value date of the payment, from the account of the same currency; empty while owed.
    paid_on: Day | None = None
    # At which the bank itself converted, where it did: units of the currency for one euro.
    bank_rate: PerEuro | None = None
    # An open day, where the period of the cost was closed before it was known.
    posted_on: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        rules = posted_too_early(self.incurred_on, self.posted_on)
        if self.paid_on is not None and self.paid_on < self.incurred_on:
            rules.append(("paid_on", PAID_TOO_EARLY))
        rules += bank_rate_rules(self.currency, self.bank_rate)
        if rules:
            raise broken(*rules)
        return self

    @property
    def effective_on(self) -> date:
        """The day on which it is posted."""
        return self.posted_on or self.incurred_on

    @property
    def translated(self) -> Said:
        """What is translated, as of when, and the bank's own rate where it is said."""
        return self.currency, self.incurred_on, self.bank_rate


def cost(document: Document) -> NewCost:
    """Read what a cost document says."""
    return NewCost.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entries of each cost, the payment after its invoice; nothing is written.

    Raises UnknownStateError or NotAMemberError for who is to bear it alone, MissingRateError,
    StaleRateError, UnknownOrderError, OrderCurrencyError, OverdrawnAccountError when the bank
    account holds too little to pay, and what `prior_periods.require_postable` raises.
    """
    said = [cost(document) for document in documents]
    require_postable(session, _days(documents, said))
    require_members(session, {(each.borne_by, each.incurred_on) for each in said if each.borne_by})
    rates = said_rates(session, RateEvent.COST, (each.translated for each in said))
    accounts = bank(session)
    named = [each.order for each in said if each.order]
    orders = Orders(session, named) if named else None
    entries = []
    for document, each in zip(documents, said, strict=True):
        rate = rates[each.translated]
        if rate.in_euro(each.amount) == ZERO:
            raise WorthlessError(amount=each.amount, currency=each.currency)
        invoice = (*_invoice(document, each, rate), *_released(orders, each))
        entries.append(_entry(document, "invoice", each, each.incurred_on, invoice))
        if each.paid_on is not None:
            on = max(each.paid_on, each.effective_on)
            carried = pay_out(accounts, each.currency, on=on, amount=each.amount)
            paid = tuple(_payment(document, each, rate, carried))
            entries.append(_entry(document, "payment", each, each.paid_on, paid))
    return entries


def _days(documents: Iterable[Document], said: Iterable[NewCost]) -> Iterator[When]:
    """Give the days of each cost; money paid before the invoice is posted is posted with it."""
    for document, each in zip(documents, said, strict=True):
        yield When(each.incurred_on, each.posted_on, document.is_taken_in)
        if each.posted_on and each.paid_on and each.paid_on < each.posted_on:
            yield When(each.paid_on, each.posted_on, document.is_taken_in)


def _entry(
    document: Document, step: str, said: NewCost, on: date, postings: tuple[NewPosting, ...]
) -> NewEntry:
    effective_on = max(on, said.effective_on)
    return NewEntry(
        effective_on=effective_on,
        occurred_on=on if on < effective_on else None,
        kind=KIND if step == "invoice" else step,
        narration=f"{said.supplier}: {said.description}",
        voucher=said.voucher,
        postings=postings,
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id if step == "invoice" else f"{document.id}:{step}",
    )


def _invoice(document: Document, said: NewCost, rate: Rate) -> tuple[NewPosting, ...]:
    """Row 9c; in a foreign currency through exchange clearing, row 4b mirrored."""
    euro = rate.in_euro(said.amount)
    account = ASSET_ACCOUNT.get(said.treatment, COST_ACCOUNT[said.purpose])
    expense = replace(_posting(said, account, euro, euro), state=said.borne_by)
    payable = _payable(document, said, rate, -1)
    if said.currency == "EUR":
        return expense, payable
    return (
        expense,
        _posting(said, "1090", -euro, -euro),
        _posting(said, "1090", said.amount, euro, currency=said.currency, rate=rate),
        payable,
    )


def _released(orders: Orders | None, said: NewCost) -> tuple[NewPosting, ...]:
    """Row 9d: what was ordered and is invoiced now is spoken for no more."""
    if orders is None or said.order is None:
        return ()
    return orders.release(said.order, said.incurred_on, amount=said.amount, currency=said.currency)


def _payment(
    document: Document, said: NewCost, rate: Rate, carrying: Decimal
) -> Iterable[NewPosting]:
    """Row 9e: the payable and the bank each at its carrying amount, the rest realised (row 12)."""
    euro = rate.in_euro(said.amount)
    yield _payable(document, said, rate, 1)
    yield _posting(
        said, bank_account(said.currency), -said.amount, -carrying, currency=said.currency
    )
    if carrying != euro:
        yield _posting(said, "5110", ZERO, carrying - euro, currency=said.currency)


def _payable(document: Document, said: NewCost, rate: Rate, sign: int) -> NewPosting:
    """Begin the item of an invoice, or settle it by the payment that its document names."""
    euro = rate.in_euro(said.amount)
    owed = _posting(
        said, "2010", sign * said.amount, sign * euro, currency=said.currency, rate=rate
    )
    return replace(owed, item=item_key(document, "payable"))


def _posting(
    said: NewCost,
    account: str,
    amount: Decimal,
    euro: Decimal,
    *,
    currency: str = "EUR",
    rate: Rate | None = None,
) -> NewPosting:
    return NewPosting(
        account=account,
        amount=amount,
        euro=euro,
        currency=currency,
        rate=rate,
        purpose=said.purpose,
        activity=said.activity,
    )
