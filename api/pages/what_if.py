"""What if another scale were adopted: tried on a page, beside the one in force and the presets.

The whole question stands in the address, so that a link asks it again; nothing is kept until
somebody drafts the scale.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from api.deps import Now, Reading, Writing
from api.drafts import foreseen, keep, may_draft
from api.pages.comparison import columns
from api.pages.forms import FilledForm, read_form
from api.pages.page import CurrentPage, Page, SentForm
from api.pages.working import plain_number, sources, working
from api.what_if import (
    WEIGHT,
    Question,
    answer,
    asked_formula,
    completed,
    first_day,
    prefilled,
    scale_of,
    weighed,
    with_weights,
)
from ledger.comparison import Comparison
from ledger.errors import IdempotencyConflictError, LedgerError, NotAllowedError
from ledger.formula_files import LARGEST, examples, presets
from ledger.formulas import Formula
from ledger.headings import HEADINGS
from ledger.i18n import N_
from ledger.inputs import read
from ledger.scales import KIND, NewScale
from ledger.states import members_on
from ledger.union import EU_STATES
from ledger.users import LABELS, Role
from ledger.vintages import kept
from ledger.vocabulary import Purpose

router = APIRouter(prefix="/scales/what-if")

# What the form sends although it says nothing of the scale.
WEIGHTS_OF = "weights_of"
WORDS_OF_DRAFT = ("description", "voucher")

HEADING_OF_FIELD = {
    **HEADINGS,
    "amount": N_("Sum in euro"),
    "states": N_("States that share"),
    "weights": N_("Weights"),
}
FIELD_OF_REFUSAL = {"unknown-formula": "formula", "unknown-vintage": "vintage"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: as typed and completed, what is wrong with it, and the answer if nothing."""

    filled: FilledForm
    states: tuple[str, ...]
    # The formula as it was named or pasted, and with the weights that were typed.
    formula: Formula | None = None
    question: Question | None = None
    candidate: Formula | None = None
    comparison: Comparison | None = None


@router.get("")
def what_if(page: CurrentPage, session: Reading) -> Response:
    """Show what a scale would change; whatever of the question is wrong stands beside its field."""
    return _show(page, session, _asked(page, session), FilledForm({"key": str(uuid.uuid4())}))


@router.post("")
def draft_scale(page: CurrentPage, session: Writing, form: SentForm, now: Now) -> Response:
    """Draft the scale that the address asks about; show it again with what is wrong instead."""
    if not may_draft(page.user):
        raise NotAllowedError(needed=LABELS[Role.COORDINATOR])
    asked, filled = _asked(page, session), FilledForm(form)
    if asked.comparison is None or asked.question is None or asked.candidate is None:
        return _show(page, session, asked, filled, 422)
    said = scale_of(asked.question, asked.candidate)
    try:
        new = read(NewScale, said | {name: form.get(name, "") for name in WORDS_OF_DRAFT})
        foreseen(session, new, KIND)
        made = keep(session, new, kind=KIND, by=page.user, now=now, key=form.get("key", ""))
    except IdempotencyConflictError as error:
        # Sent before with other words: a new key, so that sending it again is a deliberate act.
        again = FilledForm({**form, "key": str(uuid.uuid4())}).with_error(error)
        return _show(page, session, asked, again, 422)
    except LedgerError as error:
        return _show(page, session, asked, filled.with_error(error, {}), 422)
    return RedirectResponse(f"/documents/{made.id}?done=saved", 303)


def _asked(page: Page, session: Session) -> Asked:
    """Read the question off the address, and answer it where it can be."""
    typed = dict(page.request.query_params)
    states = page.request.query_params.getlist("states")
    if states or "asked" in typed:
        typed["states"] = ",".join(states)
    values = completed(typed, _usual(page, session, typed))
    filled = FilledForm({name: page.formats.typed(value) for name, value in values.items()})
    chosen = tuple(each.strip().upper() for each in filled.value("states").split(","))
    question, candidate, formula, comparison = None, None, None, None
    try:
        question = _question(page, filled.values)
    except LedgerError as error:
        filled = filled.with_error(error, FIELD_OF_REFUSAL)
    try:
        formula = _formula(filled)
        candidate = _candidate(page, formula, typed)
        if question is not None:
            comparison = answer(session, question, candidate, today=page.now.date())
    except LedgerError as error:
        filled = filled.with_error(error, FIELD_OF_REFUSAL)
    return Asked(filled, chosen, formula, question, candidate, comparison)


