"""Accessions: a state of the Union takes part from a day on (books.md row 18a).

Nothing names the state before this document is approved, so the document concerns all states. What
is asked of the state for the running period is an assessment, its share in what the others paid for
a buy-in. Costs that were shared stay shared as they were.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from ledger.contributions import StateCode
from ledger.documents import Document, item_key
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import Day, Decision, New, Words
from ledger.journal import NewEntry, NewPosting
from ledger.money import PositiveAmount
from ledger.scales import shared_until
from ledger.states import FOUNDED_ON, ONE_DAY, admit, require_outsider
from ledger.vocabulary import Purpose

KIND = "accession"


class SharedCostsError(LedgerError):
    """A change of who shares in costs that were shared already."""

    code = "shared-costs"
    message = N_(
        "Costs are shared up to %(until)s, and the past stays as it was: "
        "let the change begin after that day, or reverse those runs first."
    )


class BeforeFoundingError(LedgerError):
    """An accession before there was a Mechanism to take part in."""

    code = "before-founding"
    message = N_(
        "The Mechanism was founded on %(founded)s, and nobody took part on %(on)s: "
        "let the accession begin on the day of the founding or later."
    )


class NewAccession(New):
    """A state that is to take part, and the working capital that it is to advance, in euro."""

    acceding_state: StateCode
    joined_on: Day
    advance: PositiveAmount | None = None
    description: Words
    voucher: Decision


def accession(document: Document) -> NewAccession:
    """Read what an accession document says."""
    return NewAccession.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each accession that asks for an advance; nothing is written.

    Raises BeforeFoundingError, UnknownStateError for a state that is not in the Union on that day,
    AlreadyAMemberError, or SharedCostsError.
    """
    entries = []
    for document in documents:
        said = accession(document)
        _require_founded(said.joined_on)
        require_outsider(session, said.acceding_state, said.joined_on)
        require_unshared(session, after=said.joined_on - ONE_DAY)
        if said.advance is not None:
            entries.append(_entry(document, said, said.advance))
    return entries


def foresee(session: Session, document: Document) -> Mapping[str, Any]:
    """Say who will take part from when."""
    said = accession(document)
    return {"acceding_state": said.acceding_state, "joined_on": said.joined_on.isoformat()}


def enact(session: Session, document: Document) -> None:
    """Admit the state; raise what `propose` raises."""
    said = accession(document)
    admit(session, said.acceding_state, joined_on=said.joined_on)


def require_unshared(session: Session, *, after: date) -> None:
    """Raise SharedCostsError when costs of a later day than this were shared by a run."""
    until = max(filter(None, (shared_until(session, each) for each in Purpose)), default=None)
    if until is not None and until > after:
        raise SharedCostsError(until=until)


def _require_founded(on: date) -> None:
    if on < FOUNDED_ON:
        raise BeforeFoundingError(founded=FOUNDED_ON, on=on)


def _entry(document: Document, said: NewAccession, advance: Decimal) -> NewEntry:
    """Row 18a: working capital is asked for, and owed back."""
    return NewEntry(
        effective_on=said.joined_on,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=tuple(
            NewPosting(
                account=account,
                amount=amount,
                euro=amount,
                state=said.acceding_state,
                item=item_key(document, account),
            )
            for account, amount in (("1115", advance), ("2070", -advance))
        ),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )
