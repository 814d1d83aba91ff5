"""How long the scales of the whole Union take: reckoned, and shown with all their working.

`python -m tests.benchmarks.scales` prints the milliseconds of each formula, and the seconds of one
call of `mcrm`. Machines differ, and so do their hours: compare figures of one run only.
"""

import io
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path

from api.scale_table import show_working
from ledger.comparison import compare
from ledger.criteria import Basis
from ledger.formula_files import examples, presets
from ledger.formulas import Formula
from ledger.indicators import shipped
from ledger.money import LARGEST
from ledger.reckoning import reckon
from ledger.union import EU_STATES, LAST_DAY_IN_THE_UNION

STATES = tuple(state for state in EU_STATES if state not in LAST_DAY_IN_THE_UNION)
BASIS = Basis(2016)
# An agreed table shares among those whom it names.
LEFT_OUT = ("bovens-bartsch-2016", "esrf-host-premium", "nato-like-table")


def timed(step: str, act: Callable[[], object]) -> None:
    """Print how long a step took, in milliseconds."""
    began = time.perf_counter()
    act()
    took = 1000 * (time.perf_counter() - began)
    print(f"    {step:<32}{took:8.1f} ms")  # noqa: T201 - its purpose


def show(formula: Formula) -> None:
    """Reckon a formula, and print its working into nothing."""
    with redirect_stdout(io.StringIO()):
        show_working(reckon(formula, STATES, BASIS, shipped()), STATES, title=formula.name)


def call(*arguments: str) -> None:
    """Call `mcrm` as a coordinator does."""
    mcrm = Path(sys.executable).parent / "mcrm"
    command = (str(mcrm), "scale", *arguments, "--states", ",".join(STATES), "--year", "2016")
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Reckon and show every formula for all states, then call the command once."""
    print(f"{len(STATES)} states, 2016")  # noqa: T201 - likewise
    timed("read what ships", lambda: (shipped(), presets()))
    for each in (*presets(), *examples()):
        if each.name in LEFT_OUT:
            continue
        timed(each.name, partial(reckon, each, STATES, BASIS, shipped()))
        timed(f"{each.name}, shown", partial(show, each))
    timed("all presets compared", lambda: compare(STATES, BASIS, shipped(), amount=LARGEST))
    timed("mcrm scale shares", lambda: call("shares", "eu-relocation-2015", "--trace"))
    timed("mcrm scale compare", lambda: call("compare"))


if __name__ == "__main__":
    main()
