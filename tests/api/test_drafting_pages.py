"""Documents about all states go from one form, made of each kind's model, to the books."""

import re

import pytest

from api.drafts import DRAFTED
from ledger.db import reading, writing
from ledger.kinds import KINDS
from ledger.states import members_on
from ledger.users import Role, add_user
from tests.api.office import HASH, Office, Visitor, approved, documents, hidden_fields
from tests.books import NOW
from tests.documents import booked

ALLOCATION = {
    "purpose": "operations",
    "until_on": "31/12/2017",
    "description": "Costs of 2017",
    "voucher": "",
}
ACCESSION = {
    "acceding_state": "AT",
    "joined_on": "01/01/2018",
    "advance": "25,000.00",
    "description": "Austria takes part",
    "voucher": "D/2017/9",
}


def send(visitor: Visitor, kind: str, form: dict[str, str], action: str):  # type: ignore[no-untyped-def]  # noqa: ANN201 - the client's own answer
    """Send the form of a kind of document."""
    path = f"/documents/new/{kind}"
    return visitor.post(path, form | {"action": action}, path)


def with_costs(office: Office) -> None:
    """Adopt a scale and enter a cost to be shared by it."""
    with writing(office.books.engine) as session:
        booked(session, office.books, "scale")
        booked(session, office.books, "cost", amount="480000.00")


@pytest.mark.parametrize("kind", DRAFTED)
def test_form_has_every_field_of_its_model(office: Office, kind: str) -> None:
    """Whatever a kind's model asks for has a field with a label; what may be empty says so."""
    page = office.visitor("katarzyna").get(f"/documents/new/{kind}").text
    for name, field in KINDS[kind].model.model_fields.items():
        assert f'name="{name}"' in page
        assert re.search(rf'<label class="form[\w -]+" for="{name}', page), name
        # A tick is optional by itself.
        is_tick = field.annotation is bool
        if not field.is_required() and not field.default and not is_tick:
            label = re.search(rf'for="{name}">([^<]+)<', page)
            assert label is not None
            assert label[1].endswith("(optional)")


def test_list_explains_each_kind(office: Office) -> None:
    """The list of new documents leads to the form of every kind."""
    page = office.visitor("katarzyna").get("/documents/new").text
    assert re.findall(r'href="/documents/new/(\w+)">', page) == list(DRAFTED)


def test_allocation_is_shared_from_its_form(office: Office) -> None:
    """An allocation run is written on its form, approved by a second coordinator, and posted."""
    with_costs(office)
    made = send(office.visitor("katarzyna"), "allocation", ALLOCATION, "submit")
    assert made.status_code == 303, made.text
    address = made.headers["location"].partition("?")[0]
    assert "120,000.00" in office.visitor("zuzana").get(address).text
    approved(office, address)
    page = office.visitor("zuzana").get(address).text
    assert "In the books" in page
    assert "120,000.00" in page


def test_check_shows_what_would_be_posted(office: Office) -> None:
    """“Check” shows the entries that approval would post, and writes nothing."""
    with_costs(office)
    before = len(documents(office))
    answer = send(office.visitor("katarzyna"), "allocation", ALLOCATION, "check")
    assert answer.status_code == 200
    assert "120,000.00" in answer.text
    assert len(documents(office)) == before


def test_accession_takes_effect_beside_the_journal(office: Office) -> None:
    """The page of an accession says who will take part from when, and approval makes it so."""
    made = send(office.visitor("katarzyna"), "accession", ACCESSION, "submit")
    address = made.headers["location"].partition("?")[0]
    page = office.visitor("zuzana").get(address).text
    effect = page.partition("What approval will bring about")[2].partition("</dl>")[0]
    assert re.findall(r"<dd>([^<]+)</dd>", effect) == ["Austria", "1 Jan 2018"]
    assert "25,000.00 EUR" in page
    approved(office, address)
    with reading(office.books.engine) as session:
        assert "AT" in members_on(session, NOW.date())


def test_scale_is_checked_with_its_shares(office: Office) -> None:
    """“Check” of a scale shows the shares that would be frozen."""
    form = {
        "purpose": "operations",
        "valid_from": "01/01/2018",
        "formula": "pop-gdp-50-50",
        "indicator_year": "2016",
        "description": "Half and half",
        "voucher": "D/1",
    }
    answer = send(office.visitor("katarzyna"), "scale", form, "check")
    assert "56.3858%" in answer.text
    assert documents(office) == []


def test_what_the_books_refuse_is_kept_as_a_draft_only(office: Office) -> None:
    """A document that the books would refuse now may be kept as a draft, and is not handed in."""
    visitor = office.visitor("katarzyna")
    refused = send(visitor, "allocation", ALLOCATION, "submit")
    assert refused.status_code == 422
    assert documents(office) == []
    saved = send(visitor, "allocation", ALLOCATION, "save")
    assert saved.status_code == 303
    page = visitor.get(saved.headers["location"]).text
    assert "The books would refuse it now:" in page


