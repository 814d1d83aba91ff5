"""Languages: English is the source text, and each folder of `locale` holds one translation of it.

Code marks what people will read with `N_`; only the edges, which know their reader, translate it.
Another language is another folder. A catalogue is compiled when it is first asked for, so that no
compiled file can lag behind the text that translators edit.
"""

import gettext
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from babel import Locale
    from babel.numbers import NumberPattern

SOURCE = "en"
DOMAIN = "mcrm"
LOCALE = resources.files("ledger") / "locale"
LANGUAGES = (SOURCE, *sorted(folder.name for folder in LOCALE.iterdir() if folder.is_dir()))

# British for numbers and days: plain `en` is American and writes 9/5 for 5 September.
_REGIONS = {"en": "en_GB"}


class Message(str):
    """A text with translations: as a parameter, it is translated with its sentence."""

    __slots__ = ()


@runtime_checkable
class Sayable(Protocol):
    """What can be said in any language: an error, or one problem of an input."""

    @property
    def message(self) -> str:
        """Give the sentence, with the places for its parameters."""

    @property
    def params(self) -> Mapping[str, object]:
        """Give what fills the places."""


@runtime_checkable
class Placed(Protocol):
    """What stands somewhere in an input: the words for the place, and what fills them."""

    @property
    def where(self) -> str:
        """Give the words."""

    @property
    def spot(self) -> Mapping[str, object]:
        """Give what fills them."""


def N_(msgid: str) -> Message:  # noqa: N802 - the mark that gettext's tools look for
    """Mark a text for translation and hand it back; `say` or `translation` translates it later."""
    return Message(msgid)


@cache
def translation(language: str) -> gettext.NullTranslations:
    """Load a language's catalogue; raise LookupError for a language that is not in LANGUAGES."""
    if language == SOURCE:
        return gettext.NullTranslations()
    if language not in LANGUAGES:
        raise LookupError(f"no catalogue for {language}: there are {', '.join(LANGUAGES)}")
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    source = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source.read_bytes()), locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def say(what: Sayable | str, language: str, **params: object) -> str:
    """Say an error or a marked text in a language, its parameters written as readers there do.

    Days are ISO, moments UTC to the minute, amounts grouped with two decimals. A parameter that is
    itself a marked text, an error, or a list of such is said in the same language.
    """
    if not isinstance(what, str):
        return say(what.message, language, **{**what.params, **params})
    sentence = translation(language).gettext(what)
    return sentence % {name: _written(value, language) for name, value in params.items()}


def amount_text(amount: Decimal, language: str) -> str:
    """Write an amount grouped, with at least two decimals: 1,250.00, and 1 250,00 in Polish."""
    written = _amount_pattern().apply(amount, locale(language), decimal_quantization=False)
    return str(written)


def country_name(state: str, language: str) -> str:
    """Name a country in a language by its ISO code; the code itself where Babel knows no name."""
    return str(locale(language).territories.get(state, state))


def currency_name(currency: str, language: str) -> str:
    """Name a currency in a language by its ISO code; the code itself where Babel knows no name."""
    return str(locale(language).currencies.get(currency, currency))


def language_name(language: str) -> str:
    """Name a language as its own readers do: polski, čeština."""
    own = locale(language)
    return str(own.languages.get(own.language, language))


@cache
def locale(language: str) -> "Locale":
    """Give Babel's rules of a language for numbers, days and names."""
    from babel import Locale

    return Locale.parse(_REGIONS.get(language, language))


@cache
def _amount_pattern() -> "NumberPattern":
    # Parsed once: Babel parses it anew for every number otherwise, six times slower (speed.md).
    from babel.numbers import parse_pattern

    return parse_pattern("#,##0.00########")


def _written(value: object, language: str) -> str:
    match value:
        case Message():
            return translation(language).gettext(value)
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        case date():
            return value.isoformat()
        case Decimal():
            return amount_text(value, language)
        case [Sayable(), *_]:
            return "; ".join(_placed(each, language) for each in value)
        case Sayable():
            return say(value, language)
        case _:
            return str(value)


def place(problem: Placed, language: str) -> str:
    """Say in a language where a problem of an input stands: its field, or row and sheet."""
    return translation(language).gettext(problem.where) % problem.spot


def _placed(problem: object, language: str) -> str:
    # A problem of an input is of little use without the field, or the row, in which it stands.
    said = _written(problem, language)
    return f"{place(problem, language)}: {said}" if isinstance(problem, Placed) else said
