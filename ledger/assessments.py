"""Assessments: a budget asked of the participating states, each its share (books.md row 3).

A budget may be for a span of days: then whoever joins or leaves within it bears its part. When it
changes afterwards who takes part, or a scale, the span is assessed anew, and only what that changes
is posted (rows 14c and 18a).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Self

import sqlalchemy as sa
from pydantic import Field, model_validator
from sqlalchemy.orm import Session, aliased

from ledger.documents import Document, item_key
from ledger.entries import JournalEntry, Posting
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import Day, New, Reference, Words, broken
from ledger.journal import NewEntry, NewPosting
from ledger.money import PositiveAmount, from_cents, still_due
from ledger.pools import Segment, segments_between
from ledger.proration import Convention, Part, prorate
from ledger.vocabulary import LABELS, Activity, Purpose

KIND = "assessment"
AGAIN = "reassessment"

BOTH_DAYS = N_("goes with the other day of the span: give both or neither.")
WRONG_SPAN = N_("is before the first day of the span: turn the dates round.")


class NotAssessedError(LedgerError):
    """A number that is no assessment that stands."""

    code = "not-assessed"
    message = N_("Entry %(number)s is no assessment that stands: name the entry of one.")


class AssessedRightError(LedgerError):
    """An assessment made anew that changes nothing."""

    code = "assessed-right"
    message = N_("Assessed anew, entry %(number)s comes to the same: there is nothing to post.")


class NobodyAssessedError(LedgerError):
    """An assessment of an activity that everybody opted out of on some of its days."""

    code = "nobody-assessed"
    message = N_(
        "Everybody opted out of “%(activity)s” from %(first)s to %(last)s: "
        "assess days on which somebody shares in it."
    )


class NewAssessment(New):
    """A sum in euro, above zero, to be asked of the states by the scale in force.

    With a span of days, by the scales in force in it, day by day.
    """

    assessed_on: Day
    purpose: Purpose
    activity: Activity
    amount: PositiveAmount
    from_on: Day | None = None
    until_on: Day | None = None
    convention: Convention = Convention.SEGMENT
    description: Words
    # The decision of the states that asks for it.
    voucher: Reference = Field(default="")

    @model_validator(mode="after")
    def _span(self) -> Self:
        if (self.from_on is None) != (self.until_on is None):
            raise broken(("from_on" if self.from_on is None else "until_on", BOTH_DAYS))
        if self.from_on and self.until_on and self.until_on < self.from_on:
            raise broken(("until_on", WRONG_SPAN))
        return self

    @property
    def span(self) -> tuple[date, date]:
        """The days that the sum is for: that of the assessment where no others are named."""
        return self.from_on or self.assessed_on, self.until_on or self.assessed_on


class NewReassessment(New):
    """An assessment to be made anew, by the scales that are in force in its span now."""

    number: int = Field(gt=0, lt=2**62)
    assessed_on: Day
    convention: Convention = Convention.SEGMENT
    description: Words
    voucher: Reference = Field(default="")


def assessment(document: Document) -> NewAssessment:
    """Read what an assessment document says."""
    return NewAssessment.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each assessment: receivable from each state that shares, revenue.

    Raises NoScaleError, StaleScaleError, LeaverError or NobodyAssessedError.
    """
    entries = []
    for document in documents:
        said = assessment(document)
        parts = _assessed(session, said, said.convention)
        entries.append(_entry(document, said, said, _asked(document, said, parts)))
    return entries


def propose_again(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each assessment made anew: what each state bears more or less than before.

    Raises NotAssessedError, AssessedRightError, and what `propose` raises.
    """
    return [_again(session, document) for document in documents]


def _again(session: Session, document: Document) -> NewEntry:
    said = NewReassessment.model_validate(document.body)
    first = _standing(session, said.number)
    whole = _assessed(session, first, said.convention)
    due = still_due(whole, _already(session, said.number))
    postings = tuple(_asked(document, first, due))
    if not postings:
        raise AssessedRightError(number=said.number)
    return _entry(document, said, first, postings)


def _assessed(session: Session, said: NewAssessment, convention: Convention) -> dict[str, Decimal]:
    segments = segments_between(session, said.purpose, *said.span)
    return prorate(said.amount, [_part(each, said.activity) for each in segments], convention)


def _part(segment: Segment, activity: Activity) -> Part:
    shares = segment.shares_in(activity)
    if not shares:
        raise NobodyAssessedError(activity=LABELS[activity], first=segment.first, last=segment.last)
    return Part((segment.last - segment.first).days + 1, shares)


def _asked(
    document: Document, said: NewAssessment, parts: Mapping[str, Decimal]
) -> Iterator[NewPosting]:
    """Row 3; what a state bears less than was asked before is credited to it (row 14c)."""
    for state, part in sorted(parts.items()):
        pair = (("1110", part), ("4010", -part)) if part > 0 else (("4010", -part), ("2050", part))
        for account, amount in pair if part else ():
            yield NewPosting(
                account=account,
                amount=amount,
                euro=amount,
                state=state,
                purpose=said.purpose,
                activity=said.activity,
                item=None if account == "4010" else item_key(document, state),
            )


def _entry(
    document: Document,
    said: NewAssessment | NewReassessment,
    first: NewAssessment,
    postings: Iterable[NewPosting],
) -> NewEntry:
    return NewEntry(
        effective_on=said.assessed_on,
        kind=KIND if said is first else AGAIN,
        narration=said.description,
        voucher=said.voucher,
        postings=tuple(postings),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _standing(session: Session, number: int) -> NewAssessment:
    reversal = aliased(JournalEntry)
    query = (
        sa.select(Document)
        .join(JournalEntry, JournalEntry.document_id == Document.id)
        .outerjoin(reversal, reversal.reverses == JournalEntry.number)
        .where(JournalEntry.number == number, JournalEntry.kind == KIND)
        .where(reversal.number.is_(None))
    )
    document = session.scalars(query).one_or_none()
    if document is None:
        raise NotAssessedError(number=number)
    return assessment(document)


def made_anew(session: Session, number: int) -> list[int]:
    """List the entries that made an assessment anew, undone ones too, in their order."""
    query = (
        sa.select(JournalEntry.number, Document.body)
        .join(Document, Document.id == JournalEntry.document_id)
        .where(JournalEntry.kind == AGAIN)
        .order_by(JournalEntry.number)
    )
    return [entry for entry, body in session.execute(query) if body["number"] == number]


def _already(session: Session, number: int) -> dict[str, Decimal]:
    """Sum what was asked of each state by an assessment and all that made it anew, in euro."""
    numbers = [number, *made_anew(session, number)]
    undone = sa.select(JournalEntry.number).where(JournalEntry.reverses.in_(numbers))
    query = (
        sa.select(Posting.state_code, sa.func.sum(Posting.euro))
        .where(Posting.account == "4010")
        .where(sa.or_(Posting.entry.in_(numbers), Posting.entry.in_(undone)))
        .group_by(Posting.state_code)
    )
    return {str(state): -from_cents(int(euro)) for state, euro in session.execute(query)}
