"""Opening the books: what every new ledger holds before the first entry."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.periods import Period, add_period
from ledger.rate_imports import load_shipped_history
from ledger.rates import ExchangeRate
from ledger.states import FOUNDED_ON


def open_books(session: Session, *, today: date, now: datetime) -> None:
    """Add what is missing: the shipped exchange rates, and calendar years open for posting.

    The years run from that of the founding to the one of `today`; what is there is left as it is.
    """
    if session.scalar(sa.select(ExchangeRate.currency).limit(1)) is None:
        load_shipped_history(session, now=now)
    last = session.scalar(sa.select(sa.func.max(Period.until_on)))
    first_year = FOUNDED_ON.year if last is None else last.year + 1
    for year in range(first_year, today.year + 1):
        add_period(session, date(year, 1, 1), date(year, 12, 31), now=now)
