"""The files of the Czech National Bank: the text of a day, the text of a year, JSON of its API.

Text is `|` between cells, in Czech (`kurz`, decimal comma) or English (`Rate`, decimal point). A
year's text repeats its heading wherever the basket changes, and units change too (`1 TRY` until
2023, then `100 TRY`), so a line is read by the last heading above it. Until 2001 a day's text has a
second table, of the currencies that were giving way to the euro.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from ledger.i18n import N_
from ledger.rate_files import (
    ISO_DAY,
    MOST_RATES,
    Quotation,
    RateFile,
    Report,
    day_in,
    gathered,
    unpacked,
    with_point,
)
from ledger.rate_markup import cell, central_european, is_json, read_json, records
from ledger.rate_sources import RateSource

_DAY = re.compile(
    r"(?P<day>[0-9]{1,2})[. ](?P<month>[0-9]{1,2}|[A-Z][a-z]{2})[. ] ?(?P<year>[0-9]{4})", re.ASCII
)
_DAY_LINE = re.compile(r"([0-9]{1,2}[. ]\w{1,9}[. ] ?[0-9]{4})( +#[0-9]+)?", re.ASCII)
_UNIT_AND_CODE = re.compile(r"([1-9][0-9]{0,6}) ([A-Z]{3})", re.ASCII)

_YEAR_HEADINGS = ("Datum", "Date")
_COUNTRIES = ("země", "Country")
_DAY_COLUMNS = (("množství", "Amount"), ("kód", "Code"), ("kurz", "poměr", "Rate", "Ratio"))

_NO_HEADING = N_("no heading země|…|množství|kód|kurz with each column once")
_NO_YEAR_HEADING = N_("no heading Datum|1 EUR|100 HUF|… with each currency once and its units")
_OTHER_LENGTH = N_("not as many cells as the last heading: %(found)s")
_NO_TEXT = N_("neither a text of the bank (Datum|1 AUD|… or a day and země|…) nor JSON of its API")
_OTHER_LINE = N_("“%(found)s” is no line of rates, and stands above the first heading")


def read_cnb(body: bytes, *, filename: str) -> RateFile:
    """Read the text of a day or a year, or JSON, of the Czech National Bank.

    Lines of a year that stand above the first heading are counted and left aside: nobody can tell
    their currencies. Raises UnreadableRatesError with everything that is wrong.
    """
    report = Report(filename)
    text = unpacked(body, report)
    home = RateSource.CNB.home
    if is_json(text):
        return gathered(_of_json(text, report), report, home=home)
    lines = _Lines(report)
    # All lines, so that those above the first heading are counted; of too many, enough to refuse.
    rows = lines.read(central_european(text, report).splitlines())
    quotations = list(islice(rows, MOST_RATES + 1))
    return gathered(quotations, report, home=home, unread=lines.unread)


def _of_json(body: bytes, report: Report) -> Iterator[Quotation]:
    found = read_json(body, report)
    if not isinstance(found, dict) or "rates" not in found:
        report.refuse(_NO_TEXT)
    for record, rate in enumerate(records(found, "rates"), 1):
        on = report.day(cell(rate, "validFor"), ISO_DAY, line=record, column="validFor")
        if on is not None:
            code, amount = cell(rate, "currencyCode"), cell(rate, "amount")
            yield Quotation(record, on, code, cell(rate, "rate"), amount)


@dataclass(frozen=True, slots=True)
class _DayTable:
    """Where a day's text has unit, code and rate."""

    on: date | None
    unit: int
    code: int
    rate: int
    width: int


class _Lines:
    """Reads line by line, by the last heading seen."""

    def __init__(self, report: Report) -> None:
        self.unread = 0
        self._report = report
        self._on: date | None = None
        self._heading: _DayTable | list[tuple[str, str]] | None = None

    def read(self, lines: Sequence[str]) -> Iterator[Quotation]:
        """Give the quotations of all lines, and count those above the first heading."""
        for line, text in enumerate(lines, 1):
            cells = [each.strip() for each in text.split("|")]
            if found := _DAY_LINE.fullmatch(text.strip()):
                self._on = self._report.day(found[1], _DAY, line=line, column=_YEAR_HEADINGS[0])
            elif cells[0] in _YEAR_HEADINGS:
                self._heading = self._year_heading(cells, line)
            elif cells[0] in _COUNTRIES:
                self._heading = self._day_heading(cells, line)
            elif text.strip():
                yield from self._row(line, cells)

    def _year_heading(self, cells: Sequence[str], line: int) -> list[tuple[str, str]]:
        found = [_UNIT_AND_CODE.fullmatch(each) for each in cells[1:]]
        columns = [(each[1], each[2]) for each in found if each]
        if len({code for _, code in columns}) != len(found) or not columns:
            self._report.refuse(_NO_YEAR_HEADING, line=line)
        return columns

    def _day_heading(self, cells: Sequence[str], line: int) -> _DayTable:
        unit, code, rate = (self._place(cells, names, line) for names in _DAY_COLUMNS)
        return _DayTable(self._on, unit, code, rate, len(cells))

    def _place(self, cells: Sequence[str], names: Sequence[str], line: int) -> int:
        found = [place for place, each in enumerate(cells) if each in names]
        if len(found) != 1:
            self._report.refuse(_NO_HEADING, line=line)
        return found[0]

    def _row(self, line: int, cells: Sequence[str]) -> Iterator[Quotation]:
        match self._heading:
            case None:
                self._set_aside(line, cells)
            case _DayTable() as table:
                yield from self._of_day(line, cells, table)
            case columns:
                yield from self._of_year(line, cells, columns)

    def _set_aside(self, line: int, cells: Sequence[str]) -> None:
        if len(cells) < 2 or day_in(cells[0], _DAY) is None:
            self._report.add(_OTHER_LINE, cells[0], line=line)
        self.unread += 1

    def _of_day(self, line: int, cells: Sequence[str], table: _DayTable) -> Iterator[Quotation]:
        if len(cells) != table.width:
            self._report.add(_OTHER_LENGTH, len(cells), line=line)
        elif table.on is None:
            self._report.day("", _DAY, line=line, column=_YEAR_HEADINGS[0])
        else:
            text = with_point(cells[table.rate])
            yield Quotation(line, table.on, cells[table.code], text, cells[table.unit])

    def _of_year(
        self, line: int, cells: Sequence[str], columns: Sequence[tuple[str, str]]
    ) -> Iterator[Quotation]:
        if len(cells) != len(columns) + 1:
            self._report.add(_OTHER_LENGTH, len(cells), line=line)
            return
        on = self._report.day(cells[0], _DAY, line=line, column=_YEAR_HEADINGS[0])
        for (unit, code), text in zip(columns, cells[1:], strict=True):
            # Empty where the currency was not quoted on that day.
            if on is not None and text:
                yield Quotation(line, on, code, with_point(text), unit)
