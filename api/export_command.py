"""`mcrm export`: the books in forms that other programs read."""

from pathlib import Path
from typing import Annotated

import typer

from api.statement_command import Language
from api.terminal import out, reading_books, refusals, refuse, translated
from ledger.i18n import LANGUAGES, N_

export_app = typer.Typer(no_args_is_help=True, help="The books in forms that others read.")


@export_app.callback()
def _export() -> None:
    """Keep the forms as sub-commands, also while there is one."""


@export_app.command()
def workbook(
    output: Annotated[Path, typer.Option(help="The .xlsx file to write.")],
    language: Language = "en",
) -> None:
    """Write all approved documents as the workbook that `mcrm import` reads.

    Taken in by empty books, it makes the same entries under the same numbers.

    Example: mcrm export workbook --output documents.xlsx
    """
    from reports.document_book import document_book
    from reports.workbook import workbook as written

    if language not in LANGUAGES:
        refuse(translated(N_("There is no language “%(code)s” yet."), code=language))
    with refusals(), reading_books() as session:
        book = document_book(session, language)
    output.write_bytes(written(book))
    count = sum(len(table.rows) for sheet in book.sheets for table in sheet.tables)
    out.print(translated(N_("%(count)s documents written to %(file)s."), count=count, file=output))
