"""How a reader's language writes and reads amounts, shares and dates.

What Babel knows of a language is taken once; a page of 500 rows then formats in the time that Babel
needs for sixty (pages.md §3). English means British: 05/09/2026 is the fifth of September.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache

from babel import Locale
from babel.dates import DateTimePattern, get_date_format
from babel.numbers import (
    NumberFormatError,
    get_decimal_symbol,
    get_group_symbol,
    parse_decimal,
)

from ledger.errors import LedgerError, NotAnAmountError
from ledger.i18n import N_, locale
from ledger.money import parse_amount

MINUS = "\N{MINUS SIGN}"
UNKNOWN = "\N{EN DASH}"
NBSP = "\N{NO-BREAK SPACE}"

_SPACES = str.maketrans({" ": NBSP, "\N{NARROW NO-BREAK SPACE}": NBSP, "\N{THIN SPACE}": NBSP})
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Every language has its own idea of 15.9.26, so a year has four digits.
_TYPED_DATE = re.compile(r"(\d{4}\D+\d{1,2}\D+\d{1,2}\D*|\d{1,2}\D+\d{1,2}\D+\d{4}\D*)", re.ASCII)
_NUMBER = re.compile(r"\d+", re.ASCII)
_DIGITS_AND_MARKS = re.compile(rf"-?[0-9][0-9.,{NBSP}]*", re.ASCII)


class NotADateError(LedgerError):
    """A text from which no day can be read without guessing."""

    code = "not-a-date"
    message = N_("“%(text)s” is not a date: write it as %(example)s or 2026-09-15.")


@dataclass(frozen=True, slots=True)
class Formats:
    """The marks and patterns of one language."""

    language: str
    rules: Locale
    point: str
    group: str
    percent_sign: str
    medium: DateTimePattern
    full: DateTimePattern
    # The order of day, month and year in dates typed as numbers: dMy, or yMd.
    order: str

    def money(self, amount: Decimal | None) -> str:
        """Write an amount with two decimals and grouped thousands; a dash for an unknown one."""
        return UNKNOWN if amount is None else self._grouped(f"{amount:,.2f}")

    def signed(self, amount: Decimal | None) -> str:
        """Write an amount with its sign, plus too; zero has none."""
        return f"+{self.money(amount)}" if amount is not None and amount > 0 else self.money(amount)

    def number(self, number: Decimal | int) -> str:
        """Write a number with all the decimals it has and no more."""
        return self._grouped(f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}")

    def percent(self, share: Decimal | Fraction | None, digits: int = 2) -> str:
        """Write a share of one as a percentage, halves rounded away from zero."""
        if share is None:
            return UNKNOWN
        return self.rounded(Fraction(share) * 100, digits) + self.percent_sign

    def points(self, change: Fraction | None, digits: int = 4) -> str:
        """Write what a share changes by in percentage points, with its sign, plus too."""
        if change is None:
            return UNKNOWN
        seen = round(change * 100, digits)
        return ("+" if seen > 0 else "") + self.rounded(change * 100, digits)

    def rounded(self, exact: Fraction | Decimal | None, digits: int) -> str:
        """Write a number with so many decimals, halves rounded away from zero."""
        if exact is None:
            return UNKNOWN
        number = Fraction(exact)
        decimal = Decimal(number.numerator) / Decimal(number.denominator)
        rounded = decimal.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        # What rounds to zero has no sign.
        return self.number(rounded or abs(rounded))

    def day(self, day: date | None) -> str:
        """Write a date in the medium form, as 15 Sept 2026."""
        return UNKNOWN if day is None else self.medium.apply(day, self.rules)

    def long_day(self, day: date) -> str:
        """Write a date with weekday and month in words, to be checked at a glance."""
        return self.full.apply(day, self.rules)

    def moment(self, moment: datetime | None) -> str:
        """Write a moment as its date and time in UTC."""
        if moment is None:
            return UNKNOWN
        utc = moment.astimezone(UTC)
        return f"{self.day(utc.date())} {utc:%H:%M} UTC"

    def read_amount(self, text: str) -> Decimal:
        """Read an amount as this language or plain ASCII writes it; raise NotAnAmountError.

        Babel is asked strictly: otherwise `1250000,5` under English marks is read as ten times as
        much, in silence (pages.md §3).
        """
        typed = text.strip().replace(MINUS, "-").translate(_SPACES)
        if not _DIGITS_AND_MARKS.fullmatch(typed):
            raise NotAnAmountError(text=text)
        try:
            return parse_amount(format(parse_decimal(typed, self.rules, strict=True), "f"))
        except NumberFormatError:
            return parse_amount(typed)

    def read_day(self, text: str) -> date:
        """Read a date in this language's order or as ISO 8601; raise NotADateError.

        Babel's own reading is not asked: it takes 06/15/2018 for the fifteenth of June, in silence.
        """
        typed = text.strip()
        try:
            if _ISO_DATE.fullmatch(typed):
                return date.fromisoformat(typed)
            if _TYPED_DATE.fullmatch(typed):
                part = dict(zip(self.order, map(int, _NUMBER.findall(typed)), strict=True))
                return date(part["y"], part["M"], part["d"])
        except ValueError:
            pass
        raise NotADateError(text=text, example=self.typed_example)

    def typed(self, value: object) -> str:
        """Write a value as this reader would type it, so that it reads back as the same."""
        if isinstance(value, Decimal):
            return self.money(value).replace(MINUS, "-")
        return value.isoformat() if isinstance(value, date) else str(value)

    @property
    def typed_example(self) -> str:
        """The fifteenth of September 2026 as this language types dates."""
        return _TYPED_EXAMPLE.get(self.language, "2026-09-15")

    def _grouped(self, plain: str) -> str:
        marks = str.maketrans({",": self.group, ".": self.point, "-": MINUS})
        return plain.translate(marks)


_TYPED_EXAMPLE = {
    "en": "15/09/2026",
    "pl": "15.09.2026",
    "cs": "15. 9. 2026",
    "sk": "15. 9. 2026",
    "hu": "2026. 09. 15.",
}


@cache
def formats(language: str) -> Formats:
    """Look up how a language writes; English is British."""
    rules = locale(language)
    return Formats(
        language=language,
        rules=rules,
        point=get_decimal_symbol(rules),
        group=get_group_symbol(rules),
        percent_sign=rules.percent_formats[None].suffix[0],
        medium=get_date_format("medium", rules),
        full=get_date_format("full", rules),
        order=_order(get_date_format("short", rules)),
    )


def _order(pattern: DateTimePattern) -> str:
    return "".join(dict.fromkeys(mark for mark in pattern.pattern if mark in "dMy"))
