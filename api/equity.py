"""Equity balances as JSON, amounts as texts in euro."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from fastapi import APIRouter
from pydantic import BaseModel

from api.deps import ApiUser, Moment, Now, Reading
from api.scale_figures import rounded
from ledger.balances import cutoff
from ledger.equity import equity_balances
from ledger.equity_metrics import EquityMetrics
from ledger.inputs import Day
from reports.fairness_sheet import fairness
from reports.shared_pools import decided_pools

router = APIRouter(tags=["equity"])


class BalanceAnswer(BaseModel):
    """One state: what it gave, its fair share, and the balance, above zero when it gave more."""

    state: str
    cash: Decimal
    in_kind: Decimal
    # Given to other states less what they gave it, and part of what it contributed.
    between_states: Decimal
    contributed: Decimal
    fair_share: Decimal
    balance: Decimal


class FairPartAnswer(BaseModel):
    """One state against its fair part of all that was given: 1 is exactly that part.

    What was given for each inhabitant, and for each euro of output, is null where the scales in
    use did not measure them. Quotients are texts with twelve decimals.
    """

    state: str
    ratio: Decimal | None
    balance: Decimal
    per_capita: Decimal | None
    per_gdp: Decimal | None


class FairnessAnswer(BaseModel):
    """How equitably the burden is borne: four measures of all states, 0 when exactly."""

    states: list[FairPartAnswer]
    hoover: Decimal | None
    rms: Decimal | None
    gini: Decimal | None
    theil: Decimal | None


class EquityAnswer(BaseModel):
    """All states as of a day, by the books up to an entry; no fairness while nothing is shared."""

    as_of: date
    known_number: int
    balances: list[BalanceAnswer]
    fairness: FairnessAnswer | None


@router.get("/equity")
def equity(
    session: Reading,
    user: ApiUser,
    now: Now,
    as_of: Day | None = None,
    known_at: Moment | None = None,
) -> EquityAnswer:
    """Give each state's equity balance as of a day, today unless one is named."""
    at = cutoff(session, as_of or now.date(), known_at=known_at)
    balances = equity_balances(session, at)
    found = fairness(balances, decided_pools(session, at))
    return EquityAnswer(
        as_of=at.as_of,
        known_number=at.known_number,
        balances=[
            BalanceAnswer(
                state=each.state,
                cash=each.cash_total,
                in_kind=each.in_kind_total,
                between_states=each.moved_total,
                contributed=each.contributed,
                fair_share=each.fair_share_total,
                balance=each.balance,
            )
            for each in balances
        ],
        fairness=_fairness(found.metrics) if found else None,
    )


def _fairness(metrics: EquityMetrics) -> FairnessAnswer:
    return FairnessAnswer(
        states=[
            FairPartAnswer(
                state=each.state,
                ratio=_quotient(each.ratio),
                balance=each.balance,
                per_capita=_quotient(each.per_capita),
                per_gdp=_quotient(each.per_gdp),
            )
            for each in metrics.states
        ],
        hoover=_quotient(metrics.hoover),
        rms=metrics.rms,
        gini=_quotient(metrics.gini),
        theil=metrics.theil,
    )


def _quotient(exact: Fraction | None) -> Decimal | None:
    return None if exact is None else rounded(exact, 12)
