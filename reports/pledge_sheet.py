"""A state's pledges: what it said it would give, what came of it, and what is still to come.

Committed money is carried on account 1120; what does not bind, depends on a condition or comes in
kind is a memorandum. Pledges are no contributions: only what was received counts there.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.balances import Selection, total_in_euro
from ledger.money import ZERO
from ledger.open_items import OpenItem, open_items
from ledger.pledge_status import PledgeStanding, pledges
from ledger.pledge_versions import ACCOUNTS as ACCOUNTS_OF
from ledger.pledge_versions import ANNOUNCED, CONDITIONAL, RECEIVABLE, item_of
from ledger.vocabulary import LABELS
from reports.sheet import Cell, Column, Fact, Formula, Kind, Paragraph, Sheet, Table
from reports.statement import Check, Gettext, Origin

MEMORANDA = (ACCOUNTS_OF[ANNOUNCED], ACCOUNTS_OF[CONDITIONAL])


@dataclass(frozen=True, slots=True)
class Pledged:
    """How one pledge stands, and in euro what the books carry of it, all zero or above."""

    standing: PledgeStanding
    # Committed and in money, still to come, and how much of that is overdue.
    carried: Decimal
    overdue: Decimal
    # Announced, conditional or in kind: on no balance sheet.
    memorandum: Decimal

    @property
    def given_up(self) -> Decimal:
        """What lapsed or was written off, in the pledge's currency."""
        return self.standing.pledged - self.standing.received - self.standing.outstanding


@dataclass(frozen=True, slots=True)
class Pledges:
    """A state's pledges by code, and what the ledger sums in euro, to be held against them."""

    pledges: tuple[Pledged, ...]
    receivable: Decimal
    memoranda: Decimal

    def sum(self, column: str) -> Decimal:
        """Add up `carried`, `overdue` or `memorandum`."""
        return sum((getattr(each, column) for each in self.pledges), ZERO)


def state_pledges(session: Session, state: str, about: Origin) -> Pledges:
    """Take how a state's pledges stand, as a statement knows them, in six queries."""
    at = about.at
    standing = pledges(session, at, state=state, known_at=about.generated_at)
    items: dict[str, list[OpenItem]] = defaultdict(list)
    for item in open_items(session, at, accounts=(RECEIVABLE, *MEMORANDA), state=state):
        items[item.key.rpartition(":")[0]].append(item)
    return Pledges(
        tuple(
            _pledged(each, items[item_of(state, each.code, "")[:-1]], at.as_of) for each in standing
        ),
        receivable=total_in_euro(session, at, Selection(accounts=(RECEIVABLE,), state=state)),
        memoranda=total_in_euro(session, at, Selection(accounts=MEMORANDA, state=state)),
    )


def pledges_sheet(found: Pledges, _: Gettext) -> Sheet:
    """List pledges with what is still to come of each, in its currency and in euro."""
    columns = (
        Column("pledge", _("Pledge")),
        Column("decided_on", _("Decided on"), Kind.DATE),
        Column("level", _("How binding")),
        Column("form", _("Form")),
        Column("due_on", _("Next due"), Kind.DATE),
        Column("currency", _("Currency")),
        Column("pledged", _("Pledged"), Kind.AMOUNT),
        Column("received", _("Received"), Kind.AMOUNT),
        Column("given_up", _("Lapsed or written off"), Kind.AMOUNT),
        Column("outstanding", _("Outstanding"), Kind.AMOUNT),
        Column("status", _("Status")),
        Column("carried", _("Still to come, EUR"), Kind.AMOUNT, total=True),
        Column("overdue", _("Of which overdue, EUR"), Kind.AMOUNT, total=True),
        Column("memorandum", _("Memorandum, EUR"), Kind.AMOUNT, total=True),
        Column("iati", _("IATI transaction type")),
        Column("fts", _("FTS status")),
        Column("voucher", _("Decision"), Kind.WRAPPED),
    )
    rows = tuple(_row(each, _) for each in found.pledges)
    nothing = _("The state has pledged nothing up to this day.")
    table = Table("tblPledges", columns, rows, total=_("Total"), empty=nothing)
    return Sheet(
        "pledges", _("Pledges"), _("Pledges and what is still to come"), (table, *_notes(_))
    )


def pledge_facts(found: Pledges, _: Gettext) -> Iterator[Fact]:
    """Say on a first sheet what is still to come; nothing of a state that never pledged."""
    if not found.pledges:
        return
    yield Fact(
        _("Pledged and still to come, EUR"),
        Formula("{tblPledges.total.carried}", found.sum("carried")),
        name="Pledged",
    )
    yield Fact(
        _("of which overdue, EUR"),
        Formula("{tblPledges.total.overdue}", found.sum("overdue")),
        name="PledgedOverdue",
    )
    yield Fact(
        _("Announced, conditional or in kind, EUR (memorandum)"),
        Formula("{tblPledges.total.memorandum}", found.sum("memorandum")),
        name="PledgedMemorandum",
    )


def pledge_checks(found: Pledges, _: Gettext) -> Iterator[Check]:
    """Hold what is still to come against the accounts that keep it."""
    yield Check(
        _("What committed pledges still bring is the balance of account 1120."),
        Formula("SUM({tblPledges.carried})", found.sum("carried")),
        found.receivable,
    )
    yield Check(
        _("The memorandum of other pledges is the balance of accounts 9110 and 9210."),
        Formula("SUM({tblPledges.memorandum})", found.sum("memorandum")),
        found.memoranda,
    )


def _pledged(standing: PledgeStanding, items: Sequence[OpenItem], as_of: date) -> Pledged:
    receivable = [each for each in items if each.account == RECEIVABLE]
    overdue = [each for each in receivable if each.due_on and each.due_on < as_of]
    return Pledged(
        standing,
        carried=_euro(receivable),
        overdue=_euro(overdue),
        memorandum=_euro([each for each in items if each.account in MEMORANDA]),
    )


def _euro(items: Sequence[OpenItem]) -> Decimal:
    return sum((each.euro for each in items), ZERO)


def _row(each: Pledged, _: Gettext) -> tuple[Cell, ...]:
    of = each.standing
    said = of.versions[-1].said
    return (
        of.code,
        said.effective_on,
        _(LABELS[of.level]),
        _(LABELS[of.form]),
        of.next_due.due_on if of.next_due else None,
        of.currency,
        of.pledged,
        of.received,
        each.given_up,
        Formula("ROUND({pledged}-{received}-{given_up},2)", of.outstanding),
        _(LABELS[of.status]),
        each.carried,
        each.overdue,
        each.memorandum,
        of.codes.iati_transaction,
        of.codes.fts_status,
        said.voucher,
    )


def _notes(_: Gettext) -> Iterator[Paragraph]:
    yield Paragraph(
        _(
            "Pledges stand outside what was contributed: only what was received counts there. Each "
            "is in its own currency, by its version of the day; euro are what the books carry."
        )
    )
    yield Paragraph(
        _(
            "Still to come is committed money. What is announced, conditional or in kind is a "
            "memorandum and in no total of what is owed; what came on a condition that is not met "
            "yet stays in the memorandum until it is."
        )
    )
