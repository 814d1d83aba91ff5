"""A state's statement for its ministry: what it gave, its fair share of cost, what is open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.balances import Cutoff, Line, Selection, lines, total_in_euro
from ledger.documents import Document
from ledger.equity import POSITION, EquityBalance, equity_balances
from ledger.errors import NotAMemberError
from ledger.i18n import amount_text, country_name, translation
from ledger.money import ZERO
from ledger.offer_standing import offers
from ledger.offers import DELIVERY
from ledger.partings import OPEN_ITEMS
from ledger.rates import Rate
from ledger.states import Membership
from ledger.vocabulary import LABELS, Form, Moved, Purpose, ValuationBasis
from reports import own_currency
from reports.calls import open_items, open_items_sheet
from reports.own_currency import Figure, rate_facts, reporting_rate
from reports.particulars import charges_sheet, contributions_sheet, rates_sheet
from reports.pledge_sheet import (
    Pledges,
    pledge_checks,
    pledge_facts,
    pledges_sheet,
    state_pledges,
)
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
    Sheet,
    Table,
    quoted,
)
from reports.statement import (
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
from reports.taking_part import TakingPart, taking_part, taking_part_facts

KIND = "state"


@dataclass(frozen=True, slots=True)
class StateStatement:
    """One state's contributions, its charges of cost and its open items, line by line; in euro."""

    state: str
    origin: Origin
    contributions: tuple[Line, ...]
    charges: tuple[Line, ...]
    # What was asked of it and what it is owed, and what was paid on that.
    open_items: tuple[Line, ...]
    # What it said it would give: outside of all that it gave.
    pledges: Pledges
    # Since when it takes part, and until when.
    spans: tuple[TakingPart, ...]
    # The basis of a value in kind, by document.
    bases: dict[str, ValuationBasis]
    # What the ledger sums, to be held against the lines.
    balance: EquityBalance
    open: Decimal
    # The rate of the day for the state's own currency, as known with the last entry.
    closing_rate: Rate | None

    def given(self, purpose: Purpose, form: Form | Moved | None = None) -> Decimal:
        """Add up the contributions for a purpose, in one form or in all."""
        wanted = [
            -line.euro
            for line in self.contributions
            if line.purpose == purpose and form in (None, line.form)
        ]
        return sum(wanted, ZERO)

    def fair_share(self, purpose: Purpose) -> Decimal:
        """Add up the charges for a purpose."""
        return sum((line.euro for line in self.charges if line.purpose == purpose), ZERO)


def state_statement(session: Session, state: str, *, cutoff: Cutoff) -> StateStatement:
    """Take a state's statement from the books, one query for each section.

    Raises NotAMemberError for a state that had not joined by its day. The balance in the state's
    own currency is left out where the books had no rate of the day when they learned of their last
    entry.
    """
    joined = sa.select(sa.func.min(Membership.joined_on)).where(Membership.state_code == state)
    first = session.scalar(joined)
    if first is None or first > cutoff.as_of:
        raise NotAMemberError(state=state, on=cutoff.as_of)
    given = Selection(accounts=(POSITION,), state=state, forms=(*Form, *Moved))
    charged = Selection(accounts=(POSITION,), state=state, forms=(None,))
    due = Selection(accounts=tuple(OPEN_ITEMS), state=state)
    contributions = tuple(lines(session, cutoff, given))
    charges = tuple(lines(session, cutoff, charged))
    owed = tuple(lines(session, cutoff, due))
    about = origin(session, kind=KIND, scope=state, cutoff=cutoff)
    everybody = {each.state: each for each in equity_balances(session, cutoff)}
    return StateStatement(
        state=state,
        origin=about,
        contributions=contributions,
        charges=charges,
        open_items=owed,
        pledges=state_pledges(session, state, about),
        spans=taking_part(session, state, about),
        bases=_bases(session, contributions, cutoff),
        balance=everybody.get(state, EquityBalance(state)),
        open=total_in_euro(session, cutoff, due),
        closing_rate=reporting_rate(session, state, about),
    )


