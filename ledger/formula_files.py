"""Formula files: the presets and examples that ship, and those that coordinators write, in TOML.

A file is read as it is meant: 0.1 is one tenth. Every fault names its key, as `terms[2].weight`,
counted from one.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import IO, Any

import tomli_w
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ledger.errors import InputErrors, InputProblem, LedgerError
from ledger.exact import NOT_AN_EXACT_NUMBER, OUT_OF_OPEN_RANGE, OUT_OF_RANGE, TOO_FINE, is_short
from ledger.formulas import Formula, plain
from ledger.i18n import N_, Message
from ledger.inputs import MESSAGES, OTHER, in_short

FOLDER = resources.files("ledger") / "data" / "formulas"
LARGEST = 100_000
MOST_DOTS = 100

PRESET_NAMES = (
    *("equal", "gni", "pop-gdp-50-50", "eu-relocation-2015", "pop-gdp-modulated"),
    *("un-scale",),
)

NOT_TOML = N_("is not written as TOML: %(reason)s.")
TOO_LARGE = N_("is too long for a formula: at most 100,000 characters.")
TOO_MANY_DOTS = N_("has more than 100 dots in a line: break the line.")
NOT_A_KEY = N_("is no key of a formula: see docs/formulas.md.")
WRONG_TEXT = N_("“%(text)s” cannot stand here: see docs/formulas.md for what can.")
WRONG_KIND = N_("must be a %(kind)s here.")

_WORDS = {
    "not_an_exact_number": NOT_AN_EXACT_NUMBER,
    "out_of_range": OUT_OF_RANGE,
    "out_of_open_range": OUT_OF_OPEN_RANGE,
    "too_fine": TOO_FINE,
    "extra_forbidden": NOT_A_KEY,
    "string_pattern_mismatch": WRONG_TEXT,
    "literal_error": WRONG_TEXT,
    "union_tag_invalid": WRONG_TEXT,
    "union_tag_not_found": N_("needs a “kind”, such as “floor” or “ceiling”."),
    "too_short": N_("is empty: fill it in."),
    "too_long": N_("holds too much: at most %(max_length)s."),
    "greater_than_equal": N_("“%(text)s” is too small: at least %(ge)s."),
    "less_than_equal": N_("“%(text)s” is too large: at most %(le)s."),
}
_KINDS = {
    "tuple_type": N_("list"),
    "dict_type": N_("table"),
    "model_type": N_("table"),
    "model_attributes_type": N_("table"),
    "string_type": N_("text"),
    "int_type": N_("whole number"),
    "int_from_float": N_("whole number"),
    "int_parsing": N_("whole number"),
    "bool_type": N_("true or false"),
    "bool_parsing": N_("true or false"),
}


class UnknownFormulaError(LedgerError):
    """A name that no formula has."""

    code = "unknown-formula"
    message = N_(
        "There is no formula “%(formula)s”: use one of %(known)s, an example that "
        "`mcrm scale list` names, or a file that ends in .toml."
    )


class UnreadableFormulaError(InputErrors):
    """A text that is no formula, with every key that is wrong."""

    code = "unreadable-formula"
    message = N_("The formula cannot be used. Please mend: %(problems)s")


def formula(name: str) -> Formula:
    """Look a preset or an example up by its name; raise UnknownFormulaError when there is none."""
    found = _shipped().get(name)
    if found is None:
        raise UnknownFormulaError(formula=name, known=", ".join(PRESET_NAMES))
    return found


def known_formula(name: str) -> bool:
    """Whether a preset or an example has the name."""
    return name in _shipped()


def presets() -> tuple[Formula, ...]:
    """List the presets, in the order in which they are compared."""
    return tuple(_shipped()[name] for name in PRESET_NAMES)


def examples() -> tuple[Formula, ...]:
    """List the example formulas, by name."""
    names = sorted(_shipped().keys() - set(PRESET_NAMES))
    return tuple(_shipped()[name] for name in names)


def formula_text(name: str) -> str:
    """Give the file of a preset or example, to start one's own from; UnknownFormulaError else."""
    for path in _files():
        if path.name == f"{name}.toml":
            return path.read_text("utf-8")
    raise UnknownFormulaError(formula=name, known=", ".join(PRESET_NAMES))


