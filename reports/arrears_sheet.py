"""Arrears: what each state owes, by how long it has been due, and what is provided for of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.ageing import OWED, Ageing, ageing
from ledger.balances import Selection, balances, total_in_euro
from ledger.entries import Posting
from ledger.i18n import country_name
from ledger.impairments import ALLOWANCE
from ledger.money import ZERO
from ledger.vocabulary import LABELS, Age
from reports.sheet import Cell, Column, Formula, Kind, Paragraph, Sheet, Table
from reports.statement import Check, Gettext, Origin


@dataclass(frozen=True, slots=True)
class Arrears:
    """What is owed by age, the allowance of each state, above zero, and what the accounts hold."""

    aged: Ageing
    allowance: Mapping[str, Decimal]
    owed: Decimal

    @property
    def states(self) -> list[str]:
        """The states that owe anything or for which anything is provided, in order of code."""
        return sorted({*self.aged.states, *self.allowance})


def arrears(session: Session, about: Origin) -> Arrears:
    """Age what all states owe, as a statement knows it, in five queries."""
    provided = balances(session, about.at, Posting.state_code, where=Selection((ALLOWANCE,)))
    return Arrears(
        ageing(session, about.at, known_at=about.generated_at),
        allowance={str(each.key[0]): -each.euro for each in provided if each.euro},
        owed=total_in_euro(session, about.at, Selection(OWED)),
    )


def arrears_sheet(found: Arrears, language: str, _: Gettext) -> Sheet:
    """Set out state by state what is owed of each age."""
    columns = (
        Column("state", _("State")),
        Column("name", _("Country")),
        *(Column(_key(age), _heading(age, _), Kind.AMOUNT, total=True) for age in Age),
        Column("owed", _("Owed, EUR"), Kind.AMOUNT, total=True),
        Column("allowance", _("Of which provided for, EUR"), Kind.AMOUNT, total=True),
    )
    terms = "+".join(f"{{{_key(age)}}}" for age in Age)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            state,
            country_name(state, language),
            *(found.aged.total(state=state, age=age) for age in Age),
            Formula(f"ROUND({terms},2)", found.aged.total(state=state)),
            found.allowance.get(state, ZERO),
        )
        for state in found.states
    )
    table = Table("tblAgeing", columns, rows, total=_("Total"), empty=_("No state owes anything."))
    note = _(
        "Assessments are due by the day of their call, instalments of pledges by their own day, "
        "and all else on the day on which it began; what is due today is not yet overdue. Provided "
        "for is the allowance for doubtful contributions, account 1130: it is owed all the same."
    )
    heading = _("What is owed, by how long it is overdue")
    return Sheet("arrears", _("Arrears"), heading, (table, Paragraph(note)))


def arrears_checks(found: Arrears, _: Gettext) -> Iterator[Check]:
    """Hold what is owed of all ages against the accounts that keep it."""
    yield Check(
        _("What is owed, by age, is the balance of accounts 1110, 1115 and 1120."),
        Formula("{tblAgeing.total.owed}", found.aged.total()),
        found.owed,
    )


def _key(age: Age) -> str:
    return f"age_{age}"


def _heading(age: Age, _: Gettext) -> str:
    words = _(LABELS[age])
    return f"{words[:1].upper()}{words[1:]}, EUR"
