"""Claims on an estate: sharing out less than is claimed, or a shortfall among those who would lose.

Three rules that states may agree on (burden.md §4). Each is solved exactly and then rounded to the
cent, so that what is awarded adds up to the estate and nobody gets more than was claimed.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate

from ledger.errors import LedgerError
from ledger.i18n import N_, Message
from ledger.money import ZERO, apportion, from_cents, to_cents


class NegativeClaimError(LedgerError):
    """A claim below zero."""

    code = "negative-claim"
    message = N_(
        "The claim of %(state)s is EUR %(claim)s: it cannot be less than zero; "
        "leave out whoever owes."
    )


class NegativeEstateError(LedgerError):
    """Less than nothing to share out."""

    code = "negative-estate"
    message = N_(
        "EUR %(estate)s cannot be shared out: give a shortfall as an amount above zero, "
        "to be borne by those who would lose it."
    )


class EstateExceedsClaimsError(LedgerError):
    """More to share out than is claimed."""

    code = "estate-exceeds-claims"
    message = N_(
        "EUR %(estate)s is more than all claims together, EUR %(claimed)s: "
        "share out at most what is claimed."
    )


class Rule(StrEnum):
    """How an estate is shared out when it is less than what is claimed."""

    # The same part of every claim.
    PROPORTIONAL = "proportional"
    # The same amount to each, but no more than was claimed.
    EQUAL_AWARDS = "equal_awards"
    # The same loss for each, but no more than was claimed.
    EQUAL_LOSSES = "equal_losses"


LABELS: dict[Rule, Message] = {
    Rule.PROPORTIONAL: N_("proportional"),
    Rule.EQUAL_AWARDS: N_("constrained equal awards"),
    Rule.EQUAL_LOSSES: N_("constrained equal losses"),
}


def award(estate: Decimal, claims: Mapping[str, Decimal], rule: Rule) -> dict[str, Decimal]:
    """Share an estate in euro out among claims by state, to the cent, by largest remainder.

    The awards add up to the estate; each is within one cent of its exact value, from zero to its
    claim. Cents left over go by larger remainder, then larger award, then code. Raises
    NegativeClaimError, NegativeEstateError, EstateExceedsClaimsError, or NotAnAmountError for what
    is not in hundredths.
    """
    claimed = {state: to_cents(claim) for state, claim in claims.items()}
    left = to_cents(estate)
    _check(left, claimed)
    if left == 0:
        return dict.fromkeys(claims, ZERO)
    # An exact award is rounded up only where it is no whole cent, and so stays within its claim.
    exact = _exact(left, claimed, rule)
    return apportion(estate, {state: part / left for state, part in exact.items()})


def _check(estate: int, claims: Mapping[str, int]) -> None:
    for state in sorted(claims):
        if claims[state] < 0:
            raise NegativeClaimError(state=state, claim=from_cents(claims[state]))
    if estate < 0:
        raise NegativeEstateError(estate=from_cents(estate))
    claimed = sum(claims.values())
    if estate > claimed:
        raise EstateExceedsClaimsError(estate=from_cents(estate), claimed=from_cents(claimed))


def _exact(estate: int, claims: Mapping[str, int], rule: Rule) -> dict[str, Fraction]:
    claimed = sum(claims.values())
    match rule:
        case Rule.PROPORTIONAL:
            part = Fraction(estate, claimed)
            return {state: claim * part for state, claim in claims.items()}
        case Rule.EQUAL_AWARDS:
            return _capped(estate, claims)
        case Rule.EQUAL_LOSSES:
            losses = _capped(claimed - estate, claims)
            return {state: claim - losses[state] for state, claim in claims.items()}


def _capped(total: int, claims: Mapping[str, int]) -> dict[str, Fraction]:
    """Give each min(λ, claim), with the one λ that makes the sum of these the total.

    When the smallest claims are met in full, λ is what is left for each of the others. It rises
    while the claims so met lie below it, and falls from then on: the largest is the right one.
    """
    met = accumulate(sorted(claims.values())[:-1], initial=0)
    level = max(Fraction(total - paid, len(claims) - count) for count, paid in enumerate(met))
    return {state: min(level, Fraction(claim)) for state, claim in claims.items()}
