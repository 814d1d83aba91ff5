"""Media types: what a file is by what it holds, whatever its name says.

A closed list, so that nothing that runs or hides something comes in with the evidence. What a file
begins with tells pictures and PDF (by `puremagic`); a zip is what its own table of contents says;
the rest is text, or refused.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable
from xml.parsers import expat

import puremagic

from ledger.errors import LedgerError
from ledger.i18n import N_

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODT = "application/vnd.oasis.opendocument.text"
XML, CSV, PLAIN = "application/xml", "text/csv", "text/plain"

# What people call each type that is taken.
NAMES = {
    PDF: "PDF",
    PNG: "PNG",
    JPEG: "JPEG",
    XLSX: "XLSX",
    DOCX: "DOCX",
    ODS: "ODS",
    ODT: "ODT",
    XML: "XML",
    CSV: "CSV",
    PLAIN: "TXT",
}

ZIP = b"PK\x03\x04"
UNKNOWN = N_("a file of an unknown kind")
MARKUP = N_("a web page, a drawing or other markup")
# Texts, and yet more than plain ones: they are read by programs that do what they say.
_FORMATTED = {"application/rtf", "text/rtf", "text/html", "application/postscript"}
# Elements of XML that browsers show and run, whatever the file is called.
_SHOWN = {"html", "svg", "script"}
_CONTENTS = "[Content_Types].xml"
_MAIN_PARTS = {XLSX: f"{XLSX}.main+xml", DOCX: f"{DOCX}.main+xml"}
# A table of contents is a few thousand characters; one that unpacks to more is none.
_LONGEST_CONTENTS = 1024 * 1024
_MACROS = ("macroenabled", "vbaproject")
# What no text holds: control characters other than those that part lines, columns and pages.
_NO_TEXT = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f")
_ENCODINGS = ("utf-8-sig", "cp1250")


class TypeNotTakenError(LedgerError):
    """A file of a type that is not on the list."""

    code = "type-not-taken"
    message = N_(
        "“%(filename)s” is %(found)s, which is not taken as evidence: "
        "save it as one of %(taken)s, and attach that."
    )


def media_type(body: bytes, *, filename: str) -> str:
    """Tell what a file is by its content; raise TypeNotTakenError for what is not on the list."""
    alike = _alike(body)
    begins = {each.mime_type for each in alike if each.offset == 0}
    found = next((each for each in (PDF, PNG, JPEG) if each in begins), None)
    if found is None:
        found = _packed(body) if body.startswith(ZIP) else _written(body, begins)
    if found is None:
        taken = ", ".join(NAMES.values())
        raise TypeNotTakenError(filename=filename, found=_name(body, alike), taken=taken)
    return found


def _alike(body: bytes) -> list[puremagic.PureMagicWithConfidence]:
    """List what holds such bytes in such places, the likeliest first."""
    try:
        return puremagic.magic_string(body)
    except (puremagic.PureError, ValueError):
        return []


def _name(body: bytes, alike: Iterable[puremagic.PureMagicWithConfidence]) -> str:
    if body.startswith(ZIP):
        # It begins like everything that is packed in one.
        return "application/zip"
    if (_decoded(body) or "").lstrip().startswith("<"):
        return MARKUP
    # What only ends like something, is not it.
    found = (each.mime_type for each in alike if each.mime_type and each.offset >= 0)
    return next(found, UNKNOWN)


def _packed(body: bytes) -> str | None:
    """Tell what a zip is: a workbook or a text document without macros, or nothing that we take."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                said = _part(archive, "mimetype").strip()
                return next((each for each in (ODS, ODT) if each == said), None)
            contents = _part(archive, _CONTENTS) if _CONTENTS in names else ""
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        # Damaged, packed in a way that nobody unpacks, or locked by a password.
        return None
    if any(word in contents.lower() for word in _MACROS):
        return None
    return next((each for each, main in _MAIN_PARTS.items() if f'"{main}"' in contents), None)


def _part(archive: zipfile.ZipFile, name: str) -> str:
    with archive.open(name) as part:
        return part.read(_LONGEST_CONTENTS).decode("utf-8", errors="replace")


def _written(body: bytes, begins: set[str]) -> str | None:
    """Tell XML, columns and plain text, in UTF-8 or as Windows writes it in central Europe."""
    if _is_xml(body):
        return XML
    text = _decoded(body)
    if text is None or text.lstrip().startswith("<") or _FORMATTED.intersection(begins):
        return None
    return CSV if _is_csv(text) else PLAIN


def _decoded(body: bytes) -> str | None:
    for encoding in _ENCODINGS:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _NO_TEXT.intersection(text) else text
    return None


class _ShownError(Exception):
    """A page or drawing, which browsers show and run; or a document type, which may expand."""


def _is_xml(body: bytes) -> bool:
    """Whether it is well-formed XML, declared as such, and neither page nor drawing."""
    if b"<?xml" not in body[:12].replace(b"\0", b""):
        return False
    parser = expat.ParserCreate()

    def declared(*_: object) -> None:
        raise _ShownError

    def element(name: str, _attributes: object) -> None:
        if name.rpartition(":")[2].lower() in _SHOWN:
            raise _ShownError

    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = element
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, _ShownError, LookupError, ValueError):
        return False
    return True


def _is_csv(text: str) -> bool:
    """Whether every filled line has the same number of columns, and more than one."""
    return any(_columns(text, separator) > 1 for separator in ";,\t")


def _columns(text: str, separator: str) -> int:
    """Count the columns that all lines have; zero where lines differ."""
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        widths = [len(line) for line in lines if line]
    except csv.Error:
        return 0
    return widths[0] if len(widths) > 1 and len(set(widths)) == 1 else 0
