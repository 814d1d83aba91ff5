"""Allocation runs: whose cost it was, by the scale in force (books.md row 17)."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.allocation import SharedLaterError
from ledger.approvals import approve_all
from ledger.balances import Cutoff, cutoff
from ledger.db import writing
from ledger.documents import submit_all
from ledger.entries import JournalEntry
from ledger.equity import equity_balances
from ledger.errors import FutureEntryError, NothingToAllocateError
from ledger.journal import NewEntry, NewPosting, post_all
from ledger.money import ZERO, from_cents
from ledger.periods import Period, add_period, advance
from ledger.pools import EverybodyOptedOutError, shared_pools
from ledger.scales import NoScaleError, StaleScaleError, in_force
from ledger.vocabulary import Activity, Purpose
from tests.books import NOW, Books, line
from tests.documents import booked, made, proposed
from tests.intruder import unguarded

END = date(2026, 12, 31)
AUSTRIA = {"acceding_state": "AT", "joined_on": "2017-07-01"}


def shares(session: Session) -> dict[str, Decimal]:
    """Each state's fair share of all that was shared so far, in euro."""
    balances = equity_balances(session, cutoff(session, END))
    return {each.state: each.fair_share_total for each in balances}


@pytest.fixture
def equally(session: Session, books: Books) -> None:
    """Running costs are shared equally from the first day on."""
    booked(session, books, "scale")


@pytest.mark.usefixtures("equally")
def test_common_cost_is_own_cost_and_gifts_in_kind(session: Session, books: Books) -> None:
    """Own cost and the credit value of what was given in kind are shared; cash is not a cost."""
    booked(session, books, "cost", amount="60.00")
    booked(session, books, form="goods", amount="50.00", credit_value="40.00")
    booked(session, books, amount="1000.00")
    booked(session, books, "allocation")
    assert shares(session) == dict.fromkeys(("CZ", "HU", "PL", "SK"), Decimal("25.00"))


@pytest.mark.usefixtures("equally")
def test_equity_balances_sum_to_what_is_unspent(session: Session, books: Books) -> None:
    """All balances together are the contributions not yet turned into cost."""
    booked(session, books, "cost", amount="60.00")
    booked(session, books, amount="1000.00")
    booked(session, books, "allocation")
    balances = equity_balances(session, cutoff(session, END))
    assert sum((each.balance for each in balances), ZERO) == Decimal("940.00")
    assert [each.balance for each in balances if each.state == "PL"] == [Decimal("985.00")]


@pytest.mark.usefixtures("equally")
def test_second_run_adds_nothing(session: Session, books: Books) -> None:
    """When every cost is shared there is nothing left to share."""
    booked(session, books, "cost")
    booked(session, books, "allocation")
    with pytest.raises(NothingToAllocateError, match="operations up to 2017-12-31"):
        proposed(session, books, "allocation", description="again")


@pytest.mark.usefixtures("equally")
@pytest.mark.parametrize("until_on", ["2017-06-29", "2017-02-28", "2016-12-31"])
def test_a_run_never_looks_back(session: Session, books: Books, until_on: str) -> None:
    """Up to a day before the last run's nothing is shared: that run has shared it already."""
    booked(session, books, "cost", amount="100.00", incurred_on="2017-02-01")
    [run] = booked(session, books, "allocation", until_on="2017-06-30")
    with pytest.raises(SharedLaterError, match="operations are shared up to 2017-06-30"):
        proposed(session, books, "allocation", until_on=until_on)
    undo = {"number": run.number, "effective_on": "2017-07-03", "reason": "too early"}
    booked(session, books, "reversal", **undo)
    if until_on > "2017":
        booked(session, books, "allocation", until_on=until_on)
        assert set(shares(session).values()) == {Decimal("25.00")}


@pytest.mark.usefixtures("equally")
def test_runs_are_cumulative(session: Session, books: Books) -> None:
    """After any number of runs each state bears its share of the whole, to the cent."""
    for month in range(1, 13):
        booked(session, books, "cost", amount="0.10", incurred_on=f"2017-{month:02}-01")
        booked(session, books, "allocation", until_on=f"2017-{month:02}-28")
    assert shares(session) == dict.fromkeys(("CZ", "HU", "PL", "SK"), Decimal("0.30"))


