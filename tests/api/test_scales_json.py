"""Programs list scales, try them and draft them, with the rules and errors of the pages."""

from collections.abc import Mapping
from fractions import Fraction

import pytest

from ledger.db import writing
from tests.api.office import Office, documents
from tests.document_fields import ACCESSION, ALLOCATION, SCALE
from tests.documents import booked

HALVES = {"formula": "pop-gdp-50-50", "valid_from": "2018-01-01", "description": "Half and half"}


def adopt(office: Office, **fields: str) -> None:
    """Have a scale adopted."""
    with writing(office.books.engine) as session:
        booked(session, office.books, "scale", **fields)


def ask(office: Office, address: str, **question: str):  # type: ignore[no-untyped-def]  # noqa: ANN201 - the client's own answer
    """Ask as an auditor's program does."""
    client = office.visitor().client
    return client.get(f"/api{address}", params=question, headers=office.token("peter"))


def test_scales_are_listed_with_their_shares(office: Office) -> None:
    """The list has each scale's shares to twelve decimals and as exact fractions."""
    adopt(office)
    adopt(office, **HALVES)
    first, second = ask(office, "/scales", purpose="operations").json()
    assert (first["number"], first["in_force"]) == (1, False)
    assert first["shares"][0] == {"state": "CZ", "share": "0.250000000000", "exact": "1/4"}
    assert second["in_force"] is True
    assert second["shares"][2]["share"] == "0.563858438821"
    assert sum(Fraction(each["exact"]) for each in second["shares"]) == 1
    assert ask(office, "/scales", purpose="setup").json() == []


def test_one_scale_has_its_working(office: Office) -> None:
    """One scale tells its formula, every value used, and every step as exact fractions."""
    adopt(office, **HALVES)
    scale = ask(office, "/scales/1").json()
    assert scale["says"]["name"] == "pop-gdp-50-50"
    assert len(scale["used"]) == 8
    last = scale["working"][-1]
    assert (last["label"], last["kind"]) == ("share of the burden", "share")
    assert last["values"] == {each["state"]: each["exact"] for each in scale["shares"]}
    assert [step["weight"] for step in scale["working"]].count("1/2") == 2


def test_scale_that_is_none_is_told(office: Office) -> None:
    """A number that no scale has is answered with its error."""
    answer = ask(office, "/scales/7")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-scale")


def test_what_if_answers_and_keeps_nothing(office: Office) -> None:
    """A program is told shares, euro and changes of a candidate, and nothing is kept."""
    adopt(office)
    before = len(documents(office))
    answer = ask(
        *(office, "/scales/what-if"),
        formula="pop-gdp-50-50",
        indicator_year="2016",
        amount="1000000.00",
        states="PL,CZ,HU,SK",
    ).json()
    czechia = answer["candidate"]["shares"][0]
    assert czechia["amount"] == "193475.52"
    assert czechia["moved"] == "-56524.48"
    assert Fraction(czechia["exact"]) - Fraction(1, 4) == Fraction(czechia["change"])
    assert [each["formula"] for each in answer["presets"]][:2] == ["equal", "gni"]
    assert answer["in_force"]["formula"] == "equal"
    assert len(answer["working"]) == 6
    assert len(documents(office)) == before


def test_what_if_tells_refusals_in_their_columns(office: Office) -> None:
    """A preset without values is answered by its refusal, beside those that have them."""
    answer = ask(office, "/scales/what-if", formula="un-scale", indicator_year="2021").json()
    refused = {each["formula"]: each["refusal"] for each in answer["presets"]}
    assert refused["gni"]["code"] == "missing-indicator"
    assert refused["un-scale"] is None


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"formula": "magic"}, "formula"),
        ({"formula": "gni", "formula_text": "x"}, "formula"),
        ({"formula_text": "x"}, "formula_text"),
        ({"states": "XX"}, "states"),
        ({"states": ""}, "states"),
        ({"amount": "0.001"}, "amount"),
        ({"valid_from": "1066-10-14"}, "valid_from"),
        ({"formula": "pop-gdp-50-50", "weight_gdp": "1"}, "weights"),
    ],
)
def test_faults_of_a_question_are_told_by_field(
    office: Office, question: dict[str, str], field: str
) -> None:
    """Whatever of a question cannot be read is told by the field it stands in."""
    answer = ask(office, "/scales/what-if", **question)
    assert answer.status_code == 422
    assert field in {each["field"] for each in answer.json()["errors"]}


