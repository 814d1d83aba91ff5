"""The terminal: one way to open the books, to print a table, and to say what was refused."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from ledger.errors import InputErrors, LedgerError
from ledger.i18n import LANGUAGES, N_, place, say, translation
from ledger.settings import Settings

if TYPE_CHECKING:
    # Half a second, which a command that opens no books does not have to wait for.
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

NOT_READY = N_("The books at %(url)s are not ready: run `mcrm upgrade` first.")

NOT_REACHED = N_("The books at %(url)s cannot be opened: %(reason)s")
NOT_WRITTEN = N_("%(file)s cannot be written or read: %(reason)s")

FOUND_WRONG = 1
BAD_CALL = 2

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]

out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)


class Figure(str):
    """A number already written as it is to be read; a table sets it to the right."""

    __slots__ = ()


def language() -> str:
    """Give the language of this terminal: `MCRM_LANGUAGE`, or English."""
    chosen = Settings().language
    return chosen if chosen in LANGUAGES else "en"


def translated(message: str, **params: object) -> str:
    """Say a marked text in the terminal's language."""
    return (
        say(message, language(), **params) if params else translation(language()).gettext(message)
    )


@contextmanager
def books() -> "Iterator[Engine]":
    """Open the books that the settings name; they must have been made by `mcrm upgrade`."""
    from sqlalchemy.exc import ArgumentError, OperationalError

    from ledger.db import open_engine
    from migrations import head, revision

    url = Settings().database_url
    try:
        engine = open_engine(url)
        found = revision(engine)
    except (ArgumentError, OperationalError) as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        refuse(translated(NOT_REACHED, url=url.rpartition("@")[2], reason=reason))
    try:
        if found != head():
            refuse(translated(NOT_READY, url=engine.url))
        yield engine
    finally:
        engine.dispose()


@contextmanager
def reading_books() -> "Iterator[Session]":
    """Give a session that reads the books."""
    from ledger.db import reading

    with books() as engine, reading(engine) as session:
        yield session


@contextmanager
def writing_books() -> "Iterator[Session]":
    """Give a session that writes the books; its work is kept when the block ends well."""
    from ledger.db import writing

    with books() as engine, writing(engine) as session:
        yield session


@contextmanager
def refusals(code: int = BAD_CALL) -> Iterator[None]:
    """Turn a refusal of the books into words and an exit status, never a traceback."""
    try:
        yield
    except InputErrors as error:
        for problem in error.problems:
            where = place(problem, language())
            _err.print(f"{where}: {say(problem, language())}", markup=False)
        refuse(
            translated(N_("Nothing was written: %(count)s to mend."), count=len(error.problems)),
            code,
        )
    except LedgerError as error:
        refuse(say(error, language()), code)
    except OSError as error:
        refuse(translated(NOT_WRITTEN, file=error.filename or "", reason=error.strerror or error))


def refuse(words: str, code: int = BAD_CALL) -> NoReturn:
    """Say why not, and end with the exit status."""
    _err.print(words, style="red", markup=False)
    raise typer.Exit(code)


def show(
    headings: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    as_json: bool = False,
    title: str = "",
    total: Sequence[object] | None = None,
) -> None:
    """Print a table, numbers to the right; or its rows as JSON, amounts as strings."""
    if as_json:
        typer.echo(json.dumps([dict(zip(headings, map(_plain, row), strict=True)) for row in rows]))
        return
    table = Table(title=title or None, title_justify="left", show_footer=total is not None)
    for at, heading in enumerate(headings):
        numeric = any(isinstance(row[at], Decimal | int | Figure) for row in rows)
        footer = _cell(total[at]) if total else ""
        cells = [footer, *(_cell(row[at]) for row in rows)]
        # What does not fit makes the table wider: half a number or code is a wrong one.
        parts = cells if numeric else [word for cell in (heading, *cells) for word in cell.split()]
        width = max(map(len, parts), default=0)
        table.add_column(
            heading, justify="right" if numeric else "left", footer=footer, min_width=width
        )
    for row in rows:
        table.add_row(*map(_cell, row))
    out.print(table)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:,f}"
        case _:
            return str(value)


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, int | bool) else str(value)
