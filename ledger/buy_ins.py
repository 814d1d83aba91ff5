"""Buy-ins: a newcomer's share in what the others paid for before it came (books.md rows 18b, 18c).

It is owed to the incumbents by their scale, and the burden book says so too: the newcomer has given
so much more and they so much less, the opposite of a share of cost. What it pays is said to be
against the buy-in, so that nothing is credited to it twice. Or the sum goes to the surplus of all.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.orm import Session

from ledger.accounts import chart
from ledger.burden import NoStatesError
from ledger.contributions import StateCode
from ledger.documents import Document, item_key
from ledger.inputs import Day, Decision, New, Words
from ledger.journal import NewEntry, NewPosting
from ledger.money import PositiveAmount, apportion
from ledger.pools import POSITION
from ledger.scales import Adopted, StaleScaleError, in_force
from ledger.states import members_on, require_member
from ledger.vocabulary import LABELS, Into, Moved, Purpose

KIND = "buy_in"


class NewBuyIn(New):
    """A sum in euro, above zero, that a newcomer owes for what is there already."""

    state: StateCode
    agreed_on: Day
    # Whose costs it buys into: the incumbents' shares are those of its scale on that day.
    purpose: Purpose
    amount: PositiveAmount
    into: Into
    description: Words
    voucher: Decision


def buy_in(document: Document) -> NewBuyIn:
    """Read what a buy-in document says."""
    return NewBuyIn.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each buy-in; nothing is written.

    Raises UnknownStateError or NotAMemberError for a newcomer that does not take part on that day,
    NoScaleError, and what `shares_of_others` raises.
    """
    return [_entry(session, document, buy_in(document)) for document in documents]


def shares_of_others(
    session: Session, scale: Adopted, *, than: str, on: date
) -> dict[str, Fraction]:
    """Give the shares by a scale of the members of a day without one, which add up to one again.

    Raises StaleScaleError for a scale that was made for others than these, and NoStatesError when
    nobody is left to share.
    """
    others = require_made_for(session, scale, on=on, but=than)
    shares = {state: scale.shares[state] for state in others}
    whole = sum(shares.values(), Fraction(0))
    if not whole:
        raise NoStatesError
    return {state: share / whole for state, share in shares.items()}


def require_made_for(session: Session, scale: Adopted, *, on: date, but: str) -> list[str]:
    """Give the members of a day but one; raise StaleScaleError unless the scale is theirs."""
    members = members_on(session, on)
    others = sorted(set(members) - {but})
    if others != sorted(set(scale.members) - {but}):
        raise StaleScaleError(
            on=on,
            members=", ".join(members),
            purpose=LABELS[scale.purpose],
            shared=", ".join(scale.members),
        )
    return others


def _entry(session: Session, document: Document, said: NewBuyIn) -> NewEntry:
    require_member(session, said.state, said.agreed_on)
    return NewEntry(
        effective_on=said.agreed_on,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=tuple(
            NewPosting(
                account=account,
                amount=amount,
                euro=amount,
                state=state,
                purpose=said.purpose,
                form=Moved.BETWEEN_STATES if account == POSITION else None,
                item=item_key(document, state) if chart()[account].item_side else None,
            )
            for account, state, amount in _moves(session, said)
        ),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _moves(session: Session, said: NewBuyIn) -> Iterator[tuple[str, str, Decimal]]:
    """Row 18b, and row 18c where the incumbents are credited."""
    yield "1110", said.state, said.amount
    if said.into is Into.SURPLUS:
        yield "3010", said.state, -said.amount
        return
    scale = in_force(session, said.purpose, said.agreed_on)
    shares = shares_of_others(session, scale, than=said.state, on=said.agreed_on)
    parts = [(state, part) for state, part in apportion(said.amount, shares).items() if part]
    for state, part in parts:
        yield "2050", state, -part
    for state, part in parts:
        yield POSITION, state, part
    yield POSITION, said.state, -said.amount
