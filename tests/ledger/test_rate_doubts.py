"""Files that are read and hardly meant: days of no rate, slips, and corrections undone."""

import time
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.db import lock_journal, writing
from ledger.errors import UnreadableRatesError
from ledger.rate_imports import RatesImport, import_rates, load_shipped_history
from ledger.rate_sources import RateSource
from ledger.rates import ExchangeRate, rate_on
from tests.books import NOW, Books
from tests.documents import booked
from tests.threads import at_once

OLD, ANEW = b"Date,PLN\n2019-01-02,4.30\n", b"Date,PLN\n2019-01-02,4.31\n"


def brought(
    session: Session,
    body: bytes,
    *,
    source: RateSource = RateSource.ECB,
    now: datetime = NOW,
    again: bool = False,
) -> RatesImport:
    """Import a file of rates."""
    name = "rates-2026-12.csv"
    return import_rates(session, body, filename=name, source=source, now=now, again=again)


def refused(session: Session, body: bytes, source: RateSource = RateSource.ECB) -> list[str]:
    """Import a file that is refused, and list what is said of it."""
    before = session.scalar(sa.select(sa.func.count()).select_from(ExchangeRate))
    with pytest.raises(UnreadableRatesError) as refusal:
        brought(session, body, source=source)
    assert session.scalar(sa.select(sa.func.count()).select_from(ExchangeRate)) == before
    return [f"{each.place}: {each}" for each in refusal.value.problems]


def test_an_older_file_undoes_no_correction(session: Session) -> None:
    """A value that was published anew does not come back with an older file, unless it is meant."""
    brought(session, OLD)
    brought(session, ANEW)
    [said] = refused(session, OLD + b"2019-01-03,4.32\n")
    assert "row 2, PLN: PLN of 2019-01-02 was 4.30, was published anew and is 4.31" in said
    assert "import it with --again if 4.30 is right after all" in said
    brought(session, OLD, again=True)
    assert str(rate_on(session, "PLN", date(2019, 1, 2)).per_euro) == "4.30"
    assert "was 4.31, was published anew and is 4.30" in refused(session, ANEW)[0]


def test_the_shipped_history_undoes_no_correction(session: Session) -> None:
    """What was published anew since the product was made is kept when its history is loaded."""
    load_shipped_history(session, now=NOW)
    brought(session, b"Date,PLN\n2017-03-01,4.3001\n")
    with pytest.raises(UnreadableRatesError, match=r"PLN of 2017-03-01 was 4\.2958, was published"):
        load_shipped_history(session, now=NOW)
    assert str(rate_on(session, "PLN", date(2017, 3, 1)).per_euro) == "4.3001"


@pytest.mark.parametrize("slip", ["0.0425", "42.5", "8.7", "2.1", "0.0000000001"])
def test_a_slip_is_refused(session: Session, slip: str) -> None:
    """A rate more than twice or less than half the last one is a slip, unless it is meant."""
    brought(session, b"Date,PLN\n2019-01-02,4.30\n")
    body = f"Date,PLN\n2019-01-11,{slip}\n".encode()
    [said] = refused(session, body)
    assert said.startswith(f"row 2, PLN: PLN of 2019-01-11 is {slip}, and of 2019-01-02 4.30: ")
    assert "import it with --again if the source means it" in said
    brought(session, body, again=True)
    assert format(rate_on(session, "PLN", date(2019, 1, 11)).per_euro, "f") == slip


def test_a_slip_is_seen_within_a_file(session: Session) -> None:
    """The rates of a file are held against each other too, whatever their order and units."""
    assert "2019-01-03 is 0.0425, and of 2019-01-02 4.25" in " ".join(
        refused(session, b"Date,PLN\n2019-01-04,4.26\n2019-01-03,0.0425\n2019-01-02,4.25\n")
    )
    year = b"Datum|100 HUF\n03.01.2022|6,777\n04.01.2022|677,7\n"
    [said] = refused(session, year, RateSource.CNB)
    assert "HUF of 2022-01-04 is 677.7 / 100, and of 2022-01-03 6.777 / 100" in said


