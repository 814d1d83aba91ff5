"""Exchange differences of what is owed either way, rates up and down, in parts and revalued.

Realised and unrealised differences together are what the money gained or lost from the first day to
the last, and whatever was settled closes to nothing in both currencies (books.md §3, lessons 1-3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.balances import Selection, balances, cutoff
from ledger.entries import Posting
from ledger.journal import NewPosting, post
from ledger.money import ZERO, from_cents, round_half_up
from ledger.open_items import find_item
from tests.books import LAST_DAY, NOW, Books, entry
from tests.documents import booked

FOR: dict[str, Any] = {"purpose": "operations", "activity": "information"}
NUMBERS = count(1)
CURRENCY = {"1120": "PLN", "2010": "CZK", "2060": "PLN"}
BANK = {"PLN": "1011", "CZK": "1012"}


@dataclass(frozen=True)
class Part:
    """A part that is settled with money carried at `euro`; before it, the item's new value."""

    amount: Decimal
    euro: Decimal
    revalued_to: Decimal | None = None


def by_hand(session: Session, books: Books, *lines: NewPosting) -> None:
    """Post an entry that no document of ours makes."""
    post(session, entry(f"by hand {next(NUMBERS)}", *lines), now=NOW, **books.hands)


def begun(
    session: Session, books: Books, account: str, amount: Decimal, euro: Decimal, *, against: str
) -> str:
    """Begin an item and give its key; money that came stands against the bank."""
    key, sign = f"item {next(NUMBERS)}", 1 if account == "1120" else -1
    money: dict[str, Any] = {"currency": CURRENCY[account]}
    state = "PL" if account == "1120" else None
    by_hand(
        session, books,
        NewPosting(account=account, amount=sign * amount, euro=sign * euro, state=state, item=key,
                   **money, **FOR),
        NewPosting(account=against, amount=-sign * amount, euro=-sign * euro,
                   state="PL" if against == "4020" else None, **money, **FOR),
    )  # fmt: skip
    return key


def revalued(session: Session, books: Books, key: str, to: Decimal) -> None:
    """Row 11: carry what is open at a new value, against 5120."""
    item = find_item(session, key)
    by = item.side.sign * (to - item.euro)
    if not by:
        return
    same: dict[str, Any] = {"amount": ZERO, "currency": item.currency, **FOR}
    by_hand(
        session, books,
        NewPosting(account=item.account, euro=by, state=item.state, item=key, **same),
        NewPosting(account="5120", euro=-by, **same),
    )  # fmt: skip


def settled(session: Session, books: Books, account: str, key: str, part: Part) -> None:
    """Settle a part with money that is carried at its own value, and is all there is."""
    if part.revalued_to is not None:
        revalued(session, books, key, part.revalued_to)
    said = {"amount": str(part.amount), "description": f"part {next(NUMBERS)}"}
    if account == "1120":
        money = begun(session, books, "2060", part.amount, part.euro, against="1011")
        booked(session, books, "application", source=money, item=key, **said)
        return
    code = BANK[CURRENCY[account]]
    currency: dict[str, Any] = {"currency": CURRENCY[account]}
    held = bank(session, code)
    amount, euro = part.amount - held[0], part.euro - held[1]
    if amount or euro:
        by_hand(
            session,
            books,
            NewPosting(account=code, amount=amount, euro=euro, **currency),
            NewPosting(account="3010", amount=-amount, euro=-euro, **currency),
        )
    booked(session, books, "payment", item=key, **said)


def bank(session: Session, code: str) -> tuple[Decimal, Decimal]:
    """Give what a bank account holds."""
    where = Selection(accounts=(code,))
    found = balances(session, cutoff(session, LAST_DAY), Posting.account, where=where)
    return (found[0].amount, found[0].euro) if found else (ZERO, ZERO)


def differences(session: Session) -> tuple[Decimal, Decimal]:
    """Give realised and unrealised losses so far, in euro."""
    return bank(session, "5110")[1], bank(session, "5120")[1]


