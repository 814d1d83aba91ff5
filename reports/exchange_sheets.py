"""Sheets of the exchange statement: what stands in foreign money, and each difference."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from ledger.accounts import account, chart
from ledger.headings import ENTRY_KINDS
from ledger.rates import Rate
from reports.exchange_differences import Difference
from reports.exposures import Exposure
from reports.sheet import Cell, Column, Formula, Kind, Paragraph, Sheet, Table
from reports.statement import Gettext

LONG = 90
SIX_PLACES = Decimal("0.000001")


def exposures_sheet(
    found: Iterable[Exposure], closing: Mapping[str, Rate], language: str, _: Gettext
) -> Sheet:
    """List the bank's foreign money and each open item, at what it is carried and at the rate."""
    columns = (
        Column("name", _("Item or account")),
        Column("account", _("Account"), Kind.WRAPPED),
        Column("state", _("State")),
        Column("description", _("Description"), Kind.WRAPPED),
        Column("began_on", _("Open since"), Kind.DATE),
        Column("currency", _("Currency")),
        Column("amount", _("Amount (+ held or owed to us / − owed by us)"), Kind.AMOUNT),
        Column("carried", _("Carried at, EUR"), Kind.AMOUNT, total=True),
        Column("rate", _("Closing rate (currency for 1 EUR)"), Kind.RATE),
        Column("euro", _("At the closing rate, EUR"), Kind.AMOUNT, total=True),
        Column("difference", _("Not yet revalued, EUR (+ gain / − loss)"), Kind.AMOUNT, total=True),
    )
    rows = tuple(_exposure(each, closing.get(each.currency), language, _) for each in found)
    table = Table(
        "tblFxItems",
        columns,
        rows,
        total=_("Total"),
        empty=_("Nothing in foreign currency"),
        filtered=True,
    )
    heading = _("Bank accounts and open items in foreign currency")
    return Sheet("items", _("Balances"), heading, (table,))


def _exposure(each: Exposure, rate: Rate | None, language: str, _: Gettext) -> tuple[Cell, ...]:
    said = (
        *(each.name, account_name(each.account, language), each.state, each.description or None),
        *(each.began_on, each.currency, each.amount, each.carried),
    )
    if rate is None:
        return *said, _("no rate"), None, None
    euro = rate.in_euro(each.amount)
    return (
        *said,
        Formula("SUMIFS({tblExchange.rate},{tblExchange.currency},{currency})", rate.per_euro),
        Formula("ROUND({amount}/{rate},2)", euro),
        Formula("ROUND({euro}-{carried},2)", euro - each.carried),
    )


def account_name(code: str, language: str) -> str:
    """Give an account's code and name."""
    return f"{code} {account(code).name(language)}"


def differences_sheet(found: Iterable[Difference], names: Mapping[str, str], _: Gettext) -> Sheet:
    """List each difference of the year; `names` gives the name of each item by its key."""
    columns = (
        Column("line", _("Entry / line")),
        Column("on", _("Date"), Kind.DATE),
        Column("state", _("State")),
        Column("kind", _("Document")),
        Column("description", _("Description"), Kind.WRAPPED),
        Column("item", _("Settled or revalued")),
        Column("currency", _("Currency")),
        Column("amount", _("Amount (+ held or owed to us / − owed by us)"), Kind.AMOUNT),
        Column("booked", _("Carrying rate (derived)"), Kind.RATE),
        Column("carried", _("Carried at, EUR"), Kind.AMOUNT),
        Column("rate", _("Rate of settlement or closing (derived)"), Kind.RATE),
        Column("worth", _("At that rate, EUR"), Kind.AMOUNT),
        Column("difference", _("Difference, EUR (+ gain / − loss)"), Kind.AMOUNT, total=True),
        Column("realised", _("Realised")),
    )
    rows = tuple(_difference(each, names, _) for each in found)
    table = Table(
        "tblFx",
        columns,
        rows,
        total=_("Total"),
        empty=_("No exchange difference was booked in the year."),
        filtered=True,
    )
    note = _(
        "Both amounts in euro are as they were posted, to the cent. The two rates are derived from "
        "them, so they may differ from published ones in the last decimals."
    )
    heading = _("Exchange differences, entry by entry")
    return Sheet("differences", _("Differences"), heading, (table, Paragraph(note)))


def _difference(each: Difference, names: Mapping[str, str], _: Gettext) -> tuple[Cell, ...]:
    said = each.narration
    if each.reverses is not None:
        undone = {"number": each.reverses, "reason": said}
        said = _("Reversal of entry %(number)s: %(reason)s") % undone
    return (
        *(f"{each.entry}/{each.line}", each.on, each.state),
        _(ENTRY_KINDS.get(each.kind, each.kind)),
        said,
        ", ".join(names.get(key, key) for key in each.items) or None,
        *(each.currency, each.amount),
        _derived("carried", each.amount, each.carried),
        each.carried,
        _derived("worth", each.amount, each.worth),
        each.worth,
        _gain(each),
        _("yes") if each.is_realised else _("no"),
    )


def _gain(each: Difference) -> Cell:
    """Take what was carried off what came of it; an entry that says neither says the rest alone."""
    if each.carried is None or each.worth is None:
        return each.gain
    return Formula("ROUND({worth}-{carried},2)", each.gain)


def _derived(column: str, amount: Decimal | None, euro: Decimal | None) -> Cell:
    """Derive a rate live from amount and euro, where there is one."""
    if not amount or not euro or amount * euro < 0:
        return None
    value = (amount / euro).quantize(SIX_PLACES, ROUND_HALF_UP)
    return Formula(f"ROUND({{amount}}/{{{column}}},6)", value)


def open_long_sheet(found: Iterable[Exposure], language: str, _: Gettext, *, as_of: date) -> Sheet:
    """List the items in foreign currency that have been open for more than ninety days."""
    columns = (
        Column("name", _("Item")),
        Column("account", _("Account"), Kind.WRAPPED),
        Column("state", _("State")),
        Column("description", _("Description"), Kind.WRAPPED),
        Column("began_on", _("Open since"), Kind.DATE),
        Column("due_on", _("Due on"), Kind.DATE),
        Column("age", _("Days open"), Kind.COUNT),
        Column("currency", _("Currency")),
        Column("amount", _("Amount (+ held or owed to us / − owed by us)"), Kind.AMOUNT),
        Column("carried", _("Carried at, EUR"), Kind.AMOUNT, total=True),
    )
    items = [
        (began_on, each)
        for each in found
        if (began_on := each.began_on) and chart()[each.account].item_side
    ]
    rows = tuple(
        (
            *(
                each.name,
                account_name(each.account, language),
                each.state,
                each.description or None,
            ),
            *(began_on, each.due_on, Formula("{AsOf}-{began_on}", (as_of - began_on).days)),
            *(each.currency, each.amount, each.carried),
        )
        for began_on, each in sorted(items, key=lambda item: item[0])
        if (as_of - began_on).days > LONG
    )
    nothing = _("No item in foreign currency has been open for more than %(days)s days.")
    table = Table(
        "tblOpenLong",
        columns,
        rows,
        total=_("Total"),
        empty=nothing % {"days": LONG},
        filtered=True,
    )
    heading = _("In foreign currency and open for more than %(days)s days") % {"days": LONG}
    return Sheet("open-long", _("Open for long"), heading, (table,))
