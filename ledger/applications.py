"""Applications: what money that came is for, the second act after its receipt (books.md §4.5).

Money is taken from a receipt, an advance, a credit or a cost that the state advanced, and pays a
debt, or becomes an advance, a credit, a voluntary contribution or the recovery of what was written
off (rows 4a to 4f, 5, 6, 10b, 13d, 14b). Both sides move at what they are carried at; what lies
between is a realised difference. To undo one, its entry is reversed.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.application_body import KIND, NewApplication, application
from ledger.application_desk import Desk, Discharge, Target
from ledger.contributions import CHOOSE_ONE
from ledger.crediting import credit, credits_when_applied
from ledger.crossing import in_balance
from ledger.documents import Document, item_key
from ledger.errors import InputErrors, InputProblem
from ledger.inputs import MESSAGES
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO
from ledger.open_items import OpenItem
from ledger.vocabulary import AppliedTo, Difference

ACCOUNTS = {
    AppliedTo.ADVANCE: "2030",
    AppliedTo.CREDIT: "2050",
    AppliedTo.VOLUNTARY: "4020",
    AppliedTo.RECOVERY: "5150",
}
GIVEN_UP = {Difference.SMALL: "5130", Difference.CHARGE: "5140"}


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each application, in order, each seeing what those before it take.

    Nothing is written. Raises UnknownItemError, NotMoneyError, NotADebtError, OtherStateError,
    NothingOpenError, OverdrawnItemError, OtherCurrencyError, SettlesOtherwiseError, WorthlessError,
    NotAMemberError for what a state that left would give, InputErrors where a purpose is missing,
    and NothingLeftError, AboveToleranceError or AboveChargeError for a difference.
    """
    said = [application(document) for document in documents]
    desk = Desk(session, said)
    return [
        _entry(session, document, each, desk)
        for document, each in zip(documents, said, strict=True)
    ]


def _entry(session: Session, document: Document, said: NewApplication, desk: Desk) -> NewEntry:
    source = desk.source(said)
    target = _target(desk, said, source)
    if target.item is not None:
        postings = _pay(desk, said, source, target)
    else:
        postings = _keep(desk, said, source, target, key=item_key(document, "applied"))
    return NewEntry(
        effective_on=said.applied_on,
        kind=KIND,
        narration=said.description,
        voucher=said.voucher,
        postings=postings,
        document_id=document.id,
        document_hash=document.body_hash,
        idempotency_scope="document",
        idempotency_key=document.id,
    )


def _target(desk: Desk, said: NewApplication, source: OpenItem) -> Target:
    """Find what the money is for; a new kind of target, as a pledge, is one more case here."""
    if said.item is not None:
        item = desk.debt(said)
        return Target(item.account, item, _dimensions(said, item))
    if said.to is None:
        raise InputErrors([InputProblem("to", CHOOSE_ONE)])
    if said.to in (AppliedTo.ADVANCE, AppliedTo.VOLUNTARY):
        desk.require_member(said)
    return Target(ACCOUNTS[said.to], None, _dimensions(said, source))


def _dimensions(said: NewApplication, item: OpenItem) -> dict[str, str | None]:
    """Give purpose and activity as the item has them, or as they are said where it has none.

    A buy-in is for no activity, and neither is what pays it.
    """
    wanted = ("purpose", "activity", "funding_source")
    given = {name: getattr(item, name) or getattr(said, name) for name in wanted}
    needed = ("purpose",) if said.item else ("purpose", "activity")
    missing = [name for name in needed if given[name] is None]
    if missing:
        raise InputErrors([InputProblem(name, MESSAGES["missing"]) for name in missing])
    return given


def _pay(
    desk: Desk, said: NewApplication, source: OpenItem, target: Target
) -> tuple[NewPosting, ...]:
    """Rows 4a to 4f, 10b, 14b: the money and the debt, each at what it is carried at."""
    item = target.debt
    paid = desk.discharge(said, source, item)
    euro = desk.items.take(source.key, said.applied_on, paid.amount)
    discharged = desk.items.take(item.key, said.applied_on, paid.settles)
    rest, given_up = ZERO, ZERO
    if said.difference is not None:
        rest, given_up = desk.give_up(said, source, item, said.difference)
    debt = replace(
        _posting(said, target, -paid.settles - rest, -discharged - given_up),
        currency=item.currency,
        item=item.key,
    )
    legs = [debt, _out_of(source, paid.amount, euro)]
    if said.difference is not None:
        legs.append(
            replace(debt, account=GIVEN_UP[said.difference], amount=rest, euro=given_up, item=None)
        )
    return _booked(legs, said, source, target, paid)


def _keep(
    desk: Desk, said: NewApplication, source: OpenItem, target: Target, *, key: str
) -> tuple[NewPosting, ...]:
    """Rows 5, 6, 13d: an item of its own in the currency of the money; or revenue, in euro."""
    amount = desk.available(said, source)
    paid = desk.worth(source, amount)
    euro = desk.items.take(source.key, said.applied_on, amount)
    money = _out_of(source, amount, euro)
    if said.to in (AppliedTo.ADVANCE, AppliedTo.CREDIT):
        kept = replace(
            _posting(said, target, -amount, -euro),
            currency=source.currency,
            item=key,
            rate=desk.comings[source.key].rate,
        )
        return _booked([kept, money], said, source, target, paid)
    revenue = _posting(said, target, -paid.euro, -paid.euro)
    return _booked([revenue, money], said, source, target, paid)


def _booked(
    legs: Sequence[NewPosting],
    said: NewApplication,
    source: OpenItem,
    target: Target,
    paid: Discharge,
) -> tuple[NewPosting, ...]:
    """Put the money first, and what balances it last; credit the state where it gave cash."""
    first, money, *others = in_balance(legs)
    if not credits_when_applied(source, target.item):
        return money, first, *others
    of = replace(_posting(said, target, ZERO, ZERO), currency=source.currency, rate=paid.rate)
    return money, first, *others, *credit(of, paid.amount, paid.euro)


def _posting(said: NewApplication, target: Target, amount: Decimal, euro: Decimal) -> NewPosting:
    return NewPosting(
        account=target.account,
        amount=amount,
        euro=euro,
        state=said.state,
        purpose=target.dimensions["purpose"],
        activity=target.dimensions["activity"],
        funding_source=target.dimensions["funding_source"],
    )


def _out_of(source: OpenItem, amount: Decimal, euro: Decimal) -> NewPosting:
    return NewPosting(
        account=source.account,
        amount=amount,
        euro=euro,
        currency=source.currency,
        state=source.state,
        purpose=source.purpose,
        activity=source.activity,
        funding_source=source.funding_source,
        item=source.key,
    )
