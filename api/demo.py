"""The demo: two years of a mechanism of four states, from its founding to December 2018.

Exchange rates and indicators are real, and so is the public record; every other amount, name and
voucher is made up. The books are made as an office would make them: the files of `demo_books` are
imported by an officer on the day in their name and approved by a coordinator that afternoon, by the
deputy where the coordinator may not, or not alone.
"""

from collections.abc import Callable, Sequence
from csv import DictReader
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib import resources

from sqlalchemy.orm import Session

from ledger.approvals import OwnCaseError, approvals_needed, approve_all, require_decider
from ledger.balances import Selection, cutoff, lines
from ledger.closing import take_step
from ledger.documents import Document, Keyed, draft_all, submit_all
from ledger.errors import OwnValuationError
from ledger.imports import import_file
from ledger.opening import open_books
from ledger.passwords import hash_password
from ledger.reversals import KIND, NewReversal
from ledger.users import Role, User, add_user

PASSWORD = "four-states-2016"  # noqa: S105 - printed by the demo and good for nothing else
LAST_DAY = date(2018, 12, 31)
BOOKS = resources.files("api") / "demo_books"

MISTYPED = "HU/2018/44"
MISTYPED_ON = date(2018, 10, 15)
CORRECTED_ON = date(2018, 11, 15)
CLOSED_ON = date(2018, 5, 17)
CLOSED_YEARS = (2016, 2017)

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class People:
    """Who keeps the demo's books; the deputy decides where the coordinator may not."""

    officer: User
    coordinator: User
    deputy: User


@dataclass(frozen=True, slots=True)
class PublicFigure:
    """One figure of the public record and where it was published; its date if it had one."""

    state: str
    on: date | None
    currency: str
    amount: Decimal
    status: str
    description: str
    source: str


def make_books(session: Session, *, progress: Progress) -> None:
    """Fill empty books with the demo; `progress` is told of each step."""
    opened_at = _at(date(2016, 11, 28), hour=8)
    open_books(session, today=LAST_DAY, now=opened_at)
    people = _people(session, now=opened_at)
    steps = [(day, _import(name, body)) for day, name, body in _files()]
    steps += [(CLOSED_ON, _close), (CORRECTED_ON, _reverse)]
    for day, step in sorted(steps, key=lambda each: each[0]):
        progress(step(session, people, day))


def public_record() -> list[PublicFigure]:
    """Read what the four states published of their contributions, with the sources."""
    rows = DictReader((BOOKS / "public_record.csv").read_text("utf-8").splitlines())
    return [
        PublicFigure(
            state=row["state"],
            on=date.fromisoformat(row["date"]) if row["date"] else None,
            currency=row["currency"],
            amount=Decimal(row["amount"]),
            status=row["status"],
            description=row["description"],
            source=row["source"],
        )
        for row in rows
    ]


Step = Callable[[Session, People, date], str]


def _import(name: str, body: bytes) -> Step:
    def step(session: Session, people: People, day: date) -> str:
        imported = import_file(
            session, body, filename=name, by=people.officer, now=_at(day, hour=9)
        )
        _approve(session, imported.documents, people, day)
        return f"{name}: {len(imported.documents)}"

    return step


def _reverse(session: Session, people: People, day: date) -> str:
    """The officer saw in November that two digits had been exchanged in October."""
    at = cutoff(session, day)
    wrong = [
        line.entry
        for line in lines(session, at, Selection(accounts=("8020",), state="HU"))
        if line.voucher == MISTYPED
    ]
    new = NewReversal(
        number=wrong[0],
        # On the day of what it undoes: the books learned of it a month later.
        effective_on=MISTYPED_ON,
        reason="HUF 18,400,000 was typed where the bank credited 14,800,000",
    )
    keyed = Keyed(key="reversal", new=new, kind=KIND, state="HU")
    documents = draft_all(session, [keyed], by=people.officer, now=_at(day, hour=9))
    submit_all(session, documents, by=people.officer, now=_at(day, hour=9))
    _approve(session, documents, people, day)
    return f"{day}-reversal: entry {wrong[0]}"


def _close(session: Session, people: People, day: date) -> str:
    """Put both years on hold, and close them: by then nothing is open in them."""
    for year in CLOSED_YEARS:
        for _step in ("hold", "closed"):
            take_step(session, date(year, 12, 31), now=_at(day, hour=9), by=people.coordinator)
    return f"{day}-periods: {', '.join(map(str, CLOSED_YEARS))}"


def _approve(session: Session, documents: Sequence[Document], people: People, day: date) -> None:
    """The coordinator decides first, the deputy on what then still needs an approval."""
    first = people.coordinator
    others = [document for document in documents if not _is_own(session, document, first)]
    approve_all(session, others, by=first, now=_at(day, hour=15))
    left = [document for document in documents if approvals_needed(document)]
    approve_all(session, left, by=people.deputy, now=_at(day, hour=16))


def _is_own(session: Session, document: Document, by: User) -> bool:
    try:
        require_decider(session, document, by)
    except (OwnCaseError, OwnValuationError):
        return True
    return False


def _people(session: Session, *, now: datetime) -> People:
    def signs_in(login: str, name: str, role: Role, state: str | None = None) -> User:
        hashed = hash_password(PASSWORD, login=login)
        return add_user(
            session, login, name=name, role=role, state=state, password_hash=hashed, now=now
        )

    signs_in("auditor", "Zsófia Auditor", Role.AUDITOR)
    return People(
        officer=signs_in("officer", "Ewa Officer", Role.OFFICER),
        coordinator=signs_in("coordinator", "Jan Coordinator", Role.COORDINATOR, "PL"),
        # Cannot sign in: she stands for the colleague from another state.
        deputy=add_user(
            session,
            "deputy",
            name="Petra Deputy",
            role=Role.COORDINATOR,
            state="CZ",
            now=now,
        ),
    )


def _files() -> list[tuple[date, str, bytes]]:
    names = sorted(each.name for each in BOOKS.iterdir() if each.name.startswith("20"))
    return [(date.fromisoformat(name[:10]), name, (BOOKS / name).read_bytes()) for name in names]


def _at(day: date, *, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)
