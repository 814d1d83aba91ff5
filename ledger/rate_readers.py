"""Which reader reads the files of which source."""

from collections.abc import Mapping
from typing import Protocol

from ledger.rate_files import RateFile, read_ecb
from ledger.rate_sources import RateSource


class Reader(Protocol):
    """Turns a body into published rates; raises UnreadableRatesError with all that is wrong."""

    def __call__(self, body: bytes, *, filename: str) -> RateFile:
        """Read a body; the name is for what is said of it."""


READERS: Mapping[RateSource, Reader] = {RateSource.ECB: read_ecb}
