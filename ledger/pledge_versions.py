"""Pledges version by version: what a state said it would give, and what became of that.

A pledge is never edited. Its first approved document is its first version, a later one of the same
state and code the next, and nothing that was paid hangs on any of them (books.md §3, lesson 26).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Self

import sqlalchemy as sa
from pydantic import AfterValidator, StringConstraints, model_validator
from sqlalchemy.orm import Session, aliased

from ledger.balances import Cutoff, cutoff, was_known
from ledger.contributions import StateCode
from ledger.currencies import CurrencyCode
from ledger.documents import Document, DocumentEvent
from ledger.entries import JournalEntry
from ledger.i18n import N_
from ledger.inputs import Day, Decision, New, Words, broken
from ledger.instalments import Instalment, InstalmentList, Instalments, difference
from ledger.money import PositiveAmount
from ledger.vocabulary import Activity, Form, FundingSource, Level, Purpose, Status

KIND, LAPSE, CONDITION = "pledge", "lapse", "condition"
ACTS = (KIND, LAPSE, CONDITION)

STRANGE_CODE = N_(
    "“%(text)s” is no code of a pledge: use letters, digits and the marks . _ - / such as "
    "PL-2017-LIBYA."
)
CONDITIONS_MISSING = N_("are missing: say what has to happen before the pledge binds.")
NO_CONDITIONS = N_("are for conditional pledges: leave them empty.")

_CODE = re.compile(r"\w[\w./-]*")


def _code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise broken(("pledge", STRANGE_CODE))
    return text.upper()


# What people call it by; unique for its state, capital or small letters alike.
PledgeCode = Annotated[str, StringConstraints(min_length=1, max_length=40), AfterValidator(_code)]


class NewPledge(New):
    """One version of a pledge: an amount above zero in the currency it was made in."""

    state: StateCode
    pledge: PledgeCode
    level: Level
    effective_on: Day
    currency: CurrencyCode
    amount: PositiveAmount
    form: Form
    purpose: Purpose
    activity: Activity
    funding_source: FundingSource | None = None
    # Due days and amounts, which add up to the pledge; empty is one without a due day.
    instalments: InstalmentList | None = None
    conditions: Annotated[str, StringConstraints(max_length=1000)] | None = None
    earmark: Annotated[str, StringConstraints(max_length=300)] | None = None
    description: Words
    voucher: Decision

    @model_validator(mode="after")
    def _whole(self) -> Self:
        rules = list(self._rules())
        if rules:
            raise broken(*rules)
        return self

    @property
    def in_cash(self) -> bool:
        """Whether it is money; anything else is not monetary and stays a memorandum."""
        return self.form is Form.CASH

    @property
    def schedule(self) -> Instalments:
        """The instalments, or the whole as one without a due day."""
        if self.instalments and self.instalments.parts:
            return self.instalments
        return Instalments((Instalment(None, self.amount),))

    def _rules(self) -> Iterator[tuple[str, str, dict[str, object]]]:
        if self.level is Level.CONDITIONAL and not self.conditions:
            yield "conditions", CONDITIONS_MISSING, {}
        if self.level is not Level.CONDITIONAL and self.conditions:
            yield "conditions", NO_CONDITIONS, {}
        message, said = difference(self.schedule, self.amount, self.currency)
        if message:
            yield "instalments", message, said


class NewLapse(New):
    """What is still open of a pledge will not come."""

    state: StateCode
    pledge: PledgeCode
    lapsed_on: Day
    description: Words
    voucher: Decision


class NewCondition(New):
    """The conditions of a pledge are met for an amount in its currency."""

    state: StateCode
    pledge: PledgeCode
    met_on: Day
    # All cash received on it so far, unless given.
    amount: PositiveAmount | None = None
    description: Words
    voucher: Decision


@dataclass(frozen=True, slots=True)
class Version:
    """One version as it was approved; `entry` is None where nothing was to be posted."""

    number: int
    said: NewPledge
    document_id: str
    entry: int | None


@dataclass(frozen=True, slots=True)
class Pledge:
    """A pledge with all its versions, at least one, and the day on which it lapsed."""

    state: str
    code: str
    versions: tuple[Version, ...]
    lapsed_on: date | None
    # The last day on which anything was decided on it.
    decided_on: date

    @property
    def said(self) -> NewPledge:
        """What it says now."""
        return self.versions[-1].said

    def key(self, part: str | date | None) -> str:
        """Name one of its open items: announced, conditional, liability, or a due day."""
        return item_of(self.state, self.code, part)

    @property
    def dues(self) -> tuple[date | None, ...]:
        """Every due day that any of its versions names, in order; None, without a day, last."""
        found = {each.due_on for version in self.versions for each in version.said.schedule}
        return tuple(sorted(found, key=_none_last))

    @property
    def keys(self) -> tuple[str, ...]:
        """Every open item that it may have."""
        return tuple(map(self.key, (ANNOUNCED, CONDITIONAL, LIABILITY, *self.dues)))


# Parts of an item's key, and the accounts on which they stand.
ANNOUNCED, CONDITIONAL, LIABILITY = "announced", "conditional", "liability"
UNDATED = "undated"
ACCOUNTS = {ANNOUNCED: "9110", CONDITIONAL: "9210", LIABILITY: "2040"}
RECEIVABLE = "1120"


def item_of(state: str, code: str, part: str | date | None) -> str:
    """Name an open item of a pledge."""
    return f"pledge:{state}:{code}:{UNDATED if part is None else part}"


def pledges_by_code(
    session: Session,
    at: Cutoff,
    *,
    state: str | None = None,
    code: str | None = None,
    known_at: datetime | None = None,
) -> dict[tuple[str, str], Pledge]:
    """Read the pledges that stand as of a cutoff, by state and code, in one query.

    A version whose entry was reversed by then does not count; one that posted nothing does as
    `balances.was_known` tells.
    """
    found: dict[tuple[str, str], list[_Act]] = {}
    where = _those(state, code)
    for act in _acts(session, at, *where, known_at=known_at):
        found.setdefault((act.body["state"], act.body["pledge"]), []).append(act)
    pledges = (_pledge(*name, found[name], at.as_of) for name in sorted(found))
    return {(each.state, each.code): each for each in pledges if each is not None}


def later_than(session: Session, number: int) -> Pledge | None:
    """Give the pledge of an entry if something was decided on it after that entry."""
    entry = session.get(JournalEntry, number)
    document = session.get(Document, entry.document_id) if entry and entry.document_id else None
    if document is None or document.kind not in ACTS:
        return None
    state, code = document.body["state"], document.body["pledge"]
    at = cutoff(session, date.max)
    acts = list(_acts(session, at, *_those(state, code)))
    is_last = not acts or acts[-1].document_id == document.id
    return None if is_last else pledges_by_code(session, at, state=state, code=code)[state, code]


@dataclass(frozen=True, slots=True)
class _Act:
    """An approved document of a pledge, in the order of approval."""

    kind: str
    document_id: str
    body: dict[str, Any]
    entry: int | None


def _those(state: str | None, code: str | None) -> Iterator[sa.ColumnElement[bool]]:
    if state is not None:
        yield Document.state_code == state
    if code is not None:
        yield Document.body["pledge"].as_string() == code


def _acts(
    session: Session,
    at: Cutoff,
    *which: sa.ColumnElement[bool],
    known_at: datetime | None = None,
) -> Iterator[_Act]:
    entry, undoing = aliased(JournalEntry), aliased(JournalEntry)
    query = (
        sa.select(Document.kind, Document.id, Document.body, entry.number)
        .join(
            DocumentEvent,
            sa.and_(
                DocumentEvent.document_id == Document.id, DocumentEvent.status == Status.APPROVED
            ),
        )
        .outerjoin(entry, entry.document_id == Document.id)
        .outerjoin(
            undoing,
            sa.and_(
                undoing.reverses == entry.number,
                undoing.number <= at.known_number,
                undoing.effective_on <= at.as_of,
            ),
        )
        .where(Document.kind.in_(ACTS), Document.status == Status.APPROVED)
        .where(was_known(entry, at, known_at=known_at), undoing.number.is_(None), *which)
        .order_by(DocumentEvent.id)
    )
    for row in session.execute(query):
        yield _Act(*row)


def _pledge(state: str, code: str, acts: list[_Act], as_of: date) -> Pledge | None:
    said = [NewPledge.model_validate(act.body) for act in acts if act.kind == KIND]
    made = [act for act in acts if act.kind == KIND]
    versions = tuple(
        Version(number, each, act.document_id, act.entry)
        for number, (each, act) in enumerate(zip(said, made, strict=True), start=1)
        if each.effective_on <= as_of
    )
    if not versions:
        return None
    lapses = (NewLapse.model_validate(act.body) for act in acts if act.kind == LAPSE)
    lapsed = [each.lapsed_on for each in lapses if each.lapsed_on <= as_of]
    met = (NewCondition.model_validate(act.body) for act in acts if act.kind == CONDITION)
    days = [versions[-1].said.effective_on, *lapsed, *(each.met_on for each in met)]
    return Pledge(state, code, versions, lapsed[0] if lapsed else None, max(days))


def _none_last(on: date | None) -> tuple[bool, str]:
    return on is None, str(on)
