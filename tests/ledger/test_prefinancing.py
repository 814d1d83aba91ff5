"""Pre-financed costs: claimed in time, approved by two others, owed to who paid (row 10a)."""

from datetime import date

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.approvals import (
    EndorsedError,
    OwnCaseError,
    approve,
    approve_all,
    give_back,
    proposal,
    waiting,
)
from ledger.balances import cutoff
from ledger.documents import Document, edit, submit_all
from ledger.entries import JournalEntry
from ledger.errors import (
    DocumentStatusError,
    InputErrors,
    NotAMemberError,
    ProposalChangedError,
    SelfApprovalError,
    WorthlessError,
)
from ledger.inputs import read
from ledger.open_items import find_item, open_items
from ledger.prefinancing import ClaimTakenError, NewPrefinancing, last_day_to_claim
from ledger.revaluation_reversals import SettledItemError
from ledger.timelines import timeline
from ledger.users import Role, User, add_user
from tests.books import LAST_DAY, NOW, Books
from tests.document_fields import PREFINANCING
from tests.documents import another, booked, made, proposed

KIND = "prefinancing"


def submitted(session: Session, books: Books, **fields: str) -> Document:
    """Make and submit a claim of Poland's."""
    document = made(session, books, KIND, **fields)
    submit_all(session, [document], by=books.officer, now=NOW)
    return document


def approved(session: Session, document: Document, by: User) -> int:
    """Look at a claim and approve it; say how many entries that posted."""
    seen = proposal(session, document).digest
    return len(approve(session, document, by=by, now=NOW, seen=seen))


def steps(session: Session, document: Document) -> list[str]:
    """Name the steps that a document has taken, and who took them."""
    return [f"{step.status} {step.by.split()[0]}" for step in timeline(session, document)]


# What it posts


def test_postings(session: Session, books: Books) -> None:
    """It is own cost of the mechanism, of no state, and owed to the one that paid."""
    assert proposed(session, books, KIND) == (
        "5020 -- 100.00 EUR 100.00\n2020 PL -100.00 EUR -100.00"
    )


def test_postings_in_another_currency(session: Session, books: Books) -> None:
    """It is owed in the money that was paid, and crosses into euro like an invoice."""
    foreign = {"currency": "PLN", "amount": "425.00", "purpose": "setup"}
    assert proposed(session, books, KIND, **foreign) == (
        "5010 -- 100.00 EUR 100.00\n"
        "2020 PL -425.00 PLN -100.00\n"
        "1090 -- -100.00 EUR -100.00\n"
        "1090 -- 425.00 PLN 100.00"
    )


def test_item(session: Session, books: Books) -> None:
    """What is owed is found by the state's own number of the claim."""
    [entry] = booked(session, books, KIND)
    item = find_item(session, "claim:PL:K-1")
    assert (item.number, item.account, item.state, str(item.amount)) == (
        (entry.number, "2020", "PL", "100.00")
    )


def test_it_is_shared(session: Session, books: Books) -> None:
    """All states bear it by the scale, the one that paid like the others."""
    booked(session, books, "scale")
    booked(session, books, KIND)
    assert proposed(session, books, "allocation") == (
        "8020 CZ 25.00 EUR 25.00\n8010 CZ -25.00 EUR -25.00\n"
        "8020 HU 25.00 EUR 25.00\n8010 HU -25.00 EUR -25.00\n"
        "8020 PL 25.00 EUR 25.00\n8010 PL -25.00 EUR -25.00\n"
        "8020 SK 25.00 EUR 25.00\n8010 SK -25.00 EUR -25.00"
    )


def test_claim_is_made_once(session: Session, books: Books) -> None:
    """No state claims twice under one number; another state may have the same."""
    [entry] = booked(session, books, KIND)
    with pytest.raises(ClaimTakenError, match=f"as entry {entry.number}:"):
        proposed(session, books, KIND, amount="1.00")
    assert "2020 CZ" in proposed(session, books, KIND, state="CZ")


