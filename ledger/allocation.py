"""Allocation runs: the common cost so far is shared among the states (books.md row 17).

A run shares what has accrued in each pool and takes off what earlier runs charged of it, so that a
second run adds nothing and no state drifts by more than a cent. Which scale shares which days is no
matter of the run: it is the scale in force.
"""

from collections.abc import Container, Iterable, Sequence
from datetime import date

from pydantic import Field
from sqlalchemy.orm import Session

from ledger.balances import cutoff
from ledger.documents import Document
from ledger.errors import LedgerError, NothingToAllocateError
from ledger.i18n import N_
from ledger.inputs import Day, New, Reference, Words
from ledger.journal import NewEntry, NewPosting
from ledger.money import still_due
from ledger.periods import shut_days
from ledger.pools import ALLOCATION, POOL, POSITION, Pool, Run, Segment, due_pools
from ledger.scales import shared_until
from ledger.vocabulary import LABELS, Purpose

KIND = ALLOCATION


class SharedLaterError(LedgerError):
    """A run up to a day before the last one's: what that one shared would be shared again."""

    code = "shared-later"
    message = N_(
        "Costs of %(purpose)s are shared up to %(until)s: share up to that day or a later one."
    )


class NewAllocation(New):
    """A run to be made: all cost of one purpose up to a day that is not shared yet."""

    purpose: Purpose
    until_on: Day
    description: Words
    voucher: Reference = Field(default="")


def allocation(document: Document) -> NewAllocation:
    """Read what an allocation document says."""
    return NewAllocation.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entries of each run, one for each pool of which something is due.

    Raises NothingToAllocateError when every cost is shared already, SharedLaterError for a day
    before one up to which costs were shared, and what `due_pools` raises.
    """
    return [entry for document in documents for entry in _entries(session, document)]


def _entries(session: Session, document: Document) -> list[NewEntry]:
    said = allocation(document)
    until = shared_until(session, said.purpose)
    if until is not None and said.until_on < until:
        raise SharedLaterError(purpose=LABELS[said.purpose], until=until)
    pools = due_pools(session, said.purpose, cutoff(session, said.until_on))
    shut = shut_days(session, (pool.segment.last for pool in pools))
    entries = [entry for pool in pools for entry in _entry(document, said, pool, shut)]
    if not entries:
        raise NothingToAllocateError(purpose=LABELS[said.purpose], last=said.until_on)
    return entries


def _entry(
    document: Document, said: NewAllocation, pool: Pool, shut: Container[date]
) -> Iterable[NewEntry]:
    """Row 17: each state's position is debited its share, the pool credited.

    What changes in a pool of a closed period is posted on the last day of the run.
    """
    last = min(said.until_on, pool.segment.last)
    parts = {state: part for state, part in still_due(pool.borne(), pool.charged).items() if part}
    if not parts:
        return
    yield NewEntry(
        effective_on=said.until_on if last in shut else last,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=tuple(
            NewPosting(
                account=account,
                amount=sign * part,
                euro=sign * part,
                state=state,
                purpose=said.purpose,
            )
            for state, part in sorted(parts.items())
            for account, sign in ((POSITION, 1), (POOL, -1))
        ),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=_run(document, pool.segment, last).key,
    )


def _run(document: Document, segment: Segment, last: date) -> Run:
    scale = segment.scale
    return Run(document.id, segment.first, last, scale.number, scale.hash.hex())
