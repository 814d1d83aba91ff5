"""Statements as workbooks for programs."""

from fastapi import APIRouter, Response

from api.deps import ApiUser, Moment, Now, Reading
from api.downloads import XLSX, workbook_file
from ledger.balances import cutoff
from ledger.i18n import LANGUAGES, SOURCE
from ledger.inputs import Day
from reports.statements import Statement, Wanted

router = APIRouter(tags=["statements"])


@router.get(
    "/statements/{name}.xlsx",
    response_class=Response,
    responses={200: {"content": {XLSX: {}}, "description": "The workbook"}},
)
def statement(
    *,
    session: Reading,
    user: ApiUser,
    now: Now,
    name: Statement,
    state: str | None = None,
    as_of: Day | None = None,
    known_at: Moment | None = None,
    language: str = SOURCE,
) -> Response:
    """Give a statement as of a day, today unless one is named, in English unless another is."""
    at = cutoff(session, as_of or now.date(), known_at=known_at)
    wanted = Wanted(name, state=state, language=language if language in LANGUAGES else SOURCE)
    return workbook_file(session, wanted, at=at)
