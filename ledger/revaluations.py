"""Revaluations: at a period's end what is money is carried at the closing rate (books.md row 11).

Each bank account and each open item in a foreign currency is brought to what it is worth then; the
difference is unrealised, and nothing is taken back later: what is carried moves. What was settled
after that day, before the revaluation was posted, took its part at the old carrying amount: that
part of the difference is realised on the day of the settlement.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session, aliased

from ledger.accounts import chart
from ledger.balances import Cutoff, Selection, balances, cutoff
from ledger.crossing import REALISED
from ledger.documents import Document
from ledger.entries import JournalEntry, Posting
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import Day, New, Reference, Words
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO, from_cents
from ledger.open_items import carrying_part, open_items
from ledger.periods import first_open
from ledger.rate_policies import missing_policy_rates, policy_rates
from ledger.rates import Rate
from ledger.standing import BANK, Sum
from ledger.vocabulary import RateEvent

KIND = "revaluation"

UNREALISED = "5120"
MONETARY = tuple(each.code for each in chart().values() if each.monetary)
ITEMS = tuple(code for code in MONETARY if code not in BANK)


class NothingToRevalueError(LedgerError):
    """A revaluation of what stands at the rates of its day."""

    code = "nothing-to-revalue"
    message = N_(
        "Everything in foreign currency stands at the rates of %(on)s already: "
        "there is nothing to post."
    )


class LaterRevaluationError(LedgerError):
    """A revaluation of a day before one that was revalued."""

    code = "later-revaluation"
    message = N_(
        "Balances were revalued as of %(later)s, after %(on)s: "
        "revalue %(later)s again instead, or reverse it first."
    )


class NewRevaluation(New):
    """The day at whose rates bank accounts and open items in foreign currency are carried."""

    revalued_on: Day
    description: Words
    voucher: Reference = Field(default="")


@dataclass(frozen=True, slots=True)
class Carried:
    """A bank account in a currency, or an open item: what it holds, on its own side above zero."""

    # As it is posted, with nothing on it.
    line: NewPosting
    sign: int
    held: Sum

    @property
    def key(self) -> tuple[str, str | None, str]:
        """What its postings have in common."""
        return self.line.account, self.line.item, self.line.currency


@dataclass(frozen=True, slots=True)
class Change:
    """What one entry did to an amount, on its own side: above zero more of it is held."""

    on: date
    entry: int
    reverses: int | None
    amount: Decimal


def revaluation(document: Document) -> NewRevaluation:
    """Read what a revaluation document says."""
    return NewRevaluation.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entries of each revaluation; nothing is written.

    Raises LaterRevaluationError, NothingToRevalueError, MissingRateError or StaleRateError, and
    ClosedPeriodError where what was settled since has no open day.
    """
    return [
        entry
        for document in documents
        for entry in _entries(session, document, revaluation(document))
    ]


def unrevalued(session: Session, at: Cutoff) -> list[str]:
    """List the currencies of which something does not stand at the closing rate of a day.

    One without a rate for that day is left out.
    """
    carried = _carried(session, at)
    pairs = {(each.line.currency, at.as_of) for each in carried}
    pairs -= missing_policy_rates(session, RateEvent.CLOSING, pairs).keys()
    rates = policy_rates(session, RateEvent.CLOSING, pairs)
    known = [each for each in carried if (each.line.currency, at.as_of) in pairs]
    return sorted({each.line.currency for each, _g, _rate in _moved(known, rates, at.as_of)})


def standing() -> sa.Select[int, str]:
    """Select the entries of revaluations that were not reversed, and the day of each."""
    undoing = aliased(JournalEntry)
    return (
        sa.select(JournalEntry.number, Document.body["revalued_on"].as_string())
        .join(Document, Document.id == JournalEntry.document_id)
        .outerjoin(undoing, undoing.reverses == JournalEntry.number)
        .where(JournalEntry.kind == KIND, undoing.number.is_(None))
    )


def _require_forwards(session: Session, on: date) -> None:
    day = Document.body["revalued_on"].as_string()
    later = session.execute(standing().where(day > on.isoformat()).order_by(day).limit(1)).first()
    if later is not None:
        raise LaterRevaluationError(on=on, later=date.fromisoformat(later[1]))


def _entries(session: Session, document: Document, said: NewRevaluation) -> Iterator[NewEntry]:
    on = said.revalued_on
    _require_forwards(session, on)
    carried = _carried(session, cutoff(session, on))
    rates = policy_rates(session, RateEvent.CLOSING, {(each.line.currency, on) for each in carried})
    moved = list(_moved(carried, rates, on))
    if not moved:
        raise NothingToRevalueError(on=on)
    first = _entry(document, said, [_line(each, by, rate) for each, by, rate in moved], UNREALISED)
    yield replace(first, effective_on=on, idempotency_key=document.id)
    settled = _settled(moved, _changes(session, on))
    for day, posted_on in first_open(session, settled).items():
        entry = _entry(document, said, settled[day], REALISED)
        yield replace(
            entry,
            effective_on=posted_on,
            occurred_on=day if posted_on != day else None,
            idempotency_key=f"{document.id}:{day}",
        )


