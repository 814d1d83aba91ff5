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

    What was approved after the last entry that the statement knows is not in it.
    """
    spans = [
        each
        for each in membership_spans(session)
        if each.state == state and each.joined_on <= about.as_of
    ]
    decisions = [each for span in spans for each in (span.accession, span.withdrawal) if each]
    known = _known(session, decisions, about)
    found = []
    for each in spans:
        if each.accession is not None and each.accession.document_id not in known:
            continue
        end = each.withdrawal if each.withdrawal and each.withdrawal.document_id in known else None
        left_on = each.left_on if end else None
        found.append(TakingPart(each.joined_on, left_on, _evidence(each.accession), _evidence(end)))
    return tuple(found)


def _known(session: Session, decisions: Sequence[Decision], about: Origin) -> set[str]:
    """Find which of some decisions had been taken when a statement's last entry was recorded."""
    if not decisions:
        return set()
    query = sa.select(Document.id).where(
        Document.id.in_({each.document_id for each in decisions}),
        Document.decided_at <= about.generated_at,
    )
    return set(session.scalars(query))


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
