"""What was posted by a rate: the entries that a correction of it leaves as they are."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.entries import Posting
from ledger.rate_imports import Correction
from ledger.rate_sources import RateSource


def entries_by(session: Session, source: RateSource, before: Correction) -> Sequence[int]:
    """List the entries that name a rate as it was before it was published anew, in order."""
    of_home = not source.is_per_euro and source.row_of(source.home) == before.currency
    query = (
        sa.select(Posting.entry)
        .where(Posting.rate_source == source.value)
        .where(Posting.currency == (source.home if of_home else before.currency))
        .where(Posting.rate_on == before.applies_on, Posting.per_euro == before.before)
        .distinct()
        .order_by(Posting.entry)
    )
    return session.scalars(query).all()
