"""A pool's sheet: the working of every kind of formula, live where it can be; who bears what."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import mul

import pytest

from ledger.burden import Scale
from ledger.criteria import Basis
from ledger.formula_files import PRESET_NAMES, examples, formula, read_formula
from ledger.formulas import Formula as SharingFormula
from ledger.i18n import translation
from ledger.indicators import shipped
from ledger.pools import Pool, Segment
from ledger.reckoning import Reckoned, reckon
from ledger.scales import Adopted
from ledger.vocabulary import Purpose
from ledger.working import Arithmetic, Step, StepKind, parts_of
from reports.scale_sheet import scale_sheet
from reports.scale_working import working
from reports.shared_pools import SharedPool, decided
from reports.sheet import Book, Formula, Paragraph, Sheet, Table, decimal_text, known
from reports.workbook import workbook
from tests.reports.recalculation import LibreOffice

EIGHT = ("AT", "CZ", "DE", "FR", "HU", "IT", "PL", "SK")
V4 = ("CZ", "HU", "PL", "SK")
ENOUGH_FOR = {"nato-like-table": V4, "bovens-bartsch-2016": (), "esrf-host-premium": ()}
NAMES = [
    name
    for name in (*PRESET_NAMES, *(each.name for each in examples()))
    if ENOUGH_FOR.get(name, EIGHT)
]
HOSTILE = """
name = "hostile"
title = "of our own"
basis = "no treaty"
source = "nobody"
beneficiaries = ["SK"]

[criteria.people]
label = "_x000D_ people [#1] 'of all' @ home"
indicator = "population"

[[terms]]
name = "half"
label = "=SUM(A1), a third by the people who live there, and LONG"
transform = "share"
criterion = "people"
weight = "1/3"

[[terms]]
name = "rest"
label = "=SUM(A1)"
transform = "equal"
weight = "2/3"
"""

LARGE_FACTORS = """
name = "large"
title = "large factors"
basis = "no treaty"
source = "nobody"
combine = "product"

[criteria.people]
label = "people"
indicator = "population"

[[terms]]
name = "ratio"
label = "ratio"
transform = "ratio_to_mean"
criterion = "people"
power = 10

