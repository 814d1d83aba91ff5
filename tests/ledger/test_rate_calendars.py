import csv
import io
import lzma
from datetime import date, timedelta
from importlib import resources
from itertools import pairwise

import pytest

from ledger.rate_calendars import last_publication, publications, publishes
from ledger.rate_imports import SHIPPED_HISTORY
from ledger.rate_sources import RateSource

# Gregorian Easter, as anybody may look it up.
GOOD_FRIDAYS = (
    *("2016-03-25", "2017-04-14", "2018-03-30", "2019-04-19", "2020-04-10", "2021-04-02"),
    *("2022-04-15", "2023-04-07", "2024-03-29", "2025-04-18", "2026-04-03"),
)
DAILY = (RateSource.ECB, RateSource.NBP, RateSource.CNB, RateSource.MNB)


def day(text: str) -> date:
    """Read a day."""
    return date.fromisoformat(text)


def shipped_days() -> set[date]:
    """List the days of the history that ships with the product."""
    packed = (resources.files("ledger") / "data" / SHIPPED_HISTORY).read_bytes()
    rows = csv.reader(io.StringIO(lzma.decompress(packed).decode()))
    return {day(row[0]) for row in rows if row and row[0] != "Date"}


HOLIDAYS = {(1, 1), (5, 1), (12, 25), (12, 26)}


def test_the_central_bank_closes_on_its_own_days_only() -> None:
    """16: From 2016 on ECB's history lacks weekends and six holidays, and no other day."""
    first, last = date(2016, 1, 1), date(2026, 10, 30)
    published = {each for each in shipped_days() if first <= each <= last}
    assert published == set(publications(RateSource.ECB, first, last))

    weekdays = {first + timedelta(days=number) for number in range((last - first).days + 1)}
    weekdays = {each for each in weekdays if each.weekday() < 5}
    closed = {each for each in weekdays if (each.month, each.day) in HOLIDAYS}
    for friday in map(day, GOOD_FRIDAYS):
        closed |= {friday, friday + timedelta(days=3)}
    assert weekdays - published == closed
    assert len(closed) == 53


def test_good_friday_is_a_day_of_rates_in_poland_only() -> None:
    """16: On Good Friday Poland publishes; Frankfurt, Prague and (from 2017) Budapest do not."""
    for friday in map(day, GOOD_FRIDAYS):
        publishing = [source for source in DAILY if publishes(source, friday)]
        assert publishing == (
            [RateSource.NBP] if friday.year > 2016 else [RateSource.NBP, RateSource.MNB]
        )


@pytest.mark.parametrize(
    ("source", "on", "expected"),
    [
        (RateSource.ECB, "2026-10-31", "2026-10-30"),
        (RateSource.ECB, "2026-11-01", "2026-10-30"),
        (RateSource.ECB, "2025-04-18", "2025-04-17"),
        (RateSource.NBP, "2025-04-18", "2025-04-18"),
        (RateSource.CNB, "2025-04-21", "2025-04-17"),
        (RateSource.ECB, "2025-05-01", "2025-04-30"),
        (RateSource.NBP, "2025-05-03", "2025-05-02"),
        (RateSource.ECB, "2024-12-26", "2024-12-24"),
        (RateSource.CNB, "2024-12-26", "2024-12-23"),
        (RateSource.NBP, "2024-11-11", "2024-11-08"),
        (RateSource.MNB, "2024-10-23", "2024-10-22"),
        (RateSource.INFOREURO, "2024-12-26", "2024-12-01"),
        (RateSource.INFOREURO, "2025-01-01", "2025-01-01"),
    ],
)
def test_the_last_publication_before_a_day(source: RateSource, on: str, expected: str) -> None:
    """16: Weekends, Good Friday, 1 May and Christmas lead back to the source's own last day."""
    assert last_publication(source, day(on)) == day(expected)


def test_christmas_leaves_the_longest_gap() -> None:
    """16: From 24 to 29 December, and over Easter, ECB is silent longest: five days to the next."""
    days = list(publications(RateSource.ECB, day("2016-01-01"), day("2026-12-31")))
    gaps = [(after - before).days for before, after in pairwise(days)]
    assert max(gaps) == 5
    assert list(publications(RateSource.ECB, day("2020-12-24"), day("2020-12-29"))) == [
        *(day("2020-12-24"), day("2020-12-28"), day("2020-12-29"))
    ]


@pytest.mark.parametrize(
    ("source", "count"),
    [(RateSource.ECB, 2_560), (RateSource.NBP, 2_521), (RateSource.CNB, 2_511)],
)
def test_ten_years_have_as_many_days_as_were_published(source: RateSource, count: int) -> None:
    """From 2016 to 2025 each calendar has as many days as its bank has published rates for."""
    assert len(list(publications(source, date(2016, 1, 1), date(2025, 12, 31)))) == count


def test_a_holiday_of_one_year_is_known() -> None:
    """Poland's bank published on the holiday of 12 November 2018, and not on 8 April 2005."""
    assert publishes(RateSource.NBP, day("2018-11-12"))
    assert not publishes(RateSource.NBP, day("2005-04-08"))
