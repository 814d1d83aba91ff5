"""Open items: each stands at an amount in euro, at which it is settled."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.balances import cutoff
from ledger.errors import JournalRefusedError
from ledger.journal import ItemRequiredError, NewPosting, post
from ledger.money import ZERO, from_cents
from ledger.open_items import (
    Items,
    OverdrawnItemError,
    UnknownItemError,
    Which,
    carrying_part,
    find_item,
    open_items,
)
from ledger.standing import Sum
from tests.books import DAY, LAST_DAY, NOW, Books, entry, line, rate
from tests.documents import booked

LATER = date(2017, 6, 1)


def owing(amount: str, euro: str, *, item: str = "invoice", on: date = DAY) -> list[NewPosting]:
    """Make the postings of an invoice in crowns, above zero, or of what was paid on it."""
    given: dict[str, Any] = {"currency": "CZK", "rate": rate("CZK")}
    debt, counter = Decimal(amount), Decimal(euro)
    return [
        NewPosting(account="2010", amount=-debt, euro=-counter, item=item, **given),
        NewPosting(account="1090", amount=debt, euro=counter, **given),
    ]


def posted(session: Session, books: Books, key: str, *lines: NewPosting, on: date = DAY) -> int:
    """Post an entry and give its number."""
    return post(session, entry(key, *lines, on=on), **books.hands, now=NOW).number


def test_an_item_is_the_sum_of_its_postings(session: Session, books: Books) -> None:
    """What is open of an item is what was posted on it, in its currency and in euro."""
    posted(session, books, "invoice", *owing("2600.00", "100.00"))
    posted(session, books, "paid", *owing("-600.00", "-23.08"), on=LATER)
    [item] = open_items(session, cutoff(session, LAST_DAY), accounts=("2010",))
    assert (item.reference, item.began_on, item.kind) == ("1.1", DAY, "contribution")
    assert (item.amount, item.euro) == (Decimal("2000.00"), Decimal("76.92"))
    [before] = open_items(session, cutoff(session, DAY))
    assert before.amount == Decimal("2600.00")


def test_settled_items_are_listed_when_asked_for(session: Session, books: Books) -> None:
    """An item with nothing open is history."""
    posted(session, books, "invoice", *owing("2600.00", "100.00"))
    posted(session, books, "paid", *owing("-2600.00", "-100.00"))
    at = cutoff(session, LAST_DAY)
    assert open_items(session, at) == []
    assert [each.amount for each in open_items(session, at, settled=True)] == [ZERO]


@pytest.mark.parametrize("reference", ["1.1", " 1.1 ", "invoice"])
def test_an_item_has_names(session: Session, books: Books, reference: str) -> None:
    """People name an item by the entry and line that began it; programs by its key."""
    posted(session, books, "invoice", *owing("2600.00", "100.00"))
    assert find_item(session, reference).key == "invoice"


def test_a_states_item_is_named_by_entry_and_state(session: Session, books: Books) -> None:
    """Of an assessment each state has one item: 17/PL says which."""
    booked(session, books, "scale")
    [asked] = booked(session, books, "assessment", amount="400.00")
    item = find_item(session, f"{asked.number}/HU")
    assert (item.account, item.state, item.amount) == ("1110", "HU", Decimal("100.00"))


def test_a_states_item_is_the_one_that_began(session: Session, books: Books) -> None:
    """An entry that turns one item into another is named after what it began."""
    posted(
        session, books, "old", line("2030", "-9.00", state="PL", item="old"), line("1010", "9.00")
    )
    moved = (
        line("2030", "9.00", state="PL", item="old"),
        line("2050", "-9.00", state="PL", item="new"),
    )
    posted(session, books, "moved", *moved)
    assert find_item(session, "1/PL").key == "old"
    assert find_item(session, "2/PL").key == "new"


@pytest.mark.parametrize("reference", ["", "1.3", "99.1", "1/PL", "nothing", "1.1.1"])
def test_what_is_no_item_is_told(session: Session, books: Books, reference: str) -> None:
    """A reference that leads nowhere is refused with what one looks like."""
    posted(session, books, "invoice", *owing("2600.00", "100.00"))
    with pytest.raises(UnknownItemError, match=r"as 17\.3"):
        find_item(session, reference)


def test_a_part_takes_its_part_of_the_carrying_amount(session: Session, books: Books) -> None:
    """Three parts of an invoice leave exactly nothing, in crowns and in euro."""
    posted(session, books, "invoice", *owing("100.00", "3.85"))
    items = Items(session, Which(("2010",)))
    taken = [items.take("invoice", LATER, Decimal(part)) for part in ("33.33", "33.33", "33.34")]
    assert [str(each) for each in taken] == ["1.28", "1.28", "1.29"]
    assert items.total("invoice") == (ZERO, ZERO)


def test_a_revaluation_moves_what_an_item_is_carried_at(session: Session, books: Books) -> None:
    """After a revaluation the item is settled at its new amount in euro, not at its first."""
    posted(session, books, "invoice", *owing("2600.00", "100.00"))
    moved: dict[str, Any] = {"amount": ZERO, "currency": "CZK"}
    posted(
        *(session, books, "revalued"),
        NewPosting(account="2010", euro=Decimal("-4.00"), item="invoice", **moved),
        NewPosting(account="5120", euro=Decimal("4.00"), **moved),
    )
    items = Items(session, Which(keys=("invoice",)))
    assert items.take("invoice", LATER, Decimal("1300.00")) == Decimal("52.00")
    assert items.take("invoice", LATER, Decimal("1300.00")) == Decimal("52.00")


@pytest.mark.parametrize(("amount", "on"), [("2600.01", LATER), ("2000.01", DAY)])
def test_no_more_is_settled_than_is_open(
    session: Session, books: Books, amount: str, on: date
) -> None:
    """Neither more than is open, nor on an earlier day what a later payment has used up."""
    posted(session, books, "invoice", *owing("2600.00", "100.00"))
    if on == DAY:
        posted(session, books, "paid", *owing("-600.00", "-23.08"), on=LATER)
    with pytest.raises(OverdrawnItemError, match=r"Of item 1\.1 CZK"):
        Items(session, Which(("2010",))).take("invoice", on, Decimal(amount))


@pytest.mark.parametrize(
    ("code", "item"), [("2010", None), ("5010", "invoice")], ids=["without", "where none is kept"]
)
def test_items_are_named_where_they_are_kept(
    session: Session, books: Books, code: str, item: str | None
) -> None:
    """Every posting on an account of open items names one, and no other posting does."""
    amount = Decimal("-1.00")
    wrong = NewPosting(account=code, amount=amount, euro=amount, item=item)
    with pytest.raises(ItemRequiredError, match=code):
        posted(session, books, "wrong", wrong, line("1010", "1.00"))


@pytest.mark.parametrize(
    ("second", "guard"),
    [
        (line("2060", "-1.00", item="a"), "LG031"),
        (line("2010", "1.01", item="a"), "LG032"),
    ],
    ids=["of another account", "beyond what is open"],
)
def test_the_database_keeps_items_too(
    session: Session, books: Books, second: NewPosting, guard: str
) -> None:
    """What the program should never do the database refuses."""
    posted(session, books, "a", line("2010", "-1.00", item="a"), line("1010", "1.00"))
    with pytest.raises(JournalRefusedError, match=guard), session.begin_nested():
        posted(session, books, "b", second, line("3010", str(-second.euro)))


CENTS = st.integers(-(10**9), 10**9)


@given(parts=st.lists(st.integers(1, 10**9), min_size=1, max_size=6), euro=CENTS, moved=CENTS)
def test_parts_close_an_item(parts: list[int], euro: int, moved: int) -> None:
    """However an item is settled, and revalued in between, nothing of it is left in euro."""
    left = Sum(from_cents(sum(parts)), from_cents(euro))
    booked_ = ZERO
    for place, part in enumerate(parts):
        if place == 1:
            left += Sum(ZERO, from_cents(moved))
            booked_ -= from_cents(moved)
        taken = carrying_part(left, from_cents(part))
        booked_ += taken
        left += Sum(-from_cents(part), -taken)
    assert left == (ZERO, ZERO)
    assert booked_ == from_cents(euro)
