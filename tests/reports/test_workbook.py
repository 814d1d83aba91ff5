import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from reports.figures import printed, values_digest
from reports.package import FONT_ORDER, SHEETS
from reports.sheet import (
    Column,
    Fact,
    Facts,
    Formula,
    Kind,
    Sheet,
    Table,
    UnwritableError,
    decimal_text,
    quoted,
    text_cell,
)
from reports.workbook import read_back, workbook
from tests.reports.recalculation import LibreOffice, formulas, values
from tests.reports.specimen import specimen

ROOT = Path(__file__).parents[2]

# Texts that some spreadsheet program takes for a formula, an error, a code or a control.
HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://example.org","click")',
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "#N/A",
    "#REF!",
    "{=1+1}",
    "'=1+1",
    "_x000D_x",
    "_x005F_x000D_",
    "TRUE",
    "1e5",
    "2018-12-31",
    "00123",
    "％=1+1",
    "＝1+1",
    "&D &P",
    "</t></is></c>",
    "<!--",
    "]]>",
    "  edges  ",
    "two\nlines",
    "łąčőű €",
    "\U0001f1f5\U0001f1f1",
    "a" * 32_767,
]


@pytest.fixture(scope="module")
def body() -> bytes:
    return workbook(specimen())


def _sheet(*texts: str) -> Sheet:
    rows = tuple((str(number), text) for number, text in enumerate(texts, 1))
    columns = (Column("number", "No"), Column("text", "Text", Kind.WRAPPED))
    return Sheet("texts", "Texts", "Texts", (Table("tblTexts", columns, rows),))


