"""Later revaluations: nothing leaves what was revalued since as if it had not been.

What is settled takes what it is carried at. Dated before a revaluation that is posted already, it
would take what that brought, too: in between nothing would be held or owed, but worth something,
and a difference of the later day would count in an earlier year. On the day itself it takes what
the revaluation made of it; what comes is no trouble on any day, for the next run finds it.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.accounts import chart
from ledger.entries import Posting
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.journal import NewEntry
from ledger.open_items import open_items_by_key
from ledger.revaluations import MONETARY

# The account, the item on it, and the currency.
Place = tuple[str, str | None, str]


class BeforeRevaluationError(LedgerError):
    """Something that leaves what was revalued as of a later day."""

    code = "before-revaluation"
    message = N_(
        "What stands on %(of)s was revalued as of %(later)s, after %(on)s: reverse that "
        "revaluation first, record this, and revalue again; or date this %(later)s."
    )


def require_none_later(session: Session, entries: Iterable[NewEntry]) -> None:
    """Raise BeforeRevaluationError where an entry takes of what was revalued as of a later day."""
    left = _left(entries)
    if not left:
        return
    revalued = _last_revalued(session, left)
    for place, on in left.items():
        later = revalued.get(place, on)
        if later > on:
            raise BeforeRevaluationError(of=_name(session, place), later=later, on=on)


def _left(entries: Iterable[NewEntry]) -> dict[Place, date]:
    """Give the first day on which something leaves each account or item in foreign currency."""
    first: dict[Place, date] = {}
    for entry in entries:
        for each in entry.postings:
            side = chart()[each.account].item_side
            if each.account not in MONETARY or each.currency == "EUR":
                continue
            if (side.sign if side else 1) * each.amount < 0:
                place = each.account, each.item, each.currency
                first[place] = min(first.get(place, entry.effective_on), entry.effective_on)
    return first


def _last_revalued(session: Session, left: Mapping[Place, date]) -> dict[Place, date]:
    """Give the last day on which each was revalued; what was undone on the same day was not.

    Only what brings a balance to a rate names one without an amount.
    """
    place = Posting.account, Posting.item, Posting.currency
    query = (
        sa.select(*place, Posting.effective_on)
        .where(Posting.account.in_({account for account, _item, _currency in left}))
        .where(Posting.amount == 0, Posting.per_euro.is_not(None))
        .where(Posting.effective_on > min(left.values()))
        .group_by(*place, Posting.effective_on)
        .having(sa.func.sum(Posting.euro) != 0)
        .order_by(Posting.effective_on)
    )
    # The last that is read counts.
    return {(account, item, currency): on for account, item, currency, on in session.execute(query)}


def _name(session: Session, place: Place) -> str:
    account, item, _currency = place
    found = open_items_by_key(session, [item] if item else [])
    return found[0].reference if found else account
