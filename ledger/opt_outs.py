"""Opt-outs: a state takes part, but does not share the cost of an activity from a day on.

Nothing is posted: the next sharing of costs leaves the state out. A second document with the same
state, activity and first day says when an opt-out ends that had no end.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import sqlalchemy as sa
from pydantic import model_validator
from sqlalchemy.orm import Session

from ledger.accessions import require_unshared
from ledger.contributions import StateCode
from ledger.documents import Document
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.inputs import Day, Decision, New, Words, broken
from ledger.journal import NewEntry
from ledger.states import ONE_DAY, OptOut, require_member
from ledger.vocabulary import LABELS, Activity

KIND = "opt_out"

ENDS_TOO_EARLY = N_("is before the first day: turn the dates round.")


class AlreadyOptedOutError(LedgerError):
    """An opt-out that meets one that was decided before."""

    code = "already-opted-out"
    message = N_(
        "%(state)s does not share in “%(activity)s” since %(since)s already: choose days outside "
        "that span, or end it with a document of the same first day and a last day."
    )


class NewOptOut(New):
    """A state that is not to share the cost of an activity, from when and, if known, until when."""

    state: StateCode
    activity: Activity
    from_on: Day
    until_on: Day | None = None
    description: Words
    voucher: Decision

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until_on is not None and self.until_on < self.from_on:
            raise broken(("until_on", ENDS_TOO_EARLY))
        return self


def opt_out(document: Document) -> NewOptOut:
    """Read what an opt-out document says."""
    return NewOptOut.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Post nothing: who shares in what is no event of the books.

    Raises UnknownStateError, NotAMemberError, AlreadyOptedOutError or SharedCostsError.
    """
    for document in documents:
        _running(session, opt_out(document))
    return []


def foresee(session: Session, document: Document) -> Mapping[str, Any]:
    """Say who will not share in what, from when until when, and whether that ends what runs."""
    said = opt_out(document)
    span = said.model_dump(mode="json", include={"state", "activity", "from_on", "until_on"})
    return span | {"ends": _running(session, said) is not None}


def enact(session: Session, document: Document) -> None:
    """Record an opt-out, or its end; raise what `propose` raises."""
    said = opt_out(document)
    running = _running(session, said)
    if running is not None:
        running.until_on = said.until_on
    else:
        session.add(
            OptOut(
                state_code=said.state,
                activity=said.activity,
                from_on=said.from_on,
                until_on=said.until_on,
                document_id=document.id,
            )
        )
    session.flush()


def _running(session: Session, said: NewOptOut) -> OptOut | None:
    """Find the running opt-out that a document ends; none where it begins one."""
    require_member(session, said.state, said.from_on)
    met = session.scalars(_met(said)).first()
    if met is None:
        require_unshared(session, after=said.from_on - ONE_DAY)
        return None
    is_same = met.from_on == said.from_on and met.until_on is None
    if not is_same or said.until_on is None:
        raise AlreadyOptedOutError(
            state=said.state, activity=LABELS[said.activity], since=met.from_on
        )
    # Until its last day nothing changes.
    require_unshared(session, after=said.until_on)
    return met


def _met(said: NewOptOut) -> sa.Select[OptOut]:
    """Select the opt-outs that have a day in common with what is said, the first one first."""
    query = sa.select(OptOut).where(
        OptOut.state_code == said.state,
        OptOut.activity == said.activity,
        sa.or_(OptOut.until_on.is_(None), OptOut.until_on >= said.from_on),
    )
    if said.until_on is not None:
        query = query.where(OptOut.from_on <= said.until_on)
    return query.order_by(OptOut.from_on)
