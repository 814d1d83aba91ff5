"""A report's sheets as an .xlsx file, and figures read back from one: all that knows openpyxl."""

import io
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import openpyxl
from openpyxl.chart import BarChart as NativeChart
from openpyxl.chart import Reference
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing import text as lettering
from openpyxl.drawing.line import LineProperties
from openpyxl.formatting.rule import Rule
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils.cell import range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table as NativeTable
from openpyxl.worksheet.table import TableColumn, TableFormula
from openpyxl.worksheet.worksheet import Worksheet

from reports import package, widths
from reports import sheet as model
from reports.figures import Named, digest, named_figures, values_digest
from reports.layout import CHART_ROWS, Layout, Placed, TableAt, letter
from reports.sheet import Book, Cell, Formula, Kind, known

FONT = "Calibri"
DARK, BAND, GREY, GRID = "1F3864", "EEF2F8", "595959", "D9D9D9"
BARS = ("1F3864", "C55A11", "7F7F7F", "2E75B6")
GOOD, BAD, WHITE, BLACK = "1E6B34", "C00000", "FFFFFF", "000000"
A4 = 9
LAST_FROZEN_ROW = 8
CHART_WIDTH = 17
PROPERTY = "MCRM."


def workbook(book: Book) -> bytes:
    """Write a workbook; the same book gives the same bytes, and every formula holds its value.

    Raises UnwritableError for a text or a number that a spreadsheet would alter in silence.
    """
    native: Any = openpyxl.Workbook()  # its published types lack the custom properties
    native.remove(native.worksheets[0])
    layout, looks = Layout(book), _Looks(native)
    pages = [_Page(native.create_sheet(each.title), looks, layout, book) for each in book.sheets]
    cached = [page.write(each) for page, each in zip(pages, book.sheets, strict=True)]
    for name, cells in layout.names.items():
        native.defined_names[name] = DefinedName(name, attr_text=cells)
    stated = {**book.properties, "ValuesDigest": values_digest(book.sheets)}
    for key in sorted(stated):
        native.custom_doc_props.append(StringProperty(PROPERTY + key, stated[key]))
    native.properties.title = f"{book.title} · {book.subtitle}"
    native.properties.creator = "MCRM ledger"
    native.properties.language = book.language
    native.properties.identifier = book.filename
    buffer = io.BytesIO()
    native.save(buffer)
    blocks = (block for each in book.sheets for block in each.blocks)
    alts = [block.alt for block in blocks if isinstance(block, model.BarChart)]
    return package.finished(
        buffer.getvalue(), cached=cached, alts=alts, generated_at=book.generated_at
    )


class ReadBack(NamedTuple):
    """What a file says of itself: the digest of its figures now, and its properties MCRM.*."""

    digest: str
    properties: dict[str, str]


def read_back(body: bytes) -> ReadBack:
    """Recompute the digest from the values a file holds, also one that another program saved.

    Cells are found by the names of the columns, so that rows may be sorted and columns be moved.
    """
    native: Any = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
    properties = {
        str(each.name).removeprefix(PROPERTY): str(each.value)
        for each in native.custom_doc_props.props
        if str(each.name).startswith(PROPERTY)
    }
    cells = {each.title: _cells(each) for each in native.worksheets}
    return ReadBack(digest(named_figures(_names(native), cells)), properties)


# How cells look


def _font(*, size: int = 11, bold: bool = False, color: str = BLACK) -> Font:
    return Font(name=FONT, size=size, bold=bold, color=color)


FONTS = {
    "title": _font(size=16, bold=True, color=DARK),
    "subtitle": _font(color=GREY),
    "heading": _font(size=12, bold=True, color=DARK),
    "header": _font(bold=True, color=WHITE),
    "label": _font(color=GREY),
    "fact": _font(bold=True),
    "total": _font(bold=True),
}
FILLS = {"header": PatternFill("solid", fgColor=DARK), "band": PatternFill("solid", fgColor=BAND)}
BORDERS = {
    # Between the headings of two columns that fill their cells.
    "header": Border(left=Side("medium", color=WHITE)),
    "total": Border(top=Side("thin", color=DARK), bottom=Side("double", color=DARK)),
}


class _Looks:
    """The looks of cells, made when first used: a named style sets a cell in one step."""

    def __init__(self, native: openpyxl.Workbook) -> None:
        self._native = native
        self._made: set[str] = set()

    def named(self, role: str, kind: Kind) -> str:
        name = f"MCRM {role} {kind}"
        if name not in self._made:
            self._made.add(name)
            style = NamedStyle(
                name=name,
                font=FONTS.get(role, _font()),
                fill=FILLS.get(role),
                border=BORDERS.get(role),
                alignment=_alignment(role, kind),
                number_format=model.FORMATS.get(kind, "General"),
            )
            self._native.add_named_style(style)
        return name


def _alignment(role: str, kind: Kind) -> Alignment:
    rightward = kind in model.NUMBERS and role != "fact"
    tabular = role in {"header", "plain", "band", "total"}
    wrapped = role in {"header", "note"} or (role in {"plain", "band"} and kind in widths.CAPS)
    return Alignment(
        horizontal="right" if rightward else "left",
        vertical="center" if role == "total" else "top",
        indent=int(tabular and not rightward),
        wrap_text=wrapped,
    )


