"""What a file is, it is by its content, whatever it is called."""

import io
import zipfile

import openpyxl
import pytest

from ledger.media_types import NAMES, TypeNotTakenError, media_type


def packed(**parts: str) -> bytes:
    """Make a zip of parts, their names written with `__` for a slash and `_` for a point."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), text)
    return file.getvalue()


def workbook() -> bytes:
    """Make a workbook as a spreadsheet saves it."""
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    return file.getvalue()


def office(part: str) -> bytes:
    """Make a zip whose table of contents names one part of a Microsoft format."""
    listed = f'<Types><Override PartName="/main.xml" ContentType="{part}"/></Types>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", listed)
    return file.getvalue()


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
DECLARED = b'<?xml version="1.0"?>'
TAKEN = {
    "PDF": b"%PDF-1.7\n%%EOF",
    "PNG": b"\x89PNG\r\n\x1a\n" + bytes(20),
    "JPEG": b"\xff\xd8\xff\xe1\0\x10Exif\0" + bytes(20),
    "XLSX": workbook(),
    "DOCX": office(WORD),
    "ODS": packed(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
    "ODT": packed(mimetype="application/vnd.oasis.opendocument.text"),
    "XML": DECLARED + b"<Invoice/>",
    "CSV": "Částka;Kč\n1;2\n".encode("cp1250"),
    "TXT": "Rozhodnutí, bod 3".encode(),
}
REFUSED = {
    "program": b"MZ" + bytes(90),
    "web page": b"<!DOCTYPE html><script>alert(1)</script>",
    "drawing": DECLARED + b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "xhtml": DECLARED + b'<h:html xmlns:h="http://www.w3.org/1999/xhtml"/>',
    "document type": DECLARED + b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "broken xml": DECLARED + b"<Invoice>",
    "rich text": rb"{\rtf1\ansi Hello}",
    "animation": b"GIF89a" + bytes(20),
    "old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(90),
    "zip": packed(a_txt="x"),
    "damaged zip": workbook()[:-40],
    "macros": office("application/vnd.ms-word.document.macroEnabled.main+xml"),
    "drawing of an office": packed(mimetype="application/vnd.oasis.opendocument.graphics"),
    "bytes": bytes(range(256)),
}


@pytest.mark.parametrize(("name", "body"), TAKEN.items(), ids=TAKEN)
def test_what_is_taken_is_told_by_its_content(name: str, body: bytes) -> None:
    """Each type on the list is known by its bytes, under a name that says otherwise."""
    assert NAMES[media_type(body, filename="invoice.exe")] == name


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_what_is_not_on_the_list_is_refused(body: bytes) -> None:
    """A file that is none of them is refused though it is called one, and told what would do."""
    with pytest.raises(TypeNotTakenError, match=r"“invoice\.pdf” is .+ save it as one of PDF, "):
        media_type(body, filename="invoice.pdf")


@pytest.mark.parametrize("text", ["BMW, Prague", "a;b", "a,b\nc", "II*", "From me", "\ufeffb"])
def test_plain_text_is_text(text: str) -> None:
    """A text is one, though it begins like a picture, and columns need two lines alike."""
    assert media_type(text.encode(), filename="note") == "text/plain"
