"""Imports: a file of contributions, costs, assessments or allocations, all of it or none of it.

Every fault of every row is told at once, before anything is written; then each row is a document
like any other, made under a key of its file and place, and waits for a second person.
"""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from ledger.accessions import KIND as ACCESSION
from ledger.acts import Act, Kept
from ledger.approvals import approve_in_turn
from ledger.audit import Noted, note
from ledger.db import Base, digest, text
from ledger.documents import Document, Keyed, draft_all, submit_all
from ledger.errors import DuplicateFileError, InputErrors, InputProblem, LedgerError
from ledger.i18n import N_
from ledger.import_files import Dialect, ImportFile, read_file
from ledger.import_sheets import ImportedRow, read_rows
from ledger.importables import TITLES, importable
from ledger.journal import PostedEntry
from ledger.kinds import KINDS
from ledger.periods import shut_days
from ledger.prior_periods import POSTED_ON, When, unpostable
from ledger.rate_policies import BY_BANK, missing_policy_rates, unsayable
from ledger.states import outsiders
from ledger.users import User, acts_for
from ledger.vocabulary import Form, RateEvent

OTHER_STATE = N_("“%(text)s” is not the state that you act for: leave its rows to its own officer.")
SAME_AS = N_(
    "row %(row)s says the same, of the same day and amount: "
    "remove one, or tell the two apart by their evidence."
)


class SecondApproverError(LedgerError):
    """An import that is to be posted, with documents that two people approve, and one approver."""

    code = "second-approver"
    message = N_(
        "Row %(row)s of %(sheet)s is approved by two people: name the second one too, by another "
        "--approved-by."
    )


