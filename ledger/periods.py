"""Accounting periods: open, then hold, then closed, and never back.

Nothing is posted with a date outside an open period; while a period is on hold its figures are
being checked and nothing is posted into it either. The database's guards refuse it too.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from ledger.acts import COMMAND_LINE, Act, Kept
from ledger.audit import Noted, note
from ledger.db import Base, code, lock_journal
from ledger.errors import ClosedPeriodError, NoPeriodError, PeriodOrderError
from ledger.i18n import N_


class PeriodStatus(StrEnum):
    """How far the closing of a period has come."""

    OPEN = "open"
    HOLD = "hold"
    CLOSED = "closed"


LABELS: dict[StrEnum, str] = {
    PeriodStatus.OPEN: N_("open"),
    PeriodStatus.HOLD: N_("on hold"),
    PeriodStatus.CLOSED: N_("closed"),
}

NO_DAY = N_("no day yet")

NEXT = {PeriodStatus.OPEN: PeriodStatus.HOLD, PeriodStatus.HOLD: PeriodStatus.CLOSED}


class Period(Base):
    """A span of days, both ends included, that is closed as one."""

    __tablename__ = "period"
    __table_args__ = (
        sa.CheckConstraint("until_on >= from_on", name="order"),
        sa.CheckConstraint("status IN ('open', 'hold', 'closed')", name="status"),
        {"sqlite_strict": True},
    )

    from_on: Mapped[date] = mapped_column(primary_key=True)
    until_on: Mapped[date] = mapped_column(unique=True)
    status: Mapped[code] = mapped_column(default=PeriodStatus.OPEN)


def add_period(
    session: Session, from_on: date, until_on: date, *, now: datetime, by: str = COMMAND_LINE
) -> Period:
    """Open a period; raise PeriodOrderError when it meets one that is there."""
    meeting = sa.select(Period).where(Period.from_on <= until_on, Period.until_on >= from_on)
    met = session.scalars(meeting).first()
    if met is not None:
        raise PeriodOrderError(status=LABELS[PeriodStatus(met.status)])
    period = Period(from_on=from_on, until_on=until_on, status=PeriodStatus.OPEN)
    session.add(period)
    session.flush()
    _note(session, period, Act.ADDED, old=None, by=by, now=now)
    return period


def advance(session: Session, on: date, *, now: datetime, by: str = COMMAND_LINE) -> Period:
    """Move the period that holds a day one step on: open to hold, hold to closed."""
    period = session.scalars(
        sa.select(Period).where(Period.from_on <= on, Period.until_on >= on)
    ).one_or_none()
    if period is None:
        raise no_period(session, on)
    following = NEXT.get(PeriodStatus(period.status))
    if following is None:
        raise PeriodOrderError(status=LABELS[PeriodStatus(period.status)])
    # Whoever is posting now finishes first; whoever comes next finds the period as it is then.
    lock_journal(session)
    before = str(period.status)
    period.status = following
    session.flush()
    _note(session, period, Act.ADVANCED, old={"status": before}, by=by, now=now)
    return period


def shut_days(
    session: Session, days: Iterable[date]
) -> dict[date, ClosedPeriodError | NoPeriodError]:
    """Say why nothing can be posted on each day outside an open period; nothing for the others."""
    spans = session.execute(
        sa.select(Period.from_on, Period.until_on, Period.status).order_by(Period.from_on)
    ).all()
    shut: dict[date, ClosedPeriodError | NoPeriodError] = {}
    for on in sorted(set(days)):
        held = [span for span in spans if span.from_on <= on <= span.until_on]
        if not held:
            shut[on] = no_period(session, on)
        elif held[0].status != PeriodStatus.OPEN:
            shut[on] = ClosedPeriodError(
                on=on,
                first=held[0].from_on,
                last=held[0].until_on,
                status=LABELS[PeriodStatus(held[0].status)],
            )
    return shut


def require_open(session: Session, days: Iterable[date]) -> None:
    """Raise ClosedPeriodError or NoPeriodError for the first day outside an open period."""
    for refusal in shut_days(session, days).values():
        raise refusal


def first_open(session: Session, days: Iterable[date]) -> dict[date, date]:
    """Give for each day, in order, the first that is open from it on: itself, where it is.

    Raises ClosedPeriodError or NoPeriodError where none is.
    """
    wanted = sorted(set(days))
    shut = shut_days(session, wanted)
    query = sa.select(Period.from_on).where(Period.status == PeriodStatus.OPEN)
    firsts = session.scalars(query.order_by(Period.from_on)).all()
    found = {on: on for on in wanted}
    for on, refusal in shut.items():
        following = [first for first in firsts if first > on]
        if not following:
            raise refusal
        found[on] = following[0]
    return found


def no_period(session: Session, on: date) -> NoPeriodError:
    """Say that no period holds a day, and which days they hold."""
    span = sa.select(sa.func.min(Period.from_on), sa.func.max(Period.until_on))
    days = [NO_DAY if day is None else day for day in session.execute(span).one()]
    return NoPeriodError(on=on, first=days[0], last=days[1])


def _note(
    session: Session,
    period: Period,
    action: Act,
    *,
    old: dict[str, str] | None,
    by: str,
    now: datetime,
) -> None:
    key = f"{period.from_on}/{period.until_on}"
    new = {"status": str(period.status)}
    note(session, Noted(Kept.PERIOD, key, action, old, new), by=by, at=now)
