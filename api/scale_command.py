"""`mcrm scale`: the share of each state by a formula, and a sum split by it, to the cent."""

import csv
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

import typer

from api.terminal import AsJson, Figure, refusals, refuse, show, translated
from ledger.burden import FORMULAS, Scale, Step
from ledger.errors import UnknownStateError
from ledger.i18n import N_
from ledger.indicators import vintage_named
from ledger.money import apportion, parse_amount, round_half_up
from ledger.scales import DEFAULT_VINTAGE, scale_of
from ledger.states import EU_STATES

scale_app = typer.Typer(
    no_args_is_help=True, help="Scales: which share of the burden each state bears, and why."
)

Preset = Annotated[str, typer.Argument(help=f"The formula: {' or '.join(FORMULAS)}.")]
States = Annotated[str, typer.Option(help="The states that share, such as PL,CZ,HU,SK.")]
Year = Annotated[int, typer.Option(help="The year of the indicators.")]
Vintage = Annotated[str, typer.Option(help="The vintage of the indicators, or its beginning.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")]


@scale_app.command()
def shares(
    preset: Preset,
    *,
    states: States,
    year: Year,
    vintage: Vintage = DEFAULT_VINTAGE,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Show the share of each state, and every step that leads to it.

    Example: mcrm scale shares pop-gdp-50-50 --states PL,CZ,HU,SK --year 2016
    """
    with refusals():
        members = _members(states)
        scale = scale_of(preset, members, year=year, vintage=vintage)
        source = _source(scale, year, vintage)
    if as_json:
        rows = _plain(scale, members)
        typer.echo(json.dumps({**source, "states": rows, "working": _working(scale)}))
    elif as_csv:
        _print_csv(members, [_column(step, members, _decimal) for step in scale.trace])
    else:
        columns = [_column(step, members, _percent) for step in scale.trace]
        _print_table(members, columns, title=_title(scale, source))


@scale_app.command()
def split(
    amount: Annotated[str, typer.Argument(help="The sum to split, such as 1000000.00.")],
    preset: Preset,
    *,
    states: States,
    year: Year,
    vintage: Vintage = DEFAULT_VINTAGE,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Split a sum by the shares of a formula; the parts add up to it, to the cent.

    Cents left over go by the larger remainder. Write a negative sum after two dashes: -- -100.00.

    Example: mcrm scale split 1000000.00 pop-gdp-50-50 --states PL,CZ,HU,SK --year 2016
    """
    with refusals():
        members = _members(states)
        total = parse_amount(amount)
        scale = scale_of(preset, members, year=year, vintage=vintage)
        source = _source(scale, year, vintage)
    parts = {state: str(part) for state, part in apportion(total, scale.shares).items()}
    paid = _Column(N_("amount"), [parts[state] for state in members], str(total))
    if as_json:
        rows = [{**row, "amount": parts[row["state"]]} for row in _plain(scale, members)]
        typer.echo(json.dumps({**source, "amount": str(total), "states": rows}))
    elif as_csv:
        _print_csv(members, [_column(scale.trace[-1], members, _decimal), paid])
    else:
        columns = [_column(scale.trace[-1], members, _percent), paid]
        _print_table(members, columns, title=_title(scale, source))


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    cells: Sequence[str]
    total: str
    weight: Fraction | None = None


def _members(states: str) -> tuple[str, ...]:
    members = tuple(state.strip().upper() for state in states.split(","))
    for state in members:
        if state not in EU_STATES:
            raise UnknownStateError(state=state)
        if members.count(state) > 1:
            refuse(translated(N_("%(state)s is listed more than once."), state=state))
    return members


def _column(step: Step, members: Sequence[str], share: Callable[[Fraction], str]) -> _Column:
    written = share if step.is_share else _measure
    cells = [written(step.column[state]) for state in members]
    return _Column(step.label, cells, written(step.total), step.weight)


def _print_table(members: Sequence[str], columns: Sequence[_Column], *, title: str) -> None:
    show(
        [translated(N_("State")), *map(_heading, columns)],
        list(zip(members, *(map(Figure, column.cells) for column in columns), strict=True)),
        title=title,
        total=(translated(N_("Total")), *(column.total for column in columns)),
    )


def _heading(column: _Column) -> str:
    weight = "" if column.weight in {None, 1} else f" × {column.weight}"
    return translated(column.heading) + weight


def _print_csv(members: Sequence[str], columns: Sequence[_Column]) -> None:
    lines = csv.writer(sys.stdout, lineterminator="\n")
    lines.writerow(("state", *(column.heading for column in columns)))
    lines.writerows(zip(members, *(column.cells for column in columns), strict=True))


def _source(scale: Scale, year: int, vintage: str) -> dict[str, object]:
    # Equal shares measure nothing, and so rest on no vintage.
    used = vintage_named(vintage) if scale.formula.criteria else None
    return {"formula": scale.formula.name, "year": year, "vintage": used}


def _title(scale: Scale, source: dict[str, object]) -> str:
    rest = ", ".join(str(source[name]) for name in ("year", "vintage") if source[name])
    return f"{translated(scale.formula.title)} ({rest})"


def _plain(scale: Scale, members: Sequence[str]) -> list[dict[str, str]]:
    return [
        {"state": state, "share": _decimal(scale.shares[state]), "exact": str(scale.shares[state])}
        for state in members
    ]


def _working(scale: Scale) -> list[dict[str, object]]:
    return [
        {
            "label": step.label,
            "weight": None if step.weight is None else str(step.weight),
            "values": {state: str(value) for state, value in step.column.items()},
        }
        for step in scale.trace
    ]


def _measure(value: Fraction) -> str:
    return format(Decimal(value.numerator) / Decimal(value.denominator), "f")


def _percent(share: Fraction) -> str:
    return f"{_rounded(share * 100, 6)}%"


def _decimal(share: Fraction) -> str:
    return str(_rounded(share, 12))


def _rounded(number: Fraction, decimals: int) -> Decimal:
    return round_half_up(number * 10 ** (decimals - 2)).scaleb(2 - decimals)
