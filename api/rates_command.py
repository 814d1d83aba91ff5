"""`mcrm rates`: bring published rates into the books, by file or fetched, and ask for a day's."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

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
from api.terminal import show as table
from ledger.currencies import EURO
from ledger.db import lock_journal
from ledger.headings import HEADINGS
from ledger.i18n import N_
from ledger.money import parse_amount
from ledger.rate_imports import Correction, RatesImport, import_rates
from ledger.rate_policies import policy_rate, rate_policies
from ledger.rate_sources import NAMES, RateSource
from ledger.rate_tables import rate_table
from ledger.rate_uses import entries_by
from ledger.rates import Rate, RateBasis, converted, rate_on, rates_on
from ledger.vocabulary import LABELS, PublishedKind, RateEvent, RateKind

rates_app = typer.Typer(no_args_is_help=True, help="Exchange rates: units of a currency for 1 EUR.")

MOST_NAMED = 10
STRANGE = N_("Left aside: %(count)s codes that are no currency’s (%(codes)s).")
UNREAD = N_("Left aside: %(count)s lines before the first heading, of unknown currencies.")

Uses = Mapping[Correction, Sequence[int]]
Source = Annotated[RateSource, typer.Option(help="Who published the rates.")]
Kind = Annotated[
    PublishedKind, typer.Option(help="Which rate: of the day, of a month, an average …")
]
Again = Annotated[
    bool,
    typer.Option(
        "--again", help="Take also what looks like a slip, or undoes what was published anew."
    ),
]
Currency = Annotated[str, typer.Argument(help="An ISO 4217 code, such as PLN.")]
OnDay = Annotated[
    datetime, typer.Option(formats=["%Y-%m-%d"], help="The day the rate is to apply.")
]


@rates_app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="A file as its source publishes it."),
    ],
    *,
    source: Source = RateSource.ECB,
    again: Again = False,
    as_json: AsJson = False,
) -> None:
    """Add the rates of a file to the books: all that are new, or nothing.

    Rates already there stay. One that was published anew is used from now on: it changes nothing
    that was posted before. A rate of more than double or less than half the last one is refused,
    and so is an older file that would undo what was published anew.

    Files of ecb: csv, xml or zip of eurofxref, csv of the Data Portal. Of nbp: JSON or xml of the
    API, csv of the archive. Of cnb: text of a day or year, JSON. Of mnb: the web service's answer.
    Of inforeuro: JSON, named for its month.

    Example: mcrm rates import eurofxref-hist.zip

    Example: mcrm rates import archiwum_tab_a_2024.csv --source nbp

    Example: mcrm rates import inforeuro-2023-10.json --source inforeuro
    """
    with refusals(FOUND_WRONG), writing_books() as session:
        lock_journal(session)
        done = import_rates(
            session,
            file.read_bytes(),
            filename=file.name,
            source=source,
            now=now(),
            again=again,
        )
        uses = _uses(session, source, [done])
    if as_json:
        typer.echo(json.dumps(asdict(done), default=str))
    else:
        _tell(done, uses)


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
    again: Again = False,
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

    if last and not first:
        raise typer.BadParameter("--to needs --from.")
    if first and last and first > last:
        raise typer.BadParameter("--from is after --to.")
    with refusals(FOUND_WRONG):
        files = fetch_rates(
            source,
            first=first and first.date(),
            last=last and last.date(),
            today=now().date(),
        )
        with writing_books() as session:
            # Rates are known from when they are in the books, not from when they were asked for.
            lock_journal(session)
            at = now()
            done = [
                import_rates(
                    session, each.body, filename=each.filename, source=source, now=at, again=again
                )
                for each in files
            ]
            uses = _uses(session, source, done)
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in done], default=str))
    else:
        for each in done:
            _tell(each, uses)


@rates_app.command()
def show(
    currency: Currency,
    on: OnDay,
    *,
    source: Source = RateSource.ECB,
    kind: Kind = PublishedKind.SPOT,
    event: Annotated[
        RateEvent | None,
        typer.Option("--for", help="By the rate policy for this, whatever --source and --kind."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the rate that the books apply to a currency on a day.

    It is the last one published on or before the day, no more than seven days earlier; or the fixed
    one, for a currency that has given way to the euro. One decided by hand for that day goes first.

    Example: mcrm rates show PLN --on 2016-11-21

    Example: mcrm rates show PLN --on 2024-01-02 --source nbp --kind previous_day

    Example: mcrm rates show CZK --on 2018-03-01 --for cost
    """
    with refusals(), reading_books() as session:
        if event is None:
            basis = RateBasis(source, RateKind(kind))
            rate = rate_on(session, currency.upper(), on.date(), basis=basis)
        else:
            rate = policy_rate(session, event, currency.upper(), on.date())
    shown = _shown(rate)
    if as_json:
        typer.echo(json.dumps(shown))
    else:
        out.print(translated(N_("EUR 1 = %(currency)s %(per_euro)s (%(source)s, %(on)s)"), **shown))