@pytest.mark.usefixtures("equally")
def test_a_late_cost_is_shared_by_the_next_run(session: Session, books: Books) -> None:
    """A cost learned of later joins the year of its date, and only the difference is posted."""
    booked(session, books, "cost", amount="100.00")
    booked(session, books, "allocation")
    known = cutoff(session, END).known_number
    booked(session, books, "cost", amount="8.00", description="the late one")
    booked(session, books, "allocation", description="again")
    assert shares(session)["PL"] == Decimal("27.00")
    before = equity_balances(session, Cutoff(END, known))
    assert before[0].fair_share_total == Decimal("25.00")


@pytest.mark.usefixtures("equally")
def test_a_late_cost_moves_no_pool(session: Session, books: Books) -> None:
    """A cost of an earlier day joins the pool of its year, which stays one pool."""
    booked(session, books, "cost", incurred_on="2017-05-02")
    booked(session, books, "allocation", until_on="2017-06-30")
    booked(session, books, "cost", incurred_on="2017-02-01", description="the late one")
    booked(session, books, "allocation")
    [pool] = shared_pools(session, cutoff(session, END))
    assert (pool.segment.first, pool.segment.last) == (date(2017, 1, 1), date(2017, 12, 31))
    assert (pool.cost, pool.charged_total) == (Decimal("200.00"), Decimal("200.00"))


@pytest.mark.usefixtures("equally")
def test_pools_of_undone_runs_are_gone(session: Session, books: Books) -> None:
    """What a run charged and gave back is no pool; an earlier day still shows what it knew."""
    booked(session, books, "cost", incurred_on="2017-05-02")
    [run] = booked(session, books, "allocation", until_on="2017-06-30")
    undo = {"number": run.number, "effective_on": "2017-07-03", "reason": "the wrong scale"}
    booked(session, books, "reversal", **undo)
    booked(session, books, "scale", formula="pop-gdp-50-50", valid_from="2017-04-01")
    assert shared_pools(session, cutoff(session, END)) == []
    [before] = shared_pools(session, cutoff(session, date(2017, 7, 2)))
    assert before.segment.scale.number == 1
    booked(session, books, "allocation", description="again")
    [pool] = shared_pools(session, cutoff(session, END))
    assert (pool.segment.first, pool.segment.scale.number) == (date(2017, 4, 1), 2)


@pytest.mark.usefixtures("equally")
def test_a_reversed_cost_is_given_back(session: Session, books: Books) -> None:
    """When a cost is reversed the next run gives its shares back."""
    posted = booked(session, books, "cost", amount="100.00")
    booked(session, books, "allocation")
    reversal = {"number": posted[0].number, "effective_on": "2017-04-01", "reason": "twice"}
    booked(session, books, "reversal", **reversal)
    booked(session, books, "allocation", description="again")
    assert set(shares(session).values()) == {ZERO}


def given_back(session: Session, books: Books, *, closing: bool) -> date:
    """Reverse a cost in the year after it was shared and share again; give the day of that run."""
    booked(session, books, "scale")
    [cost] = booked(session, books, "cost", amount="1000.00", incurred_on="2017-02-01")
    booked(session, books, "allocation", until_on="2017-12-31")
    booked(session, books, "accession", joined_on="2018-01-01")
    booked(session, books, "scale", valid_from="2018-01-01", formula="pop-gdp-50-50")
    if closing:
        advance(session, date(2017, 12, 31), now=NOW)
    undo = {"number": cost.number, "effective_on": "2018-03-01", "reason": "not ours"}
    booked(session, books, "reversal", **undo)
    [run] = booked(session, books, "allocation", until_on="2018-12-31", description="again")
    assert set(shares(session).values()) == {ZERO}
    [pool] = shared_pools(session, cutoff(session, date(2018, 12, 31)))
    assert (pool.segment.last, pool.cost) == (date(2017, 12, 31), ZERO)
    assert set(pool.charged.values()) == {ZERO}
    with pytest.raises(NothingToAllocateError):
        proposed(session, books, "allocation", until_on="2018-12-31", description="once more")
    return session.get_one(JournalEntry, run.number).effective_on


def test_who_bore_a_cost_is_given_it_back(session: Session, books: Books) -> None:
    """A cost reversed in a later year frees those who bore it, by the shares that they bore."""
    assert given_back(session, books, closing=False) == date(2017, 12, 31)


def test_a_closed_year_is_corrected_in_the_next(books: Books) -> None:
    """What changes in a year that is closed is posted on the run's last day, to the same states."""
    with unguarded(books.engine) as connection:
        connection.execute(sa.update(Period).values(until_on=date(2017, 12, 31)))
    with writing(books.engine) as session:
        add_period(session, date(2018, 1, 1), date(2026, 12, 31), now=NOW)
        assert given_back(session, books, closing=True) == date(2018, 12, 31)


