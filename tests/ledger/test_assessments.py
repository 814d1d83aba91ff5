"""Assessments: who is asked for how much, and what a change within the span makes of it."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from ledger.assessments import AssessedRightError, NobodyAssessedError, NotAssessedError
from ledger.balances import Selection, balances, cutoff
from ledger.entries import Posting
from ledger.errors import InputErrors
from ledger.money import ZERO
from ledger.reversals import MadeAnewError
from ledger.scales import NoScaleError
from tests.books import Books
from tests.documents import booked, made, proposed

YEAR = {"from_on": "2017-01-01", "until_on": "2017-12-31", "amount": "1200000.00"}
# EUR 1,200,000.00 for 2017 with Austria from 1 July, by segments: 181 days of four, 184 of five.
BY_SEGMENTS = {
    "AT": Decimal("129651.61"),
    "CZ": Decimal("205489.42"),
    "HU": Decimal("160324.98"),
    "PL": Decimal("605318.47"),
    "SK": Decimal("99215.52"),
}


def asked(session: Session) -> dict[str, Decimal]:
    """What was asked of each state in all, in euro: its revenue, as a credit."""
    summed = balances(
        session,
        cutoff(session, date(2026, 12, 31)),
        Posting.state_code,
        where=Selection(accounts=("4010",)),
    )
    return {row.key[0]: -row.euro for row in summed}


def test_assessment(session: Session, books: Books) -> None:
    """Row 3: the design's own example, EUR 1,000,000 by population and GDP of 2016."""
    booked(session, books, "scale", formula="pop-gdp-50-50")
    assert proposed(session, books, "assessment") == (
        "1110 CZ 193,475.52 EUR 193,475.52\n"
        "4010 CZ -193,475.52 EUR -193,475.52\n"
        "1110 HU 149,542.88 EUR 149,542.88\n"
        "4010 HU -149,542.88 EUR -149,542.88\n"
        "1110 PL 563,858.44 EUR 563,858.44\n"
        "4010 PL -563,858.44 EUR -563,858.44\n"
        "1110 SK 93,123.16 EUR 93,123.16\n"
        "4010 SK -93,123.16 EUR -93,123.16"
    )


def test_nothing_is_asked_without_a_scale(session: Session, books: Books) -> None:
    """A sum is asked by the scale in force on its day, and by none in its absence."""
    with pytest.raises(NoScaleError, match="in force on 2017-01-02"):
        proposed(session, books, "assessment")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"from_on": "2017-01-01"}, "until_on"),
        ({"until_on": "2017-01-01"}, "from_on"),
        ({"from_on": "2017-02-01", "until_on": "2017-01-01"}, "turn the dates round"),
    ],
)
def test_a_span_has_two_days(
    session: Session, books: Books, fields: dict[str, str], said: str
) -> None:
    """A span is given by its first and last day, in their order."""
    with pytest.raises(InputErrors, match=said):
        made(session, books, "assessment", **fields)


def joined(session: Session, books: Books) -> None:
    """Austria joins on 1 July 2017, and a scale for five is adopted from that day on."""
    booked(session, books, "accession", acceding_state="AT", joined_on="2017-07-01")
    booked(session, books, "scale", formula="pop-gdp-50-50", valid_from="2017-07-01")


def test_a_year_with_a_newcomer_is_asked_by_segments(session: Session, books: Books) -> None:
    """The design's own example: 184 of 365 days are shared by five, the others by four."""
    booked(session, books, "scale", formula="pop-gdp-50-50")
    joined(session, books)
    booked(session, books, "assessment", **YEAR)
    assert asked(session) == BY_SEGMENTS
    assert sum(BY_SEGMENTS.values()) == Decimal("1200000.00")


