"""A coordinator tries scales on a page, side by side, and drafts the one that is wanted."""

import re
from urllib.parse import urlencode

import pytest

from ledger.db import reading, writing
from ledger.formula_files import formula_text
from ledger.scales import NewScale, adopted, drafted
from tests.api.office import Office, Visitor, approved, documents
from tests.documents import booked

PATH = "/scales/what-if"
GNI = {"formula": "gni", "indicator_year": "2016"}
DECIDED = {"description": "Tried and found good", "voucher": "D/2026/7"}


def ask(visitor: Visitor, **question: str) -> str:
    """Ask what would change, and give the page."""
    answer = visitor.get(f"{PATH}?{urlencode(question)}")
    assert answer.status_code == 200, answer.text
    return answer.text


def cells(page: str, state: str) -> list[list[str]]:
    """Read the figures of a state, row by row, off the table of scales side by side."""
    table = page.partition("table-side-by-side")[2].partition("</table>")[0]
    rows = re.findall(rf'<th scope="row">{state}</th>(.*?)</tr>', table, re.DOTALL)
    return [re.findall(r'<td class="num">([^<]*)</td>', row) for row in rows]


def test_presets_stand_side_by_side(office: Office) -> None:
    """A candidate stands beside the six presets: share and euro for each state."""
    page = ask(office.visitor("peter"), formula="gni", indicator_year="2016")
    shares, euro = cells(page, "Poland")
    assert shares == [
        "53.4964%",
        *("25.0000%", "53.4964%", "56.3858%", "55.4249%", "58.7889%", "55.8433%"),
    ]
    assert euro[:2] == ["534,963.50", "250,000.00"]
    assert "No scale is in force for these costs on that day" in page


def test_change_is_against_the_scale_in_force(office: Office) -> None:
    """With a scale in force each column says what would change, in points and in euro."""
    with writing(office.books.engine) as session:
        booked(session, office.books, "scale")
    page = ask(office.visitor("peter"), formula="gni", indicator_year="2016")
    _shares, _euro, points, moved = cells(page, "Poland")
    assert points[:3] == ["+28.4964", "0.0000", "0.0000"]
    assert moved[:3] == ["+284,963.50", "0.00", "0.00"]


def test_totals_add_up(office: Office) -> None:
    """The shares of each column make a hundred per cent, and its parts the sum, to the cent."""
    page = ask(office.visitor("peter"), indicator_year="2016", amount="100.01")
    shares, euro = cells(page, "All states")
    assert set(shares) == {"100.0000%"}
    assert set(euro) == {"100.01"}


def test_equity_is_measured_on_what_was_given(office: Office) -> None:
    """Once states gave something, each column says how equitably it would have been borne."""
    with writing(office.books.engine) as session:
        for state, amount in (("PL", "520000"), ("CZ", "260000"), ("HU", "120000"), ("SK", "1")):
            booked(session, office.books, state=state, amount=f"{amount}.00", voucher=state)
    page = ask(office.visitor("peter"), formula="equal", indicator_year="2016")
    _shares, _euro, ratios = cells(page, "Poland")
    assert ratios[0] == "2.3111"
    assert re.search(r"Hoover index</th>\s*<td class=\"num\">0\.3667<", page)


def test_sum_is_what_was_spent_in_the_year_before(office: Office) -> None:
    """Unless another is named, the sum is the pool's common cost of the twelve months before."""
    with writing(office.books.engine) as session:
        booked(session, office.books, "cost", amount="480000.00")
    visitor = office.visitor("peter")
    assert 'value="480,000.00"' in ask(visitor, valid_from="2018-01-01")
    assert 'value="1,000,000.00"' in ask(visitor, valid_from="2019-01-01")
    assert 'value="1,000,000.00"' in ask(visitor, valid_from="2018-01-01", purpose="setup")


def test_preset_that_cannot_be_reckoned_says_why(office: Office) -> None:
    """A year without values leaves a column without figures, and with the reason in words."""
    page = ask(office.visitor("peter"), formula="un-scale", indicator_year="2021")
    shares, _euro = cells(page, "Poland")
    assert shares[0] == "54.4837%"
    assert shares[3] == "–"
    assert "has no population of CZ for 2021: name another year" in page


def test_refused_candidate_has_no_working(office: Office) -> None:
    """A candidate that cannot be reckoned says so, and there is nothing to draft."""
    page = ask(office.visitor("katarzyna"), formula="cern-esa-ceiling", indicator_year="2021")
    assert "The scale tried here cannot be reckoned" in page
    assert "Draft this scale" not in page


