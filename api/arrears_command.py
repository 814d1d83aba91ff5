"""`mcrm ageing` and `mcrm budget`: what is owed since when, and what may still be spent."""

from datetime import date

import typer

from api.terminal import language, reading_books, show, translated
from ledger.ageing import ageing
from ledger.appropriations import budget
from ledger.balances import cutoff
from ledger.i18n import N_, country_name
from ledger.impairments import ABOVE_OWED, excess_allowances
from ledger.money import ZERO
from ledger.vocabulary import LABELS, Activity, Age, Purpose

BUDGET = (
    N_("Activity"),
    N_("Purpose"),
    N_("Original EUR"),
    N_("Revised EUR"),
    N_("Encumbered EUR"),
    N_("Spent EUR"),
    N_("Available EUR"),
)


def show_ageing(as_of: date, *, as_json: bool) -> None:
    """Print what each state owes by age, in euro, and what all owe."""
    with reading_books() as session:
        at = cutoff(session, as_of)
        found, excess = ageing(session, at), excess_allowances(session, at)
    if as_json:
        from api.arrears import ageing_answer

        typer.echo(ageing_answer(found).model_dump_json())
        return
    show(
        [translated(each) for each in (N_("State"), *(LABELS[age] for age in Age), N_("Total"))],
        [
            (
                country_name(state, language()),
                *(found.total(state=state, age=age) for age in Age),
                found.total(state=state),
            )
            for state in found.states
        ],
        title=translated(N_("Owed as of %(on)s, by how long it is overdue, in euro"), on=as_of),
        total=(translated(N_("Total")), *(found.total(age=age) for age in Age), found.total()),
    )
    for state, amount in excess.items():
        typer.echo(translated(ABOVE_OWED, state=country_name(state, language()), amount=amount))


def show_budget(year: int, as_of: date, *, as_json: bool) -> None:
    """Print a year's budget, line by line, and its sum."""
    with reading_books() as session:
        at = cutoff(session, as_of)
        rows = budget(session, at, year)
    if as_json:
        from api.budget import budget_answer

        typer.echo(budget_answer(rows, at, year).model_dump_json())
        return
    figures = [
        (each.original, each.revised, each.encumbered, each.spent, each.available) for each in rows
    ]
    totals = [sum(column, ZERO) for column in zip(*figures, strict=True)]
    show(
        [translated(heading) for heading in BUDGET],
        [
            (
                translated(LABELS[Activity(each.activity)]) if each.activity else "",
                translated(LABELS[Purpose(each.purpose)]) if each.purpose else "",
                *figures[at_row],
            )
            for at_row, each in enumerate(rows)
        ],
        title=translated(N_("Budget of %(year)s as of %(on)s"), year=year, on=as_of),
        total=(translated(N_("Total")), "", *totals) if rows else None,
    )