@pytest.mark.usefixtures("equally")
def test_a_reversed_run_is_as_if_it_had_never_been(session: Session, books: Books) -> None:
    """What a run charged is open again once it was undone, whatever the day of its reversal."""
    booked(session, books, "cost")
    [run] = booked(session, books, "allocation")
    reversal = {"number": run.number, "effective_on": "2018-02-15", "reason": "too early"}
    booked(session, books, "reversal", **reversal)
    booked(session, books, "allocation", description="again")
    assert set(shares(session).values()) == {Decimal("25.00")}


def test_purposes_are_pools_of_their_own(session: Session, books: Books) -> None:
    """Set-up may be shared equally while operations go by population and GDP."""
    booked(session, books, "scale", purpose="setup")
    booked(session, books, "scale", formula="pop-gdp-50-50")
    booked(session, books, "cost", amount="100.00", purpose="setup")
    booked(session, books, "cost", amount="100.00")
    booked(session, books, "allocation", purpose="setup")
    booked(session, books, "allocation")
    assert shares(session) == {
        "CZ": Decimal("44.35"),
        "HU": Decimal("39.95"),
        "PL": Decimal("81.39"),
        "SK": Decimal("34.31"),
    }


@pytest.mark.usefixtures("equally")
def test_what_is_for_one_state_is_borne_by_it(session: Session, books: Books) -> None:
    """A cost for a state's own use is charged to that state alone, beside its share of the rest."""
    booked(session, books, "cost", amount="100.00")
    booked(session, books, "cost", amount="7.77", borne_by="HU", description="for Hungary")
    booked(session, books, "allocation")
    assert shares(session)["HU"] == Decimal("32.77")
    assert shares(session)["CZ"] == Decimal("25.00")


@pytest.mark.usefixtures("equally")
def test_two_runs_in_one_list(session: Session, books: Books) -> None:
    """Of two runs approved in one list the second sees what the first has shared."""
    booked(session, books, "cost")
    runs = [made(session, books, "allocation", description=each) for each in ("one", "two")]
    submit_all(session, runs, by=books.office, now=NOW)
    with pytest.raises(NothingToAllocateError):
        approve_all(session, runs, by=books.coordinator, now=NOW)


def test_without_a_scale_nothing_is_shared(session: Session, books: Books) -> None:
    """Cost of a day on which no scale is in force waits for one: none is chosen for it."""
    booked(session, books, "cost")
    with pytest.raises(NoScaleError, match="operations is in force on 2017-03-01"):
        proposed(session, books, "allocation")
    booked(session, books, "scale", valid_from="2017-03-02")
    with pytest.raises(NoScaleError):
        proposed(session, books, "allocation")


def test_each_day_is_shared_by_the_scale_in_force(session: Session, books: Books) -> None:
    """A new scale shares the cost from its first day on, an entry for each pool."""
    booked(session, books, "scale")
    booked(session, books, "scale", formula="pop-gdp-50-50", valid_from="2017-07-01")
    booked(session, books, "cost", amount="100.00", incurred_on="2017-06-30")
    booked(session, books, "cost", amount="1000.00", incurred_on="2017-07-01")
    posted = booked(session, books, "allocation")
    assert [entry_day(session, each.number) for each in posted] == [
        date(2017, 6, 30),
        date(2017, 12, 31),
    ]
    assert shares(session)["PL"] == Decimal("25.00") + Decimal("563.86")


def entry_day(session: Session, number: int) -> date:
    """The day on which an entry took effect."""
    return session.get_one(JournalEntry, number).effective_on


