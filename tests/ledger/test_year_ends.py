"""Year-ends: revenue and expenses of a year pass into the accumulated surplus (books.md row 21)."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.balances import Selection, balances, cutoff
from ledger.entries import Posting
from ledger.errors import FutureEntryError
from ledger.journal import NewEntry, NewPosting, post
from ledger.pools import due_pools
from ledger.vocabulary import Purpose
from ledger.year_ends import CLOSED, NothingToCloseError, YearEndDayError, open_years
from tests.books import LAST_DAY, NOW, Books, entry, line
from tests.documents import booked, proposed


def open_balances(session: Session, until: str) -> list[tuple[object, ...]]:
    """List what stands on revenue and expense accounts, in either currency."""
    found = balances(
        session,
        cutoff(session, date.fromisoformat(until)),
        *(Posting.account, Posting.state_code, Posting.currency),
        where=Selection(accounts=CLOSED),
    )
    return [(*each.key, each.amount, each.euro) for each in found if each.amount or each.euro]


def busy(session: Session, books: Books) -> None:
    """Post a year of gifts, costs, dues and a realised exchange difference."""
    booked(session, books, "scale")
    booked(session, books, amount="400.00")
    booked(session, books, currency="CZK", amount="2600.00")
    booked(session, books, form="goods", currency="HUF", amount="31000.00", state="SK")
    booked(session, books, "assessment", amount="100.00")
    booked(session, books, "cost", amount="30.00")
    booked(session, books, "cost", incurred_on="2018-01-02", amount="5.00")
    loss = NewPosting(account="5110", amount=Decimal(0), euro=Decimal("1.50"), currency="CZK")
    bank = NewPosting(account="1012", amount=Decimal(0), euro=Decimal("-1.50"), currency="CZK")
    post(session, entry("difference", loss, bank), **books.hands, now=NOW)
    in_euro = NewPosting(account="5110", amount=Decimal(0), euro=Decimal("0.25"))
    cleared = NewPosting(account="1090", amount=Decimal(0), euro=Decimal("-0.25"))
    post(session, entry("cleared", in_euro, cleared), **books.hands, now=NOW)
    paid = (line("5110", "2.00"), line("1010", "-2.00"))
    post(session, entry("fee", *paid), **books.hands, now=NOW)


def test_close(session: Session, books: Books) -> None:
    """Every balance is closed at its mirror, by account, state and currency; a difference too."""
    busy(session, books)
    assert proposed(session, books, "year_end") == (
        "4010 CZ 25.00 EUR 25.00\n"
        "4010 HU 25.00 EUR 25.00\n"
        "4010 PL 25.00 EUR 25.00\n"
        "4010 SK 25.00 EUR 25.00\n"
        "4020 PL 500.00 EUR 500.00\n"
        "4030 SK 31,000.00 HUF 100.00\n"
        "5020 -- -30.00 EUR -30.00\n"
        "5110 -- 0.00 CZK -1.50\n"
        "5110 -- -2.00 EUR -2.00\n"
        "5110 -- 0.00 EUR -0.25\n"
        "3010 -- 0.00 CZK 1.50\n"
        "3010 -- -568.00 EUR -568.00\n"
        "3010 -- 0.00 EUR 0.25\n"
        "3010 -- -31,000.00 HUF -100.00"
    )


def test_all_is_closed(session: Session, books: Books) -> None:
    """After it every account of revenue and expense is zero for the year, in both currencies."""
    busy(session, books)
    [posted] = booked(session, books, "year_end")
    assert open_balances(session, "2017-12-31") == []
    assert open_years(session) == [2018]
    assert open_balances(session, "2018-12-31") == [
        ("5020", None, "EUR", Decimal("5.00"), Decimal("5.00"))
    ]
    closing = sa.select(Posting.effective_on, Posting.purpose, Posting.form)
    assert {
        tuple(row) for row in session.execute(closing.where(Posting.entry == posted.number))
    } == {(LAST_DAY.replace(year=2017), None, None)}


def test_nothing_to_close(session: Session, books: Books) -> None:
    """A year without revenue or expense, or closed already, has nothing to close."""
    with pytest.raises(NothingToCloseError):
        proposed(session, books, "year_end")
    busy(session, books)
    booked(session, books, "year_end")
    with pytest.raises(NothingToCloseError, match="accounts of 2017"):
        proposed(session, books, "year_end", description="Again")


def test_late_entry_is_closed_by_a_second(session: Session, books: Books) -> None:
    """What comes late into a closed year is closed by itself."""
    busy(session, books)
    booked(session, books, "year_end")
    booked(session, books, "cost", amount="7.00", incurred_on="2017-12-31")
    assert proposed(session, books, "year_end", description="Late") == (
        "5020 -- -7.00 EUR -7.00\n3010 -- 7.00 EUR 7.00"
    )


def test_reversal(session: Session, books: Books) -> None:
    """A close is undone like any entry, and may then be made again."""
    busy(session, books)
    before = open_balances(session, "2017-12-31")
    [posted] = booked(session, books, "year_end")
    undo = {"number": posted.number, "effective_on": "2017-12-31", "reason": "Too early"}
    booked(session, books, "reversal", **undo)
    assert open_balances(session, "2017-12-31") == before
    booked(session, books, "year_end", description="Again")
    assert open_balances(session, "2017-12-31") == []


@pytest.mark.parametrize("on", ["2018-01-01", "2018-12-31"])
def test_reversal_on_another_day(session: Session, books: Books, on: str) -> None:
    """A close is undone on its own day: the costs of a year never stand in another one."""
    busy(session, books)
    [posted] = booked(session, books, "year_end")
    undo = {"number": posted.number, "effective_on": on, "reason": "Too early"}
    with pytest.raises(YearEndDayError, match="reverse it as of 2017-12-31"):
        proposed(session, books, "reversal", **undo)


def test_year_to_come(session: Session, books: Books) -> None:
    """No year is closed before its last day."""
    booked(session, books, value_on="2026-11-20")
    with pytest.raises(FutureEntryError):
        booked(session, books, "year_end", year="2026")


def costs_to_share(session: Session) -> list[Decimal]:
    """List the cost of each pool of operations."""
    pools = due_pools(session, Purpose.OPERATIONS, cutoff(session, LAST_DAY))
    return [pool.cost for pool in pools]


def test_pools_do_not_see_it(session: Session, books: Books) -> None:
    """The cost to be shared is the same before and after the close."""
    busy(session, books)
    before = [
        pool.cost for pool in due_pools(session, Purpose.OPERATIONS, cutoff(session, LAST_DAY))
    ]
    booked(session, books, "year_end")
    after = [
        pool.cost for pool in due_pools(session, Purpose.OPERATIONS, cutoff(session, LAST_DAY))
    ]
    assert before == after == [Decimal("130.00"), Decimal("5.00")]


AMOUNTS = st.integers(-500_00, 500_00)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["4020", "4110", "5010", "5110"]),
            st.sampled_from(["PL", "CZ"]),
            st.sampled_from(["EUR", "CZK"]),
            AMOUNTS,
            AMOUNTS,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_close_is_whole(
    session: Session, books: Books, said: list[tuple[str, str, str, int, int]]
) -> None:
    """Whatever was posted, after the close nothing is left, and the surplus is the result."""
    with session.begin_nested() as attempt:
        expected = Decimal(0)
        for number, (code, state, currency, amount, worth) in enumerate(said):
            money = Decimal(amount) / 100
            euro = (
                (money if amount else Decimal(worth) / 100)
                if currency == "EUR"
                else Decimal(worth) / 100
            )
            if not (money or euro):
                continue
            expected += euro
            lines = tuple(
                NewPosting(
                    account=each,
                    amount=sign * money,
                    euro=sign * euro,
                    currency=currency,
                    state=state,
                )
                for each, sign in ((code, 1), ("1090", -1))
            )
            made: NewEntry = entry(f"law {number}", *lines)
            post(session, made, **books.hands, now=NOW)
        if open_balances(session, "2017-12-31"):
            booked(session, books, "year_end")
        assert open_balances(session, "2017-12-31") == []
        [surplus] = balances(
            session, cutoff(session, LAST_DAY), where=Selection(accounts=("3010",))
        )
        assert surplus.euro == expected
        attempt.rollback()
