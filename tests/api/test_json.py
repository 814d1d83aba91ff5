"""Programs work with the same acts, rules and errors as people on pages."""

import pytest

from api.app import create_app
from ledger.db import writing
from ledger.settings import Settings
from tests.api.office import Office, Visitor
from tests.document_fields import CASH
from tests.documents import booked

HUNGARIAN = CASH | {"state": "HU", "currency": "HUF", "amount": "31000000.00"}


def record(visitor: Visitor, headers: dict[str, str], key: str = "k1", **changes: object):  # type: ignore[no-untyped-def]  # noqa: ANN201 - the client's own answer
    """Post a contribution of Hungary under a key."""
    return visitor.client.post(
        "/api/contributions",
        json=HUNGARIAN | changes,
        headers=headers | {"Idempotency-Key": key},
    )


def test_contribution_goes_all_the_way(office: Office) -> None:
    """A program records and submits, another one approves the digest it saw, and it is posted."""
    visitor, officer, coordinator = office.visitor(), office.token("ferenc"), office.token("zuzana")
    made = record(visitor, officer)
    assert made.status_code == 201
    address = made.headers["location"]
    assert visitor.client.post(f"{address}/submit", headers=officer).json()["status"] == "submitted"
    proposal = visitor.client.get(f"{address}/proposal", headers=coordinator).json()
    assert proposal["entries"][0][0] == {
        "account": "1013",
        "state": "HU",
        "currency": "HUF",
        "amount": "31000000.00",
        "euro": "100000.00",
    }
    approved = visitor.client.post(
        f"{address}/approve", json={"seen": proposal["digest"]}, headers=coordinator
    )
    assert approved.json()["entries"] == [1]
    balances = visitor.client.get("/api/equity", headers=coordinator).json()
    assert balances["balances"][0]["balance"] == "100000.00"
    entry = visitor.client.get("/api/journal/1", headers=coordinator).json()
    assert entry["postings"][0]["per_euro"] == "310.00"


def test_key_is_asked_for(office: Office) -> None:
    """Without a key a retry could be a second contribution, so none is taken."""
    answer = office.visitor().client.post(
        "/api/contributions", json=HUNGARIAN, headers=office.token("ferenc")
    )
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "idempotency-key-missing"


def test_retry_is_told_from_a_first_try(office: Office) -> None:
    """The same key and content give the contribution there is, and say so."""
    visitor, officer = office.visitor(), office.token("ferenc")
    first = record(visitor, officer)
    office.clock.moment = office.clock.moment.replace(minute=30)
    again = record(visitor, officer)
    assert (first.status_code, again.status_code) == (201, 200)
    assert "idempotency-hit" not in first.headers
    assert again.headers["idempotency-hit"] == "true"
    assert again.json() == first.json()


def test_same_key_for_something_else_is_refused(office: Office) -> None:
    """A key stands for one content: with another, nothing is written."""
    visitor, officer = office.visitor(), office.token("ferenc")
    record(visitor, officer)
    answer = record(visitor, officer, amount="1.00")
    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency-conflict"


def test_keys_of_two_people_do_not_meet(office: Office) -> None:
    """Two people may use the same key, each for their own contribution."""
    visitor = office.visitor()
    record(visitor, office.token("ferenc"))
    answer = record(visitor, office.token("helena"), state="CZ", currency="CZK")
    assert answer.status_code == 201


def test_all_problems_are_told_at_once(office: Office) -> None:
    """An unreadable body is answered with every field that is wrong, in the product's words."""
    answer = record(
        office.visitor(), office.token("ferenc"), amount="1,5", currency="XXX", purpose=None, more=1
    )
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"] == "/problems/unreadable-input"
    assert problem["status"] == 422
    assert {each["field"] for each in problem["errors"]} == {
        "amount",
        "currency",
        "purpose",
        "more",
    }


