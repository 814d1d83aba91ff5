"""Readers see who takes part, who shares in what, and by which decision."""

import re

import pytest

from ledger.db import writing
from ledger.documents import submit_all
from tests.api.office import Office
from tests.books import NOW
from tests.documents import booked, made

FOUNDED = "Joint statement of the interior ministers"
OUT = "Slovakia does not share in it D/2017/8"


@pytest.fixture
def decided(office: Office) -> Office:
    """Books in which Austria comes in 2030, Hungary has left and Slovakia opted out."""
    with writing(office.books.engine) as session:
        booked(session, office.books, "accession", joined_on="2030-01-01")
        booked(session, office.books, "withdrawal")
        booked(session, office.books, "opt_out")
        booked(session, office.books, "opt_out", activity="information", until_on="2018-06-30")
    return office


def rows(page: str) -> list[str]:
    """Read the rows of a page's tables as a reader would."""
    found = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def test_who_takes_part(decided: Office) -> None:
    """Every span is listed with its days and decisions, the founders' and those to come too."""
    page = decided.visitor("katarzyna").get("/states").text
    assert rows(page) == [
        "State Takes part from Last day of taking part Accession Withdrawal",
        "Austria 1 Jan 2030 to come Austria takes part D/2017/9",
        f"Czechia 21 Nov 2016 takes part {FOUNDED}",
        f"Hungary 21 Nov 2016 30 Jun 2018 {FOUNDED} Hungary leaves D/2018/5",
        f"Poland 21 Nov 2016 takes part {FOUNDED}",
        f"Slovakia 21 Nov 2016 takes part {FOUNDED}",
        "State Does not share in the cost of First day Last day Decision",
        f"Slovakia information exchange, analysis and risk assessment 1 Jan 2018 30 Jun 2018 {OUT}",
        f"Slovakia co-operation with key third countries 1 Jan 2018 until decided otherwise {OUT}",
    ]


def test_decisions_lead_to_their_documents(decided: Office) -> None:
    """Whoever may open a document is led to it, and nobody into a refusal."""
    for login, seen in (("katarzyna", 4), ("ferenc", 1), ("helena", 0)):
        visitor = decided.visitor(login)
        page = visitor.get("/states").text
        links = re.findall(r'href="(/documents/[0-9a-f-]{36})"', page)
        assert len(links) == seen
        assert all(visitor.get(link).status_code == 200 for link in links)


@pytest.mark.parametrize("address", ["/statements", "/contributions"])
def test_a_state_that_left_is_still_looked_up(decided: Office, address: str) -> None:
    """A state that left is offered where one looks back, and one that is yet to come is not."""
    page = decided.visitor("katarzyna").get(address).text
    assert '<option value="HU"' in page
    assert '<option value="AT"' not in page


def test_founders_alone(office: Office) -> None:
    """Before anything was decided the founders take part, and all share in everything."""
    page = office.visitor("ferenc").get("/states").text
    assert len(rows(page)) == 5
    assert "Every state shares in the cost of everything." in page
    assert 'href="/states"' in page


def test_states_as_json(decided: Office) -> None:
    """A program reads the same."""
    answer = decided.visitor().client.get("/api/states", headers=decided.token("peter")).json()
    hungary = next(each for each in answer["memberships"] if each["state"] == "HU")
    assert hungary["left_on"] == "2018-06-30"
    assert hungary["accession"] is None
    assert hungary["withdrawal"]["voucher"] == "D/2018/5"
    assert [each["until_on"] for each in answer["opt_outs"]] == ["2018-06-30", None]
    assert answer["opt_outs"][0]["decision"]["description"] == "Slovakia does not share in it"


def test_strangers_are_told_nothing(office: Office) -> None:
    """Who is not signed in sees nobody."""
    visitor = office.visitor()
    assert visitor.get("/states").status_code == 303
    assert visitor.client.get("/api/states").status_code == 401


def test_entry_leads_to_its_decision(decided: Office) -> None:
    """From an entry a reader comes to the decision that it rests on, in its own words."""
    with writing(decided.books.engine) as session:
        booked(session, decided.books, "accession", acceding_state="SI", advance="50.00")
        booked(session, decided.books, "buy_in", state="SI", into="accumulated_surplus")
    visitor = decided.visitor("katarzyna")
    for entry, kind, said in ((1, "Accession", "Slovenia"), (2, "Buy-in", "accumulated surplus")):
        page = visitor.get(f"/journal/{entry}").text
        [document] = set(re.findall(r'href="(/documents/[0-9a-f-]{36})"', page))
        page = visitor.get(document).text
        assert kind in page
        assert said in page


@pytest.mark.parametrize("kind", ["accession", "opt_out", "withdrawal"])
def test_what_posts_nothing_says_so(office: Office, kind: str) -> None:
    """A decision that posts nothing is approved on its page like any other."""
    with writing(office.books.engine) as session:
        document = made(session, office.books, kind)
        submit_all(session, [document], by=office.books.office, now=NOW)
        address = f"/documents/{document.id}"
    visitor = office.visitor("katarzyna")
    assert "it takes effect beside the journal" in visitor.get(address).text
    answer = visitor.post(f"{address}/approve", page=address)
    assert answer.status_code == 303
    assert address in visitor.get("/states").text


def test_own_case_is_not_offered(office: Office) -> None:
    """A coordinator of the state that leaves a cost to the others is told who approves that."""
    with writing(office.books.engine) as session:
        document = made(session, office.books, "opt_out")
        submit_all(session, [document], by=office.books.office, now=NOW)
        address = f"/documents/{document.id}"
    visitor = office.visitor("zuzana")
    page = visitor.get(address).text
    assert "SK does not decide on its own case" in page
    assert f"{address}/approve" not in page
    assert "SK does not decide on its own case" in visitor.get("/approvals").text
    forced = visitor.post(f"{address}/approve", {"seen": "x"}, address)
    assert forced.status_code == 403
