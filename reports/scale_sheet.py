"""A cost pool set out: the scale with all its working, and each state's share of the cost, live."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from ledger.allocation import Pool
from ledger.burden import Step
from ledger.i18n import country_name
from ledger.money import ZERO, round_half_up
from ledger.vocabulary import LABELS
from reports.sheet import Cell, Column, Fact, Facts, Formula, Kind, Paragraph, Sheet, Table
from reports.statement import Gettext

# Twelve places: a share moves no cent of a cost below a thousand million.
PLACES = Decimal("1e-12")


@dataclass(frozen=True, slots=True)
class SharedPool:
    """A pool of common cost with its scale, and what each state was charged of it, in euro."""

    pool: Pool
    charged: dict[str, Decimal]

    @property
    def shared(self) -> Decimal:
        """Add up what was charged."""
        return sum(self.charged.values(), ZERO)

    @property
    def states(self) -> list[str]:
        """List the states that share, in order of code."""
        return sorted(self.pool.scale.shares.keys() | self.charged.keys())


def scale_sheet(shared: SharedPool, number: int, *, language: str, gettext: Gettext) -> Sheet:
    """Lay a pool out: its cost, the weights, what was measured, and from it every share."""
    _ = gettext
    said = shared.pool.said
    named = {"number": number, "purpose": _(LABELS[said.purpose])}
    heading = _("Costs of %(purpose)s, %(first)s to %(last)s") % {
        **named,
        "first": said.from_on,
        "last": said.until_on,
    }
    note = _(
        "Cents that rounding leaves over or takes away are placed by largest remainder: "
        "rounded share and rounding cent together are what was charged."
    )
    blocks = (
        Facts(_facts(shared, number, _), values_in=3),
        _table(shared, number, language, _),
        Paragraph(note),
    )
    return Sheet(f"scale-{number}", _("Scale %(number)s") % named, heading, blocks)


def _facts(shared: SharedPool, number: int, _: Gettext) -> tuple[Fact, ...]:
    pool, name = shared.pool, f"Scale{number}"
    formula = pool.scale.formula
    unshared = Formula(f"ROUND({{{name}Cost}}-{{{name}Shared}},2)", pool.cost - shared.shared)
    return (
        Fact(_("Scale"), f"{_(formula.title)} ({_(formula.basis)})"),
        Fact(_("Indicators"), f"{pool.said.indicator_year} · {pool.said.vintage}"),
        *(
            Fact(
                _("Weight of “%(share)s”") % {"share": _(term.label)},
                _decimal(term.weight),
                Kind.PERCENT,
                f"{name}Weight{at}",
            )
            for at, term in enumerate(formula.terms, 1)
        ),
        Fact(_("The mechanism's own cost, EUR"), pool.own_cost, name=f"{name}Own"),
        Fact(_("Given in kind, EUR"), pool.in_kind, name=f"{name}InKind"),
        Fact(
            _("Common cost, EUR"),
            Formula(f"{{{name}Own}}+{{{name}InKind}}", pool.cost),
            name=f"{name}Cost",
        ),
        Fact(_("Shared so far, EUR"), shared.shared, name=f"{name}Shared"),
        Fact(_("Not yet shared, EUR"), unshared, name=f"{name}Unshared"),
    )


def _table(shared: SharedPool, number: int, language: str, _: Gettext) -> Table:
    measured = [step for step in shared.pool.scale.trace if not step.is_share]
    terms = shared.pool.scale.formula.terms
    columns = (
        Column("state", _("State")),
        Column("name", _("Name")),
        *(
            Column(f"measured_{at}", _title(_(step.label)), _kind(step), total=True)
            for at, step in enumerate(measured, 1)
        ),
        *(
            Column(f"share_{at}", _title(_(term.label)), Kind.SHARE, total=True)
            for at, term in enumerate(terms, 1)
        ),
        Column("share", _("Share of the burden"), Kind.SHARE, total=True),
        Column("rounded", _("Share of the cost, EUR"), Kind.AMOUNT, total=True),
        Column("cent", _("Rounding cent, EUR"), Kind.AMOUNT, total=True),
        Column("charged", _("Fair share, EUR"), Kind.AMOUNT, total=True),
    )
    rows = tuple(_row(shared, state, number, language) for state in shared.states)
    return Table(f"tblScale{number}", columns, rows, total=_("Total"))


def _row(shared: SharedPool, state: str, number: int, language: str) -> tuple[Cell, ...]:
    scale, charged = shared.pool.scale, shared.charged.get(state, ZERO)
    measured = [step.column for step in scale.trace if not step.is_share]
    given = [step.column for step in scale.trace if step.is_share][:-1]
    name = f"Scale{number}"
    shares = [_rounded(column.get(state, Fraction(0))) for column in given]
    weights = [_decimal(term.weight) for term in scale.formula.terms]
    parts = (part * weight for part, weight in zip(shares, weights, strict=True))
    share = sum(parts, ZERO).quantize(PLACES, ROUND_HALF_UP)
    weighted = "+".join(f"{{share_{at}}}*{{{name}Weight{at}}}" for at in range(1, len(shares) + 1))
    rounded = round_half_up(shared.shared * share)
    return (
        state,
        country_name(state, language),
        *(_decimal(column.get(state, Fraction(0))) for column in measured),
        *(Formula(_share_formula(shared, at, number), value) for at, value in enumerate(shares, 1)),
        Formula(f"ROUND({weighted},12)", share),
        Formula(f"ROUND({{{name}Shared}}*{{share}},2)", rounded),
        charged - rounded,
        Formula("{rounded}+{cent}", charged),
    )


def _share_formula(shared: SharedPool, at: int, number: int) -> str:
    """Write a term's share: a part of the sum of what was measured, or the same for all."""
    formula = shared.pool.scale.formula
    criterion = formula.terms[at - 1].criterion
    if criterion is None:
        return f"ROUND(1/COUNTA({{tblScale{number}.state}}),12)"
    column = f"measured_{formula.criteria.index(criterion) + 1}"
    return f"ROUND({{{column}}}/{{tblScale{number}.total.{column}}},12)"


def _kind(step: Step) -> Kind:
    whole = all(value.denominator == 1 for value in step.column.values())
    return Kind.COUNT if whole else Kind.AMOUNT


def _title(label: str) -> str:
    return label[:1].upper() + label[1:]


def _rounded(share: Fraction) -> Decimal:
    return _decimal(share).quantize(PLACES, ROUND_HALF_UP)


def _decimal(exact: Fraction) -> Decimal:
    """Write a fraction as a decimal, to fifteen digits where it does not end."""
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    return number if Fraction(number) == exact else number.quantize(Decimal("1e-15"), ROUND_HALF_UP)
