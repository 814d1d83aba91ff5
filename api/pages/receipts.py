"""The page of receipts: what is still to be applied first, and from there to the form."""

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from api.deps import Reading
from api.drafts import may_draft
from api.pages.as_of import AsOf, address
from api.pages.page import CurrentPage
from ledger.receipts import Receipt, receipts

router = APIRouter()

# Of what is applied the latest are enough; the rest is in the journal.
APPLIED = 100


@router.get("/receipts")
def receipt_list(page: CurrentPage, session: Reading, asked: AsOf) -> Response:
    """List receipts as of a day: what is to be applied, then the latest that are."""
    at = asked.cutoff(session)
    found = receipts(session, at)
    applied = [each for each in found if not each.unapplied]
    return page.html(
        "receipts.html",
        at=at,
        asked=asked,
        link=address("/receipts", at),
        to_apply=[(each, _form(each)) for each in found if each.unapplied],
        applied=applied[: -APPLIED - 1 : -1],
        may_draft=may_draft(page.user),
    )


def _form(found: Receipt) -> str:
    """Address the form that says what a receipt is for, as far as it is known."""
    said = found.said
    known = {"source": said.receipt, "state": said.state, "description": said.description}
    given = {name: value for name, value in known.items() if value}
    return f"/documents/new/application?{urlencode(given)}"
