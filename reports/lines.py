"""Lines of the journal in a statement's words: which document made them, what they undo."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.balances import Line
from ledger.buy_ins import KIND as BUY_IN
from ledger.carried import SETTLEMENT
from ledger.entries import JournalEntry
from ledger.headings import ENTRY_KINDS
from ledger.withdrawals import KIND as WITHDRAWAL
from reports.statement import Gettext

# Entries that move the positions of states against each other, at no cost to the mechanism.
BETWEEN_STATES = (SETTLEMENT, BUY_IN, WITHDRAWAL)


def undone_kinds(session: Session, lines: Sequence[Line]) -> dict[int, str]:
    """Say of which kind each entry is that one of these lines undoes, by its number."""
    undone = {line.reverses for line in lines if line.reverses is not None}
    query = sa.select(JournalEntry.number, JournalEntry.kind).where(JournalEntry.number.in_(undone))
    return dict(session.execute(query).all()) if undone else {}


def is_between_states(line: Line, undone: Mapping[int, str]) -> bool:
    """Whether a line comes from a settlement, a buy-in or a withdrawal, or undoes one."""
    return undone.get(line.reverses or 0, line.kind) in BETWEEN_STATES


def key(line: Line) -> str:
    """Name a line by its entry and its place in it."""
    return f"{line.entry}/{line.line}"


def document(line: Line, _: Gettext) -> str:
    """Name the kind of document that made a line."""
    return _(ENTRY_KINDS.get(line.kind, line.kind))


def described(line: Line, _: Gettext) -> str:
    """Say what a line is about; of a reversal, which entry it undoes and why."""
    if line.reverses is None:
        return line.narration
    return _("Reversal of entry %(number)s: %(reason)s") % {
        "number": line.reverses,
        "reason": line.narration,
    }
