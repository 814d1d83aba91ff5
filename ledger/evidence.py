"""Evidence: the files that prove what a document says, each known by the hash of its bytes.

A file is kept once, however often it is attached, and neither it nor that it was attached is ever
changed or deleted. What is attached to a document is part of what is approved.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PureWindowsPath

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from ledger.acts import Act, Kept
from ledger.audit import Noted, note
from ledger.db import Base, digest, text
from ledger.documents import Document, hold, void_endorsement
from ledger.errors import DocumentStatusError, LedgerError
from ledger.findings import Finding
from ledger.i18n import N_
from ledger.media_types import media_type
from ledger.users import User, require_maker
from ledger.vocabulary import LABELS, Status

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
LONGEST_NAME = 200

ATTACHED_TO = N_("attached to")


class EvidenceTooLargeError(LedgerError):
    """A file that is larger than evidence may be."""

    code = "evidence-too-large"
    message = N_(
        "“%(filename)s” is larger than %(megabytes)s megabytes: "
        "save it smaller, or attach its parts one by one."
    )


class EmptyEvidenceError(LedgerError):
    """A file without a single byte, or none at all."""

    code = "empty-evidence"
    message = N_("There is nothing in “%(filename)s”: choose the file that proves it.")


class UnknownEvidenceError(LedgerError):
    """A file that is not attached, or not for this reader."""

    code = "unknown-evidence"
    message = N_("There is no such evidence: see the list of the document's own.")


class Evidence(Base):
    """A file, under the hash of its bytes."""

    __tablename__ = "evidence"
    __table_args__ = (
        sa.CheckConstraint("bytes = length(body) AND bytes BETWEEN 1 AND 10485760", name="bytes"),
        sa.CheckConstraint("length(sha256) = 32", name="sha256"),
        {"sqlite_strict": True},
    )

    sha256: Mapped[digest] = mapped_column(primary_key=True)
    # Read when it is asked for: a list of files needs none of their bytes.
    body: Mapped[bytes] = mapped_column(deferred=True)
    media_type: Mapped[str] = mapped_column(sa.String(100))
    bytes: Mapped[int]


class Attachment(Base):
    """That a file proves something of a document: under which name, since when, by whom."""

    __tablename__ = "attachment"
    __table_args__ = ({"sqlite_strict": True},)

    document_id: Mapped[str] = mapped_column(
        sa.String(36), sa.ForeignKey(Document.id), primary_key=True
    )
    sha256: Mapped[digest] = mapped_column(sa.ForeignKey(Evidence.sha256), primary_key=True)
    filename: Mapped[text]
    attached_at: Mapped[datetime]
    attached_by: Mapped[int] = mapped_column(sa.ForeignKey(User.id))


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as it is listed: its name, what it is, and who attached it when."""

    sha256: str
    filename: str
    media_type: str
    bytes: int
    attached_at: datetime
    attached_by: str


@dataclass(frozen=True, slots=True)
class File:
    """A file with its bytes, to be handed out."""

    filename: str
    media_type: str
    body: bytes


