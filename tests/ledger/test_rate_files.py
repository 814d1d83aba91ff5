import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from itertools import product
from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import rate_files
from ledger.errors import UnreadableRatesError
from ledger.rate_files import LARGEST_REPORT
from ledger.rate_readers import READERS, Reader
from ledger.rate_sources import RateSource
from tests import rate_bodies as bodies
from tests.rate_bodies import complaints, quoted, zipped

SAMPLES = [
    *((READERS[RateSource.ECB], each) for each in (bodies.ECB_HISTORY, bodies.ECB_DAY)),
    *((READERS[RateSource.ECB], each) for each in (bodies.ECB_XML, bodies.ECB_PORTAL)),
    *((READERS[RateSource.NBP], each) for each in (bodies.NBP_JSON, bodies.NBP_XML)),
    (READERS[RateSource.NBP], bodies.NBP_ARCHIVE),
    *((READERS[RateSource.CNB], each) for each in (bodies.CNB_DAY, bodies.CNB_YEAR)),
    (READERS[RateSource.CNB], bodies.CNB_JSON),
    (READERS[RateSource.MNB], bodies.MNB),
    *(
        (READERS[RateSource.INFOREURO], each)
        for each in (bodies.INFOREURO_MONTH, bodies.INFOREURO_CURRENCY, bodies.INFOREURO_NOT_OUT)
    ),
]
READS = list(READERS.values())
NAME = "inforeuro-2023-10.json"


@pytest.fixture(params=READS, ids=list(READERS))
def read(request: pytest.FixtureRequest) -> Reader:
    """Each reader in turn."""
    reader: Reader = request.param
    return reader


@pytest.mark.parametrize(
    "text",
    [
        *("0", "0.000", "-4.40", "4,40", "1e3", "4.40 PLN", "", "n/a", "04.4", "٤.٤", "NaN", "4."),
        *("1234567890123456", "0.123456789012345"),
    ],
)
def test_what_is_no_rate_is_refused_with_its_place(text: str) -> None:
    """12: A rate is at most fifteen digits above zero with a point; anything else is named."""
    body = f'Date,USD,PLN\n2026-10-30,1.1172,"{text}"\n'.encode()
    assert complaints(READERS[RateSource.ECB], body) == [
        f"row 2, PLN: “{text}” is not a rate above zero, such as 4.4038"
    ]


def test_the_same_rate_twice_is_one() -> None:
    """A file put together of two that overlap has each rate once, zeros behind it or not."""
    body = b"Date,PLN\n2026-10-30,4.40\n2026-10-29,4.39\n2026-10-30,4.4\n"
    expected = ["PLN 1 4.40 2026-10-30", "PLN 1 4.39 2026-10-29"]
    assert quoted(READERS[RateSource.ECB], body) == expected
    units = b"Datum|100 HUF\n01.07.2024|6,3\nDatum|1 HUF\n01.07.2024|0,063\n"
    assert quoted(READERS[RateSource.CNB], units) == ["HUF 100 6.3 2024-07-01"]


def test_two_rates_of_a_day_are_a_fault() -> None:
    """A file that contradicts itself is refused, naming both rates, their lines and the day."""
    body = b"Date,PLN\n2026-10-30,4.40\n2026-10-30,4.41\n"
    assert complaints(READERS[RateSource.ECB], body) == [
        "row 3, PLN: PLN of 2026-10-30 is 4.40 in line 2 and 4.41 here: fetch the file again"
    ]
    units = b"Datum|100 HUF\n01.07.2024|6,3\nDatum|1 HUF\n01.07.2024|6,3\n"
    assert complaints(READERS[RateSource.CNB], units) == [
        "row 4, HUF: HUF of 2024-07-01 is 6.3 / 100 in line 2 and 6.3 here: fetch the file again"
    ]


@pytest.mark.parametrize(
    ("source", "body"),
    [
        (RateSource.ECB, b"Date,EUR,PLN\n2026-10-30,1,4.4\n"),
        (RateSource.NBP, bodies.NBP_XML.replace(b"HUF", b"PLN")),
        (RateSource.CNB, bodies.CNB_JSON.replace(b"HUF", b"CZK")),
        (RateSource.MNB, bodies.MNB.replace(b"JPY", b"HUF")),
    ],
)
def test_a_sources_own_money_has_no_rate(source: RateSource, body: bytes) -> None:
    """One zloty is one zloty: a row of the source's own currency is left out."""
    assert source.home not in {each.currency for each in READERS[source](body, filename="f").rates}


def test_a_file_of_faults_is_not_read_to_its_end() -> None:
    """A page full of faults is enough to know that it is the wrong file."""
    body = b"Date,PLN\n" + b"2026-10-30,?\n" * 10_000
    assert len(complaints(READERS[RateSource.ECB], body)) == LARGEST_REPORT


