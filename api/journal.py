"""The journal as JSON: entries by number, with their postings and their place in the chain."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from api.deps import ApiUser, Reading
from ledger.balances import Line, entry_lines
from ledger.entries import JournalEntry, Seal
from ledger.errors import UnknownEntryError

router = APIRouter(tags=["journal"])

ROWS = 500


class LineAnswer(BaseModel):
    """One posting: amounts are texts, debit positive; the rate as published."""

    model_config = ConfigDict(from_attributes=True)

    line: int
    account: str
    state: str | None
    currency: str
    amount: Decimal
    euro: Decimal
    per_euro: Decimal | None
    rate_on: date | None
    rate_source: str | None
    purpose: str | None
    activity: str | None
    form: str | None
    funding_source: str | None


class EntryAnswer(BaseModel):
    """One entry with its link in the chain, in hexadecimal."""

    number: int
    effective_on: date
    recorded_at: datetime
    kind: str
    narration: str
    voucher: str
    document_id: str | None
    reverses: int | None
    hash: str
    postings: list[LineAnswer]


@router.get("/journal")
def journal(
    session: Reading,
    user: ApiUser,
    after: int = 0,
    limit: Annotated[int, Query(ge=1, le=ROWS)] = 100,
) -> list[EntryAnswer]:
    """List entries in order of number, those after a number."""
    return _entries(session, JournalEntry.number > after, limit)


@router.get("/journal/{number}")
def entry(session: Reading, user: ApiUser, number: int) -> EntryAnswer:
    """Give one entry."""
    found = _entries(session, JournalEntry.number == number, 1)
    if not found:
        raise UnknownEntryError(number=number)
    return found[0]


def _entries(session: Session, which: sa.ColumnElement[bool], limit: int) -> list[EntryAnswer]:
    query = (
        sa.select(JournalEntry, Seal.hash)
        .join(Seal, Seal.number == JournalEntry.number)
        .where(which)
        .order_by(JournalEntry.number)
        .limit(limit)
    )
    found = session.execute(query).all()
    lines: dict[int, list[Line]] = {entry.number: [] for entry, _ in found}
    for line in entry_lines(session, lines):
        lines[line.entry].append(line)
    return [_answer(entry, link, lines[entry.number]) for entry, link in found]


def _answer(found: JournalEntry, link: bytes, lines: list[Line]) -> EntryAnswer:
    return EntryAnswer(
        number=found.number,
        effective_on=found.effective_on,
        recorded_at=found.recorded_at,
        kind=found.kind,
        narration=found.narration,
        voucher=found.voucher,
        document_id=found.document_id,
        reverses=found.reverses,
        hash=link.hex(),
        postings=[LineAnswer.model_validate(line) for line in lines],
    )
