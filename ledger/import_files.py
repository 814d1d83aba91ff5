"""Files that come in, read into rows of texts: .xlsx as spreadsheets save it, and CSV of all kinds.

A file is told by what it holds, not by its name. Nothing is guessed: a workbook's formulas are
refused, a CSV's encoding and separator are found out and reported, and a decimal comma counts only
where it cannot be a separator.
"""

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

from ledger import workbook_cells
from ledger.errors import InputProblem, UnreadableFileError
from ledger.i18n import N_, Message
from ledger.workbook_cells import MOST_COLUMNS, MOST_ROWS, Cell
from ledger.workbook_guard import DAMAGED

LARGEST_FILE = 20 * 1024 * 1024
# Of waiting; `workbook_cells` bounds the processor's time.
SECONDS = 15

EMPTY = N_("it is empty.")
TOO_LARGE = N_("it is larger than %(megabytes)s megabytes: divide it.")
OLD_OR_LOCKED = N_("it is an old .xls or has a password: save it as .xlsx without a password.")
WEB_PAGE = N_("it is a web page or other markup: save it as .xlsx or as CSV.")
TOOK_TOO_LONG = N_("it takes too long to read: divide it, or save it as CSV.")
NEITHER = N_("it is neither a workbook nor CSV in UTF-8 or windows-1250: save it as CSV UTF-8.")
BROKEN_QUOTES = N_("in row %(row)s a quotation mark is out of place, or a text does not end.")
TOO_MANY_ROWS = N_("it has more than %(rows)s rows: divide it.")
TOO_MANY_COLUMNS = N_("row %(row)s has more than %(columns)s cells.")

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SEPARATORS = (";", "\t", ",")

# 1250,50 and 1 250,50: a comma that no separator can be, and thousands set off by spaces.
_WITH_COMMA = re.compile(r"-?(\d{1,13}|\d{1,3}([ \u00a0\u202f]\d{3})+)(,\d{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """A filled row, by its number in the sheet; every cell is a text, or says why it is none."""

    number: int
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: a sheet by its title, or a CSV, which has none; the first row holds the headings."""

    title: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV was found to be written."""

    encoding: str
    separator: str

    def plain_amount(self, text: str) -> str:
        """Write an amount with a point where a comma can be no separator; else leave it alone."""
        if self.separator == "," or not _WITH_COMMA.fullmatch(text):
            return text
        return re.sub(r"[ \u00a0\u202f]", "", text).replace(",", ".")


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file as it was read; `left_aside` names the sheets that were not."""

    filename: str
    sha256: bytes
    sheets: Sequence[Sheet]
    dialect: Dialect | None = None
    left_aside: Sequence[str] = ()


def read_file(body: bytes, *, filename: str, titles: Sequence[str]) -> ImportFile:
    """Read a workbook's sheets of these titles, or a CSV; raise UnreadableFileError saying why not.

    Takes no session: a workbook may take seconds, for which no transaction should wait.
    """
    name = PureWindowsPath(filename).name[-200:]
    try:
        return _read(body, name, titles)
    except _UnreadableError as error:
        raise UnreadableFileError(filename=name, reason=error.problem) from error


class _UnreadableError(Exception):
    def __init__(self, message: Message, **params: object) -> None:
        super().__init__(message % params)
        self.problem = InputProblem("file", message, params)


def _read(body: bytes, name: str, titles: Sequence[str]) -> ImportFile:
    if not body.strip():
        raise _UnreadableError(EMPTY)
    if len(body) > LARGEST_FILE:
        raise _UnreadableError(TOO_LARGE, megabytes=LARGEST_FILE // 1024**2)
    if body.startswith(OLE):
        raise _UnreadableError(OLD_OR_LOCKED)
    sha256 = hashlib.sha256(body).digest()
    if body.startswith(ZIP):
        answer = _ask_reader(body, titles)
        sheets = [Sheet(each["title"], _given_rows(each["rows"])) for each in answer["sheets"]]
        return ImportFile(name, sha256, sheets, left_aside=answer["left_aside"])
    if name.lower().endswith(".xlsx"):
        raise _UnreadableError(WEB_PAGE if body.lstrip().startswith(b"<") else DAMAGED)
    dialect, rows = _read_csv(body)
    return ImportFile(name, sha256, [Sheet("", rows)], dialect)


# Workbooks


def _ask_reader(body: bytes, titles: Sequence[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", workbook_cells.__name__, *titles]
    # From where the package lies: nothing in the user's folder is then taken for a part of it.
    home = Path(workbook_cells.__file__).parents[1]
    try:
        done = subprocess.run(  # noqa: S603 - our own module; the file comes on standard input
            command, input=body, capture_output=True, cwd=home, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _UnreadableError(TOOK_TOO_LONG) from error
    if done.returncode < 0:
        raise _UnreadableError(TOOK_TOO_LONG)
    if done.returncode > 0:
        # Its own last words are for whoever reads the log, not for whoever sent the file.
        raise _UnreadableError(DAMAGED) from RuntimeError(done.stderr.decode(errors="replace"))
    answer: dict[str, Any] = json.loads(done.stdout)
    if "refused" in answer:
        raise _UnreadableError(Message(answer["refused"]), **answer["params"])
    return answer


def _given_rows(rows: Sequence[tuple[int, list[Any]]]) -> list[Row]:
    return [
        Row(number, [tuple(cell) if isinstance(cell, list) else cell for cell in cells])
        for number, cells in rows
    ]


# CSV


def _read_csv(body: bytes) -> tuple[Dialect, list[Row]]:
    text, encoding = _decoded(body)
    if text.lstrip().startswith("<"):
        raise _UnreadableError(WEB_PAGE)
    separator = max(SEPARATORS, key=lambda each: _width(text, each))
    return Dialect(encoding, separator), list(_csv_rows(text, separator))


def _decoded(body: bytes) -> tuple[str, str]:
    for codec, name in (("utf-8-sig", "UTF-8"), ("cp1250", "windows-1250")):
        try:
            text = body.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, name
    raise _UnreadableError(NEITHER)


def _width(text: str, separator: str) -> int:
    """Count the headings that a separator makes of the first filled row."""
    try:
        return len(next(_filled(text, separator)).cells)
    except (StopIteration, _UnreadableError):
        return 0


def _csv_rows(text: str, separator: str) -> Iterator[Row]:
    for row in _filled(text, separator):
        if row.number > MOST_ROWS:
            raise _UnreadableError(TOO_MANY_ROWS, rows=MOST_ROWS)
        if len(row.cells) > MOST_COLUMNS:
            raise _UnreadableError(TOO_MANY_COLUMNS, row=row.number, columns=MOST_COLUMNS)
        yield row


def _filled(text: str, separator: str) -> Iterator[Row]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, line in enumerate(lines, start=1):
            cells = [cell.strip() or None for cell in line]
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                yield Row(number, cells)
    except csv.Error as error:
        raise _UnreadableError(BROKEN_QUOTES, row=number + 1) from error
