"""Withdrawals: a state's last day, and how it and the mechanism part (books.md rows 19a to 19d).

The state is asked for its share of what runs on, given its share of the net assets where that is
agreed, and what either owes the other is set off. What the mechanism still owes is paid or stays
payable; what the state still owes stays open. Its position passes to the remaining states, or is
kept, to be settled between states.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from pydantic import model_validator
from sqlalchemy.orm import Session

from ledger.accessions import require_unshared
from ledger.accounts import bank_account
from ledger.balances import Selection, balances, cutoff
from ledger.buy_ins import require_made_for
from ledger.contributions import StateCode
from ledger.documents import Document, item_key
from ledger.entries import Posting
from ledger.errors import LedgerError, OverdrawnAccountError
from ledger.i18n import N_
from ledger.inputs import Day, Decision, New, Words, broken
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO, PositiveAmount, apportion, still_due
from ledger.partings import Parting, parting, require_settled
from ledger.pools import POOL, POSITION, due_pools
from ledger.reckoning import reckoned_from
from ledger.scales import in_force
from ledger.standing import bank
from ledger.states import ONE_DAY, dismiss, require_member_to_leave
from ledger.vocabulary import LABELS, Form, Moved, Position, Purpose

KIND = "withdrawal"
RUN_OFF, PAYABLE = "run-off", "payable"

PAID_TOO_EARLY = N_("is before the last day of taking part: check the two dates.")


class NothingToPayError(LedgerError):
    """A payment to a leaving state to which nothing is owed."""

    code = "nothing-to-pay"
    message = N_(
        "After all is set off the mechanism owes %(state)s nothing: leave “Paid on” empty."
    )


class LastDayToComeError(LedgerError):
    """A position that is to pass on before the last day of taking part."""

    code = "last-day-to-come"
    message = N_(
        "%(state)s takes part until %(on)s: until then its position may change. "
        "Record after that day how it passes to the others, or keep it, to be settled."
    )


class UnsharedCostsError(LedgerError):
    """A position that is to pass on while costs of its days are not shared."""

    code = "unshared-costs"
    message = N_(
        "Costs of %(purpose)s up to %(on)s are not all shared: share them up to that day first, "
        "so that the whole position of %(state)s passes to the others."
    )


class NewWithdrawal(New):
    """A state that leaves after its last day; amounts in euro, all above zero."""

    state: StateCode
    left_on: Day
    # Asked of the state for what runs on after it.
    run_off: PositiveAmount | None = None
    # What that is for, and to which pool of cost belongs what is set off or given back.
    purpose: Purpose
    # Its share of the net assets, if agreed.
    exit_share: PositiveAmount | None = None
    position: Position
    # The bank's value date, from the account in euro; empty while it is owed.
    paid_on: Day | None = None
    description: Words
    voucher: Decision

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.paid_on is not None and self.paid_on < self.left_on:
            raise broken(("paid_on", PAID_TOO_EARLY))
        return self


def withdrawal(document: Document) -> NewWithdrawal:
    """Read what a withdrawal document says."""
    return NewWithdrawal.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entries of each withdrawal, the payment after the parting; nothing is written.

    Raises UnknownStateError, NotAMemberError, AlreadyLeftError, SharedCostsError,
    ForeignItemsError, NothingToPayError, OverdrawnAccountError, and where the position passes to
    others UnsettledItemsError, LastDayToComeError, UnsharedCostsError, NoScaleError,
    StaleScaleError and what sharing raises.
    """
    return [entry for document in documents for entry in _entries(session, document)]


def foresee(session: Session, document: Document) -> Mapping[str, Any]:
    """Say who leaves after which day."""
    said = withdrawal(document)
    return {"state": said.state, "left_on": said.left_on.isoformat()}


def enact(session: Session, document: Document) -> None:
    """Record the state's last day; raise as `propose` does."""
    said = withdrawal(document)
    dismiss(session, said.state, left_on=said.left_on)


def _entries(session: Session, document: Document) -> Iterator[NewEntry]:
    said = withdrawal(document)
    require_member_to_leave(session, said.state, said.left_on)
    require_unshared(session, after=said.left_on)
    counted = parting(
        *(session, said.state, said.left_on),
        run_off=said.run_off or ZERO,
        exit_share=said.exit_share or ZERO,
    )
    moves = [
        *(*_asked(document, said), *_released(document, said, counted)),
        *_credited(said, counted.credited),
        *_passed_on(session, document, counted),
    ]
    if moves:
        yield _entry(document, KIND, said.left_on, moves)
    if said.paid_on is not None:
        _require_payable(session, said, counted.payable, said.paid_on)
        paid = [
            replace(_posting(said, "2020", counted.payable), item=item_key(document, PAYABLE)),
            _posting(said, bank_account("EUR"), -counted.payable),
        ]
        yield _entry(document, "payment", said.paid_on, paid)


def _entry(document: Document, kind: str, on: date, postings: Sequence[NewPosting]) -> NewEntry:
    said = withdrawal(document)
    return NewEntry(
        effective_on=on,
        kind=kind,
        narration=said.description,
        voucher=said.voucher,
        postings=tuple(postings),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id if kind == KIND else f"{document.id}:{kind}",
    )


