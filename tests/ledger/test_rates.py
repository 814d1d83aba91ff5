import hashlib
import lzma
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import resources
from itertools import product

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.db import reading, writing
from ledger.errors import (
    MissingRateError,
    StaleRateError,
    UnknownCurrencyError,
    UnreadableRatesError,
)
from ledger.rate_imports import (
    SHIPPED_HISTORY,
    Correction,
    file_of,
    import_rates,
    load_shipped_history,
)
from ledger.rate_sources import RateSource
from ledger.rate_uses import entries_by
from ledger.rates import (
    ExchangeRate,
    Rate,
    missing_rates,
    rate_on,
    rates_on,
)
from tests import rate_bodies as bodies
from tests.books import Books
from tests.documents import booked
from tests.rates import published

NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)

# Around the euro in Croatia and Bulgaria, Christmas and Easter, and a gap that nobody filled.
HISTORY = b"""\
Date,CZK,HUF,PLN,BGN,HRK,SKK,
2026-10-30,24.353,366.33,4.4038,N/A,N/A,N/A,
2026-10-29,24.336,365.95,4.3938,N/A,N/A,N/A,
2025-12-31,24.237,385.15,4.221,1.9558,N/A,N/A,
2022-12-30,24.116,400.87,4.6808,1.9558,7.5365,N/A,
2022-12-29,24.191,403.03,4.6893,1.9558,7.5365,N/A,
2022-12-23,24.248,401.9,4.6453,1.9558,7.536,N/A,
2019-04-23,25.713,321.13,4.283,1.9558,7.4305,N/A,
2019-04-18,25.66,320.05,4.2785,1.9558,7.4305,N/A,
2008-12-31,26.875,266.7,4.1535,1.9558,7.3555,30.126,
"""


