"""What a source published in a month, what is carried over, and what was never imported."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from ledger.rate_imports import import_rates
from ledger.rate_sources import RateSource
from ledger.rate_tables import RateTable, holdings, rate_table
from tests.books import NOW, Books
from tests.rates import published

EASTER = b"""\
Date,CZK,PLN,JPY,
2019-04-23,25.713,4.283,125.6,
2019-04-18,25.66,4.2785,126.3,
2019-04-16,25.63,4.2725,126.5,
"""
FIRST, LAST, TODAY = date(2019, 4, 16), date(2019, 4, 24), date(2019, 5, 2)


@pytest.fixture
def easter(session: Session, books: Books) -> RateTable:
    """The days around Easter 2019, of which a Wednesday was never imported."""
    import_rates(session, EASTER, filename="easter.csv", now=NOW)
    return rate_table(session, RateSource.ECB, FIRST, LAST, today=TODAY)


def test_a_table_tells_holidays_from_files_not_imported(easter: RateTable) -> None:
    """Good Friday and Easter Monday lack nothing; a working day without rates is missing."""
    assert easter.missing == (date(2019, 4, 17), date(2019, 4, 24))
    assert easter.currencies == ("CZK", "PLN")
    assert len(easter.days) == 9


def test_a_day_without_rates_takes_the_last_before_it(easter: RateTable) -> None:
    """On Easter Sunday the rate of Maundy Thursday is carried over, and says so."""
    sunday = next(each for each in easter.days if each.on == date(2019, 4, 21))
    assert sunday.quotations["PLN"].value == "4.2785"
    assert sunday.is_carried("PLN")
    tuesday = next(each for each in easter.days if each.on == date(2019, 4, 23))
    assert not tuesday.is_carried("PLN")


def test_days_to_come_are_not_missing(session: Session, easter: RateTable) -> None:
    """Today's rates may still come in the afternoon, and tomorrow is not there."""
    table = rate_table(session, RateSource.ECB, FIRST, LAST, today=date(2019, 4, 17))
    assert [each.on for each in table.days] == [FIRST, FIRST + timedelta(days=1)]
    assert table.missing == ()


def test_a_table_shows_the_last_version(session: Session, easter: RateTable) -> None:
    """What was published anew stands in the table, with the number of its version."""
    anew = b"Date,PLN\n2019-04-18,4.2790\n"
    import_rates(session, anew, filename="anew.csv", now=NOW)
    table = rate_table(session, RateSource.ECB, date(2019, 4, 18), LAST, today=TODAY)
    found = table.days[0].quotations["PLN"]
    assert (found.value, found.version) == ("4.2790", 2)


def test_the_book_says_how_far_it_reaches(session: Session, easter: RateTable) -> None:
    """Of each source the first and last day and the number of rates are told."""
    [held] = holdings(session)
    assert (held.source, held.first_on, held.last_on) == (
        RateSource.ECB,
        date(2017, 1, 2),
        date(2019, 4, 23),
    )
    assert held.rates == 3 * 104 + 9


def test_a_rate_is_carried_for_a_week(session: Session, easter: RateTable) -> None:
    """What was published within the week before the first day is carried in, and no longer."""
    table = rate_table(session, RateSource.ECB, date(2019, 4, 25), date(2019, 5, 2), today=TODAY)
    held = [each.on for each in table.days if "PLN" in each.quotations]
    assert held == [date(2019, 4, 25) + timedelta(days=days) for days in range(6)]
    assert all(each.is_carried("PLN") for each in table.days if each.on in held)


def test_the_rate_of_a_month_holds_for_all_of_it(session: Session, books: Books) -> None:
    """InforEuro's rate stands on every day of its month, and on none of the next."""
    published(session, {date(2019, 3, 1): {"PLN": "4.3094"}}, now=NOW, source=RateSource.INFOREURO)
    source, last = RateSource.INFOREURO, date(2019, 4, 2)
    table = rate_table(session, source, date(2019, 3, 1), last, today=TODAY)
    values = [each.quotations["PLN"].value if each.quotations else None for each in table.days]
    assert values == ["4.3094"] * 31 + [None] * 2
    assert table.missing == (date(2019, 4, 1),)
