"""A formula: how states agreed to share a burden, as data that anybody can read and repeat.

Criteria say what is measured of each state; terms make a column of each; the columns are added or
multiplied; adjustments hold the outcome within bounds. One form expresses every sharing key in use
between states (burden.md §5): `docs/formulas.md` explains each word, `ledger/data/formulas` holds
the presets and examples. What a formula may not say is refused here, key by key; what cannot be
computed for some states and some year is refused where it is computed (`ledger.burden`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction
from itertools import product
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from ledger.exact import Number, Part, Positive, Weight, within
from ledger.i18n import N_
from ledger.inputs import Rule, broken

# Powers of larger numbers take minutes, and say nothing that these do not.
FINEST_POWER = 20

Line = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f]+$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([_-][a-z0-9]+)*$", max_length=40)]
Indicator = Annotated[str, StringConstraints(min_length=1, max_length=80)]
State = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
# Strict: a number of a huge exponent is never written out as a whole one.
Year = Annotated[int, Field(strict=True, ge=1900, le=2100)]
Span = Annotated[int, Field(strict=True, ge=1, le=30)]
Years = Annotated[tuple[Year, ...], Field(min_length=1, max_length=30)]
# More than anybody agrees on, and few enough to be reckoned at once.
MOST, MOST_PERIODS, MOST_ADJUSTMENTS, MOST_DISCOUNTS = 40, 4, 20, 3


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Missing(StrEnum):
    """What becomes of a year without a value: real money hangs on it (burden.md §0.4)."""

    ERROR = "error"
    # The mean is taken over the years that have one.
    AVAILABLE = "available"
    # It counts as zero, and the mean is taken over all years.
    ZERO = "zero"


class Deduction(_Said):
    """What is taken off a measure: `times` an indicator, where the state has `below` a head."""

    indicator: Indicator
    vintage: Line | None = None
    times: Positive = Fraction(1)
    below: Positive | None = None
    per: Indicator | None = None
    missing: Missing = Missing.ERROR

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.below is None) != (self.per is None):
            raise broken(("below", N_("goes with “per”: give both or neither.")))
        return self


class Criterion(_Said):
    """What is measured of each state: an indicator, averaged over years, perhaps per head.

    `years`: how many, of which the last is the scale's year plus `offset`; or a list of years; or
    `period`, one of the formula's `periods`. `times` only makes the working easier to read.
    """

    label: Line
    indicator: Indicator
    vintage: Line | None = None
    years: Span | Years | Literal["period"] = 1
    offset: Annotated[int, Field(strict=True, ge=-30, le=5)] = 0
    per: Indicator | None = None
    times: Positive = Fraction(1)
    missing: Missing = Missing.ERROR
    deduct: Deduction | None = None

    @model_validator(mode="after")
    def _plain_deduction(self) -> Self:
        if self.deduct is not None and self.per is not None:
            raise broken(("deduct", N_("is from a whole measure: leave out its “per”.")))
        return self


class Transform(StrEnum):
    """How a column is made of a criterion."""

    # The same for every state.
    EQUAL = "equal"
    # The state's part of the sum of all.
    SHARE = "share"
    # As agreed, state by state; renormalised among those who take part.
    FIXED = "fixed"
    # The less is measured, the larger the part.
    INVERSE_SHARE = "inverse_share"
    # From nothing for the least to one for the most.
    MINMAX = "minmax"
    # 1 + k(1 - z / mean), never below zero: a factor near one (Grech 2016).
    MODULATOR = "modulator"
    # (z / mean) to a power, held between bounds.
    RATIO_TO_MEAN = "ratio_to_mean"
    # The part of the sum of all, each to a power: 1 is `share`, 0 `equal`, -1 `inverse_share`.
    POWER = "power"


SHARES = (
    *(Transform.EQUAL, Transform.SHARE, Transform.FIXED),
    *(Transform.INVERSE_SHARE, Transform.POWER),
)
WITHOUT_CRITERION = (Transform.EQUAL, Transform.FIXED)
# Which transform takes which parameter, and whether it must.
PARAMETERS = {
    "criterion": dict.fromkeys(set(Transform) - set(WITHOUT_CRITERION), True),
    "table": {Transform.FIXED: True},
    "k": {Transform.MODULATOR: True},
    "power": {Transform.POWER: True, Transform.RATIO_TO_MEAN: False},
    "lower": {Transform.RATIO_TO_MEAN: False},
    "upper": {Transform.RATIO_TO_MEAN: False},
}


class Cap(_Said):
    """No more than `times` what other terms add up to for the same state."""

    times: Positive
    of: Annotated[tuple[Name, ...], Field(min_length=1)]


class Term(_Said):
    """One column and its weight; terms of one `factor` are added before factors are multiplied."""

    name: Name
    label: Line
    transform: Transform
    criterion: Name | None = None
    weight: Positive = Fraction(1)
    factor: Name | None = None
    table: dict[State, Annotated[Number, AfterValidator(within(0, 10**15))]] | None = None
    k: Positive | None = None
    power: Annotated[Number, AfterValidator(within(-10, 10))] | None = None
    lower: Annotated[Number, AfterValidator(within(0, 1000))] | None = None
    upper: Positive | None = None
    cap: Cap | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        rules = list(self._rules())
        if rules:
            raise broken(*rules)
        return self

    def _rules(self) -> Iterator[Rule]:
        for name, takers in PARAMETERS.items():
            given = getattr(self, name) is not None
            if given and self.transform not in takers:
                yield name, N_("does not belong to this transform: leave it out.")
            if not given and takers.get(self.transform):
                yield name, N_("is missing: this transform needs it.")
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            yield "lower", N_("is above “upper”: turn the two round.")
        if self.cap is not None and self.transform not in SHARES:
            yield "cap", N_("is for shares only: leave it out.")
        power = self.power or Fraction(0)
        if max(abs(power.numerator), power.denominator) > FINEST_POWER:
            yield "power", N_("is too fine: write a fraction of numbers up to 20, such as 3/2.")


class Relief(_Said):
    """Relief of states with little a head, as in the United Nations' scale.

    Below the threshold a state's measure is cut by `gradient` times its distance from it; what is
    cut is added to those above in proportion. Without `threshold` it is the mean a head of all.
    """

    criterion: Name
    per: Name
    gradient: Part
    threshold: Positive | None = None
    not_absorbed_by: tuple[State, ...] = ()


class _Adjustment(_Said):
    # Who does not take over what others leave or need.
    not_absorbed_by: tuple[State, ...] = ()


class Floor(_Adjustment):
    """Nobody, or nobody of `states`, bears less."""

    kind: Literal["floor"]
    share: Part
    states: tuple[State, ...] = ()
    repeat: bool = True


class Ceiling(_Adjustment):
    """Nobody, or nobody of `states`, bears more; `together`: not even all of them in sum."""

    kind: Literal["ceiling"]
    share: Part
    states: tuple[State, ...] = ()
    together: bool = False
    repeat: bool = True

    @model_validator(mode="after")
    def _group(self) -> Self:
        if self.together and not self.states:
            raise broken(("states", N_("is missing: name those who are bounded together.")))
        return self


class RelativeBounds(_Adjustment):
    """Nobody bears less than `lower` or more than `upper` times the average share."""

    kind: Literal["relative_bounds"]
    lower: Part
    upper: Annotated[Number, AfterValidator(within(1, 1000))]


class Premium(_Adjustment):
    """What some bear in addition, off the top; all share the rest."""

    kind: Literal["premium"]
    states: Annotated[dict[State, Part], Field(min_length=1)]

    @model_validator(mode="after")
    def _at_most_all(self) -> Self:
        if sum(self.states.values()) > 1:
            raise broken(("states", N_("come to more than the whole burden: lower them.")))
        return self


class Discount(_Adjustment):
    """The part of their share that some are spared; others take it over, by `absorb` weights."""

    kind: Literal["discount"]
    states: Annotated[dict[State, Part], Field(min_length=1)]
    absorb: dict[State, Weight] = {}


class Exempt(_Adjustment):
    """Who bears nothing."""

    kind: Literal["exempt"]
    states: Annotated[tuple[State, ...], Field(min_length=1)]


Adjustment = Annotated[
    Floor | Ceiling | RelativeBounds | Premium | Discount | Exempt, Field(discriminator="kind")
]


class PhaseIn(_Said):
    """A newcomer's way to its whole share: the part of it that is borne in each year named."""

    state: State
    parts: Annotated[dict[str, Part], Field(min_length=1)]

    @model_validator(mode="after")
    def _years(self) -> Self:
        years = sorted(self.parts)
        first = years[0]
        follow = first.isdecimal() and years == [str(int(first) + at) for at in range(len(years))]
        if not follow or len(first) != 4:
            raise broken(("parts", N_("names years one after the other, as 2017, 2018, 2019.")))
        return self

    def part(self, year: int) -> Fraction:
        """Give the part that is borne in a year: all of it outside the years named."""
        return self.parts.get(str(year), Fraction(1))


