"""Calls, arrears and the budget on pages, as JSON and on the command line: the same figures."""

import json
import re

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from api.cli import app
from ledger.db import writing
from ledger.entries import JournalEntry
from tests.api.office import Office
from tests.books import Books, opened
from tests.documents import booked

PAID = {"against": "assessment", "value_on": "2017-03-13", "amount": "40.00"}
AS_OF = "as_of=2017-04-10"


def called(books: Books) -> None:
    """Call EUR 100.00 of each founder, of which Poland pays forty and is reminded."""
    with writing(books.engine) as session:
        booked(session, books, "scale")
        booked(session, books, "assessment", amount="400.00")
        booked(session, books, "call")
        booked(session, books, **PAID)
        booked(session, books, "reminder")
        booked(session, books, "appropriation")
        booked(session, books, "encumbrance")
        booked(session, books, "cost", amount="120.00", order="O-2017-1")


@pytest.fixture
def owing(office: Office) -> Office:
    """The office over books with calls."""
    called(office.books)
    return office


@pytest.fixture
def terminal(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command line over books with calls."""
    url = engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("MCRM_DATABASE_URL", url)
    called(opened(engine))
    return CliRunner(env={"COLUMNS": "200"})


def rows(page: str) -> list[str]:
    """Read the rows of a page's tables as a reader would."""
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def test_list_of_calls(owing: Office) -> None:
    """Each assessment's calls stand together, with what is open and which reminder is next."""
    page = owing.visitor("katarzyna").get(f"/calls?{AS_OF}").text
    assert rows(page) == [
        "Call State Due on Gross Set off Net Settled since Open Overdue",
        "2017/1-CZ Czechia 3 Mar 2017 100.00 0.00 100.00 0.00 100.00 38 days next reminder: 1",
        "2017/2-HU Hungary 3 Mar 2017 100.00 0.00 100.00 0.00 100.00 38 days next reminder: 1",
        "2017/3-PL Poland 3 Mar 2017 100.00 0.00 100.00 40.00 60.00 38 days next reminder: 2",
        "2017/4-SK Slovakia 3 Mar 2017 100.00 0.00 100.00 0.00 100.00 38 days next reminder: 1",
        "Total 400.00 0.00 400.00 40.00 360.00",
    ]


def test_call_is_proven_line_by_line(owing: Office) -> None:
    """A call's page shows every line of the letter, its references, and every reminder."""
    visitor = owing.visitor("katarzyna")
    [address] = re.findall(r'href="(/calls/2017/3-PL[^"]+)"', visitor.get(f"/calls?{AS_OF}").text)
    page = visitor.get(address.replace("&amp;", "&")).text
    assert rows(page)[1:] == [
        "Assessed: Running costs of 2017 100.00",
        "Settled before the call 0.00",
        "Credits set off 0.00",
        "Advances set off 0.00",
        "Pre-financed costs set off 0.00",
        "Net of this call 100.00",
        "Arrears 0.00",
        "All to pay 100.00",
        "Settled since, of this call −40.00",
        "Open of this call 60.00",
        "Despatched on 1 Feb 2017",
        "Due on 3 Mar 2017 38 days overdue",
        "Reference RF44MCRM2017PL00003",
        "Variable symbol 2017000032",
        "Money of other currencies counts at the rate of the day of receipt",
        "Bank charges the state bears bank charges",
        "Level Sent on Description",
        "1 3 Apr 2017 First reminder",
    ]
    assert visitor.get("/calls/2017/3-CZ").status_code == 404
    assert visitor.get("/calls/2017/nothing").status_code == 404


def test_what_is_asked_is_seen_before_it_is_approved(owing: Office) -> None:
    """Whoever checks a call sees what each state would be asked, though nothing is posted."""
    with writing(owing.books.engine) as session:
        booked(session, owing.books, "assessment", amount="40.00", assessed_on="2017-05-02")
        number = newest(session)
    form = {"assessment": number, "despatched_on": "03/05/2017", "days": "30", "action": "check"}
    words = {"exchange": "call_currency", "charges": "mechanism", "description": "More"}
    path = "/documents/new/call"
    page = owing.visitor("katarzyna").post(path, form | words, path).text
    assert "CZ 10.00, HU 10.00, PL 10.00, SK 10.00" in page


def newest(session: Session) -> str:
    """Give the number of the newest entry."""
    return str(session.scalar(sa.select(sa.func.max(JournalEntry.number))))


def test_figures_are_as_of_a_day(owing: Office) -> None:
    """Before a call was despatched there is none; on its last day it is not yet overdue."""
    visitor = owing.visitor("peter")
    assert "No call was despatched by then" in visitor.get("/calls?as_of=2017-01-31").text
    assert "overdue" not in visitor.get("/calls/2017/3-PL?as_of=2017-03-03").text
    assert visitor.get("/calls?as_of=yesterday").status_code == 422


def test_arrears_lead_to_items(owing: Office) -> None:
    """What each state owes stands by age, and its items one click away, with their calls."""
    visitor = owing.visitor("katarzyna")
    page = visitor.get(f"/arrears?{AS_OF}").text
    assert rows(page)[3:] == [
        "Poland 0.00 0.00 60.00 0.00 0.00 0.00 60.00",
        "Slovakia 0.00 0.00 100.00 0.00 0.00 0.00 100.00",
        "All states 0.00 0.00 360.00 0.00 0.00 0.00 360.00",
    ]
    [address] = re.findall(r'href="(/arrears\?[^"]*state=PL[^"]*)"', page)
    items = visitor.get(address.replace("&amp;", "&")).text
    assert rows(items)[-2:] == [
        "1.5 2017/3-PL Running costs of 2017 3 Mar 2017 38 60.00 EUR 60.00",
        "Total 60.00",
    ]
    for link in re.findall(r'href="(/(?:postings|calls|journal)[^"]+)"', items):
        assert visitor.get(link.replace("&amp;", "&")).status_code == 200
    assert "No state owes anything." in visitor.get("/arrears?as_of=2017-01-01").text


def test_budget(owing: Office) -> None:
    """A year's budget stands by activity; another year's is another page."""
    visitor = owing.visitor("katarzyna")
    page = visitor.get(f"/budget?year=2017&{AS_OF}").text
    figures = "1,000.00 1,000.00 180.00 120.00 700.00"
    assert rows(page)[1:] == [
        f"information exchange, analysis and risk assessment operations {figures}",
        f"Total {figures}",
    ]
    for year in ("2018", "no year", "99999999999999999999"):
        answer = visitor.get(f"/budget?year={year}&as_of=2018-04-10")
        assert "Nothing was appropriated, ordered or spent for 2018." in answer.text


def test_json(owing: Office) -> None:
    """Programs read the same figures."""
    client, token = owing.visitor().client, owing.token("peter")
    calls = client.get(f"/api/calls?{AS_OF}", headers=token).json()["calls"]
    poland = calls[2]
    assert (poland["number"], poland["net"], poland["settled"], poland["open"]) == (
        *("2017/3-PL", "100.00", "40.00", "60.00"),
    )
    assert [each["level"] for each in poland["reminders"]] == [1]
    assert calls[0]["reminders"] == []
    ageing = client.get(f"/api/ageing?{AS_OF}", headers=token).json()
    assert ageing["total"] == ageing["ages"]["31_to_90"] == "360.00"
    assert [each["call"] for each in ageing["states"][2]["items"]] == ["2017/3-PL"]
    [row] = client.get(f"/api/budget/2017?{AS_OF}", headers=token).json()["rows"]
    assert row["available"] == "700.00"
    assert client.get("/api/budget/1998", headers=token).status_code == 422


SHOWN = [
    ("call list", ("2017/3-PL", "60.00", "38")),
    ("call show 2017/3-pl", ("-40.00", "RF44MCRM2017PL00003", "Reminder 1")),
    ("ageing", ("31–90", "360.00")),
    ("budget 2017", ("1,000.00", "700.00")),
    ("budget 2016", ("Budget of 2016",)),
]


def test_commands(terminal: CliRunner) -> None:
    """The command line shows what the pages show, as tables and as JSON."""
    for command, seen in SHOWN:
        words = [*command.split(), "--as-of", "2017-04-10"]
        run = terminal.invoke(app, words)
        assert run.exit_code == 0, run.output
        assert all(text in run.stdout for text in seen), run.stdout
        assert json.loads(terminal.invoke(app, [*words, "--json"]).stdout)


def test_strange_call(terminal: CliRunner) -> None:
    """A number that is that of no call is a bad call, answered with how to write one."""
    run = terminal.invoke(app, ["call", "show", "17"])
    assert run.exit_code == 2
    assert "write its number as 2017/12-PL" in run.stderr
