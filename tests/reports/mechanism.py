"""A small mechanism in its first two years: money and goods of four states, and what it cost."""

from sqlalchemy.orm import Session

from ledger.balances import Cutoff, cutoff
from tests.books import LAST_DAY, Books
from tests.documents import booked

CONTRIBUTIONS = (
    {"amount": "425000.00", "currency": "PLN", "purpose": "setup", "description": "Set-up 2017"},
    {"amount": "1300000.00", "currency": "CZK", "state": "CZ", "funding_source": "visegrad_fund"},
    {"amount": "15500000.00", "currency": "HUF", "state": "HU", "voucher": "HU/2017/1"},
    {"amount": "40000.01", "state": "SK", "purpose": "setup", "activity": "third_countries"},
    {
        "form": "goods",
        "amount": "1234567.89",
        "currency": "PLN",
        "credit_value": "1000000.00",
        "description": "Four vehicles with thermal cameras & their spare parts",
        "value_on": "2017-06-08",
    },
    {
        "form": "secondment",
        "treatment": None,
        "valuation_basis": "cost_book",
        "quantity": "40",
        "unit": "day",
        "unit_value": "77777.00",
        "amount": None,
        "currency": "HUF",
        "state": "HU",
        "description": "Two analysts, twenty days each",
    },
    {"amount": "18400.00", "currency": "PLN", "value_on": "2018-10-02", "description": "mistyped"},
)
COSTS = (
    {"amount": "100000.01", "purpose": "setup", "treatment": "equipment"},
    {"amount": "50000.00", "description": "Risk analysis, first half"},
    {"amount": "333.33", "incurred_on": "2017-09-05", "description": "Translation"},
    {"amount": "1234567.00", "currency": "CZK", "incurred_on": "2018-05-10"},
)
ALLOCATIONS = (
    {"purpose": "setup", "formula": "equal", "description": "Set-up of 2017"},
    {"formula": "pop-gdp-50-50", "until_on": "2017-06-30", "description": "First half of 2017"},
    {"formula": "pop-gdp-50-50", "description": "Costs of 2017"},
    {
        "formula": "pop-gdp-50-50",
        "from_on": "2018-01-01",
        "until_on": "2018-12-31",
        "indicator_year": "2017",
        "description": "Costs of 2018",
    },
)


def two_years(session: Session, books: Books) -> Cutoff:
    """Book two years of a mechanism, one gift reversed, and give the cutoff that takes in all."""
    booked(session, books, "assessment")
    posted = [entry for fields in CONTRIBUTIONS for entry in booked(session, books, **fields)]
    reversal = {"number": posted[-1].number, "effective_on": "2018-11-15", "reason": "typed wrong"}
    booked(session, books, "reversal", **reversal)
    for fields in COSTS:
        booked(session, books, "cost", **fields)
    for fields in ALLOCATIONS:
        booked(session, books, "allocation", **fields)
    return cutoff(session, LAST_DAY.replace(year=2018))
