"""How offers in kind stand: claimed, valued, accepted, delivered, and what is left.

Nothing of it is stored: it is read off the approved documents in the order of their approval, and
off the entries of the deliveries that were not reversed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ledger.balances import Cutoff, cutoff
from ledger.decisions import Decision, decisions
from ledger.entries import JournalEntry, Posting
from ledger.in_kind import GIVEN_ACCOUNTS
from ledger.money import ZERO, from_cents, round_half_up
from ledger.offers import (
    ACCEPTANCE,
    COURSE,
    DELIVERY,
    VALUATION,
    NewOffer,
    UnknownOfferError,
    named,
    offer,
)
from ledger.offers import KIND as OFFER
from ledger.valuations import NewValuation, valuation
from ledger.vocabulary import OfferStatus


@dataclass(frozen=True, slots=True)
class Version:
    """One valuation of an offer, the first is number 1, and who approved it."""

    number: int
    document_id: str
    said: NewValuation
    approved_by: str
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """The acceptance of a version, who accepted it, and against which assessment, if any."""

    document_id: str
    version: Version
    accepted_on: date
    against: str | None
    accepted_by: str
    accepted_at: datetime
    voucher: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery that stands: its entry, and its values in its currency and in euro."""

    document_id: str
    number: int | None
    delivered_on: date
    # None where the value is of one whole.
    quantity: Decimal | None
    currency: str
    fair: Decimal
    credited: Decimal
    fair_euro: Decimal
    credited_euro: Decimal
    milestone: str
    # The acceptance by whose values it was posted.
    accepted: Accepted


@dataclass(slots=True)
class OfferStanding:
    """One offer and all that followed it."""

    document_id: str
    said: NewOffer
    approved_by: str
    approved_at: datetime
    versions: list[Version] = field(default_factory=list)
    acceptances: list[Accepted] = field(default_factory=list)
    deliveries: list[Delivered] = field(default_factory=list)

    @property
    def valued(self) -> Version | None:
        """The last valuation."""
        return self.versions[-1] if self.versions else None

    @property
    def accepted(self) -> Accepted | None:
        """The last acceptance: what is delivered next is posted by its values."""
        return self.acceptances[-1] if self.acceptances else None

    @property
    def delivered_quantity(self) -> Decimal:
        """How many units were delivered; nothing of a value of one whole is counted."""
        return sum((each.quantity or ZERO for each in self.deliveries), ZERO)

    @property
    def is_delivered(self) -> bool:
        """Whether nothing of what was accepted is left to deliver."""
        if self.accepted is None or not self.deliveries:
            return False
        whole = self.accepted.version.said.quantity
        return whole is None or self.delivered_quantity >= whole

    @property
    def status(self) -> OfferStatus:
        """How far it has come."""
        if self.deliveries:
            return OfferStatus.DELIVERED if self.is_delivered else OfferStatus.PARTLY_DELIVERED
        if self.acceptances:
            return OfferStatus.ACCEPTED
        return OfferStatus.VALUED if self.versions else OfferStatus.CLAIMED

    @property
    def fair_euro(self) -> Decimal:
        """The fair value of what was delivered, in euro at the rates of its days."""
        return sum((each.fair_euro for each in self.deliveries), ZERO)

    @property
    def credited_euro(self) -> Decimal:
        """What the state was credited for it, in euro."""
        return sum((each.credited_euro for each in self.deliveries), ZERO)

    @property
    def left(self) -> Decimal | None:
        """The fair value of what was accepted and is not delivered, in its currency."""
        return None if self.accepted is None else self._left(self.accepted.version.said.value)

    @property
    def left_quantity(self) -> Decimal | None:
        """How many units are accepted and not delivered; None where units are not counted."""
        whole = self.accepted.version.said.quantity if self.accepted else None
        return None if whole is None else max(whole - self.delivered_quantity, ZERO)

    def part(self, whole: Decimal, quantity: Decimal | None, *, posted: Decimal) -> Decimal:
        """Give what the next delivery is worth of an accepted value.

        All that is delivered by then has its part of the whole, half-up, and what was posted of it
        before by the same acceptance is taken off: the parts add up to the whole, to the cent.
        """
        accepted = self.accepted
        if accepted is None or accepted.version.said.quantity is None or quantity is None:
            return whole - posted
        of_all = Fraction(accepted.version.said.quantity)
        before = Fraction(self._before(accepted))
        until = Fraction(self.delivered_quantity + quantity)
        return _part(whole, until / of_all) - _part(whole, before / of_all) - posted

    def posted(self) -> tuple[Decimal, Decimal]:
        """Give what was posted by the last acceptance so far, fair and credited."""
        those = [each for each in self.deliveries if each.accepted == self.accepted]
        fair = sum((each.fair for each in those), ZERO)
        return fair, sum((each.credited for each in those), ZERO)

    def _left(self, whole: Decimal) -> Decimal:
        if self.is_delivered:
            return ZERO
        return self.part(whole, self.left_quantity, posted=self.posted()[0])

    def _before(self, accepted: Accepted) -> Decimal:
        """Count the units that were delivered by the values of other acceptances."""
        others = (each for each in self.deliveries if each.accepted != accepted)
        return sum((each.quantity or ZERO for each in others), ZERO)


