"""Small files of published rates, in the shape in which each source writes them."""

import io
import zipfile
from html import escape

import pytest

from ledger.errors import UnreadableRatesError
from ledger.rate_readers import Reader

ECB_HISTORY = b"""\
Date,USD,JPY,BGN,HUF,PLN,SEK,
2026-10-30,1.1172,175.68,N/A,366.33,4.4038,10.978,
2026-10-29,1.113,175.92,N/A,365.95,4.3938,10.9995,
2025-12-31,1.175,184.09,1.9558,385.15,4.221,10.8215,
"""
ECB_DAY = b"""\
Date, USD, JPY, HUF, PLN, SEK, \n\
30 October 2026, 1.1172, 175.68, 366.33, 4.4038, 10.9780, \n\
"""
ECB_XML = b"""\
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
ECB_PORTAL = b"""\
KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,BREAKS,TITLE
EXR.D.PLN.EUR.SP00.A,D,PLN,EUR,SP00,A,1999-12-30,4.1587,A,,"Zloty, ""PLN"", for one euro"
EXR.D.PLN.EUR.SP00.A,D,PLN,EUR,SP00,A,1999-12-31,,H,,"Zloty, ""PLN"", for one euro"
EXR.D.SEK.EUR.SP00.A,D,SEK,EUR,SP00,A,1999-12-30,8.5625,A,,"Krona, for one euro"
"""
NBP_JSON = """\
[{"table":"A","no":"041/A/NBP/2026","effectiveDate":"2026-03-02","rates":[
{"currency":"dolar amerykański","code":"USD","mid":3.6056},
{"currency":"dolar kanadyjski","code":"CAD","mid":2.6410},
{"currency":"euro","code":"EUR","mid":4.2304},
{"currency":"forint (Węgry)","code":"HUF","mid":0.011155},
{"currency":"korona czeska","code":"CZK","mid":0.1744}]},
{"table":"A","no":"042/A/NBP/2026","effectiveDate":"2026-03-03","rates":[
{"currency":"euro","code":"EUR","mid":4.2419},
{"currency":"rupia indonezyjska","code":"IDR","mid":2.1e-4}]}]
""".encode()
NBP_XML = """\
<?xml version="1.0" encoding="utf-8"?>
<ArrayOfExchangeRatesTable xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<ExchangeRatesTable><Table>A</Table><No>041/A/NBP/2026</No>
<EffectiveDate>2026-03-02</EffectiveDate><Rates>
<Rate><Currency>euro</Currency><Code>EUR</Code><Mid>4.2304</Mid></Rate>
<Rate><Currency>forint (Węgry)</Currency><Code>HUF</Code><Mid>0.011155</Mid></Rate>
</Rates></ExchangeRatesTable></ArrayOfExchangeRatesTable>
""".encode()
NBP_ARCHIVE = """\
data;1USD;1EUR;100HUF;1CZK;10000IDR;nr tabeli;pełny numer tabeli;
;dolar amerykański;euro;forint (Węgry);korona czeska;rupia indonezyjska;
20240102;3,9432;4,3434;1,1365;0,1758;2,5465;1;001/A/NBP/2024;
20240103;3,9909;4,3646;1,1443;0,1768;2,5691;2;002/A/NBP/2024;

kod ISO;USD;EUR;HUF;CZK;IDR;
nazwa waluty;dolar amerykański;euro;forint (Węgry);korona czeska;rupia indonezyjska;
liczba jednostek;1;1;100;1;10000;
""".encode("cp1250")
CNB_DAY = """\
21.04.2000 #80
země|měna|množství|kód|kurz
Dánsko|koruna|1|DKK|4,867
EMU|euro|1|EUR|36,270
Maďarsko|forint|100|HUF|14,054
Slovensko|koruna|100|SKK|87,331

země|denominace|množství|kód|poměr
Itálie|lira|1000|ITL|18,732
SRN|marka|1|DEM|18,545
""".encode()
CNB_YEAR = b"""\
17.12.2021|15,974|25,260|6,872|34,184
Datum|1 AUD|1 EUR|100 HUF|100 RUB
03.01.2022|15,818|24,835|6,777|29,299
01.03.2022|16,423|25,190|6,701|21,500
Datum|1 AUD|1 EUR|100 HUF
02.03.2022|16,752|25,615|6,688
"""
CNB_JSON = b"""\
{"rates":[
{"currencyCode":"EUR","amount":1,"validFor":"2026-01-02","rate":24.165},
{"currencyCode":"HUF","amount":100,"validFor":"2026-01-02","rate":6.304}]}
"""


def soap(inner: str, prefix: str = "s") -> bytes:
    """Wrap rates as the web service of the National Bank of Hungary does: as text."""
    mark, of = (f"{prefix}:", f":{prefix}") if prefix else ("", "")
    return (
        f'<{mark}Envelope xmlns{of}="http://schemas.xmlsoap.org/soap/envelope/"><{mark}Body>'
        '<GetExchangeRatesResponse xmlns="http://www.mnb.hu/webservices/">'
        f"<GetExchangeRatesResult>{escape(inner, quote=False)}</GetExchangeRatesResult>"
        f"</GetExchangeRatesResponse></{mark}Body></{mark}Envelope>"
    ).encode()


MNB_RATES = (
    '<MNBExchangeRates><Day date="2026-09-25"><Rate unit="1" curr="EUR">364,42</Rate>'
    '<Rate unit="100" curr="JPY">209,1</Rate></Day><Day date="2026-09-24">'
    '<Rate unit="1" curr="EUR">366,24000</Rate></Day></MNBExchangeRates>'
)
MNB = soap(MNB_RATES)
INFOREURO_MONTH = b"""\
[{"country":"Poland","currency":"Zloty","isoA3Code":"PLN","isoA2Code":"PL","value":4.4468},
{"country":"Ecuador","currency":"US dollar","isoA3Code":"USD","isoA2Code":"EC","value":1.0538},
{"country":"United States","currency":"US dollar","isoA3Code":"USD","isoA2Code":"US",
"value":1.0538},
{"country":"Austria","currency":"Euro","isoA3Code":"EUR","isoA2Code":"AT","value":1}]
"""
INFOREURO_CURRENCY = b"""\
[{"currencyIso":"GBP","refCurrencyIso":"EUR","amount":0.86333,
"dateStart":"01/10/2023","dateEnd":"31/10/2023"},
{"currencyIso":"GBP","refCurrencyIso":"EUR","amount":0.8592,
"dateStart":"01/09/2023","dateEnd":"30/09/2023"}]
"""
INFOREURO_NOT_OUT = b'{"code":5,"message":"No rates published for period"}'


def zipped(body: bytes, *more: bytes, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack files as a zip, the same at every hour."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, each in enumerate((body, *more)):
            member = zipfile.ZipInfo(f"rates-{number}.csv")
            archive.writestr(member, each, compress_type=packing)
    return packed.getvalue()


def quoted(read: Reader, body: bytes, filename: str = "f") -> list[str]:
    """Read a file, and list its rates as `HUF 100 1.1365 2024-01-02`."""
    rates = read(body, filename=filename).rates
    assert all(each.published_on == each.applies_on for each in rates)
    return [f"{each.currency} {each.unit} {each.value} {each.applies_on}" for each in rates]


def complaints(read: Reader, body: bytes, filename: str = "f") -> list[str]:
    """Read a file that cannot be read, and list what is said of it."""
    with pytest.raises(UnreadableRatesError) as refusal:
        read(body, filename=filename)
    return [f"{problem.place}: {problem}" for problem in refusal.value.problems]
