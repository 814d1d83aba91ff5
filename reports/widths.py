"""How wide a text is in Calibri 11, so that no column cuts its figures.

The advances are those of Carlito, which has Calibri's metrics, in 1/2048 em; a letter with an
accent is as wide as its base, and bold is a little wider.
"""

import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

from reports.sheet import Block, Facts, Kind, Sheet, Table, Value, known

ASCII = (
    (463, 667, 821, 1020, 1038, 1464, 1397, 452, 621, 621, 1020, 1020, 511, 627, 517, 791)
    + (1038,) * 10
    + (548, 548, 1020, 1020, 1020, 949, 1831)
    + (1185, 1114, 1092, 1260, 1000, 941, 1292, 1276, 516, 653, 1064, 861, 1751)
    + (1322, 1356, 1058, 1378, 1112, 941, 998, 1314, 1162, 1822, 1063, 998, 959)
    + (628, 791, 628, 1020, 1020, 596)
    + (981, 1076, 866, 1076, 1019, 625, 964, 1076, 470, 490, 931, 470, 1636)
    + (1076, 1080, 1076, 1076, 714, 801, 686, 1076, 925, 1464, 887, 927, 809)
    + (644, 943, 644, 1020)
)
OTHERS = {"ł": 507, "Ł": 880, "đ": 1130, "·": 517, "’": 511, "“": 857, "”": 857, "„": 857}
WIDE = 1020
DIGIT = 1038  # the unit of a column's width
BOLD = 104  # per cent
CELL, INDENT = 700, 1550  # a cell's own five pixels, and an indent of one
LINE = 15
CAPS = {Kind.TEXT: 6000, Kind.WRAPPED: 4400}
# Headings wider than twice this take more than two lines.
HEADING, MOST_LINES = 1700, 6
EMPTY = 900
NARROWEST = 700


@lru_cache(maxsize=4096)
def _advance(character: str) -> int:
    base = ord(unicodedata.normalize("NFD", character)[0])
    return ASCII[base - 32] if 32 <= base < 127 else OTHERS.get(character, WIDE)


def _advances(text: str) -> int:
    return sum(map(_advance, text))


def width(text: str) -> int:
    """Measure the longest line of a bold text in hundredths of a digit, with room around it."""
    longest = max(map(_advances, text.split("\n")))
    return -(-(longest * BOLD // 100 + CELL + INDENT) * 100 // DIGIT)


def lines(text: str, room: int) -> int:
    """Count the lines of a text wrapped at words into so much room (hundredths of a digit)."""
    wide = room * DIGIT // 100 - CELL - INDENT
    return sum(_wrapped(line, wide) for line in text.split("\n"))


def _wrapped(line: str, wide: int) -> int:
    if _advances(line) <= wide:
        return 1
    count, filled = 1, 0
    for word in line.split(" "):
        needed = _advances(word)
        if filled and filled + _advance(" ") + needed > wide:
            count, filled = count + 1, 0
        count += max(0, needed - 1) // wide
        filled += needed % wide + (_advance(" ") if filled else 0)
    return count


def columns(sheet: Sheet) -> dict[int, int]:
    """Give each used column room for all its figures, and for texts up to a bound; wrap beyond."""
    needed: dict[int, int] = {}
    for block in sheet.blocks:
        for column, room in _needs(block):
            needed[column] = max(needed.get(column, NARROWEST), room)
    # Labels run on over the columns up to their values, which may have to become wider for them.
    for facts in (block for block in sheet.blocks if isinstance(block, Facts)):
        last = facts.values_in - 1
        left = sum(needed.get(column, NARROWEST) for column in range(1, last))
        labels = max(width(fact.label) for fact in facts.facts)
        needed[last] = max(needed.get(last, NARROWEST), labels - left)
    return needed


def _needs(block: Block) -> Iterator[tuple[int, int]]:
    if isinstance(block, Facts):
        for fact in block.facts:
            if not isinstance(known(fact.value), str):
                yield block.values_in, width(_shown(known(fact.value), fact.shown_as))
    elif isinstance(block, Table):
        yield 1, width(block.total)
        for number, column in enumerate(block.columns, 1):
            cells = [known(row[number - 1]) for row in block.rows]
            total = [block.sum(column.key)] if column.total else []
            shown = {_shown(cell, column.kind) for cell in [*cells, *total]}
            widest = max(map(width, shown), default=0)
            yield number, max(min(widest, CAPS.get(column.kind, widest)), _heading(column.heading))


def _heading(text: str) -> int:
    """Give a heading room for its longest word, on two lines, or more where it is long."""
    whole = width(text)
    count = min(MOST_LINES, max(2, -(-whole // HEADING)))
    return max(*map(width, text.split(" ")), (whole * 13 + width("") * 8) // (10 * count))


def _shown(value: Value, kind: Kind) -> str:
    match value:
        case Decimal() | int() if kind in {Kind.AMOUNT, Kind.COUNT}:
            return f"{value:,.2f}" if kind is Kind.AMOUNT else f"{value:,.0f}"
        case Decimal() if kind in {Kind.PERCENT, Kind.SHARE}:
            return f"{value:.6%}" if kind is Kind.SHARE else f"{value:.2%}"
        case date():
            return "2018-12-31 23:59:59" if kind is Kind.INSTANT else "2018-12-31"
        case None:
            return ""
        case _:
            return str(value)
