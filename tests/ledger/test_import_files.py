"""Files that come in: what their cells are read as, and what is not read at all."""

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import MAC_EPOCH

from ledger import import_files, workbook_cells
from ledger.errors import UnreadableFileError
from ledger.import_files import Dialect, Row, read_file
from ledger.workbook_cells import sheets
from ledger.workbook_guard import RefusedWorkbookError, check_workbook
from tests.workbooks import OFFICE, PACKAGE, package, row, saved, workbook

TITLES = ("contributions", "costs")


def rows(body: bytes, filename: str = "some.csv") -> list[tuple[int, list[object]]]:
    """Read the filled rows of a file's first sheet, each with its number."""
    first = read_file(body, filename=filename, titles=TITLES).sheets[0]
    return [(each.number, list(each.cells)) for each in first.rows]


def refusal(body: bytes, filename: str = "some.csv") -> str:
    """Say why a file is not read."""
    with pytest.raises(UnreadableFileError) as refused:
        read_file(body, filename=filename, titles=TITLES)
    return str(refused.value)


# Workbooks


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("PL", "PL"),
        ("  spaced \n", "spaced"),
        (" ", None),
        (None, None),
        (1250, "1250"),
        (Decimal("1250.50"), "1250.5"),
        (-0.1, "-0.1"),
        (0.1 + 0.2, "0.3"),
        (1234567890123.45, "1234567890123.45"),
        (1e300, "1e+300"),
        (True, "true"),
        (date(2017, 3, 1), "2017-03-01"),
        (datetime(2017, 3, 1), "2017-03-01"),  # noqa: DTZ001 - a spreadsheet knows no zones
        (datetime(2017, 3, 1, 14, 30), "2017-03-01 14:30:00"),  # noqa: DTZ001 - likewise
        (time(14, 30), "14:30:00"),
        ("2017-03-01", "2017-03-01"),
        ("1250.50", "1250.50"),
        ("=not a formula", ("formula", "=not a formula", "A1")),
        ("#REF!", ("error", "#REF!", "A1")),
    ],
)
def test_cells_of_a_workbook(cell: object, text: object) -> None:
    """A cell is read as people would type it; of what was computed, nothing is taken over."""
    body = workbook({"Costs": [[cell, "end"]]})
    [sheet] = sheets(body, titles=TITLES)["sheets"]
    assert sheet["rows"] == [(1, [text, "end"])]


def test_empty_rows_count_but_are_not_read() -> None:
    """A row keeps the number that its reader sees, whatever stands empty above or far below it."""
    far = "<row r='1048576'><c r='A1048576' s='0'/></row>"
    [sheet] = sheets(package(row(3, "><v>7</v>") + far), titles=TITLES)["sheets"]
    assert sheet["rows"] == [(3, ["7"])]


def test_a_lying_dimension_changes_nothing() -> None:
    """What a file says of its own size is not believed."""
    body = package(row(1, "><v>7</v>"), before="<dimension ref='A1:XFD1048576'/>")
    assert rows(body, "some.xlsx") == [(1, ["7"])]


def test_days_since_1904() -> None:
    """A workbook of the old Macintosh counts its days from 1904."""
    book = openpyxl.Workbook()
    book.epoch = MAC_EPOCH
    book.worksheets[0].append([date(2017, 3, 1)])
    [sheet] = sheets(saved(book), titles=TITLES)["sheets"]
    assert sheet["rows"] == [(1, ["2017-03-01"])]


def test_sheets_are_found_by_title() -> None:
    """Sheets named after a kind are read, in any capitals; the titles of others are reported."""
    body = workbook({"Notes": [["x"]], "COSTS": [["y"]], " contributions": [["z"]]})
    file = read_file(body, filename="some.xlsx", titles=TITLES)
    assert [sheet.title for sheet in file.sheets] == ["COSTS", " contributions"]
    assert file.left_aside == ["Notes"]


def test_the_only_sheet_needs_no_title() -> None:
    """A workbook of one sheet leaves no question which one is meant."""
    assert rows(workbook({"Sheet1": [["x"]]}), "some.xlsx") == [(1, ["x"])]


def test_nameless_sheets_are_not_guessed_at() -> None:
    """Of several sheets none of which is named after a kind, none is read."""
    assert refusal(workbook({"One": [["x"]], "Two": [["y"]]}), "some.xlsx") == (
        "“some.xlsx” cannot be read: none of its sheets (One, Two) is named after a kind of "
        "document: contributions, costs."
    )


def test_a_link_to_click_is_no_harm() -> None:
    """A web address in a cell fetches nothing by itself and is let pass."""
    link = (
        f"<Relationships xmlns='{PACKAGE}/relationships'><Relationship Id='rId1'"
        f" Type='{OFFICE}/hyperlink' Target='https://example.org/' TargetMode='External'/>"
        "</Relationships>"
    )
    check_workbook(package(parts={"xl/worksheets/_rels/sheet1.xml.rels": link}))


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_what_spreadsheets_use_is_unpacked(compression: int) -> None:
    """A part packed as no spreadsheet packs it is not unpacked."""
    body = io.BytesIO(package())
    with zipfile.ZipFile(body, "a", compression) as archive:
        archive.writestr("xl/theme.xml", "<theme/>")
    with pytest.raises(RefusedWorkbookError, match="damaged"):
        check_workbook(body.getvalue())


