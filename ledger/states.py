"""Who takes part in the mechanism, from when until when, and who does not share in what.

The four founding states take part from 21 November 2016, the day of the joint statement of the
interior ministers; every member state of the European Union may join, leave, and opt out of
sharing the cost of an activity.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from ledger.db import Base, code
from ledger.errors import LedgerError, NotAMemberError, UnknownStateError
from ledger.i18n import N_
from ledger.union import EU_STATES, LAST_DAY_IN_THE_UNION

FOUNDED_ON = date(2016, 11, 21)
FOUNDERS = ("CZ", "HU", "PL", "SK")

ONE_DAY = timedelta(days=1)
# First and last day; without a last day it is still running.
Span = tuple[date, date | None]
Held = TypeVar("Held", bound=str | tuple[str, str])


class AlreadyAMemberError(LedgerError):
    """An accession of a state that takes part on that day or later."""

    code = "already-a-member"
    message = N_(
        "%(state)s takes part since %(since)s and has not left before %(on)s: "
        "choose a day after it left, or record its withdrawal first."
    )


class AlreadyLeftError(LedgerError):
    """A withdrawal of a state that leaves already."""

    code = "already-left"
    message = N_(
        "%(state)s leaves on %(on)s already: what was decided stands, "
        "and to take part again it accedes anew from a later day."
    )


class ParticipatingState(Base):
    """A state that has ever taken part; postings refer to it by code."""

    __tablename__ = "participating_state"
    __table_args__ = (
        sa.CheckConstraint("length(code) = 2", name="code_length"),
        {"sqlite_strict": True},
    )

    code: Mapped[str] = mapped_column(sa.String(2), primary_key=True)


class Membership(Base):
    """One span of taking part; both days belong to it, and an open end is still running."""

    __tablename__ = "membership"
    __table_args__ = (
        sa.CheckConstraint("left_on IS NULL OR left_on >= joined_on", name="order"),
        {"sqlite_strict": True},
    )

    state_code: Mapped[str] = mapped_column(
        sa.String(2), sa.ForeignKey(ParticipatingState.code), primary_key=True
    )
    joined_on: Mapped[date] = mapped_column(primary_key=True)
    left_on: Mapped[date | None]


class OptOut(Base):
    """One span of not sharing the cost of an activity; both days belong to it, as in membership."""

    __tablename__ = "opt_out"
    __table_args__ = (
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name="order"),
        {"sqlite_strict": True},
    )

    state_code: Mapped[str] = mapped_column(
        sa.String(2), sa.ForeignKey(ParticipatingState.code), primary_key=True
    )
    activity: Mapped[code] = mapped_column(primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    until_on: Mapped[date | None]
    # By its name, because documents stand above states.
    document_id: Mapped[str] = mapped_column(sa.String(36), sa.ForeignKey("document.id"))


def members_on(session: Session, on: date) -> tuple[str, ...]:
    """List the codes of the states that take part on a day, in order of code."""
    query = (
        sa.select(Membership.state_code)
        .where(*_meeting(Membership.joined_on, Membership.left_on, on, on))
        .order_by(Membership.state_code)
    )
    return tuple(session.scalars(query))


def members_until(session: Session, on: date) -> tuple[str, ...]:
    """List the codes of the states that took part on a day or before it, in order of code."""
    query = sa.select(Membership.state_code).where(Membership.joined_on <= on).distinct()
    return tuple(session.scalars(query.order_by(Membership.state_code)))


def members_between(
    session: Session, first: date, last: date
) -> list[tuple[date, date, tuple[str, ...]]]:
    """Part a span of days where its members change: first day, last day, and codes in their order.

    The parts follow one another and cover the whole span; two neighbours never say the same.
    """
    days = (Membership.joined_on, Membership.left_on)
    query = sa.select(Membership.state_code, *days).where(*_meeting(*days, first, last))
    held = [(state, (since, until)) for state, since, until in session.execute(query)]
    return _parted(held, first, last)


def opted_out(
    session: Session, first: date, last: date
) -> list[tuple[date, date, dict[str, tuple[str, ...]]]]:
    """Part a span of days where opt-outs change: first day, last day, and states by activity.

    An activity that every member shares in is left out. The parts cover the span, as those of
    `members_between` do; a state may be named that does not take part on those days.
    """
    days = (OptOut.from_on, OptOut.until_on)
    query = sa.select(OptOut.activity, OptOut.state_code, *days).where(
        *_meeting(*days, first, last)
    )
    held = [
        ((activity, state), (since, until))
        for activity, state, since, until in session.execute(query)
    ]
    return [(start, end, _by_activity(out)) for start, end, out in _parted(held, first, last)]


def outsiders(
    session: Session, wanted: Iterable[tuple[str, date]]
) -> dict[tuple[str, date], UnknownStateError | NotAMemberError]:
    """Say why each state that does not take part on its day is refused; nothing for members."""
    spans = session.execute(
        sa.select(Membership.state_code, Membership.joined_on, Membership.left_on)
    ).all()
    refused: dict[tuple[str, date], UnknownStateError | NotAMemberError] = {}
    for state, on in sorted(set(wanted)):
        if state not in EU_STATES:
            refused[state, on] = UnknownStateError(state=state)
        elif not any(each == state and _holds((since, until), on) for each, since, until in spans):
            refused[state, on] = NotAMemberError(state=state, on=on)
    return refused


def require_members(session: Session, wanted: Iterable[tuple[str, date]]) -> None:
    """Raise UnknownStateError or NotAMemberError for the first state that is out of place."""
    for refusal in outsiders(session, wanted).values():
        raise refusal


def require_member(session: Session, state: str, on: date) -> None:
    """Raise UnknownStateError or NotAMemberError unless the state takes part on that day."""
    require_members(session, [(state, on)])


def membership(session: Session, state: str, on: date) -> Membership:
    """Find the span in which a state takes part on a day; raise as `require_member` does."""
    found = session.scalars(
        sa.select(Membership)
        .where(Membership.state_code == state)
        .where(*_meeting(Membership.joined_on, Membership.left_on, on, on))
    ).one_or_none()
    if found is None:
        raise outsiders(session, [(state, on)])[state, on]
    return found


def require_outsider(session: Session, state: str, on: date) -> None:
    """Raise unless a state may join on a day and takes part neither then nor later.

    Raises UnknownStateError for a state that is not in the Union on that day, and
    AlreadyAMemberError.
    """
    if state not in EU_STATES or on > LAST_DAY_IN_THE_UNION.get(state, on):
        raise UnknownStateError(state=state)
    since = session.scalar(
        sa.select(sa.func.max(Membership.joined_on))
        .where(Membership.state_code == state)
        .where(sa.or_(Membership.left_on.is_(None), Membership.left_on >= on))
    )
    if since is not None:
        raise AlreadyAMemberError(state=state, since=since, on=on)


def require_member_to_leave(session: Session, state: str, on: date) -> Membership:
    """Give the running span that a state may end on a day.

    Raises UnknownStateError, NotAMemberError, or AlreadyLeftError when its end is decided already.
    """
    span = membership(session, state, on)
    if span.left_on is not None:
        raise AlreadyLeftError(state=state, on=span.left_on)
    return span


def admit(session: Session, state: str, *, joined_on: date) -> None:
    """Record that a state takes part from a day on; raise what `require_outsider` raises."""
    require_outsider(session, state, joined_on)
    if session.get(ParticipatingState, state) is None:
        session.add(ParticipatingState(code=state))
        session.flush()
    session.add(Membership(state_code=state, joined_on=joined_on))
    session.flush()


def dismiss(session: Session, state: str, *, left_on: date) -> None:
    """Record a state's last day; raise what `require_member_to_leave` raises."""
    require_member_to_leave(session, state, left_on).left_on = left_on
    session.flush()


