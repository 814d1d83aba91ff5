"""Rates used: each rate that a posting of the year names, how often, and whether it was published.

A day without a publication takes the rate of an earlier one; so does a debt, which is settled at
the rate that it began with.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.balances import Cutoff
from ledger.currencies import EURO
from ledger.entries import JournalEntry, Posting
from ledger.errors import LedgerError
from ledger.i18n import N_, Message
from ledger.rate_policies import policy_rates
from ledger.rate_sources import RateSource
from ledger.rates import ExchangeRate, Rate
from ledger.vocabulary import RateEvent
from reports.particulars import publisher
from reports.sheet import Cell, Column, Kind, Paragraph, Sheet, Table
from reports.statement import Gettext

OWN_DAY = N_("of the day itself")
EARLIER_DAY = N_("of an earlier day: carried over, or by the rate policy")
BOTH = N_("of the day itself, and used on later days")
SPAN = N_("of a month or year, by the rate policy")


@dataclass(frozen=True, slots=True)
class UsedRate:
    """One rate as it was published, and the postings of the year that name it."""

    currency: str
    on: date
    source: str
    # As published: 4.2500 says that the fourth decimal is known.
    text: str
    # How many postings name it, and how many of these on a later day than its own.
    uses: int
    later: int
    # The day at the end of the statement that it closes, if it does.
    closes: date | None
    # Whether the rate table holds it; None for one fixed, averaged, derived or the bank's own.
    is_published: bool | None

    @property
    def name(self) -> str:
        """Name it by all that tells it from others."""
        return f"{self.currency} {self.on} {self.source} {self.text}"

    @property
    def day(self) -> Message:
        """Say in words whether it is of the day that it was used for."""
        if ":" in self.source or self.source == RateSource.INFOREURO:
            return SPAN
        later = self.later + (self.closes not in (None, self.on))
        uses = self.uses + (self.closes is not None)
        return BOTH if 0 < later < uses else (EARLIER_DAY if later else OWN_DAY)


def closing_rates(
    session: Session, at: Cutoff, currencies: Iterable[str], *, known_at: datetime
) -> dict[str, Rate]:
    """Give the closing rate of each currency that has one, by the policy that was known then.

    Two queries where all have one; each by itself where one has none.
    """

    def rates(*of: str) -> dict[str, Rate]:
        wanted = [(currency, at.as_of) for currency in of]
        found = policy_rates(session, RateEvent.CLOSING, wanted, known_at=known_at)
        return {rate.currency: rate for rate in found.values()}

    wanted = sorted(set(currencies))
    try:
        return rates(*wanted)
    except LedgerError:
        found: dict[str, Rate] = {}
        for each in wanted:
            with suppress(LedgerError):
                found |= rates(each)
        return found


def used_rates(
    session: Session,
    at: Cutoff,
    closing: Mapping[str, Rate],
    *,
    first: date,
    known_at: datetime,
) -> tuple[UsedRate, ...]:
    """Read the rates that postings name from a day on, with the closing rates, in two queries."""
    day = sa.func.coalesce(JournalEntry.occurred_on, JournalEntry.effective_on)
    keys = (Posting.currency, Posting.rate_on, Posting.rate_source, Posting.per_euro)
    later = sa.func.sum(sa.case((Posting.rate_on == day, 0), else_=1))
    query = (
        sa.select(*keys, sa.func.count(), later)
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .where(Posting.per_euro.is_not(None), Posting.currency != EURO.code)
        .where(Posting.effective_on.between(first, at.as_of), Posting.entry <= at.known_number)
        .group_by(*keys)
    )
    uses: dict[Key, tuple[int, int]] = {
        (currency, on, source, text): (int(count), int(carried))
        for currency, on, source, text, count, carried in session.execute(query)
    }
    closes: set[Key] = {
        (rate.currency, rate.on, rate.source, format(rate.per_euro, "f"))
        for rate in closing.values()
        if rate.currency != EURO.code
    }
    quoted = uses.keys() | closes
    published = _published(session, quoted, known_at)
    return tuple(
        UsedRate(
            *(*key, *uses.get(key, (0, 0))),
            at.as_of if key in closes else None,
            _is_published(key, published),
        )
        for key in sorted(quoted)
    )


Key = tuple[str, date, str, str]


def _is_published(key: Key, published: Collection[tuple[str, date, str, Decimal]]) -> bool | None:
    currency, on, source, text = key
    if source not in set(RateSource):
        return None
    return (currency, on, source, Decimal(text)) in published


def _published(
    session: Session, quoted: Collection[Key], known_at: datetime
) -> set[tuple[str, date, str, Decimal]]:
    """Read what the rate book held by then for these days, in every version."""
    if not quoted:
        return set()
    query = (
        sa.select(
            *(ExchangeRate.source, ExchangeRate.currency, ExchangeRate.applies_on),
            *(ExchangeRate.value, ExchangeRate.unit),
        )
        .where(ExchangeRate.source.in_({source for _currency, _on, source, _text in quoted}))
        .where(ExchangeRate.applies_on.in_({on for _currency, on, _source, _text in quoted}))
        .where(ExchangeRate.imported_at <= known_at)
    )
    found = set()
    for source, row, on, value, unit in session.execute(query):
        of = RateSource(source)
        found.add((row if of.is_per_euro else of.home, on, source, Decimal(value) / unit))
    return found


def used_rates_sheet(rates: Iterable[UsedRate], _: Gettext) -> Sheet:
    """List each rate with its precision, its day and how often it was used."""
    columns = (
        Column("quotation", _("Quotation")),
        Column("currency", _("Currency")),
        Column("on", _("Date"), Kind.DATE),
        Column("source", _("Source")),
        Column("text", _("As published")),
        Column("rate", _("Rate (currency for 1 EUR)"), Kind.RATE),
        Column("uses", _("Used on lines"), Kind.COUNT),
        Column("later", _("Of these, on a later day"), Kind.COUNT),
        Column("day", _("Day of the rate"), Kind.WRAPPED),
        Column("closes", _("Closing rate")),
        Column("published", _("In the rate table")),
    )
    in_table = {True: _("yes"), False: _("no"), None: _("needs none")}
    rows = tuple(_row(each, in_table, _) for each in rates)
    nothing = _("Nothing in foreign currency")
    note = _(
        "A day on which no rate is published takes the last one before it, at most seven days old. "
        "What settles a debt, or undoes an entry, keeps the rate with which that began."
    )
    table = Table("tblRates", columns, rows, empty=nothing, filtered=True)
    return Sheet("rates", _("Rates used"), _("Exchange rates used"), (table, Paragraph(note)))


def _row(each: UsedRate, in_table: Mapping[bool | None, str], _: Gettext) -> tuple[Cell, ...]:
    source = publisher(Rate(each.currency, Decimal(each.text), each.on, each.source), _)
    return (
        f"{each.currency} {each.on} {source} {each.text}",
        *(each.currency, each.on, source, each.text, Decimal(each.text)),
        *(each.uses, each.later, _(each.day)),
        _("yes") if each.closes else _("no"),
        in_table[each.is_published],
    )
