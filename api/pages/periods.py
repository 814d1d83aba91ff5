"""Periods on pages: how far each has come, what is still open in it, and the next step."""

from datetime import date

import sqlalchemy as sa
from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from api.deps import Now, Reading, Writing
from api.pages.page import CurrentPage, Page, SentForm
from api.pages.people import names_of
from ledger.closing import (
    ClosingWaiver,
    MovedPeriodError,
    OpenPointsError,
    checklist,
    period_of,
    take_step,
)
from ledger.errors import LedgerError
from ledger.periods import LABELS, NEXT, Period, PeriodStatus
from ledger.users import Role

router = APIRouter(prefix="/periods")


@router.get("")
def periods(page: CurrentPage, session: Reading) -> Response:
    """List the periods, the latest first, with what was waived to close them."""
    found = session.scalars(sa.select(Period).order_by(Period.from_on.desc())).all()
    waivers = {each.from_on: each for each in session.scalars(sa.select(ClosingWaiver))}
    names = names_of(session, (each.by for each in waivers.values() if each.by is not None))
    return page.html("periods.html", periods=found, waivers=waivers, names=names, words=_words())


@router.get("/{day}")
def period(page: CurrentPage, session: Reading, day: date) -> Response:
    """Show what is open in the period of a day, and let a coordinator confirm the next step."""
    return _show(page, session, period_of(session, day))


@router.post("/{day}/advance")
def advance_period(
    page: CurrentPage, session: Writing, form: SentForm, now: Now, day: date
) -> Response:
    """Take the step that was confirmed; show the period again with what is wrong instead."""
    reason = form.get("anyway", "") if form.get("waived") else ""
    try:
        seen = form.get("seen", "")
        take_step(session, day, now=now, by=page.user, seen=seen, anyway=reason)
    except (MovedPeriodError, OpenPointsError) as error:
        return _show(page, session, period_of(session, day), error=error, status=422)
    return RedirectResponse(f"/periods/{day.isoformat()}?done=moved", 303)


def _show(
    page: Page,
    session: Session,
    found: Period,
    *,
    error: LedgerError | None = None,
    status: int = 200,
) -> Response:
    following = NEXT.get(PeriodStatus(found.status))
    return page.html(
        "period.html",
        status,
        period=found,
        points=checklist(session, found),
        following=following,
        words=_words(),
        may_advance=following is not None and page.user.role == Role.COORDINATOR,
        error=error,
    )


def _words() -> dict[str, str]:
    return {status.value: LABELS[status] for status in PeriodStatus}
