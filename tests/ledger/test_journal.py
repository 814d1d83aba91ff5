"""What the journal takes, what it refuses, and that it takes everything once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from ledger.balances import Line, entry_lines
from ledger.db import reading, writing
from ledger.entries import JournalEntry
from ledger.errors import (
    AccountCurrencyError,
    AlreadyReversedError,
    ClosedPeriodError,
    EarlyReversalError,
    IdempotencyConflictError,
    JournalRefusedError,
    LedgerError,
    NoPeriodError,
    ReversalOfReversalError,
    SelfApprovalError,
    StateRequiredError,
    TooFewPostingsError,
    UnbalancedEntryError,
    UnknownAccountError,
    UnknownEntryError,
)
from ledger.journal import NewEntry, NewPosting, PostedEntry, post, post_all, reverse
from ledger.periods import add_period, advance
from ledger.seal import GENESIS, link_hash
from ledger.verification import verify
from tests.books import DAY, FIRST_DAY, LAST_DAY, NOW, Books, entry, given, line, rate
from tests.threads import at_once

ZLOTY = NewPosting(
    account="1011",
    amount=Decimal("425.00"),
    euro=Decimal("100.00"),
    currency="PLN",
    rate=rate("PLN"),
)


def booked(session: Session) -> int:
    """Count the entries in the books."""
    return session.scalar(sa.select(sa.func.count()).select_from(JournalEntry)) or 0


def undo(session: Session, books: Books, number: int, *, on: date = DAY) -> PostedEntry:
    """Reverse an entry."""
    return reverse(session, number, reason="Twice", effective_on=on, **books.hands, now=NOW)


def test_entry_is_read_as_it_was_posted(session: Session, books: Books) -> None:
    """An entry stands in the books with its number, its days and every word of its postings."""
    told = replace(
        ZLOTY,
        state="PL",
        purpose="setup",
        activity="information",
        form="cash",
        funding_source="state_budget",
    )
    back = replace(told, account="5110", amount=-told.amount, euro=-told.euro)
    said = replace(entry("told", told, back), voucher="PL/7", narration="Zażółć gęślą jaźń")
    posted = post(session, said, **books.hands, now=NOW)
    first, _second = entry_lines(session, [posted.number])
    assert (posted.number, posted.replayed) == (1, False)
    assert first == Line(
        *(1, 1, DAY, NOW, "contribution", "Zażółć gęślą jaźń", "PL/7", None, None),
        *("1011", "PL", "PLN", Decimal("425.00"), Decimal("100.00"), Decimal("4.2500")),
        *(rate("PLN").on, "ecb", "setup", "information", "cash", "state_budget"),
    )


def test_numbers_have_no_gap(session: Session, books: Books) -> None:
    """Entries are numbered from one in the order in which they came, whatever their day."""
    days = [date(2018, 1, 1), date(2016, 1, 1), date(2017, 1, 1)]
    entries = [entry(str(on), on=on) for on in days]
    posted = post_all(session, entries, **books.hands, now=NOW)
    posted.append(post(session, entry("last"), **books.hands, now=NOW))
    assert [each.number for each in posted] == [1, 2, 3, 4]


def test_empty_list_posts_nothing(session: Session, books: Books) -> None:
    """A list without an entry leaves the books as they are."""
    assert post_all(session, [], **books.hands, now=NOW) == []
    assert booked(session) == 0


def test_each_seal_follows_the_one_before(session: Session, books: Books) -> None:
    """A seal's hash is that of the one before, what it seals, and its number."""
    posted = post_all(session, [entry("a"), entry("b")], **books.hands, now=NOW)
    seals = session.execute(sa.text("SELECT content_hash FROM seal ORDER BY number")).all()
    link = GENESIS
    for number, (each, seal) in enumerate(zip(posted, seals, strict=True), start=1):
        link = link_hash(link, bytes(seal.content_hash), number)
        assert each.hash == link


@pytest.mark.parametrize(
    ("postings", "refusal", "words"),
    [
        ((line("1010", "1.00"), line("2010", "-0.99")), UnbalancedEntryError, "by 0.01"),
        ((ZLOTY, line("1010", "-100.00")), UnbalancedEntryError, "PLN: by 425.00"),
        (
            (ZLOTY, replace(ZLOTY, amount=-ZLOTY.amount, euro=Decimal("-99.00"))),
            UnbalancedEntryError,
            "euro: by 1.00",
        ),
        (
            (line("1010", "5.00"), line("8010", "-5.00")),
            UnbalancedEntryError,
            "the accounts, EUR: by 5.00",
        ),
        ((line("1010", "0.00"),), TooFewPostingsError, "this one has 1"),
        ((line("1234", "1.00"), line("1010", "-1.00")), UnknownAccountError, "no account 1234"),
        ((line("1011", "1.00"), line("1010", "-1.00")), AccountCurrencyError, "in PLN, not in EUR"),
        ((line("1010", "1.00"), line("4020", "-1.00")), StateRequiredError, "Account 4020"),
    ],
)
def test_entry_that_breaks_a_rule(
    books: Books,
    postings: tuple[NewPosting, ...],
    refusal: type[LedgerError],
    words: str,
) -> None:
    """An entry that breaks a rule is refused in words that name the fault, and nothing is kept."""
    with pytest.raises(refusal, match=words), writing(books.engine) as session:
        post_all(session, [entry("good"), entry("bad", *postings)], **books.hands, now=NOW)
    with reading(books.engine) as session:
        assert booked(session) == 0


