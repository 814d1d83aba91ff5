"""The rows of a file as documents: of which kind they are, what their columns mean, what is wrong.

A sheet holds one kind, told by the caller, its title, the file's name, or row by row in a column
`kind`; where nothing tells, it holds contributions. A column `sequence` says in which
order rows of all sheets come. Every fault is found before any is told.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import PurePath
from typing import Any, get_args, get_type_hints

from ledger.errors import InputErrors, InputProblem
from ledger.headings import HEADINGS, field_of, nearest
from ledger.i18n import N_
from ledger.import_files import Dialect, ImportFile, Row, Sheet
from ledger.importables import BY_WORD, IMPORTABLES, KIND, TITLES, Importable, importable
from ledger.inputs import New, read
from ledger.prior_periods import POSTED_ON, When
from ledger.workbook_cells import FORMULA, Cell

ORDER = "sequence"

UNKNOWN_COLUMN = N_("there is no such column for %(kind)s: did you mean “%(nearest)s”?")
STRANGE_COLUMN = N_("there is no such column for %(kind)s: they have %(known)s.")
COLUMN_TWICE = N_("means the same as “%(first)s” before: keep one of the two.")
COLUMN_MISSING = N_("there is no column “%(column)s”, which every row needs: add it.")
NO_HEADING = N_("“%(text)s” stands under no heading: give its column one, or clear it.")
FORMULA_CELL = N_("cell %(cell)s holds the formula %(text)s: replace it by its value.")
ERROR_CELL = N_("cell %(cell)s holds the error %(text)s: mend it.")
NOT_AN_ORDER = N_("“%(text)s” is no place in an order: number the rows 1, 2, 3.")
NO_ROWS = N_("there are no rows below the headings.")


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a file, and the headings above its fields."""

    sheet: str
    row: int
    headings: Mapping[str, str]

    def problem(
        self, name: str, message: str, params: Mapping[str, object] | None = None
    ) -> InputProblem:
        """Say what is wrong with one of the row's fields."""
        heading, sheet = self.headings.get(name), self.sheet or None
        return InputProblem(name, message, dict(params or {}), self.row, heading, sheet)


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row read as a document."""

    place: Place
    of: Importable
    new: New
    # Where it comes among the rows of all sheets; those without come last, as they stand.
    order: int | None = None

    def said(self, name: str) -> Any:
        """Give what it says in a field; None for what its kind does not know."""
        return getattr(self.new, name, None)

    @property
    def days(self) -> dict[str, date]:
        """The days on which it happens, by field; on each it is posted, or else on `posted_on`."""
        return {name: on for name in self.of.days if (on := self.said(name)) is not None}

    @property
    def may_be_late(self) -> bool:
        """Whether its kind may be posted on another day than its own."""
        return POSTED_ON in self.of.model.model_fields

    @property
    def posted_on(self) -> date | None:
        """The day on which it is posted instead of its own."""
        found: date | None = self.said(POSTED_ON)
        return found

    @property
    def effective_on(self) -> date:
        """The first day on which it is posted."""
        return self.posted_on or next(iter(self.days.values()))

    @property
    def days_if_late(self) -> list[When]:
        """Its first day, and those before it is posted, each with the day it is posted on.

        Rows that were put in an order come out of other books, which knew which days were closed.
        """
        if not self.may_be_late:
            return []
        first, *later = self.days.values()
        early = [on for on in later if on < self.effective_on]
        is_ordered = self.order is not None
        return [When(on, self.posted_on, is_ordered) for on in (first, *early)]


def read_rows(
    file: ImportFile, *, of: Importable | None = None
) -> tuple[list[ImportedRow], list[InputProblem]]:
    """Read each row as a document of its kind, or say all that is wrong with it."""
    rows: list[ImportedRow] = []
    problems: list[InputProblem] = []
    for sheet in file.sheets:
        told = of or BY_WORD.get(sheet.title.strip().casefold()) or _told_by_name(file.filename)
        for found in _read_sheet(sheet, told, file.dialect):
            if isinstance(found, ImportedRow):
                rows.append(found)
            else:
                problems.append(found)
    rows.sort(key=lambda row: (row.order is None, row.order or 0))
    return rows, problems


def _told_by_name(filename: str) -> Importable | None:
    # Letters only, so that buy_ins is told as buy-ins is.
    stem = "-".join(("", *re.findall(r"[a-z]+", PurePath(filename).stem.casefold()), ""))
    found = {of.kind for word, of in BY_WORD.items() if f"-{word.replace('_', '-')}-" in stem}
    return BY_WORD[found.pop()] if len(found) == 1 else None


# Headings


@dataclass(frozen=True, slots=True)
class _Columns:
    """The headings of a sheet, and the field that each position from the left means."""

    of: Importable | None
    header: Row
    fields: Mapping[int, str]

    @property
    def headings(self) -> dict[str, str]:
        """The heading above each field, as the file writes it."""
        return {name: str(self.header.cells[at]) for at, name in self.fields.items()}

    @property
    def missing(self) -> set[str]:
        """The fields that every row needs and that have no column."""
        needed = self.of.model.model_fields if self.of else {}
        given = self.fields.values()
        return {name for name, each in needed.items() if each.is_required()} - set(given)

    def has_heading(self, position: int) -> bool:
        """Say whether anything stands above a cell."""
        cells = self.header.cells
        return position < len(cells) and cells[position] is not None


def _columns(header: Row, of: Importable | None) -> _Columns:
    by_row = of is None and any(_meant(cell) == KIND for cell in header.cells)
    of = None if by_row else of or IMPORTABLES[0]
    known = _known_fields(of)
    fields: dict[int, str] = {}
    for position, cell in enumerate(header.cells):
        name = _meant(cell)
        if name in known and name not in fields.values():
            fields[position] = name
    return _Columns(of, header, fields)


def _strange_columns(sheet: Sheet, columns: _Columns) -> Iterator[InputProblem]:
    """Say which headings mean nothing, or what another means already, and which are missing."""
    row = columns.header.number
    for position, cell in enumerate(columns.header.cells):
        if isinstance(cell, str) and position not in columns.fields:
            place = Place(sheet.title, row, {cell: cell})
            yield _strange_column(place, cell, columns)
        elif isinstance(cell, tuple):
            yield _fault(Place(sheet.title, row, {}), cell[1], cell)
    for name in sorted(columns.missing):
        params = {"column": HEADINGS[name]}
        yield Place(sheet.title, row, {}).problem(name, COLUMN_MISSING, params)


def _strange_column(place: Place, heading: str, columns: _Columns) -> InputProblem:
    kind = columns.of.title if columns.of else ", ".join(TITLES)
    known = _known_fields(columns.of)
    first = columns.headings.get(_meant(heading) or "")
    if first is not None:
        return place.problem(heading, COLUMN_TWICE, {"first": first})
    like = nearest(heading, known)
    if like is not None:
        return place.problem(heading, UNKNOWN_COLUMN, {"kind": kind, "nearest": like})
    listed = ", ".join(sorted(known))
    return place.problem(heading, STRANGE_COLUMN, {"kind": kind, "known": listed})


def _known_fields(of: Importable | None) -> set[str]:
    if of is not None:
        return {ORDER, *of.model.model_fields}
    return {KIND, ORDER}.union(*(each.model.model_fields for each in IMPORTABLES))


def _meant(heading: Cell) -> str | None:
    return field_of(heading) if isinstance(heading, str) else None


# Rows


def _read_sheet(
    sheet: Sheet, of: Importable | None, dialect: Dialect | None
) -> Iterator[ImportedRow | InputProblem]:
    if len(sheet.rows) < 2:
        yield Place(sheet.title, 1, {}).problem("file", NO_ROWS)
        return
    header, *below = _below_title(sheet)
    columns = _columns(header, of)
    yield from _strange_columns(sheet, columns)
    headings = columns.headings
    for row in below:
        yield from _read_row(row, Place(sheet.title, row.number, headings), columns, dialect)


def _below_title(sheet: Sheet) -> Sequence[Row]:
    """Leave out the lines that say what a table is: one cell each, and no heading.

    The name of the sheet is none, though “conditions” is also what a column is called.
    """
    title = sheet.title.strip().casefold()
    for at, row in enumerate(sheet.rows[:-1]):
        filled = [cell for cell in row.cells if cell is not None]
        is_title = isinstance(filled[0], str) and filled[0].strip().casefold() == title
        if len(filled) > 1 or (_meant(filled[0]) and not is_title):
            return sheet.rows[at:]
    return sheet.rows


def _read_row(
    row: Row, place: Place, columns: _Columns, dialect: Dialect | None
) -> Iterator[ImportedRow | InputProblem]:
    faults = list(_faults(row, place, columns))
    values = {
        name: cell
        for position, name in columns.fields.items()
        if position < len(row.cells) and isinstance(cell := row.cells[position], str)
    }
    try:
        order = _order(values.pop(ORDER, ""))
        of = columns.of or importable(values.pop(KIND, ""))
        new = read(of.model, _plain(values, of.model, dialect))
    except InputErrors as errors:
        told = {each.field for each in faults} | columns.missing
        faults += [
            place.problem(each.field, each.message, each.params)
            for each in errors.problems
            if each.field not in told
        ]
    else:
        if not faults:
            yield ImportedRow(place, of, new, order)
    yield from faults


def _order(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text, re.ASCII):
        raise InputErrors([InputProblem(ORDER, NOT_AN_ORDER, {"text": text})])
    return int(text)


def _faults(row: Row, place: Place, columns: _Columns) -> Iterator[InputProblem]:
    """Say which cells hold a formula or an error, or stand where no heading is."""
    for position, cell in enumerate(row.cells):
        name = columns.fields.get(position)
        if cell is None:
            continue
        if name is None and not columns.has_heading(position):
            text = cell if isinstance(cell, str) else cell[1]
            yield place.problem(f"column {position + 1}", NO_HEADING, {"text": text[:80]})
        elif name is not None and not isinstance(cell, str):
            yield _fault(place, name, cell)


def _fault(place: Place, name: str, cell: tuple[str, str, str]) -> InputProblem:
    what, text, at = cell
    message = FORMULA_CELL if what == FORMULA else ERROR_CELL
    return place.problem(name, message, {"text": text, "cell": at})


def _plain(
    values: Mapping[str, str], model: type[New], dialect: Dialect | None
) -> Mapping[str, str]:
    """Write amounts with a decimal point where the file may write a comma."""
    if dialect is None:
        return values
    amounts = _amounts(model)
    return {
        name: dialect.plain_amount(text) if name in amounts else text
        for name, text in values.items()
    }


@cache
def _amounts(model: type[New]) -> frozenset[str]:
    hints = get_type_hints(model)
    return frozenset(
        name for name in model.model_fields if Decimal in (hints[name], *get_args(hints[name]))
    )