def test_a_long_text_is_shown_by_its_beginning() -> None:
    """A fault of a megabyte does not make a message of one."""
    body = f"Date,PLN\n2026-10-30,{'9' * 100_000}\n".encode()
    (said,) = complaints(READERS[RateSource.ECB], body)
    assert len(said) < 200


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (zipped(b"a", b"b"), "f: a zip of anything but one deflated file"),
        (zipped(b"a")[:-30], "f: a broken zip: File is not a zip file"),
        (zipped(b"a", packing=zipfile.ZIP_LZMA), "f: a zip of anything but one deflated file"),
        (b"<html><body>Error 503</body></html>", "f: a web page and no file of rates"),
        (b"\xef\xbb\xbf\n<!DOCTYPE HTML PUBLIC>", "f: a web page and no file of rates"),
    ],
    ids=["two files", "broken", "lzma", "page", "old page"],
)
def test_no_reader_takes_other_files(read: Reader, body: bytes, said: str) -> None:
    """Zips of more than one file and web pages are refused with the reason, by every reader."""
    (found,) = complaints(read, body)
    assert found.startswith(said)


@pytest.mark.parametrize("pack", [bytes, zipped], ids=["plain", "zipped"])
def test_a_file_too_large_is_not_read(
    read: Reader, pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file larger than any history, or a zip that swells to one, is refused unread."""
    monkeypatch.setattr(rate_files, "LARGEST_FILE", 1000)
    assert complaints(read, pack(b"2026-10-28,,,,,,,\n" * 1000)) == ["f: larger than 1000 bytes"]


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE Cube SYSTEM 'http://example.org/x.dtd'><Cube/>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
    ],
)
@pytest.mark.parametrize("source", [RateSource.ECB, RateSource.NBP, RateSource.MNB])
def test_document_types_are_refused(source: RateSource, body: bytes) -> None:
    """No rate file has a document type, so no entity of one is ever looked at."""
    said = "f: a document type or entity, which no rate file has"
    assert complaints(READERS[source], body) == [said]


@pytest.mark.parametrize("source", [RateSource.ECB, RateSource.NBP, RateSource.MNB])
def test_an_unknown_encoding_is_refused(source: RateSource) -> None:
    """XML that claims an encoding nobody knows is refused in our own words."""
    body = b"<?xml version='1.0' encoding='utf-9'?><Cube/>"
    (said,) = complaints(READERS[source], body)
    assert said == "f: xml in no usual encoding: unknown encoding: utf-9"


@pytest.mark.parametrize("source", [RateSource.ECB, RateSource.NBP, RateSource.MNB])
def test_deep_xml_is_harmless(source: RateSource) -> None:
    """Elements within elements within elements are read or refused, and cost no stack."""
    with suppress(UnreadableRatesError):
        READERS[source](b"<Rate>" * 50_000 + b"</Rate>" * 50_000, filename="f")


@given(
    st.sampled_from(READS),
    st.binary(max_size=300)
    | st.text(max_size=300).map(str.encode)
    | st.sampled_from(["Date,PLN\n{}", "data;1EUR\n{}", "Datum|1 EUR\n{}", "[{}]", "<a>{}</a>"])
    .flatmap(lambda start: st.text(max_size=100).map(lambda text: start.replace("{}", text)))
    .map(str.encode),
)
def test_no_body_makes_a_reader_stumble(read: Reader, body: bytes) -> None:
    """Whatever is uploaded is read, or refused in our own words."""
    with suppress(UnreadableRatesError):
        assert read(body, filename=NAME).rates


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "rates",
                        "code",
                        "mid",
                        "effectiveDate",
                        "currencyCode",
                        "amount",
                        "validFor",
                    ),
                    *(
                        "rate",
                        "isoA3Code",
                        "value",
                        "dateStart",
                        "dateEnd",
                        "year",
                        "month",
                        "message",
                    ),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(READS), JSON)
def test_no_json_makes_a_reader_stumble(read: Reader, found: object) -> None:
    """JSON of the right names and any other contents is read, or refused in our own words."""
    with suppress(UnreadableRatesError):
        assert read(json.dumps(found).encode(), filename=NAME).rates


@given(
    st.sampled_from([*SAMPLES, *((read, zipped(body)) for read, body in SAMPLES)]),
    st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=3)), min_size=1, max_size=4),
)
def test_no_damaged_file_makes_a_reader_stumble(
    sample: tuple[Reader, bytes], damage: list[tuple[int, bytes]]
) -> None:
    """A file with bytes changed, lost or added on its way is read, or refused in our own words."""
    read, body = sample
    damaged = bytearray(body)
    for place, bytes_ in damage:
        at = place % len(body)
        damaged[at : at + 1] = bytes_
    with suppress(UnreadableRatesError):
        assert read(bytes(damaged), filename=NAME).rates


def test_a_file_has_its_measure() -> None:
    """A small file may hold rates without end: beyond a few hundred thousand it is refused."""
    codes = [f"{a}{b}{c}" for a, b, c in product(ascii_uppercase, repeat=3)]
    days = [date(2000, 1, 1) + timedelta(days=days) for days in range(40)]
    rows = "".join(f"{on}{',1' * len(codes)}\n" for on in days)
    body = f"Date,{','.join(codes)}\n{rows}".encode()
    [said] = complaints(READERS[RateSource.ECB], zipped(body))
    assert "more than 400000 rates: divide it" in said
