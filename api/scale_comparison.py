"""Scales side by side on a terminal or as JSON: the presets, and a formula of one's own."""

import json
from collections.abc import Iterator, Sequence

import typer

from api.scale_figures import decimal, percent
from api.scale_table import Line, show_lines
from api.terminal import language, out, translated
from ledger.comparison import Column, Comparison
from ledger.i18n import N_, say

SHARES = N_("Shares of the burden (%(basis)s)")
AMOUNTS = N_("Shares of EUR %(amount)s")
REFUSED = N_("%(formula)s cannot be reckoned: %(reason)s")


def print_comparison(found: Comparison, states: Sequence[str], *, as_json: bool) -> None:
    """Print shares and amounts in euro by each formula; what cannot be reckoned says why."""
    if as_json:
        typer.echo(json.dumps(_answer(found)))
    else:
        _show(found, states)


def _columns(found: Comparison) -> Iterator[Column]:
    yield from found.presets
    if found.candidate is not None:
        yield found.candidate


def _show(found: Comparison, states: Sequence[str]) -> None:
    reckoned = [each for each in _columns(found) if each.reckoned is not None]
    basis = ", ".join(filter(None, (str(found.basis.year), found.basis.vintage)))
    for title, lines in (
        (translated(SHARES, basis=basis), map(_share_line, reckoned)),
        (translated(AMOUNTS, amount=found.amount), map(_amount_line, reckoned)),
    ):
        show_lines(list(lines), states, title=title)
    for each in _columns(found):
        if each.refusal is not None:
            reason = say(each.refusal, language())
            words = translated(REFUSED, formula=each.formula.name, reason=reason)
            out.print(words, markup=False)


def _share_line(column: Column) -> Line:
    cells = {state: percent(share) for state, share in column.shares.items()}
    return Line(column.formula.name, cells)


def _amount_line(column: Column) -> Line:
    cells = {state: f"{amount:,f}" for state, amount in column.amounts.items()}
    return Line(column.formula.name, cells)


def _answer(found: Comparison) -> dict[str, object]:
    return {
        "states": found.states,
        "year": found.basis.year,
        "vintage": found.basis.vintage,
        "amount": str(found.amount),
        "formulas": [_column_answer(each) for each in _columns(found)],
    }


def _column_answer(column: Column) -> dict[str, object]:
    return {
        "formula": column.formula.name,
        "title": column.formula.title,
        "vintages": sorted({each.vintage for each in column.reckoned.used})
        if column.reckoned
        else [],
        "states": [
            {
                "state": state,
                "share": decimal(share),
                "exact": str(share),
                "amount": str(column.amounts[state]),
            }
            for state, share in column.shares.items()
        ],
        "refusal": say(column.refusal, language()) if column.refusal else None,
    }