def test_reversal(session: Session, books: Books) -> None:
    """A claim is undone while it is open, and what was owed is no more."""
    [entry] = booked(session, books, KIND)
    undo = {"number": entry.number, "effective_on": "2017-07-01", "reason": "Another's cost"}
    assert proposed(session, books, "reversal", **undo) == (
        "5020 -- -100.00 EUR -100.00\n2020 PL 100.00 EUR 100.00"
    )
    booked(session, books, "reversal", **undo)
    assert find_item(session, "claim:PL:K-1").amount == 0


def test_claim_is_made_again(session: Session, books: Books) -> None:
    """The number is the state's own: once its claim is undone it is claimed under it again."""
    for amount in ("100.00", "425.00"):
        [entry] = booked(session, books, KIND, amount=amount)
        undo = {"number": entry.number, "effective_on": "2017-07-01", "reason": f"Not {amount}"}
        booked(session, books, "reversal", **undo)
    [entry] = booked(session, books, KIND, currency="PLN", amount="425.00")
    with pytest.raises(ClaimTakenError, match=f"as entry {entry.number}:"):
        proposed(session, books, KIND, amount="1.00")
    [item] = open_items(session, cutoff(session, LAST_DAY), accounts=("2020",))
    assert (item.reference, item.currency, str(item.amount)) == ("5.2", "PLN", "425.00")


def test_what_was_set_off_is_not_undone(session: Session, books: Books) -> None:
    """Once it has served the state, its claim stands."""
    booked(session, books, "scale")
    [entry] = booked(session, books, KIND, state="HU")
    booked(session, books, "withdrawal", run_off="500.00")
    undo = {"number": entry.number, "effective_on": "2018-07-02", "reason": "Another's cost"}
    with pytest.raises(SettledItemError):
        proposed(session, books, "reversal", **undo)


# When it may be claimed


@pytest.mark.parametrize(
    ("completed_on", "last"),
    [
        ("2017-03-31", "2017-05-31"),
        ("2017-12-31", "2018-02-28"),
        ("2019-12-30", "2020-02-29"),
        ("2017-11-15", "2018-01-15"),
        ("2017-10-01", "2017-12-01"),
    ],
)
def test_two_months(completed_on: str, last: str) -> None:
    """The last day is that of two months on, or where there is none that month's last."""
    assert last_day_to_claim(date.fromisoformat(completed_on)).isoformat() == last


def test_late_claim(session: Session, books: Books) -> None:
    """A day later a claim needs a reason, and with one it is taken."""
    late = {"claimed_on": "2017-06-01"}
    with pytest.raises(InputErrors, match="claims are made up to 2017-05-31"):
        proposed(session, books, KIND, **late)
    assert proposed(session, books, KIND, **late, late_reason="The invoice came late")


@pytest.mark.parametrize("day", ["2017-03-30", "2017-02-28"])
def test_claimed_before(session: Session, books: Books, day: str) -> None:
    """Nothing is claimed before it was completed or paid."""
    with pytest.raises(InputErrors, match="before the day of the cost or of completion"):
        proposed(session, books, KIND, claimed_on=day)


@pytest.mark.parametrize("name", ["claim", "voucher", "state", "completed_on"])
def test_missing(session: Session, books: Books, name: str) -> None:
    """Every field but the reason is needed."""
    with pytest.raises(InputErrors, match="is missing"):
        read(NewPrefinancing, {**PREFINANCING, name: ""})


def test_who_and_what(session: Session, books: Books) -> None:
    """A state claims for days on which it took part, and something."""
    with pytest.raises(NotAMemberError):
        proposed(session, books, KIND, incurred_on="2016-11-20")
    with pytest.raises(WorthlessError):
        proposed(session, books, KIND, currency="HUF", amount="1.00")


# Two approvals


