"""The templates: one Jinja environment a language, with its catalogue, its marks and our icons."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache, partial
from itertools import chain
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from api.pages.formats import Formats, formats
from ledger.accounts import chart
from ledger.claims import LABELS as RULES
from ledger.headings import HEADINGS
from ledger.i18n import (
    LANGUAGES,
    N_,
    Message,
    country_name,
    currency_name,
    language_name,
    say,
    translation,
)
from ledger.proration import LABELS as CONVENTIONS
from ledger.rate_sources import NAMES
from ledger.vocabulary import LABELS

STATIC = Path(__file__).parent / "static"
ICONS = STATIC / "vendor/@tabler/icons@3.51.0"

# What each word of a closed list is called.
WORDS: dict[StrEnum, str] = dict(chain(LABELS.items(), RULES.items(), CONVENTIONS.items()))


# Rows repeat days, states and words: each is looked up once, not once a row (speed.md).
KEPT = 4096


@cache
def environment(language: str) -> Environment:
    """Make the templates of one language: escaping always, an unknown name an error."""
    made = Environment(
        loader=PackageLoader("api.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalogue = translation(language)
    made.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined] # i18n's
    words = formats(language)
    made.filters |= {
        "money": words.money,
        "signed": words.signed,
        "number": words.number,
        "percent": words.percent,
        "points": words.points,
        "rounded": words.rounded,
        "day": lru_cache(KEPT)(words.day),
        "long_day": words.long_day,
        "moment": words.moment,
        # Of our data, which may hold a per cent sign: `_` would look for a parameter behind it.
        "translated": catalogue.gettext,
        "publisher": cache(lambda source: catalogue.gettext(NAMES.get(source, source))),
        "word": cache(lambda code: catalogue.gettext(WORDS[code]) if code else ""),
        "written": partial(_written, words=words),
    }
    made.globals |= {
        "account_name": cache(lambda code: chart()[code].name(language)),
        "amount_example": words.money(Decimal(1250000)),
        "asset": asset,
        "country": cache(partial(country_name, language=language)),
        "currency_name": partial(currency_name, language=language),
        "fields": HEADINGS,
        "icon": icon,
        "languages": {code: language_name(code) for code in LANGUAGES},
        "say": partial(say, language=language),
        **_choices(language),
    }
    return made


def _choices(language: str) -> dict[str, Callable[[Iterable[str]], list[tuple[str, str]]]]:
    """Make what turns codes into choices: pairs of the code and what this reader calls it."""
    say_word = translation(language).gettext
    return {
        "worded": lambda codes: [(code, say_word(WORDS[code])) for code in codes],
        "countries": lambda codes: [(code, country_name(code, language)) for code in codes],
        "currencies_named": lambda codes: [
            (code, f"{code} – {currency_name(code, language)}") for code in codes
        ],
    }


def _written(value: object, words: Formats) -> str:
    """Write whatever a document says as this reader writes it."""
    match value:
        case Message():
            return translation(words.language).gettext(value)
        case bool():
            return translation(words.language).gettext(N_("yes") if value else N_("no"))
        case Decimal():
            return words.money(value)
        case date():
            return words.day(value)
        case _:
            return str(value)


@cache
def icon(name: str) -> Markup:
    """Draw an icon that stands beside a word, and is therefore hidden from screen readers."""
    drawing = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    return Markup(drawing.replace("<svg", '<svg aria-hidden="true" focusable="false"', 1))  # noqa: S704 - a file of ours


@cache
def asset(path: str) -> str:
    """Address a static file by its content, so that a browser may keep it for good."""
    content = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={content}"
