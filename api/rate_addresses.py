"""Where each source publishes its rates: fixed addresses, of which nobody can name another.

As far as these could be seen when they were written down (currencies-and-banks.md §1). A source
that moves is followed here, and until then its file is fetched by hand.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.rate_sources import RateSource

HOSTS: dict[RateSource, str] = {
    RateSource.ECB: "https://www.ecb.europa.eu",
    RateSource.NBP: "https://api.nbp.pl",
    RateSource.CNB: "https://api.cnb.cz",
    # The bank has no TLS there: whoever sits between could change a rate, so the answer is kept.
    RateSource.MNB: "http://www.mnb.hu",
    RateSource.INFOREURO: "https://ec.europa.eu",
}

# The last 90 days of the European Central Bank, less what a public holiday or a late hour takes.
SHORT_HISTORY = timedelta(days=85)
# So many days the National Bank of Poland gives at once.
LONGEST_SPAN = timedelta(days=93 - 1)
# Over Christmas and Easter a week has a rate still.
WEEK = timedelta(days=7)
BEGAN: Mapping[RateSource, date] = {
    RateSource.ECB: date(1999, 1, 4),
    RateSource.NBP: date(2002, 1, 2),
    RateSource.CNB: date(1991, 1, 1),
    RateSource.MNB: date(1949, 1, 3),
    RateSource.INFOREURO: date(1994, 3, 1),
}
ASKED_OF_MNB = "EUR,CHF,CZK,DKK,GBP,PLN,RON,SEK,USD"

_ECB = "/stats/eurofxref"
_NBP = "/api/exchangerates/tables/A"
_CNB = "/cnbapi/exrates"
_MNB = "/arfolyamok.asmx"
_MNB_ACTION = "http://www.mnb.hu/webservices/MNBArfolyamServiceSoap/GetExchangeRates"
_MNB_QUESTION = """\
<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>\
<GetExchangeRates xmlns="http://www.mnb.hu/webservices/"><startDate>{first}</startDate>\
<endDate>{last}</endDate><currencyNames>{currencies}</currencyNames></GetExchangeRates>\
</soap:Body></soap:Envelope>
"""
_INFOREURO = "/budg/inforeuro/api/public/monthly-rates"


@dataclass(frozen=True, slots=True)
class RateRequest:
    """One question to a source: an address on its host, and what is posted there, if anything.

    The answer is kept under the name; of InforEuro it is all that says the month.
    """

    path: str
    filename: str
    posted: bytes | None = None
    action: str = ""


def rate_requests(
    source: RateSource, *, first: date | None, last: date | None, today: date
) -> list[RateRequest]:
    """Say what to ask a source for the rates of a span; without one, for the newest.

    No request for what nobody can have published: before a source began, or after today.
    """
    until = min(last or today, today)
    since = None if first is None else max(first, BEGAN[source])
    if since is not None and since > until:
        return []
    return list(_REQUESTS[source](since, until, today))


def _ecb(since: date | None, until: date, today: date) -> Iterator[RateRequest]:
    if since is None:
        name = "eurofxref-daily.xml"
    elif since >= today - SHORT_HISTORY:
        name = "eurofxref-hist-90d.xml"
    else:
        name = "eurofxref-hist.zip"
    yield RateRequest(f"{_ECB}/{name}", name)


def _nbp(since: date | None, until: date, today: date) -> Iterator[RateRequest]:
    if since is None:
        yield RateRequest(f"{_NBP}/?format=json", f"nbp-a-{today}.json")
        return
    while since <= until:
        end = min(since + LONGEST_SPAN, until)
        yield RateRequest(f"{_NBP}/{since}/{end}/?format=json", f"nbp-a-{since}-{end}.json")
        since = end + timedelta(days=1)


def _cnb(since: date | None, until: date, today: date) -> Iterator[RateRequest]:
    if since is None:
        yield RateRequest(f"{_CNB}/daily?date={until}&lang=EN", f"cnb-{until}.json")
        return
    for year in range(since.year, until.year + 1):
        yield RateRequest(f"{_CNB}/daily-year?lang=EN&year={year}", f"cnb-{year}.json")


def _mnb(since: date | None, until: date, today: date) -> Iterator[RateRequest]:
    first = since or until - WEEK
    question = _MNB_QUESTION.format(first=first, last=until, currencies=ASKED_OF_MNB)
    yield RateRequest(_MNB, f"mnb-{first}-{until}.xml", question.encode(), _MNB_ACTION)


def _inforeuro(since: date | None, until: date, today: date) -> Iterator[RateRequest]:
    month = (since or until).replace(day=1)
    while month <= until:
        query = f"?lang=EN&year={month.year}&month={month.month}"
        yield RateRequest(f"{_INFOREURO}{query}", f"inforeuro-{month:%Y-%m}.json")
        month = (month + timedelta(days=31)).replace(day=1)


_REQUESTS: Mapping[RateSource, Callable[[date | None, date, date], Iterator[RateRequest]]] = {
    RateSource.ECB: _ecb,
    RateSource.NBP: _nbp,
    RateSource.CNB: _cnb,
    RateSource.MNB: _mnb,
    RateSource.INFOREURO: _inforeuro,
}