def _parts(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _repacked(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


# One content, one file


def test_the_same_statement_is_the_same_file_in_every_process() -> None:
    """A statement made again, on another day and with other hashing, has identical bytes."""
    code = (
        "import hashlib, sys; from tests.reports.specimen import specimen;"
        "from reports.workbook import workbook;"
        "sys.stdout.write(hashlib.sha256(workbook(specimen())).hexdigest())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert made == {hashlib.sha256(workbook(specimen())).hexdigest()}


def test_the_only_time_in_a_file_is_the_statement_s_own(body: bytes) -> None:
    """No part of a file remembers when it was written."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2019-01-15T09:30:05Z") == 2


# Formulas and their values


def test_every_formula_holds_its_value(body: bytes) -> None:
    """A reader that does not calculate sees the figures that the ledger computed."""
    held = values(body)
    for sheet, cells in formulas(body).items():
        assert {cell for cell in cells if held[sheet].get(cell) is None} == set()


def test_formulas_name_cells_that_every_program_knows(body: bytes) -> None:
    """Names of columns and facts become cells, ranges and defined names."""
    found = formulas(body)
    assert found["Contributions"]["G5"] == "=ROUND(E5/F5,2)"
    assert found["Contributions"]["G8"] == "=SUBTOTAL(109,$G$5:$G$7)"
    assert found["Overview"]["B5"] == "='Contributions'!$G$8"
    assert found["Overview"]["B7"] == "=ROUND(Contributed*ClosingRate,2)"


def test_a_formula_that_names_nothing_is_our_fault() -> None:
    """A formula cannot be written before every name in it is known."""
    book = specimen()
    lost = Fact("Lost", Formula("{Nowhere}*2", Decimal(0)), Kind.AMOUNT, "LostFigure")
    sheet = Sheet("lost", "Lost", "Lost", (Facts((lost,)),))
    with pytest.raises(KeyError, match="Nowhere"):
        workbook(replace(book, sheets=(*book.sheets, sheet)))


def test_libreoffice_computes_what_the_ledger_computed(
    libreoffice: LibreOffice, body: bytes
) -> None:
    """Every live formula, computed anew, gives the value written beside it."""
    assert libreoffice.wrong_formulas(body) == []


def test_a_wrong_value_beside_a_formula_is_noticed(libreoffice: LibreOffice, body: bytes) -> None:
    """The recalculation is no rubber stamp: one changed value is found, and only that one."""
    parts = _parts(body)
    part = parts["xl/worksheets/sheet2.xml"]
    changed = part.replace(b"<v>348060.14</v>", b"<v>348060.15</v>")
    assert changed != part
    wrong = libreoffice.wrong_formulas(_repacked({**parts, "xl/worksheets/sheet2.xml": changed}))
    assert wrong == ["Contributions!G5: 348060.15 is 348060.14"]


# Texts from the books


def test_no_text_becomes_a_formula() -> None:
    """Whatever somebody wrote into a description stays what they wrote."""
    book = replace(specimen(), sheets=(_sheet(*HOSTILE),))
    body = workbook(book)
    assert formulas(body) == {"Texts": {}}
    read = [values(body)["Texts"].get(f"B{row}") for row in range(5, 5 + len(HOSTILE))]
    assert read == [text_cell(text) for text in HOSTILE]


def test_every_text_looks_the_same_in_libreoffice(libreoffice: LibreOffice) -> None:
    """Another program shows each text as it stands in the books."""
    body = workbook(replace(specimen(), sheets=(_sheet(*HOSTILE),)))
    assert formulas(libreoffice.resaved(body)) == {"Texts": {}}
    shown = [row[1] for row in libreoffice.texts(body)[4:]]
    assert shown == [text.replace("\r", "\n") for text in HOSTILE]


def test_controls_are_dropped_and_lengths_refused() -> None:
    """What XML cannot hold is left out; what a cell cannot hold is refused, never cut."""
    assert text_cell("a\x00\x0b\x1f\ud800\uffffb\r\nc") == "ab\nc"
    with pytest.raises(UnwritableError, match="32768 characters"):
        text_cell("a" * 32_768)


def test_literals_in_formulas_are_quoted() -> None:
    """A text inside a formula cannot end its own quotation, nor name a cell."""
    assert quoted('say "no"') == '"say ""no"""'
    with pytest.raises(UnwritableError):
        quoted("{amount}")
    with pytest.raises(UnwritableError):
        quoted("a" * 256)


# Numbers


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Decimal("1234567890123.45"), "1234567890123.45"),
        (Decimal("-0.00"), "0"),
        (Decimal("9.95"), "9.95"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.000000100"), "0.0000001"),
        (-7, "-7"),
    ],
)
def test_numbers_are_written_digit_by_digit(number: Decimal | int, text: str) -> None:
    """A figure stands in the file as the ledger has it, not as binary would have it."""
    assert decimal_text(number) == text


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "12345678901234.567"])
def test_numbers_that_a_spreadsheet_would_change_are_refused(number: str) -> None:
    """More than fifteen digits would be cut in silence, so they are not written."""
    with pytest.raises(UnwritableError):
        decimal_text(Decimal(number))


@pytest.mark.parametrize(
    ("number", "number_format", "text"),
    [
        ("2.345", '#,##0.00;[Red]-#,##0.00;"–"', "2.35"),
        ("-2.345", r"#,##0.00;[RED]\-#,##0.00;\–", "-2.35"),
        ("0.123456", '0.00%;[Red]-0.00%;"–"', "0.1235"),
        ("4.30965", "0.00####", "4.30965"),
        ("2017", "0", "2017"),
    ],
)
def test_figures_are_compared_as_printed(number: str, number_format: str, text: str) -> None:
    """The digest takes a figure with as many places as its format shows."""
    assert printed(Decimal(number), number_format) == text


# The digest


def test_the_digest_is_read_back_from_the_file(body: bytes) -> None:
    """Whoever holds the file can compute the digest that it states."""
    seen = read_back(body)
    assert seen.digest == seen.properties["ValuesDigest"] == values_digest(specimen().sheets)
    assert seen.properties["Statement"] == "17"


