"""Every table in one import: what migrations compare the database with."""

from ledger import (
    accounts,
    audit,
    calls,
    closing,
    documents,
    entries,
    evidence,
    imports,
    periods,
    rate_imports,
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
    audit,
    calls,
    closing,
    documents,
    entries,
    evidence,
    imports,
    periods,
    rate_imports,
    rates,
    scales,
    signin,
    states,
    users,
    vintages,
)

metadata = Base.metadata