def test_an_accession_asks_the_newcomer_and_credits_the_others(
    session: Session, books: Books
) -> None:
    """Rows 18a and 14c: the newcomer owes its part of the span and the others are credited it."""
    booked(session, books, "scale", formula="pop-gdp-50-50")
    [first] = booked(session, books, "assessment", **YEAR)
    joined(session, books)
    again = {"number": first.number, "assessed_on": "2017-07-03"}
    assert proposed(session, books, "reassessment", **again) == (
        "1110 AT 129,651.61 EUR 129,651.61\n"
        "4010 AT -129,651.61 EUR -129,651.61\n"
        "4010 CZ 26,681.20 EUR 26,681.20\n"
        "2050 CZ -26,681.20 EUR -26,681.20\n"
        "4010 HU 19,126.48 EUR 19,126.48\n"
        "2050 HU -19,126.48 EUR -19,126.48\n"
        "4010 PL 71,311.66 EUR 71,311.66\n"
        "2050 PL -71,311.66 EUR -71,311.66\n"
        "4010 SK 12,532.27 EUR 12,532.27\n"
        "2050 SK -12,532.27 EUR -12,532.27"
    )
    booked(session, books, "reassessment", **again)
    assert asked(session) == BY_SEGMENTS
    with pytest.raises(AssessedRightError, match=f"Assessed anew, entry {first.number}"):
        proposed(session, books, "reassessment", **again, description="again")


def test_a_newcomer_in_addition_changes_nobody_else(session: Session, books: Books) -> None:
    """In addition to the whole, only the newcomer is asked, and the surplus is credited later."""
    booked(session, books, "scale", formula="pop-gdp-50-50")
    [first] = booked(session, books, "assessment", **YEAR)
    joined(session, books)
    fields = {"number": first.number, "convention": "additional", "assessed_on": "2017-07-03"}
    assert proposed(session, books, "reassessment", **fields) == (
        "1110 AT 129,651.61 EUR 129,651.61\n4010 AT -129,651.61 EUR -129,651.61"
    )


def test_a_reversed_reassessment_counts_no_more(session: Session, books: Books) -> None:
    """What was undone is open again: the next one starts from what stands."""
    booked(session, books, "scale", formula="pop-gdp-50-50")
    [first] = booked(session, books, "assessment", **YEAR)
    joined(session, books)
    again = {"number": first.number, "assessed_on": "2017-07-03"}
    [second] = booked(session, books, "reassessment", **again)
    undo = {"number": second.number, "effective_on": "2017-07-04", "reason": "a slip"}
    booked(session, books, "reversal", **undo)
    booked(session, books, "reassessment", **again, description="once more")
    assert asked(session) == BY_SEGMENTS


def test_an_assessment_made_anew_is_not_undone_before(session: Session, books: Books) -> None:
    """What made it anew says only what changes, so that it is undone first."""
    booked(session, books, "scale", formula="pop-gdp-50-50")
    [first] = booked(session, books, "assessment", **YEAR)
    joined(session, books)
    again = {"number": first.number, "assessed_on": "2017-07-03"}
    [second] = booked(session, books, "reassessment", **again)
    undo = {"effective_on": "2017-07-04", "reason": "a slip"}
    with pytest.raises(MadeAnewError, match=f"made anew by entry {second.number}"):
        proposed(session, books, "reversal", number=first.number, **undo)
    booked(session, books, "reversal", number=second.number, **undo)
    booked(session, books, "reversal", number=first.number, **undo)
    assert set(asked(session).values()) == {ZERO}


def test_what_nobody_shares_is_not_assessed(session: Session, books: Books) -> None:
    """No part of a sum is lost where everybody opted out of the activity for some of its days."""
    booked(session, books, "scale")
    for state in ("CZ", "HU", "PL", "SK"):
        days = {"from_on": "2017-01-01", "until_on": "2017-06-30"}
        booked(session, books, "opt_out", state=state, **days)
    with pytest.raises(NobodyAssessedError, match="from 2017-01-01 to 2017-06-30"):
        proposed(session, books, "assessment", activity="third_countries", **YEAR)


def test_only_an_assessment_that_stands_is_made_anew(session: Session, books: Books) -> None:
    """Neither another kind of entry nor an assessment that was undone."""
    booked(session, books, "scale")
    [given] = booked(session, books)
    with pytest.raises(NotAssessedError, match=f"Entry {given.number} is no assessment"):
        proposed(session, books, "reassessment", number=given.number)
    [first] = booked(session, books, "assessment", **YEAR)
    undo = {"number": first.number, "effective_on": "2017-02-01", "reason": "a slip"}
    booked(session, books, "reversal", **undo)
    with pytest.raises(NotAssessedError):
        proposed(session, books, "reassessment", number=first.number)
    assert asked(session)["PL"] == ZERO
