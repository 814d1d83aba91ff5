"""The trial balance for auditors: every balance, and every posting that makes it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.accounts import BOOK_LABELS, account, chart
from ledger.accounts import LABELS as ACCOUNT_LABELS
from ledger.accounts import Book as AccountBook
from ledger.balances import Cutoff, Line, Selection, lines, total_in_euro
from ledger.entries import Posting
from ledger.i18n import LANGUAGES, language_name, translation
from ledger.money import ZERO, from_cents
from ledger.year_ends import CLOSED
from ledger.year_ends import KIND as YEAR_END
from reports.journal_sheet import SealedEntry, balance_key, journal_sheet, sealed_entries
from reports.sheet import Book, Cell, Column, Facts, Formula, Kind, Sheet, Table
from reports.statement import (
    ALL_STATES,
    Check,
    Gettext,
    Origin,
    bound,
    checks_fact,
    checks_sheet,
    head_facts,
    origin,
)

KIND = "trial-balance"


@dataclass(frozen=True, slots=True)
class Turnover:
    """One balance: all debits and all credits of an account, state and currency, both positive."""

    account: str
    state: str | None
    currency: str
    debit: Decimal
    credit: Decimal
    euro_debit: Decimal
    euro_credit: Decimal

    @property
    def key(self) -> str:
        """Name the balance as its journal lines do."""
        return balance_key(self.account, self.state, self.currency)

    @property
    def sums(self) -> tuple[Decimal, Decimal, Decimal, Decimal]:
        """Give debits and credits in the currency, then in euro."""
        return self.debit, self.credit, self.euro_debit, self.euro_credit


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All balances as of a day, the journal behind them, and each book's total in euro."""

    origin: Origin
    balances: tuple[Turnover, ...]
    journal: tuple[Line, ...]
    entries: dict[int, SealedEntry]
    # What the ledger sums over each book: zero, unless something is wrong.
    books: dict[AccountBook, Decimal]
    # What year-ends moved off each balance, in euro, by its key.
    closed: dict[str, Decimal]


def trial_balance(session: Session, *, cutoff: Cutoff) -> TrialBalance:
    """Take the trial balance of all accounts from the books, with the journal that makes it."""
    journal = lines(session, cutoff, Selection())
    return TrialBalance(
        origin=origin(session, kind=KIND, scope=ALL_STATES, cutoff=cutoff),
        balances=tuple(_turnovers(session, cutoff)),
        journal=tuple(sorted(journal, key=lambda each: (each.entry, each.line))),
        entries=sealed_entries(session, cutoff),
        books={each: total_in_euro(session, cutoff, _of_book(each)) for each in AccountBook},
        closed=_closed(journal),
    )


def book(report: TrialBalance, language: str) -> Book:
    """Write the trial balance out as a workbook in a language."""
    _ = translation(language).gettext
    checks = _checks(report, _)
    sheets = (
        _balances(report, checks, language, _),
        journal_sheet(report.journal, report.entries, _),
        _accounts(_),
        checks_sheet(checks, _),
    )
    return bound(
        report.origin,
        sheets,
        title=_("Trial balance"),
        language=language,
        notes=_notes(_),
        gettext=_,
    )


def _closed(journal: Iterable[Line]) -> dict[str, Decimal]:
    """Sum what year-ends, and what undid one, posted on revenue and expenses, by balance."""
    lines_of = tuple(journal)
    year_ends = {line.entry for line in lines_of if line.kind == YEAR_END}
    closed: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in lines_of:
        if line.account in CLOSED and (line.entry in year_ends or line.reverses in year_ends):
            closed[balance_key(line.account, line.state, line.currency)] += line.euro
    return dict(closed)


def _of_book(of: AccountBook) -> Selection:
    return Selection(accounts=tuple(each.code for each in chart().values() if each.book is of))


def _turnovers(session: Session, at: Cutoff) -> Iterable[Turnover]:
    def total(column: Any, *, sign: int) -> Any:
        return sa.func.sum(sa.case((column * sign > 0, column * sign), else_=0))

    keys = (Posting.account, Posting.state_code, Posting.currency)
    query = (
        sa.select(
            *keys,
            total(Posting.amount, sign=1),
            total(Posting.amount, sign=-1),
            total(Posting.euro, sign=1),
            total(Posting.euro, sign=-1),
        )
        .where(Posting.effective_on <= at.as_of, Posting.entry <= at.known_number)
        .group_by(*keys)
    )
    found = [
        Turnover(*row[:3], *(from_cents(int(cents)) for cents in row[3:]))
        for row in session.execute(query)
    ]
    return sorted(found, key=lambda each: (each.account, each.state or "", each.currency))


# Sheets


def _balances(report: TrialBalance, checks: tuple[Check, ...], language: str, _: Gettext) -> Sheet:
    columns: tuple[Column, ...] = (
        Column("balance", _("Balance")),
        Column("name", _("Account"), Kind.WRAPPED),
        Column("kind", _("Kind")),
        Column("state", _("State")),
        Column("currency", _("Currency")),
        Column("debit", _("Debits"), Kind.AMOUNT),
        Column("credit", _("Credits"), Kind.AMOUNT),
        Column("closing_debit", _("Closing debit"), Kind.AMOUNT),
        Column("closing_credit", _("Closing credit"), Kind.AMOUNT),
        Column("euro_debit", _("Debits, EUR"), Kind.AMOUNT, total=True),
        Column("euro_credit", _("Credits, EUR"), Kind.AMOUNT, total=True),
        Column("closing_euro", _("Closing, EUR (+ debit / − credit)"), Kind.AMOUNT, total=True),
        Column("difference", _("Difference from the journal"), Kind.AMOUNT, total=True),
    )
    journal = _journal_sums(report.journal)
    rows = tuple(_balance(each, journal, language, _) for each in report.balances)
    if report.closed:
        # Closed years leave nothing on revenue and expenses: what stood there is beside it.
        columns += (Column("before_close", _("Before year-ends, EUR"), Kind.AMOUNT, total=True),)
        rows = tuple(
            (*row, each.euro_debit - each.euro_credit - report.closed.get(each.key, ZERO))
            for row, each in zip(rows, report.balances, strict=True)
        )
    nothing = _("Nothing is posted yet.")
    table = Table("tblTB", columns, rows, total=_("Total"), empty=nothing, filtered=True)
    facts = Facts((*head_facts(report.origin, _), checks_fact(checks, _)))
    return Sheet("trial-balance", _("Trial balance"), _("Trial balance"), (facts, table))


