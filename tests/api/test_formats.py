"""How pages write amounts, shares and dates, and read what people type."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.formats import NotADateError, formats
from ledger.errors import NotAnAmountError

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
ALL = ["en", "pl"]


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", f"{MINUS}1,234,567.50"), ("pl", f"{MINUS}1{NBSP}234{NBSP}567,50")],
)
def test_amounts_are_grouped(language: str, written: str) -> None:
    """An amount has two decimals, the reader's marks and a true minus sign."""
    assert formats(language).money(Decimal("-1234567.50")) == written


def test_unknown_is_not_zero() -> None:
    """What is not known is a dash, what is zero is 0.00."""
    assert formats("en").money(None) == "–"
    assert formats("en").money(Decimal("0.00")) == "0.00"
    assert formats("en").signed(Decimal("0.00")) == "0.00"
    assert formats("en").signed(Decimal(5)) == "+5.00"


def test_shares_round_half_up() -> None:
    """A share is rounded from its exact value, a half away from zero."""
    assert formats("en").percent(Fraction(1, 3)) == "33.33%"
    assert formats("en").percent(Fraction(12345, 1000000)) == "1.23%"
    assert formats("en").percent(Fraction(12355, 1000000)) == "1.24%"
    assert formats("pl").percent(Fraction(1)) == "100,00%"


def test_english_is_british() -> None:
    """The fifth of September is 05/09, and written with its month in words."""
    assert formats("en").read_day("05/09/2026") == date(2026, 9, 5)
    assert formats("en").day(date(2026, 9, 5)) == "5 Sept 2026"
    assert formats("en").long_day(date(2026, 9, 5)) == "Saturday, 5 September 2026"
    assert formats("en").moment(datetime(2026, 9, 5, 7, 3, tzinfo=UTC)) == "5 Sept 2026 07:03 UTC"


@pytest.mark.parametrize(
    ("language", "typed", "amount"),
    [
        ("en", "1250000", "1250000.00"),
        ("en", " 1,250,000.00 ", "1250000.00"),
        ("en", "1250000.5", "1250000.50"),
        ("pl", "1 250 000,00", "1250000.00"),
        ("pl", f"1{NBSP}250{NBSP}000,5", "1250000.50"),
        ("pl", "1\N{NARROW NO-BREAK SPACE}250", "1250.00"),
        ("pl", "1250000.50", "1250000.50"),
        ("pl", f"{MINUS}3,00", "-3.00"),
    ],
)
def test_amounts_are_read_as_typed(language: str, typed: str, amount: str) -> None:
    """An amount is read in the reader's own marks or in plain digits."""
    assert formats(language).read_amount(typed) == Decimal(amount)


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("en", "1250000,5"),
        ("en", "1.250.000,00"),
        ("en", "1,25"),
        ("pl", "1.250"),
        ("pl", "1,250,000.00"),
        ("pl", "0,001"),
        *((language, typed) for language in ALL for typed in ("", "1e5", "NaN", "½", "١٢", "- 1")),
    ],
)
def test_ambiguous_amounts_are_refused(language: str, typed: str) -> None:
    """What another language would read as another amount is refused, never multiplied by ten."""
    with pytest.raises(NotAnAmountError):
        formats(language).read_amount(typed)


@pytest.mark.parametrize("language", ALL)
@given(cents=st.integers(-(10**14), 10**14))
def test_amounts_read_back_as_written(language: str, cents: int) -> None:
    """Whatever a page writes as an amount, a form reads as the same amount."""
    amount = Decimal(cents).scaleb(-2)
    assert formats(language).read_amount(formats(language).money(amount)) == amount


@pytest.mark.parametrize("language", ALL)
@given(day=st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_dates_read_back_as_typed(language: str, day: date) -> None:
    """A date typed in a reader's order or as ISO is read as that day."""
    typed = day.strftime("%d/%m/%Y" if language == "en" else "%d.%m.%Y")
    assert formats(language).read_day(typed) == day
    assert formats(language).read_day(day.isoformat()) == day


@pytest.mark.parametrize("language", ALL)
def test_month_first_dates_are_refused(language: str) -> None:
    """A date with the month first is refused, not turned about: 06/15/2018 is no day here."""
    with pytest.raises(NotADateError):
        formats(language).read_day("06/15/2018")


@pytest.mark.parametrize(
    "typed", ["", "soon", "15.9", "15.9.26", "31/02/2026", "2026-13-01", "2026/09/15", "٣/٤/٢٠٢٦"]
)
def test_doubtful_dates_are_refused(typed: str) -> None:
    """A date without a full year, or that is no day, is refused."""
    with pytest.raises(NotADateError):
        formats("en").read_day(typed)