class ImportedFile(Base):
    """A file that was imported; its hash keeps it from being imported twice."""

    __tablename__ = "imported_file"
    __table_args__ = ({"sqlite_strict": True},)

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    sha256: Mapped[digest] = mapped_column(sa.LargeBinary(32), unique=True)
    filename: Mapped[text]
    documents: Mapped[int]
    imported_at: Mapped[datetime]
    imported_by: Mapped[int] = mapped_column(sa.ForeignKey(User.id))


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: its documents in order, how many of each kind, and how it was read."""

    import_id: str
    documents: Sequence[Document]
    counts: Mapping[str, int]
    # Of a CSV; a workbook has none.
    dialect: Dialect | None
    # The titles of sheets that are named after no kind.
    left_aside: Sequence[str]
    posted: Sequence[PostedEntry] = ()


def import_file(
    session: Session,
    body: bytes,
    *,
    filename: str,
    by: User,
    now: datetime,
    kind: str | None = None,
    submit: bool = True,
) -> Imported:
    """Make a document of each row of a file, and submit it for approval unless told otherwise.

    `kind` says what a file holds that does not say so itself. Raises UnreadableFileError, and what
    `import_rows` raises; then nothing is written.
    """
    file = read_import(body, filename=filename, kind=kind)
    return import_rows(session, file, by=by, now=now, kind=kind, submit=submit)


def read_import(body: bytes, *, filename: str, kind: str | None = None) -> ImportFile:
    """Read a file without a session: a workbook takes seconds, for which no writer should wait."""
    titles = TITLES if kind is None else (importable(kind).title,)
    return read_file(body, filename=filename, titles=titles)


def import_rows(
    session: Session,
    file: ImportFile,
    *,
    by: User,
    now: datetime,
    kind: str | None = None,
    submit: bool = True,
    approvers: Sequence[User] = (),
) -> Imported:
    """Make documents of a file that was read, all or none; raise what `check_rows` raises.

    With `approvers` they are approved and posted as they come: what a row rests on may stand above
    it. The first of them approves, the others give the second approval where one is needed. Then it
    raises what `approve_all` raises.
    """
    rows = check_rows(session, file, by=by, kind=kind)
    _require_approvers(rows, approvers)
    import_id = str(uuid.uuid4())
    documents: list[Document] = []
    posted: list[PostedEntry] = []
    for stretch in _stretches(rows):
        keyed = [_keyed(row, file) for row in stretch]
        made = draft_all(session, keyed, by=by, now=now, import_id=import_id)
        if submit or approvers:
            submit_all(session, made, by=by, now=now)
        posted += _approved(session, made, approvers, now=now)
        documents += made
    _remember(session, file, import_id, documents, by=by, now=now)
    counts = Counter(row.of.kind for row in rows)
    return Imported(import_id, documents, counts, file.dialect, file.left_aside, posted)


def _require_approvers(rows: Sequence[ImportedRow], approvers: Sequence[User]) -> None:
    """What comes later may rest on what two approve: half approved, it would be refused there."""
    twice = next((row for row in rows if KINDS[row.of.kind].twice), None)
    if twice is not None and len(approvers) == 1:
        raise SecondApproverError(row=twice.place.row, sheet=twice.of.title)


def _stretches(rows: Sequence[ImportedRow]) -> Iterator[list[ImportedRow]]:
    """Part rows where a state accedes: documents of it are made once it takes part."""
    stretch: list[ImportedRow] = []
    for row in rows:
        stretch.append(row)
        if row.of.kind == ACCESSION:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _approved(
    session: Session, documents: Sequence[Document], approvers: Sequence[User], *, now: datetime
) -> Iterator[PostedEntry]:
    """Approve documents in their order; one that needs two approvals comes before what follows."""
    for _is_twice, alike in groupby(documents, key=lambda each: KINDS[each.kind].twice):
        yield from approve_in_turn(session, list(alike), by=approvers, now=now)


def check_rows(
    session: Session, file: ImportFile, *, by: User, kind: str | None = None
) -> list[ImportedRow]:
    """Read a file's rows as documents and ask the books about them; nothing is written.

    Raises DuplicateFileError, or InputErrors with every problem by sheet, row and column.
    """
    _require_new(session, file.sha256)
    rows, problems = read_rows(file, of=importable(kind) if kind else None)
    problems += [*_repeated(rows), *_not_theirs(rows, by), *_refused(session, rows)]
    if problems:
        raise InputErrors(_in_order(problems, file))
    return rows


def _require_new(session: Session, sha256: bytes) -> None:
    earlier = session.scalars(
        sa.select(ImportedFile).where(ImportedFile.sha256 == sha256)
    ).one_or_none()
    if earlier is not None:
        raise DuplicateFileError(on=earlier.imported_at.date(), filename=earlier.filename)


def _remember(
    session: Session,
    file: ImportFile,
    import_id: str,
    documents: Sequence[Document],
    *,
    by: User,
    now: datetime,
) -> None:
    try:
        with session.begin_nested():
            session.add(
                ImportedFile(
                    id=import_id,
                    sha256=file.sha256,
                    filename=file.filename,
                    documents=len(documents),
                    imported_at=now,
                    imported_by=by.id,
                )
            )
    except IntegrityError:
        # Someone imported the same file at the same moment, and came first.
        _require_new(session, file.sha256)
        raise
    said = {
        "filename": file.filename,
        "sha256": file.sha256.hex(),
        "documents": len(documents),
    }
    note(session, Noted(Kept.IMPORT, import_id, Act.IMPORTED, None, said), by=by.login, at=now)


def _keyed(row: ImportedRow, file: ImportFile) -> Keyed:
    key = f"{file.sha256.hex()}:{row.place.sheet}:{row.place.row}"
    return Keyed(key=key, new=row.new, kind=row.of.kind, state=row.said("state"))


def _in_order(problems: Sequence[InputProblem], file: ImportFile) -> list[InputProblem]:
    order = {sheet.title or None: place for place, sheet in enumerate(file.sheets)}
    return sorted(problems, key=lambda each: (order[each.sheet], each.row or 0))


# What the rows say among themselves, and what the books say to them


def _repeated(rows: Sequence[ImportedRow]) -> Iterator[InputProblem]:
    first: dict[tuple[object, ...], int] = {}
    for row in rows:
        fields = row.of.same_by
        # Rows that were put in an order are what they are: a mistake, its reversal, and once more.
        if not fields or row.order is not None:
            continue
        earlier = first.setdefault((row.of, *map(row.said, fields)), row.place.row)
        if earlier != row.place.row:
            yield row.place.problem("voucher", SAME_AS, {"row": earlier})


def _not_theirs(rows: Sequence[ImportedRow], by: User) -> Iterator[InputProblem]:
    for row in rows:
        state = row.said("state")
        if state is not None and not acts_for(by, state):
            yield row.place.problem("state", OTHER_STATE, {"text": state})


def _refused(session: Session, rows: Sequence[ImportedRow]) -> Iterator[InputProblem]:
    """Ask the books about every day, state and currency, each in one query; one answer a day."""
    shut = shut_days(session, {on for row in rows for on in row.days.values()})
    late = unpostable(session, {when for row in rows for when in row.days_if_late})
    newcomers = {row.said("acceding_state") for row in rows}
    on_days = {each for each in _on_first_day(rows, "state") if each[0] not in newcomers}
    outside = outsiders(session, on_days)
    missing = _without_rate(session, rows)
    for row in rows:
        if not row.days:
            continue
        (first, on), *later = row.days.items()
        if row.may_be_late:
            yield from _not_late(row, late)
        refusal = (
            (None if row.may_be_late else shut.get(on))
            or (outside.get((row.said("state"), on)) if row.of.of_members else None)
            or missing.get((_event_of(row), row.said("currency"), on))
        )
        days = [
            (first, refusal),
            *((name, shut.get(day)) for name, day in later if day >= row.effective_on),
        ]
        for name, error in days:
            if error is not None:
                yield row.place.problem(name, error.message, error.params)


def _without_rate(
    session: Session, rows: Sequence[ImportedRow]
) -> dict[tuple[RateEvent | None, str, date], LedgerError]:
    """Say which money cannot be translated on a first day, by the event that it is for."""
    found: dict[tuple[RateEvent | None, str, date], LedgerError] = {}
    for event, of_event in groupby(sorted(rows, key=_event_name), key=_event_of):
        wanted = _on_first_day(list(of_event), "currency")
        if event is not None:
            refused = missing_policy_rates(session, event, wanted)
            if event in BY_BANK:
                said = [(code, on, None) for code, on in wanted]
                unsaid = unsayable(session, event, said)
                refused |= {(code, on): error for (code, on, _own), error in unsaid.items()}
            found |= {(event, code, on): error for (code, on), error in refused.items()}
    return found


def _event_of(row: ImportedRow) -> RateEvent | None:
    """Say for what a row is translated; not by the rate book where it says the bank's own rate."""
    in_kind = row.said("form") not in (None, Form.CASH) and row.of.event is RateEvent.RECEIPT
    event = RateEvent.IN_KIND if in_kind else row.of.event
    return None if row.said("bank_rate") is not None else event


def _event_name(row: ImportedRow) -> str:
    return _event_of(row) or ""


def _not_late(
    row: ImportedRow, late: Mapping[When, tuple[str, LedgerError]]
) -> Iterator[InputProblem]:
    """Say why a row is not posted on the day that it names, or on its own without one."""
    names = {on: name for name, on in reversed(row.days.items())}
    for when in row.days_if_late:
        if when in late:
            about, error = late[when]
            name = POSTED_ON if about == POSTED_ON else names[when.on]
            yield row.place.problem(name, error.message, error.params)


def _on_first_day(rows: Sequence[ImportedRow], name: str) -> set[tuple[str, date]]:
    said = ((row.said(name), next(iter(row.days.values()))) for row in rows if row.days)
    return {(value, on) for value, on in said if value is not None}
