"""Receipts are listed on a page, as JSON and on the command line, and lead to their application."""

import json
import re
from html import unescape
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli import app
from ledger.db import writing
from tests.api.office import Office, approved, documents, hidden_fields
from tests.documents import booked

FOR = {"purpose": "operations", "activity": "information", "to": "credit"}


@pytest.fixture
def with_receipts(office: Office) -> Office:
    """Books with a receipt that is applied, one of Poland in part, and one that is nobody's."""
    with writing(office.books.engine) as session:
        booked(session, office.books, "receipt", receipt="B/1", amount="10.00")
        booked(session, office.books, "receipt", receipt="B/2", amount="425.00", currency="PLN")
        booked(session, office.books, "receipt", receipt="B/3", state=None,
               received_on="2017-03-13")  # fmt: skip
        booked(session, office.books, "application", source="B/1", **FOR)
        booked(session, office.books, "application", source="B/2", amount="25.00", **FOR)
    return office


def cells(page: str) -> str:
    """Write a page's texts one after the other, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_open_receipts_come_first(with_receipts: Office) -> None:
    """What is to be applied stands above what is, each with all that tells whose it is."""
    text = cells(with_receipts.visitor("peter").get("/receipts").text)
    first, _, second = text.partition("Applied Receipt")
    assert (
        "B/2 1 Mar 2017 Poland Ministerstwo Spraw Wewnętrznych MCRM 2017/1 425.00 400.00 PLN"
        in (first)
    )
    assert "B/3 13 Mar 2017 not known" in first
    assert "B/1" not in first
    assert "B/1 1 Mar 2017 Poland" in second
    assert "Apply" not in text


def test_page_as_of_a_day(with_receipts: Office) -> None:
    """A receipt is not there before it came, and whole before it was applied."""
    text = cells(with_receipts.visitor("peter").get("/receipts?as_of=2017-03-05").text)
    assert "B/3" not in text
    assert "425.00 425.00 PLN" in text
    nothing = with_receipts.visitor("peter").get("/receipts?as_of=2016-03-05").text
    assert "All money that came has been applied." in nothing
    assert with_receipts.visitor("peter").get("/receipts?as_of=x").status_code == 200


def test_link_leads_to_the_filled_form(with_receipts: Office) -> None:
    """From a receipt one click leads to the form, which holds what is known, and to the books."""
    visitor = with_receipts.visitor("katarzyna")
    link = unescape(re.findall(r'href="(/documents/new/application\?[^"]+)"', visitor.get(
        "/receipts").text)[0])  # fmt: skip
    page = visitor.get(link).text
    assert re.search(r'name="source"[^>]* value="B/2"', page)
    assert re.search(r'<option value="PL" selected>', page)
    form = {"applied_on": "14/03/2017", "source": "B/2", "state": "PL", "to": "credit"}
    form |= {"purpose": "operations", "activity": "information", "description": "The rest"}
    answer = visitor.post(link, form | {"action": "submit"}, link)
    assert answer.status_code == 303, cells(answer.text)
    approved(with_receipts, answer.headers["location"].partition("?")[0])
    assert "B/2" not in cells(visitor.get("/receipts").text).partition("Applied Receipt")[0]


def test_address_fills_fields_only(with_receipts: Office) -> None:
    """What an address says fills the fields of the form and nothing else, and is escaped."""
    visitor = with_receipts.visitor("katarzyna")
    page = visitor.get('/documents/new/application?source="><b>x&key=mine&action=submit').text
    assert "<b>x" not in page
    assert hidden_fields(page)["key"] != "mine"
    assert len(documents(with_receipts)) == 5


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("", ["B/1", "B/2", "B/3"]),
        ("?unapplied=true", ["B/2", "B/3"]),
        ("?as_of=2017-03-05", ["B/1", "B/2"]),
        ("?as_of=2016-03-05", []),
    ],
)
def test_json(with_receipts: Office, asked: str, codes: list[str]) -> None:
    """A program gets receipts as of a day, amounts as texts."""
    answer = get(with_receipts, f"/api/receipts{asked}")
    assert [each["receipt"] for each in answer["receipts"]] == codes


def test_json_of_one(with_receipts: Office) -> None:
    """Everything that tells whose it is, and where it stands in the books."""
    assert get(with_receipts, "/api/receipts?unapplied=true")["receipts"][0] == {
        "receipt": "B/2",
        "received_on": "2017-03-01",
        "state": "PL",
        "payer": "Ministerstwo Spraw Wewnętrznych",
        "reference": "MCRM 2017/1",
        "currency": "PLN",
        "amount": "425.00",
        "unapplied": "400.00",
        "euro": "94.12",
        "charged": None,
        "bank_rate": None,
        "sent_currency": None,
        "sent_amount": None,
        "number": 2,
        "item": "2.2",
        "description": "Contribution of 2017",
        "voucher": "B/2",
    }


def get(office: Office, path: str) -> Any:
    """Ask as a program does."""
    answer = office.visitor().client.get(path, headers=office.token("peter"))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_command(with_receipts: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line lists the same, as a table and as JSON."""
    url = with_receipts.books.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("MCRM_DATABASE_URL", url)
    command = ["receipt", "list", "--as-of", "2018-01-01"]
    run = CliRunner().invoke(app, [*command, "--unapplied"], env={"COLUMNS": "200"})
    assert run.exit_code == 0, run.output
    assert "Receipts as of 2018-01-01" in run.stdout
    assert re.search(r"B/2 .* Poland .* 425\.00 .* 400\.00 .* PLN", run.stdout)
    assert re.search(r"B/3 .* not", run.stdout)
    assert "known" in run.stdout
    assert "B/1" not in run.stdout
    found = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)
    assert [(each["receipt"], each["unapplied"]) for each in found] == [
        ("B/1", "0.00"),
        ("B/2", "400.00"),
        ("B/3", "100.00"),
    ]


def test_what_was_sent_stands_beside_what_came(office: Office) -> None:
    """Whoever applies euro that were korunas reads how many, on the page and as JSON."""
    with writing(office.books.engine) as session:
        sent = {"sent_currency": "CZK", "sent_amount": "2600.00"}
        booked(session, office.books, "receipt", amount="98.20", **sent)
    assert "98.20 sent: 2,600.00 CZK" in cells(office.visitor("peter").get("/receipts").text)
    [receipt] = get(office, "/api/receipts")["receipts"]
    assert (receipt["sent_currency"], receipt["sent_amount"]) == ("CZK", "2600.00")
