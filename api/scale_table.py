"""Scales on a terminal: lines of figures by state, laid out so that none is cut.

Of few states each line is a row, to be read across; of many each is a column, and the columns are
parted over as many tables as the terminal needs. What does not fit on a line is said below.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from rich.markup import escape
from rich.table import Table

from api.scale_figures import measured_to, percent, rounded
from api.terminal import language, out, translated
from ledger.i18n import N_, say
from ledger.reckoning import Reckoned
from ledger.working import Step, StepKind

# So many states stand side by side.
FEW = 8
# What a line is, in words, is broken into pieces of so many letters, or of fewer where that saves a
# table.
WORDS = (24, 16)
# A factor is shown to so many decimals.
FACTORS = 6

MANY = N_("%(count)s states")
IN_PERIOD = N_("%(years)s years: %(words)s")
MEASURED = N_("%(steps)s: %(vintage)s")
TOTAL = N_("Total")
WITH_TOTAL = N_("%(words)s (total %(total)s)")
STATE = N_("State")


@dataclass(frozen=True, slots=True)
class Line:
    """What some figures are, in words, one figure for each state by its code, and their total."""

    words: str
    cells: Mapping[str, str]
    total: str = ""


def show_lines(
    lines: Sequence[Line], states: Sequence[str], *, title: str = "", down: bool = False
) -> None:
    """Print lines of figures: as rows for few states, as columns for many or if asked `down`."""
    if title:
        out.print(title, markup=False)
    tables = _down if down or len(states) > FEW else _across
    for table in tables(lines, states):
        out.print(table)


def fitting(lines: Sequence[Line], states: Sequence[str]) -> bool:
    """Whether the lines fit beside each other on the terminal, each as a column."""
    return sum(map(_column_width, lines)) <= _room(_names(states))


def scale_title(reckoned: Reckoned) -> str:
    """Name the formula of a scale, the year, and the vintages that it rests on."""
    basis = ", ".join([str(reckoned.basis.year), *used_vintages(reckoned)])
    return f"{translated(reckoned.scale.formula.title)} ({basis})"


def used_vintages(reckoned: Reckoned) -> list[str]:
    """List the vintages that a scale rests on."""
    return sorted({each.vintage for each in reckoned.used})


def share_line(reckoned: Reckoned, words: str | None = None) -> Line:
    """Write the shares that a scale comes to."""
    step = reckoned.scale.trace[-1]
    return Line(step_words(step) if words is None else words, *_figures(step))


def measure_lines(reckoned: Reckoned) -> list[Line]:
    """Write what was measured."""
    measures = [step for step in reckoned.scale.trace if step.kind is StepKind.MEASURE]
    return [Line(step_words(step), *_figures(step)) for step in measures]


def show_working(reckoned: Reckoned, states: Sequence[str], *, title: str) -> None:
    """Print every step of the working, numbered, and below what does not fit in a heading."""
    short = len(states) > FEW
    lines = [
        Line(f"{at}. {step_words(step, short=short)}", *_figures(step))
        for at, step in enumerate(reckoned.scale.trace, 1)
    ]
    show_lines(lines, states, title=title)
    for note in _notes(reckoned, short=short):
        out.print(note, markup=False)


def step_words(step: Step, *, short: bool = False) -> str:
    """Say what a step is, with its weight and base period; `short`, states are only counted."""
    listed = {"states": translated(MANY, count=len(step.told))} if short and step.told else {}
    words = say(step, language(), **listed)
    if step.weight not in {None, 1}:
        words += f" × {step.weight}"
    if step.period is not None:
        words = translated(IN_PERIOD, years=step.period, words=words)
    return words


def _notes(reckoned: Reckoned, *, short: bool) -> Iterator[str]:
    """Say from which vintage each measure is; if `short`, also which states were only counted."""
    of_vintage: dict[str, list[int]] = {}
    for at, step in enumerate(reckoned.scale.trace, 1):
        if "vintage" in step.params:
            of_vintage.setdefault(str(step.params["vintage"]), []).append(at)
        if short and step.told:
            yield f"{at}. {step_words(step)}"
    for vintage, steps in of_vintage.items():
        yield translated(MEASURED, steps=_spans(steps), vintage=vintage)


def _figures(step: Step) -> tuple[dict[str, str], str]:
    if step.is_share:
        return {state: percent(share) for state, share in step.column.items()}, percent(step.total)
    decimals = FACTORS if step.kind is StepKind.FACTOR else measured_to(step.column.values())
    written = {state: format(rounded(each, decimals), "f") for state, each in step.column.items()}
    return written, format(rounded(step.total, decimals), "f")


# Layout


def _across(lines: Sequence[Line], states: Sequence[str]) -> Iterator[Table]:
    """Lay lines out as rows: the states, and the total of all, side by side."""
    columns = [(state, [line.cells.get(state, "") for line in lines]) for state in states]
    if any(line.total for line in lines):
        columns.append((translated(TOTAL), [line.total for line in lines]))
    widths = [max(map(len, (heading, *cells))) + 3 for heading, cells in columns]
    longest = max(len(line.words) for line in lines)
    ways = [(min(longest, words), _parted(widths, _room(min(longest, words)))) for words in WORDS]
    words, parts = min(ways, key=lambda way: len(way[1]))
    if columns[parts[-1]] == [(translated(TOTAL), [line.total for line in lines])]:
        # A table of totals alone says less than the totals beside their words.
        yield from _across(list(map(_told_in_words, lines)), states)
        return
    for part in parts:
        table = Table()
        table.add_column("", min_width=words)
        for (heading, _), width in zip(columns[part], widths[part], strict=True):
            table.add_column(heading, justify="right", min_width=width - 3)
        for line, *cells in zip(lines, *(cells for _, cells in columns[part]), strict=True):
            table.add_row(escape(line.words), *cells)
        yield table


def _down(lines: Sequence[Line], states: Sequence[str]) -> Iterator[Table]:
    """Lay lines out as columns, states as rows, in as many tables as are needed."""
    widths = list(map(_column_width, lines))
    for part in _parted(widths, _room(_names(states))):
        table = Table(show_footer=any(line.total for line in lines))
        table.add_column(translated(STATE), footer=translated(TOTAL), min_width=_names(states))
        wide = _widened(lines[part], widths[part], _room(_names(states)))
        for line, width in zip(lines[part], wide, strict=True):
            table.add_column(
                escape(line.words), justify="right", footer=line.total, width=width - 3
            )
        for state in states:
            table.add_row(state, *(line.cells.get(state, "") for line in lines[part]))
        yield table


def _told_in_words(line: Line) -> Line:
    if line.total in {"", percent(Fraction(1))}:
        return replace(line, total="")
    words = translated(WITH_TOTAL, words=line.words, total=line.total)
    return replace(line, words=words, total="")


def _column_width(line: Line) -> int:
    return max(map(len, (*line.cells.values(), line.total, *line.words.split()))) + 3


def _widened(lines: Sequence[Line], widths: Sequence[int], room: int) -> list[int]:
    """Give what room is left to the headings that are broken into most pieces."""
    wide = list(widths)
    for _ in range(room - sum(wide)):
        at = max(range(len(wide)), key=lambda at: (len(lines[at].words) + 3) / wide[at])
        if wide[at] >= len(lines[at].words) + 3:
            break
        wide[at] += 1
    return wide


def _names(states: Sequence[str]) -> int:
    return max(map(len, (translated(STATE), translated(TOTAL), *states)))


def _room(first: int) -> int:
    """Give what the terminal has beside the first column, borders counted."""
    return out.width - first - 4


def _parted(widths: Sequence[int], room: int) -> list[slice]:
    """Part columns into as few tables as hold them, from left to right, one column at the least."""
    starts, used = [0], 0
    for at, width in enumerate(widths):
        if at > starts[-1] and used + width > room:
            starts.append(at)
            used = 0
        used += width
    return [slice(start, end) for start, end in pairwise([*starts, len(widths)])]


def _spans(numbers: Sequence[int]) -> str:
    """Write ascending numbers with those that follow each other as one span: 1–3, 5."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][-1] == number - 1:
            spans[-1] = [spans[-1][0], number]
        else:
            spans.append([number])
    return ", ".join("–".join(map(str, span)) for span in spans)
