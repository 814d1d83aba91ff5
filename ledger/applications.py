"""Applications: what money that came is for, the second act after its receipt (books.md §4.5).

Money is taken from a receipt, an advance, a credit or a cost that the state advanced, and pays a
debt, or becomes an advance, a credit, a voluntary contribution or the recovery of what was written
off (rows 4a to 4f, 5, 6, 10b, 13d, 14b). Both sides move at what they are carried at; what lies
between is a realised difference. To undo one, its entry is reversed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.application_body import KIND, NewApplication, application
from ledger.application_desk import Desk, Discharge, Target
from ledger.application_refusals import FulfilledPledgeError, NothingOpenError
from ledger.crediting import POSITION, WORKING_CAPITAL, credit, credits_when_applied, named
from ledger.crossing import in_balance
from ledger.documents import Document, item_key
from ledger.errors import InputErrors, InputProblem
from ledger.in_kind import CHOOSE_ONE
from ledger.inputs import MESSAGES
from ledger.journal import NewEntry, NewPosting
from ledger.money import ZERO
from ledger.open_items import OpenItem
from ledger.pledge_targets import PledgeTarget
from ledger.recoveries import LOSS
from ledger.standing import Sum
from ledger.vocabulary import AppliedTo, Difference, Level, Moved

ACCOUNTS = {
    AppliedTo.ADVANCE: "2030",
    AppliedTo.CREDIT: "2050",
    AppliedTo.VOLUNTARY: "4020",
}
# What money for a pledge is, as binding as the pledge is.
PLEDGED = {Level.ANNOUNCED: "4020", Level.COMMITTED: "1120", Level.CONDITIONAL: "2040"}
GIVEN_UP = {Difference.SMALL: "5130", Difference.CHARGE: "5140"}


def propose(session: Session, documents: Sequence[Document]) -> list[NewEntry]:
    """Make the entry of each application, in order, each seeing what those before it take.

    Nothing is written. Raises UnknownItemError, NotMoneyError, NotADebtError, OtherStateError,
    NothingOpenError, OverdrawnItemError, OtherCurrencyError, SettlesOtherwiseError, WorthlessError,
    NotAMemberError for what a state that left would give, NotWrittenOffError or
    AboveWriteOffError for a recovery, InputErrors where a purpose is missing,
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
    if target.debts:
        postings = _pay(desk, said, source, target)
    elif target.promise is not None:
        postings = _fulfil(desk, said, source, target, target.promise)
    elif target.written_off is not None:
        postings = _recover(desk, said, source, target, target.written_off)
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
    """Find what the money is for."""
    if said.item is not None:
        item = desk.debt(said)
        if said.to is AppliedTo.RECOVERY:
            return Target(LOSS, (), _dimensions(said, item), written_off=item)
        return Target(item.account, (item,), _dimensions(said, item))
    if said.pledge is not None:
        promise = desk.promise(said)
        account = PLEDGED[promise.level]
        if promise.level is Level.COMMITTED and not promise.items:
            raise NothingOpenError(item=promise.pledge, on=said.applied_on)
        return Target(account, promise.items, _dimensions(said, promise), promise)
    if said.to is None:
        raise InputErrors([InputProblem("to", CHOOSE_ONE)])
    if said.to in (AppliedTo.ADVANCE, AppliedTo.VOLUNTARY):
        desk.require_member(said)
    return Target(ACCOUNTS[said.to], (), _dimensions(said, source))


def _dimensions(said: NewApplication, item: OpenItem | PledgeTarget) -> dict[str, str | None]:
    """Give purpose and activity as the item has them, or as they are said where it has none.

    A buy-in is for no activity, and neither is what pays it; working capital is for no purpose.
    """
    wanted = ("purpose", "activity", "funding_source")
    given = {name: getattr(item, name) or getattr(said, name) for name in wanted}
    needed: tuple[str, ...] = ("purpose",) if said.item else ("purpose", "activity")
    if isinstance(item, OpenItem) and item.account == WORKING_CAPITAL:
        needed = ()
    missing = [name for name in needed if given[name] is None]
    if missing:
        raise InputErrors([InputProblem(name, MESSAGES["missing"]) for name in missing])
    return given


def _pay(
    desk: Desk, said: NewApplication, source: OpenItem, target: Target
) -> tuple[NewPosting, ...]:
    """Rows 4a to 4f, 10b, 14b: the money and the debts, each at what it is carried at."""
    paid = desk.discharge(said, source, target.debts)
    euro = desk.take(said, source, paid.amount)
    debts = [
        replace(
            _posting(said, target, -amount, -carried),
            account=item.account,
            currency=item.currency,
            item=item.key,
        )
        for item, amount, carried in desk.pay_off(said, target.debts, paid.settles)
    ]
    given_up = []
    if said.difference is not None:
        rest, carried = desk.give_up(said, source, target.debts[-1], said.difference)
        last = debts[-1]
        debts[-1] = replace(last, amount=last.amount - rest, euro=last.euro - carried)
        account = GIVEN_UP[said.difference]
        given_up = [replace(last, account=account, amount=rest, euro=carried, item=None)]
    money = _out_of(source, paid.amount, euro)
    credited = _credited(said, source, target, paid)
    return *_booked(debts, money, given_up), *credited


