"""`mcrm scale`: which share of the burden each state bears, by which formula, and why.

What the commands do stands in the modules that they import, each when it is called.
"""

from pathlib import Path
from typing import Annotated

import typer

from api.clock import now
from api.scale_options import (
    ANY_FORMULA,
    AsCsv,
    BorneIn,
    By,
    From,
    InBooks,
    Indicators,
    Joining,
    Name,
    OfPurpose,
    On,
    States,
    Trace,
    Until,
    Vintage,
    Year,
)
from api.terminal import FOUND_WRONG, AsJson, reading_books, refusals
from ledger.proration import Convention

scale_app = typer.Typer(
    no_args_is_help=True, help="Scales: which share of the burden each state bears, and why."
)


@scale_app.command()
def shares(
    preset: Name,
    *,
    states: States,
    year: Year,
    vintage: Vintage = "",
    indicators: Indicators = None,
    borne_in: BorneIn = None,
    in_books: InBooks = False,
    trace: Trace = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Show the share of each state; with --trace, every step that leads to it.

    Example: mcrm scale shares pop-gdp-50-50 --states PL,CZ,HU,SK --year 2016 --trace
    """
    from api.scale_inputs import formula_named, question
    from api.scale_printing import print_shares

    with refusals():
        asked = question(
            *(formula_named(preset), states, year),
            vintage=vintage,
            indicators=indicators,
            borne_in=borne_in,
            in_books=in_books,
        )
        reckoned = asked.reckoned()
    print_shares(reckoned, asked.states, trace=trace, as_csv=as_csv, as_json=as_json)


@scale_app.command()
def split(
    amount: Annotated[str, typer.Argument(help="The sum to split, such as 1000000.00.")],
    preset: Name,
    *,
    states: States,
    year: Year,
    vintage: Vintage = "",
    indicators: Indicators = None,
    borne_in: BorneIn = None,
    in_books: InBooks = False,
    joining: Joining = None,
    first: From = None,
    last: Until = None,
    convention: By = Convention.SEGMENT,
    trace: Trace = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Split a sum by the shares of a formula; the parts add up to it, to the cent.

    Cents left over go by the larger remainder. Write a negative sum after two dashes: -- -100.00.
    Where states join within the days that it is for, the convention says how it is shared.

    Example: mcrm scale split 1000000.00 pop-gdp-50-50 --states PL,CZ,HU,SK --year 2016
    """
    from api.scale_division import divided
    from api.scale_inputs import formula_named, question
    from api.scale_printing import print_division
    from ledger.money import parse_amount

    with refusals():
        total = parse_amount(amount)
        asked = question(
            *(formula_named(preset), states, year),
            vintage=vintage,
            indicators=indicators,
            borne_in=borne_in,
            in_books=in_books,
        )
        found = divided(*(asked, total, convention), first=first, last=last, joining=joining or [])
    print_division(found, trace=trace, as_csv=as_csv, as_json=as_json)


@scale_app.command()
def compare(
    preset: Annotated[
        str, typer.Argument(metavar="[PRESET|FORMULA.toml]", help=ANY_FORMULA, show_default=False)
    ] = "",
    *,
    states: States,
    year: Year,
    amount: Annotated[str, typer.Option(help="The sum to share, in euro.")] = "1000000.00",
    vintage: Vintage = "",
    indicators: Indicators = None,
    borne_in: BorneIn = None,
    in_books: InBooks = False,
    as_json: AsJson = False,
) -> None:
    """Show what each preset would make of a sum, and another formula if one is named.

    What cannot be reckoned for these states and this year says why below.

    Example: mcrm scale compare --states PL,CZ,HU,SK --year 2016
    """
    from api.scale_comparison import print_comparison
    from api.scale_inputs import formula_named, question
    from ledger.comparison import compare
    from ledger.formula_files import presets
    from ledger.money import parse_amount

    with refusals():
        total = parse_amount(amount)
        candidate = formula_named(preset) if preset else presets()[0]
        asked = question(
            *(candidate, states, year),
            vintage=vintage,
            indicators=indicators,
            borne_in=borne_in,
            in_books=in_books,
        )
        found = compare(
            *(asked.states, asked.basis, asked.observations),
            amount=total,
            # A preset stands there anyhow.
            candidate=None if candidate in presets() else candidate,
        )
    print_comparison(found, asked.states, as_json=as_json)


@scale_app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the formulas that ship with the program: six presets, and examples to start from.

    Example: mcrm scale list
    """
    from api.formula_list import print_formulas

    print_formulas(as_json=as_json)


@scale_app.command()
def show(name: Annotated[str, typer.Argument(help="A preset or an example.")]) -> None:
    """Print the file of a preset or an example, to start one's own from.

    Example: mcrm scale show pop-gdp-50-50
    """
    from ledger.formula_files import formula_text

    with refusals():
        typer.echo(formula_text(name), nl=False)


@scale_app.command()
def check(file: Annotated[Path, typer.Argument(help="A formula file, in TOML.")]) -> None:
    """Say in words what a formula file says, or everything that is wrong with it, key by key.

    Exit status 1 when something is wrong.

    Example: mcrm scale check ours.toml
    """
    from api.formula_list import print_words
    from api.scale_inputs import formula_in

    with refusals():
        found = formula_in(file, code=FOUND_WRONG)
    print_words(found)


@scale_app.command()
def adopted(*, purpose: OfPurpose = None, on: On = None, as_json: AsJson = False) -> None:
    """List the scales that the books have adopted, and mark those in force on a day.

    Example: mcrm scale adopted --on 2018-12-31
    """
    from api.adopted_scales import print_adopted

    day = (on or now()).date()
    with refusals(), reading_books() as session:
        print_adopted(session, purpose, on=day, as_json=as_json)
