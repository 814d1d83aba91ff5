"""The scales that the books have adopted, told one by one, those in force marked."""

import json
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
import typer
from sqlalchemy.orm import Session

from api.scale_figures import decimal, percent
from api.terminal import out, translated
from ledger.documents import Document
from ledger.i18n import N_, Message
from ledger.scales import Adopted, adopted, last_valid
from ledger.vocabulary import LABELS, Purpose

NONE_YET = N_("No scale was adopted yet.")
SCALE = N_("Scale %(number)s for the costs of %(purpose)s, valid from %(first)s: %(formula)s")
BY = N_("Decision %(voucher)s: %(description)s")
IN_FORCE = N_("In force on %(on)s.")


def print_adopted(session: Session, purpose: Purpose | None, *, on: date, as_json: bool) -> None:
    """List the scales of one pool of cost or of all, and mark those in force on a day."""
    found = adopted(session, purpose)
    decisions = _decisions(session, found)
    standing = _in_force(found, on)
    if as_json:
        rows = [
            _answer(each, decisions[each.document_id], in_force=each.number in standing)
            for each in found
        ]
        typer.echo(json.dumps(rows))
        return
    if not found:
        out.print(translated(NONE_YET))
    for each in found:
        _tell(each, decisions[each.document_id])
        if each.number in standing:
            out.print(f"  {translated(IN_FORCE, on=on)}", markup=False)


def _in_force(found: Sequence[Adopted], on: date) -> set[int]:
    standing = (last_valid([one for one in found if one.purpose is of], on) for of in Purpose)
    return {each.number for each in standing if each is not None}


def _decisions(session: Session, found: Sequence[Adopted]) -> dict[str, Document]:
    wanted = [each.document_id for each in found]
    query = sa.select(Document).where(Document.id.in_(wanted))
    return {each.id: each for each in session.scalars(query)}


def _tell(scale: Adopted, decision: Document) -> None:
    said = decision.body
    shares = ", ".join(f"{state} {percent(share)}" for state, share in scale.shares.items())
    head = translated(
        SCALE,
        number=scale.number,
        purpose=LABELS[scale.purpose],
        first=scale.valid_from,
        formula=Message(scale.content["formula"]["title"]),
    )
    by = translated(BY, voucher=said["voucher"], description=said["description"])
    for line in (head, f"  {by}", f"  {shares}"):
        out.print(line, markup=False)


def _answer(scale: Adopted, decision: Document, *, in_force: bool) -> dict[str, object]:
    return {
        "number": scale.number,
        "purpose": scale.purpose.value,
        "valid_from": scale.valid_from.isoformat(),
        "in_force": in_force,
        "formula": scale.content["formula"]["name"],
        "title": scale.content["formula"]["title"],
        "year": scale.content["year"],
        "decision": decision.body["voucher"],
        "description": decision.body["description"],
        "hash": scale.hash.hex(),
        "states": [
            {"state": state, "share": decimal(share), "exact": str(share)}
            for state, share in scale.shares.items()
        ],
    }