def test_posting_of_nothing_is_refused(books: Books) -> None:
    """A posting moves an amount or its value in euro; one that moves neither is refused."""
    nothing = entry("nothing", line("1010", "0.00"), line("2010", "0.00"))
    with pytest.raises(JournalRefusedError), writing(books.engine) as session:
        post(session, nothing, **books.hands, now=NOW)


def test_value_in_euro_moves_alone(session: Session, books: Books) -> None:
    """At a period's end an account's value in euro moves, and its amount does not."""
    back = replace(ZLOTY, account="5110", amount=-ZLOTY.amount, euro=-ZLOTY.euro)
    post(session, entry("held", ZLOTY, back), **books.hands, now=NOW)
    moved = replace(ZLOTY, amount=Decimal("0.00"), euro=Decimal("-3.00"), rate=None)
    difference = replace(moved, account="5120", euro=Decimal("3.00"))
    assert post(session, entry("revalued", moved, difference), **books.hands, now=NOW).number == 2


def test_maker_does_not_approve(session: Session, books: Books) -> None:
    """Whoever made an entry cannot approve it."""
    with pytest.raises(SelfApprovalError):
        post(session, entry("own"), by=books.officer.id, approved_by=books.officer.id, now=NOW)


def test_state_that_never_took_part(books: Books) -> None:
    """A posting of a state that never took part is refused by the database."""
    with pytest.raises(JournalRefusedError), writing(books.engine) as session:
        post(session, entry("far", *given(state="FR")), **books.hands, now=NOW)


@pytest.mark.parametrize(("steps", "word"), [(1, "on hold"), (2, "closed")])
def test_period_that_is_not_open(books: Books, steps: int, word: str) -> None:
    """Nothing is posted into a period on hold or closed, and the refusal names the period."""
    with writing(books.engine) as session:
        for _step in range(steps):
            advance(session, DAY, now=NOW)
    span = f"2017-03-01 lies in the period {FIRST_DAY} to {LAST_DAY}, which is {word}"
    with pytest.raises(ClosedPeriodError, match=span), writing(books.engine) as session:
        post(session, entry("late"), **books.hands, now=NOW)


def test_day_without_a_period(books: Books) -> None:
    """Nothing is posted on a day that no period holds."""
    with (
        pytest.raises(NoPeriodError, match="2015-12-31: they run from 2016-01-01"),
        writing(books.engine) as session,
    ):
        post(session, entry("early", on=date(2015, 12, 31)), **books.hands, now=NOW)


def test_last_day_of_a_period_belongs_to_it(session: Session, books: Books) -> None:
    """Both ends of a period belong to it, and the next one begins the day after."""
    add_period(session, date(2027, 1, 1), date(2027, 12, 31), now=NOW)
    days = [FIRST_DAY, LAST_DAY, date(2027, 1, 1)]
    posted = post_all(session, [entry(str(on), on=on) for on in days], **books.hands, now=NOW)
    assert len(posted) == 3


def test_same_key_and_entry_is_found(session: Session, books: Books) -> None:
    """Posting again what was posted finds the entry there is, and posts nothing."""
    once = post(session, entry("key"), **books.hands, now=NOW)
    again = post(session, entry("key"), **books.hands, now=NOW)
    assert again == PostedEntry(once.number, once.hash, replayed=True)
    assert booked(session) == 1


def test_same_key_in_one_list_is_found(session: Session, books: Books) -> None:
    """A list that holds an entry twice posts it once, between its neighbours."""
    entries = [entry("a"), entry("b"), entry("a"), entry("c")]
    posted = post_all(session, entries, **books.hands, now=NOW)
    assert [(each.number, each.replayed) for each in posted] == [
        *((1, False), (2, False), (1, True), (3, False)),
    ]


@pytest.mark.parametrize(
    "other",
    [
        entry("key", *given("100.01")),
        entry("key", *given(state="CZ")),
        entry("key", on=date(2017, 3, 2)),
        replace(entry("key"), voucher="2"),
    ],
)
def test_same_key_for_something_else(session: Session, books: Books, other: NewEntry) -> None:
    """A key that was used for another amount, state, day or voucher is refused."""
    post(session, entry("key"), **books.hands, now=NOW)
    with pytest.raises(IdempotencyConflictError, match="“key”"):
        post(session, other, **books.hands, now=NOW)


