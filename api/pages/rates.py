"""The page of rates: what a source published in a month, the policy, and what people decided."""

from datetime import date, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from api.deps import Reading
from api.pages.page import CurrentPage
from ledger.manual_rates import manual_rates
from ledger.rate_policies import rate_policies
from ledger.rate_sources import RateSource
from ledger.rate_tables import holdings, rate_table
from ledger.users import Role
from ledger.vocabulary import Publisher

router = APIRouter()


@router.get("/rates")
def rates(page: CurrentPage, session: Reading, source: str = "", month: str = "") -> Response:
    """Show a month of a source, by default the last that the book holds of ECB's."""
    held = {each.source: each for each in holdings(session)}
    chosen = RateSource(source) if source in list(Publisher) else RateSource.ECB
    last_on = held[chosen].last_on if chosen in held else page.now.date()
    asked = _month(month)
    first = asked or last_on.replace(day=1)
    wrong = month if month.strip() and asked is None else ""
    following = (first + timedelta(days=31)).replace(day=1)
    table = rate_table(session, chosen, first, following - timedelta(days=1), today=page.now.date())
    before = (first - timedelta(days=1)).replace(day=1)
    return page.html(
        "rates.html",
        422 if wrong else 200,
        wrong=wrong,
        table=table,
        first=first,
        holdings=held.values(),
        publishers=tuple(Publisher),
        policies=rate_policies(session),
        by_hand=manual_rates(session),
        before=_address(chosen, before),
        after=_address(chosen, following),
        may_decide=page.user.role in (Role.OFFICER, Role.COORDINATOR),
    )


def _address(source: RateSource, month: date) -> str:
    return f"/rates?{urlencode({'source': source.value, 'month': f'{month:%Y-%m}'})}"


def _month(text: str) -> date | None:
    """Read a month as 2017-03; None for anything else, or for one outside the books."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if 1999 <= found.year <= 2199 else None
