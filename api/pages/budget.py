"""The page of the budget: appropriated, ordered, spent, and what is available, by activity."""

from fastapi import APIRouter
from starlette.responses import Response

from api.budget import FIRST_YEAR, LAST_YEAR
from api.deps import Reading
from api.pages.as_of import AsOf, address
from api.pages.page import CurrentPage
from ledger.appropriations import budget
from ledger.money import ZERO

router = APIRouter()

FIGURES = ("original", "revised", "encumbered", "spent", "available")


@router.get("/budget")
def of_year(page: CurrentPage, session: Reading, asked: AsOf, year: str = "") -> Response:
    """Show a year's budget as of a day; the year of that day where the address names no other."""
    at = asked.cutoff(session)
    known = year.isascii() and year.isdigit() and FIRST_YEAR <= int(year[:9]) <= LAST_YEAR
    wanted = int(year) if known else at.as_of.year
    rows = budget(session, at, wanted)
    return page.html(
        "budget.html",
        422 if asked.error else 200,
        asked=asked,
        at=at,
        year=wanted,
        rows=rows,
        figures=FIGURES,
        totals=[sum((getattr(each, name) for each in rows), ZERO) for name in FIGURES],
        link=address("/budget", at, year=str(wanted)),
    )
