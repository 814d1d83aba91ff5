"""What proves a document is kept with it, once and for good."""

import hashlib

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.acts import Act
from ledger.approvals import approve, proposal
from ledger.audit import records
from ledger.db import writing
from ledger.documents import Document, document_by_id, submit_all, withdraw
from ledger.errors import DocumentStatusError, NotAllowedError, ProposalChangedError
from ledger.evidence import (
    LARGEST,
    Attached,
    Attachment,
    EmptyEvidenceError,
    Evidence,
    EvidenceTooLargeError,
    UnknownEvidenceError,
    attach,
    attached_file,
    attachments,
    file_by_hash,
)
from ledger.media_types import TypeNotTakenError
from ledger.timelines import timeline
from ledger.users import Role, User, add_user
from ledger.verification import verify
from ledger.vocabulary import Status
from tests.books import NOW, Books
from tests.documents import another, made
from tests.intruder import unguarded
from tests.ledger.scene import run, said, scene
from tests.threads import at_once

INVOICE = b"%PDF-1.7 an invoice"
CHANGED = "UPDATE evidence SET body = (SELECT hash FROM seal WHERE number = 1), bytes = 32"
SHA256 = hashlib.sha256(INVOICE).hexdigest()


def attached(
    session: Session,
    books: Books,
    document: Document,
    body: bytes = INVOICE,
    by: User | None = None,
) -> Attached:
    """Attach a file in the name of Poland's officer, or of somebody else."""
    by = by or books.officer
    return attach(session, document, body, filename=r"C:\files\F-1.pdf", by=by, now=NOW)


def test_a_file_is_listed_with_what_it_is(session: Session, books: Books) -> None:
    """A document's list names each file without its folders, its type, size, hash, who and when."""
    document = made(session, books)
    attached(session, books, document)
    assert attachments(session, document) == [
        Attached(SHA256, "F-1.pdf", "application/pdf", len(INVOICE), NOW, "Anna Nowak")
    ]


def test_the_same_bytes_are_stored_once(session: Session, books: Books) -> None:
    """A file attached to two documents, and twice to one of them, is one row of bytes."""
    one, other = made(session, books), made(session, books, voucher="T/2")
    for document in (one, other, one):
        attached(session, books, document)
    for table, rows in ((Evidence, 1), (Attachment, 2)):
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == rows


def test_bytes_come_back_as_they_were(session: Session, books: Books) -> None:
    """What was attached is handed out byte for byte, by document or by its whole hash."""
    document = made(session, books)
    attached(session, books, document)
    for found in (attached_file(session, document, SHA256), file_by_hash(session, SHA256)):
        assert (found.filename, found.body) == ("F-1.pdf", INVOICE)


@pytest.mark.parametrize("sha256", ["", "x", SHA256[:12], "00" * 32])
def test_no_file_under_another_hash(session: Session, books: Books, sha256: str) -> None:
    """A hash that is none, in part, or of another document's file gives nothing."""
    other = made(session, books, voucher="T/2")
    attached(session, books, made(session, books))
    with pytest.raises(UnknownEvidenceError):
        file_by_hash(session, sha256)
    with pytest.raises(UnknownEvidenceError):
        attached_file(session, other, SHA256)


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b"", EmptyEvidenceError),
        (b"%PDF" + bytes(LARGEST), EvidenceTooLargeError),
        (b"MZ" + bytes(90), TypeNotTakenError),
    ],
)
def test_what_is_no_evidence_is_refused(
    session: Session, books: Books, body: bytes, refusal: type[Exception]
) -> None:
    """Nothing, too much, and what is not on the list of types are refused."""
    with pytest.raises(refusal, match=r"“F-1\.pdf”"):
        attached(session, books, made(session, books), body)


def test_the_largest_file_is_taken(session: Session, books: Books) -> None:
    """A file of exactly ten megabytes is evidence still, for the database too."""
    document = made(session, books)
    largest = b"%PDF".ljust(LARGEST, b"\0")
    assert attached(session, books, document, largest).bytes == LARGEST