def _fulfil(
    desk: Desk, said: NewApplication, source: OpenItem, target: Target, promise: PledgeTarget
) -> tuple[NewPosting, ...]:
    """Rows 1 and 2d: what came of a promise is revenue, or a liability while conditions are open.

    The memorandum is taken back as far as it is open; that of a condition once the condition is
    met. More than was announced is given all the same; a promise of which nothing is open is none.
    Raises FulfilledPledgeError.
    """
    amount = desk.available(said, source)
    paid = desk.worth(source, amount)
    settles, still = desk.promised(promise, source, amount), desk.still_to_come(promise)
    euro = desk.take(said, source, amount)
    money = _out_of(source, amount, euro)
    if still <= 0 or (settles > still and promise.level is Level.CONDITIONAL):
        raise FulfilledPledgeError(
            pledge=promise.pledge, currency=promise.currency, open=still, amount=settles
        )
    if promise.level is Level.CONDITIONAL:
        kept = replace(
            _posting(said, target, -settles, -paid.euro),
            currency=promise.currency,
            item=promise.liability_item,
            rate=desk.rate_of(promise, source),
        )
        desk.items.change(promise.liability_item, said.applied_on, Sum(settles, paid.euro))
        return *_booked([kept], money), *_credited(said, source, target, paid)
    revenue = _posting(said, target, -paid.euro, -paid.euro)
    credited = _credited(said, source, target, paid)
    taken_back = _taken_back(desk, said, target, promise, min(settles, still))
    return *_booked([revenue], money), *credited, *taken_back


def _taken_back(
    desk: Desk, said: NewApplication, target: Target, promise: PledgeTarget, amount: Decimal
) -> Iterator[NewPosting]:
    """Take back the memorandum of what was announced and has come, at its carrying amount."""
    if promise.memo is None or amount <= 0:
        return
    euro = desk.items.take(promise.memo.key, said.applied_on, amount)
    contra = replace(
        _posting(said, target, amount, euro), account="9190", currency=promise.currency
    )
    yield contra
    yield replace(
        contra, account=promise.memo.account, amount=-amount, euro=-euro, item=promise.memo.key
    )


def _keep(
    desk: Desk, said: NewApplication, source: OpenItem, target: Target, *, key: str
) -> tuple[NewPosting, ...]:
    """Rows 5, 6, 13d: an item of its own in the currency of the money; or revenue, in euro."""
    amount = desk.available(said, source)
    paid = desk.worth(source, amount)
    euro = desk.take(said, source, amount)
    money = _out_of(source, amount, euro)
    if said.to in (AppliedTo.ADVANCE, AppliedTo.CREDIT):
        kept = replace(
            _posting(said, target, -amount, -euro),
            currency=source.currency,
            item=key,
            rate=named(paid.rate, amount=amount, euro=euro),
        )
        return *_booked([kept], money), *_credited(said, source, target, paid)
    revenue = _posting(said, target, -paid.euro, -paid.euro)
    credited = _credited(said, source, target, paid)
    return *_booked([revenue], money), *credited


def _recover(
    desk: Desk, said: NewApplication, source: OpenItem, target: Target, debt: OpenItem
) -> tuple[NewPosting, ...]:
    """Row 13d: the loss is less; those that bore the write-off have back what they bore."""
    paid, of_others = desk.recover(said, source, debt)
    euro = desk.take(said, source, paid.amount)
    income = _posting(said, target, -paid.euro, -paid.euro)
    moved = replace(income, account=POSITION, form=Moved.BETWEEN_STATES)
    returned = [
        replace(moved, state=state, amount=-part, euro=-part) for state, part in of_others.items()
    ]
    if returned:
        whole = sum(of_others.values(), ZERO)
        returned.append(replace(moved, amount=whole, euro=whole))
    money = _out_of(source, paid.amount, euro)
    return *_booked([income], money), *_credited(said, source, target, paid), *returned


def _booked(
    kept: Sequence[NewPosting], money: NewPosting, given_up: Sequence[NewPosting] = ()
) -> tuple[NewPosting, ...]:
    """Put the money first, and what balances it last."""
    balanced = in_balance([*kept, money, *given_up])
    place = len(kept)
    return money, *balanced[:place], *balanced[place + 1 :]


def _credited(
    said: NewApplication, source: OpenItem, target: Target, paid: Discharge
) -> tuple[NewPosting, ...]:
    """Row 16: credit the state where it gave cash; take back what was credited for nothing."""
    sign = credits_when_applied(source, target.item)
    if not sign:
        return ()
    # What is taken back is so where it was credited.
    of = _posting(said, target, ZERO, ZERO) if sign > 0 else _out_of(source, ZERO, ZERO)
    of = replace(of, state=said.state, currency=source.currency, rate=paid.rate)
    return credit(of, sign * paid.amount, sign * paid.euro)


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
