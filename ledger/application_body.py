"""What an application of money says: how much of which money, and for what."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from ledger.contributions import StateCode
from ledger.documents import Document
from ledger.i18n import N_
from ledger.in_kind import CHOOSE_ONE
from ledger.inputs import Day, New, Reference, Words, broken
from ledger.money import PositiveAmount
from ledger.vocabulary import Activity, AppliedTo, Difference, FundingSource, Purpose

KIND = "application"

ONE_TARGET = N_("names a second target: say one only, an item, a pledge or what else it is.")
RECOVERS_WHAT = N_("is missing: name the debt that was written off.")
ONLY_WITH_ITEM = N_("is for a debt that is paid: leave it empty.")
AUTHORITY_MISSING = N_("is missing: say who allowed the difference to be given up.")
ONLY_WITH_DIFFERENCE = N_("is for a difference that is given up: leave it empty.")


class NewApplication(New):
    """So much of some money for one target; several of them share out one receipt."""

    applied_on: Day
    # The code of a receipt, or the reference of an item, as 17.3.
    source: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    state: StateCode
    # The debt that is paid, or what was written off of it and came after all: by its call, as
    # 2017/12-PL, or as 17.3 or 17/PL.
    item: Annotated[str, StringConstraints(min_length=1, max_length=120)] | None = None
    # Or the pledge that it fulfils, as PL-2017-1, or one instalment of it, as PL-2017-1/2.
    pledge: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None
    to: AppliedTo | None = None
    # In the currency of the money; empty for all that is open of it and that the debt asks for.
    amount: PositiveAmount | None = None
    # In the currency of the debt: what of it is paid; empty for what its exchange rule says.
    settles: PositiveAmount | None = None
    purpose: Purpose | None = None
    activity: Activity | None = None
    funding_source: FundingSource | None = None
    # Why the rest of the debt is given up, and by whose authority.
    difference: Difference | None = None
    authority: Annotated[str, StringConstraints(max_length=150)] = ""
    description: Words
    voucher: Reference = Field(default="")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        rules = list(self._rules())
        if rules:
            raise broken(*rules)
        return self

    def _rules(self) -> Iterator[tuple[str, str]]:
        # A recovery names what was written off, which it does not pay.
        pays = None if self.to is AppliedTo.RECOVERY else self.item
        said = {"item": pays, "pledge": self.pledge, "to": self.to}
        targets = [name for name, value in said.items() if value is not None]
        if self.to is AppliedTo.RECOVERY and self.item is None:
            yield "item", RECOVERS_WHAT
        if not targets:
            yield "to", CHOOSE_ONE
        for name in targets[1:]:
            yield name, ONE_TARGET
        if pays is None:
            for name in ("settles", "difference"):
                if getattr(self, name) is not None:
                    yield name, ONLY_WITH_ITEM
        if self.difference is None and self.authority:
            yield "authority", ONLY_WITH_DIFFERENCE
        if self.difference is not None and not self.authority:
            yield "authority", AUTHORITY_MISSING


def application(document: Document) -> NewApplication:
    """Read what an application document says."""
    return NewApplication.model_validate(document.body)
