"""Which reader reads the files of which source."""

from collections.abc import Mapping
from typing import Protocol

from ledger.cnb_files import read_cnb
from ledger.ecb_files import read_ecb
from ledger.inforeuro_files import read_inforeuro
from ledger.mnb_files import read_mnb
from ledger.nbp_files import read_nbp
from ledger.rate_files import RateFile
from ledger.rate_sources import RateSource


class Reader(Protocol):
    """Turns a body into published rates; raises UnreadableRatesError with all that is wrong."""

    def __call__(self, body: bytes, *, filename: str) -> RateFile:
        """Read a body; the name is for what is said of it."""


READERS: Mapping[RateSource, Reader] = {
    RateSource.ECB: read_ecb,
    RateSource.NBP: read_nbp,
    RateSource.CNB: read_cnb,
    RateSource.MNB: read_mnb,
    RateSource.INFOREURO: read_inforeuro,
}
