from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import indicator_files
from ledger.errors import InputErrors, UnreadableFileError
from ledger.indicator_files import LARGEST_REPORT, read_indicators
from ledger.indicators import Observation
from tests.workbooks import workbook

HEADER = "state,year,indicator,value"
GOOD = "PL,2016,population,37967209"


def read(text: str | bytes) -> list[Observation]:
    """Read a file."""
    body = text if isinstance(text, bytes) else text.encode()
    return list(read_indicators(body, filename="gdp.csv", vintage="2018"))


def refusal(text: str | bytes) -> str:
    """Say why a file is not read."""
    with pytest.raises(UnreadableFileError) as refused:
        read(text)
    return str(refused.value)


def faults(*rows: str) -> list[str]:
    """List what is wrong with the rows of a file."""
    with pytest.raises(InputErrors) as refused:
        read("\n".join((HEADER, *rows)))
    return [f"{each.place}: {each}" for each in refused.value.problems]


def test_a_row_is_an_observation() -> None:
    """Each row says what was measured where and when, in its unit, with its status."""
    [seen] = read(f"{HEADER},unit,status\nPL,2016,gdp,426555.7,EUR_million,derived\n")
    assert seen == Observation(
        state="PL",
        year=2016,
        indicator="gdp",
        value=Decimal("426555.7"),
        unit="EUR_million",
        status="derived",
        vintage="2018",
    )


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\n{GOOD}\n",
        f"\ufeff{HEADER}\r\n{GOOD}\r\n",
        "VALUE;Indicator; Year;State\n37967209;population;2016;pl\n",
        "state\tyear\tindicator\tvalue\nPL\t2016\tpopulation\t37967209\n",
        f"vintage,note,{HEADER},\n2019,“so”,{GOOD}\n",
        f'{HEADER}\n\n"PL","2016","population","37967209"\n',
        f"{HEADER},unit,status\n{GOOD}\n",
    ],
    ids=["plain", "bom", "semicolons", "tabs", "other columns", "quotes", "short row"],
)
def test_a_file_is_written_in_many_ways(text: str) -> None:
    """Order, case, separator and columns besides change nothing, and a file names no vintage."""
    expected = Observation("PL", 2016, "population", Decimal(37967209), "", "", "2018")
    assert read(text) == [expected]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0", "0"),
        ("-1.50", "-1.50"),
        ("+3", "3"),
        (".5", "0.5"),
        ("4.2e5", "4.2E+5"),
        ("1E-07", "1E-7"),
        ("476536.46183926193", "476536.46183926193"),
    ],
)
def test_a_value_is_kept_in_its_digits(written: str, value: str) -> None:
    """A value is the number that was published, to the last digit, whatever its notation."""
    [seen] = read(f"{HEADER}\nPL,2016,gdp,{written}")
    assert str(seen.value) == value


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_comma_is_a_decimal_one_where_it_parts_no_columns(separator: str) -> None:
    """Between semicolons or tabs 147,99 is a number, as most of Europe writes it."""
    text = f"{HEADER}\nPL,2016,gdp,".replace(",", separator)
    assert [each.value for each in read(f"{text}147,99")] == [Decimal("147.99")]
    assert [each.value for each in read(f"{text}147.99")] == [Decimal("147.99")]


@pytest.mark.parametrize("state", ["EL", "UK", "CH", "xk"])
def test_any_state_is_kept_as_written(state: str) -> None:
    """Offices publish more than the mechanism's states, and Eurostat writes EL and UK."""
    assert [each.state for each in read(f"{HEADER}\n{state},2016,gdp,1")] == [state.upper()]


def test_a_gap_is_left_out() -> None:
    """Where no value was published there is none: the row is passed over, and nothing is filled."""
    seen = read(f"{HEADER}\nPL,2016,gdp,1\nCZ,2016,gdp,\nCZ,2016,gdp, \nCZ,2016,gdp,2\n")
    assert [(each.state, each.value) for each in seen] == [("CZ", Decimal(2)), ("PL", Decimal(1))]


@pytest.mark.parametrize("value", ["NaN", "inf", "-Infinity", "1,5", "1 000", "12%", ":", "1e100"])
def test_what_is_no_number_is_refused(value: str) -> None:
    """A value is digits with a point; what reckons with no end, or is none, is named."""
    quoted = f'"{value}"'
    [fault] = faults(f"PL,2016,gdp,{quoted}")
    assert fault.startswith(f"row 2, value: “{value}” is not a number")


