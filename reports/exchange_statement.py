"""The exchange statement: what the mechanism holds and owes in foreign money, and what rates did.

It is taken for the calendar year of its day, from the first of January up to the day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from sqlalchemy.orm import Session

from ledger.balances import Cutoff, Selection, total_in_euro
from ledger.crossing import CLEARING, REALISED
from ledger.i18n import amount_text, translation
from ledger.money import ZERO
from ledger.open_items import open_items
from ledger.rate_calendars import last_publication
from ledger.rate_sources import RateSource
from ledger.rates import Rate
from reports.exchange_differences import UNREALISED, Differences, differences
from reports.exchange_notes import notes_sheet
from reports.exchange_sheets import differences_sheet, exposures_sheet, open_long_sheet
from reports.exposures import OF_ITEMS, Exposure, Flow, by_currency, exposures, flows
from reports.sensitivity_sheet import sensitivity_sheet
from reports.sheet import (
    Block,
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
    head_facts,
    origin,
)
from reports.used_rates import UsedRate, closing_rates, used_rates, used_rates_sheet

KIND = "exchange"


@dataclass(frozen=True)
class ExchangeStatement:
    """All foreign money as of a day, and the exchange differences of its year up to it."""

    origin: Origin
    # By currency, and what of it is on the bank and on open items.
    flows: Mapping[str, Flow]
    exposures: tuple[Exposure, ...]
    differences: Differences
    # What people call each item that ever was, by its key.
    names: Mapping[str, str]
    closing: Mapping[str, Rate]
    used_rates: tuple[UsedRate, ...]
    # Of account 1090, in euro, from the beginning of the books.
    clearing: Decimal

    @property
    def first(self) -> date:
        """Give the first day of its year."""
        return first_day(self.origin.as_of)

    @cached_property
    def currencies(self) -> tuple[str, ...]:
        """List the currencies with anything to say, in order of code."""
        return currencies_of(self.flows, self.exposures, self.differences)

    @property
    def without_rate(self) -> tuple[str, ...]:
        """List the currencies that have no closing rate."""
        return tuple(each for each in self.currencies if each not in self.closing)

    def carried(self, currency: str) -> Decimal:
        """Add up what a currency is carried at in euro, item by item."""
        return sum((each.carried for each in self.exposures if each.currency == currency), ZERO)

    def at_closing(self, currency: str) -> Decimal:
        """Add up a currency at its closing rate, item by item; zero where there is no rate."""
        rate = self.closing.get(currency)
        own = [each.amount for each in self.exposures if each.currency == currency]
        return sum(map(rate.in_euro, own), ZERO) if rate else ZERO

    @property
    def not_revalued(self) -> Decimal:
        """Add up what a revaluation as of the day would post."""
        own = [each for each in self.currencies if each in self.closing]
        return sum((self.at_closing(each) - self.carried(each) for each in own), ZERO)

    @property
    def realised(self) -> Decimal:
        """Add up the realised differences, gains above zero."""
        return sum((self.differences.of(each, realised=True) for each in self.currencies), ZERO)

    @property
    def unrealised(self) -> Decimal:
        """Add up the unrealised differences, gains above zero."""
        return sum((self.differences.of(each, realised=False) for each in self.currencies), ZERO)


def currencies_of(
    found: Mapping[str, Flow], standing: Iterable[Exposure], moved: Differences
) -> tuple[str, ...]:
    """List the currencies in which anything stood, moved or made a difference."""
    flowing = {code for code, flow in found.items() if flow != Flow()}
    # What is held and what is owed may be as much, and leave nothing of their sum.
    open_in = {each.currency for each in standing}
    return tuple(sorted(flowing | open_in | {each.currency for each in moved.rows}))


def first_day(as_of: date) -> date:
    """Give the first day of a day's calendar year."""
    return date(as_of.year, 1, 1)


def exchange_statement(session: Session, *, cutoff: Cutoff) -> ExchangeStatement:
    """Take the exchange statement from the books, in a fixed number of queries.

    A currency without a closing rate is left without a value at that rate.
    """
    about = origin(session, kind=KIND, scope=ALL_STATES, cutoff=cutoff)
    first, known_at = first_day(cutoff.as_of), about.generated_at
    found = flows(session, cutoff, first=first)
    items = open_items(session, cutoff, accounts=OF_ITEMS, settled=True)
    moved, flowing = differences(session, cutoff, first=first), by_currency(found)
    standing = exposures(found, items)
    currencies = currencies_of(flowing, standing, moved)
    closing = closing_rates(session, cutoff, currencies, known_at=known_at)
    return ExchangeStatement(
        origin=about,
        flows=flowing,
        exposures=standing,
        differences=moved,
        names={each.key: each.reference for each in items},
        closing=closing,
        used_rates=used_rates(session, cutoff, closing, first=first, known_at=known_at),
        clearing=total_in_euro(session, cutoff, Selection(accounts=(CLEARING,))),
    )


