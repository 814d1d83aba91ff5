"""Settlements as JSON: who would pay whom, and the document that makes it so."""

from datetime import date
from decimal import Decimal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from api.approvals import DocumentAnswer, answer_of
from api.deps import ApiUser, IdempotencyKey, Now, Reading, Writing
from ledger.balances import cutoff
from ledger.claims import Rule
from ledger.inputs import Day
from ledger.rates import Rate
from ledger.settlements import NewSettlement, Plan, plan, submit
from ledger.vocabulary import Purpose

router = APIRouter(tags=["settlement"])


class SettledStateAnswer(BaseModel):
    """One state in euro: its equity balance, what of it was carried before, what it receives.

    `received` is below zero when it pays; `before` is what is to be settled, `after` what stays.
    """

    model_config = ConfigDict(from_attributes=True)

    state: str
    equity: Decimal
    carried: Decimal
    before: Decimal
    received: Decimal
    after: Decimal


class OwnAmountAnswer(BaseModel):
    """An amount in a state's own money, and the rate that made it so."""

    currency: str
    amount: Decimal
    per_euro: Decimal
    rate_on: date
    rate_source: str


class TransferAnswer(BaseModel):
    """One payment between states: in euro, and in the money of each."""

    payer: str
    receiver: str
    euro: Decimal
    paid: OwnAmountAnswer
    received: OwnAmountAnswer


class SettlementAnswer(BaseModel):
    """Who would pay whom as of a day; `fewest` says that no fewer transfers could do the same."""

    as_of: date
    known_number: int
    purpose: Purpose | None
    rule: Rule
    states: list[SettledStateAnswer]
    transfers: list[TransferAnswer]
    fewest: bool
    unsettled: Decimal


@router.get("/settlement")
def settlement(
    *,
    session: Reading,
    user: ApiUser,
    now: Now,
    as_of: Day | None = None,
    rule: Rule = Rule.PROPORTIONAL,
    purpose: Purpose | None = None,
) -> SettlementAnswer:
    """Propose a settlement of a day's balances, today's unless one is named; nothing is written."""
    at = cutoff(session, as_of or now.date())
    return plan_answer(plan(session, at, rule, purpose=purpose))


@router.post("/settlements", status_code=201)
def record_settlement(
    *,
    new: NewSettlement,
    session: Writing,
    user: ApiUser,
    key: IdempotencyKey,
    now: Now,
    response: Response,
) -> DocumentAnswer:
    """Submit a settlement for approval; the same key and content give the document there is."""
    document = submit(session, new, by=user, now=now, key=key)
    if document.made_at != now:
        response.status_code = 200
        response.headers["Idempotency-Hit"] = "true"
    response.headers["Location"] = f"/api/documents/{document.id}"
    return answer_of(session, document)


def plan_answer(found: Plan) -> SettlementAnswer:
    """Write a plan as its JSON answer."""
    return SettlementAnswer(
        as_of=found.at.as_of,
        known_number=found.at.known_number,
        purpose=found.purpose,
        rule=found.rule,
        states=[SettledStateAnswer.model_validate(each) for each in found.states],
        transfers=[
            TransferAnswer(
                payer=each.payer,
                receiver=each.receiver,
                euro=each.amount,
                paid=_own(each.paid, each.payer_rate),
                received=_own(each.received, each.receiver_rate),
            )
            for each in found.transfers
        ],
        fewest=found.fewest,
        unsettled=found.unsettled,
    )


def _own(amount: Decimal, rate: Rate) -> OwnAmountAnswer:
    return OwnAmountAnswer(
        currency=rate.currency,
        amount=amount,
        per_euro=rate.per_euro,
        rate_on=rate.on,
        rate_source=rate.source,
    )
