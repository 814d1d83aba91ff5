"""`mcrm scale list`, `show`, `check` and `adopted`: the formulas there are, and those adopted."""

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from ledger.db import writing
from ledger.formula_files import examples, formula, formula_text, presets, read_formula
from ledger.vintages import import_vintage
from tests.api.scale_calls import run, said
from tests.books import NOW, opened
from tests.databases import Sqlite
from tests.documents import booked

FILE = """\
state,year,indicator,value
PL,2016,gni,3
NO,2016,gni,1
"""


@pytest.fixture
def adopted(sqlite: Sqlite, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Books with two scales of running costs, one after the other, and one of set-up costs."""
    with sqlite.upgraded() as engine:
        monkeypatch.setenv("MCRM_DATABASE_URL", str(engine.url))
        books = opened(engine)
        with writing(engine) as session:
            booked(session, books, "scale")
            booked(session, books, "scale", formula="pop-gdp-50-50", valid_from="2018-01-01")
            booked(session, books, "scale", purpose="setup", description="[b]Set-up")
            body, source = FILE.encode(), {"vintage": "ours-2027", "publisher": "Us"}
            import_vintage(session, body, filename="a.csv", **source, by=books.office, now=NOW)
        yield


# What ships


def test_every_formula_is_listed() -> None:
    """Presets come first, in their order, examples after them; each says what it measures."""
    listed = said("list")
    names = [line.partition(":")[0] for line in listed.splitlines() if line[:1] not in (" ", "")]
    wanted = [each.name for each in presets()], [each.name for each in examples()]
    assert names == [names[0], *wanted[0], names[7], *wanted[1]]
    assert "gni: gross national income\n  as in the ATHENA" in listed
    assert "\n  Measures population, gdp.\n" in listed
    assert "\n  Measures nothing.\n" in listed


def test_the_list_tells_programs_the_same() -> None:
    """A program gets name, kind, title, source and indicators of each formula."""
    found = {each["name"]: each for each in json.loads(said("list", "--json"))}
    assert len(found) == len(presets()) + len(examples())
    assert (found["gni"]["kind"], found["rebate"]["kind"]) == ("preset", "example")
    assert found["un-scale-method"]["indicators"][:2] == ["gni", "external_debt"]


def test_a_formula_is_shown_as_its_file() -> None:
    """What is shown can be saved and read: it is the file, comments and all."""
    assert said("show", "eu-relocation-2015") == formula_text("eu-relocation-2015")
    assert read_formula(said("show", "rebate")) == formula("rebate")


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    """A name that no formula has ends with status 2 and the names that there are."""
    result = run("show", "gdp")
    assert result.exit_code == 2
    assert "use one of equal, gni, pop-gdp-50-50" in result.stderr


# A file in words


@pytest.mark.parametrize("name", [each.name for each in (*presets(), *examples())])
def test_every_formula_can_be_said_in_words(tmp_path: Path, name: str) -> None:
    """Each formula that ships passes its own check, and names its criteria and terms."""
    path = tmp_path / "ours.toml"
    path.write_text(formula_text(name), encoding="utf-8")
    words, shipped = said("check", path), formula(name)
    assert words.startswith(f"{shipped.title} ({name})\n")
    for criterion in shipped.criteria:
        assert f"\nCriterion {criterion}: " in words
    for term in shipped.terms:
        assert f"\nTerm {term.name} × " in words


def test_words_follow_the_order_of_the_working(tmp_path: Path) -> None:
    """What a formula says is told in the order in which it is applied, numbers as decimals."""
    text = formula_text("un-scale-method").replace(
        "share = 0.22\n",
        'share = 0.22\nstates = ["DE"]\nrepeat = false\nnot_absorbed_by = ["FR"]\n'
        '[[adjustments]]\nkind = "premium"\nstates = { PL = 0.05 }\n'
        '[[adjustments]]\nkind = "exempt"\nstates = ["MT"]\n'
        '[[phase_in]]\nstate = "AT"\nparts = { 2017 = "1/3" }\n',
    )
    path = tmp_path / "ours.toml"
    path.write_text(text, encoding="utf-8")
    words = said("check", path)
    assert words[words.index("Relief: gni") :].splitlines() == [
        "Relief: gni is cut by 0.8 times its distance from a threshold",
        "  threshold: the mean of all for each population",
        "Term gni × 1: share of relieved income, of gni: each state’s part of the sum of all",
        "Floor: nobody bears less than 0.001 %.",
        "Ceiling: nobody bears more than 22 %.",
        "  of these states only: DE",
        "  once only: what others take over may put them out of bounds",
        "  not taken over by: FR",
        "Premium, off the top: PL 0.05. All share the rest.",
        "Exempt: MT.",
        "Reckoned for base periods of so many years, and the mean taken: 3, 6.",
        "Phase-in of AT, as a part of its share in each year: 2017 1/3.",
        "Shares are rounded to 3 decimals of a per cent.",
    ]


def test_every_fault_of_a_file_is_told(tmp_path: Path) -> None:
    """A file with faults ends with status 1 and a line for each, by its key."""
    path = tmp_path / "ours.toml"
    text = formula_text("gni").replace("title", "titel").replace('"share"', '"shares"')
    path.write_text(text, encoding="utf-8")
    result = run("check", path)
    assert result.exit_code == 1
    for fault in (
        "title: is missing",
        "titel: is no key",
        "terms[1].transform: “shares”",
        ": 3 to",
    ):
        assert fault in result.stderr
    assert result.stdout == ""


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """A file that is not in UTF-8 ends with status 1 and the remedy."""
    path = tmp_path / "ours"
    path.write_bytes(formula_text("gni").replace("gross", "größ").encode("latin-1"))
    result = run("check", path)
    assert result.exit_code == 1
    assert "is not in UTF-8: save it so" in result.stderr


def test_a_file_that_is_not_there_is_a_bad_call(tmp_path: Path) -> None:
    """A file that is not there ends with status 2: nothing was found wrong with it."""
    result = run("check", tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "nowhere cannot be written or read" in result.stderr


# In the books


@pytest.mark.usefixtures("adopted")
def test_adopted_scales_are_listed() -> None:
    """The scales of the books are listed by pool and first day, each with its decision."""
    listed = said("adopted", "--on", "2017-12-31")
    assert (
        "Scale 1 for the costs of operations, valid from 2016-11-21: equal shares\n"
        "  Decision D/2016/1: Equal shares of running costs\n"
        "  CZ 25.000000%, HU 25.000000%, PL 25.000000%, SK 25.000000%\n"
        "  In force on 2017-12-31.\n"
    ) in listed
    assert listed.count("In force on") == 2
    assert "  Decision D/2016/1: [b]Set-up\n" in listed
    assert "PL 56.385844%" in said("adopted", "--purpose", "operations")


@pytest.mark.usefixtures("adopted")
@pytest.mark.parametrize(
    ("on", "numbers"), [("2016-11-20", []), ("2017-12-31", [1, 3]), ("2018-01-01", [2, 3])]
)
def test_those_in_force_on_a_day_are_marked(on: str, numbers: list[int]) -> None:
    """Of each pool the scale that begins last before a day is the one in force."""
    found = json.loads(said("adopted", "--on", on, "--json"))
    assert [each["number"] for each in found if each["in_force"]] == numbers
    for each in found:
        assert sum(Fraction(row["exact"]) for row in each["states"]) == 1


@pytest.mark.usefixtures("adopted")
def test_without_a_day_today_counts() -> None:
    """Whoever names no day asks for today, when the newer scale is in force."""
    in_force = [each["in_force"] for each in json.loads(said("adopted", "--json"))]
    assert in_force == [False, True, True]


def test_books_without_a_scale_say_so(sqlite: Sqlite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Books in which nothing was adopted yet are told from those that have scales."""
    with sqlite.upgraded() as engine:
        monkeypatch.setenv("MCRM_DATABASE_URL", str(engine.url))
        assert said("adopted") == "No scale was adopted yet.\n"


@pytest.mark.usefixtures("adopted")
def test_vintages_of_the_books_are_used_when_asked() -> None:
    """What the books were given counts with --books only, states of its own included."""
    arguments = ("shares", "gni", "--states", "PL,NO", "--year", "2016", "--vintage", "ours")
    found = json.loads(said(*arguments, "--books", "--json"))
    assert found["vintage"] == "ours-2027"
    assert [row["exact"] for row in found["states"]] == ["3/4", "1/4"]
    assert run(*arguments).exit_code == 2