def book(report: ExchangeStatement, language: str) -> Book:
    """Write the statement out as a workbook in a language."""
    _ = translation(language).gettext
    checks = tuple(_checks(report, _))
    closing = {code: _flow(report, code).closing for code in report.currencies}
    sheets = (
        _summary(report, checks, language, _),
        exposures_sheet(report.exposures, report.closing, language, _),
        differences_sheet(report.differences.rows, report.names, _),
        used_rates_sheet(report.used_rates, _),
        open_long_sheet(report.exposures, language, _, as_of=report.origin.as_of),
        sensitivity_sheet(closing, report.closing, language, _),
        notes_sheet(_),
        checks_sheet(checks, _),
    )
    return bound(
        report.origin,
        sheets,
        title=_("Exchange statement"),
        language=language,
        notes=(),
        gettext=_,
    )


def _flow(report: ExchangeStatement, currency: str) -> Flow:
    return report.flows.get(currency, Flow())


# Sheets


def _summary(
    report: ExchangeStatement, checks: tuple[Check, ...], language: str, _: Gettext
) -> Sheet:
    realised, unrealised = report.realised, report.unrealised
    facts = (
        *head_facts(report.origin, _),
        Fact(_("First day of the year"), report.first),
        Fact(
            _("Realised in the year, EUR (+ gain / − loss)"),
            Formula("{tblDifferences.total.realised}", realised),
            name="Realised",
        ),
        Fact(
            _("Unrealised in the year, EUR (+ gain / − loss)"),
            Formula("{tblDifferences.total.unrealised}", unrealised),
            name="Unrealised",
        ),
        Fact(
            _("Not yet revalued, EUR (+ gain / − loss)"),
            Formula("{tblExchange.total.not_revalued}", report.not_revalued),
            name="NotRevalued",
        ),
        Fact(_("Left on account 1090, EUR"), report.clearing, name="Clearing"),
        checks_fact(checks, _),
    )
    words = _(
        "From %(first)s to %(last)s exchange rates moved the result by EUR %(total)s "
        "(+ gain / − loss): EUR %(realised)s where money came or went, and EUR %(unrealised)s "
        "where what is held and owed was valued anew."
    )
    said = {
        "first": report.first,
        "last": report.origin.as_of,
        "total": amount_text(realised + unrealised, language),
        "realised": amount_text(realised, language),
        "unrealised": amount_text(unrealised, language),
    }
    blocks: tuple[Block, ...] = (
        Facts(facts, values_in=4),
        Heading(_("Held and owed in each currency")),
        _held(report, _),
        *(Paragraph(each) for each in _without_rate(report, _)),
        Heading(_("What exchange rates gave and took in the year")),
        _moved(report, _),
        Paragraph(words % said),
    )
    return Sheet("summary", _("Summary"), _("Exchange statement"), blocks, Fit.PAGE)


def _without_rate(report: ExchangeStatement, _: Gettext) -> Iterator[str]:
    """Say of which currencies the rate is missing, or older than what was published."""
    day = report.origin.as_of
    if report.without_rate:
        words = _(
            "The books hold no rate as of %(day)s for %(currencies)s: what stands in that money "
            "is left at what it is carried at, and the totals are incomplete."
        )
        yield words % {"day": day, "currencies": ", ".join(report.without_rate)}
    stale = [each for each in report.closing.values() if _is_older_than_published(each, day)]
    if stale:
        words = _(
            "Newer rates were published by %(day)s than the closing rates of %(currencies)s, which "
            "are of %(on)s or before: import them, and revalue again."
        )
        currencies = ", ".join(sorted(each.currency for each in stale))
        yield words % {"day": day, "currencies": currencies, "on": max(each.on for each in stale)}


def _is_older_than_published(rate: Rate, day: date) -> bool:
    """Whether the calendar of a rate's source knows a later day than the rate's, up to a day."""
    if rate.source not in (RateSource.ECB, RateSource.NBP, RateSource.CNB):
        return False
    return rate.on < last_publication(RateSource(rate.source), day)


def _held(report: ExchangeStatement, _: Gettext) -> Table:
    columns = (
        Column("currency", _("Currency")),
        Column("opening", _("Opening balance (currency)"), Kind.AMOUNT),
        Column("debit", _("In (currency)"), Kind.AMOUNT),
        Column("credit", _("Out (currency)"), Kind.AMOUNT),
        Column("closing", _("Closing balance (currency)"), Kind.AMOUNT),
        Column("rate", _("Closing rate (currency for 1 EUR)"), Kind.RATE),
        Column("euro", _("At the closing rate, EUR"), Kind.AMOUNT, total=True),
        Column("cents", _("Rounding of items, EUR"), Kind.AMOUNT, total=True),
        Column("carried", _("Carried at, EUR"), Kind.AMOUNT, total=True),
        Column(
            "not_revalued", _("Not yet revalued, EUR (+ gain / − loss)"), Kind.AMOUNT, total=True
        ),
    )
    rows = tuple(_held_in(report, each, _) for each in report.currencies)
    nothing = _("Nothing in foreign currency")
    return Table("tblExchange", columns, rows, total=_("Total"), empty=nothing)


