"""Evidence for programs: a file is the body of its request, and comes back as one."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from api.deps import ApiUser, Now, Reading, Writing
from api.downloads import evidence_file
from ledger.approvals import seen_document
from ledger.evidence import attach, attached_file, attachments

router = APIRouter(tags=["evidence"])

ANY_FILE: dict[str, Any] = {"content": {"application/octet-stream": {}}}


class EvidenceAnswer(BaseModel):
    """A file that is attached: its name, type by content, size, SHA-256, since when and by whom."""

    model_config = ConfigDict(from_attributes=True)

    sha256: str
    filename: str
    media_type: str
    bytes: int
    attached_at: datetime
    attached_by: str


async def whole_body(request: Request) -> bytes:
    """Read a body as it is, before the books are opened for writing: an upload takes its time."""
    return await request.body()


WholeBody = Annotated[bytes, Depends(whole_body)]


@router.post(
    "/documents/{document_id}/evidence",
    status_code=201,
    openapi_extra={"requestBody": ANY_FILE | {"required": True}},
)
def attach_file(
    *,
    user: ApiUser,
    body: WholeBody,
    session: Writing,
    now: Now,
    document_id: str,
    filename: Annotated[str, Query(description="The file's name, in an address: F%201.pdf")],
    response: Response,
) -> EvidenceAnswer:
    """Attach the body to a document as a file; one that is attached already is told with 200."""
    found = seen_document(session, document_id, user)
    attached = attach(session, found, body, filename=filename, by=user, now=now)
    if attached.attached_at != now:
        response.status_code = 200
    response.headers["Location"] = f"/api/documents/{found.id}/evidence/{attached.sha256}"
    return EvidenceAnswer.model_validate(attached)


@router.get("/documents/{document_id}/evidence")
def evidence(session: Reading, user: ApiUser, document_id: str) -> list[EvidenceAnswer]:
    """List what is attached to a document, in the order in which it was."""
    found = seen_document(session, document_id, user)
    return [EvidenceAnswer.model_validate(each) for each in attachments(session, found)]


@router.get(
    "/documents/{document_id}/evidence/{sha256}",
    response_class=Response,
    responses={200: ANY_FILE | {"description": "The file as it was attached"}},
)
def download(session: Reading, user: ApiUser, document_id: str, sha256: str) -> Response:
    """Hand out a file to who may see its document."""
    found = seen_document(session, document_id, user)
    return evidence_file(attached_file(session, found, sha256))