[[terms]]
name = "modulator"
label = "modulator"
transform = "modulator"
criterion = "people"
k = 5000
"""


def hostile() -> SharingFormula:
    """A formula whose words would break a spreadsheet."""
    return read_formula(HOSTILE.replace("LONG", "so on " * 20))


def reckoned(name: str) -> Reckoned:
    """Reckon the scale of a preset or an example on the figures of 2018."""
    return made(formula(name), ENOUGH_FOR.get(name, EIGHT))


def made(by: SharingFormula, states: Sequence[str]) -> Reckoned:
    """Reckon the scale of a formula on the figures of 2018."""
    return reckon(by, states, Basis(2018), shipped())


def pool(
    found: Reckoned,
    own: Mapping[str | None, str],
    *,
    number: int = 1,
    alone: Mapping[str, str] | None = None,
    opted_out: Mapping[str, tuple[str, ...]] | None = None,
    late: str = "0.00",
) -> SharedPool:
    """Make a pool of 2018, of which all but a late cost was charged."""
    scale = Adopted(
        number, Purpose.OPERATIONS, date(2018, 1, 1), "document", found.scale.shares, {}, b""
    )
    segment = Segment(
        Purpose.OPERATIONS, date(2018, 1, 1), date(2018, 12, 31), scale, opted_out or {}
    )
    one = Pool(segment)
    one.own_cost.update({activity: Decimal(cost) for activity, cost in own.items()})
    one.attributed.update({state: Decimal(cost) for state, cost in (alone or {}).items()})
    one.charged.update(one.borne())
    one.own_cost["information"] += Decimal(late)
    return decided(one, found, {"voucher": "D/1", "description": "As agreed"})


def sheet(shared: SharedPool, number: int = 1) -> Sheet:
    """Lay a pool out in English."""
    return scale_sheet(shared, number, language="en", gettext=translation("en").gettext)


def tables(of: Sheet) -> dict[str, Table]:
    """Find the tables of a sheet by name."""
    return {block.name: block for block in of.blocks if isinstance(block, Table)}


def figures(table: Table, column: str) -> dict[str, object]:
    """Give the values of a column by state."""
    at = table.position(column)
    return {str(row[0]): known(row[at]) for row in table.rows}


def live(of: Sheet) -> list[str]:
    """List the columns of steps, and of the share, that are formulas."""
    return [
        column.key
        for table in tables(of).values()
        for at, column in enumerate(table.columns)
        if column.key.startswith(("step", "share"))
        and any(isinstance(row[at], Formula) for row in table.rows)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_step_is_what_it_says_it_is_made_of(name: str) -> None:
    """Whoever takes the columns a step names, and does with them what it says, gets the step."""
    trace = reckoned(name).scale.trace
    for step in trace:
        match step.arithmetic:
            case Arithmetic.EQUAL:
                assert set(step.column.values()) == {Fraction(1, len(step.column))}
            case Arithmetic.PARTS:
                assert step.column == parts_of(step.of[0][0])
            case Arithmetic.SUMS:
                assert step.column == product_of_sums(step, trace)


def product_of_sums(step: Step, trace: Sequence[Step]) -> dict[str, Fraction]:
    """Multiply the weighted sums of a step's groups."""
    weights = {id(each.column): each.weight for each in trace if each.weight is not None}
    return {
        state: reduce(
            mul,
            (
                sum((weights.get(id(one), Fraction(1)) * one[state] for one in group), Fraction(0))
                for group in step.of
            ),
        )
        for state in step.column
    }


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("equal", ["step_1", "share"]),
        ("gni", ["step_2", "share"]),
        ("un-scale", ["step_2", "share"]),
        ("pop-gdp-50-50", ["step_3", "step_4", "share"]),
        ("eu-relocation-2015", ["step_5", "step_6", "step_11", "share"]),
        ("pop-gdp-modulated", ["step_5", "step_6", "step_9", "share"]),
        ("rebate", ["step_2", "step_3"]),
    ],
)
def test_what_a_calculator_repeats_is_live(name: str, columns: list[str]) -> None:
    """Shares of a measure, equal shares and weighted sums are formulas; all else is a value."""
    assert live(sheet(pool(reckoned(name), {"information": "1000.00"}))) == columns


def test_a_long_working_stays_legible() -> None:
    """The measures of single years are left aside, and the rest stands in tables of eight steps."""
    of = sheet(pool(reckoned("un-scale-method"), {"information": "1000.00"}))
    found = tables(of)
    assert list(found) == ["tblScale1A", "tblScale1B", "tblScale1C", "tblScale1"]
    steps = [column for table in found.values() for column in table.columns if "step" in column.key]
    assert max(len(table.columns) for table in found.values()) <= 10
    assert steps[0].heading == "4. 3 years: gross national income in US dollars, 2016–2018"
    note = f"Of the working {len(reckoned('un-scale-method').scale.trace) - 2 - len(steps)} steps"
    assert any(isinstance(each, Paragraph) and note in each.text for each in of.blocks)


def test_who_opted_out_bears_nothing_of_that_activity() -> None:
    """The others bear it in proportion to their shares, beside what is somebody's alone."""
    shared = pool(
        reckoned("equal"),
        {"information": "800.00", "third_countries": "700.01"},
        alone={"CZ": "5.55"},
        opted_out={"third_countries": ("SK", "XX")},
    )
    of = sheet(shared)
    table = tables(of)["tblScale1"]
    assert figures(table, "in_1") == {**dict.fromkeys(EIGHT, "yes"), "SK": "no"}
    assert figures(table, "part_1") == {**dict.fromkeys(EIGHT, Decimal("100.00")), "SK": 0}
    assert figures(table, "alone")["CZ"] == Decimal("5.55")
    assert figures(table, "charged") == shared.pool.charged
    assert table.sum("charged") == Decimal("1505.56")
    [note] = [
        each.text for each in of.blocks if isinstance(each, Paragraph) and "Part" in each.text
    ]
    assert note.startswith("Part 1 is not borne by Slovakia, who opted out")


