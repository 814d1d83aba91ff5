"""Programs ask who would pay whom, and submit the settlement."""

import pytest

from ledger.db import writing
from tests.api.office import Office
from tests.document_fields import SETTLEMENT
from tests.ledger.positions import FOUR, stand

ASKED = "/api/settlement?as_of=2017-12-31"


@pytest.fixture
def unlevel(office: Office) -> Office:
    """Books in which two states are ahead of the two others."""
    with writing(office.books.engine) as session:
        stand(session, office.books, FOUR)
    return office


def record(office: Office, login: str = "zuzana", key: str = "k1", **changes: str):  # type: ignore[no-untyped-def]  # noqa: ANN201 - the client's own answer
    """Post the settlement of 2017 under a key."""
    return office.visitor().client.post(
        "/api/settlements",
        json=SETTLEMENT | changes,
        headers=office.token(login) | {"Idempotency-Key": key},
    )


def test_proposal_tells_every_amount(unlevel: Office) -> None:
    """A program gets balances, transfers, rates and what stays, amounts as texts."""
    found = unlevel.visitor().client.get(ASKED, headers=unlevel.token("peter")).json()
    assert found["states"][0] == {
        "state": "CZ",
        "equity": "66524.48",
        "carried": "0.00",
        "before": "66524.48",
        "received": "66524.48",
        "after": "0.00",
    }
    assert found["transfers"][0] == {
        "payer": "PL",
        "receiver": "CZ",
        "euro": "43858.44",
        "paid": {
            "currency": "PLN",
            "amount": "186398.37",
            "per_euro": "4.2500",
            "rate_on": "2017-12-25",
            "rate_source": "ecb",
        },
        "received": {
            "currency": "CZK",
            "amount": "1140319.44",
            "per_euro": "26.000",
            "rate_on": "2017-12-25",
            "rate_source": "ecb",
        },
    }
    assert (found["fewest"], found["unsettled"], found["purpose"]) == (True, "0.00", None)


def test_rule_and_purpose_are_asked_for(unlevel: Office) -> None:
    """The rule and whose positions are levelled stand in the address; other words are refused."""
    client, auditor = unlevel.visitor().client, unlevel.token("peter")
    asked = f"{ASKED}&rule=equal_losses&purpose=setup"
    found = client.get(asked, headers=auditor).json()
    assert (found["rule"], found["purpose"], found["transfers"]) == ("equal_losses", "setup", [])
    assert client.get(f"{ASKED}&rule=talmud", headers=auditor).status_code == 422


def test_settlement_goes_all_the_way(unlevel: Office) -> None:
    """A program submits, another person's approves the digest it saw, and all states are level."""
    made = record(unlevel)
    assert (made.status_code, made.json()["status"]) == (201, "submitted")
    address, client = made.headers["location"], unlevel.visitor().client
    coordinator = unlevel.token("katarzyna")
    seen = client.get(f"{address}/proposal", headers=coordinator).json()
    assert len(seen["entries"][0]) == 6
    own = client.post(
        f"{address}/approve", json={"seen": seen["digest"]}, headers=unlevel.token("zuzana")
    )
    assert own.json()["code"] == "self-approval"
    posted = client.post(f"{address}/approve", json={"seen": seen["digest"]}, headers=coordinator)
    assert posted.json()["entries"] == [2]
    balances = client.get("/api/equity", headers=coordinator).json()["balances"]
    assert {each["balance"] for each in balances} == {"0.00"}
    settled = client.get(ASKED, headers=coordinator)
    assert (settled.status_code, settled.json()["code"]) == (409, "settled-since")
    again = record(unlevel)
    assert (again.status_code, again.json()["entries"]) == (201, [2])


def test_retry_is_told_from_a_first_try(unlevel: Office) -> None:
    """The same key and content give the settlement there is, and say so."""
    first = record(unlevel)
    unlevel.clock.moment = unlevel.clock.moment.replace(minute=30)
    again = record(unlevel)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["idempotency-hit"] == "true"
    assert again.json() == first.json()


def test_nothing_to_settle_is_not_kept(office: Office) -> None:
    """A settlement of level balances is refused, and leaves no draft behind."""
    answer = record(office)
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing-to-settle")
    found = office.visitor().client.get("/api/approvals", headers=office.token("zuzana"))
    assert found.json() == []


def test_a_state_s_officer_does_not_settle(unlevel: Office) -> None:
    """What concerns all states is not submitted by the officer of one."""
    answer = record(unlevel, "ferenc")
    assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
