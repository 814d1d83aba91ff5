"""Every text that people read has a translation into every language, with the same parameters."""

import re
import tomllib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from babel.messages import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from ledger.errors import InputErrors, InputProblem, MissingRateError, UnknownEntryError
from ledger.i18n import (
    LANGUAGES,
    LOCALE,
    N_,
    SOURCE,
    amount_text,
    country_name,
    currency_name,
    language_name,
    say,
    translation,
)

ROOT = Path(__file__).parents[2]
TRANSLATIONS = [language for language in LANGUAGES if language != SOURCE]

PLACE = re.compile(r"%\((\w+)\)s")


@cache
def marked() -> frozenset[str]:
    """Collect every text that the code and the templates mark, singulars of plurals too."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(each["pattern"], each["method"]) for each in mappings]
    found = (
        message
        for package in ("ledger", "reports", "api")
        for _, _, message, *_ in extract_from_dir(ROOT / package, methods)
    )
    return frozenset(each if isinstance(each, str) else each[0] for each in found)


def catalogue(language: str) -> dict[str, Message]:
    """Read a language's catalogue by source text."""
    with (ROOT / f"ledger/locale/{language}/LC_MESSAGES/mcrm.po").open("rb") as file:
        return {singular(each): each for each in read_po(file, locale=language) if each.id}


def singular(message: Message) -> str:
    """Name a message by its text, by the singular where it has a plural."""
    return str(message.id) if isinstance(message.id, str) else message.id[0]


def forms(text: str | Sequence[str] | None) -> Sequence[str]:
    """List the forms of a text: one, or as many as its plural has."""
    return [text] if isinstance(text, str) else text or [""]


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_catalogue_is_complete(language: str) -> None:
    """Each catalogue has the texts that are marked, no other: `make catalogues` brings it there."""
    known = set(catalogue(language))
    assert {"missing": marked() - known, "gone": known - marked()} == {
        "missing": set(),
        "gone": set(),
    }


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_everything_is_translated(language: str) -> None:
    """No text is left without a translation, and none is only guessed at (fuzzy)."""
    unfinished = [
        text
        for text, message in catalogue(language).items()
        if message.fuzzy or not all(forms(message.string))
    ]
    assert unfinished == []


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translations_keep_the_parameters(language: str) -> None:
    """A translation says what its source says: every amount, name and date is still in it."""
    changed = [
        text
        for text, message in catalogue(language).items()
        if {place for form in forms(message.string) for place in PLACE.findall(form)}
        != {place for form in forms(message.id) for place in PLACE.findall(form)}
    ]
    assert changed == []


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translations_end_as_their_source(language: str) -> None:
    """A sentence stays a sentence, a label a label: both end with a mark, or neither does."""
    uneven = [
        text
        for text, message in catalogue(language).items()
        for form in forms(message.string)
        if (text[-1:] in ".:?!") != (form[-1:] in ".:?!")
    ]
    assert uneven == []


def test_every_folder_is_a_language() -> None:
    """A language is there as soon as its folder is; English, the source, needs none."""
    folders = sorted(folder.name for folder in LOCALE.iterdir() if folder.is_dir())
    assert list(LANGUAGES) == ["en", *folders]
    assert "pl" in folders


def test_a_language_without_catalogue_is_refused() -> None:
    """Nobody gets English in silence who asked for a language that is not there."""
    with pytest.raises(LookupError, match="no catalogue for xx"):
        translation("xx")


def test_an_error_is_said_with_days_and_amounts() -> None:
    """Days are written as ISO dates, whatever the language."""
    error = MissingRateError(currency="CZK", on=date(2018, 12, 31), source="ecb")
    assert "2018-12-31" in say(error, "en")
    assert "2018-12-31" in say(error, "pl")


def test_a_moment_is_said_to_the_minute() -> None:
    """A moment is written in UTC, without the seconds that nobody reads."""
    moment = datetime(2018, 12, 31, 23, 59, 58, tzinfo=UTC)
    assert say("%(at)s", "pl", at=moment) == "2018-12-31 23:59 UTC"


def test_an_error_inside_a_sentence_is_translated() -> None:
    """What another error says is said in the language of the sentence that holds it."""
    error = UnknownEntryError(number=7)
    assert say("! %(why)s", "pl", why=error) == "! Nie ma zapisu o numerze 7."


def test_a_marked_parameter_is_translated_with_its_sentence() -> None:
    """A label inside a sentence is said in the sentence's language; what people typed is not."""
    sentence = N_("This document is %(status)s: it cannot be %(wanted)s.")
    assert say(sentence, "pl", status=N_("submitted"), wanted="submitted").count("submitted") == 1


def test_all_problems_of_an_input_are_said_in_one_language() -> None:
    """Each problem of a bad input is said with its field, in the language of the sentence."""
    problems = [
        InputProblem("amount", N_("“%(text)s” must be more than zero."), {"text": "-5"}),
        InputProblem("paid_on", N_("is missing: fill it in.")),
    ]
    assert say(InputErrors(problems), "en") == (
        "Nothing was written. Please mend: "
        "amount: “-5” must be more than zero.; paid_on: is missing: fill it in."
    )
    assert "amount: „-5” musi być większe od zera.; paid_on: nie podano" in say(
        InputErrors(problems), "pl"
    )


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "-1,234,567.50"), ("pl", "-1\xa0234\xa0567,50")],
)
def test_amounts_are_grouped(language: str, written: str) -> None:
    """An amount is grouped as readers of the language group it, with two decimals."""
    assert amount_text(Decimal("-1234567.5"), language) == written


def test_names_come_from_the_language() -> None:
    """Countries, currencies and languages are named as in the reader's own tongue."""
    assert country_name("CZ", "pl") == "Czechy"
    assert currency_name("PLN", "en") == "Polish Zloty"
    assert language_name("pl") == "polski"