def book(report: StateStatement, language: str) -> Book:
    """Write the statement out as a workbook in a language."""
    _ = translation(language).gettext
    name = country_name(report.state, language)
    checks = tuple(_checks(report, _))
    sheets = (
        _statement(report, checks, language, _),
        contributions_sheet(report.contributions, report.bases, _),
        charges_sheet(report.charges, _),
        open_items_sheet(report.open_items, language, _),
        pledges_sheet(report.pledges, _),
        rates_sheet(report.contributions, _),
        checks_sheet(checks, _),
    )
    return bound(
        report.origin,
        sheets,
        title=_("Statement for %(state)s") % {"state": name},
        language=language,
        notes=_notes(_),
        gettext=_,
    )


def _bases(
    session: Session, contributions: Sequence[Line], cutoff: Cutoff
) -> dict[str, ValuationBasis]:
    """Say what each value rests on, by document; a delivery on its accepted valuation's basis."""
    documents = {each.document_id for each in contributions if each.document_id}
    query = sa.select(Document.id, Document.body).where(Document.id.in_(documents))
    delivered = offers(session, cutoff) if any(c.kind == DELIVERY for c in contributions) else ()
    return {
        each.document_id: each.accepted.version.said.valuation_basis
        for of in delivered
        for each in of.deliveries
    } | {
        document: ValuationBasis(body["valuation_basis"])
        for document, body in session.execute(query)
        if body.get("valuation_basis")
    }


# Sheets


def _statement(
    report: StateStatement, checks: tuple[Check, ...], language: str, _: Gettext
) -> Sheet:
    by_purpose, by_form = _purposes(report, _), _forms(report, _)
    given, due = by_purpose.sum("given"), by_purpose.sum("fair_share")
    open_ = sum((line.euro for line in report.open_items), ZERO)
    facts = (
        *head_facts(report.origin, _),
        *taking_part_facts(report.spans, _),
        Fact(_("Contributed, EUR"), Formula("{tblPurposes.total.given}", given), name="Given"),
        Fact(
            _("Fair share, EUR"), Formula("{tblPurposes.total.fair_share}", due), name="FairShare"
        ),
        Fact(
            _("Balance, EUR (+ above / − below fair share)"),
            Formula("ROUND({Given}-{FairShare},2)", given - due),
            name="Balance",
        ),
        Fact(
            _("Contributed, as a part of the fair share"),
            fulfilment("Given", "FairShare", of=(given, due)),
            Kind.PERCENT,
            "Fulfilment",
        ),
        *rate_facts(report.closing_rate, _),
        Fact(
            _("Open with the mechanism, EUR (+ the state owes / − it is owed)"),
            Formula("{tblOpen.total.open}", open_),
            name="Open",
        ),
        *pledge_facts(report.pledges, _),
        checks_fact(checks, _),
    )
    chart = BarChart(
        _("Contributed and fair share, EUR"),
        "tblPurposes",
        "purpose",
        ("given", "fair_share"),
        _("Contributed: EUR %(given)s. Fair share: EUR %(due)s. Difference: EUR %(balance)s.")
        % {
            "given": amount_text(given, language),
            "due": amount_text(due, language),
            "balance": amount_text(given - due, language),
        },
    )
    heading = _("Statement for %(state)s") % {"state": country_name(report.state, language)}
    figures = (
        Figure(_("Contributed"), "Given", given),
        Figure(_("Fair share"), "FairShare", due),
        Figure(_("Balance (+ above / − below fair share)"), "Balance", given - due),
        Figure(_("Open with the mechanism (+ the state owes / − it is owed)"), "Open", open_),
    )
    blocks = (
        *(Facts(facts), Heading(_("By purpose")), by_purpose),
        *own_currency.translation(report.closing_rate, figures, _),
        *(Heading(_("Contributions by form")), by_form, chart),
        Heading(_("Asked of the state and owed to it")),
        open_items(report.open_items, language, _),
    )
    return Sheet("statement", _("Statement"), heading, blocks, Fit.PAGE)