def _entry(
    document: Document, said: NewRevaluation, lines: Sequence[NewPosting], difference: str
) -> NewEntry:
    return NewEntry(
        effective_on=said.revalued_on,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=(*lines, *_against(lines, difference)),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _against(lines: Iterable[NewPosting], difference: str) -> Iterator[NewPosting]:
    """Sum the differences by currency and by what they are for; a debit is a loss."""
    sums: dict[NewPosting, Decimal] = defaultdict(lambda: ZERO)
    for each in lines:
        bare = replace(
            each, account=difference, euro=ZERO, rate=None, item=None, funding_source=None
        )
        sums[bare] -= each.euro
    for bare, euro in sums.items():
        if euro:
            yield replace(bare, euro=euro)


def _line(carried: Carried, by: Decimal, rate: Rate | None = None) -> NewPosting:
    return replace(carried.line, euro=carried.sign * by, rate=rate)


# What is held and owed


def _carried(session: Session, at: Cutoff) -> list[Carried]:
    """List what is money in foreign currency as of a day: bank accounts, then open items."""
    held = balances(session, at, Posting.account, Posting.currency, where=Selection(accounts=BANK))
    accounts = [
        Carried(_blank(account, currency), 1, Sum(row.amount, row.euro))
        for row in held
        for account, currency in [row.key]
    ]
    items = [
        Carried(
            replace(
                _blank(item.account, item.currency),
                state=item.state,
                purpose=item.purpose,
                activity=item.activity,
                funding_source=item.funding_source,
                item=item.key,
            ),
            item.side.sign,
            Sum(item.amount, item.euro),
        )
        for item in open_items(session, at, accounts=ITEMS)
    ]
    return [each for each in (*accounts, *items) if each.line.currency != "EUR" and each.held[0]]


def _blank(account: str, currency: str) -> NewPosting:
    return NewPosting(account=account, amount=ZERO, euro=ZERO, currency=currency)


def _moved(
    carried: Iterable[Carried], rates: Mapping[tuple[str, date], Rate], on: date
) -> Iterator[tuple[Carried, Decimal, Rate]]:
    """Say by how much each is worth more or less than it is carried at, where it is."""
    for each in carried:
        rate = rates[each.line.currency, on]
        by = rate.in_euro(each.held.amount) - each.held.euro
        if by:
            yield each, by, rate


# What was settled since


def _changes(session: Session, after: date) -> dict[tuple[str, str | None, str], list[Change]]:
    """Read what moved in foreign currency after a day, in order: what came first in each day."""
    by = (Posting.account, Posting.item, Posting.currency, Posting.effective_on, Posting.entry)
    query = (
        sa.select(*by, JournalEntry.reverses, sa.func.sum(Posting.amount))
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .where(Posting.account.in_(MONETARY), Posting.currency != "EUR")
        .where(Posting.effective_on > after)
        .group_by(*by, JournalEntry.reverses)
    )
    found: dict[tuple[str, str | None, str], list[Change]] = defaultdict(list)
    for account, item, currency, on, entry, reverses, cents in session.execute(query):
        side = chart()[account].item_side
        amount = from_cents((side.sign if side else 1) * int(cents))
        if amount:
            found[account, item, currency].append(Change(on, entry, reverses, amount))
    for each in found.values():
        each.sort(key=_order)
    return found


def _order(change: Change) -> tuple[date, bool, int]:
    return change.on, change.amount < 0 or change.reverses is not None, change.entry


def _settled(
    moved: Iterable[tuple[Carried, Decimal, Rate]],
    changes: Mapping[tuple[str, str | None, str], Sequence[Change]],
) -> dict[date, list[NewPosting]]:
    """Take what was settled of each difference off again, by the day of its settlement."""
    by_day: dict[date, list[NewPosting]] = defaultdict(list)
    for each, by, _rate in moved:
        for on, part in parts_taken(Sum(each.held.amount, by), changes.get(each.key, ())):
            by_day[on].append(_line(each, -part))
    return dict(sorted(by_day.items()))


def parts_taken(gained: Sum, changes: Iterable[Change]) -> Iterator[tuple[date, Decimal]]:
    """Say which part of a difference each later day took: with the last of the amount, the rest.

    A part takes its part of what is left, and a reversal gives back exactly what its entry took.
    """
    left, taken = gained, dict[int, Decimal]()
    for on, of in groupby(changes, key=attrgetter("on")):
        before = left.euro
        for each in of:
            part = _part(left, each, taken)
            taken[each.entry] = part
            left += Sum(each.amount, -part)
        if not left.amount:
            left = Sum(ZERO, ZERO)
        if before != left.euro:
            yield on, before - left.euro


def _part(left: Sum, change: Change, taken: Mapping[int, Decimal]) -> Decimal:
    if change.reverses is not None and change.reverses in taken:
        return -taken[change.reverses]
    if change.amount >= 0:
        return ZERO
    return carrying_part(left, -change.amount) if -change.amount < left.amount else left.euro
