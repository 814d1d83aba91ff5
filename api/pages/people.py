"""Who did it: the names that stand beside documents and entries."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.users import User


def names_of(session: Session, people: Iterable[int]) -> dict[int, str]:
    """Look up the names of people by their numbers, in one query."""
    query = sa.select(User.id, User.name).where(User.id.in_(set(people)))
    return {number: name for number, name in session.execute(query)}  # noqa: C416 - rows are no pairs to mypy
