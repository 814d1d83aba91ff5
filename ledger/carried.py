"""What settlements carried into the next call for funds, and what of it is still open.

A debtor owes its part on 1110 beside what was assessed; a creditor is due its part on 2050. Nothing
is said in the burden book: burden follows the cash (books.md row 16).
"""

from collections import defaultdict
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.balances import Cutoff
from ledger.money import ZERO
from ledger.open_items import open_items
from ledger.vocabulary import Purpose

SETTLEMENT = "settlement"

OWED, DUE = "1110", "2050"


def carried(session: Session, at: Cutoff, purpose: Purpose | None = None) -> dict[str, Decimal]:
    """Give what was carried and is still open, by state in euro: above zero it is to be paid in.

    A debtor's part is open until it is paid in, which credits its position as any cash does:
    position and open part together stay what they were. A creditor's part is open until it is set
    off or refunded.
    """
    still: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for item in open_items(session, at, accounts=(OWED, DUE)):
        if item.kind == SETTLEMENT and purpose in (None, item.purpose):
            still[str(item.state)] += item.side.sign * item.euro
    return {state: euro for state, euro in still.items() if euro}
