"""`mcrm call`: what each state was asked, line by line, and what became of it."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from api.clock import now
from api.terminal import AsJson, Figure, language, out, reading_books, refusals, show, translated
from ledger.balances import Cutoff, cutoff
from ledger.call_proof import Proof, proofs
from ledger.calls import UnknownCallError
from ledger.i18n import N_, country_name
from ledger.references import plain
from ledger.reminders import sent
from ledger.vocabulary import LABELS, Charges, ExchangeRule

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

call_app = typer.Typer(no_args_is_help=True, help="Calls for funds: what each state was asked.")

COLUMNS = (
    N_("Call"),
    N_("State"),
    N_("Due on"),
    N_("Gross EUR"),
    N_("Set off EUR"),
    N_("Net EUR"),
    N_("Open EUR"),
    N_("Days overdue"),
)
LINES = (N_("Line"), N_("EUR"))

AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="As of this day; today without it."),
]


@call_app.command("list")
def list_(*, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """List the calls that were despatched, and what is open of each.

    Example: mcrm call list --as-of 2018-12-31
    """
    with refusals(), reading_books() as session:
        at = _cutoff(session, as_of)
        if as_json:
            from api.calls import calls_answer

            typer.echo(calls_answer(session, at).model_dump_json())
            return
        found = proofs(session, at)
    show([translated(heading) for heading in COLUMNS], [_row(each) for each in found])


@call_app.command("show")
def show_(
    number: Annotated[str, typer.Argument(help="Its number, as 2017/12-PL.")],
    *,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show one call line by line: gross, credits, set-offs, arrears, net, and what was paid since.

    Example: mcrm call show 2017/12-PL
    """
    with refusals(), reading_books() as session:
        at = _cutoff(session, as_of)
        found = next((e for e in proofs(session, at) if e.call.name == plain(number)), None)
        if found is None:
            raise UnknownCallError(call=number)
        reminders = [each for each in sent(session) if each.sent_on <= at.as_of]
    if as_json:
        from api.calls import call_answer

        typer.echo(call_answer(found, reminders).model_dump_json())
        return
    title = f"{found.call.name} – {country_name(found.call.state_code, language())}"
    rows = [(translated(label), amount) for label, amount in _lines(found)]
    show([translated(heading) for heading in LINES], rows, title=title)
    for sentence in _sentences(found):
        out.print(sentence, markup=False)
    for each in reminders:
        if each.call == found.call.name:
            said = N_("Reminder %(level)s was sent on %(on)s: %(description)s")
            told = {"level": each.level, "on": each.sent_on, "description": each.description}
            out.print(translated(said, **told), markup=False)


def _cutoff(session: "Session", as_of: datetime | None) -> Cutoff:
    return cutoff(session, (as_of or now()).date())


def _row(each: Proof) -> tuple[object, ...]:
    call = each.call
    overdue = Figure(each.days) if each.days > 0 else Figure("")
    figures = (each.gross, each.applied, each.net, each.open)
    return call.name, country_name(call.state_code, language()), call.due_on, *figures, overdue


def _lines(each: Proof) -> Iterator[tuple[str, Decimal]]:
    yield N_("Assessed"), each.assessed
    yield N_("Settled before the call"), -each.before
    yield N_("Credits set off"), -each.credits
    yield N_("Advances set off"), -each.advances
    yield N_("Pre-financed costs set off"), -each.prefinanced
    yield N_("Net of this call"), each.net
    yield N_("Arrears"), each.arrears
    yield N_("All to pay"), each.to_pay
    yield N_("Settled since, of this call"), -each.settled
    yield N_("Open of this call"), each.open


def _sentences(each: Proof) -> Iterator[str]:
    call = each.call
    days = {"on": call.despatched_on, "due": call.due_on}
    yield translated(N_("Despatched on %(on)s, due on %(due)s."), **days)
    written = {"reference": call.reference, "symbol": call.symbol}
    yield translated(N_("Reference %(reference)s, variable symbol %(symbol)s."), **written)
    yield f"{translated(LABELS[ExchangeRule(call.exchange)])}; " + translated(
        LABELS[Charges(call.charges)]
    )