def attach(
    session: Session, document: Document, body: bytes, *, filename: str, by: User, now: datetime
) -> Attached:
    """Attach a file to a document; one that is attached already stays as it was attached.

    The first of two approvals is void then: both who approve have seen the same files.

    Raises NotAllowedError for who does not act for the document's state, DocumentStatusError after
    it was withdrawn, EmptyEvidenceError, EvidenceTooLargeError and TypeNotTakenError.
    """
    # Whoever approves at the same moment sees it, or has approved before it came.
    hold(session, [document])
    require_attacher(document, by)
    name = _base_name(filename)
    if not body:
        raise EmptyEvidenceError(filename=name)
    if len(body) > LARGEST:
        raise EvidenceTooLargeError(filename=name, megabytes=LARGEST // MEGABYTE)
    found = media_type(body, filename=name)
    sha256 = hashlib.sha256(body).digest()
    if session.get(Attachment, (document.id, sha256)) is None:
        _keep(session, Evidence(sha256=sha256, body=body, media_type=found, bytes=len(body)))
        session.add(
            Attachment(
                document_id=document.id,
                sha256=sha256,
                filename=name,
                # Whoever waited for an approval comes after it, though they began before.
                attached_at=max(now, document.decided_at or now),
                attached_by=by.id,
            )
        )
        session.flush()
        said = {"filename": name, "media_type": found, "bytes": len(body), "sha256": sha256.hex()}
        # Under the document, whose record it belongs to.
        act = Noted(Kept.EVIDENCE, document.id, Act.ATTACHED, None, said)
        note(session, act, by=by.login, at=now)
        void_endorsement(session, document, by=by, now=now)
    [attached] = _listed(session, document, Attachment.sha256 == sha256)
    return attached


def require_attacher(document: Document, by: User) -> None:
    """Raise unless a person may attach something to a document as it stands.

    Raises NotAllowedError for who does not act for its state, and DocumentStatusError.
    """
    require_maker(by, {document.state_code})
    if document.status == Status.WITHDRAWN:
        raise DocumentStatusError(status=LABELS[Status.WITHDRAWN], wanted=ATTACHED_TO)


def attachments(session: Session, document: Document) -> list[Attached]:
    """List what is attached to a document, in the order in which it was."""
    return _listed(session, document, sa.true())


def attached_hashes(session: Session, document_id: str) -> list[str]:
    """Name by its hash what is attached to a document, in the order of the hashes."""
    query = sa.select(Attachment.sha256).where(Attachment.document_id == document_id)
    return sorted(sha256.hex() for sha256 in session.scalars(query))


def attached_file(session: Session, document: Document, sha256: str) -> File:
    """Give a file that is attached to a document, under the name that it has there.

    Raises UnknownEvidenceError for any other.
    """
    named = Attachment.document_id == document.id, Attachment.sha256 == _hash(sha256)
    return _file(session, *named)


def file_by_hash(session: Session, sha256: str) -> File:
    """Give a file by its whole hash, under the name it was first attached with.

    Raises UnknownEvidenceError.
    """
    return _file(session, Attachment.sha256 == _hash(sha256))


def vouch_evidence(session: Session) -> Iterator[Finding]:
    """Find the files whose bytes are not those that their hash names, one file at a time."""
    hashes = session.scalars(sa.select(Evidence.sha256).order_by(Evidence.sha256)).all()
    for sha256 in hashes:
        body = session.scalar(sa.select(Evidence.body).where(Evidence.sha256 == sha256))
        if hashlib.sha256(body or b"").digest() != sha256:
            message = N_("Evidence %(sha256)s is not the file that was attached.")
            yield Finding(message, {"sha256": sha256.hex()})


def _keep(session: Session, new: Evidence) -> None:
    known = sa.select(Evidence.sha256).where(Evidence.sha256 == new.sha256)
    if session.scalar(known) is not None:
        return
    try:
        with session.begin_nested():
            session.add(new)
    except IntegrityError:
        # Attached to another document at the same moment, which came first: these are its bytes.
        if session.scalar(known) is None:
            raise


def _listed(session: Session, document: Document, which: sa.ColumnElement[bool]) -> list[Attached]:
    query = (
        sa.select(
            *(Attachment.sha256, Attachment.filename, Evidence.media_type, Evidence.bytes),
            *(Attachment.attached_at, User.name),
        )
        .join(Evidence, Evidence.sha256 == Attachment.sha256)
        .join(User, User.id == Attachment.attached_by)
        .where(Attachment.document_id == document.id, which)
        .order_by(Attachment.attached_at, Attachment.sha256)
    )
    return [Attached(row[0].hex(), *row[1:]) for row in session.execute(query)]


def _file(session: Session, *which: sa.ColumnElement[bool]) -> File:
    query = (
        sa.select(Attachment.filename, Evidence.media_type, Evidence.body)
        .join(Evidence, Evidence.sha256 == Attachment.sha256)
        .where(*which)
        .order_by(Attachment.attached_at, Attachment.document_id)
        .limit(1)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise UnknownEvidenceError
    return File(*found)


def _hash(sha256: str) -> bytes:
    """Read a hash; raise UnknownEvidenceError for a text that is the hash of nothing."""
    try:
        return bytes.fromhex(sha256)
    except ValueError as error:
        raise UnknownEvidenceError from error


def _base_name(filename: str) -> str:
    """Keep a name without its folders and without what no line of text holds."""
    name = PureWindowsPath(filename).name
    kept = "".join(each for each in name if each.isprintable()).strip()
    return kept[-LONGEST_NAME:] or "file"
