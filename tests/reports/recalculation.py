"""LibreOffice as a second opinion: it computes every formula anew and shows what readers will see.

Only OOXMLRecalcMode=0 makes it compute; by default it shows whatever value a file holds, also a
wrong one. Its profile is private to the run.
"""

import csv
import io
import os
import shutil
import subprocess
from datetime import datetime
from decimal import Decimal
from itertools import count
from pathlib import Path

import openpyxl
import pytest

RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
SECONDS = 120
HALF_A_CENT = Decimal("0.005")
PRECISION = Decimal("1e-8")

Cells = dict[str, dict[str, object]]


class LibreOffice:
    """Opens a workbook, computes everything, and saves or prints it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names = count()
        (folder / "profile" / "user").mkdir(parents=True)
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.write_text(RECALCULATE, encoding="utf-8")

    def resaved(self, body: bytes) -> bytes:
        """Give the file as LibreOffice saves it after a full recalculation."""
        return self._converted(body, "xlsx").read_bytes()

    def recalculated(self, body: bytes) -> Cells:
        """Give the values of all cells, by sheet and cell, as LibreOffice computes them."""
        return values(self.resaved(body))

    def pages(self, body: bytes) -> list[str]:
        """Give the text of each printed page."""
        pdf = self._converted(body, "pdf")
        text = subprocess.run(
            ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
        ).stdout
        return text.split("\f")[:-1]

    def texts(self, body: bytes) -> list[list[str]]:
        """Give the cells of the first sheet as LibreOffice shows them."""
        path = self._converted(body, "csv", "csv:Text - txt - csv (StarCalc):44,34,76,1")
        return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))

    def wrong_formulas(self, body: bytes) -> list[str]:
        """Name each formula whose value in the file is not the one that LibreOffice computes."""
        stored, computed = values(body), self.recalculated(body)
        return [
            f"{sheet}!{cell}: {stored[sheet].get(cell)!r} is {computed[sheet].get(cell)!r}"
            for sheet, cells in formulas(body).items()
            for cell in cells
            if not same(stored[sheet].get(cell), computed[sheet].get(cell))
        ]

    def _converted(self, body: bytes, suffix: str, how: str = "") -> Path:
        path = self._folder / f"{next(self._names)}.xlsx"
        path.write_bytes(body)
        profile = f"-env:UserInstallation={(self._folder / 'profile').as_uri()}"
        convert = [
            "--headless",
            "--convert-to",
            how or suffix,
            "--outdir",
            str(self._folder / "out"),
        ]
        subprocess.run(
            ["soffice", profile, *convert, path], capture_output=True, check=True, timeout=SECONDS
        )
        return self._folder / "out" / f"{path.stem}.{suffix}"


def values(body: bytes) -> Cells:
    """Read the values that a file holds."""
    native = openpyxl.load_workbook(io.BytesIO(body), data_only=True)
    return {
        sheet.title: {c.coordinate: c.value for row in sheet for c in row if c.value is not None}
        for sheet in native.worksheets
    }


def formulas(body: bytes) -> dict[str, dict[str, str]]:
    """Read the formulas that a file holds, by sheet and cell."""
    native = openpyxl.load_workbook(io.BytesIO(body))
    return {
        sheet.title: {
            c.coordinate: str(c.value) for row in sheet for c in row if c.data_type == "f"
        }
        for sheet in native.worksheets
    }


def same(stored: object, computed: object) -> bool:
    """Compare two values: money to half a cent, small numbers closer, all else exactly."""
    if isinstance(stored, str | datetime) or isinstance(computed, str | datetime):
        return stored == computed
    if stored is None or computed is None:
        return stored is computed
    one, other = Decimal(str(stored)), Decimal(str(computed))
    return abs(one - other) < (HALF_A_CENT if abs(one) >= 1 else PRECISION)


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> LibreOffice:
    """LibreOffice with a profile of its own; a run in CI must have it."""
    if shutil.which("soffice") is None:
        missing = "LibreOffice (soffice) is not installed, so no formula is computed anew"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    return LibreOffice(tmp_path_factory.mktemp("libreoffice"))
