"""Money that came and debts that it pays, for tests of what becomes of it."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from ledger.journal import NewPosting, post
from tests.books import NOW, Books, entry
from tests.documents import booked

FOR: dict[str, Any] = {"purpose": "operations", "activity": "information"}
# What giving up a rest takes.
WRITTEN: dict[str, Any] = {"difference": "small", "authority": "Head of finance"}


def owed(
    session: Session,
    books: Books,
    currency: str = "EUR",
    amount: str = "100.00",
    *,
    key: str = "1",
) -> str:
    """Post a debt of Poland by hand, in any currency at four units a euro, and name it."""
    euro = Decimal(amount) if currency == "EUR" else Decimal(amount) / 4
    lines = [
        NewPosting(account="1120", amount=Decimal(amount), euro=euro, currency=currency,
                   state="PL", item=f"debt {currency} {key}", **FOR),
        NewPosting(account="4020", amount=-Decimal(amount), euro=-euro, currency=currency,
                   state="PL", **FOR),
    ]  # fmt: skip
    posted = post(
        session,
        entry(f"debt {currency} {key}", *lines, on=date(2017, 1, 9)),
        now=NOW,
        **books.hands,
    )
    return f"{posted.number}.1"


def came(session: Session, books: Books, amount: str = "100.00", **fields: Any) -> None:
    """Book a receipt of Poland."""
    booked(session, books, "receipt", amount=amount, **fields)
