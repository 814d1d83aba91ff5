"""Recognition: whether services and rights to use enter the accounts or are disclosed only.

IPSAS 23 leaves it to a policy, which the states decide on, form by form, from a day on. Until they
do, all are disclosed (books.md rows 8a, 8a'). Of two decisions that apply to a day the one approved
last goes before.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from ledger.decisions import decisions
from ledger.documents import Document
from ledger.inputs import Day, Decision, New, Words
from ledger.journal import NewEntry
from ledger.vocabulary import ServiceForm

KIND = "recognition"


class NewRecognition(New):
    """Whether a form of services is recognised in the accounts from a day on."""

    valid_from: Day
    form: ServiceForm
    recognised: bool = False
    description: Words
    voucher: Decision


def recognition(document: Document) -> NewRecognition:
    """Read what a recognition document says."""
    return NewRecognition.model_validate(document.body)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Post nothing: a policy is no event of the books."""
    return []


def is_recognised(session: Session, form: str, on: date) -> bool:
    """Say whether what is given in a form on a day is recognised; goods always are."""
    if form == "goods":
        return True
    found = [recognition(each.document) for each in decisions(session, (KIND,))]
    valid = [each.recognised for each in found if each.form == form and each.valid_from <= on]
    return valid[-1] if valid else False
