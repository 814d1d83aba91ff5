"""A workbook with every kind of block, column and value, for tests of the spreadsheet engine."""

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

from ledger.money import round_half_up
from reports.sheet import (
    BarChart,
    Book,
    Cell,
    Column,
    Fact,
    Facts,
    Fit,
    Formula,
    Heading,
    Kind,
    Paragraph,
    Sheet,
    Table,
    quoted,
)

Line = tuple[str, date, str, str, str, str]
LONG = (
    "Zażółć gęślą jaźń & Árvíztűrő tükörfúrógép, a text so long that it needs more than one line"
    " in its column"
)
LINES: tuple[Line, ...] = (
    ("1", date(2017, 3, 1), "Wpłata na utworzenie", "PLN", "1500000.00", "4.3096"),
    ("2", date(2017, 4, 3), LONG, "HUF", "123456789.10", "308.75"),
    ("3", date(2017, 6, 30), '=HYPERLINK("http://evil")', "EUR", "-125.45", "1"),
)

ALL_OK = f'IF(COUNTIF({{tblChecks.result}},"<>OK")=0,"OK",{quoted("DIFFERENCE")})'


def specimen(lines: tuple[Line, ...] = LINES) -> Book:
    """Make a book of four sheets: summary with chart, lines, checks, and about."""
    total = sum(map(_euro, lines), Decimal(0))
    rows = tuple(_row(total, line) for line in lines)
    contributions = Table(
        "tblContributions",
        (
            Column("number", "No"),
            Column("value_on", "Value date", Kind.DATE),
            Column("description", "Description", Kind.WRAPPED),
            Column("currency", "Currency"),
            Column("amount", "Amount", Kind.AMOUNT),
            Column("rate", "Rate (currency per 1 EUR)", Kind.RATE),
            Column("euro", "EUR", Kind.AMOUNT, total=True),
            Column("share", "Share of all", Kind.PERCENT),
        ),
        rows,
        total="Total",
        empty="Nothing was contributed up to this day.",
        filtered=True,
    )
    return Book(
        name=("MCRM", "state-statement", "PL", "2018-12-31", "17", "en"),
        title="Statement for Poland, R&D of statements",
        subtitle="Poland · as of 2018-12-31",
        language="pl",
        generated_at=datetime(2019, 1, 15, 9, 30, 5, tzinfo=UTC),
        footer="Statement 17 · 0123456789ab",
        properties={"Statement": "17", "AsOf": "2018-12-31"},
        sheets=(
            _summary(total),
            Sheet("contributions", "Contributions", "Contributions", (contributions,)),
            _checks(total),
            Sheet("about", "About", "About", (Facts((Fact("Ledger head", "ab" * 32),)),)),
        ),
    )


def _euro(line: Line) -> Decimal:
    return round_half_up(Decimal(line[4]) / Decimal(line[5]))


def _row(total: Decimal, line: Line) -> tuple[Cell, ...]:
    number, on, text, currency, amount, rate = line
    euro = _euro(line)
    share = (euro / total).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return (
        *(number, on, text, currency, Decimal(amount), Decimal(rate)),
        Formula("ROUND({amount}/{rate},2)", euro),
        Formula("ROUND({euro}/{tblContributions.total.euro},4)", share),
    )


STATES = (
    ("PL", Decimal("531234.56"), Decimal("700000.00")),
    ("CZ", Decimal("200000.00"), Decimal("150000.10")),
    ("HU", Decimal("150000.00"), Decimal("90000.00")),
    ("SK", Decimal("118765.44"), Decimal("118765.44")),
)
RATE = Decimal("4.3014")


def _summary(total: Decimal) -> Sheet:
    equity = Table(
        "tblEquity",
        (
            Column("state", "State"),
            Column("fair", "Fair share EUR", Kind.AMOUNT, total=True),
            Column("given", "Contributions EUR", Kind.AMOUNT, total=True),
            Column("balance", "Balance EUR (+ above / − below share)", Kind.AMOUNT, total=True),
        ),
        tuple(
            (state, fair, given, Formula("{given}-{fair}", given - fair))
            for state, fair, given in STATES
        ),
        total="Total",
    )
    all_given = Formula("{tblContributions.total.euro}", total)
    local = Formula("ROUND({Contributed}*{ClosingRate},2)", round_half_up(total * RATE))
    facts = (
        Fact("As of", date(2018, 12, 31), name="AsOf"),
        Fact("Contributed in all", all_given, Kind.AMOUNT, "Contributed"),
        Fact("Closing rate", RATE, Kind.RATE, "ClosingRate"),
        Fact("The same in PLN", local, Kind.AMOUNT, "ContributedLocal"),
        Fact("Last entry", 1234),
        Fact("Checks", Formula(ALL_OK, "OK"), Kind.VERDICT, "ChecksOK"),
    )
    chart = BarChart(
        "Fair share and contributions",
        "tblEquity",
        "state",
        ("fair", "given"),
        "Poland has given 168 765.44 EUR more than its fair share.",
    )
    note = Paragraph("A balance above zero means that the state gave more than its fair share.")
    blocks = (Facts(facts), Heading("Where each state stands"), equity, note, chart)
    return Sheet("summary", "Overview", "Statement for Poland", blocks, Fit.PAGE)


def _checks(total: Decimal) -> Sheet:
    verdict = f'IF({{difference}}=0,"OK",{quoted("DIFFERENCE")})'
    columns = (
        Column("number", "No", Kind.INTEGER),
        Column("check", "Check"),
        Column("here", "This workbook", Kind.AMOUNT),
        Column("ledger", "Ledger", Kind.AMOUNT),
        Column("difference", "Difference", Kind.AMOUNT),
        Column("result", "Result", Kind.VERDICT),
    )
    row = (
        *(1, "Contributions in euro", Formula("{tblContributions.total.euro}", total), total),
        Formula("ROUND({here}-{ledger},2)", Decimal(0)),
        Formula(verdict, "OK"),
    )
    return Sheet("checks", "Checks", "Checks", (Table("tblChecks", columns, (row,)),))
