"""`mcrm offer` and `mcrm cost-book`: gifts in kind from the claim on, and what units are worth."""

from datetime import date, datetime
from typing import Annotated

import typer

from api.clock import now
from api.terminal import AsJson, language, reading_books, refusals, show, translated
from ledger.balances import cutoff
from ledger.i18n import N_, country_name
from ledger.offer_standing import OfferStanding, offers
from ledger.unit_rates import cost_book
from ledger.vocabulary import LABELS

offer_app = typer.Typer(no_args_is_help=True, help="Offers in kind, from the claim on.")

OFFERS = (
    N_("State"),
    N_("Offer"),
    N_("Currency"),
    N_("Claimed"),
    N_("Accepted value"),
    N_("Accepted credit"),
    N_("Delivered EUR"),
    N_("Credited EUR"),
    N_("Left"),
    N_("Status"),
)
RATES = (
    N_("Code"),
    N_("Unit"),
    N_("Currency"),
    N_("Amount"),
    N_("Valid from"),
    N_("Valid until"),
    N_("Evidence"),
)

AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="As of this day; today without it."),
]


@offer_app.callback()
def offer() -> None:
    """Keep `list` a command of its own, though it is the only one."""


@offer_app.command("list")
def list_(*, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """List offers in kind: claimed, accepted, delivered, and what is left.

    Example: mcrm offer list --as-of 2018-12-31
    """
    on = as_of.date() if as_of else now().date()
    with refusals(), reading_books() as session:
        found = offers(session, cutoff(session, on))
    if as_json:
        from api.offers import offer_answer

        typer.echo(f"[{','.join(offer_answer(each).model_dump_json() for each in found)}]")
        return
    show(
        [translated(heading) for heading in OFFERS],
        [_row(each) for each in found],
        title=translated(N_("Offers in kind as of %(on)s"), on=on),
    )


def show_cost_book(on: date, *, as_json: bool) -> None:
    """Print the rates in force on a day."""
    with refusals(), reading_books() as session:
        book = cost_book(session, on)
    if as_json:
        from api.offers import UnitRateAnswer

        answers = (UnitRateAnswer.model_validate(each).model_dump_json() for each in book)
        typer.echo(f"[{','.join(answers)}]")
        return
    show(
        [translated(heading) for heading in RATES],
        [
            (
                *(each.code, each.unit, each.currency, each.amount),
                *(each.valid_from, each.valid_until, each.voucher),
            )
            for each in book
        ],
        title=translated(N_("Cost book on %(on)s"), on=on),
    )


def _row(each: OfferStanding) -> tuple[object, ...]:
    accepted = each.accepted.version.said if each.accepted else None
    return (
        country_name(each.said.state, language()),
        each.said.offer,
        accepted.currency if accepted else each.said.currency,
        each.said.value,
        accepted.value if accepted else None,
        accepted.credited if accepted else None,
        each.fair_euro,
        each.credited_euro,
        each.left,
        translated(LABELS[each.status]),
    )
