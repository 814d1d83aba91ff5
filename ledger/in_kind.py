"""Gifts in kind: what they are worth, and the postings that record them (books.md rows 7, 8).

Goods enter at fair value, services and rights to use are recognised or only disclosed; either is
credited to the state in the burden book at its credit value. What is given at once and what is
offered, valued, accepted and delivered is posted here alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from ledger.i18n import N_
from ledger.journal import NewPosting
from ledger.money import LARGEST, ZERO, round_half_up
from ledger.rates import Rate
from ledger.vocabulary import Activity, FundingSource, Purpose, Treatment

VALUE_MISSING = N_("is missing: give an amount, or a quantity and the value of one unit.")
VALUE_TWICE = N_("does not equal the quantity times the value of one unit: give one of the two.")
DAYS_MISSING = N_("is missing: a secondment is days times a day rate.")
CHOOSE_ONE = N_("is missing: choose one.")
VALUE_TOO_LARGE = N_("times the value of one unit is larger than the books can hold.")
ONLY_FOR_GOODS = N_("is for goods: leave it empty.")
EVIDENCE_MISSING = N_("is missing: name the document that proves it.")

TREATED_IN = {
    Treatment.EQUIPMENT: "1310",
    Treatment.INVENTORY: "1210",
    Treatment.CONSUMED: "5030",
}
COST_ACCOUNT = {Purpose.SETUP: "5010", Purpose.OPERATIONS: "5020"}
DISCLOSED = "9310"
# What a gift debits at its fair value.
GIVEN_ACCOUNTS = (*TREATED_IN.values(), *COST_ACCOUNT.values(), DISCLOSED)


class Valued(Protocol):
    """What is worth an amount, or so many units at so much each, in its currency."""

    @property
    def amount(self) -> Decimal | None: ...
    @property
    def quantity(self) -> Decimal | None: ...
    @property
    def unit_value(self) -> Decimal | None: ...


class Given(Protocol):
    """What the postings of a gift say of it besides its value."""

    @property
    def state(self) -> str: ...
    @property
    def form(self) -> str: ...
    @property
    def purpose(self) -> Purpose: ...
    @property
    def activity(self) -> Activity: ...
    @property
    def funding_source(self) -> FundingSource: ...


@dataclass(frozen=True, slots=True)
class Value:
    """What a gift is worth in its currency, fair and credited, and the rate of its day."""

    fair: Decimal
    credited: Decimal
    rate: Rate


def counted(quantity: Decimal | None, unit_value: Decimal | None) -> Decimal:
    """Give the value of so many units at so much each, half-up."""
    return round_half_up((quantity or ZERO) * (unit_value or ZERO))


def value_of(said: Valued) -> Decimal:
    """Give the value of a gift in its currency: the amount, or quantity times unit value."""
    return counted(said.quantity, said.unit_value) if said.amount is None else said.amount


def value_rules(said: Valued, *, by_units: bool = False) -> Iterator[tuple[str, str]]:
    """Say what is wrong with how a value is given; `by_units` asks for units, as secondments do."""
    is_counted = said.quantity is not None and said.unit_value is not None
    if by_units and not is_counted:
        yield ("unit_value" if said.quantity else "quantity"), DAYS_MISSING
    elif said.amount is None and not is_counted:
        yield "amount", VALUE_MISSING
    elif is_counted and said.amount not in (None, counted(said.quantity, said.unit_value)):
        yield "amount", VALUE_TWICE
    if value_of(said) > LARGEST:
        yield "quantity", VALUE_TOO_LARGE


def treatment_rules(form: str, treatment: Treatment | None) -> Iterator[tuple[str, str]]:
    """Say what is wrong with where goods go in the accounts, which nothing else does."""
    if form == "goods" and treatment is None:
        yield "treatment", CHOOSE_ONE
    if form != "goods" and treatment is not None:
        yield "treatment", ONLY_FOR_GOODS


def gift(
    said: Given, value: Value, *, treatment: Treatment | None, recognised: bool
) -> tuple[NewPosting, ...]:
    """Post rows 7a, 8a or 8a': goods, recognised services, or what is disclosed only.

    `treatment` is that of goods, and empty for all else.
    """
    if treatment is not None:
        debit, credit = TREATED_IN[treatment], "4030"
    elif recognised:
        debit, credit = COST_ACCOUNT[said.purpose], "4040"
    else:
        debit, credit = DISCLOSED, "9390"
    legs = ((debit, value.fair), (credit, -value.fair))
    return tuple(posting(said, value.rate, account, amount) for account, amount in legs)


def credit(said: Given, amount: Decimal, rate: Rate) -> tuple[NewPosting, ...]:
    """Post rows 7b, 8b and 16: the state has given so much towards the common cost."""
    return posting(said, rate, "8010", amount), posting(said, rate, "8020", -amount)


def posting(said: Given, rate: Rate, account: str, amount: Decimal) -> NewPosting:
    """Make a posting of a gift, in its currency and at the rate of its day."""
    return NewPosting(
        account=account,
        amount=amount,
        euro=rate.in_euro(amount),
        currency=rate.currency,
        rate=rate,
        state=said.state,
        purpose=said.purpose,
        activity=said.activity,
        form=said.form,
        funding_source=said.funding_source,
    )
