"""What a request is given: a session of the database, the moment, the person, the language.

This is the only place, beside the command line, that reads the clock. A writing session commits
before the answer leaves, so that nobody is told of what was not kept (style.md §9.1).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

from babel import negotiate_locale
from fastapi import Depends, Request
from pydantic import AfterValidator
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.db import lock_journal, reading, writing
from ledger.errors import LedgerError
from ledger.i18n import LANGUAGES, N_
from ledger.inputs import EARLIEST, LATEST, day_beyond
from ledger.signin import live_session, token_user, use_session
from ledger.users import User

LANGUAGE_COOKIE = "mcrm_language"


class NotSignedInError(LedgerError):
    """Nobody has signed in here, or no longer."""

    code = "not-signed-in"
    message = N_("Sign in first.")


class MissingKeyError(LedgerError):
    """A program must say which act it means, so that a repeated request is not a second act."""

    code = "idempotency-key-missing"
    message = N_("Send a header Idempotency-Key, new for each act and the same for each retry.")


def engine(request: Request) -> Engine:
    """Give the database that this application was made for."""
    opened: Engine = request.app.state.engine
    return opened


def reading_session(request: Request) -> Iterator[Session]:
    """Give a session for one consistent look."""
    with reading(engine(request)) as session:
        yield session


def writing_session(request: Request) -> Iterator[Session]:
    """Give a session whose work is kept when the route returns, and undone when it raises."""
    with writing(engine(request)) as session:
        yield session


async def now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)  # noqa: TID251 - the clock of every request


Reading = Annotated[Session, Depends(reading_session, scope="function")]
Writing = Annotated[Session, Depends(writing_session, scope="function")]
Now = Annotated[datetime, Depends(now)]


def posting_session(session: Writing) -> Session:
    """Give a writing session that nobody else posts beside, nor imports rates."""
    lock_journal(session)
    return session


Posting = Annotated[Session, Depends(posting_session)]


def posting_now(
    session: Posting, moment: Annotated[datetime, Depends(now, use_cache=False)]
) -> datetime:
    """Read the clock once nobody else posts: what is in the books by then was known by then."""
    return moment


PostingNow = Annotated[datetime, Depends(posting_now)]


def session_cookie(request: Request) -> str:
    """Name the session's cookie; over https the prefix binds it to this host and to https."""
    return "__Host-mcrm_session" if is_secure(request) else "mcrm_session"


def is_secure(request: Request) -> bool:
    """Say whether the browser came by https; a proxy says so only where the server trusts it."""
    return request.url.scheme == "https"


def signed_in_user(request: Request, now: Now) -> User:
    """Find who holds this browser's session; raise NotSignedInError when nobody does.

    The session is looked up in a transaction of its own, ended before the route begins its: nobody
    then holds one connection while waiting for a second.
    """
    token = request.cookies.get(session_cookie(request), "")
    with reading(engine(request)) as session:
        found = live_session(session, token, now=now)
    if found is None:
        raise NotSignedInError
    if found.use_is_stale:
        with writing(engine(request)) as session:
            use_session(session, token, now=now)
    return found.user


def bearer_user(request: Request, now: Now) -> User:
    """Find for whom a program speaks; cookies do not count here, so no page can speak for it."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    with reading(engine(request)) as session:
        user = token_user(session, token.strip(), now=now)
    if scheme.lower() != "bearer" or user is None:
        raise NotSignedInError
    return user


async def idempotency_key(request: Request) -> str:
    """Read the key under which the act happens at most once; raise MissingKeyError without one."""
    key = request.headers.get("idempotency-key", "").strip()
    if not 1 <= len(key) <= 200:
        raise MissingKeyError
    return key


def language(request: Request) -> str:
    """Choose the reader's language: as asked for, as chosen before, as the browser prefers."""
    for asked in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if asked in LANGUAGES:
            return asked
    preferred = [
        part.split(";")[0].strip()
        for part in request.headers.get("accept-language", "").split(",")
        if part.split(";")[0].strip()
    ]
    found = negotiate_locale(preferred, list(LANGUAGES), sep="-")
    fallback: str = request.app.state.settings.language
    return found if found in LANGUAGES else fallback


async def asked_language(request: Request) -> str:
    """Choose the reader's language without a thread of its own."""
    return language(request)


def _within_calendar(moment: datetime) -> datetime:
    """Read a moment without a zone as UTC; at the ends of the calendar no other zone has it."""
    if not int(EARLIEST[:4]) <= moment.year <= int(LATEST[:4]):
        raise day_beyond()
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


# A moment that an address names, as precise as it likes.
Moment = Annotated[datetime, AfterValidator(_within_calendar)]
CurrentUser = Annotated[User, Depends(signed_in_user)]
ApiUser = Annotated[User, Depends(bearer_user)]
IdempotencyKey = Annotated[str, Depends(idempotency_key)]
Language = Annotated[str, Depends(asked_language)]
