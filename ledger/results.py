"""Results: what a year's contributions to a pool of cost leave, or lack, after what it cost.

What the states gave in money, less what was given back, less what the mechanism spent: equipment
and stock when they are bought, as they are shared, and what was given in kind on neither side. A
surplus or deficit that was declared counts for its own year, whenever that was.
"""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ledger.accounts import AccountKind, chart
from ledger.documents import Document
from ledger.entries import JournalEntry, Posting
from ledger.money import ZERO, from_cents
from ledger.pools import OWN_COST_ACCOUNTS
from ledger.vocabulary import Form, Purpose

TRUE_UP = "true_up"
SURPLUS_PAYABLE, DEFICIT_RECEIVABLE = "2050", "1110"
# What is given in kind is used up or written off as it is, without anything paid.
DEPRECIATION = "5040"
EXPENSES = tuple(
    each.code
    for each in chart().values()
    if each.kind is AccountKind.EXPENSE and each.code != DEPRECIATION
)
GIVEN_IN_MONEY = ("4010", "4020", "4110")
COUNTED = tuple(sorted({*GIVEN_IN_MONEY, *EXPENSES, *OWN_COST_ACCOUNTS}))


def year_result(session: Session, purpose: Purpose, year: int) -> Decimal:
    """Give what is left of a purpose's year in euro: above zero a surplus, below zero a deficit.

    What was declared of it is taken off already.
    """
    undone = aliased(JournalEntry)
    kind = sa.func.coalesce(undone.kind, JournalEntry.kind)
    query = (
        sa.select(sa.func.sum(Posting.euro))
        .join(JournalEntry, JournalEntry.number == Posting.entry)
        .outerjoin(undone, undone.number == JournalEntry.reverses)
        .where(Posting.account.in_(COUNTED), Posting.purpose == purpose, kind != TRUE_UP)
        .where(sa.or_(Posting.form.is_(None), Posting.form == Form.CASH))
        .where(Posting.effective_on.between(date(year, 1, 1), date(year, 12, 31)))
    )
    earned = -from_cents(int(session.scalar(query) or 0))
    return earned - declared(session, purpose, year)


def declared(session: Session, purpose: Purpose, year: int) -> Decimal:
    """Sum what was declared of a year, in euro: surpluses above zero, deficits below."""
    undoing = aliased(JournalEntry)
    query = (
        sa.select(Document.body, sa.func.sum(Posting.euro))
        .join(JournalEntry, JournalEntry.document_id == Document.id)
        .join(Posting, Posting.entry == JournalEntry.number)
        .outerjoin(undoing, undoing.reverses == JournalEntry.number)
        .where(JournalEntry.kind == TRUE_UP, undoing.number.is_(None))
        .where(Posting.account.in_((SURPLUS_PAYABLE, DEFICIT_RECEIVABLE)))
        .group_by(Document.id)
    )
    said = ((body, from_cents(int(euro))) for body, euro in session.execute(query))
    ours = (-euro for body, euro in said if (body["purpose"], body["year"]) == (purpose, year))
    return sum(ours, ZERO)