def _usual(page: Page, session: Session, typed: Mapping[str, str]) -> dict[str, object]:
    """Fill in what is left out, for the pool and day that are asked about if they can be read."""
    asked = typed.get("purpose", "")
    purpose = Purpose(asked) if asked in tuple(Purpose) else Purpose.OPERATIONS
    try:
        day = page.formats.read_day(typed.get("valid_from", ""))
    except LedgerError:
        day = first_day(session, purpose, today=page.now.date())
    return prefilled(session, purpose, day, vintage=typed.get("vintage"))


def _question(page: Page, values: Mapping[str, str]) -> Question:
    said = {name: text for name, text in values.items() if name in Question.model_fields}
    if said.get("formula"):
        # The page says beside the text that it is not used.
        said.pop("formula_text", None)
    return read_form(Question, said, page.formats, amounts=("amount",), days=("valid_from",))


def _formula(filled: FilledForm) -> Formula | None:
    """Give the formula asked for; none where it is told already that there is none."""
    name, text = filled.value("formula"), filled.value("formula_text")
    is_told = filled.problems_of("formula") or filled.problems_of("formula_text")
    return None if is_told else asked_formula(name, text)


def _candidate(page: Page, formula: Formula | None, typed: Mapping[str, str]) -> Formula | None:
    """Give the formula the weights typed, unless they were typed for another one."""
    if formula is None or typed.get(WEIGHTS_OF, formula.name) != formula.name:
        return formula
    weights = {
        name.removeprefix(WEIGHT): text for name, text in typed.items() if name.startswith(WEIGHT)
    }
    return with_weights(formula, weights, language=page.language)


def _show(
    page: Page, session: Session, asked: Asked, draft: FilledForm, status: int = 200
) -> Response:
    is_wrong = bool(asked.filled.problems or asked.filled.refusals)
    found = asked.comparison
    reckoned = found.candidate.reckoned if found and found.candidate else None
    on = asked.question.valid_from if asked.question else None
    return page.html(
        "what_if.html",
        422 if is_wrong else status,
        form=asked.filled,
        asked=asked,
        draft=draft,
        found=found,
        columns=columns(found) if found else [],
        reckoned=reckoned,
        working=working(reckoned, page.formats) if reckoned else [],
        sources=sources(reckoned) if reckoned else [],
        weights=_weights(page, asked),
        fields=HEADING_OF_FIELD,
        purposes=tuple(Purpose),
        formulas=(presets(), examples()),
        vintages=kept(session).vintages(),
        all_states=EU_STATES,
        longest_text=LARGEST,
        members=_members(session, on),
        may_draft=may_draft(page.user),
        link=_link(page, asked),
    )


def _weights(page: Page, asked: Asked) -> list[tuple[str, str, str]]:
    """Offer a field for each weight that can be changed: its name, its label, its value."""
    if asked.formula is None:
        return []
    is_typed = asked.filled.values.get(WEIGHTS_OF, asked.formula.name) == asked.formula.name
    offered = []
    for term in weighed(asked.formula):
        name = f"{WEIGHT}{term.name}"
        typed = asked.filled.value(name) if is_typed else ""
        offered.append((name, term.label, typed or plain_number(term.weight, page.formats)))
    return offered


def _members(session: Session, on: date | None) -> tuple[str, ...]:
    return () if on is None else members_on(session, on)


def _link(page: Page, asked: Asked) -> str:
    """Address the question in full, so that a link asks it again."""
    said = [
        (name, text)
        for name, text in asked.filled.values.items()
        # Without its name the usual formula would stand in for one left empty.
        if name != "lang" and (text or name == "formula")
    ]
    return f"{page.path}?{urlencode(said)}"
