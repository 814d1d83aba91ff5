from decimal import Decimal

import pytest

from ledger.ecb_files import read_ecb
from tests.rate_bodies import (
    ECB_DAY,
    ECB_HISTORY,
    ECB_PORTAL,
    ECB_XML,
    complaints,
    quoted,
    zipped,
)

NO_HEADER = "row 1, f: no header Date,USD,… with each currency once"
NO_RATE = "f: no rate in it"


def test_the_history_has_a_comma_too_many() -> None:
    """1: The comma at the end of ECB's lines makes no column, with or without it."""
    rates = quoted(read_ecb, ECB_HISTORY)
    assert rates[:5] == [
        "USD 1 1.1172 2026-10-30",
        "JPY 1 175.68 2026-10-30",
        "HUF 1 366.33 2026-10-30",
        "PLN 1 4.4038 2026-10-30",
        "SEK 1 10.978 2026-10-30",
    ]
    assert len(rates) == 16
    assert quoted(read_ecb, ECB_HISTORY.replace(b",\n", b"\n")) == rates


def test_what_is_not_published_is_no_rate() -> None:
    """2: N/A is a day without a rate of that currency, and no fault."""
    rates = quoted(read_ecb, ECB_HISTORY)
    assert [each for each in rates if each.startswith("BGN")] == ["BGN 1 1.9558 2025-12-31"]


def test_stripped_zeros_are_the_same_number() -> None:
    """3: The history's 10.978 and the day's 10.9780 are one number, each kept as published."""
    history, day = read_ecb(ECB_HISTORY, filename="f"), read_ecb(ECB_DAY, filename="f")
    published = {each.currency: each.value for each in history.rates[:5]}
    assert {each.currency: Decimal(each.value) for each in day.rates} == {
        currency: Decimal(value) for currency, value in published.items()
    }
    assert published["SEK"] == "10.978"
    assert day.rates[-1].value == "10.9780"


def test_the_day_of_the_daily_file_is_written_in_words() -> None:
    """4: The day's file writes 30 October 2026, and spaces after its commas."""
    assert quoted(read_ecb, ECB_DAY)[-2:] == ["PLN 1 4.4038 2026-10-30", "SEK 1 10.9780 2026-10-30"]


REORDERED = b"""\
OBS_VALUE,TIME_PERIOD,OBS_STATUS,CURRENCY_DENOM,CURRENCY,TITLE_COMPL,FREQ
4.1587,1999-12-30,A,EUR,PLN,"ECB reference, at 2.15 pm, C.E.T.",D
,1999-12-31,H,EUR,PLN,"ECB reference, at 2.15 pm, C.E.T.",D
8.5625,1999-12-30,A,EUR,SEK,"one ""krona"",
in two lines",D
"""


@pytest.mark.parametrize(
    "body",
    [
        ECB_PORTAL,
        REORDERED,
        b"\xef\xbb\xbf" + ECB_PORTAL.replace(b"\n", b"\r\n"),
        ECB_PORTAL.replace(b",BREAKS", b"").replace(b",A,,", b",A,").replace(b",H,,", b",H,"),
        ECB_PORTAL.replace(b",H,", b",M,"),
    ],
    ids=["as published", "reordered", "windows", "no BREAKS", "missing"],
)
def test_the_portal_is_read_by_its_header(body: bytes) -> None:
    """5: SDMX-CSV is read by name, its holidays skipped, whatever columns come, go and hold."""
    assert quoted(read_ecb, body) == ["PLN 1 4.1587 1999-12-30", "SEK 1 8.5625 1999-12-30"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            b"A,D,PLN,EUR",
            b"A,M,PLN,EUR",
            (
                "row 2, f: averages or other figures (FREQ M), no rates of days: "
                "fetch the daily series, whose key begins with D."
            ),
        ),
        (
            b"D,SEK,EUR",
            b"D,SEK,USD",
            "row 4, CURRENCY_DENOM: for one USD, not for one euro: fetch the series D.….EUR.SP00.A",
        ),
        (b"4.1587,A", b",A", "row 2, PLN: “” is not a rate above zero, such as 4.4038"),
        (b"-30,4.1", b"-32,4.1", "row 2, TIME_PERIOD: “1999-12-32” is not a day"),
        (b"30,8.5625", b"30", "row 4, f: not as many cells as the header: 10"),
        (b"CURRENCY_DENOM,", b"", "row 1, f: these columns are missing: CURRENCY_DENOM"),
        (b"FREQ,", b"CURRENCY,", "row 1, f: these columns are missing: FREQ, CURRENCY"),
        (b"D,SEK", b"D,SeK", "row 4, SeK: “SeK” is not the code of a currency, such as PLN"),
    ],
)
def test_the_portals_other_series_are_refused(before: bytes, after: bytes, said: str) -> None:
    """Averages, other money and damage are named with their place and the remedy."""
    body = ECB_PORTAL.replace(before, after, 1).replace(b"KEY.", b"")
    assert complaints(read_ecb, body) == [said]


