"""Files of indicators: a CSV of state, year, indicator and value, read as published.

Such a file is a statistical office's own download, cut to four columns and, where they matter, to
`unit` and `status`. Nothing is rounded or filled in, and every fault is found before any is told.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PureWindowsPath

from ledger.errors import InputErrors, InputProblem, UnreadableFileError
from ledger.i18n import N_, Message
from ledger.import_files import OLE, ZIP, Row, read_file
from ledger.indicators import Observation, Observations, gathered

LARGEST_FILE = 5 * 1024 * 1024
# A page full of faults is enough to know that it is the wrong file.
LARGEST_REPORT = 100

NEEDED = ("state", "year", "indicator", "value")
COLUMNS = (*NEEDED, "unit", "status")

FIRST_YEAR, LAST_YEAR = 1900, 2100
LONGEST = {"indicator": 80, "value": 32, "unit": 40, "status": 40}

TOO_LARGE = N_(
    "it is larger than %(megabytes)s megabytes: leave out the rows and columns that no scale needs."
)
WORKBOOK = N_("it is a workbook or packed: save its sheet as CSV UTF-8.")
NOT_UTF8 = N_("it is not in UTF-8: save it as CSV UTF-8.")
COLUMN_MISSING = N_(
    "its first row names no column %(columns)s: "
    "a file of indicators has state, year, indicator and value."
)
COLUMN_TWICE = N_("its first row names %(columns)s twice: keep one of the two.")
NO_VALUES = N_("there is no value below its first row.")

MISSING = N_("is missing: fill it in.")
TOO_LONG = N_("is too long: at most %(most)s characters.")
UNWRITABLE = N_("holds a character that cannot be written: type it again.")
NO_STATE = N_("“%(text)s” is not a state: write the two letters of its code, such as PL.")
NO_YEAR = N_("“%(text)s” is not a year from %(first)s to %(last)s.")
NO_NUMBER = N_("“%(text)s” is not a number: write digits with a decimal point, such as 426547.5.")
TWICE = N_("row %(row)s gives the same indicator of this state and year: keep one of the two.")

_STATE = re.compile(r"[A-Za-z]{2}")
_YEAR = re.compile(r"[0-9]{4}")
# An exponent of more digits is no published value, and gigabytes once it is reckoned with.
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")
_WITH_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]{1,2})?")


def read_indicators(body: bytes, *, filename: str, vintage: str) -> Observations:
    """Read a CSV of indicators as one vintage; a row without a value is a gap, and left out.

    Columns come in any order and case; between them stand commas, or else semicolons or tabs, and
    then a value may have a decimal comma. Raises UnreadableFileError for what is no such file or
    larger than 5 MB, InputErrors with row and column of every other fault.
    """
    name = PureWindowsPath(filename).name[-200:]
    header, below, comma = _table(body, name)
    columns = _columns(header, name)
    observations: list[Observation] = []
    problems: list[InputProblem] = []
    rows: dict[tuple[str, ...], int] = {}
    for row in below:
        texts = columns.texts(row, comma=comma)
        if not texts["value"]:
            continue
        faults = dict(_faults(texts, row.number, rows))
        problems += (columns.problem(row, at, *fault) for at, fault in faults.items())
        if len(problems) >= LARGEST_REPORT:
            break
        if not faults:
            observations.append(_observation(texts, vintage))
    if problems:
        raise InputErrors(problems[:LARGEST_REPORT])
    if not observations:
        raise UnreadableFileError(filename=name, reason=_reason(NO_VALUES))
    return gathered(observations)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where each column stands, and the heading above it as the file writes it."""

    positions: Mapping[str, int]
    headings: Mapping[str, str]

    def texts(self, row: Row, *, comma: bool) -> dict[str, str]:
        """Give what a row says in each column; a decimal comma as a point, where it may be one."""
        texts = dict.fromkeys(COLUMNS, "")
        for name, position in self.positions.items():
            cell = row.cells[position] if position < len(row.cells) else None
            texts[name] = cell if isinstance(cell, str) else ""
        if comma and _WITH_COMMA.fullmatch(texts["value"]):
            texts["value"] = texts["value"].replace(",", ".")
        return texts

    def problem(
        self, row: Row, name: str, message: Message, params: Mapping[str, object]
    ) -> InputProblem:
        """Say what is wrong in one column of a row."""
        return InputProblem(name, message, dict(params), row.number, self.headings[name])


