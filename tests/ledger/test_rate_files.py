import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import rate_files
from ledger.errors import UnreadableRatesError
from ledger.rate_files import LARGEST_REPORT, PublishedRate, read_ecb

HISTORY = b"""\
Date,USD,JPY,BGN,HUF,PLN,SEK,
2026-10-30,1.1172,175.68,N/A,366.33,4.4038,10.978,
2026-10-29,1.113,175.92,N/A,365.95,4.3938,10.9995,
2025-12-31,1.175,184.09,1.9558,385.15,4.221,10.8215,
"""
DAILY = b"""\
Date, USD, JPY, HUF, PLN, SEK, \n\
30 October 2026, 1.1172, 175.68, 366.33, 4.4038, 10.9780, \n\
"""
XML = b"""\
<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
                 xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <Cube>
    <Cube time='2026-10-30'>
      <Cube currency='USD' rate='1.1172'/>
      <Cube currency='JPY' rate='175.68'/>
      <Cube currency='HUF' rate='366.33'/>
      <Cube currency='PLN' rate='4.4038'/>
      <Cube currency='SEK' rate='10.9780'/>
    </Cube>
    <Cube time="2026-10-29">
      <Cube currency="PLN" rate="4.3938"/>
    </Cube>
  </Cube>
</gesmes:Envelope>
"""
OCTOBER_30 = date(2026, 10, 30)


def zipped(body: bytes, *more: bytes, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack files as a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", packing) as archive:
        for number, each in enumerate((body, *more)):
            archive.writestr(f"eurofxref-{number}.csv", each)
    return packed.getvalue()


def complaints(body: bytes) -> list[str]:
    """Read a file that cannot be read, and list what is said of it."""
    with pytest.raises(UnreadableRatesError) as refusal:
        read_ecb(body, filename="f")
    return [f"{problem.place}: {problem}" for problem in refusal.value.problems]


def test_the_history_is_read_as_published() -> None:
    """The comma too many, N/A and the order of the file are read; texts stay as published."""
    file = read_ecb(HISTORY, filename="eurofxref-hist.csv")
    first_day = [rate for rate in file.rates if rate.on == OCTOBER_30]
    assert first_day == [
        PublishedRate("USD", "1.1172", OCTOBER_30),
        PublishedRate("HUF", "366.33", OCTOBER_30),
        PublishedRate("PLN", "4.4038", OCTOBER_30),
        PublishedRate("SEK", "10.978", OCTOBER_30),
    ]
    assert [rate for rate in file.rates if rate.currency == "BGN"] == [
        PublishedRate("BGN", "1.9558", date(2025, 12, 31))
    ]


def test_the_day_of_the_daily_file_is_written_in_words() -> None:
    """The day's file writes 30 October 2026, spaces after its commas, and every trailing zero."""
    file = read_ecb(DAILY, filename="eurofxref.csv")
    assert PublishedRate("SEK", "10.9780", OCTOBER_30) in file.rates


@pytest.mark.parametrize(
    "body",
    [
        XML,
        zipped(XML),
        zipped(DAILY),
        zipped(HISTORY),
        b"\xef\xbb\xbf" + HISTORY.replace(b"\n", b"\r\n"),
        HISTORY.replace(b",\n", b"\n"),
        XML.replace(b"Cube", b"r:Cube").replace(b"xmlns=", b"xmlns:r="),
    ],
    ids=["xml", "zipped xml", "zipped day", "zipped history", "windows", "no comma", "prefix"],
)
def test_every_form_of_the_file_gives_the_same_rates(body: bytes) -> None:
    """However the bank packs its rates of a day, they are the same numbers."""
    same_day = {
        rate.currency: Decimal(rate.per_euro)
        for rate in read_ecb(body, filename="f").rates
        if rate.on == OCTOBER_30
    }
    assert same_day == {
        "USD": Decimal("1.1172"),
        "HUF": Decimal("366.33"),
        "PLN": Decimal("4.4038"),
        "SEK": Decimal("10.978"),
    }


def test_currencies_the_ledger_does_not_keep_are_left_aside() -> None:
    """A currency the ledger has no use for is named once, however many rates it has."""
    assert read_ecb(HISTORY, filename="f").ignored == ("JPY",)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", ["row 1, f: no header Date,USD,… with each currency once"]),
        (
            b"Datum,PLN\n2026-10-30,4.4\n",
            ["row 1, f: no header Date,USD,… with each currency once"],
        ),
        (b"Date,PLN,PLN\n", ["row 1, f: no header Date,USD,… with each currency once"]),
        (b"Date,,PLN\n", ["row 1, f: no header Date,USD,… with each currency once"]),
        (b"Date,PLN,\n", ["f: no rate of a currency of the ledger"]),
        (b"Date,JPY\n2026-10-30,175\n", ["f: no rate of a currency of the ledger"]),
        (b"<a/>", ["f: no rate of a currency of the ledger"]),
        (
            b"Date,PLN\n2026-10-30,4.4,9\n2026-10-29\n",
            [
                "row 2, f: not as many cells as the header: 3",
                "row 3, f: not as many cells as the header: 1",
            ],
        ),
        (zipped(HISTORY, DAILY), ["f: a zip of anything but one deflated file"]),
        (zipped(HISTORY)[:-30], ["f: a broken zip: File is not a zip file"]),
        (
            zipped(HISTORY, packing=zipfile.ZIP_LZMA),
            ["f: a zip of anything but one deflated file"],
        ),
        (b"<Cube time='2026-10-30'><Cube", ["row 1, f: broken xml: unclosed token"]),
        (
            b"<?xml version='1.0' encoding='utf-9'?><Cube/>",
            ["f: xml in no usual encoding: unknown encoding: utf-9"],
        ),
        (
            b"<!DOCTYPE Cube SYSTEM 'http://example.org/x.dtd'><Cube/>",
            ["f: a document type or entity, which no rate file has"],
        ),
        (
            b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
            ["f: a document type or entity, which no rate file has"],
        ),
        (
            b"<Cube><Cube currency='PLN' rate='4.4'/></Cube>",
            ["row 1, Date: “” is not a day"],
        ),
        (
            b"<Cube time='2026-10-30'>\n<Cube currency='PLN'/></Cube>",
            ["row 2, PLN: “” is not a rate above zero, such as 4.4038"],
        ),
    ],
)
def test_a_file_that_is_none_of_the_banks_is_refused(body: bytes, said: list[str]) -> None:
    """What cannot be a rate file is refused with the reason, whatever it calls itself."""
    assert complaints(body) == said


