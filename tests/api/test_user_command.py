"""`mcrm user`: who is let in, and who is shut out."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from api.cli import app
from ledger.db import reading
from ledger.passwords import proven_user
from tests.databases import Sqlite

PASSWORD = "four-states-2016"


@pytest.fixture
def engine(sqlite: Sqlite, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Books with one officer in them, who was added by the command."""
    with sqlite.upgraded() as engine:
        monkeypatch.setenv("MCRM_DATABASE_URL", str(engine.url))
        added = run("add", "anna", "--name", "Anna", "--role", "officer", "--state", "hu")
        assert added.exit_code == 0, added.output
        yield engine


def run(*arguments: str, password: str = PASSWORD) -> Result:
    """Run `mcrm user`, typing a password twice where it is asked for."""
    return CliRunner().invoke(app, ["user", *arguments], input=f"{password}\n{password}\n")


def signs_in(engine: Engine, password: str = PASSWORD) -> bool:
    """Try whether Anna can sign in."""
    with reading(engine) as session:
        return proven_user(session, "anna", password) is not None


def test_who_was_added_signs_in(engine: Engine) -> None:
    """An officer of a state signs in with the password that was typed."""
    assert signs_in(engine)
    assert "HU" in run("list").output


def test_a_new_password_replaces_the_old(engine: Engine) -> None:
    """After a new password the old one opens nothing."""
    assert run("password", "anna", password="another-long-one").exit_code == 0
    assert signs_in(engine, "another-long-one")
    assert not signs_in(engine)


def test_who_is_shut_out_stays_out(engine: Engine) -> None:
    """Whoever left does not sign in again, and is no longer found by name."""
    assert run("end", "anna").exit_code == 0
    assert not signs_in(engine)
    assert run("token", "anna").exit_code == 2


@pytest.mark.parametrize(
    ("state", "told"), [("XX", "is not a state"), ("FR", "does not take part")]
)
def test_a_user_acts_for_a_state_that_takes_part(engine: Engine, state: str, told: str) -> None:
    """Nobody acts for a state outside the mechanism, and no password is shown in telling so."""
    refused = run("add", "karl", "--name", "Karl", "--role", "officer", "--state", state)
    assert refused.exit_code == 2
    assert told in refused.output
    assert PASSWORD not in refused.output