def lost(
    session: Session, books: Books, account: str, euro: Decimal, parts: Sequence[Part]
) -> tuple[Decimal, Decimal]:
    """Run an item from its first day to its last; give what was lost, realised and unrealised."""
    before = differences(session)
    amount = sum((part.amount for part in parts), ZERO)
    against = {"1120": "4020", "2010": "5020", "2060": "1011"}[account]
    key = begun(session, books, account, amount, euro, against=against)
    for part in parts:
        settled(session, books, account, key, part)
    item = find_item(session, key)
    assert (item.amount, item.euro) == (ZERO, ZERO)
    assert bank(session, "1090")[1] == 0
    after = differences(session)
    return after[0] - before[0], after[1] - before[1]


# 1,000.00 at 4.00 is 250.00. 300.00 of it is settled first; the 700.00 left, carried at 175.00, are
# revalued and then settled in two parts, of 200.00 and 500.00.
@pytest.mark.parametrize(
    ("account", "first", "revaluation", "second", "third", "realised", "unrealised"),
    [
        # Owed to us, the złoty rises to 3.20 and falls back to 3.50.
        ("1120", "80.00", "218.75", "60.00", "142.86", "10.89", "-43.75"),
        # Owed to us, the złoty falls to 5.00 and recovers to 4.50.
        ("1120", "70.00", "140.00", "42.00", "111.11", "-8.11", "35.00"),
        # Owed by us, the koruna rises, and falls back.
        ("2010", "80.00", "218.75", "60.00", "142.86", "-10.89", "43.75"),
        # Owed by us, the koruna falls, and recovers.
        ("2010", "70.00", "140.00", "42.00", "111.11", "8.11", "-35.00"),
        # Money that goes back: as owed by us.
        ("2060", "80.00", "218.75", "60.00", "142.86", "-10.89", "43.75"),
        ("2060", "70.00", "140.00", "42.00", "111.11", "8.11", "-35.00"),
        # Nothing moved: no difference at all.
        ("1120", "75.00", "175.00", "50.00", "125.00", "0.00", "0.00"),
        ("2010", "75.00", "175.00", "50.00", "125.00", "0.00", "0.00"),
    ],
)
def test_quadrants(  # noqa: PLR0917 - a table has as many columns as it needs
    session: Session,
    books: Books,
    account: str,
    first: str,
    revaluation: str,
    second: str,
    third: str,
    realised: str,
    unrealised: str,
) -> None:
    """A difference is booked once: what was unrealised is not realised again."""
    parts = [
        Part(Decimal("300.00"), Decimal(first)),
        Part(Decimal("200.00"), Decimal(second), revalued_to=Decimal(revaluation)),
        Part(Decimal("500.00"), Decimal(third)),
    ]
    found = lost(session, books, account, Decimal("250.00"), parts)
    assert found == (Decimal(realised), Decimal(unrealised))
    direct = Decimal("250.00") - sum(part.euro for part in parts)
    assert sum(found) == (direct if account == "1120" else -direct)


RATES = st.decimals(min_value="0.5", max_value="400", places=4)
AMOUNTS = st.integers(min_value=100_000, max_value=10**11).map(from_cents)
SPLITS = st.lists(
    st.tuples(st.integers(min_value=1, max_value=100), RATES, st.none() | RATES),
    min_size=1,
    max_size=4,
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    account=st.sampled_from(["1120", "2010", "2060"]),
    money=st.tuples(AMOUNTS, RATES),
    splits=SPLITS,
)
def test_differences_are_those_of_the_money(
    session: Session,
    books: Books,
    account: str,
    money: tuple[Decimal, Decimal],
    splits: list[tuple[int, Decimal, Decimal | None]],
) -> None:
    """At any rates, in any parts, revalued or not: the sum is that of a direct computation."""
    amount, at = money
    parts, left, weights = [], amount, sum(weight for weight, _, _ in splits)
    for at_last, (weight, rate, revaluation) in enumerate(splits, start=1 - len(splits)):
        part = left if at_last == 0 else round_half_up(amount * weight / weights)
        new = None if revaluation is None else round_half_up(left / revaluation)
        parts.append(Part(part, round_half_up(part / rate), new))
        left -= part
    euro = round_half_up(amount / at)
    direct = euro - sum(part.euro for part in parts)
    found = lost(session, books, account, euro, parts)
    assert sum(found) == (direct if account == "1120" else -direct)
