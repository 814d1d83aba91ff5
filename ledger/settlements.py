"""Settlement of equity balances: states behind their fair share level those ahead of it.

The balances do not add up to zero: together they are what was contributed and not yet turned into
cost, or cost not yet contributed. So the smaller side is settled in full, the larger by a rule, and
netting gives the transfers (burden.md §4). States pay each other, which the burden book alone
records (books.md row 19d), or the sums are carried into the next call for funds.

Nothing is settled twice. Balances are not settled as of a day before a settlement that stands. What
was carried counts as settled while it is open (`ledger.carried`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self

import sqlalchemy as sa
from pydantic import StringConstraints, model_validator
from sqlalchemy.orm import Session, aliased

from ledger.accounts import chart
from ledger.balances import Cutoff, cutoff
from ledger.carried import DUE, OWED, SETTLEMENT, carried
from ledger.claims import Rule, award
from ledger.currencies import own_currency
from ledger.documents import Document, draft, item_key, submit_all
from ledger.entries import JournalEntry, Posting
from ledger.equity import POSITION, EquityBalance, equity_balances
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import Day, New, Reference, Words, broken
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO, round_half_up
from ledger.netting import Transfer, net
from ledger.rate_policies import policy_rates
from ledger.rates import Rate
from ledger.users import User
from ledger.vocabulary import LABELS, Moved, Purpose, RateEvent, Status, Way

AS_OF_TOO_LATE = N_("is after the day of the settlement: turn the dates round.")

KIND = SETTLEMENT


class NothingToSettleError(LedgerError):
    """Balances of which none can level another."""

    code = "nothing-to-settle"
    message = N_(
        "As of %(on)s no state is behind its fair share of %(purpose)s while another is ahead: "
        "share the costs first, or settle as of a later day."
    )


class SettledSinceError(LedgerError):
    """A settlement of balances as of a day before one that stands."""

    code = "settled-since"
    message = N_(
        "Entry %(number)s settled balances on %(on)s: settle as of that day or later, "
        "or reverse that entry first."
    )


class UndoneSinceError(LedgerError):
    """A settlement of balances as of a day when one that was undone later still stood."""

    code = "undone-since"
    message = N_(
        "Entry %(number)s undid a settlement on %(on)s: settle as of that day or later, "
        "or as of a day before %(first)s, when it was made."
    )


class NewSettlement(New):
    """A settlement to be made; what each state pays is not said but follows from the balances."""

    settled_on: Day
    # The day of the balances, not after the settlement.
    as_of: Day
    # Whose positions are levelled: each purpose has its own.
    purpose: Purpose
    way: Way
    rule: Rule
    description: Words
    # The decision of the states, or the evidence of their payments.
    voucher: Annotated[Reference, StringConstraints(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.as_of > self.settled_on:
            raise broken(("as_of", AS_OF_TOO_LATE))
        return self


@dataclass(frozen=True, slots=True)
class SettledState:
    """What a settlement does to one state, in euro.

    `equity` is its balance on account 8020, above zero when it gave more than its fair share;
    `carried` what earlier settlements carried and is still open, above zero when it is to be paid;
    `received` is below zero when the state pays.
    """

    state: str
    equity: Decimal
    carried: Decimal
    received: Decimal

    @property
    def before(self) -> Decimal:
        """The balance to be settled."""
        return self.equity + self.carried

    @property
    def after(self) -> Decimal:
        """What stays unsettled."""
        return self.before - self.received


@dataclass(frozen=True, slots=True)
class SettledTransfer:
    """One payment between states: in euro, and in the money of each at the rate of the day."""

    payer: str
    receiver: str
    amount: Decimal
    payer_rate: Rate
    receiver_rate: Rate

    @property
    def paid(self) -> Decimal:
        """The amount in the payer's own currency, half-up."""
        return round_half_up(self.amount * self.payer_rate.per_euro)

    @property
    def received(self) -> Decimal:
        """The amount in the receiver's own currency, half-up."""
        return round_half_up(self.amount * self.receiver_rate.per_euro)


@dataclass(frozen=True, slots=True)
class Plan:
    """A settlement as of a cutoff: who pays whom, and where that leaves every state.

    `purpose` is None when the positions of all purposes are levelled together. `fewest` says that
    no fewer transfers could do the same; otherwise that was not looked for.
    """

    at: Cutoff
    rule: Rule
    purpose: Purpose | None
    states: tuple[SettledState, ...]
    transfers: tuple[SettledTransfer, ...]
    fewest: bool

    @property
    def unsettled(self) -> Decimal:
        """What stays: above zero contributed and not spent, below zero not yet contributed."""
        return sum((each.after for each in self.states), ZERO)

    @property
    def rates(self) -> tuple[Rate, ...]:
        """The rates used, in order of currency; the euro needs none."""
        used = {rate for each in self.transfers for rate in (each.payer_rate, each.receiver_rate)}
        return tuple(sorted((r for r in used if r.currency != "EUR"), key=lambda r: r.currency))


