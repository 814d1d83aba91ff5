"""Readers follow every figure down to the postings that make it."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from ledger.db import writing
from tests.api.office import CASH, IN_KIND, Office, submitted
from tests.documents import booked


@pytest.fixture
def approved(office: Office) -> Office:
    """Books in which Hungary gave in cash and in kind."""
    addresses = [submitted(office), submitted(office, IN_KIND, "in-kind")]
    visitor = office.visitor("katarzyna")
    for address in addresses:
        assert visitor.post(f"{address}/approve", page=address).status_code == 303
    return office


def test_every_figure_is_the_sum_of_its_postings(approved: Office) -> None:
    """Each figure of the equity page leads to postings whose sum is printed and equals it."""
    visitor = approved.visitor("peter")
    page = visitor.get("/equity").text
    figures = re.findall(r'<a href="(/postings\?[^"]+)">([^<]+)</a>', page)
    assert len(figures) >= 14
    for address, figure in figures:
        postings = visitor.get(unescape(address)).text
        heading = re.search(r"<h1>([^<]+) <small", postings)
        assert heading is not None, address
        assert heading.group(1).strip() == figure.lstrip("+"), address


def test_balances_say_their_sign_in_words(approved: Office) -> None:
    """A balance is signed and said in words, so that no reader depends on its colour."""
    page = approved.visitor("peter").get("/equity").text
    assert "+137,258.06" in page
    assert "above fair share" in page


def test_surplus_is_said_of_all_states(approved: Office) -> None:
    """While money is unspent one state may lie below its share: the surplus is all states'."""
    page = approved.visitor("peter").get("/equity").text
    assert "the states together stand above their fair shares" in page


def test_link_shows_the_same_figures_tomorrow(approved: Office) -> None:
    """The link to a page's figures names day and entry, and later postings do not change it."""
    visitor = approved.visitor("katarzyna")
    page = visitor.get("/equity").text
    link = re.search(r'href="(/equity\?as_of=[^"]+known=2)"', page)
    assert link is not None
    approved.clock.advance(timedelta(minutes=1))
    address = submitted(approved, CASH | {"description": "Later"})
    visitor.post(f"{address}/approve", page=address)
    assert "+137,258.06" in visitor.get(unescape(link.group(1))).text
    assert "+237,258.06" in visitor.get("/equity").text


@pytest.mark.parametrize(
    ("as_of", "shown"), [("2017-02-28", ""), ("28/02/2017", ""), ("01/03/2017", "+137,258.06")]
)
def test_as_of_stands_in_the_address(approved: Office, as_of: str, shown: str) -> None:
    """Balances are those of the day that the address names, in either way of writing it."""
    page = approved.visitor("peter").get(f"/equity?as_of={as_of}").text
    assert ("+137,258.06" in page) == bool(shown)


def test_unreadable_days_are_told(approved: Office) -> None:
    """A day that cannot be read is shown again beside what is wrong with it."""
    answer = approved.visitor("peter").get("/equity?as_of=soon")
    assert answer.status_code == 422
    assert "“soon” is not a date" in answer.text
    assert 'value="soon"' in answer.text


@pytest.mark.parametrize("question", ["purpose=x", "purpose=%00", "form=x", "form=cash&form=9"])
def test_unknown_words_of_an_address_are_told(approved: Office, question: str) -> None:
    """A purpose or form that is none is refused in words, with those there are."""
    answer = approved.visitor("peter").get(f"/postings?{question}")
    assert answer.status_code == 422
    assert "is not one of: " in answer.text


def test_entry_shows_both_currencies(approved: Office) -> None:
    """An entry shows its currency, the rate with source and day, and the euro, in balance."""
    page = approved.visitor("peter").get("/journal/1").text
    assert "31,000,000.00" in page
    assert "310.00" in page
    assert "ECB, 27 Feb 2017" in page
    assert page.count("300,000.00") == 2
    assert "Ferenc Nagy" in page
    assert "Katarzyna Wiśniewska" in page


def test_journal_lists_entries_and_their_neighbours(approved: Office) -> None:
    """The journal lists every entry, and each leads to the one before and the one after."""
    visitor = approved.visitor("peter")
    page = visitor.get("/journal").text
    assert 'href="/journal/1"' in page
    assert page.index('href="/journal/2"') < page.index('href="/journal/1"')
    assert 'href="/journal/2"' in visitor.get("/journal/1").text
    assert visitor.get("/journal/3").status_code == 404


def test_journal_shows_what_an_entry_is_about(approved: Office) -> None:
    """The amount of an entry counts money once, not once a book or on its way through a currency.

    What stands in no accounts is shown by what the burden book holds.
    """
    page = approved.visitor("peter").get("/journal").text
    assert "Amount EUR" in page
    assert page.count(">100,000.00<") == 1
    assert page.count(">37,258.06<") == 1


def test_language_switch_stays_on_the_page(approved: Office) -> None:
    """Switching the language keeps the page and its questions, and is remembered."""
    visitor = approved.visitor("peter")
    page = visitor.get("/equity?as_of=2017-12-31").text
    assert 'href="?as_of=2017-12-31&amp;lang=pl"' in page
    assert '<html lang="pl">' in visitor.get("/equity?as_of=2017-12-31&lang=pl").text
    assert '<html lang="pl">' in visitor.get("/journal").text


@pytest.fixture
def shared(office: Office) -> Office:
    """Books of four states that gave EUR 520, 260, 120 and 100 towards costs of EUR 1,000."""
    given = {"PL": "520.00", "CZ": "260.00", "HU": "120.00", "SK": "100.00"}
    with writing(office.books.engine) as session:
        booked(session, office.books, "scale", formula="pop-gdp-50-50")
        for state, amount in given.items():
            booked(session, office.books, state=state, amount=amount)
        booked(session, office.books, "cost", amount="1000.00")
        booked(session, office.books, "allocation")
    return office


def test_how_equitably_the_burden_is_borne(shared: Office) -> None:
    """Each state stands against its fair part, and four measures say how far all are from it."""
    page = shared.visitor("peter").get("/equity?as_of=2017-12-31").text
    assert "How equitably the burden is borne" in page
    for figure in ("0.9222", "1.3438", "0.0734", "0.1806", "0.0884", "0.0154"):
        assert figure in page, figure


def test_programs_are_told_how_equitably_too(shared: Office) -> None:
    """The JSON answer holds the same measures, exact to twelve decimals."""
    visitor = shared.visitor("peter")
    headers = shared.token("peter")
    said = visitor.client.get("/api/equity?as_of=2017-12-31", headers=headers).json()["fairness"]
    assert said["hoover"][:6] == "0.0734"
    assert [each["state"] for each in said["states"]] == ["CZ", "HU", "PL", "SK"]
    assert sum(Decimal(each["balance"]) for each in said["states"]) == 0


def test_nothing_shared_is_no_fairness(approved: Office) -> None:
    """While no cost was shared there is nothing to measure against."""
    page = approved.visitor("peter").get("/equity").text
    assert "How equitably the burden is borne" not in page
