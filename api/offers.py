"""Offers in kind and the cost book as JSON."""

from datetime import date
from decimal import Decimal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from api.deps import ApiUser, Moment, Now, Reading
from ledger.balances import cutoff
from ledger.inputs import Day
from ledger.offer_standing import Accepted, Delivered, OfferStanding, Version, offers
from ledger.unit_rates import cost_book
from ledger.vocabulary import Activity, InKindForm, OfferStatus, Purpose, ValuationBasis

router = APIRouter(tags=["in kind"])


class ValuationAnswer(BaseModel):
    """One version of an offer's value, the first is number 1; in its currency."""

    number: int
    document_id: str
    valued_on: date
    valuation_basis: ValuationBasis
    currency: str
    fair_value: Decimal
    credit_value: Decimal
    quantity: Decimal | None
    unit: str | None
    valuer: str
    voucher: str
    approved_by: str


class AcceptanceAnswer(BaseModel):
    """The acceptance of a version, by whom, and against which assessed sum, if any."""

    document_id: str
    valuation: int
    accepted_on: date
    against: str | None
    accepted_by: str
    voucher: str


class DeliveryAnswer(BaseModel):
    """A delivery that stands: its entry, and its values in its currency and in euro."""

    document_id: str
    number: int | None
    delivered_on: date
    quantity: Decimal | None
    currency: str
    fair_value: Decimal
    credit_value: Decimal
    fair_euro: Decimal
    credit_euro: Decimal


class OfferAnswer(BaseModel):
    """One offer: claimed, valued, accepted, delivered, and what is left in the accepted currency.

    `delivered` and `credited` are in euro, at the rates of the days of delivery.
    """

    document_id: str
    state: str
    offer: str
    form: InKindForm
    purpose: Purpose
    activity: Activity
    offered_on: date
    description: str
    pledge: str | None
    status: OfferStatus
    currency: str
    claimed: Decimal
    delivered: Decimal
    credited: Decimal
    left: Decimal | None
    left_quantity: Decimal | None
    valuations: list[ValuationAnswer]
    acceptances: list[AcceptanceAnswer]
    deliveries: list[DeliveryAnswer]


class OffersAnswer(BaseModel):
    """All offers as of a day, by the books up to an entry."""

    as_of: date
    known_number: int
    offers: list[OfferAnswer]


class UnitRateAnswer(BaseModel):
    """One rate of the cost book, and the decision that agreed it."""

    model_config = ConfigDict(from_attributes=True)

    document_id: str
    code: str
    unit: str
    currency: str
    amount: Decimal
    valid_from: date
    valid_until: date | None
    description: str
    voucher: str


@router.get("/offers")
def all_offers(
    *,
    session: Reading,
    user: ApiUser,
    now: Now,
    as_of: Day | None = None,
    known_at: Moment | None = None,
) -> OffersAnswer:
    """List the offers in kind as of a day, today unless one is named, with all that followed."""
    at = cutoff(session, as_of or now.date(), known_at=known_at)
    found = [offer_answer(each) for each in offers(session, at)]
    return OffersAnswer(as_of=at.as_of, known_number=at.known_number, offers=found)


@router.get("/cost-book")
def rates_in_force(
    *, session: Reading, user: ApiUser, now: Now, on: Day | None = None
) -> list[UnitRateAnswer]:
    """List the agreed unit rates in force on a day, today unless one is named."""
    book = cost_book(session, on or now.date())
    return [UnitRateAnswer.model_validate(each) for each in book]


def offer_answer(of: OfferStanding) -> OfferAnswer:
    """Write an offer and all that followed it as its JSON answer."""
    said = of.said
    return OfferAnswer(
        document_id=of.document_id,
        state=said.state,
        offer=said.offer,
        form=said.form,
        purpose=said.purpose,
        activity=said.activity,
        offered_on=said.offered_on,
        description=said.description,
        pledge=said.pledge,
        status=of.status,
        currency=said.currency,
        claimed=said.value,
        delivered=of.fair_euro,
        credited=of.credited_euro,
        left=of.left,
        left_quantity=of.left_quantity,
        valuations=[_version(each) for each in of.versions],
        acceptances=[_acceptance(each) for each in of.acceptances],
        deliveries=[_delivery(each) for each in of.deliveries],
    )


def _version(each: Version) -> ValuationAnswer:
    said = each.said
    return ValuationAnswer(
        number=each.number,
        document_id=each.document_id,
        valued_on=said.valued_on,
        valuation_basis=said.valuation_basis,
        currency=said.currency,
        fair_value=said.value,
        credit_value=said.credited,
        quantity=said.quantity,
        unit=said.unit,
        valuer=said.valuer,
        voucher=said.voucher,
        approved_by=each.approved_by,
    )


def _acceptance(each: Accepted) -> AcceptanceAnswer:
    return AcceptanceAnswer(
        document_id=each.document_id,
        valuation=each.version.number,
        accepted_on=each.accepted_on,
        against=each.against,
        accepted_by=each.accepted_by,
        voucher=each.voucher,
    )


def _delivery(each: Delivered) -> DeliveryAnswer:
    return DeliveryAnswer(
        document_id=each.document_id,
        number=each.number,
        delivered_on=each.delivered_on,
        quantity=each.quantity,
        currency=each.currency,
        fair_value=each.fair,
        credit_value=each.credited,
        fair_euro=each.fair_euro,
        credit_euro=each.credited_euro,
    )
