"""Where everything of a workbook stands: the row of each block and the cell behind each name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context

from ledger.money import round_half_up
from reports.sheet import (
    MOST_DIGITS,
    NUMBERS,
    BarChart,
    Block,
    Book,
    Facts,
    Fit,
    Formula,
    Heading,
    Sheet,
    Table,
)

FIRST_BLOCK = 4
CHART_ROWS = 20
PLACEHOLDER = re.compile(r"\{([A-Za-z][\w.]*)\}")


def letter(column: int) -> str:
    """Write the letters of a column, from 1: A, Z, AA."""
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Placed:
    """A block, its first row and its first column."""

    block: Block
    top: int
    left: int = 1

    @property
    def bottom(self) -> int:
        """Give the last row of the block."""
        return self.top + _height(self.block) - 1


@dataclass(frozen=True, slots=True)
class TableAt:
    """Where a table stands: its header row; data and total follow."""

    table: Table
    sheet: str
    top: int

    @property
    def first(self) -> int:
        """Give the first row of data."""
        return self.top + 1

    @property
    def last(self) -> int:
        """Give the last row of data; an empty table has one blank row."""
        return self.top + max(1, len(self.table.rows))

    @property
    def total(self) -> int:
        """Give the row of totals."""
        return self.last + 1

    @property
    def ref(self) -> str:
        """Write the range of the whole table, with header and totals."""
        last = self.total if self.table.total else self.last
        return f"A{self.top}:{letter(len(self.table.columns))}{last}"

    def data(self, key: str) -> str:
        """Write the range of a column's data."""
        column = letter(self.table.position(key) + 1)
        return f"${column}${self.first}:${column}${self.last}"

    def total_cell(self, key: str) -> str:
        """Write the cell of a column's total."""
        return f"${letter(self.table.position(key) + 1)}${self.total}"


class Layout:
    """A workbook laid out; names every cell that a formula may ask for."""

    def __init__(self, book: Book) -> None:
        self.sheets = {sheet.title: tuple(_stack(sheet)) for sheet in book.sheets}
        self.tables: dict[str, TableAt] = {}
        self.names: dict[str, str] = {}
        everything = ((title, placed) for title, stack in self.sheets.items() for placed in stack)
        for title, placed in everything:
            if isinstance(placed.block, Table):
                self._name_table(TableAt(placed.block, title, placed.top))
            elif isinstance(placed.block, Facts):
                self._name_facts(placed.block, title, placed.top)

    def _name_facts(self, facts: Facts, title: str, top: int) -> None:
        for row, fact in enumerate(facts.facts, top):
            if fact.name:
                self.names[fact.name] = f"{_quoted(title)}!${letter(facts.values_in)}${row}"

    def _name_table(self, at: TableAt) -> None:
        """Name the key column and every column of figures: a re-saved file is read by these."""
        self.tables[at.table.name] = at
        for column in at.table.columns if at.table.rows else ():
            if column.kind in NUMBERS or column is at.table.columns[0]:
                name = f"{at.table.name}_{column.key}"
                self.names[name] = f"{_quoted(at.sheet)}!{at.data(column.key)}"

    def formula(self, formula: Formula, sheet: str, row: int) -> str:
        """Write a formula with cells in the place of names; KeyError for a name unknown."""
        keys = self._keys(sheet, row)

        def cells(match: re.Match[str]) -> str:
            name = match[1]
            if "." in name:
                return self._in_table(*name.split("."), sheet=sheet)
            if name in keys:
                return f"{letter(keys.index(name) + 1)}{row}"
            if name not in self.names:
                raise KeyError(f"no column and no fact is named {name}: {formula.template}")
            return name

        return PLACEHOLDER.sub(cells, formula.template)

    def _keys(self, sheet: str, row: int) -> list[str]:
        """List the columns of the table that stands at a row, if one does."""
        for placed in self.sheets[sheet]:
            if isinstance(placed.block, Table) and placed.top <= row <= placed.bottom:
                return [column.key for column in placed.block.columns]
        return []

    def _in_table(self, name: str, *path: str, sheet: str) -> str:
        at = self.tables[name]
        cells = at.total_cell(path[1]) if path[0] == "total" else at.data(path[0])
        return cells if at.sheet == sheet else f"{_quoted(at.sheet)}!{cells}"

    def total_formula(self, at: TableAt, key: str) -> Formula:
        """Sum what the filter leaves visible."""
        total = at.table.sum(key)
        if total != round_half_up(total):
            # Long decimals that each fit into a cell add up to more digits than one holds.
            total = Context(prec=MOST_DIGITS, rounding=ROUND_HALF_UP).plus(total)
        return Formula(f"SUBTOTAL(109,{{{at.table.name}.{key}}})", total)


def _stack(sheet: Sheet) -> Iterator[Placed]:
    """Put blocks one below the other; on a sheet of one page the charts stand beside them."""
    columns = (len(each.columns) for each in sheet.blocks if isinstance(each, Table))
    beside = max(columns, default=2) + 2
    row = chart_row = FIRST_BLOCK
    for block in sheet.blocks:
        if isinstance(block, BarChart) and sheet.fit is Fit.PAGE:
            yield Placed(block, chart_row, beside)
            chart_row += CHART_ROWS + 1
        else:
            yield Placed(block, row)
            row += _height(block) + (0 if isinstance(block, Heading) else 1)


def _height(block: Block) -> int:
    match block:
        case Facts(facts):
            return len(facts)
        case Table():
            return 1 + max(1, len(block.rows)) + bool(block.total)
        case BarChart():
            return CHART_ROWS
        case _:
            return 1


def _quoted(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"