_Fault = tuple[Message, Mapping[str, object]]


def _table(body: bytes, filename: str) -> tuple[Row, Sequence[Row], bool]:
    """Give the first row, those below it, and whether a comma is free to be a decimal one."""
    if len(body) > LARGEST_FILE:
        reason = _reason(TOO_LARGE, megabytes=LARGEST_FILE // 1024**2)
        raise UnreadableFileError(filename=filename, reason=reason)
    if body.startswith((ZIP, OLE)):
        raise UnreadableFileError(filename=filename, reason=_reason(WORKBOOK))
    file = read_file(body, filename=filename, titles=())
    if file.dialect is None or file.dialect.encoding != "UTF-8":
        raise UnreadableFileError(filename=filename, reason=_reason(NOT_UTF8))
    rows = file.sheets[0].rows
    if len(rows) < 2:
        raise UnreadableFileError(filename=filename, reason=_reason(NO_VALUES))
    return rows[0], rows[1:], file.dialect.separator != ","


def _columns(header: Row, filename: str) -> _Columns:
    named = [(at, str(cell)) for at, cell in enumerate(header.cells) if cell is not None]
    meant = [heading.casefold() for _, heading in named]
    for message, wrong in (
        (COLUMN_MISSING, [each for each in NEEDED if each not in meant]),
        (COLUMN_TWICE, [each for each in COLUMNS if meant.count(each) > 1]),
    ):
        if wrong:
            reason = _reason(message, columns=", ".join(wrong))
            raise UnreadableFileError(filename=filename, reason=reason)
    known = {name: found for name, found in zip(meant, named, strict=True) if name in COLUMNS}
    return _Columns(
        {name: at for name, (at, _) in known.items()},
        {name: heading for name, (_, heading) in known.items()},
    )


def _faults(
    texts: Mapping[str, str], number: int, rows: dict[tuple[str, ...], int]
) -> Iterator[tuple[str, _Fault]]:
    """Find what is wrong with a row, by column; `rows` remembers which row said what."""
    faults = {name: fault for name, text in texts.items() if (fault := _fault(name, text))}
    yield from faults.items()
    if not faults.keys() & {"state", "year", "indicator"}:
        said = (texts["state"].upper(), texts["year"], texts["indicator"])
        earlier = rows.setdefault(said, number)
        if earlier != number:
            yield "indicator", (TWICE, {"row": earlier})


def _fault(name: str, text: str) -> _Fault | None:
    shown: dict[str, object] = {"text": text[:80]}
    if not text:
        return (MISSING, {}) if name in NEEDED else None
    if not text.isprintable():
        return UNWRITABLE, {}
    if len(text) > LONGEST.get(name, len(text)):
        return TOO_LONG, {"most": LONGEST[name]}
    if name == "state" and not _STATE.fullmatch(text):
        return NO_STATE, shown
    if name == "year" and not (_YEAR.fullmatch(text) and FIRST_YEAR <= int(text) <= LAST_YEAR):
        return NO_YEAR, shown | {"first": FIRST_YEAR, "last": LAST_YEAR}
    if name == "value" and not _NUMBER.fullmatch(text):
        return NO_NUMBER, shown
    return None


def _observation(texts: Mapping[str, str], vintage: str) -> Observation:
    return Observation(
        state=texts["state"].upper(),
        year=int(texts["year"]),
        indicator=texts["indicator"],
        value=Decimal(texts["value"]),
        unit=texts["unit"],
        status=texts["status"],
        vintage=vintage,
    )


def _reason(message: Message, **params: object) -> InputProblem:
    return InputProblem("file", message, params)