@pytest.mark.parametrize(
    ("body", "source"),
    [
        (b"Date,PLN\n2019-01-13,0.0425\n2019-01-02,4.25\n", RateSource.ECB),
        (b"Date,PLN\n2019-01-04,12\n2019-01-03,7\n2019-01-02,4\n", RateSource.ECB),
        (b"Date,TRY\n2019-01-03,0.01\n2019-01-02,4.25\n", RateSource.ECB),
        (b"Datum|1 HUF\n03.01.2022|0,06\nDatum|100 HUF\n04.01.2022|6,1\n", RateSource.CNB),
    ],
    ids=["eleven days later", "less than double a day", "not of the books", "other units"],
)
def test_what_moves_and_is_no_slip(session: Session, body: bytes, source: RateSource) -> None:
    """Long gaps, fast falls, other units and money that the books do not keep are no slips."""
    assert brought(session, body, source=source).new >= 2


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (
            "1998-12-31",
            "1998-12-31 is before the euro: take the lines before 1999-01-01",
        ),
        ("0001-01-01", "0001-01-01 is before the euro"),
        ("2026-11-25", "2026-11-25 is not here yet"),
        ("9999-12-31", "9999-12-31 is not here yet"),
    ],
)
def test_days_of_no_rate(session: Session, on: str, said: str) -> None:
    """Nobody published rates of the euro before there was one, nor of days to come."""
    [found] = refused(session, f"Date,PLN,CZK\n{on},4.25,26\n2019-01-02,4.25,26\n".encode())
    assert found.startswith(f"row 2, rates-2026-12.csv: {said}")


def test_a_day_ahead_is_today_somewhere(session: Session) -> None:
    """Tomorrow's date is read, and of InforEuro the month that begins within the week."""
    assert brought(session, b"Date,PLN\n2026-11-24,4.25\n1999-01-01,4\n").new == 2
    month = b'[{"isoA3Code":"PLN","value":4.4468}]'
    assert "2026-12-01 is not here yet" in refused(session, month, RateSource.INFOREURO)[0]
    late = NOW + timedelta(days=4)
    assert brought(session, month, source=RateSource.INFOREURO, now=late).new == 1


def test_codes_of_no_currency_are_left_aside(session: Session) -> None:
    """A file keeps the rates of currencies that there are or were, and the others are named."""
    body = b"Date,PLN,QZZ,TRL,XDR,AAB\n2019-01-02,4.30,1,1800000,0.8,2\n"
    done = brought(session, body)
    assert (done.new, done.strange) == (3, ("AAB", "QZZ"))
    assert "no rate in it" in refused(session, b"Date,QZZ\n2019-01-02,4.30\n")[0]


def test_two_imports_of_one_file_at_once(engine: Engine) -> None:
    """The second of two imports of the same file waits for the first, and finds all known."""

    def act(_number: int) -> RatesImport:
        with writing(engine) as session:
            done = brought(session, OLD)
            time.sleep(0.2)
            return done

    done = at_once(2, act)
    assert not [each for each in done if isinstance(each, Exception)], done
    assert sorted(each.new for each in done if isinstance(each, RatesImport)) == [0, 1]


def test_nothing_is_posted_while_rates_come_in(engine: Engine, books: Books) -> None:
    """From the moment that an import is stamped with, nobody posts until its rates are there."""
    order: list[str] = []

    def act(number: int) -> None:
        if number == 0:
            with writing(engine) as session:
                lock_journal(session)
                order.append("stamped")
                time.sleep(0.5)
                brought(session, OLD)
                order.append("imported")
            return
        time.sleep(0.2)
        with writing(engine) as session:
            booked(session, books, "receipt", amount="5.00")
            order.append("posted")

    assert at_once(2, act) == [None, None]
    assert order == ["stamped", "imported", "posted"]