@pytest.mark.parametrize("amount", [0.1, 100.5, True, "1e5", "NaN", "1_000", "٣", "0.001", None])
def test_amounts_are_texts(office: Office, amount: object) -> None:
    """An amount that is not a plain decimal is refused, a JSON number with decimals too."""
    answer = record(office.visitor(), office.token("ferenc"), amount=amount)
    assert answer.status_code == 422
    assert "amount" in {each["field"] for each in answer.json()["errors"]}


def test_problems_are_told_in_the_readers_language(office: Office) -> None:
    """A refusal is said in the language that the program asks for; its code stays the same."""
    headers = office.token("ferenc") | {"Accept-Language": "pl", "Idempotency-Key": "k"}
    answer = office.visitor().client.post(
        "/api/contributions", json=HUNGARIAN | {"state": "CZ"}, headers=headers
    )
    assert answer.status_code == 403
    assert answer.json()["code"] == "not-allowed"
    assert answer.json()["detail"] != "Your role does not allow this: finance officer does it."


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("equity", "as_of"),
        ("equity", "known_at"),
        ("settlement", "as_of"),
        ("statements/equity.xlsx", "as_of"),
        ("statements/equity.xlsx", "known_at"),
    ],
)
@pytest.mark.parametrize("day", ["0001-01-01", "1998-12-31", "2200-01-01", "9999-12-31", "0", "x"])
def test_no_moment_beyond_the_calendar(office: Office, path: str, asked: str, day: str) -> None:
    """A day or moment at the ends of the calendar is refused in words, as one that is none."""
    visitor, auditor = office.visitor(), office.token("peter")
    answer = visitor.client.get(f"/api/{path}?{asked}={day}", headers=auditor)
    assert answer.status_code == 422
    [problem] = answer.json()["errors"]
    assert problem["field"].endswith(asked)
    assert f"“{day}” is not a date" in problem["message"]


@pytest.mark.parametrize(
    ("known_at", "number"),
    [
        ("2026-11-23T08:59:59", 0),
        ("2026-11-23T09:00:00", 1),
        ("2026-11-23T09:59:59%2B01:00", 0),
        ("2026-11-23T10:00:00%2B01:00", 1),
    ],
)
def test_moments_are_in_utc(office: Office, known_at: str, number: int) -> None:
    """A moment is read in the zone that it names, and in UTC where it names none."""
    with writing(office.books.engine) as session:
        booked(session, office.books)
    visitor, auditor = office.visitor(), office.token("peter")
    answer = visitor.client.get(f"/api/equity?known_at={known_at}", headers=auditor)
    assert answer.json()["known_number"] == number


def test_tokens_end(office: Office) -> None:
    """A token opens nothing once it has expired, or when it is made up."""
    visitor, officer = office.visitor(), office.token("ferenc")
    assert visitor.client.get("/api/contributions", headers=officer).status_code == 200
    office.clock.moment = office.clock.moment.replace(day=25)
    assert visitor.client.get("/api/contributions", headers=officer).status_code == 401
    guessed = {"Authorization": "Bearer mcrm_guessed"}
    assert visitor.client.get("/api/contributions", headers=guessed).status_code == 401


def test_other_states_documents_do_not_exist(office: Office) -> None:
    """An officer is told of another state's document what they are told of none at all."""
    visitor = office.visitor()
    address = record(visitor, office.token("ferenc")).headers["location"]
    other = office.token("helena")
    theirs = visitor.client.get(address, headers=other)
    none = visitor.client.get("/api/documents/none", headers=other)
    assert theirs.status_code == none.status_code == 404
    assert theirs.json() == none.json()
    assert visitor.client.get("/api/contributions", headers=other).json() == []


def test_amounts_are_texts_in_the_description(office: Office) -> None:
    """The OpenAPI description never promises an amount as a binary number."""
    description = create_app(Settings(database_url="sqlite://")).openapi()
    answers = description["components"]["schemas"]
    assert answers["BalanceAnswer"]["properties"]["balance"]["type"] == "string"
    assert answers["LineAnswer"]["properties"]["amount"]["type"] == "string"
