import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.db import reading, writing
from ledger.errors import (
    DuplicateFileError,
    InputErrors,
    LedgerError,
    NotAllowedError,
    UnreadableFileError,
)
from ledger.indicators import Observations, TakenVintageError, shipped
from ledger.users import Role, User, add_user
from ledger.vintages import IndicatorVintage, StoredObservation, holdings, import_vintage, kept
from tests.books import NOW, Books
from tests.threads import at_once

BODY = b"""\
state,year,indicator,value,unit,status
PL,2018,gni,476536.46183926193,EUR_million,derived
CZ,2018,gni,1.90e5,EUR_million,
CZ,2018,population,10610055,persons,
SK,2018,population,,persons,
"""
NAME = "office 2019"


def imported(
    session: Session,
    by: User,
    body: bytes = BODY,
    *,
    vintage: str = NAME,
    publisher: str = "Office",
    filename: str = "gni.csv",
) -> IndicatorVintage:
    """Import a vintage."""
    return import_vintage(
        session, body, filename=filename, vintage=vintage, publisher=publisher, by=by, now=NOW
    )


def stored(session: Session) -> tuple[int, int]:
    """Count the vintages and observations in the books."""
    tables = (IndicatorVintage, StoredObservation)
    vintages, observations = (
        session.scalar(sa.select(sa.func.count()).select_from(each)) or 0 for each in tables
    )
    return vintages, observations


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """Write down the statements sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    engine = session.connection().engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


def test_an_import_is_on_record(session: Session, books: Books) -> None:
    """A vintage names its publisher, its file with hash, and who brought it in when."""
    imported(session, books.office, filename="C:\\data\\gni.csv", publisher=" Office ")
    session.expire_all()
    [found] = session.scalars(sa.select(IndicatorVintage))
    assert (found.name, found.publisher, found.filename) == (NAME, "Office", "gni.csv")
    assert found.body_sha256 == hashlib.sha256(BODY).digest()
    assert (found.imported_at, found.imported_by, found.rows) == (NOW, books.office.id, 3)


def test_what_was_imported_stands_beside_what_ships(session: Session, books: Books) -> None:
    """Imported values are observed as published, under their own vintage; shipped ones stay."""
    imported(session, books.office)
    all_there_are = kept(session)
    seen = all_there_are.observed("office", "gni", year=2018, state="PL")
    assert (str(seen.value), seen.unit, seen.status) == (
        "476536.46183926193",
        "EUR_million",
        "derived",
    )
    assert all_there_are.find("office", "gni", year=2018, state="CZ") is not None
    assert all_there_are.find("office", "population", year=2018, state="SK") is None
    assert set(all_there_are.vintages()) == {NAME, *shipped().vintages()}
    assert NAME not in shipped().vintages()


def test_all_observations_take_one_query(session: Session, books: Books) -> None:
    """However many vintages there are, they are read at once."""
    imported(session, books.office)
    imported(session, books.office, BODY + b"HU,2018,gni,1,,\n", vintage="office 2020")
    with statements(session) as sent:
        assert len(list(kept(session))) == 7_279 + 3 + 4
    assert len(sent) == 1


def test_books_without_imports_have_what_ships(session: Session) -> None:
    """Before any import there is exactly what ships."""
    assert kept(session) == shipped()


def test_a_name_of_the_books_goes_on_meaning_the_same(
    session: Session, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later version may ship a vintage under a name of the books: the books' own is meant."""
    imported(session, books.office)
    clash = shipped().by_vintage | {NAME: shipped().by_vintage["un-scale-2004-2027"]}
    monkeypatch.setattr("ledger.vintages.shipped", lambda: Observations(clash))
    assert kept(session).carries(NAME, "gni")
    assert not kept(session).carries(NAME, "un_scale")


@pytest.mark.parametrize(
    "name",
    [
        *(NAME, "OFFICE 2019", "office", " office 2019 "),
        *("eurostat-2020-10 vintage", "Eurostat-2020-10 Vintage", "eurostat-2020-10", "un"),
    ],
)
def test_a_vintage_is_never_overwritten(session: Session, books: Books, name: str) -> None:
    """No vintage takes the name of another, in any case, or the beginning that calls it."""
    imported(session, books.office)
    with pytest.raises(TakenVintageError, match="never overwritten: choose a new name"):
        imported(session, books.office, BODY + b"HU,2018,gni,1,,\n", vintage=name)
    assert stored(session) == (1, 3)


