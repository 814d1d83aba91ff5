"""What approving a scale would freeze, shown before it is decided: shares, changes, working."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from api.pages.comparison import Shown, columns
from api.pages.page import Page
from api.pages.working import Source, StepColumn, sources, working
from ledger.balances import cutoff
from ledger.comparison import Comparison, compare, contributed_by
from ledger.reckoning import Reckoned, reckoned_from
from ledger.scales import Adopted, adopted, last_valid
from ledger.vintages import kept
from ledger.vocabulary import Purpose

# A round sum, on which everybody sees what a share means.
EXAMPLE = Decimal("1000000.00")


@dataclass(frozen=True, slots=True)
class ScaleEffect:
    """A scale as approval would freeze it, beside the one in force and the presets."""

    reckoned: Reckoned
    working: Sequence[StepColumn]
    sources: Sequence[Source]
    comparison: Comparison
    columns: Sequence[Shown]


def scale_effect(page: Page, session: Session, effect: Mapping[str, Any]) -> ScaleEffect:
    """Read what would be frozen, and compare it on a round sum of euro."""
    reckoned = reckoned_from(effect)
    purpose, valid_from = Purpose(effect["purpose"]), date.fromisoformat(effect["valid_from"])
    found = compare(
        reckoned.scale.shares,
        reckoned.basis,
        kept(session),
        amount=EXAMPLE,
        candidate=reckoned.scale.formula,
        standing=last_valid(adopted(session, purpose), valid_from),
        contributed=contributed_by(session, cutoff(session, page.now.date()), purpose),
    )
    return ScaleEffect(
        reckoned, working(reckoned, page.formats), sources(reckoned), found, columns(found)
    )


def adopted_by(session: Session, document_id: str) -> Adopted | None:
    """Find the scale that a document became; None for any other document."""
    return next((each for each in adopted(session) if each.document_id == document_id), None)
