"""The settlement page: who would pay whom as of a day, and the form that submits it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from api.deps import Now, Reading, Writing
from api.pages.as_of import Asked, AsOf, address
from api.pages.contribution_form import require_postable
from api.pages.forms import FilledForm, read_form
from api.pages.page import CurrentPage, Page, SentForm
from ledger.balances import Cutoff
from ledger.claims import Rule
from ledger.equity import POSITION
from ledger.errors import IdempotencyConflictError, LedgerError, NotAllowedError
from ledger.rates import ExchangeRate
from ledger.settlements import NewSettlement, Plan, SettledState, plan, submit
from ledger.users import LABELS, Role, User
from ledger.vocabulary import Purpose, Way

router = APIRouter()

FIELDS = ("settled_on", "way", "description", "voucher")
# Beside which field a refusal stands: a settlement is posted on its own day.
FIELD_OF_REFUSAL = dict.fromkeys(("closed-period", "future-entry", "no-period"), "settled_on")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address asks for: a day, whose positions, and the rule for the larger side."""

    asked: Asked
    purpose: Purpose | None
    rule: Rule


async def choice(asked: AsOf, purpose: str = "", rule: str = "") -> Choice:
    """Read the choice; all purposes and the proportional rule where it names no other."""
    return Choice(
        asked,
        Purpose(purpose) if purpose in tuple(Purpose) else None,
        Rule(rule) if rule in tuple(Rule) else Rule.PROPORTIONAL,
    )


Chosen = Annotated[Choice, Depends(choice)]


@router.get("/settlement")
def settlement(page: CurrentPage, session: Reading, choice: Chosen) -> Response:
    """Show who would pay whom, with a form of today and a key of its own."""
    today = page.now.date().isoformat()
    form = FilledForm({"settled_on": today, "key": str(uuid.uuid4())})
    return _show(page, session, choice, form)


@router.post("/settlement")
def settle(
    page: CurrentPage, session: Writing, choice: Chosen, form: SentForm, now: Now
) -> Response:
    """Submit the settlement that the address names; show it again with what is wrong instead."""
    if not may_settle(page.user):
        raise NotAllowedError(needed=LABELS[Role.COORDINATOR])
    if choice.asked.error is not None:
        raise choice.asked.error
    try:
        new = _read(page, session, choice, form)
        made = submit(session, new, by=page.user, now=now, key=form.get("key", ""))
    except IdempotencyConflictError as error:
        # Sent before with other words: a new key, so that sending it again is a deliberate act.
        again = FilledForm({**form, "key": str(uuid.uuid4())}).with_error(error)
        return _show(page, session, choice, again, 422)
    except LedgerError as error:
        wrong = FilledForm(form).with_error(error, FIELD_OF_REFUSAL)
        return _show(page, session, choice, wrong, 422)
    return RedirectResponse(f"/documents/{made.id}?done=submitted", 303)


def may_settle(user: User) -> bool:
    """Whether a person may submit what concerns all states: coordinators, and the office."""
    return user.role == Role.COORDINATOR or (user.role == Role.OFFICER and user.state_code is None)


def _read(page: Page, session: Session, choice: Choice, typed: Mapping[str, str]) -> NewSettlement:
    said = {name: typed.get(name, "") for name in FIELDS} | {
        "as_of": choice.asked.as_of.isoformat(),
        "purpose": choice.purpose or "",
        "rule": choice.rule,
    }
    new = read_form(NewSettlement, said, page.formats, amounts=(), days=("settled_on",))
    require_postable(session, new.settled_on, today=page.now.date())
    return new


def _show(
    page: Page, session: Session, choice: Choice, form: FilledForm, status: int = 200
) -> Response:
    asked = _with_rates(page, session, choice.asked)
    at = asked.cutoff(session)
    found, refusal = _planned(session, choice, at)
    questions = {"purpose": choice.purpose, "rule": choice.rule}
    return page.html(
        "settlement.html",
        422 if asked.error else status,
        asked=asked,
        at=at,
        choice=choice,
        plan=found,
        refusal=refusal,
        rows=[(each, _postings(each, choice, at)) for each in found.states] if found else [],
        form=form,
        may_settle=may_settle(page.user),
        purposes=tuple(Purpose),
        rules=tuple(Rule),
        ways=tuple(Way),
        link=address("/settlement", at, **questions),
        of_purpose={
            each: address("/settlement", at, purpose=each, rule=choice.rule) for each in Purpose
        },
    )


def _with_rates(page: Page, session: Session, asked: Asked) -> Asked:
    """Unless a day is named it is today, or the last day with a rate: a transfer needs one."""
    if page.request.query_params.get("as_of"):
        return asked
    last = session.scalar(sa.select(sa.func.max(ExchangeRate.applies_on)))
    known = min(asked.as_of, last) if last is not None else asked.as_of
    return replace(asked, as_of=known, typed=known.isoformat())


def _planned(
    session: Session, choice: Choice, at: Cutoff
) -> tuple[Plan | None, LedgerError | None]:
    """Plan the settlement, or say what refuses it."""
    try:
        return plan(session, at, choice.rule, purpose=choice.purpose), None
    except LedgerError as refusal:
        return None, refusal


def _postings(each: SettledState, choice: Choice, at: Cutoff) -> str:
    """Address the postings that a state's equity balance is the sum of."""
    return address(
        "/postings",
        at,
        account=POSITION,
        state=each.state,
        purpose=choice.purpose,
        side="credit",
    )
