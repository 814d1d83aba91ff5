"""The equity table as the terminal shows it."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from sqlalchemy.orm import Session

from api.terminal import language, show, translated
from ledger.balances import Cutoff
from ledger.equity import EquityBalance, equity_balances
from ledger.i18n import N_, country_name
from ledger.money import ZERO


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of every state, in euro."""

    heading: str
    of: Callable[[EquityBalance], Decimal]
    always: bool = True


COLUMNS = (
    Column(N_("Cash EUR"), attrgetter("cash_total")),
    Column(N_("In kind EUR"), attrgetter("in_kind_total")),
    Column(N_("Between states EUR"), attrgetter("moved_total"), always=False),
    Column(N_("Contributed EUR"), attrgetter("contributed")),
    Column(N_("Fair share EUR"), attrgetter("fair_share_total")),
    Column(N_("Balance EUR"), attrgetter("balance")),
)


def show_equity(session: Session, at: Cutoff, *, as_json: bool = False) -> None:
    """Print each state's contributions against its fair share, with the totals."""
    balances = equity_balances(session, at)
    # Nothing has moved between states in most books: a column of zeros tells nobody anything.
    shown = [column for column in COLUMNS if column.always or any(map(column.of, balances))]
    totals = [sum(map(column.of, balances), ZERO) for column in shown]
    headings = [N_("State"), *(column.heading for column in shown), N_("Against its fair share")]
    show(
        [translated(heading) for heading in headings],
        [
            (
                country_name(each.state, language()),
                *(column.of(each) for column in shown),
                _word(each.balance),
            )
            for each in balances
        ],
        as_json=as_json,
        title=translated(N_("Equity balances as of %(on)s"), on=at.as_of),
        total=(translated(N_("Total")), *totals, "") if balances else None,
    )


def _word(balance: Decimal) -> str:
    if balance == 0:
        return translated(N_("level"))
    above, below = N_("above"), N_("below")
    return translated(above if balance > 0 else below)
