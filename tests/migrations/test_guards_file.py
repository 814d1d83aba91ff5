"""What `mcrm verify` compares the database's guards with is what the last revision makes."""

import json
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from ledger import guards

DATA = Path(guards.__file__).parent / "data"


def test_committed_guards_are_those_that_migrations_make(
    session: Session, request: pytest.FixtureRequest
) -> None:
    """A fresh database has exactly the guards in ledger/data, which `make golden` writes."""
    dialect = session.get_bind().dialect.name
    found = guards.standing(session)
    if request.config.getoption("--update-golden"):
        text = json.dumps(found, indent=1, sort_keys=True) + "\n"
        (DATA / f"guards.{dialect}.json").write_text(text, encoding="utf-8")
    assert guards.committed(dialect) == found
