"""Pledges: what a state says it will give, and the postings of each version (books.md rows 1, 2).

What is announced, or in kind, stands in the memorandum book; what is committed in cash is owed and
is revenue; what is conditional stays a memorandum until its conditions are met. A version posts
only what it changes: the paid parts stay, what goes down or moves to another day goes at the amount
in euro it is carried at, and what is new comes at the rate of its day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy.orm import Session

from ledger.balances import cutoff
from ledger.crossing import in_balance
from ledger.currencies import require_in_use
from ledger.documents import Document
from ledger.errors import LedgerError, WorthlessError
from ledger.i18n import N_
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO, round_half_up
from ledger.open_items import Items, Which, carrying_part
from ledger.pledge_moves import NOTHING, REVENUE, Standing, moves, recognised, standing
from ledger.pledge_versions import (
    ACCOUNTS,
    ANNOUNCED,
    CONDITIONAL,
    KIND,
    LIABILITY,
    RECEIVABLE,
    NewPledge,
    Pledge,
    item_of,
    pledges_by_code,
)
from ledger.rate_policies import policy_rate
from ledger.rates import Rate
from ledger.revaluations import UNREALISED
from ledger.standing import Sum
from ledger.states import require_member
from ledger.unrealised import Unrealised
from ledger.vocabulary import LABELS, Level, RateEvent

IMPAIRMENT = "5150"
CONTRA = {ANNOUNCED: "9190", CONDITIONAL: "9290"}

CURRENCY, FORM, PURPOSE, ACTIVITY = N_("currency"), N_("form"), N_("purpose"), N_("activity")


class ChangedPledgeError(LedgerError):
    """A version that would make another pledge of the one there is."""

    code = "changed-pledge"
    message = N_(
        "Pledge %(pledge)s of %(state)s keeps its %(field)s, %(before)s, in every version: let it "
        "lapse, and record the new one under another code."
    )


class EarlierVersionError(LedgerError):
    """A decision on a pledge dated before the last one."""

    code = "earlier-version"
    message = N_(
        "Pledge %(pledge)s of %(state)s was last decided on %(last)s: date this on that day or "
        "later, or reverse that decision first."
    )


class LapsedPledgeError(LedgerError):
    """A decision on a pledge that has lapsed."""

    code = "lapsed-pledge"
    message = N_(
        "Pledge %(pledge)s of %(state)s lapsed on %(on)s: record a new one under another code."
    )


class PaidPledgeError(LedgerError):
    """A version for less than was received on the pledge or given up of it."""

    code = "paid-pledge"
    message = N_(
        "On pledge %(pledge)s of %(state)s %(currency)s %(settled)s was received or written off, "
        "more than %(currency)s %(amount)s: pledge at least that."
    )


class NoPledgeError(LedgerError):
    """A decision on a pledge that there is not."""

    code = "no-pledge"
    message = N_(
        "%(state)s has made no pledge %(pledge)s: look for its code in the list of pledges."
    )


def pledge_of(document: Document) -> NewPledge:
    """Read what a pledge document says."""
    return NewPledge.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each version that changes what is open; nothing is written.

    Raises UnknownStateError, NotAMemberError, MissingRateError, StaleRateError, WorthlessError,
    ChangedPledgeError, EarlierVersionError, LapsedPledgeError, PaidPledgeError, or
    OverdrawnItemError when a later payment needs what this version would take back.
    """
    entries = []
    for document in documents:
        said = pledge_of(document)
        require_member(session, said.state, said.effective_on)
        rate = policy_rate(session, RateEvent.PLEDGE, said.currency, said.effective_on)
        if rate.in_euro(said.amount) == ZERO:
            raise WorthlessError(amount=said.amount, currency=said.currency)
        before = pledges_by_code(
            session, cutoff(session, date.max), state=said.state, code=said.pledge
        ).get((said.state, said.pledge))
        if before is None:
            require_in_use(said.currency, said.effective_on)
        else:
            _require_same(before, said)
        postings = in_balance(_Change(session, before, said, rate).postings())
        if postings:
            entries.append(entry_of(document, KIND, said.effective_on, postings))
    return entries


def known_pledge(session: Session, state: str, code: str, *, on: date) -> Pledge:
    """Find a pledge to decide on it on a day.

    Raises NoPledgeError, or EarlierVersionError when something was decided on it later.
    """
    found = pledges_by_code(session, cutoff(session, date.max), state=state, code=code)
    if (state, code) not in found:
        raise NoPledgeError(state=state, pledge=code)
    require_later(found[state, code], on)
    return found[state, code]


def require_later(pledge: Pledge, on: date) -> None:
    """Raise EarlierVersionError when something was decided on a pledge after a day."""
    if on < pledge.decided_on:
        raise EarlierVersionError(pledge=pledge.code, state=pledge.state, last=pledge.decided_on)


