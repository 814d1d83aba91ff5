"""An officer enters a contribution on a page, sees what it comes to, and corrects it."""

import re

import pytest

from tests.api.office import CASH, IN_KIND, Office, documents, enter, hidden_fields


def test_submitted_contribution_waits(office: Office) -> None:
    """What an officer submits is kept in their state's name and waits for a second person."""
    enter(office.visitor("ferenc"), CASH, "submit")
    [document] = documents(office)
    assert (document.state_code, document.status) == ("HU", "submitted")
    assert document.body["amount"] == "31000000.00"
    assert document.body["value_on"] == "2017-03-01"


def test_draft_is_seen_by_its_state_alone(office: Office) -> None:
    """To somebody from another state a draft's page does not exist, nor its line in the list."""
    address = enter(office.visitor("ferenc"), CASH, "save")
    stranger = office.visitor("helena")
    assert stranger.get(address).status_code == 404
    assert "Running costs of the spring" not in stranger.get("/contributions").text
    assert "Running costs of the spring" in office.visitor("ferenc").get("/contributions").text


def test_nobody_enters_for_another_state(office: Office) -> None:
    """A state named in a forged form counts for nothing: an officer gives in their own name."""
    enter(office.visitor("ferenc"), CASH | {"state": "CZ"}, "save")
    assert [document.state_code for document in documents(office)] == ["HU"]


def test_in_kind_is_counted(office: Office) -> None:
    """A secondment is so many days at a day rate."""
    address = enter(office.visitor("ferenc"), IN_KIND, "submit", way="in-kind")
    page = office.visitor("zuzana").get(address).text
    assert "11,550,000.00 HUF" in page
    assert "37,258.06" in page


def test_check_shows_rate_and_euro(office: Office) -> None:
    """“Check” shows the rate of the value date with its source, the euro, and the postings."""
    visitor = office.visitor("ferenc")
    path = "/contributions/new/cash"
    page = visitor.post(path, CASH | {"action": "check"}, path).text
    assert "Rate of 27 Feb 2017: 1 EUR = 310.00 HUF, source: ECB" in page
    assert "100,000.00" in page
    assert "Wednesday, 1 March 2017" in page
    assert "Cash at bank HUF" in page
    assert documents(office) == []


def test_fragment_shows_what_is_known_so_far(office: Office) -> None:
    """While a form is filled in, the euro shows once day, currency and amount are there."""
    visitor = office.visitor("ferenc")
    some = {name: CASH[name] for name in ("value_on", "currency", "amount")}
    answer = visitor.post("/contributions/check/cash", some, "/contributions/new/cash")
    assert answer.status_code == 200
    assert "100,000.00" in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("amount", "NaN", "“NaN” is not an amount"),
        ("amount", "1.234", "“1.234” is not an amount"),
        ("value_on", "31/02/2018", "“31/02/2018” is not a date"),
        ("value_on", "24/11/2026", "2026-11-24 is in the future"),
        ("value_on", "31/12/2015", "No accounting period holds 2015-12-31"),
        ("value_on", "01/12/2016", "There is no ECB rate of HUF for 2016-12-01"),
    ],
)
def test_fragment_tells_what_is_wrong(office: Office, field: str, typed: str, told: str) -> None:
    """While a form is filled in, what cannot be read or posted is told as soon as it is typed."""
    visitor = office.visitor("ferenc")
    some = {name: CASH[name] for name in ("value_on", "currency", "amount")} | {field: typed}
    answer = visitor.post("/contributions/check/cash", some, "/contributions/new/cash")
    assert told in answer.text
    checked = visitor.post("/contributions/new/cash", CASH | {field: typed, "action": "check"})
    result = checked.text.partition('id="result"')[2]
    assert told in result


