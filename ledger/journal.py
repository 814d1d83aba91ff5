"""The journal: the one writer of the books.

`post()` alone writes entries, postings and seals; a correction is `reverse()` and a new entry.
An entry balances in each book and currency, and in each book in euro; debit is positive.
"""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger import journal_store
from ledger.accounts import BOOK_LABELS, Book, account
from ledger.db import instant_text
from ledger.entries import JournalEntry, Posting
from ledger.errors import (
    AccountCurrencyError,
    AlreadyReversedError,
    EarlyReversalError,
    LedgerError,
    ReversalOfReversalError,
    SelfApprovalError,
    StateRequiredError,
    TooFewPostingsError,
    UnbalancedEntryError,
    UnknownEntryError,
)
from ledger.i18n import N_
from ledger.money import LARGEST, ZERO, from_cents, to_cents
from ledger.rates import Rate
from ledger.seal import HASH_VERSION, canonical, content_hash


class ItemRequiredError(LedgerError):
    """A posting without an open item where one is kept, or with one where none is."""

    code = "item-required"
    message = N_(
        "Account %(account)s is not posted so: each posting on an account of open items names its "
        "item, and no other posting does."
    )


class TooLargeError(LedgerError):
    """An amount beyond what the books can hold, mostly by a rate that is none."""

    code = "too-large"
    message = N_(
        "Account %(account)s: %(currency)s %(amount)s is more than the books can hold, which is "
        "%(largest)s: check amount and rate."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPosting:
    """One line to be posted: `amount` in its currency and `euro`, both debit positive."""

    account: str
    amount: Decimal
    euro: Decimal
    currency: str = "EUR"
    state: str | None = None
    rate: Rate | None = None
    purpose: str | None = None
    activity: str | None = None
    form: str | None = None
    funding_source: str | None = None
    # The open item that it begins, changes or settles; when one begun here is due.
    item: str | None = None
    due_on: date | None = None

    def __post_init__(self) -> None:
        for amount, currency in ((self.amount, self.currency), (self.euro, "EUR")):
            if abs(amount) > LARGEST:
                raise TooLargeError(
                    account=self.account, currency=currency, amount=amount, largest=LARGEST
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """One event to be posted, all of it or nothing, at most once for its scope and key."""

    effective_on: date
    kind: str
    narration: str
    postings: tuple[NewPosting, ...]
    idempotency_scope: str
    idempotency_key: str
    voucher: str = ""
    # When it happened, where the period of that day was closed already: a prior-period entry.
    occurred_on: date | None = None
    document_id: str | None = None
    document_hash: bytes | None = None
    reverses: int | None = None


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """What the books answer: the entry's number, its link hash, and whether it was there before."""

    number: int
    hash: bytes
    replayed: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """An entry with its content sealed in bytes, ready for either database."""

    row: dict[str, Any]
    lines: list[dict[str, Any]] = field(default_factory=list)
    content_hash: bytes = b""


def post(
    session: Session, entry: NewEntry, *, by: int, approved_by: int, now: datetime
) -> PostedEntry:
    """Write one entry to the books for good.

    `by` made it and `approved_by` approved it; they are two people. Raises what `post_all` raises.
    """
    [posted] = post_all(session, [entry], by=by, approved_by=approved_by, now=now)
    return posted


def post_all(
    session: Session, entries: Sequence[NewEntry], *, by: int, approved_by: int, now: datetime
) -> list[PostedEntry]:
    """Write entries in order, all or none, each sealed to the one before.

    Raises UnbalancedEntryError, TooFewPostingsError, UnknownAccountError, AccountCurrencyError,
    StateRequiredError, SelfApprovalError, ClosedPeriodError, NoPeriodError, or
    IdempotencyConflictError when a key was used for something else; the same entry under the same
    key is found, not posted again.
    """
    if by == approved_by:
        raise SelfApprovalError
    for entry in entries:
        _check(entry)
    session.flush()
    prepared = [_prepare(entry, by=by, approved_by=approved_by, now=now) for entry in entries]
    stored = journal_store.store(session, [_flat(each) for each in prepared])
    return [PostedEntry(number, link, replayed) for number, link, replayed in stored]


def reverse(
    session: Session,
    number: int,
    *,
    reason: str,
    effective_on: date,
    by: int,
    approved_by: int,
    now: datetime,
) -> PostedEntry:
    """Post the mirror of an entry, dated on its own day and pointing back (books.md row 20).

    Raises UnknownEntryError, AlreadyReversedError, ReversalOfReversalError or EarlyReversalError.
    """
    mirror = mirrored(session, number, reason=reason, effective_on=effective_on)
    return post(session, mirror, by=by, approved_by=approved_by, now=now)


def mirrored(
    session: Session,
    number: int,
    *,
    reason: str,
    effective_on: date,
    document_id: str | None = None,
    document_hash: bytes | None = None,
) -> NewEntry:
    """Make the entry that undoes another, every posting with its sign turned, its rate kept."""
    original = session.get(JournalEntry, number)
    if original is None:
        raise UnknownEntryError(number=number)
    if original.reverses is not None:
        raise ReversalOfReversalError(number=number)
    if effective_on < original.effective_on:
        raise EarlyReversalError(on=effective_on, original=original.effective_on)
    reversal = session.scalar(sa.select(JournalEntry.number).where(JournalEntry.reverses == number))
    if reversal is not None:
        raise AlreadyReversedError(number=number, reversal=reversal)
    lines = session.scalars(
        sa.select(Posting).where(Posting.entry == number).order_by(Posting.line)
    )
    return NewEntry(
        effective_on=effective_on,
        occurred_on=original.occurred_on,
        kind="reversal",
        narration=reason,
        voucher=original.voucher,
        postings=tuple(_mirror(line) for line in lines),
        document_id=document_id,
        document_hash=document_hash,
        reverses=number,
        idempotency_scope="reversal",
        idempotency_key=str(number),
    )


def entry_body(entry: NewEntry) -> dict[str, Any]:
    """Say what an entry says, in texts and whole numbers: what is hashed for key and approval."""
    return {
        "effective_on": entry.effective_on.isoformat(),
        "occurred_on": entry.occurred_on.isoformat() if entry.occurred_on else None,
        "kind": entry.kind,
        "narration": entry.narration,
        "voucher": entry.voucher,
        "document_id": entry.document_id,
        "document_hash": entry.document_hash.hex() if entry.document_hash else None,
        "reverses": entry.reverses,
        "postings": [_line(posting) for posting in entry.postings],
    }


def _check(entry: NewEntry) -> None:
    if len(entry.postings) < 2:
        raise TooFewPostingsError(count=len(entry.postings))
    by_currency: dict[tuple[Book, str], Decimal] = defaultdict(lambda: ZERO)
    in_euro: dict[Book, Decimal] = defaultdict(lambda: ZERO)
    for posting in entry.postings:
        held = account(posting.account)
        if held.currency not in (None, posting.currency):
            raise AccountCurrencyError(
                account=held.code, expected=held.currency, currency=posting.currency
            )
        if held.per_state and posting.state is None:
            raise StateRequiredError(account=held.code)
        if (held.item_side is None) != (posting.item is None):
            raise ItemRequiredError(account=held.code)
        by_currency[held.book, posting.currency] += posting.amount
        in_euro[held.book] += posting.euro
    sums = [*by_currency.items(), *(((book, "euro"), total) for book, total in in_euro.items())]
    for (book, currency), difference in sums:
        if difference != 0:
            raise UnbalancedEntryError(
                book=BOOK_LABELS[book], currency=currency, difference=difference
            )


def _prepare(entry: NewEntry, *, by: int, approved_by: int, now: datetime) -> Prepared:
    salt = secrets.token_bytes(16)
    body = entry_body(entry)
    body_hash = hashlib.sha256(canonical(body)).digest()
    content = {
        **body,
        "version": HASH_VERSION,
        "recorded_at": instant_text(now),
        "recorded_by": by,
        "approved_by": approved_by,
        "idempotency_scope": entry.idempotency_scope,
        "idempotency_key": entry.idempotency_key,
        "body_hash": body_hash.hex(),
    }
    row = {name: value for name, value in content.items() if name not in ("postings", "version")}
    row |= {"hash_version": HASH_VERSION, "salt": salt.hex()}
    lines = [
        {"line": line, "effective_on": body["effective_on"], **each}
        for line, each in enumerate(body["postings"], start=1)
    ]
    return Prepared(row, lines, content_hash(content, salt))


def _flat(prepared: Prepared) -> dict[str, Any]:
    return {
        **prepared.row,
        "content_hash": prepared.content_hash.hex(),
        "postings": prepared.lines,
    }


def _line(posting: NewPosting) -> dict[str, Any]:
    rate = posting.rate if posting.currency != "EUR" else None
    return {
        "book": account(posting.account).book.value,
        "account": posting.account,
        "state_code": posting.state,
        "currency": posting.currency,
        "amount": to_cents(posting.amount),
        "euro": to_cents(posting.euro),
        "per_euro": format(rate.per_euro, "f") if rate else None,
        "rate_on": rate.on.isoformat() if rate else None,
        "rate_source": rate.source if rate else None,
        "purpose": posting.purpose,
        "activity": posting.activity,
        "form": posting.form,
        "funding_source": posting.funding_source,
        "item": posting.item,
        "due_on": posting.due_on.isoformat() if posting.due_on else None,
    }


def _mirror(line: Posting) -> NewPosting:
    rate = None
    if line.per_euro is not None and line.rate_on is not None and line.rate_source is not None:
        rate = Rate(line.currency, Decimal(line.per_euro), line.rate_on, line.rate_source)
    return NewPosting(
        account=line.account,
        amount=from_cents(-line.amount),
        euro=from_cents(-line.euro),
        currency=line.currency,
        state=line.state_code,
        rate=rate,
        purpose=line.purpose,
        activity=line.activity,
        form=line.form,
        funding_source=line.funding_source,
        item=line.item,
    )