def offers(session: Session, at: Cutoff) -> list[OfferStanding]:
    """List every offer as it stood on a day and as the books knew it, by state and code."""
    return _standings(session, at, {})


def standing(session: Session, state: str, code: str) -> OfferStanding:
    """Give one offer as all of the books know it; raise UnknownOfferError when there is none."""
    return standing_at(session, cutoff(session, date.max), state=state, offer=code)


def standing_at(session: Session, at: Cutoff, *, state: str, offer: str) -> OfferStanding:
    """Give one offer as it stood at a cutoff; raise UnknownOfferError when there was none."""
    found = _standings(session, at, named(state, offer))
    if not found:
        raise UnknownOfferError(state=state, offer=offer)
    return found[0]


def _standings(session: Session, at: Cutoff, said: Mapping[str, str]) -> list[OfferStanding]:
    decided = decisions(session, COURSE, at=at, said=said)
    ids = [each.document.id for each in decided if each.document.kind == DELIVERY]
    posted = _posted(session, at, ids)
    found: dict[tuple[str, str], OfferStanding] = {}
    for each in decided:
        document, body = each.document, each.document.body
        key = body["state"], body["offer"]
        if date.fromisoformat(body[DAY_OF[document.kind]]) > at.as_of:
            continue
        if document.kind == OFFER:
            said_of_it = offer(document)
            found[key] = OfferStanding(document.id, said_of_it, each.approved_by, each.approved_at)
        elif key in found:
            FOLLOWS[document.kind](found[key], each, posted)
    return [found[key] for key in sorted(found)]


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the entry of a delivery put on the accounts, in its currency and in euro."""

    number: int
    fair: tuple[Decimal, Decimal]
    credited: tuple[Decimal, Decimal]


Posted = Mapping[str, _Entry | None]


def _valued(standing: OfferStanding, by: Decision, posted: Posted) -> None:
    number = len(standing.versions) + 1
    said = valuation(by.document)
    version = Version(number, by.document.id, said, by.approved_by, by.approved_at)
    standing.versions.append(version)


def _accepted(standing: OfferStanding, by: Decision, posted: Posted) -> None:
    """An acceptance is of the valuation that was approved last before it."""
    body = by.document.body
    standing.acceptances.append(
        Accepted(
            document_id=by.document.id,
            version=standing.versions[-1],
            accepted_on=date.fromisoformat(body["accepted_on"]),
            against=body.get("against"),
            accepted_by=by.approved_by,
            accepted_at=by.approved_at,
            voucher=body["voucher"],
        )
    )


def _delivered(standing: OfferStanding, by: Decision, posted: Posted) -> None:
    """A delivery was posted by the acceptance that was approved last before it."""
    body, accepted = by.document.body, standing.acceptances[-1]
    entry = posted.get(by.document.id)
    if entry is None:
        return
    quantity = Decimal(body["quantity"]) if "quantity" in body else standing.left_quantity
    standing.deliveries.append(
        Delivered(
            document_id=by.document.id,
            number=entry.number,
            delivered_on=date.fromisoformat(body["delivered_on"]),
            quantity=quantity,
            currency=accepted.version.said.currency,
            fair=entry.fair[0],
            credited=entry.credited[0],
            fair_euro=entry.fair[1],
            credited_euro=entry.credited[1],
            milestone=body.get("milestone", ""),
            accepted=accepted,
        )
    )


DAY_OF = {
    OFFER: "offered_on",
    VALUATION: "valued_on",
    ACCEPTANCE: "accepted_on",
    DELIVERY: "delivered_on",
}
FOLLOWS = {VALUATION: _valued, ACCEPTANCE: _accepted, DELIVERY: _delivered}


def _posted(session: Session, at: Cutoff, documents: Sequence[str]) -> Posted:
    """Read the entries of deliveries that stand at a cutoff, by document."""
    if not documents:
        return {}
    undoing = aliased(JournalEntry)
    undone = sa.and_(
        undoing.reverses == JournalEntry.number,
        undoing.number <= at.known_number,
        undoing.effective_on <= at.as_of,
    )
    query = (
        sa.select(
            *(JournalEntry.document_id, JournalEntry.number, Posting.account),
            *(Posting.currency, Posting.amount, Posting.euro),
        )
        .join(Posting, Posting.entry == JournalEntry.number)
        .outerjoin(undoing, undone)
        .where(JournalEntry.kind == DELIVERY, JournalEntry.document_id.in_(documents))
        .where(JournalEntry.number <= at.known_number, JournalEntry.effective_on <= at.as_of)
        .where(undoing.number.is_(None))
        .where(Posting.account.in_((*GIVEN_ACCOUNTS, "8020")))
    )
    return _by_document(map(tuple, session.execute(query)))


def _by_document(rows: Iterable[tuple[Any, ...]]) -> Posted:
    found: dict[str, _Entry] = {}
    for document, number, account, _currency, amount, euro in rows:
        before = found.get(document) or _Entry(number, (ZERO, ZERO), (ZERO, ZERO))
        value = from_cents(abs(amount)), from_cents(abs(euro))
        found[document] = (
            _Entry(number, before.fair, value)
            if account == "8020"
            else _Entry(number, value, before.credited)
        )
    return found


def _part(whole: Decimal, part: Fraction) -> Decimal:
    return round_half_up(Fraction(whole) * part)
