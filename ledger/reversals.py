"""Reversals: a correction is the mirror of an entry, made by one person and approved by another.

A mirror undoes what nothing else rests on: not money that was spent since, nor an invoice or an
assessment that was paid. What rests on it is reversed first.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session, aliased

from ledger.accounts import bank_account
from ledger.appropriations import require_last
from ledger.assessments import made_anew
from ledger.assets import require_unused
from ledger.calls import require_not_despatched
from ledger.documents import Document
from ledger.entries import JournalEntry, Posting
from ledger.errors import LedgerError, OverdrawnAccountError
from ledger.i18n import N_
from ledger.impairments import ALLOWANCE, allowances, take_back
from ledger.inputs import Day, New, Words
from ledger.journal import NewEntry, NewPosting, mirrored
from ledger.memberships import DECIDING
from ledger.money import ZERO
from ledger.open_items import Items, Which
from ledger.pledge_versions import later_than
from ledger.recoveries import WRITE_OFF, recoveries
from ledger.revaluation_reversals import (
    SettledItemError,
    netted,
    require_undisturbed,
    together,
)
from ledger.standing import BANK, Standing, Sum, bank
from ledger.year_ends import require_own_day

KIND = "reversal"


class SpentReceiptError(LedgerError):
    """A reversal of money in a foreign currency that has been paid out since."""

    code = "spent-receipt"
    message = N_(
        "Money of account %(account)s was paid out since entry %(number)s, at an average with it: "
        "reverse those payments first, the last one first."
    )


class RevaluedBankError(LedgerError):
    """A reversal that would leave a bank account a value but no money."""

    code = "revalued-bank"
    message = N_(
        "Without entry %(number)s account %(account)s would hold no %(currency)s, but "
        "EUR %(euro)s: reverse what changed its value since first, the last one first."
    )


class PaidCostError(LedgerError):
    """A reversal of an invoice whose payment stands."""

    code = "paid-cost"
    message = N_("Entry %(number)s was paid by entry %(payment)s: reverse the payment first.")


class PaidAssessmentError(LedgerError):
    """A reversal of an assessment that was paid."""

    code = "paid-assessment"
    message = N_(
        "%(state)s has paid on entry %(number)s: reverse its payments first, or assess anew."
    )


class MadeAnewError(LedgerError):
    """A reversal of an assessment that was made anew."""

    code = "made-anew"
    message = N_("Entry %(number)s was made anew by entry %(again)s: reverse that one first.")


class UsedCreditError(LedgerError):
    """A reversal of a credit that was used."""

    code = "used-credit"
    message = N_(
        "%(state)s has used the credit of entry %(number)s: reverse what used it first, "
        "or record the difference by a new document."
    )


class DecidedAgainError(LedgerError):
    """A reversal of a decision on a pledge that another one followed."""

    code = "decided-again"
    message = N_(
        "Pledge %(pledge)s of %(state)s was decided on again since entry %(number)s: reverse that "
        "first, or put it right by a new version."
    )


class DecidedMembershipError(LedgerError):
    """A reversal of an entry that goes with an accession or a withdrawal."""

    code = "decided-membership"
    message = N_(
        "Entry %(number)s goes with a decision on who takes part, which no reversal undoes: "
        "put it right by a new document, as an accession from the day after a withdrawal."
    )


class NewReversal(New):
    """The entry to be undone, the day the correction takes effect, and why."""

    number: int = Field(gt=0, lt=2**62)
    effective_on: Day
    reason: Words


def reversal(document: Document) -> NewReversal:
    """Read what a reversal document says."""
    return NewReversal.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the mirror entry of each; nothing is written.

    Raises what `journal.mirrored` raises, DecidedMembershipError, DespatchedCallError,
    YearEndDayError, LaterAppropriationError, ReservedAppropriationError, and OverdrawnAccountError,
    SpentReceiptError, RevaluedBankError, PaidCostError, PaidAssessmentError, MadeAnewError,
    DecidedAgainError, RecoveredError, UsedAssetError, UsedAllowanceError, UsedCreditError,
    RevaluedAgainError or SettledItemError where something else rests on the entry.
    """
    said = [(reversal(document), document) for document in documents]
    undone = [_mirrors(session, each, document) for each, document in said]
    mirrors = [mirror for of in undone for mirror in of]
    keys = {posting.item for mirror in mirrors for posting in mirror.postings if posting.item}
    accounts, allowed = bank(session), allowances(session)
    items = Items(session, Which(keys=tuple(sorted(keys)))) if keys else None
    if items:
        _require_unrecovered(session, mirrors, items)
    for (each, _document), of in zip(said, undone, strict=True):
        _require_reversible(session, each)
        _require_unpaid(session, each.number)
        _require_last(session, each.number)
        require_unused(session, each.number)
        _require_last_version(session, each.number)
        postings = tuple(netted(of))
        _require_unspent(session, of[0].reverses or each.number, postings)
        for posting in postings:
            _require_held(posting, each, accounts)
            if posting.account == ALLOWANCE and posting.state and posting.amount > 0:
                euro = posting.euro
                take_back(allowed, posting.state, on=each.effective_on, amount=euro)
            if items and posting.item:
                _require_open(posting, each, items)
    return mirrors


