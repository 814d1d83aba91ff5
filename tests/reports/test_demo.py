"""The demo: books that verify, and statements whose every formula says what the ledger says.

What it tells from promise to payment is held against the books here: a file that names an entry by
its number means the one that it was written for.
"""

import sqlite3
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from api.cli import app
from api.demo import LAST_DAY
from ledger.ageing import OWED
from ledger.balances import Selection, cutoff, total_in_euro
from ledger.calls import calls
from ledger.closing import checklist, period_of
from ledger.db import open_engine, reading
from ledger.documents import Document
from ledger.entries import JournalEntry, Posting
from ledger.importables import IMPORTABLES
from ledger.kinds import KINDS
from ledger.offer_standing import standing
from ledger.open_items import open_items
from ledger.periods import Period
from ledger.pledge_status import pledges
from ledger.receipts import receipts
from tests.reports.recalculation import LibreOffice


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `mcrm demo` makes, made once."""
    folder = tmp_path_factory.mktemp("demo")
    result = run("demo", "--into", folder)
    assert result.exit_code == 0, result.output
    assert "Equity balances as of 2018-12-31" in result.output
    assert "Illustrative: every other amount" in result.output.replace("\n", " ")
    return folder


@pytest.fixture
def session(demo: Path) -> Iterator[Session]:
    """Read the demo's books."""
    engine = open_engine(f"sqlite:///{demo / 'mcrm.db'}")
    with reading(engine) as session:
        yield session
    engine.dispose()


def run(*arguments: object) -> Result:
    """Run `mcrm`."""
    return CliRunner().invoke(app, list(map(str, arguments)))


def workbooks(demo: Path) -> list[Path]:
    """List the statements that the demo wrote."""
    return sorted((demo / "statements").glob("*.xlsx"))


def test_demo_writes_a_statement_for_everybody(demo: Path) -> None:
    """Four states, one of them in its language too, coordinators, treasurers and auditors."""
    scopes = [path.name.split("_")[1:3] for path in workbooks(demo)]
    states = [["state", code] for code in ("CZ", "HU", "PL", "PL", "SK")]
    assert scopes == [["equity", "all"], ["exchange", "all"], *states, ["trial-balance", "all"]]


def test_every_formula_is_what_the_ledger_says(demo: Path, libreoffice: LibreOffice) -> None:
    """Computed anew by LibreOffice, no cell of any statement differs, to the cent."""
    for path in workbooks(demo):
        assert libreoffice.wrong_formulas(path.read_bytes()) == [], path.name