def test_two_approve(session: Session, books: Books) -> None:
    """The first approval keeps it waiting and posts nothing; the second, by a third, posts."""
    document = submitted(session, books)
    assert approved(session, document, books.coordinator) == 0
    assert (document.status, document.endorsed_by) == ("submitted", books.coordinator.id)
    assert document in waiting(session, books.coordinator)
    assert approved(session, document, another(session)) == 1
    assert document.status == "approved"
    assert steps(session, document) == [
        "draft Anna",
        "submitted Anna",
        "endorsed Eva",
        "approved Ota",
    ]
    entry = session.query(JournalEntry).one()
    assert (entry.recorded_by, entry.approved_by) == (books.officer.id, document.decided_by)


def test_nobody_approves_twice(session: Session, books: Books) -> None:
    """The second approval is another's, and a third has nothing to approve."""
    document = submitted(session, books)
    approved(session, document, books.coordinator)
    with pytest.raises(EndorsedError):
        approved(session, document, books.coordinator)
    approved(session, document, another(session))
    with pytest.raises(ClaimTakenError):
        proposal(session, document)
    fresh = add_user(session, "ida", name="Ida", role=Role.COORDINATOR, now=NOW)
    with pytest.raises((DocumentStatusError, ClaimTakenError)):
        approve(session, document, by=fresh, now=NOW, seen="")


@pytest.mark.parametrize("is_endorsed", [False, True])
def test_who_may_not(session: Session, books: Books, *, is_endorsed: bool) -> None:
    """Neither the maker nor anybody of the state that claims gives the first or second."""
    document = submitted(session, books)
    if is_endorsed:
        approved(session, document, another(session))
    polish = add_user(session, "jo", name="Jo", role=Role.COORDINATOR, state="PL", now=NOW)
    books.officer.role = Role.COORDINATOR
    with pytest.raises(OwnCaseError, match="PL does not decide"):
        approved(session, document, polish)
    with pytest.raises(SelfApprovalError):
        approved(session, document, books.officer)


def test_edit_voids_the_first(session: Session, books: Books) -> None:
    """What is written anew is looked at anew by two."""
    document = submitted(session, books)
    approved(session, document, books.coordinator)
    new = read(NewPrefinancing, {**PREFINANCING, "amount": "99.00"})
    edit(session, document, new, by=books.officer, now=NOW)
    assert document.endorsed_by is None
    submit_all(session, [document], by=books.officer, now=NOW)
    assert approved(session, document, books.coordinator) == 0
    assert approved(session, document, another(session)) == 1


def test_return_voids_the_first(session: Session, books: Books) -> None:
    """What was handed back is looked at anew by two."""
    document = submitted(session, books)
    approved(session, document, books.coordinator)
    give_back(session, document, reason="Which border?", by=another(session), now=NOW)
    assert (document.status, document.endorsed_by) == ("returned", None)
    submit_all(session, [document], by=books.officer, now=NOW)
    assert approved(session, document, another(session)) == 0


def test_second_approves_what_was_seen(session: Session, books: Books) -> None:
    """The second approval names what it saw, as the first did."""
    document = submitted(session, books)
    with pytest.raises(ProposalChangedError):
        approve(session, document, by=books.coordinator, now=NOW, seen="")
    approved(session, document, books.coordinator)
    with pytest.raises(ProposalChangedError):
        approve(session, document, by=another(session), now=NOW, seen="")


def test_list_of_claims(session: Session, books: Books) -> None:
    """In a list each waits for the second, and of two under one number the second is refused."""
    listed = [submitted(session, books), submitted(session, books, claim="K-2")]
    assert approve_all(session, listed, by=books.coordinator, now=NOW) == []
    assert len(approve_all(session, listed, by=another(session), now=NOW)) == 2
    twice = [submitted(session, books, claim="K-3", amount=each) for each in ("1.00", "2.00")]
    approve_all(session, twice, by=books.coordinator, now=NOW)
    with pytest.raises(ClaimTakenError):
        approve_all(session, twice, by=another(session), now=NOW)


def test_guards_ask_for_two(session: Session, books: Books) -> None:
    """The database, too, has no claim approved by one."""
    document = submitted(session, books)
    document.status, document.decided_by = "approved", books.coordinator.id
    with pytest.raises(DBAPIError, match="LG034"):
        session.flush()
    session.rollback()
