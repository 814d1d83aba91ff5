"""What a list of applications works on: the items as they stand, and what the money is worth.

Every application of a list sees what those before it took. What a debt is paid by money in another
currency than its own follows from its exchange terms (rows 4b to 4d).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.accounts import Side
from ledger.application_body import NewApplication
from ledger.application_refusals import (
    AboveChargeError,
    AboveToleranceError,
    ChargesOfStateError,
    NotADebtError,
    NothingLeftError,
    NothingOpenError,
    NotMoneyError,
    OtherCurrencyError,
    OtherStateError,
    PledgedInKindError,
    SettlesOtherwiseError,
)
from ledger.calls import Terms, terms
from ledger.crediting import MONEY, Coming, comings, part_converted
from ledger.entries import Posting
from ledger.errors import WorthlessError
from ledger.money import CENT, ZERO, from_cents, round_half_up
from ledger.open_items import OpenItem
from ledger.pledge_targets import PledgeTarget, targets
from ledger.rate_policies import policy_rates
from ledger.rates import Rate, converted
from ledger.receipts import items_named, receipts_of
from ledger.recoveries import Recovery, recoveries
from ledger.states import outsiders
from ledger.tolerances import tolerances, tolerated
from ledger.vocabulary import Charges, Difference, ExchangeRule, Form, RateEvent
from ledger.worths import Worths

DEBTS = ("1110", "1115", "1120")
BANK_CHARGES = "5140"


@dataclass(frozen=True, slots=True)
class Target:
    """What money is for: the account, the debts that it pays, and what its postings say.

    Debts are paid in their order. A promise is a pledge that is not owed yet.
    """

    account: str
    debts: tuple[OpenItem, ...]
    dimensions: dict[str, str | None]
    promise: PledgeTarget | None = None
    # The debt that was written off, where money comes for it after all.
    written_off: OpenItem | None = None

    @property
    def item(self) -> OpenItem | None:
        """The first debt that it pays, or that was written off; None where there is none."""
        return self.debts[0] if self.debts else self.written_off


@dataclass(frozen=True, slots=True)
class Discharge:
    """So much money pays so much of a debt, and counts for so much in euro at a rate."""

    amount: Decimal
    settles: Decimal
    euro: Decimal
    rate: Rate


class Desk:
    """The items that a list of applications names, and all that decides what becomes of them."""

    def __init__(self, session: Session, said: Sequence[NewApplication]) -> None:
        references = {each.source for each in said} | {each.item for each in said if each.item}
        self._pledges = targets(session, {each.pledge for each in said if each.pledge})
        pledged = [key for each in self._pledges.values() for key in each.keys]
        self.items, self._named = items_named(session, references, besides=pledged)
        self._session = session
        self._worths = Worths(session, (self._named[each.source].key for each in said))
        sources = [self._named[each.source] for each in said]
        debts = [self._named[each.item] for each in said if each.item]
        self.comings: dict[str, Coming] = comings(session, sources)
        written_off = [self._named[each.item] for each in said if each.item and each.to]
        self._recoveries: dict[str, Recovery] = recoveries(session, written_off)
        self._terms: dict[str, Terms] = terms(session, [each.key for each in debts])
        self._rates: dict[tuple[str, date], Rate] = policy_rates(
            session, RateEvent.RECEIPT, {pair for each in said for pair in self._crossed(each)}
        )
        self._outside = outsiders(session, {(each.state, each.applied_on) for each in said})
        self._tolerances = tolerances(session)
        self._received = receipts_of(session, sources)
        self._borne: dict[str, Decimal] = defaultdict(lambda: ZERO)

    def source(self, said: NewApplication) -> OpenItem:
        """Give the money; raise NotMoneyError or OtherStateError."""
        item = self._named[said.source]
        if item.account not in MONEY:
            raise NotMoneyError(item=said.source)
        return self._of_state(item, said)

    def debt(self, said: NewApplication) -> OpenItem:
        """Give the debt; raise NotADebtError or OtherStateError."""
        item = self._named[said.item or ""]
        if item.account not in DEBTS or item.side is not Side.DEBIT:
            raise NotADebtError(item=said.item)
        return self._of_state(item, said)

    def promise(self, said: NewApplication) -> PledgeTarget:
        """Give the pledge; raise OtherStateError or PledgedInKindError."""
        found = self._pledges[said.pledge or ""]
        if found.state != said.state:
            raise OtherStateError(item=found.pledge, of=found.state, state=said.state)
        if found.form != Form.CASH:
            raise PledgedInKindError(pledge=found.pledge)
        return found

    def require_member(self, said: NewApplication) -> None:
        """Raise NotAMemberError for a state that has left: it gives nothing more."""
        refused = self._outside.get((said.state, said.applied_on))
        if refused is not None:
            raise refused

    def available(self, said: NewApplication, source: OpenItem) -> Decimal:
        """Give the amount that is said, or all that is open; raise NothingOpenError."""
        return self._open(source, said) if said.amount is None else said.amount

    def recover(
        self, said: NewApplication, source: OpenItem, debt: OpenItem
    ) -> tuple[Discharge, Mapping[str, Decimal]]:
        """Say what money is worth that recovers what was written off, and whose it is of others.

        Without an amount euro are taken as far as they are still to come. Raises NothingOpenError,
        WorthlessError, NotWrittenOffError or AboveWriteOffError.
        """
        recovery = self._recoveries[debt.key]
        amount = self.available(said, source)
        if said.amount is None and source.currency == "EUR" and recovery.left > 0:
            amount = min(amount, recovery.left)
        paid = self.worth(source, amount)
        return paid, recovery.take(paid.euro)

    def worth(self, source: OpenItem, amount: Decimal) -> Discharge:
        """Say what money is worth in euro, on the day on which it came."""
        rate = self.comings[source.key].rate
        euro = self._worths.worth(source.key, amount, at=rate)
        if not euro:
            raise WorthlessError(amount=amount, currency=source.currency)
        return Discharge(amount, ZERO, euro, rate)

    def discharge(
        self, said: NewApplication, source: OpenItem, debts: Sequence[OpenItem]
    ) -> Discharge:
        """Say how much money pays how much of some debts, by the exchange terms of the first.

        Without an amount all that is open is taken, as far as the debt asks for it. Raises
        OtherCurrencyError, NothingOpenError, SettlesOtherwiseError or WorthlessError.
        """
        debt = debts[0]
        by, into = self._exchange(source, debt)
        held = self.items.total(source.key).amount
        amount, settles = said.amount, said.settles
        there, asked = self._open(source, said), self._asked(debts, said)
        if amount is None:
            most = part_converted(there, held=held, by=by, into=into)
            settles = min(most, asked) if settles is None else settles
            amount = there if settles == most else _needed(settles, by, into)
        if settles is None:
            settles = part_converted(amount, held=max(held, amount), by=by, into=into)
            # Of a coarser currency the money that pays all of it may be worth a little more.
            if settles > asked and amount == _needed(asked, by, into):
                settles = asked
        elif not _agrees(amount, settles, by, into):
            raise SettlesOtherwiseError(
                currency=source.currency,
                amount=amount,
                of=debt.currency,
                expected=converted(amount, by, into),
                item=debt.reference,
                on=by.on,
            )
        if not settles or not amount:
            raise WorthlessError(amount=amount, currency=source.currency)
        euro = self._worths.worth(source.key, amount, at=by)
        return Discharge(amount, settles, euro, by)

    def pay_off(
        self, said: NewApplication, debts: Sequence[OpenItem], settles: Decimal
    ) -> Iterator[tuple[OpenItem, Decimal, Decimal]]:
        """Pay debts one after the other: each, how much of it, and what that was carried at.

        Raises OverdrawnItemError for more than is open of them.
        """
        for place, debt in enumerate(debts, start=1):
            least = self.items.least_from(debt.key, said.applied_on)
            part = settles if place == len(debts) else min(settles, least)
            settles -= part
            if part:
                yield debt, part, self.items.take(debt.key, said.applied_on, part)

    def take(self, said: NewApplication, source: OpenItem, amount: Decimal) -> Decimal:
        """Take money, and give what it was carried at; raise OverdrawnItemError."""
        euro = self.items.take(source.key, said.applied_on, amount)
        self._worths.take(source.key, amount)
        return euro

    def promised(self, promise: PledgeTarget, source: OpenItem, amount: Decimal) -> Decimal:
        """Say how much of a pledge, in its currency, money counts for on the day it came."""
        coming = self.comings[source.key]
        if source.currency == promise.currency:
            return amount
        return converted(amount, coming.rate, self.rate_of(promise, source))

    def rate_of(self, promise: PledgeTarget, source: OpenItem) -> Rate:
        """Give the rate of a pledge's currency on the day on which money came."""
        coming = self.comings[source.key]
        if source.currency == promise.currency:
            return coming.rate
        return self._sent_in(promise.currency, source) or self._rates[promise.currency, coming.on]

    def still_to_come(self, promise: PledgeTarget) -> Decimal:
        """Give what is open of a promise: less what came on conditions that are not met yet."""
        memo = self.items.total(promise.memo.key).amount if promise.memo else ZERO
        return memo - self.items.total(promise.liability_item).amount

    def give_up(
        self, said: NewApplication, source: OpenItem, debt: OpenItem, why: Difference
    ) -> tuple[Decimal, Decimal]:
        """Close what is left of a debt: so much in its currency, carried at so much in euro.

        Raises NothingLeftError, AboveToleranceError or AboveChargeError.
        """
        rest = self.items.least_from(debt.key, said.applied_on)
        if not rest:
            raise NothingLeftError(item=debt.reference)
        called = self._terms.get(debt.key)
        if why is Difference.CHARGE and called and called.charges is Charges.STATE:
            raise ChargesOfStateError(item=debt.reference)
        euro = self.items.take(debt.key, said.applied_on, rest)
        if why is Difference.SMALL:
            most = tolerated(self._tolerances, said.applied_on)
            if euro > most:
                raise AboveToleranceError(
                    item=debt.reference, euro=euro, on=said.applied_on, most=most
                )
            return rest, euro
        most = self._kept_by_banks(source) - self._borne[source.key]
        if euro > most:
            raise AboveChargeError(item=debt.reference, euro=euro, most=most)
        self._borne[source.key] += euro
        return rest, euro

    def _kept_by_banks(self, source: OpenItem) -> Decimal:
        """Give what banks kept of a receipt and is not borne yet, in euro as of its day."""
        received = self._received.get(source.key)
        charged = received.charged if received and received.charged else ZERO
        of = sa.select(Posting.entry).where(Posting.item == source.key)
        query = sa.select(sa.func.sum(Posting.euro)).where(
            Posting.account == BANK_CHARGES, Posting.entry.in_(of)
        )
        borne = from_cents(int(self._session.scalar(query) or 0))
        return self.comings[source.key].rate.in_euro(charged) - borne

    def _of_state(self, item: OpenItem, said: NewApplication) -> OpenItem:
        if item.state not in (None, said.state):
            raise OtherStateError(item=item.reference, of=item.state, state=said.state)
        return item

    def _open(self, item: OpenItem, said: NewApplication) -> Decimal:
        least = self.items.least_from(item.key, said.applied_on)
        if not least:
            raise NothingOpenError(item=item.reference, on=said.applied_on)
        return least

    def _asked(self, debts: Sequence[OpenItem], said: NewApplication) -> Decimal:
        asked = sum((self.items.least_from(each.key, said.applied_on) for each in debts), ZERO)
        if not asked:
            raise NothingOpenError(item=debts[0].reference, on=said.applied_on)
        return asked

    def _rule(self, debt: OpenItem) -> ExchangeRule:
        """Give the rule of a debt's call; without one the state bears the exchange risk."""
        called = self._terms.get(debt.key)
        return called.rule if called else ExchangeRule.RECEIPT_RATE

    def _day(self, source: OpenItem, debt: OpenItem) -> date:
        by_call = self._rule(debt) is ExchangeRule.CALL_RATE and source.currency != debt.currency
        return self._terms[debt.key].rate_on if by_call else self.comings[source.key].on

    def _crossed(self, said: NewApplication) -> set[tuple[str, date]]:
        source = self._named[said.source]
        if said.pledge is not None:
            return {(self._pledges[said.pledge].currency, self.comings[source.key].on)}
        if said.item is None or said.to is not None:
            return set()
        debt = self._named[said.item]
        on = self._day(source, debt)
        return {(source.currency, on), (debt.currency, on)}

    def _sent_in(self, currency: str, source: OpenItem) -> Rate | None:
        """Give the bank's own rate where money was sent in a currency and the bank converted it."""
        received = self._received.get(source.key)
        if received is None or received.sent_currency != currency:
            return None
        return received.sent_at

    def _exchange(self, source: OpenItem, debt: OpenItem) -> tuple[Rate, Rate]:
        """Give the rates at which money counts and at which the debt does."""
        coming = self.comings[source.key]
        if source.currency == debt.currency:
            return coming.rate, coming.rate
        sent = self._sent_in(debt.currency, source)
        if sent is not None and self._rule(debt) is not ExchangeRule.CALL_RATE:
            return coming.rate, sent
        if self._rule(debt) is ExchangeRule.CALL_CURRENCY:
            raise OtherCurrencyError(
                item=debt.reference, currency=debt.currency, paid=source.currency
            )
        on = self._day(source, debt)
        by = coming.rate if on == coming.on else self._rates[source.currency, on]
        return by, self._rates[debt.currency, on]


def _needed(settles: Decimal, by: Rate, into: Rate) -> Decimal:
    """Say how much money pays so much of a debt, half-up."""
    return round_half_up(Fraction(settles) * Fraction(by.per_euro) / Fraction(into.per_euro))


def _agrees(amount: Decimal, settles: Decimal, by: Rate, into: Rate) -> bool:
    """Say whether so much money pays so much of a debt, to the cent of either currency."""
    least = converted(amount - CENT, by, into) - CENT
    return least <= settles <= converted(amount + CENT, by, into) + CENT
