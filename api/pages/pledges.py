"""The page of pledges: what each state said it would give, and how far it has come."""

from fastapi import APIRouter
from starlette.responses import Response

from api.deps import Reading
from api.drafts import may_draft
from api.pages.as_of import AsOf, address
from api.pages.page import CurrentPage
from ledger.pledge_status import pledges
from ledger.pledge_versions import KIND
from ledger.states import members_until

router = APIRouter()


@router.get("/pledges")
def list_pledges(page: CurrentPage, session: Reading, asked: AsOf, state: str = "") -> Response:
    """Show the pledges of a day, of all states or of one."""
    at = asked.cutoff(session)
    return page.html(
        "pledges.html",
        422 if asked.error else 200,
        asked=asked,
        at=at,
        state=state,
        states=members_until(session, page.now.date()),
        pledges=pledges(session, at, state=state or None),
        link=address("/pledges", at, state=state),
        may_draft=may_draft(page.user, KIND),
    )
