"""Who takes part in the mechanism, from when until when.

The four founding states take part from 21 November 2016, the day of the joint statement of the
interior ministers; every member state of the European Union may join.
"""

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from ledger.db import Base
from ledger.errors import NotAMemberError, UnknownStateError

FOUNDED_ON = date(2016, 11, 21)
FOUNDERS = ("CZ", "HU", "PL", "SK")

# ISO 3166-1 alpha-2; the United Kingdom was a member state until 31 January 2020.
EU_STATES = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR"),
    *("HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
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


def members_on(session: Session, on: date) -> tuple[str, ...]:
    """List the codes of the states that take part on a day, in order of code."""
    query = (
        sa.select(Membership.state_code)
        .where(Membership.joined_on <= on)
        .where(sa.or_(Membership.left_on.is_(None), Membership.left_on >= on))
        .order_by(Membership.state_code)
    )
    return tuple(session.scalars(query))


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
        elif not any(
            s == state and joined <= on and (left is None or on <= left)
            for s, joined, left in spans
        ):
            refused[state, on] = NotAMemberError(state=state, on=on)
    return refused


def require_members(session: Session, wanted: Iterable[tuple[str, date]]) -> None:
    """Raise UnknownStateError or NotAMemberError for the first state that is out of place."""
    for refusal in outsiders(session, wanted).values():
        raise refusal


def require_member(session: Session, state: str, on: date) -> None:
    """Raise UnknownStateError or NotAMemberError unless the state takes part on that day."""
    require_members(session, [(state, on)])


def admit(session: Session, state: str, *, joined_on: date) -> None:
    """Record that a state takes part from a day on; raise UnknownStateError outside the Union."""
    if state not in EU_STATES:
        raise UnknownStateError(state=state)
    if session.get(ParticipatingState, state) is None:
        session.add(ParticipatingState(code=state))
        session.flush()
    session.add(Membership(state_code=state, joined_on=joined_on))
    session.flush()
