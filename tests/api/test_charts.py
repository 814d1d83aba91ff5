"""Charts lay their bars out so that lengths stand in the proportion of the figures."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from api.pages.charts import Balance, Bar, Given, balance_bars, given_bars

AMOUNTS = st.integers(0, 10**12).map(lambda cents: Decimal(cents).scaleb(-2))
BALANCES = st.integers(-(10**12), 10**12).map(lambda cents: Decimal(cents).scaleb(-2))


def test_longest_bar_fills_the_width() -> None:
    """The larger of what was given and the fair share sets the scale for all."""
    rows = [
        Given("PL", cash=Decimal(30), in_kind=Decimal(10), fair_share=Decimal(80)),
        Given("CZ", cash=Decimal(20), in_kind=Decimal(0), fair_share=Decimal(10)),
    ]
    poland, czechia = given_bars(rows)
    assert (poland.cash.width, poland.in_kind.left, poland.in_kind.width) == (
        Decimal("37.50"),
        Decimal("37.50"),
        Decimal("12.50"),
    )
    assert poland.fair_share.width == Decimal(100)
    assert czechia.cash.width == Decimal(25)


def test_balances_part_at_the_middle() -> None:
    """A balance above zero goes right of the middle, one below zero left of it."""
    above, below = balance_bars([Balance("PL", Decimal(100)), Balance("CZ", Decimal(-50))])
    assert above.bar == Bar(Decimal(50), Decimal(50), "above")
    assert below.bar == Bar(Decimal(25), Decimal(25), "below")


def test_nothing_given_draws_nothing() -> None:
    """Books without a contribution have bars of no length, and no division by zero."""
    [bars] = given_bars([Given("PL", Decimal(0), Decimal(0), Decimal(0))])
    assert bars.cash.width == bars.fair_share.width == 0
    assert given_bars([]) == ()
    assert balance_bars([]) == ()


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS), max_size=6), st.lists(BALANCES, max_size=6))
def test_no_bar_leaves_the_drawing(
    rows: list[tuple[Decimal, Decimal, Decimal]], balances: list[Decimal]
) -> None:
    """Every bar lies inside the drawing, to a hundredth of its width."""
    for bars in given_bars([Given("PL", *row) for row in rows]):
        assert bars.in_kind.left + bars.in_kind.width <= Decimal("100.01")
    for drawn in balance_bars([Balance("PL", balance) for balance in balances]):
        assert drawn.bar.left >= 0
        assert drawn.bar.left + drawn.bar.width <= 100
