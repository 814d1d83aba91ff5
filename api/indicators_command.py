"""`mcrm indicators`: bring what statistical offices published into the books, and look it up."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.clock import now
from api.terminal import (
    FOUND_WRONG,
    AsJson,
    out,
    reading_books,
    refusals,
    refuse,
    show,
    translated,
    writing_books,
)
from api.user_command import user_named
from ledger.i18n import N_
from ledger.indicators import Observation, Observations
from ledger.vintages import holdings, import_vintage, kept

indicators_app = typer.Typer(
    no_args_is_help=True, help="Indicators: population, output and the like, on which scales rest."
)

NOTHING = N_("There is no such value of %(indicator)s for %(year)s: see `mcrm indicators list`.")

HELD = N_("States: %(states)s. Years: %(first)s to %(last)s. Values: %(rows)s.")


@indicators_app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="A CSV with columns state, year, indicator, value."
        ),
    ],
    *,
    publisher: Annotated[str, typer.Option(help="Who published the values.")],
    vintage: Annotated[str, typer.Option(help="The name that these values are to have for good.")],
    by: Annotated[str, typer.Option(help="Login of who imports them.")],
) -> None:
    """Add the indicators of a file to the books as a new vintage: the whole file, or nothing of it.

    A vintage is never overwritten: what an office revises comes in under a new name.

    Example: mcrm indicators import gni.csv --publisher Eurostat --vintage eurostat-2027-10 --by eva
    """
    with refusals(FOUND_WRONG), writing_books() as session:
        done = import_vintage(
            session,
            file.read_bytes(),
            filename=file.name,
            vintage=vintage,
            publisher=publisher,
            by=user_named(session, by),
            now=now(),
        )
    said = N_("%(rows)s values of %(publisher)s are in the books as “%(vintage)s”.")
    what = {"rows": done.rows, "publisher": done.publisher, "vintage": done.name}
    out.print(translated(said, **what), markup=False)


@indicators_app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the vintages of indicators, those that ship with the program too.

    Example: mcrm indicators list --json
    """
    with reading_books() as session:
        held = holdings(session)
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in held]))
        return
    for each in held:
        # In lines, not in a table: a name is to be read whole, for it is to be typed.
        out.print(f"{each.vintage} ({each.publisher})", markup=False)
        out.print(f"  {', '.join(each.indicators)}", markup=False)
        years = {"first": each.first_year, "last": each.last_year}
        out.print(f"  {translated(HELD, states=len(each.states), **years, rows=each.rows)}")


@indicators_app.command("show")
def show_(
    indicator: Annotated[str, typer.Argument(help="Its name, such as population.")],
    *,
    year: Annotated[int, typer.Option(help="The year that was measured.")],
    vintage: Annotated[
        str, typer.Option(help="The vintage, or its beginning; without it, every one.")
    ] = "",
    states: Annotated[str, typer.Option(help="Some states only, such as PL,CZ,HU,SK.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show an indicator of a year as it was published, state by state.

    Values on which no scale may rest are shown too: of a part of the year, or published twice. A
    state without a value is left out.

    Example: mcrm indicators show population --year 2016 --vintage eurostat-2020-10 --states PL,CZ
    """
    wanted = [state.strip().upper() for state in states.split(",") if state.strip()]
    with refusals(), reading_books() as session:
        observations = kept(session)
        name = observations.vintage_named(vintage) if vintage else None
    found = _found(observations, indicator, year=year, vintage=name, states=wanted)
    if not found:
        refuse(translated(NOTHING, indicator=indicator, year=year))
    if as_json:
        rows = [{**asdict(each), "value": format(each.value, "f")} for each in found]
        typer.echo(json.dumps(rows))
        return
    headings = (N_("Vintage"), N_("State"), N_("Value"), N_("Unit"), N_("Status"))
    show(
        [translated(heading) for heading in headings],
        [(each.vintage, each.state, each.value, each.unit, each.status) for each in found],
        title=f"{indicator} ({year})",
    )


def _found(
    observations: Observations,
    indicator: str,
    *,
    year: int,
    vintage: str | None,
    states: Sequence[str],
) -> list[Observation]:
    return [
        each
        for each in observations
        if each.indicator == indicator
        and each.year == year
        and vintage in (None, each.vintage)
        and (not states or each.state in states)
    ]
