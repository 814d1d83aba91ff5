"""The parts of an .xlsx made final: known values in formulas, one byte sequence for one content.

openpyxl writes formulas without values, the time of saving and charts without words, and its fonts
out of the schema's order. This module knows the format (ECMA-376), and nothing of any library.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from xml.etree import ElementTree as ET

from reports.sheet import decimal_text

SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
TERMS = "http://purl.org/dc/terms/"
HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX = 3
FONT_ORDER = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign"),
    *("sz", "color", "name", "family", "charset", "scheme"),
)

Cached = Mapping[str, Decimal | int | str]


def finished(
    archive: bytes, *, cached: Sequence[Cached], alts: Sequence[str], generated_at: datetime
) -> bytes:
    """Rewrite a workbook: values per sheet and cell, words per chart, one fixed time.

    `cached` goes in the order of the sheets and `alts` in that of the drawings, as openpyxl numbers
    both. The same content gives the same bytes on every run.
    """
    words = iter(alts)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in sorted(source.namelist(), key=_part_order):
            root = ET.fromstring(source.read(name))  # noqa: S314 - openpyxl wrote it just now
            if sheet := re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name):
                _fill_values(root, cached[int(sheet[1]) - 1])
            elif re.fullmatch(r"xl/drawings/drawing\d+\.xml", name):
                _describe(root, words)
            elif name == "xl/styles.xml":
                _order_fonts(root)
            elif name == "docProps/core.xml":
                _date(root, generated_at)
            target.writestr(_entry(name), _canonical(root))
    return out.getvalue()


def _canonical(root: ET.Element) -> bytes:
    """Write XML in one way only: attributes sorted, and the root's namespace as the default one.

    Package relations under a prefix are well-formed, and LibreOffice does not see them.
    """
    for element in root.iter():
        if len(element.attrib) > 1:
            ordered = sorted(element.attrib.items())
            element.attrib.clear()
            element.attrib.update(ordered)
    text = ET.tostring(root, encoding="unicode")
    if match := re.match(r"<(\w+):", text):
        prefix = match[1]
        text = text.replace(f"<{prefix}:", "<").replace(f"</{prefix}:", "</")
        text = text.replace(f" xmlns:{prefix}=", " xmlns=")
    return HEAD + text.encode()


def _part_order(name: str) -> tuple[bool, list[str | int]]:
    numbered = [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]
    return name != "[Content_Types].xml", numbered


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.create_system = UNIX
    entry.external_attr = 0o600 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _fill_values(root: ET.Element, cached: Cached) -> None:
    for cell in root.iter(f"{{{SHEETS}}}c"):
        if cell.find(f"{{{SHEETS}}}f") is None:
            continue
        known = cached[cell.attrib["r"]]
        value = cell.find(f"{{{SHEETS}}}v")
        if value is None:
            value = ET.SubElement(cell, f"{{{SHEETS}}}v")
        if isinstance(known, str):
            cell.set("t", "str")
            value.text = known
        else:
            value.text = decimal_text(known)


def _describe(root: ET.Element, words: Iterator[str]) -> None:
    for number, frame in enumerate(root.iter(f"{{{DRAWING}}}cNvPr"), 1):
        frame.set("name", f"Chart {number}")
        frame.set("descr", next(words))


def _order_fonts(root: ET.Element) -> None:
    for font in root.iter(f"{{{SHEETS}}}font"):
        font[:] = sorted(font, key=lambda child: FONT_ORDER.index(child.tag.partition("}")[2]))


def _date(root: ET.Element, generated_at: datetime) -> None:
    for name in ("created", "modified"):
        for element in root.iter(f"{{{TERMS}}}{name}"):
            element.text = f"{generated_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
