"""Write-offs and waivers: a debt that the states decide not to collect (books.md rows 13b, 13c).

It goes against the allowance as far as there is one, and is a loss beyond. Where the decision says
so the others bear it: the debtor's position is levelled by it, theirs fall by the scale in force.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy.orm import Session

from ledger.ageing import OWED
from ledger.buy_ins import shares_of_others
from ledger.calls import item_of
from ledger.contributions import BUY_IN, StateCode
from ledger.crossing import in_balance
from ledger.documents import Document
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.impairments import ALLOWANCE, LOSS, allowances
from ledger.inputs import Day, Decision, New, Words
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO, PositiveAmount, apportion
from ledger.open_items import Items, OpenItem, Which, find_item
from ledger.pledge_versions import RECEIVABLE
from ledger.pools import POSITION
from ledger.scales import in_force
from ledger.vocabulary import Moved, Purpose

KIND = "write_off"


class NotOwedError(LedgerError):
    """A write-off of what a state does not owe."""

    code = "not-owed"
    message = N_("Item %(item)s is nothing that %(state)s owes on %(on)s: name one that is open.")


class NotRedistributedError(LedgerError):
    """A write-off that the others are to bear in the burden book, which they cannot."""

    code = "not-redistributed"
    message = N_(
        "Item %(item)s does not burden the others: a buy-in was credited when it was agreed, a "
        "pledge is given of one's own will, and what has no purpose belongs to no scale. Say that "
        "the others do not bear it."
    )


class NewWriteOff(New):
    """A debt of a state that is not collected, or a part of it in its currency, above zero."""

    state: StateCode
    # By its call, the entry that began it and its line, as 17.3, or its state, as 17/PL.
    item: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    # All that is open, where it is empty.
    amount: PositiveAmount | None = None
    written_off_on: Day
    # Whether the decision says that the others bear it.
    redistributed: bool = False
    description: Words
    voucher: Decision


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each write-off; nothing is written.

    Raises UnknownItemError, NotOwedError, OverdrawnItemError, NotRedistributedError, NoScaleError,
    and what `shares_of_others` raises.
    """
    return [_entry(session, document) for document in documents]


def _entry(session: Session, document: Document) -> NewEntry:
    said = NewWriteOff.model_validate(document.body)
    item = find_item(session, item_of(session, said.item) or said.item)
    amount, euro = _taken(session, said, item)
    discharged = _posting(item, item.account, -euro)
    postings = in_balance(
        (
            *_borne(session, said, item, euro),
            replace(discharged, amount=-amount, currency=item.currency, item=item.key),
        )
    )
    if said.redistributed:
        postings = (*postings, *_redistributed(session, said, item, euro))
    return NewEntry(
        effective_on=said.written_off_on,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=postings,
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _taken(session: Session, said: NewWriteOff, item: OpenItem) -> tuple[Decimal, Decimal]:
    """Give how much is written off in the item's currency, and what that is carried at."""
    on = said.written_off_on
    items = Items(session, Which(OWED, said.state, (item.key,)))
    open_from = items.least_from(item.key, on) if items.get(item.key) else ZERO
    if not open_from:
        raise NotOwedError(item=said.item, state=said.state, on=on)
    amount = said.amount or open_from
    return amount, items.take(item.key, on, amount)


def _borne(
    session: Session, said: NewWriteOff, item: OpenItem, euro: Decimal
) -> Iterator[NewPosting]:
    """Row 13b: the allowance as far as there is one, the rest a loss of the day."""
    left = allowances(session).least_from(said.state, said.written_off_on).euro
    allowed = min(euro, max(left, ZERO))
    for account, part in ((ALLOWANCE, allowed), (LOSS, euro - allowed)):
        if part:
            yield _posting(item, account, part)


def _redistributed(
    session: Session, said: NewWriteOff, item: OpenItem, euro: Decimal
) -> Iterator[NewPosting]:
    """Row 13c: the others bear it by the scale in force of what it was for."""
    if item.purpose is None or item.kind == BUY_IN or item.account == RECEIVABLE:
        raise NotRedistributedError(item=said.item)
    scale = in_force(session, Purpose(item.purpose), said.written_off_on)
    shares = shares_of_others(session, scale, than=said.state, on=said.written_off_on)
    moved = replace(_posting(item, POSITION, -euro), form=Moved.BETWEEN_STATES)
    for state, part in apportion(euro, shares).items():
        if part:
            yield replace(moved, state=state, amount=part, euro=part)
    yield moved


def _posting(item: OpenItem, account: str, euro: Decimal) -> NewPosting:
    return NewPosting(
        account=account,
        amount=euro,
        euro=euro,
        state=item.state,
        purpose=item.purpose,
        activity=item.activity,
    )
