"""Pledges on the page, as JSON and on the command line: the same figures everywhere."""

import json
import re

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from api.cli import app
from api.drafts import OF_ONE_STATE
from ledger.db import writing
from tests.api.office import Office
from tests.books import Books, opened
from tests.document_fields import PLEDGE
from tests.documents import booked, made
from tests.pledges import BY_PARTS, COMMITTED, ON_CONDITION, paid

CZECH = {"state": "CZ", "pledge": "CZ-1", "currency": "CZK", "amount": "2600.00"}


@pytest.fixture
def pledged(office: Office) -> Office:
    """Books with a pledge of two versions that was paid in part, and an announced one."""
    with writing(office.books.engine) as session:
        fill(session, office.books)
    return office


def fill(session: Session, books: Books) -> None:
    """Record the pledges."""
    booked(session, books, "pledge")
    booked(session, books, "pledge", **COMMITTED | BY_PARTS, effective_on="2017-06-01")
    paid(session, books, "75.00", on="2017-07-03")
    booked(session, books, "pledge", **CZECH)


def rows(page: str) -> list[str]:
    """Read the rows of a page's tables as a reader would."""
    found = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def test_page(pledged: Office) -> None:
    """Everybody sees level, pledged, received, outstanding, next due and status; then all parts."""
    page = pledged.visitor("peter").get("/pledges?as_of=2018-12-31").text
    assert rows(page) == [
        "Pledge State How binding Pledged Received Outstanding Next due Status",
        (
            "CZ-1 Border management Czechia announced cash 2,600.00 CZK 0.00 CZK 0.00% "
            "2,600.00 CZK no day agreed open"
        ),
        (
            "PL-2017-1 Border management Poland committed cash 100.00 EUR 75.00 EUR 75.00% "
            "25.00 EUR 1 Sept 2018 overdue"
        ),
        "Instalment Due on Amount Paid Open Status",
        "1 no day agreed 2,600.00 0.00 2,600.00 open",
        "Version Takes effect on How binding Amount Evidence Entry",
        "1 1 Mar 2017 announced 2,600.00 Border management D/2017/3 4",
        "Instalment Due on Amount Paid Open Status",
        "1 1 Mar 2018 60.00 60.00 0.00 paid",
        "2 1 Sept 2018 40.00 15.00 25.00 overdue",
        "Version Takes effect on How binding Amount Evidence Entry",
        "2 1 Jun 2017 committed 100.00 Border management D/2017/3 2",
        "1 1 Mar 2017 announced 100.00 Border management D/2017/3 1",
    ]
    assert "Pledges stand outside all totals of what was given" in page
    assert "IATI transaction type 13" in page
    assert "FTS: Commitment" in page


def test_page_of_a_day_and_a_state(pledged: Office) -> None:
    """The address names the day, the last entry known and the state; a bad day is told."""
    visitor = pledged.visitor("ferenc")
    page = visitor.get("/pledges?as_of=2017-05-31&state=PL").text
    assert rows(page)[1].startswith("PL-2017-1 Border management Poland announced cash 100.00 EUR")
    assert "CZ-1" not in page
    assert 'href="/pledges?state=PL&amp;as_of=2017-05-31&amp;known=4"' in page
    assert "No pledge stands in the books" in visitor.get("/pledges?as_of=2017-01-31").text
    assert visitor.get("/pledges?as_of=yesterday").status_code == 422
    assert "PL-2017-1" not in visitor.get("/pledges?as_of=2018-12-31&known=0").text


def test_json(pledged: Office) -> None:
    """Programs get amounts as texts, each instalment's status, all versions and others' codes."""
    client = pledged.visitor().client
    headers = pledged.token("peter")
    answer = client.get("/api/pledges?as_of=2018-12-31&state=PL", headers=headers).json()
    [found] = answer["pledges"]
    figures = ("pledged", "received", "outstanding", "fulfilment", "status", "version")
    assert [found[name] for name in figures] == [
        *("100.00", "75.00", "25.00", "0.750000000000", "overdue", 2)
    ]
    assert [each["status"] for each in found["instalments"]] == ["paid_in_full", "overdue"]
    assert found["codes"]["fts_status"] == "Commitment"
    assert [each["instalments"] for each in found["versions"]] == ["", BY_PARTS["instalments"]]
    assert pledged.visitor().client.get("/api/pledges").status_code == 401
    bad = client.get("/api/pledges?state=XX", headers=headers)
    assert bad.status_code == 422


