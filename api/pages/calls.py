"""Pages of the calls for funds: all of them by assessment, and each with its proof."""

from itertools import groupby

import sqlalchemy as sa
from fastapi import APIRouter
from starlette.responses import Response

from api.deps import Reading
from api.pages.as_of import AsOf, address
from api.pages.page import CurrentPage
from ledger.call_proof import proofs
from ledger.calls import UnknownCallError
from ledger.documents import Document, visible_to
from ledger.reminders import overdue, sent

router = APIRouter()


@router.get("/calls")
def calls(page: CurrentPage, session: Reading, asked: AsOf) -> Response:
    """List the calls of a day, those of each assessment together."""
    at = asked.cutoff(session)
    found = proofs(session, at)
    return page.html(
        "calls.html",
        422 if asked.error else 200,
        asked=asked,
        at=at,
        link=address("/calls", at),
        groups=[
            (number, list(of)) for number, of in groupby(found, key=lambda each: each.assessment)
        ],
        addresses={each.call.name: address(f"/calls/{each.call.name}", at) for each in found},
        levels={each.call.name: each.level for each in overdue(session, at)},
    )


@router.get("/calls/{year}/{name}")
def call(page: CurrentPage, session: Reading, asked: AsOf, year: str, name: str) -> Response:
    """Show one call line by line; raise UnknownCallError for a number that is none."""
    at, number = asked.cutoff(session), f"{year}/{name.upper()}"
    found = next((each for each in proofs(session, at) if each.call.name == number), None)
    if found is None:
        raise UnknownCallError(call=number)
    document = sa.select(Document.id).where(
        Document.id == found.call.document_id, visible_to(page.user)
    )
    return page.html(
        "call.html",
        422 if asked.error else 200,
        asked=asked,
        at=at,
        link=address(f"/calls/{number}", at),
        back=address("/calls", at),
        proof=found,
        call=found.call,
        document=session.scalar(document),
        reminders=[
            each for each in sent(session) if each.call == number and each.sent_on <= at.as_of
        ],
        postings=address("/postings", at, account="1110", state=found.call.state_code),
    )