def test_weights_can_be_changed(office: Office) -> None:
    """Other weights make a candidate of their own, and the preset beside it stays as it is."""
    weights = {"weight_population": "0.75", "weight_gdp": "1/4"}
    page = ask(office.visitor("peter"), formula="pop-gdp-50-50", indicator_year="2016", **weights)
    shares, _euro = cells(page, "Poland")
    assert (shares[0], shares[3]) == ("57.9582%", "56.3858%")
    assert "with the weights 3/4, 1/4" in page
    assert 'name="weight_population" value="0.75"' in page


def test_weights_of_another_formula_are_left(office: Office) -> None:
    """Weights typed for one formula say nothing of the next one that is chosen."""
    page = ask(
        office.visitor("peter"),
        formula="gni",
        weights_of="pop-gdp-50-50",
        weight_population="0.75",
        indicator_year="2016",
    )
    assert cells(page, "Poland")[0][0] == "53.4964%"


def test_pasted_formula_is_tried(office: Office) -> None:
    """The text of a formula file is tried as pasted, unless a formula is named besides."""
    text = formula_text("host-premium-v4")
    visitor = office.visitor("peter")
    pasted = ask(visitor, formula="", formula_text=text, indicator_year="2016")
    assert "with a premium of the host" in pasted.partition("table-side-by-side")[2]
    named = ask(visitor, formula="gni", formula_text=text, indicator_year="2016")
    assert cells(named, "Poland")[0][0] == "53.4964%"
    assert "Not used now" in named


def test_other_states_can_be_tried(office: Office) -> None:
    """Any state of the Union can be tried; the draft says that it is for those who take part."""
    page = ask(office.visitor("katarzyna"), formula="equal", states="PL,CZ,HU,SK,AT")
    assert cells(page, "Austria")[0][0] == "20.0000%"
    assert "The draft is reckoned for those who take part on" in page


FAULTS = [
    ({"purpose": "war"}, "purpose", "is not one of"),
    ({"valid_from": "31/02/2018"}, "valid_from", "is not a date"),
    ({"valid_from": "0001-01-01"}, "valid_from", "is not a date"),
    ({"amount": "1.5.5"}, "amount", "is not an amount"),
    ({"amount": "0"}, "amount", "must be more than zero"),
    ({"amount": "9" * 13 + "9"}, "amount", "is not an amount"),
    ({"indicator_year": "1066"}, "indicator_year", "is no year of the indicators"),
    ({"indicator_year": "soon"}, "indicator_year", "cannot be read here"),
    ({"indicator_year": "9" * 5000}, "indicator_year", "cannot be read here"),
    ({"vintage": "Ch\u00e2teau"}, "vintage", "names no one vintage"),
    ({"formula": "magic"}, "formula", "is not a formula of the mechanism"),
    ({"formula": "", "formula_text": "name ="}, "formula_text", "is not written as TOML"),
    ({"formula": "", "formula_text": 'weight = "x"'}, "formula_text", "title: is missing"),
    ({"states": "PL,US"}, "states", "is not a state of the European Union"),
    ({"asked": "1", "states": ""}, "states", "is missing"),
    ({"formula": "pop-gdp-50-50", "weight_gdp": "half"}, "weight_gdp", "is not a number"),
    ({"formula": "pop-gdp-50-50", "weight_gdp": "0.6"}, "weights", "add up to 11/10"),
    (
        {"formula": "pop-gdp-50-50", "weight_gdp": "0", "weight_population": "1"},
        "weight_gdp",
        "is out of range",
    ),
    ({"formula": "gni", "weight_gdp": "1"}, "weight_gdp", "is no term of the formula"),
    ({"vintage": "a\x01"}, "vintage", "holds a character that cannot be written"),
]


@pytest.mark.parametrize(("question", "field", "told"), FAULTS)
def test_faults_stand_beside_their_fields(
    office: Office, question: dict[str, str], field: str, told: str
) -> None:
    """Whatever of a question cannot be read is told beside its field, and nothing breaks."""
    answer = office.visitor("peter").get(f"{PATH}?{urlencode(question)}")
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert told in answer.text
    assert "table-side-by-side" not in answer.text


def test_all_faults_are_told_at_once(office: Office) -> None:
    """A question that is wrong in several fields is told all of it, and keeps what was typed."""
    question = {"formula": "pop-gdp-50-50", "amount": "x", "weight_gdp": "0.6", "states": "PL"}
    page = office.visitor("peter").get(f"{PATH}?{urlencode(question)}").text
    assert re.findall(r'<li><a href="#(\w+)">', page) == ["amount", "weights"]
    assert 'name="weight_gdp" value="0.6"' in page
    assert "States that share: Poland</summary>" in page


