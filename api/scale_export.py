"""A scale for programs and spreadsheets: exact shares and every step, as JSON or CSV."""

import csv
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction

from api.scale_figures import decimal, exact
from api.scale_table import step_words, used_vintages
from ledger.reckoning import Reckoned
from ledger.working import Step

# A cell of a table, written as a spreadsheet takes it.
Cells = Mapping[str, str]


def heading(reckoned: Reckoned) -> dict[str, object]:
    """Say which formula was reckoned on what."""
    formula, basis = reckoned.scale.formula, reckoned.basis
    vintages = used_vintages(reckoned)
    return {
        "formula": formula.name,
        "title": formula.title,
        "year": basis.year,
        # Equal shares measure nothing, and so rest on no vintage; others may rest on several.
        "vintage": vintages[0] if len(vintages) == 1 else None,
        "vintages": vintages,
    }


def body(reckoned: Reckoned, states: Sequence[str]) -> dict[str, object]:
    """Give the shares, and the steps that led to them."""
    return {
        "borne_in": reckoned.basis.borne_in or reckoned.basis.year,
        "states": shares_answer(reckoned, states),
        "working": working(reckoned),
    }


def shares_answer(reckoned: Reckoned, states: Sequence[str]) -> list[dict[str, str]]:
    """Give each state's share, rounded for people and exact for programs."""
    shares = reckoned.scale.shares
    return [
        {"state": state, "share": decimal(shares[state]), "exact": str(shares[state])}
        for state in states
        if state in shares
    ]


def working(reckoned: Reckoned) -> list[dict[str, object]]:
    """Give every step with its exact numbers."""
    return [
        {
            "label": step_words(step),
            "kind": step.kind.value,
            "weight": None if step.weight is None else str(step.weight),
            "period": step.period,
            "vintage": step.params.get("vintage"),
            "states": list(step.told),
            "values": {state: str(value) for state, value in step.column.items()},
        }
        for step in reckoned.scale.trace
    ]


def share_columns(reckoned: Reckoned) -> dict[str, Cells]:
    """Write the shares as columns of a CSV, to twelve decimals and exactly."""
    shares = reckoned.scale.shares
    return {
        "share": {state: decimal(share) for state, share in shares.items()},
        "exact": {state: str(share) for state, share in shares.items()},
    }


def step_columns(reckoned: Reckoned) -> dict[str, Cells]:
    """Write the steps as columns of a CSV, numbered, so that no two are called the same."""
    return {
        f"{at}. {step_words(step)}": {
            state: _written(step, value) for state, value in step.column.items()
        }
        for at, step in enumerate(reckoned.scale.trace, 1)
    }


def print_csv(states: Sequence[str], columns: Mapping[str, Cells]) -> None:
    """Print one row for each state, under the names of the columns."""
    lines = csv.writer(sys.stdout, lineterminator="\n")
    lines.writerow(("state", *columns))
    lines.writerows(
        (state, *(cells.get(state, "") for cells in columns.values())) for state in states
    )


def _written(step: Step, value: Fraction) -> str:
    return decimal(value) if step.is_share else exact(value)
