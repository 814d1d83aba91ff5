"""Evidence on a document's page: attaching a file, and getting one back."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from api.deps import Now, Reading, Writing
from api.downloads import evidence_file
from api.pages.documents import show_document
from api.pages.page import CurrentPage
from ledger import approvals
from ledger.approvals import seen_document
from ledger.errors import LedgerError
from ledger.evidence import attach, attached_file

router = APIRouter(prefix="/documents")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a browser sends it; without a name and a byte where none was chosen."""

    filename: str
    body: bytes


async def sent_file(request: Request) -> Upload:
    """Read the file of a form before the books are opened for writing: an upload takes its time."""
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile):
        return Upload("", b"")
    return Upload(file.filename or "", await file.read())


SentFile = Annotated[Upload, Depends(sent_file)]


@router.post("/{document_id}/evidence")
def attach_file(
    page: CurrentPage, file: SentFile, session: Writing, now: Now, document_id: str
) -> Response:
    """Attach a file; show the document again with what is wrong with it instead."""
    found = seen_document(session, document_id, page.user)
    was_endorsed = approvals.endorser(session, found)
    try:
        attach(session, found, file.body, filename=file.filename, by=page.user, now=now)
    except LedgerError as error:
        return show_document(page, session, found, evidence_error=error, status=422)
    is_void = was_endorsed and not approvals.endorser(session, found)
    done = "voided" if is_void else "attached"
    return RedirectResponse(f"/documents/{found.id}?done={done}#evidence", 303)


@router.get("/{document_id}/evidence/{sha256}")
def download(page: CurrentPage, session: Reading, document_id: str, sha256: str) -> Response:
    """Hand out a file to who may see its document."""
    found = seen_document(session, document_id, page.user)
    return evidence_file(attached_file(session, found, sha256))
