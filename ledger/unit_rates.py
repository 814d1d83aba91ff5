"""The cost book: day and unit rates that the states agreed, and the days on which each is valid.

Nothing is posted. Of two rates of one code that are valid on a day, the one approved last is in
force: a new rate takes the place of the old one from its first day on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import StringConstraints, model_validator
from sqlalchemy.orm import Session

from ledger.currencies import CurrencyCode
from ledger.decisions import decisions
from ledger.documents import Document
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import Day, Decision, New, Words, broken
from ledger.journal import NewEntry
from ledger.money import PositiveAmount

KIND = "unit_rate"

ENDS_TOO_EARLY = N_("is before the first day of the rate: turn the dates round.")

RateCode = Annotated[str, StringConstraints(min_length=1, max_length=40, to_upper=True)]
UnitName = Annotated[str, StringConstraints(min_length=1, max_length=30)]


class NoUnitRateError(LedgerError):
    """A rate that the cost book does not hold on a day."""

    code = "no-unit-rate"
    message = N_(
        "The cost book holds no rate “%(code)s” on %(on)s: use one of %(known)s, "
        "or enter the rate and have it approved first."
    )


class NewUnitRate(New):
    """What one unit is worth, as agreed: above zero, in its currency."""

    code: RateCode
    unit: UnitName
    currency: CurrencyCode
    amount: PositiveAmount
    valid_from: Day
    # The last day; without one the rate is valid until another takes its place.
    valid_until: Day | None = None
    description: Words
    voucher: Decision

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise broken(("valid_until", ENDS_TOO_EARLY))
        return self

    def is_valid(self, on: date) -> bool:
        """Say whether it is valid on a day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, slots=True)
class UnitRate:
    """One rate in force on a day, and the document that agreed it."""

    document_id: str
    code: str
    unit: str
    currency: str
    amount: Decimal
    valid_from: date
    valid_until: date | None
    description: str
    voucher: str


def unit_rate(document: Document) -> NewUnitRate:
    """Read what a rate's document says."""
    return NewUnitRate.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Post nothing: what a unit is worth is no event of the books."""
    return []


def cost_book(session: Session, on: date) -> list[UnitRate]:
    """List the rates in force on a day, by code."""
    found = {}
    for each in decisions(session, (KIND,)):
        said = unit_rate(each.document)
        if said.is_valid(on):
            found[said.code] = UnitRate(each.document.id, **said.model_dump())
    return [found[code] for code in sorted(found)]


def rate_in_force(session: Session, code: str, on: date) -> UnitRate:
    """Give the rate of a code on a day; raise NoUnitRateError when the cost book has none."""
    book = {each.code: each for each in cost_book(session, on)}
    if code not in book:
        raise NoUnitRateError(code=code, on=on, known=", ".join(book) or "–")
    return book[code]
