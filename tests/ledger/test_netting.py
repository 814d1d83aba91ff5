import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import netting
from ledger.errors import NotAnAmountError
from ledger.money import from_cents, to_cents
from ledger.netting import PROVABLE_STATES, UnbalancedSettlementError, net

# The 28 states of 2016, by their names in their own languages: not in the order of their codes.
STATES = (
    *("BE", "BG", "CZ", "DK", "DE", "EE", "IE", "GR", "ES", "FR", "HR", "IT", "CY", "LV"),
    *("LT", "LU", "HU", "MT", "NL", "AT", "PL", "PT", "RO", "SI", "SK", "FI", "SE", "GB"),
)


def balances(cents: list[int]) -> dict[str, Decimal]:
    """Give each number to a state, and to one more what makes them all add up to zero."""
    return dict(zip(STATES, map(from_cents, [*cents, -sum(cents)]), strict=False))


# Small numbers, so that many groups add up to zero by themselves, and large ones as in the books.
numbers = st.integers(-6, 6) | st.integers(-(10**12), 10**12)
few = st.lists(numbers, max_size=5).map(balances)
some = st.lists(numbers, max_size=11).map(balances)
many = st.lists(numbers, max_size=27).map(balances)

Balances = dict[str, Decimal]


def greedily(balances: Balances) -> int:
    """Count the transfers when the largest payer always pays the largest receiver."""
    cents = {state: to_cents(balance) for state, balance in balances.items()}
    return len(list(netting._largest_to_largest(cents)))


def at_least(cents: list[int]) -> int:
    """Count the fewest transfers by trying every partner for each state in turn."""
    if not cents:
        return 0
    first, *others = cents
    if not first:
        return at_least(others)
    return 1 + min(
        at_least([*others[:place], other + first, *others[place + 1 :]])
        for place, other in enumerate(others)
        if first * other < 0
    )


def written(balances: Balances) -> list[tuple[str, str, str]]:
    return [(each.payer, each.receiver, str(each.amount)) for each in net(balances).transfers]


def test_four_states_settle_in_three_transfers() -> None:
    """The four founders' balances of burden.md are levelled by the three transfers shown there."""
    four = {"PL": "-43858.44", "CZ": "66524.48", "HU": "-29542.88", "SK": "6876.84"}
    assert written({state: Decimal(balance) for state, balance in four.items()}) == [
        ("PL", "CZ", "43858.44"),
        ("HU", "CZ", "22666.04"),
        ("HU", "SK", "6876.84"),
    ]


def test_two_groups_need_a_transfer_less_than_the_largest_first() -> None:
    """Where CZ can pay PL exactly, no cent of the largest payer goes there."""
    five = {"CZ": "-5.00", "HU": "-6.00", "AT": "-5.00", "PL": "6.00", "SK": "10.00"}
    found = {state: Decimal(balance) for state, balance in five.items()}
    assert greedily(found) == 4
    assert net(found).fewest
    assert written(found) == [
        ("HU", "PL", "6.00"),
        ("AT", "SK", "5.00"),
        ("CZ", "SK", "5.00"),
    ]


@pytest.mark.parametrize(
    "balances", [{}, {"PL": "0.00"}, {"PL": "0.00", "CZ": "0", "HU": "-0.00"}], ids=len
)
def test_who_is_level_pays_nothing(balances: dict[str, str]) -> None:
    """Where every balance is zero, or there is none, nothing is transferred."""
    found = net({state: Decimal(balance) for state, balance in balances.items()})
    assert (found.transfers, found.fewest) == ((), True)


@pytest.mark.parametrize("states", [2, PROVABLE_STATES, PROVABLE_STATES + 2, len(STATES)])
def test_up_to_sixteen_states_are_settled_provably(states: int) -> None:
    """Pairs of states settle pair by pair; for more than sixteen states nothing more is claimed."""
    pairs = [sign * (100 + pair) for pair in range(states // 2) for sign in (1, -1)]
    found = net(dict(zip(STATES, map(from_cents, pairs), strict=False)))
    assert len(found.transfers) == states // 2
    assert found.fewest is (states <= PROVABLE_STATES)


def test_states_that_are_level_do_not_count_towards_sixteen() -> None:
    """Among 28 states of which two are not level, the one transfer is proven to be the fewest."""
    found = net({**dict.fromkeys(STATES, Decimal(0)), "PL": Decimal(-7), "SK": Decimal(7)})
    assert (len(found.transfers), found.fewest) == (1, True)


def test_a_balance_left_over_is_refused() -> None:
    """Balances that do not add up to zero are refused, and the difference is named."""
    with pytest.raises(UnbalancedSettlementError, match=r"EUR -0\.01 ") as refused:
        net({"PL": Decimal("-43.86"), "CZ": Decimal("43.85")})
    assert refused.value.params == {"difference": Decimal("-0.01")}


def test_a_part_of_a_cent_is_refused() -> None:
    """Nobody can transfer half a cent, so no balance may be one."""
    with pytest.raises(NotAnAmountError):
        net({"PL": Decimal("-0.005"), "CZ": Decimal("0.005")})


@given(many)
def test_afterwards_everybody_is_level(balances: Balances) -> None:
    """The transfers bring every balance to zero, and each of them moves money."""
    after = dict(balances)
    for transfer in net(balances).transfers:
        assert transfer.amount > 0
        after[transfer.payer] += transfer.amount
        after[transfer.receiver] -= transfer.amount
    assert set(after.values()) == {0}


@given(many)
def test_nobody_both_pays_and_receives(balances: Balances) -> None:
    """Who owes only pays, who is owed only receives, and no two states meet twice."""
    transfers = net(balances).transfers
    assert all(balances[each.payer] < 0 < balances[each.receiver] for each in transfers)
    assert len({(each.payer, each.receiver) for each in transfers}) == len(transfers)


@given(many)
def test_transfers_are_fewer_than_states(balances: Balances) -> None:
    """States that are not level settle with one transfer fewer than they are, or with less."""
    assert len(net(balances).transfers) <= max(0, sum(map(bool, balances.values())) - 1)


@given(some)
def test_never_more_transfers_than_the_largest_first(balances: Balances) -> None:
    """Looking for groups never costs a transfer."""
    assert len(net(balances).transfers) <= greedily(balances)


@given(few)
def test_no_way_of_settling_has_fewer_transfers(balances: Balances) -> None:
    """Among up to six states, trying every way of settling finds none with fewer transfers."""
    fewest = at_least([to_cents(balance) for balance in balances.values()])
    assert len(net(balances).transfers) == fewest


@given(many, st.randoms())
def test_the_order_of_states_changes_no_transfer(balances: Balances, chance: random.Random) -> None:
    """No state gains by its place in the list, not even a shorter way to be paid."""
    listed = list(balances.items())
    chance.shuffle(listed)
    assert net(dict(listed)) == net(balances)


@given(some)
def test_states_that_are_level_change_no_transfer(balances: Balances) -> None:
    """Whoever is level can be left out."""
    assert net({state: each for state, each in balances.items() if each}) == net(balances)
