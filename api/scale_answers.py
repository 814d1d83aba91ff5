"""Scales as their JSON answers: shares in decimals and as exact fractions, and every step."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from ledger.comparison import Column, Comparison
from ledger.equity_metrics import EquityMetrics
from ledger.errors import LedgerError
from ledger.i18n import say, translation
from ledger.reckoning import Reckoned
from ledger.scales import Adopted
from ledger.vocabulary import Purpose

PLACES = Decimal("1e-12")


class ShareAnswer(BaseModel):
    """A state's share: to twelve decimals, and exactly, as a fraction of the whole."""

    state: str
    share: str
    exact: str


class StepAnswer(BaseModel):
    """One column of the working, each number an exact fraction; `kind` says what it holds."""

    label: str
    kind: str
    weight: str | None
    period: int | None
    vintage: str | None
    values: dict[str, str]


class ScaleAnswer(BaseModel):
    """A scale that was adopted; `in_force` says whether today's costs are shared by it."""

    number: int
    purpose: Purpose
    valid_from: date
    in_force: bool
    formula: str
    title: str
    document: str
    hash: str
    shares: list[ShareAnswer]


class WorkedScaleAnswer(ScaleAnswer):
    """A scale with its formula, the values that it rests on, and every step to the shares.

    Each value is written as vintage, indicator, state, year, value, unit and status.
    """

    says: dict[str, Any]
    indicator_year: int
    vintage: str | None
    used: list[list[Any]]
    working: list[StepAnswer]


class RefusalAnswer(BaseModel):
    """Why a scale cannot be reckoned."""

    code: str
    detail: str


class PartAnswer(ShareAnswer):
    """A state's share of the sum in euro, and what both are more than by the scale in force."""

    amount: Decimal
    change: str | None
    moved: Decimal | None


class RatioAnswer(BaseModel):
    """What a state gave so far to its fair share of all that was given; one is fair."""

    state: str
    ratio: str | None
    balance: Decimal


class MetricsAnswer(BaseModel):
    """How equitably what was given so far would have been borne; each measure is zero if fair."""

    states: list[RatioAnswer]
    hoover: str | None
    rms: str | None
    gini: str | None
    theil: str | None


class ColumnAnswer(BaseModel):
    """One scale of a comparison; where it cannot be reckoned only the refusal is given."""

    formula: str
    title: str
    refusal: RefusalAnswer | None
    shares: list[PartAnswer]
    metrics: MetricsAnswer | None


class WhatIfAnswer(BaseModel):
    """A candidate beside the scale in force and the six presets, and the candidate's working."""

    purpose: Purpose
    valid_from: date
    indicator_year: int
    vintage: str | None
    states: list[str]
    amount: Decimal
    candidate: ColumnAnswer | None
    in_force: ColumnAnswer | None
    presets: list[ColumnAnswer]
    working: list[StepAnswer]


def scale_answer(found: Adopted, language: str, *, in_force: bool) -> ScaleAnswer:
    """Write a scale that was adopted."""
    said: Mapping[str, Any] = found.content["formula"]
    return ScaleAnswer(
        number=found.number,
        purpose=found.purpose,
        valid_from=found.valid_from,
        in_force=in_force,
        formula=said["name"],
        title=_title(said["title"], language),
        document=found.document_id,
        hash=found.hash.hex(),
        shares=[_share(state, share) for state, share in sorted(found.shares.items())],
    )


def worked_answer(found: Adopted, language: str, *, in_force: bool) -> WorkedScaleAnswer:
    """Write a scale that was adopted, with all that it rests on."""
    content = found.content
    return WorkedScaleAnswer(
        **dict(scale_answer(found, language, in_force=in_force)),
        says=content["formula"],
        indicator_year=content["year"],
        vintage=content.get("vintage"),
        used=content["used"],
        working=_working(found.reckoned(), language),
    )


def comparison_answer(
    found: Comparison, purpose: Purpose, valid_from: date, *, language: str
) -> WhatIfAnswer:
    """Write scales side by side."""
    candidate, standing = found.candidate, found.in_force
    reckoned = candidate.reckoned if candidate else None
    return WhatIfAnswer(
        purpose=purpose,
        valid_from=valid_from,
        indicator_year=found.basis.year,
        vintage=found.basis.vintage,
        states=list(found.states),
        amount=found.amount,
        candidate=_column(candidate, language) if candidate else None,
        in_force=_column(standing, language) if standing else None,
        presets=[_column(each, language) for each in found.presets],
        working=_working(reckoned, language) if reckoned else [],
    )


def _working(reckoned: Reckoned, language: str) -> list[StepAnswer]:
    return [
        StepAnswer(
            label=say(step, language),
            kind=step.kind,
            weight=None if step.weight is None else str(step.weight),
            period=step.period,
            vintage=None if "vintage" not in step.params else str(step.params["vintage"]),
            values={state: str(value) for state, value in sorted(step.column.items())},
        )
        for step in reckoned.scale.trace
    ]


def _column(column: Column, language: str) -> ColumnAnswer:
    refusal = column.refusal
    return ColumnAnswer(
        formula=column.formula.name,
        title=_title(column.formula.title, language),
        refusal=None if refusal is None else _refusal(refusal, language),
        shares=[
            PartAnswer(
                **dict(_share(state, share)),
                amount=column.amounts[state],
                change=str(column.changes[state]) if column.changes else None,
                moved=column.moved.get(state),
            )
            for state, share in sorted(column.shares.items())
        ],
        metrics=None if column.metrics is None else _metrics(column.metrics),
    )


def _refusal(refusal: LedgerError, language: str) -> RefusalAnswer:
    return RefusalAnswer(code=refusal.code, detail=say(refusal, language))


def _share(state: str, share: Fraction) -> ShareAnswer:
    return ShareAnswer(state=state, share=_decimal(share), exact=str(share))


def _metrics(found: EquityMetrics) -> MetricsAnswer:
    return MetricsAnswer(
        states=[
            RatioAnswer(state=each.state, ratio=_known(each.ratio), balance=each.balance)
            for each in found.states
        ],
        hoover=_known(found.hoover),
        rms=_known(found.rms),
        gini=_known(found.gini),
        theil=_known(found.theil),
    )


def _title(title: str, language: str) -> str:
    # Not `say`: a per cent sign in somebody's own title is no place for a parameter.
    return translation(language).gettext(title)


def _known(number: Fraction | Decimal | None) -> str | None:
    return None if number is None else _decimal(number)


def _decimal(number: Fraction | Decimal) -> str:
    exact = Fraction(number)
    decimal = Decimal(exact.numerator) / Decimal(exact.denominator)
    return format(decimal.quantize(PLACES, ROUND_HALF_UP), "f")
