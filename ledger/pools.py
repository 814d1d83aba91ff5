"""Pools of common cost: what accrued, on which days, to be borne by whom (books.md row 17).

A purpose's cost is parted into segments, within which nothing changes that decides who bears it: a
calendar year, a scale in force, the members, the opt-outs from an activity. Common cost is the
mechanism's own expenditure, equipment when it is acquired, and the credit value of what was given
in kind; what was bought for one state alone is borne by that state.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ledger.balances import Cutoff
from ledger.entries import JournalEntry, Posting
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.money import ZERO, from_cents, round_together
from ledger.scales import Adopted, NoScaleError, StaleScaleError, adopted, last_valid
from ledger.states import members_between, opted_out
from ledger.vocabulary import LABELS, Activity, Form, Purpose

ALLOCATION = "allocation"
OWN_COST_ACCOUNTS = ("1210", "1310", "5010", "5020")
IN_KIND = tuple(form for form in Form if form is not Form.CASH)
POOL, POSITION = "8010", "8020"


class EverybodyOptedOutError(LedgerError):
    """Cost of an activity that nobody shares."""

    code = "everybody-opted-out"
    message = N_(
        "Everybody opted out of “%(activity)s” from %(first)s to %(last)s: its cost of EUR "
        "%(cost)s falls to nobody. Reverse it, or enter it as the cost of one state."
    )


@dataclass(frozen=True, slots=True)
class Segment:
    """Days within which one scale shares a purpose's cost, and who is out of which activity."""

    purpose: Purpose
    first: date
    last: date
    scale: Adopted
    opted_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def shares_in(self, activity: str | None) -> dict[str, Fraction]:
        """Give the shares in an activity's cost: those who are out leave theirs to the others."""
        out = self.opted_out.get(activity or "", ())
        staying = {state: s for state, s in self.scale.shares.items() if state not in out}
        total = sum(staying.values(), Fraction(0))
        return {state: share / total for state, share in staying.items()} if total else {}


@dataclass(frozen=True, slots=True)
class Run:
    """What the entry of a run says of the pool that it shared; it is sealed with the entry."""

    document_id: str
    first: date
    last: date
    scale: int
    scale_hash: str

    @property
    def key(self) -> str:
        """Write it as the entry's own key, which no other entry has."""
        days = f"{self.first.isoformat()}:{self.last.isoformat()}"
        return f"{self.document_id}:{days}:{self.scale}:{self.scale_hash}"


def run_of(key: str) -> Run:
    """Read the key of a run's entry."""
    document_id, first, last, scale, scale_hash = key.split(":")
    days = date.fromisoformat(first), date.fromisoformat(last)
    return Run(document_id, *days, int(scale), scale_hash)