@pytest.mark.parametrize(
    ("kind", "form", "field", "told"),
    [
        ("allocation", ALLOCATION | {"until_on": "31/02/2018"}, "until_on", "is not a date"),
        ("allocation", ALLOCATION | {"until_on": "2017-12-31"}, "until_on", "shared already"),
        ("allocation", ALLOCATION | {"purpose": ""}, "purpose", "is missing"),
        ("accession", ACCESSION | {"advance": "1.234"}, "advance", "is not an amount"),
        ("accession", ACCESSION | {"acceding_state": "PL"}, "acceding_state", "takes part since"),
        ("accession", ACCESSION | {"joined_on": "01/01/2030"}, "joined_on", "in the future"),
        ("accession", ACCESSION | {"joined_on": "20/11/2016"}, "joined_on", "was founded on"),
        ("accession", ACCESSION | {"joined_on": "31/12/9999"}, "joined_on", "is not a date"),
        ("accession", ACCESSION | {"voucher": ""}, "voucher", "is missing"),
        ("reassessment", {"number": "0"}, "number", "must be more than"),
        ("opt_out", {"state": "XX"}, "state", "is not a state of the European Union"),
    ],
)
def test_faults_stand_beside_their_fields(
    office: Office, kind: str, form: dict[str, str], field: str, told: str
) -> None:
    """What is wrong, or what the books would refuse, is told beside the field it is about."""
    with writing(office.books.engine) as session:
        booked(session, office.books, "scale")
    answer = send(office.visitor("katarzyna"), kind, form, "submit")
    assert answer.status_code == 422
    beside = re.search(rf'id="{field}-error">.*?</p>', answer.text, re.DOTALL)
    assert beside is not None
    assert told in beside.group()


def test_state_that_never_took_part_has_no_document(office: Office) -> None:
    """A document of a state that never took part is refused, even as a draft."""
    form = {
        "state": "AT",
        "activity": "information",
        "from_on": "01/01/2018",
        "description": "Austria is out",
        "voucher": "D/1",
    }
    answer = send(office.visitor("katarzyna"), "opt_out", form, "save")
    assert answer.status_code == 422
    assert documents(office) == []


def test_draft_is_not_corrected_to_a_state_that_never_took_part(office: Office) -> None:
    """A draft that is edited to a state that never took part stays as it was, and says why."""
    form = {
        "state": "PL",
        "activity": "information",
        "from_on": "01/01/2018",
        "description": "Out",
        "voucher": "D/1",
    }
    with writing(office.books.engine) as session:
        add_user(
            session, "ofi", name="Ofi", role=Role.OFFICER, state=None, password_hash=HASH, now=NOW
        )
    visitor = office.visitor("ofi")
    made = send(visitor, "opt_out", form, "save")
    edit = made.headers["location"].partition("?")[0] + "/edit"
    answer = visitor.post(edit, form | {"state": "DE", "action": "save"}, edit)
    assert answer.status_code == 422
    beside = re.search(r'id="state-error">.*?</p>', answer.text, re.DOTALL)
    assert beside is not None
    assert "DE does not take part" in beside.group()
    [document] = documents(office)
    assert (document.state_code, document.version) == ("PL", 1)


def test_returned_draft_is_corrected(office: Office) -> None:
    """Its author corrects a returned document in its form, and hands it in again."""
    visitor = office.visitor("katarzyna")
    made = send(visitor, "accession", ACCESSION, "submit")
    address = made.headers["location"].partition("?")[0]
    office.visitor("zuzana").post(f"{address}/return", {"reason": "Which day?"}, address)
    assert f'href="{address}/edit"' in visitor.get(address).text
    assert 'value="25,000.00"' in visitor.get(f"{address}/edit").text
    changed = ACCESSION | {"joined_on": "01/02/2018", "action": "submit"}
    assert visitor.post(f"{address}/edit", changed, f"{address}/edit").status_code == 303
    [document] = documents(office)
    assert (document.status, document.version) == ("submitted", 2)
    assert document.body["joined_on"] == "2018-02-01"


def test_double_click_records_once(office: Office) -> None:
    """The same form sent twice is one document; sent with other values it is questioned."""
    visitor = office.visitor("katarzyna")
    path = "/documents/new/accession"
    key = {"key": hidden_fields(visitor.get(path).text)["key"]}
    first, second = (send(visitor, "accession", ACCESSION | key, "submit") for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    other = send(visitor, "accession", ACCESSION | key | {"acceding_state": "SI"}, "save")
    assert other.status_code == 422
    assert "used before for something else" in other.text
    assert len(documents(office)) == 1


@pytest.mark.parametrize("login", ["peter", "ferenc"])
def test_others_do_not_write_for_all(office: Office, login: str) -> None:
    """Auditors and officers of one state are shown no form of what concerns all states."""
    visitor = office.visitor(login)
    assert "written by the mechanism’s office" in visitor.get("/documents/new").text
    assert visitor.get("/documents/new/accession").status_code == 403
    answer = visitor.post("/documents/new/accession", ACCESSION | {"action": "save"})
    assert answer.status_code == 403
    assert documents(office) == []


def test_contributions_are_corrected_on_their_own_form(office: Office) -> None:
    """A kind that has a form of its own is not corrected on this one."""
    with writing(office.books.engine) as session:
        booked(session, office.books)
    [document] = documents(office)
    assert office.visitor("katarzyna").get(f"/documents/{document.id}/edit").status_code == 404
