"""Prior periods: what happened in a period that was closed before the books learned of it.

It is posted on an open day that its document names, at the rate of its own day, and its entry says
when it happened; whoever shares its cost shares it by its own day.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

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


class When(NamedTuple):
    """When something happened, and where given on which day it is to be posted.

    `taken_in` says that other books posted it on that day: a period that was closed there may be
    open here, and the books are to come out the same.
    """

    on: date
    posted_on: date | None = None
    taken_in: bool = False


def posted_too_early(on: date, posted_on: date | None) -> list[Rule]:
    """Say the rule that a day to post on breaks where it is not after the day itself."""
    is_early = posted_on is not None and posted_on <= on
    return [("posted_on", POSTED_TOO_EARLY)] if is_early else []


def require_postable(session: Session, days: Iterable[When]) -> None:
    """Raise unless each thing may be posted: on its own day, or on another where that is closed.

    Raises LateEventError, NotPriorError, ClosedPeriodError or NoPeriodError.
    """
    for when, (_name, refusal) in unpostable(session, days).items():
        # That no period holds its own day is the journal's to say, and no other day mends it.
        if when.posted_on is not None or isinstance(refusal, ClosedPeriodError):
            raise refusal


def unpostable(session: Session, days: Iterable[When]) -> dict[When, tuple[str, LedgerError]]:
    """Say what refuses each of some days, and whether of the `day` itself or of `posted_on`."""
    whens = sorted(set(days), key=str)
    shut = shut_days(session, {day for when in whens for day in when[:2] if day is not None})
    refused: dict[When, tuple[str, LedgerError]] = {}
    for when in whens:
        on, posted_on, taken_in = when
        refusal = shut.get(on)
        if posted_on is None and isinstance(refusal, ClosedPeriodError):
            refused[when] = "day", LateEventError(**refusal.params)
        elif isinstance(refusal, NoPeriodError):
            refused[when] = "day", refusal
        elif posted_on is not None and refusal is None and not taken_in:
            refused[when] = POSTED_ON, NotPriorError(on=on)
        elif posted_on is not None and posted_on in shut:
            refused[when] = POSTED_ON, shut[posted_on]
    return refused
