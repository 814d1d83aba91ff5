"""A convenience translation: figures in euro beside what they are in a state's own money.

The books are kept in euro. What stands here is translated at one rate, for the reader, and is no
balance of the books (IAS 21, paragraph 57: such figures are marked, with their rate).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.currencies import EURO, own_currency
from ledger.errors import MissingRateError, StaleRateError
from ledger.rate_policies import policy_rate
from ledger.rates import MonthRateMissingError, Rate, UnfinishedAverageError
from ledger.vocabulary import RateEvent
from reports.particulars import publisher
from reports.sheet import Block, Column, Fact, Formula, Heading, Kind, Paragraph, Table
from reports.statement import Gettext, Origin


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the sheet: its label, the fact that holds it, and its value in euro."""

    label: str
    name: str
    euro: Decimal


def reporting_rate(session: Session, state: str, about: Origin) -> Rate | None:
    """Give the rate for a state's own money on a statement's day, as known with its last entry.

    None where the books had no rate of that day.
    """
    own = own_currency(state, about.as_of)
    try:
        return policy_rate(
            session,
            RateEvent.REPORTING,
            own,
            about.as_of,
            known_at=about.generated_at,
        )
    except (
        MissingRateError,
        StaleRateError,
        UnfinishedAverageError,
        MonthRateMissingError,
    ):
        return None


def rate_facts(rate: Rate | None, _: Gettext) -> tuple[Fact, ...]:
    """Name the rate of a translation; nothing for a state whose money is the euro."""
    if rate is None:
        return (Fact(_("Rate of the day"), _("none in the books")),)
    if rate.currency == EURO.code:
        return ()
    label = _("Rate of the day, %(currency)s for 1 EUR") % {"currency": rate.currency}
    return (
        Fact(label, rate.per_euro, Kind.RATE, "ClosingRate"),
        Fact(_("Published"), f"{rate.on} · {publisher(rate, _)}"),
    )


def translation(rate: Rate | None, figures: Sequence[Figure], _: Gettext) -> Iterator[Block]:
    """Set figures in euro beside what they are in a state's own money, marked as such."""
    if rate is None or rate.currency == EURO.code:
        return
    named = {"currency": rate.currency}
    columns = (
        Column("figure", _("Figure"), Kind.WRAPPED),
        Column("euro", _("EUR"), Kind.AMOUNT),
        Column("own", rate.currency, Kind.AMOUNT),
    )
    rows = tuple(
        (
            each.label,
            Formula(f"{{{each.name}}}", each.euro),
            Formula("ROUND({euro}*{ClosingRate},2)", rate.of_euro(each.euro)),
        )
        for each in figures
    )
    yield Heading(_("Convenience translation into %(currency)s") % named)
    yield Table("tblOwnCurrency", columns, rows)
    yield Paragraph(
        _(
            "For the reader only: figures in %(currency)s are translated at the rate of the day "
            "named above. The books are kept in euro, and no balance of them is in this column."
        )
        % named
    )
