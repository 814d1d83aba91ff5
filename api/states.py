"""Who takes part, and who shares in what, as JSON."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from api.deps import ApiUser, Reading
from ledger.memberships import membership_spans, opt_out_spans
from ledger.vocabulary import Activity

router = APIRouter(tags=["states"])


class DecisionAnswer(BaseModel):
    """The document by which states decided, and the evidence that it names."""

    model_config = ConfigDict(from_attributes=True)

    document_id: str
    description: str
    voucher: str


class MembershipAnswer(BaseModel):
    """One span of taking part, both days included; the founders acceded by no document."""

    model_config = ConfigDict(from_attributes=True)

    state: str
    joined_on: date
    left_on: date | None
    accession: DecisionAnswer | None
    withdrawal: DecisionAnswer | None


class OptOutAnswer(BaseModel):
    """One span in which a state does not share the cost of an activity, both days included."""

    model_config = ConfigDict(from_attributes=True)

    state: str
    activity: Activity
    from_on: date
    until_on: date | None
    decision: DecisionAnswer


class StatesAnswer(BaseModel):
    """All that was decided on who takes part, and who shares in what, to come included."""

    memberships: list[MembershipAnswer]
    opt_outs: list[OptOutAnswer]


@router.get("/states")
def states(session: Reading, user: ApiUser) -> StatesAnswer:
    """List who takes part from when until when, and the opt-outs, with the decisions."""
    return StatesAnswer(
        memberships=[MembershipAnswer.model_validate(each) for each in membership_spans(session)],
        opt_outs=[OptOutAnswer.model_validate(each) for each in opt_out_spans(session)],
    )