@pytest.mark.parametrize(
    "body",
    [
        ECB_XML,
        zipped(ECB_XML),
        zipped(ECB_DAY),
        zipped(ECB_HISTORY),
        b"\xef\xbb\xbf" + ECB_HISTORY.replace(b"\n", b"\r\n"),
        ECB_XML.replace(b"Cube", b"r:Cube").replace(b"xmlns=", b"xmlns:r="),
    ],
    ids=["xml", "zipped xml", "zipped day", "zipped history", "windows", "prefix"],
)
def test_every_form_of_the_file_gives_the_same_rates(body: bytes) -> None:
    """However the bank packs its rates of a day, they are the same numbers."""
    same_day = {
        rate.currency: Decimal(rate.value)
        for rate in read_ecb(body, filename="f").rates
        if str(rate.applies_on) == "2026-10-30"
    }
    assert same_day == {
        "USD": Decimal("1.1172"),
        "JPY": Decimal("175.68"),
        "HUF": Decimal("366.33"),
        "PLN": Decimal("4.4038"),
        "SEK": Decimal("10.978"),
    }


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", NO_HEADER),
        (b"Datum,PLN\n2026-10-30,4.4\n", NO_HEADER),
        (b"Date,PLN,PLN\n", NO_HEADER),
        (b"Date,,PLN\n", NO_HEADER),
        (b"Date,pln\n2026-10-30,4.4\n", NO_HEADER),
        (b"Date,PLN,\n", NO_RATE),
        (b"Date,EUR\n2026-10-30,1\n", NO_RATE),
        (b"<a/>", NO_RATE),
        (b"Date,PLN\n2026-10-30,4.4,9\n", "row 2, f: not as many cells as the header: 3"),
        (b'Date,PLN\n2026-10-30,"4.4', "f: broken csv: unexpected end of data"),
        (b"Date,PLN\n\xff", "f: neither csv in UTF-8 nor xml nor zip"),
        (b"<Cube time='2026-10-30'><Cube", "row 1, f: broken xml: unclosed token"),
        (b"<Cube><Cube currency='PLN' rate='4.4'/></Cube>", "row 1, Date: “” is not a day"),
        (
            b"<Cube time='2026-10-30'>\n<Cube currency='PLN'/></Cube>",
            "row 2, PLN: “” is not a rate above zero, such as 4.4038",
        ),
    ],
)
def test_a_file_that_is_none_of_the_banks_is_refused(body: bytes, said: str) -> None:
    """What cannot be a rate file is refused with the reason, whatever it calls itself."""
    (found,) = complaints(read_ecb, body)
    assert found.startswith(said)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "30.10.2026", "20261030", "2026-W44-5", "30 Oktober 2026", "", "x"]
)
def test_what_is_no_day_is_refused_once_a_line(text: str) -> None:
    """A day is 2026-10-30 or 30 October 2026; another is named once, not once a currency."""
    body = f"Date,USD,PLN\n2026-10-30,1.1172,4.4038\n{text},1.1,4.4\n".encode()
    assert complaints(read_ecb, body) == [f"row 3, Date: “{text}” is not a day"]


def test_everything_wrong_is_said_at_once() -> None:
    """Whoever mends a file learns all its faults, each with line and column, in one answer."""
    body = b"Date,HUF,PLN\n2026-10-30,366.33,zl\n29.10.2026,365.95,4.39\n2026-10-28,-1,4.4\n"
    assert complaints(read_ecb, body) == [
        "row 2, PLN: “zl” is not a rate above zero, such as 4.4038",
        "row 3, Date: “29.10.2026” is not a day",
        "row 4, HUF: “-1” is not a rate above zero, such as 4.4038",
    ]
