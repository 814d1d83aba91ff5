import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.claims import (
    LABELS,
    EstateExceedsClaimsError,
    NegativeClaimError,
    NegativeEstateError,
    Rule,
    award,
)
from ledger.errors import LedgerError, NotAnAmountError
from ledger.money import CENT, ZERO, from_cents

FOUR = {"PL": Decimal(500), "CZ": Decimal(300), "HU": Decimal(200), "SK": Decimal(100)}

rules = st.sampled_from(list(Rule))
# Small claims, so that single cents matter and many are equal, and large ones as in the books.
claims = st.dictionaries(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2),
    (st.integers(0, 9) | st.integers(0, 10**12)).map(from_cents),
    max_size=28,
)

Claims = dict[str, Decimal]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Decimal, Claims]:
    """Draw claims and an estate, from nothing to all that is claimed."""
    drawn = draw(claims)
    claimed = int(sum(drawn.values()) * 100)
    near = st.integers(0, min(9, claimed))
    estate = draw(st.integers(0, claimed) | near | near.map(lambda cents: claimed - cents))
    return from_cents(estate), drawn


@pytest.mark.parametrize(
    ("rule", "awards"),
    [
        (Rule.PROPORTIONAL, ["272.73", "163.64", "109.09", "54.54"]),
        (Rule.EQUAL_AWARDS, ["166.66", "166.67", "166.67", "100.00"]),
        (Rule.EQUAL_LOSSES, ["366.67", "166.67", "66.66", "0.00"]),
    ],
)
def test_six_hundred_are_shared_out_as_published(rule: Rule, awards: list[str]) -> None:
    """Claims of 500, 300, 200 and 100 on 600 get what burden.md says, and not a cent is made.

    Rounded each alone they would add up to 600.01: the smallest remainder loses the cent, between
    equal remainders the smaller award, and between equal awards the last code, here that of PL.
    """
    assert [str(each) for each in award(Decimal(600), FOUR, rule).values()] == awards


@pytest.mark.parametrize("rule", Rule)
@pytest.mark.parametrize(
    ("estate", "claims", "awards"),
    [
        ("0.00", {}, {}),
        ("0.00", {"PL": "0.00", "CZ": "0.00"}, {"PL": "0.00", "CZ": "0.00"}),
        ("0.00", {"PL": "5.00", "CZ": "0.00"}, {"PL": "0.00", "CZ": "0.00"}),
        ("5.00", {"PL": "5.00", "CZ": "0.00"}, {"PL": "5.00", "CZ": "0.00"}),
        ("3.00", {"PL": "5.00", "CZ": "0.00"}, {"PL": "3.00", "CZ": "0.00"}),
        ("0.01", {"PL": "0.01", "CZ": "0.01"}, {"PL": "0.00", "CZ": "0.01"}),
        ("7.00", {"PL": "5.00", "CZ": "2.00"}, {"PL": "5.00", "CZ": "2.00"}),
    ],
)
def test_nothing_and_all_are_shared_out(
    rule: Rule, estate: str, claims: dict[str, str], awards: dict[str, str]
) -> None:
    """By every rule nothing leaves nothing, all leaves every claim, and no claim gets nothing."""
    found = award(Decimal(estate), {state: Decimal(each) for state, each in claims.items()}, rule)
    assert {state: str(each) for state, each in found.items()} == awards


@pytest.mark.parametrize(
    ("estate", "claims", "refusal", "said"),
    [
        ("1.00", {"PL": "5.00", "CZ": "-0.01"}, NegativeClaimError, "claim of CZ is EUR -0.01"),
        ("-0.01", {"PL": "5.00"}, NegativeEstateError, "EUR -0.01 cannot be"),
        ("5.01", {"PL": "5.00"}, EstateExceedsClaimsError, "EUR 5.01 is more .* EUR 5.00"),
        ("0.01", {}, EstateExceedsClaimsError, "EUR 0.01 is more .* EUR 0.00"),
        ("0.005", {"PL": "5.00"}, NotAnAmountError, "0.005"),
        ("1.00", {"PL": "5.005"}, NotAnAmountError, "5.005"),
    ],
)
def test_what_cannot_be_shared_out_is_refused(
    estate: str, claims: dict[str, str], refusal: type[LedgerError], said: str
) -> None:
    """Less than nothing, a claim below zero and more than is claimed are refused by name."""
    with pytest.raises(refusal, match=said):
        award(
            Decimal(estate),
            {state: Decimal(claim) for state, claim in claims.items()},
            Rule.PROPORTIONAL,
        )


