"""Recoveries: what was written off of a debt, and has not come after all (books.md row 13d).

Money that comes for it is credited as any cash of the state. Where the others bore the write-off,
it is theirs by what each bore: at the end each has back what it bore, to the cent.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ledger.application_body import KIND
from ledger.application_refusals import AboveWriteOffError, NotWrittenOffError
from ledger.calls import items_called
from ledger.crediting import POSITION
from ledger.documents import Document
from ledger.entries import JournalEntry, Posting
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.money import ZERO, apportion, from_cents, still_due
from ledger.open_items import OpenItem, keys_of
from ledger.vocabulary import AppliedTo, Moved

WRITE_OFF, LOSS = "write_off", "5150"


class RecoveredError(LedgerError):
    """A reversal of a write-off of which money has come: it would be owed once more."""

    code = "recovered"
    message = N_(
        "EUR %(recovered)s of what entry %(number)s wrote off of item %(item)s has been recovered: "
        "reverse that application first."
    )


@dataclass(slots=True)
class Recovery:
    """What was written off of an item and what came of it, in euro, as a list changes it."""

    item: OpenItem
    written_off: Decimal = ZERO
    recovered: Decimal = ZERO
    # What the others bore of it, and what of that they have back, by state.
    borne: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    returned: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))

    @property
    def left(self) -> Decimal:
        """What is still to come of it."""
        return self.written_off - self.recovered

    def take(self, euro: Decimal) -> Mapping[str, Decimal]:
        """Count so much as recovered, and say what of it is the others'.

        Raises NotWrittenOffError, or AboveWriteOffError for more than is left.
        """
        if self.left <= 0:
            raise NotWrittenOffError(item=self.item.reference)
        if euro > self.left:
            raise AboveWriteOffError(item=self.item.reference, left=self.left, euro=euro)
        self.recovered += euro
        whole = Fraction(self.written_off)
        shares = {state: Fraction(part) / whole for state, part in self.borne.items()}
        # What was not shared is the debtor's own.
        shares[""] = 1 - sum(shares.values(), Fraction(0))
        due = still_due(apportion(self.recovered, shares), self.returned)
        parts = {state: part for state, part in due.items() if state and part}
        for state, part in parts.items():
            self.returned[state] += part
        return parts

    def restore(self, euro: Decimal, *, number: int) -> None:
        """Count so much, which an entry wrote off, as owed again.

        Raises RecoveredError where less than that is still to come.
        """
        if euro > self.left:
            raise RecoveredError(number=number, item=self.item.reference, recovered=self.recovered)
        self.written_off -= euro


def recoveries(session: Session, items: Iterable[OpenItem]) -> dict[str, Recovery]:
    """Say of debts what was written off and what was recovered of each, by key."""
    found = {each.key: Recovery(each) for each in items}
    if not found:
        return {}
    undone = aliased(JournalEntry)
    of_item = (
        sa.select(Posting.entry, sa.func.min(Posting.item).label("item"))
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .outerjoin(undone, undone.number == JournalEntry.reverses)
        .where(sa.func.coalesce(undone.kind, JournalEntry.kind) == WRITE_OFF)
        .where(Posting.item.in_(sorted(found)))
        .group_by(Posting.entry)
        .subquery()
    )
    query = sa.select(of_item.c.item, Posting).join(of_item, of_item.c.entry == Posting.entry)
    for key, line in session.execute(query):
        if line.item == key:
            found[key].written_off -= from_cents(line.euro)
        elif _is_moved(line, found[key]):
            found[key].borne[str(line.state_code)] += from_cents(line.euro)
    for key, line in _recovered(session, found):
        if line.account == LOSS:
            found[key].recovered -= from_cents(line.euro)
        elif _is_moved(line, found[key]):
            found[key].returned[str(line.state_code)] -= from_cents(line.euro)
    return found


def _recovered(session: Session, found: Mapping[str, Recovery]) -> list[tuple[str, Posting]]:
    """Give the postings of all recoveries of some debts, and of what undid them, each by key."""
    undone = aliased(JournalEntry)
    document = sa.func.coalesce(undone.document_id, JournalEntry.document_id)
    states = {each.item.state for each in found.values()}
    query = (
        sa.select(Document.body["item"].as_string(), Posting)
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .outerjoin(undone, undone.number == JournalEntry.reverses)
        .join(Document, Document.id == document)
        .where(Document.kind == KIND, Document.state_code.in_(states))
        .where(Document.body["to"].as_string() == AppliedTo.RECOVERY)
    )
    rows = [(str(item), line) for item, line in session.execute(query)]
    named = {item for item, _ in rows}
    keys = keys_of(session, named) | items_called(session, named)
    return [(keys[item], line) for item, line in rows if keys.get(item) in found]


def _is_moved(line: Posting, recovery: Recovery) -> bool:
    moved = line.account == POSITION and line.form == Moved.BETWEEN_STATES
    return moved and line.state_code != recovery.item.state