def test_a_part_told_twice() -> None:
    """Two parts of one name say two things to two readers, so neither is read."""
    body = io.BytesIO(package())
    with zipfile.ZipFile(body, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(RefusedWorkbookError, match="damaged"):
        check_workbook(body.getvalue())


def test_macros_by_another_name() -> None:
    """A part is known for what it is by its type too, whatever it is called."""
    types = (
        "<Types xmlns='x'><Override PartName='/xl/workbook.xml'"
        " ContentType='application/vnd.ms-excel.sheet.macroEnabled.main+xml'/></Types>"
    )
    with pytest.raises(RefusedWorkbookError, match="macros"):
        check_workbook(package(parts={"[Content_Types].xml": types}))


def test_reading_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a file longer than a bounded time."""
    monkeypatch.setattr(import_files, "SECONDS", 0)
    assert "takes too long" in refusal(workbook({"Costs": [["x"]]}), "some.xlsx")


def test_nothing_in_the_working_folder_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader takes its code from where the program lies, not from where it is used."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "openpyxl.py").write_text("raise SystemExit(7)", encoding="utf-8")
    assert rows(workbook({"Costs": [["x"]]}), "some.xlsx") == [(1, ["x"])]


# CSV


@pytest.mark.parametrize(
    ("text", "encoding", "dialect"),
    [
        ("state,description\nPL,Pomoc", "utf-8", Dialect("UTF-8", ",")),
        ("state;description\nPL;Žižkov, část 2", "utf-8-sig", Dialect("UTF-8", ";")),
        ("state\tdescription\nPL\tŁódź", "cp1250", Dialect("windows-1250", "\t")),
        ('"state";"a, b";"c"\nPL;1,5;x', "cp1250", Dialect("UTF-8", ";")),
        ("state\nPL", "utf-8", Dialect("UTF-8", ";")),
    ],
)
def test_how_a_csv_is_written_is_found_out(text: str, encoding: str, dialect: Dialect) -> None:
    """Encoding and separator are told by the file itself, and reported."""
    file = read_file(text.encode(encoding), filename="some.csv", titles=TITLES)
    assert file.dialect == dialect
    last = text.splitlines()[-1].split(dialect.separator)
    assert file.sheets[0].rows[-1] == Row(2, last)


def test_rows_of_a_csv_are_numbered_as_spreadsheets_number_them() -> None:
    """Blank lines count, and a text of two lines is one row; ends of lines are as they are."""
    body = b'a,b\r\n\r\n1,"two\r\nlines"\r\n , \r\n2,\r\n'
    assert rows(body) == [(1, ["a", "b"]), (3, ["1", "two\r\nlines"]), (5, ["2"])]


@pytest.mark.parametrize(
    ("written", "separator", "plain"),
    [
        ("1250,5", ";", "1250.5"),
        ("-1 250 000,50", "\t", "-1250000.50"),
        ("1\u00a0250", ";", "1250"),
        ("1250.50", ";", "1250.50"),
        ("1.250,50", ";", "1.250,50"),
        ("1,250", ",", "1,250"),
        ("12 50", ";", "12 50"),
        ("1,250,000", ";", "1,250,000"),
    ],
)
def test_a_decimal_comma_where_nothing_else_can_be_meant(
    written: str, separator: str, plain: str
) -> None:
    """A comma is a decimal comma where the file separates by something else, and only then."""
    assert Dialect("UTF-8", separator).plain_amount(written) == plain


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b" \r\n", "it is empty."),
        ("state,amount\nPL,1".encode("utf-16"), "neither a workbook nor CSV"),
        (b"\x81\x83\x88", "neither a workbook nor CSV"),
        (b"<table><tr><td>PL", "a web page"),
        (b'state,amount\nPL,"1\n', "in row 2 a quotation mark is out of place"),
        (b'state,amount\nPL,"1"2\n', "in row 2 a quotation mark is out of place"),
        (b"a," * 65 + b"a", "row 1 has more than 64 cells"),
        (b"a\n" * 200_001, "more than 200000 rows"),
        (b"a," * (11 * 1024 * 1024), "larger than 20 megabytes"),
    ],
)
def test_what_is_no_csv(body: bytes, reason: str) -> None:
    """What cannot be read as a table is refused with the reason."""
    assert reason in refusal(body)


def test_the_name_is_kept_without_its_folder() -> None:
    """Where a file lay on someone's machine is nobody's business."""
    file = read_file(b"a", filename="C:\\Users\\anna\\gifts.csv", titles=TITLES)
    assert file.filename == "gifts.csv"


def test_bounds_of_the_reader() -> None:
    """What a workbook may take is a promise to whoever runs the server."""
    assert (workbook_cells.MEMORY, workbook_cells.SECONDS) == (512 * 1024**2, 10)
