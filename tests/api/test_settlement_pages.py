"""Coordinators see who would pay whom, and submit it for a second coordinator's approval."""

import re
from html import unescape

import pytest

from api.pages.settlement import may_settle
from ledger.db import writing
from tests.api.office import Office, approved, documents
from tests.ledger.positions import FOUR, stand

CHOSEN = "/settlement?as_of=2017-12-31&purpose=operations&rule=proportional"
FORM = {
    "way": "paid",
    "settled_on": "01/03/2018",
    "description": "Balances of 2017",
    "voucher": "Decision 4/2018",
}


@pytest.fixture
def unlevel(office: Office) -> Office:
    """Books in which two states are ahead of the two others."""
    with writing(office.books.engine) as session:
        stand(session, office.books, FOUR)
    return office


def cells(page: str) -> str:
    """Write a page's texts one after the other, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def submitted(office: Office, form: dict[str, str] = FORM, by: str = "zuzana") -> str:
    """Submit the settlement of the page and give its address."""
    answer = office.visitor(by).post(CHOSEN, form, CHOSEN)
    assert answer.status_code == 303, cells(answer.text)
    return answer.headers["location"].partition("?")[0]


def test_page_shows_who_pays_whom(unlevel: Office) -> None:
    """Anybody sees balances, transfers in euro and in both states' money, and that they are few."""
    text = cells(unlevel.visitor("peter").get(CHOSEN).text)
    assert "Poland −43,858.44 below fair share 0.00 −43,858.44 pays 0.00" in text
    assert "Slovakia +6,876.84 above fair share 0.00 +6,876.84 receives 0.00" in text
    assert (
        "Poland Czechia 43,858.44 186,398.37 PLN 1 EUR = 4.2500 PLN, ECB, 25 Dec 2017 "
        "1,140,319.44 CZK 1 EUR = 26.000 CZK, ECB, 25 Dec 2017"
    ) in text
    assert "Hungary Slovakia 6,876.84 2,131,820.40 HUF" in text
    assert "Transfers: 3, the fewest possible." in text
    assert "Stays unsettled" not in text


def test_balance_leads_to_its_postings(unlevel: Office) -> None:
    """Each equity balance leads to the postings of its purpose, whose sum it is."""
    visitor = unlevel.visitor("peter")
    page = visitor.get(CHOSEN).text
    [address] = re.findall(r'<a href="(/postings\?[^"]+state=PL[^"]+)"', page)
    assert "purpose=operations" in address
    heading = re.search(r"<h1>([^<]+) <small", visitor.get(unescape(address)).text)
    assert heading is not None
    assert heading.group(1).strip() == "−43,858.44"


def test_what_stays_unsettled_is_said(office: Office) -> None:
    """While money is unspent the page says how much of it stays with those ahead, by the rule."""
    with writing(office.books.engine) as session:
        stand(session, office.books, {"PL": "400.00", "CZ": "200.00", "HU": "-150.00"})
    visitor = office.visitor("peter")
    text = cells(visitor.get(CHOSEN.replace("proportional", "equal_awards")).text)
    assert "EUR 450.00, contributed and not yet turned into cost" in text
    assert "Poland +400.00 above fair share 0.00 +75.00 receives +325.00" in text


def test_all_purposes_are_shown_unasked(unlevel: Office) -> None:
    """Without a day it is that of the last rate, of all purposes; to settle, one is chosen."""
    text = cells(unlevel.visitor("zuzana").get("/settlement").text)
    assert "As of 24 Dec 2018" in text
    assert "Choose whose positions to settle: set-up operations" in text
    assert "Submit for approval" not in text


def test_settlement_levels_all_states(unlevel: Office) -> None:
    """What one coordinator submits another approves, and then nobody is ahead or behind."""
    address = submitted(unlevel)
    page = cells(unlevel.visitor("katarzyna").get(address).text)
    assert "Way of settling the states pay each other" in page
    assert "Rule for the larger side proportional" in page
    own = unlevel.visitor("zuzana").post(f"{address}/approve", page=address)
    assert own.status_code == 403
    approved(unlevel, address, by="katarzyna")
    later = CHOSEN.replace("2017-12-31", "2018-03-01")
    text = cells(unlevel.visitor("peter").get(later).text)
    assert "nothing to settle" in text
    assert text.count("at fair share") == 4


def test_settled_balances_are_not_offered_again(unlevel: Office) -> None:
    """As of a day before the settlement the page says which entry settled it."""
    approved(unlevel, submitted(unlevel), by="katarzyna")
    visitor = unlevel.visitor("zuzana")
    assert "Entry 2 settled balances on 2018-03-01" in visitor.get(CHOSEN).text
    again = visitor.post(CHOSEN, FORM | {"key": "another"}, "/contributions")
    assert again.status_code == 422
    assert len(documents(unlevel)) == 1


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("settled_on", "24/11/2026", "2026-11-24 is in the future"),
        ("settled_on", "03/31/2018", "is not a date"),
        ("settled_on", "", "is missing"),
        ("way", "", "is missing"),
        ("description", "", "is missing"),
        ("voucher", " ", "is missing"),
    ],
)
def test_problems_stand_beside_their_fields(
    unlevel: Office, field: str, typed: str, told: str
) -> None:
    """What is wrong with a settlement stands beside its field, and nothing is kept of it."""
    answer = unlevel.visitor("zuzana").post(CHOSEN, FORM | {field: typed}, CHOSEN)
    assert answer.status_code == 422
    beside = re.search(rf'id="{field}-error">.*?</p>', answer.text, re.DOTALL)
    assert beside is not None
    assert told in beside.group()
    assert documents(unlevel) == []


def test_balances_are_older_than_their_settlement(unlevel: Office) -> None:
    """A settlement dated before the day of its balances is refused in words."""
    answer = unlevel.visitor("zuzana").post(CHOSEN, FORM | {"settled_on": "30/12/2017"}, CHOSEN)
    assert answer.status_code == 422
    assert "is after the day of the settlement" in answer.text


def test_only_those_who_act_for_all_states_settle(unlevel: Office) -> None:
    """The form is for coordinators and the office; a state's officer or an auditor has none."""
    for login in ("ferenc", "peter"):
        visitor = unlevel.visitor(login)
        assert "Settle these balances" not in visitor.get(CHOSEN).text
        assert visitor.post(CHOSEN, FORM, "/contributions").status_code == 403
    assert may_settle(unlevel.books.office)
    assert may_settle(unlevel.books.coordinator)


def test_a_form_sent_twice_settles_once(unlevel: Office) -> None:
    """The second click finds what the first one submitted; other words under its key are told."""
    visitor = unlevel.visitor("zuzana")
    once = FORM | {"key": "once"}
    addresses = {visitor.post(CHOSEN, once, CHOSEN).headers["location"] for _ in range(2)}
    assert len(addresses) == 1
    other = visitor.post(CHOSEN, once | {"description": "Other"}, CHOSEN)
    assert other.status_code == 422
    assert len(documents(unlevel)) == 1


def test_unreadable_days_are_told(unlevel: Office) -> None:
    """A day that cannot be read is shown again beside what is wrong with it."""
    answer = unlevel.visitor("peter").get("/settlement?as_of=soon")
    assert answer.status_code == 422
    assert "“soon” is not a date" in answer.text