def test_an_accession_leaves_the_past_unchanged(session: Session, books: Books) -> None:
    """A newcomer shares what accrues from its first day on, by a scale that was made for five."""
    booked(session, books, "scale", formula="pop-gdp-50-50")
    booked(session, books, "cost", amount="1000000.00", incurred_on="2017-03-01")
    booked(session, books, "allocation", until_on="2017-06-30")
    before = shares(session)
    booked(session, books, "accession", **AUSTRIA)
    booked(session, books, "cost", amount="1000000.00", incurred_on="2017-07-01")
    with pytest.raises(StaleScaleError, match="On 2017-07-01 AT, CZ, HU, PL, SK take part"):
        proposed(session, books, "allocation")
    booked(session, books, "scale", formula="pop-gdp-50-50", valid_from="2017-07-01")
    booked(session, books, "allocation")
    after = shares(session)
    by_five = in_force(session, Purpose.OPERATIONS, date(2017, 7, 1)).shares
    assert {state: round(Fraction(after[state] - before.get(state, ZERO))) for state in after} == {
        state: round(share * 1_000_000) for state, share in by_five.items()
    }
    assert sum(after.values()) == Decimal("2000000.00")
    pools = shared_pools(session, cutoff(session, END))
    assert [(pool.segment.first, pool.segment.last) for pool in pools] == [
        (date(2017, 1, 1), date(2017, 6, 30)),
        (date(2017, 7, 1), date(2017, 12, 31)),
    ]


@pytest.mark.usefixtures("equally")
def test_who_opted_out_bears_nothing_of_that_activity(session: Session, books: Books) -> None:
    """The others bear the cost of the activity in their proportions, from that day on."""
    booked(session, books, "cost", amount="100.00", incurred_on="2017-02-01")
    booked(session, books, "cost", amount="30.00", incurred_on="2017-05-02")
    booked(session, books, "cost", amount="4.00", incurred_on="2017-05-02", **THIRD_COUNTRIES)
    booked(session, books, "opt_out", **out("CZ"))
    booked(session, books, "allocation")
    assert shares(session) == {
        "CZ": Decimal("26.00"),
        "HU": Decimal("36.00"),
        "PL": Decimal("36.00"),
        "SK": Decimal("36.00"),
    }


THIRD_COUNTRIES = {"activity": "third_countries", "description": "liaison"}


def out(state: str) -> dict[str, Any]:
    """Opt a state out of information exchange from May 2017 on."""
    return {"state": state, "activity": "information", "from_on": "2017-05-01"}


@pytest.mark.usefixtures("equally")
def test_cost_that_nobody_shares_is_refused(session: Session, books: Books) -> None:
    """Cost of an activity that everybody opted out of is not spread in silence."""
    for state in ("CZ", "HU", "PL", "SK"):
        booked(session, books, "opt_out", **out(state))
    booked(session, books, "cost", amount="100.00", incurred_on="2017-06-01")
    with pytest.raises(
        EverybodyOptedOutError, match=r"from 2017-05-01 to 2017-12-31: .*EUR 100.00"
    ):
        proposed(session, books, "allocation")


def test_twenty_thousand_lines_drift_at_most_a_cent(session: Session, books: Books) -> None:
    """After 20,000 cost lines and four runs each state is within a cent of its exact share."""
    booked(session, books, "scale", formula="pop-gdp-50-50")
    chance = random.Random(2017)  # noqa: S311 - cost lines, not secrets
    total = ZERO
    for quarter, month in enumerate((3, 6, 9, 12)):
        cents = [chance.randint(-50_000, 100_000) or 1 for _ in range(5_000)]
        total += from_cents(sum(cents))
        entry = costs_entry(quarter, date(2017, month, 1), cents)
        post_all(session, [entry], **books.hands, now=NOW)
        booked(session, books, "allocation", until_on=f"2017-{month:02}-28")
    scale = in_force(session, Purpose.OPERATIONS, date(2017, 12, 31))
    charged = shares(session)
    assert sum(charged.values()) == total
    for state, share in scale.shares.items():
        assert abs(Fraction(charged[state]) - Fraction(total) * share) < Fraction(1, 100)


OF_INFORMATION: dict[str, Any] = {
    "purpose": Purpose.OPERATIONS,
    "activity": Activity.INFORMATION,
}


def spent(account: str, cents: int) -> NewPosting:
    """Make a posting of running costs."""
    return replace(line(account, str(from_cents(cents))), **OF_INFORMATION)


def costs_entry(number: int, on: date, cents: list[int]) -> NewEntry:
    """Make one entry of many lines of cost."""
    lines = [spent("5020", each) for each in cents]
    return NewEntry(
        effective_on=on,
        kind="cost",
        narration="Many invoices",
        postings=(*lines, spent("2010", -sum(cents))),
        idempotency_scope="test",
        idempotency_key=f"costs {number}",
    )


def test_what_has_not_happened_is_not_posted(session: Session, books: Books) -> None:
    """An event of a day to come waits for that day."""
    with pytest.raises(FutureEntryError, match="2026-12-24 is in the future"):
        booked(session, books, value_on="2026-12-24")
