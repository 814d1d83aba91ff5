"""Exchange differences of a year: what each amount on accounts 5110 and 5120 is the difference of.

A difference belongs to the foreign currency of its posting. One that is posted in euro, where money
crossed through account 1090, belongs to the foreign currency of what was settled in the entry: of a
receivable that was paid, else of a debt that was paid, else of the money that left the bank; and
where that was in euro, to the foreign currency that came for it. What a reversal undoes is told the
same way, with its signs turned.

Amounts are signed as the mechanism holds them: receivables and money above zero, debts below. What
something was carried at is taken off what came for it, so that a gain is above zero on either side.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ledger.accounts import Book, Side, account
from ledger.balances import Cutoff
from ledger.crossing import CLEARING, REALISED
from ledger.currencies import EURO
from ledger.entries import JournalEntry, Posting
from ledger.money import ZERO, from_cents
from ledger.revaluations import MONETARY
from ledger.standing import BANK, Sum
from ledger.year_ends import KIND as YEAR_END

UNREALISED = "5120"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference, a gain above zero: what was carried at what, and what came of it, in euro.

    Where an entry does not say what its difference is of, `amount`, `carried` and `worth` are None.
    """

    entry: int
    line: int
    on: date
    kind: str
    narration: str
    reverses: int | None
    # What was settled or revalued: keys of open items, or accounts of the bank.
    items: tuple[str, ...]
    state: str | None
    currency: str
    amount: Decimal | None
    carried: Decimal | None
    worth: Decimal | None
    gain: Decimal
    is_realised: bool


@dataclass(frozen=True, slots=True)
class Differences:
    """The differences of a year, and what the two accounts say: by currency, and in all.

    `posted` and `total` are by account, gains above zero; the total is summed by the database.
    """

    rows: tuple[Difference, ...]
    posted: Mapping[tuple[str, str], Decimal]
    total: Mapping[str, Decimal]

    def of(self, currency: str, *, realised: bool) -> Decimal:
        """Add up the differences of a currency."""
        own = (
            each for each in self.rows if (each.currency, each.is_realised) == (currency, realised)
        )
        return sum((each.gain for each in own), ZERO)

    def said(self, currency: str) -> Decimal:
        """Give what the two accounts say of a currency."""
        return sum(
            (self.posted.get((code, currency), ZERO) for code in (REALISED, UNREALISED)), ZERO
        )


@dataclass(frozen=True, slots=True)
class _Line:
    """One posting of an entry with a difference."""

    entry: int
    line: int
    on: date
    kind: str
    narration: str
    reverses: int | None
    account: str
    state: str | None
    currency: str
    item: str | None
    amount: Decimal
    euro: Decimal

    @property
    def place(self) -> tuple[int, int]:
        return self.entry, self.line


# What stood on an item or account before a posting changed its value alone.
Before = Mapping[tuple[int, int], Sum]


def differences(session: Session, at: Cutoff, *, first: date) -> Differences:
    """Read the differences from a day on, those that a year-end closed left out; three queries."""
    lines, before = _lines(session, at, first), _before(session, at, first)
    rows: list[Difference] = []
    posted: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for _entry, group in groupby(lines, key=lambda each: each.entry):
        for (code, currency), said, found in _of_entry(tuple(group), before):
            posted[code, currency] += said
            rows += found
    return Differences(tuple(rows), dict(posted), _total(session, at, first))


def _counted(at: Cutoff, first: date) -> list[sa.ColumnElement[bool]]:
    """Select the postings on both accounts but for those of year-ends, and what undid one."""
    closed = sa.select(JournalEntry.number).where(JournalEntry.kind == YEAR_END)
    return [
        Posting.account.in_((REALISED, UNREALISED)),
        Posting.effective_on.between(first, at.as_of),
        Posting.entry <= at.known_number,
        JournalEntry.kind != YEAR_END,
        sa.or_(JournalEntry.reverses.is_(None), JournalEntry.reverses.not_in(closed)),
    ]


def _entries(at: Cutoff, first: date) -> sa.Select[Any]:
    return (
        sa.select(Posting.entry)
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .where(*_counted(at, first))
    )


def _total(session: Session, at: Cutoff, first: date) -> dict[str, Decimal]:
    query = (
        sa.select(Posting.account, sa.func.sum(Posting.euro))
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .where(*_counted(at, first))
        .group_by(Posting.account)
    )
    found = {code: -from_cents(int(cents)) for code, cents in session.execute(query)}
    return {code: found.get(code, ZERO) for code in (REALISED, UNREALISED)}


def _lines(session: Session, at: Cutoff, first: date) -> list[_Line]:
    query = (
        sa.select(
            *(Posting.entry, Posting.line, Posting.effective_on, JournalEntry.kind),
            *(JournalEntry.narration, JournalEntry.reverses, Posting.account),
            *(Posting.state_code, Posting.currency, Posting.item, Posting.amount, Posting.euro),
        )
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .where(Posting.entry.in_(_entries(at, first)), Posting.book == Book.ACCOUNTS)
        .order_by(Posting.effective_on, Posting.entry, Posting.line)
    )
    return [
        _Line(*(*row[:-2], from_cents(row[-2]), from_cents(row[-1])))
        for row in map(tuple, session.execute(query))
    ]