@pytest.fixture
def history(session: Session) -> Session:
    """A session of a database that holds HISTORY."""
    import_rates(session, HISTORY, filename="history.csv", now=NOW)
    return session


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """Write down the statements sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    engine = session.connection().engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


def stored(session: Session) -> int:
    """Count the rates in the books."""
    return session.scalar(sa.select(sa.func.count()).select_from(ExchangeRate)) or 0


@pytest.mark.parametrize(
    ("code", "on", "found"),
    [
        ("PLN", "2026-10-30", "4.4038 ecb 2026-10-30"),
        ("PLN", "2026-11-06", "4.4038 ecb 2026-10-30"),
        ("PLN", "2026-01-01", "4.221 ecb 2025-12-31"),
        ("CZK", "2022-12-28", "24.248 ecb 2022-12-23"),
        ("CZK", "2019-04-22", "25.66 ecb 2019-04-18"),
        ("HUF", "2022-12-31", "400.87 ecb 2022-12-30"),
        ("HRK", "2022-12-31", "7.5365 ecb 2022-12-30"),
        ("HRK", "2023-01-01", "7.53450 fixed 2023-01-01"),
        ("HRK", "2024-06-30", "7.53450 fixed 2023-01-01"),
        ("BGN", "2025-12-31", "1.9558 ecb 2025-12-31"),
        ("BGN", "2026-03-01", "1.95583 fixed 2026-01-01"),
        ("SKK", "2008-12-31", "30.126 ecb 2008-12-31"),
        ("SKK", "2009-01-01", "30.1260 fixed 2009-01-01"),
        ("DEM", "2001-12-31", "1.95583 fixed 1999-01-01"),
        ("EUR", "2016-11-21", "1 fixed 2016-11-21"),
        ("EUR", "1998-01-01", "1 fixed 1998-01-01"),
    ],
)
def test_the_rate_of_a_day(history: Session, code: str, on: str, found: str) -> None:
    """A day takes the last rate published on or before it, and the fixed one once the euro came."""
    rate = rate_on(history, code, date.fromisoformat(on))
    assert rate.currency == code
    assert f"{rate.per_euro} {rate.source} {rate.on}" == found


@pytest.mark.parametrize(
    ("code", "on", "last"),
    [
        ("PLN", "2026-11-07", "2026-10-30"),
        ("PLN", "2027-06-01", "2026-10-30"),
        ("HUF", "2022-12-22", "2019-04-23"),
        ("BGN", "2025-12-30", "2022-12-30"),
    ],
)
def test_a_rate_older_than_seven_days_is_refused(
    history: Session, code: str, on: str, last: str
) -> None:
    """A stale rate is no rate: the refusal names currency, day, last rate and the remedy."""
    with pytest.raises(StaleRateError) as refusal:
        rate_on(history, code, date.fromisoformat(on))
    for part in (code, on, last, "mcrm rates import"):
        assert part in str(refusal.value)


@pytest.mark.parametrize(("code", "on"), [("PLN", "2008-12-30"), ("LTL", "2014-12-31")])
def test_a_rate_nobody_published_is_missing(history: Session, code: str, on: str) -> None:
    """Before the first rate of a currency there is none, and none is made up."""
    with pytest.raises(MissingRateError, match=f"{code} for {on}"):
        rate_on(history, code, date.fromisoformat(on))


def test_a_currency_the_ledger_does_not_keep_has_no_rate(session: Session) -> None:
    """A misspelt currency is unknown, which is another thing than a missing rate."""
    with pytest.raises(UnknownCurrencyError):
        rate_on(session, "PLZ", date(2026, 10, 30))


def test_the_euro_and_fixed_rates_ask_no_database(session: Session) -> None:
    """One euro is one euro: neither it nor what it replaced is looked up."""
    with statements(session) as sent:
        rates_on(session, [("EUR", date(2026, 1, 1)), ("BGN", date(2026, 1, 1))])
    assert sent == []


def test_any_number_of_rates_takes_one_query(history: Session) -> None:
    """The rates of a whole import are asked for at once."""
    days = [date(2022, 12, 23) + timedelta(days=number) for number in range(15)]
    wanted = list(product(("CZK", "HUF", "PLN", "HRK", "EUR"), days))
    with statements(history) as sent:
        found = rates_on(history, wanted)
    assert len(sent) == 1
    assert found == {(code, on): rate_on(history, code, on) for code, on in wanted}


def test_an_import_learns_of_every_rate_that_is_missing(history: Session) -> None:
    """All pairs without a rate come back with their reasons, and none that has one."""
    christmas, later = date(2022, 12, 26), date(2027, 1, 1)
    wanted = [("PLN", christmas), ("PLN", later), ("LTL", date(2014, 1, 1)), ("EUR", later)]
    reasons = missing_rates(history, wanted)
    assert {pair: type(reason) for pair, reason in reasons.items()} == {
        ("PLN", later): StaleRateError,
        ("LTL", date(2014, 1, 1)): MissingRateError,
    }


def test_no_rates_wanted_are_no_rates(session: Session) -> None:
    """An empty import asks for nothing and is given nothing."""
    assert rates_on(session, []) == {}


@pytest.mark.parametrize(
    ("amount", "per_euro", "euro"),
    [
        ("1000000.00", "366.33", "2729.78"),
        ("1.00", "1.95583", "0.51"),
        ("0.01", "366.33", "0.00"),
        ("0.00", "4.4038", "0.00"),
        ("1000000000000.00", "366.33", "2729779160.87"),
        ("0.01", "2", "0.01"),
        ("-0.01", "2", "-0.01"),
        ("42420000.00", "25.5", "1663529.41"),
        ("7.50", "1", "7.50"),
    ],
)
def test_euro_is_the_amount_divided_by_the_rate(amount: str, per_euro: str, euro: str) -> None:
    """An amount is divided by the rate as published and rounded once, the half cent up."""
    rate = Rate("HUF", Decimal(per_euro), date(2026, 10, 30), "ecb")
    assert str(rate.in_euro(Decimal(amount))) == euro


@given(
    st.decimals("-1e12", "1e12", places=2), st.decimals("0.0001", "20000", places=4).filter(bool)
)
def test_translation_is_exact_to_half_a_cent(amount: Decimal, per_euro: Decimal) -> None:
    """Half a cent is all that translation may change, and a credit mirrors its debit."""
    rate = Rate("HUF", per_euro, date(2026, 10, 30), "ecb")
    euro = rate.in_euro(amount)
    assert abs(euro * per_euro - amount) <= Decimal("0.005") * per_euro
    assert rate.in_euro(-amount) == -euro


def test_importing_the_same_rates_again_changes_nothing(history: Session) -> None:
    """Files overlap by years: what is known already is counted, not written."""
    before = stored(history)
    again = import_rates(history, HISTORY, filename="again.csv", now=NOW)
    assert (again.new, again.unchanged) == (0, before)
    assert stored(history) == before


def test_trailing_zeros_make_no_other_rate(history: Session) -> None:
    """The history writes 4.221 where the day's file writes 4.2210: the first text stays."""
    daily = b"Date, PLN, HUF\n31 December 2025, 4.2210, 385.15\n2 November 2026, 4.4, 366\n"
    done = import_rates(history, daily, filename="eurofxref.csv", now=NOW)
    assert (done.new, done.unchanged) == (2, 2)
    assert str(rate_on(history, "PLN", date(2025, 12, 31)).per_euro) == "4.221"


def test_an_import_says_what_it_did(session: Session) -> None:
    """Whoever imports learns how many rates were new, and of which days."""
    body = b"Date,JPY,PLN,TRY,\n2026-10-30,175.68,4.4038,55.8,\n2026-10-29,175.92,N/A,55.4,\n"
    done = import_rates(session, body, filename="f.csv", now=NOW)
    assert (done.source, done.new, done.unchanged, done.corrected) == ("ecb", 5, 0, ())
    assert (done.first_on, done.last_on) == (date(2026, 10, 29), date(2026, 10, 30))


def test_every_rate_remembers_its_file(session: Session) -> None:
    """An auditor can tell by its hash from which file a rate came, and when."""
    import_rates(session, HISTORY, filename="history.csv", now=NOW)
    found = session.execute(sa.select(ExchangeRate.body_sha256, ExchangeRate.imported_at)).all()
    assert set(map(tuple, found)) == {(hashlib.sha256(HISTORY).digest(), NOW)}


