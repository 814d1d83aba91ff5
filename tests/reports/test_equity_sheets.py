"""The sheets of the equity statement: pools, fairness, settlement, calls and years."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.balances import Cutoff, cutoff
from ledger.equity import EquityBalance
from ledger.i18n import translation
from ledger.vocabulary import Purpose
from reports import equity_statement
from reports.breakdowns import by_year
from reports.calls import calls
from reports.equity_statement import EquityStatement
from reports.fairness_sheet import fairness, fairness_sheet, measured
from reports.settlement_sheet import settlement_sheet
from reports.shared_pools import decided_pools
from reports.sheet import Paragraph, Sheet, Table, known
from reports.state_statement import state_statement
from reports.workbook import workbook
from tests.books import Books
from tests.documents import booked
from tests.reports.conftest import Report
from tests.reports.recalculation import values

STATES = ("CZ", "HU", "PL", "SK")
euro = st.integers(-5_000_000, 100_000_000).map(lambda cents: Decimal(cents).scaleb(-2))
_ = translation("en").gettext


def equity(reports: Mapping[str, Report]) -> EquityStatement:
    """Give the equity statement of two years."""
    report = reports["equity"]
    assert isinstance(report, EquityStatement)
    return report


def position(state: str, given: Decimal, due: Decimal) -> EquityBalance:
    """Make the position of a state that gave cash and was charged."""
    operations = Purpose.OPERATIONS
    return EquityBalance(state, cash={operations: given}, fair_share={operations: due})


def table(sheet: Sheet, name: str) -> Table:
    """Find a table of a sheet."""
    return next(each for each in sheet.blocks if isinstance(each, Table) and each.name == name)


def paragraphs(sheet: Sheet) -> list[str]:
    """List the running texts of a sheet."""
    return [each.text for each in sheet.blocks if isinstance(each, Paragraph)]


def column(of: Table, key: str) -> dict[str, Any]:
    """Give the values of a column by state."""
    return {str(row[0]): known(row[of.position(key)]) for row in of.rows}


def shown(session: Session, at: Cutoff) -> dict[str, dict[str, object]]:
    """Write the equity statement out and read its cells."""
    report = equity_statement.equity_statement(session, cutoff=at)
    return values(workbook(equity_statement.book(report, "en")))


@given(st.lists(st.tuples(euro, euro.map(abs)), min_size=4, max_size=4))
def test_balances_against_the_fair_part_add_up_to_zero(sums: list[tuple[Decimal, Decimal]]) -> None:
    """Whatever was given and shared, what some gave too much others gave too little."""
    states = [position(state, *each) for state, each in zip(STATES, sums, strict=True)]
    found = fairness(states, ())
    if found is None:
        assert sum(due for _given, due in sums) == 0
        return
    of = table(fairness_sheet(found, "en", _), "tblFairness")
    assert of.sum("balance") == 0
    assert of.sum("fair") == sum(each for each, _due in sums)
    assert max(map(abs, column(of, "cent").values())) <= Decimal("0.02")


def test_everybody_bears_the_fair_share() -> None:
    """All measures are zero when everybody gave in proportion to what was shared."""
    states = [position(state, Decimal("30.00"), Decimal("20.00")) for state in STATES]
    found = fairness(states, ())
    assert found is not None
    metrics = found.metrics
    assert {metrics.hoover, metrics.rms, metrics.gini, metrics.theil} == {0}


def test_nothing_to_measure_against(session: Session, books: Books) -> None:
    """Before a cost is shared, and where a share is below zero, the sheet says so."""
    assert fairness([position("PL", Decimal("1.00"), Decimal("0.00"))], ()) is None
    below = [position("PL", Decimal(1), Decimal(3)), position("CZ", Decimal(1), Decimal(-1))]
    assert fairness(below, ()) is None
    booked(session, books)
    held = shown(session, cutoff(session, date(2018, 12, 31)))
    assert any("Nothing is shared yet" in str(value) for value in held["Fairness"].values())


def test_heads_and_output_are_those_of_the_newest_scale_that_has_both(
    reports: Mapping[str, Report],
) -> None:
    """The newest scale looks at income alone, so the one before it tells how many people."""
    population, output = measured(equity(reports).positions.pools)
    assert population is not None
    assert output is not None
    assert (population.named, output.named) == ("2017 · eurostat-2020-10 vintage",) * 2
    assert population.values["AT"] == 8772865
    assert measured(equity(reports).positions.pools[:1]) == (None, None)


def test_pools_name_their_decisions(session: Session, books: Books) -> None:
    """Each pool says by which decision of the states it was shared."""
    booked(session, books, "scale", voucher="D/2016/9")
    booked(session, books, "cost")
    booked(session, books, "allocation")
    [pool] = decided_pools(session, cutoff(session, date(2017, 12, 31)))
    assert (pool.voucher, pool.scale.number, pool.is_all_charged) == ("D/2016/9", 1, True)


def test_a_settlement_is_proposed_in_the_money_of_both(reports: Mapping[str, Report]) -> None:
    """Each transfer stands in euro and in both currencies, with rate, day and source."""
    sheet = settlement_sheet(equity(reports).settlement, "en", _)
    transfers = table(sheet, "tblTransfers")
    first = {
        each.key: known(cell)
        for each, cell in zip(transfers.columns, transfers.rows[0], strict=True)
    }
    assert (first["payer"], first["receiver"]) == ("HU", "PL")
    assert (first["paid_currency"], first["received_currency"]) == ("HUF", "PLN")
    assert (first["euro"], first["paid"]) == (Decimal("165849.09"), Decimal("51413217.90"))
    assert first["received_quoted"] == "2018-12-24 · ECB"
    assert "Transfers: 4, the fewest possible." in paragraphs(sheet)
    states = table(sheet, "tblSettled")
    assert states.sum("received") == 0
    assert states.sum("after") == states.sum("equity")


def test_where_nothing_can_be_proposed_the_sheet_says_why(session: Session, books: Books) -> None:
    """No debtor, no rate, or a settlement of a later day: one paragraph tells which it is."""
    day = date(2017, 12, 31)
    assert "nothing to settle" in str(shown(session, cutoff(session, day))["Settlement"])
    booked(session, books, "scale")
    booked(session, books, amount="100.00")
    booked(session, books, "cost", amount="80.00")
    booked(session, books, "allocation")
    assert "Transfers: 3" in str(shown(session, cutoff(session, day))["Settlement"])
    unrated = cutoff(session, date(2019, 6, 30))
    assert "no rate of the day" in str(shown(session, unrated)["Settlement"])
    booked(session, books, "settlement")
    later = cutoff(session, day)
    assert "entry 4 settled balances of a later day" in str(shown(session, later)["Settlement"])


def test_calls_are_what_was_asked_and_paid(session: Session, books: Books) -> None:
    """An assessment is asked, a payment on it paid; a reversal undoes what it reverses."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="400.00")
    [paid] = booked(session, books, against="assessment", amount="30.00", state="CZ")
    [other] = booked(session, books, against="assessment", amount="20.00", state="SK")
    reversal = {"number": other.number, "effective_on": "2017-04-01", "reason": "typed wrong"}
    booked(session, books, "reversal", **reversal)
    found = {each.state: each for each in calls(session, cutoff(session, date(2017, 12, 31)))}
    assert paid.number < other.number
    assert [found[state].paid for state in STATES] == [30, 0, 0, 0]
    assert {each.asked for each in found.values()} == {100}
    assert sum(each.open for each in found.values()) == 370


