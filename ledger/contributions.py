"""Contributions: what a state gives, in cash and in kind, and the postings that record it.

Cash moves the bank and what was assessed (books.md rows 4a, 4b); things in kind enter at fair
value, services are disclosed or recognised (rows 7, 8); either is credited to the state in the
burden book (row 16), in kind at its credit value.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from sqlalchemy.orm import Session

from ledger.accounts import bank_account
from ledger.capping import Caps
from ledger.currencies import CurrencyCode, bank_rate_rules
from ledger.documents import Document
from ledger.errors import LedgerError, OverpaidAssessmentError, WorthlessError
from ledger.i18n import N_
from ledger.in_kind import (
    CHOOSE_ONE,
    EVIDENCE_MISSING,
    Value,
    credit,
    gift,
    posting,
    treatment_rules,
    value_of,
    value_rules,
)
from ledger.inputs import Day, New, Reference, Words, broken
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO, PositiveAmount
from ledger.open_items import Items, OpenItem, Which
from ledger.prior_periods import When, posted_too_early, require_postable
from ledger.rate_policies import Said, said_rates
from ledger.rates import PerEuro, Rate
from ledger.states import outsiders
from ledger.union import EU_STATES
from ledger.vocabulary import (
    Activity,
    Against,
    Form,
    FundingSource,
    Purpose,
    RateEvent,
    Treatment,
    ValuationBasis,
)

KIND = "contribution"

UNKNOWN_STATE = N_("“%(text)s” is not a state of the European Union: use a code such as PL or CZ.")
NOT_FOR_CASH = N_("is for contributions in kind: leave it empty.")
ONLY_FOR_CASH = N_("is for cash: leave it empty.")
ONLY_IN_KIND = N_("is for contributions in kind: say where the money comes from.")

# What is given against these is owed on 1110; a buy-in's items begin with an entry of its kind.
OWING = (Against.ASSESSMENT, Against.BUY_IN)
OWED, BUY_IN = "1110", "buy_in"


class OverpaidBuyInError(LedgerError):
    """Cash against a buy-in beyond what is open of it."""

    code = "overpaid-buy-in"
    message = N_(
        "%(state)s owes EUR %(owed)s on its buy-in from %(on)s on, and EUR %(paid)s would be paid: "
        "pay at most that, and the rest against its assessments or of its own accord."
    )


def _state(code: str) -> str:
    if code.upper() not in EU_STATES:
        raise broken(("state", UNKNOWN_STATE))
    return code.upper()


StateCode = Annotated[str, AfterValidator(_state)]


class NewContribution(New):
    """What an officer says of one contribution; amounts are in `currency`, all above zero."""

    state: StateCode
    form: Form
    purpose: Purpose
    activity: Activity
    funding_source: FundingSource
    value_on: Day
    currency: CurrencyCode
    amount: PositiveAmount | None = None
    # In kind: so many units (days of a secondment) at so much each.
    quantity: PositiveAmount | None = None
    unit: Annotated[str, StringConstraints(max_length=30)] | None = None
    unit_value: PositiveAmount | None = None
    # At which the bank itself converted, where it did: units of the currency for one euro.
    bank_rate: PerEuro | None = None
    # What the burden book credits where the states agreed another value than the fair one.
    credit_value: PositiveAmount | None = None
    against: Against | None = None
    treatment: Treatment | None = None
    valuation_basis: ValuationBasis | None = None
    # Services and rights to use: recognised in the accounts, or disclosed only (IPSAS 23).
    recognised: bool = False
    # An open day, where the period of its value date was closed before it was known.
    posted_on: Day | None = None
    description: Words
    voucher: Reference = Field(default="")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        rules = [
            *posted_too_early(self.value_on, self.posted_on),
            *self._value_rules(),
            *(self._cash_rules() if self.in_cash else self._kind_rules()),
        ]
        if rules:
            raise broken(*rules)
        return self

    @property
    def effective_on(self) -> date:
        """The day on which it is posted."""
        return self.posted_on or self.value_on

    @property
    def translated(self) -> Said:
        """What is translated, as of when, and the bank's own rate where it is said."""
        return self.currency, self.value_on, self.bank_rate

    @property
    def in_cash(self) -> bool:
        """Whether it is money."""
        return self.form is Form.CASH

    @property
    def value(self) -> Decimal:
        """Its fair value in `currency`: the amount, or quantity times unit value, half-up."""
        return value_of(self)

    @property
    def credited(self) -> Decimal:
        """What the burden book credits to the state, in `currency`."""
        return self.value if self.credit_value is None else self.credit_value

    def _value_rules(self) -> Iterable[tuple[str, str]]:
        if not self.voucher:
            yield "voucher", EVIDENCE_MISSING
        yield from value_rules(self, by_units=self.form is Form.SECONDMENT)

    def _cash_rules(self) -> Iterable[tuple[str, str]]:
        if self.against is None:
            yield "against", CHOOSE_ONE
        for name in ("quantity", "unit_value", "credit_value", "treatment", "valuation_basis"):
            if getattr(self, name) is not None:
                yield name, NOT_FOR_CASH
        if self.recognised:
            yield "recognised", NOT_FOR_CASH
        if self.funding_source is FundingSource.OWN_RESOURCES:
            yield "funding_source", ONLY_IN_KIND
        yield from bank_rate_rules(self.currency, self.bank_rate)

    def _kind_rules(self) -> Iterable[tuple[str, str]]:
        for name in ("against", "bank_rate"):
            if getattr(self, name) is not None:
                yield name, ONLY_FOR_CASH
        if self.valuation_basis is None:
            yield "valuation_basis", CHOOSE_ONE
        yield from treatment_rules(self.form, self.treatment)


