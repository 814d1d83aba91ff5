"""The files of InforEuro, the Commission's accounting rates: one a currency and month.

The rates of a month are a list that does not say of which month it is: then the name of the file
does. The history of a currency has the first and the last day of each month.
"""

import re
from collections.abc import Iterator
from datetime import date

from ledger.i18n import N_
from ledger.rate_files import ISO_DAY, Quotation, RateFile, Report, day_in, gathered, unpacked
from ledger.rate_markup import cell, is_json, read_json, records
from ledger.rate_sources import RateSource

_DAY = re.compile(r"(?P<day>[0-9]{2})/(?P<month>[0-9]{2})/(?P<year>[0-9]{4})", re.ASCII)
_MONTH_IN_NAME = re.compile(r"(?<![0-9])([0-9]{4})-([0-9]{2})(?!-?[0-9])", re.ASCII)

_VALUES = ("value", "amount")

_NO_JSON = N_("no JSON of InforEuro: a list of the rates of a month, or of those of a currency")
_NOT_OUT = N_("InforEuro answers “%(found)s” and no rates: ask for a month whose rates are out")
_OTHER_MONEY = N_("for one %(found)s, not for one euro")
_NO_MONTH = N_(
    "nothing in it says of which month it is: name the file for it, such as inforeuro-2023-10.json"
)
_OTHER_SPAN = N_("“%(found)s” is no month from its first day on, and its rate is of no month")


def read_inforeuro(body: bytes, *, filename: str) -> RateFile:
    """Read the rates of a month or of a currency; they apply from the first day of their month.

    Raises UnreadableRatesError with everything that is wrong, each with its record and column.
    """
    report = Report(filename)
    text = unpacked(body, report)
    if not is_json(text):
        report.refuse(_NO_JSON)
    found = read_json(text, report)
    if isinstance(found, dict) and "message" in found:
        report.refuse(_NOT_OUT, cell(found, "message"))
    if not isinstance(found, list):
        report.refuse(_NO_JSON)
    return gathered(_quotations(found, report), report, home=RateSource.INFOREURO.home)


def _quotations(found: list[object], report: Report) -> Iterator[Quotation]:
    named = _named_month(report.filename)
    for number, record in enumerate(records(found), 1):
        currency = cell(record, "isoA3Code", "currencyIso")
        money = cell(record, "refCurrencyIso") or RateSource.INFOREURO.home
        if money != RateSource.INFOREURO.home:
            report.add(_OTHER_MONEY, money, line=number, column="refCurrencyIso")
        elif not _is_left_open(record):
            on = _month(record, named, number, report)
            if on is not None:
                yield Quotation(number, on, currency, cell(record, *_VALUES))


def _is_left_open(record: dict[str, object]) -> bool:
    """Whether a record says that there is no value, which is another thing than to have none."""
    return any(name in record and record[name] is None for name in _VALUES)


def _month(
    record: dict[str, object], named: date | None, number: int, report: Report
) -> date | None:
    if text := cell(record, "dateStart"):
        return _start(text, cell(record, "dateEnd"), number, report)
    year, month = cell(record, "year"), cell(record, "month")
    if year or month:
        return report.day(f"{year}-{month:0>2}-01", ISO_DAY, line=number, column="month")
    if named is None:
        report.refuse(_NO_MONTH)
    return named


def _start(first: str, last: str, number: int, report: Report) -> date | None:
    start, end = (day_in(each, _DAY) or day_in(each[:10], ISO_DAY) for each in (first, last))
    if start is None or start.day != 1 or (last and end is None):
        report.add(_OTHER_SPAN, f"{first} – {last}", line=number, column="dateStart")
        return None
    if end is not None and (end.year, end.month) != (start.year, start.month):
        report.add(_OTHER_SPAN, f"{first} – {last}", line=number, column="dateStart")
        return None
    return start


def _named_month(filename: str) -> date | None:
    found = _MONTH_IN_NAME.findall(filename)
    return day_in(f"{found[0][0]}-{found[0][1]}-01", ISO_DAY) if len(found) == 1 else None
