"""Scales side by side: what a scale would change, before anybody adopts it.

The presets, the scale in force and a candidate are reckoned for the same states on the same basis
and applied to the same sum; what each would make of what the states gave so far stands beside.
Nothing is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.orm import Session

from ledger.balances import Cutoff
from ledger.criteria import DEFAULT_VINTAGE, Basis
from ledger.equity import equity_balances
from ledger.equity_metrics import EquityMetrics, equity_metrics
from ledger.errors import LedgerError
from ledger.formula_files import formula_from, presets
from ledger.formulas import Formula, plain
from ledger.indicators import Observations
from ledger.money import apportion
from ledger.reckoning import Reckoned, reckon
from ledger.scales import Adopted
from ledger.vocabulary import Purpose

POPULATION, OUTPUT = "population", "gdp"


@dataclass(frozen=True, slots=True)
class Column:
    """One scale of the comparison: its shares, the sum split by them, and how equitable it is.

    Where it cannot be reckoned `refusal` says why, and the rest is empty. `changes` are against the
    scale in force, in shares of the whole; `moved` in euro.
    """

    formula: Formula
    reckoned: Reckoned | None
    shares: Mapping[str, Fraction]
    amounts: Mapping[str, Decimal]
    changes: Mapping[str, Fraction]
    moved: Mapping[str, Decimal]
    metrics: EquityMetrics | None
    refusal: LedgerError | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A candidate, the scale in force, and the six presets, for the same states and sum in euro."""

    states: tuple[str, ...]
    basis: Basis
    amount: Decimal
    in_force: Column | None
    candidate: Column | None
    presets: tuple[Column, ...]


def compare(
    states: Iterable[str],
    basis: Basis,
    observations: Observations,
    *,
    amount: Decimal,
    candidate: Formula | None = None,
    standing: Adopted | None = None,
    contributed: Mapping[str, Decimal] | None = None,
) -> Comparison:
    """Set scales side by side for some states; one that cannot be reckoned says why.

    `contributed` is what each state gave so far, in euro: with it, each column tells how equitably
    that would have been borne. Population and output, where they are known, are those of the basis.
    """
    members = tuple(sorted(set(states)))
    view = _View(members, basis, observations, amount, contributed or {})
    view.base = standing.shares if standing else None
    force = view.adopted(standing) if standing else None
    return Comparison(
        states=tuple(sorted({*members, *(standing.members if standing else ())})),
        basis=basis,
        amount=amount,
        in_force=force,
        candidate=view.column(candidate) if candidate else None,
        presets=tuple(view.column(each) for each in presets()),
    )


def contributed_by(session: Session, at: Cutoff, purpose: Purpose) -> dict[str, Decimal]:
    """Give what each state contributed so far for a purpose, in euro."""
    return {each.state: each.contributed_for(purpose) for each in equity_balances(session, at)}


def reweighted(formula: Formula, weights: Mapping[str, Fraction]) -> Formula:
    """Give a formula with other weights, by the names of its terms.

    Raises UnreadableFormulaError where they do not add up to one, or name no term.
    """
    said = plain(formula)
    known = {term["name"]: term for term in said["terms"]}
    for name, weight in weights.items():
        known.setdefault(name, {})["weight"] = str(weight)
    return formula_from({**said, "terms": list(known.values())})


class _View:
    """What all columns of a comparison have in common."""

    def __init__(
        self,
        members: Sequence[str],
        basis: Basis,
        observations: Observations,
        amount: Decimal,
        contributed: Mapping[str, Decimal],
    ) -> None:
        self.members = members
        self.basis = basis
        self.observations = observations
        self.amount = amount
        self.contributed = contributed
        self.base: Mapping[str, Fraction] | None = None
        self._sizes = {name: self._known(name) for name in (POPULATION, OUTPUT)}

    def column(self, formula: Formula) -> Column:
        try:
            reckoned = reckon(formula, self.members, self.basis, self.observations)
        except LedgerError as refusal:
            return Column(formula, None, {}, {}, {}, {}, None, refusal)
        return self._column(formula, reckoned, reckoned.scale.shares)

    def adopted(self, standing: Adopted) -> Column:
        reckoned = standing.reckoned()
        return self._column(reckoned.scale.formula, reckoned, standing.shares)

    def _column(
        self, formula: Formula, reckoned: Reckoned, shares: Mapping[str, Fraction]
    ) -> Column:
        amounts = apportion(self.amount, shares)
        base = self.base
        before = apportion(self.amount, base) if base is not None else {}
        states = sorted({*shares, *(base or ())})
        zero, nothing = Fraction(0), Decimal("0.00")
        return Column(
            formula=formula,
            reckoned=reckoned,
            shares=shares,
            amounts=amounts,
            changes={s: shares.get(s, zero) - base.get(s, zero) for s in states} if base else {},
            moved={s: amounts.get(s, nothing) - before.get(s, nothing) for s in states}
            if base
            else {},
            metrics=self._metrics(shares),
        )

    def _metrics(self, shares: Mapping[str, Fraction]) -> EquityMetrics | None:
        if not any(self.contributed.values()):
            return None
        given = {s: self.contributed.get(s, Decimal("0.00")) for s in {*shares, *self.contributed}}
        return equity_metrics(
            given, shares, population=self._sizes[POPULATION], gdp=self._sizes[OUTPUT]
        )

    def _known(self, indicator: str) -> dict[str, Decimal]:
        vintage = self.basis.vintage or DEFAULT_VINTAGE
        if not self.observations.carries(vintage, indicator):
            return {}
        found = (
            self.observations.find(vintage, indicator, year=self.basis.year, state=state)
            for state in {*self.members, *self.contributed}
        )
        return {each.state: each.value for each in found if each is not None}
