"""A settlement proposed: who would pay whom so that nobody is ahead while another is behind."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.claims import LABELS as RULES
from ledger.claims import Rule
from ledger.currencies import EURO
from ledger.errors import MissingRateError, StaleRateError
from ledger.i18n import amount_text, country_name
from ledger.rates import Rate
from ledger.settlements import Plan, SettledSinceError, SettledState, plan
from reports.particulars import publisher
from reports.sheet import Block, Cell, Column, Formula, Heading, Kind, Paragraph, Sheet, Table
from reports.statement import Gettext, Origin


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan, or why there is none."""

    plan: Plan | None
    # An entry that settled balances of a later day.
    settled_since: int | None = None


def proposal(session: Session, about: Origin) -> Proposal:
    """Plan a settlement of all purposes together, at rates the books had with their last entry."""
    try:
        return Proposal(plan(session, about.at, Rule.PROPORTIONAL, known_at=about.head.recorded_at))
    except SettledSinceError as error:
        return Proposal(None, settled_since=int(str(error.params["number"])))
    except (MissingRateError, StaleRateError):
        return Proposal(None)


def settlement_sheet(proposed: Proposal, language: str, _: Gettext) -> Sheet:
    """Lay the transfers out, live from the amounts in euro, and where they leave every state."""
    found = proposed.plan
    blocks: tuple[Block, ...]
    if found is None:
        blocks = (Paragraph(_why_none(proposed, _)),)
    elif not found.transfers:
        nothing = _("No state is behind its fair share while another is ahead: nothing to settle.")
        blocks = (Paragraph(nothing),)
    else:
        blocks = (
            _transfers(found, language, _),
            *map(Paragraph, _sentences(found, language, _)),
            Heading(_("Where this leaves each state")),
            _states(found, language, _),
        )
    return Sheet("settlement", _("Settlement"), _("Settlement: a proposal, not posted"), blocks)


def _why_none(proposed: Proposal, _: Gettext) -> str:
    if proposed.settled_since is not None:
        words = _("No proposal: entry %(number)s settled balances of a later day.")
        return words % {"number": proposed.settled_since}
    return _(
        "No proposal: with their last entry the books had no rate of the day for the currency of "
        "a state that would pay or be paid."
    )


def _sentences(found: Plan, language: str, _: Gettext) -> Iterator[str]:
    count, states = len(found.transfers), sum(bool(each.received) for each in found.states)
    if found.fewest:
        yield _("Transfers: %(count)s, the fewest possible.") % {"count": count}
    else:
        words = _(
            "Transfers: %(count)s, found step by step: for %(states)s states it is not proven that "
            "fewer would not do."
        )
        yield words % {"count": count, "states": states}
    unsettled = amount_text(abs(found.unsettled), language)
    if found.unsettled > 0:
        words = _("Stays unsettled: EUR %(amount)s, contributed and not yet turned into cost.")
        yield words % {"amount": unsettled}
    elif found.unsettled < 0:
        words = _("Stays unsettled: EUR %(amount)s of cost, not yet contributed.")
        yield words % {"amount": unsettled}
    yield _(
        "The smaller side, those ahead or those behind, is settled in full, the larger by a rule: "
        "%(rule)s. The positions of all purposes are levelled together; nothing is owed by this "
        "sheet until the states decide so and the settlement is posted."
    ) % {"rule": _(RULES[found.rule])}


def _transfers(found: Plan, language: str, _: Gettext) -> Table:
    columns = (
        Column("number", _("No"), Kind.INTEGER),
        Column("payer", _("Payer")),
        Column("payer_name", _("Name of the payer")),
        Column("receiver", _("Receiver")),
        Column("receiver_name", _("Name of the receiver")),
        Column("euro", _("EUR"), Kind.AMOUNT, total=True),
        Column("paid_currency", _("Payer’s currency")),
        Column("paid_rate", _("Payer’s rate (currency for 1 EUR)"), Kind.RATE),
        Column("paid_quoted", _("Day and source of the payer’s rate")),
        Column("paid", _("In the payer’s currency"), Kind.AMOUNT),
        Column("received_currency", _("Receiver’s currency")),
        Column("received_rate", _("Receiver’s rate (currency for 1 EUR)"), Kind.RATE),
        Column("received_quoted", _("Day and source of the receiver’s rate")),
        Column("received", _("In the receiver’s currency"), Kind.AMOUNT),
    )
    rows = tuple(
        (
            at,
            each.payer,
            country_name(each.payer, language),
            each.receiver,
            country_name(each.receiver, language),
            each.amount,
            *_own("paid", each.paid, each.payer_rate, _),
            *_own("received", each.received, each.receiver_rate, _),
        )
        for at, each in enumerate(found.transfers, 1)
    )
    return Table("tblTransfers", columns, rows, total=_("Total"))


def _own(key: str, amount: Decimal, rate: Rate, _: Gettext) -> tuple[Cell, ...]:
    is_euro = rate.currency == EURO.code
    return (
        rate.currency,
        None if is_euro else rate.per_euro,
        None if is_euro else f"{rate.on} · {publisher(rate, _)}",
        Formula("{euro}" if is_euro else f"ROUND({{euro}}*{{{key}_rate}},2)", amount),
    )


def _states(found: Plan, language: str, _: Gettext) -> Table:
    columns = (
        Column("state", _("State")),
        Column("name", _("Country")),
        Column("equity", _("Equity balance EUR"), Kind.AMOUNT, total=True),
        Column("carried", _("Carried before EUR"), Kind.AMOUNT, total=True),
        Column("received", _("Pays − or receives + EUR"), Kind.AMOUNT, total=True),
        Column("after", _("Afterwards EUR"), Kind.AMOUNT, total=True),
    )
    rows = tuple(_state(each, language) for each in found.states)
    return Table("tblSettled", columns, rows, total=_("Total"))


def _state(each: SettledState, language: str) -> tuple[Cell, ...]:
    def moved(side: str) -> str:
        return f"SUMIFS({{tblTransfers.euro}},{{tblTransfers.{side}}},{{state}})"

    balance = "SUMIFS({tblEquity.balance},{tblEquity.state},{state})"
    return (
        each.state,
        country_name(each.state, language),
        Formula(balance, each.equity),
        each.carried,
        Formula(f"ROUND({moved('receiver')}-{moved('payer')},2)", each.received),
        Formula("ROUND({equity}+{carried}-{received},2)", each.after),
    )
