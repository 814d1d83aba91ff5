"""The form of a contribution: what it offers, what it comes to, and how it is shown again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Literal, TypeVar

from sqlalchemy.orm import Session
from starlette.responses import Response

from api.pages.forms import FilledForm, read_form
from api.pages.page import Page
from ledger import periods, prior_periods
from ledger.contributions import KIND, NewContribution, propose
from ledger.currencies import CURRENCIES
from ledger.documents import Document, body_hash
from ledger.errors import FutureEntryError, InputErrors, LedgerError
from ledger.journal import NewEntry
from ledger.money import round_half_up
from ledger.rate_policies import said_rates
from ledger.rates import Rate, quoted
from ledger.states import members_on
from ledger.vocabulary import (
    Activity,
    Against,
    Form,
    FundingSource,
    Purpose,
    RateEvent,
    Treatment,
    ValuationBasis,
)

AMOUNTS = ("amount", "quantity", "unit_value", "credit_value")
DAYS = ("value_on", "posted_on")

Way = Literal["cash", "in-kind"]
Value = TypeVar("Value")

CHOICES: Mapping[str, tuple[str, ...]] = {
    "purpose": tuple(Purpose),
    "activity": tuple(Activity),
    "funding_source": tuple(FundingSource),
    "against": tuple(Against),
    "form": tuple(form for form in Form if form is not Form.CASH),
    "treatment": tuple(Treatment),
    "valuation_basis": tuple(ValuationBasis),
}


@dataclass(frozen=True, slots=True)
class Result:
    """What a contribution comes to: rate and euro once they are known, its entry at the end.

    `refusals` say what of it cannot be read, or what the books would not take.
    """

    amount: Decimal | None = None
    currency: str = ""
    day: date | None = None
    rate: Rate | None = None
    euro: Decimal | None = None
    entry: NewEntry | None = None
    refusals: tuple[LedgerError, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it was read: what was typed and is wrong, the model if nothing is, the result."""

    filled: FilledForm
    new: NewContribution | None
    result: Result

    @property
    def is_sound(self) -> bool:
        """Whether it may be kept: nothing is wrong with it, and the books would take its entry."""
        return self.new is not None and not self.filled.problems and not self.filled.refusals


def read_draft(page: Page, session: Session, typed: Mapping[str, str], way: Way) -> Draft:
    """Read the form and ask the books what they would post; nothing is written."""
    filled = FilledForm(typed)
    said = {name: text for name, text in typed.items() if name in NewContribution.model_fields}
    if way == "cash":
        said["form"] = Form.CASH
    if page.user.state_code is not None:
        said["state"] = page.user.state_code
    try:
        new = read_form(NewContribution, said, page.formats, amounts=AMOUNTS, days=DAYS)
    except InputErrors as error:
        return Draft(filled.with_error(error), None, _estimate(page, session, typed))
    try:
        prior_periods.require_postable(session, [prior_periods.When(new.value_on, new.posted_on)])
        require_postable(session, new.effective_on, today=page.now.date())
        [entry] = propose(session, [_unsaved(new)])
    except LedgerError as error:
        return Draft(
            filled.with_error(error), new, _refused(_estimate(page, session, typed), error)
        )
    rate = said_rates(session, _event(new.form), [new.translated])[new.translated]
    euro = rate.in_euro(new.value)
    result = Result(new.value, new.currency, new.value_on, rate, euro, entry)
    return Draft(filled, new, result)


def require_postable(session: Session, on: date, *, today: date) -> None:
    """Raise FutureEntryError, ClosedPeriodError or NoPeriodError where a day takes no entry."""
    if on > today:
        raise FutureEntryError(on=on)
    periods.require_open(session, [on])


def show_form(
    page: Page,
    session: Session,
    way: Way,
    draft: Draft,
    *,
    document: Document | None = None,
    checked: bool = True,
) -> Response:
    """Draw the form; unprocessable as long as something in what was sent is wrong."""
    is_wrong = bool(draft.filled.problems or draft.filled.refusals)
    return page.html(
        "contribution_form.html",
        422 if checked and is_wrong else 200,
        form=draft.filled,
        result=draft.result,
        way=way,
        document=document,
        choices=CHOICES,
        states=members_on(session, page.now.date()),
        currencies=_currencies(page.now.date()),
    )


def _unsaved(new: NewContribution) -> Document:
    body = new.model_dump(mode="json", exclude_none=True)
    return Document(
        id="", kind=KIND, state_code=new.state, body=body, body_hash=body_hash(KIND, body)
    )


def _estimate(page: Page, session: Session, typed: Mapping[str, str]) -> Result:
    """Show the rate and the euro as soon as day, currency and amount can be read.

    What was typed and cannot be read, and a day that takes no entry, are told at once.
    """
    refusals: list[LedgerError] = []
    day = _tried(refusals, partial(_read, page.formats.read_day, typed, "value_on"))
    amount = _amount(page, typed, refusals)
    currency = typed.get("currency", "")
    if day is None:
        return Result(amount, currency, refusals=tuple(refusals))
    if not typed.get("posted_on", "").strip():
        _tried(refusals, lambda: require_postable(session, day, today=page.now.date()))
    known = currency in CURRENCIES
    event, own = _event(typed.get("form", "")), quoted(typed.get("bank_rate", ""))
    said = (currency, day, own)
    asked = partial(said_rates, session, event, [said])
    rates = _tried(refusals, asked) if known else None
    rate = rates[said] if rates else None
    euro = None if rate is None or amount is None else rate.in_euro(amount)
    return Result(amount, currency, day, rate, euro, refusals=tuple(refusals))


def _event(form: str) -> RateEvent:
    """Say by which rate policy a contribution is translated."""
    return RateEvent.RECEIPT if form in ("", Form.CASH) else RateEvent.IN_KIND


def _amount(page: Page, typed: Mapping[str, str], refusals: list[LedgerError]) -> Decimal | None:
    """Read the amount, or count it from quantity and unit value; nothing while one is missing."""
    read = {
        name: _tried(refusals, partial(_read, page.formats.read_amount, typed, name))
        for name in AMOUNTS
    }
    quantity, unit_value = read["quantity"], read["unit_value"]
    if typed.get("amount", "").strip() or quantity is None or unit_value is None:
        return read["amount"]
    return round_half_up(quantity * unit_value)


def _read(reading: Callable[[str], Value], typed: Mapping[str, str], name: str) -> Value | None:
    text = typed.get(name, "")
    return reading(text) if text.strip() else None


def _tried(refusals: list[LedgerError], attempt: Callable[[], Value]) -> Value | None:
    """Give what an attempt gives; where it is refused, note the refusal."""
    try:
        return attempt()
    except LedgerError as error:
        refusals.append(error)
        return None


def _refused(result: Result, error: LedgerError) -> Result:
    """Add a refusal to those that a result tells, unless it tells it already."""
    told = error.code in {each.code for each in result.refusals}
    return result if told else replace(result, refusals=(*result.refusals, error))


def _currencies(today: date) -> tuple[str, ...]:
    """List the euro first, then what is money of its own today, then what the euro replaced."""
    living = sorted(c.code for c in CURRENCIES.values() if c.in_use(today) and c.code != "EUR")
    return ("EUR", *living, *sorted(set(CURRENCIES) - {"EUR", *living}))