def _purposes(report: StateStatement, _: Gettext) -> Table:
    def row(purpose: Purpose) -> tuple[Cell, ...]:
        given, due = report.given(purpose), report.fair_share(purpose)
        return (
            _(LABELS[purpose]),
            Formula(_sum_of("tblContributions", "purpose={purpose}"), given),
            Formula(_sum_of("tblCharges", "purpose={purpose}"), due),
            Formula("ROUND({given}-{fair_share},2)", given - due),
        )

    columns = (
        Column("purpose", _("Purpose")),
        Column("given", _("Contributed, EUR"), Kind.AMOUNT, total=True),
        Column("fair_share", _("Fair share, EUR"), Kind.AMOUNT, total=True),
        Column("balance", _("Balance, EUR (+ above / − below)"), Kind.AMOUNT, total=True),
    )
    return Table("tblPurposes", columns, tuple(map(row, Purpose)), total=_("Total"))


def _forms(report: StateStatement, _: Gettext) -> Table:
    def cell(purpose: Purpose, euro: Decimal) -> Formula:
        conditions = ("form={form}", f"purpose={quoted(_(LABELS[purpose]))}")
        return Formula(_sum_of("tblContributions", *conditions), euro)

    def row(words: str, sums: Mapping[Purpose, Decimal]) -> tuple[Cell, ...]:
        cells = (cell(purpose, sums[purpose]) for purpose in Purpose)
        return words, *cells, Formula("{setup}+{operations}", sum(sums.values(), ZERO))

    columns = (
        Column("form", _("Form")),
        Column(Purpose.SETUP, _("Set-up, EUR"), Kind.AMOUNT, total=True),
        Column(Purpose.OPERATIONS, _("Operations, EUR"), Kind.AMOUNT, total=True),
        Column("all", _("Total, EUR"), Kind.AMOUNT, total=True),
    )
    moved = [each for each in Moved if any(each == line.form for line in report.contributions)]
    rows = [
        row(_(LABELS[form]), {purpose: report.given(purpose, form) for purpose in Purpose})
        for form in (*Form, *moved)
    ]
    return Table("tblForms", columns, tuple(rows), total=_("Total"))


def _sum_of(table: str, *conditions: str) -> str:
    """Write the sum of a table's euro column where its columns equal something."""
    pairs = (condition.partition("=") for condition in conditions)
    criteria = ",".join(f"{{{table}.{column}}},{value}" for column, _equals, value in pairs)
    return f"SUMIFS({{{table}.euro}},{criteria})"


def _checks(report: StateStatement, _: Gettext) -> Iterator[Check]:
    given = sum((report.given(purpose) for purpose in Purpose), ZERO)
    due = sum((report.fair_share(purpose) for purpose in Purpose), ZERO)
    ledger = report.balance
    yield Check(
        _("Contributions, line by line, are the state's position in the ledger."),
        Formula("SUM({tblContributions.euro})", given),
        ledger.contributed,
    )
    yield Check(
        _("Contributions by form add up to the same sum."),
        Formula("{tblForms.total.all}", given),
        ledger.contributed,
    )
    yield Check(
        _("The fair share, line by line, is what the ledger charged."),
        Formula("SUM({tblCharges.euro})", due),
        ledger.fair_share_total,
    )
    yield Check(
        _("The balance is the balance of account 8020."),
        Formula("{Balance}", given - due),
        ledger.balance,
    )
    yield Check(
        _("What is open, line by line, is on the accounts that keep it."),
        Formula("SUM({tblCalls.euro})", sum((line.euro for line in report.open_items), ZERO)),
        report.open,
    )
    yield from pledge_checks(report.pledges, _)


def _notes(_: Gettext) -> tuple[str, ...]:
    return (
        _(
            "The balance is what the state gave less its fair share of the cost so far. "
            "While money is unspent, the states together stand above their fair shares."
        ),
        _("Contributions in kind count with the value credited by the states."),
        _(
            "Settlements and buy-ins count as given by the state that pays and as received by the "
            "state that is paid; the mechanism's own money does not change."
        ),
        _(
            "When a state leaves and the others take its position over, what it was ahead counts "
            "as received by it and as given by them."
        ),
    )
