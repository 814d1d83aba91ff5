"""What all files of published rates share, whoever publishes them.

A reader goes through a body and yields quotations: texts, each with its place. Here they become
rates, each currency's once a day, or everything that is wrong with them is said at once.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, NoReturn

from babel.numbers import list_currencies

from ledger.currencies import EURO
from ledger.errors import InputProblem, UnreadableRatesError
from ledger.i18n import N_, Message

# The whole history since 1999 is 2 MB as csv and 7 MB as xml.
LARGEST_FILE = 32 * 1024 * 1024
LARGEST_REPORT = 100
# All that the European Central Bank has published since 1999 is a quarter of it.
MOST_RATES = 400_000

# Other ways of packing may ask for gigabytes before they give a byte.
_ONE_FILE = ([zipfile.ZIP_DEFLATED], [zipfile.ZIP_STORED])
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)

_WEB_PAGE = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!doctype\s+html|<html|<head|<body)", re.IGNORECASE)

NO_RATE = N_(
    "no rate in it: nothing was published for its days, or it is another file; see whether it is "
    "complete, and ask for days on which there are rates"
)
NO_DAY = N_("“%(found)s” is not a day")
_TOO_MANY = N_("more than %(found)s rates: divide it into files of some years each")
_NO_RATE_TEXT = N_("“%(found)s” is not a rate above zero, such as 4.4038")
_NO_UNIT = N_("“%(found)s” is not how many units of a currency the rate is of, such as 1 or 100")
_NO_CODE = N_("“%(found)s” is not the code of a currency, such as PLN")
_EURO_UNIT = N_("the rate is of %(found)s euro, and must be of one")
_TWO_RATES = N_(
    "%(currency)s of %(on)s is %(before)s in line %(first)s and %(found)s here: "
    "fetch the file again"
)

# Above zero, and at most fifteen digits: more are no quotation, and far more would be a load.
_RATE = re.compile(r"(?=[0.]*[1-9])(?!.{17}|[0-9]{16})(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
_UNIT = re.compile(r"[1-9][0-9]{0,5}|1000000", re.ASCII)
_CODE = re.compile(r"[A-Z]{3}", re.ASCII)
# Every code that there is or was in ISO 4217, as Babel lists them.
KNOWN = frozenset(list_currencies())

ISO_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})", re.ASCII)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_MONTH = {name: number for number, name in enumerate(_MONTHS, 1)}
_MONTH |= {name[:3]: number for name, number in _MONTH.items()}


class PublishedRate(NamedTuple):
    """One quotation, in the very text that its source published, but for a decimal comma.

    Of sources that quote for one euro: `value` of the currency, and the unit is 1. Of others:
    `value` of the source's own money for so many units of the currency.
    """

    currency: str
    unit: int
    value: str
    published_on: date
    applies_on: date
    # Where it stands in its file, counted from 1; of JSON, its record.
    line: int


@dataclass(frozen=True, slots=True)
class RateFile:
    """What a file holds: each rate once, and what of it was left aside.

    That is how many lines nobody can tell the currencies of, and the codes that are no currency's.
    """

    rates: tuple[PublishedRate, ...]
    unread: int = 0
    strange: tuple[str, ...] = ()


class Quotation(NamedTuple):
    """What a file says in one place, its line counted from 1; of JSON, its record."""

    line: int
    on: date
    currency: str
    text: str
    unit: str = "1"


class Report:
    """Everything wrong with one file, so that it is said at once."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.problems: dict[tuple[int | None, str | None], InputProblem] = {}

    def add(
        self,
        message: Message,
        found: object = "",
        *,
        line: int | None = None,
        column: str | None = None,
        **more: object,
    ) -> None:
        """Note what is wrong and where, once a place; close as soon as a page is full."""
        params = {"found": _shortened(found) if isinstance(found, str) else found, **more}
        problem = InputProblem(self.filename, message, params, row=line, column=column)
        self.problems.setdefault((line, column), problem)
        if len(self.problems) >= LARGEST_REPORT:
            self.close()

    def refuse(self, message: Message, found: object = "", *, line: int | None = None) -> NoReturn:
        """Raise what makes the whole file unreadable, with what was wrong before."""
        self.add(message, found, line=line)
        raise UnreadableRatesError(tuple(self.problems.values()))

    def close(self) -> None:
        """Raise UnreadableRatesError if anything was wrong."""
        if self.problems:
            raise UnreadableRatesError(tuple(self.problems.values()))

    def day(self, text: str, form: re.Pattern[str], *, line: int, column: str) -> date | None:
        """Read a day, or note that it is none."""
        on = day_in(text, form)
        if on is None:
            self.add(NO_DAY, text, line=line, column=column)
        return on


