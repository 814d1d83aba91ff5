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

# What the source of a rate is called, as it stands on postings: averages and what is derived too.
NAMES: Mapping[str, str] = {
    "ecb": "ECB",
    "nbp": "NBP",
    "cnb": "CNB",
    "mnb": "MNB",
    "inforeuro": "InforEuro",
    "inforeuro:derived": N_("InforEuro, derived from ECB"),
    "ecb:month": N_("ECB, average of the month"),
    "ecb:year": N_("ECB, average of the year"),
    "nbp:month": N_("NBP, average of the month"),
    "nbp:year": N_("NBP, average of the year"),
    "cnb:month": N_("CNB, average of the month"),
    "cnb:year": N_("CNB, average of the year"),
    "mnb:month": N_("MNB, average of the month"),
    "mnb:year": N_("MNB, average of the year"),
    "manual": N_("decided by hand"),
    "bank": N_("the bank’s own"),
    "fixed": N_("fixed by the Council"),
}
