"""Pre-financed costs: what a state paid for all, and asks the mechanism to make good (row 10a).

A claim is made within two months of the completion of the work, and two people approve it, neither
of them of the state that claims (Decision (CFSP) 2015/528, article 27). It is own cost of the
mechanism, shared like every other; what is owed to the state is set off or paid later.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self

from pydantic import StringConstraints, model_validator
from sqlalchemy.orm import Session

from ledger.codes import entered
from ledger.contributions import StateCode
from ledger.crossing import in_balance
from ledger.currencies import CurrencyCode, require_in_use
from ledger.documents import Document
from ledger.errors import LedgerError, WorthlessError
from ledger.i18n import N_
from ledger.in_kind import COST_ACCOUNT
from ledger.inputs import Day, New, Reference, Words, broken
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO, PositiveAmount
from ledger.prior_periods import When, posted_too_early, require_postable
from ledger.rate_policies import policy_rates
from ledger.rates import Rate
from ledger.states import require_members
from ledger.vocabulary import Activity, Purpose, RateEvent

KIND = "prefinancing"
OWED = "2020"
MONTHS = 2

CLAIMED_TOO_EARLY = N_("is before the day of the cost or of completion: check the dates.")
REASON_MISSING = N_(
    "is missing: the work was completed on %(completed)s, and claims are made up to %(last)s. "
    "Give the reason for which a later one is accepted."
)


class ClaimTakenError(LedgerError):
    """A claim under a code that the state has used before."""

    code = "claim-taken"
    message = N_(
        "Claim “%(claim)s” of %(state)s is in the books already, as entry %(number)s: "
        "give this one a code of its own, or reverse that one if it is wrong."
    )


class NewPrefinancing(New):
    """One claim of a state, above zero, in the currency in which it paid."""

    state: StateCode
    # The number under which the state keeps it; what is owed on it is found by it.
    claim: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    purpose: Purpose
    activity: Activity
    incurred_on: Day
    # When the work that it paid for was completed.
    completed_on: Day
    claimed_on: Day
    currency: CurrencyCode
    amount: PositiveAmount
    # Why a claim is accepted after its time.
    late_reason: Words | None = None
    # An open day, where the period of the cost was closed before it was claimed.
    posted_on: Day | None = None
    description: Words
    voucher: Annotated[Reference, StringConstraints(min_length=1)]

    @model_validator(mode="after")
    def _in_time(self) -> Self:
        rules = posted_too_early(self.incurred_on, self.posted_on)
        if self.claimed_on < max(self.completed_on, self.incurred_on):
            rules.append(("claimed_on", CLAIMED_TOO_EARLY))
        last = last_day_to_claim(self.completed_on)
        if self.claimed_on > last and self.late_reason is None:
            days = {"completed": self.completed_on, "last": last}
            rules.append(("late_reason", REASON_MISSING, days))
        if rules:
            raise broken(*rules)
        return self

    @property
    def item(self) -> str:
        """The key of what is owed on it, unless one under the same code was reversed before."""
        return f"claim:{self.state}:{self.claim}"


def last_day_to_claim(completed_on: date) -> date:
    """Give the same day two months on, or that month's last where it has no such day."""
    year, month = divmod(completed_on.year * 12 + completed_on.month - 1 + MONTHS, 12)
    return date(year, month + 1, min(completed_on.day, monthrange(year, month + 1)[1]))


def prefinancing(document: Document) -> NewPrefinancing:
    """Read what such a document says."""
    return NewPrefinancing.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each claim; nothing is written.

    Raises UnknownStateError, NotAMemberError, ClaimTakenError, MissingRateError, StaleRateError,
    WorthlessError, and what `prior_periods.require_postable` raises.
    """
    said = [prefinancing(document) for document in documents]
    pairs = zip(documents, said, strict=True)
    whens = (
        When(each.incurred_on, each.posted_on, document.is_taken_in) for document, each in pairs
    )
    require_postable(session, whens)
    require_members(session, {(each.state, each.incurred_on) for each in said})
    for each in said:
        require_in_use(each.currency, each.incurred_on)
    claimed = entered(session, (each.item for each in said))
    rates = policy_rates(
        session, RateEvent.COST, {(each.currency, each.incurred_on) for each in said}
    )
    entries = []
    for document, each in zip(documents, said, strict=True):
        key, number = claimed[each.item]
        if number is not None:
            raise ClaimTakenError(claim=each.claim, state=each.state, number=number)
        rate = rates[each.currency, each.incurred_on]
        if rate.in_euro(each.amount) == ZERO:
            raise WorthlessError(amount=each.amount, currency=each.currency)
        entries.append(_entry(document, each, rate, key))
    return entries


def _entry(document: Document, said: NewPrefinancing, rate: Rate, key: str) -> NewEntry:
    return NewEntry(
        effective_on=said.posted_on or said.incurred_on,
        occurred_on=said.incurred_on if said.posted_on else None,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=in_balance(_claimed(said, rate, key)),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _claimed(said: NewPrefinancing, rate: Rate, key: str) -> tuple[NewPosting, NewPosting]:
    """Row 10a: cost of all, so without a state or form, owed to the one that paid."""
    euro = rate.in_euro(said.amount)
    cost = NewPosting(
        account=COST_ACCOUNT[said.purpose],
        amount=euro,
        euro=euro,
        purpose=said.purpose,
        activity=said.activity,
    )
    owed = NewPosting(
        account=OWED,
        amount=-said.amount,
        euro=-euro,
        currency=said.currency,
        rate=rate,
        state=said.state,
        purpose=said.purpose,
        activity=said.activity,
        item=key,
    )
    return cost, owed
