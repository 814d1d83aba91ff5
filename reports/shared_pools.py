"""Pools of common cost as a statement shows them: the decision, the scale, who bears what of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.balances import Cutoff
from ledger.documents import Document
from ledger.money import ZERO, round_together
from ledger.pools import Pool, shared_pools
from ledger.reckoning import Reckoned
from ledger.scales import Adopted


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
    """List the pools of which something was charged, with the decisions behind their scales."""
    pools = shared_pools(session, at)
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