def test_a_late_invoice_is_not_yet_charged() -> None:
    """Cost that came after the run is shown as what the next one will charge."""
    shared = pool(reckoned("equal"), {"information": "800.00"}, late="80.00")
    table = tables(sheet(shared))["tblScale1"]
    assert figures(table, "due") == dict.fromkeys(EIGHT, Decimal("10.00"))
    assert figures(table, "charged") == dict.fromkeys(EIGHT, Decimal("100.00"))


def test_late_cost_that_everybody_opted_out_of_waits() -> None:
    """A statement can be made while cost falls to nobody; the next run will refuse it."""
    out = {"third_countries": EIGHT}
    shared = pool(reckoned("equal"), {"information": "8.00"}, opted_out=out)
    shared.pool.own_cost["third_countries"] += Decimal("7.00")
    again = decided(shared.pool, shared.reckoned, {"voucher": "D/1", "description": ""})
    table = tables(sheet(again))["tblScale1"]
    assert set(figures(table, "part_1").values()) == {Decimal("0.00")}
    assert table.sum("charged") == Decimal("8.00")


def test_words_of_a_formula_of_our_own() -> None:
    """Whatever a formula calls its columns heads them, and a beneficiary bears nothing."""
    shared = pool(made(hostile(), V4), {"information": "100.00"})
    table = tables(sheet(shared))["tblScale1"]
    assert table.columns[2].heading == "1. X000D people (№1) ’of all’ ＠ home, 2018"
    assert table.columns[3].heading.endswith("…")
    assert figures(table, "share")["SK"] == 0
    assert figures(table, "step_3") == {
        **dict.fromkeys(("CZ", "HU", "PL"), Decimal("0.333333333333")),
        "SK": None,
    }


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("1234.5678901234565", "1234.56789012346"),
        ("123456789012345.5", "123456789012346"),
        ("1234567890123455000", "1234567890123460000"),
        ("0.1234567890125", "0.123456789013"),
        ("999999999999999.5", "1000000000000000"),
        ("0.0000000000004", "0"),
    ],
)
def test_a_figure_has_the_digits_that_a_cell_holds(number: str, shown: str) -> None:
    """A factor of any size is rounded half-up to fifteen digits, and to twelve decimals."""
    states = ("CZ", "PL")
    column = dict.fromkeys(states, Fraction(number))
    factor = Step("factor", column, StepKind.FACTOR)
    share = Step("share", dict.fromkeys(states, Fraction(1, 2)), StepKind.SHARE)
    scale = Scale(formula("equal"), share.column, (factor, share))
    figures = working(scale, 1, states).columns[0].figures
    assert {decimal_text(figure) for figure in figures.values()} == {shown}


def test_factors_above_a_thousand_are_written() -> None:
    """A formula of large factors is shown in the workbook as any other is."""
    by = read_formula(LARGE_FACTORS)
    table = tables(sheet(pool(made(by, V4), {"information": "100.00"})))["tblScale1"]
    written = [known(cell) for row in table.rows for cell in row]
    assert all(decimal_text(each) for each in written if isinstance(each, Decimal))
    assert any(each > 1000 for each in written if isinstance(each, Decimal))


def test_every_formula_of_every_working(libreoffice: LibreOffice) -> None:
    """Computed by another program, each cell of each working is what the ledger reckoned."""
    costs: dict[str | None, str] = {"information": "123456.78", "third_countries": "1000.01"}
    found = [reckoned(name) for name in NAMES] + [made(hostile(), V4)]
    sheets = tuple(
        sheet(
            pool(
                each,
                costs,
                number=number,
                alone={"PL": "77.77"} if number % 3 == 0 else {},
                opted_out={"third_countries": ("CZ",)} if number % 2 else {},
                late="500.55" if number % 4 == 0 else "0.00",
            ),
            number,
        )
        for number, each in enumerate(found, 1)
    )
    at = datetime(2020, 1, 1, tzinfo=UTC)
    book = Book(("workings",), "Workings", "All", "en", at, sheets)
    assert libreoffice.wrong_formulas(workbook(book)) == []
