"""What tests of reports stand on: LibreOffice, and the statements of one small mechanism."""

from collections.abc import Mapping

import pytest

from ledger.db import reading, writing
from reports.equity_statement import EquityStatement, equity_statement
from reports.exchange_statement import ExchangeStatement, exchange_statement
from reports.state_statement import StateStatement, state_statement
from reports.trial_balance import TrialBalance, trial_balance
from tests.books import opened
from tests.databases import Sqlite
from tests.reports.mechanism import two_years
from tests.reports.recalculation import libreoffice

__all__ = ["libreoffice"]

Report = StateStatement | EquityStatement | TrialBalance | ExchangeStatement


@pytest.fixture(scope="session")
def reports(sqlite: Sqlite) -> Mapping[str, Report]:
    """The statements of two years, and that of a state that left, taken once."""
    with sqlite.upgraded() as engine:
        books = opened(engine)
        with writing(engine) as session:
            at = two_years(session, books)
        with reading(engine) as session:
            return {
                "state": state_statement(session, "PL", cutoff=at),
                "left": state_statement(session, "HU", cutoff=at),
                "equity": equity_statement(session, cutoff=at),
                "trial-balance": trial_balance(session, cutoff=at),
                "exchange": exchange_statement(session, cutoff=at),
            }
