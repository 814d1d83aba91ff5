"""Positions of states as they are wanted, without the years of documents that would lead there."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.journal import NewEntry, NewPosting, post
from tests.books import NOW, Books

END = date(2017, 12, 31)
FOUR = {"PL": "-43858.44", "CZ": "66524.48", "HU": "-29542.88", "SK": "6876.84"}


def stand(
    session: Session,
    books: Books,
    balances: Mapping[str, str],
    *,
    purpose: str = "operations",
    on: date = END,
) -> None:
    """Move states' equity balances by so much in euro: above zero given, below zero charged."""
    moves = [
        ("8020" if is_position else "8010", state, euro if is_position else -euro)
        for state, text in balances.items()
        if (euro := Decimal(text))
        for is_position in (True, False)
    ]
    lines = tuple(
        NewPosting(
            account=account,
            amount=-euro,
            euro=-euro,
            state=state,
            purpose=purpose,
            form="cash" if Decimal(balances[state]) > 0 else None,
        )
        for account, state, euro in moves
    )
    if lines:
        key = f"{on} {purpose} {balances}"
        said = NewEntry(
            effective_on=on,
            kind="contribution",
            narration="Given and charged",
            postings=lines,
            idempotency_scope="test",
            idempotency_key=key,
        )
        post(session, said, **books.hands, now=NOW)
