"""The edges of rates, each under its number in the list of cases that the books must stand.

13 to 15, 23, 33 and 34 stand beside the rule that they try: in test_rates, test_rate_policies and
test_manual_rates; 16 in test_rate_calendars; 30 to 32 in test_revaluations.
"""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.currencies import CURRENCIES, WithdrawnCurrencyError
from ledger.entries import Posting
from ledger.errors import InputErrors, MissingRateError, StaleRateError
from ledger.journal import TooLargeError
from ledger.money import ZERO, apportion, round_half_up
from ledger.rate_imports import import_rates
from ledger.rates import Rate, converted, rate_on
from ledger.verification import verify
from tests.books import DAY, NOW, Books
from tests.documents import booked, proposed

FRIDAY = date(2026, 10, 30)


def rate(code: str, per_euro: str) -> Rate:
    """Make a rate of a Friday."""
    return Rate(code, Decimal(per_euro), FRIDAY, "ecb")


def test_a_rate_that_arrives_later_changes_nothing(session: Session, books: Books) -> None:
    """14: A rate imported after a posting is used by what is posted next, and by nothing before."""
    booked(session, books, "receipt", currency="PLN", amount="425.00")
    body = b"Date,PLN\n2017-03-01,5.0000\n2017-02-27,4.0000\n"
    import_rates(session, body, filename="late.csv", now=NOW)
    again = proposed(session, books, "receipt", receipt="2", currency="PLN", amount="425.00")
    assert again.startswith("1011 PL 425.00 PLN 85.00\n")
    stands = session.scalars(sa.select(Posting.euro).where(Posting.account == "1011")).all()
    assert stands == [100_00]
    assert verify(session).well


@pytest.mark.parametrize(
    ("on", "refusal"),
    [
        ("1999-01-01", MissingRateError),
        ("2016-12-31", MissingRateError),
        ("2018-12-31", None),
        ("2019-01-01", StaleRateError),
        ("2199-12-31", StaleRateError),
    ],
)
def test_days_outside_a_series_are_refused(
    session: Session, books: Books, on: str, refusal: type[Exception] | None
) -> None:
    """17: Before the first rate, and more than seven days after the last, there is none."""
    if refusal is None:
        assert rate_on(session, "PLN", date.fromisoformat(on)).on == date(2018, 12, 24)
    else:
        with pytest.raises(refusal):
            rate_on(session, "PLN", date.fromisoformat(on))


@pytest.mark.parametrize(
    ("code", "last", "published", "fixed"),
    [
        ("HRK", date(2022, 12, 31), "7.5365", "7.53450"),
        ("BGN", date(2025, 12, 31), "1.9558", "1.95583"),
        ("SKK", date(2008, 12, 31), "30.126", "30.1260"),
    ],
)
def test_the_changeover_takes_the_fixed_rate(
    session: Session, code: str, last: date, published: str, fixed: str
) -> None:
    """18, 20: Until the last day what was published counts, and from the next the Council's."""
    body = f"Date,{code}\n{last - timedelta(days=1)},{published}\n".encode()
    import_rates(session, body, filename="f.csv", now=NOW)
    assert str(rate_on(session, code, last).per_euro) == published
    after = rate_on(session, code, last + timedelta(days=1))
    assert (str(after.per_euro), after.source) == (fixed, "fixed")


def test_a_pledge_in_leva_is_paid_in_euro(session: Session, books: Books) -> None:
    """19: Promised in leva in 2025 and paid in euro in 2026, it is met at the fixed rate."""
    body = b"Date,BGN\n2025-12-01,1.9558\n"
    import_rates(session, body, filename="f.csv", now=NOW)
    pledge = {"pledge": "PL-2025-1", "currency": "BGN", "amount": "195583.00"}
    booked(session, books, "pledge", **pledge, effective_on="2025-12-01", level="committed")
    booked(session, books, "receipt", received_on="2026-03-02", amount="100000.00")
    paid = {"pledge": "PL-2025-1", "applied_on": "2026-03-02"}
    booked(session, books, "application", **paid)
    left = sa.select(sa.func.sum(Posting.amount), sa.func.sum(Posting.euro))
    owed = session.execute(left.where(Posting.account == "1120")).one()
    assert tuple(owed) == (0, 0)
    assert verify(session).well


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("receipt", {"received_on": "2024-03-01"}),
        ("cost", {"incurred_on": "2024-03-01"}),
        ("contribution", {"value_on": "2024-03-01", "against": "voluntary"}),
    ],
)
def test_money_that_is_no_more_is_refused(
    session: Session, books: Books, kind: str, fields: dict[str, str]
) -> None:
    """22: Nobody is paid in kuna in 2024: the euro took its place, and the refusal says so."""
    with pytest.raises(WithdrawnCurrencyError) as refusal:
        proposed(session, books, kind, currency="HRK", **fields)
    assert "replaced HRK on 2023-01-01" in str(refusal.value)


def test_an_unknown_code_is_refused(session: Session, books: Books) -> None:
    """22: A code of no currency is refused beside its field, whatever rates there are of it."""
    with pytest.raises(InputErrors) as refusal:
        proposed(session, books, "receipt", currency="PLZ")
    assert "“PLZ” is not a currency of the books" in str(refusal.value)


def test_triangulation_is_not_rounded_in_between() -> None:
    """24: CZK 123.45 is PLN 22.32 through the euro, and 22.33 only where the euro is rounded."""
    czk, pln = rate("CZK", "24.353"), rate("PLN", "4.4038")
    assert converted(Decimal("123.45"), czk, pln) == Decimal("22.32")
    assert pln.of_euro(czk.in_euro(Decimal("123.45"))) == Decimal("22.33")


