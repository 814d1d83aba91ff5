"""Memberships as they were decided: who takes part, who shares in what, and by which documents."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.accessions import KIND as ACCESSION
from ledger.accessions import accession
from ledger.documents import Document
from ledger.states import Membership, OptOut
from ledger.vocabulary import Activity, Status
from ledger.withdrawals import KIND as WITHDRAWAL
from ledger.withdrawals import withdrawal

# What decides who takes part.
DECIDING = (ACCESSION, WITHDRAWAL)


@dataclass(frozen=True, slots=True)
class Decision:
    """A document by which states decided, what it says, and the evidence that it names."""

    document_id: str
    description: str
    voucher: str


@dataclass(frozen=True, slots=True)
class MembershipSpan:
    """One span of taking part; the founders' accession is the joint statement, and no document."""

    state: str
    joined_on: date
    left_on: date | None
    accession: Decision | None
    withdrawal: Decision | None


@dataclass(frozen=True, slots=True)
class OptOutSpan:
    """One span in which a state does not share the cost of an activity."""

    state: str
    activity: Activity
    from_on: date
    until_on: date | None
    decision: Decision


def membership_spans(session: Session) -> list[MembershipSpan]:
    """List every span of taking part by state and day, with the documents that decided on it."""
    decided = _decided(session)
    spans = session.execute(
        sa.select(Membership.state_code, Membership.joined_on, Membership.left_on).order_by(
            Membership.state_code, Membership.joined_on
        )
    )
    return [
        MembershipSpan(
            *(state, joined_on, left_on),
            decided.get((ACCESSION, state, joined_on)),
            decided.get((WITHDRAWAL, state, left_on)),
        )
        for state, joined_on, left_on in spans
    ]


def opt_out_spans(session: Session) -> list[OptOutSpan]:
    """List every opt-out by state, activity and day, with the document that it began by."""
    days = (OptOut.from_on, OptOut.until_on)
    query = (
        sa.select(OptOut.state_code, OptOut.activity, *days, Document.id, Document.body)
        .join(Document, Document.id == OptOut.document_id)
        .order_by(OptOut.state_code, OptOut.activity, OptOut.from_on)
    )
    return [
        OptOutSpan(state, Activity(activity), from_on, until_on, _decision(document, body))
        for state, activity, from_on, until_on, document, body in session.execute(query)
    ]


def _decided(session: Session) -> dict[tuple[str, str, date | None], Decision]:
    """Find the decisions by what they brought about: kind, state and day."""
    approved = sa.select(Document).where(
        Document.kind.in_(DECIDING), Document.status == Status.APPROVED
    )
    return {
        _brought_about(each): _decision(each.id, each.body) for each in session.scalars(approved)
    }


def _brought_about(document: Document) -> tuple[str, str, date | None]:
    if document.kind == ACCESSION:
        acceding = accession(document)
        return ACCESSION, acceding.acceding_state, acceding.joined_on
    leaving = withdrawal(document)
    return WITHDRAWAL, leaving.state, leaving.left_on


def _decision(document_id: str, body: dict[str, Any]) -> Decision:
    return Decision(document_id, body["description"], body["voucher"])
