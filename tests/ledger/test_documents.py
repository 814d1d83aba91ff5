"""A document's way to the books: who writes it, what it may become, and what each step leaves."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.contributions import NewContribution
from ledger.db import writing
from ledger.documents import (
    Document,
    body_hash,
    document_by_id,
    draft,
    edit,
    hand_back,
    submit_all,
    visible_to,
    withdraw,
)
from ledger.errors import (
    DocumentStatusError,
    IdempotencyConflictError,
    NotAllowedError,
    NotAMemberError,
    ReasonRequiredError,
    UnknownDocumentError,
)
from ledger.inputs import read
from ledger.opt_outs import NewOptOut
from ledger.timelines import Step, timeline
from ledger.users import Role, User, add_user
from ledger.vocabulary import Status
from tests.books import NOW, Books
from tests.document_fields import CASH, OPT_OUT
from tests.documents import booked, made
from tests.threads import at_once

LATER = NOW + timedelta(hours=1)


def gift(**fields: str) -> NewContribution:
    """Make a contribution in cash."""
    return NewContribution.model_validate({**CASH, **fields})


def kept(
    session: Session, by: User, *, key: str = "form", state: str | None = "PL", **fields: str
) -> Document:
    """Keep a contribution as a draft."""
    said = gift(**fields)
    return draft(session, said, kind="contribution", state=state, by=by, now=NOW, key=key)


def became(session: Session, books: Books, status: Status) -> Document:
    """Bring a document to a status."""
    document = made(session, books)
    if status is Status.WITHDRAWN:
        withdraw(session, document, by=books.officer, now=NOW)
    elif status is Status.APPROVED:
        booked(session, books)
    elif status is not Status.DRAFT:
        submit_all(session, [document], by=books.officer, now=NOW)
    if status is Status.RETURNED:
        hand_back(session, document, reason="Which account?", by=books.coordinator, now=NOW)
    assert document.status == status
    return document


STEPS: dict[str, Callable[[Session, Books, Document], None]] = {
    "edit": lambda session, books, document: edit(
        session, document, gift(amount="101.00"), by=books.officer, now=LATER
    ),
    "submit": lambda session, books, document: submit_all(
        session, [document], by=books.officer, now=LATER
    ),
    "withdraw": lambda session, books, document: withdraw(
        session, document, by=books.officer, now=LATER
    ),
    "return": lambda session, books, document: hand_back(
        session, document, reason="Why?", by=books.coordinator, now=LATER
    ),
}
ALLOWED = {
    Status.DRAFT: {"edit": "draft", "submit": "submitted", "withdraw": "withdrawn"},
    Status.SUBMITTED: {"edit": "draft", "withdraw": "withdrawn", "return": "returned"},
    Status.RETURNED: {"edit": "draft", "submit": "submitted", "withdraw": "withdrawn"},
    Status.APPROVED: {},
    Status.WITHDRAWN: {},
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("status", ALLOWED)
def test_steps(session: Session, books: Books, status: Status, step: str) -> None:
    """From each status only some steps lead on; every other is refused and changes nothing."""
    document = became(session, books, status)
    before = len(timeline(session, document))
    following = ALLOWED[status].get(step)
    if following is None:
        with pytest.raises(DocumentStatusError):
            STEPS[step](session, books, document)
    else:
        STEPS[step](session, books, document)
    assert document.status == (following or status)
    assert len(timeline(session, document)) == before + (following is not None)


@pytest.mark.parametrize("step", ["edit", "submit", "withdraw"])
def test_only_the_author_goes_on(session: Session, books: Books, step: str) -> None:
    """Nobody else edits, submits or withdraws what somebody wrote, not even at the office."""
    document = made(session, books)
    another = Books(books.engine, books.office, books.office, books.coordinator, books.auditor)
    with pytest.raises(NotAllowedError):
        STEPS[step](session, another, document)


def test_edit_makes_a_new_version(session: Session, books: Books) -> None:
    """An edit of what was submitted makes it a draft again, with another text and version."""
    document = became(session, books, Status.SUBMITTED)
    edit(session, document, gift(amount="101.00"), by=books.officer, now=LATER)
    assert (document.status, document.version) == (Status.DRAFT, 2)
    assert document.body["amount"] == "101.00"
    assert document.body_hash == body_hash("contribution", document.body)


def test_edit_to_a_state_that_never_took_part(session: Session, books: Books) -> None:
    """A document is no more edited to a state that never took part than it is drafted for one."""
    document = made(session, books, "opt_out")
    elsewhere = read(NewOptOut, {**OPT_OUT, "state": "DE"})
    with pytest.raises(NotAMemberError, match="DE does not take part"):
        edit(session, document, elsewhere, by=books.office, now=LATER)
    assert (document.state_code, document.version) == ("SK", 1)


def test_every_step_is_on_record(session: Session, books: Books) -> None:
    """A document's steps are kept, each with its moment, its version, its reason and its person."""
    document = became(session, books, Status.RETURNED)
    edit(session, document, gift(amount="101.00"), by=books.officer, now=LATER)
    anna, eva = books.officer.name, books.coordinator.name
    assert timeline(session, document) == [
        Step(Status.DRAFT, 1, NOW, anna, None),
        Step(Status.SUBMITTED, 1, NOW, anna, None),
        Step(Status.RETURNED, 1, NOW, eva, "Which account?"),
        Step(Status.DRAFT, 2, LATER, anna, None),
    ]


