"""The journal on pages: the list of entries, one entry whole, and the postings behind a figure."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from api.deps import Now, Reading, Writing
from api.pages.as_of import AsOf
from api.pages.equity import NO_FORM
from api.pages.forms import FilledForm
from api.pages.page import CurrentPage, Page, SentForm
from api.pages.people import names_of
from api.pages.reversals import (
    FIELD_OF_REFUSAL,
    empty_form,
    may_reverse,
    only_state,
    read_reversal,
    submit_reversal,
    waits,
)
from ledger.accounts import Book, account, chart
from ledger.balances import Line, Selection, entry_lines, lines
from ledger.documents import Document, visible_to
from ledger.entries import JournalEntry, Posting, Seal
from ledger.errors import (
    IdempotencyConflictError,
    InputErrors,
    InputProblem,
    LedgerError,
    NotAllowedError,
    UnknownEntryError,
)
from ledger.headings import ENTRY_KINDS
from ledger.inputs import MESSAGES, in_short
from ledger.money import ZERO, from_cents
from ledger.users import LABELS, Role
from ledger.vocabulary import Form, Moved, Purpose

router = APIRouter()

ROWS = 100
FORMS = (*Form, *Moved, NO_FORM)


@dataclass(frozen=True, slots=True)
class Outline:
    """What the list says of an entry's postings: its amount in euro, and its states."""

    amount: Decimal = ZERO
    states: tuple[str, ...] = ()


@router.get("/journal")
def journal(page: CurrentPage, session: Reading, before: int | None = None) -> Response:
    """List the entries, the latest recorded first."""
    query = sa.select(JournalEntry).order_by(JournalEntry.number.desc()).limit(ROWS + 1)
    if before is not None:
        query = query.where(JournalEntry.number < before)
    found = session.scalars(query).all()
    entries = found[:ROWS]
    return page.html(
        "journal.html",
        entries=entries,
        outlines=_outlines(session, [entry.number for entry in entries]),
        older=entries[-1].number if len(found) > ROWS else None,
        kinds=ENTRY_KINDS,
    )


@router.get("/journal/{number}")
def entry(page: CurrentPage, session: Reading, number: int) -> Response:
    """Show one entry with both currencies, who made and approved it, and what undoes it."""
    return _show_entry(page, session, number, empty_form(page))


@router.post("/journal/{number}/reversal")
def reverse_entry(
    page: CurrentPage, session: Writing, form: SentForm, now: Now, number: int
) -> Response:
    """Ask the coordinators to undo an entry; show it again with what is wrong instead."""
    state = only_state(entry_lines(session, [number]))
    if not may_reverse(page.user, state):
        raise NotAllowedError(needed=LABELS[Role.OFFICER])
    try:
        new = read_reversal(page, session, form, number, state)
        key = form.get("key", "")
        made = submit_reversal(session, new, state=state, by=page.user, now=now, key=key)
    except IdempotencyConflictError as error:
        # Sent before with other words: a new key, so that sending it again is a deliberate act.
        again = FilledForm({**form, "key": str(uuid.uuid4())}).with_error(error)
        return _show_entry(page, session, number, again, status=422)
    except LedgerError as error:
        wrong = FilledForm(form).with_error(error, FIELD_OF_REFUSAL)
        return _show_entry(page, session, number, wrong, status=422)
    return RedirectResponse(f"/documents/{made.id}?done=submitted", 303)


