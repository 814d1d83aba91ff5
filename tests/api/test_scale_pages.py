"""Scales on pages: those of each pool, one with its working, and a draft on its way to force."""

import re

import pytest

from ledger.db import writing
from tests.api.office import Office, approved
from tests.documents import booked, made

HALVES = {
    "formula": "pop-gdp-50-50",
    "valid_from": "2018-01-01",
    "voucher": "D/2017/12",
    "description": "Half by people, half by output",
}


def adopt(office: Office, **fields: str) -> None:
    """Have a scale adopted."""
    with writing(office.books.engine) as session:
        booked(session, office.books, "scale", **fields)


def test_scale_in_force_is_told_from_those_before_and_after(office: Office) -> None:
    """Of a pool's scales the page says in words which is in force, superseded, or to come."""
    adopt(office)
    adopt(office, **HALVES)
    adopt(office, formula="un-scale", valid_from="2027-01-01", description="From 2027 on")
    page = office.visitor("peter").get("/scales").text
    rows = re.findall(r'href="/scales/(\d)">.*?status-(\w+)', page, re.DOTALL)
    assert rows == [("3", "to_come"), ("2", "in_force"), ("1", "superseded")]
    assert "56.3858%" in page
    assert "D/2017/12" in page


def test_pool_without_a_scale_says_what_to_do(office: Office) -> None:
    """A pool for which nothing was adopted says that its costs cannot be shared."""
    page = office.visitor("peter").get("/scales").text
    assert page.count("No scale was adopted for these costs yet") == 2


@pytest.mark.parametrize(("login", "is_seen"), [("katarzyna", True), ("ferenc", False)])
def test_drafted_scales_wait_on_the_page(office: Office, login: str, is_seen: bool) -> None:  # noqa: FBT001 - a case of the table
    """Scales that are drafted stand above those adopted, for those who may see them."""
    with writing(office.books.engine) as session:
        made(session, office.books, "scale", description="Equal for running costs")
    page = office.visitor(login).get("/scales").text
    assert ("Equal for running costs" in page) is is_seen


def test_scale_shows_its_working(office: Office) -> None:
    """A scale's page has every step in order: weights, measures as numbers, shares in per cent."""
    adopt(office, **HALVES)
    page = office.visitor("peter").get("/scales/1").text
    heads = re.findall(r'step-number">(\d)</span>\s*<span class="step-words">([^<]+)', page)
    assert sorted(int(number) for number, _ in heads) == [1, 2, 3, 4, 5, 6]
    assert ("6", "share of the burden") in heads
    assert page.count("× 0.5") == 2
    for cell in ("37,967,209", "426,555.7", "59.530457%", "56.385844%", "100.000000%"):
        assert f">{cell}</td>" in page
    assert "eurostat-2020-10 vintage" in page
    assert "it comes to the same shares" in page


def test_scale_shows_exact_fractions(office: Office) -> None:
    """Beside the rounded share stands the fraction that it exactly is."""
    adopt(office)
    page = office.visitor("peter").get("/scales/1").text
    assert page.count('num-exact">1/4<') == 4


@pytest.mark.parametrize("number", ["7", "0", "99999999999999999999", "-1", "one"])
def test_scale_that_is_none_is_not_found(office: Office, number: str) -> None:
    """A number that no scale has is answered as a page that does not exist."""
    assert office.visitor("peter").get(f"/scales/{number}").status_code == 404


def test_document_shows_what_approval_would_freeze(office: Office) -> None:
    """Before a scale is decided its page shows the shares, the change, the presets, the working."""
    adopt(office)
    address = waiting(office)
    page = office.visitor("zuzana").get(address).text
    assert "563,858.44" in page
    assert "+31.3858" in page
    assert "+313,858.44" in page
    assert "scale of assessments of the United Nations" in page
    assert "59.530457%" in page
    assert "Approving brings about exactly what is shown above" in page
    assert "Approve and post" not in page


def test_approved_scale_is_in_force(office: Office) -> None:
    """A second coordinator's approval adopts the scale, and its document leads to it."""
    address = waiting(office)
    approved(office, address)
    page = office.visitor("katarzyna").get(address).text
    assert 'href="/scales/1"' in page
    assert "In the books" not in page
    assert "status-in_force" in office.visitor("katarzyna").get("/scales").text


def test_text_of_a_formula_is_unfolded_on_the_document(office: Office) -> None:
    """A scale by the text of a formula shows that text as it is written."""
    text = 'name = "own"\ntitle = "With a part of 100 % each"\nbasis = "b"\nsource = "s"\n\n'
    text += '[[terms]]\nname = "equal"\nlabel = "equal <share>"\ntransform = "equal"\n'
    with writing(office.books.engine) as session:
        document = made(session, office.books, "scale", formula=None, formula_text=text)
        address = f"/documents/{document.id}"
    page = office.visitor("zuzana").get(address).text
    assert "With a part of 100 % each" in page
    assert "label = &#34;equal &lt;share&gt;&#34;" in page


def waiting(office: Office) -> str:
    """Draft a scale by the form, submit it, and give its address."""
    form = HALVES | {"purpose": "operations", "indicator_year": "2016", "action": "submit"}
    answer = office.visitor("katarzyna").post("/documents/new/scale", form, "/documents/new/scale")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


@pytest.mark.parametrize("formula", ["pop-gdp-50-50", "equal"])
def test_draft_with_an_unknown_vintage_is_shown(office: Office, formula: str) -> None:
    """A draft with a vintage that was never imported says so on its page, so that it is mended."""
    with writing(office.books.engine) as session:
        wrong = {"formula": formula, "vintage": "nowhere 1999"}
        document = made(session, office.books, "scale", **wrong).id
    answer = office.visitor("peter").get(f"/documents/{document}")
    assert answer.status_code == 200
    assert "nowhere 1999" in answer.text
    assert "names no one vintage of indicators" in answer.text
