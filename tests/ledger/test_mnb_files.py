import pytest

from ledger.mnb_files import read_mnb
from tests.rate_bodies import MNB, MNB_RATES, complaints, quoted, soap

RATES = ["EUR 1 364.42 2026-09-25", "JPY 100 209.1 2026-09-25", "EUR 1 366.24000 2026-09-24"]
MAINTENANCE = b"""\
<!DOCTYPE html>
<html lang="hu"><head><title>Karbantart\xc3\xa1s</title></head><body></body></html>
"""


@pytest.mark.parametrize(
    "body",
    [
        soap(MNB_RATES, "s"),
        soap(MNB_RATES, "soap"),
        soap(MNB_RATES, ""),
        b"<?xml version='1.0' encoding='utf-8'?>\n" + MNB,
        soap('<?xml version="1.0" encoding="utf-16"?>' + MNB_RATES),
        MNB_RATES.encode(),
        MNB.replace(b"&lt;", b"<![CDATA[<]]>"),
    ],
    ids=["s:", "soap:", "no prefix", "declared", "declared inside", "unwrapped", "cdata"],
)
def test_rates_are_text_in_an_answer(body: bytes) -> None:
    """11: MNB's rates are escaped XML under any prefix, newest first, with mixed decimals."""
    assert quoted(read_mnb, body) == RATES


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (soap("<MNBExchangeRates></MNBExchangeRates>"), "f: no rate in it"),
        (soap('<MNBExchangeRates><Day date="2026-09-26" /></MNBExchangeRates>'), "f: no rate in"),
        (soap(""), "f: no rate in it"),
        (MAINTENANCE, "f: a web page and no file of rates: the service may be down"),
        (MAINTENANCE.replace(b"<!DOCTYPE html>", b""), "f: a web page and no file of rates"),
        (b"Service Unavailable", "f: no xml of the bank's web service"),
        (
            b"<s:Envelope><s:Fault><faultstring>Invalid date</faultstring></s:Fault></s:Envelope>",
            "row 1, f: the bank's service refuses instead of an answer: Invalid date",
        ),
        (soap("<MNBExchangeRates><Day date='2026-09-26'>"), "row 1, f: broken xml: "),
        (
            soap("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
            "f: a document type or entity, which no rate file has",
        ),
    ],
)
def test_an_answer_without_rates_is_refused(body: bytes, said: str) -> None:
    """11: An empty result, a refusal and a page of maintenance are refused with the reason."""
    assert complaints(read_mnb, body)[0].startswith(said)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('unit="100" ', "", "row 1, JPY: “” is not how many units of a currency"),
        ('unit="1" ', 'unit="-1" ', "row 1, EUR: “-1” is not how many units of a currency"),
        ('unit="1" ', 'unit="100" ', "row 1, EUR: the rate is of 100 euro, and must be of one"),
        ("364,42", "0", "row 1, EUR: “0” is not a rate above zero"),
        ("364,42", "-364,42", "row 1, EUR: “-364.42” is not a rate above zero"),
        ("364,42", "", "row 1, EUR: “” is not a rate above zero"),
        ('curr="JPY"', "", "row 1, f: “” is not the code of a currency"),
        ("2026-09-24", "2026.09.24", "row 1, date: “2026.09.24” is not a day"),
    ],
)
def test_a_damaged_answer_is_refused(before: str, after: str, said: str) -> None:
    """12: A rate of zero or below, and one without its unit, keep the answer out."""
    assert complaints(read_mnb, soap(MNB_RATES.replace(before, after, 1)))[0].startswith(said)
