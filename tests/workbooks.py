"""Workbooks to test imports with: good ones, and the hostile corpus of files sent to do harm.

They are put together part by part, so that each holds exactly what its name says.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping

import openpyxl

Cells = Iterable[Iterable[object]]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"

HEADER = "<row r='1'><c r='A1' t='inlineStr'><is><t>amount</t></is></c></row>"


def workbook(sheets: Mapping[str, Cells]) -> bytes:
    """Save sheets as a spreadsheet program does."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """Give what a workbook is as a file."""
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def package(
    rows: str = "",
    *,
    before: str = "",
    prolog: str = "",
    texts: str = "",
    parts: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """Put a workbook of one sheet together: what its rows, its prolog and its other parts say."""
    written = {
        "[Content_Types].xml": f"<Types xmlns='{PACKAGE}/content-types'>"
        f"<Override PartName='/xl/workbook.xml' ContentType='{TYPES}.sheet.main+xml'/>"
        f"<Override PartName='/xl/worksheets/sheet1.xml' ContentType='{TYPES}.worksheet+xml'/>"
        f"<Override PartName='/xl/sharedStrings.xml' ContentType='{TYPES}.sharedStrings+xml'/>"
        "</Types>",
        "_rels/.rels": f"<Relationships xmlns='{PACKAGE}/relationships'><Relationship Id='rId1'"
        f" Type='{OFFICE}/officeDocument' Target='xl/workbook.xml'/></Relationships>",
        "xl/workbook.xml": f"<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'><sheets>"
        "<sheet name='Contributions' sheetId='1' r:id='rId1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{PACKAGE}/relationships'>"
        f"<Relationship Id='rId1' Type='{OFFICE}/worksheet' Target='worksheets/sheet1.xml'/>"
        f"<Relationship Id='rId2' Type='{OFFICE}/sharedStrings' Target='sharedStrings.xml'/>"
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f"{prolog}<worksheet xmlns='{MAIN}'>{before}"
        f"<sheetData>{rows}</sheetData></worksheet>",
        "xl/sharedStrings.xml": texts or f"<sst xmlns='{MAIN}'/>",
        **(parts or {}),
    }
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in written.items():
            archive.writestr(name, part)
    return body.getvalue()


def row(number: int, cell: str) -> str:
    """Write one row of one cell, with attributes and contents as given."""
    return f"<row r='{number}'><c r='A{number}' {cell}</c></row>"


def _billion_laughs() -> bytes:
    entities = "".join(f"<!ENTITY laugh{n} '{f'&laugh{n - 1};' * 10}'>" for n in range(1, 10))
    doctype = f"<!DOCTYPE sst [<!ENTITY laugh0 'laugh'>{entities}]>"
    texts = f"{doctype}<sst xmlns='{MAIN}'><si><t>&laugh9;</t></si></sst>"
    return package(HEADER + row(2, "t='s'><v>0</v>"), texts=texts)


def _secret() -> bytes:
    doctype = "<!DOCTYPE worksheet [<!ENTITY secret SYSTEM 'file:///etc/passwd'>]>"
    stolen = row(2, "t='inlineStr'><is><t>&secret;</t></is>")
    return package(HEADER + stolen, prolog=doctype)


def _linked(kind: str) -> bytes:
    relationship = (
        f"<Relationships xmlns='{PACKAGE}/relationships'><Relationship Id='rId1'"
        f" Type='{OFFICE}/{kind}' Target='https://example.org/' TargetMode='External'/>"
        "</Relationships>"
    )
    return package(HEADER, parts={"xl/worksheets/_rels/sheet1.xml.rels": relationship})


def _hidden() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Contributions"
    book.worksheets[0].sheet_state = "hidden"
    book.create_sheet("About")
    return saved(book)


def _password_marked() -> bytes:
    body = bytearray(package(HEADER))
    start = body.index(b"PK\x01\x02")
    body[start + 8] |= 1
    return bytes(body)


def hostile() -> dict[str, bytes]:
    """Give the corpus: what each file is, and its bytes."""
    plain = package(HEADER)
    far = "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"
    return {
        "a cell at the far end": package(HEADER + far),
        "a cell far to the right": package("<row r='1'><c r='XFD1'><v>1</v></c></row>"),
        "a lying dimension": package(HEADER, before="<dimension ref='A1:XFD1048576'/>"),
        "a zip bomb": package(HEADER + " " * 30_000_000),
        "a text told a thousand times": package(
            HEADER + "".join(row(number, "t='s'><v>0</v>") for number in range(2, 1_100)),
            texts=f"<sst xmlns='{MAIN}'><si><t>{'a' * 40_000}</t></si></sst>",
        ),
        "a hundred parts and more": package(
            HEADER, parts={f"xl/media/{number}.png": "" for number in range(100)}
        ),
        "a billion laughs": _billion_laughs(),
        "an external entity": _secret(),
        "macros": package(HEADER, parts={"xl/vbaProject.bin": b"\xd0\xcf"}),
        "an external link": package(
            HEADER, parts={"xl/externalLinks/externalLink1.xml": "<externalLink/>"}
        ),
        "a linked picture": _linked("image"),
        "a data connection": package(HEADER, parts={"xl/connections.xml": "<connections/>"}),
        "an embedded object": package(HEADER, parts={"xl/embeddings/oleObject1.bin": b""}),
        "a web page renamed": b"<html><table><tr><td>1</td></tr></table></html>",
        "an OpenDocument renamed": _archive(
            {"mimetype": "application/vnd.oasis", "content.xml": ""}
        ),
        "an empty file": b"",
        "a truncated file": plain[: len(plain) // 2],
        "a part that lies about its size": _lying(plain),
        "a part with a password": _password_marked(),
        "a workbook with a password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
        "not a number as a number": package(HEADER + row(2, "><v>NaN</v>")),
        "a text that is not there": package(HEADER + row(2, "t='s'><v>7</v>")),
        "broken markup": package(HEADER + "<row r='2'><c"),
        "a formula": package(HEADER + row(2, "><f>1+1</f><v>2</v>")),
        "an error": package(HEADER + row(2, "t='e'><v>#DIV/0!</v>")),
        "a hidden sheet": _hidden(),
    }


def _archive(parts: Mapping[str, str]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return body.getvalue()


def _lying(plain: bytes) -> bytes:
    # The directory says one byte less than the first part has.
    body = bytearray(plain)
    size = body.index(b"PK\x01\x02") + 24
    body[size] -= 1
    return bytes(body)
