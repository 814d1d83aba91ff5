"""What others published is what the formulas come to, as nearly as the published inputs allow."""

import csv
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from ledger.burden import Scale, scale
from ledger.criteria import Basis
from ledger.formula_files import formula, formula_from
from ledger.formulas import Formula, plain
from ledger.indicators import shipped
from ledger.reckoning import Reckoned, reckon
from ledger.working import Column, Step

PUBLISHED = Path(__file__).parents[1] / "published"
FOUNDERS = ("PL", "CZ", "HU", "SK")
UNION = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)
RELOCATION = "eu-relocation-2015"

# The columns of each table that hold the criteria of the relocation keys.
COMMISSION = {
    "population": "population_2014",
    "gdp": "gdp_2014_eur_m",
    "unemployment": "unemployment_2014_pct",
    "asylum": "asylum_applicants_per_million_avg_2010_2014_eurostat2018",
}
GRECH = {
    "population": "pop_share",
    "gdp": "gdp_share",
    "unemployment": "unemp_pct",
    "asylum": "asylum_per_million_avg5",
}
# How Grech calls the columns of the working.
STEPS = {
    "gdp_share": "share of gross domestic product",
    "pop_share": "share of population",
    "un_pure": "inverse share of unemployment",
    "un_capped": "inverse share of unemployment, capped",
    "as_pure": "inverse share of asylum applicants",
    "as_capped": "inverse share of asylum applicants, capped",
}

# Applicants are printed as whole numbers, and the inverse of 32 is not that of 32.4.
COARSE = {"as_pure": "0.0012"}


class Table:
    """A published table, of the states that have a result in one of its columns."""

    def __init__(self, name: str, state: str, result: str, criteria: Mapping[str, str]) -> None:
        with (PUBLISHED / name).open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row[result]]
        self._columns = {
            column: {row[state]: Fraction(row[column]) for row in rows}
            for column in {*criteria.values(), *STEPS, result} & rows[0].keys()
        }
        self._criteria = criteria
        self.published = self._columns[result]

    def column(self, name: str) -> Column:
        """Give a column as printed."""
        return self._columns[name]

    def scale(self, formula: Formula) -> Scale:
        """Reckon a formula on the inputs that the table prints."""
        measured = {name: self._columns[column] for name, column in self._criteria.items()}
        return scale(formula, [measured], self.published, borne_in=2014)

    def missed(self, found: Column) -> list[Fraction]:
        """Tell by which part of each published figure the shares of the same whole miss it."""
        whole = sum(self.published.values())
        return [found[state] * whole / told - 1 for state, told in self.published.items()]


def rms_at_most(numbers: Iterable[Fraction], limit: str) -> bool:
    """Whether the root of the mean of the squares is within a limit."""
    squares = [number**2 for number in numbers]
    return sum(squares) / len(squares) <= Fraction(limit) ** 2


def capped_at(times: str) -> Formula:
    """Make the relocation key with other caps."""
    said = plain(formula(RELOCATION))
    for term in said["terms"]:
        if "cap" in term:
            term["cap"] = {**term["cap"], "times": times}
    return formula_from(said)


def step_named(steps: Iterable[Step], words: str) -> Column:
    """Give the column of the working that is called so, whoever is capped in it."""
    said = ((step.message.split(": %(states)s")[0] % step.params, step.column) for step in steps)
    return next(column for label, column in said if label == words)


def of_founders(used: Formula) -> Reckoned:
    """Reckon a formula for the four founding states and 2016."""
    return reckon(used, FOUNDERS, Basis(2016), shipped())


def per_cent(found: Reckoned) -> dict[str, str]:
    """Write shares in per cent of two decimals."""
    shares = found.scale.shares
    return {state: f"{round(shares[state] * 10**4) / 100:.2f}" for state in FOUNDERS}


@pytest.mark.parametrize(
    ("name", "result", "states", "rms", "most"),
    [
        (f"{RELOCATION}-uncapped", "may2015_relocation_key_pct", 25, "0.016", "0.036"),
        (RELOCATION, "sep2015_120000_allocation", 22, "0.009", "0.018"),
    ],
)
def test_the_keys_of_the_commission_are_met(
    name: str, result: str, states: int, rms: str, most: str
) -> None:
    """The keys of May and September 2015 come out as published, but for Eurostat's revisions."""
    table = Table("commission_2015.csv", "geo", result, COMMISSION)
    missed = table.missed(table.scale(formula(name)).shares)
    assert len(missed) == states
    assert rms_at_most(missed, rms)
    assert max(map(abs, missed)) <= Fraction(most)


