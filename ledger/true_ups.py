"""True-ups: what a year left over goes back to the states, what it lacked is asked of them.

Each state's part is by the scales that were in force in that year, day by day: by the scale that
earned it (books.md rows 14a and 14c). What an assessment should have asked by another scale is
assessed anew instead, as differences that add up to nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator
from sqlalchemy.orm import Session

from ledger.documents import Document, item_key
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import Day, New, Reference, Words, broken
from ledger.journal import NewEntry, NewPosting
from ledger.money import PositiveAmount
from ledger.pools import segments_between
from ledger.proration import Convention, Part, prorate
from ledger.results import DEFICIT_RECEIVABLE, SURPLUS_PAYABLE, TRUE_UP, year_result
from ledger.states import FOUNDED_ON
from ledger.vocabulary import LABELS, Purpose, Result

KIND = TRUE_UP
FIRST_YEAR = FOUNDED_ON.year

DECLARED_TOO_EARLY = N_("is before the year itself: check the two.")


class NoSuchSurplusError(LedgerError):
    """A surplus larger than the books show."""

    code = "no-such-surplus"
    message = N_(
        "For %(purpose)s the books show EUR %(left)s left of %(year)s, and EUR %(amount)s would be "
        "declared: declare at most what is left."
    )


class NewTrueUp(New):
    """What a year left over or lacked, in euro, above zero, by a decision of the states."""

    year: int = Field(ge=FIRST_YEAR, le=2199)
    purpose: Purpose
    declared_on: Day
    result: Result
    amount: PositiveAmount
    description: Words
    voucher: Annotated[Reference, StringConstraints(min_length=1)]

    @model_validator(mode="after")
    def _after_it_began(self) -> Self:
        if self.declared_on.year < self.year:
            raise broken(("declared_on", DECLARED_TOO_EARLY))
        return self


def true_up(document: Document) -> NewTrueUp:
    """Read what a true-up document says."""
    return NewTrueUp.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each true-up; nothing is written.

    Raises NoSuchSurplusError, NoScaleError or StaleScaleError.
    """
    return [_entry(session, document, true_up(document)) for document in documents]


def _entry(session: Session, document: Document, said: NewTrueUp) -> NewEntry:
    if said.result is Result.SURPLUS:
        _require_earned(session, said)
    return NewEntry(
        effective_on=said.declared_on,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=tuple(_shared(session, document, said)),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _require_earned(session: Session, said: NewTrueUp) -> None:
    left = year_result(session, said.purpose, said.year)
    if said.amount > left:
        raise NoSuchSurplusError(
            purpose=LABELS[said.purpose], left=left, year=said.year, amount=said.amount
        )


def _shared(session: Session, document: Document, said: NewTrueUp) -> Iterator[NewPosting]:
    """Row 14a: from this year's revenue or the earlier years' surplus; row 14c: asked like dues."""
    parts = [(state, part) for state, part in sorted(_parts(session, said).items()) if part]
    is_surplus = said.result is Result.SURPLUS
    if is_surplus and said.declared_on.year != said.year:
        yield _posting(said, "3010", said.amount)
        yield from (_item(document, said, SURPLUS_PAYABLE, state, -part) for state, part in parts)
        return
    for state, part in parts:
        if is_surplus:
            yield _posting(said, "4110", part, state=state)
            yield _item(document, said, SURPLUS_PAYABLE, state, -part)
        else:
            yield _item(document, said, DEFICIT_RECEIVABLE, state, part)
            yield _posting(said, "4010", -part, state=state)


def _parts(session: Session, said: NewTrueUp) -> dict[str, Decimal]:
    """Share it over the year's days; the mechanism's first year begins when it was founded."""
    first = max(date(said.year, 1, 1), FOUNDED_ON)
    segments = segments_between(session, said.purpose, first, date(said.year, 12, 31))
    parts = [Part((each.last - each.first).days + 1, each.shares_in(None)) for each in segments]
    return prorate(said.amount, parts, Convention.SEGMENT)


def _posting(
    said: NewTrueUp,
    account: str,
    euro: Decimal,
    *,
    state: str | None = None,
    item: str | None = None,
) -> NewPosting:
    return NewPosting(
        account=account, amount=euro, euro=euro, state=state, purpose=said.purpose, item=item
    )


def _item(
    document: Document, said: NewTrueUp, account: str, state: str, euro: Decimal
) -> NewPosting:
    return _posting(said, account, euro, state=state, item=item_key(document, state))
