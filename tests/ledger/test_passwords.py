"""Passwords are hashed slowly, and tried as slowly for a stranger as for a user."""

import pytest
from sqlalchemy.orm import Session

from ledger.passwords import LONGEST, SHORTEST, WeakPasswordError, hash_password, proven_user
from ledger.users import Role, add_user
from tests.books import NOW

GOOD = "four words and a comma"


def test_hash_is_argon2id_at_our_cost() -> None:
    """A stored password costs a guesser 19 MiB and two passes a try, and no two hashes agree."""
    first, second = hash_password(GOOD, login="anna"), hash_password(GOOD, login="anna")
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second


@pytest.mark.parametrize("weak", ["", "x" * (SHORTEST - 1), "x" * (LONGEST + 1), "my name is Anna"])
def test_weak_passwords_are_refused(weak: str) -> None:
    """A password that is short, endless or tells the login is not taken."""
    with pytest.raises(WeakPasswordError):
        hash_password(weak, login="anna")


def test_only_the_right_password_proves(session: Session) -> None:
    """A user is proven by their password, however the login is spelled, and by nothing else."""
    hashed = hash_password(GOOD, login="anna")
    user = add_user(session, "anna", name="Anna", role=Role.AUDITOR, password_hash=hashed, now=NOW)
    add_user(session, "eva", name="Eva", role=Role.AUDITOR, now=NOW)
    assert proven_user(session, " Anna ", GOOD) is user
    assert proven_user(session, "anna", GOOD + " ") is None
    assert proven_user(session, "eva", GOOD) is None
    assert proven_user(session, "nobody", "nobody signs in with this") is None