def test_the_digest_survives_another_program(libreoffice: LibreOffice, body: bytes) -> None:
    """A file that a ministry opened and saved still proves its figures."""
    assert read_back(libreoffice.resaved(body)) == read_back(body)


def test_the_digest_notices_one_changed_figure(body: bytes) -> None:
    """One cent changed anywhere in the figures is another digest."""
    native = openpyxl.load_workbook(io.BytesIO(body), data_only=True)
    native["Contributions"]["E5"] = 1500000.01
    out = io.BytesIO()
    native.save(out)
    assert read_back(out.getvalue()).digest != read_back(body).digest


# What readers see


def test_totals_print_with_the_statement(libreoffice: LibreOffice, body: bytes) -> None:
    """Each sheet prints on one page, with its total, statement number and page number."""
    pages = libreoffice.pages(body)
    assert len(pages) == 4
    assert "747,794.74" in pages[1]
    assert "Statement 17 · 0123456789ab" in pages[1]
    assert re.search("2 ?/ ?4", pages[1])
    assert "R&D of statements" in pages[1]


def test_every_font_is_named_and_in_order(body: bytes) -> None:
    """A font without a name is another one in every program; the schema fixes the order."""
    root = ET.fromstring(_parts(body)["xl/styles.xml"])  # noqa: S314 - written just now
    for font in root.iterfind(f"{{{SHEETS}}}fonts/{{{SHEETS}}}font"):
        names = [child.tag.partition("}")[2] for child in font]
        assert "name" in names
        assert "sz" in names
        assert names == sorted(names, key=FONT_ORDER.index)


def test_charts_speak(body: bytes) -> None:
    """Whoever cannot see a chart is told what it shows."""
    drawing = _parts(body)["xl/drawings/drawing1.xml"].decode()
    assert 'descr="Poland has given 168 765.44 EUR more than its fair share."' in drawing


def test_the_language_is_stated(body: bytes) -> None:
    """A screen reader learns the language from the file."""
    assert b">pl</dc:language>" in _parts(body)["docProps/core.xml"]


def test_empty_tables_say_so() -> None:
    """A table without rows is still a table, with a total of zero and a word to the reader."""
    body = workbook(specimen(()))
    held = values(body)["Contributions"]
    assert held["A5"] == "Nothing was contributed up to this day."
    assert held["G6"] == 0


# What cannot be declared


@pytest.mark.parametrize("title", ["", "Zestawienie zobowiązań i zaległości", "a/b", "'a"])
def test_titles_that_a_spreadsheet_refuses_are_refused_here(title: str) -> None:
    """A tab holds at most 31 characters, and no brackets or slashes."""
    with pytest.raises(ValueError, match="title of a sheet"):
        Sheet("a", title, "A", ())


@pytest.mark.parametrize("heading", ["", "=A", "A[1]", "a#", "@a", "a\nb", "_x000D_"])
def test_headings_that_break_tables_are_refused(heading: str) -> None:
    """A heading is part of the table's grammar, so some characters cannot be in it."""
    with pytest.raises(ValueError, match="cannot head a column"):
        Table("tblOne", (Column("a", heading),), ())


def test_headings_and_keys_are_distinct() -> None:
    """Two columns of one name, or two rows of one key, could not be told apart."""
    with pytest.raises(ValueError, match="not distinct"):
        Table("tblOne", (Column("a", "Amount"), Column("b", "amount")), ())
    with pytest.raises(ValueError, match="not distinct"):
        Table("tblOne", (Column("a", "Amount"),), (("1",), ("1",)))


def test_figures_need_names() -> None:
    """A figure without a name could not be found again in a file that came back."""
    sheet = Sheet("a", "A", "A", (Facts((Fact("Sum", Decimal("1.00")),)),))
    with pytest.raises(ValueError, match="needs a name"):
        replace(specimen(), sheets=(sheet,))
