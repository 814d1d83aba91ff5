"""Signing in: by password, once proven, under a new token, for a limited time."""

import hashlib
from datetime import timedelta

import pytest
import sqlalchemy as sa

from ledger.db import reading, writing
from ledger.signin import ABSOLUTE_LIMIT, IDLE_LIMIT, TRIES, SignInAttempt, UserSession
from ledger.users import User
from tests.api.office import PASSWORD, Office


def test_right_password_opens_a_session(office: Office) -> None:
    """Whoever proves the password sees the books, and is led back to where they were going."""
    visitor = office.visitor()
    sent_away = visitor.get("/journal?before=7")
    assert sent_away.headers["location"] == "/sign-in?next=%2Fjournal%3Fbefore%3D7"
    answer = visitor.post(
        "/sign-in", {"login": "Ferenc", "password": PASSWORD}, sent_away.headers["location"]
    )
    assert answer.headers["location"] == "/journal?before=7"
    assert visitor.get("/journal").status_code == 200


@pytest.mark.parametrize(
    ("login", "password"), [("ferenc", "not the right one"), ("nobody", PASSWORD), ("", "")]
)
def test_wrong_sign_ins_look_alike(office: Office, login: str, password: str) -> None:
    """An unknown login and a wrong password are refused in the same words."""
    answer = office.visitor().sign_in(login, password)
    assert answer.status_code == 401
    assert "The login or the password is not right." in answer.text


def test_inactive_people_are_shut_out(office: Office) -> None:
    """Who is made inactive is out at once, with the right password and with an open session."""
    visitor = office.visitor("ferenc")
    with writing(office.books.engine) as session:
        session.execute(sa.update(User).where(User.login == "ferenc").values(active=False))
    assert visitor.get("/equity").status_code == 303
    assert office.visitor().sign_in("ferenc").status_code == 401


def test_sign_in_is_throttled(office: Office) -> None:
    """After five failures even the right password waits, until the window has passed."""
    visitor = office.visitor()
    for _ in range(TRIES):
        assert visitor.sign_in("ferenc", "wrong wrong wrong").status_code == 401
    refused = visitor.sign_in("ferenc")
    assert refused.status_code == 429
    assert "Too many tries have failed" in refused.text
    office.clock.advance(timedelta(minutes=16))
    assert visitor.sign_in("ferenc").status_code == 303


def test_throttle_is_of_one_login(office: Office) -> None:
    """Failures for one login do not shut out another one behind the same address."""
    visitor = office.visitor()
    for _ in range(TRIES):
        visitor.sign_in("ferenc", "wrong wrong wrong")
    assert visitor.sign_in("helena").status_code == 303


def test_tries_are_kept(office: Office) -> None:
    """Every try is on record, the failed ones too."""
    office.visitor().sign_in("ferenc", "wrong wrong wrong")
    office.visitor("ferenc")
    with reading(office.books.engine) as session:
        tries = session.scalars(sa.select(SignInAttempt.succeeded).order_by(SignInAttempt.id)).all()
    assert tries == [False, True]


def test_only_the_hash_of_a_token_is_stored(office: Office) -> None:
    """A copy of the database opens nothing: it holds the SHA-256 of the session's token."""
    visitor = office.visitor("ferenc")
    token = visitor.client.cookies["mcrm_session"]
    with reading(office.books.engine) as session:
        [stored] = session.scalars(sa.select(UserSession.token_hash)).all()
    assert stored == hashlib.sha256(token.encode()).digest()
    assert len(token) >= 43


def test_each_sign_in_has_a_new_token(office: Office) -> None:
    """A token known before signing in is worth nothing after it."""
    visitor = office.visitor("ferenc")
    before = visitor.client.cookies["mcrm_session"]
    visitor.sign_in("ferenc")
    assert visitor.client.cookies["mcrm_session"] != before


def test_session_cookie_is_guarded(office: Office) -> None:
    """The cookie is out of reach of scripts and of other sites, and over https of plain http."""
    office_cookie = office.visitor().sign_in("ferenc").headers["set-cookie"]
    assert "HttpOnly" in office_cookie
    assert "SameSite=lax" in office_cookie
    visitor = office.visitor()
    visitor.client.base_url = "https://testserver"
    secure = visitor.sign_in("ferenc").headers["set-cookie"]
    assert secure.startswith("__Host-mcrm_session=")
    assert "Secure" in secure


def test_signing_out_ends_the_session(office: Office) -> None:
    """After signing out a kept copy of the cookie opens nothing."""
    visitor = office.visitor("ferenc")
    token = visitor.client.cookies["mcrm_session"]
    assert visitor.post("/sign-out").headers["location"] == "/sign-in"
    visitor.client.cookies.set("mcrm_session", token)
    assert visitor.get("/equity").status_code == 303


def test_idle_sessions_end(office: Office) -> None:
    """Nobody comes back to a session left alone for longer than the idle limit."""
    visitor = office.visitor("ferenc")
    office.clock.advance(IDLE_LIMIT - timedelta(minutes=1))
    assert visitor.get("/equity").status_code == 200
    office.clock.advance(IDLE_LIMIT + timedelta(seconds=1))
    assert visitor.get("/equity").status_code == 303


def test_busy_sessions_end_too(office: Office) -> None:
    """A session in steady use ends at its absolute limit."""
    visitor = office.visitor("ferenc")
    for _ in range(ABSOLUTE_LIMIT // timedelta(minutes=20)):
        assert visitor.get("/equity").status_code == 200
        office.clock.advance(timedelta(minutes=20))
    assert visitor.get("/equity").status_code == 303


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_sign_in_leads_nowhere_else(office: Office, wanted: str) -> None:
    """An address that leads elsewhere is not followed after signing in."""
    answer = office.visitor().post(
        "/sign-in", {"login": "ferenc", "password": PASSWORD, "next": wanted}, "/sign-in"
    )
    assert answer.headers["location"] == "/equity"
