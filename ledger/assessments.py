"""Assessments: a budget asked of the participating states, each its share (books.md row 3)."""

from collections.abc import Sequence

from pydantic import Field
from sqlalchemy.orm import Session

from ledger.contributions import Reference, Words
from ledger.documents import Document
from ledger.inputs import Day, New
from ledger.journal import NewEntry, NewPosting
from ledger.money import PositiveAmount, apportion
from ledger.scales import DEFAULT_VINTAGE, FormulaName, VintageName, scale_of
from ledger.states import members_on
from ledger.vocabulary import Activity, Purpose

KIND = "assessment"


class NewAssessment(New):
    """A sum in euro, above zero, to be asked of the states by a scale."""

    assessed_on: Day
    purpose: Purpose
    activity: Activity
    amount: PositiveAmount
    formula: FormulaName
    indicator_year: int = Field(ge=1995, le=2100)
    vintage: VintageName = DEFAULT_VINTAGE
    description: Words
    # The decision of the states that asks for it.
    voucher: Reference = Field(default="")


def assessment(document: Document) -> NewAssessment:
    """Read what an assessment document says."""
    return NewAssessment.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each assessment: receivable from each member state of its day, revenue."""
    return [_entry(session, document, assessment(document)) for document in documents]


def _entry(session: Session, document: Document, said: NewAssessment) -> NewEntry:
    members = members_on(session, said.assessed_on)
    scale = scale_of(said.formula, members, year=said.indicator_year, vintage=said.vintage)
    parts = {state: part for state, part in apportion(said.amount, scale.shares).items() if part}
    postings = [
        NewPosting(
            account=account,
            amount=sign * part,
            euro=sign * part,
            state=state,
            purpose=said.purpose,
            activity=said.activity,
        )
        for state, part in parts.items()
        for account, sign in (("1110", 1), ("4010", -1))
    ]
    return NewEntry(
        effective_on=said.assessed_on,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=tuple(postings),
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )
