"""Every table in one import: what migrations compare the database with."""

from ledger import accounts, documents, entries, imports, periods, rates, signin, states, users
from ledger.db import Base

TABLES = (accounts, documents, entries, imports, periods, rates, signin, states, users)

metadata = Base.metadata
