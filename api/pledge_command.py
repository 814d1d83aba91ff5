"""`mcrm pledge`: what states said they would give, and what has come of it."""

from datetime import date, datetime
from typing import Annotated

import typer

from api.clock import now
from api.terminal import AsJson, language, reading_books, refusals, show, translated
from ledger.balances import cutoff
from ledger.contributions import StateCode
from ledger.i18n import N_, country_name
from ledger.inputs import New, read
from ledger.pledge_status import PledgeStanding, pledges
from ledger.pledge_targets import target
from ledger.vocabulary import LABELS

pledge_app = typer.Typer(
    no_args_is_help=True, help="Pledges: what was said, received and is outstanding."
)

HEADINGS = (
    N_("State"),
    N_("Code of the pledge"),
    N_("How binding"),
    N_("Currency"),
    N_("Pledged"),
    N_("Received"),
    N_("Outstanding"),
    N_("Next due"),
    N_("Status"),
)
TITLE = N_("Pledges as of %(on)s; they stand outside all totals of what was given")

OfState = Annotated[str, typer.Option("--state", help="The pledges of one state, as PL.")]
AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="As of this day; today without it."),
]


class _Asked(New):
    state: StateCode | None = None


@pledge_app.command("list")
def list_pledges(*, state: OfState = "", as_of: AsOf = None, as_json: AsJson = False) -> None:
    """List the pledges as they stand on a day, amounts in their own currency.

    Example: mcrm pledge list --state PL --as-of 2018-12-31
    """
    on = as_of.date() if as_of else now().date()
    with refusals(), reading_books() as session:
        asked = read(_Asked, {"state": state})
        at = cutoff(session, on)
        found = pledges(session, at, state=asked.state)
    if as_json:
        from api.pledges import pledges_answer

        typer.echo(pledges_answer(found, at).model_dump_json())
        return
    title = translated(TITLE, on=on)
    show([translated(each) for each in HEADINGS], [_row(each) for each in found], title=title)


@pledge_app.command("show")
def show_pledge(
    code: Annotated[str, typer.Argument(help="Its code, with its state before it or /2 after it.")],
) -> None:
    """Show what money for a pledge, or for one of its instalments, settles today.

    Example: mcrm pledge show "PL PL-2017-1/2"
    """
    with refusals(), reading_books() as session:
        found = target(session, code)
    items = (*found.items, *((found.memo,) if found.memo else ()))
    show(
        [translated(each) for each in (N_("Item"), N_("Account"), N_("Due on"), N_("Open"))],
        [(each.reference, each.account, each.due_on, each.amount) for each in items],
        title=translated(
            N_("%(pledge)s of %(state)s, %(level)s: %(currency)s %(open)s to come"),
            pledge=found.pledge,
            state=country_name(found.state, language()),
            level=LABELS[found.level],
            currency=found.currency,
            open=found.open,
        ),
    )


def _row(each: PledgeStanding) -> tuple[object, ...]:
    due: date | None = each.next_due.due_on if each.next_due else None
    return (
        country_name(each.state, language()),
        each.code,
        translated(LABELS[each.level]),
        each.currency,
        each.pledged,
        each.received,
        each.outstanding,
        due,
        translated(LABELS[each.status]),
    )
