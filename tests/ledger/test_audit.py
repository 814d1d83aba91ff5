"""Who did what when, and what it said before: noted with the act itself, and only added to."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from ledger.approvals import approve, give_back, proposal
from ledger.audit import Change, records
from ledger.contributions import NewContribution
from ledger.documents import edit, submit_all, withdraw
from ledger.evidence import attach
from ledger.imports import import_file
from ledger.inputs import read
from ledger.periods import add_period, advance
from ledger.rate_imports import import_rates
from ledger.signin import end_token, issue_token, live_tokens, sign_in
from ledger.users import Role, add_user, change_password, shut_out
from ledger.vintages import import_vintage
from tests.books import DAY, NOW, Books
from tests.document_fields import CASH
from tests.documents import made
from tests.ledger.scene import INDICATORS

LATER = NOW + timedelta(hours=1)


def noted(session: Session, **which: Any) -> list[tuple[str, str, str, object, object]]:
    """List who did what to which record, with old and new values, the first act first."""
    return [
        (each.by, each.record, each.action, each.old, each.new)
        for each in reversed(records(session, **which))
    ]


def test_a_document_is_followed_from_draft_to_approval(session: Session, books: Books) -> None:
    """Each step of a document is noted: what it said, who moved it from where to where, and why."""
    document = made(session, books)
    first = document.body
    submit_all(session, [document], by=books.officer, now=NOW)
    give_back(session, document, reason="Which spring?", by=books.coordinator, now=NOW)
    new = read(NewContribution, {**CASH, "description": "The spring of 2017"})
    edit(session, document, new, by=books.officer, now=NOW)
    submit_all(session, [document], by=books.officer, now=NOW)
    attach(session, document, b"An invoice", filename="F.txt", by=books.office, now=NOW)
    seen = proposal(session, document).digest
    approve(session, document, by=books.coordinator, now=NOW, seen=seen)
    draft, submitted = {"status": "draft"}, {"status": "submitted"}
    returned = {"status": "returned", "reason": "Which spring?"}
    *before, attached, approved = noted(session, key=document.id)
    assert before == [
        ("anna", "document", "drafted", None, first),
        ("anna", "document", "submitted", draft, submitted),
        ("eva", "document", "returned", submitted, returned),
        ("anna", "document", "edited", first, document.body),
        ("anna", "document", "submitted", draft, submitted),
    ]
    assert attached[:3] == ("iva", "evidence", "attached")
    assert approved == ("eva", "document", "approved", submitted, {"status": "approved"})


def test_what_was_changed_is_told_field_by_field(session: Session, books: Books) -> None:
    """Of an edit only the fields are shown that say something else since."""
    document = made(session, books)
    new = read(NewContribution, {**CASH, "amount": "120.00"})
    edit(session, document, new, by=books.officer, now=NOW)
    latest = records(session, key=document.id)[0]
    assert latest.changes == [Change("amount", "100.00", "120.00")]


def test_a_withdrawal_is_noted(session: Session, books: Books) -> None:
    """A document that is taken back leaves a record of who took it back."""
    document = made(session, books)
    withdraw(session, document, by=books.officer, now=NOW)
    withdrawn = ("anna", "document", "withdrawn", {"status": "draft"}, {"status": "withdrawn"})
    assert noted(session, key=document.id)[-1] == withdrawn


def test_periods_are_noted(session: Session, books: Books) -> None:
    """Who opened a period and who closed it is noted, by the command line where nobody is named."""
    add_period(session, date(2015, 1, 1), date(2015, 12, 31), now=NOW)
    advance(session, date(2015, 1, 1), now=NOW, by="eva")
    assert noted(session, key="2015-01-01/2015-12-31") == [
        ("command line", "period", "added", None, {"status": "open"}),
        ("eva", "period", "advanced", {"status": "open"}, {"status": "hold"}),
    ]


def test_people_are_noted_without_their_secrets(session: Session, books: Books) -> None:
    """Who was let in, given a password or token, and shut out is noted, and no hash or token."""
    user = add_user(session, "ivo", name="Ivo", role=Role.AUDITOR, now=NOW, password_hash="$old")
    change_password(session, user, "$new", now=NOW)
    token = issue_token(session, user, name="desk", expires_at=LATER, now=NOW, by="ivo")
    [live] = live_tokens(session, user, now=NOW)
    for _twice in range(2):
        end_token(session, user, live.token_hash, now=NOW)
    shut_out(session, user, now=NOW)
    found = noted(session, record="user", key="ivo")
    assert [(by, action) for by, _, action, _, _ in found] == [
        ("command line", "added"),
        ("command line", "password_changed"),
        ("ivo", "token_issued"),
        ("ivo", "token_ended"),
        ("command line", "shut_out"),
    ]
    for secret in ("$old", "$new", token, live.token_hash.hex()):
        assert secret not in str(found)


def test_signing_in_is_noted_and_failing_too(session: Session, books: Books) -> None:
    """Who came in is named; a try that failed is noted under the login, by nobody who is known."""
    sign_in(session, login=" Anna ", user=None, address="::1", now=NOW)
    sign_in(session, login="anna", user=books.officer, address="::1", now=NOW)
    assert [(by, action) for by, _, action, _, _ in noted(session, key="anna")[-2:]] == [
        ("not signed in", "sign_in_failed"),
        ("anna", "signed_in"),
    ]


def test_imports_of_rates_and_indicators_are_noted(session: Session, books: Books) -> None:
    """A file that brought something is noted with its hash and rows; one that did not, is not."""
    rates = b"Date,USD\n2019-01-02,1.1397\n"
    for _twice in range(2):
        import_rates(session, rates, filename="eurofxref.csv", now=NOW, by="eva")
    about = {"filename": "census.csv", "vintage": "census 2018", "publisher": "Office"}
    import_vintage(session, INDICATORS, **about, by=books.office, now=NOW)
    [rate] = noted(session, record="rates")
    [vintage] = records(session, record="indicators")
    assert rate[0] == "eva"
    assert rate[4]["filename"] == "eurofxref.csv"  # type: ignore[index] # a dict, by the test
    assert (vintage.by, vintage.key) == ("iva", "census 2018")


ROW = "PL;cash;operations;information;state_budget;2017-03-01;EUR;{}.00;voluntary;Row {};T/{}\n"
HEADINGS = (
    "state;form;purpose;activity;funding_source;value_on;"
    "currency;amount;against;description;voucher\n"
)


def test_an_import_is_a_few_statements(session: Session, books: Books) -> None:
    """Hundreds of rows are noted one by one, in as many statements as ten of them."""

    def imported(rows: int) -> int:
        first = rows * 1000
        body = HEADINGS + "".join(ROW.format(n, n, n) for n in range(first + 1, first + rows + 1))
        with statements(session) as sent:
            import_file(
                session,
                body.encode(),
                filename="contributions.csv",
                by=books.officer,
                now=NOW,
            )
        return sum("audit_record" in each for each in sent)

    assert imported(10) == imported(300) == 3
    assert len(records(session, record="document")) == 2 * 310
    assert [each.new["documents"] for each in records(session, record="import") if each.new] == [
        300,
        10,
    ]


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """Listen to what is sent to the database."""
    sent: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", listen)
    yield sent
    event.remove(connection, "before_cursor_execute", listen)


@pytest.fixture
def trail(session: Session, books: Books) -> Session:
    """A trail in which a document was drafted, and an hour later a year was closed."""
    made(session, books)
    advance(session, DAY, now=LATER, by="eva")
    return session


@pytest.mark.parametrize(
    ("which", "actions"),
    [
        ({"record": "period", "by": "eva"}, ["advanced"]),
        ({"by": "anna"}, ["drafted"]),
        ({"from_at": LATER}, ["advanced"]),
        ({"record": "document", "until_at": LATER}, ["drafted"]),
        ({"record": "document", "until_at": NOW}, []),
        ({"by": "nobody"}, []),
        ({"key": "nothing"}, []),
    ],
)
def test_the_trail_is_searched(trail: Session, which: dict[str, Any], actions: list[str]) -> None:
    """Records are found by kind, key, person and time; the end of a span is not part of it."""
    assert [each.action for each in records(trail, **which)] == actions


def test_the_trail_is_read_in_pages(trail: Session) -> None:
    """Page by page, the latest first, every record comes up once."""
    found: list[int] = []
    while page := records(trail, limit=2, before=found[-1] if found else None):
        found += [each.id for each in page]
    assert found == sorted(trail.scalars(sa.text("SELECT id FROM audit_record")), reverse=True)
