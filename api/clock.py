"""The clock: read here, at the edge, and handed down from here."""

from datetime import UTC, datetime


def now() -> datetime:
    """Tell the moment, in UTC."""
    return datetime.now(UTC)