def test_polish_officers_type_as_at_home(office: Office) -> None:
    """A reader's language decides how amounts and dates are typed and shown again."""
    visitor = office.visitor("ferenc")
    typed = CASH | {"amount": "31 000 000,00", "value_on": "1.03.2017", "action": "check"}
    page = visitor.post("/contributions/new/cash?lang=pl", typed, "/contributions/new/cash").text
    assert "100\N{NO-BREAK SPACE}000,00" in page
    assert 'value="31 000 000,00"' in page


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("amount", "31.000.000,00", "is not an amount"),
        ("amount", "", "is missing"),
        ("amount", "-5", "must be more than zero"),
        ("value_on", "1.3.17", "is not a date"),
        ("value_on", "06/15/2018", "is not a date"),
        ("value_on", "24/11/2026", "2026-11-24 is in the future"),
        ("value_on", "31/12/2015", "No accounting period holds 2015-12-31"),
        ("value_on", "01/12/2016", "rate"),
        ("against", "", "is missing"),
        ("purpose", "", "is missing"),
        ("description", "", "is missing"),
    ],
)
def test_problems_stand_beside_their_fields(
    office: Office, field: str, typed: str, told: str
) -> None:
    """What is wrong is named above the form with a link and beside its field; all typed is kept."""
    path = "/contributions/new/cash"
    answer = office.visitor("ferenc").post(path, CASH | {field: typed, "action": "submit"}, path)
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    beside = re.search(rf'id="{field}-error">.*?</p>', answer.text, re.DOTALL)
    assert beside is not None
    assert told.lower() in beside.group().lower()
    assert 'value="T/17"' in answer.text
    assert documents(office) == []


def test_double_click_records_once(office: Office) -> None:
    """The same form sent twice is one contribution, and both answers lead to it."""
    visitor = office.visitor("ferenc")
    path = "/contributions/new/cash"
    key = hidden_fields(visitor.get(path).text)["key"]
    form = CASH | {"action": "submit", "key": key}
    first, second = visitor.post(path, form, path), visitor.post(path, form, path)
    assert first.headers["location"] == second.headers["location"]
    assert len(documents(office)) == 1


def test_changed_form_needs_a_second_thought(office: Office) -> None:
    """A form gone back to and sent with other values is questioned, then taken as a second one."""
    visitor = office.visitor("ferenc")
    path = "/contributions/new/cash"
    key = hidden_fields(visitor.get(path).text)["key"]
    visitor.post(path, CASH | {"action": "save", "key": key}, path)
    changed = CASH | {"amount": "1,000.00", "action": "save"}
    questioned = visitor.post(path, changed | {"key": key}, path)
    assert questioned.status_code == 422
    assert "used before for something else" in questioned.text
    again = hidden_fields(questioned.text)["key"]
    assert visitor.post(path, changed | {"key": again}, path).status_code == 303
    assert len(documents(office)) == 2


def test_correcting_voids_the_submission(office: Office) -> None:
    """A submitted contribution that its author corrects is a draft again, in a new version."""
    visitor = office.visitor("ferenc")
    address = enter(visitor, CASH, "submit").partition("?")[0]
    edit = address.replace("/documents/", "/contributions/") + "/edit"
    assert 'value="31,000,000.00"' in visitor.get(edit).text
    answer = visitor.post(edit, CASH | {"amount": "5.00", "action": "save"}, edit)
    assert answer.status_code == 303
    [document] = documents(office)
    assert (document.status, document.version, document.body["amount"]) == ("draft", 2, "5.00")
    assert "version 2" in visitor.get(address).text


def test_list_is_filtered_as_asked(office: Office) -> None:
    """The list shows the status and state that its address asks for."""
    visitor = office.visitor("ferenc")
    enter(visitor, CASH, "save")
    enter(visitor, CASH | {"description": "Sent for approval"}, "submit")
    submitted = visitor.get("/contributions?status=submitted&state=HU").text
    assert "Sent for approval" in submitted
    assert "Running costs" not in submitted


def test_withdrawn_contribution_stays_on_record(office: Office) -> None:
    """What its author withdraws is not posted, and stays to be seen."""
    visitor = office.visitor("ferenc")
    address = enter(visitor, CASH, "submit").partition("?")[0]
    visitor.post(f"{address}/withdraw", page=address)
    assert "withdrawn" in visitor.get(address).text
    assert "Running costs of the spring" not in office.visitor("zuzana").get("/approvals").text


@pytest.mark.parametrize("login", ["peter", "zuzana"])
def test_only_officers_enter(office: Office, login: str) -> None:
    """To auditors and coordinators no form is offered or shown, and what they send is refused."""
    visitor = office.visitor(login)
    assert "/contributions/new" not in visitor.get("/contributions").text
    path = "/contributions/new/cash"
    assert visitor.get(path).status_code == 403
    answer = visitor.post(path, CASH | {"state": "SK", "action": "save"})
    assert answer.status_code == 403
    assert documents(office) == []
