"""`mcrm rates`: bring a bank's published rates into the books, and ask for the rate of a day."""

import json
from dataclasses import asdict
from datetime import datetime
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
    translated,
    writing_books,
)
from ledger.i18n import N_
from ledger.rate_imports import RatesImport, import_rates
from ledger.rate_sources import RateSource
from ledger.rates import RateBasis, rate_on

rates_app = typer.Typer(no_args_is_help=True, help="Exchange rates: units of a currency for 1 EUR.")

UNREAD = N_("Left aside: %(count)s lines before the first heading, of unknown currencies.")

Source = Annotated[RateSource, typer.Option(help="Who published the rates.")]


@rates_app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="A .csv, .xml or .zip of eurofxref."),
    ],
    *,
    source: Source = RateSource.ECB,
    as_json: AsJson = False,
) -> None:
    """Add the rates of a file to the books: all that are new, or nothing.

    Rates already there stay. One that was published anew is used from now on: it changes nothing
    that was posted before.

    Example: mcrm rates import eurofxref-hist.zip --source ecb
    """
    with refusals(FOUND_WRONG), writing_books() as session:
        done = import_rates(
            session, file.read_bytes(), filename=file.name, source=source, now=now()
        )
    if as_json:
        typer.echo(json.dumps(asdict(done), default=str))
    else:
        _tell(done)


@rates_app.command()
def show(
    currency: Annotated[str, typer.Argument(help="An ISO 4217 code, such as PLN.")],
    on: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The day the rate is to apply.")
    ],
    *,
    source: Source = RateSource.ECB,
    as_json: AsJson = False,
) -> None:
    """Show the rate that the books apply to a currency on a day.

    It is the last one published on or before the day, no more than seven days earlier; or the fixed
    one, for a currency that has given way to the euro.

    Example: mcrm rates show PLN --on 2016-11-21
    """
    with refusals(), reading_books() as session:
        rate = rate_on(session, currency.upper(), on.date(), basis=RateBasis(source))
    shown = {
        "currency": rate.currency,
        "per_euro": format(rate.per_euro, "f"),
        "on": rate.on.isoformat(),
        "source": rate.source,
    }
    if as_json:
        typer.echo(json.dumps(shown))
    else:
        out.print(translated(N_("EUR 1 = %(currency)s %(per_euro)s (%(source)s, %(on)s)"), **shown))


def _tell(done: RatesImport) -> None:
    said = N_("%(new)s new rates, %(unchanged)s known already, from %(first)s to %(last)s.")
    counts = {"new": done.new, "unchanged": done.unchanged}
    out.print(translated(said, **counts, first=done.first_on, last=done.last_on))
    for each in done.corrected:
        anew = N_("Published anew: %(currency)s of %(on)s is %(after)s, and was %(before)s.")
        day = {"currency": each.currency, "on": each.applies_on}
        out.print(translated(anew, **day, after=each.after, before=each.before))
    if done.unread:
        out.print(translated(UNREAD, count=done.unread))
