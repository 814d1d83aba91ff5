"""JSON, XML and CSV as banks write them, read so that no file makes the reader stumble.

Numbers stay the texts that were published. No document type and no entity is followed, no name may
stand twice in a record, and what is nested without end is refused like anything else.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NoReturn
from xml.sax import ContentHandler, SAXParseException
from xml.sax.xmlreader import AttributesImpl, Locator

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from ledger.i18n import N_
from ledger.rate_files import Report

# So many places may a number move its point; what moves it further is no rate.
FURTHEST = 15

_EXPONENT = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?[eE][+-]?[0-9]{1,3}", re.ASCII)
_NO_NAMES = N_("these columns are missing: %(found)s")


def read_json(body: bytes, report: Report) -> object:
    """Read JSON whose numbers are the texts they were published as, in whatever encoding."""
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            parse_float=plain_number,
            parse_int=plain_number,
            parse_constant=_refused_constant,
            object_pairs_hook=_record,
        )
    except RecursionError:
        report.refuse(N_("JSON nested without end"))
    except ValueError as error:
        report.refuse(N_("broken JSON: %(found)s"), str(error))


def plain_number(text: str) -> str:
    """Write out a number with an exponent, as 1e-05; any other stays as it was published."""
    if not _EXPONENT.fullmatch(text):
        return text
    number = Decimal(text)
    return format(number, "f") if abs(number.adjusted()) <= FURTHEST else text


def records(found: object, name: str = "") -> Iterator[dict[str, object]]:
    """Go through the records of a list, or of the list by that name in a record."""
    listed = found.get(name) if name and isinstance(found, dict) else found
    if isinstance(listed, list):
        yield from (each if isinstance(each, dict) else {} for each in listed)


def cell(record: dict[str, object], *names: str) -> str:
    """Give the text of the first of these names that a record has, or none."""
    for name in names:
        value = record.get(name)
        if isinstance(value, str):
            return value.strip()
    return ""


def _refused_constant(text: str) -> NoReturn:
    raise ValueError(text)


def _record(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a name that stands twice in a record")
    return record


class Elements(ContentHandler):
    """What a reader of XML learns of each element: its name without prefix, its line, its text."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._locator: Locator | None = None

    def opened(self, name: str, attributes: AttributesImpl, line: int) -> None:
        """Note that an element begins."""

    def closed(self, name: str, text: str, line: int) -> None:
        """Note that an element ends, and the text since the last tag."""

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 - SAX calls it so
        self._locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - likewise
        self.text.clear()
        self.opened(name.rpartition(":")[2], attrs, self._line)

    def endElement(self, name: str) -> None:  # noqa: N802 - likewise
        self.closed(name.rpartition(":")[2], "".join(self.text).strip(), self._line)
        self.text.clear()

    def characters(self, content: str) -> None:
        self.text.append(content)

    @property
    def _line(self) -> int:
        return (self._locator and self._locator.getLineNumber()) or 0


def is_xml(body: bytes) -> bool:
    """Whether a body begins as XML does."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def is_json(body: bytes) -> bool:
    """Whether a body begins as a list or a record in JSON does."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"[", b"{"))


def read_xml(body: bytes, elements: Elements, report: Report) -> None:
    """Lead a handler through XML; no document type, no entity, nothing from outside."""
    try:
        defusedxml.sax.parseString(body, elements, forbid_dtd=True)
    except DefusedXmlException:
        report.refuse(N_("a document type or entity, which no rate file has"))
    except SAXParseException as error:
        line = error.getLineNumber()
        report.refuse(N_("broken xml: %(found)s"), error.getMessage(), line=line)
    except (LookupError, ValueError) as error:
        report.refuse(N_("xml in no usual encoding: %(found)s"), str(error))


def central_european(body: bytes, report: Report) -> str:
    """Decode what Czech and Polish programs write: UTF-8, or windows-1250 as they did before."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return body.decode("cp1250")
    except UnicodeDecodeError as error:
        report.refuse(N_("neither UTF-8 nor windows-1250: %(found)s"), str(error))


def read_csv(text: str, report: Report, *, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Go through the rows of CSV, each with its line, its cells without the spaces around them."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in rows:
            yield rows.line_num, [each.strip() for each in cells]
    except csv.Error as error:
        report.refuse(N_("broken csv: %(found)s"), str(error))


def places(header: Sequence[str], names: Iterable[str], report: Report, line: int) -> list[int]:
    """Say at which places of a header columns stand, wherever its source has moved them."""
    missing = [name for name in names if header.count(name) != 1]
    if missing:
        report.refuse(_NO_NAMES, ", ".join(missing), line=line)
    return [header.index(name) for name in names]
