"""Approval: two people, what was seen and nothing else, and then it is in the books."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.approvals import (
    approve,
    approve_all,
    give_back,
    proposal,
    seen_document,
    waiting,
)
from ledger.balances import entry_lines
from ledger.contributions import NewContribution
from ledger.db import reading, writing
from ledger.documents import Document, document_by_id, edit, submit_all
from ledger.entries import JournalEntry
from ledger.errors import (
    DocumentStatusError,
    JournalRefusedError,
    LedgerError,
    NotAllowedError,
    OverdrawnAccountError,
    OverpaidAssessmentError,
    OwnValuationError,
    ProposalChangedError,
    SelfApprovalError,
    UnknownDocumentError,
)
from ledger.inputs import read
from ledger.journal import PostedEntry, post
from ledger.kinds import KINDS
from ledger.timelines import timeline
from ledger.users import Role, User, add_user
from ledger.vocabulary import Status
from tests.books import DAY, NOW, Books
from tests.document_fields import CASH
from tests.documents import booked, made
from tests.rates import published
from tests.threads import at_once


def submitted(
    session: Session, books: Books, kind: str = "contribution", **fields: str
) -> Document:
    """Make and submit a document."""
    document = made(session, books, kind, **fields)
    maker = books.officer if document.made_by == books.officer.id else books.office
    submit_all(session, [document], by=maker, now=NOW)
    return document


def approved(session: Session, document: Document, by: User) -> list[PostedEntry]:
    """Look at a document, and approve what was seen."""
    return approve(session, document, by=by, now=NOW, seen=proposal(session, document).digest)


def entries(session: Session) -> int:
    """Count the entries in the books."""
    return session.scalar(sa.select(sa.func.count()).select_from(JournalEntry)) or 0


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("contribution", {"currency": "PLN", "amount": "1234.56"}),
        ("contribution", {"form": "goods", "currency": "HUF", "amount": "99.99"}),
        ("assessment", {}),
        ("cost", {"currency": "CZK", "amount": "777.77"}),
    ],
)
def test_what_was_proposed_is_posted(
    session: Session, books: Books, kind: str, fields: dict[str, str]
) -> None:
    """The books hold exactly the postings that were looked at, and who made and approved them."""
    booked(session, books, "scale")
    document = submitted(session, books, kind, **fields)
    proposed = proposal(session, document)
    posted = approve(session, document, by=books.coordinator, now=NOW, seen=proposed.digest)
    lines = entry_lines(session, [each.number for each in posted])
    assert [
        (each.account, each.state, each.currency, each.amount, each.euro) for each in lines
    ] == [
        (each.account, each.state, each.currency, each.amount, each.euro)
        for entry in proposed.entries
        for each in entry.postings
    ]
    posted_entries = session.scalars(sa.select(JournalEntry)).all()
    assert {(each.recorded_by, each.approved_by) for each in posted_entries} == {
        (document.made_by, books.coordinator.id)
    }
    assert {each.document_hash for each in posted_entries} == {document.body_hash}
    assert timeline(session, document)[-1].by == books.coordinator.name


def test_looking_posts_nothing(session: Session, books: Books) -> None:
    """A proposal can be looked at as often as one likes."""
    document = submitted(session, books)
    assert proposal(session, document) == proposal(session, document)
    assert (entries(session), document.status) == (0, Status.SUBMITTED)


def test_what_was_edited_since_is_not_approved(session: Session, books: Books) -> None:
    """An approval of what was seen before an edit is refused, also when it is submitted again."""
    document = submitted(session, books)
    seen = proposal(session, document).digest
    more = read(NewContribution, {**CASH, "amount": "1000000.00"})
    edit(session, document, more, by=books.officer, now=NOW)
    with pytest.raises(DocumentStatusError):
        approved(session, document, books.coordinator)
    submit_all(session, [document], by=books.officer, now=NOW)
    with pytest.raises(ProposalChangedError):
        approve(session, document, by=books.coordinator, now=NOW, seen=seen)
    assert entries(session) == 0


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("tolerance", {"amount": "900000.00"}),
        ("unit_rate", {"amount": "401.00"}),
        ("in_kind_cap", {"amount": "1000000.00"}),
        ("recognition", {"recognised": "false"}),
        ("offer", {"amount": "1.00"}),
        ("contribution", {"description": "Other words for the same postings"}),
    ],
)
def test_what_posts_nothing_else_is_seen_whole(
    session: Session, books: Books, kind: str, changed: dict[str, str]
) -> None:
    """A decision that makes no entry, or the same ones, is approved as it reads or not at all."""
    document = submitted(session, books, kind)
    maker = session.get_one(User, document.made_by)
    seen, before = proposal(session, document).digest, document.body
    for said in (before | changed, before):
        edit(session, document, read(KINDS[kind].model, said), by=maker, now=NOW)
        submit_all(session, [document], by=maker, now=NOW)
        # The same words again are another version all the same: somebody has to look at it.
        with pytest.raises(ProposalChangedError):
            approve(session, document, by=books.coordinator, now=NOW, seen=seen)
    approved(session, document, books.coordinator)
    assert document.status == Status.APPROVED


def test_rate_that_came_since_is_looked_at_first(session: Session, books: Books) -> None:
    """When a rate was imported that changes the value in euro, it is looked at again."""
    document = submitted(session, books, currency="PLN", value_on="2017-03-02")
    seen = proposal(session, document).digest
    published(session, {DAY: {"PLN": "4.3000"}}, now=NOW)
    with pytest.raises(ProposalChangedError):
        approve(session, document, by=books.coordinator, now=NOW, seen=seen)
    assert approved(session, document, books.coordinator)[0].number == 1


def test_nobody_approves_the_own_document(session: Session, books: Books) -> None:
    """Whoever made a document does not approve it, not even after a change of role."""
    document = submitted(session, books)
    books_officer = session.get_one(User, books.officer.id)
    books_officer.role = Role.COORDINATOR
    with pytest.raises(SelfApprovalError):
        approved(session, document, books_officer)


@pytest.mark.parametrize("who", ["officer", "office", "auditor"])
def test_only_coordinators_decide(session: Session, books: Books, who: str) -> None:
    """Officers and auditors neither approve nor return."""
    document = submitted(session, books)
    with pytest.raises(NotAllowedError):
        approved(session, document, getattr(books, who))
    with pytest.raises(NotAllowedError):
        give_back(session, document, reason="No", by=getattr(books, who), now=NOW)


def test_nobody_accepts_the_own_state_s_goods(session: Session, books: Books) -> None:
    """What a state gives in kind is valued by somebody of another; cash needs no valuing."""
    poland, slovakia = (
        add_user(session, state, name=state, role=Role.COORDINATOR, state=state, now=NOW)
        for state in ("PL", "SK")
    )
    goods = submitted(session, books, form="goods", amount="100.00")
    with pytest.raises(OwnValuationError):
        approved(session, goods, poland)
    assert approved(session, goods, slovakia)
    assert approved(session, submitted(session, books), poland)


def test_approval_is_once(session: Session, books: Books) -> None:
    """What is approved is not approved again, nor returned."""
    document = submitted(session, books)
    approved(session, document, books.coordinator)
    with pytest.raises(DocumentStatusError):
        approved(session, document, books.coordinator)
    with pytest.raises(DocumentStatusError):
        give_back(session, document, reason="No", by=books.coordinator, now=NOW)
    assert entries(session) == 1


def at_once_approved(books: Books, documents: list[str]) -> list[object]:
    """Let as many coordinators as there are documents each approve one, all at the same moment."""

    def one(number: int) -> list[PostedEntry]:
        with writing(books.engine) as session:
            document = document_by_id(session, documents[number])
            return approved(session, document, books.coordinator)

    return [*at_once(len(documents), one)]


def test_two_who_approve_at_once(books: Books) -> None:
    """Of four who approve one document at once, one does and the others hear that it is done."""
    with writing(books.engine) as session:
        document = submitted(session, books)
    came = at_once_approved(books, [document.id] * 4)
    assert sum(isinstance(each, list) for each in came) == 1
    assert sum(isinstance(each, DocumentStatusError) for each in came) == 3


def test_debt_is_not_paid_twice_at_once(books: Books) -> None:
    """Of four payments of one debt that are approved at once, one pays it."""
    with writing(books.engine) as session:
        booked(session, books, "scale")
        [assessed] = booked(session, books, "assessment", amount="400.00")
        documents = [
            submitted(session, books, against="assessment", description=f"Payment {number}").id
            for number in range(4)
        ]
    came = at_once_approved(books, documents)
    assert sum(isinstance(each, OverpaidAssessmentError) for each in came) == 3
    with reading(books.engine) as session:
        assert entries(session) == assessed.number + 1


def test_money_is_not_spent_twice_at_once(books: Books) -> None:
    """Of four payments of all that is in the bank that are approved at once, one is made."""
    with writing(books.engine) as session:
        booked(session, books)
        documents = [
            submitted(session, books, "cost", paid_on="2017-03-02", description=f"Bill {number}").id
            for number in range(4)
        ]
    came = at_once_approved(books, documents)
    assert sum(isinstance(each, OverdrawnAccountError) for each in came) == 3


def test_list_is_approved_whole_or_not_at_all(books: Books) -> None:
    """When one document of a list is refused, none of it is posted."""
    with writing(books.engine) as session:
        good = submitted(session, books)
        poor = submitted(session, books, "cost", paid_on="2017-03-02", amount="100.01")

    def approve_both() -> None:
        with writing(books.engine) as session:
            both = [document_by_id(session, each.id) for each in (good, poor)]
            approve_all(session, both, by=books.coordinator, now=NOW)

    with pytest.raises(OverdrawnAccountError):
        approve_both()
    with reading(books.engine) as session:
        assert entries(session) == 0
        assert document_by_id(session, good.id).status == Status.SUBMITTED


def test_list_of_several_makers_and_kinds(session: Session, books: Books) -> None:
    """A list is posted in its order, each entry in the name of whoever made its document."""
    booked(session, books, "scale")
    documents = [
        submitted(session, books),
        submitted(session, books, "assessment"),
        submitted(session, books, state="CZ"),
    ]
    posted = approve_all(session, documents, by=books.coordinator, now=NOW)
    assert [each.number for each in posted] == [1, 2, 3]
    query = sa.select(JournalEntry.document_id, JournalEntry.recorded_by)
    assert session.execute(query.order_by(JournalEntry.number)).all() == [
        (documents[0].id, books.officer.id),
        (documents[1].id, books.office.id),
        (documents[2].id, books.office.id),
    ]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.RETURNED])
def test_database_knows_what_is_approved(books: Books, status: Status) -> None:
    """Whatever the program does, the database posts no document that is not approved."""

    def past_approval() -> None:
        with writing(books.engine) as session:
            document = submitted(session, books)
            document.status = status
            [entry] = proposal(session, document).entries
            post(session, entry, **books.hands, now=NOW)

    with pytest.raises(JournalRefusedError, match="LG011"):
        past_approval()


def test_database_knows_who_approved(books: Books) -> None:
    """Whatever the program does, the database posts a document in no other name."""

    def in_another_name() -> None:
        with writing(books.engine) as session:
            document = submitted(session, books)
            [entry] = proposal(session, document).entries
            approved(session, document, books.coordinator)
            another = replace(entry, idempotency_key="another")
            post(session, another, by=books.officer.id, approved_by=books.auditor.id, now=NOW)

    with pytest.raises(JournalRefusedError, match="LG011"):
        in_another_name()


def test_waiting_list(session: Session, books: Books) -> None:
    """What waits is listed oldest first, and to an officer only what the state may see."""
    czech = submitted(session, books, state="CZ")
    polish = submitted(session, books)
    made(session, books, description="A draft")
    approved(session, submitted(session, books, description="Done"), books.coordinator)
    everything = waiting(session, books.coordinator)
    assert {each.id for each in everything} == {czech.id, polish.id}
    assert [each.id for each in waiting(session, books.officer)] == [polish.id]


def test_document_of_another_state_is_not_there(session: Session, books: Books) -> None:
    """To an officer a document of another state is one that does not exist."""
    czech, polish = submitted(session, books, state="CZ"), submitted(session, books)
    assert seen_document(session, polish.id, books.officer) is polish
    for unseen in (czech.id, "nowhere"):
        with pytest.raises(UnknownDocumentError):
            seen_document(session, unseen, books.officer)


@pytest.mark.parametrize("when", ["draft", "returned"])
def test_only_what_was_submitted_is_approved(session: Session, books: Books, when: str) -> None:
    """A draft is its author's, and what was returned is an author's again."""
    document = made(session, books)
    if when == "returned":
        submit_all(session, [document], by=books.officer, now=NOW)
        give_back(session, document, reason="Why?", by=books.coordinator, now=NOW)
    with pytest.raises(LedgerError, match="cannot be approved"):
        approved(session, document, books.coordinator)
