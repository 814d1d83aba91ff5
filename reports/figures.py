"""The figures of a workbook as one list, from the book and from the file, and their digest.

Each figure is taken with as many places as its number format shows, so that a program which
computes and saves the file anew changes nothing. A file's are found by names of facts and columns.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from numbers import Real
from typing import NamedTuple, Protocol

from reports.sheet import FORMATS, NUMBERS, Facts, Sheet, Table, decimal_text, known

Figure = tuple[str, str, str, str]


def figures(sheets: Iterable[Sheet]) -> Iterator[Figure]:
    """List every figure: (table, row, column, number), or ("", name, "", number) of a fact."""
    for block in (block for sheet in sheets for block in sheet.blocks):
        if isinstance(block, Facts):
            yield from _fact_figures(block)
        elif isinstance(block, Table):
            yield from _table_figures(block)


def digest(listed: Iterable[Figure]) -> str:
    """Take the SHA-256 of figures as canonical JSON, whatever the order of the rows."""
    text = json.dumps(sorted(listed), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def values_digest(sheets: Sequence[Sheet]) -> str:
    """Take the digest of all figures of these sheets; `workbook.read_back` finds it in a file."""
    return digest(figures(sheets))


def printed(number: Decimal, number_format: str) -> str:
    """Round a number half-up to the places that its number format shows."""
    shown = re.sub(r'"[^"]*"|\\.|\[[^]]*]', "", number_format.partition(";")[0])
    places = len(re.sub(r"[^0#?]", "", shown.partition(".")[2])) + 2 * shown.count("%")
    return decimal_text(number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


class StoredCell(Protocol):
    """A cell of a file: its value and how it is shown."""

    @property
    def value(self) -> object:
        """Give what it holds, of a formula the value."""

    @property
    def number_format(self) -> str:
        """Give the format that it is shown in."""


class Named(NamedTuple):
    """A defined name of a file: its sheet, column and rows."""

    name: str
    sheet: str
    column: int
    rows: range


Cells = Mapping[str, Mapping[tuple[int, int], StoredCell]]


def named_figures(names: Iterable[Named], cells: Cells) -> Iterator[Figure]:
    """List the figures of a file as `figures` lists those of a book; cells are by row and column.

    The leftmost of a table's columns identifies its rows, in whatever order they are now.
    """
    tables: dict[str, list[Named]] = defaultdict(list)
    for each in names:
        table, _, key = each.name.partition("_")
        if key and table.startswith("tbl"):
            tables[table].append(each)
        elif (number := _number(cells[each.sheet].get((each.rows[0], each.column)))) is not None:
            yield "", each.name, "", number
    for table, columns in tables.items():
        first = min(columns, key=lambda each: each.column)
        for row, column in product(first.rows, columns):
            identity = cells[first.sheet].get((row, first.column))
            number = _number(cells[column.sheet].get((row, column.column)))
            if identity is not None and number is not None:
                yield table, _identity(identity.value), column.name.partition("_")[2], number


def _fact_figures(facts: Facts) -> Iterator[Figure]:
    for fact in facts.facts:
        number = known(fact.value)
        if fact.name and fact.shown_as in NUMBERS and isinstance(number, Decimal | int):
            yield "", fact.name, "", printed(Decimal(number), FORMATS[fact.shown_as])


def _table_figures(table: Table) -> Iterator[Figure]:
    for row in table.rows:
        for column, cell in zip(table.columns, row, strict=True):
            number = known(cell)
            if column.kind in NUMBERS and isinstance(number, Decimal | int):
                shown = printed(Decimal(number), FORMATS[column.kind])
                yield table.name, str(known(row[0])), column.key, shown


def _number(cell: StoredCell | None) -> str | None:
    if cell is None or isinstance(cell.value, bool) or not isinstance(cell.value, Real):
        return None
    return printed(Decimal(f"{cell.value:.15g}"), cell.number_format)


def _identity(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value).replace("_x005F_", "_")
