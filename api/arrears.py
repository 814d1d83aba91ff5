"""Arrears as JSON: everything that states owe, by how long it has been due."""

from datetime import date
from decimal import Decimal

from fastapi import APIRouter
from pydantic import BaseModel

from api.deps import ApiUser, Moment, Now, Reading
from ledger.ageing import Ageing, ageing
from ledger.balances import cutoff
from ledger.inputs import Day
from ledger.vocabulary import Age

router = APIRouter(tags=["arrears"])


class AgedItemAnswer(BaseModel):
    """One item that is owed: in its currency, and at what it is carried at in euro."""

    item: str
    call: str | None
    account: str
    description: str
    due_on: date
    # How many days it is overdue; below one while it is not.
    days: int
    age: Age
    currency: str
    amount: Decimal
    euro: Decimal


class AgedStateAnswer(BaseModel):
    """What one state owes, in euro by age, and item by item, the longest overdue first."""

    state: str
    ages: dict[Age, Decimal]
    total: Decimal
    items: list[AgedItemAnswer]


class AgeingAnswer(BaseModel):
    """What all states owe as of a day, by the books up to an entry."""

    as_of: date
    known_number: int
    states: list[AgedStateAnswer]
    ages: dict[Age, Decimal]
    total: Decimal


@router.get("/ageing")
def aged(
    session: Reading,
    user: ApiUser,
    now: Now,
    as_of: Day | None = None,
    known_at: Moment | None = None,
) -> AgeingAnswer:
    """Age what is owed as of a day, today unless one is named."""
    at = cutoff(session, as_of or now.date(), known_at=known_at)
    return ageing_answer(ageing(session, at))


def ageing_answer(found: Ageing) -> AgeingAnswer:
    """Write what is owed as its JSON answer."""
    return AgeingAnswer(
        as_of=found.at.as_of,
        known_number=found.at.known_number,
        states=[_state(found, state) for state in found.states],
        ages={age: found.total(age=age) for age in Age},
        total=found.total(),
    )


def _state(found: Ageing, state: str) -> AgedStateAnswer:
    return AgedStateAnswer(
        state=state,
        ages={age: found.total(state=state, age=age) for age in Age},
        total=found.total(state=state),
        items=[
            AgedItemAnswer(
                item=each.item.reference,
                call=each.call,
                account=each.item.account,
                description=each.item.narration,
                due_on=each.due_on,
                days=each.days,
                age=each.age,
                currency=each.item.currency,
                amount=each.item.amount,
                euro=each.item.euro,
            )
            for each in found.of(state)
        ],
    )
