import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import NotAnAmountError
from ledger.money import (
    apportion,
    from_cents,
    parse_amount,
    round_half_up,
    still_due,
    to_cents,
)

QUARTERS = dict.fromkeys(("CZ", "HU", "PL", "SK"), Fraction(1, 4))
THIRDS = dict.fromkeys(("CZ", "HU", "SK"), Fraction(1, 3))

amounts = st.integers(-(10**12), 10**12).map(from_cents)
weights = st.dictionaries(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2),
    st.integers(0, 10**6),
    min_size=1,
    max_size=28,
).filter(lambda each: any(each.values()))
shares = weights.map(
    lambda each: {code: Fraction(weight, sum(each.values())) for code, weight in each.items()}
)


@pytest.mark.parametrize(
    ("number", "rounded"),
    [
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("0.0049999999999999999999999999999999", "0.00"),
        ("2.675", "2.68"),
        ("1.005", "1.01"),
        ("1.015", "1.02"),
        ("-1.015", "-1.02"),
        ("0", "0.00"),
        ("999999999999.995", "1000000000000.00"),
    ],
)
def test_a_half_cent_goes_up_away_from_zero(number: str, rounded: str) -> None:
    """Regulation (EC) No 1103/97 article 5: to the nearest cent, the exact half up."""
    assert str(round_half_up(Decimal(number))) == rounded


@pytest.mark.parametrize(
    ("text", "amount"), [("0", "0.00"), ("1250.5", "1250.50"), ("-0.01", "-0.01"), ("007", "7.00")]
)
def test_an_amount_is_read_as_it_is_written(text: str, amount: str) -> None:
    """Digits with at most two decimals are an amount."""
    assert str(parse_amount(text)) == amount


@pytest.mark.parametrize(
    "text", ["", "1e5", "1_000", "NaN", "Infinity", "1,50", "1.505", "١٢", "+1", "0x1", "1.", ".5"]
)
def test_what_only_python_takes_for_a_number_is_no_amount(text: str) -> None:
    """Nothing is guessed: exponents, separators and digits of other scripts are refused."""
    with pytest.raises(NotAnAmountError):
        parse_amount(text)


@pytest.mark.parametrize(
    ("total", "parts"),
    [
        ("0.02", {"CZ": "0.01", "HU": "0.01", "SK": "0.00"}),
        ("0.01", {"CZ": "0.01", "HU": "0.00", "SK": "0.00"}),
        ("-0.01", {"CZ": "-0.01", "HU": "0.00", "SK": "0.00"}),
        ("0.00", {"CZ": "0.00", "HU": "0.00", "SK": "0.00"}),
        ("-100.00", {"CZ": "-33.34", "HU": "-33.33", "SK": "-33.33"}),
    ],
)
def test_cents_left_over_go_by_code_among_equals(total: str, parts: dict[str, str]) -> None:
    """Between equal remainders and equal shares the code decides, for credits as for debits."""
    assert {code: str(part) for code, part in apportion(Decimal(total), THIRDS).items()} == parts


def test_a_larger_share_goes_before_a_smaller_one_of_equal_remainder() -> None:
    """Between equal remainders the larger share takes the cent, though its code comes later."""
    uneven = {"AT": Fraction(1, 4), "PL": Fraction(3, 4)}
    assert apportion(Decimal("0.02"), uneven) == {"AT": Decimal("0.00"), "PL": Decimal("0.02")}


@given(amounts, shares)
def test_parts_add_up_and_stay_within_a_cent(total: Decimal, shares: dict[str, Fraction]) -> None:
    """Nothing is lost or made, and no state is a whole cent away from its exact share."""
    parts = apportion(total, shares)
    assert sum(parts.values()) == total
    for code, part in parts.items():
        assert abs(Fraction(part) - Fraction(total) * shares[code]) < Fraction(1, 100)


@given(amounts, shares, st.randoms())
def test_no_state_gains_by_its_place(
    total: Decimal, shares: dict[str, Fraction], chance: random.Random
) -> None:
    """The order in which states are listed changes nobody's part."""
    listed = list(shares.items())
    chance.shuffle(listed)
    assert apportion(total, dict(listed)) == apportion(total, shares)


@given(amounts, shares)
def test_a_credit_is_split_as_the_mirror_of_its_debit(
    total: Decimal, shares: dict[str, Fraction]
) -> None:
    """A cost and its reversal leave every state where it was."""
    there, back = apportion(total, shares), apportion(-total, shares)
    assert all(there[code] + back[code] == 0 for code in shares)


@given(st.lists(amounts, max_size=30), shares)
def test_cumulative_parts_follow_the_whole(
    lines: list[Decimal], shares: dict[str, Fraction]
) -> None:
    """Charged line by line, a state has been charged what the sum would have given it at once."""
    charged = dict.fromkeys(shares, Decimal("0.00"))
    for count in range(1, len(lines) + 1):
        so_far = sum(lines[:count], Decimal("0.00"))
        for code, part in still_due(apportion(so_far, shares), charged).items():
            charged[code] += part
        assert charged == apportion(so_far, shares)


def test_a_second_run_over_the_same_total_charges_nothing() -> None:
    """What was charged once is not charged again."""
    charged = apportion(Decimal("100.01"), QUARTERS)
    again = still_due(apportion(Decimal("100.01"), QUARTERS), charged)
    assert set(again.values()) == {Decimal("0.00")}


def test_twenty_thousand_lines_drift_at_most_a_cent() -> None:
    """After 20,000 cost lines each state stands within one cent of its exact share of their sum."""
    chance = random.Random(2016)  # noqa: S311 - cost lines, not secrets
    shares = {
        "PL": Fraction(563858438821, 10**12),
        "CZ": Fraction(193475522000, 10**12),
        "HU": Fraction(149542881221, 10**12),
        "SK": Fraction(93123157958, 10**12),
    }
    so_far = Decimal("0.00")
    charged = dict.fromkeys(shares, Decimal("0.00"))
    for _ in range(20_000):
        so_far += from_cents(chance.randint(-50_000, 100_000))
        for code, part in still_due(apportion(so_far, shares), charged).items():
            charged[code] += part
    assert sum(charged.values()) == so_far
    for code, share in shares.items():
        assert abs(Fraction(charged[code]) - Fraction(so_far) * share) < Fraction(1, 100)


@given(st.integers(-(10**15), 10**15))
def test_cents_and_amounts_are_two_writings_of_one_thing(cents: int) -> None:
    """Hundredths in the database and amounts in the program are each other, without loss."""
    assert to_cents(from_cents(cents)) == cents
