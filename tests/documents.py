"""Documents to test with, and their entries written as an accountant would read them."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.approvals import approve, proposal
from ledger.documents import Document, draft, submit_all
from ledger.inputs import read
from ledger.journal import NewEntry, PostedEntry
from ledger.kinds import KINDS
from ledger.users import Role, User, add_user
from tests.books import NOW, Books
from tests.document_fields import FIELDS, IN_KIND


def made(session: Session, books: Books, kind: str = "contribution", **fields: Any) -> Document:
    """Make a draft of a kind, its fields as given or as an ordinary document has them."""
    is_in_kind = kind == "contribution" and fields.get("form", "cash") != "cash"
    base = IN_KIND if is_in_kind else FIELDS[kind]
    new = read(KINDS[kind].model, {**base, **fields})
    state = getattr(new, "state", None)
    # An office writes for all states; the officer of these books acts for Poland.
    by = books.officer if state == "PL" else books.office
    key = f"{kind} {sorted(new.model_dump(mode='json').items())}"[:500]
    return draft(session, new, kind=kind, state=state, by=by, now=NOW, key=key)


def proposed(session: Session, books: Books, kind: str = "contribution", **fields: Any) -> str:
    """Write the entries that approving such a document would post."""
    return written(proposal(session, made(session, books, kind, **fields)).entries)


def booked(
    session: Session, books: Books, kind: str = "contribution", **fields: Any
) -> list[PostedEntry]:
    """Make, submit, approve and so post such a document."""
    document = made(session, books, kind, **fields)
    maker = books.officer if document.made_by == books.officer.id else books.office
    submit_all(session, [document], by=maker, now=NOW)
    if KINDS[kind].twice:
        seen = proposal(session, document).digest
        approve(session, document, by=another(session), now=NOW, seen=seen)
    seen = proposal(session, document).digest
    return approve(session, document, by=books.coordinator, now=NOW, seen=seen)


def another(session: Session) -> User:
    """Give a second coordinator of the mechanism's office, who is there once asked for."""
    found = session.scalars(sa.select(User).where(User.login == "ota")).one_or_none()
    return found or add_user(session, "ota", name="Ota Veselý", role=Role.COORDINATOR, now=NOW)


def written(entries: Iterable[NewEntry]) -> str:
    """Write entries line by line: account, state, amount and currency, amount in euro."""
    return "\n".join(
        f"{posting.account} {posting.state or '--'} "
        f"{posting.amount:,} {posting.currency} {posting.euro:,}"
        for entry in entries
        for posting in entry.postings
    )
