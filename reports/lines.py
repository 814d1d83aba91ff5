"""Lines of the journal in a statement's words: which document made them, what they undo."""

from ledger.balances import Line
from ledger.headings import ENTRY_KINDS
from reports.statement import Gettext


def key(line: Line) -> str:
    """Name a line by its entry and its place in it."""
    return f"{line.entry}/{line.line}"


def document(line: Line, _: Gettext) -> str:
    """Name the kind of document that made a line."""
    return _(ENTRY_KINDS.get(line.kind, line.kind))


def described(line: Line, _: Gettext) -> str:
    """Say what a line is about; of a reversal, which entry it undoes and why.

    What happened in a period that was closed already says so, and when.
    """
    said = line.narration
    if line.reverses is not None:
        undone = {"number": line.reverses, "reason": said}
        said = _("Reversal of entry %(number)s: %(reason)s") % undone
    if line.occurred_on is not None:
        prior = {"what": said, "day": line.occurred_on.isoformat()}
        said = _("%(what)s (prior period: %(day)s)") % prior
    return said
