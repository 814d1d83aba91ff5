"""Allocation runs: the common cost of a span is shared among the states (books.md row 17).

Common cost is the mechanism's own expenditure, equipment when it is acquired, and the credit value
of what was given in kind. A run shares what has accrued since the span began and takes off what
earlier runs of the same span shared, so that a second run adds nothing and no state drifts by more
than a cent. Each purpose is a cost pool with a scale of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

import sqlalchemy as sa
from pydantic import Field, model_validator
from sqlalchemy.orm import Session, aliased

from ledger.balances import Cutoff, Selection, cutoff, total_in_euro
from ledger.burden import Scale
from ledger.contributions import Reference, Words
from ledger.documents import Document
from ledger.entries import JournalEntry, Posting
from ledger.errors import NothingToAllocateError, OverlappingAllocationError
from ledger.i18n import N_
from ledger.inputs import Day, New, broken
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO, apportion_cumulatively, from_cents
from ledger.scales import DEFAULT_VINTAGE, FormulaName, VintageName, scale_of
from ledger.states import members_on
from ledger.vocabulary import LABELS, Form, Purpose

KIND = "allocation"

WRONG_SPAN = N_("is before the first day of the span: turn the dates round.")

OWN_COST_ACCOUNTS = ("1210", "1310", "5010", "5020")
IN_KIND = tuple(form for form in Form if form is not Form.CASH)


class NewAllocation(New):
    """A run to be made: the costs of one purpose in a span, shared by one scale."""

    purpose: Purpose
    from_on: Day
    until_on: Day
    formula: FormulaName
    indicator_year: int = Field(ge=1995, le=2100)
    vintage: VintageName = DEFAULT_VINTAGE
    description: Words
    voucher: Reference = Field(default="")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until_on < self.from_on:
            raise broken(("until_on", WRONG_SPAN))
        return self


@dataclass(frozen=True, slots=True)
class Pool:
    """One purpose's common cost of a span so far, in euro, and the scale it is shared by."""

    said: NewAllocation
    scale: Scale
    own_cost: Decimal
    in_kind: Decimal

    @property
    def cost(self) -> Decimal:
        """The whole cost to be shared, in euro."""
        return self.own_cost + self.in_kind


def allocation(document: Document) -> NewAllocation:
    """Read what an allocation document says."""
    return NewAllocation.model_validate(document.body)


def pool(session: Session, said: NewAllocation, at: Cutoff) -> Pool:
    """Add up a span's common cost as known at a cutoff, with the scale of its members.

    The members are those who take part on the span's first day.
    """
    at = Cutoff(min(said.until_on, at.as_of), at.known_number)
    own = Selection(
        accounts=OWN_COST_ACCOUNTS, purpose=said.purpose, forms=(None,), from_on=said.from_on
    )
    kind = Selection(accounts=("8010",), purpose=said.purpose, forms=IN_KIND, from_on=said.from_on)
    members = members_on(session, said.from_on)
    return Pool(
        said=said,
        scale=scale_of(said.formula, members, year=said.indicator_year, vintage=said.vintage),
        own_cost=total_in_euro(session, at, own),
        in_kind=total_in_euro(session, at, kind),
    )


def allocations(session: Session, at: Cutoff) -> list[NewAllocation]:
    """List what was posted of allocation runs, the last run of each pool, by purpose and span."""
    query = (
        sa.select(Document.body)
        .join(JournalEntry, JournalEntry.document_id == Document.id)
        .where(Document.kind == KIND, JournalEntry.number <= at.known_number)
        .where(JournalEntry.effective_on <= at.as_of)
        .order_by(JournalEntry.number)
    )
    runs = [NewAllocation.model_validate(body) for body in session.scalars(query)]
    last = {(run.purpose, run.from_on): run for run in runs}
    return [last[key] for key in sorted(last)]


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each run; nothing is written.

    Raises OverlappingAllocationError when its span was shared by another scale, and
    NothingToAllocateError when every cost of it is shared already.
    """
    return [_entry(session, document, allocation(document)) for document in documents]


def _entry(session: Session, document: Document, said: NewAllocation) -> NewEntry:
    _require_same_pool(session, said)
    at = cutoff(session, said.until_on)
    shared = pool(session, said, at)
    already = _already(session, said)
    parts = apportion_cumulatively(shared.cost, shared.scale.shares, already)
    postings = _postings(said, parts)
    if not postings:
        raise NothingToAllocateError(
            purpose=LABELS[said.purpose], first=said.from_on, last=said.until_on
        )
    return NewEntry(
        effective_on=said.until_on,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=postings,
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _postings(said: NewAllocation, parts: Mapping[str, Decimal]) -> tuple[NewPosting, ...]:
    """Row 17: each state's position is debited its share, the pool credited."""
    return tuple(
        NewPosting(
            account=account, amount=sign * part, euro=sign * part, state=state, purpose=said.purpose
        )
        for state, part in sorted(parts.items())
        if part != 0
        for account, sign in (("8020", 1), ("8010", -1))
    )


def _already(session: Session, said: NewAllocation) -> dict[str, Decimal]:
    """What earlier runs of the span charged to each state, in euro.

    A reversal belongs to the span of the run that it undoes, whatever its own day.
    """
    entry, undone = JournalEntry, aliased(JournalEntry)
    day = sa.func.coalesce(undone.effective_on, entry.effective_on)
    query = (
        sa.select(Posting.state_code, sa.func.sum(Posting.euro))
        .join(entry, entry.number == Posting.entry)
        .outerjoin(undone, undone.number == entry.reverses)
        .where(Posting.account == "8020", Posting.form.is_(None))
        .where(Posting.purpose == said.purpose, day.between(said.from_on, said.until_on))
        .group_by(Posting.state_code)
    )
    charged = {state: from_cents(int(euro)) for state, euro in session.execute(query)}
    return {str(state): euro for state, euro in charged.items() if euro != ZERO}


def _require_same_pool(session: Session, said: NewAllocation) -> None:
    entry, reversal = JournalEntry, aliased(JournalEntry)
    query = (
        sa.select(Document.body)
        .join(entry, entry.document_id == Document.id)
        .outerjoin(reversal, reversal.reverses == entry.number)
        .where(Document.kind == KIND, entry.kind == KIND, reversal.number.is_(None))
    )
    for body in session.scalars(query):
        run = NewAllocation.model_validate(body)
        apart = run.until_on < said.from_on or said.until_on < run.from_on
        if run.purpose != said.purpose or apart:
            continue
        same = (run.from_on, run.formula, run.indicator_year, run.vintage) == (
            *(said.from_on, said.formula, said.indicator_year, said.vintage),
        )
        if not same or run.until_on > said.until_on:
            raise OverlappingAllocationError(
                purpose=LABELS[run.purpose], first=run.from_on, last=run.until_on
            )
