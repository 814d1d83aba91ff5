"""Offers in kind: what a state says that it will give, and what it holds that to be worth.

An offer posts nothing: it is a claim, which is valued, accepted by somebody outside the donor state
and then delivered (books.md §4.2). What it is called is the officer's choice, once for each state.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import StringConstraints, model_validator
from sqlalchemy.orm import Session

from ledger.contributions import StateCode
from ledger.currencies import CurrencyCode
from ledger.decisions import decisions
from ledger.documents import Document
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.in_kind import treatment_rules, value_of, value_rules
from ledger.inputs import Day, New, Words, broken
from ledger.inputs import Decision as Evidence
from ledger.journal import NewEntry
from ledger.money import PositiveAmount
from ledger.pledge_targets import target
from ledger.states import require_member
from ledger.unit_rates import RateCode, UnitName, rate_in_force
from ledger.vocabulary import (
    Activity,
    FundingSource,
    InKindForm,
    Purpose,
    Treatment,
    ValuationBasis,
)

KIND = "offer"
# What follows an offer, and names it.
VALUATION, ACCEPTANCE, DELIVERY = "valuation", "acceptance", "delivery"
COURSE = (KIND, VALUATION, ACCEPTANCE, DELIVERY)

ENDS_TOO_EARLY = N_("is before the first day: turn the dates round.")
RATE_MISSING = N_("is missing: name the rate of the cost book that it is reckoned by.")
UNITS_MISSING = N_("is missing: an agreed rate is for so many units.")
ONLY_BY_RATE = N_("is for values by an agreed unit rate: leave it empty.")

OfferCode = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class UnknownOfferError(LedgerError):
    """A reference to an offer that the state has not made, or that was not approved."""

    code = "unknown-offer"
    message = N_(
        "%(state)s has made no offer “%(offer)s” that is approved: "
        "write its code as the offer does, or have the offer approved first."
    )


class OfferTwiceError(LedgerError):
    """A second offer of a state under one code."""

    code = "offer-twice"
    message = N_(
        "%(state)s has made an offer “%(offer)s” already: choose another code, "
        "or change its value by a new valuation."
    )


class EarlyStepError(LedgerError):
    """A step of an offer before the one that it rests on."""

    code = "early-step"
    message = N_(
        "Offer “%(offer)s” came to this on %(since)s only, after %(on)s: choose that day or later."
    )


class NewOffer(New):
    """What a state offers, for what, and the value that it claims; amounts are above zero."""

    state: StateCode
    offer: OfferCode
    form: InKindForm
    purpose: Purpose
    activity: Activity
    funding_source: FundingSource
    offered_on: Day
    currency: CurrencyCode
    amount: PositiveAmount | None = None
    quantity: PositiveAmount | None = None
    unit: UnitName | None = None
    unit_value: PositiveAmount | None = None
    valuation_basis: ValuationBasis
    # The rate of the cost book, where that is the basis.
    unit_rate: RateCode | None = None
    treatment: Treatment | None = None
    # The days within which it is to be delivered.
    from_on: Day | None = None
    until_on: Day | None = None
    # The pledge that it fulfils.
    pledge: Annotated[str, StringConstraints(max_length=60)] | None = None
    description: Words
    voucher: Evidence

    @model_validator(mode="after")
    def _whole(self) -> Self:
        rules = [
            *value_rules(self, by_units=self.form is InKindForm.SECONDMENT),
            *treatment_rules(self.form, self.treatment),
            *rate_rules(self.valuation_basis, self.quantity, self.unit_rate),
        ]
        if self.from_on and self.until_on and self.until_on < self.from_on:
            rules.append(("until_on", ENDS_TOO_EARLY))
        if rules:
            raise broken(*rules)
        return self

    @property
    def value(self) -> Decimal:
        """The value that the state claims, in `currency`."""
        return value_of(self)


def rate_rules(
    basis: ValuationBasis, quantity: Decimal | None, code: str | None
) -> Iterator[tuple[str, str]]:
    """Say what is missing of a value by an agreed unit rate, or is given where it is none."""
    if basis is not ValuationBasis.COST_BOOK:
        if code is not None:
            yield "unit_rate", ONLY_BY_RATE
        return
    if code is None:
        yield "unit_rate", RATE_MISSING
    if quantity is None:
        yield "quantity", UNITS_MISSING


def offer(document: Document) -> NewOffer:
    """Read what an offer's document says."""
    return NewOffer.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Post nothing: an offer is a claim.

    Raises UnknownStateError, NotAMemberError, OfferTwiceError, NoUnitRateError for a rate that the
    cost book does not hold, or UnknownPledgeError for a pledge that the state has not made.
    """
    for document in documents:
        said = offer(document)
        require_member(session, said.state, said.offered_on)
        if said.unit_rate is not None:
            rate_in_force(session, said.unit_rate, said.offered_on)
        if said.pledge is not None:
            target(session, f"{said.state} {said.pledge}")
        for each in decisions(session, (KIND,), said=named(said.state, said.offer)):
            if each.document.id != document.id:
                raise OfferTwiceError(state=said.state, offer=said.offer)
    return []


def find_offer(session: Session, state: str, code: str) -> NewOffer:
    """Find a state's approved offer; raise UnknownOfferError when there is none."""
    found = decisions(session, (KIND,), said=named(state, code))
    if not found:
        raise UnknownOfferError(state=state, offer=code)
    return offer(found[0].document)


def named(state: str, code: str) -> Mapping[str, str]:
    """Say by what an offer, and all that follows it, is found."""
    return {"state": state, "offer": code}


def require_after(code: str, on: date, *, since: date) -> None:
    """Raise EarlyStepError for a step of an offer before the one that it rests on."""
    if on < since:
        raise EarlyStepError(offer=code, on=on, since=since)