def _mirrors(session: Session, said: NewReversal, document: Document) -> list[NewEntry]:
    """Mirror an entry; of a revaluation all that stand, each on its own day or a later one."""
    days = dict(together(session, said.number))
    mirrors = [
        mirrored(
            session,
            number,
            reason=said.reason,
            effective_on=said.effective_on if number == said.number else max(on, said.effective_on),
            document_id=document.id,
            document_hash=document.body_hash,
        )
        for number, on in (days or {said.number: said.effective_on}).items()
    ]
    if days:
        postings = (posting for mirror in mirrors for posting in mirror.postings)
        require_undisturbed(session, max(days), postings)
    return mirrors


def _require_reversible(session: Session, said: NewReversal) -> None:
    """The postings of some entries would be undone, but not what goes with them."""
    entry = session.get_one(JournalEntry, said.number)
    if entry.kind in DECIDING:
        raise DecidedMembershipError(number=said.number)
    require_not_despatched(entry)
    require_own_day(entry, said.effective_on)
    require_last(session, entry)


def _require_held(posting: NewPosting, said: NewReversal, accounts: Standing) -> None:
    if posting.account not in BANK:
        return
    held = accounts.least_from(posting.currency, said.effective_on).amount
    if posting.amount < 0 and held + posting.amount < 0:
        raise OverdrawnAccountError(
            account=bank_account(posting.currency),
            currency=posting.currency,
            held=held,
            on=said.effective_on,
            amount=-posting.amount,
        )
    accounts.change(posting.currency, said.effective_on, Sum(posting.amount, posting.euro))
    left = accounts.as_of(posting.currency, date.max)
    if not left.amount and left.euro:
        raise RevaluedBankError(
            number=said.number,
            account=bank_account(posting.currency),
            currency=posting.currency,
            euro=left.euro,
        )


def _require_open(posting: NewPosting, said: NewReversal, items: Items) -> None:
    """An item is taken back as far as it is open from that day on, and nothing stays in euro."""
    item = items.get(posting.item or "")
    if item is None:
        return
    by = Sum(item.side.sign * posting.amount, item.side.sign * posting.euro)
    least = items.least_from(item.key, said.effective_on)
    items.change(item.key, said.effective_on, by)
    left = items.total(item.key)
    if least + min(by.amount, ZERO) < 0 or (not left.amount and left.euro):
        refusal = {"1110": PaidAssessmentError, "2050": UsedCreditError}
        raise refusal.get(item.account, SettledItemError)(
            state=item.state, number=said.number, item=item.reference
        )


def _require_unrecovered(session: Session, mirrors: Iterable[NewEntry], items: Items) -> None:
    """A debt of which money came after it was written off would be owed as if none had come."""
    undone = {mirror.reverses: mirror.postings for mirror in mirrors}
    query = sa.select(JournalEntry.number).where(
        JournalEntry.number.in_(undone), JournalEntry.kind == WRITE_OFF
    )
    of_write_offs = [
        (number, posting)
        for number in session.scalars(query)
        for posting in undone[number]
        if posting.item
    ]
    keys = {posting.item for _number, posting in of_write_offs}
    found = recoveries(session, (item for item in items if item.key in keys))
    for number, posting in of_write_offs:
        if posting.item in found:
            found[posting.item].restore(posting.euro, number=number)


def _require_unpaid(session: Session, number: int) -> None:
    """An invoice whose payment stands is not undone: the money would be paid for no cost."""
    payment = _standing().join(
        _invoice := aliased(JournalEntry), _invoice.document_id == JournalEntry.document_id
    )
    query = payment.where(
        _invoice.number == number, _invoice.kind == "cost", JournalEntry.kind == "payment"
    )
    paid_by = session.scalar(query)
    if paid_by is not None:
        raise PaidCostError(number=number, payment=paid_by)


def _require_last(session: Session, number: int) -> None:
    """What made an assessment anew says what it changes, which without it is nothing."""
    again = _standing().where(JournalEntry.number.in_(made_anew(session, number)))
    standing = session.scalar(again.order_by(JournalEntry.number.desc()))
    if standing is not None:
        raise MadeAnewError(number=number, again=standing)


def _require_last_version(session: Session, number: int) -> None:
    """A later decision on a pledge rests on what the one before it left open."""
    pledge = later_than(session, number)
    if pledge is not None:
        raise DecidedAgainError(number=number, state=pledge.state, pledge=pledge.code)


def _require_unspent(session: Session, number: int, mirror: Iterable[NewPosting]) -> None:
    """Foreign money that left at an average with this receipt would leave a value but no money."""
    for posting in mirror:
        if posting.account not in BANK or posting.currency == "EUR" or posting.amount > 0:
            continue
        spent = (
            _standing()
            .join(Posting, Posting.entry == JournalEntry.number)
            .where(JournalEntry.number > number, JournalEntry.reverses.is_(None))
            .where(Posting.account == posting.account, Posting.currency == posting.currency)
            .where(Posting.amount < 0)
        )
        if session.scalar(spent) is not None:
            raise SpentReceiptError(account=posting.account, number=number)


def _standing() -> sa.Select[int]:
    """Select the numbers of entries that were not reversed, one at most."""
    undoing = aliased(JournalEntry)
    return (
        sa.select(JournalEntry.number)
        .outerjoin(undoing, undoing.reverses == JournalEntry.number)
        .where(undoing.number.is_(None))
        .limit(1)
    )
