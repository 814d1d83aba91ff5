"""Statements on request: which there are, how one is issued, whether one is what the ledger says.

A statement is issued from the books as of a day and as known at an entry number; both stand in the
file, and issued again it is the same, byte for byte.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zipfile import BadZipFile

from sqlalchemy.orm import Session

from ledger.balances import Cutoff, head
from ledger.errors import UnreadableFileError
from ledger.findings import Finding
from ledger.i18n import N_
from ledger.verification import verify
from ledger.workbook_guard import RefusedWorkbookError, check_workbook
from reports import equity_statement, exchange_statement, state_statement, trial_balance
from reports.sheet import Book
from reports.workbook import ReadBack, read_back, workbook

NO_STATEMENT = N_("it is not a statement of this program")
BOOKS_ARE_NOT_SOUND = N_("The books behind it are not what was sealed: run `mcrm verify`.")
OTHER_FIGURES = N_("Its figures are not those that the ledger gives for its day.")


class Statement(StrEnum):
    """What can be asked for."""

    STATE = state_statement.KIND
    EQUITY = equity_statement.KIND
    TRIAL_BALANCE = trial_balance.KIND
    EXCHANGE = exchange_statement.KIND


@dataclass(frozen=True, slots=True)
class Wanted:
    """A statement in a language; that of a state names it."""

    statement: Statement
    state: str | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Issued:
    """A workbook and the name it is saved under."""

    filename: str
    body: bytes


def issue(session: Session, wanted: Wanted, *, at: Cutoff) -> Issued:
    """Make a statement from the books as of a day, as known at an entry number.

    Raises NotAMemberError for the statement of a state that had not joined by that day.
    """
    book = _book(session, wanted, at)
    return Issued(book.filename, workbook(book))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a workbook that came back is: as issued, or with the same figures, or neither."""

    identical: bool
    differences: tuple[Finding, ...]


def compare(session: Session, body: bytes, *, filename: str) -> Comparison:
    """Hold a workbook that came back against the books it was made from.

    Identical is the file as it was issued. Of one that another program saved the figures are
    compared; texts and formats are not. The books behind it are verified too. Raises
    UnreadableFileError when it is no statement of ours.
    """
    said = read_statement(body, filename=filename)
    try:
        wanted = Wanted(
            Statement(said.properties["Kind"]),
            state=said.properties["Scope"],
            language=said.properties["Language"],
        )
        at = Cutoff(date.fromisoformat(said.properties["AsOf"]), int(said.properties["Head"]))
        link = said.properties["HeadHash"]
    except (KeyError, ValueError) as error:
        raise UnreadableFileError(filename=filename, reason=NO_STATEMENT) from error
    known = head(session, at)
    if known.number != at.known_number or known.hash.hex() != link:
        unknown = N_("The books do not know entry %(number)s as this statement does.")
        return Comparison(False, (Finding(unknown, {"number": at.known_number}, at.known_number),))
    issued = issue(session, wanted, at=at).body
    differences = [] if verify(session).well else [Finding(BOOKS_ARE_NOT_SOUND, {})]
    if read_back(issued).digest != said.digest:
        differences.append(Finding(OTHER_FIGURES, {}))
    return Comparison(issued == body, tuple(differences))


def read_statement(body: bytes, *, filename: str) -> ReadBack:
    """Read what a workbook says of itself; raise UnreadableFileError when it is no statement."""
    try:
        check_workbook(body)
        return read_back(body)
    except RefusedWorkbookError as error:
        raise UnreadableFileError(filename=filename, reason=error) from error
    except (BadZipFile, LookupError, TypeError, ValueError, OSError, SyntaxError) as error:
        raise UnreadableFileError(filename=filename, reason=NO_STATEMENT) from error


def _book(session: Session, wanted: Wanted, at: Cutoff) -> Book:
    match wanted.statement:
        case Statement.STATE:
            report = state_statement.state_statement(session, wanted.state or "", cutoff=at)
            return state_statement.book(report, wanted.language)
        case Statement.EQUITY:
            equity = equity_statement.equity_statement(session, cutoff=at)
            return equity_statement.book(equity, wanted.language)
        case Statement.TRIAL_BALANCE:
            trial = trial_balance.trial_balance(session, cutoff=at)
            return trial_balance.book(trial, wanted.language)
        case Statement.EXCHANGE:
            exchange = exchange_statement.exchange_statement(session, cutoff=at)
            return exchange_statement.book(exchange, wanted.language)
