"""By whose rate, and by which, an event is translated: by decision, or by ECB's of the day."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.currencies import WithdrawnCurrencyError
from ledger.entries import Posting
from ledger.errors import InputErrors, LedgerError, MissingRateError, StaleRateError
from ledger.rate_calendars import publications
from ledger.rate_policies import (
    BankRateMissingError,
    UnlikelyRateError,
    missing_policy_rates,
    policy_rate,
    rate_policies,
)
from ledger.rate_sources import RateSource
from ledger.rates import (
    DERIVED,
    MonthRateMissingError,
    NotQuotedError,
    RateBasis,
    UnfinishedAverageError,
    rate_on,
)
from ledger.verification import verify
from ledger.vocabulary import RateEvent, RateKind
from tests.books import MONDAYS, NOW, Books
from tests.documents import booked, proposed
from tests.rates import published

COST, RECEIPT = RateEvent.COST, RateEvent.RECEIPT


def publish(session: Session, source: str, currency: str, **values: str) -> None:
    """Put rates of a currency into the rate book, by day written as d2017_03_01."""
    by_day = {
        date.fromisoformat(day[1:].replace("_", "-")): {currency: value}
        for day, value in values.items()
    }
    published(session, by_day, now=NOW, source=RateSource(source))


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
    booked(session, books, "rate_policy", rate_kind="previous_day")
    assert found(session, COST, "2017-07-05", "CZK") == "26.155 cnb 2017-07-03"
    assert found(session, COST, "2017-07-05", "HUF") == "310.00 ecb 2017-07-03"


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


def whole(session: Session, currency: str, first: date, last: date, value: str) -> None:
    """Publish a rate on every day of ECB's calendar that has none yet in these books."""
    days = [on for on in publications(RateSource.ECB, first, last) if on not in MONDAYS]
    publish(session, "ecb", currency, **{f"d{on:%Y_%m_%d}": value for on in days})


def test_the_average_of_a_month_counts_the_days_published(session: Session, books: Books) -> None:
    """33: Days without a rate count for nothing: the mean of those published, to five decimals."""
    basis, day = RateBasis(kind=RateKind.MONTH_AVERAGE), date(2017, 8, 2)
    publish(session, "ecb", "PLN", d2017_08_31="4.2480")
    with pytest.raises(UnfinishedAverageError) as refusal:
        rate_on(session, "PLN", day, basis=basis)
    assert "from 2017-08-01 to 2017-08-31 needs every ECB rate" in str(refusal.value)
    whole(session, "PLN", date(2017, 8, 1), date(2017, 8, 30), "4.2713")
    rate = rate_on(session, "PLN", day, basis=basis)
    # Of 23 working days four Mondays at 4.2500, 18 days at 4.2713 and one at 4.2480.
    assert (str(rate.per_euro), rate.source, rate.on) == ("4.26658", "ecb:month", date(2017, 8, 31))


def test_an_average_of_the_year_waits_for_its_last_rate(session: Session, books: Books) -> None:
    """33: Of a year of which a single day is not imported there is no average."""
    basis = RateBasis(kind=RateKind.YEAR_AVERAGE)
    whole(session, "HUF", date(2018, 1, 1), date(2018, 12, 30), "310.00")
    with pytest.raises(UnfinishedAverageError):
        rate_on(session, "HUF", date(2018, 3, 1), basis=basis)
    publish(session, "ecb", "HUF", d2018_12_31="361.40")
    rate = rate_on(session, "HUF", date(2018, 3, 1), basis=basis)
    # 256 days at 310, and one day at 361.40.
    assert (str(rate.per_euro), rate.source) == ("310.20000", "ecb:year")
    assert rate.on == date(2018, 12, 31)


def test_the_rate_of_a_month_is_the_last_one_before_it(session: Session, books: Books) -> None:
    """A month has one rate: until the last day before it is imported it has none, and no older."""
    basis, day = RateBasis(kind=RateKind.MONTH_FIXED), date(2017, 8, 14)
    assert rate_on(session, "PLN", day, basis=basis).on == date(2017, 7, 31)
    with pytest.raises(MonthRateMissingError) as refusal:
        rate_on(session, "PLN", date(2017, 9, 14), basis=basis)
    assert "is the ECB rate of PLN of 2017-08-31" in str(refusal.value)


