"""The equity page: what each state gave against its fair share, each figure with its postings."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from fastapi import APIRouter
from starlette.responses import Response

from api.deps import Reading
from api.pages.as_of import AsOf, address
from api.pages.charts import Balance, Given, balance_bars, given_bars
from api.pages.page import CurrentPage
from ledger.balances import Cutoff
from ledger.equity import POSITION, EquityBalance, equity_balances
from ledger.i18n import country_name
from ledger.money import ZERO
from ledger.vocabulary import Form, Moved
from reports.fairness_sheet import fairness
from reports.shared_pools import decided_pools

router = APIRouter()

IN_KIND = tuple(form.value for form in Form if form is not Form.CASH)
NO_FORM = "none"


@dataclass(frozen=True, slots=True)
class Row:
    """One state's line, or all states' when `state` is None; amounts in euro."""

    state: str | None
    cash: Decimal
    in_kind: Decimal
    moved: Decimal
    fair_share: Decimal
    given_share: Fraction | None
    cost_share: Fraction | None
    at: Cutoff

    @property
    def given(self) -> Decimal:
        """All it gave, in cash and in kind, and to other states."""
        return self.cash + self.in_kind + self.moved

    @property
    def balance(self) -> Decimal:
        """What it gave, less its fair share."""
        return self.given - self.fair_share

    def postings(self, figure: str) -> str:
        """Address the postings that one of its figures is the sum of."""
        forms = {
            "cash": [Form.CASH.value],
            "in_kind": [*IN_KIND],
            "moved": [*Moved],
            "given": [Form.CASH.value, *IN_KIND, *Moved],
            "fair_share": [NO_FORM],
            "balance": [],
        }[figure]
        side = "debit" if figure == "fair_share" else "credit"
        return address(
            "/postings", self.at, account=POSITION, state=self.state, form=forms, side=side
        )


@router.get("/equity")
def equity(page: CurrentPage, session: Reading, asked: AsOf) -> Response:
    """Show the equity balances of a day."""
    at = asked.cutoff(session)
    balances = equity_balances(session, at)
    rows, total = _rows(balances, at)
    names = [country_name(str(row.state), page.language) for row in rows]
    return page.html(
        "equity.html",
        422 if asked.error else 200,
        asked=asked,
        at=at,
        rows=rows,
        total=total,
        has_moved=any(row.moved for row in rows),
        fairness=fairness(balances, decided_pools(session, at)),
        given_bars=given_bars(
            [Given(n, r.cash, r.in_kind, r.fair_share) for n, r in zip(names, rows, strict=True)]
        ),
        balance_bars=balance_bars(
            [Balance(n, r.balance) for n, r in zip(names, rows, strict=True)]
        ),
        workbook=address("/statements/equity.xlsx", at, language=page.language),
        link=address("/equity", at),
    )


def _rows(balances: Sequence[EquityBalance], at: Cutoff) -> tuple[list[Row], Row]:
    given = sum((each.contributed for each in balances), ZERO)
    costs = sum((each.fair_share_total for each in balances), ZERO)
    rows = [
        Row(
            each.state,
            each.cash_total,
            each.in_kind_total,
            each.moved_total,
            each.fair_share_total,
            each.share_of(given) if given else None,
            Fraction(each.fair_share_total) / Fraction(costs) if costs else None,
            at,
        )
        for each in balances
    ]
    total = Row(
        None,
        sum((row.cash for row in rows), ZERO),
        sum((row.in_kind for row in rows), ZERO),
        sum((row.moved for row in rows), ZERO),
        costs,
        Fraction(1) if given else None,
        Fraction(1) if costs else None,
        at,
    )
    return rows, total