def record(office: Office, kind: str, said: Mapping[str, object], by: str = "katarzyna"):  # type: ignore[no-untyped-def]  # noqa: ANN201 - the client's own answer
    """Post a document of a kind under a key."""
    address = "/api/scales" if kind == "scale" else f"/api/documents/{kind}"
    headers = office.token(by) | {"Idempotency-Key": kind}
    return office.visitor().client.post(address, json=said, headers=headers)


def approve(office: Office, address: str) -> None:
    """Submit a document and approve what a second program saw."""
    client = office.visitor().client
    client.post(f"{address}/submit", headers=office.token("katarzyna"))
    other = office.token("zuzana")
    seen = client.get(f"{address}/proposal", headers=other).json()["digest"]
    answer = client.post(f"{address}/approve", json={"seen": seen}, headers=other)
    assert answer.json()["status"] == "approved", answer.text


def test_proposal_tells_what_would_be_frozen(office: Office) -> None:
    """Before a program approves a scale it is shown the shares that would be frozen."""
    address = record(office, "scale", SCALE).headers["location"]
    client = office.visitor().client
    seen = client.get(f"{address}/proposal", headers=office.token("zuzana")).json()
    assert seen["entries"] == []
    assert seen["effect"]["shares"] == dict.fromkeys(("CZ", "HU", "PL", "SK"), "1/4")


def test_scale_goes_all_the_way(office: Office) -> None:
    """A program drafts and submits a scale, another approves what it saw, and it is in force."""
    made = record(office, "scale", SCALE)
    assert made.status_code == 201, made.text
    assert record(office, "scale", SCALE).json() == made.json()
    approve(office, made.headers["location"])
    [scale] = ask(office, "/scales").json()
    assert scale["in_force"] is True


@pytest.mark.parametrize(("kind", "said"), [("allocation", ALLOCATION), ("accession", ACCESSION)])
def test_other_kinds_go_all_the_way(office: Office, kind: str, said: dict[str, object]) -> None:
    """One route drafts every other kind that concerns all states."""
    with writing(office.books.engine) as session:
        booked(session, office.books, "scale")
        booked(session, office.books, "cost")
    made = record(office, kind, said)
    assert made.status_code == 201, made.text
    assert made.json()["kind"] == kind
    approve(office, made.headers["location"])


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("accession", {**ACCESSION, "joined_on": 5}),
        ("accession", {**ACCESSION, "more": 1}),
        ("accession", {}),
        ("allocation", {**ALLOCATION, "purpose": ["operations"]}),
        ("opt_out", {"state": "DE", "activity": "information", "from_on": "2018-01-01"}),
        ("contribution", {}),
    ],
)
def test_faults_of_a_document_are_told(office: Office, kind: str, said: dict[str, object]) -> None:
    """A body that its kind does not read is refused with every field that is wrong."""
    answer = record(office, kind, said)
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_state_that_never_took_part_is_told(office: Office) -> None:
    """A document of a state that never took part is refused, not kept as a draft."""
    said = {
        "state": "DE",
        "activity": "information",
        "from_on": "2018-01-01",
        "description": "Germany is out",
        "voucher": "D/1",
    }
    answer = record(office, "opt_out", said)
    assert (answer.status_code, answer.json()["code"]) == (422, "not-a-member")


@pytest.mark.parametrize("login", ["peter", "ferenc"])
def test_others_do_not_write_for_all(office: Office, login: str) -> None:
    """Auditors and officers of one state draft nothing that concerns all states."""
    answer = record(office, "accession", ACCESSION, by=login)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
