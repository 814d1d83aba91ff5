"""Equity balances: what each state gave towards the common cost against its fair share of it.

The balance is that of account 8020, shown as credit: above zero the state gave more than its fair
share of the cost so far, below zero less. While money is unspent every payer looks ahead, so the
share of all contributions stands beside the fair share (DESIGN “The books”).
"""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.orm import Session

from ledger.balances import Cutoff, Selection, balances
from ledger.entries import Posting
from ledger.money import ZERO
from ledger.vocabulary import Form, Moved, Purpose

POSITION = "8020"


@dataclass(frozen=True, slots=True)
class EquityBalance:
    """One state's position in euro; contributions and fair share are positive."""

    state: str
    # By purpose: what was contributed in cash, in kind, and the fair share of the cost.
    cash: dict[Purpose, Decimal] = field(default_factory=dict)
    in_kind: dict[Purpose, Decimal] = field(default_factory=dict)
    # Given to other states, and taken over from them; below zero what it was given. All states'
    # together are zero.
    moved: dict[Purpose, Decimal] = field(default_factory=dict)
    fair_share: dict[Purpose, Decimal] = field(default_factory=dict)

    @property
    def contributed(self) -> Decimal:
        """All it gave, in cash and in kind, and to other states."""
        return self.cash_total + self.in_kind_total + self.moved_total

    def contributed_for(self, purpose: Purpose) -> Decimal:
        """All it gave for one purpose."""
        columns = (self.cash, self.in_kind, self.moved)
        return sum((column.get(purpose, ZERO) for column in columns), ZERO)

    @property
    def cash_total(self) -> Decimal:
        """All it gave in cash."""
        return sum(self.cash.values(), ZERO)

    @property
    def in_kind_total(self) -> Decimal:
        """The credit value of all it gave in kind."""
        return sum(self.in_kind.values(), ZERO)

    @property
    def moved_total(self) -> Decimal:
        """What it gave to other states, less what they gave to it."""
        return sum(self.moved.values(), ZERO)

    @property
    def fair_share_total(self) -> Decimal:
        """Its share of all cost that was shared so far."""
        return sum(self.fair_share.values(), ZERO)

    @property
    def balance(self) -> Decimal:
        """Above zero: it gave more than its fair share; below: less."""
        return self.contributed - self.fair_share_total

    def share_of(self, total: Decimal) -> Fraction:
        """Its part of all states' contributions, exact; zero while nothing was contributed."""
        return Fraction(self.contributed) / Fraction(total) if total else Fraction(0)


def equity_balances(session: Session, at: Cutoff) -> list[EquityBalance]:
    """Sum every state's position at a cutoff, in order of state code, in one query."""
    found: dict[str, EquityBalance] = {}
    summed = balances(
        session,
        at,
        Posting.state_code,
        Posting.purpose,
        Posting.form,
        where=Selection(accounts=(POSITION,)),
    )
    for row in summed:
        state, purpose, form = row.key
        position = found.setdefault(state, EquityBalance(state=state))
        column, euro = _column(position, form), -row.euro
        of_purpose = Purpose(purpose)
        column[of_purpose] = column.get(of_purpose, ZERO) + (euro if form else -euro)
    return [found[state] for state in sorted(found)]


def _column(position: EquityBalance, form: str | None) -> dict[Purpose, Decimal]:
    match form:
        case None:
            return position.fair_share
        case Form.CASH:
            return position.cash
        case Moved.BETWEEN_STATES:
            return position.moved
        case _:
            return position.in_kind
