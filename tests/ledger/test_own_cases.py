"""No state decides on its own case, and of two decisions of a day the last approved counts."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.approvals import OwnCaseError, approve_all, require_decider
from ledger.documents import mark_approved
from ledger.journal import post
from ledger.recognitions import is_recognised
from ledger.tolerances import tolerances, tolerated
from ledger.unit_rates import rate_in_force
from ledger.users import Role, add_user
from ledger.vocabulary import Status
from tests.books import DAY, NOW, Books, entry
from tests.documents import booked
from tests.ledger.test_approvals import approved, submitted


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("opt_out", {}),
        ("withdrawal", {"state": "SK"}),
        ("buy_in", {"state": "SK", "into": "accumulated_surplus"}),
        ("pledge", {"state": "SK", "level": "committed"}),
    ],
)
@pytest.mark.parametrize("by", ["PL", None])
def test_no_state_decides_on_its_own_case(
    session: Session, books: Books, kind: str, fields: dict[str, str], by: str | None
) -> None:
    """What a state owes or leaves to the others is approved by another state, or the office."""
    own, other = (
        add_user(session, f"of {state}", name="A. B.", role=Role.COORDINATOR, state=state, now=NOW)
        for state in ("SK", by)
    )
    document = submitted(session, books, kind, **fields)
    with pytest.raises(OwnCaseError, match="SK does not decide on its own case"):
        approved(session, document, own)
    approved(session, document, other)
    assert document.status == Status.APPROVED


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("pledge", {"level": "committed", "amount": "1.00", "effective_on": "2017-04-01"}),
        ("lapse", {}),
        ("condition", {"pledge": "PL-2017-2"}),
        ("payment", {"item": "BS/2017/31-4", "state": "PL"}),
        ("reversal", {"number": "1", "effective_on": "2018-01-02", "reason": "Not so"}),
    ],
)
def test_no_state_gives_up_its_own_debt(
    session: Session, books: Books, kind: str, fields: dict[str, str]
) -> None:
    """What lowers a state's debt, pays it money or undoes such a decision, the others approve."""
    own, other = (
        add_user(session, f"of {state}", name="A. B.", role=Role.COORDINATOR, state=state, now=NOW)
        for state in ("PL", "CZ")
    )
    booked(session, books, "pledge", level="committed")
    conditional = {"pledge": "PL-2017-2", "level": "conditional", "conditions": "Signed"}
    booked(session, books, "pledge", **conditional)
    booked(session, books, "receipt")
    booked(session, books, "application", pledge="PL-2017-2", amount="40.00")
    document = submitted(session, books, kind, **fields)
    with pytest.raises(OwnCaseError):
        require_decider(session, document, own)
    with pytest.raises(OwnCaseError, match="PL does not decide on its own case"):
        approved(session, document, own)
    with pytest.raises(DBAPIError, match="LG033"), session.begin_nested():
        mark_approved(session, [document], by=own, now=NOW)
    session.refresh(document)
    approved(session, document, other)
    assert document.status == Status.APPROVED


def test_every_state_undoes_what_was_its_own_to_decide(session: Session, books: Books) -> None:
    """A reversal is as free as what it undoes: a gift in cash, or what no document made."""
    own = add_user(session, "own", name="A. B.", role=Role.COORDINATOR, state="PL", now=NOW)
    booked(session, books)
    post(session, entry("by hand"), **books.hands, now=NOW)
    for number in ("1", "2"):
        about = {"number": number, "effective_on": "2018-01-02", "reason": "Not so"}
        approved(session, submitted(session, books, "reversal", **about), own)


def test_state_decides_on_what_concerns_it_with_all(session: Session, books: Books) -> None:
    """What is about all states is approved by a coordinator of any of them."""
    own = add_user(session, "own", name="A. B.", role=Role.COORDINATOR, state="PL", now=NOW)
    for kind in ("scale", "accession"):
        approved(session, submitted(session, books, kind), own)


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_decisions_of_a_day_the_last_approved_counts(
    session: Session, books: Books, *, turned: bool
) -> None:
    """In one list too, the order of approval decides, and not that in which they were made."""

    def later_of(kind: str, name: str, values: tuple[str, str]) -> str:
        both = [submitted(session, books, kind, **{name: value}) for value in values]
        approve_all(session, both[::-1] if turned else both, by=books.coordinator, now=NOW)
        return values[0 if turned else 1]

    amount = later_of("tolerance", "amount", ("0.50", "0.70"))
    assert tolerated(tolerances(session), DAY) == Decimal(amount)
    rate = later_of("unit_rate", "amount", ("400.00", "500.00"))
    assert rate_in_force(session, "EXPERT-DAY", DAY).amount == Decimal(rate)
    recognised = later_of("recognition", "recognised", ("true", "false"))
    assert is_recognised(session, "services", date(2017, 7, 1)) == (recognised == "true")
