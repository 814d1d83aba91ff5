"""Signing in: sessions that can be ended, tries that are counted, tokens for programs.

Whatever opens a door is drawn from 256 random bits and only its SHA-256 is stored: a copy of the
database opens nothing. Every moment is handed in; nothing here reads a clock.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from ledger.acts import COMMAND_LINE, STRANGER, Act, Kept
from ledger.audit import Noted, note
from ledger.db import Base, digest, instant_text, text
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.users import User

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=10)
# A session's last use is written down at most this often: reading a page is then not a write.
USE_GRAIN = timedelta(minutes=1)

TRIES = 5
TRIES_OF_ADDRESS = 50
TRIES_WINDOW = timedelta(minutes=15)

TOKEN_PREFIX = "mcrm_"  # noqa: S105 - a public prefix, by which leaked tokens are found
LONGEST_LOGIN = 40


class WrongCredentialsError(LedgerError):
    """The login or the password is wrong; which of the two is not told."""

    code = "wrong-credentials"
    message = N_("The login or the password is not right.")


class TooManyTriesError(LedgerError):
    """Too many failures for one login from one address, or from one address at all."""

    code = "too-many-tries"
    message = N_("Too many tries have failed: try again in %(minutes)s minutes.")


class UserSession(Base):
    """One browser signed in, until it signs out, idles or reaches the absolute limit."""

    __tablename__ = "user_session"
    __table_args__ = ({"sqlite_strict": True},)

    token_hash: Mapped[digest] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id), index=True)
    opened_at: Mapped[datetime]
    used_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """One try to sign in, kept for the auditor as well as for the throttle."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        sa.Index("ix_sign_in_attempt_tries", "login", "address", "tried_at"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    login: Mapped[text]
    address: Mapped[text] = mapped_column(index=True)
    tried_at: Mapped[datetime]
    succeeded: Mapped[bool] = mapped_column(sa.Boolean(create_constraint=False))


class ApiToken(Base):
    """A key by which a program acts as its user; shown once, when it is made."""

    __tablename__ = "api_token"
    __table_args__ = ({"sqlite_strict": True},)

    token_hash: Mapped[digest] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id), index=True)
    name: Mapped[text]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The outcome of a try that succeeded: the user, and the token the browser keeps."""

    user: User
    token: str


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that still opens the door, and whether its use should be written down anew."""

    user: User
    use_is_stale: bool


def throttle(session: Session, *, login: str, address: str, now: datetime) -> None:
    """Raise TooManyTriesError while this login from this address has failed too often.

    Ask before the password is tried: a throttled guess then costs no hashing and tells nothing.
    """
    failed = sa.select(sa.func.count(), sa.func.max(SignInAttempt.tried_at)).where(
        SignInAttempt.address == address,
        SignInAttempt.succeeded == sa.false(),
        SignInAttempt.tried_at > now - TRIES_WINDOW,
    )
    own = failed.where(SignInAttempt.login == _login(login))
    for query, limit in ((own, TRIES), (failed, TRIES_OF_ADDRESS)):
        count, last = session.execute(query).one()
        if count >= limit:
            wait = last + TRIES_WINDOW - now
            raise TooManyTriesError(minutes=max(1, -(-wait // timedelta(minutes=1))))


def sign_in(
    session: Session, *, login: str, user: User | None, address: str, now: datetime
) -> SignedIn | LedgerError:
    """Write the try down and open a session for `user`, who has proven the password.

    A refusal is returned, not raised: the try must be kept although it failed.
    """
    try:
        throttle(session, login=login, address=address, now=now)
    except TooManyTriesError as refused:
        return refused
    attempt = SignInAttempt(
        login=_login(login), address=address, tried_at=now, succeeded=user is not None
    )
    session.add(attempt)
    action = Act.SIGN_IN_FAILED if user is None else Act.SIGNED_IN
    who = STRANGER if user is None else user.login
    note(session, Noted(Kept.USER, _login(login), action), by=who, at=now)
    if user is None:
        return WrongCredentialsError()
    token = secrets.token_urlsafe(32)
    session.add(UserSession(token_hash=_hash(token), user_id=user.id, opened_at=now, used_at=now))
    return SignedIn(user, token)


def live_session(session: Session, token: str, *, now: datetime) -> LiveSession | None:
    """Find whose session this is, or None when it has ended, idled out or passed its limit."""
    query = (
        sa.select(User, UserSession.used_at)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.token_hash == _hash(token),
            UserSession.ended_at.is_(None),
            UserSession.opened_at > now - ABSOLUTE_LIMIT,
            UserSession.used_at > now - IDLE_LIMIT,
            User.active == sa.true(),
        )
    )
    found = session.execute(query).one_or_none()
    return None if found is None else LiveSession(found[0], now - found[1] >= USE_GRAIN)


def use_session(session: Session, token: str, *, now: datetime) -> None:
    """Write down that the session is in use, which puts off its idle end."""
    _update(session, token, used_at=now)


def sign_out(session: Session, token: str, *, now: datetime) -> None:
    """End the session for good, whoever still holds its token."""
    _update(session, token, ended_at=now)


def end_sessions(session: Session, user: User, *, now: datetime) -> None:
    """End every session and token of a person at once: lost computer, new password, new post."""
    for table in (UserSession, ApiToken):
        theirs = sa.update(table).where(table.user_id == user.id, table.ended_at.is_(None))
        session.execute(theirs.values(ended_at=now))


def issue_token(
    session: Session,
    user: User,
    *,
    name: str,
    expires_at: datetime,
    now: datetime,
    by: str = COMMAND_LINE,
) -> str:
    """Make a token for a program that acts as this user; it is told once and never again."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    session.add(
        ApiToken(
            token_hash=_hash(token),
            user_id=user.id,
            name=name,
            made_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()
    said = {"name": name, "expires_at": instant_text(expires_at)}
    note(session, Noted(Kept.USER, user.login, Act.TOKEN_ISSUED, None, said), by=by, at=now)
    return token


def token_user(session: Session, token: str, *, now: datetime) -> User | None:
    """Find the active user for whom a token speaks, or None when it has ended or expired."""
    query = (
        sa.select(User)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(
            ApiToken.token_hash == _hash(token),
            ApiToken.ended_at.is_(None),
            ApiToken.expires_at > now,
            User.active == sa.true(),
        )
    )
    return session.scalar(query)


def live_tokens(session: Session, user: User, *, now: datetime) -> Sequence[ApiToken]:
    """List the tokens that open something for a user, those that expire first at the top."""
    query = (
        sa.select(ApiToken)
        .where(ApiToken.user_id == user.id, ApiToken.ended_at.is_(None), ApiToken.expires_at > now)
        .order_by(ApiToken.expires_at)
    )
    return session.scalars(query).all()


def end_token(session: Session, user: User, token_hash: bytes, *, now: datetime) -> None:
    """End one of a user's own tokens for good."""
    own = sa.select(ApiToken).where(
        ApiToken.token_hash == token_hash, ApiToken.user_id == user.id, ApiToken.ended_at.is_(None)
    )
    token = session.scalar(own.with_for_update())
    if token is None:
        return
    token.ended_at = now
    session.flush()
    act = Noted(Kept.USER, user.login, Act.TOKEN_ENDED, {"name": token.name}, None)
    note(session, act, by=user.login, at=now)


def _update(session: Session, token: str, **values: datetime) -> None:
    this = sa.update(UserSession).where(UserSession.token_hash == _hash(token))
    session.execute(this.values(**values))


def _login(login: str) -> str:
    return login.strip().lower()[:LONGEST_LOGIN]


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
