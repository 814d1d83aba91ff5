"""A year's budget as JSON: appropriated, ordered, spent, and what is available."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict

from api.deps import ApiUser, Moment, Now, Reading
from ledger.appropriations import BudgetRow, budget
from ledger.balances import Cutoff, cutoff
from ledger.inputs import EARLIEST, LATEST, Day
from ledger.vocabulary import Activity, Purpose

router = APIRouter(tags=["budget"])

FIRST_YEAR, LAST_YEAR = int(EARLIEST[:4]), int(LATEST[:4])
Year = Annotated[int, Path(ge=FIRST_YEAR, le=LAST_YEAR)]


class BudgetRowAnswer(BaseModel):
    """One line of a budget, in euro; what names no activity or purpose is of none."""

    model_config = ConfigDict(from_attributes=True)

    activity: Activity | None
    purpose: Purpose | None
    original: Decimal
    revised: Decimal
    encumbered: Decimal
    spent: Decimal
    available: Decimal


class BudgetAnswer(BaseModel):
    """A year's budget as of a day, by the books up to an entry."""

    year: int
    as_of: date
    known_number: int
    rows: list[BudgetRowAnswer]


@router.get("/budget/{year}")
def of_year(
    *,
    session: Reading,
    user: ApiUser,
    now: Now,
    year: Year,
    as_of: Day | None = None,
    known_at: Moment | None = None,
) -> BudgetAnswer:
    """Give a year's budget as of a day, today unless one is named."""
    at = cutoff(session, as_of or now.date(), known_at=known_at)
    return budget_answer(budget(session, at, year), at, year)


def budget_answer(rows: list[BudgetRow], at: Cutoff, year: int) -> BudgetAnswer:
    """Write a budget as its JSON answer."""
    return BudgetAnswer(
        year=year,
        as_of=at.as_of,
        known_number=at.known_number,
        rows=[BudgetRowAnswer.model_validate(each) for each in rows],
    )
