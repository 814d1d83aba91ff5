"""`mcrm period`: which periods are open, what is open in one, and closing them step by step."""

from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
import typer

from api.clock import now
from api.terminal import (
    FOUND_WRONG,
    AsJson,
    out,
    reading_books,
    refusals,
    show,
    translated,
    writing_books,
)
from ledger.closing import checklist, period_of, take_step
from ledger.i18n import N_
from ledger.periods import LABELS, Period, PeriodStatus

period_app = typer.Typer(no_args_is_help=True, help="Accounting periods: open, hold, closed.")


@period_app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the periods and how far their closing has come.

    Example: mcrm period list
    """
    with reading_books() as session:
        periods = session.scalars(sa.select(Period).order_by(Period.from_on)).all()
    headings = [N_("From"), N_("Until"), N_("Status")]
    rows = [
        (each.from_on, each.until_on, translated(LABELS[PeriodStatus(each.status)]))
        for each in periods
    ]
    show([translated(heading) for heading in headings], rows, as_json=as_json)


@period_app.command("check")
def check(
    *,
    on: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="A day of the period that is meant.")
    ],
    as_json: AsJson = False,
) -> None:
    """List what is still open in a period, before it is closed; exit status 1 if anything is.

    Example: mcrm period check --on 2017-12-31
    """
    with refusals(), reading_books() as session:
        points = checklist(session, period_of(session, on.date()))
    headings = [N_("Open point"), N_("Document"), N_("Entry")]
    rows = [
        (translated(each.message, **each.params), each.document or "", each.entry or "")
        for each in points
    ]
    show([translated(heading) for heading in headings], rows, as_json=as_json)
    if points:
        raise typer.Exit(FOUND_WRONG)


@period_app.command("advance")
def advance_(
    day: Annotated[
        datetime, typer.Argument(formats=["%Y-%m-%d"], help="A day of the period that is meant.")
    ],
    anyway: Annotated[
        str, typer.Option(help="Why it is closed although points are open; kept with the period.")
    ] = "",
) -> None:
    """Move a period one step on: open to hold, hold to closed. There is no way back.

    It is closed once nothing in it is open, as `mcrm period check` shows, or with a reason.

    Example: mcrm period advance 2017-12-31
    """
    with refusals(), writing_books() as session:
        period = take_step(session, day.date(), now=now(), anyway=anyway)
    said = N_("%(first)s to %(last)s is now %(status)s.")
    status = LABELS[PeriodStatus(period.status)]
    out.print(translated(said, first=period.from_on, last=period.until_on, status=status))