def test_a_rate_published_anew_is_the_next_version(history: Session) -> None:
    """13: Imported twice with another value, a day has two versions: the later one is used."""
    before, later = stored(history), NOW + timedelta(days=3)
    anew = b"Date,PLN,HUF\n2026-10-30,4.4039,366.33\n"
    done = import_rates(history, anew, filename="f.csv", now=later)
    assert (done.new, done.unchanged, stored(history)) == (0, 1, before + 1)
    day = date(2026, 10, 30)
    assert done.corrected == (Correction("PLN", day, "4.4038", "4.4039"),)
    assert str(rate_on(history, "PLN", day).per_euro) == "4.4039"
    assert str(rate_on(history, "PLN", day, known_at=NOW).per_euro) == "4.4038"


def test_the_file_of_a_rate_is_kept(history: Session) -> None:
    """What the bank published can be read again, byte for byte, by the hash that rates carry."""
    assert file_of(history, hashlib.sha256(HISTORY).digest()) == ("history.csv", HISTORY)
    assert file_of(history, bytes(32)) is None


def test_what_was_read_is_not_read_again(history: Session) -> None:
    """Rates that a piece of work has read cost it no other query, until some are added."""
    wanted = [("PLN", date(2026, 10, 30)), ("HUF", date(2026, 10, 29))]
    rates_on(history, wanted)
    with statements(history) as sent:
        rates_on(history, wanted)
        rate_on(history, "PLN", date(2026, 10, 30))
    assert sent == []
    import_rates(history, b"Date,PLN\n2026-10-30,8\n", filename="f.csv", now=NOW)
    assert str(rate_on(history, "PLN", date(2026, 10, 30)).per_euro) == "8"


def test_an_unreadable_file_leaves_the_books_alone(engine: Engine) -> None:
    """One bad line keeps the whole file out: nothing is half written."""
    body = b"Date,PLN\n2026-10-30,4.4038\n2026-10-29,?\n"
    with pytest.raises(UnreadableRatesError), writing(engine) as session:
        import_rates(session, body, filename="f.csv", now=NOW)
    with reading(engine) as session:
        assert stored(session) == 0


@pytest.mark.parametrize(
    "change",
    [sa.update(ExchangeRate).values(value="9"), sa.delete(ExchangeRate)],
    ids=["update", "delete"],
)
def test_rates_are_only_added(history: Session, change: sa.Executable) -> None:
    """The database itself refuses to change or drop a rate that postings may rest on."""
    with pytest.raises(sa.exc.DatabaseError), history.begin_nested():
        history.execute(change)


def test_the_shipped_history_is_the_whole_one(session: Session) -> None:
    """All 7,126 days from 1999 to October 2026 come with the product, in one bulk insert."""
    with statements(session) as sent:
        done = load_shipped_history(session, now=NOW)
    assert len([each for each in sent if each.startswith("INSERT INTO exchange_rate")]) == 1
    assert done.new == 76_093
    assert (done.first_on, done.last_on) == (date(1999, 1, 4), date(2026, 10, 30))
    days = sa.select(sa.func.count(ExchangeRate.applies_on.distinct()))
    assert session.scalar(days) == 7_126
    assert str(rate_on(session, "HUF", date(2016, 11, 21)).per_euro) == "309.13"


def test_shipped_data_are_what_their_sources_say() -> None:
    """Every file of data, packed and unpacked, has the hash that SOURCES.md gives."""
    folder = resources.files("ledger") / "data"
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (folder / "SOURCES.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("|") and ".xz" in line
    ]
    shipped = {each.name for each in folder.iterdir() if each.name.endswith(".xz")}
    assert {SHIPPED_HISTORY, "indicators.csv.xz"} <= shipped == {name for name, *_ in rows}
    for name, _, packed_sum, sum_of_content in rows:
        packed = (folder / name).read_bytes()
        assert hashlib.sha256(packed).hexdigest() == packed_sum
        assert hashlib.sha256(lzma.decompress(packed)).hexdigest() == sum_of_content


def test_a_file_of_another_source_is_told(session: Session) -> None:
    """Who names the wrong source reads whose file it is, and what to say."""
    with pytest.raises(UnreadableRatesError, match="a file of another source, nbp: say so with"):
        import_rates(session, bodies.NBP_JSON, filename="f.json", now=NOW)
    with pytest.raises(UnreadableRatesError, match="another source, ecb"):
        import_rates(session, HISTORY, filename="f.csv", now=NOW, source=RateSource.MNB)


def test_a_correction_names_what_was_posted_by_it(session: Session, books: Books) -> None:
    """Entries posted by a rate that was published anew are listed: they stay as they are."""
    booked(session, books, "receipt", currency="PLN", amount="425.00")
    done = import_rates(session, b"Date,PLN\n2017-02-27,4.2600\n", filename="f.csv", now=NOW)
    [correction] = done.corrected
    assert entries_by(session, RateSource.ECB, correction) == [1]
    day = date(2017, 2, 27)
    published(session, {day: {"EUR": "4.2500"}}, now=NOW, source=RateSource.NBP)
    assert entries_by(session, RateSource.NBP, Correction("EUR", day, "4.2500", "4.3")) == []
