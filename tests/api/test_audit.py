"""The audit trail is read by coordinators and auditors, on a page, by programs and by command."""

import csv
import json
import re
from datetime import timedelta
from html import unescape

import pytest
from typer.testing import CliRunner, Result

from api.audit_trail import COLUMNS, csv_text
from api.cli import app
from ledger.acts import COMMAND_LINE
from ledger.audit import AuditRecord
from ledger.db import writing
from ledger.periods import add_period, advance
from tests.api.office import CASH, Office, enter, submitted
from tests.books import DAY, NOW


@pytest.fixture
def kept(office: Office) -> Office:
    """Books in which a contribution was submitted, and the next day a year was closed."""
    submitted(office)
    office.clock.advance(timedelta(days=1))
    with writing(office.books.engine) as session:
        advance(session, DAY, now=office.clock.moment, by="katarzyna")
    return office


def text_of(page: str) -> str:
    """Read a page as its words, without markup and doubled blanks."""
    main = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.mark.parametrize(("login", "status"), [("katarzyna", 200), ("peter", 200), ("ferenc", 403)])
def test_who_reads_the_trail(office: Office, login: str, status: int) -> None:
    """Coordinators and auditors find the trail in their menu; officers may not read it at all."""
    visitor, headers = office.visitor(login), office.token(login)
    assert ('href="/audit"' in visitor.get("/equity").text) == (status == 200)
    for path in ("/audit", "/audit.csv"):
        assert visitor.get(path).status_code == status
    assert visitor.client.get("/api/audit", headers=headers).status_code == status


def test_each_act_is_a_row(kept: Office) -> None:
    """A row tells when, who, what, which record, and each field before and since."""
    said = text_of(kept.visitor("peter").get("/audit?record=period").text)
    first = "24 Nov 2026 09:00 UTC katarzyna moved on period 2016-01-01/2026-12-31 Status :"
    assert said.startswith(f"{first} open → hold")
    assert "command line added period" in said


def test_the_trail_leads_to_its_documents(kept: Office) -> None:
    """What was done to a document leads to its page, and to all that was done to it."""
    visitor = kept.visitor("peter")
    page = visitor.get("/audit?record=document").text
    link = re.search(r'href="/documents/([^"]+)"', page)
    assert link is not None
    assert visitor.get(f"/documents/{link.group(1)}").status_code == 200
    assert "drafted" in text_of(visitor.get(f"/audit?key={link.group(1)}").text)


@pytest.mark.parametrize(
    ("question", "there", "not_there"),
    [
        ("by=katarzyna&record=period", "moved on", "added"),
        ("from_on=24/11/2026", "moved on", "drafted"),
        ("until_on=2026-11-23", "drafted", "moved on"),
        ("record=document&key=nothing", "", "drafted"),
    ],
)
def test_the_trail_is_searched(kept: Office, question: str, there: str, not_there: str) -> None:
    """Acts are found by record, person and days, typed as the reader types days."""
    said = text_of(kept.visitor("peter").get(f"/audit?{question}").text)
    assert there in said
    assert not_there not in said


def test_nothing_found_is_told(kept: Office) -> None:
    """A search that finds nothing says so, and what to try."""
    page = kept.visitor("peter").get("/audit?key=nothing").text
    assert "Nothing was noted that fits." in page


def test_a_day_that_is_none_is_told(office: Office) -> None:
    """A day that cannot be read is shown again with what is wrong, and nothing is listed."""
    answer = office.visitor("peter").get("/audit?from_on=soon")
    assert answer.status_code == 422
    assert "“soon” is not a date" in answer.text
    assert 'value="soon"' in answer.text
    assert "<tbody>" not in answer.text


def test_the_trail_goes_on(office: Office) -> None:
    """A hundred rows stand on a page, which leads to those before them, with the same search."""
    with writing(office.books.engine) as session:
        for year in range(1700, 1810):
            add_period(session, DAY.replace(year=year), DAY.replace(year=year), now=NOW)
    visitor = office.visitor("peter")
    page = visitor.get("/audit?record=period").text
    assert page.count('<th scope="row"') == 100
    older = re.search(r'href="(/audit\?record=period&amp;before=\d+)"', page)
    assert older is not None
    rest = visitor.get(unescape(older.group(1))).text
    assert rest.count('<th scope="row"') == 11
    assert "Earlier records" not in rest


