"""The equity table as the terminal shows it."""

from decimal import Decimal

from sqlalchemy.orm import Session

from api.terminal import language, show, translated
from ledger.balances import Cutoff
from ledger.equity import EquityBalance, equity_balances
from ledger.i18n import N_, country_name
from ledger.money import ZERO

HEADINGS = (
    N_("State"),
    N_("Cash EUR"),
    N_("In kind EUR"),
    N_("Contributed EUR"),
    N_("Fair share EUR"),
    N_("Balance EUR"),
    N_("Against its fair share"),
)


def show_equity(session: Session, at: Cutoff, *, as_json: bool = False) -> None:
    """Print each state's contributions against its fair share, with the totals."""
    balances = equity_balances(session, at)
    totals = [sum(column, ZERO) for column in zip(*map(_figures, balances), strict=True)]
    show(
        [translated(heading) for heading in HEADINGS],
        [
            (country_name(each.state, language()), *_figures(each), _word(each.balance))
            for each in balances
        ],
        as_json=as_json,
        title=translated(N_("Equity balances as of %(on)s"), on=at.as_of),
        total=(translated(N_("Total")), *totals, "") if balances else None,
    )


def _figures(each: EquityBalance) -> tuple[Decimal, ...]:
    return (
        each.cash_total,
        each.in_kind_total,
        each.contributed,
        each.fair_share_total,
        each.balance,
    )


def _word(balance: Decimal) -> str:
    if balance == 0:
        return translated(N_("level"))
    above, below = N_("above"), N_("below")
    return translated(above if balance > 0 else below)
