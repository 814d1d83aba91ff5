"""Limits of a working: what is exact must also be written down, and read by people."""

from fractions import Fraction

import pytest

from ledger.burden import scale
from ledger.criteria import Basis
from ledger.indicators import shipped
from ledger.reckoning import reckon
from ledger.union import EU_STATES
from ledger.working import TooFineSharesError
from tests.ledger.drawn_formulas import formula_of, one_term


def test_shares_that_nobody_could_write_down_are_refused() -> None:
    """Numbers of more than 2,000 digits are refused, though the shares in the end be rounded."""
    used = formula_of(one_term("inverse_share"))
    primes = [10**200 + 357 + 2 * at for at in range(28)]
    states = [f"{first}{second}" for first in "ABCD" for second in "ABCDEFG"]
    column = {"number": dict(zip(states, map(Fraction, primes), strict=True))}
    for decimals in (None, 3):
        with pytest.raises(TooFineSharesError, match="above 2,000 digits or a million in all"):
            scale(used.model_copy(update={"decimals": decimals}), [column], states, borne_in=2016)


@pytest.mark.parametrize(
    ("transform", "power"),
    [("ratio_to_mean", "10"), ("power", "10"), ("ratio_to_mean", "-19/6"), ("minmax", "")],
)
@pytest.mark.parametrize("combine", ["sum", "product"])
@pytest.mark.parametrize("count", [1, 4, 40])
def test_every_number_of_a_working_can_be_written_down(
    transform: str, power: str, combine: str, count: int
) -> None:
    """A working of any formula is refused, or each of its numbers written out."""
    terms = "".join(
        f"""
        [[terms]]
        name = "t{at}"
        label = "term"
        transform = "{transform}"
        criterion = "heads"
        weight = "{"1" if combine == "product" else f"1/{count}"}"
        {f'power = "{power}"' if power else ""}
        """
        for at in range(count)
    )
    used = formula_of(
        f"""
        combine = "{combine}"
        decimals = 4
        [criteria.heads]
        label = "output a head"
        indicator = "gdp"
        per = "population"
        years = 8
        {terms}"""
    )
    try:
        found = reckon(used, EU_STATES, Basis(2016), shipped()).scale
    except TooFineSharesError:
        found = None
    for step in found.trace if found else ():
        assert all(Fraction(str(number)) == number for number in step.column.values())
