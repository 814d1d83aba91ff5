"""A workbook as a value: sheets of facts, tables and charts, known to no spreadsheet program.

Formulas name things, not cells: `{amount}` is the column in the same row, `{tblRates.rate}` the
data of a column, `{tblRates.total.euro}` its total, `{AsOf}` a fact. `reports.layout` finds them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

LONGEST_TEXT = 32_767
LONGEST_LITERAL = 255
MOST_DIGITS = 15
LONGEST_TITLE = 31
LONGEST_MARGIN_TEXT = 75


class UnwritableError(ValueError):
    """A spreadsheet would alter or lose this value in silence, so it is not written."""


class Kind(StrEnum):
    """What a column or a fact holds; it decides number format, alignment and width."""

    TEXT = "text"
    WRAPPED = "wrapped"
    DATE = "date"
    INSTANT = "instant"
    AMOUNT = "amount"
    PERCENT = "percent"
    SHARE = "share"
    RATE = "rate"
    INTEGER = "integer"
    COUNT = "count"
    VERDICT = "verdict"


FORMATS = {
    Kind.DATE: r"yyyy\-mm\-dd",
    Kind.INSTANT: r"yyyy\-mm\-dd\ hh:mm:ss",
    Kind.AMOUNT: '#,##0.00;[Red]-#,##0.00;"–"',
    Kind.PERCENT: '0.00%;[Red]-0.00%;"–"',
    Kind.SHARE: "0.000000%",
    Kind.RATE: "0.00####",
    Kind.INTEGER: "0",
    Kind.COUNT: "#,##0",
}
NUMBERS = frozenset({Kind.AMOUNT, Kind.PERCENT, Kind.SHARE, Kind.RATE, Kind.INTEGER, Kind.COUNT})


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula (without `=`) and the value that the ledger computed for it."""

    template: str
    value: Decimal | int | str


Value = str | Decimal | int | date | None
Cell = Value | Formula


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that begins a part of a sheet."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A note in running text, as wide as the sheet."""

    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value; `name` makes it a defined name, which every Decimal must have."""

    label: str
    value: Cell
    kind: Kind | None = None
    name: str = ""

    @property
    def shown_as(self) -> Kind:
        """Give the kind that was named, or the one that the value speaks for."""
        value = known(self.value)
        guesses = ((datetime, Kind.INSTANT), (date, Kind.DATE), (Decimal, Kind.AMOUNT))
        guess = next((kind for type_, kind in guesses if isinstance(value, type_)), Kind.TEXT)
        return self.kind or (Kind.INTEGER if isinstance(value, int) else guess)


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts one below the other, labels in the first column and values in another."""

    facts: tuple[Fact, ...]
    values_in: int = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `total` gives it a live sum below."""

    key: str
    heading: str
    kind: Kind = Kind.TEXT
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A native table. The first column identifies its rows; `total` is the label of the last row.

    `empty` is what the reader sees where there are no rows; `filtered` adds the filter buttons.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: str = ""
    empty: str = ""
    filtered: bool = False

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"{self.name}: a row is not as long as the columns")
        _require_distinct([str(known(row[0])) for row in self.rows], f"{self.name}: keys of rows")
        _require_distinct([column.heading.casefold() for column in self.columns], self.name)
        for column in self.columns:
            if re.search(r"[\[\]#'@\x00-\x1f]|^[=+\-@ ]| $|^$|_x[0-9A-Fa-f]{4}_", column.heading):
                raise ValueError(f"{self.name}: “{column.heading}” cannot head a column")

    def position(self, key: str) -> int:
        """Say where a column stands, from 0."""
        return next(at for at, column in enumerate(self.columns) if column.key == key)

    def sum(self, key: str) -> Decimal:
        """Add up a column from the values of its rows."""
        at = self.position(key)
        return sum(
            (
                Decimal(value)
                for row in self.rows
                if (value := known(row[at])) is not None and not isinstance(value, str | date)
            ),
            Decimal("0.00"),
        )


@dataclass(frozen=True, slots=True)
class BarChart:
    """Columns of a table drawn side by side; `alt` says in words what the picture shows."""

    title: str
    table: str
    categories: str
    series: tuple[str, ...]
    alt: str


Block = Heading | Paragraph | Facts | Table | BarChart


class Fit(StrEnum):
    """How a sheet is fitted on paper: all on one page, or one page wide."""

    PAGE = "page"
    WIDTH = "width"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; `title` is its tab, `heading` its first line."""

    key: str
    title: str
    heading: str
    blocks: tuple[Block, ...]
    fit: Fit = Fit.WIDTH

    def __post_init__(self) -> None:
        if not 0 < len(self.title) <= LONGEST_TITLE or re.search(r"[\[\]:*?/\\]|^'|'$", self.title):
            raise ValueError(f"“{self.title}” cannot be the title of a sheet")

    @property
    def tables(self) -> tuple[Table, ...]:
        """Give its tables."""
        return tuple(block for block in self.blocks if isinstance(block, Table))


