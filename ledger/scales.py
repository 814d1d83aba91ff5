"""Scales at work: a formula on the indicators of one year and vintage, for the states of a day."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator

from ledger.burden import FORMULAS, Scale, formula, scale
from ledger.i18n import N_
from ledger.indicators import UnknownVintageError, indicator_values, vintage_named
from ledger.inputs import broken

UNKNOWN_FORMULA = N_(
    "“%(text)s” is not a formula of the mechanism: see `mcrm scale shares --help`."
)

UNKNOWN_VINTAGE = N_(
    "“%(text)s” names no one vintage of indicators: see `mcrm scale shares --help`."
)


def _formula_name(name: str) -> str:
    if name not in FORMULAS:
        raise broken(("formula", UNKNOWN_FORMULA))
    return name


def _vintage_name(name: str) -> str:
    try:
        return vintage_named(name)
    except UnknownVintageError as error:
        raise broken(("vintage", UNKNOWN_VINTAGE)) from error


FormulaName = Annotated[str, AfterValidator(_formula_name)]

VintageName = Annotated[str, AfterValidator(_vintage_name)]

DEFAULT_VINTAGE = "eurostat-2020-10 vintage"


def scale_of(name: str, states: Iterable[str], *, year: int, vintage: str) -> Scale:
    """Make the scale of a formula for some states from the indicators that ship with the product.

    Raises UnknownFormulaError, or the errors of `indicator_values` when one is missing.
    """
    used = formula(name)
    members = sorted(states)
    measured = {
        criterion.indicator: indicator_values(vintage, criterion.indicator, year, members)
        for criterion in used.criteria
    }
    return scale(
        used,
        {state: {name: column[state] for name, column in measured.items()} for state in members},
    )
