"""All approved documents as a workbook: what `mcrm import` reads, and makes the same books of.

One sheet for each kind of document, under the headings of its import; the column “Sequence” says in
which order they were approved, which is the order in which they are taken in again.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.balances import cutoff
from ledger.documents import Document, DocumentEvent
from ledger.headings import HEADINGS
from ledger.i18n import translation
from ledger.import_sheets import ORDER
from ledger.importables import IMPORTABLES, Importable
from ledger.inputs import New
from ledger.vocabulary import Status
from reports.sheet import Book, Cell, Column, Kind, Sheet, Table
from reports.statement import origin

KIND = "documents"


@dataclass(frozen=True, slots=True)
class ApprovedDocument:
    """A document with its place among all that were approved."""

    order: int
    of: Importable
    new: New


def approved_documents(session: Session) -> list[ApprovedDocument]:
    """List every approved document in the order of approval, in one query."""
    approved = (
        sa.select(DocumentEvent.document_id, sa.func.max(DocumentEvent.id).label("step"))
        .where(DocumentEvent.status == Status.APPROVED)
        .group_by(DocumentEvent.document_id)
        .subquery()
    )
    query = (
        sa.select(Document.kind, Document.body)
        .join(approved, approved.c.document_id == Document.id)
        .where(Document.status == Status.APPROVED)
        .order_by(approved.c.step)
    )
    known = {each.kind: each for each in IMPORTABLES}
    return [
        ApprovedDocument(order, known[kind], known[kind].model.model_validate(body))
        for order, (kind, body) in enumerate(session.execute(query), start=1)
    ]


def document_book(session: Session, language: str = "en") -> Book:
    """Write all approved documents as a workbook in a language."""
    _ = translation(language).gettext
    by_kind: dict[str, list[ApprovedDocument]] = defaultdict(list)
    for each in approved_documents(session):
        by_kind[each.of.kind].append(each)
    sheets = [_sheet(of, by_kind[of.kind], language) for of in IMPORTABLES if by_kind.get(of.kind)]
    about = origin(session, kind=KIND, scope="", cutoff=cutoff(session, date.max))
    last = about.head
    return Book(
        name=("MCRM", KIND, str(last.number)),
        title=_("Approved documents"),
        subtitle=_("As of entry %(number)s; mcrm import makes the same books of it.")
        % {"number": last.number},
        language=language,
        generated_at=about.generated_at,
        sheets=tuple(sheets),
        properties={"Kind": KIND, "Head": str(last.number), "HeadHash": last.hash.hex()},
    )


def _sheet(of: Importable, documents: Sequence[ApprovedDocument], language: str) -> Sheet:
    """Set out the documents of a kind: the fields that any of them gives."""
    said = translation(language).gettext
    rows = [(each, each.new.model_dump(mode="json", exclude_none=True)) for each in documents]
    given = {name for _each, values in rows for name, value in values.items() if value != ""}
    names = [name for name in of.model.model_fields if name in given]
    columns = [Column(ORDER, said(HEADINGS[ORDER]), Kind.INTEGER)]
    columns += [
        Column(name, said(HEADINGS[name]), _kind(getattr(each.new, name) for each, _values in rows))
        for name in names
    ]
    cells = tuple(
        (each.order, *(_cell(getattr(each.new, name), values.get(name)) for name in names))
        for each, values in rows
    )
    table = Table(f"tbl{of.kind.title().replace('_', '')}", tuple(columns), cells, filtered=True)
    return Sheet(of.kind, of.title, of.title, (table,))


def _kind(values: Iterator[object]) -> Kind:
    first = next((value for value in values if value is not None), None)
    for type_, kind in ((Decimal, Kind.AMOUNT), (date, Kind.DATE), (str, Kind.WRAPPED)):
        if isinstance(first, type_):
            return kind
    return Kind.INTEGER if type(first) is int else Kind.TEXT


def _cell(value: object, written: object) -> Cell:
    """Give a value as a cell holds it; what cells do not know is written as its import reads it."""
    if written is None or written == "":
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal | date | int):
        return value
    return str(written)
