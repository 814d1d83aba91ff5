"""The table of equity balances: what each state gave, its fair share, and where that leaves it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.balances import Line
from ledger.equity import EquityBalance
from ledger.i18n import country_name
from ledger.money import ZERO
from ledger.vocabulary import LABELS, Purpose
from reports.shared_pools import SharedPool
from reports.sheet import Cell, Column, Formula, Kind, Sheet, Table
from reports.statement import Gettext, fulfilment


@dataclass(frozen=True, slots=True)
class Positions:
    """What the table is made of: every state's position, the pools of cost, the moves between."""

    states: Sequence[EquityBalance]
    pools: Sequence[SharedPool]
    moves: Sequence[Line]

    @property
    def given(self) -> Decimal:
        """All that was contributed, in euro; what states paid each other adds up to zero."""
        return sum((each.contributed for each in self.states), ZERO)

    @property
    def due(self) -> Decimal:
        """All that was shared, in euro."""
        return sum((each.fair_share_total for each in self.states), ZERO)

    def due_for(self, purpose: Purpose) -> Decimal:
        """Add up what all states were charged for a purpose."""
        return sum((each.fair_share.get(purpose, ZERO) for each in self.states), ZERO)


def equity_sheet(found: Positions, language: str, _: Gettext) -> Sheet:
    """Lay the positions out, live from the pools and from what moved between states."""
    columns = (
        Column("state", _("State")),
        Column("name", _("Country")),
        Column("cash", _("Cash, EUR"), Kind.AMOUNT, total=True),
        Column("in_kind", _("In kind, EUR"), Kind.AMOUNT, total=True),
        *_between_column(found, _),
        Column("given", _("Contributed, EUR"), Kind.AMOUNT, total=True),
        *(
            Column(
                f"fair_{purpose}",
                _("Fair share of %(purpose)s, EUR") % {"purpose": _(LABELS[purpose])},
                Kind.AMOUNT,
                total=True,
            )
            for purpose in Purpose
        ),
        Column("fair_share", _("Fair share, EUR"), Kind.AMOUNT, total=True),
        Column("balance", _("Balance, EUR (+ above / − below)"), Kind.AMOUNT, total=True),
        Column("fulfilment", _("Contributed, of fair share"), Kind.PERCENT),
        Column("of_given", _("Part of all contributions"), Kind.PERCENT),
        Column("of_cost", _("Part of all cost shared"), Kind.PERCENT),
    )
    rows = tuple(tuple(_state(each, found, language, _)) for each in found.states)
    nothing = _("Nothing is posted yet.")
    table = Table("tblEquity", columns, rows, total=_("Total"), empty=nothing)
    return Sheet("equity", _("Equity"), _("Contributions and fair shares"), (table,))


def _between_column(found: Positions, _: Gettext) -> Iterator[Column]:
    if found.moves:
        heading = _("Settled with other states, EUR (+ gave / − was given)")
        yield Column("between", heading, Kind.AMOUNT, total=True)


def _state(each: EquityBalance, found: Positions, language: str, _: Gettext) -> Iterator[Cell]:
    given, due = each.contributed, each.fair_share_total
    yield each.state
    yield country_name(each.state, language)
    yield each.cash_total
    yield each.in_kind_total
    if found.moves:
        yield Formula("SUMIFS({tblMoves.given},{tblMoves.state},{state})", each.moved_total)
    parts = ("cash", "in_kind", *(["between"] if found.moves else []))
    yield Formula("+".join(f"{{{part}}}" for part in parts), given)
    for purpose in Purpose:
        yield _fair_share(each, purpose, found, _)
    yield Formula("+".join(f"{{fair_{purpose}}}" for purpose in Purpose), due)
    yield Formula("ROUND({given}-{fair_share},2)", each.balance)
    yield fulfilment("given", "fair_share", of=(given, due))
    yield fulfilment("given", "tblEquity.total.given", of=(given, found.given))
    yield fulfilment("fair_share", "tblEquity.total.fair_share", of=(due, found.due))


def _fair_share(
    each: EquityBalance, purpose: Purpose, found: Positions, _: Gettext
) -> Formula | Decimal:
    """Sum the pools' shares live; a charge outside any pool leaves the ledger's own figure."""
    due = each.fair_share.get(purpose, ZERO)
    shares = {
        number: shared.pool.charged.get(each.state, ZERO)
        for number, shared in enumerate(found.pools, 1)
        if shared.pool.segment.purpose == purpose
    }
    terms = (
        f"SUMIFS({{tblScale{number}.charged}},{{tblScale{number}.state}},{{state}})"
        for number in shares
    )
    if not shares or sum(shares.values(), ZERO) != due:
        return due
    return Formula("+".join(terms), due)