def test_what_was_paid_early_is_owed_to_the_state(session: Session, books: Books) -> None:
    """Calls and both statements count an advance among what is open, in the state's favour."""
    booked(session, books, "scale")
    booked(session, books, "assessment", amount="400.00")
    booked(session, books, "receipt", amount="30.00")
    early = {"to": "advance", "purpose": "operations", "activity": "information"}
    booked(session, books, "application", **early)
    at = cutoff(session, date(2017, 12, 31))
    [poland] = [each for each in calls(session, at) if each.state == "PL"]
    found = (poland.paid, poland.outstanding, poland.owed, poland.open)
    assert list(map(int, found)) == [0, 100, 30, 70]
    assert state_statement(session, "PL", cutoff=at).open == 70
    assert equity_statement.equity_statement(session, cutoff=at).open_items == 370


def test_years_add_up_to_what_there_is(session: Session, books: Books) -> None:
    """What was contributed and shared year by year is what was contributed and shared in all."""
    booked(session, books, "scale")
    booked(session, books, amount="100.00")
    booked(session, books, amount="50.00", value_on="2018-02-01")
    booked(session, books, "cost", amount="80.00")
    booked(session, books, "cost", amount="8.00", incurred_on="2018-03-01")
    booked(session, books, "allocation", until_on="2018-12-31")
    years = by_year(session, cutoff(session, date(2018, 12, 31)))
    assert [each.year for each in years] == [2017, 2018]
    assert [each.given for each in years] == [Decimal("100.00"), Decimal("50.00")]
    assert [each.shared for each in years] == [Decimal("80.00"), Decimal("8.00")]
