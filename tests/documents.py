"""Documents to test with, and their entries written as an accountant would read them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from ledger.approvals import KINDS, approve, proposal
from ledger.documents import Document, draft, submit_all
from ledger.inputs import read
from ledger.journal import NewEntry, PostedEntry
from tests.books import NOW, Books

CASH = {
    "state": "PL",
    "form": "cash",
    "purpose": "operations",
    "activity": "information",
    "funding_source": "state_budget",
    "value_on": "2017-03-01",
    "currency": "EUR",
    "amount": "100.00",
    "against": "voluntary",
    "description": "Running costs",
    "voucher": "T/1",
}
IN_KIND = {
    **{name: value for name, value in CASH.items() if name != "against"},
    "form": "goods",
    "treatment": "equipment",
    "valuation_basis": "invoice",
    "voucher": "F/1",
    "description": "Vehicles",
}
COST = {
    "purpose": "operations",
    "activity": "information",
    "incurred_on": "2017-03-01",
    "currency": "EUR",
    "amount": "100.00",
    "supplier": "Analitica",
    "description": "Risk analysis",
}
ASSESSMENT = {
    "assessed_on": "2017-01-02",
    "purpose": "operations",
    "activity": "information",
    "amount": "1000000.00",
    "formula": "pop-gdp-50-50",
    "indicator_year": "2016",
    "description": "Running costs of 2017",
}
ALLOCATION = {
    "purpose": "operations",
    "from_on": "2017-01-01",
    "until_on": "2017-12-31",
    "formula": "equal",
    "indicator_year": "2016",
    "description": "Costs of 2017",
}
FIELDS = {
    "contribution": CASH,
    "cost": COST,
    "assessment": ASSESSMENT,
    "allocation": ALLOCATION,
    "reversal": {},
}


def made(session: Session, books: Books, kind: str = "contribution", **fields: Any) -> Document:
    """Make a draft of a kind, its fields as given or as an ordinary document has them."""
    base = IN_KIND if fields.get("form", "cash") != "cash" else FIELDS[kind]
    new = read(KINDS[kind][0], {**base, **fields})
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
    seen = proposal(session, document).digest
    return approve(session, document, by=books.coordinator, now=NOW, seen=seen)


def written(entries: Iterable[NewEntry]) -> str:
    """Write entries line by line: account, state, amount and currency, amount in euro."""
    return "\n".join(
        f"{posting.account} {posting.state or '--'} "
        f"{posting.amount:,} {posting.currency} {posting.euro:,}"
        for entry in entries
        for posting in entry.postings
    )