def test_officer_of_a_state_drafts_its_own(pledged: Office) -> None:
    """An officer writes the pledges of their own state on page and by program, not others'."""
    visitor = pledged.visitor("ferenc")
    page = visitor.get("/documents/new").text
    offered = re.findall(r'href="/documents/new/(\w+)">', page)
    assert offered == list(OF_ONE_STATE)
    form = visitor.get("/documents/new/pledge").text
    assert '<option value="HU" selected>' in form
    headers = pledged.token("ferenc") | {"Idempotency-Key": "1"}
    post = pledged.visitor().client.post
    own = post("/api/documents/pledge", json=PLEDGE | {"state": "HU"}, headers=headers)
    assert own.status_code == 201, own.text
    headers["Idempotency-Key"] = "2"
    other = post("/api/documents/pledge", json=PLEDGE, headers=headers)
    assert other.status_code == 403
    assert visitor.get("/documents/new/cost").status_code == 403


def test_instalments_are_typed_a_line_each(office: Office) -> None:
    """A form takes a line for each instalment, says what is wrong, and types it again."""
    visitor = office.visitor("katarzyna")
    typed = PLEDGE | {"instalments": "2018-03-01 60.00\n2018-09-01 41.00"}
    page = visitor.get("/documents/new/pledge").text
    hidden = dict(re.findall(r'name="(key|form_token|token)" value="([^"]*)"', page))
    sent = visitor.post("/documents/new/pledge", typed | hidden | {"action": "save"})
    assert sent.status_code == 422
    assert "EUR 1.00 more than the pledge" in sent.text
    right = typed | {"instalments": "2018-03-01 60.00\n2018-09-01 40.00"}
    made_by = visitor.post("/documents/new/pledge", right | hidden | {"action": "save"})
    address = made_by.headers["location"].partition("?")[0]
    assert "2018-03-01 60.00; 2018-09-01 40.00" in visitor.get(f"{address}/edit").text
    assert "2018-03-01 60.00; 2018-09-01 40.00" in visitor.get(address).text


@pytest.fixture
def books(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Books:
    """Books that the command line opens, too."""
    url = engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("MCRM_DATABASE_URL", url)
    return opened(engine)


def run(*words: str, code: int = 0) -> str:
    """Run `mcrm pledge` and give what it prints."""
    done = CliRunner().invoke(app, ["pledge", *words], env={"COLUMNS": "200"})
    assert done.exit_code == code, done.output
    return done.output


def test_command(books: Books) -> None:
    """The list on the command line is that of the page; what money settles is shown by its code."""
    with writing(books.engine) as session:
        fill(session, books)
        booked(session, books, "pledge", **ON_CONDITION, pledge="PL-C")
    listed = run("list", "--as-of", "2018-12-31", "--state", "pl")
    assert re.search(r"PL-2017-1 .* 75\.00 .* 25\.00 .* 2018-09-01 .* overdue", listed)
    assert "CZ-1" not in listed
    answer = json.loads(run("list", "--as-of", "2018-12-31", "--json"))
    assert [each["pledge"] for each in answer["pledges"]] == ["CZ-1", "PL-2017-1", "PL-C"]
    shown = run("show", "PL PL-2017-1/2")
    assert "PL-2017-1 of Poland, committed: EUR 25.00 to come" in shown
    assert re.search(r"2\.\d .* 1120 .* 2018-09-01 .* 25\.00", shown)
    assert "is not one pledge" in run("show", "PL-9", code=2)
    assert "not a state" in run("list", "--state", "XX", code=2)


def test_draft_is_no_pledge(office: Office) -> None:
    """What nobody has approved is in no list."""
    with writing(office.books.engine) as session:
        made(session, office.books, "pledge")
    assert "PL-2017-1" not in office.visitor("peter").get("/pledges").text
