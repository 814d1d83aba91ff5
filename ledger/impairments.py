"""Impairments: how much of what a state owes is doubtful (books.md row 13a).

The allowance is what it is from now on; what is posted is by how much it changes. It is never above
what the state owes, and nothing that it owes is discharged by it.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.ageing import OWED
from ledger.balances import Selection, cutoff, total_in_euro
from ledger.contributions import StateCode
from ledger.documents import Document
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import Day, New, Reference, Words
from ledger.journal import NewEntry, NewPosting
from ledger.money import AmountFromNowOn

KIND = "impairment"
ALLOWANCE, LOSS = "1130", "5150"


class ExcessAllowanceError(LedgerError):
    """An allowance beyond what is owed."""

    code = "excess-allowance"
    message = N_("%(state)s owes EUR %(owed)s on %(on)s: allow for at most that.")


class SameAllowanceError(LedgerError):
    """An allowance that is to be what it is."""

    code = "same-allowance"
    message = N_(
        "The allowance for %(state)s is EUR %(amount)s on %(on)s already: give what it is from "
        "now on, not by how much it changes."
    )


class NewImpairment(New):
    """The allowance for a state from now on, in euro; nothing once all is expected again."""

    state: StateCode
    impaired_on: Day
    amount: AmountFromNowOn
    description: Words
    voucher: Reference = ""


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each impairment: by how much the allowance changes; nothing is written.

    Raises ExcessAllowanceError or SameAllowanceError.
    """
    return [_entry(session, document) for document in documents]


def allowance(session: Session, state: str, on: date) -> Decimal:
    """Give the allowance for a state at the end of a day, above zero."""
    where = Selection(accounts=(ALLOWANCE,), state=state)
    return -total_in_euro(session, cutoff(session, on), where)


def _entry(session: Session, document: Document) -> NewEntry:
    said = NewImpairment.model_validate(document.body)
    at = cutoff(session, said.impaired_on)
    owed = total_in_euro(session, at, Selection(accounts=OWED, state=said.state))
    if said.amount > owed:
        raise ExcessAllowanceError(state=said.state, owed=owed, on=said.impaired_on)
    by = said.amount - allowance(session, said.state, said.impaired_on)
    if not by:
        raise SameAllowanceError(state=said.state, amount=said.amount, on=said.impaired_on)
    return NewEntry(
        effective_on=said.impaired_on,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=(
            NewPosting(account=LOSS, amount=by, euro=by, state=said.state),
            NewPosting(account=ALLOWANCE, amount=-by, euro=-by, state=said.state),
        ),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )
