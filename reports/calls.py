"""Calls for funds: what was asked of states, what is still open, and what is owed to them.

A sum above zero is owed by the state, below zero by the mechanism; what is asked and paid is above
zero.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.accounts import account
from ledger.balances import Cutoff, Line
from ledger.entries import JournalEntry, Posting
from ledger.i18n import country_name
from ledger.money import ZERO, from_cents
from ledger.partings import OPEN_ITEMS
from ledger.vocabulary import LABELS, Purpose
from reports.lines import described, document, key
from reports.sheet import Cell, Column, Formula, Kind, Paragraph, Sheet, Table
from reports.statement import Gettext, fulfilment

# Contributions receivable, advances receivable; the other open items are owed to the state.
CALLED, ADVANCES = "1110", "1115"


@dataclass(frozen=True, slots=True)
class Calls:
    """One state's open items with the mechanism, in euro; none below zero, as a rule."""

    state: str
    asked: Decimal
    paid: Decimal
    # Working capital that is still to be paid in, and all that is owed to the state.
    advance: Decimal
    owed: Decimal

    @property
    def outstanding(self) -> Decimal:
        """Give what was asked and is not paid."""
        return self.asked - self.paid

    @property
    def open(self) -> Decimal:
        """Give what is open in all, above zero when the state owes it."""
        return self.outstanding + self.advance - self.owed


def calls(session: Session, at: Cutoff) -> tuple[Calls, ...]:
    """Sum the open items of every state that has had any, in one query; a reversal undoes."""
    is_reversal = JournalEntry.reverses.is_not(None)
    asks = sa.or_(
        sa.and_(Posting.euro > 0, sa.not_(is_reversal)), sa.and_(Posting.euro < 0, is_reversal)
    )
    side = sa.case((sa.and_(Posting.account == CALLED, asks), "asked"), else_="")
    query = (
        sa.select(Posting.state_code, Posting.account, side, sa.func.sum(Posting.euro))
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .where(Posting.account.in_(OPEN_ITEMS))
        .where(Posting.effective_on <= at.as_of, Posting.entry <= at.known_number)
        .group_by(Posting.state_code, Posting.account, side)
    )
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for state, code, of_side, cents in session.execute(query):
        sums[state][of_side or code] += from_cents(int(cents))
    return tuple(
        Calls(
            state,
            asked=sums[state]["asked"],
            paid=-sums[state][CALLED],
            advance=sums[state][ADVANCES],
            owed=-sum((sums[state][code] for code in OPEN_ITEMS if code[0] == "2"), ZERO),
        )
        for state in sorted(sums)
    )


def status_sheet(found: Sequence[Calls], language: str, _: Gettext) -> Sheet:
    """Set out state by state what was asked and paid, and what is open either way."""
    columns = (
        Column("state", _("State")),
        Column("name", _("Country")),
        Column("asked", _("Asked, EUR"), Kind.AMOUNT, total=True),
        Column("paid", _("Paid or set off, EUR"), Kind.AMOUNT, total=True),
        Column("outstanding", _("Outstanding, EUR"), Kind.AMOUNT, total=True),
        Column("fulfilment", _("Paid, of what was asked"), Kind.PERCENT),
        Column("advance", _("Working capital to be paid in, EUR"), Kind.AMOUNT, total=True),
        Column("owed", _("Owed to the state, EUR"), Kind.AMOUNT, total=True),
        Column("open", _("Open, EUR (+ the state owes / − it is owed)"), Kind.AMOUNT, total=True),
    )
    rows = tuple(
        (
            each.state,
            country_name(each.state, language),
            each.asked,
            each.paid,
            Formula("ROUND({asked}-{paid},2)", each.outstanding),
            fulfilment("paid", "asked", of=(each.paid, each.asked)),
            each.advance,
            each.owed,
            Formula("ROUND({outstanding}+{advance}-{owed},2)", each.open),
        )
        for each in found
    )
    nothing = _("Nothing was asked of any state yet.")
    table = Table("tblCalls", columns, rows, total=_("Total"), empty=nothing)
    note = _(
        "Asked are assessments, buy-ins, shares in what runs on after a withdrawal, and what "
        "settlements carried into the next call. Voluntary contributions answer no call."
    )
    heading = _("Calls for funds and what is open")
    return Sheet("calls", _("Calls"), heading, (table, Paragraph(note)))


def open_items_sheet(lines: Sequence[Line], language: str, _: Gettext) -> Sheet:
    """List a state's open items with the mechanism line by line, what was paid on them included."""
    columns = (
        Column("line", _("Entry / line")),
        Column("effective_on", _("Date"), Kind.DATE),
        Column("kind", _("Document")),
        Column("account", _("Account"), Kind.WRAPPED),
        Column("purpose", _("Purpose")),
        Column("description", _("Description"), Kind.WRAPPED),
        Column("voucher", _("Evidence"), Kind.WRAPPED),
        Column("euro", _("EUR (+ the state owes / − it is owed)"), Kind.AMOUNT, total=True),
    )
    rows = tuple(
        (
            key(line),
            line.effective_on,
            document(line, _),
            _account(line.account, language),
            _(LABELS[Purpose(line.purpose)]) if line.purpose else None,
            described(line, _),
            line.voucher or None,
            line.euro,
        )
        for line in lines
    )
    nothing = _("Nothing was asked of the state up to this day.")
    table = Table("tblCalls", columns, rows, total=_("Total"), empty=nothing, filtered=True)
    return Sheet("calls", _("Calls"), _("Calls for funds and what is open"), (table,))


def open_items(lines: Sequence[Line], language: str, _: Gettext) -> Table:
    """Sum a state's open items by account."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        sums[line.account] += line.euro
    columns = (
        Column("account", _("Account")),
        Column("open", _("Open, EUR (+ the state owes / − it is owed)"), Kind.AMOUNT, total=True),
    )
    of_account = "SUMIFS({tblCalls.euro},{tblCalls.account},{account})"
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (_account(code, language), Formula(of_account, euro)) for code, euro in sorted(sums.items())
    )
    nothing = _("Nothing was asked of the state up to this day.")
    return Table("tblOpen", columns, rows, total=_("Total"), empty=nothing)


def _account(code: str, language: str) -> str:
    return f"{code} {account(code).name(language)}"
