"""The journal as auditors read it: every posting with its entry, its seal and the two people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ledger.balances import Cutoff, Line
from ledger.entries import JournalEntry, Seal
from ledger.headings import ENTRY_KINDS
from ledger.money import ZERO
from ledger.users import User
from ledger.vocabulary import LABELS, Activity, FundingSource, Purpose
from reports.particulars import form_words
from reports.sheet import Cell, Column, Kind, Sheet, Table
from reports.statement import Gettext

SHORT_HASH = 16


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """Who made an entry, who approved it, and its link in the chain."""

    recorded_by: str
    approved_by: str
    hash: bytes
    previous_hash: bytes


def sealed_entries(session: Session, at: Cutoff) -> dict[int, SealedEntry]:
    """Read the seals and the people of every entry that a cutoff takes in, by entry number."""
    maker, checker = aliased(User), aliased(User)
    query = (
        sa.select(Seal.number, maker.name, checker.name, Seal.hash, Seal.previous_hash)
        .join(JournalEntry, JournalEntry.number == Seal.number)
        .join(maker, maker.id == JournalEntry.recorded_by)
        .join(checker, checker.id == JournalEntry.approved_by)
        .where(JournalEntry.effective_on <= at.as_of, Seal.number <= at.known_number)
    )
    return {
        number: SealedEntry(made_by, approved_by, bytes(link), bytes(previous))
        for number, made_by, approved_by, link, previous in session.execute(query)
    }


def journal_sheet(lines: Sequence[Line], entries: Mapping[int, SealedEntry], _: Gettext) -> Sheet:
    """List every posting; `balance` names the line of the trial balance that it belongs to."""
    columns = (
        Column("line", _("Entry / line")),
        Column("effective_on", _("Value date"), Kind.DATE),
        Column("recorded_at", _("Recorded at (UTC)"), Kind.INSTANT),
        Column("occurred_on", _("Prior period: happened on"), Kind.DATE),
        Column("kind", _("Document")),
        Column("balance", _("Balance")),
        Column("narration", _("Description"), Kind.WRAPPED),
        Column("voucher", _("Evidence"), Kind.WRAPPED),
        Column("currency", _("Currency")),
        Column("debit", _("Debit"), Kind.AMOUNT),
        Column("credit", _("Credit"), Kind.AMOUNT),
        Column("rate", _("Rate (currency for 1 EUR)"), Kind.RATE),
        Column("rate_on", _("Rate date"), Kind.DATE),
        Column("rate_source", _("Rate source")),
        Column("euro_debit", _("Debit, EUR"), Kind.AMOUNT, total=True),
        Column("euro_credit", _("Credit, EUR"), Kind.AMOUNT, total=True),
        Column("purpose", _("Purpose")),
        Column("activity", _("Activity"), Kind.WRAPPED),
        Column("form", _("Form")),
        Column("funding_source", _("Source of the means")),
        Column("reverses", _("Reverses entry"), Kind.INTEGER),
        Column("recorded_by", _("Made by")),
        Column("approved_by", _("Approved by")),
        Column("hash", _("Hash of the entry")),
        Column("previous_hash", _("Hash of the entry before")),
    )
    rows = tuple(_posting(each, entries[each.entry], _) for each in lines)
    nothing = _("Nothing is posted yet.")
    table = Table("tblJournal", columns, rows, total=_("Total"), empty=nothing, filtered=True)
    return Sheet("journal", _("Journal"), _("Journal"), (table,))


def balance_key(account: str, state: str | None, currency: str) -> str:
    """Name a balance: account, state and currency."""
    return " ".join(filter(None, (account, state, currency)))


def _posting(each: Line, sealed: SealedEntry, _: Gettext) -> tuple[Cell, ...]:
    return (
        f"{each.entry}/{each.line}",
        each.effective_on,
        each.recorded_at,
        each.occurred_on,
        _(ENTRY_KINDS.get(each.kind, each.kind)),
        balance_key(each.account, each.state, each.currency),
        each.narration,
        each.voucher or None,
        each.currency,
        *_sides(each.amount),
        each.per_euro,
        each.rate_on,
        each.rate_source,
        *_sides(each.euro),
        _(LABELS[Purpose(each.purpose)]) if each.purpose else None,
        _(LABELS[Activity(each.activity)]) if each.activity else None,
        form_words(each.form, _) or None,
        _(LABELS[FundingSource(each.funding_source)]) if each.funding_source else None,
        each.reverses,
        sealed.recorded_by,
        sealed.approved_by,
        sealed.hash.hex()[:SHORT_HASH],
        sealed.previous_hash.hex()[:SHORT_HASH],
    )


def _sides(amount: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """Put an amount on its side, debit or credit, and leave the other empty."""
    return (amount, None) if amount >= ZERO else (None, -amount)
