"""Pools of common cost as a statement shows them: the decision, the scale, who bears what of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.balances import Cutoff, head
from ledger.documents import Document
from ledger.money import ZERO, round_together
from ledger.opt_outs import KIND as OPT_OUT
from ledger.opt_outs import NewOptOut, opt_out
from ledger.pools import Pool, shared_pools
from ledger.reckoning import Reckoned
from ledger.scales import Adopted
from ledger.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Part:
    """The cost in euro of activities that the same states opted out of, and the others' shares."""

    activities: tuple[str, ...]
    out: tuple[str, ...]
    cost: Decimal
    shares: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class SharedPool:
    """A pool of which something was charged, with its scale made again and what decided on that."""

    pool: Pool
    reckoned: Reckoned
    # The decision of the states, and how it was described.
    voucher: str
    description: str
    # What not all share, and what each bears of the cost known so far, in euro.
    parts: tuple[Part, ...]
    borne: Mapping[str, Decimal]

    @property
    def scale(self) -> Adopted:
        """The scale as it was adopted."""
        return self.pool.segment.scale

    @property
    def states(self) -> list[str]:
        """List by code whom the scale is for, and whom anything falls to besides."""
        return sorted({*self.scale.shares, *self.pool.charged, *self.pool.attributed})

    @property
    def common(self) -> Decimal:
        """The cost that is not for single states."""
        return sum(self.pool.common.values(), ZERO)

    @property
    def common_to_all(self) -> Decimal:
        """The part of it that all share."""
        return _common_to_all(self.pool, self.parts)

    @property
    def is_all_charged(self) -> bool:
        """Whether each state was charged what it bears: a late invoice waits for the next run."""
        states = self.borne.keys() | self.pool.charged.keys()
        charged = self.pool.charged
        return all(self.borne.get(each, ZERO) == charged.get(each, ZERO) for each in states)


def decided_pools(session: Session, at: Cutoff) -> tuple[SharedPool, ...]:
    """List the pools of which something was charged, with the decisions behind their scales.

    Who is out of which activity is as it was decided when the last entry that is known was
    recorded: what was decided since does not change a statement that is made again.
    """
    pools = _as_known(session, at, shared_pools(session, at))
    scales = {pool.segment.scale.number: pool.segment.scale for pool in pools}
    reckoned = {number: each.reckoned() for number, each in scales.items()}
    query = sa.select(Document.id, Document.body).where(
        Document.id.in_({each.document_id for each in scales.values()})
    )
    bodies: dict[str, dict[str, Any]] = dict(session.execute(query).all())
    return tuple(
        decided(pool, reckoned[pool.segment.scale.number], bodies[pool.segment.scale.document_id])
        for pool in pools
    )


def _as_known(session: Session, at: Cutoff, pools: Iterable[Pool]) -> list[Pool]:
    decided = _opt_outs(session, at)
    return [
        replace(pool, segment=replace(pool.segment, opted_out=_out(decided, pool.segment.first)))
        for pool in pools
    ]


def _opt_outs(session: Session, at: Cutoff) -> list[NewOptOut]:
    """Read opt-outs off the documents that were approved by then: a later one ends an earlier."""
    known_at = head(session, at).recorded_at
    if known_at is None:
        return []
    query = (
        sa.select(Document)
        .where(Document.kind == OPT_OUT, Document.status == Status.APPROVED)
        .where(Document.decided_at <= known_at)
        .order_by(Document.decided_at)
    )
    begun: dict[tuple[str, str, date], NewOptOut] = {}
    for said in map(opt_out, session.scalars(query)):
        # What runs without an end is ended by a document that names one, never the other way.
        key = said.state, said.activity, said.from_on
        if key not in begun or said.until_on is not None:
            begun[key] = said
    return list(begun.values())


def _out(decided: Iterable[NewOptOut], on: date) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for each in decided:
        if each.from_on <= on and (each.until_on is None or on <= each.until_on):
            found.setdefault(each.activity.value, set()).add(each.state)
    return {activity: tuple(sorted(states)) for activity, states in found.items()}


def decided(pool: Pool, reckoned: Reckoned, body: Mapping[str, Any]) -> SharedPool:
    """Share a pool by its scale, made again, that was adopted by a document of this body."""
    parts = _parts(pool)
    borne = _borne(pool, parts)
    return SharedPool(pool, reckoned, body["voucher"], body["description"], parts, borne)


def _parts(pool: Pool) -> tuple[Part, ...]:
    members = set(pool.segment.scale.shares)
    found: dict[tuple[str, ...], dict[str, Decimal]] = {}
    for activity, cost in pool.common.items():
        out = members & set(pool.segment.opted_out.get(activity or "", ()))
        if activity and cost and out:
            found.setdefault(tuple(sorted(out)), {})[activity] = cost
    return tuple(
        Part(
            tuple(costs), out, sum(costs.values(), ZERO), pool.segment.shares_in(next(iter(costs)))
        )
        for out, costs in sorted(found.items())
    )


def _common_to_all(pool: Pool, parts: tuple[Part, ...]) -> Decimal:
    return sum(pool.common.values(), ZERO) - sum((part.cost for part in parts), ZERO)


def _borne(pool: Pool, parts: tuple[Part, ...]) -> dict[str, Decimal]:
    """Share the cost as `Pool.borne` does; late cost of what everybody opted out of waits."""
    exact = {state: Fraction(amount) for state, amount in pool.attributed.items()}
    costs = [(_common_to_all(pool, parts), pool.segment.scale.shares)]
    for cost, shares in [*costs, *((part.cost, part.shares) for part in parts)]:
        for state, share in shares.items():
            exact[state] = exact.get(state, Fraction(0)) + share * Fraction(cost)
    return round_together(exact)
