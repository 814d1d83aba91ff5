"""Particulars: contributions, shares of cost and exchange rates, line by line."""

from collections.abc import Mapping, Sequence

from ledger.balances import Line
from ledger.currencies import EURO
from ledger.rate_sources import NAMES
from ledger.rates import Rate
from ledger.vocabulary import (
    LABELS,
    Activity,
    Form,
    FundingSource,
    Held,
    Moved,
    Purpose,
    ValuationBasis,
)
from reports.lines import described, document, key
from reports.sheet import Cell, Column, Formula, Kind, Sheet, Table
from reports.statement import Gettext


def contributions_sheet(
    lines: Sequence[Line],
    bases: Mapping[str, ValuationBasis],
    _: Gettext,
) -> Sheet:
    """List contributions with their evidence, currency, rate and live translation into euro.

    What states paid each other stands among them, with a form of its own.
    """
    columns = (
        Column("line", _("Entry / line")),
        Column("value_on", _("Value date"), Kind.DATE),
        Column("purpose", _("Purpose")),
        Column("form", _("Form")),
        Column("activity", _("Activity"), Kind.WRAPPED),
        Column("description", _("Description"), Kind.WRAPPED),
        Column("voucher", _("Evidence"), Kind.WRAPPED),
        Column("funding_source", _("Source of the means")),
        Column("basis", _("Basis of the value")),
        Column("currency", _("Currency")),
        Column("amount", _("Amount"), Kind.AMOUNT),
        Column("rate", _("Rate (currency for 1 EUR)"), Kind.RATE),
        Column("rate_on", _("Rate date"), Kind.DATE),
        Column("rate_source", _("Rate source")),
        Column("euro", _("EUR"), Kind.AMOUNT, total=True),
        Column("kind", _("Document")),
    )
    rows = tuple(_contribution(line, bases, _, form=form_words(line.form, _)) for line in lines)
    table = Table(
        "tblContributions",
        columns,
        rows,
        total=_("Total"),
        empty=_("Nothing was contributed up to this day."),
        filtered=True,
    )
    return Sheet("contributions", _("Contributions"), _("Contributions, line by line"), (table,))


def charges_sheet(lines: Sequence[Line], _: Gettext) -> Sheet:
    """List what a state was charged of the common cost, run by run."""
    columns = (
        Column("line", _("Entry / line")),
        Column("effective_on", _("Date"), Kind.DATE),
        Column("kind", _("Document")),
        Column("purpose", _("Purpose")),
        Column("description", _("Description"), Kind.WRAPPED),
        Column("voucher", _("Evidence"), Kind.WRAPPED),
        Column("euro", _("Fair share, EUR"), Kind.AMOUNT, total=True),
    )
    rows = tuple(
        (
            key(line),
            line.effective_on,
            document(line, _),
            _(LABELS[Purpose(line.purpose)]) if line.purpose else None,
            described(line, _),
            line.voucher or None,
            line.euro,
        )
        for line in lines
    )
    nothing = _("No cost was shared up to this day.")
    table = Table("tblCharges", columns, rows, total=_("Total"), empty=nothing, filtered=True)
    heading = _("Fair share of the common cost, line by line")
    return Sheet("charges", _("Fair share"), heading, (table,))


def rates_sheet(lines: Sequence[Line], _: Gettext) -> Sheet:
    """List each published rate that contributions were translated at, and how often."""
    columns = (
        Column("quotation", _("Quotation")),
        Column("currency", _("Currency")),
        Column("on", _("Date"), Kind.DATE),
        Column("source", _("Source")),
        Column("rate", _("Rate (currency for 1 EUR)"), Kind.RATE),
        Column("uses", _("Used on lines"), Kind.COUNT),
    )
    used = [rate for line in lines if (rate := _rate(line)) and rate.currency != EURO.code]
    counted = (
        "COUNTIFS({tblContributions.currency},{currency},{tblContributions.rate_on},{on},"
        "{tblContributions.rate_source},{source})"
    )
    rows = tuple(
        (
            f"{rate.currency} {rate.on} {publisher(rate, _)}",
            *(rate.currency, rate.on, publisher(rate, _), rate.per_euro),
            Formula(counted, used.count(rate)),
        )
        for rate in sorted(set(used), key=lambda each: (each.currency, each.on, each.source))
    )
    nothing = _("No amount had to be translated.")
    table = Table("tblRates", columns, rows, empty=nothing, filtered=True)
    return Sheet("exchange", _("Exchange"), _("Exchange rates used"), (table,))


def publisher(rate: Rate, _: Gettext) -> str:
    """Name who published a rate."""
    return _(NAMES.get(rate.source, rate.source))


def form_words(form: str | None, _: Gettext) -> str:
    """Name the form in which something was given, or the mark that says it was not given."""
    for mark in (Moved.BETWEEN_STATES, Held.DISPOSED):
        if form == mark:
            return _(LABELS[mark])
    return _(LABELS[Form(form)]) if form else ""


def _contribution(
    line: Line, bases: Mapping[str, ValuationBasis], _: Gettext, *, form: str
) -> tuple[Cell, ...]:
    basis = bases.get(line.document_id or "")
    rate = _rate(line)
    quoted = rate if line.currency != EURO.code else None
    return (
        key(line),
        line.effective_on,
        _(LABELS[Purpose(line.purpose)]) if line.purpose else None,
        form or None,
        _(LABELS[Activity(line.activity)]) if line.activity else None,
        described(line, _),
        line.voucher or None,
        _(LABELS[FundingSource(line.funding_source)]) if line.funding_source else None,
        _(LABELS[basis]) if basis else None,
        line.currency,
        -line.amount,
        rate.per_euro if rate else None,
        quoted.on if quoted else None,
        publisher(quoted, _) if quoted else None,
        _translated(line, rate),
        document(line, _),
    )


def _rate(line: Line) -> Rate | None:
    if line.per_euro is None or line.rate_on is None or line.rate_source is None:
        return None
    return Rate(line.currency, line.per_euro, line.rate_on, line.rate_source)


def _translated(line: Line, rate: Rate | None) -> Cell:
    """Translate live where amount and rate give what was posted; else show what was posted."""
    if rate is not None and rate.in_euro(line.amount) == line.euro:
        return Formula("ROUND({amount}/{rate},2)", -line.euro)
    return -line.euro
