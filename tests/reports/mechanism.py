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
SPAN = {"assessed_on": "2018-01-15", "from_on": "2018-01-01", "until_on": "2018-12-31"}
NEWER = {
    "indicator_year": "2017",
    "voucher": "D/2018/7",
    "description": "After a change of members",
}
COSTS = (
    {"amount": "100000.01", "purpose": "setup", "treatment": "equipment"},
    {"amount": "50000.00", "description": "Risk analysis, first half"},
    {"amount": "333.33", "incurred_on": "2017-09-05", "description": "Translation"},
    {"amount": "1234567.00", "currency": "CZK", "incurred_on": "2018-05-10"},
)
SCALES = (
    {"purpose": "setup", "voucher": "D/2016/2", "description": "Equal shares of set-up"},
    {"formula": "pop-gdp-50-50", "description": "By population and output"},
    {
        "formula": "pop-gdp-50-50",
        "indicator_year": "2017",
        "valid_from": "2018-01-01",
        "voucher": "D/2017/3",
        "description": "The same, on newer figures",
    },
)
ALLOCATIONS = (
    {"purpose": "setup", "description": "Set-up of 2017"},
    {"until_on": "2017-06-30", "description": "First half of 2017"},
    {"description": "Costs of 2017"},
)
# In the second year states settle, one opts out of an activity, one joins and one leaves.
EVENTS: tuple[tuple[str, dict[str, str | None]], ...] = (
    ("settlement", {}),
    ("opt_out", {}),
    ("assessment", {**SPAN, "amount": "400000.00", "description": "Running costs of 2018"}),
    ("accession", {"joined_on": "2018-07-01", "advance": "5000.00"}),
    ("scale", {**NEWER, "valid_from": "2018-07-01", "formula": "eu-relocation-2015"}),
    ("scale", {**NEWER, "valid_from": "2018-07-01", "purpose": "setup"}),
    ("buy_in", {"agreed_on": "2018-07-02"}),
    ("cost", {"activity": "third_countries", "incurred_on": "2018-04-04", "amount": "10000.00"}),
    ("cost", {"borne_by": "CZ", "incurred_on": "2018-05-05", "amount": "1234.56"}),
    ("cost", {"incurred_on": "2018-08-08", "amount": "20000.00", "description": "Third quarter"}),
    ("allocation", {"until_on": "2018-09-30", "description": "Costs of nine months"}),
    ("withdrawal", {"left_on": "2018-09-30", "position": "transferred"}),
    ("scale", {**NEWER, "valid_from": "2018-10-01", "formula": "gni"}),
    ("cost", {"incurred_on": "2018-11-11", "amount": "7777.77", "description": "Autumn"}),
    ("allocation", {"until_on": "2018-12-31", "description": "Costs of 2018"}),
)


def two_years(session: Session, books: Books) -> Cutoff:
    """Book two years of a mechanism, one gift reversed, and give the cutoff that takes in all."""
    for fields in SCALES:
        booked(session, books, "scale", **fields)
    booked(session, books, "assessment")
    posted = [entry for fields in CONTRIBUTIONS for entry in booked(session, books, **fields)]
    reversal = {"number": posted[-1].number, "effective_on": "2018-11-15", "reason": "typed wrong"}
    booked(session, books, "reversal", **reversal)
    for fields in COSTS:
        booked(session, books, "cost", **fields)
    for fields in ALLOCATIONS:
        booked(session, books, "allocation", **fields)
    for kind, event in EVENTS:
        booked(session, books, kind, **event)
    return cutoff(session, LAST_DAY.replace(year=2018))
