"""The answers of the National Bank of Hungary's web service: rates in XML, wrapped as text in SOAP.

Prefixes differ between answers (`s:`, `soap:`, none), and so do the decimals within one (`364,42`
beside `366,24000`); the newest day comes first. The service has no TLS: what it answers is kept
with its hash.
"""

import re
from collections.abc import Iterator
from datetime import date
from xml.sax.xmlreader import AttributesImpl

from ledger.i18n import N_
from ledger.rate_files import (
    ISO_DAY,
    Quotation,
    RateFile,
    Report,
    gathered,
    unpacked,
    with_point,
)
from ledger.rate_markup import Elements, is_xml, read_xml
from ledger.rate_sources import RateSource

_RESULT = "GetExchangeRatesResult"
_DECLARATION = re.compile(r"\A<\?xml[^>]*\?>")

_NO_XML = N_("no xml of the bank's web service (GetExchangeRates)")
_FAULT = N_("the bank's service refuses instead of an answer: %(found)s")


def read_mnb(body: bytes, *, filename: str) -> RateFile:
    """Read what the web service of the National Bank of Hungary answers to GetExchangeRates.

    The rates alone, as they lie in the answer, are read too. Raises UnreadableRatesError with
    everything that is wrong.
    """
    report = Report(filename)
    text = unpacked(body, report)
    if not is_xml(text):
        report.refuse(_NO_XML)
    return gathered(_quotations(text, report), report, home=RateSource.MNB.home)


def _quotations(body: bytes, report: Report) -> Iterator[Quotation]:
    answer = _Days(report)
    read_xml(body, answer, report)
    if answer.result:
        inner = _Days(report)
        # A text is UTF-8 by now, whatever it says of itself.
        read_xml(_DECLARATION.sub("", answer.result).encode(), inner, report)
        yield from inner.quotations
    yield from answer.quotations


class _Days(Elements):
    """Reads `<Day date=…>` and the `<Rate unit=… curr=…>` in it, or keeps the text of a result."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.quotations: list[Quotation] = []
        self.result = ""
        self._report = report
        self._on: date | None = None
        self._rate: tuple[str, str] = ("", "")

    def opened(self, name: str, attributes: AttributesImpl, line: int) -> None:
        if name == "Day":
            self._on = self._report.day(
                attributes.get("date", ""), ISO_DAY, line=line, column="date"
            )
        elif name == "Rate":
            self._rate = attributes.get("curr", ""), attributes.get("unit", "")

    def closed(self, name: str, text: str, line: int) -> None:
        match name:
            case "Rate" if self._on is not None:
                currency, unit = self._rate
                self.quotations.append(Quotation(line, self._on, currency, with_point(text), unit))
            case "faultstring":
                self._report.refuse(_FAULT, text, line=line)
            case _ if name == _RESULT:
                self.result = text
