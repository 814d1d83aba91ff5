"""The page of arrears: what each state owes by how long it is overdue, and its items."""

from fastapi import APIRouter
from starlette.responses import Response

from api.deps import Reading
from api.pages.as_of import AsOf, address
from api.pages.page import CurrentPage
from ledger.ageing import OWED, ageing
from ledger.impairments import excess_allowances
from ledger.vocabulary import Age

router = APIRouter()


@router.get("/arrears")
def arrears(page: CurrentPage, session: Reading, asked: AsOf, state: str = "") -> Response:
    """Show what is owed as of a day, with the items of one state where the address names it."""
    at = asked.cutoff(session)
    found = ageing(session, at)
    return page.html(
        "arrears.html",
        422 if asked.error else 200,
        asked=asked,
        at=at,
        found=found,
        excess=excess_allowances(session, at),
        ages=tuple(Age),
        chosen=state if state in found.states else None,
        link=address("/arrears", at, state=state),
        items_of={each: address("/arrears", at, state=each) for each in found.states},
        postings={
            each: address("/postings", at, account=list(OWED), state=each) for each in found.states
        },
        call_at=lambda name: address(f"/calls/{name}", at),
    )
