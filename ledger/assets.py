"""Assets of the mechanism: what was bought or given, and what of it is still there.

Equipment and stock are known by the entry that brought them. They are carried in euro, at what they
cost on their day: no later rate moves them (IPSAS 4). What became of each since is told by the
documents that name its entry.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ledger.documents import Document
from ledger.entries import JournalEntry, Posting
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.money import ZERO, from_cents

EQUIPMENT, STOCK, WORN = "1310", "1210", "1390"
# What changes an asset, and names its entry.
DISPOSAL, DEPRECIATION = "disposal", "depreciation"


class NotAnAssetError(LedgerError):
    """An entry that brought neither equipment nor stock, or that was reversed."""

    code = "not-an-asset"
    message = N_(
        "Entry %(number)s brought no equipment or stock that stands: name the entry of the "
        "delivery, the contribution or the cost by which it came."
    )


class EarlyForAssetError(LedgerError):
    """Something done with an asset before it came, or before what was done with it last."""

    code = "early-for-asset"
    message = N_(
        "Asset %(number)s came, or was last written down or disposed of, on %(since)s: "
        "choose that day or later."
    )


class UsedAssetError(LedgerError):
    """A reversal of what an asset rests on that was written down or disposed of since."""

    code = "used-asset"
    message = N_(
        "Entry %(by)s rests on entry %(number)s: it wrote the asset down or disposed of it since. "
        "Reverse that first, the last one first."
    )


@dataclass(frozen=True, slots=True)
class Act:
    """An entry that wrote an asset down or disposed of it, and that stands."""

    number: int
    on: date
    cost: Decimal
    worn: Decimal


@dataclass(frozen=True, slots=True)
class Asset:
    """One asset as it came, and what became of it; euro, all above zero."""

    number: int
    account: str
    came_on: date
    cost: Decimal
    state: str | None
    purpose: str | None
    activity: str | None
    funding_source: str | None
    acts: tuple[Act, ...]

    @property
    def left(self) -> Decimal:
        """The cost of what is still there."""
        return self.cost + sum((each.cost for each in self.acts), ZERO)

    @property
    def worn(self) -> Decimal:
        """The depreciation accumulated on what is still there."""
        return -sum((each.worn for each in self.acts), ZERO)

    @property
    def last_on(self) -> date:
        """The day on which it came, or on which something was last done with it."""
        return max([self.came_on, *(each.on for each in self.acts)])


def asset(session: Session, number: int, *, on: date) -> Asset:
    """Find the asset that an entry brought, to do something with it on a day.

    Raises NotAnAssetError or EarlyForAssetError.
    """
    line = _came_by(session, number)
    if line is None:
        raise NotAnAssetError(number=number)
    found = Asset(
        number=number,
        account=line.account,
        came_on=line.effective_on,
        cost=from_cents(line.euro),
        state=line.state_code,
        purpose=line.purpose,
        activity=line.activity,
        funding_source=line.funding_source,
        acts=tuple(acts_on(session, number)),
    )
    if on < found.last_on:
        raise EarlyForAssetError(number=number, since=found.last_on)
    return found


def acts_on(session: Session, number: int) -> list[Act]:
    """List what was done with an asset and stands, in the order of the books."""
    undoing = aliased(JournalEntry)
    query = (
        sa.select(JournalEntry.number, JournalEntry.effective_on, Posting.account, Posting.euro)
        .join(Document, Document.id == JournalEntry.document_id)
        .join(Posting, Posting.entry == JournalEntry.number)
        .outerjoin(undoing, undoing.reverses == JournalEntry.number)
        .where(JournalEntry.kind.in_((DISPOSAL, DEPRECIATION)), undoing.number.is_(None))
        .where(Document.body["number"].as_integer() == number)
        .where(Posting.account.in_((EQUIPMENT, STOCK, WORN)))
        .order_by(JournalEntry.number)
    )
    return _acts(map(tuple, session.execute(query)))


def require_unused(session: Session, number: int) -> None:
    """Raise UsedAssetError where later entries rest on one that is to be reversed."""
    document = session.scalar(
        sa.select(Document)
        .join(JournalEntry, JournalEntry.document_id == Document.id)
        .where(JournalEntry.number == number, Document.kind.in_((DISPOSAL, DEPRECIATION)))
    )
    of = document.body["number"] if document else number
    later = [each for each in acts_on(session, of) if each.number > number]
    if later:
        raise UsedAssetError(number=number, by=later[-1].number)


def _came_by(session: Session, number: int) -> Posting | None:
    """Find the line by which an asset came, if its entry stands."""
    undoing = aliased(JournalEntry)
    query = (
        sa.select(Posting)
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .outerjoin(undoing, undoing.reverses == JournalEntry.number)
        .where(Posting.entry == number, undoing.number.is_(None))
        .where(JournalEntry.reverses.is_(None), JournalEntry.kind != DISPOSAL)
        .where(Posting.account.in_((EQUIPMENT, STOCK)), Posting.euro > 0)
        .order_by(Posting.line)
    )
    return session.scalars(query).first()


def _acts(rows: Iterable[tuple[Any, ...]]) -> list[Act]:
    found: dict[int, Act] = {}
    for number, on, account, euro in rows:
        before = found.get(number, Act(number, on, ZERO, ZERO))
        by = from_cents(euro)
        found[number] = (
            Act(number, on, before.cost, before.worn + by)
            if account == WORN
            else Act(number, on, before.cost + by, before.worn)
        )
    return list(found.values())
