"""Crossing: postings of several currencies are balanced through exchange clearing."""

from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.crossing import in_balance
from ledger.journal import NewPosting
from ledger.money import ZERO, from_cents


def leg(account: str, amount: str, currency: str, euro: str | None = None) -> NewPosting:
    """Make a posting; in euro where nothing else is said."""
    return NewPosting(
        account=account,
        amount=Decimal(amount),
        currency=currency,
        euro=Decimal(euro or amount),
        state="PL",
        purpose="operations",
    )


def told(postings: tuple[NewPosting, ...]) -> list[str]:
    """Write postings as an accountant reads them."""
    return [f"{p.account} {p.amount:,} {p.currency} {p.euro:,}" for p in postings]


@pytest.mark.parametrize(
    ("legs", "added"),
    [
        # Row 4a: one currency, nothing to add.
        ([leg("1010", "100.00", "EUR"), leg("4020", "-100.00", "EUR")], []),
        # Row 4b: zloty in, a euro debt discharged at the day's rate.
        (
            [leg("1011", "425.00", "PLN", "100.00"), leg("4020", "-100.00", "EUR")],
            ["1090 100.00 EUR 100.00", "1090 -425.00 PLN -100.00"],
        ),
        # Row 4c: the debt is discharged whole, and the zloty are worth two euro less: a loss.
        (
            [leg("1011", "425.00", "PLN", "98.00"), leg("4020", "-100.00", "EUR")],
            [
                "1090 100.00 EUR 100.00",
                "1090 -425.00 PLN -98.00",
                "1090 0.00 EUR -2.00",
                "5110 0.00 EUR 2.00",
            ],
        ),
        # Row 12: forints carried at 99 bring 101 euro: a gain.
        (
            [leg("1010", "101.00", "EUR"), leg("1013", "-31000.00", "HUF", "-99.00")],
            [
                "1090 -101.00 EUR -101.00",
                "1090 31,000.00 HUF 99.00",
                "1090 0.00 EUR 2.00",
                "5110 0.00 EUR -2.00",
            ],
        ),
        # Within one currency the difference is realised where it stands.
        (
            [leg("1011", "425.00", "PLN", "98.00"), leg("1013", "-425.00", "PLN", "-100.00")],
            ["5110 0.00 PLN 2.00"],
        ),
    ],
    ids=["4a", "4b", "4c", "12", "one currency"],
)
def test_what_is_added(legs: list[NewPosting], added: list[str]) -> None:
    """Each currency sums to zero through 1090, and 1090 to zero in euro."""
    assert told(in_balance(legs)[len(legs) :]) == added


CENTS = st.integers(-(10**9), 10**9)


@given(st.lists(st.tuples(st.sampled_from(["PLN", "CZK", "EUR"]), CENTS, CENTS), min_size=1))
def test_everything_balances(moves: list[tuple[str, int, int]]) -> None:
    """Whatever crosses, each currency and the euro come to zero, and so does 1090 in euro."""
    legs = [
        NewPosting(
            account="1019" if currency != "EUR" else "1010",
            currency=currency,
            amount=from_cents(amount),
            euro=from_cents(amount if currency == "EUR" else euro),
        )
        for currency, amount, euro in moves
    ]
    amounts: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for each in in_balance(legs):
        amounts[each.currency] += each.amount
        amounts["euro"] += each.euro
        amounts["1090"] += each.euro if each.account == "1090" else ZERO
    assert not any(amounts.values())


def test_other_books_are_left_alone() -> None:
    """Only the mechanism's own accounts know exchange differences."""
    pledge = leg("9110", "425.00", "PLN", "100.00"), leg("9190", "-425.00", "PLN", "-100.00")
    given_ = leg("1010", "1.00", "EUR"), leg("4020", "-1.00", "EUR"), *pledge
    assert in_balance(given_) == given_
