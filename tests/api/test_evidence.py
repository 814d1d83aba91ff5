"""Evidence comes in by page, program and command, and goes out only to who may see it."""

import hashlib
import json
from pathlib import Path

import pytest
from httpx2 import Response
from typer.testing import CliRunner, Result

from api.cli import app
from api.security import LARGEST_UPLOAD
from ledger.evidence import LARGEST
from tests.api.office import SAME_ORIGIN, Office, Visitor, hidden_fields, submitted

INVOICE = b"%PDF-1.7 an invoice"
SHA256 = hashlib.sha256(INVOICE).hexdigest()
NAME = "Účet 1.pdf"


def upload(visitor: Visitor, address: str, body: bytes = INVOICE, name: str = NAME) -> Response:
    """Send the form of a document's page with a file."""
    return visitor.client.post(
        f"{address}/evidence",
        data=hidden_fields(visitor.get(address).text),
        files={"file": (name, body)},
        headers=SAME_ORIGIN,
    )


def test_officer_attaches_by_the_page(office: Office) -> None:
    """A file is attached by a plain form, and stands on the page with type, size, hash and who."""
    address = submitted(office)
    visitor = office.visitor("ferenc")
    answer = upload(visitor, address)
    assert answer.headers["location"] == f"{address}?done=attached#evidence"
    page = visitor.get(address).text
    for said in (NAME, "PDF · 1 kB", f">{SHA256[:12]}<", "Ferenc Nagy · 23 Nov 2026 09:00 UTC"):
        assert said in page, said


def test_a_file_is_saved_and_not_shown(office: Office) -> None:
    """A download carries its name and type, is to be saved, and is never guessed at."""
    address = submitted(office)
    upload(office.visitor("ferenc"), address)
    answer = office.visitor("katarzyna").get(f"{address}/evidence/{SHA256}")
    assert answer.content == INVOICE
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    disposition = "attachment; filename*=UTF-8''%C3%9A%C4%8Det%201.pdf"
    assert answer.headers["content-disposition"] == disposition


def test_other_states_see_no_file(office: Office) -> None:
    """Who may not see a document gets none of its files, and can attach none."""
    address = submitted(office)
    upload(office.visitor("ferenc"), address)
    czech = office.visitor("helena")
    assert czech.get(f"{address}/evidence/{SHA256}").status_code == 404
    token = hidden_fields(czech.get("/contributions").text)
    answer = czech.client.post(f"{address}/evidence", data=token, headers=SAME_ORIGIN)
    assert answer.status_code == 404


def test_who_does_not_act_for_the_state_has_no_form(office: Office) -> None:
    """An auditor sees what is attached, and is offered no form."""
    address = submitted(office)
    upload(office.visitor("ferenc"), address)
    page = office.visitor("peter").get(address).text
    assert SHA256[:12] in page
    assert 'type="file"' not in page


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "There is nothing in"),
        (b"MZ" + bytes(90), "which is not taken as evidence: save it as one of"),
        (b"%PDF".ljust(LARGEST + 1), "is larger than 10 megabytes"),
    ],
    ids=["empty", "program", "large"],
)
def test_what_is_wrong_stands_beside_the_form(office: Office, body: bytes, told: str) -> None:
    """A file that is refused is refused on the document's page, with what would do."""
    address = submitted(office)
    answer = upload(office.visitor("ferenc"), address, body)
    assert answer.status_code == 422
    assert told in answer.text
    assert 'aria-describedby="file-hint file-error"' in answer.text


def test_a_form_without_a_file_is_told(office: Office) -> None:
    """A form in which nothing was chosen is answered like an empty file."""
    address = submitted(office)
    answer = office.visitor("ferenc").post(f"{address}/evidence", page=address)
    assert answer.status_code == 422
    assert "There is nothing in" in answer.text