def test_one_cent_is_found(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo verifies; after one cent is changed behind its back, its entry is named."""
    tampered = tmp_path / "mcrm.db"
    with sqlite3.connect(demo / "mcrm.db") as source, sqlite3.connect(tampered) as copy:
        source.backup(copy)
    monkeypatch.setenv("MCRM_DATABASE_URL", f"sqlite:///{tampered}")
    witness = workbooks(demo)[0]
    assert run("verify", "--against", witness).exit_code == 0
    with sqlite3.connect(tampered) as copy:
        guard = "posting_no_update"
        [made] = copy.execute("SELECT sql FROM sqlite_schema WHERE name = ?", [guard]).fetchone()
        copy.execute(f"DROP TRIGGER {guard}")
        copy.execute(
            "UPDATE posting SET amount = amount + 1, euro = euro + 1 WHERE entry = 42 AND line = 1"
        )
        copy.execute(made)
    found = run("verify")
    assert found.exit_code == 1
    assert "Entry 42 is not what was sealed." in found.output
    unsound = run("statement", "verify", witness)
    assert (unsound.exit_code, "not what was sealed" in unsound.output) == (1, True)


def test_a_statement_that_came_back(
    demo: Path, tmp_path: Path, libreoffice: LibreOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement is known again as issued, as saved by another program, or as altered."""
    monkeypatch.setenv("MCRM_DATABASE_URL", f"sqlite:///{demo / 'mcrm.db'}")
    issued = next(path for path in workbooks(demo) if "state_HU" in path.name)
    as_issued = run("statement", "verify", issued)
    assert (as_issued.exit_code, "as it was issued" in as_issued.output) == (0, True)
    back = tmp_path / "back.xlsx"
    back.write_bytes(libreoffice.resaved(issued.read_bytes()))
    saved = run("statement", "verify", back)
    assert (saved.exit_code, "another program" in saved.output) == (0, True)
    native = openpyxl.load_workbook(issued)
    native["Contributions"]["K5"] = 1
    native.save(back)
    assert run("statement", "verify", back).exit_code == 1
    back.write_text("no workbook")
    assert run("statement", "verify", back).exit_code == 2


def test_books_that_are_no_demo_are_left_alone(tmp_path: Path) -> None:
    """A folder that holds somebody's books is not made a demo of."""
    (tmp_path / "mcrm.db").write_bytes(b"somebody's books")
    refused = run("demo", "--into", tmp_path)
    assert refused.exit_code == 2
    assert (tmp_path / "mcrm.db").read_bytes() == b"somebody's books"


# From promise to payment

# Acts that two years of four states do not need: nobody joins, leaves or is forgiven.
UNTOLD = {
    *("accession", "buy_in", "opt_out", "withdrawal", "reassessment", "settlement", "lapse"),
    *("write_off", "payment", "in_kind_cap", "recognition", "disposal", "depreciation"),
    "manual_rate",
}


def test_the_demo_tells_every_other_act(session: Session) -> None:
    """Every kind of document has an example in the demo, but those that would be another story."""
    told = set(session.scalars(sa.select(Document.kind)))
    assert set(KINDS) - told == UNTOLD
    assert {each.kind for each in IMPORTABLES} >= told


def test_calls_name_the_assessments_that_they_were_written_for(session: Session) -> None:
    """What was asked, set off and left open, call by call: a shifted entry number changes it."""
    open_now = {each.key: each.amount for each in open_items(session, cutoff(session, LAST_DAY))}
    found = [
        f"{each.name} {each.gross} {each.applied} {open_now.get(each.item, 0)}"
        for each in calls(session)
    ]
    assert found == [
        "2016/1-CZ 30000000 0 0",
        "2016/2-HU 30000000 0 0",
        "2016/3-PL 30000000 0 0",
        "2016/4-SK 30000000 0 0",
        "2017/5-CZ 46434125 0 0",
        "2017/6-HU 35890292 0 0",
        "2017/7-PL 135326025 0 0",
        "2017/8-SK 22349558 0 0",
        # What Czechia paid ahead; what Slovakia paid too much, and paid for all.
        "2018/9-CZ 25236891 10000000 0",
        "2018/10-HU 19433439 0 0",
        "2018/11-PL 73495900 0 0",
        "2018/12-SK 11833770 6070442 0",
        # The surplus of 2017.
        "2018/13-CZ 15530395 2321706 0",
        "2018/14-HU 11959039 1794515 0",
        "2018/15-PL 45228246 6766301 14568.48",
        "2018/16-SK 7282320 1117478 0",
    ]


def test_what_is_open_at_the_end(session: Session) -> None:
    """Of money that came only one small receipt is not identified; Poland owes a rest."""
    at = cutoff(session, LAST_DAY)
    [unknown] = receipts(session, at, unapplied=True)
    assert (unknown.said.receipt, unknown.said.state, unknown.unapplied) == (
        "BS/2018/EUR-27",
        None,
        Decimal("250.00"),
    )
    owed = [(each.state, each.euro) for each in open_items(session, at, accounts=OWED)]
    assert owed == [("PL", Decimal("14568.48"))]


def test_pledges_are_paid(session: Session) -> None:
    """The committed and the conditional pledges are fulfilled; those for Libya stay announced."""
    found = [
        f"{each.code} {each.level} {each.status}"
        for each in pledges(session, cutoff(session, LAST_DAY))
    ]
    assert found == [
        "CZ-2017-1 conditional paid_in_full",
        "CZ-2017-LIBYA announced open",
        "HU-2017-LIBYA announced open",
        "PL-2017-1 committed paid_in_full",
        "PL-2017-LIBYA announced open",
        "SK-2017-1 committed paid_in_full",
        "SK-2017-LIBYA announced open",
    ]


def test_three_values_of_one_gift(session: Session) -> None:
    """Vehicles claimed at PLN 750,000 are taken at 690,000, credited at 660,000, in two parts."""
    of = standing(session, "PL", "PL-2017-K2")
    assert of.accepted is not None
    taken = of.accepted.version.said
    assert (of.said.value, taken.value, taken.credited, len(of.deliveries)) == (
        Decimal("750000.00"),
        Decimal("690000.00"),
        Decimal("660000.00"),
        2,
    )


def test_the_mechanism_bears_the_exchange_risk(session: Session) -> None:
    """Where states pay at the call's rate, or a pledge in zloty, the difference is its own."""
    query = (
        sa.select(Posting.currency, sa.func.sum(Posting.euro))
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .where(Posting.account == "5110", JournalEntry.kind == "application")
        .group_by(Posting.currency)
        .order_by(Posting.currency)
    )
    # In cents, below zero a gain: the koruna had risen since the letters left. Of what the pledge
    # in zloty had gained by the end of 2017, a part was lost again when it was paid.
    assert [tuple(row) for row in session.execute(query)] == [("EUR", -1402270), ("PLN", 333965)]


def test_an_allowance_comes_and_goes(session: Session) -> None:
    """What Hungary owed at the end of 2017 was doubtful in part, until it paid."""
    allowance = Selection(accounts=("1130",), state="HU")
    found = [
        total_in_euro(session, cutoff(session, on), allowance)
        for on in (date(2017, 12, 30), date(2017, 12, 31), date(2018, 3, 29))
    ]
    assert found == [Decimal(0), Decimal("-10000.00"), Decimal(0)]


def test_years_are_closed_with_nothing_open(session: Session) -> None:
    """2016 and 2017 were closed through the checklist, and are still without an open point."""
    periods = session.scalars(sa.select(Period).order_by(Period.from_on)).all()
    assert [each.status for each in periods] == ["closed", "closed", "open"]
    for year in (2016, 2017):
        assert checklist(session, period_of(session, date(year, 12, 31))) == []


def test_the_bank_is_never_overdrawn(session: Session) -> None:
    """On no day does any account of the bank stand below zero."""
    query = (
        sa.select(Posting.account, Posting.effective_on, sa.func.sum(Posting.amount))
        .where(Posting.account.between("1010", "1079"))
        .group_by(Posting.account, Posting.effective_on)
        .order_by(Posting.account, Posting.effective_on)
    )
    moved = [(code, int(cents)) for code, _on, cents in session.execute(query)]
    for code, days in groupby(moved, key=itemgetter(0)):
        assert min(accumulate(cents for _code, cents in days)) >= 0, code
    assert len({code for code, _cents in moved}) == 4
