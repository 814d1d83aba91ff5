"""The currencies the ledger keeps: each that a member state has had beside the euro, and three.

The fixed rates are those of Council Regulation (EC) No 2866/98, article 1, as last amended for the
lev on 8 July 2025. Each has six significant figures and is neither rounded nor inverted:
Regulation (EC) No 1103/97, article 4.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator

from ledger.errors import LedgerError, UnknownCurrencyError, UnknownStateError
from ledger.i18n import N_
from ledger.inputs import broken

NEEDS_NO_RATE = N_("the euro needs no rate: leave it empty.")
UNKNOWN_CURRENCY = N_("“%(text)s” is not a currency of the books: use a code such as EUR or CZK.")


class WithdrawnCurrencyError(LedgerError):
    """Money that the euro has replaced by the day on which it is said to have moved."""

    code = "withdrawn-currency"
    message = N_("The euro replaced %(currency)s on %(since)s: give the amount in EUR.")


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency by its ISO 4217 code, and the day and rate at which the euro replaced it."""

    code: str
    adopted_on: date | None = None
    fixed_per_euro: Decimal | None = None

    def in_use(self, on: date) -> bool:
        """Tell whether it is still money of its own on a day, not yet replaced by the euro."""
        return self.adopted_on is None or on < self.adopted_on


EURO = Currency("EUR")

_FLOATING = ("CHF", "CZK", "DKK", "GBP", "HUF", "PLN", "RON", "SEK", "USD")

_REPLACED = (
    ("ATS", "1999-01-01", "13.7603"),
    ("BEF", "1999-01-01", "40.3399"),
    ("BGN", "2026-01-01", "1.95583"),
    ("CYP", "2008-01-01", "0.585274"),
    ("DEM", "1999-01-01", "1.95583"),
    ("EEK", "2011-01-01", "15.6466"),
    ("ESP", "1999-01-01", "166.386"),
    ("FIM", "1999-01-01", "5.94573"),
    ("FRF", "1999-01-01", "6.55957"),
    ("GRD", "2001-01-01", "340.750"),
    ("HRK", "2023-01-01", "7.53450"),
    ("IEP", "1999-01-01", "0.787564"),
    ("ITL", "1999-01-01", "1936.27"),
    ("LTL", "2015-01-01", "3.45280"),
    ("LUF", "1999-01-01", "40.3399"),
    ("LVL", "2014-01-01", "0.702804"),
    ("MTL", "2008-01-01", "0.429300"),
    ("NLG", "1999-01-01", "2.20371"),
    ("PTE", "1999-01-01", "200.482"),
    ("SIT", "2007-01-01", "239.640"),
    ("SKK", "2009-01-01", "30.1260"),
)

CURRENCIES: dict[str, Currency] = {
    EURO.code: EURO,
    **{code: Currency(code) for code in _FLOATING},
    **{
        code: Currency(code, date.fromisoformat(adopted_on), Decimal(per_euro))
        for code, adopted_on, per_euro in _REPLACED
    },
}

# ISO 4217 begins the code of a currency with that of its country.
_OF_STATE = {each.code[:2]: each for each in CURRENCIES.values()}


def currency(code: str) -> Currency:
    """Look a currency up; raise UnknownCurrencyError for a code the ledger does not keep."""
    found = CURRENCIES.get(code)
    if found is None:
        raise UnknownCurrencyError(currency=code)
    return found


def require_in_use(code: str, on: date) -> None:
    """Raise WithdrawnCurrencyError for money that the euro has replaced by a day."""
    found = currency(code)
    if not found.in_use(on):
        raise WithdrawnCurrencyError(currency=code, since=found.adopted_on)


def own_currency(state: str, on: date) -> str:
    """Give the code of a state's money on a day: its own, or the euro from the changeover on.

    Raises UnknownStateError for a state whose money the ledger does not keep.
    """
    own = _OF_STATE.get(state)
    if own is None:
        raise UnknownStateError(state=state)
    return own.code if own.in_use(on) else EURO.code


def bank_rate_rules(code: str, bank_rate: str | None) -> Iterator[tuple[str, str]]:
    """Say what is wrong with the bank's own rate of a currency: the euro has none."""
    if bank_rate is not None and code == EURO.code:
        yield "bank_rate", NEEDS_NO_RATE


def _entered(code: str) -> str:
    if code.upper() not in CURRENCIES:
        raise broken(("currency", UNKNOWN_CURRENCY))
    return code.upper()


# The code of a currency that the ledger keeps, as people enter it.
CurrencyCode = Annotated[str, AfterValidator(_entered)]
