"""The books against a model of them in plain lists: whatever is done, both know the same."""

from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.accounts import account
from ledger.balances import Cutoff, balances, cutoff
from ledger.entries import Posting
from ledger.errors import (
    AlreadyReversedError,
    EarlyReversalError,
    IdempotencyConflictError,
    LedgerError,
    ReversalOfReversalError,
    UnbalancedEntryError,
)
from ledger.journal import NewEntry, NewPosting, post, reverse
from ledger.verification import verify
from tests.books import NOW, Books, entry, opened, rate

EXAMPLES, STEPS = 50, 20

# The accounts between which sums of a currency move, each list in one book.
PLACES = [
    ("EUR", ("1310", "3010", "4020")),
    ("EUR", ("8010", "8020")),
    ("EUR", ("9310", "9390")),
    ("PLN", ("1310", "1090", "5110")),
    ("PLN", ("8010", "8020")),
    ("HUF", ("1310", "1090", "5110")),
]
DAYS = st.dates(date(2017, 1, 1), date(2017, 12, 31))
CENTS = st.integers(-2, 2) | st.integers(-(10**12), 10**12)


@st.composite
def moves(draw: st.DrawFn) -> list[NewPosting]:
    """Make postings of one book and currency that add up to zero, whatever their signs."""
    currency, accounts = draw(st.sampled_from(PLACES))
    amounts = draw(st.lists(CENTS, min_size=1, max_size=3))
    euros = amounts if currency == "EUR" else [draw(CENTS) for _amount in amounts]
    parts = [*zip(amounts, euros, strict=True), (-sum(amounts), -sum(euros))]
    places = [draw(st.sampled_from(accounts)) for _part in parts]
    return [
        NewPosting(
            account=place,
            amount=Decimal(amount).scaleb(-2),
            euro=Decimal(euro).scaleb(-2),
            currency=currency,
            state=draw(st.sampled_from(("CZ", "PL", *[None] * (not account(place).per_state)))),
            rate=rate(currency) if currency != "EUR" and draw(st.booleans()) else None,
        )
        for place, (amount, euro) in zip(places, parts, strict=True)
        if amount or euro
    ]


POSTINGS = (
    st.lists(moves(), min_size=1, max_size=3)
    .map(lambda found: tuple(posting for each in found for posting in each))
    .filter(lambda postings: len(postings) > 1)
)


@dataclass(frozen=True)
class Known:
    """What the model remembers of an entry."""

    said: NewEntry
    recorded_at: datetime