@pytest.mark.parametrize(
    "text",
    ["0", "0.000", "-4.40", "4,40", "1e3", "4.40 PLN", "", "n/a", "04.4", "٤.٤", "NaN", "4."],
)
def test_what_is_no_rate_is_refused_with_its_place(text: str) -> None:
    """A rate is digits above zero with a point; anything else is named by line and currency."""
    body = f'Date,USD,PLN\n2026-10-30,1.1172,"{text}"\n'.encode()
    assert complaints(body) == [f"row 2, PLN: “{text}” is not a rate above zero, such as 4.4038"]


@pytest.mark.parametrize(
    "text", ["2026-02-30", "30.10.2026", "20261030", "2026-W44-5", "30 Oktober 2026", "", "x"]
)
def test_what_is_no_day_is_refused_once_a_line(text: str) -> None:
    """A day is 2026-10-30 or 30 October 2026; another is named once, not once a currency."""
    body = f"Date,USD,PLN\n2026-10-30,1.1172,4.4038\n{text},1.1,4.4\n".encode()
    assert complaints(body) == [f"row 3, Date: “{text}” is not a day"]


def test_everything_wrong_is_said_at_once() -> None:
    """Whoever mends a file learns all its faults, each with line and column, in one answer."""
    body = b"Date,HUF,PLN\n2026-10-30,366.33,zl\n29.10.2026,365.95,4.39\n2026-10-28,-1,4.4\n"
    assert complaints(body) == [
        "row 2, PLN: “zl” is not a rate above zero, such as 4.4038",
        "row 3, Date: “29.10.2026” is not a day",
        "row 4, HUF: “-1” is not a rate above zero, such as 4.4038",
    ]


def test_a_file_of_faults_is_not_read_to_its_end() -> None:
    """A page full of faults is enough to know that it is the wrong file."""
    body = b"Date,PLN\n" + b"2026-10-30,?\n" * 10_000
    assert len(complaints(body)) == LARGEST_REPORT


@pytest.mark.parametrize("pack", [bytes, zipped], ids=["plain", "zipped"])
def test_a_file_too_large_is_not_read(
    pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file larger than any history, or a zip that swells to one, is refused unread."""
    monkeypatch.setattr(rate_files, "LARGEST_FILE", 1000)
    body = HISTORY + b"2026-10-28,,,,,,,\n" * 1000
    assert complaints(pack(body)) == ["f: larger than 1000 bytes"]


@given(st.binary(max_size=300) | st.text(max_size=300).map("Date,PLN\n{}".format).map(str.encode))
def test_no_body_makes_the_reader_stumble(body: bytes) -> None:
    """Whatever is uploaded is read, or refused in our own words."""
    with suppress(UnreadableRatesError):
        assert read_ecb(body, filename="f").rates


@given(
    st.sampled_from([HISTORY, DAILY, XML, zipped(HISTORY), zipped(XML)]),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_no_damaged_file_makes_the_reader_stumble(
    body: bytes, damage: list[tuple[int, int]]
) -> None:
    """A file with bytes changed on its way is read, or refused in our own words."""
    damaged = bytearray(body)
    for place, byte in damage:
        damaged[place % len(body)] = byte
    with suppress(UnreadableRatesError):
        assert read_ecb(bytes(damaged), filename="f").rates
