"""`mcrm demo`: make the sample books, write their statements, and say what is real in them."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from rich.progress import Progress

import migrations
from api.demo import LAST_DAY, PASSWORD, make_books, public_record
from api.equity_table import show_equity
from api.terminal import out, refuse, translated
from ledger.balances import Cutoff, cutoff
from ledger.db import open_engine, reading, writing
from ledger.i18n import N_
from ledger.states import FOUNDERS
from reports.statements import Statement, Wanted, issue

MARK = "ABOUT-THIS-DEMO.txt"

ABOUT = N_(
    "Real: the exchange rates (European Central Bank), population and gross domestic product "
    "(Eurostat, vintage eurostat-2020-10), the equal shares of set-up and the four pledges for "
    "Libya of December 2017. Illustrative: every other amount, name and voucher."
)
LISTED = N_(
    "The four pledges stand in the memorandum book and count in no total; the rest of the public "
    "record is listed only, since it was paid elsewhere or no date was published."
)
MADE_ANEW = N_("`mcrm demo` makes this folder anew: what was posted here since is gone then.")
USERS = N_("Sign in as officer, coordinator or auditor; the password of each is %(password)s")
STEPS = 80


def run(into: Path) -> None:
    """Make the demo in a folder; one that holds books other than a demo is left alone."""
    database = into / "mcrm.db"
    if database.exists() and not (into / MARK).exists():
        refuse(translated(N_("%(file)s holds books already: name another folder."), file=database))
    _clear(into)
    engine = open_engine(f"sqlite:///{database}")
    with Progress(transient=True) as progress:
        task = progress.add_task(translated(N_("Two years of books")), total=STEPS)
        migrations.upgrade(engine)
        with writing(engine) as session:
            make_books(
                session,
                progress=lambda step: progress.update(task, advance=1, description=step),
            )
        with reading(engine) as session:
            at = cutoff(session, LAST_DAY)
            for wanted in _statements():
                progress.update(task, advance=1, description=wanted.statement)
                issued = issue(session, wanted, at=at)
                (into / "statements" / issued.filename).write_bytes(issued.body)
    with reading(engine) as session:
        _tell_record()
        show_equity(session, at)
    about = (ABOUT, MADE_ANEW, USERS)
    words = "\n\n".join(translated(each, password=PASSWORD) for each in about)
    (into / MARK).write_text(words + "\n", "utf-8")
    _tell(into, at)
    engine.dispose()


def _clear(into: Path) -> None:
    (into / "statements").mkdir(parents=True, exist_ok=True)
    for old in (*into.glob("mcrm.db*"), *into.glob("statements/*.xlsx")):
        old.unlink()


def _statements() -> Iterator[Wanted]:
    yield Wanted(Statement.EQUITY)
    yield Wanted(Statement.TRIAL_BALANCE)
    yield Wanted(Statement.EXCHANGE)
    for state in FOUNDERS:
        yield Wanted(Statement.STATE, state=state)
    yield Wanted(Statement.STATE, state="PL", language="pl")


def _tell_record() -> None:
    out.print(translated(N_("The public record")), style="italic")
    for (described, source), figures in groupby(
        public_record(), key=lambda each: (each.description, each.source)
    ):
        out.print(f"  {described}", markup=False)
        for each in figures:
            day = each.on or translated(N_("no date published"))
            out.print(f"    {each.state} {each.currency} {each.amount:,} ({day})", markup=False)
        out.print(f"    {source}", markup=False, style="dim")
    out.print(translated(LISTED))


def _tell(into: Path, at: Cutoff) -> None:
    out.print(translated(ABOUT))
    out.print(translated(N_("Written, %(count)s entries:"), count=at.known_number))
    for path in (into / "mcrm.db", *sorted((into / "statements").glob("*.xlsx"))):
        out.print(f"  {path}", markup=False)
    out.print(translated(N_("Try next:")))
    database = f"MCRM_DATABASE_URL=sqlite:///{into / 'mcrm.db'}"
    for command in ("mcrm verify", "mcrm serve"):
        out.print(f"  {database} {command}", markup=False)
    out.print("  " + translated(USERS, password=PASSWORD), markup=False)
