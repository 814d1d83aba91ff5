"""Budget against actual: what was appropriated for each year, ordered and spent (IPSAS 24)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.appropriations import APPROPRIATED, BudgetRow, budgets
from ledger.balances import Cutoff, Selection, total_in_euro
from ledger.money import ZERO
from ledger.vocabulary import LABELS, Activity, Purpose
from reports.sheet import Cell, Column, Formula, Kind, Paragraph, Sheet, Table
from reports.statement import Check, Gettext, fulfilment


@dataclass(frozen=True, slots=True)
class Budgets:
    """The lines of every year that has an appropriation, and what account 9410 holds, in euro."""

    years: Mapping[int, Sequence[BudgetRow]]
    appropriated: Decimal

    @property
    def final(self) -> Decimal:
        """Add up what is appropriated now, over all years."""
        return sum((row.revised for rows in self.years.values() for row in rows), ZERO)


def all_budgets(session: Session, at: Cutoff) -> Budgets:
    """Take the budgets of all years as of a cutoff."""
    held = total_in_euro(session, at, Selection(accounts=(APPROPRIATED,)))
    return Budgets(budgets(session, at), held)


def budget_sheet(found: Budgets, _: Gettext) -> Sheet:
    """Set every year's lines out, with what is left of each."""
    columns = (
        Column("line", _("Line")),
        Column("year", _("Year"), Kind.INTEGER),
        Column("purpose", _("Purpose")),
        Column("activity", _("Activity")),
        Column("original", _("Original, EUR"), Kind.AMOUNT, total=True),
        Column("final", _("Final, EUR"), Kind.AMOUNT, total=True),
        Column("encumbered", _("Encumbered, EUR"), Kind.AMOUNT, total=True),
        Column("actual", _("Actual, EUR"), Kind.AMOUNT, total=True),
        Column("difference", _("Final less actual, EUR"), Kind.AMOUNT, total=True),
        Column("spent", _("Actual, of final"), Kind.PERCENT),
    )
    rows = tuple(
        _row(year, number, row, _)
        for year, lines in found.years.items()
        for number, row in enumerate(lines, 1)
    )
    nothing = _("Nothing was appropriated up to this day.")
    table = Table("tblBudget", columns, rows, total=_("Total"), empty=nothing)
    note = _(
        "Original is what the states first appropriated, final what they appropriated last. "
        "Encumbered is what orders signed in the year still hold; actual is the mechanism’s own "
        "expenditure of the year, by the day of the invoice."
    )
    return Sheet("budget", _("Budget"), _("Budget and actual"), (table, Paragraph(note)))


def budget_checks(found: Budgets, _: Gettext) -> Iterator[Check]:
    """Hold what is appropriated for all years against the account that keeps it."""
    yield Check(
        _("What is appropriated, year by year, is the balance of account 9410."),
        Formula("{tblBudget.total.final}", found.final),
        found.appropriated,
    )


def _row(year: int, number: int, row: BudgetRow, _: Gettext) -> tuple[Cell, ...]:
    return (
        f"{year}/{number}",
        year,
        _(LABELS[Purpose(row.purpose)]) if row.purpose else None,
        _(LABELS[Activity(row.activity)]) if row.activity else _("no activity"),
        row.original,
        row.revised,
        row.encumbered,
        row.spent,
        Formula("ROUND({final}-{actual},2)", row.revised - row.spent),
        fulfilment("actual", "final", of=(row.spent, row.revised)),
    )