@given(cases(), rules)
def test_awards_add_up_within_their_claims(case: tuple[Decimal, Claims], rule: Rule) -> None:
    """The whole estate is awarded, to the cent, and nobody gets less than zero or above a claim."""
    estate, claims = case
    awards = award(estate, claims, rule)
    assert sum(awards.values()) == estate
    assert awards.keys() == claims.keys()
    assert all(0 <= each <= claims[state] for state, each in awards.items())


@given(cases(), rules)
def test_a_larger_claim_gets_no_less(case: tuple[Decimal, Claims], rule: Rule) -> None:
    """A larger claim is awarded no less and loses no less than a smaller one, up to a cent."""
    estate, claims = case
    awards = award(estate, claims, rule)
    for smaller in claims:
        for larger in claims:
            if claims[smaller] <= claims[larger]:
                assert awards[smaller] - awards[larger] <= CENT
                assert claims[smaller] - awards[smaller] <= (claims[larger] - awards[larger] + CENT)


@given(cases(), rules, st.randoms())
def test_the_order_of_claims_changes_no_award(
    case: tuple[Decimal, Claims], rule: Rule, chance: random.Random
) -> None:
    """No state gains by its place in the list."""
    estate, claims = case
    listed = list(claims.items())
    chance.shuffle(listed)
    assert award(estate, dict(listed), rule) == award(estate, claims, rule)


@given(cases())
def test_a_proportional_award_is_the_same_part_of_each_claim(case: tuple[Decimal, Claims]) -> None:
    """Each gets of its claim what all get of theirs together, up to a cent."""
    estate, claims = case
    claimed = sum(claims.values(), ZERO)
    for state, each in award(estate, claims, Rule.PROPORTIONAL).items():
        exact = Fraction(estate) * Fraction(claims[state]) / Fraction(claimed or 1)
        assert abs(Fraction(each) - exact) < Fraction(CENT)


@given(cases())
def test_equal_awards_fall_short_alike(case: tuple[Decimal, Claims]) -> None:
    """Whoever gets less than was claimed gets as much as anybody, up to a cent."""
    awards = award(*case, Rule.EQUAL_AWARDS)
    most = max(awards.values(), default=ZERO)
    short = [each for state, each in awards.items() if each < case[1][state]]
    assert all(most - each <= CENT for each in short)


@given(cases())
def test_equal_losses_are_borne_alike(case: tuple[Decimal, Claims]) -> None:
    """Whoever gets something loses as much as anybody, up to a cent."""
    awards = award(*case, Rule.EQUAL_LOSSES)
    losses = {state: case[1][state] - each for state, each in awards.items()}
    most = max(losses.values(), default=ZERO)
    assert all(most - losses[state] <= CENT for state, each in awards.items() if each)


@given(cases())
def test_equal_losses_are_equal_awards_of_what_is_lost(case: tuple[Decimal, Claims]) -> None:
    """Sharing out equally and losing the rest equally are two views of one thing, up to a cent."""
    estate, claims = case
    awards = award(estate, claims, Rule.EQUAL_AWARDS)
    losses = award(sum(claims.values(), ZERO) - estate, claims, Rule.EQUAL_LOSSES)
    assert all(abs(claims[state] - losses[state] - awards[state]) <= CENT for state in claims)


def test_every_rule_has_a_name_for_readers() -> None:
    """Each rule can be named in a statement, and no two alike."""
    assert len({LABELS[rule] for rule in Rule}) == len(Rule)
