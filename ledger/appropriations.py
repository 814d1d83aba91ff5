"""Appropriations: what the states allow to be spent in a year, and what is left of it (row 9a).

A posting knows no budget year: the document says it. What is spent is the mechanism's own
expenditure by the day of the invoice; what an order of the year still holds is spoken for.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, NamedTuple

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session, aliased

from ledger.balances import Cutoff, cutoff
from ledger.documents import Document
from ledger.entries import JournalEntry, Posting
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import LATEST, Day, New, Reference, Words
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO, AmountFromNowOn, from_cents
from ledger.open_items import open_items
from ledger.pools import OWN_COST_ACCOUNTS
from ledger.vocabulary import LABELS, Activity, Purpose

KIND = "appropriation"
APPROPRIATED, ENCUMBERED, CONTRA = "9410", "9420", "9490"

# These move what was spent before to where it belongs, and spend nothing.
SPENDS_NOTHING = ("year_end", "disposal", "depreciation")


class SameAppropriationError(LedgerError):
    """An appropriation that is to be what it is."""

    code = "same-appropriation"
    message = N_(
        "EUR %(amount)s is appropriated for %(year)s already: give what it is from now on, "
        "not by how much it changes."
    )


class ReservedAppropriationError(LedgerError):
    """An appropriation lowered below what orders hold of it."""

    code = "reserved-appropriation"
    message = N_(
        "Orders of %(year)s for %(purpose)s, %(activity)s still hold EUR %(encumbered)s, and "
        "EUR %(amount)s would be appropriated: release what they no longer need first."
    )


class LaterAppropriationError(LedgerError):
    """A reversal of an appropriation that another one followed."""

    code = "later-appropriation"
    message = N_(
        "What entry %(number)s appropriated was changed by entry %(later)s since: "
        "reverse that first, the last one first."
    )


class NewAppropriation(New):
    """What is appropriated from now on, in euro; nothing once it is taken back."""

    year: Annotated[int, Field(ge=1999, le=int(LATEST[:4]))]
    purpose: Purpose
    activity: Activity
    amount: AmountFromNowOn
    decided_on: Day
    description: Words
    # The decision of the states.
    voucher: Reference = ""


class Line(NamedTuple):
    """One line of the budget: what it is for."""

    activity: str | None
    purpose: str | None


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One line of a year's budget, in euro."""

    activity: str | None
    purpose: str | None
    # As first appropriated, and as it is now.
    original: Decimal
    revised: Decimal
    # What orders signed in the year still hold, and what invoices of the year came to.
    encumbered: Decimal
    spent: Decimal

    @property
    def available(self) -> Decimal:
        """What may still be ordered or spent; below zero where more was."""
        return self.revised - self.encumbered - self.spent


def appropriation(document: Document) -> NewAppropriation:
    """Read what an appropriation document says."""
    return NewAppropriation.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each appropriation: by how much it changes, the first one whole.

    Raises SameAppropriationError, or ReservedAppropriationError below what orders hold.
    """
    return [_entry(session, document) for document in documents]


def budget(session: Session, at: Cutoff, year: int) -> list[BudgetRow]:
    """Give a year's budget by activity and purpose, lines without an appropriation too."""
    return _rows(session, at, _appropriated(session, at).get(year, {}), year)


def budgets(session: Session, at: Cutoff) -> dict[int, list[BudgetRow]]:
    """Give the budget of every year for which anything was appropriated by then, in order."""
    return {
        year: _rows(session, at, of_year, year)
        for year, of_year in sorted(_appropriated(session, at).items())
    }


def budget_row(session: Session, *, year: int, purpose: str, activity: str) -> BudgetRow:
    """Give one line of a year's budget as all of the books know it; zeros where there is none."""
    rows = budget(session, cutoff(session, date.max), year)
    wanted = (activity, purpose)
    found = (each for each in rows if (each.activity, each.purpose) == wanted)
    return next(found, BudgetRow(activity, purpose, *[ZERO] * 4))


def require_last(session: Session, entry: JournalEntry) -> None:
    """An appropriation is undone last first, and not below what orders hold of it.

    Raises LaterAppropriationError or ReservedAppropriationError.
    """
    if entry.kind != KIND:
        return
    said = appropriation(session.get_one(Document, entry.document_id))
    changes = _changes(session, cutoff(session, date.max)).get(said.year, {})
    of_line = changes.get(Line(said.activity, said.purpose), {})
    later = [number for number in of_line if number > entry.number]
    if later:
        raise LaterAppropriationError(number=entry.number, later=later[-1])
    row = budget_row(session, year=said.year, purpose=said.purpose, activity=said.activity)
    by = of_line.get(entry.number, ZERO)
    if by > 0:
        _require_unreserved(said, row, row.revised - by)