def _held_in(report: ExchangeStatement, currency: str, _: Gettext) -> tuple[Cell, ...]:
    flow, rate = _flow(report, currency), report.closing.get(currency)
    closing, carried = flow.opening + flow.debit - flow.credit, report.carried(currency)
    items = "SUMIFS({tblFxItems.%s},{tblFxItems.currency},{currency})"
    said = (
        *(currency, flow.opening, flow.debit, flow.credit),
        Formula("ROUND({opening}+{debit}-{credit},2)", closing),
    )
    carried_now = Formula(items % "carried", carried)
    if rate is None:
        return *said, _("no rate"), None, None, carried_now, None
    euro, by_item = rate.in_euro(closing), report.at_closing(currency)
    return (
        *said,
        rate.per_euro,
        Formula("ROUND({closing}/{rate},2)", euro),
        Formula(f"ROUND({items % 'euro'}-{{euro}},2)", by_item - euro),
        carried_now,
        Formula("ROUND({euro}+{cents}-{carried},2)", by_item - carried),
    )


def _moved(report: ExchangeStatement, _: Gettext) -> Table:
    yes, no = quoted(_("yes")), quoted(_("no"))
    columns = (
        Column("currency", _("Currency")),
        Column("unrealised", _("Unrealised in the year, EUR"), Kind.AMOUNT, total=True),
        Column("realised", _("Realised in the year, EUR"), Kind.AMOUNT, total=True),
        Column("all", _("Total, EUR (+ gain / − loss)"), Kind.AMOUNT, total=True),
        Column("ledger", _("Accounts 5110 and 5120, EUR"), Kind.AMOUNT, total=True),
        Column("difference", _("Difference, EUR"), Kind.AMOUNT, total=True),
    )

    def summed(word: str, value: Decimal) -> Formula:
        where = f"{{tblFx.currency}},{{currency}},{{tblFx.realised}},{word}"
        return Formula(f"SUMIFS({{tblFx.difference}},{where})", value)

    rows = []
    for each in report.currencies:
        unrealised = report.differences.of(each, realised=False)
        realised = report.differences.of(each, realised=True)
        total, ledger = unrealised + realised, report.differences.said(each)
        rows.append(
            (
                *(each, summed(no, unrealised), summed(yes, realised)),
                Formula("ROUND({unrealised}+{realised},2)", total),
                ledger,
                Formula("ROUND({all}-{ledger},2)", total - ledger),
            )
        )
    nothing = _("Nothing in foreign currency")
    return Table("tblDifferences", columns, tuple(rows), total=_("Total"), empty=nothing)


def _checks(report: ExchangeStatement, _: Gettext) -> Iterator[Check]:
    for each in report.currencies:
        flow = _flow(report, each)
        closing = f"SUMIFS({{tblExchange.closing}},{{tblExchange.currency}},{quoted(each)})"
        yield Check(
            _("%(currency)s: opening balance, in and out are the balance of its accounts.")
            % {"currency": each},
            Formula(closing, flow.opening + flow.debit - flow.credit),
            flow.closing,
        )
    yield Check(
        _("What is carried, item by item, is on the monetary accounts, in euro."),
        Formula("SUM({tblFxItems.carried})", sum((e.carried for e in report.exposures), ZERO)),
        sum((flow.carried for flow in report.flows.values()), ZERO),
    )
    for word, value, account in (
        (_("yes"), report.realised, REALISED),
        (_("no"), report.unrealised, UNREALISED),
    ):
        live = f"SUMIFS({{tblFx.difference}},{{tblFx.realised}},{quoted(word)})"
        yield Check(
            _("The differences, entry by entry, are those on account %(account)s.")
            % {"account": account},
            Formula(live, value),
            report.differences.total[account],
        )
    yield Check(
        _("Every currency has a closing rate."),
        Formula(f"COUNTIF({{tblExchange.rate}},{quoted(_('no rate'))})", len(report.without_rate)),
        ZERO,
    )
    unknown = sum(each.is_published is False for each in report.used_rates)
    yield Check(
        _("Every published rate that was used is in the rate table."),
        Formula(f"COUNTIF({{tblRates.published}},{quoted(_('no'))})", unknown),
        ZERO,
    )
    yield Check(
        _("Nothing is left on the clearing account 1090, in euro."),
        Formula("{Clearing}", report.clearing),
        ZERO,
    )