def _before(session: Session, at: Cutoff, first: date) -> Before:
    """Give what stood where a posting changed the value in euro alone, in one query.

    Each such posting looks up what came before it, by item or by account: joined, a database might
    begin with all postings of the bank.
    """
    changed, earlier = aliased(Posting), aliased(Posting)
    same_item = earlier.item == changed.item
    same_account = sa.and_(earlier.account == changed.account, earlier.item.is_(None))

    def stood(column: Any, same: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
        return (
            sa.select(sa.func.coalesce(sa.func.sum(column), 0))
            .where(same, earlier.currency == changed.currency)
            .where(earlier.effective_on <= changed.effective_on, earlier.entry < changed.entry)
            .correlate(changed)
            .scalar_subquery()
        )

    queries = (
        sa.select(
            *(changed.entry, changed.line),
            *(stood(earlier.amount, same), stood(earlier.euro, same)),
        )
        .where(changed.entry.in_(_entries(at, first)), changed.account.in_(MONETARY))
        .where(changed.amount == 0, of)
        for same, of in (
            (same_item, changed.item.is_not(None)),
            (same_account, changed.item.is_(None)),
        )
    )
    return {
        (entry, line): Sum(from_cents(int(amount)), from_cents(int(euro)))
        for entry, line, amount, euro in session.execute(sa.union_all(*queries))
    }


# What an entry's differences are of

_Found = tuple[tuple[str, str], Decimal, list[Difference]]


def _of_entry(lines: Sequence[_Line], before: Before) -> Iterator[_Found]:
    """Give each account's differences by currency: what it says, and of what they are."""
    own: dict[tuple[str, str], list[_Line]] = defaultdict(list)
    rest = []
    for each in lines:
        if each.account in (REALISED, UNREALISED):
            own[each.account, each.currency].append(each)
        elif each.account != CLEARING:
            rest.append(each)
    apart = {currency for _code, currency in own} - {EURO.code}
    for (code, currency), posted in own.items():
        if currency in apart:
            of = [each for each in rest if each.currency == currency]
        else:
            of = [each for each in rest if each.currency not in apart]
        said = -sum((each.euro for each in posted), ZERO)
        explained = said == sum((each.euro for each in of), ZERO)
        if not explained and len(own) == 1:
            # What was lowered is not only worth what it was before: the rest is revenue no more.
            of, explained = rest, said == sum((each.euro for each in rest), ZERO)
        told = list(_told(posted[0], of if explained else [], before))
        if not told:
            told = [_bare(posted[0], currency, said)]
        yield (code, told[0].currency), said, told


def _told(posted: _Line, of: Sequence[_Line], before: Before) -> Iterator[Difference]:
    """Tell what a difference is of: what was settled, or each thing whose value changed alone."""
    if any(each.amount for each in of):
        yield _settled(posted, of)
        return
    for each in of:
        stood = before.get(each.place, Sum(ZERO, ZERO))
        worth = stood.euro + each.euro
        yield _difference(
            posted, each.currency, [each], amount=stood.amount, carried=stood.euro, worth=worth
        )


def _settled(posted: _Line, of: Sequence[_Line]) -> Difference:
    settled = _what_was_settled(of, turned=posted.reverses is not None)
    came = [each for each in of if each not in settled]
    foreign = [each.currency for each in (*settled, *came) if each.currency != EURO.code]
    currency = posted.currency if posted.currency != EURO.code else (*foreign, EURO.code)[0]
    given_up = [each.amount for each in settled if each.currency == currency]
    amount = -sum(given_up, ZERO)
    if not given_up:
        amount = sum((each.amount for each in came if each.currency == currency), ZERO)
    carried = -sum((each.euro for each in settled), ZERO)
    worth = sum((each.euro for each in came), ZERO)
    return _difference(posted, currency, settled, amount=amount, carried=carried, worth=worth)


def _what_was_settled(of: Sequence[_Line], *, turned: bool) -> list[_Line]:
    sign = -1 if turned else 1

    def side(each: _Line) -> Side | None:
        return account(each.account).item_side

    rules: tuple[Callable[[_Line], bool], ...] = (
        lambda each: side(each) is Side.DEBIT and sign * each.amount < 0,
        lambda each: side(each) is Side.CREDIT and sign * each.amount > 0,
        lambda each: each.account in BANK and sign * each.amount < 0,
    )
    found = ([each for each in of if rule(each)] for rule in rules)
    return next(filter(None, found), [])


def _difference(
    posted: _Line,
    currency: str,
    of: Iterable[_Line],
    *,
    amount: Decimal,
    carried: Decimal,
    worth: Decimal,
) -> Difference:
    things = tuple(of)
    first = things[0] if things else posted
    return Difference(
        entry=posted.entry,
        # A thing that was revalued has a line of its own.
        line=first.line if len(things) == 1 else posted.line,
        on=posted.on,
        kind=posted.kind,
        narration=posted.narration,
        reverses=posted.reverses,
        items=tuple(dict.fromkeys(each.item or each.account for each in things)),
        state=posted.state or first.state,
        currency=currency,
        amount=amount,
        carried=carried,
        worth=worth,
        gain=worth - carried,
        is_realised=posted.account == REALISED,
    )


def _bare(posted: _Line, currency: str, gain: Decimal) -> Difference:
    return Difference(
        entry=posted.entry,
        line=posted.line,
        on=posted.on,
        kind=posted.kind,
        narration=posted.narration,
        reverses=posted.reverses,
        items=(),
        state=posted.state,
        currency=currency,
        amount=None,
        carried=None,
        worth=None,
        gain=gain,
        is_realised=posted.account == REALISED,
    )
