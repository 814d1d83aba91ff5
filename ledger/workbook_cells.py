"""The cells of a workbook as texts, read where a hostile file can do no harm: a process of its own.

`python -m ledger.workbook_cells TITLE…` takes a workbook on standard input and answers with JSON on
standard output: of each sheet with one of these titles, or of the only sheet there is, its filled
rows, cell by cell. Memory and processor time are bounded; formulas are reported, never computed.
"""

import io
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from numbers import Real
from typing import Any

from ledger.i18n import N_
from ledger.workbook_guard import RefusedWorkbookError, check_workbook

MEMORY = 512 * 1024 * 1024
SECONDS = 10

MOST_ROWS = 200_000
MOST_COLUMNS = 64
# Longer than any field, and than a spreadsheet lets people type.
LONGEST_CELL = 32_767
MOST_TEXT = 32 * 1024 * 1024

FORMULA = "formula"
FAULT = "error"

NO_SHEET = N_("none of its sheets (%(titles)s) is named after a kind of document: %(known)s.")
HIDDEN = N_("its sheet “%(title)s” is hidden: show it, look at it, then import it.")
TOO_MANY_ROWS = N_("its sheet “%(title)s” goes beyond row %(rows)s: divide it.")
TOO_MANY_COLUMNS = N_("its sheet “%(title)s” has cells beyond column %(columns)s: remove them.")
TOO_MUCH_TEXT = N_("its sheet “%(title)s” holds more text than documents do.")
TOO_MUCH_MEMORY = N_("it takes more memory to read than documents need: divide it.")

# A text; nothing; or what cannot be read as input: formula or error, what it says, and where.
Cell = str | None | tuple[str, str, str]


def main() -> None:
    """Answer for one workbook, within bounds."""
    _confine()
    try:
        answer = sheets(sys.stdin.buffer.read(), titles=sys.argv[1:])
    except RefusedWorkbookError as error:
        answer = {"refused": error.message, "params": error.params}
    except MemoryError:
        answer = {"refused": TOO_MUCH_MEMORY, "params": {}}
    json.dump(answer, sys.stdout)


def sheets(body: bytes, *, titles: Sequence[str]) -> dict[str, Any]:
    """Read the wanted sheets of a workbook: title, and each filled row with its number.

    Titles are compared without regard to capitals. Raises RefusedWorkbookError for what the guard
    refuses, for a hidden sheet, and for one that is too large.
    """
    check_workbook(body)
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, keep_links=False)
    wanted = [each for each in book.worksheets if each.title.strip().casefold() in titles]
    if not wanted and len(book.worksheets) != 1:
        listed = ", ".join(book.sheetnames)
        raise RefusedWorkbookError(NO_SHEET, titles=listed, known=", ".join(titles))
    chosen = {each.title: each for each in wanted or book.worksheets}
    return {
        "sheets": [{"title": title, "rows": list(_rows(each))} for title, each in chosen.items()],
        "left_aside": [title for title in book.sheetnames if title not in chosen],
    }


def _confine() -> None:
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _rows(sheet: Any) -> Iterator[tuple[int, list[Cell]]]:
    if sheet.sheet_state != "visible":
        raise RefusedWorkbookError(HIDDEN, title=sheet.title)
    # What a file says of its size may be a lie, and empty rows far below cost nothing.
    sheet.reset_dimensions()
    length = 0
    rows = ((number, row) for number, row in enumerate(sheet.iter_rows(), start=1) if row)
    for number, row in rows:
        cells = [_cell(each) for each in row]
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            continue
        length += sum(len(each) for each in cells if isinstance(each, str))
        _check_size(sheet.title, row=number, column=len(cells), length=length)
        yield number, cells


def _check_size(title: str, *, row: int, column: int, length: int) -> None:
    if row > MOST_ROWS:
        raise RefusedWorkbookError(TOO_MANY_ROWS, title=title, rows=MOST_ROWS)
    if column > MOST_COLUMNS:
        raise RefusedWorkbookError(TOO_MANY_COLUMNS, title=title, columns=MOST_COLUMNS)
    if length > MOST_TEXT:
        raise RefusedWorkbookError(TOO_MUCH_TEXT, title=title)


def _cell(cell: Any) -> Cell:
    if cell.value is None:
        return None
    if cell.data_type == "f":
        return FORMULA, str(getattr(cell.value, "text", cell.value))[:80], cell.coordinate
    if cell.data_type == "e":
        return FAULT, str(cell.value), cell.coordinate
    return _text(cell.value) or None


def _text(value: Any) -> str:
    """Write a cell as people would type it: days as 2017-12-31, numbers with a decimal point."""
    match value:
        case str():
            return value.strip()[:LONGEST_CELL]
        case bool():
            return str(value).lower()
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ")
        case int():
            return str(value)
        case Real():
            # A spreadsheet keeps fifteen digits; what follows is the noise of their binary form.
            return format(value, ".15g")
        case _:
            return str(value)


if __name__ == "__main__":
    main()