@dataclass(slots=True)
class Pool:
    """The common cost of a segment so far and what was charged of it, in euro."""

    segment: Segment
    # By activity.
    own_cost: dict[str | None, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    in_kind: dict[str | None, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    # By the one state that it was for.
    attributed: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    charged: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    @property
    def common(self) -> dict[str | None, Decimal]:
        """What all share, by activity."""
        activities = sorted({*self.own_cost, *self.in_kind}, key=str)
        return {
            each: self.own_cost.get(each, ZERO) + self.in_kind.get(each, ZERO)
            for each in activities
        }

    @property
    def cost(self) -> Decimal:
        """The whole cost, common and of single states."""
        return sum(self.common.values(), ZERO) + sum(self.attributed.values(), ZERO)

    @property
    def charged_total(self) -> Decimal:
        """All that was charged of it."""
        return sum(self.charged.values(), ZERO)

    def borne(self) -> dict[str, Decimal]:
        """Share the cost, to the cent: it adds up, and nobody is a cent off their exact share.

        Raises EverybodyOptedOutError for cost of an activity that nobody shares.
        """
        exact = {state: Fraction(amount) for state, amount in self.attributed.items()}
        for activity, cost in self.common.items():
            shares = self.segment.shares_in(activity)
            if cost and not shares:
                raise EverybodyOptedOutError(
                    activity=LABELS[Activity(activity)] if activity else "",
                    first=self.segment.first,
                    last=self.segment.last,
                    cost=cost,
                )
            for state, share in shares.items():
                exact[state] = exact.get(state, Fraction(0)) + share * Fraction(cost)
        return round_together(exact)


def due_pools(session: Session, purpose: Purpose, at: Cutoff) -> list[Pool]:
    """List a purpose's pools up to a day, by the scales in force, with what was charged of each.

    Raises NoScaleError for cost on a day without a scale, and StaleScaleError where the scale in
    force was made for other members than take part.
    """
    # Whenever a run was undone, what it charged is open again.
    rows = [*_costs(session, at, purpose), *_charges(session, at, purpose, posted_by=date.max)]
    if not rows:
        return []
    # From the year's first day, so that a late cost does not move where a segment begins.
    first = date(min(row.on for row in rows).year, 1, 1)
    parts = _parts(session, purpose, first, at.as_of)
    days = sorted({row.on for row in rows if row.euro})
    segments = [
        part.segment(purpose, on)
        for part in parts
        if (on := next((day for day in days if part.first <= day <= part.last), None))
    ]
    return _filled(segments, rows)


def shared_pools(session: Session, at: Cutoff) -> list[Pool]:
    """List the pools of which something was charged, by purpose and day, as the runs had them.

    Their segments are read off the entries, so that a statement made again says the same.
    """
    pools: list[Pool] = []
    for purpose, segments in _charged_segments(session, at).items():
        charges = _charges(session, at, purpose, posted_by=at.as_of)
        rows = [*_costs(session, at, purpose), *charges]
        pools += _filled(segments, rows)
    return pools


@dataclass(frozen=True, slots=True)
class _Row:
    on: date
    # What it is: own cost, in kind, or charged.
    column: str
    activity: str | None
    state: str | None
    euro: Decimal


def _costs(session: Session, at: Cutoff, purpose: Purpose) -> list[_Row]:
    """Sum what accrued; a reversal belongs to the day of the cost that it undoes.

    So whoever shared a cost is given it back, and nobody else. What a closed period learned too
    late belongs to the day on which it happened.
    """
    line, entry, undone = Posting, JournalEntry, aliased(JournalEntry)
    happened = (undone.occurred_on, undone.effective_on, entry.occurred_on, line.effective_on)
    day = sa.func.coalesce(*happened)
    own = sa.and_(line.account.in_(OWN_COST_ACCOUNTS), line.form.is_(None))
    given = sa.and_(line.account == POOL, line.form.in_(IN_KIND))
    # Who gave it in kind bears no more of it than the others.
    state = sa.case((own, line.state_code), else_=None)
    keys = (day, sa.case((own, "own_cost"), else_="in_kind"), line.activity, state)
    query = (
        sa.select(*keys, sa.func.sum(line.euro))
        .join(entry, entry.number == line.entry)
        .outerjoin(undone, undone.number == entry.reverses)
        .where(line.effective_on <= at.as_of, line.entry <= at.known_number)
        .where(line.purpose == purpose, sa.or_(own, given))
        .group_by(*keys)
    )
    return [_row(*row) for row in session.execute(query)]


def _charges(session: Session, at: Cutoff, purpose: Purpose, *, posted_by: date) -> list[_Row]:
    """Sum what runs charged, by the first day of the pool: a late correction is posted later.

    A reversal belongs to the pool of the run that it undoes.
    """
    entry, undone = JournalEntry, aliased(JournalEntry)
    kind = sa.func.coalesce(undone.kind, entry.kind)
    key = sa.func.coalesce(undone.idempotency_key, entry.idempotency_key)
    query = (
        sa.select(key, Posting.state_code, sa.func.sum(Posting.euro))
        .join(entry, entry.number == Posting.entry)
        .outerjoin(undone, undone.number == entry.reverses)
        .where(Posting.account == POSITION, Posting.purpose == purpose, kind == ALLOCATION)
        .where(Posting.effective_on <= posted_by, Posting.entry <= at.known_number)
        .group_by(key, Posting.state_code)
    )
    rows = (
        _row(run_of(run).first, "charged", None, state, euro)
        for run, state, euro in session.execute(query)
    )
    return [row for row in rows if row.on <= at.as_of]


def _row(on: date, column: str, activity: str | None, state: str | None, cents: int) -> _Row:
    return _Row(on, column, activity, state, from_cents(int(cents)))


def _filled(segments: Sequence[Segment], rows: Iterable[_Row]) -> list[Pool]:
    pools = [Pool(segment) for segment in segments]
    starts = [segment.first for segment in segments]
    for row in rows:
        at = bisect_right(starts, row.on) - 1
        if at < 0 or row.on > segments[at].last or not row.euro:
            continue
        pool = pools[at]
        if row.column == "charged":
            pool.charged[str(row.state)] += row.euro
        elif row.state is not None:
            pool.attributed[row.state] += row.euro
        else:
            getattr(pool, row.column)[row.activity] += row.euro
    return [pool for pool in pools if pool.cost or pool.charged]


@dataclass(frozen=True, slots=True)
class _Part:
    """Days within which nothing changes that decides who bears their cost."""

    first: date
    last: date
    scale: Adopted | None
    members: tuple[str, ...]
    opted_out: Mapping[str, tuple[str, ...]]

    def segment(self, purpose: Purpose, on: date) -> Segment:
        """Make a segment of it, for what accrues from a day on.

        Raises NoScaleError or StaleScaleError where nobody can share it.
        """
        if self.scale is None:
            raise NoScaleError(purpose=LABELS[purpose], on=on)
        if set(self.members) != set(self.scale.members):
            raise StaleScaleError(
                on=self.first,
                members=", ".join(self.members),
                purpose=LABELS[purpose],
                shared=", ".join(self.scale.members),
            )
        return Segment(purpose, self.first, self.last, self.scale, self.opted_out)


def segments_between(session: Session, purpose: Purpose, first: date, last: date) -> list[Segment]:
    """Part days at every change of year, scale, members and opt-outs; raise as `due_pools` does."""
    return [part.segment(purpose, part.first) for part in _parts(session, purpose, first, last)]


def _parts(session: Session, purpose: Purpose, first: date, last: date) -> list[_Part]:
    scales = adopted(session, purpose)
    members = members_between(session, first, last)
    out = opted_out(session, first, last)
    cuts = {first} | {part[0] for part in (*members, *out)}
    cuts |= {each.valid_from for each in scales if first < each.valid_from <= last}
    cuts |= {date(year, 1, 1) for year in range(first.year + 1, last.year + 1)}
    starts = sorted(cuts)
    ends = [*(start - timedelta(days=1) for start in starts[1:]), last]
    return [
        _Part(start, end, last_valid(scales, start), _holding(members, start), _holding(out, start))
        for start, end in zip(starts, ends, strict=True)
    ]


def _holding(parts: Iterable[tuple[date, date, Any]], on: date) -> Any:
    return next(held for start, end, held in parts if start <= on <= end)


def _charged_segments(session: Session, at: Cutoff) -> dict[Purpose, list[Segment]]:
    """Read the segments off the runs that stand: each ends where the furthest run came to."""
    scales = {each.number: each for each in adopted(session)}
    undoing = aliased(JournalEntry)
    undone = sa.and_(
        undoing.reverses == JournalEntry.number,
        undoing.number <= at.known_number,
        undoing.effective_on <= at.as_of,
    )
    query = (
        sa.select(JournalEntry.idempotency_key)
        .outerjoin(undoing, undone)
        .where(JournalEntry.kind == ALLOCATION, JournalEntry.number <= at.known_number)
        .where(undoing.number.is_(None))
        .where(JournalEntry.effective_on <= at.as_of)
        .order_by(JournalEntry.effective_on, JournalEntry.number)
    )
    last: dict[tuple[Purpose, date], tuple[date, Adopted]] = {}
    for key in session.scalars(query):
        run = run_of(key)
        scale = scales[run.scale]
        earlier = last.get((scale.purpose, run.first), (run.last, scale))
        last[scale.purpose, run.first] = (max(earlier[0], run.last), scale)
    found: dict[Purpose, list[Segment]] = {purpose: [] for purpose in Purpose}
    for (purpose, first_day), (end, scale) in sorted(last.items()):
        out = _holding(opted_out(session, first_day, end), first_day)
        found[purpose].append(Segment(purpose, first_day, end, scale, out))
    return found
