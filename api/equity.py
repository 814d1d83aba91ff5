"""Equity balances as JSON, amounts as texts in euro."""

from datetime import date, datetime
from decimal import Decimal

from fastapi import APIRouter
from pydantic import BaseModel

from api.deps import ApiUser, Now, Reading
from ledger.balances import cutoff
from ledger.equity import equity_balances

router = APIRouter(tags=["equity"])


class BalanceAnswer(BaseModel):
    """One state: what it gave, its fair share, and the balance, above zero when it gave more."""

    state: str
    cash: Decimal
    in_kind: Decimal
    contributed: Decimal
    fair_share: Decimal
    balance: Decimal


class EquityAnswer(BaseModel):
    """All states as of a day, by the books up to an entry."""

    as_of: date
    known_number: int
    balances: list[BalanceAnswer]


@router.get("/equity")
def equity(
    session: Reading,
    user: ApiUser,
    now: Now,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> EquityAnswer:
    """Give each state's equity balance as of a day, today unless one is named."""
    at = cutoff(session, as_of or now.date(), known_at=known_at)
    return EquityAnswer(
        as_of=at.as_of,
        known_number=at.known_number,
        balances=[
            BalanceAnswer(
                state=each.state,
                cash=each.cash_total,
                in_kind=each.in_kind_total,
                contributed=each.contributed,
                fair_share=each.fair_share_total,
                balance=each.balance,
            )
            for each in equity_balances(session, at)
        ],
    )