@rates_app.command()
def convert(
    amount: Annotated[str, typer.Argument(help="As 123.45.")],
    currency: Currency,
    into: Annotated[str, typer.Argument(help="The currency wanted, such as PLN.")],
    on: OnDay,
    *,
    source: Source = RateSource.ECB,
    kind: Kind = PublishedKind.SPOT,
    as_json: AsJson = False,
) -> None:
    """Convert an amount through the euro: exactly, and rounded once, half-up.

    Example: mcrm rates convert 123.45 CZK PLN --on 2026-10-30
    """
    with refusals(), reading_books() as session:
        pairs = [(code.upper(), on.date()) for code in (currency, into)]
        rates = rates_on(session, pairs, basis=RateBasis(source, RateKind(kind)))
        by, to = (rates[pair] for pair in pairs)
        given = parse_amount(amount)
        result = converted(given, by, to)
    if as_json:
        said = {"amount": str(result), "currency": to.currency, "by": [_shown(by), _shown(to)]}
        typer.echo(json.dumps(said))
        return
    message = N_("%(currency)s %(amount)s = %(into)s %(result)s")
    out.print(
        translated(message, currency=by.currency, amount=given, into=to.currency, result=result)
    )
    for shown in map(_shown, (each for each in (by, to) if each.currency != EURO.code)):
        out.print(translated(N_("EUR 1 = %(currency)s %(per_euro)s (%(source)s, %(on)s)"), **shown))


@rates_app.command()
def gaps(
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")],
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day.")
    ] = None,
    *,
    source: Source = RateSource.ECB,
    as_json: AsJson = False,
) -> None:
    """List the days on which a source published and of which the books hold nothing.

    Weekends and the source's own holidays are none. Exit 1 where a day is missing.

    Example: mcrm rates gaps --from 2018-01-01 --to 2018-12-31
    """
    today = now().date()
    with reading_books() as session:
        until = last.date() if last else today
        missing = rate_table(session, source, first.date(), until, today=today).missing
    if as_json:
        typer.echo(json.dumps([each.isoformat() for each in missing]))
    elif missing:
        out.print("\n".join(each.isoformat() for each in missing))
    else:
        out.print(translated(N_("No day is missing.")))
    if missing:
        raise typer.Exit(FOUND_WRONG)


@rates_app.command()
def policy(*, as_json: AsJson = False) -> None:
    """List what was decided on rates: for what, in which currency, whose rate and which.

    Example: mcrm rates policy
    """
    with reading_books() as session:
        found = rate_policies(session)
    if as_json:
        from api.rates import policy_answer

        typer.echo(json.dumps([policy_answer(each).model_dump(mode="json") for each in found]))
        return
    headings = ("event", "currency", "publisher", "rate_kind", "valid_from", "voucher")
    rows = [
        (
            translated(LABELS[each.event]),
            each.currency or translated(N_("all others")),
            translated(NAMES[each.basis.source]) if each.basis else "–",
            translated(LABELS[each.basis.kind if each.basis else RateKind.BANK]),
            each.valid_from.isoformat(),
            each.voucher,
        )
        for each in reversed(found)
    ]
    table([translated(HEADINGS[each]) for each in headings], rows)
    out.print(
        translated(
            N_(
                "Without a decision everything is translated at the European Central Bank’s rate "
                "of the day. The decision approved last is in force."
            )
        )
    )


def _shown(rate: Rate) -> dict[str, str]:
    return {
        "currency": rate.currency,
        "per_euro": format(rate.per_euro, "f"),
        "on": rate.on.isoformat(),
        "source": rate.source,
    }


def _uses(session: Session, source: RateSource, done: Iterable[RatesImport]) -> Uses:
    """List the entries that each correction leaves as they are."""
    corrected = (each for of in done for each in of.corrected)
    return {each: entries_by(session, source, each) for each in corrected}


def _tell(done: RatesImport, uses: Uses) -> None:
    said = N_("%(new)s new rates, %(unchanged)s known already, from %(first)s to %(last)s.")
    counts = {"new": done.new, "unchanged": done.unchanged}
    out.print(translated(said, **counts, first=done.first_on, last=done.last_on))
    for each in done.corrected:
        anew = N_("Published anew: %(currency)s of %(on)s is %(after)s, and was %(before)s.")
        day = {"currency": each.currency, "on": each.applies_on}
        out.print(translated(anew, **day, after=each.after, before=each.before))
        if numbers := uses.get(each):
            stays = N_("Posted by what it was, and left so: entries %(numbers)s.")
            out.print(translated(stays, numbers=", ".join(map(str, numbers))))
    if done.unread:
        out.print(translated(UNREAD, count=done.unread))
    if done.strange:
        codes = ", ".join(done.strange[:MOST_NAMED])
        more = " …" if len(done.strange) > MOST_NAMED else ""
        out.print(translated(STRANGE, count=len(done.strange), codes=codes + more))
