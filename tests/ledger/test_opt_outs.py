"""Opt-outs: a state takes part without sharing the cost of an activity."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.accessions import SharedCostsError
from ledger.approvals import proposal
from ledger.errors import InputErrors, NotAMemberError
from ledger.memberships import opt_out_spans
from ledger.opt_outs import AlreadyOptedOutError
from ledger.states import opted_out
from tests.books import Books
from tests.documents import booked, made, proposed

YEAR = date(2018, 1, 1), date(2018, 12, 31)


def test_nothing_is_posted(session: Session, books: Books) -> None:
    """An opt-out is no event of the books, and stands with the document that decided on it."""
    assert booked(session, books, "opt_out") == []
    [span] = opt_out_spans(session)
    assert (span.state, span.activity, span.until_on) == ("SK", "third_countries", None)
    assert span.decision.voucher == "D/2017/8"
    assert opted_out(session, *YEAR) == [(*YEAR, {"third_countries": ("SK",)})]


def test_cost_falls_to_the_others(session: Session, books: Books) -> None:
    """From the first day on the cost of the activity is shared by the others, and only that."""
    booked(session, books, "scale")
    booked(session, books, "opt_out")
    costs = {"incurred_on": "2018-02-01", "amount": "90.00"}
    booked(session, books, "cost", activity="third_countries", **costs)
    said = proposed(session, books, "allocation", until_on="2018-12-31")
    assert "8020 PL 30.00 EUR 30.00" in said
    assert "8020 SK" not in said
    booked(session, books, "cost", activity="information", **costs)
    said = proposed(session, books, "allocation", until_on="2018-12-30")
    assert "8020 SK 22.50 EUR 22.50" in said


def test_end(session: Session, books: Books) -> None:
    """What had no end is ended by a second document, once."""
    booked(session, books, "opt_out")
    booked(session, books, "opt_out", until_on="2018-06-30", voucher="D/2018/6")
    [span] = opt_out_spans(session)
    assert (span.until_on, span.decision.voucher) == (date(2018, 6, 30), "D/2017/8")
    with pytest.raises(AlreadyOptedOutError):
        proposed(session, books, "opt_out", until_on="2018-05-31", voucher="D/2018/7")


@pytest.mark.parametrize(
    ("from_on", "until_on"),
    [
        ("2017-06-01", None),
        ("2017-06-01", "2018-01-01"),
        ("2018-01-01", "2018-06-30"),
        ("2018-06-30", None),
    ],
)
def test_spans_do_not_meet(
    session: Session, books: Books, from_on: str, until_on: str | None
) -> None:
    """A state does not opt out twice of the same activity on the same day."""
    booked(session, books, "opt_out", until_on="2018-06-30")
    fields = {"from_on": from_on, "until_on": until_on, "voucher": "D/2018/7"}
    with pytest.raises(AlreadyOptedOutError, match="since 2018-01-01 already"):
        proposed(session, books, "opt_out", **fields)
    assert proposed(session, books, "opt_out", **fields, activity="information") == ""
    assert proposed(session, books, "opt_out", **fields, state="HU") == ""


def test_the_past_stays(session: Session, books: Books) -> None:
    """What was shared is not shared otherwise by an opt-out that begins, or ends, before."""
    booked(session, books, "opt_out")
    booked(session, books, "scale")
    booked(session, books, "cost", incurred_on="2018-02-01")
    booked(session, books, "allocation", until_on="2018-03-31")
    with pytest.raises(SharedCostsError, match="shared up to 2018-03-31"):
        proposed(session, books, "opt_out", state="HU", from_on="2018-03-31")
    assert proposed(session, books, "opt_out", state="HU", from_on="2018-04-01") == ""
    with pytest.raises(SharedCostsError):
        proposed(session, books, "opt_out", until_on="2018-03-30")
    assert proposed(session, books, "opt_out", until_on="2018-03-31") == ""
    assert proposed(session, books, "opt_out", until_on="2199-12-31") == ""


def test_only_members_opt_out(session: Session, books: Books) -> None:
    """Who does not take part has nothing to opt out of."""
    with pytest.raises(NotAMemberError):
        proposed(session, books, "opt_out", from_on="2016-11-20")


def test_slips_of_the_pen(session: Session, books: Books) -> None:
    """A last day before the first one is a slip of the pen, and a decision is named."""
    with pytest.raises(InputErrors, match="until_on: is before the first day"):
        proposed(session, books, "opt_out", until_on="2017-12-31")
    with pytest.raises(InputErrors, match="voucher: is missing"):
        proposed(session, books, "opt_out", voucher="")


def test_what_is_decided_is_seen(session: Session, books: Books) -> None:
    """Who approves sees state, activity and days, and whether something ends, though no posting."""
    fields = {"until_on": "2018-06-30"}
    said = {
        "state": "SK",
        "activity": "third_countries",
        "from_on": "2018-01-01",
        "until_on": "2018-06-30",
    }
    begins = proposal(session, made(session, books, "opt_out", **fields))
    booked(session, books, "opt_out")
    ends = proposal(session, made(session, books, "opt_out", **fields))
    assert begins.effect == said | {"ends": False}
    assert ends.effect == said | {"ends": True}
    assert begins.digest != ends.digest


@pytest.mark.parametrize("field", ["from_on", "until_on"])
def test_no_day_beyond_the_calendar(session: Session, books: Books, field: str) -> None:
    """An opt-out runs on decisions of people, not to the end of all calendars."""
    with pytest.raises(InputErrors, match=f"{field}: “9999-12-31” is not a date of the books"):
        made(session, books, "opt_out", **{field: "9999-12-31"})