def test_return_has_a_reason(session: Session, books: Books) -> None:
    """Whoever returns a document says why."""
    document = became(session, books, Status.SUBMITTED)
    with pytest.raises(ReasonRequiredError):
        hand_back(session, document, reason="  ", by=books.coordinator, now=LATER)


def test_officer_writes_for_the_own_state(session: Session, books: Books) -> None:
    """An officer writes for the own state; what concerns all states is the office's."""
    assert kept(session, books.officer).made_by == books.officer.id
    for state in ("CZ", None):
        with pytest.raises(NotAllowedError):
            kept(session, books.officer, key=f"for {state}", state=state)
        assert kept(session, books.office, key=f"for {state}", state=state).state_code == state


def test_auditor_writes_nothing(session: Session, books: Books) -> None:
    """An auditor reads."""
    with pytest.raises(NotAllowedError):
        kept(session, books.auditor)


def test_form_sent_twice_is_one_document(session: Session, books: Books) -> None:
    """A form sent again gives the document there is, even when it was edited meanwhile."""
    document = kept(session, books.officer)
    edit(session, document, gift(amount="101.00"), by=books.officer, now=LATER)
    assert kept(session, books.officer) is document
    assert document.body["amount"] == "101.00"


def test_form_sent_for_something_else(session: Session, books: Books) -> None:
    """One key stands for one document of one person."""
    kept(session, books.officer)
    with pytest.raises(IdempotencyConflictError):
        kept(session, books.officer, amount="101.00")
    assert kept(session, books.office).made_by == books.office.id


def test_form_sent_eight_times_at_once(books: Books) -> None:
    """A form sent eight times at once is one document."""

    def send(_number: int) -> str:
        with writing(books.engine) as session:
            return kept(session, books.officer).id

    sent = at_once(8, send)
    assert len(set(sent)) == 1
    assert isinstance(sent[0], str)


def test_two_who_withdraw_at_once(books: Books) -> None:
    """Of two who take the same step at once, one takes it and the other hears that it is done."""
    with writing(books.engine) as session:
        document_id = made(session, books).id

    def take_back(_number: int) -> None:
        with writing(books.engine) as session:
            document = document_by_id(session, document_id)
            withdraw(session, document, by=books.officer, now=LATER)

    came = at_once(4, take_back)
    assert sum(each is None for each in came) == 1
    assert sum(isinstance(each, DocumentStatusError) for each in came) == 3


def test_unknown_document(session: Session) -> None:
    """A document that is not there is said to be not there."""
    with pytest.raises(UnknownDocumentError):
        document_by_id(session, "nowhere")


@pytest.mark.parametrize(
    ("role", "state", "seen"),
    [
        (Role.OFFICER, "PL", ["PL"]),
        (Role.OFFICER, "CZ", ["CZ"]),
        (Role.OFFICER, "SK", []),
        (Role.OFFICER, None, ["CZ", "PL"]),
        (Role.COORDINATOR, "SK", ["CZ", "PL"]),
        (Role.AUDITOR, None, ["CZ", "PL"]),
    ],
)
def test_who_sees_what(
    session: Session, books: Books, role: Role, state: str | None, seen: list[str]
) -> None:
    """An officer of a state sees its documents; the office, coordinators and auditors see all."""
    for each in ("CZ", "PL"):
        kept(session, books.office, key=each, state=each)
    reader = add_user(session, "reader", name="Reader", role=role, state=state, now=NOW)
    query = sa.select(Document.state_code).where(visible_to(reader)).order_by(Document.state_code)
    assert session.scalars(query).all() == seen


def test_own_documents_are_seen(session: Session, books: Books) -> None:
    """Whoever wrote a document sees it, whatever state it is for."""
    kept(session, books.office, key="CZ", state="CZ")
    books.office.state_code = "SK"
    session.flush()
    assert session.scalars(sa.select(Document).where(visible_to(books.office))).all()
