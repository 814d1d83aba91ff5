"""The formulas there are, told one by one: those that ship, and what a file says."""

import json

import typer

from api.formula_words import formula_words
from api.terminal import language, out, translated
from ledger.formula_files import examples, presets
from ledger.formulas import Formula
from ledger.i18n import N_, say

PRESETS = N_("Presets, to adopt as they are or to start from:")
EXAMPLES = N_("Examples, to start from:")
MEASURES = N_("Measures %(indicators)s.")
NOTHING = N_("Measures nothing.")


def print_formulas(*, as_json: bool) -> None:
    """List presets and examples: name, title, where they come from, what they measure."""
    shipped = {"preset": presets(), "example": examples()}
    if as_json:
        rows = [_plain(kind, each) for kind, those in shipped.items() for each in those]
        typer.echo(json.dumps(rows))
        return
    for heading, those in zip((PRESETS, EXAMPLES), shipped.values(), strict=True):
        out.print(translated(heading))
        for each in those:
            _tell(each)


def print_words(formula: Formula) -> None:
    """Say in words what a formula says."""
    for line in formula_words(formula):
        out.print("  " * line.depth + say(line, language()), markup=False)


def _tell(formula: Formula) -> None:
    # In lines, not in a table: a name is to be read whole, for it is to be typed.
    out.print(f"{formula.name}: {translated(formula.title)}", markup=False)
    out.print(f"  {translated(formula.basis)}", markup=False)
    measured = ", ".join(_indicators(formula))
    words = translated(MEASURES, indicators=measured) if measured else translated(NOTHING)
    out.print(f"  {words}", markup=False)


def _indicators(formula: Formula) -> list[str]:
    """Name what a formula measures, each once."""
    names = [
        name
        for each in formula.criteria.values()
        for name in (
            *(each.indicator, each.per),
            *((each.deduct.indicator, each.deduct.per) if each.deduct else ()),
        )
        if name is not None
    ]
    return list(dict.fromkeys(names))


def _plain(kind: str, formula: Formula) -> dict[str, object]:
    return {
        "name": formula.name,
        "kind": kind,
        "title": formula.title,
        "basis": formula.basis,
        "source": formula.source,
        "note": formula.note,
        "indicators": _indicators(formula),
    }
