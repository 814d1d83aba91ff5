"""Netting: what states owe each other for the burden, levelled with the fewest transfers.

States whose balances add up to zero settle among themselves with one transfer fewer than they are.
The more such groups there are, the fewer transfers; so the largest number of groups is looked for
(burden.md §4).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from heapq import heapify, heappop, heappush

from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.money import from_cents, to_cents

# Every set of states is looked at, and one state more doubles them: 16 are 65,536 sets.
PROVABLE_STATES = 16


class UnbalancedSettlementError(LedgerError):
    """Balances that would leave something over."""

    code = "unbalanced-settlement"
    message = N_(
        "The balances add up to EUR %(difference)s and not to zero: settle those of all states "
        "together, as of one day."
    )


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment in euro from a state that owes to a state that is owed, above zero."""

    payer: str
    receiver: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Netting:
    """The transfers that level all balances, the largest first.

    `fewest` says that no fewer transfers can do it; otherwise that was not looked for.
    """

    transfers: tuple[Transfer, ...]
    fewest: bool


def net(balances: Mapping[str, Decimal]) -> Netting:
    """Settle balances in euro: above zero a state is owed, below zero it owes.

    Up to PROVABLE_STATES states whose balance is not zero get the fewest transfers there can be;
    among more, the largest payer pays the largest receiver until all is paid, in fewer transfers
    than there are states. Equals come by state code. Raises UnbalancedSettlementError unless the
    balances add up to zero, and NotAnAmountError for one that is not in hundredths.
    """
    cents = {state: to_cents(balances[state]) for state in sorted(balances)}
    difference = sum(cents.values())
    if difference:
        raise UnbalancedSettlementError(difference=from_cents(difference))
    unsettled = {state: balance for state, balance in cents.items() if balance}
    fewest = len(unsettled) <= PROVABLE_STATES
    groups = _most_groups(unsettled) if fewest else [unsettled]
    transfers = [transfer for group in groups for transfer in _largest_to_largest(group)]
    transfers.sort(key=lambda each: (-each.amount, each.payer, each.receiver))
    return Netting(tuple(transfers), fewest)


def _most_groups(cents: Mapping[str, int]) -> list[dict[str, int]]:
    """Part the states into as many groups as can be, each with balances that add up to zero."""
    states = list(cents)
    sums = _sums(list(cents.values()))
    counts = _counts(sums, [1 << place for place in range(len(states))])
    groups: list[dict[str, int]] = []
    left = len(sums) - 1
    while left:
        closes = not sums[left]
        if closes:
            groups.append({})
        without = counts[left] - closes
        place = next(
            place
            for place in range(len(states))
            if left >> place & 1 and counts[left ^ 1 << place] == without
        )
        groups[-1][states[place]] = cents[states[place]]
        left ^= 1 << place
    return groups


def _sums(cents: list[int]) -> list[int]:
    """Add up every set of balances; the bits of a set's number say which are in it."""
    sums = [0]
    for balance in cents:
        sums += [each + balance for each in sums]
    return sums


def _counts(sums: list[int], bits: list[int]) -> list[int]:
    """Count for every set how often, at most, its sum is zero while its states leave one by one.

    For a set that adds up to zero itself this is the largest number of groups in it: let the groups
    leave one after the other.
    """
    counts = [0] * len(sums)
    for chosen in range(1, len(sums)):
        most = max([counts[chosen ^ bit] for bit in bits if chosen & bit])
        counts[chosen] = most + (not sums[chosen])
    return counts


def _largest_to_largest(cents: Mapping[str, int]) -> Iterator[Transfer]:
    """Let the largest payer pay the largest receiver until all is paid."""
    payers = [(balance, state) for state, balance in cents.items() if balance < 0]
    receivers = [(-balance, state) for state, balance in cents.items() if balance > 0]
    heapify(payers)
    heapify(receivers)
    while payers:
        # Both are counted below zero, so that the largest comes first.
        owes, payer = heappop(payers)
        owed, receiver = heappop(receivers)
        paid = max(owes, owed)
        yield Transfer(payer, receiver, from_cents(-paid))
        if owes != paid:
            heappush(payers, (owes - paid, payer))
        if owed != paid:
            heappush(receivers, (owed - paid, receiver))