def _meeting(
    since: InstrumentedAttribute[date],
    until: InstrumentedAttribute[date | None],
    first: date,
    last: date,
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Select the spans of days that have a day in common with a span."""
    return since <= last, sa.or_(until.is_(None), until >= first)


def _parted(
    held: Sequence[tuple[Held, Span]], first: date, last: date
) -> list[tuple[date, date, tuple[Held, ...]]]:
    """Part a span at each day on which something begins or has ended; say what holds in each."""
    starts = _starts([span for _, span in held], first, last)
    ends = [*(following - ONE_DAY for following in starts[1:]), last]
    parts: list[tuple[date, date, tuple[Held, ...]]] = []
    for start, end in zip(starts, ends, strict=True):
        there = tuple(sorted({who for who, span in held if _holds(span, start)}))
        if parts and parts[-1][2] == there:
            # Who left and came back on the next day was never away.
            parts[-1] = (parts[-1][0], end, there)
        else:
            parts.append((start, end, there))
    return parts


def _starts(spans: Iterable[Span], first: date, last: date) -> list[date]:
    found = {first}
    for since, until in spans:
        found.add(max(since, first))
        if until is not None and until < last:
            found.add(until + ONE_DAY)
    return sorted(found)


def _holds(span: Span, on: date) -> bool:
    since, until = span
    return since <= on and (until is None or on <= until)


def _by_activity(out: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    states: dict[str, list[str]] = defaultdict(list)
    for activity, state in out:
        states[activity].append(state)
    return {activity: tuple(those) for activity, those in states.items()}
