"""Deliveries: what was offered in kind is there, and enters the books (books.md rows 7, 8).

Posted at the accepted values, at the rate of the delivery's day, all at once or in parts that add
up to what was accepted, to the cent. Whether services are recognised or disclosed is the policy of
that day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy.orm import Session

from ledger.acceptances import assessed_item
from ledger.capping import Caps
from ledger.contributions import StateCode
from ledger.crossing import in_balance
from ledger.documents import Document
from ledger.errors import LedgerError, WorthlessError
from ledger.i18n import N_
from ledger.in_kind import Value, credit, gift, posting
from ledger.inputs import Day, New, Words
from ledger.inputs import Decision as Evidence
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO, PositiveAmount
from ledger.offer_standing import Accepted, OfferStanding, standing
from ledger.offers import DELIVERY, OfferCode, require_after
from ledger.open_items import Items, OpenItem, Which
from ledger.pledge_targets import target
from ledger.rate_policies import policy_rate
from ledger.rates import Rate, converted
from ledger.recognitions import is_recognised
from ledger.states import require_member
from ledger.vocabulary import RateEvent

KIND = DELIVERY

PLEDGES, CONTRA = "9110", "9190"


class NotAcceptedError(LedgerError):
    """A delivery of what nobody has accepted."""

    code = "not-accepted"
    message = N_(
        "Offer “%(offer)s” is not accepted: somebody outside %(state)s accepts its value first."
    )


class OverdeliveredError(LedgerError):
    """More delivered than was accepted."""

    code = "overdelivered"
    message = N_(
        "Of offer “%(offer)s” %(left)s %(unit)s are accepted and not delivered, less than "
        "%(quantity)s: deliver at most that, or have a valuation of more accepted first."
    )


class DeliveredWholeError(LedgerError):
    """A quantity of what was accepted as one whole."""

    code = "delivered-whole"
    message = N_(
        "Offer “%(offer)s” was accepted as one whole: leave the quantity empty, "
        "or have a valuation by units accepted first."
    )


class GoodsInOtherCurrencyError(LedgerError):
    """Goods in a currency against an assessment in another that is not the euro."""

    code = "goods-in-other-currency"
    message = N_(
        "Item %(item)s is in %(owed)s and the goods are valued in %(currency)s: "
        "have them valued in %(owed)s."
    )


class NewDelivery(New):
    """How much of an offer was delivered on a day; all that is left unless a quantity is given."""

    state: StateCode
    offer: OfferCode
    # The day on which control passed.
    delivered_on: Day
    quantity: PositiveAmount | None = None
    milestone: Annotated[str, StringConstraints(max_length=150)] | None = None
    description: Words
    voucher: Evidence


def delivery(document: Document) -> NewDelivery:
    """Read what a delivery document says."""
    return NewDelivery.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each delivery; nothing is written.

    Raises UnknownOfferError, NotAcceptedError, EarlyStepError, OverdeliveredError,
    DeliveredWholeError, UnknownStateError, NotAMemberError, MissingRateError, StaleRateError,
    WorthlessError, CappedError, GoodsInOtherCurrencyError, UnknownPledgeError, or
    OverdrawnItemError where goods are worth more than is owed.
    """
    return [_entry(session, document, delivery(document)) for document in documents]


