"""A posted mistake is undone: one person asks for the reversal, another approves it."""

import re

import pytest

from ledger.db import writing
from ledger.periods import advance
from tests.api.office import Office, Visitor, approved, documents, hidden_fields, submitted
from tests.books import DAY, NOW

FORM = {"effective_on": "02/03/2017", "reason": "Transferred twice"}
ENTRY = "/journal/1"
ASK = "/journal/1/reversal"


@pytest.fixture
def posted(office: Office) -> Office:
    """Books in which Hungary's contribution is entry 1."""
    approved(office, submitted(office))
    return office


def test_reversal_undoes_the_entry(posted: Office) -> None:
    """What an officer asks to be undone waits for a second person, then balances to nothing."""
    answer = posted.visitor("ferenc").post(ASK, FORM, ENTRY)
    assert answer.status_code == 303
    address = answer.headers["location"].partition("?")[0]
    assert documents(posted)[1].state_code == "HU"
    assert documents(posted)[1].status == "submitted"
    approved(posted, address)
    visitor = posted.visitor("ferenc")
    assert "This entry was undone by" in visitor.get(ENTRY).text
    assert "Transferred twice" in visitor.get("/journal/2").text
    assert "+100,000.00" not in visitor.get("/equity").text


def test_reversed_contribution_says_so(posted: Office) -> None:
    """The list and the page of a contribution that was undone lead to the entry that undid it."""
    visitor = posted.visitor("ferenc")
    _undone(posted, visitor)
    contribution = f"/documents/{documents(posted)[0].id}"
    for path in ("/contributions", contribution):
        page = visitor.get(path).text
        assert re.search(r'<a class="status[^>]+href="/journal/2">reversed by entry 2</a>', page)
        assert "status-approved" not in page


def test_only_what_stands_can_be_undone(posted: Office) -> None:
    """The form is gone while a reversal waits, after it, and on the reversing entry itself."""
    visitor = posted.visitor("ferenc")
    assert "Reverse this entry" in visitor.get(ENTRY).text
    asked = visitor.post(ASK, FORM, ENTRY).headers["location"].partition("?")[0]
    waiting = visitor.get(ENTRY).text
    assert "A reversal of this entry waits for a decision." in waiting
    assert "Reverse this entry" not in waiting
    approved(posted, asked)
    for path in (ENTRY, "/journal/2"):
        assert "Reverse this entry" not in visitor.get(path).text


def test_nothing_is_undone_twice(posted: Office) -> None:
    """A second reversal, and one of a reversal, are refused with the reason on the entry's page."""
    visitor = posted.visitor("ferenc")
    _undone(posted, visitor)
    again = visitor.post(ASK, FORM, ENTRY)
    assert again.status_code == 422
    assert "Entry 1 was reversed before, by entry 2." in again.text
    back = visitor.post("/journal/2/reversal", FORM, "/journal/2")
    assert "Entry 2 is a reversal" in back.text
    assert len(documents(posted)) == 2


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("effective_on", "28/02/2017", "before its entry of 2017-03-01"),
        ("effective_on", "24/11/2026", "2026-11-24 is in the future"),
        ("effective_on", "03/31/2017", "is not a date"),
        ("effective_on", "", "is missing"),
        ("reason", " ", "is missing"),
    ],
)
def test_problems_stand_beside_their_fields(
    posted: Office, field: str, typed: str, told: str
) -> None:
    """What is wrong with a reversal stands beside its field, and nothing is kept of it."""
    answer = posted.visitor("ferenc").post(ASK, FORM | {field: typed}, ENTRY)
    assert answer.status_code == 422
    beside = re.search(rf'id="{field}-error">.*?</p>', answer.text, re.DOTALL)
    assert beside is not None
    assert told in beside.group()
    assert len(documents(posted)) == 1


def test_closed_periods_take_no_reversal(posted: Office) -> None:
    """A reversal dated in a period on hold is refused beside its day."""
    with writing(posted.books.engine) as session:
        advance(session, DAY, now=NOW)
    answer = posted.visitor("ferenc").post(ASK, FORM, ENTRY)
    assert "which is on hold" in answer.text
    assert 'id="effective_on-error"' in answer.text
    assert len(documents(posted)) == 1


def test_double_click_asks_once(posted: Office) -> None:
    """The same form sent twice is one reversal; sent with other words it is questioned."""
    visitor = posted.visitor("ferenc")
    form = FORM | {"key": hidden_fields(visitor.get(ENTRY).text)["key"]}
    first, second = visitor.post(ASK, form), visitor.post(ASK, form)
    assert first.headers["location"] == second.headers["location"]
    other = visitor.post(ASK, form | {"reason": "Another"})
    assert "used before for something else" in other.text
    assert len(documents(posted)) == 2


@pytest.mark.parametrize("login", ["helena", "peter", "zuzana"])
def test_strangers_undo_nothing(posted: Office, login: str) -> None:
    """Auditors, and those who act for another state, are offered no reversal and refused one."""
    visitor = posted.visitor(login)
    assert "Reverse this entry" not in visitor.get(ENTRY).text
    assert visitor.post(ASK, FORM).status_code == 403
    assert len(documents(posted)) == 1


def _undone(office: Office, visitor: Visitor) -> None:
    address = visitor.post(ASK, FORM, ENTRY).headers["location"].partition("?")[0]
    approved(office, address)
