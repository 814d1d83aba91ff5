"""Acceptances: somebody outside the donor state takes an offer in kind at its last valuation.

What is delivered from that day on is posted at the accepted values, until another valuation is
accepted. Goods may be accepted against a sum assessed on the state (books.md row 7a). Nothing is
posted.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from ledger.contributions import BUY_IN, OWED, StateCode
from ledger.documents import Document
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import Day, New, Reference, Words
from ledger.inputs import Decision as Evidence
from ledger.journal import NewEntry
from ledger.offer_standing import OfferStanding, Version, standing
from ledger.offers import ACCEPTANCE, OfferCode, require_after
from ledger.open_items import OpenItem, find_item
from ledger.vocabulary import InKindForm

KIND = ACCEPTANCE


class NotValuedError(LedgerError):
    """An acceptance of what nobody has valued."""

    code = "not-valued"
    message = N_("Offer “%(offer)s” has no approved valuation: have one approved first.")


class AcceptedAlreadyError(LedgerError):
    """A second acceptance of one valuation, of which all is delivered."""

    code = "accepted-already"
    message = N_(
        "All of offer “%(offer)s” is delivered: accept a valuation of more units, "
        "or let the state make another offer."
    )


class DeliveredMoreError(LedgerError):
    """An acceptance of fewer units than were delivered."""

    code = "delivered-more"
    message = N_(
        "Of offer “%(offer)s” %(delivered)s were delivered already, and the last valuation counts "
        "%(valued)s: value at least as many units."
    )


class NotAgainstError(LedgerError):
    """An acceptance against what no goods are given against."""

    code = "not-against"
    message = N_(
        "“%(item)s” is no sum assessed on %(state)s that goods may be accepted against: "
        "name one as 17/%(state)s, or leave it empty."
    )


class NewAcceptance(New):
    """That an offer is taken at its last valuation, and from which day on."""

    state: StateCode
    offer: OfferCode
    accepted_on: Day
    # The sum assessed on the state that goods are taken against.
    against: Reference | None = None
    description: Words
    voucher: Evidence


def acceptance(document: Document) -> NewAcceptance:
    """Read what an acceptance document says."""
    return NewAcceptance.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Post nothing: the values enter the books with what is delivered.

    Raises UnknownOfferError, NotValuedError, EarlyStepError, AcceptedAlreadyError,
    DeliveredMoreError, UnknownItemError or NotAgainstError.
    """
    for document in documents:
        _accepting(session, acceptance(document))
    return []


def foresee(session: Session, document: Document) -> Mapping[str, Any]:
    """Say which valuation is accepted, and its values."""
    version = _accepting(session, acceptance(document))
    return {
        "valued_on": version.said.valued_on.isoformat(),
        "valuation": version.document_id,
        "currency": version.said.currency,
        "amount": f"{version.said.value:f}",
        "credit_value": f"{version.said.credited:f}",
        "quantity": f"{version.said.quantity:f}" if version.said.quantity else None,
        "valuer": version.said.valuer,
    }


def assessed_item(session: Session, reference: str, state: str) -> OpenItem:
    """Find the assessed sum of a state that goods are given against.

    Not a buy-in, which was credited when it was agreed. Raises UnknownItemError or NotAgainstError.
    """
    item = find_item(session, reference)
    if item.account != OWED or item.state != state or item.kind == BUY_IN:
        raise NotAgainstError(item=reference, state=state)
    return item


def _accepting(session: Session, said: NewAcceptance) -> Version:
    of = standing(session, said.state, said.offer)
    version = of.valued
    if version is None:
        raise NotValuedError(offer=said.offer)
    require_after(said.offer, said.accepted_on, since=version.said.valued_on)
    _require_left(of, version)
    if said.against is not None:
        assessed_item(session, said.against, said.state)
        if of.said.form is not InKindForm.GOODS:
            raise NotAgainstError(item=said.against, state=said.state)
    return version


def _require_left(of: OfferStanding, version: Version) -> None:
    """What was delivered stays as it was posted; something must be left to post anew."""
    if not of.deliveries:
        return
    whole, delivered = version.said.quantity, of.delivered_quantity
    if of.accepted is not None and of.accepted.version.said.quantity is None:
        raise AcceptedAlreadyError(offer=of.said.offer)
    if whole is None or whole < delivered:
        raise DeliveredMoreError(
            offer=of.said.offer, delivered=delivered, valued=whole or Decimal(0)
        )
    if whole == delivered:
        raise AcceptedAlreadyError(offer=of.said.offer)
