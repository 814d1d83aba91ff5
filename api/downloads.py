"""Files as answers: each with a name, never shown inside a page."""

from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.responses import Response

from ledger.balances import Cutoff
from ledger.evidence import File
from reports.statements import Wanted, issue

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_file(session: Session, wanted: Wanted, *, at: Cutoff) -> Response:
    """Issue a statement as of a cutoff; raise whatever the statement refuses."""
    issued = issue(session, wanted, at=at)
    name = f'attachment; filename="{issued.filename}"'
    return Response(issued.body, media_type=XLSX, headers={"Content-Disposition": name})


def evidence_file(found: File) -> Response:
    """Hand out a file of evidence, to be saved and not to be shown, under the name it came with."""
    # Its type as it was found out, without an encoding: of a text nobody said which.
    headers = {
        "Content-Type": found.media_type,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.filename, safe='')}",
    }
    return Response(found.body, headers=headers)
