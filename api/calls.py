"""Calls for funds as JSON: what each state was asked, line by line, and what became of it."""

from datetime import date
from decimal import Decimal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from api.deps import ApiUser, Now, Reading
from ledger.balances import Cutoff, cutoff
from ledger.call_proof import Proof, proofs
from ledger.inputs import Day
from ledger.reminders import Sent, sent
from ledger.vocabulary import Charges, ExchangeRule

router = APIRouter(tags=["calls"])


class ReminderAnswer(BaseModel):
    """A reminder that was sent."""

    model_config = ConfigDict(from_attributes=True)

    level: int
    sent_on: date
    description: str
    document_id: str


class CallAnswer(BaseModel):
    """One call, in euro: assessed, less what was settled before and set off, is `net`.

    `to_pay` is what its letter asks, arrears included; `net` less `settled` is `open`.
    """

    number: str
    state: str
    # Numbers of the assessment's entry, and of the one that sets off where anything was.
    assessment: int
    entry: int | None
    despatched_on: date
    due_on: date
    exchange: ExchangeRule
    charges: Charges
    reference: str
    symbol: str
    assessed: Decimal
    before: Decimal
    gross: Decimal
    credits: Decimal
    advances: Decimal
    prefinanced: Decimal
    net: Decimal
    arrears: Decimal
    to_pay: Decimal
    settled: Decimal
    open: Decimal
    # How many days it is overdue; below one while it is not, zero where nothing is open.
    days: int
    reminders: list[ReminderAnswer]


class CallsAnswer(BaseModel):
    """All calls that were despatched by a day, by the books up to an entry."""

    as_of: date
    known_number: int
    calls: list[CallAnswer]


@router.get("/calls")
def calls(session: Reading, user: ApiUser, now: Now, as_of: Day | None = None) -> CallsAnswer:
    """List the calls as of a day, today unless one is named."""
    return calls_answer(session, cutoff(session, as_of or now.date()))


def calls_answer(session: Session, at: Cutoff) -> CallsAnswer:
    """Write the calls of a cutoff as their JSON answer."""
    reminders = [each for each in sent(session) if each.sent_on <= at.as_of]
    return CallsAnswer(
        as_of=at.as_of,
        known_number=at.known_number,
        calls=[call_answer(each, reminders) for each in proofs(session, at)],
    )


def call_answer(each: Proof, reminders: list[Sent]) -> CallAnswer:
    """Write one call as its JSON answer, with those of the reminders that are its own."""
    call = each.call
    own = [sent for sent in reminders if sent.call == call.name]
    return CallAnswer(
        number=call.name,
        state=call.state_code,
        assessment=each.assessment,
        entry=each.entry,
        despatched_on=call.despatched_on,
        due_on=call.due_on,
        exchange=ExchangeRule(call.exchange),
        charges=Charges(call.charges),
        reference=call.reference,
        symbol=call.symbol,
        assessed=each.assessed,
        before=each.before,
        gross=each.gross,
        credits=each.credits,
        advances=each.advances,
        prefinanced=each.prefinanced,
        net=each.net,
        arrears=each.arrears,
        to_pay=each.to_pay,
        settled=each.settled,
        open=each.open,
        days=each.days,
        reminders=[ReminderAnswer.model_validate(sent) for sent in own],
    )
