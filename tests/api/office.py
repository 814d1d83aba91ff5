"""The pages and JSON routes over books to test with, visited as a browser and a program would."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from api import deps
from api.app import create_app
from ledger.db import reading, writing
from ledger.documents import Document
from ledger.passwords import hash_password
from ledger.settings import Settings
from ledger.signin import issue_token
from ledger.users import Role, User, add_user
from tests.books import NOW, Books

PASSWORD = "a long enough password"
HASH = hash_password(PASSWORD, login="nobody")

PEOPLE = {
    "ferenc": ("Ferenc Nagy", Role.OFFICER, "HU"),
    "helena": ("Helena Dvořáková", Role.OFFICER, "CZ"),
    "jana": ("Jana Svobodová", Role.COORDINATOR, "CZ"),
    "katarzyna": ("Katarzyna Wiśniewska", Role.COORDINATOR, "PL"),
    "zuzana": ("Zuzana Kováčová", Role.COORDINATOR, "SK"),
    "peter": ("Peter Kováč", Role.AUDITOR, "SK"),
}


@dataclass
class Clock:
    """The moment as the application is told it."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, span: timedelta) -> None:
        """Let time pass."""
        self.moment += span


@dataclass
class Office:
    """The application over a fresh database, with people who have passwords."""

    app: FastAPI
    books: Books
    clock: Clock
    people: dict[str, User]
    visitors: list[TestClient] = field(default_factory=list)

    def visitor(self, login: str | None = None) -> "Visitor":
        """Open a browser of its own, signed in when a login is given."""
        client = TestClient(self.app, follow_redirects=False, raise_server_exceptions=False)
        self.visitors.append(client)
        visitor = Visitor(client)
        if login is not None:
            answer = visitor.sign_in(login)
            assert answer.status_code == 303, answer.text
        return visitor

    def token(self, login: str) -> dict[str, str]:
        """Make a token for a program of this person, as the header it sends."""
        with writing(self.books.engine) as session:
            token = issue_token(
                session,
                self.people[login],
                name="test",
                expires_at=self.clock.moment + timedelta(days=1),
                now=self.clock.moment,
            )
        return {"Authorization": f"Bearer {token}"}


@dataclass
class Visitor:
    """A browser: it keeps cookies, says where it comes from and sends what a page's form holds."""

    client: TestClient

    def get(self, path: str) -> Response:
        """Open a page."""
        return self.client.get(path)

    def post(self, path: str, form: dict[str, str] | None = None, page: str = "") -> Response:
        """Send a form, with the hidden fields of the page on which it stands."""
        hidden = hidden_fields(self.get(page or "/contributions").text)
        return self.client.post(path, data=hidden | (form or {}), headers=SAME_ORIGIN)

    def sign_in(self, login: str, password: str = PASSWORD) -> Response:
        """Sign in by the form."""
        return self.post("/sign-in", {"login": login, "password": password}, "/sign-in")


SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def hidden_fields(page: str) -> dict[str, str]:
    """Read the hidden fields of a page's forms."""
    return {
        name: unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    }


@pytest.fixture
def office(books: Books) -> Iterator[Office]:
    """The application with its people, on SQLite and on PostgreSQL."""
    yield from open_office(books)


def open_office(books: Books) -> Iterator[Office]:
    """Open the application over books, and close it after use."""
    with writing(books.engine) as session:
        people = {
            login: add_user(
                session,
                login,
                name=name,
                role=role,
                state=state,
                password_hash=HASH,
                now=NOW,
            )
            for login, (name, role, state) in PEOPLE.items()
        }
    url = books.engine.url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url))
    clock = Clock()
    app.dependency_overrides[deps.now] = clock
    made = Office(app, books, clock, people)
    yield made
    for visitor in made.visitors:
        visitor.close()
    app.state.engine.dispose()


CASH = {
    "purpose": "operations",
    "activity": "information",
    "funding_source": "state_budget",
    "against": "voluntary",
    "value_on": "01/03/2017",
    "currency": "HUF",
    "amount": "31,000,000.00",
    "description": "Running costs of the spring",
    "voucher": "T/17",
}
IN_KIND = {
    **{name: text for name, text in CASH.items() if name not in ("against", "amount")},
    "form": "secondment",
    "quantity": "120",
    "unit": "days",
    "unit_value": "96,250.00",
    "valuation_basis": "cost_book",
}


def documents(office: Office) -> list[Document]:
    """List what is kept, the oldest first."""
    with reading(office.books.engine) as session:
        return list(session.scalars(sa.select(Document).order_by(Document.made_at)))


def enter(visitor: Visitor, form: dict[str, str], action: str, way: str = "cash") -> str:
    """Send the form of a new contribution and give the address that the answer leads to."""
    path = f"/contributions/new/{way}"
    answer = visitor.post(path, form | {"action": action}, path)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def submitted(
    office: Office, form: dict[str, str] = CASH, way: str = "cash", by: str = "ferenc"
) -> str:
    """Submit a contribution and give its address."""
    return enter(office.visitor(by), form, "submit", way).partition("?")[0]


def approved(office: Office, address: str, by: str = "zuzana") -> None:
    """Approve what was submitted at an address."""
    answer = office.visitor(by).post(f"{address}/approve", page=address)
    assert answer.status_code == 303, answer.text
