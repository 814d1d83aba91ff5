"""The page of states: who takes part since when, who shares in what, and who decided so."""

import sqlalchemy as sa
from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.deps import Reading
from api.pages.page import CurrentPage
from ledger.documents import Document, visible_to
from ledger.memberships import DECIDING, membership_spans, opt_out_spans
from ledger.opt_outs import KIND as OPT_OUT
from ledger.users import User

router = APIRouter()


@router.get("/states")
def states(page: CurrentPage, session: Reading) -> Response:
    """List every span of taking part and every opt-out, those to come included."""
    return page.html(
        "states.html",
        memberships=membership_spans(session),
        opt_outs=opt_out_spans(session),
        open_to_reader=_open_to(session, page.user),
        today=page.now.date(),
    )


def _open_to(session: Session, reader: User) -> frozenset[str]:
    """Name the decisions whose document the reader may open."""
    query = sa.select(Document.id).where(
        Document.kind.in_((*DECIDING, OPT_OUT)), visible_to(reader)
    )
    return frozenset(session.scalars(query))
