"""Accessions: a state takes part from a day on, and may be named from then on (row 18a)."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from ledger.accessions import BeforeFoundingError, NewAccession, SharedCostsError
from ledger.approvals import approve, proposal
from ledger.documents import draft, submit_all
from ledger.errors import (
    FutureEntryError,
    InputErrors,
    NotAllowedError,
    NotAMemberError,
    ProposalChangedError,
    SelfApprovalError,
    UnknownStateError,
)
from ledger.inputs import read
from ledger.memberships import membership_spans
from ledger.reversals import DecidedMembershipError
from ledger.states import AlreadyAMemberError, members_on
from ledger.users import Role, add_user
from tests.books import NOW, Books
from tests.document_fields import ACCESSION
from tests.documents import booked, made, proposed


def test_advance(session: Session, books: Books) -> None:
    """Row 18a: working capital is receivable from the newcomer, and owed back to it."""
    fields = {"advance": "5000.00"}
    assert proposed(session, books, "accession", **fields) == (
        "1115 AT 5,000.00 EUR 5,000.00\n2070 AT -5,000.00 EUR -5,000.00"
    )
    [posted] = booked(session, books, "accession", **fields)
    assert not posted.replayed


def test_newcomer_may_be_named(session: Session, books: Books) -> None:
    """From its first day on, and no earlier, a newcomer gives like any other."""
    gift = {"state": "AT", "value_on": "2018-01-01"}
    booked(session, books, "accession")
    assert "8020 AT -100.00" in proposed(session, books, **gift)
    with pytest.raises(NotAMemberError, match="AT does not take part on 2017-12-31"):
        proposed(session, books, **gift | {"value_on": "2017-12-31"})


def test_accession_to_come(session: Session, books: Books) -> None:
    """An accession may lie ahead, as it posts nothing; an advance may not."""
    joined_on = NOW.date() + timedelta(days=40)
    with pytest.raises(FutureEntryError):
        booked(session, books, "accession", joined_on=joined_on, advance="1.00")
    assert booked(session, books, "accession", joined_on=joined_on) == []
    assert "AT" not in members_on(session, NOW.date())
    assert "AT" in members_on(session, joined_on)


def test_two_people_decide(session: Session, books: Books) -> None:
    """One person writes, another who is a coordinator decides: nobody admits a state alone."""
    document = made(session, books, "accession")
    submit_all(session, [document], by=books.office, now=NOW)
    seen = proposal(session, document).digest
    with pytest.raises(NotAllowedError):
        approve(session, document, by=books.office, now=NOW, seen=seen)
    new, by = read(NewAccession, ACCESSION), books.coordinator
    own = draft(session, new, kind="accession", state=None, by=by, now=NOW, key="own")
    submit_all(session, [own], by=by, now=NOW)
    with pytest.raises(SelfApprovalError):
        approve(session, own, by=by, now=NOW, seen=proposal(session, own).digest)
    assert "AT" not in members_on(session, date(2018, 1, 1))


def test_who_is_admitted_is_what_was_seen(session: Session, books: Books) -> None:
    """The digest covers who takes part from when, though nothing is posted."""
    first, second = (
        proposal(session, made(session, books, "accession", joined_on=on)).digest
        for on in ("2018-01-01", "2018-01-02")
    )
    assert first != second
    document = made(session, books, "accession")
    submit_all(session, [document], by=books.office, now=NOW)
    with pytest.raises(ProposalChangedError):
        approve(session, document, by=books.coordinator, now=NOW, seen=second)


@pytest.mark.parametrize(
    ("state", "joined_on", "error"),
    [
        ("PL", "2018-01-01", AlreadyAMemberError),
        ("PL", "2016-11-21", AlreadyAMemberError),
        ("AT", "2016-11-20", BeforeFoundingError),
        ("PL", "1999-01-01", BeforeFoundingError),
        ("GB", "2020-02-01", UnknownStateError),
    ],
)
def test_refused(
    session: Session, books: Books, state: str, joined_on: str, error: type[Exception]
) -> None:
    """A state of the Union joins, from the founding on, if it takes part neither then nor later."""
    with pytest.raises(error):
        proposed(session, books, "accession", acceding_state=state, joined_on=joined_on)


def test_of_the_first_day(session: Session, books: Books) -> None:
    """From the day on which the Mechanism was founded a state may accede."""
    assert booked(session, books, "accession", joined_on="2016-11-21") == []
    assert "AT" in members_on(session, date(2016, 11, 21))


@pytest.mark.parametrize("joined_on", ["2200-01-01", "9999-12-31", "1998-12-31", "0001-01-01"])
def test_no_day_beyond_the_calendar(session: Session, books: Books, joined_on: str) -> None:
    """No document names a day that has none before or after it that the books could hold."""
    told = f"joined_on: “{joined_on}” is not a date of the books: write one from 1999-01-01 to"
    with pytest.raises(InputErrors, match=told):
        made(session, books, "accession", joined_on=joined_on)


def test_last_day_of_the_calendar(session: Session, books: Books) -> None:
    """The last day that a document may name is one like any other."""
    assert booked(session, books, "accession", joined_on="2199-12-31") == []


def test_outside_the_union(session: Session, books: Books) -> None:
    """A state outside the Union is refused beside its field, and so is one without a decision."""
    with pytest.raises(InputErrors, match="acceding_state: “UA” is not a state of the European"):
        proposed(session, books, "accession", acceding_state="UA")
    with pytest.raises(InputErrors, match="voucher: is missing"):
        proposed(session, books, "accession", voucher="")


def test_the_united_kingdom(session: Session, books: Books) -> None:
    """The United Kingdom may have joined while it was in the Union."""
    assert booked(session, books, "accession", acceding_state="GB", joined_on="2020-01-31") == []


def test_back_after_leaving(session: Session, books: Books) -> None:
    """A state that left accedes anew from a later day; each span keeps its own decision."""
    booked(session, books, "withdrawal")
    back = {"acceding_state": "HU", "voucher": "D/2020/1"}
    with pytest.raises(AlreadyAMemberError, match="since 2016-11-21 and has not left before 2018"):
        proposed(session, books, "accession", joined_on="2018-06-30", **back)
    booked(session, books, "accession", joined_on="2018-07-01", **back)
    first, second = (span for span in membership_spans(session) if span.state == "HU")
    assert first.accession is None
    assert first.withdrawal is not None
    assert first.withdrawal.voucher == "D/2018/5"
    assert second.accession is not None
    assert second.accession.voucher == "D/2020/1"
    assert second.withdrawal is None


def test_the_past_stays(session: Session, books: Books) -> None:
    """Nobody joins on a day whose costs were shared already."""
    booked(session, books, "scale")
    booked(session, books, "cost")
    [run] = booked(session, books, "allocation")
    with pytest.raises(SharedCostsError, match="shared up to 2017-12-31"):
        proposed(session, books, "accession", joined_on="2017-12-31")
    assert proposed(session, books, "accession", joined_on="2018-01-01") == ""
    undo = {"number": run.number, "effective_on": "2018-01-01", "reason": "Shared too early"}
    booked(session, books, "reversal", **undo)
    assert proposed(session, books, "accession", joined_on="2017-12-31") == ""


def test_no_reversal(session: Session, books: Books) -> None:
    """No reversal undoes an accession: the postings would go, and the state would stay."""
    [posted] = booked(session, books, "accession", advance="5000.00")
    with pytest.raises(DecidedMembershipError, match="put it right by a new document"):
        proposed(
            session, books, "reversal", number=posted.number, effective_on="2018-02-01",
            reason="A slip of the pen",
        )  # fmt: skip


def test_officer_of_a_newcomer(session: Session, books: Books) -> None:
    """People may act for a state once it was admitted."""
    booked(session, books, "accession")
    added = add_user(session, "max", name="Max Huber", role=Role.OFFICER, state="AT", now=NOW)
    assert added.state_code == "AT"
