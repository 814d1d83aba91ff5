from datetime import date, timedelta

import pytest

from ledger.currencies import CURRENCIES, Currency, currency, own_currency
from ledger.errors import UnknownCurrencyError, UnknownStateError
from ledger.i18n import LANGUAGES, currency_name
from ledger.union import EU_STATES

REPLACED = [each for each in CURRENCIES.values() if each.adopted_on is not None]


@pytest.mark.parametrize("code", ["EUR", "PLN", "CZK", "HUF", "RON", "SEK", "DKK", "SKK", "CHF"])
def test_a_currency_is_found_by_its_iso_code(code: str) -> None:
    """Every currency a member state pays in is known by its ISO 4217 code."""
    assert currency(code).code == code


@pytest.mark.parametrize("code", ["XXX", "eur", "", "ROL", "Kč"])
def test_an_unknown_code_is_refused_by_name(code: str) -> None:
    """A code the ledger does not keep is refused, and the refusal repeats it."""
    with pytest.raises(UnknownCurrencyError) as refusal:
        currency(code)
    assert f"“{code}”" in str(refusal.value)


@pytest.mark.parametrize(
    ("code", "adopted_on", "per_euro"),
    [
        ("SIT", date(2007, 1, 1), "239.640"),
        ("CYP", date(2008, 1, 1), "0.585274"),
        ("MTL", date(2008, 1, 1), "0.429300"),
        ("SKK", date(2009, 1, 1), "30.1260"),
        ("EEK", date(2011, 1, 1), "15.6466"),
        ("LVL", date(2014, 1, 1), "0.702804"),
        ("LTL", date(2015, 1, 1), "3.45280"),
        ("HRK", date(2023, 1, 1), "7.53450"),
        ("BGN", date(2026, 1, 1), "1.95583"),
    ],
)
def test_the_euro_replaced_it_at_the_rate_of_the_council(
    code: str, adopted_on: date, per_euro: str
) -> None:
    """What gave way to the euro keeps the day and the very digits of the Council's regulation."""
    found = currency(code)
    assert (found.adopted_on, str(found.fixed_per_euro)) == (adopted_on, per_euro)


@pytest.mark.parametrize("replaced", REPLACED, ids=lambda each: each.code)
def test_a_fixed_rate_has_six_significant_figures(replaced: Currency) -> None:
    """Regulation (EC) No 1103/97 article 4: conversion rates have six significant figures."""
    fixed = replaced.fixed_per_euro
    assert fixed is not None
    assert len(fixed.as_tuple().digits) == 6


def test_a_currency_is_in_use_until_the_day_before_the_euro() -> None:
    """The kuna was money of its own on the last day of 2022, and no longer on the day after."""
    kuna = currency("HRK")
    assert kuna.in_use(date(2022, 12, 31))
    assert not kuna.in_use(date(2023, 1, 1))
    assert currency("PLN").in_use(date(2100, 1, 1))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_currency_has_a_name_in_every_language(language: str) -> None:
    """No reader meets a bare code where the language has a name for the currency."""
    assert [code for code in CURRENCIES if currency_name(code, language) == code] == []


def test_states_with_money_of_their_own() -> None:
    """At the founding nine states kept money of their own, and all others the euro."""
    founded = {own_currency(state, date(2016, 11, 21)) for state in EU_STATES}
    kept = {"BGN", "CZK", "DKK", "GBP", "HRK", "HUF", "PLN", "RON", "SEK"}
    assert founded == {"EUR", *kept}


@pytest.mark.parametrize(
    ("state", "last", "code"),
    [
        ("HR", date(2022, 12, 31), "HRK"),
        ("BG", date(2025, 12, 31), "BGN"),
        ("SK", date(2008, 12, 31), "SKK"),
    ],
)
def test_a_state_changes_over_to_the_euro(state: str, last: date, code: str) -> None:
    """A state keeps its money to the day before the euro, and has the euro from then on."""
    assert own_currency(state, last) == code
    assert own_currency(state, last + timedelta(days=1)) == "EUR"


def test_a_state_outside_the_union_has_no_currency_here() -> None:
    """The money of a state that cannot take part is not guessed."""
    with pytest.raises(UnknownStateError, match="“NO” is not a state"):
        own_currency("NO", date(2017, 1, 1))
