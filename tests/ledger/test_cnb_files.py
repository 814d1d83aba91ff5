import pytest

from ledger.cnb_files import read_cnb
from tests.rate_bodies import CNB_DAY, CNB_JSON, CNB_YEAR, complaints, quoted

TURKEY = b"""\
Datum|1 EUR|1 TRY
29.12.2023|24,725|0,757
Datum|1 EUR|100 TRY
02.01.2024|24,655|75,776
"""


def test_a_year_is_read_by_its_last_heading() -> None:
    """8: The heading stands anew in mid-year where the basket changes, and rules what follows."""
    assert quoted(read_cnb, CNB_YEAR) == [
        "AUD 1 15.818 2022-01-03",
        "EUR 1 24.835 2022-01-03",
        "HUF 100 6.777 2022-01-03",
        "RUB 100 29.299 2022-01-03",
        "AUD 1 16.423 2022-03-01",
        "EUR 1 25.190 2022-03-01",
        "HUF 100 6.701 2022-03-01",
        "RUB 100 21.500 2022-03-01",
        "AUD 1 16.752 2022-03-02",
        "EUR 1 25.615 2022-03-02",
        "HUF 100 6.688 2022-03-02",
    ]


def test_lines_above_the_first_heading_are_counted() -> None:
    """Nobody can tell the currencies of a line without a heading: it is left aside and counted."""
    assert read_cnb(CNB_YEAR, filename="f").unread == 1
    assert read_cnb(TURKEY, filename="f").unread == 0


def test_units_change() -> None:
    """9: The lira is quoted for 1 until 2023, then for 100, and each line keeps its unit."""
    lira = [each for each in quoted(read_cnb, TURKEY) if each.startswith("TRY")]
    assert lira == ["TRY 1 0.757 2023-12-29", "TRY 100 75.776 2024-01-02"]


def test_the_euro_is_of_a_country_called_emu() -> None:
    """10: EMU|euro is the euro, beside the old currencies in a second table until 2001."""
    expected = [
        "DKK 1 4.867 2000-04-21",
        "EUR 1 36.270 2000-04-21",
        "HUF 100 14.054 2000-04-21",
        "SKK 100 87.331 2000-04-21",
        "ITL 1000 18.732 2000-04-21",
        "DEM 1 18.545 2000-04-21",
    ]
    assert quoted(read_cnb, CNB_DAY) == expected
    assert quoted(read_cnb, CNB_DAY.decode().encode("cp1250")) == expected
    assert quoted(read_cnb, b"\xef\xbb\xbf" + CNB_DAY.replace(b"\n", b"\r\n")) == expected


def test_the_english_text_has_points() -> None:
    """In English the day is 09 Apr 2025 and decimals have a point; the rates are the same."""
    body = (
        b"09 Apr 2025 #70\nCountry|Currency|Amount|Code|Rate\nEMU|euro|1|EUR|25.123\n"
        b"Hungary|forint|100|HUF|6.161\n"
    )
    assert quoted(read_cnb, body) == ["EUR 1 25.123 2025-04-09", "HUF 100 6.161 2025-04-09"]
    assert quoted(read_cnb, b"Date|1 EUR\n03 Jan 2025|25.155\n") == ["EUR 1 25.155 2025-01-03"]


def test_the_api_gives_amounts() -> None:
    """JSON names each currency's amount and day."""
    assert quoted(read_cnb, CNB_JSON) == ["EUR 1 24.165 2026-01-02", "HUF 100 6.304 2026-01-02"]


def test_days_may_follow_each_other() -> None:
    """Several days in one text are read each under its own day."""
    later = CNB_DAY.replace(b"21.04.2000 #80", b"25.04.2000 #81")
    assert len(quoted(read_cnb, CNB_DAY + b"\n" + later)) == 12


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("|1|EUR|", "|100|EUR|", "row 4, EUR: the rate is of 100 euro, and must be of one"),
        ("|100|HUF|", "||HUF|", "row 5, HUF: “” is not how many units of a currency"),
        ("|100|HUF|", "|0|HUF|", "row 5, HUF: “0” is not how many units of a currency"),
        ("|100|HUF|", "|9999999|HUF|", "row 5, HUF: “9999999” is not how many units"),
        ("36,270", "0,000", "row 4, EUR: “0.000” is not a rate above zero"),
        ("36,270", "-36,270", "row 4, EUR: “-36.270” is not a rate above zero"),
        ("|EUR|", "|euro|", "row 4, euro: “euro” is not the code of a currency"),
        ("|1|EUR|36,270", "|1|EUR", "row 4, f: not as many cells as the last heading: 4"),
        ("21.04.2000", "31.04.2000", "row 1, Datum: “31.04.2000” is not a day"),
        ("21.04.2000 #80\n", "", "row 2, Datum: “” is not a day"),
        ("kód|kurz", "kód|kód", "row 2, f: no heading země|…|množství|kód|kurz"),
        ("země|měna|množství|kód|kurz\n", "", "row 2, f: “Dánsko” is no line of rates"),
    ],
)
def test_a_damaged_day_is_refused(before: str, after: str, said: str) -> None:
    """12: A rate of zero or below, and one without its unit, keep a day's text out."""
    body = CNB_DAY.decode().replace(before, after, 1).encode()
    assert complaints(read_cnb, body)[0].startswith(said)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"Datum|EUR\n", "row 1, f: no heading Datum|1 EUR|100 HUF|…"),
        (b"Datum|1 EUR|1 EUR\n", "row 1, f: no heading Datum|1 EUR|100 HUF|…"),
        (b"Datum\n", "row 1, f: no heading Datum|1 EUR|100 HUF|…"),
        (b"Datum|1 EUR\n01.07.2024|25,0|4\n", "row 2, f: not as many cells as the last heading: 3"),
        (b"Datum|1 EUR\n32.07.2024|25,0\n", "row 2, Datum: “32.07.2024” is not a day"),
        (b"17.12.2021|15,974\n", "f: no rate in it"),
        (b"Date,PLN\n2026-10-30,4.4\n", "row 1, f: “Date,PLN” is no line of rates"),
        (b"\x81\xff", "f: neither UTF-8 nor windows-1250"),
        (b'{"rates":[]}', "f: no rate in it"),
        (b'{"description":"Bad Request"}', "f: neither a text of the bank"),
        (b"[]", "f: neither a text of the bank"),
        (CNB_JSON.replace(b'"amount":100,', b""), "row 2, HUF: “” is not how many units"),
        (CNB_JSON.replace(b"2026-01-02", b"02.01.2026", 1), "row 1, validFor: “02.01.2026”"),
        (b"", "f: no rate in it"),
    ],
)
def test_what_is_no_file_of_the_bank_is_refused(body: bytes, said: str) -> None:
    """Another file than the bank's, and one without a rate, is refused with the reason."""
    assert complaints(read_cnb, body)[0].startswith(said)
