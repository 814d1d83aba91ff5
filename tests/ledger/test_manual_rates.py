"""Rates by hand: where the published one fails, two people say what a euro was on a day."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.approvals import approve, proposal
from ledger.documents import submit_all
from ledger.entries import Posting
from ledger.errors import FutureEntryError, InputErrors, SelfApprovalError
from ledger.rates import rate_on
from ledger.users import Role, User
from ledger.verification import verify
from tests.books import DAY, NOW, Books
from tests.documents import booked, made, proposed


def test_a_manual_rate_applies_on_its_day_alone(session: Session, books: Books) -> None:
    """It goes before what is published for that very day, and says so on the posting."""
    booked(session, books, "manual_rate")
    on_day, after = rate_on(session, "PLN", DAY), rate_on(session, "PLN", date(2017, 3, 2))
    assert (str(on_day.per_euro), on_day.source, on_day.on) == ("4.3000", "manual", DAY)
    assert (str(after.per_euro), after.source) == ("4.2500", "ecb")
    booked(session, books, "receipt", currency="PLN", amount="430.00")
    euros = session.scalars(sa.select(Posting.euro).where(Posting.account == "1011")).all()
    assert euros == [100_00]
    assert verify(session).well


def test_a_second_manual_rate_takes_the_place_of_the_first(session: Session, books: Books) -> None:
    """13: What was posted by the first stays; the second is the next version of its day."""
    booked(session, books, "manual_rate")
    booked(session, books, "receipt", currency="PLN", amount="430.00")
    booked(session, books, "manual_rate", per_euro="4.2000", reason="The first had a slip")
    assert str(rate_on(session, "PLN", DAY).per_euro) == "4.2000"
    again = proposed(session, books, "receipt", currency="PLN", amount="420.00", receipt="2")
    assert again.startswith("1011 PL 420.00 PLN 100.00\n")
    euros = session.scalars(sa.select(Posting.euro).where(Posting.account == "1011")).all()
    assert euros == [100_00]
    assert verify(session).well


def test_nobody_decides_on_a_rate_alone(session: Session, books: Books) -> None:
    """Whoever wrote a rate does not approve it, and who does sees what it takes the place of."""
    document = made(session, books, "manual_rate")
    submit_all(session, [document], by=books.office, now=NOW)
    author = session.get_one(User, books.office.id)
    author.role = Role.COORDINATOR
    seen = proposal(session, document)
    assert seen.effect == {"rate_before": "4.2500 (ecb, 2017-02-27)"}
    with pytest.raises(SelfApprovalError):
        approve(session, document, by=author, now=NOW, seen=seen.digest)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"currency": "EUR"}, "1 for 1 EUR"),
        ({"currency": "SKK"}, "30.1260 for 1 EUR since 2009-01-01"),
        ({"per_euro": "0"}, "is not a rate"),
        ({"per_euro": "0.000"}, "is not a rate"),
        ({"per_euro": "-4.2"}, "is not a rate"),
        ({"per_euro": "1e3"}, "is not a rate"),
        ({"per_euro": "4.2."}, "is not a rate"),
        ({"reason": ""}, "is missing"),
    ],
)
def test_what_is_no_rate_is_refused(
    session: Session, books: Books, fields: dict[str, str], said: str
) -> None:
    """A rate is digits above zero, of a currency that markets move, and has a reason."""
    with pytest.raises(InputErrors) as refusal:
        proposed(session, books, "manual_rate", **fields)
    assert said in str(refusal.value)


def test_a_rate_of_days_to_come_is_refused(session: Session, books: Books) -> None:
    """Nobody knows what a euro will be: tomorrow may be today somewhere, and then it ends."""
    booked(session, books, "manual_rate", applies_on="2026-11-24")
    with pytest.raises(FutureEntryError, match="2026-11-25 is in the future"):
        booked(session, books, "manual_rate", applies_on="2026-11-25")