@dataclass(frozen=True, slots=True)
class Book:
    """A whole workbook. `generated_at` (UTC) comes from the books, never from the clock.

    `properties` become custom properties of the file: Head is written as MCRM.Head.
    """

    name: tuple[str, ...]
    title: str
    subtitle: str
    language: str
    generated_at: datetime
    sheets: tuple[Sheet, ...]
    footer: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_.\-]+", "_".join(self.name)):
            raise ValueError(f"{self.name} does not make a file name")
        _require_distinct([sheet.title.casefold() for sheet in self.sheets], "titles of sheets")
        names = [name for sheet in self.sheets for name in _names(sheet)]
        _require_distinct([name.casefold() for name in names], "names")
        for name in names:
            if not re.fullmatch(r"[A-Za-z]{4,}\w*", name, re.ASCII):
                raise ValueError(f"{name} cannot be a defined name")

    @property
    def filename(self) -> str:
        """Write the file's name, in ASCII."""
        return "_".join(self.name) + ".xlsx"


def known(cell: Cell) -> Value:
    """Give the value of a cell, also where a formula stands."""
    return cell.value if isinstance(cell, Formula) else cell


def text_cell(text: str) -> str:
    """Make a text from the books safe in a cell: it becomes no formula, no code, no control.

    Drops what XML cannot hold; writes `_x000D_` so that no reader takes it for a carriage return.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]", "", plain)
    plain = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", plain)
    if len(plain) > LONGEST_TEXT:
        raise UnwritableError(f"a text of {len(plain)} characters does not fit into a cell")
    return plain


def margin_text(text: str) -> str:
    """Shorten and guard a text of the page's margin, where `&D` would print the date."""
    short = text if len(text) <= LONGEST_MARGIN_TEXT else text[: LONGEST_MARGIN_TEXT - 1] + "…"
    return text_cell(short).replace("\n", " ").replace("&", "&&")


def quoted(text: str) -> str:
    """Write a text as a literal inside a formula."""
    if len(text) > LONGEST_LITERAL or re.search(r"[{}\x00-\x1f]", text):
        raise UnwritableError(f"“{text}” cannot stand in a formula")
    return '"' + text.replace('"', '""') + '"'


def decimal_text(number: Decimal | int) -> str:
    """Write a number as a spreadsheet keeps it: at most 15 significant digits, no -0, no NaN."""
    exact = Decimal(number)
    if not exact.is_finite():
        raise UnwritableError(f"{number} is not a number")
    digits = "".join(map(str, exact.as_tuple().digits)).strip("0")
    if len(digits) > MOST_DIGITS:
        raise UnwritableError(f"{number} has more than {MOST_DIGITS} significant digits")
    text = f"{exact:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def _names(sheet: Sheet) -> Iterator[str]:
    yield from (block.name for block in sheet.blocks if isinstance(block, Table))
    facts = (fact for block in sheet.blocks if isinstance(block, Facts) for fact in block.facts)
    for fact in facts:
        if fact.name:
            yield fact.name
        elif isinstance(known(fact.value), Decimal):
            raise ValueError(f"“{fact.label}” is a figure and needs a name")


def _require_distinct(names: Sequence[str], what: str) -> None:
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise ValueError(f"{what} are not distinct: {', '.join(twice)}")