class Formula(_Said):
    """A way to share: see the module. Raises pydantic's ValidationError, every fault by its key."""

    name: Name
    title: Line
    basis: Line
    source: Line
    note: Line | None = None
    # Who benefits and therefore takes no part: left out before anything is measured.
    beneficiaries: tuple[State, ...] = ()
    criteria: Annotated[dict[Name, Criterion], Field(max_length=MOST)] = {}
    terms: Annotated[tuple[Term, ...], Field(min_length=1, max_length=MOST)]
    combine: Literal["sum", "product"] = "sum"
    # What caps leave over, shared by the terms named.
    residual: dict[Name, Positive] = {}
    relief: Relief | None = None
    adjustments: Annotated[tuple[Adjustment, ...], Field(max_length=MOST_ADJUSTMENTS)] = ()
    # Base periods in years: the scale is the mean of those of each period.
    periods: Annotated[tuple[Span, ...], Field(max_length=MOST_PERIODS)] = ()
    phase_in: Annotated[tuple[PhaseIn, ...], Field(max_length=MOST)] = ()
    # Shares are published in so many decimals of a per cent.
    decimals: Annotated[int, Field(strict=True, ge=0, le=12)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        rules = [
            *(*self._names(), *self._weights(), *self._caps(), *self._measures()),
            *self._bounds(),
        ]
        if rules:
            raise broken(*rules)
        return self

    @property
    def factors(self) -> dict[str, list[Term]]:
        """Group the terms that are added; several groups are multiplied."""
        groups: dict[str, list[Term]] = defaultdict(list)
        for term in self.terms:
            alone = "" if self.combine == "sum" else term.name
            groups[term.factor or alone].append(term)
        return groups

    @property
    def measured(self) -> dict[str, Criterion]:
        """The criteria in the order in which they are used, however they are written down."""
        used = [term.criterion for term in self.terms if term.criterion]
        if self.relief is not None:
            used += [self.relief.criterion, self.relief.per]
        return {name: self.criteria[name] for name in dict.fromkeys(used)}

    def _names(self) -> Iterator[Rule]:
        twice = [name for name, n in Counter(each.name for each in self.terms).items() if n > 1]
        if twice:
            yield "terms", N_("have a name twice: give each its own.")
        if self.combine == "sum" and any(term.factor for term in self.terms):
            yield "combine", N_("is “sum”: only the factors of a product are told apart.")
        if len({each.state for each in self.phase_in}) < len(self.phase_in):
            yield "phase_in", N_("names a state twice: put all its years into one.")

    def _weights(self) -> Iterator[Rule]:
        for terms in self.factors.values():
            total = sum(term.weight for term in terms)
            if total != 1:
                words = N_("have weights that add up to %(total)s, not to one: mend “weight”.")
                yield "terms", words, {"total": str(total)}
        if self.residual and sum(self.residual.values()) != 1:
            yield "residual", N_("has weights that do not add up to one.")

    def _caps(self) -> Iterator[Rule]:
        capped = [term for term in self.terms if term.cap]
        free = {term.name for term in self.terms if not term.cap and term.transform in SHARES}
        if capped and self.combine == "product":
            yield "combine", N_("is “product”: caps are for terms that are added.")
        if any(set(term.cap.of) - free for term in capped if term.cap):
            yield "terms", N_("have a cap of what is no share without a cap: mend “cap.of”.")
        if self.residual and not capped:
            yield "residual", N_("is for what caps leave over, and no term has one.")
        if set(self.residual) - free:
            yield "residual", N_("names what is no share without a cap.")
        if self.residual and any(term.transform not in SHARES for term in self.terms):
            yield "residual", N_("is for sums of shares: other terms are no parts of a whole.")

    def _measures(self) -> Iterator[Rule]:
        used = {term.criterion for term in self.terms} - {None}
        if self.relief is not None:
            used |= {self.relief.criterion, self.relief.per}
        if lacking := sorted(map(str, used - set(self.criteria))):
            words = N_("lack %(names)s, which a term or the relief names.")
            yield "criteria", words, {"names": ", ".join(lacking)}
        if idle := sorted(set(self.criteria) - used):
            words = N_("hold %(names)s, which nothing uses: leave it out.")
            yield "criteria", words, {"names": ", ".join(idle)}
        by_period = any(each.years == "period" for each in self.criteria.values())
        if by_period != bool(self.periods):
            yield "periods", N_("goes with criteria whose years are “period”: give both.")

    def _bounds(self) -> Iterator[Rule]:
        floors = [each for each in self.adjustments if isinstance(each, Floor)]
        ceilings = [each for each in self.adjustments if isinstance(each, Ceiling)]
        if sum(isinstance(each, Discount) for each in self.adjustments) > MOST_DISCOUNTS:
            yield "adjustments", N_("hold more than three discounts: put states into one.")
        for low, high in product(floors, ceilings):
            everybody = not low.states or not high.states
            meet = everybody or set(low.states) & set(high.states)
            if meet and not high.together and low.share > high.share:
                yield "adjustments", N_("hold a floor above a ceiling of the same states.")


def plain(formula: Formula) -> dict[str, Any]:
    """Write a formula in texts and whole numbers, as it is kept and hashed; `Formula` reads it."""
    return formula.model_dump(mode="json", exclude_defaults=True)
