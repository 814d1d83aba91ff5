"""Every table in one import: what migrations compare the database with."""

from ledger import (
    accounts,
    closing,
    documents,
    entries,
    imports,
    periods,
    rates,
    scales,
    signin,
    states,
    users,
    vintages,
)
from ledger.db import Base

TABLES = (
    accounts,
    closing,
    documents,
    entries,
    imports,
    periods,
    rates,
    scales,
    signin,
    states,
    users,
    vintages,
)

metadata = Base.metadata
