"""`mcrm statement`: workbooks for ministries, coordinators and auditors, and their proof."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.terminal import FOUND_WRONG, language, out, reading_books, refusals, refuse, translated
from ledger.balances import cutoff
from ledger.i18n import LANGUAGES, N_, say
from ledger.union import EU_STATES

statement_app = typer.Typer(
    no_args_is_help=True,
    help="Write statements as workbooks, and check one that came back.",
)

AsOf = Annotated[
    datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Balances as of this day.")
]
KnownAt = Annotated[
    datetime | None,
    typer.Option("--known-at", help="As the books knew them at this moment, in UTC."),
]
Language = Annotated[str, typer.Option(help=f"One of {', '.join(LANGUAGES)}.")]
Output = Annotated[Path, typer.Option(help="The workbook to write.")]


@statement_app.command()
def state(
    code: Annotated[str, typer.Argument(help="The state, such as HU.")],
    *,
    as_of: AsOf,
    output: Output,
    known_at: KnownAt = None,
    language: Language = "en",
) -> None:
    """Write a state's statement for its ministry.

    Example: mcrm statement state HU --as-of 2018-12-31 --language pl --output HU.xlsx
    """
    if code.upper() not in EU_STATES:
        refuse(translated(N_("“%(code)s” is not a state of the European Union."), code=code))
    _write("state", as_of.date(), known_at, output, language=language, state=code.upper())


@statement_app.command()
def equity(
    *, as_of: AsOf, output: Output, known_at: KnownAt = None, language: Language = "en"
) -> None:
    """Write the equity balances of all states, with the scales they rest on.

    Example: mcrm statement equity --as-of 2018-12-31 --output equity.xlsx
    """
    _write("equity", as_of.date(), known_at, output, language=language)


@statement_app.command("trial-balance")
def trial_balance(
    *, as_of: AsOf, output: Output, known_at: KnownAt = None, language: Language = "en"
) -> None:
    """Write the balance of every account and the journal behind it.

    Example: mcrm statement trial-balance --as-of 2018-12-31 --output trial-balance.xlsx
    """
    _write("trial-balance", as_of.date(), known_at, output, language=language)


@statement_app.command()
def exchange(
    *, as_of: AsOf, output: Output, known_at: KnownAt = None, language: Language = "en"
) -> None:
    """Write what is held and owed in foreign money, and the exchange differences of the year.

    Example: mcrm statement exchange --as-of 2018-12-31 --output exchange.xlsx
    """
    _write("exchange", as_of.date(), known_at, output, language=language)


@statement_app.command()
def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A statement.")],
) -> None:
    """Is this workbook what the ledger says? Exit status 1 when it is not.

    Example: mcrm statement verify HU.xlsx
    """
    from reports.statements import compare

    with refusals(), reading_books() as session:
        found = compare(session, file.read_bytes(), filename=file.name)
    for difference in found.differences:
        out.print("✗ " + say(difference, language()), style="red", markup=False)
    if found.differences:
        raise typer.Exit(FOUND_WRONG)
    same = N_("%(file)s is the file as it was issued, and what the ledger says.")
    saved = N_(
        "The figures of %(file)s are what the ledger says. It was saved by another program since: "
        "its texts and formats were not compared."
    )
    out.print(translated(same if found.identical else saved, file=file.name), style="green")


def _write(
    statement: str,
    as_of: date,
    known_at: datetime | None,
    output: Path,
    *,
    language: str,
    state: str | None = None,
) -> None:
    from reports.statements import Statement, Wanted, issue

    if language not in LANGUAGES:
        refuse(translated(N_("There is no language “%(code)s” yet."), code=language))
    moment = known_at.replace(tzinfo=UTC) if known_at else None
    with refusals(), reading_books() as session:
        at = cutoff(session, as_of, known_at=moment)
        wanted = Wanted(Statement(statement), state=state, language=language)
        output.write_bytes(issue(session, wanted, at=at).body)
    out.print(translated(N_("Written: %(file)s"), file=output), markup=False)
