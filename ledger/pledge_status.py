"""How pledges stand: pledged, received, outstanding, and which instalments are overdue.

All of it is computed from postings as of a day, as known at an entry number. An announced pledge is
in no total of what was paid or is owed: it stands in the memorandum book (OCHA FTS counts so too).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.orm import Session

from ledger.balances import Cutoff
from ledger.instalments import Instalment
from ledger.money import ZERO
from ledger.pledge_moves import Moves, moves, standing
from ledger.pledge_versions import Pledge, Version, pledges_by_code
from ledger.vocabulary import (
    FTS_PAID,
    FTS_STATUS,
    IATI_AID_TYPE,
    IATI_CHANNEL,
    IATI_TRANSACTION,
    Activity,
    Form,
    Fulfilment,
    FundingSource,
    Level,
    Purpose,
)


@dataclass(frozen=True, slots=True)
class InstalmentStanding:
    """One instalment, what was paid of it and what is open, in the pledge's currency."""

    number: int
    due_on: date | None
    amount: Decimal
    paid: Decimal
    open: Decimal
    status: Fulfilment


@dataclass(frozen=True, slots=True)
class Codes:
    """What others call a pledge: IATI's transaction, aid and channel types, and FTS's status."""

    iati_transaction: str
    iati_aid_type: str | None
    iati_channel: str | None
    fts_status: str


@dataclass(frozen=True, slots=True)
class PledgeStanding:
    """A pledge as of a day, by its version then in force; amounts in its own currency."""

    state: str
    code: str
    level: Level
    form: Form
    purpose: Purpose
    activity: Activity
    funding_source: FundingSource | None
    description: str
    conditions: str | None
    earmark: str | None
    currency: str
    pledged: Decimal
    received: Decimal
    outstanding: Decimal
    # Received on conditions that are not met yet; part of what was received.
    waiting: Decimal
    status: Fulfilment
    lapsed_on: date | None
    instalments: tuple[InstalmentStanding, ...]
    versions: tuple[Version, ...]
    codes: Codes

    @property
    def version(self) -> int:
        """The number of the version in force."""
        return self.versions[-1].number

    @property
    def fulfilment(self) -> Fraction:
        """What was received for each unit pledged, exactly."""
        return Fraction(self.received) / Fraction(self.pledged)

    @property
    def next_due(self) -> InstalmentStanding | None:
        """The oldest instalment that is not paid."""
        return next((each for each in self.instalments if each.open), None)


def pledges(
    session: Session, at: Cutoff, *, state: str | None = None, known_at: datetime | None = None
) -> list[PledgeStanding]:
    """List how pledges stand as of a cutoff, by state and code, in two queries.

    `known_at` is the moment of a statement: see `balances.was_known`.
    """
    found = pledges_by_code(session, at, state=state, known_at=known_at)
    if not found:
        return []
    posted = moves(session, at)
    return [_standing(each, posted, at.as_of) for each in found.values()]


def codes_of(level: Level, form: Form, *, is_paid: bool) -> Codes:
    """Translate level and form into the codes of IATI and of OCHA's FTS."""
    return Codes(
        iati_transaction=IATI_TRANSACTION[level],
        iati_aid_type=IATI_AID_TYPE.get(form),
        iati_channel=IATI_CHANNEL.get(form),
        fts_status=FTS_PAID if is_paid else FTS_STATUS[level],
    )


def _standing(pledge: Pledge, posted: Moves, as_of: date) -> PledgeStanding:
    said, now = pledge.said, standing(pledge, posted)
    # Only what binds can be overdue: the day of an announced sum is an intention.
    binds = said.level is Level.COMMITTED
    paid = said.schedule.paid(now.received_of, now.received)
    settled = said.schedule.paid(now.settled_of, now.settled)
    instalments = [
        _instalment(number, each, paid[each.due_on], each.amount - settled[each.due_on])
        for number, each in enumerate(said.schedule, start=1)
    ]
    if not now.outstanding and now.received < said.amount:
        instalments = [_without_rest(each) for each in instalments]
    elif binds:
        instalments = [_overdue(each, as_of) for each in instalments]
    return PledgeStanding(
        state=pledge.state,
        code=pledge.code,
        level=said.level,
        form=said.form,
        purpose=said.purpose,
        activity=said.activity,
        funding_source=said.funding_source,
        description=said.description,
        conditions=said.conditions,
        earmark=said.earmark,
        currency=said.currency,
        pledged=said.amount,
        received=now.received,
        outstanding=now.outstanding,
        waiting=now.liability,
        status=_together(instalments),
        lapsed_on=pledge.lapsed_on,
        instalments=tuple(instalments),
        versions=pledge.versions,
        codes=codes_of(said.level, said.form, is_paid=now.received >= said.amount),
    )


def _instalment(
    number: int, said: Instalment, paid: Decimal, still_open: Decimal
) -> InstalmentStanding:
    """Tell of one instalment how it stands; what was written off of it is not open any more."""
    status = Fulfilment.PARTLY_PAID if paid else Fulfilment.OPEN
    if not still_open:
        status = Fulfilment.PAID if paid == said.amount else Fulfilment.LAPSED
    return InstalmentStanding(number, said.due_on, said.amount, paid, still_open, status)


def _without_rest(each: InstalmentStanding) -> InstalmentStanding:
    status = Fulfilment.LAPSED if each.open else each.status
    return InstalmentStanding(each.number, each.due_on, each.amount, each.paid, ZERO, status)


def _overdue(each: InstalmentStanding, as_of: date) -> InstalmentStanding:
    if not each.open or each.due_on is None or each.due_on >= as_of:
        return each
    return InstalmentStanding(
        each.number, each.due_on, each.amount, each.paid, each.open, Fulfilment.OVERDUE
    )


def _together(instalments: Sequence[InstalmentStanding]) -> Fulfilment:
    """Say of a pledge what is worst among its instalments."""
    found = {each.status for each in instalments}
    for status in (Fulfilment.LAPSED, Fulfilment.OVERDUE):
        if status in found:
            return status
    if found == {Fulfilment.PAID}:
        return Fulfilment.PAID
    return Fulfilment.OPEN if found == {Fulfilment.OPEN} else Fulfilment.PARTLY_PAID
