"""Since when a state takes part, until when, and by which decisions, as a statement says it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.documents import Document
from ledger.memberships import Decision, membership_spans
from reports.sheet import Fact
from reports.statement import Gettext, Origin


@dataclass(frozen=True, slots=True)
class TakingPart:
    """One span of taking part, with the evidence of what began and of what ended it."""

    joined_on: date
    left_on: date | None
    accession: str
    withdrawal: str


def taking_part(session: Session, state: str, about: Origin) -> tuple[TakingPart, ...]:
    """List the spans that had begun by a statement's day, by what was decided up to its moment.

    A withdrawal that was approved after the last entry that the statement knows is not in it.
    """
    spans = [
        each
        for each in membership_spans(session)
        if each.state == state and each.joined_on <= about.as_of
    ]
    ended = {each.withdrawal.document_id for each in spans if each.withdrawal}
    query = sa.select(Document.id).where(
        Document.id.in_(ended), Document.decided_at <= about.generated_at
    )
    known = set(session.scalars(query)) if ended else set()
    found = []
    for each in spans:
        end = each.withdrawal if each.withdrawal and each.withdrawal.document_id in known else None
        left_on = each.left_on if end else None
        found.append(TakingPart(each.joined_on, left_on, _evidence(each.accession), _evidence(end)))
    return tuple(found)


def taking_part_facts(spans: Sequence[TakingPart], _: Gettext) -> Iterator[Fact]:
    """State the first and the last day of each span, with the evidence where a document decided."""
    for each in spans:
        yield Fact(_("Takes part from"), _dated(each.joined_on, each.accession))
        if each.left_on is not None:
            yield Fact(_("Last day of taking part"), _dated(each.left_on, each.withdrawal))


def _dated(on: date, evidence: str) -> str:
    return f"{on} · {evidence}" if evidence else on.isoformat()


def _evidence(decision: Decision | None) -> str:
    return decision.voucher if decision else ""
