"""The chart of accounts: data, in five languages, mirrored in a table that postings refer to.

Accounts 1 to 5 are the mechanism's own (IPSAS terms), 8 the burden book, 9 the memorandum book; an
entry balances in each (books.md §4.4).
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ledger.db import Base
from ledger.errors import UnknownAccountError
from ledger.i18n import N_


class Book(StrEnum):
    """The three books, each balanced by itself."""

    ACCOUNTS = "accounts"
    BURDEN = "burden"
    MEMORANDUM = "memorandum"


class AccountKind(StrEnum):
    """What an account is; net assets are the public sector's, equity here means fairness."""

    ASSET = "asset"
    LIABILITY = "liability"
    NET_ASSETS = "net_assets"
    REVENUE = "revenue"
    EXPENSE = "expense"
    BURDEN = "burden"
    MEMORANDUM = "memorandum"


BOOK_LABELS: dict[Book, str] = {
    Book.ACCOUNTS: N_("the accounts"),
    Book.BURDEN: N_("the burden book"),
    Book.MEMORANDUM: N_("the memorandum book"),
}
LABELS: dict[AccountKind, str] = {
    AccountKind.ASSET: N_("asset"),
    AccountKind.LIABILITY: N_("liability"),
    AccountKind.NET_ASSETS: N_("net assets"),
    AccountKind.REVENUE: N_("revenue"),
    AccountKind.EXPENSE: N_("expense"),
    AccountKind.BURDEN: N_("burden"),
    AccountKind.MEMORANDUM: N_("memorandum"),
}


class Side(StrEnum):
    """The side of an account on which its open items stand until they are settled."""

    DEBIT = "debit"
    CREDIT = "credit"

    @property
    def sign(self) -> int:
        """The sign of an open amount on this side: debit positive."""
        return 1 if self is Side.DEBIT else -1


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the chart."""

    code: str
    book: Book
    kind: AccountKind
    # The one currency it is kept in; None where each currency has its own balance.
    currency: str | None
    # Whether every posting on it names a state.
    per_state: bool
    # Whether period-end rates move its value in euro (IPSAS 4).
    monetary: bool
    # On which side open items stand, where every posting belongs to one; None on other accounts.
    item_side: Side | None
    names: dict[str, str]

    def name(self, language: str) -> str:
        """Give its name in a language, in English where the chart has no other."""
        return self.names.get(language, self.names["en"])


class AccountRow(Base):
    """The chart as the database knows it, so that a posting cannot name what is not in it."""

    __tablename__ = "account"
    __table_args__ = (sa.UniqueConstraint("code", "book"), {"sqlite_strict": True})

    code: Mapped[str] = mapped_column(sa.String(4), primary_key=True)
    book: Mapped[str] = mapped_column(sa.String(40))
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    per_state: Mapped[bool] = mapped_column(sa.Boolean(create_constraint=False))
    item_side: Mapped[str | None] = mapped_column(sa.String(40))


@cache
def chart() -> dict[str, Account]:
    """Read the chart that ships with the product, by account code."""
    rows = resources.files("ledger").joinpath("chart.csv").read_text(encoding="utf-8").splitlines()
    return {row["code"]: _account(row) for row in csv.DictReader(rows)}


def account(account_code: str) -> Account:
    """Look an account up; raise UnknownAccountError when the chart has none of that code."""
    found = chart().get(account_code)
    if found is None:
        raise UnknownAccountError(account=account_code)
    return found


def bank_account(currency: str) -> str:
    """Name the bank account that takes a currency."""
    own = {a.currency: a.code for a in chart().values() if a.code.startswith("101") and a.currency}
    return own.get(currency, "1019")


def _account(row: dict[str, str]) -> Account:
    return Account(
        code=row["code"],
        book=Book(row["book"]),
        kind=AccountKind(row["kind"]),
        currency=row["currency"] or None,
        per_state=row["per_state"] == "yes",
        monetary=row["monetary"] == "yes",
        item_side=Side(row["item_side"]) if row["item_side"] else None,
        names={language: row[language] for language in ("en", "pl", "cs", "hu", "sk")},
    )
