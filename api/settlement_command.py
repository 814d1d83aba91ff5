"""`mcrm settlement`: who would pay whom so that nobody is ahead while another is behind."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Annotated

import typer

from api.terminal import AsJson, Figure, language, out, reading_books, refusals, show, translated
from ledger.balances import cutoff
from ledger.claims import LABELS as RULES
from ledger.claims import Rule
from ledger.i18n import N_, country_name
from ledger.money import ZERO
from ledger.rates import Rate
from ledger.settlements import Plan, SettledState, plan
from ledger.vocabulary import LABELS, Purpose

settlement_app = typer.Typer(
    no_args_is_help=True, help="Settlements: those behind their fair share level those ahead."
)

STATES = (
    N_("State"),
    N_("Equity balance EUR"),
    N_("Carried before EUR"),
    N_("Pays − or receives + EUR"),
    N_("Afterwards EUR"),
)
TRANSFERS = (
    N_("Payer"),
    N_("Receiver"),
    N_("Amount EUR"),
    N_("In the payer’s currency"),
    N_("In the receiver’s currency"),
)

AsOf = Annotated[
    datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Balances as of this day.")
]
ByRule = Annotated[Rule, typer.Option(help="For the larger side: those ahead, or those behind.")]
OfPurpose = Annotated[
    Purpose | None, typer.Option(help="Positions of one purpose; of all together without it.")
]


@settlement_app.command()
def propose(
    *,
    as_of: AsOf,
    rule: ByRule = Rule.PROPORTIONAL,
    purpose: OfPurpose = None,
    as_json: AsJson = False,
) -> None:
    """Show who would pay whom, in euro and in the money of each; nothing is written.

    Example: mcrm settlement propose --as-of 2018-12-31
    """
    with refusals(), reading_books() as session:
        found = plan(session, cutoff(session, as_of.date()), rule, purpose=purpose)
    if as_json:
        from api.settlement import plan_answer

        typer.echo(plan_answer(found).model_dump_json())
        return
    _show_states(found)
    if found.transfers:
        _show_transfers(found)
    for sentence in _sentences(found):
        out.print(sentence, markup=False)


def _show_states(found: Plan) -> None:
    totals = [sum(column, ZERO) for column in zip(*map(_figures, found.states), strict=True)]
    show(
        [translated(heading) for heading in STATES],
        [(country_name(each.state, language()), *_figures(each)) for each in found.states],
        title=translated(
            N_("Balances as of %(on)s, %(purpose)s"),
            on=found.at.as_of,
            purpose=LABELS[found.purpose] if found.purpose else N_("all purposes"),
        ),
        total=(translated(N_("Total")), *totals) if found.states else None,
    )


def _show_transfers(found: Plan) -> None:
    show(
        [translated(heading) for heading in TRANSFERS],
        [
            (
                country_name(each.payer, language()),
                country_name(each.receiver, language()),
                each.amount,
                _own(each.paid, each.payer_rate),
                _own(each.received, each.receiver_rate),
            )
            for each in found.transfers
        ],
        title=translated(N_("Transfers; the larger side: %(rule)s"), rule=RULES[found.rule]),
    )


def _figures(each: SettledState) -> tuple[Decimal, ...]:
    return each.equity, each.carried, each.received, each.after


def _own(amount: Decimal, rate: Rate) -> Figure:
    return Figure(f"{amount:,f} {rate.currency}")


def _sentences(found: Plan) -> Iterator[str]:
    for rate in found.rates:
        yield translated(
            N_("Rate of %(day)s: 1 EUR = %(rate)s %(currency)s, source: %(source)s"),
            day=rate.on,
            rate=format(rate.per_euro, "f"),
            currency=rate.currency,
            source=rate.source.upper(),
        )
    count, states = len(found.transfers), sum(bool(each.received) for each in found.states)
    if not found.transfers:
        yield translated(
            N_("No state is behind its fair share while another is ahead: nothing to settle.")
        )
    elif found.fewest:
        yield translated(N_("Transfers: %(count)s, the fewest possible."), count=count)
    else:
        step_by_step = N_(
            "Transfers: %(count)s, found step by step: for %(states)s states it is not proven that "
            "fewer would not do."
        )
        yield translated(step_by_step, count=count, states=states)
    if found.unsettled > 0:
        unspent = N_("Stays unsettled: EUR %(amount)s, contributed and not yet turned into cost.")
        yield translated(unspent, amount=found.unsettled)
    elif found.unsettled < 0:
        short = N_("Stays unsettled: EUR %(amount)s of cost, not yet contributed.")
        yield translated(short, amount=-found.unsettled)