@pytest.mark.parametrize(
    ("amount", "euro"), [("0.01", "0.01"), ("-0.01", "-0.01"), ("0.03", "0.02"), ("-0.03", "-0.02")]
)
def test_half_a_cent_goes_away_from_zero(amount: str, euro: str) -> None:
    """25: Half a cent is rounded up, of a credit as of the debit that it mirrors."""
    assert rate("PLN", "2").in_euro(Decimal(amount)) == Decimal(euro)


@given(
    st.dictionaries(st.text("abcdef", min_size=1), st.integers(0, 10**9), min_size=1),
    st.sampled_from(["4.4038", "24.353", "366.33"]),
)
def test_lines_add_up_to_the_whole_converted_at_once(lines: dict[str, int], per_euro: str) -> None:
    """26: The whole is converted once and parted by largest remainder: no line is off by a cent."""
    total = sum(lines.values())
    if not total:
        return
    whole = rate("HUF", per_euro).in_euro(Decimal(total).scaleb(-2))
    parts = apportion(whole, {name: Fraction(cents, total) for name, cents in lines.items()})
    assert sum(parts.values(), ZERO) == whole
    for name, cents in lines.items():
        exact = Fraction(cents, 100) / Fraction(per_euro)
        assert abs(Fraction(parts[name]) - exact) <= Fraction(3, 200)


@given(st.decimals("-1e9", "1e9", places=2))
def test_a_round_trip_drifts_by_half_a_cent_at_its_rate(euro: Decimal) -> None:
    """27: Into forint and back the euro is the same; forint and back drift by half a cent's worth.

    One cent of euro is HUF 3.66: so much is lost between two amounts of euro.
    """
    huf = rate("HUF", "366.33")
    assert huf.in_euro(huf.of_euro(euro)) == euro
    back = huf.of_euro(huf.in_euro(euro))
    assert abs(back - euro) <= round_half_up(Decimal("0.005") * huf.per_euro) + Decimal("0.01")


@pytest.mark.parametrize(
    ("amount", "euro"),
    [
        ("0.00", "0.00"),
        ("0.01", "0.00"),
        ("1.83", "0.00"),
        ("1.84", "0.01"),
        ("1000000.00", "2729.78"),
        ("1000000000000.00", "2729779160.87"),
    ],
)
def test_the_least_and_the_largest_amounts_are_exact(amount: str, euro: str) -> None:
    """28: From nothing and one fillér to a million million forint, to the cent."""
    assert rate("HUF", "366.33").in_euro(Decimal(amount)) == Decimal(euro)


def test_what_comes_to_nothing_is_not_recorded(session: Session, books: Books) -> None:
    """28: A fillér is worth no cent: the refusal says that there is nothing to record."""
    with pytest.raises(Exception, match=r"comes to 0\.00 euro"):
        proposed(session, books, "receipt", currency="HUF", amount="0.01")


def test_every_currency_of_the_books_has_hundredths(session: Session, books: Books) -> None:
    """29: The forint has two decimals (ISO 4217), whole forints too; yen and dinar are not kept."""
    assert proposed(session, books, "receipt", currency="HUF", amount="310").startswith(
        "1013 PL 310.00 HUF 1.00\n"
    )
    assert not {"JPY", "KWD"} & CURRENCIES.keys()
    for code in ("JPY", "KWD"):
        with pytest.raises(InputErrors, match="is not a currency of the books"):
            proposed(session, books, "receipt", currency=code)


def test_the_euro_is_itself_without_a_look_up(session: Session) -> None:
    """21: One euro is one euro on every day, in books that hold no rate at all."""
    assert rate_on(session, "EUR", DAY).per_euro == 1


@pytest.mark.parametrize(
    ("kind", "day"),
    [("contribution", "value_on"), ("receipt", "received_on"), ("cost", "incurred_on")],
)
def test_more_than_the_books_hold(session: Session, books: Books, kind: str, day: str) -> None:
    """A rate next to nothing makes more euro of an amount than the books hold: it is refused."""
    tiny = {"currency": "PLN", "amount": "1000000000000.00", "bank_rate": "0.0000000001"}
    # Nothing is published so late that it could be compared with.
    tiny[day] = "2020-03-02"
    with pytest.raises(TooLargeError, match=r"more than the books can hold.*check amount and rate"):
        proposed(session, books, kind, **tiny)
    with pytest.raises(TooLargeError):
        booked(session, books, kind, **tiny)


def test_a_published_rate_next_to_nothing(session: Session, books: Books) -> None:
    """What is translated at a rate that was brought in though it looks like a slip is held too."""
    body = b"Date,PLN\n2017-02-28,0.0000000001\n"
    import_rates(session, body, filename="f.csv", now=NOW, again=True)
    for kind in ("contribution", "receipt", "cost", "pledge"):
        with pytest.raises(TooLargeError):
            proposed(session, books, kind, currency="PLN", amount="9000000000000.00")


@pytest.mark.parametrize("kind", ["contribution", "receipt", "cost"])
def test_the_euro_needs_no_rate(session: Session, books: Books, kind: str) -> None:
    """A bank converts no euro into euro: its rate is refused beside the field."""
    with pytest.raises(InputErrors) as refusal:
        proposed(session, books, kind, currency="EUR", bank_rate="2")
    [problem] = refusal.value.problems
    assert (problem.field, str(problem)) == (
        "bank_rate",
        "the euro needs no rate: leave it empty.",
    )
