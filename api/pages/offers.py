"""Pages of offers in kind: the list, and each offer with its versions, evidence and deliveries."""

from urllib.parse import quote

import sqlalchemy as sa
from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.deps import Reading
from api.drafts import may_draft
from api.pages.as_of import AsOf, address
from api.pages.page import CurrentPage
from ledger.documents import Document, visible_to
from ledger.errors import UnknownDocumentError
from ledger.offer_standing import offers, standing_at
from ledger.offers import COURSE, UnknownOfferError
from ledger.unit_rates import cost_book
from ledger.users import User

router = APIRouter(prefix="/in-kind")


@router.get("")
def all_offers(page: CurrentPage, session: Reading, asked: AsOf) -> Response:
    """List every offer with how far it has come, and the cost book of the day."""
    at = asked.cutoff(session)
    return page.html(
        "offers.html",
        422 if asked.error else 200,
        asked=asked,
        at=at,
        link=address("/in-kind", at),
        offers=[
            (each, address(f"/in-kind/{each.said.state}/{quote(each.said.offer)}", at))
            for each in offers(session, at)
        ],
        rates=cost_book(session, at.as_of),
        may_draft=may_draft(page.user),
    )


@router.get("/{state}/{offer:path}")
def one_offer(
    page: CurrentPage, session: Reading, asked: AsOf, *, state: str, offer: str
) -> Response:
    """Show an offer: its claim, each valuation and who accepted it, and what was delivered."""
    at = asked.cutoff(session)
    try:
        found = standing_at(session, at, state=state, offer=offer)
    except UnknownOfferError as error:
        # On a page of its own it is a page that is not there, and not a wrong field.
        raise UnknownDocumentError(document=offer) from error
    return page.html(
        "offer.html",
        of=found,
        at=at,
        back=address("/in-kind", at),
        open_to_reader=_open_to(session, page.user),
    )


def _open_to(session: Session, reader: User) -> frozenset[str]:
    """Name the documents of offers that the reader may open."""
    query = sa.select(Document.id).where(Document.kind.in_(COURSE), visible_to(reader))
    return frozenset(session.scalars(query))