def test_one_key_at_once(books: Books) -> None:
    """Of eight who post one entry under one key at once, one posts it and seven find it."""

    def one(_number: int) -> PostedEntry:
        with writing(books.engine) as session:
            return post(session, entry("key"), **books.hands, now=NOW)

    posted = at_once(8, one)
    assert {each.number for each in posted if isinstance(each, PostedEntry)} == {1}
    assert sorted(each.replayed for each in posted if isinstance(each, PostedEntry)) == [
        *(False, *[True] * 7),
    ]


def test_one_key_at_once_for_something_else(books: Books) -> None:
    """Of eight who want one key for eight things at once, one gets it and seven are refused."""

    def one(number: int) -> PostedEntry:
        with writing(books.engine) as session:
            return post(session, entry("key", *given(f"{number + 1}")), **books.hands, now=NOW)

    came = at_once(8, one)
    assert sum(isinstance(each, PostedEntry) for each in came) == 1
    assert sum(isinstance(each, IdempotencyConflictError) for each in came) == 7


def test_entries_at_once(books: Books) -> None:
    """Eight who post at once lose nothing, take no number twice, and leave one unbroken chain."""

    def one(number: int) -> list[int]:
        numbers = []
        for count in range(5):
            with writing(books.engine) as session:
                said = entry(f"{number}.{count}")
                numbers.append(post(session, said, **books.hands, now=NOW).number)
        return numbers

    came = at_once(8, one)
    assert sorted(n for each in came if isinstance(each, list) for n in each) == [*range(1, 41)]
    with reading(books.engine) as session:
        assert verify(session).well


def test_reversal_is_the_mirror(session: Session, books: Books) -> None:
    """A reversal turns every sign, keeps account, state, currency and rate, and points back."""
    back = replace(ZLOTY, account="5110", amount=-ZLOTY.amount, euro=-ZLOTY.euro)
    posted = post(session, entry("wrong", ZLOTY, back), **books.hands, now=NOW)
    undone = undo(session, books, posted.number, on=LAST_DAY)
    lines = entry_lines(session, [posted.number, undone.number])
    kept = [
        (each.account, each.state, each.currency, each.per_euro, each.rate_on) for each in lines
    ]
    assert kept[:2] == kept[2:]
    assert [each.amount for each in lines[:2]] == [-each.amount for each in lines[2:]]
    assert [each.euro for each in lines[:2]] == [-each.euro for each in lines[2:]]
    assert {(each.reverses, each.narration, each.effective_on) for each in lines[2:]} == {
        (posted.number, "Twice", LAST_DAY)
    }


def test_reversals_that_are_refused(session: Session, books: Books) -> None:
    """An entry is reversed once, not before its day; a reversal is not reversed."""
    post(session, entry("wrong"), **books.hands, now=NOW)
    with pytest.raises(EarlyReversalError):
        undo(session, books, 1, on=date(2017, 2, 28))
    undo(session, books, 1)
    with pytest.raises(AlreadyReversedError, match="by entry 2"):
        undo(session, books, 1)
    with pytest.raises(ReversalOfReversalError):
        undo(session, books, 2)
    with pytest.raises(UnknownEntryError):
        undo(session, books, 3)
    assert booked(session) == 2


def test_reversals_at_once(books: Books) -> None:
    """Of eight who reverse one entry at once, each for a reason of their own, one does."""
    with writing(books.engine) as session:
        post(session, entry("wrong"), **books.hands, now=NOW)

    def one(number: int) -> int:
        with writing(books.engine) as session:
            reason = f"Reason {number}"
            return reverse(
                session, 1, reason=reason, effective_on=DAY, **books.hands, now=NOW
            ).number

    came = at_once(8, one)
    assert [each for each in came if not isinstance(each, LedgerError)] == [2]


@contextmanager
def counted(engine: Engine) -> Iterator[dict[str, int]]:
    """Count the statements that reach the database, and the commits."""
    counts = {"statements": 0, "commits": 0}

    def statement(*_args: object) -> None:
        counts["statements"] += 1

    def commit(*_args: object) -> None:
        counts["commits"] += 1

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    yield counts
    event.remove(engine, "before_cursor_execute", statement)
    event.remove(engine, "commit", commit)


@pytest.mark.parametrize("entries", [1, 50])
def test_cost_of_posting(books: Books, entries: int) -> None:
    """One commit for all entries; on PostgreSQL one statement, on SQLite at most eight."""
    said = [entry(str(number)) for number in range(entries)]
    with counted(books.engine) as counts, writing(books.engine) as session:
        post_all(session, said, **books.hands, now=NOW)
    limit = 1 if books.engine.dialect.name == "postgresql" else 8
    assert counts["commits"] == 1
    assert counts["statements"] <= limit
