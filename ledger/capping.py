"""Caps in force: how much a state may still be credited for gifts in kind in a calendar year.

A cap holds from a day on until a later one of the same state and form takes its place. A state's
own cap goes before the one of every state; a cap of one form holds besides that of all together.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ledger.decisions import decisions
from ledger.documents import Document
from ledger.entries import JournalEntry, Posting
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.money import ZERO, from_cents
from ledger.vocabulary import InKindForm

KIND = "in_kind_cap"


class CappedError(LedgerError):
    """A gift in kind whose credit value would exceed a cap."""

    code = "capped"
    message = N_(
        "%(state)s is credited EUR %(credited)s in kind in %(year)s already, and EUR %(amount)s "
        "more would exceed its cap of EUR %(cap)s: credit at most EUR %(room)s, "
        "or have a higher cap decided."
    )


@dataclass(frozen=True, slots=True)
class Cap:
    """One cap as it was decided, in euro; of every state, or of all forms, where it names none."""

    valid_from: date
    state: str | None
    form: str | None
    amount: Decimal


class Caps:
    """The caps that were decided, and what is credited under them as a list goes on."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._caps = [_cap(each.document) for each in decisions(session, (KIND,))]
        self._credited: dict[tuple[str, int], dict[str, Decimal]] = {}

    def take(self, state: str, form: str, on: date, euro: Decimal) -> None:
        """Credit so much more to a state on a day; raise CappedError beyond a cap of that day."""
        wanted = {None: self._in_force(state, None, on), form: self._in_force(state, form, on)}
        caps = {of: cap for of, cap in wanted.items() if cap is not None}
        if not caps:
            return
        credited = self._of_year(state, on.year)
        for of, cap in caps.items():
            before = sum(credited.values(), ZERO) if of is None else credited[of]
            if before + euro > cap:
                raise CappedError(
                    state=state,
                    credited=before,
                    year=str(on.year),
                    amount=euro,
                    cap=cap,
                    room=max(cap - before, ZERO),
                )
        credited[form] += euro

    def _in_force(self, state: str, form: str | None, on: date) -> Decimal | None:
        """Give the cap of a day: the last one decided, the state's own before that of all."""
        valid = [each for each in self._caps if each.valid_from <= on and each.form == form]
        own = [each.amount for each in valid if each.state == state]
        general = [each.amount for each in valid if each.state is None]
        found = own or general
        return found[-1] if found else None

    def _of_year(self, state: str, year: int) -> dict[str, Decimal]:
        key = state, year
        if key not in self._credited:
            self._credited[key] = _credited(self._session, state, year)
        return self._credited[key]


def _cap(document: Document) -> Cap:
    said = document.body
    day = date.fromisoformat(said["valid_from"])
    return Cap(day, said.get("capped_state"), said.get("form"), Decimal(said["amount"]))


def _credited(session: Session, state: str, year: int) -> dict[str, Decimal]:
    """Sum the credit value of a calendar year by form; a reversal belongs to what it undoes."""
    undone = aliased(JournalEntry)
    day = sa.func.coalesce(undone.effective_on, Posting.effective_on)
    query = (
        sa.select(Posting.form, sa.func.sum(Posting.euro))
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .outerjoin(undone, undone.number == JournalEntry.reverses)
        .where(Posting.account == "8020", Posting.state_code == state)
        .where(Posting.form.in_(tuple(InKindForm)))
        .where(day.between(date(year, 1, 1), date(year, 12, 31)))
        .group_by(Posting.form)
    )
    found: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for form, cents in session.execute(query):
        found[str(form)] = -from_cents(int(cents))
    return found
