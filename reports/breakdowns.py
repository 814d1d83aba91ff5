"""Contributions broken down: by what they were for, and year by year against the cost shared."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, product

from sqlalchemy.orm import Session

from ledger.balances import Cutoff, Selection, balances
from ledger.entries import Posting
from ledger.equity import POSITION
from ledger.i18n import country_name
from ledger.money import ZERO
from ledger.pools import POOL
from ledger.vocabulary import LABELS, Activity, Form, Moved, Purpose
from reports.sheet import Cell, Column, Formula, Kind, Paragraph, Sheet, Table
from reports.statement import Gettext

# A purpose and an activity, or None for what no activity is named of.
For = tuple[Purpose, Activity | None]


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year in euro: what all states contributed, and what of the cost was shared."""

    year: int
    given: Decimal
    shared: Decimal


def by_activity(session: Session, at: Cutoff) -> dict[str, dict[For, Decimal]]:
    """Sum what each state contributed by purpose and activity, in one query."""
    where = Selection(accounts=(POSITION,), forms=(*Form, *Moved))
    keys = (Posting.state_code, Posting.purpose, Posting.activity)
    found: dict[str, dict[For, Decimal]] = defaultdict(dict)
    for row in balances(session, at, *keys, where=where):
        state, purpose, activity = row.key
        what = Purpose(purpose), Activity(activity) if activity else None
        found[state][what] = found[state].get(what, ZERO) - row.euro
    return dict(found)


def by_year(session: Session, at: Cutoff) -> tuple[Year, ...]:
    """Sum contributions and cost shared by the year in which they took effect, in one query."""
    where = Selection(accounts=(POOL,))
    given: dict[int, Decimal] = defaultdict(lambda: ZERO)
    shared: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for row in balances(session, at, Posting.effective_on, Posting.form, where=where):
        on, form = row.key
        (given if form else shared)[on.year] += row.euro if form else -row.euro
    years = sorted(given.keys() | shared.keys())
    return tuple(Year(year, given[year], shared[year]) for year in years)


def activities_sheet(
    found: Mapping[str, Mapping[For, Decimal]], language: str, _: Gettext
) -> Sheet:
    """Set contributions out by state and by purpose and activity, with totals both ways."""
    named = [*product(Purpose, Activity), *((purpose, None) for purpose in Purpose)]
    used = {what for sums in found.values() for what, euro in sums.items() if euro}
    shown = [what for what in named if what[1] or what in used]
    columns = (
        Column("state", _("State")),
        Column("name", _("Country")),
        *(Column(_key(what), _heading(what, _), Kind.AMOUNT, total=True) for what in shown),
        Column("all", _("Contributed, EUR"), Kind.AMOUNT, total=True),
    )
    terms = "+".join(f"{{{_key(what)}}}" for what in shown)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            state,
            country_name(state, language),
            *(sums.get(what, ZERO) for what in shown),
            Formula(terms, sum(sums.values(), ZERO)),
        )
        for state, sums in sorted(found.items())
    )
    nothing = _("Nothing is posted yet.")
    table = Table("tblActivities", columns, rows, total=_("Total"), empty=nothing)
    note = _(
        "What states gave each other in settlements and buy-ins is for no activity and stands in "
        "a column of its own; over all states it adds up to zero."
    )
    heading = _("Contributions by purpose and activity, EUR")
    return Sheet("activities", _("By activity"), heading, (table, Paragraph(note)))


def years_sheet(found: Sequence[Year], _: Gettext) -> Sheet:
    """Set the years out one below the other, and what had accrued by the end of each."""
    columns = (
        Column("year", _("Year"), Kind.INTEGER),
        Column("given", _("Contributed, EUR"), Kind.AMOUNT, total=True),
        Column("shared", _("Cost shared, EUR"), Kind.AMOUNT, total=True),
        Column("given_so_far", _("Contributed up to then, EUR"), Kind.AMOUNT),
        Column("shared_so_far", _("Cost shared up to then, EUR"), Kind.AMOUNT),
        Column("ahead", _("Contributed and not yet turned into cost, EUR"), Kind.AMOUNT),
    )
    given = list(accumulate(each.given for each in found))
    shared = list(accumulate(each.shared for each in found))

    def so_far(column: str, value: Decimal) -> Formula:
        until = f'SUMIFS({{tblYears.{column}}},{{tblYears.year}},"<="&{{year}})'
        return Formula(until, value)

    rows = tuple(
        (
            *(each.year, each.given, each.shared),
            *(so_far("given", given[at]), so_far("shared", shared[at])),
            Formula("ROUND({given_so_far}-{shared_so_far},2)", given[at] - shared[at]),
        )
        for at, each in enumerate(found)
    )
    nothing = _("Nothing is posted yet.")
    table = Table("tblYears", columns, rows, total=_("Total"), empty=nothing)
    note = _(
        "Contributions count in the year of their value date, cost in the year for which it was "
        "shared."
    )
    return Sheet("years", _("Years"), _("Year by year"), (table, Paragraph(note)))


def _key(what: For) -> str:
    purpose, activity = what
    return f"{purpose}_{activity or 'none'}"


def _heading(what: For, _: Gettext) -> str:
    purpose, activity = what
    words = _(LABELS[activity]) if activity else _("no activity")
    heading = f"{_(LABELS[purpose])}: {words}"
    return heading[:1].upper() + heading[1:]