class BooksMachine(RuleBasedStateMachine):
    """Posts, reverses and repeats, and asks for the balances of any day as known at any moment."""

    books: ClassVar[Books]
    numbers = Bundle("numbers")

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        connection = self.open.enter_context(self.books.engine.connect())
        self.open.callback(connection.rollback)
        self.session = Session(connection, join_transaction_mode="create_savepoint")
        self.model: dict[int, Known] = {}
        self.reversals: dict[int, int] = {}
        self.now = NOW

    def teardown(self) -> None:
        # Its euros are any that balance, not those of the rates beside them.
        found = verify(self.session).findings
        assert all("translated into euro at the rate" in each.message for each in found)
        self.open.close()

    @rule(target=numbers, postings=POSTINGS, on=DAYS, later=st.integers(-1, 2))
    def post(self, postings: tuple[NewPosting, ...], on: date, later: int) -> int:
        """Whatever balances is posted, whichever way the clock went since the last entry."""
        self.now += timedelta(seconds=later)
        said = entry(str(len(self.model)), *postings, on=on)
        posted = post(self.session, said, **self.books.hands, now=self.now)
        assert (posted.number, posted.replayed) == (len(self.model) + 1, False)
        self.model[posted.number] = Known(said, self.now)
        return posted.number

    @rule(postings=POSTINGS, on=DAYS, cents=CENTS.filter(bool))
    def post_unbalanced(self, postings: tuple[NewPosting, ...], on: date, cents: int) -> None:
        """What does not balance is not posted, be it only in euro that it does not."""
        first, *others = postings
        off = Decimal(cents).scaleb(-2)
        amount = first.amount + off if first.currency == "EUR" else first.amount
        wrong = replace(first, amount=amount, euro=first.euro + off)
        self.refused(UnbalancedEntryError, entry("unbalanced", wrong, *others, on=on))

    @rule(number=numbers)
    def post_again(self, number: int) -> None:
        """What was posted is found under its key."""
        said = self.model[number].said
        if said.reverses is None:
            posted = post(self.session, said, **self.books.hands, now=self.now)
            assert (posted.number, posted.replayed) == (number, True)

    @rule(number=numbers)
    def post_another_under_the_key(self, number: int) -> None:
        """A key stands for what was posted under it."""
        said = self.model[number].said
        if said.reverses is None:
            self.refused(IdempotencyConflictError, replace(said, narration="Another"))

    @rule(target=numbers, number=numbers, on=DAYS)
    def undo(self, number: int, on: date) -> int:
        """An entry is reversed once, from its day on, and no reversal is."""
        said = self.model[number].said
        refusal: type[LedgerError] | None = None
        if said.reverses is not None:
            refusal = ReversalOfReversalError
        elif on < said.effective_on:
            refusal = EarlyReversalError
        elif number in self.reversals:
            refusal = AlreadyReversedError
        if refusal is not None:
            with pytest.raises(refusal):
                self.reverse(number, on)
            return number
        mirror = self.reverse(number, on)
        turned = tuple(replace(p, amount=-p.amount, euro=-p.euro) for p in said.postings)
        undone = replace(said, effective_on=on, postings=turned, reverses=number)
        self.model[mirror] = Known(undone, self.now)
        self.reversals[number] = mirror
        return mirror

    @rule(as_of=DAYS, back=st.integers(0, 5))
    def ask(self, as_of: date, back: int) -> None:
        """A balance holds what was effective by a day and recorded by a moment."""
        at = cutoff(self.session, as_of, known_at=self.now - timedelta(seconds=back))
        early = [n for n, k in self.model.items() if k.recorded_at <= self.now - timedelta(0, back)]
        assert at.known_number == max(early, default=0)
        assert self.balances(at) == self.remembered(at)

    @rule(as_of=DAYS, number=numbers)
    def ask_again(self, as_of: date, number: int) -> None:
        """A statement of a day and an entry number stays the same, whatever came after."""
        at = Cutoff(as_of, number)
        assert self.balances(at) == self.remembered(at)

    @invariant()
    def balanced(self) -> None:
        """Each book balances in each currency and in euro, with no entry more or less."""
        at = cutoff(self.session, date.max)
        totals = balances(self.session, at, Posting.book, Posting.currency)
        in_euro = balances(self.session, at, Posting.book)
        assert at.known_number == len(self.model)
        assert not any(each.amount for each in totals)
        assert not any(each.euro for each in in_euro)

    def refused(self, refusal: type[LedgerError], said: NewEntry) -> None:
        with pytest.raises(refusal), self.session.begin_nested():
            post(self.session, said, **self.books.hands, now=self.now)

    def reverse(self, number: int, on: date) -> int:
        hands = self.books.hands
        return reverse(
            self.session, number, reason="Wrong", effective_on=on, **hands, now=self.now
        ).number

    def balances(self, at: Cutoff) -> dict[tuple[object, ...], tuple[Decimal, Decimal]]:
        found = balances(self.session, at, Posting.account, Posting.state_code, Posting.currency)
        return {each.key: (each.amount, each.euro) for each in found}

    def remembered(self, at: Cutoff) -> dict[tuple[object, ...], tuple[Decimal, Decimal]]:
        sums: dict[tuple[object, ...], tuple[Decimal, Decimal]] = defaultdict(
            lambda: (Decimal(0), Decimal(0))
        )
        for number, known in self.model.items():
            if number <= at.known_number and known.said.effective_on <= at.as_of:
                for each in known.said.postings:
                    amount, euro = sums[each.account, each.state, each.currency]
                    key = (each.account, each.state, each.currency)
                    sums[key] = (amount + each.amount, euro + each.euro)
        return dict(sums)


def test_books_know_what_the_model_knows(engine: Engine) -> None:
    """Whatever is posted, reversed and repeated, every balance is the one reckoned by hand."""
    machine = type("Machine", (BooksMachine,), {"books": opened(engine)})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS)
    )