def _balance(
    each: Turnover, journal: dict[str, list[Decimal]], language: str, _: Gettext
) -> tuple[Cell, ...]:
    of = account(each.account)
    net = each.debit - each.credit
    sums = zip(journal.get(each.key, [ZERO] * 4), each.sums, strict=True)
    difference = sum((abs(one - other) for one, other in sums), ZERO)
    return (
        each.key,
        of.name(language),
        _(ACCOUNT_LABELS[of.kind]),
        each.state,
        each.currency,
        each.debit,
        each.credit,
        Formula("MAX(0,ROUND({debit}-{credit},2))", max(net, ZERO)),
        Formula("MAX(0,ROUND({credit}-{debit},2))", max(-net, ZERO)),
        each.euro_debit,
        each.euro_credit,
        Formula("ROUND({euro_debit}-{euro_credit},2)", each.euro_debit - each.euro_credit),
        Formula(_difference_from_journal(), difference),
    )


def _difference_from_journal() -> str:
    """Write what a balance's four sums and its journal lines differ by, whatever the sign."""
    parts = (
        f"ABS(ROUND(SUMIFS({{tblJournal.{column}}},{{tblJournal.balance}},{{balance}})-{{{column}}},2))"
        for column in ("debit", "credit", "euro_debit", "euro_credit")
    )
    return "+".join(parts)


def _journal_sums(journal: Iterable[Line]) -> dict[str, list[Decimal]]:
    """Add up the journal's lines as the trial balance's columns do, by balance."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO] * 4)
    for line in journal:
        total = sums[balance_key(line.account, line.state, line.currency)]
        sides = (line.amount, -line.amount, line.euro, -line.euro)
        for at, side in enumerate(sides):
            total[at] += max(side, ZERO)
    return sums


def _accounts(_: Gettext) -> Sheet:
    columns = (
        Column("account", _("Account")),
        *(Column(f"name_{each}", language_name(each), Kind.WRAPPED) for each in LANGUAGES),
        Column("book", _("Book"), Kind.WRAPPED),
        Column("kind", _("Kind")),
        Column("currency", _("Currency")),
        Column("per_state", _("Kept by state")),
        Column("monetary", _("Monetary item")),
    )
    rows = tuple(
        (
            each.code,
            *(each.name(language) for language in LANGUAGES),
            _(BOOK_LABELS[each.book]),
            _(ACCOUNT_LABELS[each.kind]),
            each.currency or _("any"),
            _("yes") if each.per_state else _("no"),
            _("yes") if each.monetary else _("no"),
        )
        for each in chart().values()
    )
    table = Table("tblAccounts", columns, rows, filtered=True)
    return Sheet("accounts", _("Accounts"), _("Chart of accounts"), (table,))


def _checks(report: TrialBalance, _: Gettext) -> tuple[Check, ...]:
    debits = sum((each.euro_debit for each in report.balances), ZERO)
    credits_ = sum((each.euro_credit for each in report.balances), ZERO)
    journal = _journal_sums(report.journal)
    differences = (
        abs(one - other)
        for each in report.balances
        for one, other in zip(journal.get(each.key, [ZERO] * 4), each.sums, strict=True)
    )
    return (
        Check(
            _("All debits are all credits, in euro."),
            Formula("SUM({tblTB.euro_debit})", debits),
            credits_,
        ),
        Check(
            _("The journal's debits are the trial balance's, in euro."),
            Formula("SUM({tblJournal.euro_debit})", sum((s[2] for s in journal.values()), ZERO)),
            debits,
        ),
        Check(
            _("The journal's credits are the trial balance's, in euro."),
            Formula("SUM({tblJournal.euro_credit})", sum((s[3] for s in journal.values()), ZERO)),
            credits_,
        ),
        Check(
            _("No balance differs from its journal lines."),
            Formula("SUM({tblTB.difference})", sum(differences, ZERO)),
            ZERO,
        ),
        *(
            Check(
                _("Everything in %(book)s balances, in euro.") % {"book": _(BOOK_LABELS[each])},
                _total_of(each, report),
                report.books[each],
            )
            for each in AccountBook
        ),
    )


def _total_of(book_: AccountBook, report: TrialBalance) -> Formula:
    """Add up a book's closing balances; the first digit of an account tells its book."""
    firsts = sorted({each.code[0] for each in chart().values() if each.book is book_})
    terms = (f'SUMIFS({{tblTB.closing_euro}},{{tblTB.balance}},"{first}*")' for first in firsts)
    closing = (
        each.euro_debit - each.euro_credit
        for each in report.balances
        if account(each.account).book is book_
    )
    return Formula("+".join(terms), sum(closing, ZERO))


def _notes(_: Gettext) -> tuple[str, ...]:
    return (
        _("Each entry balances in each of the three books, in each currency and in euro."),
        _("Nothing is changed or deleted: a correction is a reversal and a new entry."),
        _(
            "The hash of an entry covers its content and the hash of the entry before; "
            "`mcrm verify` computes the whole chain anew."
        ),
    )
