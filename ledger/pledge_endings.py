"""How pledges end: what is open of one lapses, or its conditions are met (books.md rows 2d, 2e)."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from ledger.crossing import in_balance
from ledger.documents import Document
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO
from ledger.pledge_versions import (
    ANNOUNCED,
    CONDITION,
    CONDITIONAL,
    LAPSE,
    LIABILITY,
    NewCondition,
    NewLapse,
    Pledge,
)
from ledger.pledges import Lines, entry_of, known_pledge, lines_of, require_open


class NothingToLapseError(LedgerError):
    """A lapse of a pledge of which nothing is open."""

    code = "nothing-to-lapse"
    message = N_(
        "Nothing is open of pledge %(pledge)s of %(state)s: it has been paid in full, and nothing "
        "of it can lapse."
    )


class NothingReceivedError(LedgerError):
    """A condition met for a pledge on which no money waits for it."""

    code = "nothing-received"
    message = N_(
        "By %(on)s nothing was received on pledge %(pledge)s of %(state)s that waits for a "
        "condition: record the receipt first, or confirm the pledge by a new version."
    )


def lapse(document: Document) -> NewLapse:
    """Read what a lapse document says."""
    return NewLapse.model_validate(document.body)


def condition(document: Document) -> NewCondition:
    """Read what a condition document says."""
    return NewCondition.model_validate(document.body)


def propose_lapses(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each lapse; nothing is written.

    Raises NoPledgeError, EarlierVersionError, LapsedPledgeError, NothingToLapseError, or
    OverdrawnItemError when a payment of a later day needs what would lapse.
    """
    entries = []
    for document in documents:
        said = lapse(document)
        pledge = known_pledge(session, said.state, said.pledge, on=said.lapsed_on)
        require_open(pledge)
        lines = lines_of(session, pledge, pledge.said, said.lapsed_on)
        if not lines.now.outstanding:
            raise NothingToLapseError(pledge=pledge.code, state=pledge.state)
        postings = in_balance(_lapsed(lines, pledge))
        entries.append(entry_of(document, LAPSE, said.lapsed_on, postings))
    return entries


def propose_conditions(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each condition met; nothing is written.

    Raises NoPledgeError, EarlierVersionError, NothingReceivedError, or OverdrawnItemError for more
    than was received.
    """
    entries = []
    for document in documents:
        said = condition(document)
        pledge = known_pledge(session, said.state, said.pledge, on=said.met_on)
        lines = lines_of(session, pledge, pledge.said, said.met_on)
        received = lines.items.least_from(lines.key(LIABILITY), said.met_on)
        if not received:
            raise NothingReceivedError(on=said.met_on, pledge=pledge.code, state=pledge.state)
        amount = said.amount or received
        postings = (*in_balance(lines.released(amount)), *lines.lowered(CONDITIONAL, amount))
        entries.append(entry_of(document, CONDITION, said.met_on, postings))
    return entries


def _lapsed(lines: Lines, pledge: Pledge) -> Iterator[NewPosting]:
    """Row 2e; what came on conditions may still be for good, and stays."""
    for part, kept in ((ANNOUNCED, ZERO), (CONDITIONAL, lines.now.liability)):
        if amount := lines.open_of(part) - kept:
            yield from lines.lowered(part, amount)
    owed = [(due_on, lines.open_of(due_on)) for due_on in pledge.dues]
    freed = [lines.freed(due_on, amount) for due_on, amount in owed if amount]
    euro = -sum((each.euro for each in freed), ZERO)
    yield from lines.taken_back(euro, unrealised=lines.gained(freed).euro)
    yield from freed
