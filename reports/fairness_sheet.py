"""How equitably the burden is borne: each state against its fair part, and four measures of all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from ledger.equity import EquityBalance
from ledger.equity_metrics import MILLION, EquityMetrics, StateMetrics, equity_metrics
from ledger.i18n import country_name
from ledger.indicators import Observation
from ledger.money import ZERO, round_half_up
from reports.shared_pools import SharedPool
from reports.sheet import (
    Block,
    Cell,
    Column,
    Fact,
    Facts,
    Formula,
    Heading,
    Kind,
    Paragraph,
    Sheet,
    Table,
)
from reports.statement import BASIS_POINT, Gettext

TWELVE, SIX = Decimal("1e-12"), Decimal("1e-6")
POPULATION, OUTPUT, OUTPUT_UNIT = "population", "gdp", "EUR_million"
PER_MILLE = 1000


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator as the newest scale that holds what is needed has it, by state."""

    year: int
    vintage: str
    values: Mapping[str, Decimal]

    @property
    def named(self) -> str:
        """Name year and vintage."""
        return f"{self.year} · {self.vintage}"


@dataclass(frozen=True, slots=True)
class Fairness:
    """Contributions and fair shares of all states in euro, and what they are measured against."""

    states: Sequence[EquityBalance]
    metrics: EquityMetrics
    population: Measured | None
    output: Measured | None

    @property
    def given(self) -> Decimal:
        """All that was contributed."""
        return sum((each.contributed for each in self.states), ZERO)

    @property
    def due(self) -> Decimal:
        """All that was shared."""
        return sum((each.fair_share_total for each in self.states), ZERO)


def fairness(states: Sequence[EquityBalance], pools: Sequence[SharedPool]) -> Fairness | None:
    """Measure contributions against each state's part of all that was shared so far.

    There is nothing to measure against while nothing is shared, or where what was shared was given
    back to a state beyond what it bore.
    """
    total = sum((each.fair_share_total for each in states), ZERO)
    if total <= 0 or any(each.fair_share_total < 0 for each in states):
        return None
    shares = {each.state: Fraction(each.fair_share_total) / Fraction(total) for each in states}
    population, output = measured(pools)
    metrics = equity_metrics(
        {each.state: each.contributed for each in states},
        shares,
        population=population.values if population else None,
        gdp=output.values if output else None,
    )
    return Fairness(states, metrics, population, output)


def measured(pools: Sequence[SharedPool]) -> tuple[Measured | None, Measured | None]:
    """Find population and output in the newest scale by which cost was shared and that has both."""
    scales = {pool.scale.number: pool.reckoned.used for pool in pools}
    for _number, used in sorted(scales.items(), reverse=True):
        population = _newest(each for each in used if each.indicator == POPULATION)
        output = _newest(
            each for each in used if (each.indicator, each.unit) == (OUTPUT, OUTPUT_UNIT)
        )
        if population and output:
            return population, output
    return None, None


def _newest(seen: Iterator[Observation]) -> Measured | None:
    series: dict[tuple[int, str], dict[str, Decimal]] = {}
    for each in seen:
        series.setdefault((each.year, each.vintage), {})[each.state] = each.value
    if not series:
        return None
    year, vintage = max(series)
    return Measured(year, vintage, series[year, vintage])


def fairness_sheet(found: Fairness | None, language: str, _: Gettext) -> Sheet:
    """Set out where each state stands, and the four measures with what they mean."""
    title, heading = _("Fairness"), _("How equitably the burden is borne")
    if found is None:
        nothing = _("Nothing is shared yet that contributions could be measured against.")
        return Sheet("fairness", title, heading, (Paragraph(nothing),))
    blocks: tuple[Block, ...] = (
        Facts(tuple(_facts(found, _)), values_in=4),
        _table(found, language, _),
        Heading(_("What the measures mean")),
        *map(Paragraph, _meanings(_)),
    )
    return Sheet("fairness", title, heading, blocks)


def _facts(found: Fairness, _: Gettext) -> Iterator[Fact]:
    metrics = found.metrics
    if found.population and found.output:
        yield Fact(_("Population"), found.population.named)
        yield Fact(_("Gross domestic product"), found.output.named)
    hoover = _rounded(metrics.hoover, SIX)
    if hoover is None:
        yield Fact(_("Hoover index"), _("not defined"))
    else:
        half = Formula("ROUND({tblFairness.total.apart}/2,6)", hoover)
        yield Fact(_("Hoover index"), half, Kind.RATE, "HooverIndex")
    for label, name, value in (
        (_("Root mean square"), "RootMeanSquare", metrics.rms),
        (_("Gini index"), "GiniIndex", metrics.gini),
        (_("Theil index"), "TheilIndex", metrics.theil),
    ):
        shown = _rounded(value, SIX)
        if shown is None:
            yield Fact(label, _("not defined"))
        else:
            yield Fact(label, shown, Kind.RATE, name)


