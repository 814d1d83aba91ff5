"""A year of four currencies, reckoned by hand: what rates gave and took, item by item.

The rates are round, so that every figure below can be followed with a pencil:

    day            PLN      CZK      HUF
    from January   4.25     26       310     (every Monday of the books)
    1 March        4.20
    14 June        4.20              312
    20 September            25.9
    29 December    4.17     25.5     308     (closing)
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.balances import cutoff
from ledger.db import reading, writing
from ledger.entries import Posting
from ledger.money import ZERO, from_cents
from ledger.rate_imports import import_rates
from ledger.revaluations import NothingToRevalueError
from ledger.verification import verify
from reports.exchange_statement import ExchangeStatement, exchange_statement
from reports.statements import Statement, Wanted, issue
from tests.books import NOW, Books
from tests.documents import booked, proposed
from tests.reports.recalculation import LibreOffice

RATES = b"""\
Date,PLN,CZK,HUF,
2017-12-29,4.17,25.5,308,
2017-09-20,N/A,25.9,N/A,
2017-06-14,4.20,N/A,312,
2017-03-01,4.20,N/A,N/A,
"""
END = date(2017, 12, 31)

# What is said of each: gain above zero, loss below. (realised, unrealised) in euro.
BY_HAND: Mapping[str, tuple[str, str]] = {
    # 420,000 pledged at 4.20 are 100,000.00; half came at 4.25, worth 49,411.76 and carried at
    # 50,000.00; the rest, carried at 50,000.00, is worth 210,000 / 4.17 = 50,359.71.
    "PLN pledge": ("-588.24", "359.71"),
    # 2,600,000 at 26 are 100,000.00; at 25.5 they are 101,960.78.
    "CZK pledge": ("0.00", "1960.78"),
    # 6,160,000 at 312 are 19,743.59 owed; at 308 they are 20,000.00.
    "HUF invoice": ("0.00", "-256.41"),
    # 3,120,000 at 312 are 10,000.00 owed and paid from forint carried at 310: 10,064.52.
    "HUF paid": ("-64.52", "0.00"),
    # 31,000,000 came at 310; 27,880,000 of them are left, carried at 89,935.48, worth 90,519.48.
    "HUF bank": ("0.00", "584.00"),
    # 100,000 of the 210,000 zloty carried at 49,411.76 are 23,529.41; the bank gave 23,600.00.
    "PLN sold": ("70.59", "0.00"),
    # The 110,000 that are left are carried at 25,882.35, and worth 26,378.90.
    "PLN bank": ("0.00", "496.55"),
    # 52,000 at 25.9 are 2,007.72; at 25.5 they are 2,039.22: in the bank, and owed to who sent it.
    "CZK bank": ("0.00", "31.50"),
    "CZK unapplied": ("0.00", "-31.50"),
    # 31,000,000 at 310 are 100,000.00, owed to who sent it; at 308 they are 100,649.35.
    "HUF unapplied": ("0.00", "-649.35"),
    # A lead state paid 255,000 at 26: 9,807.69; at 25.5 it is due 10,000.00.
    "CZK claim": ("0.00", "-192.31"),
}


# Kind, and what it says besides what an ordinary document of its kind says.
YEAR = """\
pledge pledge=PL-1 level=committed currency=PLN amount=420000.00 effective_on=2017-03-01
pledge pledge=CZ-1 level=committed currency=CZK amount=2600000.00 effective_on=2017-03-06 state=CZ
receipt receipt=P currency=PLN amount=210000.00 received_on=2017-04-03
application source=P pledge=PL-1 applied_on=2017-04-04
receipt receipt=H currency=HUF amount=31000000.00 received_on=2017-05-08 state=HU
cost currency=HUF amount=6160000.00 incurred_on=2017-06-14
cost currency=HUF amount=3120000.00 incurred_on=2017-06-14 paid_on=2017-06-16 voucher=T/2
conversion currency=PLN amount=100000.00 into_amount=23600.00 converted_on=2017-07-12
receipt receipt=C currency=CZK amount=52000.00 received_on=2017-09-20 state=CZ
prefinancing currency=CZK amount=255000.00 incurred_on=2017-10-02 completed_on=2017-10-31 state=CZ
receipt receipt=E amount=5000.00 received_on=2017-11-06 state=SK
revaluation revalued_on=2017-12-31
"""


def year(session: Session, books: Books) -> None:
    """Book a year of the four founders in euro, zloty, korunas and forint, and close it."""
    import_rates(session, RATES, filename="rates.csv", now=NOW)
    for line in YEAR.splitlines():
        kind, *said = line.split()
        fields = dict(each.split("=") for each in said)
        if kind == "prefinancing":
            fields["claimed_on"] = fields["completed_on"]
        booked(session, books, kind, **fields)


@pytest.fixture
def closed(engine: Engine, books: Books) -> Engine:
    """The books of the year, revalued at its end."""
    with writing(engine) as session:
        year(session, books)
    return engine


@pytest.fixture
def statement(closed: Engine) -> ExchangeStatement:
    """The exchange statement as of the end of the year."""
    with reading(closed) as session:
        return exchange_statement(session, cutoff=cutoff(session, END))


def test_every_currency_sums_to_zero(closed: Engine) -> None:
    """Each entry balances in each currency and in euro, and 1090 holds nothing in euro."""
    with reading(closed) as session:
        sums = sa.func.sum(Posting.amount), sa.func.sum(Posting.euro)
        by = (Posting.entry, Posting.currency, Posting.book)
        for *_, amount, _euro in session.execute(sa.select(*by, *sums).group_by(*by)):
            assert amount == 0
        for _, euro in session.execute(sa.select(Posting.entry, sums[1]).group_by(Posting.entry)):
            assert euro == 0
        clearing = sa.select(sums[1]).where(Posting.account == "1090")
        assert session.scalar(clearing.group_by(Posting.account)) == 0
        assert verify(session).well


def test_realised_and_unrealised_are_as_reckoned_by_hand(statement: ExchangeStatement) -> None:
    """Eleven items, each reckoned with a pencil, are those of the statement, to the cent."""
    by_hand = sorted(
        (what[:3], is_realised, Decimal(part))
        for what, both in BY_HAND.items()
        for is_realised, part in zip((True, False), both, strict=True)
        if Decimal(part)
    )
    found = [(each.currency, each.is_realised, each.gain) for each in statement.differences.rows]
    assert sorted(found) == by_hand


def test_differences_tie_to_the_accounts(closed: Engine, statement: ExchangeStatement) -> None:
    """All that was realised is on 5110, all that was not on 5120, and the statement says so."""
    realised, unrealised = (
        sum((Decimal(both[place]) for both in BY_HAND.values()), ZERO) for place in (0, 1)
    )
    assert (statement.realised, statement.unrealised) == (realised, unrealised)
    assert (realised, unrealised) == (Decimal("-582.17"), Decimal("2302.97"))
    assert statement.not_revalued == ZERO
    total = sa.select(sa.func.sum(Posting.euro))
    with reading(closed) as session:
        for code, gain in (("5110", realised), ("5120", unrealised)):
            posted = session.scalar(total.where(Posting.account == code))
            assert from_cents(int(posted or 0)) == -gain


def test_a_second_revaluation_has_nothing_to_post(closed: Engine, books: Books) -> None:
    """Run twice, it changes nothing: all stands at the closing rates."""
    with writing(closed) as session, pytest.raises(NothingToRevalueError):
        proposed(session, books, "revaluation", revalued_on="2017-12-31", voucher="again")


def test_the_workbook_says_that_all_is_well(closed: Engine, libreoffice: LibreOffice) -> None:
    """Reckoned anew by LibreOffice, every check of the workbook holds."""
    with reading(closed) as session:
        issued = issue(session, Wanted(Statement.EXCHANGE), at=cutoff(session, END))
    held = libreoffice.recalculated(issued.body)
    verdicts = [value for value in held["Checks"].values() if value in ("OK", "DIFFERENCE")]
    assert verdicts
    assert set(verdicts) == {"OK"}