def read_formula(text: str) -> Formula:
    """Read a formula; raise UnreadableFormulaError with every fault, each by its key."""
    if len(text) > LARGEST:
        raise UnreadableFormulaError([InputProblem("formula", TOO_LARGE)])
    # A key of very many parts costs memory by their square, and no line of a formula needs them.
    if any(line.count(".") > MOST_DOTS for line in text.split("\n") if line[:1] != "#"):
        raise UnreadableFormulaError([InputProblem("formula", TOO_MANY_DOTS)])
    try:
        said = tomllib.loads(text, parse_float=_decimal)
    except (RecursionError, ValueError) as error:
        reason = str(error).rstrip(".")
        problem = InputProblem("formula", NOT_TOML, {"reason": reason})
        raise UnreadableFormulaError([problem]) from error
    return formula_from(said)


def toml_text(formula: Formula) -> str:
    """Write a formula as a file that `read_formula` reads back as the same."""
    return tomli_w.dumps(plain(formula))


def formula_from(said: Mapping[str, Any]) -> Formula:
    """Make a formula of plain values; raise UnreadableFormulaError with every fault."""
    try:
        return Formula.model_validate(said)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        found = [each for one in faults if not _echo(one, faults) for each in _problems(one)]
        raise UnreadableFormulaError(found) from error


def texts(
    file: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Yield what translators translate of a shipped formula, in the form that Babel asks for."""
    lines = file.read().decode().splitlines()
    for number, line in enumerate(lines, start=1):
        key, _, value = line.partition(" = ")
        if key.strip() in ("title", "basis", "label", "note"):
            yield number, "gettext", tomllib.loads(f"text = {value}")["text"], []


@cache
def _shipped() -> dict[str, Formula]:
    found = [read_formula(path.read_text("utf-8")) for path in _files()]
    return {each.name: each for each in found}


def _files() -> list[Traversable]:
    folders = (FOLDER / "presets", FOLDER / "examples")
    return [path for folder in folders for path in sorted(folder.iterdir(), key=lambda p: p.name)]


class _NoNumber:
    """What is written as a number, and is none that could be written out: no field takes it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text


def _decimal(text: str) -> Decimal | _NoNumber:
    # Not refused here, where the key is not known.
    try:
        number = Decimal(text)
    except InvalidOperation:
        return _NoNumber(text)
    return number if is_short(number) else _NoNumber(text)


def _echo(one: ErrorDetails, faults: Sequence[ErrorDetails]) -> bool:
    # A list whose only entry has a fault counts as empty too; once is enough.
    place = one["loc"]
    return one["type"] == "too_short" and any(
        len(each["loc"]) > len(place) and each["loc"][: len(place)] == place for each in faults
    )


def _problems(found: ErrorDetails) -> Iterator[InputProblem]:
    context = {name: str(value) for name, value in found.get("ctx", {}).items()}
    params: dict[str, object] = {"text": in_short(found["input"], 60), **context}
    key = _key(found["loc"])
    if found["type"] == "union_tag_invalid":
        key, params["text"] = f"{key}.kind", context["tag"]
    if found["type"] == "rules":
        for name, rule, told in found["ctx"]["rules"]:
            yield InputProblem(f"{key}.{name}" if key else name, rule, {**params, **told})
        return
    kind = _KINDS.get(found["type"])
    if kind is not None:
        yield InputProblem(key, WRONG_KIND, {"kind": kind})
    else:
        yield InputProblem(key, _word(found["type"]), params)


def _word(kind: str) -> Message | str:
    return _WORDS.get(kind) or MESSAGES.get(kind, OTHER)


def _key(place: tuple[int | str, ...]) -> str:
    """Write pydantic's place as a key: the names of its unions are none of the file's."""
    key = ""
    for part in place:
        if isinstance(part, int):
            key += f"[{part + 1}]"
        elif part not in _UNIONS and not (part in _ADJUSTMENTS and key.endswith("]")):
            key += f".{part}" if key else part
    return key


# Only where an adjustment stands: a criterion may have such a name of its own.
_ADJUSTMENTS = ("floor", "ceiling", "relative_bounds", "premium", "discount", "exempt")
_UNIONS = (*("constrained-int", "tuple[constrained-int, ...]", "literal['period']", "[key]"),)
