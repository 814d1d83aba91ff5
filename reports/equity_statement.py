"""The consolidated equity statement for coordinators: who is ahead and who is behind, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.balances import Cutoff, Selection, total_in_euro
from ledger.equity import EquityBalance, equity_balances
from ledger.i18n import amount_text, country_name, translation
from ledger.money import ZERO
from ledger.partings import OPEN_ITEMS
from ledger.pools import POOL
from ledger.vocabulary import LABELS, Form, Purpose
from reports.arrears_sheet import Arrears, arrears, arrears_checks, arrears_sheet
from reports.between_states import moves, moves_sheet
from reports.breakdowns import For, Year, activities_sheet, by_activity, by_year, years_sheet
from reports.budget_sheet import Budgets, all_budgets, budget_checks, budget_sheet
from reports.calls import Calls, calls, status_sheet
from reports.equity_sheet import Positions, equity_sheet
from reports.fairness_sheet import fairness, fairness_sheet
from reports.scale_sheet import scale_sheet
from reports.settlement_sheet import Proposal, proposal, settlement_sheet
from reports.shared_pools import decided_pools
from reports.sheet import (
    BarChart,
    Book,
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
from reports.statement import (
    ALL_STATES,
    Check,
    Gettext,
    Origin,
    bound,
    checks_fact,
    checks_sheet,
    fulfilment,
    head_facts,
    origin,
)

KIND = "equity"


@dataclass(frozen=True, slots=True)
class EquityStatement:
    """Every state's equity balance, and every pool of cost that was shared; in euro."""

    origin: Origin
    positions: Positions
    settlement: Proposal
    calls: tuple[Calls, ...]
    arrears: Arrears
    budgets: Budgets
    activities: Mapping[str, Mapping[For, Decimal]]
    years: tuple[Year, ...]
    # Of the common-cost pool, account 8010: what was contributed, and what was shared.
    contributed: Decimal
    shared: Decimal
    # Of the accounts that keep what states and the mechanism owe each other.
    open_items: Decimal


def equity_statement(session: Session, *, cutoff: Cutoff) -> EquityStatement:
    """Take the equity statement of all states from the books, one query for each section."""
    given = Selection(accounts=(POOL,), forms=tuple(Form))
    shared = Selection(accounts=(POOL,), forms=(None,))
    about = origin(session, kind=KIND, scope=ALL_STATES, cutoff=cutoff)
    return EquityStatement(
        origin=about,
        positions=Positions(
            equity_balances(session, cutoff), decided_pools(session, cutoff), moves(session, cutoff)
        ),
        settlement=proposal(session, about),
        calls=calls(session, cutoff),
        arrears=arrears(session, about),
        budgets=all_budgets(session, cutoff),
        activities=by_activity(session, cutoff),
        years=by_year(session, cutoff),
        contributed=total_in_euro(session, cutoff, given),
        shared=-total_in_euro(session, cutoff, shared),
        open_items=total_in_euro(session, cutoff, Selection(accounts=tuple(OPEN_ITEMS))),
    )


def book(report: EquityStatement, language: str) -> Book:
    """Write the statement out as a workbook in a language."""
    _ = translation(language).gettext
    checks = tuple(_checks(report, _))
    found = report.positions
    sheets = (
        _overview(report, checks, language, _),
        equity_sheet(found, language, _),
        fairness_sheet(fairness(found.states, found.pools), language, _),
        settlement_sheet(report.settlement, language, _),
        *([moves_sheet(found.moves, _)] if found.moves else []),
        status_sheet(report.calls, language, _),
        arrears_sheet(report.arrears, language, _),
        budget_sheet(report.budgets, _),
        activities_sheet(report.activities, language, _),
        years_sheet(report.years, _),
        *(
            scale_sheet(pool, number, language=language, gettext=_)
            for number, pool in enumerate(found.pools, 1)
        ),
        checks_sheet(checks, _),
    )
    return bound(
        report.origin,
        sheets,
        title=_("Equity statement"),
        language=language,
        notes=_notes(_),
        gettext=_,
    )


# Sheets