def test_who_acts_for_the_state_attaches(session: Session, books: Books) -> None:
    """The office and the state's own people attach; auditors and other states do not."""
    document = made(session, books)
    czech = add_user(session, "ivo", name="Ivo", role=Role.COORDINATOR, state="CZ", now=NOW)
    for by in (books.officer, books.office, books.coordinator):
        attached(session, books, document, by=by)
    for by in (books.auditor, czech):
        with pytest.raises(NotAllowedError):
            attached(session, books, document, by=by)


def test_what_concerns_all_is_proven_by_the_office(session: Session, books: Books) -> None:
    """No state's officer attaches to a document of all states."""
    cost = made(session, books, "cost")
    attached(session, books, cost, by=books.office)
    with pytest.raises(NotAllowedError):
        attached(session, books, cost, by=books.officer)


def test_nothing_is_attached_to_what_was_withdrawn(session: Session, books: Books) -> None:
    """A document that was withdrawn keeps its files and takes no more."""
    document = made(session, books)
    attached(session, books, document)
    withdraw(session, document, by=books.officer, now=NOW)
    with pytest.raises(DocumentStatusError):
        attached(session, books, document, b"More")
    assert len(attachments(session, document)) == 1


def test_evidence_is_part_of_what_is_approved(session: Session, books: Books) -> None:
    """Who saw a document before a file was attached has not seen what they would approve."""
    document = made(session, books)
    submit_all(session, [document], by=books.officer, now=NOW)
    before = proposal(session, document).digest
    attached(session, books, document)
    with pytest.raises(ProposalChangedError):
        approve(session, document, by=books.coordinator, now=NOW, seen=before)
    seen = proposal(session, document).digest
    assert approve(session, document, by=books.coordinator, now=NOW, seen=seen)


def test_several_attach_the_same_bytes_at_once(books: Books) -> None:
    """Of several who attach the same new file, each to a document of their own, all succeed."""
    with writing(books.engine) as session:
        ids = [made(session, books, voucher=f"T/{number}").id for number in range(4)]

    def one(number: int) -> str:
        with writing(books.engine) as session:
            return attached(session, books, document_by_id(session, ids[number])).sha256

    assert at_once(4, one) == [SHA256] * 4
    with writing(books.engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Evidence)) == 1


def test_exchanged_file_is_found(engine: Engine) -> None:
    """Whoever exchanges the bytes of a file below the program is found by the verification."""
    books = scene(engine)
    assert said(books) == []
    with unguarded(engine) as connection:
        run(connection, CHANGED)
    sha256 = hashlib.sha256(b"An invoice").hexdigest()
    assert said(books) == [f"Evidence {sha256} is not the file that was attached."]


def test_file_voids_the_first_of_two_approvals(session: Session, books: Books) -> None:
    """Both who approve have seen the same files: after another one, both approve anew."""
    document = made(session, books, "prefinancing")
    submit_all(session, [document], by=books.officer, now=NOW)
    attached(session, books, document)

    def approve_as(by: User) -> None:
        approve(session, document, by=by, now=NOW, seen=proposal(session, document).digest)

    first, second = books.coordinator, another(session)
    approve_as(first)
    attached(session, books, document)
    assert document.endorsed_by == first.id  # the same file again is nothing new
    attached(session, books, document, body=INVOICE + b" more")
    assert [document.endorsed_by, document.status] == [None, Status.SUBMITTED]
    last = records(session, key=document.id)[0]
    assert (last.action, last.by) == (Act.VOIDED, books.officer.login)
    assert (last.old, last.new) == ({"endorsed_by": first.login}, {"endorsed_by": None})
    assert timeline(session, document)[-1].status == Status.VOIDED
    approve_as(second)
    assert document.status == Status.SUBMITTED
    approve_as(first)
    assert document.status == Status.APPROVED
    attached(session, books, document, body=INVOICE + b" later")
    assert document.endorsed_by == second.id
    assert list(verify(session).findings) == []
