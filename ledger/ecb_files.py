"""The files of the European Central Bank: `eurofxref`, and SDMX-CSV of its Data Portal.

`eurofxref` is csv (the history, newest day first, with a comma too many at the end of each line;
the day's file, with its day as `30 October 2026`) or xml (day, 90 days, history), and either in a
zip. The portal's csv is read by the names in its header: columns come and go there. A file is told
by what it holds, not by its name.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from xml.sax.xmlreader import AttributesImpl

from ledger.i18n import N_
from ledger.rate_files import (
    ISO_DAY,
    NO_DAY,
    Quotation,
    RateFile,
    Report,
    day_in,
    gathered,
    unpacked,
)
from ledger.rate_markup import Elements, is_xml, places, read_csv, read_xml
from ledger.rate_sources import RateSource

NOT_PUBLISHED = "N/A"
_LONG_DAY = re.compile(r"(?P<day>[0-9]{1,2}) (?P<month>[A-Z][a-z]+) (?P<year>[0-9]{4})", re.ASCII)
_CODES = re.compile(r"[A-Z]{3}(,[A-Z]{3})*", re.ASCII)

_PORTAL = ("FREQ", "CURRENCY", "CURRENCY_DENOM", "TIME_PERIOD", "OBS_VALUE")
# Where the portal says why there is no value: holiday, no such datum, not collected, suppressed.
_MISSING = frozenset("HLMOQ")

_NO_HEADER = N_("no header Date,USD,… with each currency once")
_OTHER_LENGTH = N_("not as many cells as the header: %(found)s")
_AVERAGES = N_(
    "averages or other figures (FREQ %(found)s), no rates of days: fetch the daily series, "
    "whose key begins with D."
)
_OTHER_MONEY = N_("for one %(found)s, not for one euro: fetch the series D.….EUR.SP00.A")


def read_ecb(body: bytes, *, filename: str) -> RateFile:
    """Read a csv, xml or zip of the European Central Bank, in the order of the file.

    Raises UnreadableRatesError with everything that is wrong, each with line and column; a file
    larger than LARGEST_FILE, packed or unpacked, and one with a document type are refused.
    """
    report = Report(filename)
    text = unpacked(body, report)
    quotations = _of_xml(text, report) if is_xml(text) else _of_csv(text, report)
    return gathered(quotations, report, home=RateSource.ECB.home)


def _of_csv(body: bytes, report: Report) -> Iterator[Quotation]:
    try:
        rows = read_csv(body.decode("utf-8-sig"), report, separator=",")
    except UnicodeDecodeError as error:
        report.refuse(N_("neither csv in UTF-8 nor xml nor zip: %(found)s"), str(error))
    _, header = next(rows, (1, []))
    if "OBS_VALUE" in header:
        return _of_portal(header, rows, report)
    columns = header[1:-1] if header[-1:] == [""] else header[1:]
    if header[:1] != ["Date"] or len(set(columns)) != len(columns):
        report.refuse(_NO_HEADER, line=1)
    if not _CODES.fullmatch(",".join(columns)):
        report.refuse(_NO_HEADER, line=1)
    return _of_table(header, columns, rows, report)


def _of_table(
    header: Sequence[str],
    columns: Sequence[str],
    rows: Iterator[tuple[int, list[str]]],
    report: Report,
) -> Iterator[Quotation]:
    for line, cells in rows:
        if len(cells) == len(header):
            yield from _of_day(line, cells, columns, report)
        elif cells:
            report.add(_OTHER_LENGTH, len(cells), line=line)


def _of_day(
    line: int, cells: Sequence[str], columns: Sequence[str], report: Report
) -> Iterator[Quotation]:
    on = _day(cells[0], line, report)
    if on is not None:
        for currency, text in zip(columns, cells[1:], strict=False):
            if text != NOT_PUBLISHED:
                yield Quotation(line, on, currency, text)


def _day(text: str, line: int, report: Report) -> date | None:
    on = day_in(text, ISO_DAY) or day_in(text, _LONG_DAY)
    if on is None:
        report.add(NO_DAY, text, line=line, column="Date")
    return on


def _of_portal(
    header: Sequence[str], rows: Iterator[tuple[int, list[str]]], report: Report
) -> Iterator[Quotation]:
    freq, currency, denominator, period, value = places(header, _PORTAL, report, 1)
    status = header.index("OBS_STATUS") if "OBS_STATUS" in header else None
    for line, cells in rows:
        if len(cells) != len(header):
            if cells:
                report.add(_OTHER_LENGTH, len(cells), line=line)
            continue
        if cells[freq] != "D":
            report.refuse(_AVERAGES, cells[freq], line=line)
        if cells[denominator] != RateSource.ECB.home:
            report.add(_OTHER_MONEY, cells[denominator], line=line, column="CURRENCY_DENOM")
            continue
        if not cells[value] and status is not None and cells[status] in _MISSING:
            continue
        on = report.day(cells[period], ISO_DAY, line=line, column="TIME_PERIOD")
        if on is not None:
            yield Quotation(line, on, cells[currency], cells[value])


def _of_xml(body: bytes, report: Report) -> Iterator[Quotation]:
    cubes = _Cubes()
    read_xml(body, cubes, report)
    for line, day, currency, text in cubes.cells:
        on = _day(day, line, report)
        if on is not None and text != NOT_PUBLISHED:
            yield Quotation(line, on, currency, text)


class _Cubes(Elements):
    """Reads `<Cube time=…>` and the `<Cube currency=… rate=…>` in it, whatever their namespace."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[tuple[int, str, str, str]] = []
        self._day = ""

    def opened(self, name: str, attributes: AttributesImpl, line: int) -> None:
        if name != "Cube":
            return
        self._day = attributes.get("time", self._day)
        if "currency" in attributes:
            rate = attributes.get("rate", "")
            self.cells.append((line, self._day, attributes["currency"], rate))
