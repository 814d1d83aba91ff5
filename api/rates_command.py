"""`mcrm rates`: bring published rates into the books, by file or fetched, and ask for a day's."""

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
        typer.Argument(exists=True, dir_okay=False, help="A file as its source publishes it."),
    ],
    *,
    source: Source = RateSource.ECB,
    as_json: AsJson = False,
) -> None:
    """Add the rates of a file to the books: all that are new, or nothing.

    Rates already there stay. One that was published anew is used from now on: it changes nothing
    that was posted before.

    Files of ecb: csv, xml or zip of eurofxref, csv of the Data Portal. Of nbp: JSON or xml of the
    API, csv of the archive. Of cnb: text of a day or year, JSON. Of mnb: the web service's answer.
    Of inforeuro: JSON, named for its month.

    Example: mcrm rates import eurofxref-hist.zip

    Example: mcrm rates import archiwum_tab_a_2024.csv --source nbp

    Example: mcrm rates import inforeuro-2023-10.json --source inforeuro
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
def fetch(
    source: Annotated[RateSource, typer.Argument(help="Whose rates.")],
    *,
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="The first day wanted."),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="The last day wanted; else today."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch rates from where their source publishes them, and add them to the books.

    The newest; or with --from those of a span, and more where a source gives no less. The addresses
    are the program's own. What was answered is kept with the rates. Without a network nothing is
    lost: fetch the file elsewhere, and use import.

    Example: mcrm rates fetch ecb

    Example: mcrm rates fetch nbp --from 2026-01-01 --to 2026-03-31
    """
    from api.rate_fetch import fetch_rates

    at = now()
    if last and not first:
        raise typer.BadParameter("--to needs --from.")
    if first and last and first > last:
        raise typer.BadParameter("--from is after --to.")
    with refusals(FOUND_WRONG):
        files = fetch_rates(
            source,
            first=first and first.date(),
            last=last and last.date(),
            today=at.date(),
        )
        with writing_books() as session:
            done = [
                import_rates(session, each.body, filename=each.filename, source=source, now=at)
                for each in files
            ]
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in done], default=str))
    else:
        for each in done:
            _tell(each)


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

    Example: mcrm rates show PLN --on 2024-01-02 --source nbp
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
