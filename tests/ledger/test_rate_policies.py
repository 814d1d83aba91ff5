"""By whose rate, and by which, an event is translated: by decision, or by ECB's of the day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.entries import Posting
from ledger.errors import InputErrors, LedgerError, MissingRateError, StaleRateError
from ledger.rate_policies import BankRateMissingError, missing_policy_rates, policy_rate
from ledger.rates import (
    DERIVED,
    ExchangeRate,
    NotQuotedError,
    RateBasis,
    UnfinishedAverageError,
    rate_on,
)
from ledger.rate_sources import RateSource
from ledger.verification import verify
from ledger.vocabulary import RateEvent, RateKind
from tests.books import NOW, Books
from tests.documents import booked, proposed

COST, RECEIPT = RateEvent.COST, RateEvent.RECEIPT


def publish(session: Session, source: str, currency: str, **values: str) -> None:
    """Put rates of a currency into the rate book, by day written as d2017_03_01."""
    session.execute(
        sa.insert(ExchangeRate),
        [
            {
                "source": source,
                "currency": currency,
                "applies_on": (on := date.fromisoformat(day[1:].replace("_", "-"))),
                "published_on": on,
                "value": value,
                "body_sha256": bytes(32),
                "imported_at": NOW,
            }
            for day, value in values.items()
        ],
    )


def found(session: Session, event: RateEvent, on: str, currency: str = "PLN") -> str:
    """Write the rate for an event down."""
    rate = policy_rate(session, event, currency, date.fromisoformat(on))
    return f"{rate.per_euro} {rate.source} {rate.on}"


def test_without_a_decision_the_rate_of_the_day_applies(session: Session, books: Books) -> None:
    """Everything is translated at ECB's rate of the day until the states decide otherwise."""
    for event in RateEvent:
        assert found(session, event, "2017-03-01") == "4.2500 ecb 2017-02-27"


def test_a_decision_holds_for_its_event_from_its_day_on(session: Session, books: Books) -> None:
    """34: The policy may change in mid-year: each day takes what was in force on it."""
    publish(session, "nbp", "EUR", d2017_06_30="4.2265", d2017_07_03="4.2340")
    said = {"event": "receipt", "rate_kind": "previous_day", "publisher": "nbp", "currency": "PLN"}
    booked(session, books, "rate_policy", **said, valid_from="2017-07-01")
    assert found(session, RECEIPT, "2017-06-30") == "4.2500 ecb 2017-06-26"
    assert found(session, RECEIPT, "2017-07-03") == "4.2265 nbp 2017-06-30"
    assert found(session, RECEIPT, "2017-07-04") == "4.2340 nbp 2017-07-03"
    assert found(session, COST, "2017-07-04") == "4.2500 ecb 2017-07-03"
    assert found(session, RECEIPT, "2017-07-04", "CZK") == "26.000 ecb 2017-07-03"


def test_a_decision_on_a_currency_goes_before_one_on_all(session: Session, books: Books) -> None:
    """What the states decided of a currency is not undone by what they decide of all."""
    publish(session, "cnb", "EUR", d2017_07_03="26.155")
    one = {"event": "cost", "rate_kind": "spot", "publisher": "cnb", "currency": "CZK"}
    booked(session, books, "rate_policy", **one)
    booked(session, books, "rate_policy", rate_kind="month_fixed")
    assert found(session, COST, "2017-07-05", "CZK") == "26.155 cnb 2017-07-03"
    assert found(session, COST, "2017-07-05", "HUF") == "310.00 ecb 2017-06-26"


def test_the_decision_approved_last_is_in_force(session: Session, books: Books) -> None:
    """A decision is taken back by the next one, whichever day each names."""
    booked(session, books, "rate_policy", rate_kind="month_fixed", valid_from="2017-08-01")
    booked(session, books, "rate_policy", rate_kind="previous_day", valid_from="2017-07-01")
    assert found(session, COST, "2017-08-14") == "4.2500 ecb 2017-08-07"


def test_what_was_posted_before_a_decision_stays(session: Session, books: Books) -> None:
    """A policy translates what is posted after it, and nothing again."""
    said = {"currency": "PLN", "amount": "425.00", "incurred_on": "2017-08-02"}
    booked(session, books, "cost", **said)
    publish(session, "nbp", "EUR", d2017_08_01="5.0000")
    policy = {"event": "cost", "rate_kind": "spot", "publisher": "nbp", "currency": "PLN"}
    booked(session, books, "rate_policy", **policy)
    again = proposed(session, books, "cost", **said, voucher="another")
    assert again.startswith("5020 -- 85.00 EUR 85.00\n")
    first = session.scalars(sa.select(Posting.euro).where(Posting.account == "5020")).all()
    assert first == [10000]
    assert verify(session).well



def test_the_average_of_a_month_counts_the_days_published(session: Session, books: Books) -> None:
    """33: Days without a rate count for nothing: the mean of those published, to five decimals."""
    with pytest.raises(UnfinishedAverageError) as refusal:
        rate_on(session, "PLN", date(2017, 8, 2), basis=RateBasis(kind=RateKind.MONTH_AVERAGE))
    assert "up to 2017-08-31 needs all ECB rates" in str(refusal.value)
    publish(session, "ecb", "PLN", d2017_08_10="4.2713", d2017_08_31="4.2480")
    rate = rate_on(session, "PLN", date(2017, 8, 2), basis=RateBasis(kind=RateKind.MONTH_AVERAGE))
    # Four Mondays at 4.2500, and two days more.
    assert (str(rate.per_euro), rate.source, rate.on) == ("4.25322", "ecb:month", date(2017, 8, 31))