def _shortened(found: str) -> str:
    return f"{found[:60]}…" if len(found) > 60 else found


@lru_cache(maxsize=64)
def day_in(text: str, form: re.Pattern[str]) -> date | None:
    """Read a day in a form with groups year, month (a number or its English name) and day."""
    found = form.fullmatch(text)
    if found is None:
        return None
    year, month, day = found.group("year", "month", "day")
    try:
        return date(int(year), _MONTH.get(month) or int(month), int(day))
    except ValueError:
        return None


def unpacked(body: bytes, report: Report) -> bytes:
    """Give the file itself, out of its zip if it is in one; refuse large ones and web pages."""
    text = _unzipped(body, report)
    if len(text) > LARGEST_FILE:
        report.refuse(N_("larger than %(found)s bytes"), LARGEST_FILE)
    if _WEB_PAGE.match(text.removeprefix(b"\xef\xbb\xbf")[:1000]):
        report.refuse(
            N_("a web page and no file of rates: the service may be down, so fetch it again later")
        )
    return text


def _unzipped(body: bytes, report: Report) -> bytes:
    if len(body) > LARGEST_FILE or not body.startswith(b"PK\x03\x04"):
        return body
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = archive.infolist()
            if [each.compress_type for each in members] not in _ONE_FILE:
                report.refuse(N_("a zip of anything but one deflated file"))
            with archive.open(members[0]) as member:
                return member.read(LARGEST_FILE + 1)
    except _BROKEN_ZIP as error:
        report.refuse(N_("a broken zip: %(found)s"), error)


def with_point(text: str) -> str:
    """Write a decimal comma as a point, and leave a text with anything else alone."""
    return text if "." in text else text.replace(",", ".", 1)


def gathered(
    quotations: Iterable[Quotation], report: Report, *, home: str, unread: int = 0
) -> RateFile:
    """Make rates of quotations, in their order; the source's own currency is none and is skipped.

    Raises UnreadableRatesError with all that is wrong, also when nothing is left. The same rate
    twice in a file is one; two rates of a currency on one day are a fault that names both.
    """
    # Plain tuples, which Python's collector of garbage learns to leave alone.
    found: dict[tuple[str, date], tuple[int, str, str]] = {}
    strange: set[str] = set()
    for count, (line, on, currency, text, unit) in enumerate(quotations, 1):
        if count > MOST_RATES:
            report.refuse(_TOO_MANY, MOST_RATES)
        if currency == home:
            continue
        if currency not in KNOWN and _CODE.fullmatch(currency):
            strange.add(currency)
            continue
        if fault := _fault(currency, text, unit):
            report.add(*fault, line=line, column=_shortened(currency))
            continue
        here = (line, text, unit)
        first = found.setdefault((currency, on), here)
        if first is not here and not _same(first, here):
            both = {"currency": currency, "on": on, "before": _quoted(first), "first": first[0]}
            report.add(_TWO_RATES, _quoted(here), line=line, column=currency, **both)
    if not found and not report.problems:
        report.refuse(NO_RATE)
    report.close()
    rates = (
        PublishedRate(currency, int(unit), text, on, on, line)
        for (currency, on), (line, text, unit) in found.items()
    )
    return RateFile(tuple(rates), unread, tuple(sorted(strange)))


def _fault(currency: str, text: str, unit: str) -> tuple[Message, str] | None:
    if not _RATE.fullmatch(text):
        return _NO_RATE_TEXT, text
    if not _CODE.fullmatch(currency):
        return _NO_CODE, currency
    if unit == "1":
        return None
    if not _UNIT.fullmatch(unit):
        return _NO_UNIT, unit
    return (_EURO_UNIT, unit) if currency == EURO.code else None


def _same(one: tuple[int, str, str], other: tuple[int, str, str]) -> bool:
    (_, text, unit), (_, other_text, other_unit) = one, other
    return Decimal(text) * int(other_unit) == Decimal(other_text) * int(unit)


def _quoted(each: tuple[int, str, str]) -> str:
    _, text, unit = each
    return text if unit == "1" else f"{text} / {unit}"
