"""Manual rates: what one euro was worth on a day by decision, where the published rate fails.

A second person approves it, with its reason in sight. It applies on its day alone, before any that
is published, and another one for the same day takes its place; what was posted stays as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

import sqlalchemy as sa
from pydantic import model_validator
from sqlalchemy.orm import Session

from ledger.currencies import CurrencyCode
from ledger.decisions import decisions
from ledger.documents import Document
from ledger.errors import FutureEntryError, LedgerError
from ledger.i18n import N_
from ledger.inputs import Day, New, Reference, Words, broken
from ledger.journal import NewEntry
from ledger.rate_sources import RateSource
from ledger.rates import ExchangeRate, PerEuro, fixed_rate, rate_on

KIND = "manual_rate"

NEEDS_NONE = N_("has a rate that nobody decides on: %(per_euro)s for 1 EUR since %(since)s.")


class NewManualRate(New):
    """Units of a currency for one euro on a day, above zero, and why the published one fails."""

    currency: CurrencyCode
    applies_on: Day
    per_euro: PerEuro
    # Why the published rate is not used.
    reason: Words
    voucher: Reference = ""

    @model_validator(mode="after")
    def _is_moved_by_markets(self) -> Self:
        fixed = fixed_rate(self.currency, self.applies_on)
        if fixed is not None:
            said = {"per_euro": fixed.per_euro, "since": fixed.on}
            raise broken(("currency", NEEDS_NONE, said))
        return self


def manual_rate(document: Document) -> NewManualRate:
    """Read what a manual rate's document says."""
    return NewManualRate.model_validate(document.body)


@dataclass(frozen=True, slots=True)
class ManualRate:
    """A rate decided by hand, and who approved it."""

    document_id: str
    said: NewManualRate
    approved_by: str
    approved_at: datetime


def manual_rates(session: Session) -> list[ManualRate]:
    """List the rates decided by hand, the first approved first; a later one of a day counts."""
    return [
        ManualRate(each.document.id, manual_rate(each.document), each.approved_by, each.approved_at)
        for each in decisions(session, (KIND,))
    ]


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Post nothing: a rate is no event of the books."""
    return []


def foresee(session: Session, document: Document) -> Mapping[str, Any]:
    """Say what rate it would take the place of, so that whoever approves sees how far it is off."""
    said = manual_rate(document)
    try:
        rate = rate_on(session, said.currency, said.applies_on)
    except LedgerError:
        return {}
    return {"rate_before": f"{rate.per_euro:f} ({rate.source}, {rate.on})"}


def enact(session: Session, document: Document) -> None:
    """Put it into the rate book, as the next version of its day.

    Raises FutureEntryError for a day after tomorrow, which may be today somewhere.
    """
    said = manual_rate(document)
    if document.decided_at and said.applies_on > document.decided_at.date() + timedelta(days=1):
        raise FutureEntryError(on=said.applies_on)
    of = (
        ExchangeRate.source == RateSource.MANUAL.value,
        ExchangeRate.currency == said.currency,
        ExchangeRate.applies_on == said.applies_on,
    )
    last = session.scalar(sa.select(sa.func.max(ExchangeRate.version)).where(*of)) or 0
    row = {
        "source": RateSource.MANUAL.value,
        "currency": said.currency,
        "applies_on": said.applies_on,
        "version": last + 1,
        "published_on": said.applies_on,
        "unit": 1,
        "value": said.per_euro,
        # Its proof is the document that says it.
        "body_sha256": document.body_hash,
        "imported_at": document.decided_at,
    }
    session.execute(sa.insert(ExchangeRate), [row])
