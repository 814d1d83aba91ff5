"""A workbook as text: one line a cell, as a reviewer reads it."""

import io
import re

import openpyxl

# The salt of an entry is random, so hashes differ from run to run.
HASHES = re.compile(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{16}\b|(?<=· )[0-9a-f]{12}\b")


def grid(body: bytes) -> str:
    """Write sheet, cell, number format, value and formula of every cell that holds something."""
    shown = openpyxl.load_workbook(io.BytesIO(body), data_only=True)
    live = openpyxl.load_workbook(io.BytesIO(body))
    lines = []
    for sheet in shown.worksheets:
        lines.append(f"# {sheet.title}")
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is None:
                    continue
                kind = "" if cell.number_format == "General" else f" [{cell.number_format}]"
                formula = live[sheet.title][cell.coordinate]
                behind = f"  {formula.value}" if formula.data_type == "f" else ""
                lines.append(f"{cell.coordinate}{kind} {cell.value}{behind}")
    return HASHES.sub("<hash>", "\n".join(lines)) + "\n"