def test_a_longer_name_is_a_new_one(session: Session, books: Books) -> None:
    """A revision may be called after what it revises, which keeps its name."""
    imported(session, books.office)
    imported(session, books.office, BODY + b"HU,2018,gni,1,,\n", vintage=f"{NAME} revised")
    assert kept(session).vintage_named(NAME) == NAME


def test_a_file_is_imported_once(session: Session, books: Books) -> None:
    """The same file under another name would seem to confirm its own values: it is refused."""
    imported(session, books.office)
    with pytest.raises(DuplicateFileError, match="on 2026-11-23 as “gni"):
        imported(session, books.coordinator, vintage="another", filename="copy.csv")
    assert stored(session) == (1, 3)


@pytest.mark.parametrize(
    ("vintage", "publisher", "places"),
    [
        (" ", "Office", ["vintage"]),
        (NAME, "", ["publisher"]),
        ("", "", ["vintage", "publisher"]),
        ("v" * 81, "Office", ["vintage"]),
        (NAME, "p" * 501, ["publisher"]),
        ("a\x07b", "Office", ["vintage"]),
    ],
)
def test_a_vintage_has_a_name_and_a_publisher(
    session: Session, books: Books, vintage: str, publisher: str, places: list[str]
) -> None:
    """Values of which it is not said whose they are do not come in."""
    with pytest.raises(InputErrors) as refused:
        imported(session, books.office, vintage=vintage, publisher=publisher)
    assert [each.field for each in refused.value.problems] == places
    assert stored(session) == (0, 0)


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (BODY + b"PL,2018,gni,x,,\n", InputErrors),
        (BODY + b"PL,2018,gni,1,,\n", InputErrors),
        (BODY + b"EL,2018,gni,1,,\n", InputErrors),
        (b"state,year\n", UnreadableFileError),
    ],
)
def test_a_file_with_a_fault_leaves_nothing(
    session: Session, books: Books, body: bytes, refusal: type[LedgerError]
) -> None:
    """A file comes in whole or not at all."""
    with pytest.raises(refusal):
        imported(session, books.office, body)
    assert stored(session) == (0, 0)


@pytest.mark.parametrize("who", ["officer", "auditor"])
def test_who_acts_for_one_state_brings_in_no_indicators(
    session: Session, books: Books, who: str
) -> None:
    """What scales rest on is brought in by the office, not by one of those who share."""
    with pytest.raises(NotAllowedError, match="officer of the mechanism's own office"):
        imported(session, getattr(books, who))


def test_any_coordinator_brings_in_indicators(session: Session, books: Books) -> None:
    """A coordinator may, also one who acts for a state."""
    polish = add_user(session, "ola", name="Ola", role=Role.COORDINATOR, state="PL", now=NOW)
    imported(session, books.coordinator)
    imported(session, polish, BODY + b"HU,2018,gni,1,,\n", vintage="another")
    assert stored(session) == (2, 7)


def test_of_imports_at_once_one_comes_in(books: Books) -> None:
    """Of several who import under one name at the same moment, one makes the vintage."""

    def once(number: int) -> str:
        with writing(books.engine) as session:
            return imported(session, books.office, BODY + b"\n" * number).name

    outcomes = at_once(4, once)
    assert outcomes.count(NAME) == 1
    assert sum(isinstance(each, TakenVintageError) for each in outcomes) == 3
    with reading(books.engine) as session:
        assert stored(session) == (1, 3)


def test_holdings_say_what_there_is(session: Session, books: Books) -> None:
    """Of each vintage, shipped or imported, one learns publisher, indicators, states and years."""
    imported(session, books.office)
    held = {each.vintage: each for each in holdings(session)}
    assert list(held) == sorted(held)
    assert sum(each.rows for each in held.values()) == 7_279 + 3
    ours, un = held[NAME], held["un-scale-2004-2027"]
    assert (ours.publisher, ours.indicators, ours.states) == (
        "Office",
        ("gni", "population"),
        ("CZ", "PL"),
    )
    assert (un.publisher, un.first_year, un.last_year) == ("United Nations", 2004, 2027)


def test_exponents_come_back_as_numbers(session: Session, books: Books) -> None:
    """A value published as 1.90e5 is 190,000, with the digits that were known."""
    imported(session, books.office)
    seen = kept(session).observed("office", "gni", year=2018, state="CZ")
    assert seen.value == Decimal(190_000)
    assert seen.value.as_tuple().digits == (1, 9, 0)
