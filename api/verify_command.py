"""`mcrm verify`: what the verification found, in words or JSON."""

import json
from collections.abc import Sequence
from pathlib import Path

import typer

from api.terminal import language, out, reading_books, refuse, translated
from ledger.errors import UnreadableFileError
from ledger.i18n import N_, say
from ledger.verification import Verdict, Witness
from ledger.verification import verify as verify_books

SHOWN = 20


def run(against: Sequence[Path], *, witness: Path | None, as_json: bool) -> bool:
    """Verify the books against witnesses; print what was found and tell whether all is well."""
    witnesses = [_witness(path) for path in against]
    with reading_books() as session:
        verdict = verify_books(session, witnesses=witnesses)
    if witness is not None:
        witness.write_text(Witness(verdict.head_number, verdict.head_hash).text(), "utf-8")
    if as_json:
        typer.echo(json.dumps(_plain(verdict)))
    else:
        _tell(verdict, len(witnesses))
    return verdict.well


def _witness(path: Path) -> Witness:
    if not path.is_file():
        refuse(translated(N_("There is no file %(file)s."), file=path))
    if path.suffix == ".xlsx":
        from reports.statements import read_statement

        return _head_of(read_statement(path.read_bytes(), filename=path.name).properties, path)
    return Witness.read(path.read_text("utf-8"), filename=path.name)


def _head_of(properties: dict[str, str], path: Path) -> Witness:
    try:
        return Witness(int(properties["Head"]), bytes.fromhex(properties["HeadHash"]))
    except (KeyError, ValueError) as error:
        reason = N_("it is not a statement of this program")
        raise UnreadableFileError(filename=path.name, reason=reason) from error


def _tell(verdict: Verdict, witnesses: int) -> None:
    for finding in verdict.findings[:SHOWN]:
        out.print("✗ " + say(finding, language()), style="red", markup=False)
    if len(verdict.findings) > SHOWN:
        more = N_("… and %(count)s findings more")
        out.print(translated(more, count=len(verdict.findings) - SHOWN))
    read = N_("%(entries)s entries, %(postings)s postings, head %(number)s %(hash)s")
    out.print(
        translated(
            read,
            entries=verdict.entries,
            postings=verdict.postings,
            number=verdict.head_number,
            hash=verdict.head_hash.hex()[:16],
        )
    )
    if not verdict.well:
        out.print(translated(N_("The books are not what was sealed.")), style="bold red")
    elif witnesses:
        out.print(translated(N_("All is well, and as the witnesses know it.")), style="green")
    else:
        advice = N_("All is well. Only a witness kept elsewhere shows whether the tail was cut.")
        out.print(translated(advice), style="green")


def _plain(verdict: Verdict) -> dict[str, object]:
    return {
        "well": verdict.well,
        "entries": verdict.entries,
        "postings": verdict.postings,
        "head": {"number": verdict.head_number, "hash": verdict.head_hash.hex()},
        "findings": [
            {"number": finding.number, "message": str(finding)} for finding in verdict.findings
        ],
    }