def plan(
    session: Session,
    at: Cutoff,
    rule: Rule,
    *,
    purpose: Purpose | None = None,
    known_at: datetime | None = None,
) -> Plan:
    """Find who pays whom so that the balances of a cutoff are levelled; nothing is written.

    The larger of the two sides, those ahead and those behind, is settled only as far as the smaller
    one reaches, shared out by `rule`. With `known_at` the rates are those imported by then. Raises
    SettledSinceError when a later day was settled, UndoneSinceError when the balances show a
    settlement that was undone, and MissingRateError or StaleRateError for a
    payer's or receiver's own currency.
    """
    _require_unsettled(session, at, purpose)
    equity = {each.state: _position(each, purpose) for each in equity_balances(session, at)}
    carried_over = carried(session, at, purpose)
    before = {
        state: equity.get(state, ZERO) + carried_over.get(state, ZERO)
        for state in sorted(equity.keys() | carried_over.keys())
    }
    received = _shared_out(before, rule)
    netting = net(received)
    states = (
        SettledState(state, equity.get(state, ZERO), carried_over.get(state, ZERO), received[state])
        for state in before
    )
    transfers = _with_rates(session, netting.transfers, at, known_at)
    return Plan(at, rule, purpose, tuple(states), transfers, netting.fewest)


def settlement(document: Document) -> NewSettlement:
    """Read what a settlement document says."""
    return NewSettlement.model_validate(document.body)


def submit(session: Session, new: NewSettlement, *, by: User, now: datetime, key: str) -> Document:
    """Keep a settlement and hand it to the coordinators; the same key gives the one there is.

    Raises what `propose` refuses, and what `documents.draft` refuses.
    """
    # A savepoint: what would be refused leaves no draft behind.
    with session.begin_nested():
        document = draft(session, new, kind=KIND, state=None, by=by, now=now, key=key)
        # The second click of a double click finds it submitted already.
        if document.status == Status.DRAFT:
            propose(session, [document])
            submit_all(session, [document], by=by, now=now)
    return document


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each settlement; nothing is written.

    Raises NothingToSettleError, and what `plan` raises.
    """
    return [_entry(session, document, settlement(document)) for document in documents]


def _entry(session: Session, document: Document, said: NewSettlement) -> NewEntry:
    at = cutoff(session, said.as_of)
    found = plan(session, at, said.rule, purpose=said.purpose)
    if not found.transfers:
        raise NothingToSettleError(on=said.as_of, purpose=LABELS[said.purpose])
    moves = _paid(found) if said.way is Way.PAID else _carried_over(found)
    form = Moved.BETWEEN_STATES if said.way is Way.PAID else None
    return NewEntry(
        effective_on=said.settled_on,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=tuple(
            NewPosting(
                account=account,
                amount=euro,
                euro=euro,
                state=state,
                purpose=said.purpose,
                form=form,
                item=item_key(document, state) if chart()[account].item_side else None,
            )
            for account, state, euro in moves
        ),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _paid(found: Plan) -> Iterator[tuple[str, str, Decimal]]:
    """Row 19d: the payer has given so much more, the receiver so much less."""
    for each in found.transfers:
        yield POSITION, each.receiver, each.amount
        yield POSITION, each.payer, -each.amount


def _carried_over(found: Plan) -> Iterator[tuple[str, str, Decimal]]:
    """The next call asks those behind for more, and those ahead for less: each once, net."""
    for each in found.states:
        if each.received:
            yield (OWED if each.received < 0 else DUE), each.state, -each.received


def _position(each: EquityBalance, purpose: Purpose | None) -> Decimal:
    if purpose is None:
        return each.balance
    return each.contributed_for(purpose) - each.fair_share.get(purpose, ZERO)


def _shared_out(before: Mapping[str, Decimal], rule: Rule) -> dict[str, Decimal]:
    """Say what each state receives; below zero it pays. Together that is zero."""
    ahead = {state: balance for state, balance in before.items() if balance > 0}
    behind = {state: -balance for state, balance in before.items() if balance < 0}
    settled = min(sum(ahead.values(), ZERO), sum(behind.values(), ZERO))
    paid = {state: -euro for state, euro in award(settled, behind, rule).items()}
    return {**dict.fromkeys(before, ZERO), **award(settled, ahead, rule), **paid}


def _with_rates(
    session: Session, transfers: tuple[Transfer, ...], at: Cutoff, known_at: datetime | None
) -> tuple[SettledTransfer, ...]:
    states = {state for each in transfers for state in (each.payer, each.receiver)}
    money = {state: (own_currency(state, at.as_of), at.as_of) for state in states}
    rates = policy_rates(session, RateEvent.REPORTING, set(money.values()), known_at=known_at)
    return tuple(
        SettledTransfer(
            each.payer,
            each.receiver,
            each.amount,
            payer_rate=rates[money[each.payer]],
            receiver_rate=rates[money[each.receiver]],
        )
        for each in transfers
    )


def _require_unsettled(session: Session, at: Cutoff, purpose: Purpose | None) -> None:
    """Balances that do not show a standing settlement, or show an undone one, mislead."""
    undoing = aliased(JournalEntry)
    undone = sa.and_(undoing.reverses == JournalEntry.number, undoing.number <= at.known_number)
    made, undone_on = JournalEntry.effective_on, undoing.effective_on
    later = sa.and_(undoing.number.is_(None), made > at.as_of)
    between = sa.and_(made <= at.as_of, undone_on > at.as_of)
    query = (
        sa.select(JournalEntry.number, made, undoing.number, undone_on)
        .join(Posting, Posting.entry == JournalEntry.number)
        .outerjoin(undoing, undone)
        .where(JournalEntry.kind == KIND, JournalEntry.number <= at.known_number)
        .where(sa.or_(later, between))
        .order_by(made.desc(), JournalEntry.number.desc())
        .limit(1)
    )
    if purpose is not None:
        query = query.where(Posting.purpose == purpose)
    for number, on, reversal, reversed_on in session.execute(query):
        if reversal is None:
            raise SettledSinceError(number=number, on=on)
        raise UndoneSinceError(number=reversal, on=reversed_on, first=on)
