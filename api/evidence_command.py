"""`mcrm evidence`: the files that prove what documents say."""

from pathlib import Path
from typing import Annotated

import typer

from api.clock import now
from api.terminal import (
    AsJson,
    out,
    reading_books,
    refusals,
    show,
    translated,
    writing_books,
)
from api.user_command import user_named
from ledger.approvals import seen_document
from ledger.documents import document_by_id
from ledger.evidence import attach, attachments, file_by_hash
from ledger.i18n import N_

evidence_app = typer.Typer(
    no_args_is_help=True, help="Evidence: files attached to documents, each known by its SHA-256."
)

Document = Annotated[str, typer.Argument(help="The document's id, as its address shows it.")]


@evidence_app.command("attach")
def attach_(
    document: Document,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="At most 10 megabytes.")
    ],
    *,
    by: Annotated[str, typer.Option(help="Login of who attaches it.")],
) -> None:
    """Attach a file to a document, for good: it is part of what is approved.

    Example: mcrm evidence attach 7d0c2a3e-… invoice.pdf --by anna
    """
    body = file.read_bytes()
    with refusals(), writing_books() as session:
        user = user_named(session, by)
        found = seen_document(session, document, user)
        done = attach(session, found, body, filename=file.name, by=user, now=now())
    said = N_("%(filename)s is attached: SHA-256 %(sha256)s.")
    out.print(translated(said, filename=done.filename, sha256=done.sha256), markup=False)


@evidence_app.command("list")
def list_(document: Document, *, as_json: AsJson = False) -> None:
    """List the files that are attached to a document.

    Example: mcrm evidence list 7d0c2a3e-…
    """
    with refusals(), reading_books() as session:
        held = attachments(session, document_by_id(session, document))
    headings = (N_("Name"), N_("Type"), N_("Bytes"), "SHA-256", N_("Attached"), N_("Attached by"))
    rows = [
        (
            *(each.filename, each.media_type, each.bytes, each.sha256),
            *(each.attached_at.isoformat(timespec="seconds"), each.attached_by),
        )
        for each in held
    ]
    show([translated(heading) for heading in headings], rows, as_json=as_json)


@evidence_app.command()
def save(
    sha256: Annotated[str, typer.Argument(help="The whole hash, as it is listed.")],
    *,
    output: Annotated[Path, typer.Option(help="Where to write the file.")],
) -> None:
    """Write a file of evidence as it was attached, byte for byte.

    Example: mcrm evidence save 9f86d081884c7d65… --output invoice.pdf
    """
    with refusals():
        with reading_books() as session:
            found = file_by_hash(session, sha256)
        output.write_bytes(found.body)
    out.print(str(output), markup=False)
