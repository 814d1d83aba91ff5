"""The books that are attacked and tampered with."""

from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from ledger.calls import Call, references_of
from ledger.closing import ClosingWaiver
from ledger.db import reading, writing
from ledger.documents import Document, mark_approved, submit_all, withdraw
from ledger.evidence import attach
from ledger.journal import post, post_all
from ledger.periods import add_period, advance
from ledger.rate_imports import import_rates
from ledger.verification import Verdict, Witness, verify
from ledger.vintages import import_vintage
from tests.books import NOW, Books, entry, given, line, opened
from tests.documents import another, booked, made

CLOSED_DAY = date(2015, 6, 30)

INDICATORS = b"state,year,indicator,value\nPL,2018,population,37976687\n"


RATES_OF_2019 = b"Date,PLN\n2019-01-02,4.3\n"


def scene(engine: Engine) -> Books:
    """Open books of three entries: an approved gift, one without a document, and its reversal.

    The year 2015 is closed, with a point waived; one document waits for approval, and one has no
    step on record. One vintage of indicators was imported. Hungary has left, and Slovakia opted out
    of two activities. One scale was adopted, and another waits. A claim, which two approve, is a
    draft. What waits has a file as its evidence, and one document was withdrawn. One call is in the
    register, and another waits. One file of rates was imported.
    """
    books = opened(engine)
    with writing(engine) as session:
        add_period(session, date(2015, 1, 1), date(2015, 12, 31), now=NOW)
        advance(session, CLOSED_DAY, now=NOW)
        advance(session, CLOSED_DAY, now=NOW)
        waived = {"from_on": date(2015, 1, 1), "reason": "No rates", "points": 1}
        session.add(ClosingWaiver(**waived, at=NOW))
        import_rates(session, RATES_OF_2019, filename="rates.csv", now=NOW)
        booked(session, books)
        owed = (line("1110", "9.00", state="PL"), line("1110", "1.00", state="CZ"))
        said = entry("given", *given(), *owed, line("3010", "-10.00"), on=date(2017, 1, 2))
        post(session, replace(said, kind="assessment"), **books.hands, now=NOW)
        session.add(_called(session, books))
        booked(session, books, "reversal", number=2, reason="Twice", effective_on=NOW.date())
        waiting = made(session, books, description="Waiting")
        submit_all(session, [waiting], by=books.officer, now=NOW)
        session.add(_loose(waiting))
        attach(session, waiting, b"An invoice", filename="F-1.txt", by=books.officer, now=NOW)
        withdraw(session, made(session, books, voucher="T/2"), by=books.officer, now=NOW)
        about = {"filename": "census.csv", "vintage": "census 2018", "publisher": "Office"}
        import_vintage(session, INDICATORS, **about, by=books.office, now=NOW)
        booked(session, books, "scale")
        made(session, books, "scale", valid_from="2017-01-01")
        made(session, books, "prefinancing")
        another(session)
        booked(session, books, "withdrawal")
        booked(session, books, "opt_out", until_on="2018-06-30")
        booked(session, books, "opt_out", activity="information")
        made(session, books, "call", assessment="2", description="Waiting")
    return books


def longer_scene(engine: Engine) -> Books:
    """Open the same books with three entries more."""
    books = scene(engine)
    with writing(engine) as session:
        post_all(session, [entry(key) for key in "456"], **books.hands, now=NOW)
    return books


def verdict(books: Books, *witnesses: Witness) -> Verdict:
    """Verify the books."""
    with reading(books.engine) as session:
        return verify(session, witnesses=witnesses)


def said(books: Books, *witnesses: Witness) -> list[str]:
    """Verify the books and say what was found."""
    return [str(finding) for finding in verdict(books, *witnesses).findings]


def run(connection: Connection, *statements: str) -> None:
    """Run statements of SQL."""
    for statement in statements:
        connection.execute(sa.text(statement))


def _called(session: Session, books: Books) -> Call:
    """Approve a call without what it would look at, and make its row."""
    document = made(session, books, "call", assessment="2")
    submit_all(session, [document], by=books.office, now=NOW)
    mark_approved(session, [document], by=books.coordinator, now=NOW)
    reference, symbol = references_of(2017, "PL", 1)
    return Call(
        number=1,
        document_id=document.id,
        state_code="PL",
        item="1110:PL",
        despatched_on=date(2017, 2, 1),
        due_on=date(2017, 3, 3),
        exchange="receipt_rate",
        charges="state",
        reference=reference,
        symbol=symbol,
        gross=900,
        applied=0,
        arrears=0,
    )


def _loose(document: Document) -> Document:
    same = ("kind", "version", "body", "body_hash", "made_by", "made_at", "idempotency_scope")
    copied = {name: getattr(document, name) for name in same}
    return Document(id="loose", status="draft", idempotency_key="loose", **copied)
