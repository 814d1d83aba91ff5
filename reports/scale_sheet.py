"""A pool of cost set out: the scale with all its working, and each state's share of the cost."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from ledger.i18n import country_name
from ledger.money import ZERO, round_half_up
from ledger.vocabulary import LABELS, Activity
from reports.scale_working import Working, working
from reports.shared_pools import Part, SharedPool
from reports.sheet import (
    Block,
    Cell,
    Column,
    Fact,
    Facts,
    Fit,
    Formula,
    Heading,
    Kind,
    Paragraph,
    Sheet,
    Table,
    quoted,
)
from reports.statement import Gettext

# The tables of so many states are fitted on one page.
FEW = 8


def scale_sheet(shared: SharedPool, number: int, *, language: str, gettext: Gettext) -> Sheet:
    """Lay a pool out: its cost, what was measured, every step, and from them every share."""
    _ = gettext
    segment = shared.pool.segment
    named = {"number": number, "purpose": _(LABELS[segment.purpose])}
    heading = _("Costs of %(purpose)s, %(first)s to %(last)s") % {
        **named,
        "first": segment.first,
        "last": segment.last,
    }
    found = working(shared.reckoned.scale, number, shared.states)
    blocks: tuple[Block, ...] = (
        Facts((*_facts(shared, _), *found.weights(_), *_costs(shared, number, _)), values_in=4),
        *_tables(shared, found, language, _),
        *map(Paragraph, _notes(shared, found, language, _)),
    )
    fit = Fit.PAGE if len(shared.states) <= FEW else Fit.WIDTH
    return Sheet(f"scale-{number}", _("Pool %(number)s") % named, heading, blocks, fit)


def _facts(shared: SharedPool, _: Gettext) -> Iterator[Fact]:
    scale, reckoned = shared.scale, shared.reckoned
    formula = reckoned.scale.formula
    vintages = sorted({seen.vintage for seen in reckoned.used})
    measured = " · ".join([str(reckoned.basis.year), *vintages])
    yield Fact(_("Scale"), scale.number)
    yield Fact(_("Valid from"), scale.valid_from)
    yield Fact(_("Decision"), f"{shared.voucher} · {shared.description}")
    yield Fact(_("Formula"), f"{_(formula.title)} ({_(formula.basis)})")
    yield Fact(_("Indicators"), measured if vintages else _("none: nothing is measured"))


def _costs(shared: SharedPool, number: int, _: Gettext) -> Iterator[Fact]:
    """State the cost by kind; then what of it is not for all; then what is shared."""
    pool, name = shared.pool, f"Scale{number}"
    yield Fact(
        _("The mechanism's own cost, EUR"), sum(pool.own_cost.values(), ZERO), name=f"{name}Own"
    )
    yield Fact(_("Given in kind, EUR"), sum(pool.in_kind.values(), ZERO), name=f"{name}InKind")
    total = Formula(f"{{{name}Own}}+{{{name}InKind}}", shared.common)
    yield Fact(_("Common cost, EUR"), total, name=f"{name}Common")
    if shared.parts:
        yield from _part_costs(shared, name, _)
    cost = f"{name}Common"
    if pool.attributed:
        alone = sum(pool.attributed.values(), ZERO)
        yield Fact(_("For single states, EUR"), alone, name=f"{name}Single")
        whole = Formula(f"{{{name}Common}}+{{{name}Single}}", pool.cost)
        yield Fact(_("Cost in all, EUR"), whole, name=f"{name}Cost")
        cost = f"{name}Cost"
    yield Fact(_("Shared so far, EUR"), pool.charged_total, name=f"{name}Shared")
    unshared = Formula(f"ROUND({{{cost}}}-{{{name}Shared}},2)", pool.cost - pool.charged_total)
    yield Fact(_("Not yet shared, EUR"), unshared, name=f"{name}Unshared")


def _part_costs(shared: SharedPool, name: str, _: Gettext) -> Iterator[Fact]:
    for at, part in enumerate(shared.parts, 1):
        words = _("Of it part %(part)s: %(activities)s, EUR")
        activities = "; ".join(_(LABELS[Activity(each)]) for each in part.activities)
        yield Fact(
            words % {"part": at, "activities": activities}, part.cost, name=f"{name}Part{at}"
        )
    less = "".join(f"-{{{name}Part{at}}}" for at, _part in enumerate(shared.parts, 1))
    rest = Formula(f"ROUND({{{name}Common}}{less},2)", shared.common_to_all)
    yield Fact(_("Common to all states, EUR"), rest, name=f"{name}ToAll")


def _notes(shared: SharedPool, found: Working, language: str, _: Gettext) -> Iterator[str]:
    for at, part in enumerate(shared.parts, 1):
        states = ", ".join(country_name(state, language) for state in part.out)
        words = _(
            "Part %(part)s is not borne by %(states)s, who opted out; "
            "the others bear it in proportion to their shares."
        )
        yield words % {"part": at, "states": states}
    if found.aside:
        words = _(
            "Of the working %(count)s steps are left aside, the measures of single years; "
            "the numbers of the others are those of the whole working."
        )
        yield words % {"count": found.aside}
    yield _(
        "Cents that rounding leaves over or takes away are placed by largest remainder: "
        "rounded share and rounding cent together are what was charged."
    )


def _tables(
    shared: SharedPool, found: Working, language: str, _: Gettext
) -> Iterator[Heading | Table]:
    own = tuple(found.tables(language, _))
    if own:
        yield Heading(_("Working of the scale"))
        yield from own
        yield Heading(_("Shares of the cost"))
    yield _table(shared, found, language, _)


# The table


def _table(shared: SharedPool, found: Working, language: str, _: Gettext) -> Table:
    columns = (
        Column("state", _("State")),
        Column("name", _("Country")),
        *found.headed(found.in_the_table, language, _),
        Column("share", _("Share of the burden"), Kind.SHARE, total=True),
        *_part_columns(shared, _),
        Column("rounded", _("Share of the cost, EUR"), Kind.AMOUNT, total=True),
        *_other_columns(shared, _),
        Column("cent", _("Rounding cent, EUR"), Kind.AMOUNT, total=True),
        *_unshared_columns(shared, _),
        Column("charged", _("Fair share, EUR"), Kind.AMOUNT, total=True),
    )
    rows = tuple(
        (
            state,
            country_name(state, language),
            *(each.cell(state) for each in found.in_the_table),
            found.share_cell(state),
            *_money(shared, found, state, _),
        )
        for state in shared.states
    )
    return Table(f"tblScale{found.number}", columns, rows, total=_("Total"))


def _part_columns(shared: SharedPool, _: Gettext) -> Iterator[Column]:
    for at, _part in enumerate(shared.parts, 1):
        yield Column(f"in_{at}", _("Shares in part %(part)s") % {"part": at})


def _other_columns(shared: SharedPool, _: Gettext) -> Iterator[Column]:
    for at, _part in enumerate(shared.parts, 1):
        heading = _("Share of part %(part)s, EUR") % {"part": at}
        yield Column(f"part_{at}", heading, Kind.AMOUNT, total=True)
    if shared.pool.attributed:
        yield Column("alone", _("For the state alone, EUR"), Kind.AMOUNT, total=True)


def _unshared_columns(shared: SharedPool, _: Gettext) -> Iterator[Column]:
    if not shared.is_all_charged:
        yield Column("due", _("Not yet charged, EUR"), Kind.AMOUNT, total=True)


def _money(shared: SharedPool, found: Working, state: str, _: Gettext) -> Iterator[Cell]:
    """Reckon a state's fair share: of what all share, of each part, and what is its alone."""
    yes = _("yes")
    for part in shared.parts:
        yield yes if state in part.shares else _("no")
    of_all = f"Scale{found.number}{'ToAll' if shared.parts else 'Common'}"
    rounded = round_half_up(shared.common_to_all * found.share_of(state))
    yield Formula(f"ROUND({{{of_all}}}*{{share}},2)", rounded)
    others = dict(_others(shared, found, state, quoted(yes)))
    yield from others.values()
    borne, charged = shared.borne.get(state, ZERO), shared.pool.charged.get(state, ZERO)
    yield borne - rounded - sum((_amount(each) for each in others.values()), ZERO)
    reckoned = "+".join(f"{{{key}}}" for key in ("rounded", *others, "cent"))
    if shared.is_all_charged:
        yield Formula(reckoned, charged)
    else:
        yield borne - charged
        yield Formula(f"{reckoned}-{{due}}", charged)


def _others(
    shared: SharedPool, found: Working, state: str, yes: str
) -> Iterator[tuple[str, Formula | Decimal]]:
    """Give the cells of what not all share, by their columns."""
    for at, part in enumerate(shared.parts, 1):
        sharing = (
            f"SUMIFS({{tblScale{found.number}.share}},{{tblScale{found.number}.in_{at}}},{yes})"
        )
        reckoned = f"ROUND({{Scale{found.number}Part{at}}}*{{share}}/{sharing},2)"
        yield f"part_{at}", Formula(f"IF({{in_{at}}}={yes},{reckoned},0)", _of(part, found, state))
    if shared.pool.attributed:
        yield "alone", shared.pool.attributed.get(state, ZERO)


def _amount(cell: Formula | Decimal) -> Decimal:
    return Decimal(cell.value) if isinstance(cell, Formula) else cell


def _of(part: Part, found: Working, state: str) -> Decimal:
    if state not in part.shares:
        return ZERO
    share = Fraction(found.share_of(state))
    sharing = sum((Fraction(found.share_of(each)) for each in part.shares), Fraction(0))
    return round_half_up(Fraction(part.cost) * share / sharing)
