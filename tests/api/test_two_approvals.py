"""Two approvals on pages, in JSON and on the command line: by whom, and that another is needed."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from api.cli import app
from ledger.db import reading, writing
from ledger.documents import Document, submit_all
from ledger.entries import JournalEntry
from tests.api.office import Office
from tests.api.test_evidence import upload
from tests.books import NOW, Books
from tests.document_fields import PREFINANCING
from tests.documents import another, made


def claimed(office: Office) -> str:
    """Submit a claim of Poland's and give its number."""
    with writing(office.books.engine) as session:
        document = made(session, office.books, "prefinancing")
        submit_all(session, [document], by=office.books.officer, now=NOW)
        return document.id


def test_pages(office: Office) -> None:
    """Queue and document say who gave the first approval, and that another is needed."""
    address = f"/documents/{claimed(office)}"
    first, second = office.visitor("jana"), office.visitor("zuzana")
    assert "Two approvals are needed" in first.get("/approvals").text
    assert "Approve as the first of two" in first.get(address).text
    answer = first.post(f"{address}/approve", page=address)
    assert answer.headers["location"] == f"{address}?done=endorsed"
    queue = second.get("/approvals").text
    assert "First approval: Jana Svobodová; another is needed" in queue
    assert "You have approved this document already" in first.get(address).text
    page = second.get(address).text
    assert "Jana Svobodová has given the first of two approvals" in page
    assert "Approve and post" in page
    answer = second.post(f"{address}/approve", page=address)
    assert answer.headers["location"] == f"{address}?done=approved"
    assert "First of two approvals" in second.get(address).text


def test_file_after_the_first_approval(office: Office) -> None:
    """Whoever attaches a file then is told that both approve anew, and so are those who do."""
    address = f"/documents/{claimed(office)}"
    first, officer = office.visitor("jana"), office.visitor("katarzyna")
    first.post(f"{address}/approve", page=address)
    answer = upload(officer, address)
    assert answer.headers["location"] == f"{address}?done=voided#evidence"
    told = officer.get(f"{address}?done=voided").text
    assert "The first approval is void" in told
    assert "changed after the first of two approvals, which is void" in told
    assert "Approve as the first of two" in first.get(address).text


def test_json(office: Office) -> None:
    """A program is told the same, and posts with the second approval."""
    path = f"/api/documents/{claimed(office)}"
    client = office.visitor().client
    said = []
    for login in ("jana", "zuzana"):
        token = office.token(login)
        seen = client.get(f"{path}/proposal", headers=token).json()["digest"]
        said.append(client.post(f"{path}/approve", json={"seen": seen}, headers=token).json())
    assert [
        (each["status"], each["endorsed_by"], each["approvals_needed"], each["entries"])
        for each in said
    ] == [
        ("submitted", "Jana Svobodová", 1, []),
        ("approved", "Jana Svobodová", 0, [1]),
    ]


@pytest.mark.parametrize(
    ("approvers", "status", "words"),
    [
        ([], "submitted", "1 documents wait for approval."),
        (["eva"], None, "approved by two people: name the second one too"),
        (["eva", "ota"], "approved", "1 documents approved and posted, entries 1 to 1."),
    ],
)
def test_import(
    *,
    books: Books,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    approvers: list[str],
    status: str | None,
    words: str,
) -> None:
    """A list of claims is posted where it names two who approved it, and refused where one."""
    with writing(books.engine) as session:
        another(session)
    url = books.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("MCRM_DATABASE_URL", url)
    file = tmp_path / "prefinancings.csv"
    file.write_text(",".join(PREFINANCING) + "\n" + ",".join(PREFINANCING.values()) + "\n")
    given = [word for each in approvers for word in ("--approved-by", each)]
    answer = CliRunner().invoke(app, ["import", str(file), "--by", "anna", *given])
    assert words in " ".join(answer.output.split())
    with reading(books.engine) as session:
        found = session.scalars(sa.select(Document)).one_or_none()
        assert (found.status if found else None) == status
        entries = sa.select(sa.func.count()).select_from(JournalEntry)
        assert session.scalar(entries) == (status == "approved")