def test_inforeuro_is_derived_until_it_arrives(session: Session, books: Books) -> None:
    """15: A month's rate that is not out is ECB's of the last day but one of the month before."""
    publish(session, "ecb", "GBP", d2023_09_27="0.86698", d2023_09_28="0.86333")
    publish(session, "ecb", "GBP", d2023_09_29="0.86458")
    basis = RateBasis(RateSource.INFOREURO, RateKind.MONTH_FIXED)
    rate = rate_on(session, "GBP", date(2023, 10, 17), basis=basis)
    assert (str(rate.per_euro), rate.source) == ("0.86333", DERIVED)
    assert rate.on == date(2023, 9, 28)
    publish(session, "inforeuro", "GBP", d2023_10_01="0.86334")
    rate = rate_on(session, "GBP", date(2023, 10, 17), basis=basis)
    assert (str(rate.per_euro), rate.source) == ("0.86334", "inforeuro")
    assert rate.on == date(2023, 10, 1)


def test_no_month_is_derived_from_another(session: Session, books: Books) -> None:
    """15: Where ECB's rates end before the month, InforEuro's is missing, and not last month's."""
    publish(session, "inforeuro", "GBP", d2023_10_01="0.86333")
    basis = RateBasis(RateSource.INFOREURO, RateKind.MONTH_FIXED)
    with pytest.raises(MissingRateError):
        rate_on(session, "GBP", date(2023, 11, 2), basis=basis)


@pytest.mark.parametrize(
    ("fields", "about", "said"),
    [
        ({"publisher": "nbp"}, "publisher", "quotes the euro in PLN only"),
        ({"publisher": "mnb", "currency": "PLN"}, "publisher", "quotes the euro in HUF only"),
        ({"publisher": "inforeuro"}, "publisher", "one rate a month"),
        ({"publisher": ""}, "publisher", "choose who publishes"),
        ({"publisher": "manual"}, "publisher", "is not one of"),
        ({"rate_kind": "bank"}, "publisher", "leave it empty"),
        ({"rate_kind": "bank", "publisher": "", "event": "closing"}, "rate_kind", "for costs"),
        ({"currency": "EUR"}, "currency", "the euro needs no rate"),
        ({"event": "closing"}, "rate_kind", "closing rates are those of a day"),
    ],
)
def test_a_policy_that_no_source_can_serve_is_refused(
    session: Session, books: Books, fields: dict[str, str], about: str, said: str
) -> None:
    """A policy names a source that says what one euro is in its currency, and its kind of rate."""
    with pytest.raises(InputErrors) as refusal:
        proposed(session, books, "rate_policy", **fields)
    [problem] = refusal.value.problems
    assert problem.field == about
    assert said in str(problem)


def test_a_source_without_the_currency_is_refused(session: Session, books: Books) -> None:
    """23: No inverse and no cross rate is made up: NBP says what a euro is in zloty alone."""
    publish(session, "nbp", "HUF", d2017_03_01="1.3800")
    with pytest.raises(NotQuotedError) as refusal:
        rate_on(session, "HUF", date(2017, 3, 1), basis=RateBasis(RateSource.NBP))
    assert "NBP does not say what one euro is in HUF" in str(refusal.value)


def test_the_banks_own_rate_is_booked(session: Session, books: Books) -> None:
    """Where the bank converted, its rate counts and no table's: it stands on the posting."""
    said = {"currency": "PLN", "amount": "425.00", "bank_rate": "4,2163"}
    booked(session, books, "cost", **said)
    booked(session, books, "receipt", **said)
    booked(session, books, "contribution", **said, against="voluntary")
    lines = sa.select(Posting.euro, Posting.per_euro, Posting.rate_source, Posting.account)
    of = session.execute(lines.where(Posting.rate_source == "bank").order_by(Posting.entry)).all()
    assert {each[:3] for each in of if each.euro > 0} == {(100_80, "4.2163", "bank")}
    assert {"1090", "2060", "8010"} <= {each.account for each in of}
    assert verify(session).well


def test_the_banks_rate_is_asked_for_by_policy(session: Session, books: Books) -> None:
    """By a policy of the bank's own rate a receipt without it is refused, and says what to add."""
    policy = {"event": "receipt", "rate_kind": "bank", "publisher": "", "currency": "PLN"}
    booked(session, books, "rate_policy", **policy, valid_from="2017-01-01")
    with pytest.raises(BankRateMissingError) as refusal:
        proposed(session, books, "receipt", currency="PLN")
    assert "PLN on 2017-03-01 counts at the bank's own rate" in str(refusal.value)
    booked(session, books, "receipt", currency="PLN", bank_rate="4.2163")
    booked(session, books, "application", to="voluntary", purpose="setup", activity="information")
    assert verify(session).well


