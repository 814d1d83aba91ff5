"""Exchange rates on their page and as JSON: as published, by which policy, and what is missing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from time import sleep

import pytest
import sqlalchemy as sa

from ledger.approvals import proposal
from ledger.db import lock_journal, reading, writing
from ledger.documents import submit_all
from ledger.entries import JournalEntry
from ledger.rate_imports import import_rates
from tests.api.office import Office
from tests.api.test_call_pages import rows
from tests.books import NOW
from tests.documents import booked, made


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


@pytest.mark.parametrize("month", ["soon", "1017-01", "13-2025", "9999-99"])
def test_what_is_no_month_is_said(rated: Office, month: str) -> None:
    """What is no month is shown again with how to write one, beside the last month of the book."""
    answer = rated.visitor("katarzyna").get(f"/rates?month={month}")
    assert answer.status_code == 422
    assert f"“{month}” is no month of the books: write it as 2017-03." in answer.text
    assert "ECB, 2018-12" in answer.text


def test_an_unknown_source_is_the_central_bank(rated: Office) -> None:
    """An address of another source shows the European Central Bank's last month."""
    assert "ECB, 2018-12" in rated.visitor("katarzyna").get("/rates?source=nobody").text


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


@pytest.mark.parametrize(
    ("first", "last"),
    [("2017-03-02", "2017-03-01"), ("2017-01-01", "2018-01-02"), ("1999-01-01", "2199-12-31")],
)
def test_a_table_of_too_many_days(rated: Office, first: str, last: str) -> None:
    """A table has at most 366 days, from an earlier to a later: anything else is a problem."""
    client, token = rated.visitor().client, rated.token("katarzyna")
    answer = client.get(f"/api/rate-tables/ecb?first={first}&last={last}", headers=token)
    assert (answer.status_code, answer.json()["code"]) == (422, "rate-span")
    assert f"not from {first} to {last}" in answer.json()["detail"]
    year = "/api/rate-tables/ecb?first=2017-01-01&last=2018-01-01"
    assert client.get(year, headers=token).status_code == 200


def test_nobody_publishes_the_rate_of_a_bank(rated: Office) -> None:
    """The bank's own rate stands on documents: whoever asks a source for it is told so."""
    client, token = rated.visitor().client, rated.token("katarzyna")
    answer = client.get("/api/rates/PLN?on=2017-03-02&rate_kind=bank", headers=token)
    assert answer.status_code == 422
    assert "rate_kind" in answer.text


def test_an_approval_is_stamped_when_its_turn_comes(rated: Office) -> None:
    """Rates that came in while an approval waited were known to it, and its entry says so."""
    books, clock = rated.books, rated.clock
    with writing(books.engine) as session:
        found = made(session, books, "cost", currency="PLN", amount="400.00")
        submit_all(session, [found], by=books.office, now=NOW)
        # Translated as it will be when the rates are in.
        seen = proposal(session, found).digest
    client, token = rated.visitor().client, rated.token("katarzyna")
    locked = Event()

    def bring_rates() -> None:
        with writing(books.engine) as session:
            lock_journal(session)
            locked.set()
            sleep(0.5)
            clock.advance(timedelta(minutes=5))
            body = b"Date,CZK\n2017-02-28,26.1\n"
            import_rates(session, body, filename="f.csv", now=clock.moment)

    with ThreadPoolExecutor(1) as threads:
        done = threads.submit(bring_rates)
        locked.wait()
        path = f"/api/documents/{found.id}/approve"
        answer = client.post(path, json={"seen": seen}, headers=token)
        done.result()
    assert answer.status_code == 200, answer.text
    with reading(books.engine) as session:
        stamps = sa.select(sa.func.max(JournalEntry.recorded_at))
        assert session.scalar(stamps) == NOW + timedelta(minutes=5)
