"""The rate policy: by whose rate, and by which, each event is translated; decided, dated, approved.

Without a decision everything is translated at the European Central Bank's rate of the day. Of two
decisions that are in force on a day, one for the currency goes before one for all currencies, and
then the one approved last; what was posted before a decision stays as it was posted
(currencies-and-banks.md §2).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Self

from pydantic import model_validator
from sqlalchemy.orm import Session

from ledger.balances import Cutoff
from ledger.currencies import EURO, CurrencyCode
from ledger.decisions import decisions
from ledger.documents import Document
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import Day, New, Words, broken
from ledger.inputs import Decision as DecisionPaper
from ledger.journal import NewEntry
from ledger.rate_memory import remembered
from ledger.rate_sources import RateSource
from ledger.rates import BANK, SPOT, Rate, RateBasis, fixed_rate, missing_rates, rates_on
from ledger.vocabulary import Publisher, RateEvent, RateKind

KIND = "rate_policy"
# A currency, a day, and the rate at which the bank itself converted, where a document says it.
Said = tuple[str, date, str | None]
# For these a document can say what the bank's own rate was.
BY_BANK = (RateEvent.RECEIPT, RateEvent.COST)

PUBLISHER_MISSING = N_("is missing: choose who publishes the rates.")
PUBLISHER_OF_BANK = N_("does not go with the bank's own rate: leave it empty.")
OWN_MONEY_ONLY = N_("quotes the euro in %(home)s only: give %(home)s as the currency.")
BY_MONTH = N_("publishes one rate a month: choose the rate of the month.")
NOT_BY_BANK = N_("the bank's own rate is for receipts of money and for costs: choose another.")
EURO_ITSELF = N_("the euro needs no rate: name another currency, or none for all.")


class BankRateMissingError(LedgerError):
    """Money translated at the bank's own rate by policy, and a document that does not say it."""

    code = "bank-rate-missing"
    message = N_(
        "By the rate policy %(currency)s on %(on)s counts at the bank's own rate: give it, "
        "as the bank statement says it."
    )


class WithdrawnCurrencyError(LedgerError):
    """Money that the euro has replaced by the day on which it is said to have moved."""

    code = "withdrawn-currency"
    message = N_("The euro replaced %(currency)s on %(since)s: give the amount in EUR.")


class NewRatePolicy(New):
    """Whose rate, and which, applies to an event from a day on, for one currency or for all."""

    event: RateEvent
    rate_kind: RateKind
    # Empty only for the bank's own rate.
    publisher: Publisher | None = None
    # Empty for every currency that has no decision of its own.
    currency: CurrencyCode | None = None
    valid_from: Day
    description: Words
    voucher: DecisionPaper

    @model_validator(mode="after")
    def _whole(self) -> Self:
        rules = list(self._rules())
        if rules:
            raise broken(*rules)
        return self

    def _rules(self) -> Iterator[tuple[str, str] | tuple[str, str, dict[str, object]]]:
        if self.currency == "EUR":
            yield "currency", EURO_ITSELF
        if self.rate_kind is RateKind.BANK:
            if self.event not in BY_BANK:
                yield "rate_kind", NOT_BY_BANK
            if self.publisher is not None:
                yield "publisher", PUBLISHER_OF_BANK
            return
        if self.publisher is None:
            yield "publisher", PUBLISHER_MISSING
            return
        source = RateSource(self.publisher)
        if not source.is_per_euro and self.currency != source.home:
            yield "publisher", OWN_MONEY_ONLY, {"home": source.home}
        if source is RateSource.INFOREURO and self.rate_kind is not RateKind.MONTH_FIXED:
            yield "publisher", BY_MONTH


@dataclass(frozen=True, slots=True)
class RatePolicy:
    """One decision: the basis that applies to an event, or None for the bank's own rate."""

    document_id: str
    event: RateEvent
    currency: str | None
    valid_from: date
    basis: RateBasis | None
    description: str
    voucher: str
    approved_by: str
    approved_at: datetime

    def applies_to(self, event: RateEvent, currency: str, on: date) -> bool:
        """Say whether it is a decision on an event in a currency on a day."""
        is_of = self.event is event and self.currency in (None, currency)
        return is_of and self.valid_from <= on


