"""The day and the last entry that a page's figures take in, both held in its address.

A link then shows the same figures tomorrow: what is recorded later has a higher number.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from api.deps import Language, Now
from api.pages.formats import formats
from ledger.balances import Cutoff, cutoff
from ledger.errors import LedgerError


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a day as typed, perhaps an entry number."""

    as_of: date
    known: int | None
    # What stood in the address, to be shown again, and what is wrong with it.
    typed: str
    error: LedgerError | None = None

    def cutoff(self, session: Session) -> Cutoff:
        """Give the cutoff: up to the entry asked for, or all that the books hold now."""
        held = cutoff(session, self.as_of)
        if self.known is None or self.known >= held.known_number:
            return held
        return Cutoff(self.as_of, self.known)


async def asked(
    request: Request, language: Language, now: Now, as_of: str = "", known: int | None = None
) -> Asked:
    """Read the day in the reader's language or ISO; today when none is given."""
    today = now.date()
    if not as_of.strip():
        return Asked(today, known, today.isoformat())
    try:
        day = formats(language).read_day(as_of)
    except LedgerError as error:
        return Asked(today, known, as_of, error)
    return Asked(day, known, day.isoformat())


AsOf = Annotated[Asked, Depends(asked)]


def address(path: str, at: Cutoff, **questions: str | list[str] | None) -> str:
    """Address a page as of a cutoff, with its other questions."""
    given = {name: value for name, value in questions.items() if value}
    fixed = {"as_of": at.as_of.isoformat(), "known": str(at.known_number)}
    return f"{path}?{urlencode(given | fixed, doseq=True)}"
