"""Findings: what a check of the books says is wrong."""

from dataclasses import dataclass

from ledger.i18n import Message


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, in words; `number` is the entry it was found at."""

    message: Message
    params: dict[str, object]
    number: int | None = None

    def __str__(self) -> str:
        return self.message % self.params


def at_entry(message: Message, number: int) -> Finding:
    """Find something wrong with an entry, which the words name."""
    return Finding(message, {"number": number}, number)
