"""What may be asked of `mcrm scale`, each option once."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ledger.proration import Convention
from ledger.vocabulary import Purpose

ANY_FORMULA = "A preset, an example, or a file that ends in .toml."
Name = Annotated[str, typer.Argument(metavar="PRESET|FORMULA.toml", help=ANY_FORMULA)]
States = Annotated[str, typer.Option(help="The states that share, such as PL,CZ,HU,SK.")]
Year = Annotated[int, typer.Option(help="The year of the indicators.")]
Vintage = Annotated[str, typer.Option(help="The vintage of the indicators, or its beginning.")]
Indicators = Annotated[
    Path | None, typer.Option(help="A CSV with columns state, year, indicator, value.")
]
BorneIn = Annotated[
    int | None, typer.Option(help="The year of the cost, to which a phase-in looks.")
]
InBooks = Annotated[bool, typer.Option("--books", help="Also use vintages that the books hold.")]
Trace = Annotated[bool, typer.Option("--trace", help="Show every step of the working.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")]

Joining = Annotated[
    list[str] | None,
    typer.Option(metavar="STATE:DAY", help="A state that joins; may be repeated."),
]
From = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="First day that the sum is for."),
]
Until = Annotated[
    datetime | None,
    typer.Option("--until", formats=["%Y-%m-%d"], help="Last day that the sum is for."),
]
By = Annotated[Convention, typer.Option(help="How the sum is shared when states join.")]
OfPurpose = Annotated[Purpose | None, typer.Option(help="Of the costs of one purpose.")]
On = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="The day that counts; today without it."),
]
