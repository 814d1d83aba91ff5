"""Closing a period: what is still open in it, and who closed it although something was.

The checklist is read before a period that is on hold is closed for good. What it finds is settled
first, or waived with a reason, which is kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from ledger.acts import COMMAND_LINE
from ledger.balances import Cutoff, cutoff
from ledger.db import Base, lock_journal, text
from ledger.documents import Document
from ledger.entries import Posting
from ledger.errors import LedgerError
from ledger.headings import ENTRY_KINDS
from ledger.i18n import N_, Message
from ledger.impairments import ABOVE_OWED, excess_allowances
from ledger.importables import IMPORTABLES
from ledger.money import still_due
from ledger.offer_standing import offers
from ledger.open_items import open_items
from ledger.periods import LABELS, Period, PeriodStatus, advance, no_period
from ledger.pools import due_pools
from ledger.prior_periods import POSTED_ON
from ledger.rate_policies import missing_policy_rates
from ledger.revaluations import MONETARY, unrevalued
from ledger.users import Role, User, require_role
from ledger.vocabulary import LABELS as WORDS
from ledger.vocabulary import Purpose, RateEvent, Status
from ledger.year_ends import KIND as YEAR_END
from ledger.year_ends import open_years

UNAPPLIED = "2060"
OPEN_STATUSES = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)
# The days of what files do not hold, or hold with days that may lie ahead.
DAYS: Mapping[str, tuple[str, ...]] = {
    **{each.kind: each.days for each in IMPORTABLES},
    "reversal": ("effective_on",),
    "scale": ("valid_from",),
    "accession": ("joined_on",),
    "opt_out": ("from_on",),
    "withdrawal": ("left_on", "paid_on"),
}

WAITING = N_("%(kind)s of %(on)s is %(status)s: have it approved, or withdraw it.")
NOT_APPLIED = N_(
    "Of receipt %(item)s %(currency)s %(amount)s is not applied: say what it was paid for."
)
NOT_REVALUED = N_("%(currency)s is not carried at the rate of %(on)s: have a revaluation posted.")
NOT_SHARED = N_("Costs of %(purpose)s up to %(until)s are not shared yet: have them shared.")
NOT_CLOSED = N_("Revenue and expenses of %(year)s are not closed: have a year-end document posted.")
NOT_DELIVERED = N_("Offer %(offer)s of %(state)s was accepted and is not all delivered.")


class OpenPointsError(LedgerError):
    """A period to be closed with something open in it."""

    code = "open-points"
    message = N_(
        "In the period %(first)s to %(last)s %(count)s points are open; the first: %(point)s "
        "Settle them, or give the reason for closing it all the same."
    )


class MovedPeriodError(LedgerError):
    """A step of a period that has gone further since it was looked at."""

    code = "moved-period"
    message = N_("This period is %(status)s by now: look at it again before you take a step.")


class ClosingWaiver(Base):
    """That a period was closed with points open: who waived them, and why."""

    __tablename__ = "closing_waiver"
    __table_args__ = ({"sqlite_strict": True},)

    from_on: Mapped[date] = mapped_column(sa.ForeignKey(Period.from_on), primary_key=True)
    reason: Mapped[text] = mapped_column(sa.String(500))
    points: Mapped[int]
    # Empty where it was closed from the command line, by whoever keeps the machine.
    by: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Point:
    """One thing still open in a period, in words, and the document or entry to look at."""

    code: str
    message: Message
    params: Mapping[str, object] = field(default_factory=dict)
    document: str | None = None
    entry: int | None = None

    def __str__(self) -> str:
        return self.message % self.params


def checklist(session: Session, period: Period) -> list[Point]:
    """List what is open in a period, in a fixed order; nothing is written."""
    at = cutoff(session, period.until_on)
    return [
        *_waiting(session, period),
        *_unapplied(session, at),
        *_without_rate(session, period, at),
        *_unrevalued(session, at),
        *_unshared(session, at),
        *_unclosed(session, period),
        *_undelivered(session, at),
        *_undoubted(session, at),
    ]


def period_of(session: Session, on: date) -> Period:
    """Find the period that holds a day; raise NoPeriodError where none does."""
    query = sa.select(Period).where(Period.from_on <= on, Period.until_on >= on)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise no_period(session, on)
    return found


def take_step(
    session: Session,
    on: date,
    *,
    now: datetime,
    by: User | None = None,
    seen: str | None = None,
    anyway: str = "",
) -> Period:
    """Move the period that holds a day one step on; to close it, nothing in it may be open.

    `seen` is the status that was looked at, `anyway` the reason for closing it with points open.
    Raises NotAllowedError for anybody but a coordinator, NoPeriodError, MovedPeriodError,
    OpenPointsError or PeriodOrderError.
    """
    if by is not None:
        require_role(by, Role.COORDINATOR)
    lock_journal(session)
    period = period_of(session, on)
    if seen is not None and period.status != seen:
        raise MovedPeriodError(status=LABELS[PeriodStatus(period.status)])
    if period.status == PeriodStatus.HOLD:
        _settled_or_waived(session, period, by=by, now=now, reason=anyway.strip())
    return advance(session, on, now=now, by=by.login if by else COMMAND_LINE)


def _settled_or_waived(
    session: Session, period: Period, *, by: User | None, now: datetime, reason: str
) -> None:
    points = checklist(session, period)
    if not points:
        return
    if not reason:
        raise OpenPointsError(
            first=period.from_on, last=period.until_on, count=len(points), point=points[0]
        )
    waived = {"from_on": period.from_on, "reason": reason[:500], "points": len(points)}
    session.add(ClosingWaiver(**waived, by=by.id if by else None, at=now))


def _waiting(session: Session, period: Period) -> Iterator[Point]:
    """Documents of its days that nobody has decided on."""
    query = (
        sa.select(Document.id, Document.kind, Document.status, Document.body)
        .where(Document.status.in_(OPEN_STATUSES))
        .order_by(Document.made_at, Document.id)
    )
    for document, kind, status, body in session.execute(query):
        on = _within(period, _days(kind, body))
        if on is not None:
            said = {"kind": ENTRY_KINDS.get(kind, kind), "on": on, "status": WORDS[Status(status)]}
            yield Point("waiting", WAITING, said, document=document)


def _days(kind: str, body: Mapping[str, Any]) -> Iterator[date]:
    """Give the days on which a document would be posted."""
    if kind == YEAR_END:
        yield date(int(body["year"]), 12, 31)
    for name in DAYS.get(kind, ()):
        if name in body:
            yield max(date.fromisoformat(body[each]) for each in (name, POSTED_ON) if each in body)


def _within(period: Period, days: Iterable[date]) -> date | None:
    return next((on for on in days if period.from_on <= on <= period.until_on), None)


def _unapplied(session: Session, at: Cutoff) -> Iterator[Point]:
    for item in open_items(session, at, accounts=(UNAPPLIED,)):
        said = {"item": item.reference, "currency": item.currency, "amount": item.amount}
        yield Point("not-applied", NOT_APPLIED, said, entry=item.number)


def _without_rate(session: Session, period: Period, at: Cutoff) -> Iterator[Point]:
    """Currencies that moved in it, or are held or owed at its end, and have no rate then."""
    until = Posting.effective_on <= at.as_of
    moved = sa.select(Posting.currency).where(until, Posting.effective_on >= period.from_on)
    held = (
        sa.select(Posting.currency)
        .where(until, Posting.account.in_(MONETARY))
        .group_by(Posting.account, Posting.item, Posting.currency)
        .having(sa.func.sum(Posting.amount) != 0)
    )
    foreign = {code for code in session.scalars(moved.union(held)) if code != "EUR"}
    wanted = {(code, at.as_of) for code in foreign}
    for refusal in missing_policy_rates(session, RateEvent.CLOSING, wanted).values():
        yield Point(refusal.code, refusal.message, refusal.params)


def _unrevalued(session: Session, at: Cutoff) -> Iterator[Point]:
    for currency in unrevalued(session, at):
        yield Point("not-revalued", NOT_REVALUED, {"currency": currency, "on": at.as_of})


def _unshared(session: Session, at: Cutoff) -> Iterator[Point]:
    for purpose in Purpose:
        try:
            pools = due_pools(session, purpose, at)
            due = [still_due(each.borne(), each.charged) for each in pools]
        except LedgerError as refusal:
            yield Point(refusal.code, refusal.message, refusal.params)
            continue
        if any(part for each in due for part in each.values()):
            said = {"purpose": WORDS[purpose], "until": at.as_of}
            yield Point("not-shared", NOT_SHARED, said)


def _unclosed(session: Session, period: Period) -> Iterator[Point]:
    for year in open_years(session):
        if period.from_on <= date(year, 12, 31) <= period.until_on:
            yield Point("not-closed", NOT_CLOSED, {"year": year})


def _undelivered(session: Session, at: Cutoff) -> Iterator[Point]:
    """What was taken in kind by its end, and has not all come."""
    for each in offers(session, at):
        if each.accepted is not None and not each.is_delivered:
            said = {"state": each.said.state, "offer": each.said.offer}
            document = each.accepted.document_id
            yield Point("not-delivered", NOT_DELIVERED, said, document=document)


def _undoubted(session: Session, at: Cutoff) -> Iterator[Point]:
    """An allowance that payments left above what is owed: only people say what is in doubt."""
    for state, amount in excess_allowances(session, at).items():
        yield Point("excess-allowance", ABOVE_OWED, {"state": state, "amount": amount})
