"""Scales side by side as a table: which columns there are, and what each of them is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ledger.comparison import Column, Comparison
from ledger.equity_metrics import StateMetrics
from ledger.i18n import N_


class Part(StrEnum):
    """What a column stands for in the comparison."""

    CANDIDATE = "candidate"
    IN_FORCE = "in_force"
    PRESET = "preset"


PARTS: Mapping[Part, str] = {
    Part.CANDIDATE: N_("this scale"),
    Part.IN_FORCE: N_("in force"),
    Part.PRESET: N_("preset"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One column and what it stands for; `metrics` are those of each state, by code."""

    part: Part
    label: str
    column: Column
    metrics: Mapping[str, StateMetrics]


def columns(found: Comparison) -> list[Shown]:
    """List the columns from left to right: the candidate, the scale in force, the presets."""
    parts = [(Part.CANDIDATE, found.candidate), (Part.IN_FORCE, found.in_force)]
    parts += [(Part.PRESET, each) for each in found.presets]
    return [_shown(part, column) for part, column in parts if column is not None]


def _shown(part: Part, column: Column) -> Shown:
    metrics = column.metrics.states if column.metrics else ()
    return Shown(part, PARTS[part], column, {each.state: each for each in metrics})
