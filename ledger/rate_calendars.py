"""The days on which each source publishes, so that a holiday is told from a file not imported.

The European Central Bank follows the euro's settlement system (closed on weekends, 1 January, Good
Friday, Easter Monday, 1 May, 25 and 26 December), the national banks their countries' holidays:
Poland publishes on Good Friday, Czechia does not (currencies-and-banks.md §1.2).
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache

from ledger.rate_sources import RateSource

# Where a bank did otherwise than its country's calendar has it: days of one year only.
ONCE: Mapping[tuple[RateSource, date], bool] = {
    # The funeral of John Paul II, and the Monday after the centenary of independence.
    (RateSource.NBP, date(2005, 4, 8)): False,
    (RateSource.NBP, date(2018, 11, 12)): True,
}
WEEKEND = 5
ONE_DAY = timedelta(days=1)


def publishes(source: RateSource, on: date) -> bool:
    """Say whether a source publishes rates on a day; one that says a month's, on its first."""
    if source is RateSource.INFOREURO:
        return on.day == 1
    if (source, on) in ONCE:
        return ONCE[source, on]
    return on.weekday() < WEEKEND and not _holidays(source)(on)


def last_publication(source: RateSource, on: date) -> date:
    """Give the last day, up to and with this one, on which a source publishes."""
    while not publishes(source, on):
        on -= ONE_DAY
    return on


def publications(source: RateSource, first: date, last: date) -> Iterator[date]:
    """Go through the days of a span on which a source publishes."""
    while first <= last:
        if publishes(source, first):
            yield first
        first += ONE_DAY


@cache
def _holidays(source: RateSource) -> Callable[[date], bool]:
    # Some of what is imported here is only needed where calendars are asked for.
    from holidays import country_holidays, financial_holidays

    countries: Mapping[RateSource, str] = {
        RateSource.NBP: "PL",
        RateSource.CNB: "CZ",
        RateSource.MNB: "HU",
    }
    country = countries.get(source)
    days = country_holidays(country) if country else financial_holidays("ECB")
    return lambda on: on in days