def _show_entry(
    page: Page, session: Session, number: int, form: FilledForm, status: int = 200
) -> Response:
    """Draw an entry, with the form that undoes it; raise UnknownEntryError where there is none."""
    found = session.get(JournalEntry, number)
    if found is None:
        raise UnknownEntryError(number=number)
    latest = session.scalar(sa.select(sa.func.max(JournalEntry.number))) or number
    lines = entry_lines(session, [number])
    reversal = session.scalar(sa.select(JournalEntry.number).where(JournalEntry.reverses == number))
    standing = found.reverses is None and reversal is None
    waiting = standing and waits(session, number)
    return page.html(
        "entry.html",
        status,
        entry=found,
        lines=lines,
        chart=chart(),
        kinds=ENTRY_KINDS,
        people=names_of(session, (found.recorded_by, found.approved_by)),
        seal=session.get_one(Seal, number),
        reversal=reversal,
        form=form,
        reversal_waits=waiting,
        may_reverse=standing and not waiting and may_reverse(page.user, only_state(lines)),
        latest=latest,
        document=_visible_document(session, found, page),
    )


@router.get("/postings")
def postings(
    *,
    page: CurrentPage,
    session: Reading,
    asked: AsOf,
    account_codes: Annotated[list[str], Query(alias="account")] = [],  # noqa: B006 - FastAPI copies it
    state: str | None = None,
    currency: str | None = None,
    purpose: str | None = None,
    form: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    side: Literal["debit", "credit"] = "debit",
) -> Response:
    """List the postings that a figure is the sum of, and the sum, which is the figure."""
    _require_words("purpose", [purpose] if purpose else [], tuple(Purpose))
    _require_words("form", form, FORMS)
    at = asked.cutoff(session)
    where = Selection(
        accounts=tuple(account(code).code for code in account_codes),
        state=state or None,
        currency=currency or None,
        purpose=purpose or None,
        forms=tuple(None if each == NO_FORM else each for each in form),
    )
    found = lines(session, at, where)
    return page.html(
        "postings.html",
        at=at,
        where=where,
        side=side,
        lines=found,
        debit=sum((line.euro for line in found if line.euro > 0), ZERO),
        credit=-sum((line.euro for line in found if line.euro < 0), ZERO),
        by_currency=_by_currency(found),
        chart=chart(),
    )


def _require_words(field: str, given: Iterable[str], known: Sequence[str]) -> None:
    """Raise InputErrors for each word of the address that is not of its closed list."""
    expected = ", ".join(known)
    problems = [
        InputProblem(field, MESSAGES["enum"], {"text": in_short(word, 80), "expected": expected})
        for word in given
        if word not in known
    ]
    if problems:
        raise InputErrors(problems)


def _visible_document(session: Session, found: JournalEntry, page: Page) -> str | None:
    """Give the entry's document where this reader may open it."""
    query = sa.select(Document.id).where(Document.id == found.document_id, visible_to(page.user))
    return session.scalar(query)


def _outlines(session: Session, numbers: Sequence[int]) -> dict[int, Outline]:
    """Say the amount of each entry in euro and name its states, in one query."""
    query = (
        sa.select(Posting.entry, Posting.book, Posting.state_code, sa.func.sum(Posting.euro))
        .where(Posting.entry.in_(numbers))
        .group_by(Posting.entry, Posting.book, Posting.account, Posting.state_code)
    )
    debits: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    states: dict[int, set[str]] = defaultdict(set)
    for number, book, state, cents in session.execute(query):
        # Summed by account first: money passing through the currency account counts once.
        debits[number][book] += max(from_cents(int(cents)), ZERO)
        if state is not None:
            states[number].add(state)
    return {
        number: Outline(_amount(debits[number]), tuple(sorted(states[number])))
        for number in numbers
    }


def _amount(debits: Mapping[str, Decimal]) -> Decimal:
    """Give the debits of the accounts book, or of the first book that holds any."""
    return next((debits[book] for book in Book if debits.get(book)), ZERO)


def _by_currency(found: Sequence[Line]) -> list[tuple[str, Decimal, Decimal]]:
    """Sum the lines in each currency, and what they are in euro, debit positive."""
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for line in found:
        amount, euro = sums.get(line.currency, (ZERO, ZERO))
        sums[line.currency] = (amount + line.amount, euro + line.euro)
    return [(currency, *both) for currency, both in sorted(sums.items())]
