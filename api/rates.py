"""Exchange rates as JSON: what sources published, as it was published, and the policy in force."""

from datetime import date
from decimal import Decimal

from fastapi import APIRouter
from pydantic import BaseModel

from api.deps import ApiUser, Now, Reading
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import Day
from ledger.rate_policies import RatePolicy, rate_policies
from ledger.rate_sources import RateSource
from ledger.rate_tables import rate_table
from ledger.rates import RateBasis, rate_on
from ledger.vocabulary import PublishedKind, Publisher, RateEvent, RateKind

router = APIRouter(tags=["rates"])

MOST_DAYS = 366


class RateSpanError(LedgerError):
    """Days of a table that run backwards, or are more than one answer holds."""

    code = "rate-span"
    message = N_(
        "A table of rates runs from an earlier day to a later one, over at most %(most)s days, and "
        "not from %(first)s to %(last)s: turn the days round, or ask for them in parts."
    )


class RateAnswer(BaseModel):
    """Units of a currency for one euro, by whom, and the day on which it was published."""

    currency: str
    per_euro: Decimal
    on: date
    source: str


class QuotationAnswer(BaseModel):
    """One rate as published: so much for so many units, and its version."""

    currency: str
    applies_on: date
    unit: int
    value: str
    version: int


class RateTableAnswer(BaseModel):
    """What a source published in a span of days, and the days that the book lacks."""

    source: RateSource
    # For the euro's sources so much for one euro; else so much of this money for a unit.
    quoted_in: str
    quotations: list[QuotationAnswer]
    missing: list[date]


class RatePolicyAnswer(BaseModel):
    """One decision: whose rate, and which, translates an event; none is the bank's own."""

    document: str
    event: RateEvent
    currency: str | None
    valid_from: date
    publisher: str | None
    rate_kind: RateKind
    description: str
    voucher: str
    approved_by: str


@router.get("/rates/{currency}")
def rate_of_a_day(
    session: Reading,
    user: ApiUser,
    now: Now,
    currency: str,
    *,
    on: Day | None = None,
    publisher: Publisher = Publisher.ECB,
    rate_kind: PublishedKind = PublishedKind.SPOT,
) -> RateAnswer:
    """Give the rate of a currency on a day, today unless one is named."""
    basis = RateBasis(RateSource(publisher), RateKind(rate_kind))
    rate = rate_on(session, currency.upper(), on or now.date(), basis=basis)
    return RateAnswer(
        currency=rate.currency, per_euro=rate.per_euro, on=rate.on, source=rate.source
    )


@router.get("/rate-tables/{publisher}")
def table_of_days(
    session: Reading, user: ApiUser, now: Now, publisher: Publisher, *, first: Day, last: Day
) -> RateTableAnswer:
    """List what a source published from one day to another, as it was published: in 366 days."""
    if not 0 <= (last - first).days < MOST_DAYS:
        raise RateSpanError(first=first, last=last, most=MOST_DAYS)
    source = RateSource(publisher)
    table = rate_table(session, source, first, last, today=now.date())
    return RateTableAnswer(
        source=source,
        quoted_in=source.home,
        quotations=[
            QuotationAnswer(
                currency=code,
                applies_on=each.on,
                unit=quotation.unit,
                value=quotation.value,
                version=quotation.version,
            )
            for each in table.days
            for code, quotation in each.quotations.items()
            if not each.is_carried(code)
        ],
        missing=list(table.missing),
    )


@router.get("/rate-policies")
def policies(session: Reading, user: ApiUser) -> list[RatePolicyAnswer]:
    """List the decisions on rates, the first approved first."""
    return [policy_answer(each) for each in rate_policies(session)]


def policy_answer(of: RatePolicy) -> RatePolicyAnswer:
    """Write a decision as its JSON answer."""
    return RatePolicyAnswer(
        document=of.document_id,
        event=of.event,
        currency=of.currency,
        valid_from=of.valid_from,
        publisher=of.basis.source if of.basis else None,
        rate_kind=of.basis.kind if of.basis else RateKind.BANK,
        description=of.description,
        voucher=of.voucher,
        approved_by=of.approved_by,
    )
