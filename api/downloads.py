"""Workbooks as answers: a file with a name, never shown inside a page."""

from sqlalchemy.orm import Session
from starlette.responses import Response

from ledger.balances import Cutoff
from reports.statements import Wanted, issue

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_file(session: Session, wanted: Wanted, *, at: Cutoff) -> Response:
    """Issue a statement as of a cutoff; raise whatever the statement refuses."""
    issued = issue(session, wanted, at=at)
    name = f'attachment; filename="{issued.filename}"'
    return Response(issued.body, media_type=XLSX, headers={"Content-Disposition": name})
