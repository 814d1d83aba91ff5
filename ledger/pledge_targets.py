"""What money for a pledge settles: the side of pledges that receipts are applied to."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.balances import cutoff
from ledger.errors import LedgerError
from ledger.i18n import N_
from ledger.money import ZERO
from ledger.open_items import OpenItem, open_items_by_key
from ledger.pledge_versions import (
    ACCOUNTS,
    CONDITIONAL,
    LIABILITY,
    RECEIVABLE,
    Pledge,
    pledges_by_code,
)
from ledger.vocabulary import Level

_STATE = re.compile(r"([A-Za-z]{2})\s+(.+)", re.ASCII)
_NUMBERED = re.compile(r"(.+)/([1-9][0-9]{0,3})", re.ASCII)


class UnknownPledgeError(LedgerError):
    """A reference that is that of no pledge, or of several."""

    code = "unknown-pledge"
    message = N_(
        "“%(pledge)s” is not one pledge: name it by its code, as PL-2017-1, by its state and code, "
        "as PL PL-2017-1, and one of its instalments as PL-2017-1/2."
    )


@dataclass(frozen=True, slots=True)
class PledgeTarget:
    """A pledge as money for it finds it, all amounts in the pledge's currency.

    A committed pledge in cash has `items` on 1120, the oldest due first: settle those, and `memo`
    is None. An announced one, and any in kind, has no items but `memo` on 9110: take back there
    (against 9190) what is given, at what `take` gives, and the revenue is 4020. A conditional one
    has no items: the money is a liability, Cr 2040 on the item `liability_item`, kept in the
    pledge's currency; its `memo` on 9210 is left alone, and is released when the condition is met.
    In each case at most `open` is taken; what is beyond is a credit of the state.
    """

    state: str
    pledge: str
    level: Level
    currency: str
    purpose: str
    activity: str
    form: str
    funding_source: str | None
    items: tuple[OpenItem, ...]
    memo: OpenItem | None
    liability_item: str
    open: Decimal
    # All its items, settled ones too.
    keys: tuple[str, ...]


def target(session: Session, reference: str) -> PledgeTarget:
    """Find what money for one pledge settles; see `targets`."""
    return targets(session, [reference])[reference]


def targets(session: Session, references: Iterable[str]) -> dict[str, PledgeTarget]:
    """Find what money for pledges settles, by their codes, “STATE CODE”, or either with “/2”.

    With a number, only that instalment of a committed pledge is settled. Raises UnknownPledgeError.
    """
    wanted = sorted(set(references))
    if not wanted:
        return {}
    known = pledges_by_code(session, cutoff(session, date.max))
    found = {reference: _found(known, reference) for reference in wanted}
    keys = {key for pledge, _number in found.values() for key in pledge.keys}
    items = {each.key: each for each in open_items_by_key(session, keys) if each.amount}
    return {reference: _target(*named, items) for reference, named in found.items()}


def _target(pledge: Pledge, number: int | None, among: Mapping[str, OpenItem]) -> PledgeTarget:
    said = pledge.said
    items = {key: among[key] for key in pledge.keys if key in among}
    by_account = {each.account: each for each in items.values()}
    dues = pledge.dues if number is None else (said.schedule.parts[number - 1].due_on,)
    receivable = (items.get(pledge.key(due_on)) for due_on in dues)
    owed = tuple(each for each in receivable if each and each.account == RECEIVABLE)
    is_committed = said.in_cash and said.level is Level.COMMITTED
    memo = next((by_account[code] for code in MEMORANDA if code in by_account), None)
    still = sum((each.amount for each in owed), ZERO) if is_committed else ZERO
    if memo is not None:
        waiting = by_account.get(ACCOUNTS[LIABILITY]) if memo.account == WAITING else None
        still = memo.amount - (waiting.amount if waiting else ZERO)
    return PledgeTarget(
        state=pledge.state,
        pledge=pledge.code,
        level=said.level,
        currency=said.currency,
        purpose=said.purpose,
        activity=said.activity,
        form=said.form,
        funding_source=said.funding_source,
        items=owed,
        memo=memo,
        liability_item=pledge.key(LIABILITY),
        open=still,
        keys=pledge.keys,
    )


WAITING = ACCOUNTS[CONDITIONAL]
MEMORANDA = ("9110", WAITING)


def _found(known: Mapping[tuple[str, str], Pledge], reference: str) -> tuple[Pledge, int | None]:
    text = reference.strip().upper()
    for code, number in _readings(text):
        named = _STATE.fullmatch(code)
        wanted = (named[1], named[2].strip()) if named else (None, code)
        found = [
            each
            for (state, of_code), each in known.items()
            if of_code == wanted[1] and wanted[0] in (None, state)
        ]
        if len(found) == 1 and (number or 0) <= len(found[0].said.schedule.parts):
            return found[0], number
    raise UnknownPledgeError(pledge=reference[:80])


def _readings(text: str) -> list[tuple[str, int | None]]:
    """Read a reference as a code, and where it ends in a number also as one of an instalment."""
    readings: list[tuple[str, int | None]] = [(text, None)]
    if numbered := _NUMBERED.fullmatch(text):
        readings.append((numbered[1], int(numbered[2])))
    return readings
