"""What a file of rates may say and is hardly meant: days of no rate, slips, and corrections undone.

A rate is used as soon as it is in the book, so what is doubtful is said before it comes in.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ledger.currencies import CURRENCIES
from ledger.i18n import N_, Message
from ledger.inputs import EARLIEST
from ledger.rate_files import PublishedRate, Report
from ledger.rate_sources import RateSource

TOO_EARLY = N_(
    "%(found)s is before the euro: take the lines before %(first)s out of the file, or ask for "
    "later days"
)
TO_COME = N_(
    "%(found)s is not here yet, and nobody has published its rates: check the file and the clock "
    "of this machine"
)
UNDOES = N_(
    "%(currency)s of %(on)s was %(found)s, was published anew and is %(before)s: this file is "
    "older. Fetch a newer one; or import it with --again if %(found)s is right after all"
)
SLIP = N_(
    "%(currency)s of %(on)s is %(found)s, and of %(day)s %(before)s: that looks like a slip. "
    "Fetch the file again; or import it with --again if the source means it"
)

FIRST_DAY = date.fromisoformat(EARLIEST)
# A day ahead is still today somewhere.
AHEAD = timedelta(days=1)
# InforEuro says what applies in a month before the month begins.
MONTH_AHEAD = timedelta(days=7)

# No money of the books has halved in so many days; later nothing is said of what was before.
AS_LONG, AS_FAR = timedelta(days=10), 2
_BACK = [timedelta(days=days) for days in range(1, AS_LONG.days + 1)]

Key = tuple[str, date]


class Known(NamedTuple):
    """A rate in the book: its version, and so much for so many units."""

    version: int
    unit: int
    value: str


def is_same(one: Known | PublishedRate, other: Known | PublishedRate) -> bool:
    """Whether two texts are one number; trailing zeros and other units make no other rate."""
    if one.value == other.value and one.unit == other.unit:
        return True
    return Decimal(one.value) * other.unit == Decimal(other.value) * one.unit


def require_days(
    rates: Sequence[PublishedRate], source: RateSource, *, filename: str, today: date
) -> None:
    """Raise UnreadableRatesError for days before the euro and for days to come."""
    last = today + (MONTH_AHEAD if source is RateSource.INFOREURO else AHEAD)
    report = Report(filename)
    for rate in rates:
        if rate.applies_on < FIRST_DAY:
            report.add(TOO_EARLY, rate.applies_on, line=rate.line, first=FIRST_DAY)
        elif rate.applies_on > last:
            report.add(TO_COME, rate.applies_on, line=rate.line)
    report.close()


def require_sure(
    new: Sequence[PublishedRate],
    rates: Sequence[PublishedRate],
    versions: Mapping[Key, Sequence[Known]],
    *,
    filename: str,
) -> None:
    """Raise UnreadableRatesError for a slip, or for a value that its source has corrected since.

    Each new rate of a file is held against the last one before it, in the file or else the book.
    """
    report = Report(filename)
    read = {(rate.currency, rate.applies_on): rate for rate in rates}
    for rate in new:
        stored = versions.get((rate.currency, rate.applies_on), ())
        if any(is_same(each, rate) for each in stored[:-1]):
            _say(report, UNDOES, rate, stored[-1])
            continue
        # What the books do not keep, they never reckon with: there a currency may collapse.
        before = _before(rate, read, versions) if rate.currency in CURRENCIES else None
        if before is not None and _is_far(rate, before[1]):
            _say(report, SLIP, rate, before[1], day=before[0])
    report.close()


def _before(
    rate: PublishedRate,
    read: Mapping[Key, PublishedRate],
    versions: Mapping[Key, Sequence[Known]],
) -> tuple[date, Known | PublishedRate] | None:
    for back in _BACK:
        key = rate.currency, rate.applies_on - back
        if found := read.get(key) or (versions[key][-1] if key in versions else None):
            return key[1], found
    return None


def _is_far(one: Known | PublishedRate, other: Known | PublishedRate) -> bool:
    low, high = sorted((Decimal(one.value) * other.unit, Decimal(other.value) * one.unit))
    return high > AS_FAR * low


def _say(
    report: Report,
    message: Message,
    rate: PublishedRate,
    before: Known | PublishedRate,
    **more: date,
) -> None:
    said = {"currency": rate.currency, "on": rate.applies_on, "before": _quoted(before), **more}
    report.add(message, _quoted(rate), line=rate.line, column=rate.currency, **said)


def _quoted(of: Known | PublishedRate) -> str:
    return of.value if of.unit == 1 else f"{of.value} / {of.unit}"