def require_open(pledge: Pledge) -> None:
    """Raise LapsedPledgeError for a pledge that has lapsed."""
    if pledge.lapsed_on is not None:
        raise LapsedPledgeError(pledge=pledge.code, state=pledge.state, on=pledge.lapsed_on)


def entry_of(document: Document, kind: str, on: date, postings: tuple[NewPosting, ...]) -> NewEntry:
    """Make the one entry of a document on a pledge."""
    return NewEntry(
        effective_on=on,
        kind=kind,
        narration=document.body["description"],
        voucher=document.body["voucher"],
        postings=postings,
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


@dataclass(frozen=True, slots=True)
class Lines:
    """The open items of a pledge, and the postings by which a decision changes them."""

    said: NewPledge
    on: date
    items: Items
    now: Standing
    # Made revenue by the pledge itself and not taken back, in euro by calendar year.
    recognised: Mapping[int, Decimal]
    # What revaluations brought of what its instalments are carried at.
    unrealised: Unrealised

    def key(self, part: str | date | None) -> str:
        """Name an item of the pledge."""
        return item_of(self.said.state, self.said.pledge, part)

    def open_of(self, part: str | date | None) -> Decimal:
        """Give what is open of an item, zero where there is none yet."""
        return self.items.total(self.key(part)).amount

    def raised(self, part: str, amount: Decimal, rate: Rate) -> Iterator[NewPosting]:
        """Row 1 or 2c: more of a memorandum, at the rate of the day."""
        euro = rate.in_euro(amount)
        yield self.line(ACCOUNTS[part], amount, euro, item=self.key(part), rate=rate)
        yield self.line(CONTRA[part], -amount, -euro, rate=rate)

    def lowered(self, part: str, amount: Decimal) -> Iterator[NewPosting]:
        """Row 2a or 2e: less of a memorandum, at its carrying amount."""
        euro = self.items.take(self.key(part), self.on, amount)
        yield self.line(CONTRA[part], amount, euro)
        yield self.line(ACCOUNTS[part], -amount, -euro, item=self.key(part))

    def freed(self, due_on: date | None, amount: Decimal) -> NewPosting:
        """Take so much of an instalment, at its carrying amount."""
        key = self.key(due_on)
        euro = self.items.take(key, self.on, amount)
        return self.line(RECEIVABLE, -amount, -euro, item=key)

    def gained(self, freed: Iterable[NewPosting]) -> Sum:
        """Say how much was taken of instalments, and what revaluations had brought of it."""
        taken = (self.unrealised.take(str(each.item), -each.amount) for each in freed)
        return sum(taken, Sum(ZERO, ZERO))

    def taken_back(self, euro: Decimal, *, unrealised: Decimal) -> Iterator[NewPosting]:
        """Row 2e: what was recognised this year is revenue no more, what was before is impaired.

        What revaluations brought was never revenue, and nothing of it is realised: it goes back to
        where they put it.
        """
        owed = euro - unrealised
        this_year = min(owed, max(self.recognised.get(self.on.year, ZERO), ZERO))
        for code, part in ((REVENUE, this_year), (IMPAIRMENT, owed - this_year)):
            if part:
                yield self.in_euro(code, part)
        if unrealised:
            yield self.line(UNREALISED, ZERO, unrealised)

    def released(self, amount: Decimal) -> Iterator[NewPosting]:
        """Row 2d: what was received on conditions is revenue, at what it was worth when it came."""
        euro = self.items.take(self.key(LIABILITY), self.on, amount)
        yield self.line(ACCOUNTS[LIABILITY], amount, euro, item=self.key(LIABILITY))
        yield self.in_euro(REVENUE, -euro)

    def in_euro(self, code: str, euro: Decimal) -> NewPosting:
        """Make a posting of revenue or expense, which are kept in euro alone."""
        return self.line(code, euro, euro, currency="EUR")

    def line(
        self,
        code: str,
        amount: Decimal,
        euro: Decimal,
        *,
        item: str | None = None,
        rate: Rate | None = None,
        currency: str | None = None,
        due_on: date | None = None,
    ) -> NewPosting:
        """Make a posting in the currency of the pledge."""
        said = self.said
        return NewPosting(
            account=code,
            amount=amount,
            euro=euro,
            currency=currency or said.currency,
            rate=rate,
            state=said.state,
            purpose=said.purpose,
            activity=said.activity,
            form=said.form,
            funding_source=said.funding_source,
            item=item,
            due_on=due_on,
        )


def lines_of(session: Session, pledge: Pledge | None, said: NewPledge, on: date) -> Lines:
    """Read the open items of a pledge, in four queries; of none there is nothing."""
    keys = pledge.keys if pledge else (item_of(said.state, said.pledge, ANNOUNCED),)
    found = moves(session, cutoff(session, date.max), keys)
    now = standing(pledge, found) if pledge else NOTHING
    revenue = recognised(session, pledge) if pledge else {}
    gained = Unrealised(session, map(pledge.key, pledge.dues) if pledge else ())
    return Lines(said, on, Items(session, Which(keys=keys)), now, revenue, gained)


class _Change:
    """What a version makes of the pledge there was."""

    def __init__(
        self, session: Session, before: Pledge | None, said: NewPledge, rate: Rate
    ) -> None:
        self._before, self._said, self._rate = before, said, rate
        self._lines = lines_of(session, before, said, said.effective_on)
        self._now = self._lines.now
        if said.amount < self._now.settled:
            raise PaidPledgeError(
                pledge=said.pledge,
                state=said.state,
                currency=said.currency,
                settled=self._now.settled,
                amount=said.amount,
            )

    def postings(self) -> Iterator[NewPosting]:
        """Go from what is open now to what this version leaves open."""
        said, now = self._said, self._now
        rest = said.amount - now.settled
        announced = rest if not said.in_cash or said.level is Level.ANNOUNCED else ZERO
        is_conditional = said.in_cash and said.level is Level.CONDITIONAL
        # What came on conditions stays a memorandum until they are met.
        conditional = rest + now.liability if is_conditional else ZERO
        yield from self._memorandum(ANNOUNCED, announced)
        yield from self._memorandum(CONDITIONAL, conditional)
        if now.liability and not is_conditional:
            yield from self._lines.released(now.liability)
        yield from self._receivable()

    def _memorandum(self, part: str, wanted: Decimal) -> Iterator[NewPosting]:
        more = wanted - self._lines.open_of(part)
        if more > 0:
            yield from self._lines.raised(part, more, self._rate)
        elif more < 0:
            yield from self._lines.lowered(part, -more)

    def _receivable(self) -> Iterator[NewPosting]:
        """Row 2b: each instalment is what is owed of it; the rest of the difference is row 2e."""
        wanted = self._wanted()
        dues = self._before.dues if self._before else ()
        excess = {due: self._lines.open_of(due) - wanted.get(due, ZERO) for due in dues}
        freed = [self._lines.freed(due, over) for due, over in excess.items() if over > 0]
        yield from freed
        moved = Sum(
            -sum((each.amount for each in freed), ZERO), -sum((each.euro for each in freed), ZERO)
        )
        gained, recognised = self._lines.gained(freed), ZERO
        for due_on, amount in wanted.items():
            more = amount - self._lines.open_of(due_on)
            for part in self._raised(due_on, more, moved):
                yield part
                if part.rate is None:
                    moved += (-part.amount, -part.euro)
                    gained += (-part.amount, -carrying_part(gained, part.amount))
                recognised += part.euro if part.rate else ZERO
        if recognised:
            yield self._lines.in_euro(REVENUE, -recognised)
        yield from self._lines.taken_back(moved.euro, unrealised=gained.euro)

    def _raised(self, due_on: date | None, more: Decimal, moved: Sum) -> Iterator[NewPosting]:
        """Open more of an instalment: first what came free of others, as it was carried there."""
        key = self._lines.key(due_on)
        old = min(more, moved.amount)
        if old > 0:
            euro = round_half_up(moved.euro * old / moved.amount)
            yield self._lines.line(RECEIVABLE, old, euro, item=key, due_on=due_on)
        if more > max(old, ZERO):
            fresh = more - old
            euro = self._rate.in_euro(fresh)
            yield self._lines.line(
                RECEIVABLE, fresh, euro, item=key, due_on=due_on, rate=self._rate
            )

    def _wanted(self) -> dict[date | None, Decimal]:
        """Say what this version leaves owed of each instalment, by due day."""
        said = self._said
        if not said.in_cash or said.level is not Level.COMMITTED:
            return {}
        settled = said.schedule.paid(self._now.settled_of, self._now.settled)
        owed = {each.due_on: each.amount - settled[each.due_on] for each in said.schedule}
        return {due_on: amount for due_on, amount in owed.items() if amount}


def _require_same(before: Pledge, said: NewPledge) -> None:
    require_open(before)
    require_later(before, said.effective_on)
    kept = before.said
    for field, old, new in (
        (CURRENCY, kept.currency, said.currency),
        (FORM, kept.form, said.form),
        (PURPOSE, kept.purpose, said.purpose),
        (ACTIVITY, kept.activity, said.activity),
    ):
        if old != new:
            raise ChangedPledgeError(
                pledge=said.pledge,
                state=said.state,
                field=field,
                before=LABELS[old] if isinstance(old, StrEnum) else old,
            )
