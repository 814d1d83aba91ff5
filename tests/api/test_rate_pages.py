"""Exchange rates on their page and as JSON: as published, by which policy, and what is missing."""

import pytest

from ledger.db import writing
from tests.api.office import Office
from tests.api.test_call_pages import rows
from tests.documents import booked


@pytest.fixture
def rated(office: Office) -> Office:
    """The office over books with a policy and a rate by hand."""
    with writing(office.books.engine) as session:
        booked(session, office.books, "rate_policy")
        booked(session, office.books, "manual_rate")
    return office


def test_a_month_as_published(rated: Office) -> None:
    """Each day shows what was published, what is carried over, and what was not imported."""
    page = rated.visitor("katarzyna").get("/rates?month=2017-02").text
    days = [each for each in rows(page) if "Feb 2017" in each]
    assert days[5] == "6 Feb 2017 26.000 310.00 4.2500"
    assert days[6] == "7 Feb 2017 not imported 26.000 ↓ 310.00 ↓ 4.2500 ↓"
    assert days[10] == "11 Feb 2017 26.000 ↓ 310.00 ↓ 4.2500 ↓"
    assert "16 days of this month were published and are not imported." in page


def test_policy_and_rates_by_hand(rated: Office) -> None:
    """Decisions stand with their paper and who approved them, and lead to their documents."""
    page = rated.visitor("peter").get("/rates").text
    assert "costs all others ECB average of the month 1 Jul 2017 D/2017/6 Eva Kovács" in rows(page)
    assert "1 Mar 2017 PLN 4.3000 The bank published nothing Eva Kovács" in rows(page)
    assert "/documents/new/rate_policy" not in page


def test_a_source_without_rates(rated: Office) -> None:
    """A source that nothing was imported of says so, and how to import it."""
    page = rated.visitor("katarzyna").get("/rates?source=mnb&month=2017-02").text
    assert "The books hold nothing of this month." in page
    assert "mcrm rates import" in page


@pytest.mark.parametrize("asked", ["month=soon", "month=1017-01", "source=nobody", "month=9999-99"])
def test_an_address_that_means_nothing(rated: Office, asked: str) -> None:
    """What is no month or no source shows the last month of ECB's."""
    assert "ECB, 2018-12" in rated.visitor("katarzyna").get(f"/rates?{asked}").text


def test_rates_as_json(rated: Office) -> None:
    """The same as JSON: the rate of a day, a table with what is missing, the policy."""
    client, token = rated.visitor().client, rated.token("katarzyna")
    rate = client.get("/api/rates/pln?on=2017-03-02", headers=token).json()
    assert rate == {"currency": "PLN", "per_euro": "4.2500", "on": "2017-02-27", "source": "ecb"}
    by_hand = client.get("/api/rates/PLN?on=2017-03-01", headers=token).json()
    assert (by_hand["per_euro"], by_hand["source"]) == ("4.3000", "manual")
    asked = "/api/rate-tables/ecb?first=2017-02-27&last=2017-03-01"
    table = client.get(asked, headers=token).json()
    assert table["missing"] == ["2017-02-28", "2017-03-01"]
    assert [each["value"] for each in table["quotations"]] == ["26.000", "310.00", "4.2500"]
    [policy] = client.get("/api/rate-policies", headers=token).json()
    assert (policy["event"], policy["publisher"], policy["rate_kind"]) == (
        "cost",
        "ecb",
        "month_average",
    )


def test_a_rate_that_is_missing_is_a_problem(rated: Office) -> None:
    """A currency without a rate is told as a problem with its code and remedy."""
    client, token = rated.visitor().client, rated.token("katarzyna")
    answer = client.get("/api/rates/PLN?on=2020-03-02", headers=token)
    assert answer.status_code == 422
    assert answer.json()["code"] == "stale-rate"
