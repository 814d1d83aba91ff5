"""Between states: what they paid each other or took over, which moves positions and is no cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ledger.balances import Cutoff, Line, entry_lines
from ledger.entries import JournalEntry
from ledger.equity import POSITION
from ledger.money import ZERO
from ledger.vocabulary import LABELS, Purpose
from reports.lines import BETWEEN_STATES, described, document, key
from reports.sheet import Column, Kind, Paragraph, Sheet, Table
from reports.statement import Gettext


@dataclass(frozen=True, slots=True)
class Move:
    """A line on a state's position that comes from a settlement, a buy-in or a withdrawal."""

    line: Line

    @property
    def given(self) -> Decimal:
        """What the state gave another in euro, or below zero what it was given."""
        return -self.line.euro if self.line.form else ZERO

    @property
    def charged(self) -> Decimal:
        """What of a leaving state's position is charged to the state, in euro."""
        return ZERO if self.line.form else self.line.euro


def moves(session: Session, at: Cutoff) -> tuple[Move, ...]:
    """List the lines between states up to a cutoff, by entry."""
    undone = aliased(JournalEntry)
    kind = sa.func.coalesce(undone.kind, JournalEntry.kind)
    query = (
        sa.select(JournalEntry.number)
        .outerjoin(undone, undone.number == JournalEntry.reverses)
        .where(kind.in_(BETWEEN_STATES))
        .where(JournalEntry.effective_on <= at.as_of, JournalEntry.number <= at.known_number)
    )
    found = entry_lines(session, session.scalars(query))
    return tuple(Move(line) for line in found if line.account == POSITION)


def given_between(found: Sequence[Move], state: str) -> Decimal:
    """Add up what a state gave other states, less what they gave it."""
    return sum((each.given for each in found if each.line.state == state), ZERO)


def charged_between(found: Sequence[Move], state: str, purpose: Purpose) -> Decimal:
    """Add up what a state was charged for a purpose when another left."""
    return sum(
        (
            each.charged
            for each in found
            if each.line.state == state and each.line.purpose == purpose
        ),
        ZERO,
    )


def moves_sheet(found: Sequence[Move], _: Gettext) -> Sheet:
    """List the lines; those of one entry add up to zero."""
    columns = (
        Column("line", _("Entry / line")),
        Column("effective_on", _("Date"), Kind.DATE),
        Column("kind", _("Document")),
        Column("state", _("State")),
        Column("purpose", _("Purpose")),
        Column("description", _("Description"), Kind.WRAPPED),
        Column("voucher", _("Evidence"), Kind.WRAPPED),
        Column("given", _("Given (+) / received (−), EUR"), Kind.AMOUNT, total=True),
        Column("charged", _("Charged as fair share, EUR"), Kind.AMOUNT, total=True),
    )
    rows = tuple(
        (
            key(each.line),
            each.line.effective_on,
            document(each.line, _),
            each.line.state,
            _(LABELS[Purpose(each.line.purpose)]) if each.line.purpose else None,
            described(each.line, _),
            each.line.voucher or None,
            each.given,
            each.charged,
        )
        for each in found
    )
    nothing = _("No state paid another, and none took over a position.")
    table = Table("tblMoves", columns, rows, total=_("Total"), empty=nothing, filtered=True)
    note = _(
        "These lines move positions between states and add up to zero: settlements and buy-ins "
        "count as given by who pays and as received by who is paid. When a state leaves and the "
        "others take its position over, it is charged what it was ahead, and they that much less."
    )
    return Sheet("moves", _("Between states"), _("Between states"), (table, Paragraph(note)))
