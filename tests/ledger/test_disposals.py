"""Equipment and stock after they came: written down, sold, given away (books.md row 22)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.approvals import proposal
from ledger.assets import EarlyForAssetError, NotAnAssetError, UsedAssetError, asset
from ledger.balances import cutoff
from ledger.depreciations import OverdepreciatedError
from ledger.disposals import OverdisposedError
from ledger.equity import equity_balances
from tests.books import LAST_DAY, Books
from tests.documents import booked, made, proposed

SOLD = {"currency": "EUR", "proceeds": "950.00"}


@pytest.fixture
def vehicles(session: Session, books: Books) -> Books:
    """Books in which Hungary delivered equipment worth 900.00, as entry 1."""
    for kind in ("offer", "valuation", "acceptance", "delivery"):
        booked(session, books, kind)
    return books


def test_sold_with_a_gain(session: Session, vehicles: Books) -> None:
    """Row 22: the bank and the depreciation against the cost, and the rest is gained."""
    booked(session, vehicles, "depreciation")
    assert proposed(session, vehicles, "disposal", **SOLD) == (
        "1010 HU 950.00 EUR 950.00\n"
        "1390 HU 90.00 EUR 90.00\n"
        "1310 HU -900.00 EUR -900.00\n"
        "5160 HU -140.00 EUR -140.00"
    )


def test_sold_with_a_loss_in_another_currency(session: Session, vehicles: Books) -> None:
    """Foreign proceeds cross into euro through exchange clearing, at the rate of the day."""
    fields = {"currency": "HUF", "proceeds": "31000.00"}
    assert proposed(session, vehicles, "disposal", **fields) == (
        "1013 HU 31,000.00 HUF 100.00\n"
        "1310 HU -900.00 EUR -900.00\n"
        "5160 HU 800.00 EUR 800.00\n"
        "1090 HU 100.00 EUR 100.00\n"
        "1090 HU -31,000.00 HUF -100.00"
    )


def test_without_gain_or_proceeds(session: Session, vehicles: Books) -> None:
    """What is sold at its value gains nothing; what is lost is a loss of all that it stood at."""
    assert proposed(session, vehicles, "disposal", currency="EUR", proceeds="900.00") == (
        "1010 HU 900.00 EUR 900.00\n1310 HU -900.00 EUR -900.00"
    )
    assert proposed(session, vehicles, "disposal") == (
        "1310 HU -900.00 EUR -900.00\n5160 HU 900.00 EUR 900.00"
    )


def test_parts_take_their_depreciation(session: Session, vehicles: Books) -> None:
    """A part takes its part of the depreciation, the last part all that is left of both."""
    booked(session, vehicles, "depreciation", amount="100.00")
    third = {"amount": "300.00", "voucher": "a"}
    assert proposed(session, vehicles, "disposal", **third) == (
        "1390 HU 33.33 EUR 33.33\n1310 HU -300.00 EUR -300.00\n5160 HU 266.67 EUR 266.67"
    )
    booked(session, vehicles, "disposal", **third)
    booked(session, vehicles, "disposal", **third | {"voucher": "b"})
    with pytest.raises(OverdisposedError, match=r"EUR 300\.00 is still there at cost"):
        proposed(session, vehicles, "disposal", amount="300.01")
    assert proposed(session, vehicles, "disposal") == (
        "1390 HU 33.33 EUR 33.33\n1310 HU -300.00 EUR -300.00\n5160 HU 266.67 EUR 266.67"
    )
    [last] = booked(session, vehicles, "disposal")
    with pytest.raises(OverdisposedError):
        proposed(session, vehicles, "disposal", voucher="again")
    undo = {"number": last.number, "effective_on": "2018-04-01", "reason": "Not sold"}
    booked(session, vehicles, "reversal", **undo)
    assert proposed(session, vehicles, "disposal", voucher="again").startswith("1390 HU 33.33")


def test_depreciation(session: Session, vehicles: Books) -> None:
    """Equipment is written down as far as it cost, and not a cent more."""
    assert proposed(session, vehicles, "depreciation") == (
        "5040 HU 90.00 EUR 90.00\n1390 HU -90.00 EUR -90.00"
    )
    booked(session, vehicles, "depreciation")
    later = {"until_on": "2018-12-31"}
    with pytest.raises(OverdepreciatedError, match=r"stands at EUR 810\.00, less than EUR 810\.01"):
        proposed(session, vehicles, "depreciation", **later, amount="810.01")
    assert proposed(session, vehicles, "depreciation", **later, amount="810.00")
    booked(session, vehicles, "disposal", amount="450.00")
    with pytest.raises(OverdepreciatedError, match=r"stands at EUR 405\.00"):
        proposed(session, vehicles, "depreciation", **later, amount="405.01")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("disposal", {"number": "2"}),
        ("disposal", {"number": "99"}),
        ("depreciation", {"number": "2"}),
    ],
)
def test_what_is_no_asset(
    session: Session, vehicles: Books, kind: str, fields: dict[str, Any]
) -> None:
    """Cash is no equipment, and neither is an entry that is not there."""
    booked(session, vehicles)
    with pytest.raises(NotAnAssetError, match="brought no equipment or stock that stands"):
        proposed(session, vehicles, kind, **fields)


def test_stock_is_not_written_down(session: Session, books: Books) -> None:
    """Stock is disposed of, and wears not."""
    booked(session, books, form="goods", treatment="inventory")
    with pytest.raises(NotAnAssetError):
        proposed(session, books, "depreciation", amount="1.00")
    assert proposed(session, books, "disposal") == (
        "1210 PL -100.00 EUR -100.00\n5160 PL 100.00 EUR 100.00"
    )


@pytest.mark.parametrize(
    ("kind", "on"), [("disposal", "disposed_on"), ("depreciation", "until_on")]
)
def test_order_of_days(session: Session, vehicles: Books, kind: str, on: str) -> None:
    """Nothing happens to an asset before it came, or before what happened to it last."""
    with pytest.raises(EarlyForAssetError, match="on 2017-03-01"):
        proposed(session, vehicles, kind, **{on: "2017-02-28"})
    booked(session, vehicles, "depreciation")
    with pytest.raises(EarlyForAssetError, match="on 2017-12-31"):
        proposed(session, vehicles, kind, **{on: "2017-12-30"})


def test_reversals_go_backwards(session: Session, vehicles: Books) -> None:
    """What an asset rests on is not reversed while later entries stand."""
    [worn] = booked(session, vehicles, "depreciation")
    [gone] = booked(session, vehicles, "disposal")
    undo = {"effective_on": "2018-04-01", "reason": "Mistake"}
    for number in (1, worn.number):
        with pytest.raises(UsedAssetError, match=f"Entry {gone.number} rests on entry {number}"):
            proposed(session, vehicles, "reversal", number=number, **undo)
    for number in (gone.number, worn.number, 1):
        booked(session, vehicles, "reversal", number=number, **undo)
    with pytest.raises(NotAnAssetError):
        proposed(session, vehicles, "disposal", disposed_on="2018-05-01")


@pytest.mark.parametrize("own", [True, False])
def test_no_equity_balance_moves(session: Session, books: Books, own: bool) -> None:  # noqa: FBT001 - a case of the table
    """A sale is no second contribution, and no cost less to share, of what was bought either."""
    booked(session, books, "scale")
    bought = {"treatment": "equipment", "amount": "900.00"}
    if own:
        booked(session, books, "cost", **bought)
    else:
        booked(session, books, **bought, form="goods", state="HU")
    booked(session, books, "allocation")
    before = equity_balances(session, cutoff(session, LAST_DAY))
    booked(session, books, "depreciation")
    booked(session, books, "disposal", **SOLD)
    booked(session, books, "cost", incurred_on="2018-04-03", amount="4.00")
    booked(session, books, "allocation", until_on="2018-12-31", description="Costs of 2018")
    after = equity_balances(session, cutoff(session, LAST_DAY))
    changes = {a.balance - b.balance for a, b in zip(after, before, strict=True)}
    assert changes == {Decimal("-1.00")}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cents=st.integers(min_value=1, max_value=90000))
def test_every_part_balances(session: Session, vehicles: Books, cents: int) -> None:
    """Whatever part is disposed of, the entry balances and leaves no cent below zero."""
    found = asset(session, 1, on=LAST_DAY)
    if not found.worn:
        booked(session, vehicles, "depreciation", amount="333.33")
    part = Decimal(cents) / 100
    [entry] = proposal(session, made(session, vehicles, "disposal", amount=str(part))).entries
    assert sum(each.euro for each in entry.postings) == 0
    worn = sum(each.euro for each in entry.postings if each.account == "1390")
    assert 0 <= worn <= min(part, Decimal("333.33"))