def _meanings(_: Gettext) -> tuple[str, ...]:
    return (
        _(
            "The fair part of all contributions is a state's part of all cost shared so far. Each "
            "measure is 0 when everybody bears exactly its fair part, and larger the further the "
            "states stand from it."
        ),
        _("Hoover index: the part of all contributions that other states would have to give."),
        _(
            "Root mean square: how far, on average, what a state gave is from its fair part, as a "
            "part of it; large deviations count more."
        ),
        _(
            "Gini index: half the average difference between two states, each measured by what it "
            "gave to its fair part."
        ),
        _(
            "Theil index: the average of the ratio of given to fair part times its logarithm; it "
            "tells most of states far above."
        ),
    )


# The table


def _table(found: Fairness, language: str, _: Gettext) -> Table:
    columns = (
        Column("state", _("State")),
        Column("name", _("Country")),
        Column("given", _("Contributed, EUR"), Kind.AMOUNT, total=True),
        Column("due", _("Fair share of the cost, EUR"), Kind.AMOUNT, total=True),
        Column("rounded", _("Fair part, rounded, EUR"), Kind.AMOUNT, total=True),
        Column("cent", _("Rounding cent, EUR"), Kind.AMOUNT, total=True),
        Column("fair", _("Fair part of all contributions, EUR"), Kind.AMOUNT, total=True),
        Column("balance", _("Balance, EUR (+ above / − below)"), Kind.AMOUNT, total=True),
        Column("ratio", _("Contributed, of the fair part"), Kind.PERCENT),
        Column("apart", _("Apart from the fair part"), Kind.SHARE, total=True),
        *_measured_columns(found, _),
    )
    rows = tuple(
        _row(each, metrics, found, language)
        for each, metrics in zip(found.states, found.metrics.states, strict=True)
    )
    return Table("tblFairness", columns, rows, total=_("Total"))


def _measured_columns(found: Fairness, _: Gettext) -> Iterator[Column]:
    if found.population and found.output:
        yield Column("population", _("Population"), Kind.COUNT)
        yield Column("per_capita", _("Contributed per inhabitant, EUR"), Kind.RATE)
        yield Column("output", _("Gross domestic product, EUR million"), Kind.AMOUNT)
        yield Column("per_output", _("Contributed, ‰ of gross domestic product"), Kind.RATE)


def _row(
    each: EquityBalance, metrics: StateMetrics, found: Fairness, language: str
) -> tuple[Cell, ...]:
    def equity(column: str, value: Decimal) -> Formula:
        return Formula(f"SUMIFS({{tblEquity.{column}}},{{tblEquity.state}},{{state}})", value)

    given, due = each.contributed, each.fair_share_total
    rounded = round_half_up(Fraction(found.given) * Fraction(due) / Fraction(found.due))
    fair = given - metrics.balance
    share = "{due}/{tblFairness.total.due}"
    return (
        each.state,
        country_name(each.state, language),
        equity("given", given),
        equity("fair_share", due),
        Formula(f"ROUND({{tblFairness.total.given}}*{share},2)", rounded),
        fair - rounded,
        Formula("{rounded}+{cent}", fair),
        Formula("ROUND({given}-{fair},2)", metrics.balance),
        _ratio(metrics, found),
        _apart(each, found, share),
        *_measured(each, metrics, found),
    )


def _ratio(metrics: StateMetrics, found: Fairness) -> Formula:
    ratio = _rounded(metrics.ratio, BASIS_POINT) if found.given else None
    part = "{given}/{tblFairness.total.given}/({due}/{tblFairness.total.due})"
    nothing = "{due}*{tblFairness.total.given}=0"
    return Formula(f"IF({nothing},0,ROUND({part},4))", ratio or Decimal(0))


def _apart(each: EquityBalance, found: Fairness, share: str) -> Formula:
    """Write how far a state's part of all contributions is from its share; both ways count."""
    value = Decimal(0)
    if found.given:
        part = Fraction(each.contributed) / Fraction(found.given)
        exact = abs(part - Fraction(each.fair_share_total) / Fraction(found.due))
        value = _rounded(exact, TWELVE) or Decimal(0)
    apart = f"ROUND(ABS({{given}}/{{tblFairness.total.given}}-{share}),12)"
    return Formula(f"IF({{tblFairness.total.given}}=0,0,{apart})", value)


def _measured(each: EquityBalance, metrics: StateMetrics, found: Fairness) -> Iterator[Cell]:
    """Divide by inhabitants and by output, where both are known of the state."""
    if not found.population or not found.output:
        return
    people = found.population.values.get(each.state)
    output = found.output.values.get(each.state)
    per_capita = _rounded(metrics.per_capita, SIX)
    per_mille = None if metrics.per_gdp is None else _rounded(metrics.per_gdp * PER_MILLE, SIX)
    yield people
    yield None if per_capita is None else Formula("ROUND({given}/{population},6)", per_capita)
    yield output
    thousands = f"{{output}}*{MILLION // PER_MILLE}"
    yield None if per_mille is None else Formula(f"ROUND({{given}}/({thousands}),6)", per_mille)


def _rounded(number: Fraction | Decimal | None, last_place: Decimal) -> Decimal | None:
    if number is None:
        return None
    exact = Fraction(number)
    quotient = Decimal(exact.numerator) / Decimal(exact.denominator)
    return quotient.quantize(last_place, ROUND_HALF_UP)