def test_a_banks_rate_far_from_the_published_one_is_a_slip(session: Session, books: Books) -> None:
    """A rate with its point in another place makes no fortune: it is refused with both values."""
    for slip in ("0.0408", "42.163", "0.0000000001"):
        with pytest.raises(UnlikelyRateError, match=r"4\.2500"):
            proposed(session, books, "receipt", currency="PLN", bank_rate=slip)
    with pytest.raises(UnlikelyRateError):
        proposed(session, books, "receipt", sent_currency="PLN", sent_amount="42500.00")
    proposed(session, books, "receipt", sent_currency="PLN", sent_amount="420.00")


def test_a_banks_rate_is_read_as_one_number(session: Session, books: Books) -> None:
    """However many zeros it is written with, the books and the document say the same."""
    booked(session, books, "receipt", currency="PLN", bank_rate="004,30")
    assert verify(session).well


def test_what_is_posted_at_an_average_is_proven(session: Session, books: Books) -> None:
    """Verification reckons averages and derived rates again, as they were known then."""
    whole(session, "PLN", date(2017, 8, 1), date(2017, 8, 31), "4.2480")
    publish(session, "ecb", "PLN", d2017_09_28="4.3", d2017_09_29="4.4")
    booked(session, books, "rate_policy", valid_from="2017-08-01")
    booked(session, books, "cost", currency="PLN", amount="1000.00", incurred_on="2017-08-02")
    monthly = {"event": "receipt", "rate_kind": "month_fixed", "publisher": "inforeuro"}
    booked(session, books, "rate_policy", **monthly)
    booked(session, books, "receipt", currency="PLN", received_on="2017-10-17")
    sources = session.scalars(sa.select(Posting.rate_source).distinct()).all()
    assert {"ecb:month", DERIVED} <= set(sources)
    assert verify(session).well


def test_all_that_is_missing_is_said_by_policy(session: Session, books: Books) -> None:
    """An import learns which rates the policy's sources do not have."""
    policy = {"event": "receipt", "rate_kind": "spot", "publisher": "nbp", "currency": "PLN"}
    booked(session, books, "rate_policy", **policy, valid_from="2017-01-01")
    day = date(2017, 3, 1)
    wanted = [("PLN", day), ("CZK", day), ("EUR", day), ("HUF", day + timedelta(days=900))]
    missing = missing_policy_rates(session, RECEIPT, wanted)
    kinds: dict[tuple[str, date], type[LedgerError]] = {
        pair: type(each) for pair, each in missing.items()
    }
    assert kinds == {
        ("PLN", day): MissingRateError,
        ("HUF", day + timedelta(days=900)): StaleRateError,
    }


def test_a_statement_knows_the_policy_of_its_time(session: Session, books: Books) -> None:
    """What is decided after the last entry that a statement knows changes nothing of it."""
    booked(session, books, "rate_policy", event="closing", rate_kind="previous_day")
    assert len(rate_policies(session, known_at=NOW)) == 1
    assert rate_policies(session, known_at=NOW - timedelta(microseconds=1)) == []


def test_a_rate_by_hand_changes_no_average(session: Session, books: Books) -> None:
    """A rate by hand on the last day of an averaged month changes no proof."""
    whole(session, "PLN", date(2017, 8, 1), date(2017, 8, 31), "4.2480")
    booked(session, books, "rate_policy", valid_from="2017-08-01")
    booked(session, books, "cost", currency="PLN", amount="1000.00", incurred_on="2017-08-02")
    booked(session, books, "manual_rate", applies_on="2017-08-31", per_euro="4.9")
    assert verify(session).well


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("pledge", {"effective_on": "2017-03-01"}),
        ("prefinancing", {}),
        ("encumbrance", {}),
        ("conversion", {"into_currency": "SKK", "currency": "EUR"}),
    ],
)
def test_withdrawn_money_is_refused_wherever_it_is_named(
    session: Session, books: Books, kind: str, fields: dict[str, str]
) -> None:
    """22: Nobody promises, claims, orders or buys Slovak korunas in 2017."""
    with pytest.raises(WithdrawnCurrencyError):
        proposed(session, books, kind, **{"currency": "SKK", **fields})


def test_what_was_sent_is_money_of_its_day(session: Session, books: Books) -> None:
    """22: Nothing was sent in Slovak korunas in 2017, at whatever rate of a bank."""
    with pytest.raises(WithdrawnCurrencyError):
        proposed(session, books, "receipt", sent_currency="SKK", sent_amount="3012.60")
