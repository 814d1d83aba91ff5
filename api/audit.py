"""The audit trail for programs of coordinators and auditors."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from api.audit_trail import Search, require_reader
from api.deps import ApiUser, Reading
from ledger.acts import Kept
from ledger.inputs import Day

router = APIRouter(tags=["audit"])

ROWS = 500


class AuditAnswer(BaseModel):
    """One act on one record: who, when, what, and what the record said before and says since."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    at: datetime
    by: str
    action: str
    record: str
    key: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None


@router.get("/audit")
def audit(
    *,
    session: Reading,
    user: ApiUser,
    record: Kept | None = None,
    key: str | None = None,
    by: str | None = None,
    from_on: Day | None = None,
    until_on: Day | None = None,
    before: int | None = None,
    limit: Annotated[int, Query(ge=1, le=ROWS)] = 100,
) -> list[AuditAnswer]:
    """List who did what, the latest first; go on behind the last one's number with `before`."""
    require_reader(user)
    search = Search(record=record, key=key, by=by, from_on=from_on, until_on=until_on)
    found = search.found(session, limit=limit, before=before)
    return [AuditAnswer.model_validate(each) for each in found]