def rate_policy(document: Document) -> NewRatePolicy:
    """Read what a rate policy's document says."""
    return NewRatePolicy.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Post nothing: how amounts are translated is no event of the books."""
    return []


def rate_policies(session: Session, *, at: Cutoff | None = None) -> list[RatePolicy]:
    """List the decisions, the first approved first; read once in a piece of work."""
    memory = remembered(session, (KIND, at.known_number if at else None))
    if KIND not in memory:
        memory[KIND] = [
            RatePolicy(
                document_id=each.document.id,
                event=said.event,
                currency=said.currency,
                valid_from=said.valid_from,
                basis=_basis(said),
                description=said.description,
                voucher=said.voucher,
                approved_by=each.approved_by,
                approved_at=each.approved_at,
            )
            for each in decisions(session, (KIND,), at=at)
            for said in (rate_policy(each.document),)
        ]
    found: list[RatePolicy] = memory[KIND]
    return found


def policy_rates(
    session: Session,
    event: RateEvent,
    wanted: Collection[tuple[str, date]],
    *,
    at: Cutoff | None = None,
    known_at: datetime | None = None,
) -> dict[tuple[str, date], Rate]:
    """Give the rate of each currency on its day for an event, by the policy in force on the day.

    One query for each basis. With `at` by what was decided, and with `known_at` by what was in the
    rate book, then. Raises BankRateMissingError, and what `rates.rates_on` raises.
    """
    found: dict[tuple[str, date], Rate] = {}
    for basis, pairs in _by_basis(session, event, wanted, at).items():
        if basis is None:
            code, on = pairs[0]
            raise BankRateMissingError(currency=code, on=on)
        found |= rates_on(session, pairs, basis=basis, known_at=known_at)
    return found


def policy_rate(
    session: Session,
    event: RateEvent,
    currency: str,
    on: date,
    *,
    at: Cutoff | None = None,
    known_at: datetime | None = None,
) -> Rate:
    """Give the rate of one currency on a day for an event; see `policy_rates`."""
    pair = (currency, on)
    return policy_rates(session, event, [pair], at=at, known_at=known_at)[pair]


def said_rates(session: Session, event: RateEvent, said: Iterable[Said]) -> dict[Said, Rate]:
    """Give the rate of what documents say: the bank's own where it is said, or by the policy.

    Raises WithdrawnCurrencyError for money that was no more on its day, BankRateMissingError, and
    what `rates.rates_on` raises.
    """
    meant = set(said)
    for code, on, _own in sorted(meant, key=itemgetter(0, 1)):
        fixed = fixed_rate(code, on)
        if fixed is not None and code != EURO.code:
            raise WithdrawnCurrencyError(currency=code, since=fixed.on)
    found = policy_rates(session, event, {each[:2] for each in meant if each[2] is None})
    return {
        (code, on, own): found[code, on] if own is None else bank_rate(code, own, on)
        for code, on, own in meant
    }


def missing_policy_rates(
    session: Session, event: RateEvent, wanted: Collection[tuple[str, date]]
) -> dict[tuple[str, date], LedgerError]:
    """Say why each currency without a rate for its day has none, by the policy in force."""
    found: dict[tuple[str, date], LedgerError] = {}
    for basis, pairs in _by_basis(session, event, wanted, None).items():
        if basis is not None:
            found |= missing_rates(session, pairs, basis=basis)
    return found


def bank_rate(currency: str, per_euro: str, on: date) -> Rate:
    """Give the rate at which the bank itself converted, as a document says it."""
    return Rate(currency, Decimal(per_euro), on, BANK)


def _basis(said: NewRatePolicy) -> RateBasis | None:
    if said.publisher is None:
        return None
    return RateBasis(RateSource(said.publisher), said.rate_kind)


def _by_basis(
    session: Session,
    event: RateEvent,
    wanted: Collection[tuple[str, date]],
    at: Cutoff | None,
) -> dict[RateBasis | None, list[tuple[str, date]]]:
    by_basis: dict[RateBasis | None, list[tuple[str, date]]] = defaultdict(list)
    # Of what no market moves no policy decides anything.
    moved = [(code, on) for code, on in wanted if fixed_rate(code, on) is None]
    policies = rate_policies(session, at=at) if moved else []
    for code, on in sorted(set(wanted)):
        by_basis[_in_force(policies, event, code, on)].append((code, on))
    return by_basis


def _in_force(
    policies: Sequence[RatePolicy], event: RateEvent, currency: str, on: date
) -> RateBasis | None:
    meant = [each for each in policies if each.applies_to(event, currency, on)]
    for_currency = [each for each in meant if each.currency is not None]
    chosen = for_currency or meant
    if not chosen or fixed_rate(currency, on) is not None:
        return SPOT
    return chosen[-1].basis
