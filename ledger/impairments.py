"""Impairments: how much of what a state owes is doubtful (books.md row 13a).

The allowance is what it is from now on; what is posted is by how much it changes. It is never above
what the state owes, and nothing that it owes is discharged by it.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.ageing import OWED
from ledger.balances import Cutoff, Selection, balances, cutoff, total_in_euro
from ledger.contributions import StateCode
from ledger.documents import Document
from ledger.entries import Posting
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import Day, New, Reference, Words
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO, AmountFromNowOn
from ledger.standing import Standing, Sum

KIND = "impairment"
ALLOWANCE, LOSS = "1130", "5150"

ABOVE_OWED = N_(
    "The allowance for %(state)s is EUR %(amount)s above what it owes: "
    "record what is doubtful from now on."
)


class ExcessAllowanceError(LedgerError):
    """An allowance beyond what is owed."""

    code = "excess-allowance"
    message = N_("%(state)s owes EUR %(owed)s on %(on)s: allow for at most that.")


class DoubtlessError(LedgerError):
    """An allowance that would pass what is owed on a later day."""

    code = "doubtless"
    message = N_(
        "For %(state)s at most EUR %(most)s may be allowed for from %(on)s on: what was paid or "
        "allowed for later leaves no more in doubt."
    )


class UsedAllowanceError(LedgerError):
    """Less allowed for than was used."""

    code = "used-allowance"
    message = N_(
        "Of the allowance for %(state)s EUR %(left)s is left from %(on)s on, less than "
        "EUR %(amount)s: what was written off has used the rest. Reverse that first, "
        "or take back at most what is left."
    )


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

    Raises ExcessAllowanceError, DoubtlessError, UsedAllowanceError or SameAllowanceError.
    """
    return [_entry(session, document) for document in documents]


def allowance(session: Session, state: str, on: date) -> Decimal:
    """Give the allowance for a state at the end of a day, above zero."""
    where = Selection(accounts=(ALLOWANCE,), state=state)
    return -total_in_euro(session, cutoff(session, on), where)


def allowances(session: Session) -> Standing:
    """Give the allowance day by day, by state, above zero."""
    return Standing(session, (ALLOWANCE,), Posting.state_code, sign=-1)


def take_back(allowed: Standing, state: str, *, on: date, amount: Decimal) -> None:
    """Take so much of an allowance back from a day on; raise UsedAllowanceError beyond it."""
    left = allowed.least_from(state, on).euro
    if amount > left:
        raise UsedAllowanceError(state=state, left=left, on=on, amount=amount)
    allowed.change(state, on, Sum(-amount, -amount))


def excess_allowances(session: Session, at: Cutoff) -> dict[str, Decimal]:
    """Say by how much the allowance of a state is above what it owes, where it is."""
    where = Selection(accounts=(*OWED, ALLOWANCE))
    rows = balances(session, at, Posting.state_code, where=where)
    return {
        str(row.key[0]): -row.euro
        for row in sorted(rows, key=lambda row: str(row.key))
        if row.euro < 0
    }


def _require_within(session: Session, said: NewImpairment, by: Decimal) -> None:
    """On no day from it on is it below zero, nor raised above what is owed."""
    if by < 0:
        take_back(allowances(session), said.state, on=said.impaired_on, amount=-by)
        return
    doubted = Standing(session, (*OWED, ALLOWANCE), Posting.state_code)
    left = doubted.least_from(said.state, said.impaired_on).euro
    if by > left:
        most = max(said.amount - by + left, ZERO)
        raise DoubtlessError(state=said.state, most=most, on=said.impaired_on)


def _entry(session: Session, document: Document) -> NewEntry:
    said = NewImpairment.model_validate(document.body)
    at = cutoff(session, said.impaired_on)
    owed = total_in_euro(session, at, Selection(accounts=OWED, state=said.state))
    if said.amount > owed:
        raise ExcessAllowanceError(state=said.state, owed=owed, on=said.impaired_on)
    by = said.amount - allowance(session, said.state, said.impaired_on)
    if not by:
        raise SameAllowanceError(state=said.state, amount=said.amount, on=said.impaired_on)
    _require_within(session, said, by)
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