def _entry(session: Session, document: Document, said: NewDelivery) -> NewEntry:
    of = standing(session, said.state, said.offer)
    accepted = _accepted(of, said)
    if accepted.against is None:
        # Whoever has left gives nothing more, but may still pay what it owes.
        require_member(session, said.state, said.delivered_on)
    rate = policy_rate(
        session, RateEvent.IN_KIND, accepted.version.said.currency, said.delivered_on
    )
    value = _value(of, accepted, said, rate)
    given = _given(session, of, accepted, said, value)
    credited = credit(of.said, value.credited, rate)
    form = of.said.form.value
    euro = rate.in_euro(value.credited)
    Caps(session).take(said.state, form, said.delivered_on, euro)
    return NewEntry(
        effective_on=said.delivered_on,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=(*given, *credited, *_released(session, of, said, value)),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _accepted(of: OfferStanding, said: NewDelivery) -> Accepted:
    """Give the acceptance by whose values it is posted, if so much is left of it."""
    accepted = of.accepted
    if accepted is None:
        raise NotAcceptedError(offer=said.offer, state=said.state)
    require_after(said.offer, said.delivered_on, since=accepted.accepted_on)
    valued = accepted.version.said
    if valued.quantity is None and said.quantity is not None:
        raise DeliveredWholeError(offer=said.offer)
    left = of.left_quantity or ZERO
    if of.is_delivered or (said.quantity is not None and said.quantity > left):
        raise OverdeliveredError(
            offer=said.offer,
            left=left,
            unit=valued.unit or of.said.unit or "",
            quantity=said.quantity or left,
        )
    return accepted


def _value(of: OfferStanding, accepted: Accepted, said: NewDelivery, rate: Rate) -> Value:
    valued, quantity = accepted.version.said, said.quantity or of.left_quantity
    fair_before, credited_before = of.posted()
    value = Value(
        fair=of.part(valued.value, quantity, posted=fair_before),
        credited=of.part(valued.credited, quantity, posted=credited_before),
        rate=rate,
    )
    for amount in (value.fair, value.credited):
        if rate.in_euro(amount) == ZERO:
            raise WorthlessError(amount=amount, currency=rate.currency)
    return value


def _given(
    session: Session, of: OfferStanding, accepted: Accepted, said: NewDelivery, value: Value
) -> tuple[NewPosting, ...]:
    """Rows 7a, 8a, 8a'; goods taken against an assessment settle it."""
    recognised = is_recognised(session, of.said.form, said.delivered_on)
    given = gift(of.said, value, treatment=of.said.treatment, recognised=recognised)
    if accepted.against is None:
        return given
    item = assessed_item(session, accepted.against, said.state)
    settled = _settled(session, item, given[1], said)
    return in_balance((given[0], settled))


def _settled(
    session: Session, item: OpenItem, credited: NewPosting, said: NewDelivery
) -> NewPosting:
    """Settle an assessed sum, in its currency, by what the goods are worth on that day."""
    worth = {credited.currency: -credited.amount, "EUR": -credited.euro}
    if item.currency not in worth:
        raise GoodsInOtherCurrencyError(
            item=item.reference, owed=item.currency, currency=credited.currency
        )
    amount = worth[item.currency]
    euro = Items(session, Which(keys=(item.key,))).take(item.key, said.delivered_on, amount)
    return replace(
        credited,
        account=item.account,
        currency=item.currency,
        amount=-amount,
        euro=-euro,
        rate=credited.rate if item.currency != "EUR" else None,
        item=item.key,
    )


def _released(
    session: Session, of: OfferStanding, said: NewDelivery, value: Value
) -> Iterator[NewPosting]:
    """Release the pledge that the offer fulfils, as far as it is open (9190 S against 9110 S)."""
    if of.said.pledge is None:
        return
    promise = target(session, f"{said.state} {of.said.pledge}")
    if promise.memo is None or promise.memo.account != PLEDGES:
        return
    rate = policy_rate(session, RateEvent.IN_KIND, promise.currency, said.delivered_on)
    items = Items(session, Which(keys=(promise.memo.key,)))
    still = items.least_from(promise.memo.key, said.delivered_on)
    amount = min(converted(value.fair, value.rate, rate), still)
    if not amount:
        return
    euro = items.take(promise.memo.key, said.delivered_on, amount)
    contra = replace(
        posting(of.said, value.rate, CONTRA, value.fair),
        amount=amount,
        euro=euro,
        currency=promise.currency,
        rate=None,
    )
    yield contra
    yield replace(contra, account=PLEDGES, amount=-amount, euro=-euro, item=promise.memo.key)
