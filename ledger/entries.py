"""The journal as it is stored: entry, postings and seal, three tables that only ever grow.

The entry's number is its place in the books, gapless and for people; what the books knew at a
moment is therefore every entry up to a number. The guards stand in the migrations' SQL.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ledger.accounts import AccountRow
from ledger.db import Base, code, digest, text
from ledger.documents import Document
from ledger.states import ParticipatingState
from ledger.users import User

# Half of what a BIGINT sum of a hundred million postings could hold.
BOUND = 900_000_000_000_000


class JournalEntry(Base):
    """One event: when it happened, when the books learned of it, who made it and who approved."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        sa.UniqueConstraint("number", "effective_on"),
        sa.UniqueConstraint("idempotency_scope", "idempotency_key"),
        sa.CheckConstraint("recorded_by <> approved_by", name="four_eyes"),
        sa.CheckConstraint("length(body_hash) = 32", name="body_hash"),
        sa.CheckConstraint("length(salt) = 16", name="salt"),
        {"sqlite_strict": True},
    )

    number: Mapped[int] = mapped_column(
        sa.BigInteger,
        # No commit without a seal: the one constraint that waits for the end of the transaction.
        sa.ForeignKey(
            "seal.number",
            name="entry_sealed",
            use_alter=True,
            deferrable=True,
            initially="DEFERRED",
        ),
        primary_key=True,
        autoincrement=False,
    )
    effective_on: Mapped[date]
    # When it happened, where that day's period was closed before the books learned of it.
    occurred_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    kind: Mapped[code]
    narration: Mapped[text]
    voucher: Mapped[text]
    recorded_by: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    approved_by: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    reverses: Mapped[int | None] = mapped_column(
        sa.BigInteger, sa.ForeignKey("journal_entry.number"), unique=True
    )
    document_id: Mapped[str | None] = mapped_column(
        sa.String(36), sa.ForeignKey(Document.id), index=True
    )
    document_hash: Mapped[bytes | None]
    idempotency_scope: Mapped[code]
    idempotency_key: Mapped[text]
    body_hash: Mapped[digest]
    salt: Mapped[bytes]
    hash_version: Mapped[int]


class Posting(Base):
    """One line of an entry: an account debited (positive) or credited (negative)."""

    __tablename__ = "posting"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["entry", "effective_on"], [JournalEntry.number, JournalEntry.effective_on]
        ),
        sa.ForeignKeyConstraint(["account", "book"], [AccountRow.code, AccountRow.book]),
        sa.CheckConstraint("line > 0", name="line"),
        sa.CheckConstraint("amount <> 0 OR euro <> 0", name="not_nothing"),
        sa.CheckConstraint("currency <> 'EUR' OR amount = euro OR amount = 0", name="euro_is_euro"),
        sa.CheckConstraint(f"amount BETWEEN -{BOUND} AND {BOUND}", name="amount_bound"),
        sa.CheckConstraint(f"euro BETWEEN -{BOUND} AND {BOUND}", name="euro_bound"),
        sa.CheckConstraint(
            "(per_euro IS NULL) = (rate_on IS NULL) AND (per_euro IS NULL) = (rate_source IS NULL)",
            name="rate_whole",
        ),
        # Covers the balances of every statement; the table itself is read for single entries only.
        sa.Index(
            "ix_posting_balance",
            *("account", "state_code", "purpose", "form", "currency", "effective_on"),
            *("entry", "amount", "euro"),
        ),
        sa.Index("ix_posting_item", "item", "effective_on", "entry", "amount", "euro"),
        {"sqlite_strict": True, "sqlite_with_rowid": False},
    )

    entry: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    effective_on: Mapped[date]
    book: Mapped[code]
    account: Mapped[code]
    state_code: Mapped[str | None] = mapped_column(
        sa.String(2), sa.ForeignKey(ParticipatingState.code)
    )
    currency: Mapped[str] = mapped_column(sa.String(3))
    # BIGINT hundredths without the column word: sums in SQL stay integers on both databases.
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    euro: Mapped[int] = mapped_column(sa.BigInteger)
    # The rate as published, units per one euro; text, because a rate is a quotation.
    per_euro: Mapped[code | None] = mapped_column(sa.String(40))
    rate_on: Mapped[date | None]
    rate_source: Mapped[code | None] = mapped_column(sa.String(40))
    purpose: Mapped[code | None] = mapped_column(sa.String(40))
    activity: Mapped[code | None] = mapped_column(sa.String(40))
    # The form of a contribution; empty on the mechanism's own costs and on shares of cost.
    form: Mapped[code | None] = mapped_column(sa.String(40))
    funding_source: Mapped[code | None] = mapped_column(sa.String(40))
    # The open item that it begins, changes or settles; the day by which one begun here is due.
    item: Mapped[text | None] = mapped_column(sa.String(120))
    due_on: Mapped[date | None]


class Seal(Base):
    """The chain's link for one entry: written last, it closes the entry for good."""

    __tablename__ = "seal"
    __table_args__ = (
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("length(content_hash) = 32", name="content_hash"),
        sa.CheckConstraint("length(previous_hash) = 32", name="previous_hash"),
        sa.CheckConstraint("length(hash) = 32", name="hash"),
        {"sqlite_strict": True},
    )

    number: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey(JournalEntry.number), primary_key=True, autoincrement=False
    )
    content_hash: Mapped[digest]
    previous_hash: Mapped[digest]
    hash: Mapped[digest] = mapped_column(sa.LargeBinary(32), unique=True)
