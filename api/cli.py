"""`mcrm`: the books from the command line.

Every command calls the same function as the page and the JSON route. Exit status: 0 done, 1 found
wrong, 2 bad call or refused. What takes long to import is imported by the command that needs it.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.clock import now
from api.late_commands import LateCommands
from api.terminal import (
    FOUND_WRONG,
    AsJson,
    books,
    out,
    refusals,
    refuse,
    translated,
    writing_books,
)
from ledger.acts import Kept
from ledger.i18n import N_

app = typer.Typer(
    name="mcrm",
    cls=LateCommands,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="The cost-sharing ledger of the Migration Crisis Response Mechanism.\n\n"
    "The books are mcrm.db in the working folder, or what MCRM_DATABASE_URL names. "
    "Begin with [bold]mcrm demo[/bold], or with [bold]mcrm upgrade[/bold] and "
    "[bold]mcrm user add[/bold].",
)


@app.command()
def demo(
    into: Annotated[Path, typer.Option(help="The folder to make.")] = Path("demo"),
) -> None:
    """Make a sample mechanism on real rates and indicators, with its statements.

    Example: mcrm demo --into demo
    """
    from api.demo_command import run

    with refusals():
        run(into)


@app.command()
def upgrade() -> None:
    """Make the books, or bring them to this version of the program.

    Also loads the shipped exchange rates and opens the calendar years up to this one.

    Example: MCRM_DATABASE_URL=postgresql://mcrm@/mcrm mcrm upgrade
    """
    import migrations
    from ledger.db import open_engine, writing
    from ledger.opening import open_books
    from ledger.settings import Settings

    engine = open_engine(Settings().database_url)
    try:
        migrations.upgrade(engine)
    except RuntimeError as error:
        refuse(str(error))
    at = now()
    with writing(engine) as session:
        open_books(session, today=at.date(), now=at)
    out.print(translated(N_("The books at %(url)s are ready."), url=engine.url), markup=False)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen at.")] = 8000,
) -> None:
    """Serve the pages and the JSON API.

    Example: mcrm serve --port 8080
    """
    import uvicorn

    from api.app import create_app
    from ledger.settings import Settings

    with books():
        out.print(
            translated(N_("Open http://%(at)s in a browser. Ctrl+C ends it."), at=f"{host}:{port}")
        )
    uvicorn.run(create_app(Settings()), host=host, port=port, log_level="warning")


@app.command("cost-book")
def cost_book(
    *,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day; today without it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the agreed day and unit rates in force on a day.

    Example: mcrm cost-book --on 2018-03-01
    """
    from api.offer_command import show_cost_book

    show_cost_book(on.date() if on else now().date(), as_json=as_json)


@app.command()
def verify(
    against: Annotated[
        list[Path] | None,
        typer.Option(help="A witness file, or a statement that was issued; may be repeated."),
    ] = None,
    witness: Annotated[
        Path | None, typer.Option(help="Write the head of the chain here, to be kept elsewhere.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that the journal is what was sealed: balance, chain, guards, and any witness.

    Names every entry that is not as it was sealed, the first one first; exit status 1 if any.

    Example: mcrm verify --against HU-2018-12-31.xlsx
    """
    from api.verify_command import run

    with refusals():
        if not run(against or [], witness=witness, as_json=as_json):
            raise typer.Exit(FOUND_WRONG)


@app.command()
def audit(
    *,
    record: Annotated[Kept | None, typer.Option(help="Of which kind of record.")] = None,
    key: Annotated[str, typer.Option(help="Of which one: a document's id, a login …")] = "",
    by: Annotated[str, typer.Option(help="Login of who did it, or “command line”.")] = "",
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day, UTC.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="The last day, UTC.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many, the latest.")] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, a line a field.")] = False,
) -> None:
    """Show who did what when to which record, with what it said before; the latest first.

    Example: mcrm audit --record period --from 2018-01-01
    """
    from api.audit_command import run
    from api.audit_trail import Search

    days = (each and each.date() for each in (first, last))
    with refusals():
        run(Search(record, key, by, *days), limit=limit, as_json=as_json, as_csv=as_csv)


AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="As of this day; today without it."),
]


@app.command()
def ageing(*, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Show what each state owes, by how long it is overdue.

    Example: mcrm ageing --as-of 2018-12-31
    """
    from api.arrears_command import show_ageing

    with refusals():
        show_ageing((as_of or now()).date(), as_json=as_json)


@app.command()
def budget(
    year: Annotated[int, typer.Argument(min=1999, max=2199, help="The year of the budget.")],
    *,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show what is appropriated for a year, ordered, spent, and available.

    Example: mcrm budget 2018
    """
    from api.arrears_command import show_budget

    with refusals():
        show_budget(year, (as_of or now()).date(), as_json=as_json)


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="An .xlsx or .csv file, one row a document.")],
    by: Annotated[str, typer.Option(help="Login of the officer whose documents these are.")],
    approved_by: Annotated[
        list[str] | None,
        typer.Option(
            help="Login of the coordinator who approved the list; posts it. Once more, of another, "
            "for what needs two approvals."
        ),
    ] = None,
    kind: Annotated[
        str,
        typer.Option(
            help="What its rows are, where neither sheet nor file name tells: scales, opt-outs …"
        ),
    ] = "",
) -> None:
    """Take in contributions, costs, scales and other documents: the whole file, or nothing of it.

    The documents wait for a coordinator's approval, unless --approved-by names who gave it.

    Example: mcrm import contributions-2018-10.csv --by officer --approved-by coordinator
    """
    from api.user_command import user_named
    from ledger.approvals import approvals_needed
    from ledger.db import lock_journal
    from ledger.imports import import_rows, read_import

    if not file.is_file():
        refuse(translated(N_("There is no file %(file)s."), file=file))
    with refusals(FOUND_WRONG):
        # Before the books are locked for writing: reading a workbook takes its time.
        rows = read_import(file.read_bytes(), filename=file.name, kind=kind or None)
    with refusals(FOUND_WRONG), writing_books() as session:
        # What is in the books by then was known by then: rates too.
        lock_journal(session)
        imported = import_rows(
            *(session, rows),
            by=user_named(session, by),
            now=now(),
            kind=kind or None,
            approvers=[user_named(session, login) for login in approved_by or ()],
        )
    posted = imported.posted
    waiting = sum(approvals_needed(each) > 0 for each in imported.documents)
    count = len(imported.documents) - waiting
    if posted:
        done = N_("%(count)s documents approved and posted, entries %(first)s to %(last)s.")
        numbers = {"first": posted[0].number, "last": posted[-1].number}
        out.print(translated(done, count=count, **numbers))
    elif count:
        done = N_("%(count)s documents approved; they post nothing of their own.")
        out.print(translated(done, count=count))
    if waiting:
        out.print(translated(N_("%(count)s documents wait for approval."), count=waiting))