class _Page:
    """Writes one sheet and remembers the known value of each of its formulas."""

    def __init__(self, native: Worksheet, looks: _Looks, layout: Layout, book: Book) -> None:
        self.native, self.looks, self.layout, self.book = native, looks, layout, book
        self.placed = layout.sheets[native.title]
        self.widths: dict[int, int] = {}
        self.cached: dict[str, Decimal | int | str] = {}

    def write(self, sheet: model.Sheet) -> dict[str, Decimal | int | str]:
        """Write title, blocks and page set-up; return the values of formulas by cell."""
        self.widths = widths.columns(sheet)
        for column, width in self.widths.items():
            self.native.column_dimensions[letter(column)].width = width / 100
        self._put(1, 1, sheet.heading, "title")
        self._put(2, 1, self.book.subtitle, "subtitle")
        self._set_height(1, 24)
        for placed in self.placed:
            self._block(placed)
        self._set_page(sheet)
        return self.cached

    def _block(self, placed: Placed) -> None:
        match placed.block:
            case model.Heading(text):
                self._put(placed.top, 1, text, "heading")
                self._set_height(placed.top, 20)
            case model.Paragraph(text):
                self._paragraph(text, placed.top)
            case model.Facts() as facts:
                self._facts(facts, placed.top)
            case model.Table(name=name):
                self._table(self.layout.tables[name])
            case model.BarChart() as chart:
                self._chart(chart, f"{letter(placed.left)}{placed.top}")

    def _put(self, row: int, column: int, cell: Cell, role: str, kind: Kind = Kind.TEXT) -> None:
        native: Any = self.native.cell(row, column)
        native.style = self.looks.named(role, kind)
        value = known(cell)
        if isinstance(cell, Formula):
            native.value = "=" + self.layout.formula(cell, self.native.title, row)
            self.cached[f"{letter(column)}{row}"] = cell.value
        elif isinstance(value, str):
            native.value, native.data_type = model.text_cell(value), "s"
            native.quotePrefix = value[:1] in {"=", "+", "-", "@", "\t", "\r", "\n"}
        elif isinstance(value, Decimal | int):
            native.value, native.data_type = model.decimal_text(value), "n"
        elif isinstance(value, datetime):
            native.value = value.replace(tzinfo=None)
        else:
            native.value = value

    def _set_height(self, row: int, points: int) -> None:
        self.native.row_dimensions[row].height = points

    def _paragraph(self, text: str, row: int) -> None:
        last = max(len(self.widths), 8)
        room = sum(self.widths.get(column, widths.EMPTY) for column in range(1, last + 1))
        self._put(row, 1, text, "note", Kind.WRAPPED)
        self.native.merge_cells(start_row=row, end_row=row, start_column=1, end_column=last)
        self._set_height(row, widths.lines(text, room) * widths.LINE)

    def _facts(self, facts: model.Facts, top: int) -> None:
        for row, fact in enumerate(facts.facts, top):
            self._put(row, 1, fact.label, "label")
            self._put(row, facts.values_in, fact.value, "fact", fact.shown_as)
            if fact.shown_as is Kind.VERDICT:
                self._judge(f"{letter(facts.values_in)}{row}")

    def _table(self, at: TableAt) -> None:
        columns = at.table.columns
        for number, column in enumerate(columns, 1):
            self._put(at.top, number, column.heading, "header", column.kind)
        # The filter's buttons take the last line, where they would cover headings.
        lines = self._lines([column.heading for column in columns])
        self._set_height(at.top, (lines + at.table.filtered) * widths.LINE + 3)
        for row, cells in enumerate(at.table.rows, at.first):
            self._row(row, cells, columns, "band" if (row - at.first) % 2 else "plain")
        if not at.table.rows:
            self._put(at.first, 1, at.table.empty, "subtitle")
        if at.table.total:
            self._totals(at)
        for number, column in enumerate(columns, 1):
            if column.kind is Kind.VERDICT:
                self._judge(f"{letter(number)}{at.first}:{letter(number)}{at.last}")
        self.native.add_table(self._native_table(at))

    def _row(
        self, row: int, cells: tuple[Cell, ...], columns: tuple[model.Column, ...], role: str
    ) -> None:
        texts = []
        for number, (column, cell) in enumerate(zip(columns, cells, strict=True), 1):
            self._put(row, number, cell, role, column.kind)
            texts.append(str(known(cell) or "") if column.kind in widths.CAPS else "")
        if (lines := self._lines(texts)) > 1:
            self._set_height(row, lines * widths.LINE)

    def _lines(self, texts: list[str]) -> int:
        return max(widths.lines(text, self.widths[number]) for number, text in enumerate(texts, 1))

    def _totals(self, at: TableAt) -> None:
        for number, column in enumerate(at.table.columns, 1):
            label = at.table.total if number == 1 else None
            cell = self.layout.total_formula(at, column.key) if column.total else label
            self._put(at.total, number, cell, "total", column.kind if column.total else Kind.TEXT)

    def _native_table(self, at: TableAt) -> NativeTable:
        native = NativeTable(displayName=at.table.name, name=at.table.name, ref=at.ref)
        native.headerRowCount = 1
        native.totalsRowCount = 1 if at.table.total else None
        for number, column in enumerate(at.table.columns, 1):
            field = TableColumn(id=number, name=model.text_cell(column.heading))
            if at.table.total and column.total:
                total = self.layout.total_formula(at, column.key)
                cells = self.layout.formula(total, self.native.title, at.total)
                field.totalsRowFunction = "custom"
                field.totalsRowFormula = TableFormula(attr_text=cells)
            elif at.table.total and number == 1:
                field.totalsRowLabel = at.table.total
            native.tableColumns.append(field)
        if at.table.filtered:
            native.autoFilter = AutoFilter(
                ref=f"A{at.top}:{letter(len(at.table.columns))}{at.last}"
            )
        return native

    def _judge(self, cells: str) -> None:
        """Colour a verdict; the word itself says the same."""
        first = cells.partition(":")[0]
        good = DifferentialStyle(font=Font(bold=True, color=GOOD))
        bad = DifferentialStyle(
            font=Font(bold=True, color=WHITE), fill=PatternFill("solid", bgColor=BAD)
        )
        for sign, look in (("=", good), ("<>", bad)):
            rule = Rule(type="expression", formula=[f'{first}{sign}"OK"'], dxf=look)
            self.native.conditional_formatting.add(cells, rule)

    def _chart(self, chart: model.BarChart, anchor: str) -> None:
        at = self.layout.tables[chart.table]
        native: Any = NativeChart()
        whole: Any = self.native.parent
        source = whole[at.sheet]
        native.type, native.grouping, native.gapWidth, native.overlap = "col", "clustered", 60, 0
        native.title = chart.title
        native.height = CHART_ROWS * 0.5
        native.width = CHART_WIDTH
        for key in chart.series:
            column = at.table.position(key) + 1
            cells = Reference(source, min_col=column, min_row=at.top, max_row=at.last)
            native.add_data(cells, titles_from_data=True)
        column = at.table.position(chart.categories) + 1
        native.set_categories(Reference(source, min_col=column, min_row=at.first, max_row=at.last))
        for series, colour in zip(native.series, BARS, strict=False):
            series.graphicalProperties = GraphicalProperties(solidFill=colour)
        _letter(native, self.book.language)
        self.native.add_chart(native, anchor)

    def _set_page(self, sheet: model.Sheet) -> None:
        native: Any = self.native  # its published types forget that margins and headers are there
        native.sheet_view.showGridLines = False
        native.sheet_view.zoomScale = 100
        native.page_setup.orientation, native.page_setup.paperSize = "landscape", A4
        native.page_setup.fitToWidth = 1
        native.page_setup.fitToHeight = 1 if sheet.fit is model.Fit.PAGE else 0
        native.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        margins = native.page_margins
        margins.left = margins.right = 0.6
        margins.top = margins.bottom = 0.85
        margins.header = margins.footer = 0.4
        tables = [each for each in self.placed if isinstance(each.block, model.Table)]
        if len(tables) == 1 and tables[0].top <= LAST_FROZEN_ROW:
            native.freeze_panes = f"B{tables[0].top + 1}"
            native.print_title_rows = f"{tables[0].top}:{tables[0].top}"
        native.oddHeader.left.text = model.margin_text(self.book.title)
        native.oddHeader.right.text = model.margin_text(self.book.subtitle)
        native.oddFooter.left.text = model.margin_text(self.book.footer)
        native.oddFooter.center.text = "&P / &N"
        native.oddFooter.right.text = "&A"


