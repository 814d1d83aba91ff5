"""Whatever is said of a pledge, paid on it and taken back, nothing is left over."""

from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.balances import cutoff
from ledger.errors import InputErrors
from ledger.pledge_status import pledges
from ledger.pledges import (
    PaidPledgeError,
)
from tests.books import LAST_DAY, MONDAYS, Books
from tests.documents import booked, proposed
from tests.pledges import ZERO, paid, rates_move, still_open, sums

CENTS = st.integers(1, 10**9)
DAYS = [day + timedelta(days=2) for day in MONDAYS[5::20]]


@st.composite
def version(draw: st.DrawFn) -> dict[str, str]:
    """Draw a version of a pledge: of any level, amount and instalments."""
    months = draw(st.lists(st.integers(1, 9), min_size=1, max_size=4, unique=True))
    parts = [(month, Decimal(draw(CENTS)).scaleb(-2)) for month in sorted(months)]
    level = draw(st.sampled_from(["announced", "committed", "conditional"]))
    written = "; ".join(f"2019-0{month}-01 {amount}" for month, amount in parts)
    return {
        "level": level,
        "conditions": "Something" if level == "conditional" else "",
        "amount": str(max(sum((amount for _, amount in parts), ZERO), Decimal(1))),
        "instalments": written if draw(st.booleans()) else "",
    }


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    currency=st.sampled_from(["EUR", "PLN"]),
    drawn=st.lists(st.tuples(version(), st.integers(0, 100)), min_size=1, max_size=4),
    per_euro=st.lists(st.sampled_from(["3.9", "4.3217", "5"]), min_size=5, max_size=5),
)
def test_whatever_was_said_ends_at_zero(
    session: Session,
    books: Books,
    currency: str,
    drawn: list[tuple[dict[str, str], int]],
    per_euro: list[str],
) -> None:
    """After any versions, payments and a lapse every item is zero, and so are both memoranda."""
    with session.begin_nested() as undone:
        for on, rate_then in zip(DAYS, per_euro, strict=False):
            rates_move(session, rate_then, on=on.isoformat())
        for on, (fields, percent) in zip(DAYS, drawn, strict=False):
            said = fields | {"currency": currency, "effective_on": on.isoformat()}
            before = pledges(session, cutoff(session, LAST_DAY))
            if sum_is_off(said):
                with pytest.raises(InputErrors):
                    proposed(session, books, "pledge", **said)
                continue
            if before and before[0].received > Decimal(fields["amount"]):
                with pytest.raises(PaidPledgeError):
                    proposed(session, books, "pledge", **said)
                continue
            booked(session, books, "pledge", **said)
            [found] = pledges(session, cutoff(session, LAST_DAY))
            assert found.outstanding + found.received == Decimal(said["amount"])
            assert sum((part.open for part in found.instalments), ZERO) == found.outstanding
            part = (found.outstanding * percent / 100).quantize(Decimal("0.01"), ROUND_DOWN)
            # Money of less than half a cent in euro is refused as worthless before it comes here.
            if part > Decimal("0.02"):
                paid(session, books, str(part), on=(on + timedelta(days=1)).isoformat())
        for found in pledges(session, cutoff(session, LAST_DAY)):
            if found.outstanding:
                booked(session, books, "lapse", lapsed_on="2018-12-03")
            if found.waiting:
                booked(session, books, "condition", met_on="2018-12-03")
        assert still_open(session) == {}
        for accounts in (("9110", "9190"), ("9210", "9290"), ("1120",), ("9110",), ("9210",)):
            assert sums(session, *accounts) == {ZERO}
        undone.rollback()


def sum_is_off(said: dict[str, str]) -> bool:
    """Whether a drawn pledge is of so few cents that its instalments cannot add up to it."""
    total = sum((Decimal(part.split()[1]) for part in said["instalments"].split(";") if part), ZERO)
    return bool(said["instalments"]) and total != Decimal(said["amount"])
