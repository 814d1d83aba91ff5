"""Scales as decisions: who bears which share of a pool of cost, from which day on, and why.

A scale is drafted as a document: formula, year and vintage of the indicators, pool, first day, the
decision of the states. A second person's approval freezes the result: members, every value used,
every share as an exact fraction. It is never edited; a newer one supersedes it from its own first
day on, which lies after all that was shared already, so that the past stays as it was.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Self

import sqlalchemy as sa
from pydantic import AfterValidator, Field, StringConstraints, model_validator
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from ledger.criteria import Basis
from ledger.db import Base, code, digest
from ledger.documents import Document
from ledger.entries import JournalEntry, Posting
from ledger.errors import LedgerError
from ledger.formula_files import (
    LARGEST,
    UnreadableFormulaError,
    formula,
    known_formula,
    read_formula,
)
from ledger.formulas import Formula, plain
from ledger.i18n import N_
from ledger.inputs import Day, New, Reference, Words, broken
from ledger.journal import NewEntry
from ledger.reckoning import Reckoned, reckon, reckoned_from, written
from ledger.seal import canonical
from ledger.states import members_on
from ledger.vintages import kept
from ledger.vocabulary import LABELS, Purpose

KIND = "scale"

UNKNOWN_FORMULA = N_("“%(text)s” is not a formula of the mechanism: see `mcrm scale list`.")
ONE_FORMULA = N_("name a formula, or give the text of one, not both.")
WRONG_FORMULA_TEXT = N_("%(key)s: %(fault)s")


class NoScaleError(LedgerError):
    """A day on which no scale of a pool is in force."""

    code = "no-scale"
    message = N_(
        "No scale for the costs of %(purpose)s is in force on %(on)s: "
        "have one adopted that is valid from that day or before."
    )


class LateScaleError(LedgerError):
    """A scale for days whose costs were shared already."""

    code = "late-scale"
    message = N_(
        "Costs of %(purpose)s are shared up to %(until)s: the past stays as it was. "
        "Let the scale be valid from a later day, or reverse those runs first."
    )


class StaleScaleError(LedgerError):
    """A scale that was made for other members than take part."""

    code = "stale-scale"
    message = N_(
        "On %(on)s %(members)s take part, but the scale for the costs of %(purpose)s that is in "
        "force was made for %(shared)s: have a new one adopted, valid from %(on)s."
    )


class UnrepeatableScaleError(LedgerError):
    """A scale whose kept content does not lead to the same shares again."""

    code = "unrepeatable-scale"
    message = N_(
        "The values that this scale would keep do not lead to the same shares again, so nobody "
        "could check it later: name one vintage for all criteria that use the same indicator."
    )


def _formula_name(name: str) -> str:
    if not known_formula(name):
        raise broken(("formula", UNKNOWN_FORMULA))
    return name


def _formula_text(text: str) -> str:
    try:
        read_formula(text)
    except UnreadableFormulaError as error:
        raise broken(
            *(
                ("formula_text", WRONG_FORMULA_TEXT, {"key": each.place, "fault": each})
                for each in error.problems
            )
        ) from error
    return text


FormulaName = Annotated[str, AfterValidator(_formula_name)]
FormulaText = Annotated[
    str,
    StringConstraints(max_length=LARGEST, strip_whitespace=False),
    AfterValidator(_formula_text),
]


class NewScale(New):
    """A scale to be adopted for one pool of cost: by a formula of ours, or by the text of one."""

    purpose: Purpose
    valid_from: Day
    formula: FormulaName | None = None
    formula_text: FormulaText | None = None
    indicator_year: int = Field(ge=1995, le=2100)
    vintage: Annotated[str, StringConstraints(max_length=100)] | None = None
    description: Words
    # The decision of the states.
    voucher: Annotated[Reference, StringConstraints(min_length=1)]

    @model_validator(mode="after")
    def _one_formula(self) -> Self:
        if (self.formula is None) == (self.formula_text is None):
            raise broken(("formula", ONE_FORMULA))
        return self

    @property
    def sharing(self) -> Formula:
        """The formula, however it was given."""
        return formula(self.formula) if self.formula else read_formula(self.formula_text or "")

    @property
    def basis(self) -> Basis:
        """On what it is reckoned; a phase-in looks to the year of the first day."""
        return Basis(self.indicator_year, self.vintage, self.valid_from.year)


class StoredScale(Base):
    """A scale as it was adopted, with all that made it; rows are added and never changed."""

    __tablename__ = "scale"
    __table_args__ = (
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("length(content_hash) = 32", name="content_hash"),
        sa.Index("ix_scale_in_force", "purpose", "valid_from", "number"),
        {"sqlite_strict": True},
    )

    number: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    document_id: Mapped[str] = mapped_column(sa.String(36), sa.ForeignKey(Document.id), unique=True)
    purpose: Mapped[code]
    valid_from: Mapped[date]
    # Canonical JSON: formula, basis, members, values used, shares as exact fractions.
    content: Mapped[str] = mapped_column(sa.Text)
    content_hash: Mapped[digest]


@dataclass(frozen=True, slots=True)
class Adopted:
    """A scale that was adopted: its number, pool, first day, exact shares, and hash."""

    number: int
    purpose: Purpose
    valid_from: date
    document_id: str
    shares: dict[str, Fraction]
    content: Mapping[str, Any]
    hash: bytes

    @property
    def members(self) -> tuple[str, ...]:
        """Whom it was made for, by code."""
        return tuple(sorted(self.shares))

    def reckoned(self) -> Reckoned:
        """Make it again from what it rests on, with all its working."""
        return reckoned_from(self.content)


def drafted(session: Session, said: NewScale) -> Reckoned:
    """Reckon what a scale would be for those who take part on its first day.

    Raises UnknownVintageError, and whatever the formula refuses.
    """
    members, indicators = members_on(session, said.valid_from), kept(session)
    # Equal shares need no indicators, but the vintage that a decision names has to be one.
    if said.basis.vintage:
        indicators.vintage_named(said.basis.vintage)
    return reckon(said.sharing, members, said.basis, indicators)


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Post nothing: a scale is no event of the books, what is shared by it is.

    Raises LateScaleError where costs from its first day on were shared already.
    """
    for document in documents:
        said = _said(document)
        until = shared_until(session, said.purpose)
        if until is not None and said.valid_from <= until:
            raise LateScaleError(purpose=LABELS[said.purpose], until=until)
    return []