def _require_unreserved(said: NewAppropriation, row: BudgetRow, amount: Decimal) -> None:
    if amount < row.encumbered:
        raise ReservedAppropriationError(
            year=said.year,
            purpose=LABELS[said.purpose],
            activity=LABELS[said.activity],
            encumbered=row.encumbered,
            amount=amount,
        )


def _entry(session: Session, document: Document) -> NewEntry:
    said = appropriation(document)
    before = budget_row(session, year=said.year, purpose=said.purpose, activity=said.activity)
    by = said.amount - before.revised
    if not by:
        raise SameAppropriationError(amount=said.amount, year=said.year)
    if by < 0:
        _require_unreserved(said, before, said.amount)
    return NewEntry(
        effective_on=said.decided_on,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=tuple(
            NewPosting(
                account=account,
                amount=euro,
                euro=euro,
                purpose=said.purpose,
                activity=said.activity,
            )
            for account, euro in ((APPROPRIATED, by), (CONTRA, -by))
        ),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _rows(
    session: Session, at: Cutoff, appropriated: Mapping[Line, list[Decimal]], year: int
) -> list[BudgetRow]:
    encumbered = _encumbered(session, at, year)
    spent = _spent(session, at, year)
    lines = appropriated.keys() | encumbered.keys() | spent.keys()
    return [
        BudgetRow(
            line.activity,
            line.purpose,
            original=next(iter(appropriated.get(line, ())), ZERO),
            revised=sum(appropriated.get(line, ()), ZERO),
            encumbered=encumbered.get(line, ZERO),
            spent=spent.get(line, ZERO),
        )
        for line in sorted(lines, key=lambda line: (line.activity or "", line.purpose or ""))
    ]


def _appropriated(session: Session, at: Cutoff) -> dict[int, dict[Line, list[Decimal]]]:
    """List the changes of each year's lines in their order; what was reversed is none."""
    return {
        year: {line: list(changes.values()) for line, changes in lines.items()}
        for year, lines in _changes(session, at).items()
    }


def _changes(session: Session, at: Cutoff) -> dict[int, dict[Line, dict[int, Decimal]]]:
    """Give the changes of each year's lines by the entry that stands for each, in their order."""
    years = {
        number: int(body["year"])
        for number, body in session.execute(
            sa.select(JournalEntry.number, Document.body)
            .join(Document, Document.id == JournalEntry.document_id)
            .where(JournalEntry.kind == KIND)
        )
    }
    began = sa.func.coalesce(JournalEntry.reverses, JournalEntry.number)
    query = (
        sa.select(Posting.activity, Posting.purpose, began, sa.func.sum(Posting.euro))
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .where(Posting.account == APPROPRIATED, *_within(at))
        .group_by(Posting.activity, Posting.purpose, began)
        .order_by(began)
    )
    changes: dict[int, dict[Line, dict[int, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    for activity, purpose, number, euro in session.execute(query):
        if euro and number in years:
            changes[years[number]][Line(activity, purpose)][number] = from_cents(int(euro))
    return changes


def _encumbered(session: Session, at: Cutoff, year: int) -> dict[Line, Decimal]:
    return _summed(
        (Line(item.activity, item.purpose), item.euro)
        for item in open_items(session, at, accounts=(ENCUMBERED,))
        if item.began_on.year == year
    )


def _spent(session: Session, at: Cutoff, year: int) -> dict[Line, Decimal]:
    """Sum the mechanism's own expenditure, which carries no form; a reversal takes it back."""
    undone = aliased(JournalEntry)
    kind = sa.func.coalesce(undone.kind, JournalEntry.kind)
    query = (
        sa.select(Posting.activity, Posting.purpose, sa.func.sum(Posting.euro))
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .outerjoin(undone, undone.number == JournalEntry.reverses)
        .where(Posting.account.in_(OWN_COST_ACCOUNTS), Posting.form.is_(None), *_within(at))
        .where(Posting.effective_on.between(date(year, 1, 1), date(year, 12, 31)))
        .where(kind.not_in(SPENDS_NOTHING))
        .group_by(Posting.activity, Posting.purpose)
    )
    found = session.execute(query)
    return _summed((Line(row[0], row[1]), from_cents(int(row[2]))) for row in found)


def _within(at: Cutoff) -> Iterator[sa.ColumnElement[bool]]:
    yield Posting.effective_on <= at.as_of
    yield Posting.entry <= at.known_number


def _summed(parts: Iterable[tuple[Line, Decimal]]) -> dict[Line, Decimal]:
    sums: dict[Line, Decimal] = defaultdict(lambda: ZERO)
    for line, euro in parts:
        sums[line] += euro
    return sums
