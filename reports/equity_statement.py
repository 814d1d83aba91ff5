"""The consolidated equity statement for coordinators: who is ahead and who is behind, and why."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ledger.allocation import KIND as ALLOCATION
from ledger.allocation import NewAllocation, allocations, pool
from ledger.balances import Cutoff, Selection, total_in_euro
from ledger.documents import Document
from ledger.entries import JournalEntry, Posting
from ledger.equity import POSITION, EquityBalance, equity_balances
from ledger.i18n import amount_text, country_name, translation
from ledger.money import ZERO, from_cents
from ledger.vocabulary import LABELS, Form, Purpose
from reports.scale_sheet import SharedPool, scale_sheet
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
POOL = "8010"


@dataclass(frozen=True, slots=True)
class EquityStatement:
    """Every state's position, the pools of cost behind its fair share, and the ledger's totals."""

    origin: Origin
    states: tuple[EquityBalance, ...]
    pools: tuple[SharedPool, ...]
    # Of the common-cost pool, account 8010: what was contributed, and what was shared.
    contributed: Decimal
    shared: Decimal

    def fair_share(self, purpose: Purpose) -> Decimal:
        """Add up what all states were charged for a purpose."""
        return sum((each.fair_share.get(purpose, ZERO) for each in self.states), ZERO)


def equity_statement(session: Session, *, cutoff: Cutoff) -> EquityStatement:
    """Take the equity statement of all states from the books, one query for each section."""
    charged = _charged(session, cutoff)
    given = Selection(accounts=(POOL,), forms=tuple(Form))
    shared = Selection(accounts=(POOL,), forms=(None,))
    return EquityStatement(
        origin=origin(session, kind=KIND, scope=ALL_STATES, cutoff=cutoff),
        states=tuple(equity_balances(session, cutoff)),
        pools=tuple(
            SharedPool(pool(session, said, cutoff), charged.get(_pool_key(said), {}))
            for said in sorted(allocations(session, cutoff), key=_in_order)
        ),
        contributed=total_in_euro(session, cutoff, given),
        shared=-total_in_euro(session, cutoff, shared),
    )


def book(report: EquityStatement, language: str) -> Book:
    """Write the statement out as a workbook in a language."""
    _ = translation(language).gettext
    checks = _checks(report, _)
    sheets = (
        _overview(report, checks, language, _),
        _equity(report, language, _),
        *(
            scale_sheet(shared, number, language=language, gettext=_)
            for number, shared in enumerate(report.pools, 1)
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


def _charged(session: Session, at: Cutoff) -> dict[Any, dict[str, Decimal]]:
    """Add up what each state was charged, by pool; a reversal goes to the pool of its original."""
    original = aliased(JournalEntry)
    run = sa.func.coalesce(original.document_id, JournalEntry.document_id)
    query = (
        sa.select(run, Posting.state_code, sa.func.sum(Posting.euro))
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .outerjoin(original, original.number == JournalEntry.reverses)
        .where(Posting.account == POSITION, Posting.form.is_(None))
        .where(Posting.effective_on <= at.as_of, Posting.entry <= at.known_number)
        .group_by(run, Posting.state_code)
    )
    sums = session.execute(query).all()
    runs = sa.select(Document.id, Document.body).where(
        Document.kind == ALLOCATION, Document.id.in_({row[0] for row in sums})
    )
    pools = {
        run: _pool_key(NewAllocation.model_validate(body)) for run, body in session.execute(runs)
    }
    charged: dict[Any, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for document, state, cents in sums:
        if document in pools:
            charged[pools[document]][str(state)] += from_cents(int(cents))
    return charged


def _in_order(said: NewAllocation) -> tuple[int, date]:
    return tuple(Purpose).index(said.purpose), said.from_on


def _pool_key(said: NewAllocation) -> tuple[Purpose, date]:
    return said.purpose, said.from_on


# Sheets


def _overview(
    report: EquityStatement, checks: tuple[Check, ...], language: str, _: Gettext
) -> Sheet:
    given, shared = _given(report), _shared(report)
    facts = (
        *head_facts(report.origin, _),
        Fact(_("Participating states"), len(report.states), Kind.COUNT),
        Fact(_("Contributed, EUR"), Formula("{tblEquity.total.given}", given), name="Given"),
        *(
            Fact(
                _("Cost of %(purpose)s shared, EUR") % {"purpose": _(LABELS[purpose])},
                Formula(f"{{tblEquity.total.fair_{purpose}}}", report.fair_share(purpose)),
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
        checks_fact(checks, _),
    )
    chart = BarChart(
        _("Fair share, cash and in kind, EUR"),
        "tblEquity",
        "name",
        ("fair_share", "cash", "in_kind"),
        "; ".join(_spoken(each, language, _) for each in report.states),
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
        Column("name", _("Name")),
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
        for each in report.states
    )
    return Table("tblStanding", columns, rows, total=_("Total"), empty=_("Nothing is posted yet."))


def _equity(report: EquityStatement, language: str, _: Gettext) -> Sheet:
    columns = (
        Column("state", _("State")),
        Column("name", _("Name")),
        Column("cash", _("Cash, EUR"), Kind.AMOUNT, total=True),
        Column("in_kind", _("In kind, EUR"), Kind.AMOUNT, total=True),
        Column("given", _("Contributed, EUR"), Kind.AMOUNT, total=True),
        *(
            Column(
                f"fair_{purpose}",
                _("Fair share of %(purpose)s, EUR") % {"purpose": _(LABELS[purpose])},
                Kind.AMOUNT,
                total=True,
            )
            for purpose in Purpose
        ),
        Column("fair_share", _("Fair share, EUR"), Kind.AMOUNT, total=True),
        Column("balance", _("Balance, EUR (+ above / − below)"), Kind.AMOUNT, total=True),
        Column("fulfilment", _("Contributed, of fair share"), Kind.PERCENT),
        Column("of_given", _("Part of all contributions"), Kind.PERCENT),
        Column("of_cost", _("Part of all cost shared"), Kind.PERCENT),
    )
    rows = tuple(_state(each, report, language) for each in report.states)
    nothing = _("Nothing is posted yet.")
    table = Table("tblEquity", columns, rows, total=_("Total"), empty=nothing)
    return Sheet("equity", _("Equity"), _("Contributions and fair shares"), (table,))


def _state(each: EquityBalance, report: EquityStatement, language: str) -> tuple[Cell, ...]:
    given, due = each.contributed, each.fair_share_total
    return (
        each.state,
        country_name(each.state, language),
        each.cash_total,
        each.in_kind_total,
        Formula("{cash}+{in_kind}", given),
        *(_fair_share(each, purpose, report.pools) for purpose in Purpose),
        Formula("+".join(f"{{fair_{purpose}}}" for purpose in Purpose), due),
        Formula("ROUND({given}-{fair_share},2)", each.balance),
        fulfilment("given", "fair_share", of=(given, due)),
        fulfilment("given", "tblEquity.total.given", of=(given, _given(report))),
        fulfilment("fair_share", "tblEquity.total.fair_share", of=(due, _shared(report))),
    )


def _fair_share(
    each: EquityBalance, purpose: Purpose, pools: tuple[SharedPool, ...]
) -> Formula | Decimal:
    """Sum the pools' shares live; a charge outside any pool leaves the ledger's own figure."""
    due = each.fair_share.get(purpose, ZERO)
    numbered = [
        (number, shared.charged.get(each.state, ZERO))
        for number, shared in enumerate(pools, 1)
        if shared.pool.said.purpose == purpose
    ]
    if not numbered or sum((charged for _number, charged in numbered), ZERO) != due:
        return due
    terms = (
        f"SUMIFS({{tblScale{number}.charged}},{{tblScale{number}.state}},{{state}})"
        for number, _charged in numbered
    )
    return Formula("+".join(terms), due)


def _given(report: EquityStatement) -> Decimal:
    return sum((each.contributed for each in report.states), ZERO)


def _shared(report: EquityStatement) -> Decimal:
    return sum((each.fair_share_total for each in report.states), ZERO)


def _checks(report: EquityStatement, _: Gettext) -> tuple[Check, ...]:
    given, shared = _given(report), _shared(report)
    return (
        Check(
            _("All contributions are what account 8010 received."),
            Formula("{tblEquity.total.given}", given),
            report.contributed,
        ),
        Check(
            _("All fair shares are what account 8010 gave up."),
            Formula("{tblEquity.total.fair_share}", shared),
            report.shared,
        ),
        Check(
            _("All balances are contributions not yet turned into cost."),
            Formula("{tblStanding.total.balance}", given - shared),
            report.contributed - report.shared,
        ),
        *(
            Check(
                _("Scale %(number)s: shares and rounding cents are the cost shared.")
                % {"number": number},
                Formula(f"{{tblScale{number}.total.charged}}", each.shared),
                each.shared,
            )
            for number, each in enumerate(report.pools, 1)
        ),
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