def _letter(chart: Any, language: str) -> None:
    """Name the font of a chart's texts and its language; show both axes."""

    def properties(**how: Any) -> Any:
        font = lettering.Font(typeface=FONT)
        return lettering.CharacterProperties(latin=font, lang=language, **how)

    small, large = properties(sz=1000), properties(sz=1200, b=True)
    paragraph = lettering.Paragraph(
        pPr=lettering.ParagraphProperties(defRPr=small), endParaRPr=small
    )
    for part in chart.title.tx.rich.p:
        part.pPr = lettering.ParagraphProperties(defRPr=large)
        for run in part.r:
            run.rPr = large
    chart.title.overlay = False
    chart.legend.position, chart.legend.txPr = "b", RichText(p=[paragraph])
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete, axis.txPr = False, RichText(p=[paragraph])
    chart.y_axis.number_format = "#,##0"
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=GRID))


# Reading back


def _names(native: Any) -> Iterator[Named]:
    for name, defined in native.defined_names.items():
        for title, area in defined.destinations:
            left, top, _right, bottom = (edge or 0 for edge in range_boundaries(area))
            yield Named(name, title, left, range(top, bottom + 1))


def _cells(native: Any) -> dict[tuple[int, int], Any]:
    cells = (cell for row in native.iter_rows() for cell in row)
    return {(cell.row, cell.column): cell for cell in cells if cell.value is not None}
