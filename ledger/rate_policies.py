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

from ledger.currencies import EURO, CurrencyCode, WithdrawnCurrencyError, require_in_use
from ledger.decisions import decisions
from ledger.documents import Document
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import Day, New, Words, broken
from ledger.inputs import Decision as DecisionPaper
from ledger.journal import NewEntry
from ledger.rate_memory import remembered
from ledger.rate_sources import RateSource
from ledger.rates import AVERAGED, BANK, SPOT, Rate, RateBasis, fixed_rate, missing_rates, rates_on
from ledger.vocabulary import Publisher, RateEvent, RateKind

KIND = "rate_policy"
# How far a bank's own rate may be from the one published: banks take a few in a hundred.
FARTHEST = Decimal("0.10")
# A currency, a day, and the rate at which the bank itself converted, where a document says it.
Said = tuple[str, date, str | None]
# For these a document can say what the bank's own rate was.
BY_BANK = (RateEvent.RECEIPT, RateEvent.COST)

PUBLISHER_MISSING = N_("is missing: choose who publishes the rates.")
PUBLISHER_OF_BANK = N_("does not go with the bank's own rate: leave it empty.")
OWN_MONEY_ONLY = N_("quotes the euro in %(home)s only: give %(home)s as the currency.")
BY_MONTH = N_("publishes one rate a month: choose the rate of the month.")
NOT_BY_BANK = N_("the bank's own rate is for receipts of money and for costs: choose another.")
CLOSES_ON_A_DAY = N_("closing rates are those of a day, not an average: choose another.")
EURO_ITSELF = N_("the euro needs no rate: name another currency, or none for all.")


class BankRateMissingError(LedgerError):
    """Money translated at the bank's own rate by policy, and a document that does not say it."""

    code = "bank-rate-missing"
    message = N_(
        "By the rate policy %(currency)s on %(on)s counts at the bank's own rate: give it, "
        "as the bank statement says it."
    )


class UnlikelyRateError(LedgerError):
    """A rate that a document says of the bank, far from what was published for the day."""

    code = "unlikely-rate"
    message = N_(
        "The bank's rate of %(rate)s %(currency)s for 1 EUR is more than %(most)s %% off the one "
        "published, %(published)s: check it, or have a rate decided by hand for %(on)s first."
    )


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
        if self.event is RateEvent.CLOSING and self.rate_kind in AVERAGED:
            yield "rate_kind", CLOSES_ON_A_DAY
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


def rate_policies(session: Session, *, known_at: datetime | None = None) -> list[RatePolicy]:
    """List the decisions, the first approved first, as they were known at a moment.

    They are read once in a piece of work.
    """
    memory = remembered(session, KIND)
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
            for each in decisions(session, (KIND,))
            for said in (rate_policy(each.document),)
        ]
    found: list[RatePolicy] = memory[KIND]
    return [each for each in found if known_at is None or each.approved_at <= known_at]


def policy_rates(
    session: Session,
    event: RateEvent,
    wanted: Collection[tuple[str, date]],
    *,
    known_at: datetime | None = None,
) -> dict[tuple[str, date], Rate]:
    """Give the rate of each currency on its day for an event, by the policy in force on the day.

    One query for each basis. With `known_at` by what was decided and in the rate book then. Where
    the bank's own rate is decided on, it is the one published that applies without it. Raises what
    `rates.rates_on` raises.
    """
    found: dict[tuple[str, date], Rate] = {}
    for basis, pairs in _by_basis(session, event, wanted, known_at).items():
        found |= rates_on(session, pairs, basis=basis, known_at=known_at)
    return found


def policy_rate(
    session: Session,
    event: RateEvent,
    currency: str,
    on: date,
    *,
    known_at: datetime | None = None,
) -> Rate:
    """Give the rate of one currency on a day for an event; see `policy_rates`."""
    return policy_rates(session, event, [(currency, on)], known_at=known_at)[currency, on]


def said_rates(session: Session, event: RateEvent, said: Iterable[Said]) -> dict[Said, Rate]:
    """Give the rate of what documents say: the bank's own where it is said, or by the policy.

    Raises WithdrawnCurrencyError for money that was no more on its day, BankRateMissingError where
    the policy asks for the bank's rate, UnlikelyRateError, and what `rates.rates_on` raises.
    """
    meant = sorted(set(said), key=itemgetter(0, 1))
    for refusal in unsayable(session, event, meant).values():
        raise refusal
    found = policy_rates(session, event, {each[:2] for each in meant if each[2] is None})
    own_rates = {each: bank_rate(each[0], each[2], each[1]) for each in meant if each[2]}
    require_likely(session, own_rates.values())
    return own_rates | {each: found[each[:2]] for each in meant if each[2] is None}


def unsayable(session: Session, event: RateEvent, said: Iterable[Said]) -> dict[Said, LedgerError]:
    """Say what documents may not say of money and its rate, whatever was published.

    That is money that the euro had replaced by its day, and money without the bank's own rate where
    the policy asks for it.
    """
    refused: dict[Said, LedgerError] = {}
    policies = rate_policies(session)
    for each in said:
        code, on, own = each
        try:
            require_in_use(code, on)
        except WithdrawnCurrencyError as error:
            refused[each] = error
            continue
        chosen = _in_force(policies, event, code, on)
        if own is None and code != EURO.code and chosen is not None and chosen.basis is None:
            refused[each] = BankRateMissingError(currency=code, on=on)
    return refused


def require_likely(session: Session, rates: Collection[Rate]) -> None:
    """Raise UnlikelyRateError for a bank's rate that is far from the day's, where there is one."""
    pairs = {(each.currency, each.on) for each in rates}
    missing = missing_rates(session, pairs)
    published = rates_on(session, pairs - missing.keys())
    for each in rates:
        known = published.get((each.currency, each.on))
        if known and abs(each.per_euro - known.per_euro) > known.per_euro * FARTHEST:
            raise UnlikelyRateError(
                rate=format(each.per_euro.normalize(), "f"),
                currency=each.currency,
                most=int(FARTHEST * 100),
                published=format(known.per_euro, "f"),
                on=each.on,
            )


def missing_policy_rates(
    session: Session, event: RateEvent, wanted: Collection[tuple[str, date]]
) -> dict[tuple[str, date], LedgerError]:
    """Say why each currency without a rate for its day has none, by the policy in force."""
    found: dict[tuple[str, date], LedgerError] = {}
    for basis, pairs in _by_basis(session, event, wanted, None).items():
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
    known_at: datetime | None,
) -> dict[RateBasis, list[tuple[str, date]]]:
    by_basis: dict[RateBasis, list[tuple[str, date]]] = defaultdict(list)
    # Of what no market moves no policy decides anything.
    moved = {(code, on) for code, on in wanted if fixed_rate(code, on) is None}
    found = rate_policies(session, known_at=known_at) if moved else []
    published = [each for each in found if each.basis is not None]
    for pair in sorted(set(wanted)):
        chosen = _in_force(published, event, *pair) if pair in moved else None
        by_basis[chosen.basis if chosen and chosen.basis else SPOT].append(pair)
    return by_basis


def _in_force(
    policies: Sequence[RatePolicy], event: RateEvent, currency: str, on: date
) -> RatePolicy | None:
    """Find the decision on an event: for the currency before one for all, and then the last."""
    meant = [each for each in policies if each.applies_to(event, currency, on)]
    for_currency = [each for each in meant if each.currency is not None]
    return next(reversed(for_currency or meant), None)
