"""A sum divided by a scale, also one for days within which states join.

Days on which the same states share are a span; a convention says how the sum is shared over several
(`ledger.proration`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from api.scale_inputs import Question, members
from api.terminal import refuse, translated
from ledger.i18n import N_
from ledger.proration import Convention, Part, prorate
from ledger.reckoning import Reckoned

Days = tuple[date, date]

SPAN = N_("%(first)s to %(last)s, %(days)s days")
NOT_JOINING = N_("“%(text)s” is no state that joins: write it as AT:2017-07-01.")
NO_SPAN = N_("Give the first and the last day that the sum is for, with --from and --until.")
BACKWARDS = N_("%(last)s is before %(first)s: turn --from and --until round.")
NOT_WITHIN = N_(
    "%(state)s joins on %(on)s, which is not after %(first)s and up to %(last)s: "
    "name it with --states, or leave it out."
)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days within which the same states share, or none in particular, and the scale of those."""

    days: Days | None
    reckoned: Reckoned

    @property
    def count(self) -> int:
        """Count the days, the first and the last included."""
        return (self.days[1] - self.days[0]).days + 1 if self.days else 1

    @property
    def words(self) -> str | None:
        """Say which days, and how many."""
        if self.days is None:
            return None
        return translated(SPAN, first=self.days[0], last=self.days[1], days=self.count)


@dataclass(frozen=True, slots=True)
class Division:
    """A sum in euro, the spans of days over which it is shared, and what each state bears."""

    amount: Decimal
    states: tuple[str, ...]
    convention: Convention
    spans: tuple[Span, ...]
    borne: Mapping[str, Decimal]

    @property
    def reckoned(self) -> Reckoned:
        """The scale of the last days, which all share."""
        return self.spans[-1].reckoned

    @property
    def amounts(self) -> dict[str, str]:
        """Write what each state bears."""
        return {state: str(amount) for state, amount in self.borne.items()}


def divided(
    asked: Question,
    total: Decimal,
    convention: Convention,
    *,
    first: datetime | None = None,
    last: datetime | None = None,
    joining: Iterable[str] = (),
) -> Division:
    """Divide a sum in euro, for some days if it is for such; refuse days that are none.

    `joining` names who joins on which of the days, each as AT:2017-07-01.
    """
    days = _days(first, last)
    joined = _joining(asked, joining, days)
    spans = _spans(asked, joined, days) if days else (Span(None, asked.reckoned()),)
    parts = [Part(each.count, each.reckoned.scale.shares) for each in spans]
    borne = prorate(total, parts, convention)
    return Division(total, (*asked.states, *joined), convention, spans, borne)


def _days(first: datetime | None, last: datetime | None) -> Days | None:
    if first is None and last is None:
        return None
    if first is None or last is None:
        refuse(translated(NO_SPAN))
    if last < first:
        refuse(translated(BACKWARDS, first=first.date(), last=last.date()))
    return first.date(), last.date()


def _joining(asked: Question, texts: Iterable[str], days: Days | None) -> dict[str, date]:
    """Read which states join when, each within the days; refuse what is not written so."""
    found: list[tuple[str, date]] = []
    for text in texts:
        state, _, day = text.upper().partition(":")
        try:
            on = date.fromisoformat(day.strip())
        except ValueError:
            refuse(translated(NOT_JOINING, text=text))
        if days is None:
            refuse(translated(NO_SPAN))
        if not days[0] < on <= days[1]:
            refuse(translated(NOT_WITHIN, state=state, on=on, first=days[0], last=days[1]))
        found.append((state.strip(), on))
    members(",".join([*asked.states, *(state for state, _ in found)]), asked.known)
    return dict(sorted(found, key=lambda each: each[1]))


def _spans(asked: Question, joined: Mapping[str, date], days: Days) -> tuple[Span, ...]:
    """Part the days at each on which a state joins, and reckon the scale of each part.

    A phase-in looks to the year of the cost: where there is one, each year is a part of its own.
    """
    first, last = days
    yearly = asked.formula.phase_in and asked.basis.borne_in is None
    years = range(first.year + 1, last.year + 1) if yearly else ()
    starts = sorted({first, *joined.values(), *(date(year, 1, 1) for year in years)})
    ends = [*(start - ONE_DAY for start in starts[1:]), last]
    return tuple(
        Span((start, end), _asked_on(asked, joined, start).reckoned())
        for start, end in zip(starts, ends, strict=True)
    )


def _asked_on(asked: Question, joined: Mapping[str, date], on: date) -> Question:
    there = (*asked.states, *(state for state, since in joined.items() if since <= on))
    basis = replace(asked.basis, borne_in=asked.basis.borne_in or on.year)
    return replace(asked, states=there, basis=basis)
