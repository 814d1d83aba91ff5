"""Forms as people fill them in: what they typed is kept, what is wrong stands beside its field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from api.pages.formats import Formats
from api.pages.labels import FIELD_OF_ERROR
from ledger.errors import InputErrors, InputProblem, LedgerError
from ledger.inputs import New, read

Model = TypeVar("Model", bound=New)


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What was typed, and everything that is wrong with it."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[InputProblem, ...] = ()
    # What the books refuse without one field being to blame.
    refusals: tuple[LedgerError, ...] = ()

    def value(self, name: str) -> str:
        """Give back what was typed into a field."""
        return self.values.get(name, "")

    def problems_of(self, name: str) -> tuple[InputProblem, ...]:
        """List what is wrong with one field."""
        return tuple(each for each in self.problems if each.field == name)

    def with_error(
        self, error: LedgerError, fields: Mapping[str, str] = FIELD_OF_ERROR
    ) -> "FilledForm":
        """Put a refusal beside the field it is about, or above the form when it is about none."""
        if isinstance(error, InputErrors):
            return FilledForm(self.values, (*self.problems, *error.problems), self.refusals)
        name = fields.get(error.code)
        if name is None:
            return FilledForm(self.values, self.problems, (*self.refusals, error))
        found = InputProblem(name, error.message, error.params)
        return FilledForm(self.values, (*self.problems, found), self.refusals)


def read_form(
    model: type[Model],
    typed: Mapping[str, str],
    formats: Formats,
    *,
    amounts: tuple[str, ...],
    days: tuple[str, ...],
) -> Model:
    """Make a model of a form typed in the reader's language; raise InputErrors with every problem.

    Amounts and dates are read as that language writes them; the rest, and every rule, by the model.
    """
    values: dict[str, object] = {name: text for name, text in typed.items() if text.strip()}
    unread = []
    for names, reading in ((amounts, formats.read_amount), (days, formats.read_day)):
        for name in names:
            if name in values:
                try:
                    values[name] = reading(typed[name])
                except LedgerError as error:
                    unread.append(InputProblem(name, error.message, error.params))
                    del values[name]
    try:
        made = read(model, values)
    except InputErrors as error:
        # A field that could not be read is not missing: its own problem says what is wrong.
        blamed = {each.field for each in unread}
        others = [each for each in error.problems if each.field not in blamed]
        raise InputErrors([*unread, *others]) from error
    if unread:
        raise InputErrors(unread)
    return made


def typed_again(model: New, formats: Formats) -> dict[str, str]:
    """Write a model as its form would be typed, to be edited."""
    return {
        name: formats.typed(value)
        for name, value in model
        if value is not None and value is not False
    }
