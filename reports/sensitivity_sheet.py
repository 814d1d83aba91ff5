"""Sensitivity: what the mechanism would gain or lose if the closing rates were others."""

from collections.abc import Mapping
from decimal import Decimal

from ledger.i18n import amount_text
from ledger.money import ZERO
from ledger.rates import Rate
from reports.sheet import Block, Cell, Column, Fit, Formula, Kind, Paragraph, Sheet, Table
from reports.statement import Gettext

# By so much the currency for one euro changes, in per cent.
CHANGES = (-10, -5, 5, 10)


def sensitivity_sheet(
    closing: Mapping[str, Decimal], rates: Mapping[str, Rate], language: str, _: Gettext
) -> Sheet:
    """Reckon each currency's closing balance anew at other rates; `closing` is by currency."""
    columns = (
        Column("currency", _("Currency")),
        Column("closing", _("Closing balance (currency)"), Kind.AMOUNT),
        Column("rate", _("Closing rate (currency for 1 EUR)"), Kind.RATE),
        Column("euro", _("At the closing rate, EUR"), Kind.AMOUNT, total=True),
        *(Column(_key(change), _heading(change, _), Kind.AMOUNT, total=True) for change in CHANGES),
    )
    rows = tuple(_row(code, amount, rates.get(code), _) for code, amount in closing.items())
    table = Table(
        "tblSensitivity",
        columns,
        rows,
        total=_("Total"),
        empty=_("Nothing in foreign currency"),
    )
    blocks: tuple[Block, ...] = (table, Paragraph(_meaning(closing, rates, language, _)))
    heading = _("What other closing rates would change, EUR (+ gain / − loss)")
    return Sheet("sensitivity", _("Sensitivity"), heading, blocks, Fit.PAGE)


def _key(change: int) -> str:
    return f"{'up' if change > 0 else 'down'}{abs(change)}"


def _heading(change: int, _: Gettext) -> str:
    words = (
        _("Rate %(change)s %%: currency loses")
        if change > 0
        else _("Rate %(change)s %%: currency gains")
    )
    return words % {"change": f"{change:+d}".replace("-", "−")}


def _factor(change: int) -> Decimal:
    return 1 + Decimal(change).scaleb(-2)


def _row(code: str, amount: Decimal, rate: Rate | None, _: Gettext) -> tuple[Cell, ...]:
    held = Formula("SUMIFS({tblExchange.closing},{tblExchange.currency},{currency})", amount)
    if rate is None:
        return code, held, _("no rate"), None, *(None for _change in CHANGES)
    now = rate.in_euro(amount)
    return (
        *(code, held),
        Formula("SUMIFS({tblExchange.rate},{tblExchange.currency},{currency})", rate.per_euro),
        Formula("ROUND({closing}/{rate},2)", now),
        *(
            Formula(
                f"ROUND(ROUND({{closing}}/({{rate}}*{_factor(change)}),2)-{{euro}},2)",
                _moved(amount, rate, change),
            )
            for change in CHANGES
        ),
    )


def _moved(amount: Decimal, rate: Rate, change: int) -> Decimal:
    other = Rate(rate.currency, rate.per_euro * _factor(change), rate.on, rate.source)
    return other.in_euro(amount) - rate.in_euro(amount)


def _meaning(
    closing: Mapping[str, Decimal], rates: Mapping[str, Rate], language: str, _: Gettext
) -> str:
    known = [(amount, rates[code]) for code, amount in closing.items() if code in rates]
    net = sum((rate.in_euro(amount) for amount, rate in known), ZERO)
    lost = sum((_moved(amount, rate, 10) for amount, rate in known), ZERO)
    words = _(
        "What is held and owed in foreign money is EUR %(net)s net at the closing rates. If one "
        "euro bought a tenth more of every such currency, the mechanism's result would change by "
        "EUR %(change)s (+ gain / − loss). The mechanism bears that risk, and so do the states "
        "together."
    )
    said = {"net": amount_text(net, language), "change": amount_text(lost, language)}
    unknown = ", ".join(sorted(set(closing) - set(rates)))
    if not unknown:
        return words % said
    without = _("Without %(currencies)s, of which the books hold no rate:")
    return f"{without % {'currencies': unknown}} {words % said}"
