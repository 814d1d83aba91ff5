"""Debts and złoty that are revalued, for tests of what becomes of them.

Rates are those of 2019: 4.00 złoty a euro in January, 5.00 in February, 4.00 again in March, and
3.20 from April on; 25 and then 20 koruna.
"""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.accounts import Side, chart
from ledger.balances import Selection, balances, cutoff
from ledger.entries import Posting
from ledger.journal import NewPosting, post
from ledger.open_items import find_item, open_items
from ledger.rate_imports import import_rates
from ledger.verification import verify
from tests.books import LAST_DAY, NOW, Books, entry
from tests.documents import booked

FOR: dict[str, Any] = {"purpose": "operations", "activity": "information"}
RATES = [
    *((date(2019, 1, 7) + timedelta(weeks=week), "4.0000", "25.000") for week in range(4)),
    *((date(2019, 2, 4) + timedelta(weeks=week), "5.0000", "20.000") for week in range(4)),
    *((date(2019, 3, 4) + timedelta(weeks=week), "4.0000", "25.000") for week in range(4)),
    *((date(2019, 4, 1) + timedelta(weeks=week), "3.2000", "20.000") for week in range(39)),
]
NUMBERS = count(1)
JANUARY, FEBRUARY, MARCH, APRIL = "2019-01-31", "2019-02-28", "2019-03-31", "2019-04-30"


def quoted(session: Session) -> None:
    """Put the rates of 2019 into the book."""
    rows = [f"{on},{zloty},{koruna}" for on, zloty, koruna in reversed(RATES)]
    body = "\n".join(["Date,PLN,CZK", *rows, ""]).encode()
    import_rates(session, body, filename="eurofxref-hist.csv", now=NOW)


def begun(
    session: Session, books: Books, code: str, amount: str, euro: str, *, on: str, **fields: Any
) -> str:
    """Begin a debt either way by hand and name it."""
    key, sign = f"item {next(NUMBERS)}", 1 if chart()[code].item_side is Side.DEBIT else -1
    value, worth = sign * Decimal(amount), sign * Decimal(euro)
    money = {"currency": "PLN", **FOR, **fields}
    state = "PL" if chart()[code].per_state else None
    against = "9490" if code > "9" else "3010"
    lines = [
        NewPosting(account=code, amount=value, euro=worth, state=state, item=key, **money),
        NewPosting(account=against, amount=-value, euro=-worth, **money),
    ]
    new = entry(key, *lines, on=date.fromisoformat(on))
    return f"{post(session, new, now=NOW, **books.hands).number}.1"


def held(session: Session, books: Books, amount: str, euro: str, *, on: str) -> None:
    """Put złoty into the bank by hand."""
    lines = [
        NewPosting(account=code, amount=sign * Decimal(amount), euro=sign * Decimal(euro),
                   currency="PLN")
        for code, sign in (("1011", 1), ("3010", -1))
    ]  # fmt: skip
    new = entry(f"held {next(NUMBERS)}", *lines, on=date.fromisoformat(on))
    post(session, new, now=NOW, **books.hands)


def stands(session: Session, reference: str, on: str = str(LAST_DAY)) -> str:
    """Say what is open of an item as of a day, and what it is carried at."""
    key = find_item(session, reference).key
    at = cutoff(session, date.fromisoformat(on))
    found = [item for item in open_items(session, at, settled=True) if item.key == key]
    return f"{found[0].amount} {found[0].euro}"


def balance(session: Session, code: str, on: str = str(LAST_DAY)) -> str:
    """Sum an account as of a day, in złoty and in euro."""
    where = Selection(accounts=(code,), currency="PLN")
    at = cutoff(session, date.fromisoformat(on))
    found = balances(session, at, Posting.account, where=where)
    return f"{found[0].amount} {found[0].euro}" if found else "0.00 0.00"


def revalued(session: Session, books: Books, on: str, **fields: Any) -> list[int]:
    """Have a revaluation posted; give the numbers of its entries."""
    said = {"revalued_on": on, "description": f"Revaluation {next(NUMBERS)}", **fields}
    return [each.number for each in booked(session, books, "revaluation", **said)]


def undone(session: Session, books: Books, number: int, on: str) -> list[int]:
    """Have an entry reversed; give the numbers of what undoes it."""
    said = {"number": number, "effective_on": on, "reason": f"Undone {next(NUMBERS)}"}
    return [each.number for each in booked(session, books, "reversal", **said)]


def paid(session: Session, books: Books, item: str, amount: str, on: str) -> int:
    """Pay a part of what is due."""
    said = {"item": item, "amount": amount, "paid_on": on, "description": f"{next(NUMBERS)}"}
    return booked(session, books, "payment", **said)[0].number


def received(session: Session, books: Books, item: str, amount: str, on: str) -> int:
    """Receive and apply a part of what is owed."""
    name = f"R/{next(NUMBERS)}"
    came = {"receipt": name, "received_on": on, "currency": "PLN", "amount": amount}
    booked(session, books, "receipt", **came)
    said = {"source": name, "item": item, "applied_on": on}
    return booked(session, books, "application", **said)[0].number


def sound(session: Session) -> bool:
    """Whether all verifies, and crossing currencies left nothing in euro, entry by entry."""
    left = sa.select(Posting.entry).where(Posting.account == "1090").group_by(Posting.entry)
    assert session.scalars(left.having(sa.func.sum(Posting.euro) != 0)).all() == []
    assert [str(each) for each in verify(session).findings] == []
    return True