@pytest.mark.parametrize(
    "question",
    [
        "states=PL&states=PL&states=pl",
        "asked=1&states=GB&valid_from=9999-12-31",
        "weight_=1&weight_x=&%00=%ff&lang=xx&known=a",
        "formula=equal&formula=gni&valid_from=29/02/2020",
        "vintage=unhcr&indicator_year=2016",
        "amount=9000000000000.00",
    ],
)
def test_no_question_breaks_the_page(office: Office, question: str) -> None:
    """A question that nobody would ask is answered or its faults are told."""
    assert office.visitor("peter").get(f"{PATH}?{question}").status_code in (200, 422)


def test_trying_keeps_nothing(office: Office) -> None:
    """However often scales are tried, no document and no scale is left behind."""
    visitor = office.visitor("katarzyna")
    ask(visitor, formula="gni", indicator_year="2016")
    ask(visitor, formula="equal", states="PL,CZ")
    assert documents(office) == []
    with reading(office.books.engine) as session:
        assert adopted(session) == []


def draft(visitor: Visitor, question: dict[str, str], words: dict[str, str] = DECIDED):  # type: ignore[no-untyped-def]  # noqa: ANN201 - the client's own answer
    """Draft the scale that a question asks about."""
    address = f"{PATH}?{urlencode(question)}"
    return visitor.post(address, words, address)


def test_tried_scale_is_drafted_and_adopted(office: Office) -> None:
    """A coordinator drafts what was tried; another one approves it, and it is in force."""
    visitor = office.visitor("katarzyna")
    made = draft(visitor, GNI | {"valid_from": "2018-01-01"})
    assert made.status_code == 303, made.text
    address = made.headers["location"].partition("?")[0]
    [document] = documents(office)
    assert (document.kind, document.status) == ("scale", "draft")
    assert document.body["formula"] == "gni"
    visitor.post(f"{address}/submit", page=address)
    approved(office, address)
    with reading(office.books.engine) as session:
        [scale] = adopted(session)
    assert round(scale.shares["PL"], 4) * 10000 == 5350


def test_changed_weights_are_drafted_as_a_text(office: Office) -> None:
    """A preset with other weights is drafted as a formula of its own, and reckons as was shown."""
    weights = {"weight_population": "0.75", "weight_gdp": "0.25"}
    question = {"formula": "pop-gdp-50-50", "indicator_year": "2016", "valid_from": "2018-01-01"}
    made = draft(office.visitor("katarzyna"), question | weights)
    assert made.status_code == 303, made.text
    [document] = documents(office)
    said = NewScale.model_validate(document.body)
    assert said.formula is None
    assert said.sharing.name == "pop-gdp-50-50-reweighted"
    with reading(office.books.engine) as session:
        shares = drafted(session, said).scale.shares
    assert round(shares["PL"] * 1000000) == 579582


def test_double_click_drafts_once(office: Office) -> None:
    """The same form sent twice is one draft."""
    visitor = office.visitor("katarzyna")
    first, second = (draft(visitor, GNI, DECIDED | {"key": "k1"}) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert len(documents(office)) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"description": "", "voucher": "D/1"}, "#description"),
        ({"description": "Tried", "voucher": ""}, "#voucher"),
    ],
)
def test_draft_needs_words_and_a_decision(office: Office, words: dict[str, str], told: str) -> None:
    """What is missing of a draft is told above its form, and nothing is kept."""
    answer = draft(office.visitor("katarzyna"), GNI, words)
    assert answer.status_code == 422
    assert told in answer.text
    assert documents(office) == []


def test_draft_of_the_past_is_refused(office: Office) -> None:
    """A scale for days whose costs were shared is refused before it is kept."""
    with writing(office.books.engine) as session:
        booked(session, office.books, "scale")
        booked(session, office.books, "cost")
        booked(session, office.books, "allocation")
    answer = draft(office.visitor("katarzyna"), GNI | {"valid_from": "2017-06-01"})
    assert answer.status_code == 422
    assert "are shared up to 2017-12-31" in answer.text


@pytest.mark.parametrize("login", ["peter", "ferenc"])
def test_others_may_try_but_not_draft(office: Office, login: str) -> None:
    """Auditors and officers of one state see what would change, and are offered no draft."""
    visitor = office.visitor(login)
    assert "Draft this scale" not in ask(visitor, formula="gni", indicator_year="2016")
    assert draft(visitor, GNI).status_code == 403