def contribution(document: Document) -> NewContribution:
    """Read what a contribution document says."""
    return NewContribution.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each contribution, rates looked up in one go; nothing is written.

    A state that has left gives nothing more, but may still pay what it owes. Raises
    UnknownStateError, NotAMemberError, MissingRateError, StaleRateError, WorthlessError, what
    `prior_periods.require_postable` raises, OverpaidAssessmentError or OverpaidBuyInError when
    cash exceeds what the state owes, or CappedError for what is given in kind beyond a cap.
    """
    said = [contribution(document) for document in documents]
    pairs = zip(documents, said, strict=True)
    whens = (When(each.value_on, each.posted_on, document.is_taken_in) for document, each in pairs)
    require_postable(session, whens)
    outside = outsiders(session, {(each.state, each.value_on) for each in said})
    for each in said:
        if each.against not in OWING and (each.state, each.value_on) in outside:
            raise outside[each.state, each.value_on]
    cash = said_rates(
        session, RateEvent.RECEIPT, (each.translated for each in said if each.in_cash)
    )
    in_kind = said_rates(
        session, RateEvent.IN_KIND, (each.translated for each in said if not each.in_cash)
    )
    for each in said:
        _require_worth(each, (cash if each.in_cash else in_kind)[each.translated])
    caps = Caps(session) if any(not each.in_cash for each in said) else None
    debts = Items(session, Which((OWED,))) if any(each.against in OWING for each in said) else None
    entries = []
    for document, each in zip(documents, said, strict=True):
        rate = (cash if each.in_cash else in_kind)[each.translated]
        paid = _paid(debts, each, rate, outside) if debts and each.against in OWING else ()
        if caps and not each.in_cash:
            caps.take(each.state, each.form, each.value_on, rate.in_euro(each.credited))
        entries.append(_entry(document, each, rate, paid))
    return entries


Paid = Sequence[tuple[str, Decimal]]


def _entry(document: Document, said: NewContribution, rate: Rate, paid: Paid) -> NewEntry:
    given = _cash(said, rate, paid) if said.in_cash else _in_kind(said, rate)
    return NewEntry(
        effective_on=said.effective_on,
        occurred_on=said.value_on if said.posted_on else None,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=(*given, *_burden(said, rate)),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _cash(said: NewContribution, rate: Rate, paid: Paid) -> tuple[NewPosting, ...]:
    """Rows 4a and 4b: the bank against what is owed, or against voluntary contributions."""
    euro = rate.in_euro(said.value)
    bank = posting(said, rate, bank_account(said.currency), said.value)
    owed = [replace(_in_euro(said, OWED, -part), item=item) for item, part in paid]
    given = owed or [_in_euro(said, "4020", -euro)]
    if said.currency == "EUR":
        return bank, *given
    return bank, posting(said, rate, "1090", -said.value), _in_euro(said, "1090", euro), *given


def _in_kind(said: NewContribution, rate: Rate) -> tuple[NewPosting, ...]:
    value = Value(said.value, said.credited, rate)
    return gift(said, value, treatment=said.treatment, recognised=said.recognised)


def _burden(said: NewContribution, rate: Rate) -> tuple[NewPosting, ...]:
    """A buy-in is credited when it is agreed (row 18c), and not again when it is paid."""
    return () if said.against is Against.BUY_IN else credit(said, said.credited, rate)


def _in_euro(said: NewContribution, account: str, euro: Decimal) -> NewPosting:
    return NewPosting(
        account=account,
        amount=euro,
        euro=euro,
        state=said.state,
        purpose=said.purpose,
        activity=said.activity,
        form=said.form,
        funding_source=said.funding_source,
    )


def _paid(
    debts: Items,
    said: NewContribution,
    rate: Rate,
    outside: Mapping[tuple[str, date], LedgerError],
) -> Paid:
    """Cash pays what is owed of its kind, the oldest first, and no more than that."""
    owed = list(_open_debts(debts, said))
    everything = sum((least for _, least in owed), ZERO)
    if not everything and (said.state, said.value_on) in outside:
        raise outside[said.state, said.value_on]
    of_kind = [
        (item.key, least)
        for item, least in owed
        if (item.kind == BUY_IN) == (said.against is Against.BUY_IN)
    ]
    euro = rate.in_euro(said.value)
    _require_no_more(said, euro, owed=sum((least for _, least in of_kind), ZERO))
    return tuple(_oldest_first(debts, of_kind, said.effective_on, euro))


def _open_debts(debts: Items, said: NewContribution) -> Iterator[tuple[OpenItem, Decimal]]:
    for item in debts:
        if item.state == said.state and item.currency == "EUR":
            least = debts.least_from(item.key, said.effective_on)
            if least:
                yield item, least


def _oldest_first(
    debts: Items, owed: Iterable[tuple[str, Decimal]], on: date, euro: Decimal
) -> Iterator[tuple[str, Decimal]]:
    for key, least in owed:
        part = min(least, euro)
        if part:
            euro -= part
            yield key, debts.take(key, on, part)


def _require_no_more(said: NewContribution, paid: Decimal, *, owed: Decimal) -> None:
    if paid <= owed:
        return
    refusal = OverpaidBuyInError if said.against is Against.BUY_IN else OverpaidAssessmentError
    raise refusal(state=said.state, on=said.effective_on, owed=owed, paid=paid)


def _require_worth(said: NewContribution, rate: Rate) -> None:
    """What comes to nothing in euro cannot be recorded in euro."""
    for amount in {said.value, said.credited}:
        if rate.in_euro(amount) == ZERO:
            raise WorthlessError(amount=amount, currency=said.currency)
