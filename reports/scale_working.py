"""The working of a scale as columns of a table: live where a calculator repeats it, else values."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import reduce
from itertools import groupby
from operator import attrgetter, mul

from ledger.burden import Scale
from ledger.i18n import country_name, say
from ledger.working import Arithmetic, Step, StepKind
from ledger.working import Column as Numbers
from reports.sheet import Cell, Column, Fact, Formula, Kind, Table
from reports.statement import Gettext

# Twelve places: a share moves no cent of a cost below a thousand million.
PLACES = 12
# Of a longer working the measures of single years are left aside, and the rest is parted into
# tables of so many steps, so that the page stays legible.
MOST_STEPS = 8
LONGEST_HEADING = 100
# Of more states than these a heading gives only the number.
MOST_LISTED = 8
# What a heading of a native table cannot hold, and what is written instead.
UNFIT = str.maketrans({"[": "(", "]": ")", "#": "№", "'": "’", "@": "＠"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A step as a column: its place in the whole working, its figures, and what makes them live."""

    place: int
    step: Step
    table: str
    figures: dict[str, Decimal]
    # What each figure is, in the words of `reports.sheet`; empty where it is a value.
    template: str
    # Among the weights that formulas name; 0 without one.
    weight: int = 0

    @property
    def key(self) -> str:
        """Name the column."""
        return f"step_{self.place}"

    def seen_from(self, table: str) -> str:
        """Name the state's figure from the row of the state in a table."""
        if table == self.table:
            return f"{{{self.key}}}"
        return f"SUMIFS({{{self.table}.{self.key}}},{{{self.table}.state}},{{state}})"

    def cell(self, state: str) -> Cell:
        """Give the cell of a state, empty for one that the step leaves out."""
        figure = self.figures.get(state)
        return Formula(self.template, figure) if self.template and figure is not None else figure


@dataclass(frozen=True, slots=True)
class Working:
    """The columns of a working, and the last of them: each state's share.

    A short one stands in the table of the sheet that holds the shares. A long one is parted over
    tables of its own above it, so that each is legible on paper.
    """

    # Of the sheet that it stands on.
    number: int
    states: tuple[str, ...]
    columns: tuple[Shown, ...]
    share: Shown
    # How many steps are left aside.
    aside: int

    @property
    def in_the_table(self) -> tuple[Shown, ...]:
        """Give the columns that stand in the table of the shares."""
        return tuple(each for each in self.columns if each.table == self.share.table)

    def headed(self, columns: Sequence[Shown], language: str, _: Gettext) -> tuple[Column, ...]:
        """Head columns with the words of their steps, numbered as in the whole working."""
        divided = {id(each.step.of[0][0]) for each in (*self.columns, self.share) if _parts(each)}
        return tuple(
            Column(
                each.key,
                _heading(each, language, _),
                _kind(each.step),
                total=each.step.is_share or id(each.step.column) in divided,
            )
            for each in columns
        )

    def tables(self, language: str, _: Gettext) -> Iterator[Table]:
        """Lay the working's own tables out."""
        for name, group in groupby(self.columns, key=attrgetter("table")):
            if name == self.share.table:
                continue
            columns = tuple(group)
            yield Table(
                name,
                (
                    Column("state", _("State")),
                    Column("name", _("Country")),
                    *self.headed(columns, language, _),
                ),
                tuple(
                    (state, country_name(state, language), *(each.cell(state) for each in columns))
                    for state in self.states
                ),
                total=_("Total"),
            )

    def weights(self, _: Gettext) -> Iterator[Fact]:
        """State the weights as facts that the formulas name."""
        for each in self.columns:
            if each.step.weight is not None:
                label = _(str(each.step.params["label"]))
                yield Fact(
                    _("Weight of “%(share)s”") % {"share": _in_period(label, each.step, _)},
                    decimal(each.step.weight),
                    Kind.PERCENT,
                    f"Scale{self.number}Weight{each.weight}",
                )

    def share_of(self, state: str) -> Decimal:
        """Give a state's share as the sheet shows it; nothing for one that bears none."""
        return self.share.figures.get(state, Decimal(0))

    def share_cell(self, state: str) -> Cell:
        """Give the cell of a state's share."""
        return self.share.cell(state) if state in self.share.figures else Decimal(0)


def working(scale: Scale, number: int, states: Sequence[str]) -> Working:
    """Lay out a scale's working for the rows of a sheet's table.

    The last step, each state's share, stands in a column of the sheet's own. Where it only repeats
    the step before it, that one makes it.
    """
    *before, end = scale.trace
    repeated = all(end.column[state] == value for state, value in before[-1].column.items())
    last = before[-1] if repeated else end
    steps = list(enumerate(before[:-1] if repeated else before, 1))
    kept = [each for each in steps if len(steps) <= MOST_STEPS or _is_final(each[1], before)]
    tables = [f"tblScale{number}{part}" for part in _parts_of(len(kept))]
    shown: list[Shown] = []
    for (place, step), table in zip(kept, tables, strict=True):
        weights = sum(each.step.weight is not None for each in shown)
        made = _made(step, shown, table, states)
        shown.append(Shown(place, step, table, *made, 0 if step.weight is None else weights + 1))
    table = f"tblScale{number}"
    share = Shown(0, last, table, *_made(last, shown, table, states))
    aside = len(steps) - len(kept)
    return Working(number, tuple(states), tuple(shown), share, aside)


