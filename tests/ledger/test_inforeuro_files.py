import pytest

from ledger.inforeuro_files import read_inforeuro
from tests.rate_bodies import (
    INFOREURO_CURRENCY,
    INFOREURO_MONTH,
    INFOREURO_NOT_OUT,
    complaints,
    quoted,
)

OCTOBER = ["PLN 1 4.4468 2023-10-01", "USD 1 1.0538 2023-10-01"]


@pytest.mark.parametrize(
    "filename",
    ["inforeuro-2023-10.json", "2023-10.json", "InforEuro_2023-10 (1).json", "C:/a/2023-10.json"],
)
def test_a_month_is_named_by_its_file(filename: str) -> None:
    """The rates of a month do not say which: the file's name does, and many countries are one."""
    assert quoted(read_inforeuro, INFOREURO_MONTH, filename) == OCTOBER


@pytest.mark.parametrize(
    "filename",
    [
        "monthly-rates.json",
        "2023-13.json",
        "2023-10-05.json",
        "2023-10_2023-11.json",
        "202310.json",
    ],
)
def test_a_file_of_no_month_is_refused(filename: str) -> None:
    """Without a month in file or name nothing is guessed: the refusal says how to name the file."""
    (said,) = complaints(read_inforeuro, INFOREURO_MONTH, filename)
    assert said.endswith("name the file for it, such as inforeuro-2023-10.json")


@pytest.mark.parametrize(
    "month",
    [
        '"year":2023,"month":10',
        '"year":"2023","month":"10"',
        '"dateStart":"01/10/2023","dateEnd":"31/10/2023"',
        '"dateStart":"2023-10-01"',
        '"dateStart":"2023-10-01T00:00:00Z","dateEnd":"2023-10-31T00:00:00Z"',
    ],
)
def test_a_month_in_the_file_goes_first(month: str) -> None:
    """A list that says of which month it is needs no name, and no other name changes it."""
    body = INFOREURO_MONTH.replace(b'"country"', f'{month},"country"'.encode())
    assert quoted(read_inforeuro, body, "inforeuro-2024-01.json") == OCTOBER


def test_the_history_of_a_currency_has_its_months() -> None:
    """Each rate of a currency applies from the first day of its month."""
    assert quoted(read_inforeuro, INFOREURO_CURRENCY) == [
        "GBP 1 0.86333 2023-10-01",
        "GBP 1 0.8592 2023-09-01",
    ]


def test_a_month_not_out_yet_is_refused() -> None:
    """15: InforEuro's answer for a month that is not published says so, and is no file of rates."""
    (said,) = complaints(read_inforeuro, INFOREURO_NOT_OUT)
    assert said.startswith("f: InforEuro answers “No rates published for period” and no rates")


def test_a_rate_left_open_is_none() -> None:
    """A currency whose value is null has no rate in that month."""
    body = INFOREURO_MONTH.replace(b"4.4468", b"null")
    assert quoted(read_inforeuro, body, "2023-10.json") == OCTOBER[1:]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b"4.4468", b"0", "row 1, PLN: “0” is not a rate above zero"),
        (b"4.4468", b"-4.4468", "row 1, PLN: “-4.4468” is not a rate above zero"),
        (b"4.4468", b'"4,4468"', "row 1, PLN: “4,4468” is not a rate above zero"),
        (b',"value":4.4468', b"", "row 1, PLN: “” is not a rate above zero"),
        (b'"PLN"', b"null", "row 1, 2023-10: “” is not the code of a currency"),
        (b'\n"value":1.0538', b'"value":1.0539', "row 3, USD: USD of 2023-10-01 is 1.0538 in line"),
        (b"[{", b'[{"dateStart":"15/10/2023",', "row 1, dateStart: “15/10/2023 – ” is no month"),
        (b"[{", b'[{"month":13,"year":2023,', "row 1, month: “2023-13-01” is not a day"),
    ],
)
def test_a_damaged_month_is_refused(before: bytes, after: bytes, said: str) -> None:
    """12: A rate of zero or below, and one without currency or month, keep the file out."""
    body = INFOREURO_MONTH.replace(before, after, 1)
    assert complaints(read_inforeuro, body, "2023-10")[0].startswith(said)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b'Iso":"EUR"', b'Iso":"USD"', "row 1, refCurrencyIso: for one USD, not for one euro"),
        (b"31/10/2023", b"31/12/2023", "row 1, dateStart: “01/10/2023 – 31/12/2023” is no month"),
        (b"31/10/2023", b"31/10/23", "row 1, dateStart: “01/10/2023 – 31/10/23” is no month"),
        (b"01/09/2023", b"2/9/2023", "row 2, dateStart: “2/9/2023 – 30/09/2023” is no month"),
    ],
)
def test_a_damaged_history_is_refused(before: bytes, after: bytes, said: str) -> None:
    """Rates for other money, and of spans that are no months, are named with their record."""
    body = INFOREURO_CURRENCY.replace(before, after, 1)
    assert complaints(read_inforeuro, body)[0].startswith(said)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"[]", "f: no rate in it"),
        (b"{}", "f: no JSON of InforEuro"),
        (b"country;currency;value\n", "f: no JSON of InforEuro"),
        (b"<rates/>", "f: no JSON of InforEuro"),
        (b"[1]", "f: nothing in it says of which month it is"),
    ],
)
def test_what_is_no_file_of_inforeuro_is_refused(body: bytes, said: str) -> None:
    """Another file is refused with the reason."""
    assert complaints(read_inforeuro, body)[0].startswith(said)
