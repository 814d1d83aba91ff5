"""Scales as JSON: those adopted, one with all its working, and what another would change."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.approvals import DocumentAnswer
from api.deps import ApiUser, IdempotencyKey, Language, Now, Reading, Writing
from api.drafts import recorded
from api.scale_answers import (
    ScaleAnswer,
    WhatIfAnswer,
    WorkedScaleAnswer,
    comparison_answer,
    scale_answer,
    worked_answer,
)
from api.what_if import (
    WEIGHT,
    Question,
    answer,
    asked_formula,
    completed,
    first_day,
    prefilled,
    with_weights,
)
from ledger.errors import InputErrors, InputProblem, LedgerError
from ledger.i18n import N_
from ledger.inputs import read
from ledger.scales import KIND, ONE_FORMULA, Adopted, NewScale, adopted, last_valid
from ledger.vocabulary import Purpose

router = APIRouter(tags=["scales"])


class UnknownScaleError(LedgerError):
    """A number that no scale has."""

    code = "unknown-scale"
    message = N_("There is no scale %(number)s: look it up in the list of scales.")


@router.get("/scales")
def scales(
    session: Reading, user: ApiUser, now: Now, language: Language, purpose: Purpose | None = None
) -> list[ScaleAnswer]:
    """List the scales that were adopted, by pool, first day and number."""
    found = adopted(session, purpose)
    today = in_force_on(found, now.date())
    return [scale_answer(each, language, in_force=each.number in today) for each in found]


@router.post("/scales", status_code=201)
def record_scale(
    *,
    new: NewScale,
    session: Writing,
    user: ApiUser,
    key: IdempotencyKey,
    now: Now,
    response: Response,
) -> DocumentAnswer:
    """Keep a scale as a draft; the same key and content give the draft there is."""
    return recorded(session, new, kind=KIND, by=user, now=now, key=key, response=response)


@router.get("/scales/what-if")
def what_if(
    *,
    request: Request,
    session: Reading,
    user: ApiUser,
    now: Now,
    language: Language,
    purpose: Purpose = Purpose.OPERATIONS,
    valid_from: date | None = None,
    formula: str | None = None,
    formula_text: str | None = None,
    indicator_year: str | None = None,
    vintage: str | None = None,
    states: Annotated[list[str] | None, Query()] = None,
    amount: str | None = None,
) -> WhatIfAnswer:
    """Say what a scale would change; nothing is kept.

    What is left out is filled in from the books. `weight_` and the name of a term give that term of
    the formula another weight, as `weight_gdp=0.6`.
    """
    if formula and formula_text:
        raise InputErrors([InputProblem("formula", ONE_FORMULA)])
    day = valid_from or first_day(session, purpose, today=now.date())
    given = {
        "formula": formula,
        "formula_text": formula_text,
        "indicator_year": indicator_year,
        "vintage": vintage,
        "states": None if states is None else ",".join(states),
        "amount": amount,
    }
    told = {name: value for name, value in given.items() if value is not None}
    question = read(Question, completed(told, prefilled(session, purpose, day, vintage=vintage)))
    candidate = asked_formula(question.formula, question.formula_text)
    if candidate is not None:
        candidate = with_weights(candidate, _weights(request), language=language)
    found = answer(session, question, candidate, today=now.date())
    return comparison_answer(found, question.purpose, question.valid_from, language=language)


@router.get("/scales/{number}")
def scale(
    session: Reading, user: ApiUser, now: Now, language: Language, number: int
) -> WorkedScaleAnswer:
    """Show one scale with all that it rests on; raise UnknownScaleError where there is none."""
    found = adopted(session)
    one = numbered(found, number)
    today = in_force_on(found, now.date())
    return worked_answer(one, language, in_force=number in today)


def numbered(found: Iterable[Adopted], number: int) -> Adopted:
    """Give the scale that has a number; raise UnknownScaleError when none has."""
    one = next((each for each in found if each.number == number), None)
    if one is None:
        raise UnknownScaleError(number=number)
    return one


def in_force_on(found: Iterable[Adopted], on: date) -> set[int]:
    """Give the numbers of the scales by which a day's costs are shared, one for each pool."""
    of_pool: dict[Purpose, list[Adopted]] = {}
    for each in found:
        of_pool.setdefault(each.purpose, []).append(each)
    valid = (last_valid(scales, on) for scales in of_pool.values())
    return {each.number for each in valid if each is not None}


def _weights(request: Request) -> dict[str, str]:
    asked = request.query_params.items()
    return {name.removeprefix(WEIGHT): text for name, text in asked if name.startswith(WEIGHT)}
