"""`mcrm receipt`: money that came, and what of it is still to be applied."""

from datetime import datetime
from typing import Annotated

import typer

from api.clock import now
from api.terminal import AsJson, language, reading_books, refusals, show, translated
from ledger.balances import cutoff
from ledger.i18n import N_, country_name
from ledger.receipts import NewReceipt, Receipt, receipts

receipt_app = typer.Typer(
    no_args_is_help=True, help="Receipts: money that came, until it is said what for."
)

HEADINGS = (
    N_("Receipt"),
    N_("Received on"),
    N_("State"),
    N_("Payer"),
    N_("What the payer wrote"),
    N_("Amount"),
    N_("To be applied"),
    N_("Currency"),
)


@receipt_app.command(name="list")
def list_(
    *,
    unapplied: Annotated[
        bool, typer.Option("--unapplied", help="Only those of which something is to be applied.")
    ] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="As of this day; today without it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List receipts, the oldest first, and what of each is still to be applied.

    Example: mcrm receipt list --unapplied
    """
    on = (as_of or now()).date()
    with refusals(), reading_books() as session:
        found = receipts(session, cutoff(session, on), unapplied=unapplied)
    if as_json:
        from api.receipts import receipt_answer

        rows = ",".join(receipt_answer(each).model_dump_json() for each in found)
        typer.echo(f"[{rows}]")
        return
    show(
        [translated(heading) for heading in HEADINGS],
        [_row(each) for each in found],
        title=translated(N_("Receipts as of %(on)s"), on=on),
    )


def _sent(said: NewReceipt) -> str:
    """Say what was sent before the bank converted it, after what the payer wrote."""
    if said.sent_amount is None:
        return ""
    sent = translated(
        N_("sent: %(amount)s %(currency)s"), amount=said.sent_amount, currency=said.sent_currency
    )
    return f"{said.reference} ({sent})" if said.reference else sent


def _row(found: Receipt) -> tuple[object, ...]:
    said = found.said
    return (
        said.receipt,
        said.received_on,
        country_name(said.state, language()) if said.state else translated(N_("not known")),
        said.payer,
        _sent(said) or said.reference,
        said.amount,
        found.unapplied,
        said.currency,
    )
