"""Readers see each offer in kind from its claim on: pages, JSON and the command line."""

import json
import re

import pytest
from typer.testing import CliRunner

from api.cli import app
from ledger.db import writing
from tests.api.office import Office
from tests.documents import booked

THREE = {"amount": None, "quantity": "3", "unit": "piece", "unit_value": "33.33"}


@pytest.fixture
def offered(office: Office) -> Office:
    """Books with an offer of three, valued twice and accepted as first valued, one delivered."""
    with writing(office.books.engine) as session:
        booked(session, office.books, "unit_rate")
        booked(session, office.books, "offer", offer="HU/1", **THREE | {"unit_value": "40.00"})
        booked(session, office.books, "valuation", offer="HU/1", **THREE, credit_value="90.00")
        booked(session, office.books, "acceptance", offer="HU/1")
        booked(session, office.books, "delivery", offer="HU/1", quantity="1")
        booked(session, office.books, "valuation", offer="HU/1", voucher="V/2", **THREE)
    return office


def rows(page: str) -> list[str]:
    """Read the rows of a page's tables as a reader would."""
    found = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def test_list_of_offers(offered: Office) -> None:
    """The list says what was claimed, valued, accepted, delivered and is left, and the rates."""
    page = offered.visitor("ferenc").get("/in-kind").text
    assert rows(page)[1] == (
        "Hungary HU/1 Vehicles goods 120.00 EUR 99.99 EUR version 2 99.99 EUR 90.00 EUR "
        "33.33 66.66 EUR partly delivered"
    )
    assert rows(page)[3] == "EXPERT-DAY A day of an expert 400.00 EUR day 1 Jan 2017 D/2016/7"
    assert 'href="/in-kind"' in page


def test_as_of_a_day(offered: Office) -> None:
    """A day before the delivery, and one before the offer, show what there was."""
    visitor = offered.visitor("ferenc")
    assert rows(visitor.get("/in-kind?as_of=2017-02-28").text)[1].endswith("99.99 EUR accepted")
    empty = visitor.get("/in-kind?as_of=2016-12-31").text
    assert "Nothing was offered up to this day." in empty
    assert "No rates are agreed for this day." in empty
    assert visitor.get("/in-kind?as_of=soon").status_code == 422


def test_page_of_an_offer(offered: Office) -> None:
    """An offer's page holds its versions, their evidence, who accepted, and the deliveries."""
    visitor = offered.visitor("ferenc")
    [to] = set(re.findall(r'href="(/in-kind/HU/[^"]+)"', visitor.get("/in-kind").text))
    page = visitor.get(to.replace("&amp;", "&")).text
    found = rows(page)
    assert (
        "1 10 Feb 2017 market price 3.00 piece 99.99 EUR 90.00 EUR Review committee V/1 "
        "Eva Kovács 20 Feb 2017, Eva Kovács, D/2017/1"
    ) in found
    assert "1 Mar 2017 1 1.00 1 33.33 EUR 33.33 30.00" in found
    for document in re.findall(r'href="(/documents/[0-9a-f-]{36})"', page):
        assert visitor.get(document).status_code == 200
    strange = offered.visitor("helena").get("/in-kind/HU/HU/1").text
    assert re.findall(r'href="(/documents/[0-9a-f-]{36})"', strange) == []
    assert visitor.get("/in-kind/HU/none").status_code == 404


def test_offers_as_json(offered: Office) -> None:
    """A program reads the same."""
    client, head = offered.visitor().client, offered.token("peter")
    [offer] = client.get("/api/offers", headers=head).json()["offers"]
    assert (offer["status"], offer["left"], offer["delivered"]) == (
        "partly_delivered",
        "66.66",
        "33.33",
    )
    assert [each["credit_value"] for each in offer["valuations"]] == ["90.00", "99.99"]
    assert offer["acceptances"][0]["valuation"] == 1
    assert offer["deliveries"][0]["credit_value"] == "30.00"
    [rate] = client.get("/api/cost-book?on=2017-01-01", headers=head).json()
    assert (rate["code"], rate["amount"]) == ("EXPERT-DAY", "400.00")
    assert client.get("/api/cost-book?on=2016-12-31", headers=head).json() == []


def test_strangers_are_told_nothing(office: Office) -> None:
    """Who is not signed in sees no offer."""
    visitor = office.visitor()
    assert visitor.get("/in-kind").status_code == 303
    assert visitor.client.get("/api/offers").status_code == 401
    assert visitor.client.get("/api/cost-book").status_code == 401


def test_commands(offered: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line lists offers and the cost book of a day."""
    url = offered.books.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("MCRM_DATABASE_URL", url)

    def run(*words: str) -> str:
        done = CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})
        assert done.exit_code == 0, done.output
        return done.stdout

    shown = run("offer", "list", "--as-of", "2017-12-31")
    # Words are cut where a screen is narrow, and figures never.
    for text in ("120.00", "99.99", "90.00", "33.33", "66.66"):
        assert text in shown
    assert json.loads(run("offer", "list", "--json"))[0]["offer"] == "HU/1"
    assert "400.00" in run("cost-book", "--on", "2017-01-01")
    assert json.loads(run("cost-book", "--on", "2016-12-31", "--json")) == []