def test_the_export_is_what_was_searched(kept: Office) -> None:
    """The CSV holds exactly what the search finds, a line for each field, with its values."""
    visitor = kept.visitor("peter")
    page = visitor.get("/audit?record=period&by=katarzyna").text
    export = re.search(r'href="(/audit\.csv\?[^"]+)"', page)
    assert export is not None
    answer = visitor.get(unescape(export.group(1)))
    assert answer.headers["content-disposition"] == (
        'attachment; filename="MCRM_audit_2026-11-24.csv"'
    )
    [heading, line] = csv.reader(answer.text.lstrip("\ufeff").splitlines())
    assert tuple(heading) == COLUMNS
    period = ["period", "2016-01-01/2026-12-31", "advanced", "status", "open", "hold"]
    assert line == ["2026-11-24T09:00:00.000000Z", "katarzyna", *period]


def test_a_table_program_runs_nothing() -> None:
    """What somebody typed that a spreadsheet would run as a formula is marked as a text."""
    said = {"description": '=HYPERLINK("http://evil")', "amount": "-5.00", "voucher": "+48"}
    record = AuditRecord(
        at=NOW, by=COMMAND_LINE, action="drafted", record="document", key="@x", new=said
    )
    lines = [line[3:] for line in csv.reader(csv_text([record]).splitlines())]
    assert [line[-1] for line in lines[1:]] == ['\'=HYPERLINK("http://evil")', "-5.00", "+48"]
    assert lines[1][0] == "'@x"


def test_programs_read_the_trail(kept: Office) -> None:
    """A program gets the same acts, with whole values, page by page."""
    visitor, headers = kept.visitor(), kept.token("peter")
    found = visitor.client.get("/api/audit?record=document&by=ferenc", headers=headers).json()
    assert [each["action"] for each in found] == ["submitted", "drafted"]
    assert found[1]["old"] is None
    assert found[1]["new"]["currency"] == "HUF"
    before = f"/api/audit?record=document&before={found[0]['id']}"
    assert visitor.client.get(before, headers=headers).json() == found[1:]
    day = "/api/audit?record=document&from_on=2026-11-24"
    assert visitor.client.get(day, headers=headers).json() == []
    assert visitor.client.get("/api/audit?record=x", headers=headers).status_code == 422


def test_correcting_shows_what_it_said_before(office: Office) -> None:
    """Whoever corrects a draft leaves what it said before, and only what is otherwise."""
    visitor = office.visitor("ferenc")
    address = enter(visitor, CASH, "save").partition("?")[0].replace("documents", "contributions")
    form = CASH | {"description": "Running costs of the autumn", "action": "save"}
    assert visitor.post(f"{address}/edit", form, f"{address}/edit").status_code == 303
    said = text_of(office.visitor("peter").get("/audit?record=document").text)
    change = "Description : Running costs of the spring → Running costs of the autumn"
    assert f"edited document {address.split('/')[2][:8]} {change}" in said


def mcrm(office: Office, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    """Run `mcrm audit`."""
    url = office.books.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("MCRM_DATABASE_URL", url)
    return CliRunner().invoke(app, ["audit", *arguments])


def test_the_command_prints_the_trail(kept: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command prints what it finds in lines, as JSON or as CSV."""
    asked = ("--record", "period", "--by", "katarzyna", "--from", "2026-11-24")
    table = mcrm(kept, monkeypatch, *asked)
    assert table.exit_code == 0, table.output
    assert table.output.splitlines() == [
        "2026-11-24 09:00:00 UTC  katarzyna: moved on, period 2016-01-01/2026-12-31",
        "  Status: open → hold",
    ]
    [found] = json.loads(mcrm(kept, monkeypatch, *asked, "--json").output)
    assert (found["old"], found["new"]) == ({"status": "open"}, {"status": "hold"})
    assert mcrm(kept, monkeypatch, *asked, "--csv").output.endswith(",status,open,hold\n")
    assert mcrm(kept, monkeypatch, "--until", "2016-01-01").output == (
        "Nothing was noted that fits.\n"
    )
    assert len(json.loads(mcrm(kept, monkeypatch, "--limit", "2", "--json").output)) == 2
