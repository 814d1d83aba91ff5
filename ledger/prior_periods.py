"""Prior periods: what happened in a period that was closed before the books learned of it.

It is posted on an open day that its document names, at the rate of its own day, and its entry says
when it happened; whoever shares its cost shares it by its own day.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from ledger.errors import ClosedPeriodError, LedgerError, NoPeriodError
from ledger.i18n import N_
from ledger.inputs import Rule
from ledger.periods import shut_days

POSTED_ON = "posted_on"

POSTED_TOO_EARLY = N_("is not after the day itself: leave it empty, or give a later, open day.")


class LateEventError(ClosedPeriodError):
    """What happened in a period that is closed by now, without a day to post it on."""

    message = N_(
        "%(on)s lies in the period %(first)s to %(last)s, which is %(status)s: "
        "leave the day as it is, and give an open day under “Posted on”."
    )


class NotPriorError(LedgerError):
    """A day to post on for what can be posted on its own day."""

    code = "not-prior"
    message = N_(
        "The period of %(on)s is open: leave “Posted on” empty, and it is posted on its own day."
    )


def posted_too_early(on: date, posted_on: date | None) -> list[Rule]:
    """Say the rule that a day to post on breaks where it is not after the day itself."""
    is_early = posted_on is not None and posted_on <= on
    return [("posted_on", POSTED_TOO_EARLY)] if is_early else []


def require_postable(session: Session, days: Iterable[tuple[date, date | None]]) -> None:
    """Raise unless each thing may be posted: on its own day, or on another where that is closed.

    `days` are when each happened, and where given on which day it is to be posted. Raises
    LateEventError, NotPriorError, ClosedPeriodError or NoPeriodError.
    """
    for (_on, posted_on), (_name, refusal) in unpostable(session, days).items():
        # That no period holds its own day is the journal's to say, and no other day mends it.
        if posted_on is not None or isinstance(refusal, ClosedPeriodError):
            raise refusal


def unpostable(
    session: Session, days: Iterable[tuple[date, date | None]]
) -> dict[tuple[date, date | None], tuple[str, LedgerError]]:
    """Say what refuses each pair of days, and whether of the `day` itself or of `posted_on`."""
    pairs = sorted(set(days), key=str)
    shut = shut_days(session, {day for pair in pairs for day in pair if day is not None})
    refused: dict[tuple[date, date | None], tuple[str, LedgerError]] = {}
    for on, posted_on in pairs:
        refusal = shut.get(on)
        if posted_on is None and isinstance(refusal, ClosedPeriodError):
            refused[on, None] = "day", LateEventError(**refusal.params)
        elif isinstance(refusal, NoPeriodError):
            refused[on, posted_on] = "day", refusal
        elif posted_on is not None and refusal is None:
            refused[on, posted_on] = POSTED_ON, NotPriorError(on=on)
        elif posted_on is not None and posted_on in shut:
            refused[on, posted_on] = POSTED_ON, shut[posted_on]
    return refused
