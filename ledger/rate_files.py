"""The files in which central banks publish their rates, read as published.

The European Central Bank's are `eurofxref` as csv (the history, newest day first, with a comma too
many at the end of each line; the day's file, with its day as `30 October 2026`), as xml (day,
90 days, history), and either in a zip. A file is told by what it holds, not by its name.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple, NoReturn
from xml.sax import ContentHandler, SAXParseException
from xml.sax.xmlreader import AttributesImpl, Locator

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from ledger.errors import InputProblem, UnreadableRatesError
from ledger.i18n import N_, Message

# The whole history since 1999 is 2 MB as csv and 7 MB as xml.
LARGEST_FILE = 32 * 1024 * 1024
LARGEST_REPORT = 100

# Other ways of packing may ask for gigabytes before they give a byte.
_ONE_FILE = ([zipfile.ZIP_DEFLATED], [zipfile.ZIP_STORED])
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)

_NOT_PUBLISHED = "N/A"
_RATE = re.compile(r"(0|[1-9][0-9]{0,6})(\.[0-9]{1,8})?")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_LONG_DAY = re.compile(r"([0-9]{1,2}) ([A-Z][a-z]+) ([0-9]{4})")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class PublishedRate:
    """One quotation, in the very text that its source published.

    Of sources that quote for one euro: `value` of the currency, and the unit is 1. Of others:
    `value` of the source's own money for so many units of the currency.
    """

    currency: str
    unit: int
    value: str
    published_on: date
    applies_on: date


@dataclass(frozen=True, slots=True)
class RateFile:
    """What a file holds: each rate once, and how many lines nobody can tell the currencies of."""

    rates: tuple[PublishedRate, ...]
    unread: int = 0


def read_ecb(body: bytes, *, filename: str) -> RateFile:
    """Read a csv, xml or zip of the European Central Bank, in the order of the file.

    Raises UnreadableRatesError with everything that is wrong, each with line and column; a file
    larger than LARGEST_FILE, packed or unpacked, and one with a document type are refused.
    """
    report = _Report(filename)
    text = _unpacked(body, report)
    cells = _xml_cells if text.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else _csv_cells
    rates = [rate for cell in cells(text, report) if (rate := _published(cell, report))]
    if not rates and not report.problems:
        report.add(N_("no rate in it"))
    report.close()
    return RateFile(tuple(rates))


class _Report:
    """Everything wrong with one file, so that it is said at once."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.problems: dict[tuple[int | None, str | None], InputProblem] = {}

    def add(
        self,
        message: Message,
        found: object = "",
        *,
        line: int | None = None,
        column: str | None = None,
    ) -> None:
        """Note what is wrong and where, once a place; close as soon as a page is full."""
        problem = InputProblem(self.filename, message, {"found": found}, row=line, column=column)
        self.problems[line, column] = problem
        if len(self.problems) >= LARGEST_REPORT:
            self.close()

    def refuse(self, message: Message, found: object = "", *, line: int | None = None) -> NoReturn:
        """Raise what makes the whole file unreadable, with what was wrong before."""
        self.add(message, found, line=line)
        raise UnreadableRatesError(tuple(self.problems.values()))

    def close(self) -> None:
        """Raise UnreadableRatesError if anything was wrong."""
        if self.problems:
            raise UnreadableRatesError(tuple(self.problems.values()))


class _Cell(NamedTuple):
    line: int
    day: str
    currency: str
    text: str


def _published(cell: _Cell, report: _Report) -> PublishedRate | None:
    on = _day(cell.day)
    if on is None:
        report.add(N_("“%(found)s” is not a day"), cell.day, line=cell.line, column="Date")
        return None
    if cell.text == _NOT_PUBLISHED:
        return None
    if not _RATE.fullmatch(cell.text) or not cell.text.strip("0."):
        message = N_("“%(found)s” is not a rate above zero, such as 4.4038")
        report.add(message, cell.text, line=cell.line, column=cell.currency)
        return None
    return PublishedRate(cell.currency, 1, cell.text, on, on)


@lru_cache(maxsize=1)
def _day(text: str) -> date | None:
    try:
        if iso := _ISO_DAY.fullmatch(text):
            return date(*map(int, iso.groups()))
        if long := _LONG_DAY.fullmatch(text):
            day, month, year = long.groups()
            return date(int(year), _MONTHS.index(month) + 1, int(day))
    except ValueError:
        return None
    return None


def _unpacked(body: bytes, report: _Report) -> bytes:
    if len(body) > LARGEST_FILE:
        report.refuse(N_("larger than %(found)s bytes"), LARGEST_FILE)
    if not body.startswith(b"PK\x03\x04"):
        return body
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = archive.infolist()
            if [each.compress_type for each in members] not in _ONE_FILE:
                report.refuse(N_("a zip of anything but one deflated file"))
            with archive.open(members[0]) as member:
                text = member.read(LARGEST_FILE + 1)
    except _BROKEN_ZIP as error:
        report.refuse(N_("a broken zip: %(found)s"), error)
    if len(text) > LARGEST_FILE:
        report.refuse(N_("larger than %(found)s bytes"), LARGEST_FILE)
    return text


def _csv_cells(body: bytes, report: _Report) -> Iterator[_Cell]:
    try:
        lines = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
        header = [name.strip() for name in next(lines, [])]
        columns = header[1:-1] if header[-1:] == [""] else header[1:]
        if header[:1] != ["Date"] or not all(columns) or len(set(columns)) != len(columns):
            report.refuse(N_("no header Date,USD,… with each currency once"), line=1)
        for cells in lines:
            if len(cells) == len(header):
                day, *values = (cell.strip() for cell in cells)
                for currency, value in zip(columns, values, strict=False):
                    yield _Cell(lines.line_num, day, currency, value)
            elif cells:
                message = N_("not as many cells as the header: %(found)s")
                report.add(message, len(cells), line=lines.line_num)
    except (UnicodeDecodeError, csv.Error) as error:
        report.refuse(N_("neither csv in UTF-8 nor xml nor zip: %(found)s"), error)


def _xml_cells(body: bytes, report: _Report) -> Iterator[_Cell]:
    cubes = _Cubes()
    try:
        defusedxml.sax.parseString(body, cubes, forbid_dtd=True)
    except DefusedXmlException:
        report.refuse(N_("a document type or entity, which no rate file has"))
    except SAXParseException as error:
        line = error.getLineNumber()
        report.refuse(N_("broken xml: %(found)s"), error.getMessage(), line=line)
    except (LookupError, ValueError) as error:
        report.refuse(N_("xml in no usual encoding: %(found)s"), error)
    yield from cubes.cells


class _Cubes(ContentHandler):
    """Reads `<Cube time=…>` and the `<Cube currency=… rate=…>` in it, whatever their namespace."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[_Cell] = []
        self._day = ""
        self._locator: Locator | None = None

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 - SAX calls it so
        self._locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - likewise
        if name.rpartition(":")[2] != "Cube":
            return
        self._day = attrs.get("time", self._day)
        if "currency" in attrs:
            line = (self._locator and self._locator.getLineNumber()) or 0
            self.cells.append(_Cell(line, self._day, attrs["currency"], attrs.get("rate", "")))