def test_the_cap_of_september_is_of_both_shares_together() -> None:
    """With half the cap the allocation of 120,000 persons is missed by a multiple."""
    table = Table("commission_2015.csv", "geo", "sep2015_120000_allocation", COMMISSION)
    assert not rms_at_most(table.missed(table.scale(capped_at("0.15")).shares), "0.03")


@pytest.mark.parametrize(
    ("used", "result", "within"),
    [
        (capped_at("0.15"), "share_final", "0.0001"),
        (formula(f"{RELOCATION}-uncapped"), "share_uncapped", "0.00017"),
    ],
    ids=["capped", "uncapped"],
)
def test_the_table_of_grech_is_met(used: Formula, result: str, within: str) -> None:
    """The shares of 32 states come out as Grech printed them, from inputs of four decimals."""
    table = Table("grech_2016_table1.csv", "state", result, GRECH)
    shares = table.scale(used).shares
    assert len(shares) == 32
    assert max(abs(shares[state] - told) for state, told in table.published.items()) <= Fraction(
        within
    )


@pytest.mark.parametrize("column", STEPS)
def test_every_step_of_grech_is_met(column: str) -> None:
    """Each printed column on the way to the final key is one of the working."""
    table = Table("grech_2016_table1.csv", "state", "share_final", GRECH)
    found = step_named(table.scale(capped_at("0.15")).trace, STEPS[column])
    told = table.column(column)
    within = Fraction(COARSE.get(column, "0.00017"))
    assert max(abs(found[state] - told[state]) for state in told) <= within


@pytest.mark.parametrize(
    ("name", "shares"),
    [
        ("equal", "25.00 25.00 25.00 25.00"),
        ("gni", "53.50 21.44 14.77 10.30"),
        ("pop-gdp-50-50", "56.39 19.35 14.95 9.31"),
        ("pop-gdp-modulated", "58.79 21.14 10.77 9.30"),
        ("un-scale", "55.84 22.84 10.69 10.62"),
        (RELOCATION, "55.42 20.14 14.74 9.69"),
        (f"{RELOCATION}-uncapped", "48.60 22.55 14.79 14.06"),
        ("equal-sacrifice", "50.26 24.18 14.33 11.23"),
    ],
)
def test_the_founders_share_as_reckoned_by_hand(name: str, shares: str) -> None:
    """Each formula gives the four founders of 2016 the per cents of burden.md."""
    assert " ".join(per_cent(of_founders(formula(name))).values()) == shares


def test_asylum_by_yearly_counts_is_nearly_the_published_mean() -> None:
    """Counts of five years, each over the people of its year, move Poland by a hundredth."""
    said = plain(formula(RELOCATION))
    said["criteria"]["asylum"] = {
        "label": "asylum applicants per million inhabitants, five years",
        "indicator": "asylum_applicants",
        "vintage": "eurostat-2016/19 vintage",
        "years": 5,
        "per": "population",
        "times": "1000000",
    }
    shares = per_cent(of_founders(formula_from(said)))
    assert shares == {"PL": "55.43", "CZ": "20.14", "HU": "14.74", "SK": "9.69"}


def test_the_synchrotron_is_shared_as_agreed() -> None:
    """France's ten points as host come off the top: the convention's per cents come out exactly."""
    states = ("FR", "DE", "IT", "GB", "ES", "SE", "CH", "BE")
    shares = reckon(formula("esrf-host-premium"), states, Basis(1988), shipped()).scale.shares
    told = ("34", "24", "14.5", "12.5", "4", "4", "4", "3")
    assert {state: share * 100 for state, share in shares.items()} == {
        state: Fraction(per_cent) for state, per_cent in zip(states, told, strict=True)
    }


@pytest.mark.parametrize("year", [2016, 2017, 2018])
def test_the_method_of_the_united_nations_keeps_its_bounds(year: int) -> None:
    """Among the 27 nobody is below 0.001 or above 22 per cent, in thousandths of a per cent."""
    shares = reckon(formula("un-scale-method"), UNION, Basis(year), shipped()).scale.shares
    assert sum(shares.values()) == 1
    assert min(shares.values()) >= Fraction("0.00001")
    assert max(shares.values()) == shares["DE"] == Fraction("0.22")
    assert all((share * 10**5).denominator == 1 for share in shares.values())


def test_a_floor_that_binds_is_met_in_both_base_periods() -> None:
    """With a floor of a tenth of a per cent Malta and Cyprus bear just that, others the rest."""
    said = plain(formula("un-scale-method"))
    said["adjustments"][0]["share"] = "0.001"
    shares = reckon(formula_from(said), UNION, Basis(2016), shipped()).scale.shares
    assert shares["MT"] == shares["CY"] == Fraction("0.001")
    assert sum(shares.values()) == 1
