from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.rate_addresses import BEGAN, HOSTS, rate_requests
from ledger.rate_sources import RateSource

TODAY = date(2026, 11, 26)


def asked(source: RateSource, first: str = "", last: str = "") -> list[str]:
    """List the addresses that are asked, without their host."""
    days = [date.fromisoformat(each) if each else None for each in (first, last)]
    requests = rate_requests(source, first=days[0], last=days[1], today=TODAY)
    return [f"{each.path} {each.filename}" for each in requests]


ECB = "/stats/eurofxref/"
NBP = "/api/exchangerates/tables/A/"
CNB = "/cnbapi/exrates/"
EURO = "/budg/inforeuro/api/public/monthly-rates?lang=EN&year="


@pytest.mark.parametrize(
    ("source", "first", "last", "expected"),
    [
        (RateSource.ECB, "", "", [f"{ECB}eurofxref-daily.xml eurofxref-daily.xml"]),
        (RateSource.ECB, "2026-09-02", "", [f"{ECB}eurofxref-hist-90d.xml eurofxref-hist-90d.xml"]),
        (
            RateSource.ECB,
            "2026-09-01",
            "2026-09-02",
            [f"{ECB}eurofxref-hist.zip eurofxref-hist.zip"],
        ),
        (RateSource.NBP, "", "", [f"{NBP}?format=json nbp-a-2026-11-26.json"]),
        (
            RateSource.NBP,
            "2026-01-01",
            "2026-04-04",
            [
                f"{NBP}2026-01-01/2026-04-03/?format=json nbp-a-2026-01-01-2026-04-03.json",
                f"{NBP}2026-04-04/2026-04-04/?format=json nbp-a-2026-04-04-2026-04-04.json",
            ],
        ),
        (RateSource.CNB, "", "", [f"{CNB}daily?date=2026-11-26&lang=EN cnb-2026-11-26.json"]),
        (
            RateSource.CNB,
            "2025-12-31",
            "2026-01-01",
            [
                f"{CNB}daily-year?lang=EN&year=2025 cnb-2025.json",
                f"{CNB}daily-year?lang=EN&year=2026 cnb-2026.json",
            ],
        ),
        (RateSource.MNB, "", "", ["/arfolyamok.asmx mnb-2026-11-19-2026-11-26.xml"]),
        (RateSource.INFOREURO, "", "", [f"{EURO}2026&month=11 inforeuro-2026-11.json"]),
        (
            RateSource.INFOREURO,
            "2025-12-31",
            "2026-02-01",
            [
                f"{EURO}2025&month=12 inforeuro-2025-12.json",
                f"{EURO}2026&month=1 inforeuro-2026-01.json",
                f"{EURO}2026&month=2 inforeuro-2026-02.json",
            ],
        ),
        (RateSource.NBP, "2026-12-01", "2026-12-31", []),
        (RateSource.INFOREURO, "1990-01-01", "1994-02-28", []),
    ],
)
def test_each_source_is_asked_in_its_way(
    source: RateSource, first: str, last: str, expected: list[str]
) -> None:
    """A span becomes as few questions as the source allows, and none for days nobody can answer."""
    assert asked(source, first, last) == expected


def test_only_one_source_is_asked_in_the_open() -> None:
    """Every host is asked over TLS, but for the bank that has none."""
    assert {source for source, host in HOSTS.items() if not host.startswith("https://")} == {
        RateSource.MNB
    }


@given(st.dates(date(2002, 1, 2), TODAY), st.integers(0, 1000))
def test_spans_leave_no_day_out(first: date, length: int) -> None:
    """The spans asked of the Polish bank are at most 93 days, and follow without gap or overlap."""
    last = min(first + timedelta(days=length), TODAY)
    requests = rate_requests(RateSource.NBP, first=first, last=last, today=TODAY)
    spans = [[date.fromisoformat(day) for day in each.path.split("/")[5:7]] for each in requests]
    assert (spans[0][0], spans[-1][1]) == (first, last)
    assert all((end - start).days < 93 for start, end in spans)
    assert all(after[0] - before[1] == timedelta(days=1) for before, after in pairwise(spans))


def test_no_source_is_asked_for_days_before_it_began() -> None:
    """A span from the beginning of time begins with the source."""
    for source in HOSTS:
        requests = rate_requests(source, first=date.min, last=BEGAN[source], today=TODAY)
        assert len(requests) == 1
