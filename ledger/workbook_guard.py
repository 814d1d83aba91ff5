"""What must hold of a workbook before anything in it is read: a zip of plain parts, and no more.

Only the standard library looks, only as far as each part's first element, and never further than a
part says that it is long: what lies about its length ends in a wrong checksum.
"""

import io
import zipfile
import zlib
from typing import IO
from xml.parsers import expat

from ledger.i18n import N_, Message

LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 100
# Real sheets shrink to a tenth, ones of equal rows to a fortieth; only long parts can do harm.
STEEPEST = 150
STEEP_FROM = 1024 * 1024
BLOCK = 64 * 1024

DAMAGED = N_("it is damaged, or no workbook: open it in your spreadsheet and save it as .xlsx.")
NO_WORKBOOK = N_("it is a zip but no workbook: save it as .xlsx.")
LOCKED = N_("it has a password: save it without one.")
TOO_LONG = N_("unpacked it is larger than a workbook of documents can be.")
DOCTYPE = N_("its part %(part)s has a document type, which no workbook has.")
MACROS = N_("it holds macros: save it as .xlsx, without them.")
LINKS = N_("it is linked to another file: break the links, then save it.")
OBJECTS = N_("it holds embedded objects or controls: remove them.")
QUERIES = N_("it fetches data from elsewhere: remove its connections and queries.")

# Words in the names of parts and in their types, without regard to capitals.
FORBIDDEN: dict[str, Message] = {
    "vbaproject": MACROS,
    "macroenabled": MACROS,
    "macrosheet": MACROS,
    "externallink": LINKS,
    "embeddings/": OBJECTS,
    "oleobject": OBJECTS,
    "activex": OBJECTS,
    "xl/connections": QUERIES,
    "querytable": QUERIES,
}
PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
NEEDED = {"[Content_Types].xml", "xl/workbook.xml"}


class RefusedWorkbookError(Exception):
    """A file that is not opened, and why."""

    def __init__(self, message: Message, **params: object) -> None:
        super().__init__(message % params)
        self.message = message
        self.params = params


def check_workbook(body: bytes) -> None:
    """Raise RefusedWorkbookError unless it is a zip of plain parts of a workbook, and not large."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            _check_directory(archive.infolist())
            for name in archive.namelist():
                if name.endswith((".xml", ".rels", ".vml")):
                    with archive.open(name) as part:
                        _check_part(name, part)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError) as error:
        raise RefusedWorkbookError(DAMAGED) from error


def _check_directory(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedWorkbookError(LOCKED)
    if len(set(names)) != len(names) or any(part.compress_type not in PACKED for part in parts):
        raise RefusedWorkbookError(DAMAGED)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise RefusedWorkbookError(TOO_LONG)
    if any(_is_steep(part) for part in parts):
        raise RefusedWorkbookError(TOO_LONG)
    for name in names:
        _check_word(name)
    if not NEEDED.issubset(names):
        raise RefusedWorkbookError(NO_WORKBOOK)


def _is_steep(part: zipfile.ZipInfo) -> bool:
    return part.file_size > STEEP_FROM and part.file_size > STEEPEST * part.compress_size


def _check_word(said: str) -> None:
    for word, reason in FORBIDDEN.items():
        if word in said.lower():
            raise RefusedWorkbookError(reason)


class _RootReached(Exception):  # noqa: N818 - not an error: the prolog is over, and nothing was in it
    pass


def _check_part(name: str, part: IO[bytes]) -> None:
    """Read a part's prolog; of the lists of types and of relationships, every element."""
    parser = expat.ParserCreate()

    def doctype(*_: object) -> None:
        raise RefusedWorkbookError(DOCTYPE, part=name)

    def element(_: str, attributes: dict[str, str]) -> None:
        if name.endswith(".rels"):
            _check_relationship(attributes)
        elif name == "[Content_Types].xml":
            _check_word(attributes.get("ContentType", ""))
        else:
            raise _RootReached

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = element
    try:
        while block := part.read(BLOCK):
            parser.Parse(block, False)
    except _RootReached:
        return


def _check_relationship(attributes: dict[str, str]) -> None:
    # A link that a reader may click fetches nothing by itself.
    is_link = attributes.get("Type", "").endswith("/hyperlink")
    if attributes.get("TargetMode") == "External" and not is_link:
        raise RefusedWorkbookError(LINKS)
