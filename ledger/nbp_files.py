"""The files of the National Bank of Poland: tables of its API, and the archive of a year.

The API gives JSON or xml, each currency for one unit. The archive is csv in windows-1250 with
commas in its numbers, and units in its header: `1EUR`, `100HUF`, `10000IDR`. Under the header stand
the currencies' names, and below the days code, name and unit once more.
"""

import re
from collections.abc import Iterator, Sequence
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
from ledger.rate_markup import (
    Elements,
    cell,
    central_european,
    is_json,
    is_xml,
    plain_number,
    read_csv,
    read_json,
    read_xml,
    records,
)
from ledger.rate_sources import RateSource

_DAY = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})", re.ASCII)
_HEADING = re.compile(r"([1-9][0-9]{0,6}) ?([A-Z]{3})", re.ASCII)
_FIRST, _NUMBERS = "data", ("nr tabeli", "pełny numer tabeli", "")
_FOOTERS = ("", "kod ISO", "nazwa waluty", "liczba jednostek")

_NO_HEADING = N_("no header data;1EUR;100HUF;… with each currency once and how many units of it")
_OTHER_LENGTH = N_("not as many cells as the header: %(found)s")
_BID_AND_ASK = N_(
    "rates of purchase and sale (table C), no average rates: fetch table A, which accounts use"
)
_NO_TABLE = N_("neither tables of the API in JSON or xml nor an archive in csv")


def read_nbp(body: bytes, *, filename: str) -> RateFile:
    """Read tables A and B of the National Bank of Poland: JSON or xml of its API, csv of a year.

    Raises UnreadableRatesError with everything that is wrong, each with line (of JSON: record) and
    column.
    """
    report = Report(filename)
    text = unpacked(body, report)
    of = _of_xml if is_xml(text) else _of_json if is_json(text) else _of_csv
    return gathered(of(text, report), report, home=RateSource.NBP.home)


def _of_json(body: bytes, report: Report) -> Iterator[Quotation]:
    found = read_json(body, report)
    record = 0
    for table in records(found if isinstance(found, list) else [found]):
        if "rates" not in table:
            report.refuse(_NO_TABLE)
        day = cell(table, "effectiveDate")
        on = report.day(day, ISO_DAY, line=record + 1, column="effectiveDate")
        for rate in records(table, "rates"):
            record += 1
            if "bid" in rate and "mid" not in rate:
                report.refuse(_BID_AND_ASK, line=record)
            if on is not None:
                yield Quotation(record, on, cell(rate, "code"), cell(rate, "mid"))


def _of_xml(body: bytes, report: Report) -> Iterator[Quotation]:
    tables = _Tables(report)
    read_xml(body, tables, report)
    yield from tables.quotations


class _Tables(Elements):
    """Reads `<EffectiveDate>`, and `<Code>` and `<Mid>` of each `<Rate>` after it."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.quotations: list[Quotation] = []
        self._report = report
        self._on: date | None = None
        self._rate: dict[str, str] = {}

    def opened(self, name: str, attributes: AttributesImpl, line: int) -> None:
        if name == "Rate":
            self._rate = {}
        elif name == "ExchangeRatesTable":
            self._on = None

    def closed(self, name: str, text: str, line: int) -> None:
        if name == "EffectiveDate":
            self._on = self._report.day(text, ISO_DAY, line=line, column=name)
        elif name == "Rate":
            self._note(line)
        else:
            self._rate[name] = text

    def _note(self, line: int) -> None:
        if "Bid" in self._rate and "Mid" not in self._rate:
            self._report.refuse(_BID_AND_ASK, line=line)
        code, mid = self._rate.get("Code", ""), plain_number(self._rate.get("Mid", ""))
        if self._on is not None:
            self.quotations.append(Quotation(line, self._on, code, mid))
        else:
            self._report.day("", ISO_DAY, line=line, column="EffectiveDate")


def _of_csv(body: bytes, report: Report) -> Iterator[Quotation]:
    rows = read_csv(central_european(body, report), report, separator=";")
    _, header = next(rows, (1, []))
    columns = _columns(header, report)
    for line, cells in rows:
        if not cells or cells[0] in _FOOTERS:
            continue
        if len(cells) != len(header):
            report.add(_OTHER_LENGTH, len(cells), line=line)
            continue
        on = report.day(cells[0], _DAY, line=line, column=_FIRST)
        for (unit, currency), text in zip(columns, cells[1:], strict=False):
            # Empty before a currency joins the table, and after it has left.
            if on is not None and text:
                yield Quotation(line, on, currency, with_point(text), unit)


def _columns(header: Sequence[str], report: Report) -> list[tuple[str, str]]:
    if header[:1] != [_FIRST]:
        report.refuse(_NO_TABLE, line=1)
    columns = []
    for each in header[1:]:
        if each in _NUMBERS:
            break
        found = _HEADING.fullmatch(each)
        if found is None:
            report.refuse(_NO_HEADING, line=1)
        columns.append((found[1], found[2]))
    if not columns or len({currency for _, currency in columns}) != len(columns):
        report.refuse(_NO_HEADING, line=1)
    return columns
