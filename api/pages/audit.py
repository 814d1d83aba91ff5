"""The audit trail on a page: who did what when, found by record, person and days."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.responses import Response

from api.audit_trail import FIELDS, Search, csv_text, require_reader, written
from api.deps import Reading
from api.pages.page import CurrentPage
from ledger.acts import LABELS, PEOPLE, Kept
from ledger.audit import people
from ledger.errors import LedgerError

router = APIRouter()

ROWS = 100
LINKED = (Kept.DOCUMENT, Kept.EVIDENCE)
# Of more fields than these a row shows how many they are, and opens at a click.
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of the address as they were typed, what they ask for, and what is wrong."""

    typed: Mapping[str, str]
    search: Search
    error: LedgerError | None = None

    def address(self, path: str, **more: object) -> str:
        """Address the same search on another page."""
        given = {name: value for name, value in self.typed.items() if value}
        query = urlencode(given | {name: str(value) for name, value in more.items()})
        return f"{path}?{query}" if query else path


def asked(
    *,
    page: CurrentPage,
    record: str = "",
    key: str = "",
    by: str = "",
    from_on: str = "",
    until_on: str = "",
) -> Asked:
    """Read a search in the reader's language; raise NotAllowedError for who may not read."""
    require_reader(page.user)
    typed = {"record": record, "key": key, "by": by, "from_on": from_on, "until_on": until_on}
    kind = Kept(record) if record in tuple(Kept) else None
    try:
        first, last = (
            page.formats.read_day(typed[name]) if typed[name].strip() else None
            for name in ("from_on", "until_on")
        )
    except LedgerError as error:
        return Asked(typed, Search(kind, key.strip(), by), error)
    return Asked(typed, Search(kind, key.strip(), by, first, last))


AskedFor = Annotated[Asked, Depends(asked)]


@router.get("/audit")
def audit(
    page: CurrentPage, asked: AskedFor, session: Reading, before: int | None = None
) -> Response:
    """List what was noted, the latest first; a day that is none is told, and nothing is listed."""
    found = [] if asked.error else asked.search.found(session, limit=ROWS + 1, before=before)
    older = found[ROWS - 1].id if len(found) > ROWS else None
    return page.html(
        "audit.html",
        422 if asked.error else 200,
        rows=found[:ROWS],
        older=older and asked.address("/audit", before=older),
        export=asked.address("/audit.csv"),
        typed=asked.typed,
        error=asked.error,
        kinds=tuple(Kept),
        people=people(session),
        names=PEOPLE,
        labels=LABELS,
        audit_fields=FIELDS,
        linked=LINKED,
        shown=SHOWN,
        said=written,
    )


@router.get("/audit.csv")
def audit_csv(page: CurrentPage, asked: AskedFor, session: Reading) -> Response:
    """Give everything that a search finds as CSV; raise what is wrong with its days."""
    if asked.error is not None:
        raise asked.error
    name = f"MCRM_audit_{page.now.date()}.csv"
    return Response(
        # With a mark by which a spreadsheet knows that it is UTF-8.
        "\ufeff" + csv_text(asked.search.found(session)),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
