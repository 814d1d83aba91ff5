"""`mcrm settlement propose` shows who would pay whom, and writes nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from api.cli import app
from ledger.currencies import own_currency
from ledger.db import writing
from ledger.states import ParticipatingState
from ledger.union import EU_STATES
from tests.books import Books, opened
from tests.ledger.positions import END, FOUR, stand

Run = Callable[..., str]


@pytest.fixture
def books(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Books:
    """Books that the command line opens."""
    url = engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("MCRM_DATABASE_URL", url)
    return opened(engine)


def proposed(*options: str, code: int = 0) -> Any:
    """Run the command as of the end of 2017 and give its result."""
    run = CliRunner().invoke(
        app, ["settlement", "propose", "--as-of", "2017-12-31", *options], env={"COLUMNS": "160"}
    )
    assert run.exit_code == code, run.output
    return run


def test_transfers_are_shown_in_both_currencies(books: Books) -> None:
    """Everything that a ministry needs to pay is on the screen: amounts, rates and their day."""
    with writing(books.engine) as session:
        stand(session, books, FOUR)
    shown = proposed().stdout
    for text in ("43,858.44", "186,398.37 PLN", "1,140,319.44 CZK", "2,131,820.40 HUF"):
        assert text in shown
    assert "Rate of 2017-12-25: 1 EUR = 4.2500 PLN, source: ECB" in shown
    assert "Transfers: 3, the fewest possible." in shown
    assert "Stays unsettled" not in shown


@pytest.mark.parametrize(
    ("balances", "told"),
    [
        ({"PL": "5.00", "CZ": "-2.00"}, "EUR 3.00, contributed and not yet turned into cost"),
        ({"PL": "-5.00", "CZ": "2.00"}, "EUR 3.00 of cost, not yet contributed"),
        ({"PL": "5.00"}, "nothing to settle"),
        ({}, "nothing to settle"),
    ],
)
def test_what_stays_is_said(books: Books, balances: dict[str, str], told: str) -> None:
    """What is not settled is said with its reason, and so is that there is nothing to settle."""
    with writing(books.engine) as session:
        stand(session, books, balances)
    assert told in proposed().stdout


def test_many_states_are_not_proven(books: Books) -> None:
    """Where nobody looked whether fewer transfers would do, the command does not pretend to."""
    one, *others = (state for state in EU_STATES if own_currency(state, END) == "EUR")
    with writing(books.engine) as session:
        for state in (one, *others):
            session.merge(ParticipatingState(code=state))
        session.flush()
        stand(session, books, {**dict.fromkeys(others, "-1.00"), one: "18.00"})
    told = "Transfers: 18, found step by step: for 19 states it is not proven"
    assert told in proposed().stdout


def test_rule_and_purpose_are_options(books: Books) -> None:
    """The larger side is shared by the rule that is named, and one purpose alone is settled."""
    with writing(books.engine) as session:
        stand(session, books, {"PL": "400.00", "CZ": "200.00", "HU": "-150.00"})
    found = json.loads(proposed("--rule", "equal_awards", "--json").stdout)
    assert [(each["state"], each["after"]) for each in found["states"]] == [
        ("CZ", "125.00"),
        ("HU", "0.00"),
        ("PL", "325.00"),
    ]
    assert json.loads(proposed("--purpose", "setup", "--json").stdout)["transfers"] == []
    assert "not one of" in proposed("--rule", "talmud", code=2).stderr


def test_a_missing_rate_is_told(books: Books) -> None:
    """Without a rate of the day the command ends with status 2 and says how to import one."""
    with writing(books.engine) as session:
        stand(session, books, FOUR)
    told = proposed("--as-of", "2026-01-31", code=2).stderr
    assert "mcrm rates import" in told
