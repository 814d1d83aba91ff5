"""Shares and sums split by them, printed as a table, as CSV, or as JSON."""

import json
from collections.abc import Sequence

import typer

from api.scale_division import Division, Span
from api.scale_export import (
    Cells,
    body,
    heading,
    print_csv,
    share_columns,
    shares_answer,
    step_columns,
)
from api.scale_table import (
    Line,
    fitting,
    measure_lines,
    scale_title,
    share_line,
    show_lines,
    show_working,
)
from api.terminal import out, translated
from ledger.i18n import N_
from ledger.money import ZERO
from ledger.proration import LABELS
from ledger.reckoning import Reckoned

AMOUNT = N_("amount")
CONVENTION = N_("The sum is shared as follows: %(convention)s.")


def print_shares(
    reckoned: Reckoned, states: Sequence[str], *, trace: bool, as_csv: bool, as_json: bool
) -> None:
    """Print the share of each state, and every step or at least what was measured if it fits."""
    if as_json:
        typer.echo(json.dumps({**heading(reckoned), **body(reckoned, states)}))
    elif as_csv:
        steps = step_columns(reckoned) if trace else {}
        print_csv(states, share_columns(reckoned) | steps)
    elif trace:
        show_working(reckoned, states, title=scale_title(reckoned))
    else:
        lines = [*measure_lines(reckoned), share_line(reckoned)]
        short = lines if fitting(lines, states) else lines[-1:]
        show_lines(short, states, title=scale_title(reckoned), down=True)


def print_division(found: Division, *, trace: bool, as_csv: bool, as_json: bool) -> None:
    """Print what each state bears of a sum, and by which shares."""
    if as_json:
        typer.echo(json.dumps(_answer(found)))
    elif as_csv:
        print_csv(found.states, _columns(found, trace=trace))
    else:
        _show(found, trace=trace)


def _answer(found: Division) -> dict[str, object]:
    amounts = found.amounts
    said = {**heading(found.reckoned), "amount": str(found.amount)}
    if found.spans[0].days is None:
        rest = body(found.reckoned, found.states)
        rows = shares_answer(found.reckoned, found.states)
        return {
            **said,
            **rest,
            "states": [{**row, "amount": amounts[row["state"]]} for row in rows],
        }
    return {
        **said,
        "convention": found.convention.value,
        "spans": [_span_answer(each, found.states) for each in found.spans],
        "states": [{"state": state, "amount": amounts[state]} for state in found.states],
    }


def _span_answer(span: Span, states: Sequence[str]) -> dict[str, object]:
    days = [day.isoformat() for day in span.days or ()]
    named = dict(zip(("first", "last"), days, strict=True))
    return {**named, "days": span.count, **body(span.reckoned, states)}


def _columns(found: Division, *, trace: bool) -> dict[str, Cells]:
    columns: dict[str, Cells] = {}
    for span in found.spans:
        before = "" if span.days is None else f"{span.days[0]}: "
        steps = step_columns(span.reckoned) if trace else {}
        named = share_columns(span.reckoned) | steps
        columns |= {before + name: cells for name, cells in named.items()}
    return columns | {"amount": found.amounts}


def _show(found: Division, *, trace: bool) -> None:
    for span in found.spans if trace else ():
        heading = ": ".join(filter(None, (span.words, scale_title(span.reckoned))))
        show_working(span.reckoned, found.states, title=heading)
    lines = [share_line(span.reckoned, span.words) for span in found.spans]
    total = sum(found.borne.values(), ZERO)
    lines.append(Line(translated(AMOUNT), found.amounts, str(total)))
    show_lines(lines, found.states, title=scale_title(found.reckoned), down=len(lines) == 2)
    if len(found.spans) > 1:
        words = LABELS[found.convention]
        out.print(translated(CONVENTION, convention=words), markup=False)