def test_thousands_are_not_guessed() -> None:
    """1,234,567 is refused between semicolons too: it is no decimal comma."""
    with pytest.raises(InputErrors, match="“1,234,567” is not a number"):
        read("state;year;indicator;value\nPL;2016;gdp;1,234,567\n")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("POL,2016,gdp,1", "row 2, state: “POL” is not a state"),
        ("P1,2016,gdp,1", "row 2, state: “P1” is not a state"),
        (",2016,gdp,1", "row 2, state: is missing"),
        ("PL,1899,gdp,1", "row 2, year: “1899” is not a year from 1900 to 2100"),
        ("PL,2101,gdp,1", "row 2, year: “2101” is not a year"),
        ("PL,2016.0,gdp,1", "row 2, year: “2016.0” is not a year"),
        ("PL,,gdp,1", "row 2, year: is missing"),
        ("PL,2016,,1", "row 2, indicator: is missing"),
        ("PL,2016,g\x07dp,1", "row 2, indicator: holds a character"),
        (f"PL,2016,{'g' * 81},1", "row 2, indicator: is too long: at most 80 characters"),
        (f"PL,2016,gdp,{'1' * 33}", "row 2, value: is too long: at most 32 characters"),
    ],
)
def test_a_fault_is_named_with_its_place(row: str, said: str) -> None:
    """What is no state, year or indicator is named by row and column."""
    [fault] = faults(row)
    assert fault.startswith(said)


@pytest.mark.parametrize("value", ["1", "2"])
def test_a_value_given_twice_is_refused(value: str) -> None:
    """Of two rows on the same state, year and indicator, equal or not, both are named."""
    [fault] = faults("PL,2016,gdp,1", "CZ,2016,gdp,1", f"pl,2016,gdp,{value}")
    assert fault.startswith("row 4, indicator: row 2 gives the same indicator")


def test_everything_wrong_is_said_at_once() -> None:
    """Whoever mends a file learns all its faults, under its own headings, in one answer."""
    with pytest.raises(InputErrors) as refused:
        read("State;Year;Indicator;Value\nPoland;16;gdp;x\nCZ;2016;;1\nSK;2016;gdp;1\n")
    places = [each.place for each in refused.value.problems]
    assert places == ["row 2, State", "row 2, Year", "row 2, Value", "row 3, Indicator"]


def test_a_file_of_faults_is_not_read_to_its_end() -> None:
    """A page full of faults is enough to know that it is the wrong file."""
    assert len(faults(*["Poland,2016,gdp,x"] * 1000)) == LARGEST_REPORT


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (HEADER.encode(), "there is no value below its first row"),
        (f"{HEADER}\nPL,2016,gdp,\n".encode(), "there is no value below its first row"),
        (b"geo,time,na_item,values\nPL,2016,gdp,1\n", "names no column state, year, indicator, v"),
        (b"\xef\xbb\xbf", "there is no value below its first row"),
        (b"state,year,value\nPL,2016,1\n", "names no column indicator"),
        (b"state,year,indicator,value,State\nPL,2016,gdp,1,PL\n", "names state twice"),
        (f"{HEADER}\nPL,2016,gdp,1\n".encode("utf-16"), "save it as CSV UTF-8"),
        (f"{HEADER}\nPL,2016,długość,1\n".encode("cp1250"), "it is not in UTF-8"),
        (b"<html></html>", "it is a web page"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "save it as CSV UTF-8"),
        (workbook({"indicators": [["state"]]}), "it is a workbook or packed"),
        (f'{HEADER}\nPL,2016,"gdp,1\n'.encode(), "a quotation mark is out of place"),
    ],
)
def test_what_is_no_file_of_indicators_is_not_read(body: bytes, said: str) -> None:
    """A file that cannot hold indicators is refused by name, with what to do."""
    assert refusal(body).startswith("“gdp.csv” cannot be read: ")
    assert said in refusal(body)


def test_a_file_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than all offices publish of all states in a decade is refused unread."""
    monkeypatch.setattr(indicator_files, "LARGEST_FILE", 2**20)
    assert "larger than 1 megabytes" in refusal(f"{HEADER}\n{GOOD}\n" + "\n" * 2**20)


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(f"{HEADER}\n{{}}".format).map(str.encode)
)
def test_no_body_makes_the_reader_stumble(body: bytes) -> None:
    """Whatever is handed in is read, or refused in our own words."""
    with suppress(InputErrors, UnreadableFileError):
        assert read(body)


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["PL", "CZ", "EL"]), st.integers(1900, 2100)),
        st.decimals(
            allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12
        ),
        min_size=1,
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_what_is_written_is_what_is_read(
    values: dict[tuple[str, int], Decimal], separator: str
) -> None:
    """Every value of a file comes back as it was written, zero and below zero too."""
    lines = [HEADER, *(f"{state},{year},gdp,{value}" for (state, year), value in values.items())]
    seen = read("\n".join(lines).replace(",", separator))
    assert {(each.state, each.year): each.value for each in seen} == values
    assert all(str(each.value) == str(values[each.state, each.year]) for each in seen)
