"""Valuations: what an offer in kind is worth, version by version, and what that rests on.

Each gives the value of all that is offered: the fair value, which the accounts take, and the credit
value, which the burden book takes and which is the fair one unless the states agreed another. A
value by an agreed unit rate is that of the cost book on its day. Nothing is posted.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Self

from pydantic import StringConstraints, model_validator
from sqlalchemy.orm import Session

from ledger.contributions import StateCode
from ledger.currencies import CurrencyCode
from ledger.documents import Document
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.in_kind import VALUE_TWICE, counted, value_of, value_rules
from ledger.inputs import Day, New, Words, broken
from ledger.inputs import Decision as Evidence
from ledger.journal import NewEntry
from ledger.money import LARGEST, PositiveAmount
from ledger.offers import (
    ONLY_BY_RATE,
    UNITS_MISSING,
    VALUATION,
    NewOffer,
    OfferCode,
    find_offer,
    require_after,
)
from ledger.unit_rates import RateCode, UnitName, UnitRate, rate_in_force
from ledger.vocabulary import InKindForm, ValuationBasis

KIND = VALUATION

CREDIT_QUANTITY_MISSING = N_("is missing: the value of one unit is for so many units.")
CREDIT_TOO_LARGE = N_("times the quantity is larger than the books can hold.")


class WrongUnitRateError(LedgerError):
    """A value by an agreed unit rate that is not that of the cost book."""

    code = "wrong-unit-rate"
    message = N_(
        "On %(on)s “%(code)s” is %(currency)s %(amount)s a %(unit)s in the cost book: "
        "value one unit at that, or on another basis."
    )


class NoRateNamedError(LedgerError):
    """A value by an agreed unit rate of which neither the valuation nor the offer names any."""

    code = "no-rate-named"
    message = N_("Name the rate of the cost book: offer “%(offer)s” names none.")


class NotByUnitsError(LedgerError):
    """A secondment that is not valued by its days."""

    code = "not-by-units"
    message = N_("Offer “%(offer)s” is a secondment: give its days and the value of one.")


class NewValuation(New):
    """What all of an offer is worth, fair and credited, in one currency, above zero."""

    state: StateCode
    offer: OfferCode
    valued_on: Day
    valuation_basis: ValuationBasis
    currency: CurrencyCode
    amount: PositiveAmount | None = None
    quantity: PositiveAmount | None = None
    unit: UnitName | None = None
    unit_value: PositiveAmount | None = None
    # What the burden book credits, in all or for one unit, where it is not the fair value.
    credit_value: PositiveAmount | None = None
    credit_unit_value: PositiveAmount | None = None
    # The rate of the cost book; that of the offer unless it names another.
    unit_rate: RateCode | None = None
    valuer: Annotated[str, StringConstraints(min_length=1, max_length=150)]
    # For a depreciated replacement cost also how it was reckoned.
    description: Words
    voucher: Evidence

    @model_validator(mode="after")
    def _whole(self) -> Self:
        rules = [*value_rules(self), *self._credit_rules(), *self._rate_rules()]
        if rules:
            raise broken(*rules)
        return self

    @property
    def value(self) -> Decimal:
        """The fair value of all that is offered, in `currency`."""
        return value_of(self)

    @property
    def credited(self) -> Decimal:
        """What the burden book credits for all of it, in `currency`."""
        if self.credit_value is not None:
            return self.credit_value
        if self.credit_unit_value is not None:
            return counted(self.quantity, self.credit_unit_value)
        return self.value

    def _credit_rules(self) -> Iterator[tuple[str, str]]:
        if self.credit_unit_value is None:
            return
        by_units = counted(self.quantity, self.credit_unit_value)
        if self.quantity is None:
            yield "quantity", CREDIT_QUANTITY_MISSING
        elif self.credit_value not in (None, by_units):
            yield "credit_value", VALUE_TWICE
        elif by_units > LARGEST:
            yield "credit_unit_value", CREDIT_TOO_LARGE

    def _rate_rules(self) -> Iterator[tuple[str, str]]:
        if self.valuation_basis is not ValuationBasis.COST_BOOK:
            if self.unit_rate is not None:
                yield "unit_rate", ONLY_BY_RATE
        elif self.quantity is None or self.unit_value is None:
            yield ("unit_value" if self.quantity else "quantity"), UNITS_MISSING


def valuation(document: Document) -> NewValuation:
    """Read what a valuation document says."""
    return NewValuation.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Post nothing: a value enters the books when what it is of is delivered.

    Raises UnknownOfferError, EarlyStepError, NotByUnitsError, NoRateNamedError, NoUnitRateError, or
    WrongUnitRateError with the right figure.
    """
    for document in documents:
        said = valuation(document)
        of = find_offer(session, said.state, said.offer)
        require_after(said.offer, said.valued_on, since=of.offered_on)
        if of.form is InKindForm.SECONDMENT and (said.quantity is None or said.unit_value is None):
            raise NotByUnitsError(offer=said.offer)
        if said.valuation_basis is ValuationBasis.COST_BOOK:
            _require_rate(_rate(session, said, of), said)
    return []


def _rate(session: Session, said: NewValuation, of: NewOffer) -> UnitRate:
    code = said.unit_rate or of.unit_rate
    if code is None:
        raise NoRateNamedError(offer=said.offer)
    return rate_in_force(session, code, said.valued_on)


def _require_rate(agreed: UnitRate, said: NewValuation) -> None:
    if (agreed.currency, agreed.amount) == (said.currency, said.unit_value) and said.unit in (
        None,
        agreed.unit,
    ):
        return
    raise WrongUnitRateError(
        code=agreed.code,
        on=said.valued_on,
        currency=agreed.currency,
        amount=agreed.amount,
        unit=agreed.unit,
    )
