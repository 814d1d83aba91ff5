"""Passwords: argon2id, and an answer that takes as long for a stranger as for a user."""

from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.users import User

SHORTEST = 12
LONGEST = 256

# OWASP's second choice of parameters: 33 ms and 19 MiB a try (reliability.md §10).
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class WeakPasswordError(LedgerError):
    """A password that is quickly guessed."""

    code = "weak-password"
    message = N_(
        "A password needs %(shortest)s to %(longest)s characters, and not the login in it."
    )


def hash_password(password: str, *, login: str) -> str:
    """Hash a password with argon2id; raise WeakPasswordError for a short or telling one."""
    if not SHORTEST <= len(password) <= LONGEST or login.lower() in password.lower():
        raise WeakPasswordError(shortest=SHORTEST, longest=LONGEST)
    return _hasher.hash(password)


def proven_user(session: Session, login: str, password: str) -> User | None:
    """Find the active user who knows this password, or None, after the same time either way.

    An unknown login is tried against a hash of nobody's password: the time of the answer must not
    tell who has an account.
    """
    user = session.scalar(sa.select(User).where(User.login == login.strip().lower()))
    known = user.password_hash if user is not None and user.active else None
    try:
        _hasher.verify(known or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return None
    return user if known else None


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody signs in with this")
