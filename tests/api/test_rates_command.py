import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from tests import rate_bodies as bodies
from tests.databases import Sqlite

HISTORY = """\
Date,JPY,PLN,HUF,
2016-11-21,117.85,4.4373,309.13,
2016-11-18,117.05,4.4395,308.55,
"""


@pytest.fixture
def history(sqlite: Sqlite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A rate file, beside books that know no rates yet."""
    file = tmp_path / "eurofxref-hist.csv"
    file.write_text(HISTORY)
    with sqlite.upgraded() as engine:
        monkeypatch.setenv("MCRM_DATABASE_URL", str(engine.url))
        yield file


def run(*arguments: str | Path) -> Result:
    """Run `mcrm rates`."""
    return CliRunner().invoke(app, ["rates", *map(str, arguments)])


def test_an_import_tells_what_it_did(history: Path) -> None:
    """Whoever imports reads how many rates were new, and of which days."""
    result = run("import", history, "--source", "ecb")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "6 new rates, 0 known already, from 2016-11-18 to 2016-11-21."
    ]


def test_lines_nobody_can_read_are_counted(history: Path) -> None:
    """Lines of the Czech bank above the first heading are left aside, and said to be."""
    history.write_bytes(bodies.CNB_YEAR)
    result = run("import", history, "--source", "cnb")
    assert result.stdout.splitlines() == [
        "11 new rates, 0 known already, from 2022-01-03 to 2022-03-02.",
        "Left aside: 1 lines before the first heading, of unknown currencies.",
    ]


@pytest.mark.parametrize(
    ("source", "body", "shown"),
    [
        ("nbp", bodies.NBP_ARCHIVE, "PLN 4.3434 (nbp, 2024-01-02)"),
        ("cnb", bodies.CNB_JSON, "CZK 24.165 (cnb, 2026-01-02)"),
        ("mnb", bodies.MNB, "HUF 364.42 (mnb, 2026-09-25)"),
        ("inforeuro", bodies.INFOREURO_MONTH, "PLN 4.4468 (inforeuro, 2023-10-01)"),
        ("ecb", bodies.ECB_PORTAL, "SEK 8.5625 (ecb, 1999-12-30)"),
    ],
)
def test_each_source_has_its_files(history: Path, source: str, body: bytes, shown: str) -> None:
    """A file of any source comes in, and one euro is shown by what it says."""
    file = history.with_name("inforeuro-2023-10.json")
    file.write_bytes(body)
    assert run("import", file, "--source", source).exit_code == 0
    on = shown[-11:-1]
    found = run("show", shown[:3], "--on", on, "--source", source)
    assert found.stdout == f"EUR 1 = {shown}\n"


def test_what_is_decided_by_hand_comes_from_no_file(history: Path) -> None:
    """No file holds what people decide: whoever says so is asked for the true source."""
    result = run("import", history, "--source", "manual")
    assert result.exit_code == 1
    assert "rates decided by hand come from no file" in result.stderr


def test_a_bank_is_asked_for_its_own_money_only(history: Path) -> None:
    """Poland's bank does not say what one euro is in krona: the refusal names whom to ask."""
    result = run("show", "SEK", "--on", "2026-03-03", "--source", "nbp")
    assert result.exit_code == 2
    assert "NBP does not say what one euro is in SEK: use ECB or InforEuro" in result.stderr


def test_imported_rates_are_shown(history: Path) -> None:
    """A Saturday shows Friday's rate, in words or as JSON."""
    run("import", history)
    words = run("show", "HUF", "--on", "2016-11-19")
    assert words.stdout == "EUR 1 = HUF 308.55 (ecb, 2016-11-18)\n"
    shown = run("show", "huf", "--on", "2016-11-19", "--json")
    assert json.loads(shown.stdout) == {
        "currency": "HUF",
        "per_euro": "308.55",
        "on": "2016-11-18",
        "source": "ecb",
    }


def test_a_rate_published_anew_is_shown(history: Path) -> None:
    """A file that differs from the books tells what each rate is and was, and rules from now on."""
    run("import", history)
    history.write_text(HISTORY.replace("4.4395", "4.4396"))
    result = run("import", history)
    assert result.stdout.splitlines() == [
        "0 new rates, 5 known already, from 2016-11-18 to 2016-11-21.",
        "Published anew: PLN of 2016-11-18 is 4.4396, and was 4.4395.",
    ]
    shown = run("show", "PLN", "--on", "2016-11-19")
    assert shown.stdout == "EUR 1 = PLN 4.4396 (ecb, 2016-11-18)\n"


def test_a_file_that_contradicts_itself_is_found_wrong(history: Path) -> None:
    """Two rates of one day in one file end with status 1, and nothing of it is written."""
    history.write_text(HISTORY + "2016-11-18,117.05,4.4396,308.55,\n")
    result = run("import", history, "--json")
    assert result.exit_code == 1
    assert "PLN of 2016-11-18 is 4.4395 in line 3 and 4.4396 here" in result.stderr
    assert run("show", "PLN", "--on", "2016-11-22").exit_code == 2


@pytest.mark.parametrize("command", ["import", "fetch", "show"])
def test_the_help_has_examples(command: str) -> None:
    """Whoever asks for help sees a call that works."""
    assert f"mcrm rates {command} " in run(command, "--help").stdout.split("Example")[1]


def test_every_fault_of_a_file_is_named(history: Path) -> None:
    """A file that cannot be read ends with status 1 and a line for each fault."""
    history.write_text("Date,PLN,HUF\n2016-11-21,?,309.13\n21.11.2016,4.4,309\n")
    result = run("import", history)
    assert result.exit_code == 1
    assert "row 2, PLN: “?” is not a rate above zero" in result.stderr
    assert "row 3, Date: “21.11.2016” is not a day" in result.stderr


def test_a_stale_rate_is_refused_with_the_remedy(history: Path) -> None:
    """A day beyond the rates ends with status 2 and the command that mends it."""
    run("import", history)
    result = run("show", "PLN", "--on", "2016-12-24")
    assert result.exit_code == 2
    assert "mcrm rates import" in result.stderr


def test_an_amount_is_converted_through_the_euro(history: Path) -> None:
    """Zloty become forint by two published rates and one rounding, and both rates are named."""
    run("import", history)
    result = run("convert", "123.45", "PLN", "huf", "--on", "2016-11-21")
    assert result.stdout.splitlines() == [
        "PLN 123.45 = HUF 8,600.30",
        "EUR 1 = PLN 4.4373 (ecb, 2016-11-21)",
        "EUR 1 = HUF 309.13 (ecb, 2016-11-21)",
    ]
    found = json.loads(run("convert", "100", "EUR", "PLN", "--on", "2016-11-21", "--json").stdout)
    assert (found["amount"], found["currency"]) == ("443.73", "PLN")


@pytest.mark.parametrize("amount", ["1e5", "much", "1,000.00"])
def test_what_is_no_amount_is_not_converted(history: Path, amount: str) -> None:
    """An amount is digits with at most two decimals; anything else is refused in words."""
    run("import", history)
    result = run("convert", amount, "PLN", "HUF", "--on", "2016-11-21")
    assert result.exit_code == 2
    assert "is not an amount" in result.output


def test_gaps_are_days_nobody_imported(history: Path) -> None:
    """A weekend is no gap; a working day without rates is one, and the exit says so."""
    run("import", history)
    whole = run("gaps", "--from", "2016-11-18", "--to", "2016-11-21")
    assert (whole.exit_code, whole.stdout) == (0, "No day is missing.\n")
    lacking = run("gaps", "--from", "2016-11-17", "--to", "2016-11-22")
    assert (lacking.exit_code, lacking.stdout) == (1, "2016-11-17\n2016-11-22\n")
    as_json = run("gaps", "--from", "2016-11-17", "--to", "2016-11-18", "--json")
    assert json.loads(as_json.stdout) == ["2016-11-17"]


def test_the_policy_is_listed(history: Path) -> None:
    """Books without a decision say what holds then; the rate for an event is ECB's of the day."""
    run("import", history)
    assert "European Central Bank’s rate" in " ".join(run("policy").stdout.split())
    assert json.loads(run("policy", "--json").stdout) == []
    shown = run("show", "PLN", "--on", "2016-11-20", "--for", "closing")
    assert shown.stdout == "EUR 1 = PLN 4.4395 (ecb, 2016-11-18)\n"
    before = run("show", "PLN", "--on", "2016-11-21", "--kind", "previous_day")
    assert before.stdout == "EUR 1 = PLN 4.4395 (ecb, 2016-11-18)\n"


def test_an_older_file_is_taken_again_only_if_meant(history: Path) -> None:
    """What was published anew is not undone by an older file, unless --again says so."""
    run("import", history)
    history.write_text(HISTORY.replace("4.4395", "4.4396"))
    run("import", history)
    history.write_text(HISTORY)
    result = run("import", history)
    assert result.exit_code == 1
    assert "PLN of 2016-11-18 was 4.4395, was published anew and is 4.4396" in result.stderr
    result = run("import", history, "--again")
    assert result.exit_code == 0
    assert "PLN of 2016-11-18 is 4.4395, and was 4.4396" in result.stdout


def test_codes_of_no_currency_are_named(history: Path) -> None:
    """Rates of codes that no currency has are left aside, and said to be."""
    history.write_text("Date,PLN,QZZ,QZY\n2016-11-21,4.4373,1,1\n")
    assert run("import", history).stdout.splitlines()[1:] == [
        "Left aside: 2 codes that are no currency’s (QZY, QZZ)."
    ]


def test_no_source_publishes_the_rate_of_a_bank(history: Path) -> None:
    """The bank's own rate stands on documents: it is refused, and the other kinds are named."""
    result = run("show", "PLN", "--on", "2016-11-21", "--kind", "bank")
    assert result.exit_code == 2
    assert "month_average" in result.output