def decimal(exact: Fraction) -> Decimal:
    """Write a fraction as a decimal, to fifteen digits where it does not end."""
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    if Fraction(number) == exact and len(number.as_tuple().digits) <= 15:
        return number
    return _to_places(number, 14)


def _parts_of(count: int) -> list[str]:
    """Part so many columns into equal tables: the letter of its table for each, none for one."""
    tables = -(-count // MOST_STEPS)
    size = -(-count // tables) if tables else 0
    return ["ABCDEFGHIJ"[at // size] if tables > 1 else "" for at in range(count)]


def _is_final(step: Step, steps: Sequence[Step]) -> bool:
    """Tell whether a column is more than the measure of one year, of which a mean is taken."""
    made_of = (column for each in steps for group in each.of for column in group)
    return step.kind is not StepKind.MEASURE or bool(step.of) or step.column in made_of


# What makes a column


def _made(
    step: Step, shown: Sequence[Shown], table: str, states: Sequence[str]
) -> tuple[dict[str, Decimal], str]:
    """Give a column's figures and their formula: reckoned from the figures that the sheet shows."""
    groups = [[_source(column, shown) for column in group] for group in step.of]
    known = [[each for each in group if each is not None] for group in groups]
    missing = any(None in group for group in groups)
    if step.arithmetic is Arithmetic.EQUAL and step.column.keys() == set(states):
        return _exact(step), f"ROUND(1/COUNTA({{{table}.state}}),12)"
    if step.arithmetic is Arithmetic.PARTS and not missing:
        source = known[0][0]
        total = sum(source.figures.values())
        figures = {state: _rounded(figure / total) for state, figure in source.figures.items()}
        total_cell = f"{{{source.table}.total.{source.key}}}"
        return figures, f"ROUND({source.seen_from(table)}/{total_cell},12)"
    if step.arithmetic is Arithmetic.SUMS and not missing:
        factors = [_sum(group, table) for group in known]
        product = "*".join(f"({each})" if "+" in each and factors[1:] else each for each in factors)
        return {state: _product(known, state) for state in step.column}, f"ROUND({product},12)"
    return _exact(step), ""


def _exact(step: Step) -> dict[str, Decimal]:
    figures = {state: decimal(value) for state, value in step.column.items()}
    if step.kind is StepKind.MEASURE:
        return figures
    return {state: _rounded(figure) for state, figure in figures.items()}


def _source(column: Numbers, shown: Sequence[Shown]) -> Shown | None:
    """Find the step that a column is of: this very one, or else the last that says the same."""
    same = [each for each in shown if each.step.column is column]
    found = same or [each for each in shown if each.step.column == column]
    return found[-1] if found else None


def _sum(group: Sequence[Shown], table: str) -> str:
    number = "".join(filter(str.isdigit, table))
    return "+".join(
        each.seen_from(table) + (f"*{{Scale{number}Weight{each.weight}}}" if each.weight else "")
        for each in group
    )


def _product(groups: Sequence[Sequence[Shown]], state: str) -> Decimal:
    sums = (
        sum(each.figures[state] * decimal(each.step.weight or Fraction(1)) for each in group)
        for group in groups
    )
    return _rounded(reduce(mul, sums, Decimal(1)))


def _rounded(figure: Decimal) -> Decimal:
    return _to_places(figure, PLACES)


def _to_places(number: Decimal, places: int) -> Decimal:
    """Round half-up to so many decimals, and to the fifteen digits that a cell holds."""
    fitting = min(places, 14 - max(number.adjusted(), 0))
    return number.quantize(Decimal(1).scaleb(-fitting), ROUND_HALF_UP)


# How a column looks


def _parts(shown: Shown) -> bool:
    return bool(shown.template) and shown.step.arithmetic is Arithmetic.PARTS


def _kind(step: Step) -> Kind:
    if step.kind is StepKind.SHARE:
        return Kind.SHARE
    values = [value for value in step.column.values() if value]
    if all(value.denominator == 1 for value in values) and step.kind is StepKind.MEASURE:
        return Kind.COUNT
    is_fine = any(value * 100 % 1 for value in values) and min(map(abs, values)) < 10
    return Kind.RATE if is_fine or step.kind is StepKind.FACTOR else Kind.AMOUNT


def _heading(shown: Shown, language: str, _: Gettext) -> str:
    step, told = shown.step, len(shown.step.told)
    listed = {"states": _("%(count)s states") % {"count": told}} if told > MOST_LISTED else {}
    words = _in_period(say(step, language, **listed), step, _)
    plain = re.sub(r"[\x00-\x1f\s_]+", " ", words.translate(UNFIT)).strip()
    if len(plain) > LONGEST_HEADING:
        plain = plain[: LONGEST_HEADING - 1].rstrip() + "…"
    return f"{shown.place}. {plain[:1].upper()}{plain[1:]}"


def _in_period(words: str, step: Step, _: Gettext) -> str:
    """Name the base period, of a scale that is the mean of several."""
    if step.period is None:
        return words
    return _("%(years)s years: %(words)s") % {"years": step.period, "words": words}
