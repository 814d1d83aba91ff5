import pytest

from ledger.nbp_files import read_nbp
from tests.rate_bodies import NBP_ARCHIVE, NBP_JSON, NBP_XML, complaints, quoted

NOT_A_RATE = "is not a rate above zero, such as 4.4038"


@pytest.mark.parametrize("encoding", ["cp1250", "utf-8", "utf-8-sig"])
def test_the_archive_of_a_year(encoding: str) -> None:
    """6: NBP's archive has names under its header and footers, and units of 100 and 10000."""
    body = NBP_ARCHIVE.decode("cp1250").encode(encoding)
    assert quoted(read_nbp, body) == [
        "USD 1 3.9432 2024-01-02",
        "EUR 1 4.3434 2024-01-02",
        "HUF 100 1.1365 2024-01-02",
        "CZK 1 0.1758 2024-01-02",
        "IDR 10000 2.5465 2024-01-02",
        "USD 1 3.9909 2024-01-03",
        "EUR 1 4.3646 2024-01-03",
        "HUF 100 1.1443 2024-01-03",
        "CZK 1 0.1768 2024-01-03",
        "IDR 10000 2.5691 2024-01-03",
    ]


def test_numbers_of_json_stay_as_published() -> None:
    """7: JSON numbers keep their zeros and their shortness, and an exponent is written out."""
    assert quoted(read_nbp, NBP_JSON) == [
        "USD 1 3.6056 2026-03-02",
        "CAD 1 2.6410 2026-03-02",
        "EUR 1 4.2304 2026-03-02",
        "HUF 1 0.011155 2026-03-02",
        "CZK 1 0.1744 2026-03-02",
        "EUR 1 4.2419 2026-03-03",
        "IDR 1 0.00021 2026-03-03",
    ]


def test_xml_says_the_same_as_json() -> None:
    """Whoever asks the API for xml gets the same rates."""
    assert quoted(read_nbp, NBP_XML) == ["EUR 1 4.2304 2026-03-02", "HUF 1 0.011155 2026-03-02"]


def test_a_currency_may_join_and_leave_the_table() -> None:
    """An empty cell of the archive is a day on which the bank did not quote that currency."""
    body = NBP_ARCHIVE.replace(b"20240102;3,9432", b"20240102;")
    assert quoted(read_nbp, body)[0] == "EUR 1 4.3434 2024-01-02"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("100HUF", "HUF", "row 1, f: no header data;1EUR;100HUF;…"),
        ("1CZK", "1EUR", "row 1, f: no header data;1EUR;100HUF;…"),
        ("1CZK", "0CZK", "row 1, f: no header data;1EUR;100HUF;…"),
        ("data;", "date;", "row 1, f: neither tables of the API in JSON or xml nor"),
        ("1EUR", "100EUR", "row 3, EUR: the rate is of 100 euro, and must be of one"),
        ("4,3434", "0,0000", f"row 3, EUR: “0.0000” {NOT_A_RATE}"),
        ("4,3434", "-4,3434", f"row 3, EUR: “-4.3434” {NOT_A_RATE}"),
        ("4,3434", "4.343,4", f"row 3, EUR: “4.343,4” {NOT_A_RATE}"),
        ("20240103", "20240230", "row 4, data: “20240230” is not a day"),
        ("20240103", "razem", "row 4, data: “razem” is not a day"),
        ("4,3434;", "", "row 3, f: not as many cells as the header: 8"),
    ],
)
def test_a_damaged_archive_is_refused(before: str, after: str, said: str) -> None:
    """12: A rate of zero or below, and a currency without its unit, keep the archive out."""
    body = NBP_ARCHIVE.decode("cp1250").replace(before, after, 1).encode("cp1250")
    assert complaints(read_nbp, body)[0].startswith(said)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"[]", "f: no rate in it"),
        (b"[1]", "f: neither tables"),
        (b"{}", "f: neither tables"),
        (b'[{"effectiveDate":"2026-03-02","rates":[]}]', "f: no rate in it"),
        (b'[{"effectiveDate":"2026-03-32","rates":[]}]', "row 1, effectiveDate: “2026-03-32”"),
        (b'[{"effectiveDate":"2026-03-02","rates":[{"mid":1}]}]', "row 1, f: “” is not the code"),
        (b'[{"effectiveDate":"2026-03-02","rates":[7]}]', f"row 1, f: “” {NOT_A_RATE}"),
        (
            b'[{"effectiveDate":"2026-03-02","rates":[{"code":"EUR","mid":null}]}]',
            f"row 1, EUR: “” {NOT_A_RATE}",
        ),
        (
            b'[{"effectiveDate":"2026-03-02","rates":[{"code":"EUR","mid":true}]}]',
            f"row 1, EUR: “” {NOT_A_RATE}",
        ),
        (
            b'[{"effectiveDate":"2026-03-02","rates":[{"code":"EUR","bid":4.2,"ask":4.3}]}]',
            "row 1, f: rates of purchase and sale (table C)",
        ),
        (b"<ExchangeRatesTable><Rate/></ExchangeRatesTable>", "row 1, EffectiveDate: “”"),
        (b"<a><Rate><Bid>4</Bid></Rate></a>", "row 1, f: rates of purchase and sale"),
        (b"404 NotFound - Not Found - Brak danych", "row 1, f: neither tables"),
        (b"data;1EUR\n\x81;4,2\n", "f: neither UTF-8 nor windows-1250"),
    ],
)
def test_what_is_no_table_of_mean_rates_is_refused(body: bytes, said: str) -> None:
    """Another file than the bank's mean rates is refused with the reason."""
    assert complaints(read_nbp, body)[0].startswith(said)


@pytest.mark.parametrize(
    ("mid", "kept"),
    [("1e-05", "0.00001"), ("4.2E+0", "4.2"), ("1", "1"), ("4.20", "4.20"), ("1e15", None)],
)
def test_exponents_are_written_out(mid: str, kept: str | None) -> None:
    """A rate is kept as digits with a point, and refused when no bank quotes so many."""
    body = NBP_JSON.replace(b"4.2304", mid.encode())
    if kept is None:
        assert complaints(read_nbp, body) == [f"row 3, EUR: “1000000000000000” {NOT_A_RATE}"]
    else:
        assert f"EUR 1 {kept} 2026-03-02" in quoted(read_nbp, body)


@pytest.mark.parametrize(
    "mid", ["NaN", "Infinity", "-Infinity", "1e999999999", "9" * 5000, "1e-99", '"0x4"', "[4]"]
)
def test_odd_numbers_of_json_are_harmless(mid: str) -> None:
    """What JSON libraries take for numbers besides numbers is refused, and costs nothing."""
    assert len(complaints(read_nbp, NBP_JSON.replace(b"4.2304", mid.encode()))) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"[" * 100_000, "f: JSON nested without end"),
        (b'[{"rates":[],"rates":[]}]', "f: broken JSON: a name that stands twice in a record"),
        (b"[{]", "f: broken JSON: "),
        (b"[\xff]", "f: broken JSON: "),
    ],
    ids=["depth", "twice", "broken", "encoding"],
)
def test_broken_json_is_refused(body: bytes, said: str) -> None:
    """JSON that is broken, nested without end, or says a thing twice is refused in our words."""
    (found,) = complaints(read_nbp, body)
    assert found.startswith(said)