def test_bodies_beyond_evidence_are_not_read(office: Office) -> None:
    """What is larger than any evidence is refused before it is read, and the limit is said."""
    headers = office.token("ferenc")
    answer = office.visitor().client.post(
        f"/api{submitted(office)}/evidence?filename=x",
        content=bytes(LARGEST_UPLOAD + 1),
        headers=headers,
    )
    assert answer.status_code == 413
    assert answer.json()["detail"] == (
        "The request cannot be answered: it is larger than ten megabytes."
    )


def test_what_was_seen_without_the_file_is_not_approved(office: Office) -> None:
    """An approval from a page drawn before a file came is refused; looking again, it is given."""
    address = submitted(office)
    coordinator = office.visitor("zuzana")
    seen = hidden_fields(coordinator.get(address).text)
    upload(office.visitor("ferenc"), address)
    answer = coordinator.client.post(f"{address}/approve", data=seen, headers=SAME_ORIGIN)
    assert answer.status_code == 409
    assert coordinator.post(f"{address}/approve", page=address).status_code == 303


def test_what_came_after_the_approval_is_told(office: Office) -> None:
    """A file that was attached after the decision is marked as one that nobody approved."""
    address = submitted(office)
    assert office.visitor("zuzana").post(f"{address}/approve", page=address).status_code == 303
    office.clock.moment = office.clock.moment.replace(hour=10)
    visitor = office.visitor("ferenc")
    upload(visitor, address)
    assert "added after the approval" in visitor.get(address).text


def test_programs_attach_and_read(office: Office) -> None:
    """A program sends a file as a body, once or twice, lists it and gets it back."""
    visitor, headers = office.visitor(), office.token("ferenc")
    path = f"/api{submitted(office)}/evidence"
    first = visitor.client.post(path, params={"filename": NAME}, content=INVOICE, headers=headers)
    assert first.status_code == 201
    office.clock.moment = office.clock.moment.replace(minute=30)
    again = visitor.client.post(path, params={"filename": NAME}, content=INVOICE, headers=headers)
    assert (again.status_code, again.json()) == (200, first.json())
    assert visitor.client.get(path, headers=headers).json() == [
        {
            "sha256": SHA256,
            "filename": NAME,
            "media_type": "application/pdf",
            "bytes": len(INVOICE),
            "attached_at": "2026-11-23T09:00:00Z",
            "attached_by": "Ferenc Nagy",
        }
    ]
    assert visitor.client.get(first.headers["location"], headers=headers).content == INVOICE
    other = visitor.client.get(f"{path}/{'0' * 64}", headers=headers)
    assert (other.status_code, other.json()["code"]) == (404, "unknown-evidence")


def mcrm(*arguments: object) -> Result:
    """Run `mcrm evidence`."""
    return CliRunner().invoke(app, ["evidence", *map(str, arguments)])


def test_commands_attach_list_and_save(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command line attaches a file, lists it and writes it again, byte for byte."""
    url = office.books.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("MCRM_DATABASE_URL", url)
    document = submitted(office).rpartition("/")[2]
    file, copy = tmp_path / "invoice.pdf", tmp_path / "copy.pdf"
    file.write_bytes(INVOICE)
    assert SHA256 in mcrm("attach", document, file, "--by", "ferenc").output
    [listed] = json.loads(mcrm("list", document, "--json").output)
    assert (listed["Name"], listed["SHA-256"]) == ("invoice.pdf", SHA256)
    assert mcrm("save", SHA256, "--output", copy).exit_code == 0
    assert copy.read_bytes() == INVOICE


def test_commands_tell_what_is_refused(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is none, and a hash of nothing, end a command in words and with status 2."""
    url = office.books.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("MCRM_DATABASE_URL", url)
    document = submitted(office).rpartition("/")[2]
    (tmp_path / "run.exe").write_bytes(b"MZ" + bytes(90))
    refused = mcrm("attach", document, tmp_path / "run.exe", "--by", "ferenc")
    assert (refused.exit_code, "is not taken as evidence" in refused.output) == (2, True)
    for arguments in (("list", "nothing"), ("save", "00", "--output", tmp_path / "x")):
        assert mcrm(*arguments).exit_code == 2
