"""`mcrm period`: which periods are open, and closing them step by step."""

from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
import typer

from api.clock import now
from api.terminal import AsJson, out, reading_books, refusals, show, translated, writing_books
from ledger.i18n import N_
from ledger.periods import LABELS, Period, PeriodStatus, advance

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


@period_app.command("advance")
def advance_(
    day: Annotated[
        datetime, typer.Argument(formats=["%Y-%m-%d"], help="A day of the period that is meant.")
    ],
) -> None:
    """Move a period one step on: open to hold, hold to closed. There is no way back.

    Example: mcrm period advance 2017-12-31
    """
    with refusals(), writing_books() as session:
        period = advance(session, day.date(), now=now())
    said = N_("%(first)s to %(last)s is now %(status)s.")
    status = LABELS[PeriodStatus(period.status)]
    out.print(translated(said, first=period.from_on, last=period.until_on, status=status))