def foresee(session: Session, document: Document) -> dict[str, Any]:
    """Say what approving would freeze: the whole content of the scale.

    Raises UnrepeatableScaleError where that content would not lead to the same scale again.
    """
    said = _said(document)
    content = _content(said, drafted(session, said))
    if remade(content) is None:
        raise UnrepeatableScaleError
    return content


def remade(content: Mapping[str, Any]) -> Reckoned | None:
    """Make a scale again from its content; None where its shares do not follow from that."""
    try:
        again = reckoned_from(content)
        said: dict[str, str] = content["shares"]
    except (LedgerError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
        return None
    shares = {state: str(share) for state, share in again.scale.shares.items()}
    return again if shares == said else None


def enact(session: Session, document: Document) -> None:
    """Freeze an approved scale under the next number."""
    said = _said(document)
    content = canonical(foresee(session, document))
    last = session.scalar(sa.select(sa.func.max(StoredScale.number)))
    stored = StoredScale(
        number=(last or 0) + 1,
        document_id=document.id,
        purpose=said.purpose,
        valid_from=said.valid_from,
        content=content.decode(),
        content_hash=hashlib.sha256(content).digest(),
    )
    session.add(stored)
    session.flush()


def adopted(session: Session, purpose: Purpose | None = None) -> list[Adopted]:
    """List the scales that were adopted, by pool, first day and number."""
    query = sa.select(StoredScale).order_by(
        StoredScale.purpose, StoredScale.valid_from, StoredScale.number
    )
    if purpose is not None:
        query = query.where(StoredScale.purpose == purpose)
    return [_adopted(row) for row in session.scalars(query)]


def in_force(session: Session, purpose: Purpose, on: date) -> Adopted:
    """Give the scale by which a pool's cost of a day is shared; raise NoScaleError without one.

    Of several that are valid, it is the one that begins last, and of those the newest.
    """
    found = last_valid(adopted(session, purpose), on)
    if found is None:
        raise NoScaleError(purpose=LABELS[purpose], on=on)
    return found


def last_valid(scales: Iterable[Adopted], on: date) -> Adopted | None:
    """Give the one that is in force on a day, of scales of one pool in their order."""
    return next((each for each in reversed(list(scales)) if each.valid_from <= on), None)


def shared_until(session: Session, purpose: Purpose) -> date | None:
    """Give the last day whose cost a run that stands has shared; None before any."""
    reversal = aliased(JournalEntry)
    query = (
        sa.select(sa.func.max(JournalEntry.effective_on))
        .join(Posting, Posting.entry == JournalEntry.number)
        .outerjoin(reversal, reversal.reverses == JournalEntry.number)
        .where(JournalEntry.kind == "allocation", reversal.number.is_(None))
        .where(Posting.account == "8020", Posting.purpose == purpose)
    )
    return session.scalar(query)


def _content(said: NewScale, reckoned: Reckoned) -> dict[str, Any]:
    basis = reckoned.basis
    return {
        "purpose": said.purpose.value,
        "valid_from": said.valid_from.isoformat(),
        "formula": plain(reckoned.scale.formula),
        "year": basis.year,
        "vintage": basis.vintage,
        "borne_in": basis.borne_in,
        "looked_in": {name: list(held) for name, held in reckoned.looked_in.items()},
        "used": [written(each) for each in reckoned.used],
        "shares": {state: str(share) for state, share in reckoned.scale.shares.items()},
    }


def _adopted(row: StoredScale) -> Adopted:
    content = json.loads(row.content)
    return Adopted(
        number=row.number,
        purpose=Purpose(row.purpose),
        valid_from=row.valid_from,
        document_id=row.document_id,
        shares={state: Fraction(share) for state, share in content["shares"].items()},
        content=content,
        hash=row.content_hash,
    )


def _said(document: Document) -> NewScale:
    return NewScale.model_validate(document.body)
