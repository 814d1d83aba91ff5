"""Scales on pages: those adopted for each pool, who is in force, and one with all its working."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.deps import Reading
from api.drafts import may_draft
from api.pages.page import CurrentPage
from api.pages.working import sources, working
from api.scales import in_force_on, numbered
from ledger.documents import Document, visible_to
from ledger.formula_files import formula_from
from ledger.formulas import Formula
from ledger.i18n import N_
from ledger.scales import KIND, Adopted, NewScale, adopted
from ledger.users import User
from ledger.vocabulary import Purpose, Status

router = APIRouter(prefix="/scales")

WAITING = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)


class Standing(StrEnum):
    """Where a scale stands today among those of its pool."""

    IN_FORCE = "in_force"
    # Its first day is still to come.
    TO_COME = "to_come"
    SUPERSEDED = "superseded"


STANDINGS: Mapping[Standing, str] = {
    Standing.IN_FORCE: N_("in force"),
    Standing.TO_COME: N_("not yet valid"),
    Standing.SUPERSEDED: N_("superseded"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One scale of a pool, its formula, the decision it rests on, and where it stands today."""

    scale: Adopted
    formula: Formula
    decision: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class PoolOfScales:
    """A pool of cost and its scales, the newest first; `states` share by at least one of them."""

    purpose: Purpose
    rows: Sequence[Row]

    @property
    def states(self) -> list[str]:
        """The states, in order of code."""
        return sorted({state for row in self.rows for state in row.scale.shares})


@router.get("")
def scales(page: CurrentPage, session: Reading) -> Response:
    """List the scales of each pool, and those that wait for a decision."""
    rows = _rows(session, adopted(session), page.now.date())
    pools = [
        PoolOfScales(purpose, [row for row in reversed(rows) if row.scale.purpose is purpose])
        for purpose in Purpose
    ]
    waiting = session.execute(
        sa.select(Document, User.name)
        .join(User, User.id == Document.made_by)
        .where(Document.kind == KIND, Document.status.in_(WAITING), visible_to(page.user))
        .order_by(Document.made_at.desc(), Document.id)
    )
    return page.html(
        "scales.html",
        pools=pools,
        waiting=[(each, name, NewScale.model_validate(each.body)) for each, name in waiting],
        standings=STANDINGS,
        may_draft=may_draft(page.user),
    )


@router.get("/{number:int}")
def scale(page: CurrentPage, session: Reading, number: int) -> Response:
    """Show one scale with all its working; raise UnknownScaleError where there is none."""
    found = adopted(session)
    one = numbered(found, number)
    rows = _rows(session, [each for each in found if each.purpose is one.purpose], page.now.date())
    [row] = [each for each in rows if each.scale is one]
    reckoned = one.reckoned()
    return page.html(
        "scale.html",
        row=row,
        others=[each for each in reversed(rows) if each is not row],
        reckoned=reckoned,
        # An auditor's first question, answered on the page.
        comes_to_the_same=reckoned.scale.shares == one.shares,
        working=working(reckoned, page.formats),
        sources=sources(reckoned),
        standings=STANDINGS,
    )


def _rows(session: Session, found: Sequence[Adopted], today: date) -> list[Row]:
    ids = [each.document_id for each in found]
    bodies = session.execute(sa.select(Document.id, Document.body).where(Document.id.in_(ids)))
    decisions = {document: str(body["voucher"]) for document, body in bodies}
    in_force = in_force_on(found, today)
    return [
        Row(
            each,
            formula_from(each.content["formula"]),
            decisions.get(each.document_id, ""),
            _standing(each, in_force, today),
        )
        for each in found
    ]


def _standing(found: Adopted, in_force: set[int], today: date) -> Standing:
    if found.number in in_force:
        return Standing.IN_FORCE
    return Standing.TO_COME if found.valid_from > today else Standing.SUPERSEDED
