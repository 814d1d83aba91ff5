"""Between states: what they paid each other or took over, which moves positions and is no cost."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from ledger.balances import Cutoff, Line, Selection, lines
from ledger.equity import POSITION
from ledger.vocabulary import LABELS, Moved, Purpose
from reports.lines import described, document, key
from reports.sheet import Column, Kind, Paragraph, Sheet, Table
from reports.statement import Gettext


def moves(session: Session, at: Cutoff) -> tuple[Line, ...]:
    """List the lines between states up to a cutoff, by day and entry."""
    where = Selection(accounts=(POSITION,), forms=tuple(Moved))
    return tuple(lines(session, at, where))


def moves_sheet(found: Sequence[Line], _: Gettext) -> Sheet:
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
    )
    rows = tuple(
        (
            key(each),
            each.effective_on,
            document(each, _),
            each.state,
            _(LABELS[Purpose(each.purpose)]) if each.purpose else None,
            described(each, _),
            each.voucher or None,
            -each.euro,
        )
        for each in found
    )
    nothing = _("No state paid another, and none took over a position.")
    table = Table("tblMoves", columns, rows, total=_("Total"), empty=nothing, filtered=True)
    note = _(
        "These lines move positions between states and add up to zero: settlements and buy-ins "
        "count as given by who pays and as received by who is paid. When a state leaves and the "
        "others take its position over, they count as having given what it was ahead."
    )
    return Sheet("moves", _("Between states"), _("Between states"), (table, Paragraph(note)))