def _overview(
    report: EquityStatement, checks: tuple[Check, ...], language: str, _: Gettext
) -> Sheet:
    found = report.positions
    given, shared = found.given, found.due
    outstanding = sum((each.outstanding for each in report.calls), ZERO)
    facts = (
        *head_facts(report.origin, _),
        Fact(_("States with a position"), len(found.states), Kind.COUNT),
        Fact(_("Contributed, EUR"), Formula("{tblEquity.total.given}", given), name="Given"),
        *(
            Fact(
                _("Cost of %(purpose)s shared, EUR") % {"purpose": _(LABELS[purpose])},
                Formula(f"{{tblEquity.total.fair_{purpose}}}", found.due_for(purpose)),
                name=f"Shared{purpose.title()}",
            )
            for purpose in Purpose
        ),
        Fact(
            _("Cost shared in all, EUR"),
            Formula("{tblEquity.total.fair_share}", shared),
            name="Shared",
        ),
        Fact(
            _("Contributed and not yet turned into cost, EUR"),
            Formula("ROUND({Given}-{Shared},2)", given - shared),
            name="Ahead",
        ),
        Fact(
            _("Asked and outstanding, EUR"),
            Formula("{tblCalls.total.outstanding}", outstanding),
            name="Outstanding",
        ),
        checks_fact(checks, _),
    )
    chart = BarChart(
        _("Fair share, cash and in kind, EUR"),
        "tblEquity",
        "name",
        ("fair_share", "cash", "in_kind"),
        "; ".join(_spoken(each, language, _) for each in found.states),
    )
    blocks = (
        Facts(facts, values_in=3),
        Heading(_("Where each state stands")),
        _standing(report, language, _),
        Paragraph(_notes(_)[0]),
        chart,
    )
    return Sheet("overview", _("Overview"), _("Equity statement"), blocks, Fit.PAGE)


def _spoken(each: EquityBalance, language: str, _: Gettext) -> str:
    return _("%(state)s: EUR %(balance)s, %(standing)s") % {
        "state": country_name(each.state, language),
        "balance": amount_text(each.balance, language),
        "standing": _word(each.balance, _),
    }


def _word(balance: Decimal, _: Gettext) -> str:
    if balance > 0:
        return _("above its fair share")
    return _("below its fair share") if balance < 0 else _("even")


def _standing(report: EquityStatement, language: str, _: Gettext) -> Table:
    above, below, even = (quoted(_word(Decimal(sign), _)) for sign in (1, -1, 0))
    word = f"IF({{balance}}>0,{above},IF({{balance}}<0,{below},{even}))"
    columns = (
        Column("state", _("State")),
        Column("name", _("Country")),
        Column("given", _("Contributed, EUR"), Kind.AMOUNT, total=True),
        Column("fair_share", _("Fair share, EUR"), Kind.AMOUNT, total=True),
        Column("balance", _("Balance, EUR (+ above / − below)"), Kind.AMOUNT, total=True),
        Column("fulfilment", _("Contributed, of fair share"), Kind.PERCENT),
        Column("standing", _("The state stands")),
    )

    def equity(column: str, value: Decimal) -> Formula:
        return Formula(f"SUMIFS({{tblEquity.{column}}},{{tblEquity.state}},{{state}})", value)

    rows = tuple(
        (
            each.state,
            country_name(each.state, language),
            equity("given", each.contributed),
            equity("fair_share", each.fair_share_total),
            equity("balance", each.balance),
            fulfilment("given", "fair_share", of=(each.contributed, each.fair_share_total)),
            Formula(word, _word(each.balance, _)),
        )
        for each in report.positions.states
    )
    return Table("tblStanding", columns, rows, total=_("Total"), empty=_("Nothing is posted yet."))


def _checks(report: EquityStatement, _: Gettext) -> Iterator[Check]:
    found = report.positions
    yield Check(
        _("All contributions are what account 8010 received."),
        Formula("{tblEquity.total.given}", found.given),
        report.contributed,
    )
    yield Check(
        _("All fair shares are what account 8010 gave up."),
        Formula("{tblEquity.total.fair_share}", found.due),
        report.shared,
    )
    yield Check(
        _("All balances are contributions not yet turned into cost."),
        Formula("{tblStanding.total.balance}", found.given - found.due),
        report.contributed - report.shared,
    )
    if found.moves:
        between = -sum((each.euro for each in found.moves), ZERO)
        live = Formula("{tblMoves.total.given}", between)
        yield Check(_("What moved between states adds up to zero."), live, ZERO)
    given = sum((euro for sums in report.activities.values() for euro in sums.values()), ZERO)
    yield Check(
        _("Contributions by activity add up to the same sum."),
        Formula("{tblActivities.total.all}", given),
        report.contributed,
    )
    yield Check(
        _("Contributions year by year add up to the same sum."),
        Formula("{tblYears.total.given}", sum((each.given for each in report.years), ZERO)),
        report.contributed,
    )
    yield Check(
        _("What is open between states and mechanism is on the accounts that keep it."),
        Formula("{tblCalls.total.open}", sum((each.open for each in report.calls), ZERO)),
        report.open_items,
    )
    yield from arrears_checks(report.arrears, _)
    yield from budget_checks(report.budgets, _)
    for number, shared in enumerate(found.pools, 1):
        yield Check(
            _("Pool %(number)s: shares and rounding cents are the cost shared.")
            % {"number": number},
            Formula(f"{{tblScale{number}.total.charged}}", shared.pool.charged_total),
            shared.pool.charged_total,
        )


def _notes(_: Gettext) -> tuple[str, ...]:
    return (
        _(
            "The balances do not add up to zero: together they are the contributions "
            "that have not yet been turned into cost."
        ),
        _("Contributions in kind count with the value credited by the states."),
        _("Costs are shared from time to time; each run shares what came since the last."),
    )