def _asked(document: Document, said: NewWithdrawal) -> Iterator[NewPosting]:
    """Row 19a: the run-off share."""
    if said.run_off is not None:
        owed = _posting(said, "1110", said.run_off, purpose=said.purpose)
        yield replace(owed, item=item_key(document, RUN_OFF))
        yield _posting(said, "4010", -said.run_off, purpose=said.purpose)


def _released(document: Document, said: NewWithdrawal, counted: Parting) -> Iterator[NewPosting]:
    """Rows 19b and 19c: what is due to the state, its exit share too, is set off.

    What is left of it is one payable.
    """
    if said.exit_share is not None:
        yield _posting(said, "3010", said.exit_share)
    takes = (
        *(("2070", counted.cancelled + counted.advanced, 1), ("1115", counted.cancelled, -1)),
        *((code, counted.held(code), 1) for code in ("2050", "2030", "2020")),
        ("1110", min(counted.set_off, counted.held("1110")), -1),
    )
    for account, euro, sign in takes:
        for item, part in counted.parts(account, euro):
            yield replace(_posting(said, account, sign * part), item=item)
    of_run_off = counted.set_off - min(counted.set_off, counted.held("1110"))
    if of_run_off:
        owed = _posting(said, "1110", -of_run_off, purpose=said.purpose)
        yield replace(owed, item=item_key(document, RUN_OFF))
    if counted.payable:
        due = _posting(said, "2020", -counted.payable)
        yield replace(due, item=item_key(document, PAYABLE))


def _credited(said: NewWithdrawal, credited: Decimal) -> Iterator[NewPosting]:
    """Row 16: what was advanced and is set off is given at last; what is given back is not."""
    for account, euro in ((POOL, credited), (POSITION, -credited)) if credited else ():
        yield replace(_posting(said, account, euro, purpose=said.purpose), form=Form.CASH)


def _passed_on(session: Session, document: Document, counted: Parting) -> Iterator[NewPosting]:
    """Row 19d: the position in each pool of cost passes to the remaining states, or is kept.

    What the state still owes will count as given by it, and does not pass to others.
    """
    said = withdrawal(document)
    if said.position is Position.KEPT:
        return
    _require_final(session, document)
    where = Selection(accounts=(POSITION,), state=said.state)
    found = balances(session, cutoff(session, said.left_on), Posting.purpose, where=where)
    positions = {Purpose(row.key[0]): row.euro for row in found}
    given = counted.credited + counted.to_come
    positions[said.purpose] = positions.get(said.purpose, ZERO) - given
    for purpose, position in sorted(positions.items()):
        if not position:
            continue
        yield _move(said, said.state, -position, purpose)
        for state, part in apportion(position, _new_shares(session, said, purpose)).items():
            if part:
                yield _move(said, state, part, purpose)


def _require_final(session: Session, document: Document) -> None:
    """A position passes on once: no day to come, cost not shared, receipt or pledge changes it."""
    said = withdrawal(document)
    require_settled(session, said.state, said.left_on)
    if said.left_on > document.made_at.date():
        raise LastDayToComeError(state=said.state, on=said.left_on)
    for purpose in Purpose:
        pools = due_pools(session, purpose, cutoff(session, said.left_on))
        if any(any(still_due(each.borne(), each.charged).values()) for each in pools):
            raise UnsharedCostsError(purpose=LABELS[purpose], on=said.left_on, state=said.state)


def _move(said: NewWithdrawal, state: str, euro: Decimal, purpose: Purpose) -> NewPosting:
    moved = _posting(said, POSITION, euro, state=state, purpose=purpose)
    return replace(moved, form=Moved.BETWEEN_STATES)


def _new_shares(session: Session, said: NewWithdrawal, purpose: Purpose) -> dict[str, Fraction]:
    """Give the remaining states' shares on the day after.

    No scale can be adopted without the state while it still takes part: one that holds it is
    reckoned again without it, by the same formula and on the same values.
    """
    on = said.left_on + ONE_DAY
    scale = in_force(session, purpose, on)
    remaining = require_made_for(session, scale, on=on, but=said.state)
    if said.state not in scale.shares:
        return scale.shares
    return reckoned_from({**scale.content, "shares": remaining}).scale.shares


def _require_payable(session: Session, said: NewWithdrawal, payable: Decimal, on: date) -> None:
    if not payable:
        raise NothingToPayError(state=said.state)
    held = bank(session).least_from("EUR", on).amount
    if held < payable:
        raise OverdrawnAccountError(
            account=bank_account("EUR"), currency="EUR", held=held, on=on, amount=payable
        )


def _posting(
    said: NewWithdrawal,
    account: str,
    euro: Decimal,
    *,
    state: str | None = None,
    purpose: Purpose | None = None,
) -> NewPosting:
    return NewPosting(
        account=account, amount=euro, euro=euro, state=state or said.state, purpose=purpose
    )
