"""Who publishes exchange rates, and in which direction each quotes them.

The European Central Bank and the Commission's InforEuro say how much of a currency one euro is; the
national banks of Poland, Czechia and Hungary how much of their own money so many units of a
currency are (currencies-and-banks.md §1). A quotation is kept as it was published, never inverted.
"""

from collections.abc import Mapping
from enum import StrEnum

from ledger.currencies import EURO
from ledger.i18n import N_


class RateSource(StrEnum):
    """Whose rates the books can hold."""

    ECB = "ecb"
    NBP = "nbp"
    CNB = "cnb"
    MNB = "mnb"
    INFOREURO = "inforeuro"
    # Decided by people, where nobody published one.
    MANUAL = "manual"

    @property
    def home(self) -> str:
        """The currency in which, or for one unit of which, it quotes all others."""
        return HOME.get(self, EURO.code)

    @property
    def is_per_euro(self) -> bool:
        """Whether it says how much of a currency one euro is, and not how much of its own."""
        return self.home == EURO.code

    def quotes(self, currency: str) -> bool:
        """Say whether it quotes a currency against the euro itself, without any other between."""
        return self.is_per_euro or currency == self.home

    def row_of(self, currency: str) -> str:
        """Name the currency under which it publishes what one euro is of another."""
        return currency if self.is_per_euro else EURO.code


HOME: Mapping[RateSource, str] = {
    RateSource.NBP: "PLN",
    RateSource.CNB: "CZK",
    RateSource.MNB: "HUF",
}
LABELS: dict[RateSource, str] = {
    RateSource.ECB: N_("European Central Bank"),
    RateSource.NBP: N_("National Bank of Poland"),
    RateSource.CNB: N_("Czech National Bank"),
    RateSource.MNB: N_("National Bank of Hungary"),
    RateSource.INFOREURO: N_("InforEuro of the European Commission"),
    RateSource.MANUAL: N_("decided by hand"),
}
