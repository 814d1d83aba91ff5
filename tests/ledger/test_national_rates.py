from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from ledger.errors import UnknownCurrencyError
from ledger.rate_imports import import_rates
from ledger.rate_sources import RateSource
from ledger.rates import NotQuotedError, RateBasis, rate_on
from tests import rate_bodies as bodies

NOW = datetime(2026, 10, 30, 15, 0, tzinfo=UTC)


def imported(session: Session, source: RateSource, body: bytes, filename: str = "f") -> None:
    """Bring a file into the book."""
    import_rates(session, body, filename=filename, source=source, now=NOW)


@pytest.mark.parametrize(
    ("source", "body", "on", "expected"),
    [
        (RateSource.NBP, bodies.NBP_JSON, "2026-03-03", "PLN 4.2419"),
        (RateSource.NBP, bodies.NBP_XML, "2026-03-02", "PLN 4.2304"),
        (RateSource.NBP, bodies.NBP_ARCHIVE, "2024-01-02", "PLN 4.3434"),
        (RateSource.CNB, bodies.CNB_DAY, "2000-04-21", "CZK 36.270"),
        (RateSource.CNB, bodies.CNB_YEAR, "2022-03-02", "CZK 25.615"),
        (RateSource.CNB, bodies.CNB_JSON, "2026-01-02", "CZK 24.165"),
        (RateSource.MNB, bodies.MNB, "2026-09-24", "HUF 366.24000"),
        (RateSource.MNB, bodies.MNB, "2026-09-25", "HUF 364.42"),
        (RateSource.INFOREURO, bodies.INFOREURO_MONTH, "2023-10-31", "PLN 4.4468"),
        (RateSource.INFOREURO, bodies.INFOREURO_CURRENCY, "2023-09-15", "GBP 0.8592"),
        (RateSource.ECB, bodies.ECB_PORTAL, "1999-12-31", "PLN 4.1587"),
    ],
)
def test_each_source_says_what_one_euro_is(
    session: Session, source: RateSource, body: bytes, on: str, expected: str
) -> None:
    """Whoever published it, the book says how much of a currency one euro is, as published."""
    imported(session, source, body, "inforeuro-2023-10.json")
    currency, _, per_euro = expected.partition(" ")
    rate = rate_on(session, currency, date.fromisoformat(on), basis=RateBasis(source))
    assert (str(rate.per_euro), rate.source) == (per_euro, source)


@pytest.mark.parametrize("source", [RateSource.NBP, RateSource.CNB, RateSource.MNB])
def test_a_national_bank_says_nothing_of_other_currencies(
    session: Session, source: RateSource
) -> None:
    """No cross rate is made up: Prague's rate of the krona is none of the krona to the euro."""
    with pytest.raises(NotQuotedError, match="use ECB or InforEuro"):
        rate_on(session, "SEK", date(2026, 3, 3), basis=RateBasis(source))


def test_other_units_make_no_other_rate(session: Session) -> None:
    """NBP's archive says 1.1365 for 100 forints, its API 0.011365 for one: they are the same."""
    imported(session, RateSource.NBP, bodies.NBP_ARCHIVE)
    api = (
        b'[{"effectiveDate":"2024-01-02","rates":'
        b'[{"code":"HUF","mid":0.011365},{"code":"EUR","mid":4.34340}]}]'
    )
    done = import_rates(session, api, filename="f", source=RateSource.NBP, now=NOW)
    assert (done.new, done.unchanged, done.corrected) == (0, 2, ())


def test_the_koruna_of_slovakia_has_its_history(session: Session) -> None:
    """20: SKK has ECB's and CNB's rates up to 2008, and from 2009 on the fixed one."""
    history = b"Date,PLN,SKK,\n2009-01-02,4.1638,N/A,\n2008-12-31,4.1535,30.126,\n"
    imported(session, RateSource.ECB, history)
    imported(session, RateSource.CNB, bodies.CNB_DAY)
    found = [rate_on(session, "SKK", date.fromisoformat(on)) for on in ("2008-12-31", "2009-01-01")]
    assert [f"{each.per_euro} {each.source}" for each in found] == ["30.126 ecb", "30.1260 fixed"]
    by_prague = RateBasis(RateSource.CNB)
    assert rate_on(session, "CZK", date(2000, 4, 21), basis=by_prague).per_euro == Decimal("36.270")


def test_withdrawn_codes_have_no_rate_but_the_fixed_one(session: Session) -> None:
    """22: A code nobody knows is an error; the kuna of 2024 has its fixed rate, never a quote."""
    late = b"Date,HRK,HRX\n2024-06-28,7.5,1.5\n"
    imported(session, RateSource.ECB, late)
    kuna = rate_on(session, "HRK", date(2024, 6, 28))
    assert (str(kuna.per_euro), kuna.source) == ("7.53450", "fixed")
    with pytest.raises(UnknownCurrencyError):
        rate_on(session, "HRX", date(2024, 6, 28))


def test_a_month_that_is_out_replaces_the_derived(session: Session) -> None:
    """15: Until InforEuro's month is out its rate is derived from ECB's, and marked so."""
    history = b"Date,GBP\n2023-09-29,0.86458\n2023-09-28,0.86333\n2023-09-27,0.8670\n"
    imported(session, RateSource.ECB, history)
    basis = RateBasis(RateSource.INFOREURO)
    derived = rate_on(session, "GBP", date(2023, 10, 5), basis=basis)
    assert (str(derived.per_euro), derived.source) == ("0.86333", "inforeuro:derived")
    imported(session, RateSource.INFOREURO, bodies.INFOREURO_CURRENCY)
    official = rate_on(session, "GBP", date(2023, 10, 5), basis=basis)
    assert (str(official.per_euro), official.source) == ("0.86333", "inforeuro")
